#include "world/log.h"

#include <stdlib.h>

#include "base/mem.h"
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
}

void log_release(struct log *log)
{
	while (log->count > 0)
		drop_oldest(log);
	free(log->ring);
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

void log_add(struct log *log, const struct event *event)
{
	size_t bytes = event_packed_size(event);

	while (log->count > 0 && (log->count >= LOG_EVENTS_MAX || log->bytes + bytes > LOG_BYTES_MAX)) {
		move_base(log, log->ring[log->first]);
		drop_oldest(log);
	}
	make_room(log);
	log->ring[(log->first + log->count) % log->room] = event_pack(event);
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
