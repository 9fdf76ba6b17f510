#include "face/compose.h"

#include <stdlib.h>
#include <string.h>

#include "face/moment.h"
#include "session/suggest.h"

static bool is(const char *text, const char *word)
{
	return text != NULL && string_is(text, word);
}

/* ---- the first row ---- */

/* So that nobody takes it for now: which moment it is, what happened at it, and the key that returns. */
static void draw_past(struct canvas *canvas, const struct view *view, size_t row)
{
	struct area whole = canvas_area(canvas), area = area_part(&whole, row, 0, 1, canvas->columns);
	const char *dot = canvas_glyph(canvas, GLYPH_DOT);
	char *right = text_format("%s now ", action_spec(ACTION_now)->key);
	size_t width = canvas_width_of(canvas, right);
	struct area left = area_part(&area, 0, 0, 1, area.columns > width + 1 ? area.columns - width - 1 : 0);
	struct text text;

	text_init(&text);
	text_addf(&text, " PAST  event %lld of %lld %s %.4f s %s ", (long long)view->moment->seq,
		  (long long)view->newest_seq, dot, view->moment->t, dot);
	moment_describe(&text, view->moment);
	area_put_cut(&left, 0, 0, STYLE_PAST, text.data);
	area_put_right(&area, 0, 30, STYLE_PAST, right);
	area_tint(&area, 0, STYLE_PAST);
	text_release(&text);
	free(right);
}

static void draw_status(struct canvas *canvas, const struct view *view)
{
	struct area whole = canvas_area(canvas), area = area_part(&whole, 0, 0, 1, canvas->columns);
	const struct world *world = view->world;
	const char *dot = canvas_glyph(canvas, GLYPH_DOT);
	struct text text;

	text_init(&text);
	text_addf(&text, " sockstep  %s", view_has_wire(world) ? "lab" : "local");
	if (view_has_wire(world))
		text_addf(&text, " %s wire %s", dot, is(world->wire, "hold") ? "held" : "flows");
	if (world->segments.held_count > 0 && !view->veil.wire)
		text_addf(&text, ", %zu waiting", world->segments.held_count);
	area_put(&area, 0, 0, STYLE_STATUS, text.data);
	text_clear(&text);
	if (view->log->count > 0)
		text_addf(&text, "%.1f s ", log_at(view->log, view->log->count - 1)->t);
	area_put_right(&area, 0, 30, STYLE_STATUS, text.data);
	area_tint(&area, 0, STYLE_STATUS);
	text_release(&text);
}

/* ---- the panes ---- */

/* How many rows lie before and behind those in sight, in the frame's last line. What shows its end has always more
 * before it: there only what is behind is told, for then it was scrolled. */
static void draw_hidden(const struct area *frame, const struct view *view, const struct pane_spec *spec, size_t scroll)
{
	struct area foot = area_part(frame, frame->rows - 1, 1, 1, frame->columns - 2);
	size_t rows = spec->rows(view, frame->columns - 2), seen = frame->rows - 2;
	size_t above = spec->from_end ? 0 : scroll;
	size_t below = spec->from_end ? scroll : rows > seen + scroll ? rows - seen - scroll : 0;
	struct text text;

	if (above == 0 && below == 0)
		return;
	text_init(&text);
	if (above > 0)
		text_addf(&text, " %s %zu", canvas_glyph(frame->canvas, GLYPH_UP), above);
	if (below > 0)
		text_addf(&text, " %s %zu", canvas_glyph(frame->canvas, GLYPH_DOWN), below);
	text_add(&text, " more ");
	area_put(&foot, 0, 1, STYLE_HELD, text.data);
	text_release(&text);
}

static void draw_pane(struct canvas *canvas, const struct view *view, const struct desk *desk,
		      const struct layout *layout, enum pane pane)
{
	const struct pane_spec *spec = pane_spec(pane);
	const struct place *place = &layout->panes[pane];
	struct area whole = canvas_area(canvas), area, frame;
	size_t scroll = desk->scroll[pane];
	struct text title;

	frame = area = area_part(&whole, place->row, place->column, place->rows, place->columns);
	if (spec->framed_by_itself || pane == PANE_transcript) {
		spec->draw(view, &area, scroll);
		return;
	}
	if (view->bare) {
		spec->draw(view, &area, scroll);
		return;
	}
	text_init(&title);
	text_add(&title, spec->name);
	if (spec->title != NULL)
		spec->title(view, &title);
	if (area.columns < spec->least_columns + 2)
		area = area_band(&area, desk->focus == pane ? STYLE_FOCUS : STYLE_BORDER, title.data);
	else
		area = area_box(&area, desk->focus == pane ? STYLE_FOCUS : STYLE_BORDER, title.data);
	if (area.rows > 0 && area.columns > 0) {
		spec->draw(view, &area, scroll);
		draw_hidden(&frame, view, spec, scroll);
	}
	text_release(&title);
}

/* A transcript that does not show its end says so where the next line would come. */
static void draw_scrolled(struct canvas *canvas, const struct desk *desk, const struct layout *layout)
{
	const struct place *place = &layout->panes[PANE_transcript];
	struct area whole = canvas_area(canvas), area;
	struct text text;

	if (!layout_shows(layout, PANE_transcript) || desk->scroll[PANE_transcript] == 0)
		return;
	text_init(&text);
	area = area_part(&whole, place->row + place->rows - 1, place->column, 1, place->columns);
	text_addf(&text, " %s %zu more lines, PgDn ", canvas_glyph(canvas, GLYPH_DOWN), desk->scroll[PANE_transcript]);
	area_put_right(&area, 0, 0, STYLE_STATUS, text.data);
	text_release(&text);
}

/* ---- what makes sense next ---- */

enum { SUGGESTIONS_MOST = 6 };

struct suggestions {
	const struct canvas *canvas;
	struct text text;
	size_t columns; /* that there are */
	size_t count;
};

static void add_suggestion(void *context, const char *text, const char *help)
{
	struct suggestions *all = context;
	size_t width = canvas_width_of(all->canvas, text) + 3;

	(void)help;
	if (all->count == SUGGESTIONS_MOST || canvas_width_of(all->canvas, all->text.data) + width > all->columns)
		return;
	if (all->count++ > 0)
		text_addf(&all->text, " %s ", canvas_glyph(all->canvas, GLYPH_DOT));
	text_add(&all->text, text);
}

/* As many as there is room for, whole ones. */
static size_t draw_keys(const struct area *area, size_t least)
{
	static const enum action shown[] = { ACTION_help, ACTION_panes, ACTION_diagram, ACTION_step };
	static const char *const names[] = { "help", "panes", "diagram", "step" };
	size_t widths[sizeof(shown) / sizeof(shown[0])], column = area->columns, count = 0;

	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		widths[i] = strlen(action_spec(shown[i])->key) + 1 + strlen(names[i]) + 2;
		if (column < least + widths[i])
			break;
		column -= widths[i];
		count++;
	}
	size_t at = column;
	for (size_t i = 0; i < count; i++) {
		size_t behind = area_put(area, 0, at + 1, STYLE_KEY, action_spec(shown[i])->key);

		area_put(area, 0, behind + 1, STYLE_FAINT, names[i]);
		at += widths[i];
	}
	return column;
}

static void add_key(struct text *out, enum action action, const char *does)
{
	text_addf(out, "%s%s %s", out->len > 0 ? "  " : "", action_spec(action)->key, does);
}

/* While one looks back or searches, other things make sense next. */
static bool draw_instead(const struct view *view, const struct area *area)
{
	struct text text;
	bool searches = view->needle != NULL && view->needle[0] != '\0';

	if (view->moment == NULL && !searches)
		return false;
	text_init(&text);
	if (view->moment != NULL) {
		add_key(&text, ACTION_back, "back");
		add_key(&text, ACTION_on, "on");
		add_key(&text, ACTION_now, "now");
	} else {
		text_addf(&text, "\"%s\"%s", view->needle, view->missed ? " is nowhere" : "");
		add_key(&text, ACTION_search_back, "before");
		add_key(&text, ACTION_search_on, "after");
		add_key(&text, ACTION_search, "Enter ends");
	}
	for (size_t column = 0; column < area->columns; column++)
		area_put(area, 0, column, STYLE_PLAIN, " ");
	area_put_cut(area, 0, 0, STYLE_KEY, text.data);
	text_release(&text);
	return true;
}

static void add_suggestions(struct suggestions *all, const struct view *view)
{
	if (view->veil.asked) {
		add_suggestion(all, "your answer, or Enter alone", NULL);
		return;
	}
	if (view->world->segments.held_count > 0) {
		add_suggestion(all, "step", NULL);
		add_suggestion(all, "drop", NULL);
		add_suggestion(all, "duplicate", NULL);
	}
	suggest_next(view->world, view->current, add_suggestion, all);
}

static void draw_next(struct canvas *canvas, const struct view *view, size_t row)
{
	struct area whole = canvas_area(canvas), area = area_part(&whole, row, 0, 1, canvas->columns);
	size_t right = draw_keys(&area, canvas->columns / 2);

	if (draw_instead(view, &area))
		return;
	struct suggestions all = { .canvas = canvas, .columns = right > 8 ? right - 8 : 0 };

	text_init(&all.text);
	add_suggestions(&all, view);
	if (all.count > 0)
		area_put(&area, 0, area_put(&area, 0, 0, STYLE_FAINT, "next: "), STYLE_PLAIN, all.text.data);
	text_release(&all.text);
}

/* ---- the line being edited ---- */

static size_t next_character(const char *line, size_t at)
{
	do
		at++;
	while (((unsigned char)line[at] & 0xc0) == 0x80);
	return at;
}

/* Bytes of the line's beginning that are left out so that the cursor is in sight. In one pass: a paste is long. */
static size_t bytes_left_out(const struct canvas *canvas, const struct view *view, size_t room)
{
	size_t skip = 0, width;
	struct text part;

	text_init(&part);
	text_add_bytes(&part, view->line, view->point);
	width = canvas_width_of(canvas, part.data);
	while (skip < view->point && width >= room) {
		size_t next = next_character(view->line, skip), gone;

		text_clear(&part);
		text_add_bytes(&part, view->line + skip, next - skip);
		gone = canvas_width_of(canvas, part.data);
		width -= gone < width ? gone : width;
		skip = next;
	}
	/* A mark by itself is wider than one on its base: what is left is measured as a whole. */
	do {
		text_clear(&part);
		text_add_bytes(&part, view->line + skip, view->point - skip);
		width = canvas_width_of(canvas, part.data);
		skip = width >= room && skip < view->point ? next_character(view->line, skip) : skip;
	} while (width >= room && skip < view->point);
	text_release(&part);
	return skip;
}

static size_t put_line(const struct area *area, size_t column, const char *bytes, size_t len)
{
	struct text part;

	text_init(&part);
	/* A cell is a character and two marks at most. */
	for (size_t i = 0; i < len && i < 12 * area->columns; i++)
		if (bytes[i] == '\n')
			text_add(&part, canvas_glyph(area->canvas, GLYPH_NEWLINE));
		else
			text_add_char(&part, bytes[i]);
	column = area_put(area, 0, column, STYLE_PLAIN, part.data);
	text_release(&part);
	return column;
}

/* How far what is run has come, until the next line is begun. */
static const char *prompt_of(const struct view *view)
{
	return view->busy && view->progress != NULL && view->line[0] == '\0' ? view->progress : view->prompt;
}

static void draw_prompt(struct canvas *canvas, const struct view *view, size_t row)
{
	struct area whole = canvas_area(canvas), area = area_part(&whole, row, 0, 1, canvas->columns);
	size_t column, skip;

	canvas->cursor_row = row;
	canvas->cursor_column = 0;
	column = area_put(&area, 0, 0, view->busy ? STYLE_FAINT : STYLE_PROMPT, prompt_of(view));
	if (column + 8 > area.columns)
		column = 0;
	skip = bytes_left_out(canvas, view, area.columns > column ? area.columns - column : 1);
	if (skip > 0 && column > 0)
		area_put(&area, 0, column - 1, STYLE_FAINT, canvas_glyph(canvas, GLYPH_CUT));
	column = put_line(&area, column, view->line + skip, view->point - skip);
	canvas->cursor_column = column < canvas->columns ? column : canvas->columns - 1;
	put_line(&area, column, view->line + view->point, strlen(view->line + view->point));
	if (column + 1 < area.columns && canvas_width_of(canvas, view->line + view->point) > area.columns - column)
		area_put(&area, 0, area.columns - 1, STYLE_FAINT, canvas_glyph(canvas, GLYPH_CUT));
}

/* ---- without room for panes ---- */

static void add_states(struct text *out, const struct view *view, const struct world_side *side)
{
	for (size_t i = 0; i < side->fd_count; i++) {
		const char *state = world_fd_state(view->world, side, &side->fds[i]);

		if (state != NULL)
			text_addf(out, "%s%s %d %s", out->len > 0 ? ", " : "", side->name, side->fds[i].number, state);
	}
	for (size_t i = 0; i < side->call_count; i++)
		if (side->calls[i].blocked)
			text_addf(out, "%s%s blocked in %s", out->len > 0 ? ", " : "", side->name, side->calls[i].call);
}

static void draw_small(struct canvas *canvas, const struct view *view, const struct desk *desk)
{
	struct area whole = canvas_area(canvas), area;
	struct text states;

	if (canvas->rows > 2) {
		area = area_part(&whole, 0, 0, canvas->rows - 2, canvas->columns);
		pane_transcript_draw(view, &area, desk->scroll[PANE_transcript]);
	}
	if (canvas->rows < 2)
		return;
	if (view->moment != NULL) {
		draw_past(canvas, view, canvas->rows - 2);
		return;
	}
	text_init(&states);
	for (size_t i = 0; i < view->world->side_count; i++)
		if (view->world->sides[i].alive)
			add_states(&states, view, &view->world->sides[i]);
	area = area_part(&whole, canvas->rows - 2, 0, 1, canvas->columns);
	area_put_cut(&area, 0, 0, STYLE_STATUS, states.data);
	area_tint(&area, 0, STYLE_STATUS);
	text_release(&states);
}

/* ---- */

void compose(struct canvas *canvas, const struct view *view, const struct desk *desk, const struct layout *layout)
{
	if (canvas->rows == 0 || canvas->columns == 0)
		return;
	if (layout->small) {
		draw_small(canvas, view, desk);
		draw_prompt(canvas, view, canvas->rows - 1);
		return;
	}
	if (view->moment != NULL)
		draw_past(canvas, view, 0);
	else
		draw_status(canvas, view);
	for (int pane = 0; pane < PANE_COUNT; pane++)
		if (layout_shows(layout, (enum pane)pane))
			draw_pane(canvas, view, desk, layout, (enum pane)pane);
	draw_scrolled(canvas, desk, layout);
	draw_next(canvas, view, canvas->rows - 2);
	draw_prompt(canvas, view, canvas->rows - 1);
}
