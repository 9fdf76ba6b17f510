/*
 * Things kept in an order while they come and go, of which any is found by what it is, or by its place: the n-th of ten
 * thousand without a look at the others. To add, to remove and to find costs a number of comparisons that grows as the
 * logarithm of how many there are.
 *
 * The things are not owned. Whatever the comparison reads of one must stay as it is while it is in the order.
 *
 * It is a treap (Seidel and Aragon, 1996): a binary search tree that is at the same time a heap by random weights, and
 * so is balanced whatever comes in which order. The nodes lie in one array and name each other by index.
 */
#ifndef SOCKSTEP_WORLD_ORDER_H
#define SOCKSTEP_WORLD_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct order_node;

struct order {
	int (*compare)(const void *left, const void *right); /* as qsort(3) has it; 0: they are the same */
	struct order_node *nodes;                            /* (owned) number 0 is nobody */
	size_t used, room;
	uint32_t root, unused; /* the first of those that are free again */
	uint32_t weight;       /* of the node that was made last */
};

void order_init(struct order *order, int (*compare)(const void *left, const void *right));
void order_release(struct order *order);
/* Nothing that is the same may be there. */
void order_add(struct order *order, void *thing);
/* False: nothing that is the same was there. */
bool order_remove(struct order *order, const void *thing);
size_t order_count(const struct order *order);
/* What is the same as the key; NULL: nothing is. */
void *order_find(const struct order *order, const void *key);
/* How many come before the key, be it there or not. */
size_t order_place(const struct order *order, const void *key);
/* The one at that place, from 0; NULL: so many there are not. */
void *order_at(const struct order *order, size_t place);

#endif
