/*
 * How a socket came to be what it is: the newest changes of its state, and how its numbers went. It follows from events
 * alone and is bounded, so that it tells of a socket's beginning long after the log has lost it. The struct owns what
 * it points to.
 */
#ifndef SOCKSTEP_WORLD_LIFE_H
#define SOCKSTEP_WORLD_LIFE_H

#include <stddef.h>
#include <stdint.h>

#include "event/event.h"

enum { LIFE_EDGES_MOST = 12, LIFE_NUMBERS_MOST = 64 };
/* Longer than the name of any state; a longer one is cut. */
enum { LIFE_STATE_SIZE = 16 };

struct life_edge {
	char from[LIFE_STATE_SIZE], to[LIFE_STATE_SIZE]; /* "": it was not there */
	struct event_cause cause;
};

enum life_number { LIFE_CWND, LIFE_RTT, LIFE_SENDQ, LIFE_RECVQ, LIFE_NUMBER_COUNT };

/* As they were told together; LIFE_UNTOLD: this one was not. Seven digits are more than a bar shows. */
#define LIFE_UNTOLD (-1.0f)

struct life_numbers {
	float of[LIFE_NUMBER_COUNT];
};

struct life {
	struct life_edge *edges;      /* (owned) the oldest first */
	struct life_numbers *numbers; /* (owned) the oldest first */
	uint8_t edge_count, number_count, number_room;
	uint8_t empty; /* before the first of the numbers: so often it was told that both queues were empty */
};

void life_release(struct life *life);
/* The same once more; `to` is empty storage. */
void life_copy(struct life *to, const struct life *from);
void life_add_edge(struct life *life, const struct event_state *event);
void life_add_numbers(struct life *life, const struct event_socket *event);
/* How it was with one of them: fills `values` (room for LIFE_NUMBERS_MOST) from the oldest on and returns how many
 * there are. */
size_t life_series(const struct life *life, enum life_number which, double *values);
/* The value behind "name:" in what TCP knows, as ss writes it; its length, 0: it is not there. */
size_t life_info_value(const char *info, const char *name, const char **value);

#endif
