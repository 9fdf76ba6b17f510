#include "world/life.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void life_release(struct life *life)
{
	free(life->edges);
	free(life->numbers);
	*life = (struct life){ 0 };
}

/* NULL for none: most sockets have no such thing. */
static void *copy_array(const void *items, size_t count, size_t size)
{
	return count == 0 ? NULL : memcpy(xcalloc(count, size), items, count * size);
}

void life_copy(struct life *to, const struct life *from)
{
	*to = *from;
	to->edges = copy_array(from->edges, from->edge_count, sizeof(*to->edges));
	to->numbers = copy_array(from->numbers, from->number_count, sizeof(*to->numbers));
	to->number_room = from->number_count;
}

/* ---- states ---- */

static void keep_state(char *kept, const char *state)
{
	snprintf(kept, LIFE_STATE_SIZE, "%s", state == NULL ? "" : state);
}

/* Room for one more at the end; of a full list the oldest goes. A socket has few edges: there is room for no more. */
static struct life_edge *new_edge(struct life *life)
{
	if (life->edge_count == LIFE_EDGES_MOST)
		memmove(&life->edges[0], &life->edges[1], --life->edge_count * sizeof(*life->edges));
	else
		life->edges = xrealloc(life->edges, (life->edge_count + 1u) * sizeof(*life->edges));
	return &life->edges[life->edge_count++];
}

void life_add_edge(struct life *life, const struct event_state *event)
{
	struct life_edge *edge = new_edge(life);

	keep_state(edge->from, event->from);
	keep_state(edge->to, event->to);
	edge->cause = event->cause;
}

/* ---- numbers ---- */

size_t life_info_value(const char *info, const char *name, const char **value)
{
	size_t len = strlen(name);

	while (info != NULL && *info != '\0') {
		size_t word = strcspn(info, " ");

		if (word > len && memcmp(info, name, len) == 0 && info[len] == ':') {
			*value = info + len + 1;
			return word - len - 1;
		}
		info += word + (info[word] == ' ');
	}
	return 0;
}

static float in_info(const char *info, const char *name)
{
	const char *value;

	return life_info_value(info, name, &value) > 0 ? strtof(value, NULL) : LIFE_UNTOLD;
}

static float of_queue(int64_t len)
{
	return len == EVENT_NO_INT ? LIFE_UNTOLD : (float)len;
}

static void add_numbers(struct life *life, const struct life_numbers *numbers)
{
	size_t room = life->number_room;

	if (life->number_count == LIFE_NUMBERS_MOST)
		memmove(&life->numbers[0], &life->numbers[1], --life->number_count * sizeof(*numbers));
	life->numbers = array_grow(life->numbers, life->number_count, &room, sizeof(*numbers));
	life->number_room = (uint8_t)room;
	life->numbers[life->number_count++] = *numbers;
}

/* Most of ten thousand sockets never have anything in a queue: that is counted, until one has. */
static bool is_empty(const struct life *life, const struct event_socket *event)
{
	return life->number_count == 0 && event->info == NULL && event->recvq == 0 && event->sendq == 0;
}

void life_add_numbers(struct life *life, const struct event_socket *event)
{
	static const struct life_numbers empty = { { LIFE_UNTOLD, LIFE_UNTOLD, 0, 0 } };
	const struct life_numbers numbers = { {
		[LIFE_CWND] = in_info(event->info, "cwnd"), [LIFE_RTT] = in_info(event->info, "rtt"),
		[LIFE_SENDQ] = of_queue(event->sendq), [LIFE_RECVQ] = of_queue(event->recvq),
	} };

	if (is_empty(life, event)) {
		if (life->empty < LIFE_NUMBERS_MOST)
			life->empty++;
		return;
	}
	for (; life->empty > 0; life->empty--)
		add_numbers(life, &empty);
	add_numbers(life, &numbers);
}

size_t life_series(const struct life *life, enum life_number which, double *values)
{
	size_t count = 0;

	for (size_t i = 0; i < life->number_count; i++)
		if (life->numbers[i].of[which] >= 0)
			values[count++] = (double)life->numbers[i].of[which];
	return count;
}
