#include "face/panes.h"

#include <string.h>

/* Each socket of the current side in full, with the last edges of its life. */

enum { ROWS_EACH = 5, EDGES_MOST = 8, LOOK_BACK = 20000 };

static const struct world_side *side_of(const struct view *view)
{
	return view->current == NULL ? NULL : world_side(view->world, view->current);
}

/* Number `index` of the side's descriptors that are sockets; NULL: there are fewer. */
static const struct world_fd *socket_at(const struct world_side *side, size_t index)
{
	for (size_t i = 0; side != NULL && i < side->fd_count; i++)
		if (side->fds[i].row.proto != NULL && index-- == 0)
			return &side->fds[i];
	return NULL;
}

size_t pane_info_rows(const struct view *view, size_t columns)
{
	size_t count = 0;

	(void)columns;
	while (socket_at(side_of(view), count) != NULL)
		count++;
	return count * ROWS_EACH;
}

void pane_info_title(const struct view *view, struct text *out)
{
	if (view->current != NULL)
		text_addf(out, "  %s", view->current);
}

static void add_number(struct text *out, const char *name, int64_t number)
{
	if (number != EVENT_NO_INT)
		text_addf(out, "%s %lld  ", name, (long long)number);
}

static void add_socket(struct text *out, const struct view *view, const struct world_socket *socket)
{
	bool listens = socket->state != NULL && string_is(socket->state, "LISTEN");

	add_number(out, listens ? "waiting for accept" : "recv-q", socket->recvq);
	add_number(out, listens ? "backlog" : "send-q", socket->sendq);
	if (socket->timer != NULL && socket->timer_end > view->now)
		text_addf(out, "%s timer %lld s  ", view_timer(socket->timer), view_left(view, socket->timer_end));
	add_number(out, "retransmits", socket->retransmits);
}

static void add_flags(struct text *out, const struct event_fd *row)
{
	add_number(out, "inode", row->inode);
	if (row->nonblock)
		text_add(out, "O_NONBLOCK  ");
	if (row->cloexec)
		text_add(out, "FD_CLOEXEC  ");
}

static void add_cause(struct text *out, const struct event_cause *cause)
{
	if (cause->kind == CAUSE_CALL)
		text_add(out, " (call)");
	else if (cause->kind == CAUSE_SEGMENT)
		text_addf(out, " (#%lld)", (long long)cause->number);
	else if (cause->kind == CAUSE_TIMER)
		text_addf(out, " (%s timer)", cause->timer);
}

static bool is_edge_of(const struct event *event, const char *host, int64_t cookie)
{
	return event->kind == EVENT_state && event->state.cookie == cookie && event->state.host != NULL &&
	       string_is(event->state.host, host);
}

/* The newest edges, looked for from the log's end. */
static void add_life(struct text *out, const struct view *view, const struct area *area, const char *host,
		     int64_t cookie)
{
	const struct event_state *edges[EDGES_MOST];
	size_t found = 0, stop = view->log->count > LOOK_BACK ? view->log->count - LOOK_BACK : 0;

	for (size_t i = view->log->count; i-- > stop && found < EDGES_MOST && cookie != EVENT_NO_INT;)
		if (is_edge_of(log_at(view->log, i), host, cookie))
			edges[found++] = &log_at(view->log, i)->state;
	if (found > 0 && edges[found - 1]->from != NULL)
		text_add(out, edges[found - 1]->from);
	while (found-- > 0) {
		text_addf(out, " %s %s", canvas_glyph(area->canvas, GLYPH_ARROW),
			  edges[found]->to == NULL ? "gone" : edges[found]->to);
		add_cause(out, &edges[found]->cause);
	}
}

static const char *or_empty(const char *text)
{
	return text == NULL ? "" : text;
}

static void add_row(struct text *out, const struct view *view, const struct area *area, const struct world_fd *fd,
		    size_t which)
{
	const struct world_side *side = side_of(view);

	if (side == NULL)
		return;
	const struct world_socket *socket = world_fd_socket(view->world, side, fd);
	const char *state = world_fd_state(view->world, side, fd);

	if (which == 0)
		text_addf(out, "%d  %s  %s", fd->number, fd->row.proto,
			  state != NULL ? state : "");
	else if (which == 1)
		text_addf(out, "   %s %s %s", socket != NULL ? socket->local : or_empty(fd->row.local),
			  canvas_glyph(area->canvas, GLYPH_ARROW),
			  socket != NULL ? socket->peer : or_empty(fd->row.peer));
	if (which == 2) {
		text_add(out, "   ");
		if (socket != NULL)
			add_socket(out, view, socket);
		add_flags(out, &fd->row);
	}
	if (which == 3) {
		text_add(out, "   ");
		add_life(out, view, area, side->host, fd->row.cookie);
	}
}

void pane_info_draw(const struct view *view, const struct area *area, size_t scroll)
{
	const struct world_side *side = side_of(view);
	struct text line;

	if (side == NULL || socket_at(side, 0) == NULL) {
		area_put(area, 0, 1, STYLE_FAINT, "the current side has no socket");
		return;
	}
	text_init(&line);
	for (size_t row = 0; row < area->rows; row++) {
		size_t at = scroll + row;
		const struct world_fd *fd = socket_at(side, at / ROWS_EACH);

		if (fd == NULL)
			break;
		text_clear(&line);
		add_row(&line, view, area, fd, at % ROWS_EACH);
		area_put_cut(area, row, 1, at % ROWS_EACH == 0 ? STYLE_TITLE : STYLE_PLAIN, line.data);
	}
	text_release(&line);
}
