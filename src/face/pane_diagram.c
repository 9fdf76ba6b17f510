#include "face/panes.h"

#include <string.h>

/*
 * The state diagram of RFC 9293 (section 3.3.2, figure 5), a socket standing on each state that it is in, and the edge
 * that was taken last marked. (Of its edges one is missing, from LISTEN to SYN_SENT: what listens does not connect on
 * Linux.) Where there is no room for the figure, a list of the states.
 */

static const char *const figure[] = {
	"                              CLOSED",
	"",
	"        ┌───── listen ───────────┴──────── connect: SYN ─────┐",
	"        ▼ ▲ close                               close, RST ▲ ▼",
	"  ┌─▶ LISTEN                                              SYN_SENT",
	"  │",
	"  │ RST │ SYN: SYN,ACK                                       │",
	"  │     ▼◀──────────── SYN: SYN,ACK ─────────────────────────┤",
	"  ├── SYN_RECV ──── ACK ───▶ ESTABLISHED ◀── SYN,ACK: ACK ───┘",
	"  │",
	"  └─────┬───── close: FIN ───────┴──────── FIN: ACK ─────────┐",
	"        ▼                                                    ▼",
	"      FIN_WAIT1 ─ FIN: ACK ▶ CLOSING                      CLOSE_WAIT",
	"",
	"        │ ACK                    │ ACK                       │ close: FIN",
	"        ▼                        ▼                           ▼",
	"      FIN_WAIT2 ─ FIN: ACK ▶ TIME_WAIT                    LAST_ACK",
	"",
	"                                 └──── 60 s ───▶ CLOSED ◀─ ACK ─┘",
};

enum { FIGURE_ROWS = sizeof(figure) / sizeof(figure[0]), FIGURE_COLUMNS = 74, LOOK_BACK = 2000 };

static const struct {
	const char *name;
	size_t row, column, room; /* of the name; below it stand the sockets */
} states[] = {
	{ "CLOSED", 0, 30, 40 },     { "LISTEN", 4, 6, 46 },       { "SYN_SENT", 4, 58, 30 },
	{ "SYN_RECV", 8, 6, 22 },    { "ESTABLISHED", 8, 29, 45 }, { "FIN_WAIT1", 12, 6, 22 },
	{ "CLOSING", 12, 29, 26 },   { "CLOSE_WAIT", 12, 58, 30 }, { "FIN_WAIT2", 16, 6, 22 },
	{ "TIME_WAIT", 16, 29, 26 }, { "LAST_ACK", 16, 58, 30 },
};

enum { STATE_COUNT = sizeof(states) / sizeof(states[0]) };

/* Where the words of an edge stand. What no longer is, or not yet, is CLOSED. */
static const struct {
	const char *from, *to;
	size_t row, column, len;
	enum cause_kind cause; /* that alone; 0: any */
} edges[] = {
	{ "CLOSED", "LISTEN", 2, 15, 6, CAUSE_UNKNOWN },
	{ "CLOSED", "SYN_SENT", 2, 43, 12, CAUSE_UNKNOWN },
	{ "LISTEN", "CLOSED", 3, 12, 5, CAUSE_UNKNOWN },
	{ "SYN_SENT", "CLOSED", 3, 48, 10, CAUSE_UNKNOWN },
	{ "LISTEN", "SYN_RECV", 6, 10, 12, CAUSE_UNKNOWN },
	{ "CLOSED", "SYN_RECV", 6, 10, 12, CAUSE_UNKNOWN },
	{ "SYN_RECV", "CLOSED", 6, 4, 3, CAUSE_SEGMENT },
	{ "SYN_SENT", "SYN_RECV", 7, 23, 12, CAUSE_UNKNOWN },
	{ "SYN_SENT", "ESTABLISHED", 8, 45, 12, CAUSE_UNKNOWN },
	{ "SYN_RECV", "ESTABLISHED", 8, 20, 3, CAUSE_UNKNOWN },
	{ "SYN_RECV", "FIN_WAIT1", 10, 15, 10, CAUSE_UNKNOWN },
	{ "ESTABLISHED", "FIN_WAIT1", 10, 15, 10, CAUSE_UNKNOWN },
	{ "ESTABLISHED", "CLOSE_WAIT", 10, 43, 8, CAUSE_UNKNOWN },
	{ "FIN_WAIT1", "CLOSING", 12, 18, 8, CAUSE_UNKNOWN },
	{ "FIN_WAIT1", "FIN_WAIT2", 14, 10, 3, CAUSE_UNKNOWN },
	{ "CLOSING", "TIME_WAIT", 14, 35, 3, CAUSE_UNKNOWN },
	{ "CLOSE_WAIT", "LAST_ACK", 14, 63, 10, CAUSE_UNKNOWN },
	{ "FIN_WAIT2", "TIME_WAIT", 16, 18, 8, CAUSE_UNKNOWN },
	{ "TIME_WAIT", "CLOSED", 18, 39, 4, CAUSE_UNKNOWN },
	{ "LAST_ACK", "CLOSED", 18, 59, 3, CAUSE_UNKNOWN },
	/* The ACK of its own FIN and the peer's FIN, in one segment: two edges at once. */
	{ "FIN_WAIT1", "TIME_WAIT", 14, 10, 3, CAUSE_UNKNOWN },
	{ "FIN_WAIT1", "TIME_WAIT", 16, 18, 8, CAUSE_UNKNOWN },
};

static bool is(const char *text, const char *word)
{
	return text != NULL && string_is(text, word);
}

size_t pane_diagram_rows(const struct view *view, size_t columns)
{
	(void)view;
	return columns >= FIGURE_COLUMNS ? FIGURE_ROWS : STATE_COUNT;
}

/* ---- who stands where ---- */

static void add_occupant(struct text *out, const struct world *world, const struct world_socket *socket)
{
	struct world_side *side;
	struct world_fd *fd;

	text_add(out, out->len > 0 ? ", " : "");
	if (world_socket_holder(world, socket, &side, &fd))
		text_addf(out, "%s %d", side->name, fd->number);
	else
		text_addf(out, "%s -", socket->host);
}

enum { OCCUPANTS_MOST = 6 };

static bool is_shown_in(const struct view *view, const struct world_socket *socket, const char *state)
{
	return string_is(socket->proto, "tcp") && is(socket->state, state) &&
	       !veil_is_over_state(&view->veil, socket->host, socket->cookie);
}

static bool one_changed(const struct view *view, const char *state)
{
	for (size_t i = 0; i < view->changes->count; i++) {
		const struct change *change = &view->changes->items[i];
		const struct world_socket *socket =
			change->is_socket ? world_socket(view->world, change->where, change->number) : NULL;

		if (socket != NULL && is_shown_in(view, socket, state))
			return true;
	}
	return false;
}

/* The one that is asked about stands nowhere. */
static size_t veiled_in(const struct view *view, const char *state)
{
	const struct veil *veil = &view->veil;
	const struct world_socket *socket =
		veil->state && veil->host != NULL ? world_socket(view->world, veil->host, veil->cookie) : NULL;

	return socket != NULL && string_is(socket->proto, "tcp") && is(socket->state, state);
}

/* A descriptor whose connection went to TIME_WAIT is CLOSED itself, and not a socket of the kernel's any more. */
static size_t occupants(struct text *out, const struct view *view, const char *state, bool *changed)
{
	const struct order *by_state = &view->world->by_state;
	struct world_socket key = { .proto = "tcp", .state = state };
	size_t first = order_place(by_state, &key), named = 0, count;

	key.arrival = INT64_MAX;
	count = order_place(by_state, &key) - first - veiled_in(view, state);
	for (size_t i = first; named < count && named < OCCUPANTS_MOST; i++) {
		const struct world_socket *socket = order_at(by_state, i);

		if (!is_shown_in(view, socket, state))
			continue;
		add_occupant(out, view->world, socket);
		named++;
	}
	if (count > OCCUPANTS_MOST)
		text_addf(out, ", %zu more", count - OCCUPANTS_MOST);
	*changed = one_changed(view, state);
	return count;
}

static const struct event_state *last_edge(const struct view *view)
{
	size_t stop = view->log->count > LOOK_BACK ? view->log->count - LOOK_BACK : 0;

	if (view->veil.state)
		return NULL;
	for (size_t i = view->log->count; i-- > stop;)
		if (log_at(view->log, i)->kind == EVENT_state)
			return &log_at(view->log, i)->state;
	return NULL;
}

/* ---- drawing ---- */

static const struct {
	const char *drawn;
	char plain;
} plain_signs[] = { { "─", '-' }, { "│", '|' }, { "┌", '+' }, { "┐", '+' }, { "└", '+' },
		    { "┘", '+' }, { "┴", '+' }, { "┬", '+' }, { "├", '+' }, { "┤", '+' },
		    { "▼", 'v' }, { "▲", '^' }, { "▶", '>' }, { "◀", '<' } };

static void add_plain(struct text *out, const char *line)
{
	enum { SIGN_LEN = 3 };

	while (*line != '\0') {
		char sign = '\0';

		for (size_t i = 0; i < sizeof(plain_signs) / sizeof(plain_signs[0]) && sign == '\0'; i++)
			if (string_starts_with(line, plain_signs[i].drawn))
				sign = plain_signs[i].plain;
		text_add_char(out, sign != '\0' ? sign : *line);
		line += sign != '\0' ? SIGN_LEN : 1;
	}
}

static void draw_line(const struct area *area, size_t row, const char *line)
{
	struct text plain;

	text_init(&plain);
	if (area->canvas->utf8)
		text_add(&plain, line);
	else
		add_plain(&plain, line);
	area_put(area, row, 0, STYLE_FAINT, plain.data);
	text_release(&plain);
}

static void draw_state(const struct view *view, const struct area *area, size_t which, size_t scroll)
{
	struct area below = area_part(area, states[which].row + 1 - scroll, states[which].column, 1,
				      states[which].room);
	struct text who;
	bool changed;
	enum style style = STYLE_PLAIN;

	text_init(&who);
	if (occupants(&who, view, states[which].name, &changed) > 0)
		style = changed ? STYLE_CHANGED : STYLE_TITLE;
	if (states[which].row >= scroll)
		area_put(area, states[which].row - scroll, states[which].column, style, states[which].name);
	if (states[which].row + 1 >= scroll)
		area_put_cut(&below, 0, 0, style, who.data);
	text_release(&who);
}

static bool is_edge(const struct event_state *taken, size_t which)
{
	return is(taken->from == NULL ? "CLOSED" : taken->from, edges[which].from) &&
	       is(taken->to == NULL ? "CLOSED" : taken->to, edges[which].to) &&
	       (edges[which].cause == CAUSE_UNKNOWN || edges[which].cause == taken->cause.kind);
}

static void mark_edge(const struct view *view, const struct area *area, size_t scroll)
{
	const struct event_state *last = last_edge(view);

	for (size_t i = 0; last != NULL && i < sizeof(edges) / sizeof(edges[0]); i++) {
		struct area words;

		if (!is_edge(last, i) || edges[i].row < scroll)
			continue;
		words = area_part(area, edges[i].row - scroll, edges[i].column, 1, edges[i].len);
		area_tint(&words, 0, STYLE_CHANGED);
	}
}

static void draw_figure(const struct view *view, const struct area *whole, size_t scroll)
{
	size_t left = whole->columns > FIGURE_COLUMNS ? (whole->columns - FIGURE_COLUMNS) / 2 : 0;
	struct area area = area_part(whole, 0, left, whole->rows, whole->columns - left);

	for (size_t row = 0; row < area.rows && scroll + row < FIGURE_ROWS; row++)
		draw_line(&area, row, figure[scroll + row]);
	for (size_t i = 0; i < STATE_COUNT; i++)
		draw_state(view, &area, i, scroll);
	mark_edge(view, &area, scroll);
}

static void draw_list(const struct view *view, const struct area *area, size_t scroll)
{
	for (size_t row = 0; row < area->rows && scroll + row < STATE_COUNT; row++) {
		struct text who;
		bool changed;
		size_t count;

		text_init(&who);
		count = occupants(&who, view, states[scroll + row].name, &changed);
		area_put(area, row, 1, count == 0 ? STYLE_FAINT : changed ? STYLE_CHANGED : STYLE_TITLE,
			 states[scroll + row].name);
		area_put_cut(area, row, 14, changed ? STYLE_CHANGED : STYLE_PLAIN, who.data);
		text_release(&who);
	}
}

void pane_diagram_draw(const struct view *view, const struct area *area, size_t scroll)
{
	if (area->columns >= FIGURE_COLUMNS && area->rows + scroll >= STATE_COUNT + 2)
		draw_figure(view, area, scroll);
	else
		draw_list(view, area, scroll);
}
