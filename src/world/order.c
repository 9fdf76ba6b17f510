#include "world/order.h"

#include <stdlib.h>

#include "base/mem.h"

struct order_node {
	void *thing;
	uint32_t left, right; /* left: of one that is free, the next that is */
	uint32_t count;       /* of the things in it and below */
	uint32_t weight;      /* none below is heavier */
};

enum { NOBODY = 0 };

void order_init(struct order *order, int (*compare)(const void *left, const void *right))
{
	*order = (struct order){ .compare = compare, .weight = 1 };
}

void order_release(struct order *order)
{
	free(order->nodes);
	order_init(order, order->compare);
}

static void count_anew(struct order *order, uint32_t at)
{
	struct order_node *node = &order->nodes[at];

	node->count = 1 + order->nodes[node->left].count + order->nodes[node->right].count;
}

/* Marsaglia's xorshift. The same things make the same tree each time. */
static uint32_t next_weight(struct order *order)
{
	order->weight ^= order->weight << 13;
	order->weight ^= order->weight >> 17;
	order->weight ^= order->weight << 5;
	return order->weight;
}

static uint32_t new_node(struct order *order, void *thing)
{
	uint32_t at = order->unused;

	if (order->used == 0) {
		order->nodes = array_grow(order->nodes, order->used, &order->room, sizeof(*order->nodes));
		order->used = 1;
	}
	if (at != NOBODY) {
		order->unused = order->nodes[at].left;
	} else {
		order->nodes = array_grow(order->nodes, order->used, &order->room, sizeof(*order->nodes));
		at = (uint32_t)order->used++;
	}
	order->nodes[at] = (struct order_node){ .thing = thing, .count = 1, .weight = next_weight(order) };
	return at;
}

/* What is below `at` into those before the key and the others. */
static void split(struct order *order, uint32_t at, const void *key, uint32_t *before, uint32_t *others)
{
	struct order_node *node = &order->nodes[at];

	if (at == NOBODY) {
		*before = *others = NOBODY;
	} else if (order->compare(node->thing, key) < 0) {
		*before = at;
		split(order, node->right, key, &node->right, others);
		count_anew(order, at);
	} else {
		*others = at;
		split(order, node->left, key, before, &node->left);
		count_anew(order, at);
	}
}

/* All in `left` come before all in `right`. */
static uint32_t join(struct order *order, uint32_t left, uint32_t right)
{
	uint32_t top;

	if (left == NOBODY || right == NOBODY)
		return left == NOBODY ? right : left;
	top = order->nodes[left].weight >= order->nodes[right].weight ? left : right;
	if (top == left)
		order->nodes[top].right = join(order, order->nodes[top].right, right);
	else
		order->nodes[top].left = join(order, left, order->nodes[top].left);
	count_anew(order, top);
	return top;
}

void order_add(struct order *order, void *thing)
{
	uint32_t node = new_node(order, thing), before, others;

	split(order, order->root, thing, &before, &others);
	order->root = join(order, join(order, before, node), others);
}

static void free_node(struct order *order, uint32_t at)
{
	order->nodes[at] = (struct order_node){ .left = order->unused };
	order->unused = at;
}

/* What is left below `at`. */
static uint32_t without(struct order *order, uint32_t at, const void *thing, bool *found)
{
	struct order_node *node = &order->nodes[at];
	int which = at == NOBODY ? 0 : order->compare(thing, node->thing);
	uint32_t rest = at;

	if (at == NOBODY)
		return NOBODY;
	if (which == 0) {
		*found = true;
		rest = join(order, node->left, node->right);
		free_node(order, at);
		return rest;
	}
	if (which < 0)
		node->left = without(order, node->left, thing, found);
	else
		node->right = without(order, node->right, thing, found);
	count_anew(order, at);
	return rest;
}

bool order_remove(struct order *order, const void *thing)
{
	bool found = false;

	order->root = without(order, order->root, thing, &found);
	return found;
}

size_t order_count(const struct order *order)
{
	return order->root == NOBODY ? 0 : order->nodes[order->root].count;
}

void *order_find(const struct order *order, const void *key)
{
	uint32_t at = order->root;

	while (at != NOBODY) {
		int which = order->compare(key, order->nodes[at].thing);

		if (which == 0)
			return order->nodes[at].thing;
		at = which < 0 ? order->nodes[at].left : order->nodes[at].right;
	}
	return NULL;
}

size_t order_place(const struct order *order, const void *key)
{
	uint32_t at = order->root;
	size_t before = 0;

	while (at != NOBODY) {
		const struct order_node *node = &order->nodes[at];
		bool is_before = order->compare(node->thing, key) < 0;

		before += is_before ? 1 + order->nodes[node->left].count : 0;
		at = is_before ? node->right : node->left;
	}
	return before;
}

void *order_at(const struct order *order, size_t place)
{
	uint32_t at = order->root;

	if (place >= order_count(order))
		return NULL;
	for (;;) {
		const struct order_node *node = &order->nodes[at];
		size_t left = order->nodes[node->left].count;

		if (place == left)
			return node->thing;
		at = place < left ? node->left : node->right;
		place -= place < left ? 0 : left + 1;
	}
}
