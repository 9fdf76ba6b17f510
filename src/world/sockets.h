/*
 * The sockets of a world, for its writer alone: there they come, are described anew and go. They stand in the order in
 * which they came, and beside it in two orders more: by cookie, and, those that have a port, by what a packet leads to.
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
/* It is gone, and its memory too. */
void sockets_forget(struct world *world, struct world_socket *socket);

/* A descriptor of the side leads to it now, or (by remove) does not any more; the side's table says so already. */
void sockets_add_holder(struct world *world, struct world_socket *socket, const struct world_side *side, int fd);
void sockets_remove_holder(struct world *world, struct world_socket *socket, const struct world_side *side, int fd);

#endif
