#include "face/moment.h"

#include <string.h>

#include "face/plain.h"

void moment_init(struct moment *moment)
{
	*moment = (struct moment){ .changes_place = PAST_NOWHERE, .ladder_place = PAST_NOWHERE };
	past_init(&moment->worlds);
	changes_init(&moment->changes);
	ladder_init(&moment->ladder, NULL, NULL);
}

void moment_release(struct moment *moment)
{
	past_release(&moment->worlds);
	changes_release(&moment->changes);
	ladder_release(&moment->ladder);
}

void moment_now(struct moment *moment)
{
	moment_release(moment);
	moment_init(moment);
}

void moment_back(struct moment *moment, const struct log *log, int steps)
{
	int64_t place = moment->past ? moment->place : past_now(log);

	for (int64_t before; steps > 0 && past_step_back(log, place, &before); steps--)
		place = before;
	moment->past = log->count > 0;
	moment->place = place < log->fallen_off ? log->fallen_off : place;
}

void moment_on(struct moment *moment, const struct log *log, int steps)
{
	int64_t after;

	for (; moment->past && steps > 0; steps--)
		if (past_step_on(log, moment->place, &after) && after < past_now(log))
			moment->place = after;
		else
			moment_now(moment);
}

/* A change of the log's beginning does not matter: what changed is at its end. */
static void make_changes(struct moment *moment)
{
	if (moment->changes_place == moment->place)
		return;
	if (moment->changes_place > moment->place) {
		changes_release(&moment->changes);
		changes_init(&moment->changes);
	}
	changes_update(&moment->changes, &moment->log);
	moment->changes_place = moment->place;
}

static void make_ladder(struct moment *moment)
{
	if (moment->ladder_place == moment->place)
		return;
	ladder_release(&moment->ladder);
	ladder_update(&moment->ladder, &moment->log);
	moment->ladder_place = moment->place;
}

/* The step that the moment is of stands before what was seen at the same time. */
static const struct event *step_of(const struct log *log)
{
	size_t index = log->count;

	while (index-- > 0)
		if (past_is_step(log_at(log, index)))
			return log_at(log, index);
	return log_at(log, log->count - 1);
}

static bool has_side(const struct world *world, const char *name)
{
	return name != NULL && world_side(world, name) != NULL;
}

void moment_apply(struct moment *moment, struct view *view)
{
	const struct log *log = view->log;

	if (!moment->past || log->count == 0)
		return;
	if (moment->place < log->fallen_off)
		moment->place = log->fallen_off;
	moment->log = past_log(log, moment->place);
	moment->transcript = transcript_until(view->transcript, moment->place);
	make_changes(moment);
	if (moment->place < view->ladder->begun) {
		make_ladder(moment);
		view->ladder = &moment->ladder;
	}
	view->world = past_world(&moment->worlds, log, moment->place);
	view->log = &moment->log;
	view->changes = &moment->changes;
	view->transcript = &moment->transcript;
	view->now = log_at(&moment->log, moment->log.count - 1)->t;
	view->moment = step_of(&moment->log);
	view->place = moment->place;
	view->newest_seq = log_at(log, log->count - 1)->seq;
	if (!has_side(view->world, view->current))
		view->current = NULL;
}

/* ---- in words ---- */

static const char *or_none(const char *state)
{
	return state == NULL ? "none" : state;
}

static void describe_state(struct text *out, const struct event_state *state)
{
	if (state->side != NULL && state->fd != EVENT_NO_INT)
		text_addf(out, "%s %lld: ", state->side, (long long)state->fd);
	else
		text_addf(out, "%s %s: ", state->host, state->local == NULL ? "" : state->local);
	text_addf(out, "%s > %s", or_none(state->from), or_none(state->to));
}

static void describe_segment(struct text *out, const struct event_segment *segment)
{
	text_addf(out, "#%lld %s %s", (long long)segment->n,
		  segment->flags == NULL || segment->flags[0] == '\0' ? segment->proto : segment->flags,
		  segment->verdict);
}

void moment_describe(struct text *out, const struct event *event)
{
	static const struct plain_options plain = { .charset = SHOW_UTF8 };
	size_t before = out->len;

	if (event->kind == EVENT_state)
		describe_state(out, &event->state);
	else if (event->kind == EVENT_segment)
		describe_segment(out, &event->segment);
	else if (event->kind == EVENT_side)
		text_addf(out, "%s %s", event->side.side, event->side.status);
	else if (event->kind == EVENT_wire)
		text_addf(out, "wire %s", event->wire.status);
	else
		plain_event(out, event, &plain);
	if (out->len == before && event->kind == EVENT_call)
		text_addf(out, "%s: %s %s", event->call.side, event->call.text, event->call.status);
	text_cut(out, before + strcspn(out->data + before, "\n"));
}
