#include "session/errand.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/mem.h"
#include "session/making.h"
#include "session/record.h"

struct step {
	char *line; /* (owned) */
	errand_then *then;
};

struct errand {
	const struct errand_ops *ops;
	void *own; /* (owned) */
	struct step *steps; /* (owned) */
	size_t next, count, room;
	errand_then *then; /* of the call under way */
	bool over, pauses;
	bool may_sleep, asleep;
	double began; /* the call under way, on the session's clock */
	void (*wake)(struct session *session, void *own);
};

static struct errand *errand_of(const struct session *session)
{
	return session->running.own;
}

static void forget_steps(struct errand *errand)
{
	for (size_t i = errand->next; i < errand->count; i++)
		free(errand->steps[i].line);
	errand->next = errand->count = 0;
}

static void free_errand(void *own)
{
	struct errand *errand = own;

	forget_steps(errand);
	free(errand->steps);
	if (errand->ops->free_own != NULL)
		errand->ops->free_own(errand->own);
	free(errand);
}

void *errand_own(const struct session *session)
{
	return errand_of(session)->own;
}

void errand_begin(struct session *session, const char *side, const struct errand_ops *ops, void *own)
{
	struct running *running = &session->running;
	struct errand *errand = xcalloc(1, sizeof(*errand));

	*errand = (struct errand){ .ops = ops, .own = own };
	free(running->side);
	running->side = xstrdup(side);
	running->own = errand;
	running->free_own = free_errand;
}

void errand_add(struct session *session, errand_then *then, const char *format, ...)
{
	struct errand *errand = errand_of(session);
	struct text line;
	va_list args;

	text_init(&line);
	va_start(args, format);
	text_addv(&line, format, args);
	va_end(args);
	errand->steps = array_grow(errand->steps, errand->count, &errand->room, sizeof(*errand->steps));
	errand->steps[errand->count++] = (struct step){ text_take(&line), then };
	text_release(&line);
}

void errand_forget(struct session *session)
{
	forget_steps(errand_of(session));
}

void errand_may_sleep(struct session *session)
{
	errand_of(session)->may_sleep = true;
}

void errand_end(struct session *session, enum outcome outcome)
{
	errand_of(session)->over = true;
	session_finish(session, outcome);
}

bool errand_was_interrupted(const struct event_call *call)
{
	return call->error != NULL && string_is(call->error, "EINTR");
}

/* ---- the calls ---- */

static const struct waiter waits_for_step, waits_for_wake;

static void remember_last(struct session *session)
{
	session->last_id = session->call_id + 1;
	free(session->last_side);
	session->last_side = xstrdup(session->running.side);
}

/* Lines of an errand are ours, and so is a mistake in one. */
static void make(struct session *session, const char *line)
{
	struct running *running = &session->running;
	struct mistake mistake;

	if (running->call.spec != NULL)
		call_release(&running->call);
	mistake_init(&mistake);
	if (call_read(&running->call, line, &mistake)) {
		remember_last(session);
		errand_of(session)->began = session_time(session);
		making_send(session, &waits_for_step, session->patience);
	} else {
		session_complain(session, -1, "%s: %s", line, mistake.text.data);
		errand_end(session, OUTCOME_FAILED);
	}
	mistake_release(&mistake);
}

void errand_go(struct session *session)
{
	struct errand *errand = errand_of(session);
	char *line;

	if (errand->over || errand->pauses)
		return;
	if (errand->next == errand->count) {
		errand->next = errand->count = 0;
		if (errand->ops->done != NULL)
			errand->ops->done(session, errand->own);
		else
			errand_end(session, OUTCOME_OK);
		return;
	}
	line = errand->steps[errand->next].line;
	errand->then = errand->steps[errand->next++].then;
	make(session, line);
	free(line);
}

/* What runs again as it ran. */
static void note_for_script(struct session *session, const struct event_call *call)
{
	struct text line;

	if (session->running.statement.command != NULL || call->error != NULL)
		return;
	text_init(&line);
	text_addf(&line, "%s: ", call->side);
	call_print(&line, &session->running.call, CALL_EXACT);
	record_text(session, line.data);
	text_release(&line);
}

static void take_result(struct session *session, const struct event_call *call)
{
	struct errand *errand = errand_of(session);
	bool failed = call->error != NULL;

	session->running.returned = true;
	note_for_script(session, call);
	if (errand_was_interrupted(call)) {
		errand_end(session, OUTCOME_FAILED);
		return;
	}
	if (errand->then != NULL)
		errand->then(session, errand->own, call);
	else if (failed && errand->ops->failed != NULL)
		errand->ops->failed(session, errand->own, call);
	else if (failed)
		errand_end(session, OUTCOME_FAILED);
	errand_go(session);
}

static bool is_end_of_side(const struct session *session, const struct event *event)
{
	return event->kind == EVENT_side && event->side.side != NULL &&
	       string_is(event->side.side, session->running.side) && !string_is(event->side.status, "started");
}

static void on_event(struct session *session, const struct event *event)
{
	const struct running *running = &session->running;

	if (is_end_of_side(session, event) || (event->kind == EVENT_error && event->error.id == running->id)) {
		errand_end(session, OUTCOME_FAILED);
		return;
	}
	if (!running->returned && event->kind == EVENT_call && event->call.id == running->id &&
	    string_is(event->call.status, "returned"))
		take_result(session, &event->call);
}

static void on_patience(struct session *session)
{
	const struct errand *errand = errand_of(session);
	double next = -1;

	making_tell_blocked(session);
	if (errand->ops->slow != NULL)
		next = errand->ops->slow(session, errand->own, session_time(session) - errand->began);
	if (next >= 0)
		session_wait(session, &waits_for_step, next);
}

static void on_asleep(struct session *session, int64_t id)
{
	struct errand *errand = errand_of(session);

	if (!errand->may_sleep || id != session->running.id || !making_quiet_can_be_known(session))
		return;
	errand->asleep = true;
	lab_ask_quiet(session->lab);
}

static void on_quiet(struct session *session)
{
	if (!errand_of(session)->asleep || session->running.returned)
		return;
	making_tell_blocked(session);
	errand_end(session, OUTCOME_OK);
}

static const struct waiter waits_for_step = {
	.event = on_event,
	.asleep = on_asleep,
	.quiet = on_quiet,
	.time_out = on_patience,
	.own_first = true,
};

/* ---- pauses ---- */

static void on_wake(struct session *session)
{
	struct errand *errand = errand_of(session);

	errand->pauses = false;
	errand->wake(session, errand->own);
	errand_go(session);
}

static const struct waiter waits_for_wake = { .time_out = on_wake };

/* Without a call, so that Ctrl-C ends it. */
void errand_pause(struct session *session, double seconds, void (*wake)(struct session *session, void *own))
{
	errand_of(session)->wake = wake;
	errand_of(session)->pauses = true;
	if (session->running.call.spec != NULL)
		call_release(&session->running.call);
	session_wait(session, &waits_for_wake, seconds);
}
