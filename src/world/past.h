/*
 * The world as it was: at any moment that the log still reaches. It is made again from the events, beginning with what
 * the log has kept of those that fell off, or with a copy that was put by not long before the moment; so to go back
 * step by step costs no more than a few hundred events a step, and keeps two worlds at most.
 *
 * A moment is a place in all that was ever logged, from 0, as the ladder has them; it includes the event at it.
 */
#ifndef SOCKSTEP_WORLD_PAST_H
#define SOCKSTEP_WORLD_PAST_H

#include <stdbool.h>
#include <stdint.h>

#include "world/log.h"
#include "world/world.h"

/* How far apart copies lie. */
enum { PAST_STRIDE = 512 };

struct past {
	struct world near, shown;       /* (owned) while they are at a place */
	int64_t near_place, shown_place; /* PAST_NOWHERE: it is not there */
};

enum { PAST_NOWHERE = -2 };

void past_init(struct past *past);
void past_release(struct past *past);
/* The world at that place, which is in the log; until the next call. -1: before the first event. */
const struct world *past_world(struct past *past, const struct log *log, int64_t place);

/* Is it what a person would call a step? The others are what is seen at the same time. */
bool past_is_step(const struct event *event);
/* The moment one step before (or after) that place: the last place before the next step begins. False: there is none.
 * */
bool past_step_back(const struct log *log, int64_t place, int64_t *before);
bool past_step_on(const struct log *log, int64_t place, int64_t *after);
/* The newest moment. */
int64_t past_now(const struct log *log);
/* The log as it was at that place: borrows all from `log`, and is not to be released. */
struct log past_log(const struct log *log, int64_t place);

#endif
