#include "face/panes.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/*
 * A box for each side, beside each other as far as the width goes, then below each other. In a box a row for each
 * descriptor that is a socket, for each socket of the side's host that has none, for the other descriptors, then the
 * calls under way. The three standard ones, as long as they are what every side begins with, share the last row.
 *
 * Columns are as wide as what stands in them. Of those that may be left out, as many are shown as there is room for,
 * in the order of the table; if the others do not fit, addresses lose their beginnings, never their ports.
 */

enum column {
	COLUMN_FD,
	COLUMN_LOCAL,
	COLUMN_PEER,
	COLUMN_STATE,
	COLUMN_KIND,
	COLUMN_QUEUES,
	COLUMN_TIMER,
	COLUMN_COUNT,
};

static const struct {
	const char *heading;
	bool may_go;
	size_t least; /* so that columns do not move with every call */
} headings[COLUMN_COUNT] = {
	[COLUMN_FD] = { " fd", false, 3 },     [COLUMN_LOCAL] = { "local", false, 6 },
	[COLUMN_PEER] = { "peer", false, 12 }, [COLUMN_STATE] = { "state", false, 11 },
	[COLUMN_KIND] = { "kind", true, 4 },   [COLUMN_QUEUES] = { "recv/send-q", true, 11 },
	[COLUMN_TIMER] = { "timer", true, 16 },
};

/* The order in which they stand. */
static const enum column order[COLUMN_COUNT] = { COLUMN_FD,    COLUMN_KIND,   COLUMN_LOCAL, COLUMN_PEER,
						 COLUMN_STATE, COLUMN_QUEUES, COLUMN_TIMER };

/* In a box of WIDE columns there is more than the necessary. */
enum { CELL_SIZE = 128, MARK_WIDTH = 2, ADDRESS_LEAST = 6, WIDE = 56, ROWS_MEASURED = 200 };

/* Inside its frame: two stand beside each other in 80 columns. */
static const size_t box_least = 38;

struct row {
	char cells[COLUMN_COUNT][CELL_SIZE];
	bool changed, faint;
	bool counts; /* a queue or a timer tells something */
};

struct table {
	const struct view *view;
	const struct world_side *side;
	struct row *rows; /* (owned) */
	size_t count, room;
	size_t widths[COLUMN_COUNT]; /* 0: left out */
	size_t above, below;         /* rows out of sight */
};

static bool is(const char *text, const char *word)
{
	return text != NULL && string_is(text, word);
}

static void set_cell(struct row *row, enum column column, const char *text)
{
	size_t len = strlen(text);

	if (len >= CELL_SIZE)
		len = CELL_SIZE - 1;
	memcpy(row->cells[column], text, len);
	row->cells[column][len] = '\0';
}

static void set_and_release(struct row *row, enum column column, struct text *text)
{
	set_cell(row, column, text->data);
	text_release(text);
}

static void set_address(const struct table *table, struct row *row, enum column column, const char *address)
{
	struct text text;

	text_init(&text);
	view_address(&text, table->view->world, table->side->host, address);
	set_and_release(row, column, &text);
}

static struct row *add_row(struct table *table)
{
	table->rows = array_grow(table->rows, table->count, &table->room, sizeof(*table->rows));
	return &table->rows[table->count++];
}

/* ---- what stands in a row ---- */

static void set_state(struct row *row, const char *state, const struct world_socket *socket)
{
	struct text text;

	text_init(&text);
	text_add(&text, state);
	if (socket != NULL && is(state, "LISTEN") && socket->recvq != EVENT_NO_INT && socket->sendq != EVENT_NO_INT)
		text_addf(&text, " %lld/%lld", (long long)socket->recvq, (long long)socket->sendq);
	set_and_release(row, COLUMN_STATE, &text);
}

static void set_queues(struct row *row, const struct world_socket *socket)
{
	struct text text;

	if (is(socket->state, "LISTEN") || socket->recvq == EVENT_NO_INT || socket->sendq == EVENT_NO_INT)
		return;
	text_init(&text);
	text_addf(&text, "%lld/%lld", (long long)socket->recvq, (long long)socket->sendq);
	row->counts |= socket->recvq > 0 || socket->sendq > 0;
	set_and_release(row, COLUMN_QUEUES, &text);
}

static void set_timer(const struct table *table, struct row *row, const struct world_socket *socket)
{
	struct text text;

	if (socket->timer == NULL || socket->timer_end <= table->view->now)
		return;
	text_init(&text);
	text_addf(&text, "%s %lld s", view_timer(socket->timer), view_left(table->view, socket->timer_end));
	if (socket->retransmits != EVENT_NO_INT && socket->retransmits > 0)
		text_addf(&text, ", sent %lld times", (long long)socket->retransmits + 1);
	row->counts = true;
	set_and_release(row, COLUMN_TIMER, &text);
}

static void set_kind(struct row *row, const char *proto, int64_t family)
{
	enum { FAMILY_INET6 = 10 };
	struct text text;

	text_init(&text);
	text_addf(&text, "%s%s", proto, family == FAMILY_INET6 ? "6" : "");
	set_and_release(row, COLUMN_KIND, &text);
}

static void set_socket(const struct table *table, struct row *row, const struct world_socket *socket)
{
	set_queues(row, socket);
	set_timer(table, row, socket);
	row->changed |= changes_has_socket(table->view->changes, socket->host, socket->cookie);
}

/* A connection that is over is no longer the descriptor's: what the row says holds. */
static void add_socket_fd(struct table *table, struct row *row, const struct world_fd *fd)
{
	const struct world *world = table->view->world;
	const struct world_socket *socket = world_fd_socket(world, table->side, fd);
	const char *state = world_fd_state(world, table->side, fd);
	bool over = socket == NULL || is(state, "CLOSED");

	set_kind(row, fd->row.proto, fd->row.family);
	set_address(table, row, COLUMN_LOCAL, over ? fd->row.local : socket->local);
	set_address(table, row, COLUMN_PEER, over ? fd->row.peer : socket->peer);
	if (state != NULL)
		set_state(row, state, socket);
	else
		set_cell(row, COLUMN_STATE, is(fd->row.proto, "tcp") ? "?" : row->cells[COLUMN_KIND]);
	if (socket != NULL)
		set_socket(table, row, socket);
}

static void add_fd(struct table *table, const struct world_fd *fd)
{
	struct row *row = add_row(table);
	struct text number;

	text_init(&number);
	text_addf(&number, "%d", fd->number);
	set_and_release(row, COLUMN_FD, &number);
	row->changed = changes_has_fd(table->view->changes, table->side->name, fd->number);
	if (fd->reserved) {
		set_cell(row, COLUMN_STATE, "reserved");
	} else if (fd->row.proto != NULL) {
		add_socket_fd(table, row, fd);
	} else {
		set_cell(row, COLUMN_LOCAL, fd->row.path == NULL ? "" : fd->row.path);
		set_cell(row, COLUMN_STATE, fd->row.kind == NULL ? "?" : fd->row.kind);
	}
}

static const char *port_of(const char *address)
{
	const char *colon = address == NULL ? NULL : strrchr(address, ':');

	return colon == NULL ? "" : colon;
}

/* Does one of the side's descriptors listen where this socket's connection came in? */
static bool listens_for(const struct world *world, const struct world_side *side, const struct world_socket *socket)
{
	for (size_t i = 0; i < side->fd_count; i++) {
		const struct world_socket *other = world_fd_socket(world, side, &side->fds[i]);

		if (other != NULL && is(other->state, "LISTEN") &&
		    string_is(port_of(other->local), port_of(socket->local)))
			return true;
	}
	return false;
}

/* The side in whose box a socket without descriptor stands: of its host the one that listens at its port, else the
 * first. */
static const struct world_side *side_of(const struct world *world, const struct world_socket *socket)
{
	const struct world_side *first = NULL;

	for (size_t i = 0; i < world->side_count; i++) {
		const struct world_side *side = &world->sides[i];

		if (!side->alive || !string_is(side->host, socket->host))
			continue;
		if (listens_for(world, side, socket))
			return side;
		if (first == NULL)
			first = side;
	}
	return first;
}

static void add_loose_socket(struct table *table, const struct world_socket *socket)
{
	struct row *row = add_row(table);

	set_cell(row, COLUMN_FD, "-");
	set_kind(row, socket->proto, socket->family);
	set_address(table, row, COLUMN_LOCAL, socket->local);
	set_address(table, row, COLUMN_PEER, socket->peer);
	set_state(row, socket->state == NULL ? "?" : socket->state, socket);
	set_socket(table, row, socket);
}

/* More than a person reads are counted by whoever lists sockets; here the first are enough. */
enum { LOOSE_MOST = 1000 };

static bool is_standard(const struct world_fd *fd)
{
	return fd->number <= 2 && is(fd->row.kind, "null");
}

/* How many of 0, 1 and 2 share a row: all or none. */
static size_t standard_count(const struct world_side *side)
{
	return side->fd_count >= 3 && is_standard(&side->fds[0]) && is_standard(&side->fds[1]) &&
	       is_standard(&side->fds[2]) ? 3 : 0;
}

static void add_fds(struct table *table, bool sockets)
{
	const struct world_side *side = table->side;

	for (size_t i = standard_count(side); i < side->fd_count; i++)
		if ((side->fds[i].row.proto != NULL || side->fds[i].reserved) == sockets)
			add_fd(table, &side->fds[i]);
}

static void add_standard(struct table *table)
{
	struct row *row;

	if (standard_count(table->side) == 0)
		return;
	row = add_row(table);
	row->faint = true;
	set_cell(row, COLUMN_FD, "0-2");
	set_cell(row, COLUMN_LOCAL, "/dev/null");
}

static void table_init(struct table *table, const struct view *view, const struct world_side *side)
{
	const struct world *world = view->world;
	size_t loose = 0;

	*table = (struct table){ .view = view, .side = side };
	add_fds(table, true);
	for (size_t i = 0; i < world->socket_count && loose < LOOSE_MOST; i++) {
		const struct world_socket *socket = world->sockets[i];

		if (socket->descriptors > 0 || !string_is(socket->host, side->host) || side_of(world, socket) != side)
			continue;
		add_loose_socket(table, socket);
		loose++;
	}
	add_fds(table, false);
	add_standard(table);
}

static void table_release(struct table *table)
{
	free(table->rows);
}

/* ---- columns ---- */

/* What is not a socket has a path, which may run on under `peer`. */
static bool runs_on(const struct row *row)
{
	return row->cells[COLUMN_LOCAL][0] == '/' && row->cells[COLUMN_PEER][0] == '\0';
}

static size_t widest_cell(const struct table *table, const struct canvas *canvas, size_t first, enum column column)
{
	size_t widest = 0;

	for (size_t i = first; i < table->count && i < first + ROWS_MEASURED; i++) {
		size_t width = canvas_width_of(canvas, table->rows[i].cells[column]);

		if (width > widest && !(column == COLUMN_LOCAL && runs_on(&table->rows[i])))
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

static void shrink(size_t *width, size_t surplus)
{
	size_t spare = *width > ADDRESS_LEAST ? *width - ADDRESS_LEAST : 0;

	*width -= surplus < spare ? surplus : spare;
}

static void fit(struct table *table, size_t columns)
{
	size_t total = total_of(table, false);

	if (total > columns)
		shrink(&table->widths[COLUMN_PEER], total - columns);
	total = total_of(table, false);
	if (total > columns)
		shrink(&table->widths[COLUMN_LOCAL], total - columns);
	for (size_t column = COLUMN_COUNT; column-- > 0 && total_of(table, true) > columns;)
		if (headings[column].may_go)
			table->widths[column] = 0;
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

static void draw_detail(const struct table *table, const struct area *area, size_t at, const struct row *row)
{
	bool timer = table->widths[COLUMN_TIMER] == 0 && row->cells[COLUMN_TIMER][0] != '\0';
	bool queues = row->cells[COLUMN_QUEUES][0] != '\0' && !string_is(row->cells[COLUMN_QUEUES], "0/0");
	struct text text;

	text_init(&text);
	text_addf(&text, "%s ", canvas_glyph(area->canvas, GLYPH_CORNER));
	if (timer)
		text_add(&text, row->cells[COLUMN_TIMER]);
	if (queues && table->widths[COLUMN_QUEUES] == 0)
		text_addf(&text, "%srecv/send-q %s", timer ? ", " : "", row->cells[COLUMN_QUEUES]);
	area_put_cut(area, at, 4, STYLE_FAINT, text.data);
	text_release(&text);
}

/* ---- calls ---- */

static void draw_call(const struct view *view, const struct area *area, size_t at, const struct world_call *call)
{
	struct text tail;
	size_t width, room;

	text_init(&tail);
	if (call->blocked)
		text_addf(&tail, " blocked %lld s", view_age(view, call->began));
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

static size_t rows_of_box(const struct view *view, const struct world_side *side)
{
	size_t loose = 0;

	for (size_t i = 0; i < view->world->socket_count && loose < LOOSE_MOST; i++) {
		const struct world_socket *socket = view->world->sockets[i];

		if (socket->descriptors == 0 && string_is(socket->host, side->host) &&
		    side_of(view->world, socket) == side)
			loose += socket->timer == NULL ? 1 : 2;
	}
	return 2 + 1 + side->fd_count - (standard_count(side) > 0 ? 2 : 0) + loose + tail_rows(side);
}

static size_t count_details(const struct table *table, size_t first, size_t count)
{
	size_t details = 0;

	for (size_t i = first; i < first + count && i < table->count; i++)
		details += needs_detail(table, &table->rows[i]);
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
	size_t most = table->count > room ? table->count - room : 0, first = 0;

	for (size_t i = 0; i < table->count && room > 0; i++)
		if (table->rows[i].changed && i >= room)
			first = i + 1 - room;
	first += scroll;
	return first < most ? first : most;
}

static void draw_rows(struct table *table, const struct area *area, size_t first, size_t room)
{
	size_t count = table->count - first < room ? table->count - first : room, at = 1;
	bool details;

	measure(table, area, first);
	fit(table, area->columns);
	details = count + count_details(table, first, count) <= room;
	draw_headings(table, area);
	for (size_t i = first; i < first + count; i++) {
		draw_row(table, area, at++, &table->rows[i]);
		if (details && needs_detail(table, &table->rows[i]))
			draw_detail(table, area, at++, &table->rows[i]);
	}
	table->above = first;
	table->below = table->count - first - count;
}

static void draw_inside(struct table *table, const struct area *area, size_t scroll)
{
	const struct world_side *side = table->side;
	size_t tail = tail_rows(side), room;

	if (tail + 1 > area->rows)
		tail = area->rows > 1 ? area->rows - 1 : 0;
	room = area->rows > tail + 1 ? area->rows - tail - 1 : 0;
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

static void draw_box(const struct view *view, const struct area *area, const struct world_side *side, size_t scroll)
{
	const struct world_host *host = world_host(view->world, side->host);
	bool current = view->current != NULL && string_is(view->current, side->name);
	struct text title;
	struct table table;
	struct area inside;

	text_init(&title);
	text_addf(&title, "%s%s", current ? "> " : "", side->name);
	if (host != NULL && host->addresses != NULL && world_host(view->world, side->name) != NULL)
		text_addf(&title, "  %.*s", (int)strcspn(host->addresses, " "), host->addresses);
	else
		text_addf(&title, "  on %s", side->host);
	if (side->pid != EVENT_NO_INT)
		text_addf(&title, "  pid %lld", (long long)side->pid);
	inside = view->bare ? area_bare(area, title.data)
			    : area_box(area, current ? STYLE_FOCUS : STYLE_BORDER, title.data);
	text_release(&title);
	if (inside.rows == 0 || inside.columns == 0)
		return;
	table_init(&table, view, side);
	draw_inside(&table, &inside, scroll);
	draw_rest(area, &table);
	table_release(&table);
}

/* ---- the boxes ---- */

/* Sides that ended go when there is no room for all. */
static size_t shown_sides(const struct view *view, const struct world_side **sides, size_t most)
{
	const struct world *world = view->world;
	size_t count = 0;

	for (size_t i = 0; i < world->side_count && count < most; i++)
		if (world->sides[i].alive)
			sides[count++] = &world->sides[i];
	for (size_t i = world->side_count; count == 0 && i-- > 0;)
		if (most > 0)
			sides[count++] = &world->sides[i];
	return count;
}

enum { SIDES_MOST = 64 };

static size_t in_a_row(size_t count, size_t columns)
{
	size_t most = columns / (box_least + 2);

	most = most == 0 ? 1 : most;
	return count < most ? (count == 0 ? 1 : count) : most;
}

size_t pane_sides_rows(const struct view *view, size_t columns)
{
	const struct world_side *sides[SIDES_MOST];
	size_t count = shown_sides(view, sides, SIDES_MOST), across = in_a_row(count, columns), rows = 0;

	for (size_t i = 0; i < count; i += across) {
		size_t highest = 0;

		for (size_t j = i; j < count && j < i + across; j++) {
			size_t needed = rows_of_box(view, sides[j]);

			highest = needed > highest ? needed : highest;
		}
		rows += highest;
	}
	return rows;
}

static size_t index_of_current(const struct view *view, const struct world_side *const *sides, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (view->current != NULL && string_is(sides[i]->name, view->current))
			return i;
	return 0;
}

/* So that the current side is among those that are shown. */
static size_t first_shown(size_t current, size_t count, size_t fitting)
{
	if (count <= fitting || current < fitting)
		return 0;
	return current + 1 - fitting;
}

void pane_sides_draw(const struct view *view, const struct area *area, size_t scroll)
{
	const struct world_side *sides[SIDES_MOST];
	size_t count = shown_sides(view, sides, SIDES_MOST), across = in_a_row(count, area->columns);
	size_t levels = (count + across - 1) / across, most = area->rows / 5;

	if (count == 0)
		return;
	most = most == 0 ? 1 : most;
	levels = levels < most ? levels : most;
	size_t fitting = levels * across;
	size_t first = first_shown(index_of_current(view, sides, count), count, fitting);
	for (size_t i = 0; i < fitting && first + i < count; i++) {
		size_t row = i / across * area->rows / levels, end = (i / across + 1) * area->rows / levels;
		size_t column = i % across * area->columns / across, right = (i % across + 1) * area->columns / across;
		struct area box = area_part(area, row, column, end - row, right - column);

		draw_box(view, &box, sides[first + i], scroll);
	}
	if (count > fitting && area->columns > 20) {
		struct text text;

		text_init(&text);
		text_addf(&text, " %zu of %zu sides ", fitting, count);
		struct area foot = area_part(area, area->rows - 1, 0, 1, area->columns - 1);
		area_put_right(&foot, 0, 0, STYLE_FAINT, text.data);
		text_release(&text);
	}
}
