#include "face/changes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

void changes_init(struct changes *changes)
{
	*changes = (struct changes){ .count = 0 };
}

/* What is older than that moment. */
static void forget(struct changes *changes, double before)
{
	size_t kept = 0;

	for (size_t i = 0; i < changes->count; i++)
		if (changes->items[i].t >= before)
			changes->items[kept++] = changes->items[i];
		else
			free(changes->items[i].where);
	changes->count = kept;
}

void changes_release(struct changes *changes)
{
	forget(changes, INFINITY);
	for (size_t i = 0; i < changes->known_count; i++) {
		free(changes->known[i].side);
		free(changes->known[i].sums);
	}
	free(changes->known);
	changes_init(changes);
}

static bool has(const struct changes *changes, const char *where, int64_t number, bool is_socket)
{
	for (size_t i = 0; i < changes->count; i++) {
		const struct change *change = &changes->items[i];

		if (change->number == number && change->is_socket == is_socket && string_is(change->where, where))
			return true;
	}
	return false;
}

static void add(struct changes *changes, const struct change *change)
{
	if (change->where == NULL || change->number == EVENT_NO_INT)
		return;
	for (size_t i = 0; i < changes->count; i++) {
		struct change *old = &changes->items[i];

		if (old->number != change->number || old->is_socket != change->is_socket ||
		    !string_is(old->where, change->where))
			continue;
		old->t = change->t;
		return;
	}
	if (changes->count == CHANGES_MOST)
		return;
	changes->items[changes->count] = *change;
	changes->items[changes->count++].where = xstrdup(change->where);
}

static bool is(const char *text, const char *word)
{
	return text != NULL && string_is(text, word);
}

/* Seconds before a call was seen asleep in which what happened is taken for its doing. */
static const double shortly = 0.03;

/* If the event begins what a person did last: since when changes count. Negative: it does not. */
static double beginning_of(struct changes *changes, const struct event *event)
{
	if (event->kind == EVENT_call && event->call.id > changes->last_call) {
		changes->last_call = event->call.id;
		return event->call.began >= 0 ? event->call.began : event->t > shortly ? event->t - shortly : 0;
	}
	if (event->kind == EVENT_segment && changes->held && !is(event->segment.verdict, "held"))
		return event->t;
	return -1;
}

/* ---- descriptors ---- */

/* FNV-1a, over the bytes with their NUL. */
static void sum_text(uint64_t *sum, const char *text)
{
	const char *end = text == NULL ? NULL : text + strlen(text) + 1;

	for (; text != end; text++)
		*sum = (*sum ^ (unsigned char)*text) * 0x100000001b3;
	*sum = (*sum ^ 1) * 0x100000001b3;
}

static uint64_t sum_of(const struct event_fd *row)
{
	uint64_t sum = 0xcbf29ce484222325 ^ (uint64_t)row->cookie;

	sum_text(&sum, row->status);
	sum_text(&sum, row->local);
	sum_text(&sum, row->peer);
	sum_text(&sum, row->path);
	/* Of TCP's each edge is told by itself, and the row may lag behind. */
	if (row->proto != NULL && !string_is(row->proto, "tcp"))
		sum_text(&sum, row->state);
	sum ^= (uint64_t)row->nonblock << 1 | (uint64_t)row->cloexec;
	return sum;
}

/* No kernel gives higher numbers unless it is told to (fs.nr_open); of those each mention counts as a change. */
enum { KNOWN_MOST = 1 << 20 };

static struct known_fds *known_of(struct changes *changes, const char *side)
{
	for (size_t i = 0; i < changes->known_count; i++)
		if (string_is(changes->known[i].side, side))
			return &changes->known[i];
	changes->known = array_grow(changes->known, changes->known_count, &changes->known_room,
				    sizeof(*changes->known));
	changes->known[changes->known_count] = (struct known_fds){ .side = xstrdup(side) };
	return &changes->known[changes->known_count++];
}

static uint64_t *known_sum(struct known_fds *known, size_t fd)
{
	size_t room = fd + 1 > 2 * known->room ? fd + 1 : 2 * known->room;

	if (fd >= known->room) {
		known->sums = xrealloc(known->sums, room * sizeof(*known->sums));
		memset(known->sums + known->room, 0, (room - known->room) * sizeof(*known->sums));
		known->room = room;
	}
	return &known->sums[fd];
}

static void apply_fd(struct changes *changes, const struct event *event)
{
	const struct event_fd *row = &event->fd;
	const struct change change = { .where = row->side, .number = row->fd, .t = event->t };
	uint64_t sum = sum_of(row), unknown = 0, *known = &unknown;

	if (row->side == NULL || row->fd < 0)
		return;
	if (row->fd < KNOWN_MOST)
		known = known_sum(known_of(changes, row->side), (size_t)row->fd);
	if (*known != sum)
		add(changes, &change);
	*known = sum;
}

static void apply_state(struct changes *changes, const struct event *event)
{
	const struct change change = {
		.where = event->state.host, .number = event->state.cookie, .is_socket = true, .t = event->t,
	};

	add(changes, &change);
}

static void apply(struct changes *changes, const struct event *event)
{
	double since = beginning_of(changes, event);

	if (since >= 0)
		forget(changes, since);
	if (event->kind == EVENT_wire)
		changes->held = is(event->wire.status, "hold");
	if (event->kind == EVENT_state)
		apply_state(changes, event);
	if (event->kind == EVENT_fd)
		apply_fd(changes, event);
}

void changes_update(struct changes *changes, const struct log *log)
{
	int64_t end = log->fallen_off + (int64_t)log->count;

	if (changes->next_event < log->fallen_off)
		changes->next_event = log->fallen_off;
	while (changes->next_event < end)
		apply(changes, log_at(log, (size_t)(changes->next_event++ - log->fallen_off)));
}

bool changes_has_socket(const struct changes *changes, const char *host, int64_t cookie)
{
	return has(changes, host, cookie, true);
}

bool changes_has_fd(const struct changes *changes, const char *side, int64_t fd)
{
	return has(changes, side, fd, false);
}
