/*
 * The TCP connections that pass over the wire: each with its numbers and names (packet/track.h), and with what of each
 * direction is held or was delivered, so that a retransmission that brings nothing new can be told from news.
 *
 * How many are followed is bounded: the one that was silent longest is forgotten, unless something of it is held. A
 * segment for which there is no room is simply not followed.
 */
#ifndef SOCKSTEP_LAB_WIRE_CONNECTION_H
#define SOCKSTEP_LAB_WIRE_CONNECTION_H

#include "lab/wire_packet.h"
#include "packet/packet.h"

enum { WIRE_CONNECTIONS_MOST = 16384, WIRE_RECORDS = 16 };

/* So long an acknowledgement may be delayed (TCP_DELACK_MAX of Linux), in seconds. */
#define WIRE_ANSWER_WAIT 0.2

/* A segment that was delivered, and the sequence numbers that it occupied. */
struct wire_record {
	int64_t n; /* its number, of a copy that of the original; 0: none */
	struct seq_range numbers;
	double time;
};

/* One direction. */
struct wire_way {
	struct seq_set delivered;
	struct seq_set known; /* delivered or held */
	bool known_is_stale;  /* to be computed from `delivered` and what is held */
	struct wire_packet *oldest, *newest; /* held, not owned */
	size_t held;
	struct wire_record records[WIRE_RECORDS]; /* the last that were delivered, a ring */
	unsigned next_record;
	double came; /* when its end was last heard of */
};

struct wire_connection {
	struct track track;
	struct wire_way ways[2]; /* as in track */
	struct wire_connection *older, *newer; /* by when they were last heard of */
};

struct wire_connections {
	void *tree;                             /* tsearch(3), by the two ends */
	struct wire_connection *oldest, *newest; /* (owned) */
	size_t count;
};

/* What a segment is that brings nothing new. */
struct wire_repeat {
	bool is_one;
	struct wire_packet *held; /* the newest segment it repeats, if that is held */
	int64_t n;                /* its number */
};

void wire_connections_init(struct wire_connections *connections);
void wire_connections_release(struct wire_connections *connections);
/*
 * The connection that a packet belongs to, made if it is not there; `*way` says which end sent it. NULL: it is not TCP
 * with a whole header, or there is no room.
 */
struct wire_connection *wire_connection_of(struct wire_connections *connections, const struct packet *packet, int *way);
/* The same, but only one that is there. */
struct wire_connection *wire_connection_known(const struct wire_connections *connections, const struct packet *packet,
					      int *way);
/* Fills in what numbers a packet occupies; `connection` and `way` are set, track has not yet taken account of it. */
void wire_connection_place(struct wire_packet *packet, const struct packet *decoded);
/*
 * Is this segment, which comes now and is placed, to be counted on one before it rather than queued? It brings nothing
 * new: every byte, SYN and FIN of it lies in segments held or delivered. And it is we who keep it coming: a part of
 * that range is still held, or all was delivered and a segment of the other direction is held, maybe the answer, or
 * all was delivered just now and the other end has not answered yet: the copy was on its way already.
 *
 * Keep-alive and window probes (RFC 9293 3.8.4, 3.8.6.1) repeat the number before the next one, and are judged as if
 * they occupied it. Other segments that occupy nothing, acknowledgements and resets, are never folded: each may be
 * news.
 */
struct wire_repeat wire_connection_repeat(const struct wire_packet *packet, double now);

/* What becomes of a packet: it is held; it is held no longer, and dropped unless told otherwise; it was delivered, and
 * if it is corrupted that counts for nothing. */
void wire_connection_hold(struct wire_packet *packet);
void wire_connection_unhold(struct wire_packet *packet);
void wire_connection_delivered(const struct wire_packet *packet, double now);

#endif
