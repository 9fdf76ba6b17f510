#include "world/sockets.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

/* ---- coming and going ---- */

void sockets_put(struct world *world, struct world_socket *socket)
{
	world->sockets = array_grow(world->sockets, world->socket_count, &world->socket_room, sizeof(*world->sockets));
	world->sockets[world->socket_count++] = socket;
	order_add(&world->by_cookie, socket);
	if (socket_has_port(socket))
		order_add(&world->by_port, socket);
}

struct world_socket *sockets_make(struct world *world, const char *host, int64_t cookie)
{
	struct world_socket *socket = world_socket(world, host, cookie);

	if (socket == NULL) {
		socket = socket_new(host, cookie);
		sockets_put(world, socket);
	}
	return socket;
}

static bool moves(const struct world_socket *socket, const struct socket_texts *texts)
{
	return !string_is(socket->proto, texts->proto) || !string_is(socket->local, texts->local) ||
	       !string_is(socket->peer, texts->peer);
}

void sockets_describe(struct world *world, struct world_socket *socket, const struct socket_texts *texts)
{
	bool moved = moves(socket, texts);

	if (moved && socket_has_port(socket))
		order_remove(&world->by_port, socket);
	socket_texts_keep(socket, texts);
	if (moved && socket_has_port(socket))
		order_add(&world->by_port, socket);
}

void sockets_forget(struct world *world, struct world_socket *socket)
{
	size_t at = 0;

	order_remove(&world->by_cookie, socket);
	if (socket_has_port(socket))
		order_remove(&world->by_port, socket);
	while (world->sockets[at] != socket)
		at++;
	memmove(&world->sockets[at], &world->sockets[at + 1],
		(world->socket_count - at - 1) * sizeof(*world->sockets));
	world->socket_count--;
	socket_free(socket);
}

/* ---- who holds it ---- */

static void find_holder(const struct world *world, struct world_socket *socket)
{
	socket->holder = (struct socket_holder){ .side = SOCKET_NOBODY };
	for (size_t i = 0; i < world->side_count; i++)
		for (size_t j = 0; j < world->sides[i].fd_count; j++)
			if (world->sides[i].fds[j].row.cookie == socket->cookie &&
			    string_is(world->sides[i].host, socket->host)) {
				socket->holder = (struct socket_holder){ (int)i, world->sides[i].fds[j].number };
				return;
			}
}

static bool is_before(struct socket_holder a, struct socket_holder b)
{
	return b.side == SOCKET_NOBODY || a.side < b.side || (a.side == b.side && a.fd < b.fd);
}

void sockets_add_holder(struct world *world, struct world_socket *socket, const struct world_side *side, int fd)
{
	struct socket_holder holder = { (int)(side - world->sides), fd };

	socket->descriptors++;
	if (is_before(holder, socket->holder))
		socket->holder = holder;
}

/* Others are looked for only where there are some: dup() and fork() make them. */
void sockets_remove_holder(struct world *world, struct world_socket *socket, const struct world_side *side, int fd)
{
	socket->descriptors--;
	if (socket->holder.side != (int)(side - world->sides) || socket->holder.fd != fd)
		return;
	if (socket->descriptors > 0)
		find_holder(world, socket);
	else
		socket->holder = (struct socket_holder){ .side = SOCKET_NOBODY };
}
