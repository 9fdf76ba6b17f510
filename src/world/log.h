/*
 * What happened, in its order: the last events, bounded in number and memory. What fell off is counted, and what it
 * had made of the world is kept, so that any moment since can be made again (world/past.h). The log owns its events.
 */
#ifndef SOCKSTEP_WORLD_LOG_H
#define SOCKSTEP_WORLD_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "event/event.h"

struct world;

enum { LOG_EVENTS_MAX = 100000 };
enum { LOG_BYTES_MAX = 64 << 20 };
/* Of the segments that fell off with their events, so many of the newest stay with the world before the log. */
enum { LOG_BASE_SEGMENTS = 1000 };

struct log {
	struct event **ring; /* (owned) each in one piece */
	size_t room, first, count;
	size_t bytes;       /* what the events take */
	int64_t fallen_off; /* events that were dropped at the front */
	int64_t *data;      /* (owned) places of the calls that brought or took away bytes, from `data_first` on */
	size_t data_first, data_count, data_room;
	struct world *base; /* (owned) as it was before the oldest that is kept; NULL: empty */
};

void log_init(struct log *log);
void log_release(struct log *log);
void log_add(struct log *log, const struct event *event);
/* The event number `index` of those that are kept, from 0, the oldest. */
const struct event *log_at(const struct log *log, size_t index);
/* The one with that seq, which counts up by one from event to event; NULL: it is not kept. */
const struct event *log_event(const struct log *log, int64_t seq);
/* Of the calls that sent or received something, with its bytes, that at `index` from 0, the oldest that is kept. There
 * are `data_count`. */
const struct event_call *log_data_at(const struct log *log, size_t index);
/* The log as it was when it had only `count` of the events that are kept: borrows all, and is not to be released. */
struct log log_until(const struct log *log, size_t count);

#endif
