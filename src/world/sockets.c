#include "world/sockets.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

/* ---- where it stands ---- */

/* Before its texts change, and after. */
static void leave_places(struct world *world, struct world_socket *socket)
{
	if (socket_has_port(socket))
		order_remove(&world->by_port, socket);
	if (socket->state != NULL)
		order_remove(&world->by_state, socket);
}

static void take_places(struct world *world, struct world_socket *socket)
{
	if (socket_has_port(socket))
		order_add(&world->by_port, socket);
	if (socket->state != NULL)
		order_add(&world->by_state, socket);
}

/* ---- coming and going ---- */

void sockets_put(struct world *world, struct world_socket *socket)
{
	world->sockets = array_grow(world->sockets, world->socket_count, &world->socket_room, sizeof(*world->sockets));
	world->sockets[world->socket_count++] = socket;
	order_add(&world->by_cookie, socket);
	take_places(world, socket);
	if (socket->timer != NULL)
		order_add(&world->by_second, socket);
	if (socket->descriptors == 0)
		order_add(&world->loose, socket);
}

struct world_socket *sockets_make(struct world *world, const char *host, int64_t cookie)
{
	struct world_socket *socket = world_socket(world, host, cookie);

	if (socket == NULL) {
		socket = socket_new(host, cookie);
		socket->arrival = ++world->arrivals;
		sockets_put(world, socket);
	}
	return socket;
}

void sockets_describe(struct world *world, struct world_socket *socket, const struct socket_texts *texts)
{
	if (socket_has_texts(socket, texts))
		return;
	leave_places(world, socket);
	socket_texts_keep(socket, texts);
	take_places(world, socket);
}

void sockets_set_timer(struct world *world, struct world_socket *socket, const char *timer, double end)
{
	char *copy = timer == NULL ? NULL : xstrdup(timer);

	if (socket->timer != NULL)
		order_remove(&world->by_second, socket);
	free(socket->timer);
	socket->timer = copy;
	socket->timer_end = end;
	if (timer != NULL)
		order_add(&world->by_second, socket);
}

void sockets_forget(struct world *world, struct world_socket *socket)
{
	size_t at = 0;

	order_remove(&world->by_cookie, socket);
	leave_places(world, socket);
	if (socket->timer != NULL)
		order_remove(&world->by_second, socket);
	if (socket->descriptors == 0)
		order_remove(&world->loose, socket);
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

	if (socket->descriptors++ == 0)
		order_remove(&world->loose, socket);
	if (is_before(holder, socket->holder))
		socket->holder = holder;
}

/* Others are looked for only where there are some: dup() and fork() make them. */
void sockets_remove_holder(struct world *world, struct world_socket *socket, const struct world_side *side, int fd)
{
	if (--socket->descriptors == 0)
		order_add(&world->loose, socket);
	if (socket->holder.side != (int)(side - world->sides) || socket->holder.fd != fd)
		return;
	if (socket->descriptors > 0)
		find_holder(world, socket);
	else
		socket->holder = (struct socket_holder){ .side = SOCKET_NOBODY };
}
