#include "base/due.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"

void due_release(struct due_queue *queue)
{
	free(queue->all);
	*queue = (struct due_queue){ 0 };
}

static bool is_sooner(const struct due *a, const struct due *b)
{
	return a->at < b->at || (a->at <= b->at && a->order < b->order);
}

static void swap(struct due_queue *queue, size_t i, size_t j)
{
	struct due due = queue->all[i];

	queue->all[i] = queue->all[j];
	queue->all[j] = due;
}

void due_add(struct due_queue *queue, struct due due)
{
	size_t at = queue->count;

	queue->all = array_grow(queue->all, queue->count, &queue->room, sizeof(*queue->all));
	due.order = queue->order++;
	queue->all[queue->count++] = due;
	while (at > 0 && is_sooner(&queue->all[at], &queue->all[(at - 1) / 2])) {
		swap(queue, at, (at - 1) / 2);
		at = (at - 1) / 2;
	}
}

const struct due *due_first(const struct due_queue *queue)
{
	return queue->count == 0 ? NULL : &queue->all[0];
}

/* Which of three, a place and the two below it, is due first? */
static size_t soonest(const struct due_queue *queue, size_t at)
{
	size_t best = at;

	for (size_t below = 2 * at + 1; below <= 2 * at + 2; below++)
		if (below < queue->count && is_sooner(&queue->all[below], &queue->all[best]))
			best = below;
	return best;
}

struct due due_take(struct due_queue *queue)
{
	struct due first = queue->all[0];
	size_t at = 0, next;

	queue->all[0] = queue->all[--queue->count];
	while ((next = soonest(queue, at)) != at) {
		swap(queue, at, next);
		at = next;
	}
	return first;
}
