#include "face/changes.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"

void changes_init(struct changes *changes)
{
	*changes = (struct changes){ .count = 0 };
}

static void forget(struct changes *changes)
{
	while (changes->count > 0)
		free(changes->items[--changes->count].where);
}

void changes_release(struct changes *changes)
{
	forget(changes);
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

static void add(struct changes *changes, const char *where, int64_t number, bool is_socket)
{
	if (where == NULL || number == EVENT_NO_INT || changes->count == CHANGES_MOST ||
	    has(changes, where, number, is_socket))
		return;
	changes->items[changes->count++] =
		(struct change){ .where = xstrdup(where), .number = number, .is_socket = is_socket };
}

static bool is(const char *text, const char *word)
{
	return text != NULL && string_is(text, word);
}

/* Does the event begin what a person did last? */
static bool is_beginning(const struct changes *changes, const struct event *event)
{
	if (event->kind == EVENT_call)
		return is(event->call.status, "started");
	return event->kind == EVENT_segment && changes->held && !is(event->segment.verdict, "held");
}

static void apply(struct changes *changes, const struct event *event)
{
	if (is_beginning(changes, event))
		forget(changes);
	if (event->kind == EVENT_wire)
		changes->held = is(event->wire.status, "hold");
	if (event->kind == EVENT_state)
		add(changes, event->state.host, event->state.cookie, true);
	if (event->kind == EVENT_fd)
		add(changes, event->fd.side, event->fd.fd, false);
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
