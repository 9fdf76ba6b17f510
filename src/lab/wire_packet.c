#include "lab/wire_packet.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

size_t wire_packet_size(size_t len)
{
	return sizeof(struct wire_packet) + len;
}

struct wire_packet *wire_packet_keep(const struct wire_packet *packet)
{
	struct wire_packet *kept = xmalloc(wire_packet_size(packet->len));

	*kept = *packet;
	kept->older = kept->newer = kept->way_older = kept->way_newer = NULL;
	memcpy(kept + 1, packet->bytes, packet->len);
	kept->bytes = (const uint8_t *)(kept + 1);
	return kept;
}

void wire_packet_free(struct wire_packet *packet)
{
	free(packet);
}

uint8_t *wire_packet_bytes(struct wire_packet *packet)
{
	return (uint8_t *)(packet + 1);
}

/* ---- the list ---- */

void wire_list_append(struct wire_list *list, struct wire_packet *packet)
{
	packet->older = list->newest;
	packet->newer = NULL;
	if (list->newest != NULL)
		list->newest->newer = packet;
	else
		list->oldest = packet;
	list->newest = packet;
	list->count++;
	list->bytes += wire_packet_size(packet->len);
}

void wire_list_remove(struct wire_list *list, struct wire_packet *packet)
{
	if (packet->older != NULL)
		packet->older->newer = packet->newer;
	else
		list->oldest = packet->newer;
	if (packet->newer != NULL)
		packet->newer->older = packet->older;
	else
		list->newest = packet->older;
	list->count--;
	list->bytes -= wire_packet_size(packet->len);
}

struct wire_packet *wire_list_find(const struct wire_list *list, int64_t n)
{
	struct wire_packet *packet = list->oldest;

	while (packet != NULL && n != 0 && packet->n != n)
		packet = packet->newer;
	return packet;
}

/* ---- the heap ---- */

static bool is_sooner(const struct wire_packet *a, const struct wire_packet *b)
{
	return a->due < b->due || (a->due <= b->due && a->order < b->order);
}

static void swap(struct wire_heap *heap, size_t i, size_t j)
{
	struct wire_packet *packet = heap->packets[i];

	heap->packets[i] = heap->packets[j];
	heap->packets[j] = packet;
}

void wire_heap_add(struct wire_heap *heap, struct wire_packet *packet)
{
	size_t at = heap->count;

	heap->packets = array_grow(heap->packets, heap->count, &heap->room, sizeof(struct wire_packet *));
	heap->packets[heap->count++] = packet;
	heap->bytes += wire_packet_size(packet->len);
	packet->order = heap->order++;
	while (at > 0 && is_sooner(heap->packets[at], heap->packets[(at - 1) / 2])) {
		swap(heap, at, (at - 1) / 2);
		at = (at - 1) / 2;
	}
}

struct wire_packet *wire_heap_first(const struct wire_heap *heap)
{
	return heap->count == 0 ? NULL : heap->packets[0];
}

/* Which of three, a place and the two below it, is due first? */
static size_t soonest(const struct wire_heap *heap, size_t at)
{
	size_t best = at;

	for (size_t below = 2 * at + 1; below <= 2 * at + 2; below++)
		if (below < heap->count && is_sooner(heap->packets[below], heap->packets[best]))
			best = below;
	return best;
}

struct wire_packet *wire_heap_take(struct wire_heap *heap)
{
	struct wire_packet *first = wire_heap_first(heap);
	size_t at = 0, next;

	if (first == NULL)
		return NULL;
	heap->packets[0] = heap->packets[--heap->count];
	heap->bytes -= wire_packet_size(first->len);
	while ((next = soonest(heap, at)) != at) {
		swap(heap, at, next);
		at = next;
	}
	return first;
}

void wire_heap_release(struct wire_heap *heap)
{
	for (size_t i = 0; i < heap->count; i++)
		wire_packet_free(heap->packets[i]);
	free(heap->packets);
	*heap = (struct wire_heap){ 0 };
}
