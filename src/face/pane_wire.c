#include "face/panes.h"

#include "face/client_style.h"
#include "face/foresee.h"
#include "face/mark.h"
#include "world/ladder_text.h"

/* The ladder as it comes to be; below it, while segments are held, what the next of them is going to do. */

static void lay_out(struct ladder_layout *layout, const struct view *view, size_t columns, bool utf8)
{
	const struct ladder_style style = { .width = columns, .utf8 = utf8, .until = view_until(view),
					    .stateless = view->veil.state };

	ladder_layout_init(layout, view->ladder, view->world, view->log, &style);
}

static size_t count_of(const struct view *view)
{
	return view->moment != NULL ? ladder_count_until(view->ladder, view->place) : ladder_count(view->ladder);
}

size_t pane_wire_rows(const struct view *view, size_t columns)
{
	bool held = view->world->segments.held_count > 0;

	(void)columns;
	return LADDER_HEADER_LINES + count_of(view) + (held ? 1 : 0);
}

static bool is(const char *text, const char *word)
{
	return text != NULL && string_is(text, word);
}

static enum style style_of(const struct view *view, const struct ladder_row *row)
{
	const struct world_segment *segment = row->kind == LADDER_SEGMENT ? world_segment(view->world, row->n) : NULL;

	if (row->kind == LADDER_STATE)
		return STYLE_FAINT;
	if (segment == NULL)
		return STYLE_PLAIN;
	if (segment->held)
		return STYLE_HELD;
	if (is(segment->told.segment.verdict, "dropped"))
		return STYLE_FAILED;
	if (segment == world_segments_at(&view->world->segments, view->world->segments.count - 1))
		return STYLE_CHANGED;
	return client_style_of_segment(view->world, &segment->told.segment);
}

static bool is_chosen(const struct view *view, const struct ladder_row *row)
{
	return view->segment != 0 && row->kind == LADDER_SEGMENT && row->n == view->segment;
}

static void draw_lines(const struct ladder_layout *layout, const struct view *view, const struct area *area,
		       size_t scroll)
{
	size_t count = ladder_layout_rows(layout), end = scroll < count ? count - scroll : 0, room = area->rows, first;
	struct text line;

	end = end < room ? (count < room ? count : room) : end;
	first = end > room ? end - room : 0;
	text_init(&line);
	for (size_t row = first; row < end; row++) {
		text_clear(&line);
		ladder_line(layout, row, &line);
		area_put(area, row - first, 0, style_of(view, ladder_row(view->ladder, row)), line.data);
		if (is_chosen(view, ladder_row(view->ladder, row)))
			area_tint(area, row - first, STYLE_CHOSEN);
		mark_matches(area, row - first, 0, line.data, view->needle);
	}
	text_release(&line);
}

static void draw_header(const struct ladder_layout *layout, const struct area *area, size_t rows)
{
	struct text line;

	text_init(&line);
	for (size_t i = 0; i < rows; i++) {
		text_clear(&line);
		ladder_header_line(layout, i, &line);
		area_put(area, i, 0, STYLE_FAINT, line.data);
	}
	text_release(&line);
}

/* What will happen, in a sentence. False: nothing is held. */
static bool draw_next(const struct view *view, const struct area *area)
{
	struct text sentence;
	bool known;

	text_init(&sentence);
	known = foresee(&sentence, view->world, false);
	if (canvas_width_of(area->canvas, sentence.data) + 2 > area->columns) {
		text_clear(&sentence);
		foresee(&sentence, view->world, true);
	}
	if (known)
		area_put_cut(area, area->rows - 1, 1, STYLE_HELD, sentence.data);
	text_release(&sentence);
	return known;
}

static void draw_empty(const struct view *view, const struct area *area)
{
	const char *text = !view_has_wire(view->world) ? "no wire: the sides are on this machine's own stack"
			   : view->veil.wire	       ? "shown again when the question is answered"
						       : "nothing has passed yet";

	area_put(area, 0, 1, STYLE_FAINT, text);
}

/* Two rows are left for segments; of the header the names of the hosts go last. */
static size_t header_rows(size_t rows)
{
	size_t room = rows > 2 ? rows - 2 : 0;

	return room < LADDER_HEADER_LINES ? room : LADDER_HEADER_LINES;
}

void pane_wire_draw(const struct view *view, const struct area *area, size_t scroll)
{
	struct ladder_layout layout;
	size_t header = header_rows(area->rows);
	struct area lines;

	if (area->rows == 0 || area->columns == 0)
		return;
	if (count_of(view) == 0 || view->veil.wire) {
		draw_empty(view, area);
		return;
	}
	lay_out(&layout, view, area->columns, area->canvas->utf8);
	if (header > 0)
		draw_header(&layout, area, header);
	bool next = area->rows > 3 && !view->veil.next && draw_next(view, area);
	lines = area_part(area, header, 0, area->rows - header - (next ? 1 : 0), area->columns);
	draw_lines(&layout, view, &lines, scroll);
}

void pane_wire_title(const struct view *view, struct text *out)
{
	const struct world *world = view->world;

	if (!view_has_wire(world))
		return;
	text_addf(out, "  %s", is(world->wire, "hold") ? "held" : "flows");
	if (world->segments.held_count > 0 && !view->veil.wire)
		text_addf(out, ", %zu waiting", world->segments.held_count);
	if (world->wire_settings != NULL && world->wire_settings[0] != '\0')
		text_addf(out, ", %s", world->wire_settings);
}
