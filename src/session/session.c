#include "session/session.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session/ask.h"
#include "session/bounds.h"
#include "session/check.h"
#include "session/chore.h"
#include "session/commands.h"
#include "session/context.h"
#include "session/expect.h"
#include "session/making.h"
#include "session/ranges.h"
#include "session/record.h"
#include "session/start.h"
#include "session/tls.h"

static command_function *const commands[COMMAND_COUNT] = {
#define COMMAND(name, ...) [COMMAND_##name] = command_##name,
#include "call/commands.def"
#undef COMMAND
};

/* ---- what the lab tells ---- */

/* The session tells what is blocked, when all is quiet; that a call sleeps for a moment is not worth an event. */
static void take_sleep(struct session *session, struct event *event)
{
	const struct waiter *waiter = session->running.waiter;
	int64_t id = event->call.id;

	free(event->call.status);
	event->call.status = xstrdup("started");
	event->t = session_time(session);
	world_apply(&session->world, event);
	event_release(event);
	chores_see_asleep(session, id);
	if (waiter != NULL && waiter->asleep != NULL)
		waiter->asleep(session, id);
}

static void take_event(void *owner, struct event *event)
{
	struct session *session = owner;
	struct event copy;

	if (event->kind == EVENT_call && event->call.status != NULL && string_is(event->call.status, "blocked")) {
		take_sleep(session, event);
		return;
	}
	if (event->kind == EVENT_call && event->call.began >= session->started)
		event->call.began -= session->started;
	if (session->chore_count == 0) {
		session_emit(session, event);
		return;
	}
	event_copy(&copy, event);
	session_emit(session, event);
	chores_take(session, &copy);
	event_release(&copy);
}

static void take_quiet(void *owner)
{
	struct session *session = owner;
	const struct waiter *waiter = session->running.waiter;

	if (waiter != NULL && waiter->quiet != NULL)
		waiter->quiet(session);
}

/* From within the lab's own turn nothing can be done with it: the rest comes from the loop. */
static void take_end(void *owner, const char *reason)
{
	struct session *session = owner;

	free(session->end_reason);
	session->end_reason = reason == NULL ? NULL : xstrdup(reason);
	event_active(session->restart, 0, 0);
}

/* A lab whose hosts or first sides cannot be made is none; that what else it was to have then cannot be made either
 * says nothing more. */
static void take_first_refusal(struct session *session, const char *text)
{
	if (session->end_reason == NULL)
		take_end(session, text);
}

static void take_answer(void *owner, int64_t token, bool ok, const char *text)
{
	struct session *session = owner;
	const struct waiter *waiter = session->running.waiter;

	if (ranges_take(session, token, ok, text))
		return;
	if (waiter != NULL && waiter->answered != NULL)
		waiter->answered(session, token, ok, text);
	else if (!ok && start_is_under_way(session))
		take_first_refusal(session, text);
	else if (!ok && text != NULL)
		session_complain(session, -1, "%s", text);
}

/* Where nobody waits for it, the end that was told says enough. */
static void take_loss(void *owner, int64_t token, const char *reason)
{
	struct session *session = owner;
	const struct waiter *waiter = session->running.waiter;

	if (!ranges_take(session, token, false, reason) && waiter != NULL && waiter->answered != NULL)
		waiter->answered(session, token, false, reason);
}

static double tell_time(void *owner)
{
	return session_time(owner);
}

static bool is_detailed(void *owner)
{
	const struct session *session = owner;

	return session->detailed;
}

static const struct lab_ops lab_ops = {
	.detailed = is_detailed,
	.event = take_event,
	.quiet = take_quiet,
	.answered = take_answer,
	.lost = take_loss,
	.now = tell_time,
	.ended = take_end,
};

/* ---- life ---- */

struct session *session_new(struct event_base *base, const struct session_ops *ops, void *owner)
{
	struct session *session = xmalloc(sizeof(*session));

	state_init(session, base, ops, owner);
	session->lab_ops = &lab_ops;
	record_begin(session);
	start_init(session);
	return session;
}

void session_free(struct session *session)
{
	session->running.waiter = NULL;
	chores_release(session);
	starttls_release(session);
	lab_free(session->lab);
	start_release(session);
	record_end(session);
	ranges_release(session);
	state_release(session);
	free(session);
}

void session_hello(struct session *session)
{
	struct event event;

	event_init(&event, EVENT_hello);
	event.hello.program = xstrdup("sockstep");
	event.hello.version = xstrdup(PACKAGE_VERSION);
	event.hello.schema = EVENT_SCHEMA;
	session_emit(session, &event);
}

/* ---- a line ---- */

/* The words of a command stand in its line: so a # in front of the first is no comment, and columns are the line's. */
static struct cursor words_cursor(const struct statement *statement, const char *line)
{
	size_t from = (size_t)statement->rest_column;

	return (struct cursor){ .line = line, .at = from, .len = from + strlen(statement->rest) };
}

/* Those that read what follows them by themselves. */
static bool has_words(enum command_id id)
{
	return id != COMMAND_say && id != COMMAND_expect && id != COMMAND_ask;
}

static void run_command(struct session *session)
{
	const struct statement *statement = &session->running.statement;
	struct cursor cursor = words_cursor(statement, session->running.line);
	struct syntax_list words = { 0 };
	struct mistake mistake;
	bool by_words = has_words(statement->command->id);

	mistake_init(&mistake);
	if (by_words && (!syntax_read_args(&words, &cursor, false, &mistake) ||
			 !check_words(statement, &words, &mistake))) {
		session_complain(session, mistake.column, "%s", mistake.text.data);
		session_finish(session, OUTCOME_MISTAKE);
	} else {
		commands[statement->command->id](session, &words);
	}
	syntax_list_release(&words);
	mistake_release(&mistake);
}

static void choose_side(struct session *session)
{
	const struct statement *statement = &session->running.statement;

	if (session_side(session, statement->side, statement->side_column, false) == NULL) {
		session_finish(session, OUTCOME_FAILED);
		return;
	}
	free(session->current);
	session->current = xstrdup(statement->side);
	session_finish(session, OUTCOME_OK);
}

static void run_statement(struct session *session)
{
	if (!bounds_allow_line(session))
		return;
	switch (session->running.statement.kind) {
	case STATEMENT_EMPTY:
		session_finish(session, OUTCOME_OK);
		break;
	case STATEMENT_SIDE:
		choose_side(session);
		break;
	case STATEMENT_CALL:
		making_begin(session);
		break;
	case STATEMENT_COMMAND:
		run_command(session);
		break;
	}
}

bool session_is_running(const struct session *session)
{
	return session->running.line != NULL;
}

static void note_step(struct session *session)
{
	const struct running *running = &session->running;

	if (running->statement.kind == STATEMENT_EMPTY)
		return;
	free(session->last_step);
	session->last_step = NULL;
	if (running->statement.kind == STATEMENT_COMMAND && running->statement.command->id == COMMAND_step)
		session->last_step = xstrdup(running->line);
}

static void note_learner(struct session *session)
{
	const struct statement *statement = &session->running.statement;
	const char *side = statement->side != NULL ? statement->side : session->current;

	if (!session->running.source.prompt || statement->kind == STATEMENT_EMPTY)
		return;
	session_forget_learner(session);
	session->learner.call = statement->call;
	session->learner.command = statement->command;
	session->learner.side = side == NULL ? NULL : xstrdup(side);
	session->learner.line = xstrdup(session->running.line);
	session->learner.words = statement->rest == NULL ? NULL : xstrdup(statement->rest);
}

static void run_now(struct session *session)
{
	session->running.waiter = NULL;
	run_statement(session);
}

static const struct waiter waits_for_loop = { .time_out = run_now };

/* The sides that are started at first may not be there yet when the first line comes. It runs from the loop, since it
 * may be a reset: the lab that is telling the event would be freed under its feet. */
static void on_begin_event(struct session *session, const struct event *event)
{
	(void)event;
	if (!start_is_under_way(session))
		session_wait(session, &waits_for_loop, 0);
}

static const struct waiter waits_for_sides = { .event = on_begin_event };

static void begin(struct session *session)
{
	if (start_is_under_way(session))
		session_wait(session, &waits_for_sides, -1);
	else
		run_statement(session);
}

/* A side's name where a call is to stand: its colon was forgotten. */
static void advise_on_side(const struct session *session, struct mistake *mistake)
{
	const char *line = session->running.line;
	size_t at = mistake->column < 0 ? strlen(line) : (size_t)mistake->column, len = strcspn(line + at, " \t:");
	char *name = xstrndup(line + at, len);

	if (world_side(&session->world, name) != NULL) {
		text_clear(&mistake->text);
		text_addf(&mistake->text, "%s is a side: `%s:`, with its colon, stands before a line that is for it",
			  name, name);
	}
	free(name);
}

void session_run(struct session *session, const char *line, size_t len, const struct source *source)
{
	struct running *running = &session->running;
	struct mistake mistake;

	if (source->prompt && session->last_step != NULL && strspn(line, " \t") == len) {
		line = session->last_step;
		len = strlen(line);
	}
	running->source = *source;
	running->source.file = running->file = source->file == NULL ? NULL : xstrdup(source->file);
	running->line = xstrndup(line, len);
	mistake_init(&mistake);
	if (statement_read(&running->statement, running->line, len, source->prompt, &mistake)) {
		note_step(session);
		note_learner(session);
		begin(session);
	} else {
		advise_on_side(session, &mistake);
		session_complain(session, mistake.column, "%s", mistake.text.data);
		session_finish(session, OUTCOME_MISTAKE);
	}
	mistake_release(&mistake);
}

/* ---- a line that is only to be understood ---- */

static bool check_call(const struct statement *statement, struct mistake *mistake)
{
	struct call_context context = context_of_check();
	struct call call;

	if (statement->name != NULL && !making_gives_descriptor(statement, mistake))
		return false;
	if (!call_bind(&call, statement->call, &statement->args, &context, mistake))
		return false;
	call_release(&call);
	return true;
}

static bool check_command(const struct statement *statement, const char *line, struct mistake *mistake)
{
	struct cursor cursor = words_cursor(statement, line);
	struct expectation expectation;
	struct asked asked;
	struct syntax_list words;
	bool ok = true;

	if (statement->command->id == COMMAND_expect) {
		ok = expectation_read(&expectation, statement->rest, mistake);
		mistake->column += statement->rest_column;
		if (ok)
			expectation_release(&expectation);
	} else if (statement->command->id == COMMAND_ask) {
		ok = asked_read(&asked, statement->rest, mistake);
		mistake->column += statement->rest_column;
		if (ok)
			asked_release(&asked);
	} else if (has_words(statement->command->id)) {
		ok = syntax_read_args(&words, &cursor, false, mistake);
		if (ok) {
			ok = check_words(statement, &words, mistake);
			syntax_list_release(&words);
		}
	}
	return ok;
}

bool session_check(const char *line, size_t len, struct mistake *mistake)
{
	struct statement statement;
	bool ok = true;

	if (!statement_read(&statement, line, len, false, mistake))
		return false;
	if (statement.kind == STATEMENT_CALL)
		ok = check_call(&statement, mistake);
	else if (statement.kind == STATEMENT_COMMAND)
		ok = check_command(&statement, line, mistake);
	if (!ok && mistake->column < 0)
		mistake->column = (int)len;
	statement_release(&statement);
	return ok;
}

/* ---- Ctrl-C ---- */

static const struct world_side *with_call(const struct session *session, const char *name)
{
	const struct world_side *side = name == NULL ? NULL : world_side(&session->world, name);

	return side != NULL && side->alive && side->call_count > 0 ? side : NULL;
}

/* The side of the line under way, the current one, or the one whose line went before: the first that is in a call. */
static const struct world_side *side_to_interrupt(const struct session *session)
{
	const struct world_side *side = with_call(session, session->running.side);

	if (side == NULL && session->running.side == NULL)
		side = with_call(session, session->current);
	if (side == NULL && session->running.side == NULL)
		side = with_call(session, session->last_side);
	return side;
}

const char *session_interruptible(const struct session *session)
{
	const struct world_side *side = side_to_interrupt(session);

	return side == NULL ? NULL : side->name;
}

void session_interrupt(struct session *session)
{
	const struct world_side *side = side_to_interrupt(session);
	char *line;

	if (session->running.waiter != NULL && session->running.call.spec == NULL) {
		session_complain(session, -1, "interrupted");
		session_finish(session, OUTCOME_FAILED);
		return;
	}
	if (side != NULL) {
		lab_interrupt(session->lab, side->name, 0);
		line = text_format("interrupt %s", side->name);
		record_text(session, line);
		free(line);
	}
}
