#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "world/sockets.h"
#include "world/world.h"

/* What each kind of event makes of the world. */

/* How many signals of a side are kept. */
enum { SIGNALS_KEPT = 64 };

static void replace(char **string, const char *with)
{
	char *copy = with == NULL ? NULL : xstrdup(with);

	free(*string);
	*string = copy;
}

static void replace_if(char **string, const char *with)
{
	if (with != NULL)
		replace(string, with);
}

static void replace_number(int64_t *number, int64_t with)
{
	if (with != EVENT_NO_INT)
		*number = with;
}

static bool same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && string_is(a, b));
}
/* ---- rows as events: a kept event of one kind ---- */

static void keep_fd_row(struct world_fd *fd, const struct event *event)
{
	struct event copy;
	char *texts = event_copy_with_texts(&copy, event);

	free(fd->texts);
	fd->texts = texts;
	fd->row = copy.fd;
}

static void keep_call(struct event_call *call, const struct event *event)
{
	struct event old = { .kind = EVENT_call, .call = *call }, copy;

	event_copy(&copy, event);
	*call = copy.call;
	event_release(&old);
}

/* ---- sockets ---- */

/* A socket is gone when no descriptor leads to it and it is in no state that outlives the last one. What never was
 * more than a descriptor (unbound, UNIX) goes with it; what TCP still holds goes by a state event. */
static void forget_if_gone(struct world *world, struct world_socket *socket)
{
	bool tcp = string_is(socket->proto, "tcp");

	if (socket->descriptors == 0 && (!tcp || socket->state == NULL || same(socket->state, "CLOSED")))
		sockets_forget(world, socket);
}

/* A descriptor with that number does not lead to the socket any more. */
static void let_go(struct world *world, const struct world_side *side, int number, int64_t cookie)
{
	struct world_socket *socket = cookie == EVENT_NO_INT ? NULL : world_socket(world, side->host, cookie);

	if (socket == NULL)
		return;
	sockets_remove_holder(world, socket, side, number);
	forget_if_gone(world, socket);
}

/* ---- sides ---- */

static void remove_fd(struct world *world, struct world_side *side, struct world_fd *fd)
{
	int64_t cookie = fd->row.cookie;
	int number = fd->number;

	side->listeners -= world_fd_listens(fd);
	free(fd->texts);
	memmove(fd, fd + 1, (size_t)(side->fds + side->fd_count - fd - 1) * sizeof(*fd));
	side->fd_count--;
	let_go(world, side, number, cookie);
}

static void remove_call(struct world_side *side, struct world_call *call)
{
	free(call->call);
	free(call->text);
	memmove(call, call + 1, (size_t)(side->calls + side->call_count - call - 1) * sizeof(*call));
	side->call_count--;
}

static void end_side(struct world *world, struct world_side *side, const struct event_side *event)
{
	side->alive = false;
	while (side->fd_count > 0)
		remove_fd(world, side, &side->fds[side->fd_count - 1]);
	while (side->call_count > 0)
		remove_call(side, &side->calls[side->call_count - 1]);
	free(side->end);
	if (event->signal != NULL)
		side->end = text_format("killed by %s", event->signal);
	else if (same(event->status, "killed"))
		side->end = xstrdup("killed by a signal");
	else if (same(event->status, "reset"))
		side->end = xstrdup("ended by reset");
	else
		side->end = text_format("exited with %lld", event->code == EVENT_NO_INT ? 0 : (long long)event->code);
}

static void begin_side(struct world *world, const struct event_side *event)
{
	struct world_side *side;

	world->sides = array_grow(world->sides, world->side_count, &world->side_room, sizeof(*world->sides));
	side = &world->sides[world->side_count++];
	*side = (struct world_side){
		.name = xstrdup(event->side),
		.host = xstrdup(event->host == NULL ? "" : event->host),
		.parent = event->parent == NULL ? NULL : xstrdup(event->parent),
		.pid = event->pid,
		.outer_pid = event->outer_pid,
		.alive = true,
		.last.id = EVENT_NO_INT,
	};
}

static void apply_side(struct world *world, const struct event_side *event)
{
	struct world_side *side = event->side == NULL ? NULL : world_side(world, event->side);

	if (event->side == NULL || same(event->status, "refused"))
		return;
	if (same(event->status, "started"))
		begin_side(world, event);
	else if (side != NULL && side->alive)
		end_side(world, side, event);
}

static void forget_sockets_of(struct world *world, const char *host)
{
	for (size_t i = world->socket_count; i-- > 0;)
		if (string_is(world->sockets[i]->host, host))
			sockets_forget(world, world->sockets[i]);
}

static void apply_host(struct world *world, const struct event_host *event)
{
	struct world_host *host = event->host == NULL ? NULL : world_host(world, event->host);

	if (event->host == NULL)
		return;
	if (host == NULL) {
		world->hosts = array_grow(world->hosts, world->host_count, &world->host_room, sizeof(*world->hosts));
		host = &world->hosts[world->host_count++];
		host->name = xstrdup(event->host);
	}
	if (same(event->status, "down"))
		forget_sockets_of(world, event->host);
	replace_if(&host->addresses, event->addresses);
	replace_if(&host->link, event->link);
	host->up = same(event->status, "up");
}

/* ---- descriptors ---- */

static struct world_fd *insert_fd(struct world_side *side, int number)
{
	size_t at = side->fd_count;

	side->fds = array_grow(side->fds, side->fd_count, &side->fd_room, sizeof(*side->fds));
	while (at > 0 && side->fds[at - 1].number > number)
		at--;
	memmove(&side->fds[at + 1], &side->fds[at], (side->fd_count - at) * sizeof(*side->fds));
	side->fd_count++;
	side->fds[at] = (struct world_fd){ .number = number, .row.cookie = EVENT_NO_INT };
	return &side->fds[at];
}

/* But for the state, what is not told stays. */
static void describe(struct world *world, struct world_socket *socket, const struct socket_texts *told)
{
	const struct socket_texts texts = {
		.host = socket->host,
		.proto = told->proto != NULL ? told->proto : socket->proto,
		.local = told->local != NULL ? told->local : socket->local,
		.peer = told->peer != NULL ? told->peer : socket->peer,
		.state = told->state,
	};

	sockets_describe(world, socket, &texts);
}

/* connect() to AF_UNSPEC ends what connect() began: of UDP no peer is left, nor a past that would have one. */
static bool is_disconnected(const struct world_socket *socket, const struct event_fd *row)
{
	return same(row->proto, "udp") && row->peer == NULL && *socket->peer != '\0';
}

/* `is_new`: the descriptor did not lead to it before. */
static void describe_socket(struct world *world, const struct world_side *side, const struct event_fd *row,
			    bool is_new)
{
	struct world_socket *socket = sockets_make(world, side->host, row->cookie);
	struct socket_texts told = {
		.proto = row->proto, .local = row->local, .peer = row->peer,
		.state = socket->state != NULL ? socket->state : row->state,
	};

	if (is_disconnected(socket, row)) {
		told.peer = "";
		told.state = "UNCONN";
	}
	describe(world, socket, &told);
	replace_number(&socket->family, row->family);
	replace_number(&socket->type, row->type);
	replace_number(&socket->inode, row->inode);
	if (is_new)
		sockets_add_holder(world, socket, side, (int)row->fd);
}

static void apply_open_fd(struct world *world, struct world_side *side, const struct event *event)
{
	struct world_fd *fd = world_fd(side, (int)event->fd.fd);
	int64_t before;

	if (fd == NULL)
		fd = insert_fd(side, (int)event->fd.fd);
	before = fd->row.cookie;
	fd->reserved = same(event->fd.status, "reserved");
	side->listeners -= world_fd_listens(fd);
	keep_fd_row(fd, event);
	side->listeners += world_fd_listens(fd);
	if (fd->row.cookie != EVENT_NO_INT)
		describe_socket(world, side, &fd->row, before != fd->row.cookie);
	if (before != fd->row.cookie)
		let_go(world, side, fd->number, before);
}

static void apply_fd(struct world *world, const struct event *event)
{
	struct world_side *side = event->fd.side == NULL ? NULL : world_side(world, event->fd.side);
	struct world_fd *fd;

	if (side == NULL || !side->alive)
		return;
	fd = world_fd(side, (int)event->fd.fd);
	if (!same(event->fd.status, "closed"))
		apply_open_fd(world, side, event);
	else if (fd != NULL)
		remove_fd(world, side, fd);
}

/* ---- calls ---- */

static void begin_call(struct world_side *side, const struct event *event)
{
	struct world_call *call = world_call(side, event->call.id);

	if (call == NULL) {
		side->calls = array_grow(side->calls, side->call_count, &side->call_room, sizeof(*side->calls));
		call = &side->calls[side->call_count++];
		call->id = event->call.id;
		call->began = event->t;
	}
	replace_if(&call->call, event->call.call);
	replace_if(&call->text, event->call.text);
	call->thread = event->call.thread == EVENT_NO_INT ? 1 : event->call.thread;
	call->fd = event->call.fd;
	call->blocked = same(event->call.status, "blocked");
}

static void end_call(struct world_side *side, int64_t id)
{
	struct world_call *call = world_call(side, id);

	if (call != NULL)
		remove_call(side, call);
}

static bool receives(const char *call)
{
	return same(call, "recv") || same(call, "recvfrom") || same(call, "recvmsg") || same(call, "read") ||
	       same(call, "readv");
}

static void keep_received(struct world_side *side, const struct event_call *call)
{
	if (!receives(call->call) || call->result < 0 || call->data.bytes == NULL)
		return;
	free(side->received);
	side->received = xstrndup(call->data.bytes, call->data.len);
	side->received_len = call->data.len;
}

static void apply_call(struct world *world, const struct event *event)
{
	struct world_side *side = event->call.side == NULL ? NULL : world_side(world, event->call.side);

	if (side == NULL)
		return;
	if (!same(event->call.status, "returned") && !same(event->call.status, "abandoned")) {
		begin_call(side, event);
		return;
	}
	end_call(side, event->call.id);
	if (same(event->call.status, "returned")) {
		keep_call(&side->last, event);
		keep_received(side, &event->call);
	}
}

/* ---- what the kernel says ---- */

/* A connection that is over has none (tcp_set_state() clears them), and the kernel tells nothing of it any more. */
static void forget_timer(struct world *world, struct world_socket *socket)
{
	sockets_set_timer(world, socket, NULL, 0);
	socket->retransmits = EVENT_NO_INT;
}

static void apply_state(struct world *world, const struct event_state *event)
{
	const struct socket_texts told = {
		.proto = event->proto, .local = event->local, .peer = event->peer, .state = event->to,
	};
	struct world_socket *socket;

	if (event->host == NULL || event->cookie == EVENT_NO_INT)
		return;
	socket = sockets_make(world, event->host, event->cookie);
	describe(world, socket, &told);
	life_add_edge(&socket->life, event);
	if (same(event->to, "CLOSED"))
		forget_timer(world, socket);
	forget_if_gone(world, socket);
}

static void apply_socket(struct world *world, const struct event *event)
{
	const struct event_socket *told = &event->socket;
	struct socket_texts texts = { .proto = told->proto, .local = told->local, .peer = told->peer };
	struct world_socket *socket;

	if (told->host == NULL || told->cookie == EVENT_NO_INT)
		return;
	socket = sockets_make(world, told->host, told->cookie);
	texts.state = told->state != NULL ? told->state : socket->state;
	describe(world, socket, &texts);
	life_add_numbers(&socket->life, told);
	replace_number(&socket->family, told->family);
	replace_number(&socket->type, told->type);
	replace_number(&socket->inode, told->inode);
	socket->recvq = told->recvq;
	socket->sendq = told->sendq;
	socket->retransmits = told->retransmits;
	sockets_set_timer(world, socket, told->timer,
			  event->t + (double)(told->timer_left == EVENT_NO_INT ? 0 : told->timer_left) / 1000);
	replace_if(&socket->info, told->info);
}

static void apply_signal(struct world *world, const struct event_signal *event)
{
	struct world_side *side = event->side == NULL ? NULL : world_side(world, event->side);

	if (side == NULL || event->signal == NULL)
		return;
	if (side->signal_count == SIGNALS_KEPT) {
		free(side->signals[0]);
		memmove(side->signals, side->signals + 1, (SIGNALS_KEPT - 1) * sizeof(*side->signals));
		side->signal_count--;
	}
	side->signals = array_grow(side->signals, side->signal_count, &side->signal_room, sizeof(*side->signals));
	side->signals[side->signal_count++] = xstrdup(event->signal);
}

/* Another wire begins to count its segments anew. */
static void apply_wire(struct world *world, const struct event_wire *event)
{
	if (same(event->status, "reset"))
		world_segments_clear(&world->segments);
	replace(&world->wire, event->status);
	replace(&world->wire_settings, event->text);
}

void world_apply(struct world *world, const struct event *event)
{
	world->revision++;
	switch (event->kind) {
	case EVENT_host:
		apply_host(world, &event->host);
		break;
	case EVENT_side:
		apply_side(world, &event->side);
		break;
	case EVENT_call:
		apply_call(world, event);
		break;
	case EVENT_fd:
		apply_fd(world, event);
		break;
	case EVENT_state:
		apply_state(world, &event->state);
		break;
	case EVENT_socket:
		apply_socket(world, event);
		break;
	case EVENT_signal:
		apply_signal(world, &event->signal);
		break;
	case EVENT_wire:
		apply_wire(world, &event->wire);
		break;
	case EVENT_segment:
	case EVENT_tls:
		world_segments_apply(&world->segments, event);
		break;
	case EVENT_hello:
	case EVENT_poke:
	case EVENT_expect:
	case EVENT_say:
	case EVENT_error:
	case EVENT_answer:
	case EVENT_copy:
	case EVENT_KIND_COUNT:
		break;
	}
}
