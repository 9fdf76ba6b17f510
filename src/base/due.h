/*
 * What is due when: a queue from which whatever is due first is taken first. It owns its room, not the things in it.
 */
#ifndef SOCKSTEP_BASE_DUE_H
#define SOCKSTEP_BASE_DUE_H

#include <stddef.h>
#include <stdint.h>

struct due {
	double at;      /* by the owner's clock */
	uint64_t order; /* in which they were added */
	union {
		void *thing;
		int64_t number;
	};
};

struct due_queue {
	struct due *all; /* (owned) a heap: none is due before the one at half its place */
	size_t count, room;
	uint64_t order;
};

/* A queue of zeros is empty. */
void due_release(struct due_queue *queue);
/* What is due at the same time leaves in the order in which it was added; due.order is set here. */
void due_add(struct due_queue *queue, struct due due);
/* What is due first; NULL if there is nothing. Good until the queue changes. */
const struct due *due_first(const struct due_queue *queue);
/* Takes it out; there must be one. */
struct due due_take(struct due_queue *queue);

#endif
