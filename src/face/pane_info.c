#include "face/panes.h"

#include <stdlib.h>
#include <string.h>

#include "face/lines.h"
#include "face/spark.h"

/*
 * One socket in full: its addresses, queues and timer, how its window, round trip and queues went, what TCP knows of it
 * named as ss names it, and the edges of its life; then the side's other sockets, of which a key chooses.
 */

enum { OTHERS_MOST = 50 };

static bool is(const char *text, const char *word)
{
	return text != NULL && string_is(text, word);
}

/* ---- the socket that is shown ---- */

static void add_number(struct text *out, const char *name, int64_t number)
{
	if (number != EVENT_NO_INT)
		text_addf(out, "%s %lld  ", name, (long long)number);
}

static void add_timer(struct text *out, const struct view *view, const struct world_socket *socket)
{
	if (socket->timer == NULL || socket->timer_end <= view->now)
		return;
	text_addf(out, "%s timer %lld s  ", view_timer(socket->timer), view_left(view, socket->timer_end));
}

static void add_holder(struct text *out, const struct world *world, const struct world_socket *socket)
{
	struct world_side *side;
	struct world_fd *fd;

	if (world_socket_holder(world, socket, &side, &fd))
		text_addf(out, "%s %d", side->name, fd->number);
	else
		text_addf(out, "%s, no descriptor", socket->host);
	if (socket->descriptors > 1)
		text_addf(out, " and %lld more", (long long)socket->descriptors - 1);
}

static const char *state_of(const struct view *view, const struct world_socket *socket)
{
	if (veil_is_over_state(&view->veil, socket->host, socket->cookie))
		return VEIL_SIGN;
	return socket->state == NULL ? "no state" : socket->state;
}

static void add_head(struct lines *lines, const struct view *view, const struct world_socket *socket)
{
	bool listens = is(socket->state, "LISTEN"), closed = is(socket->state, "CLOSED");
	struct text text;

	text_init(&text);
	if (view->bare) {
		add_holder(&text, view->world, socket);
		text_add(&text, "  ");
	}
	text_addf(&text, "%s  %s  %s", socket->proto, state_of(view, socket), socket->local);
	if (socket->peer[0] != '\0')
		text_addf(&text, " > %s", socket->peer);
	lines_add(lines, STYLE_TITLE, text.data);
	text_clear(&text);
	if (!closed && !veil_is_over_queues(&view->veil, socket->host, socket->cookie)) {
		add_number(&text, listens ? "waiting for accept" : "recv-q", socket->recvq);
		add_number(&text, listens ? "backlog" : "send-q", socket->sendq);
	}
	add_timer(&text, view, socket);
	add_number(&text, "retransmits", socket->retransmits);
	add_number(&text, "inode", socket->inode);
	lines_add(lines, STYLE_PLAIN, text.data);
	text_release(&text);
}

static void add_flags(struct lines *lines, const struct view *view, const struct world_socket *socket)
{
	struct world_side *side;
	struct world_fd *fd;
	struct text text;

	if (!world_socket_holder(view->world, socket, &side, &fd) || (!fd->row.nonblock && !fd->row.cloexec))
		return;
	text_init(&text);
	text_addf(&text, "%s%s", fd->row.nonblock ? "O_NONBLOCK  " : "", fd->row.cloexec ? "FD_CLOEXEC" : "");
	lines_add(lines, STYLE_PLAIN, text.data);
	text_release(&text);
}

/* ---- how numbers went ---- */

/* What never was another than 0 needs no line. */
static bool is_flat(const double *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (values[i] > 0)
			return false;
	return true;
}

static void add_value(struct text *out, const char *name, double value, bool milliseconds)
{
	char *number = text_format("%g%s", value, milliseconds ? " ms" : "");

	text_addf(out, "%-7s%-9s ", name, number);
	free(number);
}

static void add_sparks(struct lines *lines, const struct world_socket *socket, bool utf8)
{
	static const char *const names[LIFE_NUMBER_COUNT] = { "cwnd", "rtt", "send-q", "recv-q" };
	enum { BEFORE = 17, WIDEST = 48 };
	size_t width = lines->columns > BEFORE + 4 ? lines->columns - BEFORE - 2 : 2;
	double values[LIFE_NUMBERS_MOST];
	struct text text;

	text_init(&text);
	for (int which = 0; which < LIFE_NUMBER_COUNT; which++) {
		size_t count = life_series(&socket->life, (enum life_number)which, values);

		if (is(socket->state, "LISTEN") || is_flat(values, count))
			continue;
		text_clear(&text);
		add_value(&text, names[which], values[count - 1], which == LIFE_RTT);
		/* A bar takes three bytes and one cell: it is never folded, but added behind. */
		spark_add(&text, values, count, width < WIDEST ? width : WIDEST, utf8);
		lines_add_whole(lines, STYLE_CHANGED, text.data);
	}
	text_release(&text);
}

/* ---- its life ---- */

static void add_cause(struct text *out, const struct event_cause *cause)
{
	if (cause->kind == CAUSE_CALL)
		text_add(out, " (call)");
	else if (cause->kind == CAUSE_SEGMENT)
		text_addf(out, " (#%lld)", (long long)cause->number);
	else if (cause->kind == CAUSE_TIMER)
		text_addf(out, " (%s timer)", cause->timer);
}

static const char *or(const char *state, const char *none)
{
	return state[0] == '\0' ? none : state;
}

static void add_life(struct lines *lines, const struct view *view, const struct world_socket *socket, const char *arrow)
{
	const struct life *life = &socket->life;
	struct text text;

	if (life->edge_count == 0 || veil_is_over_state(&view->veil, socket->host, socket->cookie))
		return;
	text_init(&text);
	text_addf(&text, "life: %s", life->edges[0].from);
	for (size_t i = 0; i < life->edge_count; i++) {
		text_addf(&text, " %s %s", arrow, or(life->edges[i].to, "gone"));
		add_cause(&text, &life->edges[i].cause);
	}
	lines_add(lines, STYLE_PLAIN, text.data);
	text_release(&text);
}

/* ---- the others ---- */

static void add_other(struct lines *lines, const struct view *view, const struct world_socket *socket)
{
	struct text text;

	text_init(&text);
	text_add(&text, "also: ");
	add_holder(&text, view->world, socket);
	text_addf(&text, "  %s  %s  %s", socket->proto, state_of(view, socket), socket->local);
	if (socket->peer[0] != '\0')
		text_addf(&text, " > %s", socket->peer);
	lines_add(lines, STYLE_FAINT, text.data);
	text_release(&text);
}

static void add_others(struct lines *lines, const struct view *view, const struct world_socket *shown)
{
	const struct world *world = view->world;
	const struct world_side *side = view->current == NULL ? NULL : world_side(world, view->current);
	size_t count = 0;

	for (size_t i = 0; side != NULL && i < side->fd_count && count < OTHERS_MOST; i++) {
		const struct world_socket *socket = world_fd_socket(world, side, &side->fds[i]);

		if (socket != NULL && socket != shown) {
			add_other(lines, view, socket);
			count++;
		}
	}
	for (size_t i = 0; side != NULL && count < OTHERS_MOST; i++) {
		const struct world_socket *socket = world_loose_socket(world, side->host, i);

		if (socket == NULL)
			break;
		if (socket != shown && !view_is_foreign(world, socket)) {
			add_other(lines, view, socket);
			count++;
		}
	}
}

/* ---- */

static void make(struct lines *lines, const struct view *view, bool utf8)
{
	const struct world_socket *socket = view_socket(view);

	if (socket != NULL) {
		add_head(lines, view, socket);
		add_flags(lines, view, socket);
		add_sparks(lines, socket, utf8);
		add_life(lines, view, socket, utf8 ? "→" : ">");
		if (socket->info != NULL)
			lines_add(lines, STYLE_PLAIN, socket->info);
	} else {
		lines_add(lines, STYLE_FAINT, "the current side has no socket");
	}
	add_others(lines, view, socket);
}

size_t pane_info_rows(const struct view *view, size_t columns)
{
	struct lines lines;
	size_t count;

	lines_init(&lines, columns > 2 ? columns - 2 : columns);
	make(&lines, view, true);
	count = lines.count;
	lines_release(&lines);
	return count;
}

void pane_info_draw(const struct view *view, const struct area *area, size_t scroll)
{
	struct lines lines;

	lines_init(&lines, area->columns > 2 ? area->columns - 2 : area->columns);
	make(&lines, view, area->canvas->utf8);
	lines_draw(&lines, area, scroll, view->needle);
	lines_release(&lines);
}

void pane_info_title(const struct view *view, struct text *out)
{
	const struct world_socket *socket = view_socket(view);

	text_add(out, "  ");
	if (socket != NULL)
		add_holder(out, view->world, socket);
	else if (view->current != NULL)
		text_add(out, view->current);
}
