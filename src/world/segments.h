/*
 * The segments that were seen on the wire, as they were told last: by number, and those that are held in their order.
 * Bounded: beyond SEGMENTS_MOST that are not held, or SEGMENT_BYTES_MOST, the oldest fall off and are counted.
 */
#ifndef SOCKSTEP_WORLD_SEGMENTS_H
#define SOCKSTEP_WORLD_SEGMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "event/event.h"
#include "world/messages.h"

enum { SEGMENTS_MOST = 100000, SEGMENTS_NAMED = 8 };
enum { SEGMENT_BYTES_MOST = 64 << 20 };

struct world_segment {
	struct event told; /* (owned) the last event of it; its packet is that of the first, unless it came anew */
	double seen;       /* session's clock: when it came from its sender, or, where that is not said, was told */
	double decided;    /* when it got the verdict that it has */
	struct world_segment *held_before, *held_after; /* while it is held, by rising n */
	bool held;
};

struct world_segments {
	struct world_segment **ring; /* (owned, and what they point to) by rising n */
	size_t room, first, count;
	size_t bytes;                /* about what they take */
	int64_t fallen_off;
	struct world_segment *held_first, *held_last; /* not owned */
	size_t held_count;
	size_t most;                 /* of those that are not held; 0: SEGMENTS_MOST */
	struct world_messages messages; /* of TLS, told by the sides */
};

void world_segments_init(struct world_segments *segments);
void world_segments_release(struct world_segments *segments);
/* There are none any more; the numbers may begin anew. */
void world_segments_clear(struct world_segments *segments);
/* The same once more; `to` is empty storage. */
void world_segments_copy(struct world_segments *to, const struct world_segments *from);
/* For world_apply() alone: a segment, or a message of TLS, whose name those that carry it are given. */
void world_segments_apply(struct world_segments *segments, const struct event *event);

/* "#6 #7": those that carry a part of that message, at most SEGMENTS_NAMED; "": none that is kept. To be freed. */
char *world_segments_of_message(const struct world_segments *segments, const struct event_tls *tls);

/* The one with that number; NULL: there is none, or it fell off. */
const struct world_segment *world_segments_find(const struct world_segments *segments, int64_t n);
/* That at `index` of those that are kept, from 0, the oldest. */
const struct world_segment *world_segments_at(const struct world_segments *segments, size_t index);

/* Is that flag ("ACK") one of its flags? */
bool world_segment_has_flag(const struct event_segment *segment, const char *flag);
/* Is it a sum of many that were told of together, and not one of which more is known? */
bool world_segment_is_sum(const struct event_segment *segment);
/*
 * What it is, without addresses and verdict: "SYN,ACK seq=0 ack=1 win=65160 len=0 mss=1460 [TCP Retransmission]",
 * "UDP len=5", "1200 segments, 1737600 bytes"; a super-frame says after its options how many segments it is.
 */
void world_segment_label(struct text *out, const struct event_segment *segment);
/* One line of it all: "#2 server 10.0.0.2:80 > client 10.0.0.1:40312 SYN,ACK seq=0 … held, sent 4 times". */
void world_segment_line(struct text *out, const struct event_segment *segment);
/* What became of it: "held", "dropped (loss 10%)", "delivered, sent 4 times", "delivered, copy of #3". */
void world_segment_fate(struct text *out, const struct event_segment *segment);

#endif
