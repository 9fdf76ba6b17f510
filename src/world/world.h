/*
 * What is known, and nothing else: hosts, sides, their descriptors, the calls under way, sockets. It follows from the
 * list of events alone and has one writer, world_apply(); whoever shows, checks or exports something reads it.
 * Recorded events make the same world again, with no kernel and no terminal.
 *
 * Parts know each other by name (sides, hosts) and by cookie (sockets). The world owns all of its strings.
 */
#ifndef SOCKSTEP_WORLD_WORLD_H
#define SOCKSTEP_WORLD_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/event.h"
#include "world/order.h"
#include "world/segments.h"
#include "world/socket.h"

struct world_fd {
	int number;
	bool reserved; /* by an accept that sleeps: the number is taken, nothing can be done with it */
	struct event_fd row; /* as the side told it last */
	char *texts;         /* (owned) of the row */
};

/* A call under way. */
struct world_call {
	int64_t id;
	int64_t thread;
	char *call, *text; /* (owned) */
	int64_t fd;        /* EVENT_NO_INT: about none */
	bool blocked;      /* seen asleep */
	double began;      /* of the session's clock */
};

struct world_side {
	char *name, *host, *parent; /* (owned) parent NULL: none */
	int64_t pid,
		outer_pid; /* as the side itself sees it; from outside, EVENT_NO_INT if it is the same or unknown */
	bool alive;
	char *end;            /* (owned) how it ended, "exited with 0", "killed by SIGKILL"; NULL while alive */
	struct world_fd *fds; /* (owned) by rising number */
	size_t fd_count, fd_room;
	size_t listeners; /* so many of them listen */
	struct world_call *calls; /* (owned) under way, the oldest first */
	size_t call_count, call_room;
	struct event_call last;  /* (owned) the call that returned last; id EVENT_NO_INT: none */
	char *received;          /* (owned) what it received last */
	size_t received_len;
	char **signals;          /* (owned) names of those received, the newest last */
	size_t signal_count, signal_room;
};

struct world_host {
	char *name, *addresses, *link; /* (owned) addresses separated by spaces */
	bool up;
};

struct world {
	struct world_host *hosts;
	size_t host_count, host_room;
	struct world_side *sides; /* in the order in which they began; one that ended stays */
	size_t side_count, side_room;
	struct world_socket **sockets; /* each on the heap; those that are gone are not here */
	size_t socket_count, socket_room;
	struct order by_cookie; /* of all of them */
	struct order by_port;   /* of those with a port: by host, protocol, port, as the kernel looks for a packet's */
	struct order by_state;  /* of those with a state: by protocol and state, the oldest first */
	struct order by_second; /* of those with a timer: by the part of a second at which it ends */
	struct order loose;     /* of those that no descriptor leads to: by host, the oldest first */
	int64_t arrivals;       /* so many sockets there ever were */
	int64_t revision;  /* counts what was applied */
	char *wire;          /* (owned) "hold" or "flow"; NULL: there is no wire */
	char *wire_settings; /* (owned) "delay 50ms, loss 10% client > server"; NULL: none */
	struct world_segments segments; /* seen on the wire */
};

void world_init(struct world *world);
/* Nobody stands in the orders of its sockets: for whoever fills the storage otherwise. */
void world_init_orders(struct world *world);
void world_release(struct world *world);
/* The same once more, which owns all of its own. `to` is empty storage, to be released. */
void world_copy(struct world *to, const struct world *from);
/* The one writer. Events of kinds that tell of no part (say, answer …) change nothing but the revision. */
void world_apply(struct world *world, const struct event *event);

/* The newest side by that name; NULL if there is none. */
struct world_side *world_side(const struct world *world, const char *name);
struct world_host *world_host(const struct world *world, const char *name);
struct world_fd *world_fd(const struct world_side *side, int number);
/* Does its row say so? */
bool world_fd_listens(const struct world_fd *fd);
struct world_call *world_call(const struct world_side *side, int64_t id);
struct world_socket *world_socket(const struct world *world, const char *host, int64_t cookie);
/* The host's sockets that no descriptor leads to, from the oldest on; NULL: so many there are not. */
const struct world_socket *world_loose_socket(const struct world *world, const char *host, size_t index);
/* By addresses as they are printed; `*` alone, or as a host or port, matches any; NULL if there is none. The first
 * one that is not `after` (NULL: from the beginning) is given. */
struct world_socket *world_socket_by_addresses(const struct world *world, const char *host, const char *local,
					       const char *peer, const struct world_socket *after);
/* The socket that a descriptor leads to; NULL if it is no socket or the cookie is not known. */
struct world_socket *world_fd_socket(const struct world *world, const struct world_side *side,
				     const struct world_fd *fd);
/* What state the descriptor reads: a connection that went to TIME_WAIT left the descriptor CLOSED. NULL: not known. */
const char *world_fd_state(const struct world *world, const struct world_side *side, const struct world_fd *fd);
/* The first descriptor of a side that leads to this socket; false if none does. */
bool world_socket_holder(const struct world *world, const struct world_socket *socket, struct world_side **side,
			 struct world_fd **fd);
/* The segment with that number; NULL if there is none, or it fell off. (world/segments.h: all of them, those held.) */
const struct world_segment *world_segment(const struct world *world, int64_t n);
/* Does the address (as printed) fit the pattern: equal, or with * for the host, the port or both? IPv4-mapped is
 * IPv4. */
bool world_address_fits(const char *pattern, const char *address);

#endif
