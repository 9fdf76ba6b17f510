#include "session/ranges.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "session/inquiry.h"
#include "session/state.h"

static struct port_range *range_of(struct ranges *ranges, const char *host)
{
	for (size_t i = 0; i < ranges->count; i++)
		if (string_is(ranges->items[i].host, host))
			return &ranges->items[i];
	ranges->items = array_grow(ranges->items, ranges->count, &ranges->room, sizeof(*ranges->items));
	ranges->items[ranges->count] = (struct port_range){ .host = xstrdup(host), .low = -1, .high = -1 };
	return &ranges->items[ranges->count++];
}

static void learn(struct ranges *ranges, struct port_range *range, const long ends[2])
{
	range->low = ends[0];
	range->high = ends[1];
	ranges->revision++;
}

void ranges_ask(struct session *session)
{
	const struct world *world = &session->world;
	struct inquiry inquiry = inquiry_of(session);

	if (session->ranges == NULL)
		session->ranges = xcalloc(1, sizeof(*session->ranges));
	for (size_t i = 0; session->lab != NULL && i < world->host_count; i++) {
		struct port_range *range;
		long ends[2];

		if (!world->hosts[i].up)
			continue;
		range = range_of(session->ranges, world->hosts[i].name);
		if (inquiry_port_range(&inquiry, range->host, ends))
			learn(session->ranges, range, ends);
		else if (world->hosts[i].link != NULL)
			range->token = lab_sysctl(session->lab, range->host, "net.ipv4.ip_local_port_range");
	}
}

bool ranges_take(struct session *session, int64_t token, bool ok, const char *text)
{
	struct ranges *ranges = session->ranges;
	long ends[2];

	for (size_t i = 0; ranges != NULL && i < ranges->count; i++) {
		if (ranges->items[i].token != token || token == 0)
			continue;
		ranges->items[i].token = 0;
		if (ok && text != NULL && sscanf(text, "%ld %ld", &ends[0], &ends[1]) == 2)
			learn(ranges, &ranges->items[i], ends);
		return true;
	}
	return false;
}

void ranges_release(struct session *session)
{
	struct ranges *ranges = session->ranges;

	if (ranges == NULL)
		return;
	for (size_t i = 0; i < ranges->count; i++)
		free(ranges->items[i].host);
	free(ranges->items);
	free(ranges);
	session->ranges = NULL;
}
