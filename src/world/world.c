#include "world/world.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

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

/* ---- life ---- */

void world_init(struct world *world)
{
	*world = (struct world){ 0 };
}

static void release_call(struct world_call *call)
{
	free(call->call);
	free(call->text);
}

static void release_table(struct world_side *side)
{
	for (size_t i = 0; i < side->fd_count; i++)
		free(side->fds[i].texts);
	side->fd_count = 0;
	for (size_t i = 0; i < side->call_count; i++)
		release_call(&side->calls[i]);
	side->call_count = 0;
}

static void release_side(struct world_side *side)
{
	struct event last = { .kind = EVENT_call, .call = side->last };

	release_table(side);
	event_release(&last);
	for (size_t i = 0; i < side->signal_count; i++)
		free(side->signals[i]);
	free(side->signals);
	free(side->fds);
	free(side->calls);
	free(side->name);
	free(side->host);
	free(side->parent);
	free(side->end);
	free(side->received);
}

static void keep_nothing(void *socket)
{
	(void)socket;
}

void world_release(struct world *world)
{
	tdestroy(world->socket_tree, keep_nothing);
	for (size_t i = 0; i < world->socket_count; i++)
		socket_free(world->sockets[i]);
	free(world->sockets);
	for (size_t i = 0; i < world->side_count; i++)
		release_side(&world->sides[i]);
	free(world->sides);
	for (size_t i = 0; i < world->host_count; i++) {
		free(world->hosts[i].name);
		free(world->hosts[i].addresses);
		free(world->hosts[i].link);
	}
	free(world->hosts);
	free(world->wire);
	free(world->wire_settings);
	world_segments_release(&world->segments);
	world_init(world);
}

/* ---- finding ---- */

struct world_side *world_side(const struct world *world, const char *name)
{
	for (size_t i = world->side_count; i-- > 0;)
		if (string_is(world->sides[i].name, name))
			return &world->sides[i];
	return NULL;
}

struct world_host *world_host(const struct world *world, const char *name)
{
	for (size_t i = 0; i < world->host_count; i++)
		if (string_is(world->hosts[i].name, name))
			return &world->hosts[i];
	return NULL;
}

struct world_fd *world_fd(const struct world_side *side, int number)
{
	size_t low = 0, high = side->fd_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (side->fds[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low < side->fd_count && side->fds[low].number == number ? &side->fds[low] : NULL;
}

struct world_call *world_call(const struct world_side *side, int64_t id)
{
	for (size_t i = 0; i < side->call_count; i++)
		if (side->calls[i].id == id)
			return &side->calls[i];
	return NULL;
}

int world_compare_sockets(const void *left, const void *right)
{
	const struct world_socket *a = left, *b = right;

	if (a->cookie != b->cookie)
		return a->cookie < b->cookie ? -1 : 1;
	return strcmp(a->host, b->host);
}

struct world_socket *world_socket(const struct world *world, const char *host, int64_t cookie)
{
	const struct world_socket key = { .host = host, .cookie = cookie };
	struct world_socket *const *found = tfind(&key, &world->socket_tree, world_compare_sockets);

	return found == NULL ? NULL : *found;
}

/* The port's colon; NULL for an address that has none (UNIX sockets have another, at the front). */
static const char *port_colon(const char *address)
{
	return string_starts_with(address, "unix:") ? NULL : strrchr(address, ':');
}

/* [::ffff:10.0.0.1]:80 is 10.0.0.1:80; false for what is not mapped. `len` is of the host part. */
static bool unmap(const char **host, size_t *len)
{
	static const char mapped[] = "[::ffff:";

	if (*len <= sizeof(mapped) || strncmp(*host, mapped, sizeof(mapped) - 1) != 0)
		return false;
	*host += sizeof(mapped) - 1;
	*len -= sizeof(mapped); /* the bracket that closes, too */
	return true;
}

static bool hosts_fit(const char *pattern, size_t pattern_len, const char *host, size_t host_len)
{
	unmap(&pattern, &pattern_len);
	unmap(&host, &host_len);
	if (pattern_len == 1 && *pattern == '*')
		return true;
	return pattern_len == host_len && memcmp(pattern, host, host_len) == 0;
}

bool world_address_fits(const char *pattern, const char *address)
{
	const char *pattern_colon = port_colon(pattern), *colon = port_colon(address);

	if (string_is(pattern, "*") || string_is(pattern, address))
		return true;
	if (pattern_colon == NULL || colon == NULL)
		return false;
	if (!string_is(pattern_colon, ":*") && !string_is(pattern_colon, colon))
		return false;
	return hosts_fit(pattern, (size_t)(pattern_colon - pattern), address, (size_t)(colon - address));
}

struct world_socket *world_socket_by_addresses(const struct world *world, const char *host, const char *local,
					       const char *peer, const struct world_socket *after)
{
	for (size_t i = 0; i < world->socket_count; i++) {
		struct world_socket *socket = world->sockets[i];

		if (after != NULL) {
			after = socket == after ? NULL : after;
			continue;
		}
		if (string_is(socket->host, host) && world_address_fits(local, socket->local) &&
		    world_address_fits(peer, socket->peer))
			return socket;
	}
	return NULL;
}

struct world_socket *world_fd_socket(const struct world *world, const struct world_side *side,
				     const struct world_fd *fd)
{
	return fd->row.cookie == EVENT_NO_INT ? NULL : world_socket(world, side->host, fd->row.cookie);
}

const char *world_fd_state(const struct world *world, const struct world_side *side, const struct world_fd *fd)
{
	const struct world_socket *socket = world_fd_socket(world, side, fd);

	if (socket == NULL || socket->state == NULL)
		return fd->row.state;
	return string_is(socket->state, "TIME_WAIT") ? "CLOSED" : socket->state;
}

bool world_socket_holder(const struct world *world, const struct world_socket *socket, struct world_side **side,
			 struct world_fd **fd)
{
	for (size_t i = 0; socket->descriptors > 0 && i < world->side_count; i++)
		for (size_t j = 0; j < world->sides[i].fd_count; j++)
			if (world->sides[i].fds[j].row.cookie == socket->cookie &&
			    string_is(world->sides[i].host, socket->host)) {
				*side = &world->sides[i];
				*fd = &world->sides[i].fds[j];
				return true;
			}
	return false;
}

const struct world_segment *world_segment(const struct world *world, int64_t n)
{
	return world_segments_find(&world->segments, n);
}

/* ---- sockets ---- */

static struct world_socket *socket_at(struct world *world, const char *host, int64_t cookie)
{
	const struct socket_texts texts = { .host = host, .proto = "", .local = "", .peer = "" };
	struct world_socket *socket = world_socket(world, host, cookie);

	if (socket != NULL)
		return socket;
	socket = xcalloc(1, sizeof(*socket));
	*socket = (struct world_socket){
		.cookie = cookie,
		.family = EVENT_NO_INT,
		.type = EVENT_NO_INT,
		.inode = EVENT_NO_INT,
		.recvq = EVENT_NO_INT,
		.sendq = EVENT_NO_INT,
		.retransmits = EVENT_NO_INT,
	};
	socket_texts_keep(socket, &texts);
	world->sockets = array_grow(world->sockets, world->socket_count, &world->socket_room, sizeof(*world->sockets));
	world->sockets[world->socket_count++] = socket;
	if (tsearch(socket, &world->socket_tree, world_compare_sockets) == NULL)
		die("out of memory");
	return socket;
}

static void forget_socket(struct world *world, struct world_socket *socket)
{
	tdelete(socket, &world->socket_tree, world_compare_sockets);
	for (size_t i = 0; i < world->socket_count; i++)
		if (world->sockets[i] == socket) {
			memmove(&world->sockets[i], &world->sockets[i + 1],
				(world->socket_count - i - 1) * sizeof(*world->sockets));
			world->socket_count--;
			break;
		}
	socket_free(socket);
}

/* A socket is gone when no descriptor leads to it and it is in no state that outlives the last one. What never was
 * more than a descriptor (unbound, UNIX) goes with it; what TCP still holds goes by a state event. */
static void forget_if_gone(struct world *world, struct world_socket *socket)
{
	bool tcp = string_is(socket->proto, "tcp");

	if (socket->descriptors == 0 && (!tcp || socket->state == NULL || same(socket->state, "CLOSED")))
		forget_socket(world, socket);
}

static void count_descriptor(struct world *world, const struct world_side *side, int64_t cookie, int by)
{
	struct world_socket *socket = cookie == EVENT_NO_INT ? NULL : world_socket(world, side->host, cookie);

	if (socket == NULL)
		return;
	socket->descriptors += by;
	if (by < 0)
		forget_if_gone(world, socket);
}

/* ---- sides ---- */

static void end_side(struct world *world, struct world_side *side, const struct event_side *event)
{
	side->alive = false;
	for (size_t i = 0; i < side->fd_count; i++)
		count_descriptor(world, side, side->fds[i].row.cookie, -1);
	release_table(side);
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
			forget_socket(world, world->sockets[i]);
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

static void remove_fd(struct world *world, struct world_side *side, struct world_fd *fd)
{
	int64_t cookie = fd->row.cookie;

	free(fd->texts);
	memmove(fd, fd + 1, (size_t)(side->fds + side->fd_count - fd - 1) * sizeof(*fd));
	side->fd_count--;
	count_descriptor(world, side, cookie, -1);
}

/* But for the state, what is not told stays. */
static void describe(struct world_socket *socket, const char *proto, const char *local, const char *peer,
		     const char *state)
{
	const struct socket_texts texts = {
		.host = socket->host,
		.proto = proto != NULL ? proto : socket->proto,
		.local = local != NULL ? local : socket->local,
		.peer = peer != NULL ? peer : socket->peer,
		.state = state,
	};

	socket_texts_keep(socket, &texts);
}

/* connect() to AF_UNSPEC ends what connect() began: of UDP no peer is left, nor a past that would have one. */
static bool is_disconnected(const struct world_socket *socket, const struct event_fd *row)
{
	return same(row->proto, "udp") && row->peer == NULL && socket->peer != NULL && *socket->peer != '\0';
}

static void describe_socket(struct world *world, const struct world_side *side, const struct event_fd *row)
{
	struct world_socket *socket;

	if (row->cookie == EVENT_NO_INT)
		return;
	socket = socket_at(world, side->host, row->cookie);
	if (is_disconnected(socket, row))
		describe(socket, row->proto, row->local, "", "UNCONN");
	else
		describe(socket, row->proto, row->local, row->peer, socket->state != NULL ? socket->state : row->state);
	replace_number(&socket->family, row->family);
	replace_number(&socket->type, row->type);
	replace_number(&socket->inode, row->inode);
}

static void apply_open_fd(struct world *world, struct world_side *side, const struct event *event)
{
	struct world_fd *fd = world_fd(side, (int)event->fd.fd);
	int64_t before;

	if (fd == NULL)
		fd = insert_fd(side, (int)event->fd.fd);
	before = fd->row.cookie;
	fd->reserved = same(event->fd.status, "reserved");
	keep_fd_row(fd, event);
	describe_socket(world, side, &fd->row);
	if (before != event->fd.cookie) {
		count_descriptor(world, side, event->fd.cookie, 1);
		count_descriptor(world, side, before, -1);
	}
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

	if (call == NULL)
		return;
	release_call(call);
	memmove(call, call + 1, (size_t)(side->calls + side->call_count - call - 1) * sizeof(*call));
	side->call_count--;
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

static void apply_state(struct world *world, const struct event_state *event)
{
	struct world_socket *socket;

	if (event->host == NULL || event->cookie == EVENT_NO_INT)
		return;
	socket = socket_at(world, event->host, event->cookie);
	describe(socket, event->proto, event->local, event->peer, event->to);
	forget_if_gone(world, socket);
}

static void apply_socket(struct world *world, const struct event *event)
{
	const struct event_socket *told = &event->socket;
	struct world_socket *socket;

	if (told->host == NULL || told->cookie == EVENT_NO_INT)
		return;
	socket = socket_at(world, told->host, told->cookie);
	describe(socket, told->proto, told->local, told->peer, told->state != NULL ? told->state : socket->state);
	replace_number(&socket->family, told->family);
	replace_number(&socket->type, told->type);
	replace_number(&socket->inode, told->inode);
	socket->recvq = told->recvq;
	socket->sendq = told->sendq;
	socket->retransmits = told->retransmits;
	replace(&socket->timer, told->timer);
	replace_if(&socket->info, told->info);
	socket->timer_end = event->t + (double)(told->timer_left == EVENT_NO_INT ? 0 : told->timer_left) / 1000;
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
