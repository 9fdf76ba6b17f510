/*
 * Clients: the connections that a side serves on a listener of its own. It follows from the rows of its descriptors;
 * nothing is owned.
 */
#ifndef SOCKSTEP_WORLD_CLIENTS_H
#define SOCKSTEP_WORLD_CLIENTS_H

#include "world/world.h"

/* Is it a connection to a port, or a name, on which the side still listens? */
bool clients_has(const struct world_side *side, const struct world_fd *fd);
/* How many descriptors of the side are; `most` if there are more, which then are not looked at. */
size_t clients_count(const struct world_side *side, size_t most);

#endif
