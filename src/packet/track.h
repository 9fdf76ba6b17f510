/*
 * One TCP connection followed segment by segment: relative numbers, window scaling, and the names that Wireshark
 * gives to what stands out. The names are taken from its user's guide ("TCP Analysis") and compared with what its
 * release 4.0 says of conversations of every kind by tests, down to what it says of nonsense.
 *
 * A struct track has a fixed size (TRACK_BYTES_MOST at most) however long the connection lasts, and owns nothing.
 */
#ifndef SOCKSTEP_PACKET_TRACK_H
#define SOCKSTEP_PACKET_TRACK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "packet/packet.h"

enum { TRACK_BYTES_MOST = 512 };

/* In the order in which they are listed. */
#define TRACK_NAMES(NAME) \
	NAME(PORTS_REUSED, "Port numbers reused") \
	NAME(PREVIOUS_NOT_CAPTURED, "Previous segment not captured") \
	NAME(ACKED_UNSEEN, "ACKed unseen segment") \
	NAME(OUT_OF_ORDER, "Out-Of-Order") \
	NAME(RETRANSMISSION, "Retransmission") \
	NAME(FAST_RETRANSMISSION, "Fast Retransmission") \
	NAME(SPURIOUS_RETRANSMISSION, "Spurious Retransmission") \
	NAME(DUPLICATE_ACK, "Dup ACK") \
	NAME(KEEP_ALIVE, "Keep-Alive") \
	NAME(KEEP_ALIVE_ACK, "Keep-Alive ACK") \
	NAME(ZERO_WINDOW_PROBE, "ZeroWindowProbe") \
	NAME(ZERO_WINDOW_PROBE_ACK, "ZeroWindowProbeAck") \
	NAME(WINDOW_UPDATE, "Window Update") \
	NAME(WINDOW_FULL, "Window Full") \
	NAME(ZERO_WINDOW, "ZeroWindow")

enum track_index {
#define NAME(name, words) TRACK_INDEX_##name,
	TRACK_NAMES(NAME)
#undef NAME
	TRACK_NAME_COUNT,
};

/* Sets of names are sums of these. */
enum track_name {
#define NAME(name, words) TRACK_##name = 1 << TRACK_INDEX_##name,
	TRACK_NAMES(NAME)
#undef NAME
};

/* One end of the connection and what it has sent. */
struct track_way {
	struct packet_addr addr;
	uint16_t port;
	bool has_base;           /* seen, or told by the other's acknowledgement */
	bool has_sent;           /* a segment of this way was seen: what follows is known */
	bool has_ack;            /* its last segment had the flag */
	bool was_told;           /* that the other acknowledged what was not seen */
	bool last_was_syn;       /* its last segment, whose window is then not scaled */
	int8_t shift;            /* of its windows; TRACK_SHIFT_UNKNOWN if no SYN told it */
	uint16_t window;         /* last window sent, as it stood there */
	uint32_t base;           /* what relative numbers count from: that of the SYN */
	uint32_t next;           /* after the highest sent */
	uint32_t unbroken;       /* up to where the other may acknowledge: sent without a gap, or taken so */
	uint32_t ack;            /* last acknowledgement number sent; 0 where there was none */
	uint32_t last_names;     /* of the segment before */
	uint32_t dup_acks;
	uint64_t first_ack;      /* number of the segment that first carried `ack` */
	uint64_t ack_time;       /* of the last segment */
	uint64_t next_time;      /* of the segment that brought `next` */
};

enum { TRACK_SHIFT_UNKNOWN = -1 };

struct track {
	uint8_t version;
	struct track_way ways[2]; /* 0 is the sender of the packet that track_init got */
	uint64_t syn_time;
	uint64_t first_round;     /* ns between the SYN and the handshake's last ACK; 0 if unknown */
};

/* What is to be said of one segment. */
struct track_note {
	int way;               /* 0 or 1: which end sent it */
	uint32_t seq, ack;     /* relative; ack 0 without the flag */
	uint32_t base_seq, base_ack;
	uint32_t window;       /* scaled, if the scale is known */
	int shift;             /* by which it was, or TRACK_SHIFT_UNKNOWN */
	uint32_t names;        /* of enum track_name */
	uint32_t dup_ack;      /* which duplicate, from 1 */
	uint64_t dup_ack_of;   /* the number of the segment it repeats */
};

/* A connection between the two ends of `packet`, which must have a whole TCP header. It is not yet taken account of. */
void track_init(struct track *track, const struct packet *packet);
/* Which end sent this packet: 0, 1, or -1 if it is none of this connection's. */
int track_way_of(const struct track *track, const struct packet *packet);
/*
 * Takes account of the next segment, one of this connection's with a whole header. `number` is its number for the
 * person, `time` in nanoseconds since whenever, not falling.
 */
struct track_note track_add(struct track *track, const struct packet *packet, uint64_t number, uint64_t time);
/* Adds "[TCP Retransmission] [TCP Window Full]", with "[TCP Dup ACK 7#1]" for the first repetition of segment 7. */
void track_describe(struct text *out, const struct track_note *note);
/* "Retransmission" for one name of the set; NULL if it is none. */
const char *track_name_words(uint32_t name);

#endif
