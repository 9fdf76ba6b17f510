#include "session/suggest.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "call/address.h"
#include "event/event.h"
#include "session/rendering.h"

enum { ADDRESSES_SHOWN = 3 };

/* From most pressing to least. */
enum rank { RANK_WAITS, RANK_NEXT, RANK_THEN, RANK_ALSO, RANK_END, RANK_COUNT };

struct suggestion {
	enum rank rank;
	char *text; /* (owned) */
	const char *help;
};

struct suggestions {
	const struct world *world;
	const struct world_side *side;
	struct suggestion *items; /* (owned) */
	size_t count, room;
	/* What can be reached at all, once it was asked for; it is asked for each descriptor, of which there may be
	 * as many as there are sockets. */
	const struct world_socket **targets; /* (owned) */
	size_t target_count, target_room;
	bool has_targets;
};

static void suggest(struct suggestions *all, enum rank rank, const char *help, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static void suggest(struct suggestions *all, enum rank rank, const char *help, const char *format, ...)
{
	struct text text;
	va_list args;

	text_init(&text);
	va_start(args, format);
	text_addv(&text, format, args);
	va_end(args);
	all->items = array_grow(all->items, all->count, &all->room, sizeof(*all->items));
	all->items[all->count++] = (struct suggestion){ .rank = rank, .text = text.data, .help = help };
}

static bool is(const char *text, const char *word)
{
	return text != NULL && string_is(text, word);
}

/* ---- addresses ---- */

static bool is_host_address(const struct world_host *host, const char *address)
{
	size_t len = strlen(address);

	if (host == NULL || host->addresses == NULL)
		return false;
	for (const char *at = strstr(host->addresses, address); at != NULL; at = strstr(at + 1, address))
		if ((at == host->addresses || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
			return true;
	return false;
}

/* A side's name stands for an address of its host. */
static bool name_leads_there(const struct world *world, const struct world_socket *socket, const struct address *local)
{
	struct text host;
	bool leads;

	text_init(&host);
	address_print_host(&host, local, false);
	leads = address_is_wildcard(local) || is_host_address(world_host(world, socket->host), host.data);
	text_release(&host);
	return leads;
}

bool suggest_address(struct text *out, const struct world *world, const struct world_socket *socket)
{
	struct address local;
	struct world_side *side;
	struct world_fd *fd;

	if (!rendering_is_bound(socket->local))
		return false;
	if (string_starts_with(socket->local, "unix:")) {
		text_add(out, socket->local);
		return true;
	}
	if (!address_read(&local, socket->local, AF_INET))
		return false;
	if (world_socket_holder(world, socket, &side, &fd) && name_leads_there(world, socket, &local))
		text_addf(out, "%s:%u", side->name, rendering_port(socket->local));
	else if (!address_is_wildcard(&local))
		text_add(out, socket->local);
	else
		text_addf(out, "%s:%u", local.any.sa_family == AF_INET6 ? "[::1]" : "127.0.0.1",
			  rendering_port(socket->local));
	return true;
}

/* Does it listen, or take datagrams from anybody? */
static bool is_target(const struct world_socket *socket)
{
	bool takes = is(socket->state, "LISTEN") || is(socket->proto, "udp") || is(socket->proto, "unix-dgram");

	return takes && rendering_is_bound(socket->local) && !rendering_is_bound(socket->peer);
}

static void list_targets(struct suggestions *all)
{
	const struct world *world = all->world;

	for (size_t i = 0; i < world->socket_count; i++) {
		if (!is_target(world->sockets[i]))
			continue;
		all->targets = array_grow(all->targets, all->target_count, &all->target_room, sizeof(*all->targets));
		all->targets[all->target_count++] = world->sockets[i];
	}
	all->has_targets = true;
}

/* Can a socket of that row reach this target? */
static bool is_reached_from(const struct event_fd *row, const struct world_socket *socket)
{
	if (!rendering_same_kind(socket, row) || (row->cookie != EVENT_NO_INT && socket->cookie == row->cookie))
		return false;
	if (row->family == AF_INET6 && socket->family == AF_INET)
		return false;
	return row->family != AF_INET || socket->family != AF_INET6 || string_starts_with(socket->local, "[::]");
}

/* `before` stands before the address and `after` behind it. */
static size_t suggest_targets(struct suggestions *all, enum rank rank, const struct event_fd *row, const char *before,
			      const char *help)
{
	size_t shown = 0;

	if (!all->has_targets)
		list_targets(all);
	for (size_t i = 0; i < all->target_count && shown < ADDRESSES_SHOWN; i++) {
		struct text address;

		text_init(&address);
		if (is_reached_from(row, all->targets[i]) &&
		    suggest_address(&address, all->world, all->targets[i])) {
			suggest(all, rank, help, "%s %s", before, address.data);
			shown++;
		}
		text_release(&address);
	}
	return shown;
}

/* ---- a TCP socket ---- */

static const char *any_address(const struct event_fd *row)
{
	return row->family == AF_INET6 ? "[::]:8080" : "*:8080";
}

static void suggest_unbound(struct suggestions *all, const struct event_fd *row)
{
	char *connect = text_format("connect %lld", (long long)row->fd);
	size_t targets = suggest_targets(all, RANK_NEXT, row, connect, "somebody listens there");

	suggest(all, targets > 0 ? RANK_THEN : RANK_NEXT, "a local address, to become a server", "bind %lld %s",
		(long long)row->fd, any_address(row));
	suggest(all, RANK_ALSO, "before bind: in spite of a TIME_WAIT", "setsockopt %lld SO_REUSEADDR 1",
		(long long)row->fd);
	free(connect);
}

static void suggest_closed(struct suggestions *all, const struct event_fd *row, const struct world_socket *socket)
{
	if (socket != NULL && rendering_is_bound(socket->peer))
		suggest(all, RANK_NEXT, "its connection is over", "close %lld", (long long)row->fd);
	else if (rendering_is_bound(row->local))
		suggest(all, RANK_NEXT, "take connections", "listen %lld 5", (long long)row->fd);
	else
		suggest_unbound(all, row);
}

static void suggest_listening(struct suggestions *all, const struct event_fd *row, const struct world_socket *socket)
{
	bool waits = socket != NULL && socket->recvq != EVENT_NO_INT && socket->recvq > 0;

	suggest(all, waits ? RANK_WAITS : RANK_THEN,
		waits ? "a connection waits in its queue" : "wait for a connection", "accept %lld", (long long)row->fd);
}

static bool has_data(const struct world_socket *socket)
{
	return socket != NULL && socket->recvq != EVENT_NO_INT && socket->recvq > 0;
}

static void suggest_sending(struct suggestions *all, const struct event_fd *row, enum rank rank)
{
	suggest(all, rank, "send bytes", "send %lld \"hello\"", (long long)row->fd);
}

static void suggest_receiving(struct suggestions *all, const struct event_fd *row, const struct world_socket *socket)
{
	bool waits = has_data(socket);

	suggest(all, waits ? RANK_WAITS : RANK_ALSO, waits ? "bytes have come" : "wait for bytes", "recv %lld 1024",
		(long long)row->fd);
}

static void suggest_established(struct suggestions *all, const struct event_fd *row, const struct world_socket *socket)
{
	suggest_receiving(all, row, socket);
	suggest_sending(all, row, RANK_NEXT);
	suggest(all, RANK_ALSO, "no more to send; receiving goes on", "shutdown %lld SHUT_WR", (long long)row->fd);
	suggest(all, RANK_END, "end the connection", "close %lld", (long long)row->fd);
}

/* Its FIN counts one in the queue until it was received. */
static void suggest_close_wait(struct suggestions *all, const struct event_fd *row, const struct world_socket *socket)
{
	if (has_data(socket))
		suggest(all, RANK_WAITS, "what came before the peer's end; 0 is the end itself", "recv %lld 1024",
			(long long)row->fd);
	suggest(all, RANK_NEXT, "the peer has closed: close this end too", "close %lld", (long long)row->fd);
	suggest_sending(all, row, RANK_ALSO);
}

static void suggest_connecting(struct suggestions *all, const struct event_fd *row)
{
	suggest(all, RANK_NEXT, "wait for the end of the handshake", "poll [%lld POLLOUT] 1000", (long long)row->fd);
	suggest(all, RANK_THEN, "did it work?", "getsockopt %lld SO_ERROR", (long long)row->fd);
}

static void suggest_half_closed(struct suggestions *all, const struct event_fd *row, const struct world_socket *socket)
{
	suggest_receiving(all, row, socket);
	suggest(all, RANK_END, "give the descriptor back", "close %lld", (long long)row->fd);
}

static void suggest_tcp(struct suggestions *all, const struct event_fd *row, const struct world_socket *socket,
			const char *state)
{
	if (state == NULL || string_is(state, "CLOSED"))
		suggest_closed(all, row, socket);
	else if (string_is(state, "LISTEN"))
		suggest_listening(all, row, socket);
	else if (string_is(state, "SYN_SENT"))
		suggest_connecting(all, row);
	else if (string_is(state, "ESTABLISHED"))
		suggest_established(all, row, socket);
	else if (string_is(state, "CLOSE_WAIT"))
		suggest_close_wait(all, row, socket);
	else
		suggest_half_closed(all, row, socket);
}

/* ---- others ---- */

static void suggest_datagrams(struct suggestions *all, const struct event_fd *row, const struct world_socket *socket)
{
	char *sendto = text_format("sendto %lld \"hello\"", (long long)row->fd);
	bool bound = rendering_is_bound(row->local), waits = has_data(socket);

	if (rendering_is_bound(row->peer))
		suggest_sending(all, row, RANK_NEXT);
	else
		suggest_targets(all, RANK_NEXT, row, sendto, "somebody is bound there");
	if (bound)
		suggest(all, waits ? RANK_WAITS : RANK_ALSO, waits ? "a datagram has come" : "wait for a datagram",
			"recvfrom %lld 1024", (long long)row->fd);
	else
		suggest(all, RANK_THEN, "a port to which others can send", "bind %lld %s", (long long)row->fd,
			string_is(row->proto, "udp") ? any_address(row) : "unix:@name");
	free(sendto);
}

static void suggest_unix(struct suggestions *all, const struct event_fd *row, const struct world_socket *socket,
			 const char *state)
{
	char *connect = text_format("connect %lld", (long long)row->fd);

	if (is(state, "LISTEN")) {
		suggest_listening(all, row, socket);
	} else if (is(state, "ESTAB") || row->peer != NULL) {
		suggest_established(all, row, socket);
	} else if (rendering_is_bound(row->local)) {
		suggest(all, RANK_NEXT, "take connections", "listen %lld 5", (long long)row->fd);
	} else {
		suggest_targets(all, RANK_NEXT, row, connect, "somebody listens there");
		suggest(all, RANK_THEN, "a name, to become a server", "bind %lld unix:@name", (long long)row->fd);
	}
	free(connect);
}

static void suggest_for_fd(struct suggestions *all, const struct world_fd *fd)
{
	const struct world_socket *socket = world_fd_socket(all->world, all->side, fd);
	const char *state = world_fd_state(all->world, all->side, fd), *proto = fd->row.proto;

	if (fd->reserved || proto == NULL)
		return;
	if (string_is(proto, "tcp"))
		suggest_tcp(all, &fd->row, socket, state);
	else if (string_is(proto, "udp") || string_is(proto, "unix-dgram"))
		suggest_datagrams(all, &fd->row, socket);
	else if (string_starts_with(proto, "unix"))
		suggest_unix(all, &fd->row, socket, state);
}

/* ---- a side ---- */

static bool has_socket(const struct world_side *side)
{
	for (size_t i = 0; i < side->fd_count; i++)
		if (side->fds[i].row.proto != NULL)
			return true;
	return false;
}

static bool is_blocked(const struct world_side *side)
{
	for (size_t i = 0; i < side->call_count; i++)
		if (side->calls[i].thread == 1)
			return true;
	return false;
}

/* While one side waits another goes on. */
static void suggest_others(struct suggestions *all)
{
	for (size_t i = 0; i < all->world->side_count; i++) {
		const struct world_side *other = &all->world->sides[i];

		if (other != all->side && other->alive && !is_blocked(other))
			suggest(all, RANK_NEXT, "go to that side", "%s:", other->name);
	}
	suggest(all, RANK_THEN, "what it waits for, and what would let it go", "why %s", all->side->name);
	suggest(all, RANK_ALSO, "its call returns EINTR", "interrupt %s", all->side->name);
}

/* Of very many descriptors the oldest and the newest count, since nobody reads what is said of all. */
enum { FDS_AT_AN_END = 50 };

static void suggest_for_side(struct suggestions *all)
{
	if (is_blocked(all->side)) {
		suggest_others(all);
		return;
	}
	for (size_t i = 0; i < all->side->fd_count; i++)
		if (i < FDS_AT_AN_END || i + FDS_AT_AN_END >= all->side->fd_count)
			suggest_for_fd(all, &all->side->fds[i]);
	suggest(all, has_socket(all->side) ? RANK_END : RANK_NEXT, "a TCP socket", "socket tcp");
	if (!has_socket(all->side))
		suggest(all, RANK_THEN, "a UDP socket", "socket udp");
}

void suggest_next(const struct world *world, const char *name, suggest_function *add, void *context)
{
	struct suggestions all = { .world = world, .side = name == NULL ? NULL : world_side(world, name) };

	if (all.side == NULL || !all.side->alive)
		suggest(&all, RANK_NEXT, "start a side", "side %s", name == NULL ? "client" : name);
	else
		suggest_for_side(&all);
	for (enum rank rank = 0; rank < RANK_COUNT; rank++)
		for (size_t i = 0; i < all.count; i++)
			if (all.items[i].rank == rank)
				add(context, all.items[i].text, all.items[i].help);
	for (size_t i = 0; i < all.count; i++)
		free(all.items[i].text);
	free(all.items);
	free(all.targets);
}
