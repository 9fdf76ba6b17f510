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

void wire_heap_add(struct wire_heap *heap, struct wire_packet *packet)
{
	due_add(&heap->queue, (struct due){ .at = packet->due, .thing = packet });
	heap->bytes += wire_packet_size(packet->len);
}

struct wire_packet *wire_heap_first(const struct wire_heap *heap)
{
	const struct due *first = due_first(&heap->queue);

	return first == NULL ? NULL : first->thing;
}

struct wire_packet *wire_heap_take(struct wire_heap *heap)
{
	struct wire_packet *packet;

	if (heap->queue.count == 0)
		return NULL;
	packet = due_take(&heap->queue).thing;
	heap->bytes -= wire_packet_size(packet->len);
	return packet;
}

void wire_heap_release(struct wire_heap *heap)
{
	for (size_t i = 0; i < heap->queue.count; i++)
		wire_packet_free(heap->queue.all[i].thing);
	due_release(&heap->queue);
	heap->bytes = 0;
}
