#include "world/world.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

void world_init_orders(struct world *world)
{
	order_init(&world->by_cookie, socket_compare_cookies);
	order_init(&world->by_port, socket_compare_ports);
	order_init(&world->by_state, socket_compare_states);
	order_init(&world->by_second, socket_compare_seconds);
	order_init(&world->loose, socket_compare_hosts);
}

static void release_orders(struct world *world)
{
	order_release(&world->by_cookie);
	order_release(&world->by_port);
	order_release(&world->by_state);
	order_release(&world->by_second);
	order_release(&world->loose);
}

void world_init(struct world *world)
{
	*world = (struct world){ 0 };
	world_init_orders(world);
}

static void release_side(struct world_side *side)
{
	struct event last = { .kind = EVENT_call, .call = side->last };

	for (size_t i = 0; i < side->fd_count; i++)
		free(side->fds[i].texts);
	for (size_t i = 0; i < side->call_count; i++) {
		free(side->calls[i].call);
		free(side->calls[i].text);
	}
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

void world_release(struct world *world)
{
	for (size_t i = 0; i < world->socket_count; i++)
		socket_free(world->sockets[i]);
	free(world->sockets);
	release_orders(world);
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

bool world_fd_listens(const struct world_fd *fd)
{
	return fd->row.state != NULL && string_is(fd->row.state, "LISTEN");
}

struct world_call *world_call(const struct world_side *side, int64_t id)
{
	for (size_t i = 0; i < side->call_count; i++)
		if (side->calls[i].id == id)
			return &side->calls[i];
	return NULL;
}

struct world_socket *world_socket(const struct world *world, const char *host, int64_t cookie)
{
	const struct world_socket key = { .host = host, .cookie = cookie };

	return order_find(&world->by_cookie, &key);
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

const struct world_socket *world_loose_socket(const struct world *world, const char *host, size_t index)
{
	const struct world_socket before = { .host = host };
	const struct world_socket *socket = order_at(&world->loose, order_place(&world->loose, &before) + index);

	return socket != NULL && string_is(socket->host, host) ? socket : NULL;
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
	if (socket->holder.side == SOCKET_NOBODY)
		return false;
	*side = &world->sides[socket->holder.side];
	*fd = world_fd(*side, socket->holder.fd);
	return *fd != NULL;
}

const struct world_segment *world_segment(const struct world *world, int64_t n)
{
	return world_segments_find(&world->segments, n);
}
