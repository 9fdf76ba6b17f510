/*
 * What the wire is made of: hosts with the near ends of their links, settings, connections, and the packets that wait.
 * lab/wire.h says what can be done with it.
 */
#ifndef SOCKSTEP_LAB_WIRE_STATE_H
#define SOCKSTEP_LAB_WIRE_STATE_H

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "event/event.h"
#include "lab/link.h"
#include "lab/wire_connection.h"
#include "lab/wire_packet.h"
#include "lab/wire_rules.h"
#include "lab/wire_summary.h"
#include "packet/packet.h"
#include "world/world.h"

enum {
	WIRE_HELD_MOST = 100000,       /* packets that wait, held and under way together */
	WIRE_BYTES_MOST = 256 << 20,   /* and what they take of memory */
	WIRE_PACKET_MOST = 65536,      /* the longest packet that a link may hand over */
	WIRE_READS_A_TURN = 64,        /* from one link, before the loop looks after others */
	WIRE_RELEASES_A_TURN = 256,
	WIRE_SPIN_ROUNDS = 4096,       /* see WIRE_SPIN; should the clock stand still */
	WIRE_GATHERED_MOST = 4096,     /* from one link, when the wire is to be held */
	WIRE_TOLD_A_SECOND = 1000,     /* segments, in flow mode, before they are summed up */
};

/* How long, in seconds, a packet that steps aside waits to be overtaken, and how often so. */
#define WIRE_ASIDE 0.05
enum { WIRE_ASIDE_TURNS = 3 };
/* How long at most a link is read before the loop looks after others: a key is to be answered at once. */
#define WIRE_TURN 0.0005
/* In a flood: how long of that a further packet is waited for without sleeping. */
#define WIRE_SPIN 0.00003
/* How often summaries are told. */
#define WIRE_TICK 0.1

/* The near end of a host's link: raw IP packets, one at a time; nothing here may block. */
struct wire_link_ops {
	/* The next packet, at most `room` bytes; its length; 0: none now; -1: the link has ended. */
	ssize_t (*read)(void *link, void *bytes, size_t room);
	/* 0, or the errno for which it was not taken. */
	int (*write)(void *link, const void *bytes, size_t len);
	/*
	 * The same for super-frames (lab/link.h); NULL: the link knows none. set_offload says whether they may come:
	 * while the wire only passes on. One that comes otherwise is taken apart into its segments here.
	 */
	ssize_t (*read_frame)(void *link, struct link_frame *frame);
	int (*write_frame)(void *link, const struct link_frame *frame);
	void (*set_offload)(void *link, bool on);
};

struct wire_ops {
	/* Seconds of the session's clock, CLOCK_MONOTONIC from its start. */
	double (*now)(void *owner);
	/* What happened. The event's strings are taken over, and it is applied to the world within the call. */
	void (*event)(void *owner, struct event *event);
	/* What caused a segment that a host sent, as far as somebody knows (the call): asked once, before it is told.
	 * NULL: nobody knows. `segment` has no verdict yet. */
	struct event_cause (*cause)(void *owner, const char *host, const struct event_segment *segment);
	/* A segment was handed to a host, and that was told: now is the time to look at its sockets. n 0: it is one
	 * of many, of which a sum will be told. May be NULL. */
	void (*delivered)(void *owner, const char *host, int64_t n, const struct packet *packet);
	/* Nothing is under way any more (wire_is_quiet() may be asked). May be NULL. */
	void (*settled)(void *owner);
};

struct wire_address {
	uint8_t version;
	uint8_t prefix; /* bits */
	struct packet_addr addr;
};

struct wire_host {
	struct wire *wire;
	int index;
	char *name;                     /* (owned) */
	struct wire_address *addresses; /* (owned) */
	size_t address_count, address_room;
	const struct wire_link_ops *ops;
	void *link;                     /* not owned */
	int fd;                         /* readable when the link has a packet; -1: it never tells */
	struct event *readable;         /* (owned) */
	bool is_cut;
	bool has_ended;                 /* its link did */
};

/* From one host to another: what its rules need to know from one packet to the next. */
struct wire_path {
	int from, to;
	uint64_t random;  /* state of its generator */
	double rate_free; /* when the last packet will have left, at the rate that is set */
	double last_due;
	size_t waiting;   /* packets under way */
	struct wire_packet *aside; /* (owned) waits to be overtaken; NULL: none does */
	double aside_until;        /* but no longer, after so many turns more */
	int aside_turns;
};

struct wire {
	struct event_base *base;
	const struct world *world;
	const struct wire_ops *ops;
	void *owner;

	struct wire_host **hosts; /* (owned) */
	size_t host_count, host_room;
	struct wire_path *paths;  /* (owned) */
	size_t path_count, path_room;
	struct wire_rules rules;
	uint64_t seed;

	bool holds;      /* else it flows */
	bool folds;      /* retransmissions that bring nothing new */
	bool background; /* the kernel's own traffic is told of */
	bool offloads;   /* the links were told that super-frames may come */

	struct wire_connections connections;
	struct wire_list held;    /* while it flows: what is still to be released */
	struct wire_heap flights; /* packets under way */
	size_t aside_count;       /* of paths on which one waits to be overtaken */
	int64_t dropped_for_full; /* packets, since it was held or let flow */
	struct wire_summary summary;
	int64_t n;                /* number of the last segment */

	struct event *timer;      /* (owned) */
	double timer_due;         /* EVENT_NO_REAL: it is not set */
	bool was_busy;            /* something was under way when last looked */
	/* (owned) WIRE_PACKET_MOST each: what was read, a segment of it, and what a router makes of that */
	uint8_t *buffer, *piece, *scratch;
};

#endif
