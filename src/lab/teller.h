/*
 * Tells of one host's sockets: what the kernel says of a socket is compared with the world, and what differs leaves as
 * an event. It keeps nothing: what was told before is in the world, as soon as the owner has the event.
 */
#ifndef SOCKSTEP_LAB_TELLER_H
#define SOCKSTEP_LAB_TELLER_H

#include <stdbool.h>
#include <stdint.h>

#include "event/event.h"
#include "observe/diag.h"
#include "world/world.h"

struct teller_ops {
	void (*event)(void *owner, struct event *event); /* the event's strings are taken over */
	/* What changed the state of this socket, as far as it is proved: by the socket itself, or by the addresses
	 * (as printed) of the one at its other end. */
	struct event_cause (*cause)(void *owner, const char *host, const struct event_state *state);
	/* Is what TCP knows of its sockets to be told too? */
	bool (*detailed)(void *owner);
};

struct teller {
	const char *host;
	const struct world *world;
	const struct teller_ops *ops;
	void *owner;
};

/* NULL: the world has none with this cookie, or no more. */
struct world_socket *teller_socket(const struct teller *teller, int64_t cookie);
/* The kernel has this socket: its state, if TCP has it in another, and whatever else differs. */
void teller_found(const struct teller *teller, const struct socket_facts *facts);
/* A socket that the world has is in this state, of which the kernel gave no facts. by_timer: TIME_WAIT's time was
 * over; else the owner is asked for the cause. */
void teller_changed(const struct teller *teller, int64_t cookie, const char *to, bool by_timer);

#endif
