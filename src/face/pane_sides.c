#include "face/panes.h"

#include <string.h>

#include "base/mem.h"
#include "face/side_table.h"

/*
 * A box for each side, beside each other as far as the width goes, then below each other. In a box a row for each
 * descriptor that is a socket, for each socket of the side's host that has none, for the other descriptors, then the
 * calls under way. The three standard ones, as long as they are what every side begins with, share the last row.
 *
 * Columns are as wide as what stands in them. Of those that may be left out, as many are shown as there is room for,
 * in the order of the table; if the others do not fit, addresses lose their beginnings, never their ports.
 */

static const struct {
	const char *heading;
	bool may_go;
	size_t least; /* so that columns do not move with every call */
} headings[COLUMN_COUNT] = {
	[COLUMN_FD] = { " fd", false, 3 },     [COLUMN_LOCAL] = { "local", false, 7 },
	[COLUMN_PEER] = { "peer", false, 12 }, [COLUMN_STATE] = { "state", false, 11 },
	[COLUMN_KIND] = { "kind", true, 4 },   [COLUMN_QUEUES] = { "recv/send-q", true, 11 },
	[COLUMN_TIMER] = { "timer", true, 16 },
};

/* The order in which they stand. */
static const enum column order[COLUMN_COUNT] = { COLUMN_FD,    COLUMN_KIND,   COLUMN_LOCAL, COLUMN_PEER,
						 COLUMN_STATE, COLUMN_QUEUES, COLUMN_TIMER };

/* In a box of WIDE columns there is more than the necessary. */
enum { MARK_WIDTH = 2, ADDRESS_LEAST = 6, LOCAL_USUAL = 12, WIDE = 56 };

/* Inside its frame: two stand beside each other in 80 columns. */
static const size_t box_least = 38;

/* ---- columns ---- */

/* A path, of a socket or of what is none, may run on under `peer`. */
static bool runs_on(const struct row *row)
{
	const char *local = row->cells[COLUMN_LOCAL];

	return (local[0] == '/' || string_starts_with(local, "unix:")) && row->cells[COLUMN_PEER][0] == '\0';
}

static size_t widest_cell(const struct table *table, const struct canvas *canvas, size_t first, enum column column)
{
	size_t widest = 0;

	for (size_t i = first; i < first + table->made; i++) {
		size_t width = canvas_width_of(canvas, table_row(table, i)->cells[column]);

		if (width > widest && !(column == COLUMN_LOCAL && runs_on(table_row(table, i))))
			widest = width;
	}
	return widest;
}

static void measure(struct table *table, const struct area *area, size_t first)
{
	for (int column = 0; column < COLUMN_COUNT; column++) {
		size_t least = headings[column].least, widest;

		widest = widest_cell(table, area->canvas, first, (enum column)column);
		table->widths[column] = widest > least ? widest : least;
		if (headings[column].may_go && area->columns < WIDE)
			table->widths[column] = 0;
	}
}

static size_t total_of(const struct table *table, bool all)
{
	size_t total = MARK_WIDTH;

	for (size_t column = 0; column < COLUMN_COUNT; column++)
		if (table->widths[column] > 0 && (all || !headings[column].may_go))
			total += table->widths[column] + 1;
	return total - 1;
}

static void shrink(struct table *table, enum column column, size_t least, size_t columns)
{
	size_t total = total_of(table, false), *width = &table->widths[column];
	size_t spare = *width > least ? *width - least : 0, surplus = total > columns ? total - columns : 0;

	*width -= surplus < spare ? surplus : spare;
}

/* A long name of this side's own gives way before the peer, which gives way before a short one. */
static void fit(struct table *table, size_t columns)
{
	shrink(table, COLUMN_LOCAL, LOCAL_USUAL, columns);
	shrink(table, COLUMN_PEER, ADDRESS_LEAST, columns);
	shrink(table, COLUMN_LOCAL, ADDRESS_LEAST, columns);
	for (size_t column = COLUMN_COUNT; column-- > 0 && total_of(table, true) > columns;)
		if (headings[column].may_go)
			table->widths[column] = 0;
}

/* What is left over goes to the paths that have no room yet. */
static void widen_for_paths(struct table *table, const struct area *area, size_t first)
{
	size_t total = total_of(table, true), spare = area->columns > total ? area->columns - total : 0, wanted = 0;
	size_t room = table->widths[COLUMN_LOCAL] + 1 + table->widths[COLUMN_PEER];

	for (size_t i = first; i < first + table->made; i++) {
		size_t width = canvas_width_of(area->canvas, table_row(table, i)->cells[COLUMN_LOCAL]);

		if (runs_on(table_row(table, i)) && width > room + wanted)
			wanted = width - room;
	}
	table->widths[COLUMN_LOCAL] += wanted < spare ? wanted : spare;
}

/* An address that is too long loses its beginning. */
static void put_ending(const struct area *cell, size_t row, enum style style, const char *text)
{
	size_t width = canvas_width_of(cell->canvas, text);

	if (width <= cell->columns) {
		area_put(cell, row, 0, style, text);
		return;
	}
	while (*text != '\0' && canvas_width_of(cell->canvas, text) + 1 > cell->columns)
		text++;
	while (((unsigned char)*text & 0xc0) == 0x80)
		text++;
	area_put(cell, row, area_put(cell, row, 0, style, canvas_glyph(cell->canvas, GLYPH_CUT)), style, text);
}

static enum style style_of(const struct row *row, enum column column)
{
	if (row->changed && column == COLUMN_STATE)
		return STYLE_CHANGED;
	if (row->client != STYLE_PLAIN && (column == COLUMN_FD || column == COLUMN_PEER))
		return row->client;
	return row->faint ? STYLE_FAINT : STYLE_PLAIN;
}

static size_t width_for(const struct table *table, const struct row *row, enum column column)
{
	size_t width = table->widths[column];

	return column == COLUMN_LOCAL && runs_on(row) ? width + 1 + table->widths[COLUMN_PEER] : width;
}

static void draw_row(const struct table *table, const struct area *area, size_t at, const struct row *row)
{
	size_t column = 0;

	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		enum column which = order[i];
		size_t width = table->widths[which];
		struct area cell = area_part(area, at, column, 1, width_for(table, row, which));

		if (width == 0)
			continue;
		if (which == COLUMN_FD)
			area_put_right(&cell, 0, 0, style_of(row, which), row->cells[which]);
		else
			put_ending(&cell, 0, style_of(row, which), row->cells[which]);
		column += width + 1;
		if (which == COLUMN_STATE && row->changed)
			area_put(area, at, column, STYLE_CHANGED, canvas_glyph(area->canvas, GLYPH_CHANGED));
		if (which == COLUMN_STATE)
			column += MARK_WIDTH;
	}
}

static void draw_headings(const struct table *table, const struct area *area)
{
	size_t column = 0;

	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		size_t width = table->widths[order[i]];
		struct area cell = area_part(area, 0, column, 1, width);

		if (width == 0)
			continue;
		if (order[i] == COLUMN_FD)
			area_put_right(&cell, 0, 0, STYLE_FAINT, headings[COLUMN_FD].heading);
		else
			area_put(&cell, 0, 0, STYLE_FAINT, headings[order[i]].heading);
		column += width + 1 + (order[i] == COLUMN_STATE ? MARK_WIDTH : 0);
	}
}

/* Queues and timers that have no column, on a line of their own. */
static bool needs_detail(const struct table *table, const struct row *row)
{
	return row->counts && ((table->widths[COLUMN_TIMER] == 0 && row->cells[COLUMN_TIMER][0] != '\0') ||
			       (table->widths[COLUMN_QUEUES] == 0 && row->cells[COLUMN_QUEUES][0] != '\0'));
}

/* "0/18" as "send-q 18". */
static void add_queues(struct text *out, const char *queues)
{
	const char *slash = strchr(queues, '/');
	bool receives = queues[0] != '0', sends = slash != NULL && slash[1] != '0';

	if (receives)
		text_addf(out, "recv-q %.*s%s", (int)strcspn(queues, "/"), queues, sends ? ", " : "");
	if (sends)
		text_addf(out, "send-q %s", slash + 1);
}

static void draw_detail(const struct table *table, const struct area *area, size_t at, const struct row *row)
{
	bool timer = table->widths[COLUMN_TIMER] == 0 && row->cells[COLUMN_TIMER][0] != '\0';
	bool queues = row->cells[COLUMN_QUEUES][0] != '\0' && !string_is(row->cells[COLUMN_QUEUES], "0/0");
	struct text text;

	text_init(&text);
	text_addf(&text, "%s ", canvas_glyph(area->canvas, GLYPH_CORNER));
	if (timer)
		text_add(&text, row->cells[COLUMN_TIMER]);
	if (queues && table->widths[COLUMN_QUEUES] == 0) {
		text_add(&text, timer ? ", " : "");
		add_queues(&text, row->cells[COLUMN_QUEUES]);
	}
	area_put_cut(area, at, 4, STYLE_FAINT, text.data);
	text_release(&text);
}

/* ---- calls ---- */

/* Of a call beside the line's own (an accept of -k, a relay's recv) nobody asks whether it is blocked: it is told how
 * long it lasts. */
static void draw_call(const struct view *view, const struct area *area, size_t at, const struct world_call *call)
{
	long long age = view_age(view, call->began);
	struct text tail;
	size_t width, room;

	text_init(&tail);
	if (call->blocked)
		text_addf(&tail, " blocked %lld s", age);
	else if (age >= 1)
		text_addf(&tail, " ... %lld s", age);
	else
		text_add(&tail, " ...");
	width = canvas_width_of(area->canvas, tail.data);
	room = area->columns > width + 2 ? area->columns - width - 2 : 0;
	struct area text = area_part(area, at, 1, 1, room);
	size_t end = area_put_cut(&text, 0, 0, STYLE_BLOCKED, call->text);
	area_put(area, at, 1 + (end < room ? end : room), STYLE_BLOCKED, tail.data);
	text_release(&tail);
}

static void draw_end(const struct area *area, size_t at, const struct world_side *side)
{
	if (!side->alive)
		area_putf(area, (struct spot){ at, 1, STYLE_FAINT }, "%s", side->end == NULL ? "ended" : side->end);
}

/* ---- a box ---- */

static size_t tail_rows(const struct world_side *side)
{
	return side->alive ? side->call_count : 1;
}

static size_t rows_of_box(const struct view *view, const struct homes *homes, const struct world_side *side)
{
	size_t timers, loose = homes_count(homes, view->world, side, &timers);

	return 2 + 1 + side->fd_count - (table_standard_count(side) > 0 ? 2 : 0) + loose + timers + tail_rows(side);
}

static size_t count_details(const struct table *table, size_t first, size_t count)
{
	size_t details = 0;

	for (size_t i = first; i < first + count && i < first + table->made; i++)
		details += needs_detail(table, table_row(table, i));
	return details;
}

/* Rows that do not fit are counted, in the frame's last line. */
static void draw_rest(const struct area *frame, const struct table *table)
{
	struct area foot = area_part(frame, frame->rows - 1, 1, 1, frame->columns - 2);
	struct text text;

	if (table->above == 0 && table->below == 0)
		return;
	text_init(&text);
	if (table->above > 0)
		text_addf(&text, " %s %zu", canvas_glyph(frame->canvas, GLYPH_UP), table->above);
	if (table->below > 0)
		text_addf(&text, " %s %zu", canvas_glyph(frame->canvas, GLYPH_DOWN), table->below);
	text_add(&text, " more ");
	area_put(&foot, 0, 1, STYLE_HELD, text.data);
	text_release(&text);
}

/* Without scrolling the last row that changed is in sight. */
static size_t first_row(const struct table *table, size_t scroll, size_t room)
{
	size_t most = table->count > room ? table->count - room : 0, first = 0, changed;

	if (most > 0 && room > 0 && table_last_changed(table, &changed) && changed >= room)
		first = changed + 1 - room;
	first += scroll;
	return first < most ? first : most;
}

/* In so low a box they would take a third of the room. */
static bool has_headings(const struct area *area)
{
	return area->rows > 3;
}

static void draw_rows(struct table *table, const struct area *area, size_t first, size_t room)
{
	size_t count = table->count - first < room ? table->count - first : room, at = has_headings(area) ? 1 : 0;
	bool details;

	table_make(table, first);
	measure(table, area, first);
	fit(table, area->columns);
	widen_for_paths(table, area, first);
	details = count + count_details(table, first, count) <= room;
	if (has_headings(area))
		draw_headings(table, area);
	for (size_t i = first; i < first + count; i++) {
		draw_row(table, area, at++, table_row(table, i));
		if (details && needs_detail(table, table_row(table, i)))
			draw_detail(table, area, at++, table_row(table, i));
	}
	table->above = first;
	table->below = table->count - first - count;
}

static void draw_inside(struct table *table, const struct area *area, size_t scroll)
{
	const struct world_side *side = table->side;
	size_t tail = tail_rows(side), headings_rows = has_headings(area) ? 1 : 0, room;

	if (tail + 1 > area->rows)
		tail = area->rows > 1 ? area->rows - 1 : 0;
	room = area->rows > tail + headings_rows ? area->rows - tail - headings_rows : 0;
	table_give_way(table, room);
	draw_rows(table, area, first_row(table, scroll, room), room);
	draw_end(area, area->rows - 1, side);
	for (size_t i = 0; side->alive && i < tail; i++)
		draw_call(table->view, area, area->rows - tail + i, &side->calls[i]);
}

/* Without a frame, to be copied. */
static struct area area_bare(const struct area *area, const char *title)
{
	area_put_cut(area, 0, 0, STYLE_TITLE, title);
	return area_part(area, 1, 0, area->rows - 1, area->columns > 1 ? area->columns - 1 : area->columns);
}

struct box {
	const struct world_side *side;
	const struct homes *homes;
	size_t scroll;
};

/* Its name, where it is, its process. */
static void add_title(struct text *out, const struct view *view, const struct world_side *side)
{
	const struct world_host *host = world_host(view->world, side->host);
	bool current = view->current != NULL && string_is(view->current, side->name);

	text_addf(out, "%s%s", current ? "> " : "", side->name);
	if (host != NULL && host->addresses != NULL && world_host(view->world, side->name) != NULL)
		text_addf(out, "  %.*s", (int)strcspn(host->addresses, " "), host->addresses);
	else
		text_addf(out, "  on %s", side->host);
	if (side->pid != EVENT_NO_INT)
		text_addf(out, "  pid %lld", (long long)side->pid);
}

static void draw_box(const struct view *view, struct area area, const struct box *box)
{
	bool current = view->current != NULL && string_is(view->current, box->side->name);
	struct text title;
	struct table table;
	struct area inside;

	text_init(&title);
	add_title(&title, view, box->side);
	inside = view->bare ? area_bare(&area, title.data)
			    : area_box(&area, current ? STYLE_FOCUS : STYLE_BORDER, title.data);
	text_release(&title);
	if (inside.rows == 0 || inside.columns == 0)
		return;
	table_init(&table, view, box->side, box->homes);
	draw_inside(&table, &inside, box->scroll);
	draw_rest(&area, &table);
	table_release(&table);
}

/* ---- the boxes ---- */

enum { SIDES_MOST = 64 };

struct shown {
	const struct world_side *sides[SIDES_MOST];
	size_t count;
};

static bool has_living_parent(const struct world *world, const struct world_side *side)
{
	const struct world_side *parent = side->parent == NULL ? NULL : world_side(world, side->parent);

	return parent != NULL && parent->alive;
}

static bool is_listed(const struct shown *shown, const struct world_side *side)
{
	for (size_t i = 0; i < shown->count; i++)
		if (shown->sides[i] == side)
			return true;
	return false;
}

/* Who was forked stands behind its parent, and behind those that this forked before. */
static void list_children(struct shown *shown, const struct world *world, const char *parent)
{
	size_t begin = shown->count;

	for (size_t i = 0; i < world->side_count && shown->count < SIDES_MOST; i++) {
		const struct world_side *side = &world->sides[i];

		if (side->alive && side->parent != NULL && string_is(side->parent, parent) && !is_listed(shown, side))
			shown->sides[shown->count++] = side;
	}
	for (size_t i = begin, end = shown->count; i < end; i++)
		list_children(shown, world, shown->sides[i]->name);
}

/* Sides that ended go, but when there is no other. */
static void list_sides(struct shown *shown, const struct world *world)
{
	shown->count = 0;
	for (size_t i = 0; i < world->side_count && shown->count < SIDES_MOST; i++) {
		const struct world_side *side = &world->sides[i];

		if (!side->alive || has_living_parent(world, side))
			continue;
		shown->sides[shown->count++] = side;
		list_children(shown, world, side->name);
	}
	if (shown->count == 0 && world->side_count > 0)
		shown->sides[shown->count++] = &world->sides[world->side_count - 1];
}
static size_t in_a_row(size_t count, size_t columns)
{
	size_t most = columns / (box_least + 2);

	most = most == 0 ? 1 : most;
	return count < most ? (count == 0 ? 1 : count) : most;
}

size_t pane_sides_rows(const struct view *view, size_t columns)
{
	struct shown shown;
	struct homes homes;
	size_t across, rows = 0;

	list_sides(&shown, view->world);
	homes_init(&homes, view->world);
	across = in_a_row(shown.count, columns);
	for (size_t i = 0; i < shown.count; i += across) {
		size_t highest = 0;

		for (size_t j = i; j < shown.count && j < i + across; j++) {
			size_t needed = rows_of_box(view, &homes, shown.sides[j]);

			highest = needed > highest ? needed : highest;
		}
		rows += highest;
	}
	return rows;
}

size_t pane_sides_levels(const struct view *view, size_t columns)
{
	struct shown shown;
	size_t across;

	list_sides(&shown, view->world);
	across = in_a_row(shown.count, columns);
	return (shown.count + across - 1) / across;
}

static size_t index_of_current(const struct view *view, const struct shown *shown)
{
	for (size_t i = 0; i < shown->count; i++)
		if (view->current != NULL && string_is(shown->sides[i]->name, view->current))
			return i;
	return 0;
}

/* So that the current side is among those that are shown; scrolled, they go on one by one, then round. */
static size_t first_shown(size_t current, size_t count, size_t fitting, size_t scroll)
{
	size_t first = count <= fitting || current < fitting ? 0 : current + 1 - fitting;

	return count <= fitting ? 0 : (first + scroll) % (count - fitting + 1);
}

static void draw_count(const struct area *area, size_t fitting, size_t count)
{
	struct area foot = area_part(area, area->rows - 1, 0, 1, area->columns - 1);
	struct text text;

	text_init(&text);
	text_addf(&text, " %zu of %zu sides, %s ", fitting, count, action_spec(ACTION_side)->key);
	area_put_right(&foot, 0, 0, STYLE_HELD, text.data);
	text_release(&text);
}

/* From left to right; one that is alone in the last level stands below its parent. */
static size_t place_in_level(const struct shown *shown, size_t first, size_t index, size_t across)
{
	const struct world_side *side = shown->sides[first + index];

	if (index % across > 0 || first + index + 1 < shown->count || index < across || side->parent == NULL)
		return index % across;
	for (size_t above = index - across; above < index; above++)
		if (string_is(shown->sides[first + above]->name, side->parent))
			return above % across;
	return 0;
}

static void draw_boxes(const struct view *view, const struct area *area, const struct shown *shown, size_t scroll)
{
	size_t across = in_a_row(shown->count, area->columns), levels = (shown->count + across - 1) / across;
	size_t most = area->rows < 10 ? 1 : area->rows / 5, fitting, first;
	struct homes homes;

	levels = levels < most ? levels : most;
	fitting = levels * across;
	first = first_shown(index_of_current(view, shown), shown->count, fitting, scroll);
	homes_init(&homes, view->world);
	for (size_t i = 0; i < fitting && first + i < shown->count; i++) {
		size_t row = i / across * area->rows / levels, end = (i / across + 1) * area->rows / levels;
		size_t at = place_in_level(shown, first, i, across);
		size_t column = at * area->columns / across, right = (at + 1) * area->columns / across;
		const struct box box = {
			.side = shown->sides[first + i],
			.homes = &homes,
			.scroll = shown->count > fitting ? 0 : scroll,
		};

		draw_box(view, area_part(area, row, column, end - row, right - column), &box);
	}
	if (shown->count > fitting && area->columns > 40)
		draw_count(area, fitting, shown->count);
}

void pane_sides_draw(const struct view *view, const struct area *area, size_t scroll)
{
	struct shown shown;

	list_sides(&shown, view->world);
	if (shown.count > 0)
		draw_boxes(view, area, &shown, scroll);
}
