#include "session/race.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session/attempt.h"

/* Milliseconds: the Connection Attempt Delay that RFC 8305 recommends in section 8. */
enum { ATTEMPT_DELAY = 250 };

struct race {
	struct attempt *waiting; /* (owned) in the order they were begun */
	size_t count, room;
	bool late;               /* nobody has answered in the time that there was */
	race_next *next;         /* NULL: nobody is left to be tried */
};

void race_free(struct race *race)
{
	if (race == NULL)
		return;
	for (size_t i = 0; i < race->count; i++)
		free(race->waiting[i].seen);
	free(race->waiting);
	free(race);
}

/* It becomes the attempt that is looked at. */
static void take_out(struct dial *dial, size_t index)
{
	struct race *race = dial->race;

	free(dial->attempt.seen);
	dial->attempt = race->waiting[index];
	race->count--;
	memmove(&race->waiting[index], &race->waiting[index + 1], (race->count - index) * sizeof(*race->waiting));
}

/* ---- what poll() says ---- */

/* "[0]", or "[ECONNREFUSED]" */
static void on_pending_error(struct session *session, void *own, const struct event_call *call)
{
	struct dial *dial = own;
	const char *error = strrchr(call->text, ' ');
	char name[32];
	size_t len;

	error = error == NULL ? "" : error + 1 + (error[1] == '[');
	len = strcspn(error, ")]");
	if (len >= sizeof(name))
		len = sizeof(name) - 1;
	memcpy(name, error, len);
	name[len] = '\0';
	if (string_is(name, "0"))
		attempt_connected(session, dial);
	else
		attempt_look_why(session, dial, name);
}

/* Of "1 (4 POLLOUT)" the first descriptor; -1: none. */
static long first_ready(const struct event_call *call)
{
	const char *list = call->outcome == NULL ? NULL : strchr(call->outcome, '(');

	return list == NULL ? -1 : strtol(list + 1, NULL, 10);
}

static bool take_ready(struct dial *dial, long fd)
{
	for (size_t i = 0; i < dial->race->count; i++)
		if (dial->race->waiting[i].fd == fd) {
			take_out(dial, i);
			return true;
		}
	return false;
}

static void on_polled(struct session *session, void *own, const struct event_call *call)
{
	struct dial *dial = own;
	struct race *race = dial->race;

	for (size_t i = 0; i < race->count; i++)
		race->waiting[i].took += call->took > 0 ? call->took : 0;
	if (call->error != NULL)
		errand_end(session, OUTCOME_FAILED);
	else if (take_ready(dial, first_ready(call)))
		errand_add(session, on_pending_error, "getsockopt(%d, SOL_SOCKET, SO_ERROR)", dial->attempt.fd);
	else if (race->next != NULL)
		race->next(session, dial);
	else {
		race->late = true;
		race_goes_on(session, dial);
	}
}

/* ---- the wait ---- */

static int time_of(const struct dial *dial)
{
	int most = dial->remote->timeout >= 0 ? (int)(1000 * dial->remote->timeout) : -1;

	if (dial->race->next != NULL)
		return most >= 0 && most < ATTEMPT_DELAY ? most : ATTEMPT_DELAY;
	return most;
}

static void add_poll(struct session *session, const struct dial *dial)
{
	const struct race *race = dial->race;
	struct text list;

	text_init(&list);
	for (size_t i = 0; i < race->count; i++)
		text_addf(&list, "%s%d POLLOUT", i == 0 ? "" : ", ", race->waiting[i].fd);
	errand_add(session, on_polled, "poll([%s], %d)", list.data, time_of(dial));
	text_release(&list);
}

void race_wait(struct session *session, struct dial *dial, race_next *next)
{
	if (dial->race == NULL)
		dial->race = xcalloc(1, sizeof(*dial->race));
	dial->race->waiting = array_grow(dial->race->waiting, dial->race->count, &dial->race->room,
					 sizeof(*dial->race->waiting));
	dial->race->waiting[dial->race->count++] = dial->attempt;
	dial->race->late = false;
	dial->race->next = next;
	dial->attempt.seen = NULL;
	add_poll(session, dial);
}

bool race_goes_on(struct session *session, struct dial *dial)
{
	struct race *race = dial->race;

	if (race == NULL || race->count == 0)
		return false;
	race->next = NULL;
	if (race->late) {
		take_out(dial, 0);
		attempt_look_why(session, dial, "ETIMEDOUT");
	} else {
		add_poll(session, dial);
	}
	return true;
}

void race_over(struct session *session, struct dial *dial)
{
	struct race *race = dial->race;
	char *first = dial_address(&dial->attempt.address);

	for (size_t i = 0; race != NULL && i < race->count; i++) {
		char *address = dial_address(&race->waiting[i].address);

		session_say(session, "%s had not answered yet: %s was first", address, first);
		errand_add(session, NULL, "close(%d)", race->waiting[i].fd);
		free(address);
	}
	if (race != NULL)
		race->count = 0;
	free(first);
}
