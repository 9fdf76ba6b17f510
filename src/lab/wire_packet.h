/*
 * A packet on the wire, and the two places where it may wait: the list of those held, in the order in which they came,
 * and the heap of those under way, by the time at which they arrive. A packet that waits is on the heap and belongs to
 * the list or heap that it is in.
 */
#ifndef SOCKSTEP_LAB_WIRE_PACKET_H
#define SOCKSTEP_LAB_WIRE_PACKET_H

#include <linux/virtio_net.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/due.h"
#include "event/event.h"
#include "packet/ranges.h"
#include "packet/track.h"

/* Who else than a host sends or receives. */
enum { WIRE_EVERYBODY = -1, WIRE_NOBODY = -2, WIRE_ROUTER = -3 };

struct wire_connection;

struct wire_packet {
	struct wire_packet *older, *newer;         /* of all that are held */
	struct wire_packet *way_older, *way_newer; /* of those held of the same direction of a connection */
	struct wire_connection *connection;        /* NULL: of none that is followed */
	int way;                                   /* which end of it sent this */
	struct seq_span span;
	struct seq_range numbers;                  /* that it occupies or, a probe, repeats */
	bool is_probe;
	bool acks_more;                            /* than its end had acknowledged before */
	bool has_note;
	struct track_note note;

	int64_t n;       /* its number; 0: not told of (background) */
	double came;     /* when it got its number */
	int64_t copy_of; /* 0: of none */
	int64_t sent;    /* how many times the sender sent it, as far as copies were folded */
	int from, to;    /* hosts, or WIRE_EVERYBODY and so on */
	struct event_cause cause;
	bool injected, corrupted, fragment;
	bool was_told;   /* an event tells of it already */
	bool untold;     /* seen in a flood: only a summary tells of it */
	bool is_handed;  /* to its receiver, before anything else was done with it */
	int handed_error; /* what came of that: 0, an errno, or -1: it is cut off */

	double due;      /* under way: when it arrives */

	struct virtio_net_hdr header; /* of a super-frame; else zero */
	size_t len;
	const uint8_t *bytes; /* (owned, right behind the struct) of a kept one; borrowed before */
};

/* A copy on the heap with its own bytes, in no list. */
struct wire_packet *wire_packet_keep(const struct wire_packet *packet);
void wire_packet_free(struct wire_packet *packet);
/* What it takes of memory. */
size_t wire_packet_size(size_t len);
/* Its bytes, to change them. Of a kept one only. */
uint8_t *wire_packet_bytes(struct wire_packet *packet);

struct wire_list {
	struct wire_packet *oldest, *newest; /* (owned) */
	size_t count, bytes;
};

void wire_list_append(struct wire_list *list, struct wire_packet *packet);
void wire_list_remove(struct wire_list *list, struct wire_packet *packet);
/* The packet with that number; 0: the oldest. NULL if it is not there. */
struct wire_packet *wire_list_find(const struct wire_list *list, int64_t n);

struct wire_heap {
	struct due_queue queue; /* (owned, and the packets in it) */
	size_t bytes;
};

/* Packets that are due at the same time leave in the order in which they were added. */
void wire_heap_add(struct wire_heap *heap, struct wire_packet *packet);
/* The one that is due first; NULL if there is none. */
struct wire_packet *wire_heap_first(const struct wire_heap *heap);
/* Takes it out. */
struct wire_packet *wire_heap_take(struct wire_heap *heap);
void wire_heap_release(struct wire_heap *heap);

#endif
