/*
 * The sockets of a world, for its writer alone: there they come, are described anew and go. They stand in the order
 * in which they came, and beside it in the world's orders: by cookie, by what a packet leads to, by state, by a
 * timer's second, and those without a descriptor by themselves.
 */
#ifndef SOCKSTEP_WORLD_SOCKETS_H
#define SOCKSTEP_WORLD_SOCKETS_H

#include "world/world.h"

/* The one with that cookie; if there is none it is made, and nothing is known of it. */
struct world_socket *sockets_make(struct world *world, const char *host, int64_t cookie);
/* Takes over a socket of which there is none yet. */
void sockets_put(struct world *world, struct world_socket *socket);
/* The socket has these texts now, copies of its own, and stands where they put it. Its host stays. */
void sockets_describe(struct world *world, struct world_socket *socket, const struct socket_texts *texts);
/* Its timer, which ends at that time of the session's clock; NULL: it has none now. */
void sockets_set_timer(struct world *world, struct world_socket *socket, const char *timer, double end);
/* It is gone, and its memory too. */
void sockets_forget(struct world *world, struct world_socket *socket);

/* A descriptor of the side leads to it now, or (by remove) does not any more; the side's table says so already. */
void sockets_add_holder(struct world *world, struct world_socket *socket, const struct world_side *side, int fd);
void sockets_remove_holder(struct world *world, struct world_socket *socket, const struct world_side *side, int fd);

#endif
