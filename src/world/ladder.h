/*
 * The ladder: the sequence diagram as a list of rows, one for each segment and for each change of state that no segment
 * explains. It follows from the log and the world alone, keeps numbers into them and no copy of what they hold, and is
 * brought up to date by what came since the last time; so a screen may ask for any of a hundred thousand rows.
 * (world/ladder_text.h makes text of them.)
 *
 * A change of state stands in the row of the segment that brought it about, at its receiver's end; or, if a call did
 * and the segment is what the call sent (SYN, FIN, RST), at its sender's end. The cause that the event names is
 * believed; where it names none, the order of events and the segment's flags decide. A change that skipped states, and
 * one that fits to no segment, has a row of its own.
 *
 * After a reset another wire counts its segments from 1, between sockets that are others: the ladder begins anew there.
 */
#ifndef SOCKSTEP_WORLD_LADDER_H
#define SOCKSTEP_WORLD_LADDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/event.h"
#include "world/log.h"
#include "world/world.h"

enum { LADDER_ENDS_MOST = 64, LADDER_RECENT = 32 };
enum { LADDER_NOWHERE = -1 };

enum ladder_row_kind { LADDER_SEGMENT, LADDER_STATE };

struct ladder_row {
	enum ladder_row_kind kind;
	int16_t src, dst;        /* ends; LADDER_NOWHERE: everybody, nobody, too many to tell; a state's */
	int64_t event;           /* the first that tells of it: its place in all that was ever logged, from 0 */
	int64_t n;               /* of the segment */
	int64_t src_state, dst_state; /* places of `state` events, -1: none. STATE: src_state is it */
	double t;
};

/* An address and port, or a host's address where there is none, that was seen on the wire. */
struct ladder_end {
	char *host, *address; /* (owned) */
};

struct ladder {
	struct ladder_row *rows; /* (owned) */
	size_t count, room;
	size_t first;            /* rows before this one fell off the log */
	int64_t next_event;      /* the place up to which the log was read */
	int64_t begun;           /* the place of the reset at which it began; 0: at the log's beginning */
	int64_t newest_n;
	struct ladder_end *ends; /* (owned) in the order of their appearance */
	size_t end_count, end_room;
	bool has_too_many;       /* ends beyond LADDER_ENDS_MOST are told apart by their host only */
	char *one, *other;       /* (owned) of ladder_init() */
	struct { int64_t n; size_t row; } arrived[LADDER_RECENT]; /* the last that were delivered, a ring */
	size_t arrived_count;
};

/*
 * Of all that passes, or only between two addresses (patterns as of world_address_fits(); `other` NULL: between the one
 * and anybody; both NULL: all).
 */
void ladder_init(struct ladder *ladder, const char *one, const char *other);
void ladder_release(struct ladder *ladder);
/* Reads what was logged since the last time. Rows of what fell off the log go. */
void ladder_update(struct ladder *ladder, const struct log *log);

size_t ladder_count(const struct ladder *ladder);
/* From 0, the oldest that is kept. */
const struct ladder_row *ladder_row(const struct ladder *ladder, size_t index);
/* How many of the rows were there when the log had reached `place` (that event included): to look back. */
size_t ladder_count_until(const struct ladder *ladder, int64_t place);
/* The `state` event at that place; NULL: none, or it fell off. */
const struct event_state *ladder_state(const struct log *log, int64_t place);
/* The end that a socket's local address means on that host: of *:80 the first with that port. LADDER_NOWHERE: none. */
int ladder_end_of(const struct ladder *ladder, const char *host, const char *local);

#endif
