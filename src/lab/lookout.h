/*
 * Looks at the sockets of one host, when something may have changed, and tells what did.
 *
 * It keeps a list of the sockets that are worth looking at: those that a side's descriptor leads to, those at the
 * other end of one of their connections on the same host (before accept() they have no descriptor), and those whose
 * last descriptor was closed, until the kernel has forgotten them. Each is looked up by its addresses and cookie; the
 * whole table is never asked for, but for a listener's own port when somebody unknown stands in its queue. What is seen
 * is handed to the teller, who tells what differs from before.
 *
 * A descriptor's own epoll tells of most changes. What it cannot tell (no descriptor, a timer) is looked for at a pace
 * that begins with milliseconds and slows to a second; a TIME_WAIT when its timer ends. When nothing of that kind is
 * there, no timer runs.
 */
#ifndef SOCKSTEP_LAB_LOOKOUT_H
#define SOCKSTEP_LAB_LOOKOUT_H

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/due.h"
#include "event/event.h"
#include "lab/teller.h"
#include "lab/watched.h"
#include "observe/diag.h"

struct lookout {
	struct teller teller; /* its world is what was seen before */
	struct diag diag;
	bool known;           /* could the kernel be asked at all? */
	struct watch_list watched;
	struct due_queue due; /* cookies: each that is to be looked at is there at its time, or before */
	struct event_base *base;
	struct event *timer; /* (owned) */
};

/* diag is taken over; NULL: it could not be opened, and nothing will be known. What the teller points to must be there
 * while it is open, and the struct may not move. */
void lookout_open(struct lookout *lookout, struct event_base *base, const struct teller *teller, struct diag *diag);
void lookout_release(struct lookout *lookout);

/* A side told a row of its table: after the world has it. */
void lookout_note_fd(struct lookout *lookout, const struct event_fd *row);
/* The TCP socket is being connected to this address, which getpeername(2) tells only afterwards. */
void lookout_note_peer(struct lookout *lookout, int64_t cookie, const struct address *peer);
/* Looks at a socket, and at the one at the other end of its connection on this host. */
void lookout_look(struct lookout *lookout, int64_t cookie);
/* Looks at the TCP or UDP socket with these addresses, which nobody may have told of yet. */
void lookout_look_at_pair(struct lookout *lookout, int protocol, const struct address *local,
			  const struct address *peer);
/* The cookie of the socket with these addresses that is watched; EVENT_NO_INT: none is. */
int64_t lookout_cookie(const struct lookout *lookout, int protocol, const struct address *local,
		       const struct address *peer);
/* Who is in a listener's queue that nobody has told of? That is looked for in a moment, in which somebody may tell: the
 * kernel has to walk through its whole table for it. */
void lookout_look_at_queue(struct lookout *lookout, int64_t cookie);
/* All that the kernel says of one that is watched, in detail. */
enum look lookout_facts(struct lookout *lookout, int64_t cookie, struct socket_facts *facts, struct text *message);
/* Looks at all that is watched. */
void lookout_look_at_all(struct lookout *lookout);

#endif
