/*
 * Sequence numbers (RFC 9293 3.4: arithmetic modulo 2^32), and a set of what a direction of a connection has carried:
 * bytes, SYN and FIN. It answers whether a segment brings anything new.
 *
 * A fixed size, nothing owned. The set reaches back 2^30 bytes from its newest byte, the largest window there is; when
 * it holds too many ranges it forgets the oldest. To forget only makes an old segment count as new.
 */
#ifndef SOCKSTEP_PACKET_RANGES_H
#define SOCKSTEP_PACKET_RANGES_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/packet.h"

enum { SEQ_RANGES_MOST = 32, SEQ_REACH = 1 << 30 };

/* Half open: `right` is the first number that is not in it. */
struct seq_range {
	uint32_t left, right;
};

/* What one segment occupies of the sequence space: SYN, then `len` bytes, then FIN. */
struct seq_span {
	uint32_t seq; /* of the SYN, or else of the first byte, or else of the FIN */
	uint32_t len; /* bytes of data, less than SEQ_REACH */
	bool has_syn, has_fin;
};

struct seq_set {
	uint32_t count;
	struct seq_range bytes[SEQ_RANGES_MOST]; /* ascending, apart from each other */
	bool has_syn, has_fin;
	uint32_t syn, fin;
};

/* Does a come before b? Meaningful while they are less than 2^31 apart. */
static inline bool seq_before(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

/*
 * The span of a packet with a whole TCP header. A reset occupies nothing: what it carries is not data (RFC 9293
 * 3.5.2).
 */
struct seq_span seq_span_of(const struct packet *packet);
/* How many numbers it occupies: 0 for a mere acknowledgement. */
uint32_t seq_span_len(const struct seq_span *span);
/* The number after the span. */
uint32_t seq_span_end(const struct seq_span *span);

void seq_set_init(struct seq_set *set);
/*
 * Adds a span. One that lies out of reach of what is there is passed over, unless it has a SYN: then another connection
 * begins, and the set with it. So it does at a SYN with another number.
 */
void seq_set_add(struct seq_set *set, const struct seq_span *span);
/* Takes a span out, as when the only segment that carried it was dropped. */
void seq_set_remove(struct seq_set *set, const struct seq_span *span);
/*
 * Does the span bring nothing new: does every byte, SYN and FIN of it lie in the set? A span that occupies nothing is
 * never covered, since its acknowledgement may be news.
 */
bool seq_set_covers(const struct seq_set *set, const struct seq_span *span);

#endif
