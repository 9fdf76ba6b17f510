#include "world/log.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "world/world.h"

void log_init(struct log *log)
{
	*log = (struct log){ 0 };
}

static void move_base(struct log *log, const struct event *event)
{
	if (log->base == NULL) {
		log->base = xmalloc(sizeof(*log->base));
		world_init(log->base);
		log->base->segments.most = LOG_BASE_SEGMENTS;
	}
	world_apply(log->base, event);
}

static void drop_oldest(struct log *log)
{
	struct event *oldest = log->ring[log->first];

	log->bytes -= event_packed_size(oldest);
	free(oldest);
	log->first = (log->first + 1) % log->room;
	log->count--;
	log->fallen_off++;
	if (log->data_count > 0 && log->data[log->data_first] < log->fallen_off) {
		log->data_first++;
		log->data_count--;
	}
}

void log_release(struct log *log)
{
	while (log->count > 0)
		drop_oldest(log);
	free(log->ring);
	free(log->data);
	if (log->base != NULL)
		world_release(log->base);
	free(log->base);
	log_init(log);
}

static void make_room(struct log *log)
{
	size_t room = log->room == 0 ? 1024 : log->room * 2;
	struct event **ring;

	if (log->count < log->room)
		return;
	ring = xcalloc(room, sizeof(*ring));
	for (size_t i = 0; log->room > 0 && i < log->count; i++)
		ring[i] = log->ring[(log->first + i) % log->room];
	free(log->ring);
	log->ring = ring;
	log->room = room;
	log->first = 0;
}

static bool has_data(const struct event *event)
{
	return event->kind == EVENT_call && event->call.data.bytes != NULL && event->call.result > 0 &&
	       event->call.status != NULL && string_is(event->call.status, "returned");
}

/* What has fallen off makes room at the end once it is half of all, so that each place is moved once at most. */
static void note_data(struct log *log, int64_t place)
{
	size_t end = log->data_first + log->data_count;

	if (end == log->data_room && log->data_first > log->data_count) {
		memcpy(log->data, log->data + log->data_first, log->data_count * sizeof(*log->data));
		log->data_first = 0;
		end = log->data_count;
	}
	log->data = array_grow(log->data, end, &log->data_room, sizeof(*log->data));
	log->data[end] = place;
	log->data_count++;
}

void log_add(struct log *log, const struct event *event)
{
	size_t bytes = event_packed_size(event);

	while (log->count > 0 && (log->count >= LOG_EVENTS_MAX || log->bytes + bytes > LOG_BYTES_MAX)) {
		move_base(log, log->ring[log->first]);
		drop_oldest(log);
	}
	make_room(log);
	log->ring[(log->first + log->count) % log->room] = event_pack(event);
	if (has_data(event))
		note_data(log, log->fallen_off + (int64_t)log->count);
	log->count++;
	log->bytes += bytes;
}

const struct event *log_at(const struct log *log, size_t index)
{
	return log->ring[(log->first + index) % log->room];
}

const struct event *log_event(const struct log *log, int64_t seq)
{
	int64_t index = log->count == 0 ? -1 : seq - log_at(log, 0)->seq;

	return index < 0 || (size_t)index >= log->count ? NULL : log_at(log, (size_t)index);
}

const struct event_call *log_data_at(const struct log *log, size_t index)
{
	return &log_at(log, (size_t)(log->data[log->data_first + index] - log->fallen_off))->call;
}

/* How many of the places come before that one. */
static size_t data_before(const struct log *log, int64_t place)
{
	size_t low = 0, high = log->data_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (log->data[log->data_first + middle] < place)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct log log_until(const struct log *log, size_t count)
{
	struct log cut = *log;

	cut.count = count;
	cut.data_count = data_before(log, log->fallen_off + (int64_t)count);
	cut.base = NULL;
	return cut;
}
