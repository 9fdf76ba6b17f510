#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "world/sockets.h"
#include "world/world.h"

/* What a struct holds beside its pointers is copied as it stands; then each pointer gets a copy of its own. */

static char *copy_text(const char *text)
{
	return text == NULL ? NULL : xstrdup(text);
}

/* Never NULL. */
static void *copy_array(const void *items, size_t count, size_t size)
{
	void *copy = xcalloc(count > 0 ? count : 1, size);

	if (count > 0)
		memcpy(copy, items, count * size);
	return copy;
}

static void copy_row(struct world_fd *fd)
{
	const struct event from = { .kind = EVENT_fd, .fd = fd->row };
	struct event to;

	fd->texts = event_copy_with_texts(&to, &from);
	fd->row = to.fd;
}

static void copy_last(struct event_call *call)
{
	const struct event from = { .kind = EVENT_call, .call = *call };
	struct event to;

	event_copy(&to, &from);
	*call = to.call;
}

static void copy_table(struct world_side *side)
{
	side->fds = copy_array(side->fds, side->fd_count, sizeof(*side->fds));
	side->fd_room = side->fd_count;
	for (size_t i = 0; i < side->fd_count; i++)
		copy_row(&side->fds[i]);
	side->calls = copy_array(side->calls, side->call_count, sizeof(*side->calls));
	side->call_room = side->call_count;
	for (size_t i = 0; i < side->call_count; i++) {
		side->calls[i].call = copy_text(side->calls[i].call);
		side->calls[i].text = copy_text(side->calls[i].text);
	}
}

static void copy_side(struct world_side *side)
{
	copy_table(side);
	copy_last(&side->last);
	side->signals = copy_array(side->signals, side->signal_count, sizeof(*side->signals));
	side->signal_room = side->signal_count;
	for (size_t i = 0; i < side->signal_count; i++)
		side->signals[i] = copy_text(side->signals[i]);
	side->name = copy_text(side->name);
	side->host = copy_text(side->host);
	side->parent = copy_text(side->parent);
	side->end = copy_text(side->end);
	side->received = side->received == NULL ? NULL : xstrndup(side->received, side->received_len);
}

static void copy_sockets(struct world *to, const struct world *from)
{
	to->sockets = NULL;
	to->socket_count = to->socket_room = 0;
	world_init_orders(to);
	for (size_t i = 0; i < from->socket_count; i++)
		sockets_put(to, socket_copy(from->sockets[i]));
}

void world_copy(struct world *to, const struct world *from)
{
	*to = *from;
	to->hosts = copy_array(from->hosts, from->host_count, sizeof(*to->hosts));
	to->host_room = from->host_count;
	for (size_t i = 0; i < to->host_count; i++) {
		to->hosts[i].name = copy_text(to->hosts[i].name);
		to->hosts[i].addresses = copy_text(to->hosts[i].addresses);
		to->hosts[i].link = copy_text(to->hosts[i].link);
	}
	to->sides = copy_array(from->sides, from->side_count, sizeof(*to->sides));
	to->side_room = from->side_count;
	for (size_t i = 0; i < to->side_count; i++)
		copy_side(&to->sides[i]);
	copy_sockets(to, from);
	to->wire = copy_text(from->wire);
	to->wire_settings = copy_text(from->wire_settings);
	world_segments_copy(&to->segments, &from->segments);
}
