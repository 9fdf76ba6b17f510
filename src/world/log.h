/*
 * What happened, in its order: the last events, bounded in number and memory. What fell off is counted. The log owns
 * its events.
 */
#ifndef SOCKSTEP_WORLD_LOG_H
#define SOCKSTEP_WORLD_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "event/event.h"

enum { LOG_EVENTS_MAX = 100000 };
enum { LOG_BYTES_MAX = 64 << 20 };

struct log {
	struct event *ring; /* (owned) */
	size_t room, first, count;
	size_t bytes;       /* about what the events hold */
	int64_t fallen_off; /* events that were dropped at the front */
};

void log_init(struct log *log);
void log_release(struct log *log);
void log_add(struct log *log, const struct event *event);
/* The event number `index` of those that are kept, from 0, the oldest. */
const struct event *log_at(const struct log *log, size_t index);
/* The one with that seq, which counts up by one from event to event; NULL: it is not kept. */
const struct event *log_event(const struct log *log, int64_t seq);

#endif
