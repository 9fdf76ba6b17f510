/*
 * The small commands; those that tell of the world are in tables.c, inform.c and why.c.
 */
#include "session/commands.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session/bounds.h"
#include "session/context.h"
#include "session/expect.h"
#include "session/making.h"
#include "session/saved.h"
#include "session/start.h"
#include "session/subject.h"
#include "session/topic.h"
#include "session/words.h"

static bool is(const char *text, const char *word)
{
	return text != NULL && string_is(text, word);
}

/* ---- help, quit, say, pause ---- */

void command_help(struct session *session, const struct syntax_list *words)
{
	struct text text, message;

	text_init(&text);
	text_init(&message);
	if (topic_tell(&text, words, &message)) {
		session_say_lines(session, text.data);
		session_finish(session, OUTCOME_OK);
	} else {
		words_mistaken(session, words, 0, "%s", message.data);
	}
	text_release(&text);
	text_release(&message);
}

void command_quit(struct session *session, const struct syntax_list *words)
{
	if (!words_are(session, words, 0, 0))
		return;
	session_finish(session, OUTCOME_OK);
	session->ops->quit(session->owner);
}

void command_say(struct session *session, const struct syntax_list *words)
{
	(void)words;
	session_say(session, "%s", session->running.statement.rest);
	session_finish(session, OUTCOME_OK);
}

/* With a person the lines that follow wait until Enter; whatever else is entered meanwhile is run. */
void command_pause(struct session *session, const struct syntax_list *words)
{
	if (!words_are(session, words, 0, 0))
		return;
	session->ops->pause(session->owner);
	session_finish(session, OUTCOME_OK);
}

/* ---- side ---- */

struct side_wish {
	char *host; /* (owned) NULL: this machine */
	bool unprivileged;
};

static void free_wish(void *own)
{
	struct side_wish *wish = own;

	free(wish->host);
	free(wish);
}

static void keep_wish(struct session *session, const char *host, bool unprivileged)
{
	struct side_wish *wish = xmalloc(sizeof(*wish));

	*wish = (struct side_wish){ host == NULL ? NULL : xstrdup(host), unprivileged };
	session->running.own = wish;
	session->running.free_own = free_wish;
}

static void on_side_answered(struct session *session, int64_t token, bool ok, const char *text)
{
	struct running *running = &session->running;
	const struct side_wish *wish;

	if (token != running->token)
		return;
	if (!ok) {
		session_complain(session, -1, "%s", text);
		session_finish(session, OUTCOME_FAILED);
		return;
	}
	wish = running->own;
	start_note_side(session, running->side, wish->host, wish->unprivileged);
	free(session->current);
	session->current = xstrdup(running->side);
	/* It may have been mistyped. */
	if (running->source.prompt)
		session_say(session, "%s is a further side, on %s; `sides` lists them.", running->side,
			    wish->host == NULL ? "this machine" : wish->host);
	session_finish(session, OUTCOME_OK);
}

static const struct waiter waits_for_side = { .answered = on_side_answered };

/* A name that the language could take for something else would never be reached. */
static bool side_name_is_right(struct session *session, const struct syntax_list *words)
{
	const char *name = word_text(words, 0);

	if (name == NULL || !isalpha((unsigned char)*name) || strspn(name, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") != strlen(name) || constant_is_known(name)) {
		words_mistaken(session, words, 0,
			       "a side's name begins with a letter and goes on with letters, digits, _ and -");
		return false;
	}
	return true;
}

/* A network namespace of this machine, which the agent finds (side/netns.h). */
static bool is_namespace(const struct session *session, const char *host)
{
	return session->lab->wire == NULL && (strncmp(host, "pid:", 4) == 0 || strncmp(host, "netns:", 6) == 0);
}

/* NAME [on HOST] [unprivileged] */
static bool read_side_words(struct session *session, const struct syntax_list *words, const char **host,
			    bool *unprivileged)
{
	size_t index = 1;

	if (is(word_text(words, index), "on")) {
		*host = word_text(words, index + 1);
		if (*host == NULL || (world_host(&session->world, *host) == NULL && !is_namespace(session, *host))) {
			words_mistaken(session, words, index + 1, "there is no host %s", *host == NULL ? "" : *host);
			return false;
		}
		index += 2;
	}
	*unprivileged = is(word_text(words, index), "unprivileged");
	index += *unprivileged;
	return words_are(session, words, 1, index);
}

/* A host of that name, else the current side's. */
static const char *default_host(const struct session *session, const char *name)
{
	const struct world_side *current =
		session->current == NULL ? NULL : world_side(&session->world, session->current);

	if (world_host(&session->world, name) != NULL)
		return name;
	return current == NULL ? NULL : current->host;
}

void command_side(struct session *session, const struct syntax_list *words)
{
	const char *name = word_text(words, 0), *host = NULL;
	const struct world_side *known = name == NULL ? NULL : world_side(&session->world, name);
	bool unprivileged = false;

	if (!words_are(session, words, 1, 4) || !side_name_is_right(session, words) ||
	    !read_side_words(session, words, &host, &unprivileged))
		return;
	if (known != NULL && known->alive && words->count == 1) {
		free(session->current);
		session->current = xstrdup(name);
		session_finish(session, OUTCOME_OK);
		return;
	}
	if (known != NULL && known->alive) {
		words_mistaken(session, words, 0, "there is a side %s already", name);
		return;
	}
	if (!bounds_allow_side(session))
		return;
	if (host == NULL)
		host = session->lab->wire != NULL ? default_host(session, name) : session->only_host;
	session->running.side = xstrdup(name);
	session->running.token = lab_start_side(session->lab, name, host, unprivileged);
	keep_wish(session, host, unprivileged);
	session_wait(session, &waits_for_side, -1);
}

/* ---- interrupt ---- */

static void on_interrupt_quiet(struct session *session)
{
	making_tell_blocked(session);
	session_finish(session, OUTCOME_OK);
}

static const struct waiter waits_for_interrupted = { .quiet = on_interrupt_quiet };

static void on_interrupt_answered(struct session *session, int64_t token, bool ok, const char *text)
{
	if (token != session->running.token)
		return;
	if (!ok) {
		session_complain(session, -1, "%s", text);
		session_finish(session, OUTCOME_FAILED);
	} else {
		session_wait(session, &waits_for_interrupted, -1);
		lab_ask_quiet(session->lab);
	}
}

/* A side always answers at once, whatever its calls wait for, unless its process is stopped; seconds. */
static const double ANSWER_MAX = 3;

static void on_interrupt_late(struct session *session)
{
	const struct world_side *side = world_side(&session->world, session->running.side);

	session_complain(session, -1, "%s does not answer: if its process is stopped, SIGCONT to process %lld lets it "
			 "go on", session->running.side, side == NULL ? 0 : (long long)side->pid);
	session_finish(session, OUTCOME_FAILED);
}

static const struct waiter waits_for_interrupt = {
	.answered = on_interrupt_answered,
	.time_out = on_interrupt_late,
};

/* SIDE or SIDE/THREAD; the name is cut at its slash. False: no number stands behind it. */
static bool cut_thread(char *name, int64_t *thread)
{
	char *slash = strchr(name, '/'), *end;

	*thread = 0;
	if (slash == NULL)
		return true;
	*slash = '\0';
	*thread = strtoll(slash + 1, &end, 10);
	return *thread > 0 && *end == '\0' && isdigit((unsigned char)slash[1]);
}

void command_interrupt(struct session *session, const struct syntax_list *words)
{
	const char *word = word_text(words, 0);
	const struct world_side *side;
	int64_t thread;
	char *name;

	if (!words_are(session, words, 0, 1))
		return;
	if (word == NULL)
		word = subject_side_name(session);
	name = xstrdup(word == NULL ? "" : word);
	if (!cut_thread(name, &thread)) {
		words_mistaken(session, words, 0, "a thread's number stands behind the slash, as in %s/2", name);
		free(name);
		return;
	}
	side = session_side(session, name, word_column(session, words, 0), false);
	session->running.side = name;
	if (side != NULL && side->call_count > 0) {
		session->running.token = lab_interrupt(session->lab, name, thread);
		session_wait(session, &waits_for_interrupt, ANSWER_MAX);
		return;
	}
	if (side != NULL)
		session_complain(session, -1, "%s has no call under way", name);
	session_finish(session, OUTCOME_FAILED);
}

/* ---- wait ---- */

static bool is_free(const struct session *session)
{
	const struct world_side *side = world_side(&session->world, session->running.side);

	return side == NULL || side->call_count == 0;
}

static void on_wait_event(struct session *session, const struct event *event)
{
	(void)event;
	if (is_free(session))
		session_finish(session, OUTCOME_OK);
}

static void on_wait_over(struct session *session)
{
	session_finish(session, OUTCOME_OK);
}

static const struct waiter waits_for_return = { .event = on_wait_event };
static const struct waiter waits_for_time = { .time_out = on_wait_over };

void command_wait(struct session *session, const struct syntax_list *words)
{
	const char *word = word_text(words, 0);
	double seconds;

	if (!words_are(session, words, 0, 1))
		return;
	if (word_is_time(word, &seconds)) {
		session_wait(session, &waits_for_time, seconds);
		return;
	}
	if (word == NULL)
		word = session->current;
	if (session_side(session, word, word_column(session, words, 0), true) == NULL) {
		session_finish(session, OUTCOME_FAILED);
		return;
	}
	session->running.side = xstrdup(word);
	if (is_free(session))
		session_finish(session, OUTCOME_OK);
	else
		session_wait(session, &waits_for_return, -1);
}

/* ---- expect ---- */

static void free_expectation(void *own)
{
	expectation_release(own);
	free(own);
}

/* A learner has more tries. */
static void tell_not_yet(struct session *session, const struct expectation *expectation, const char *is)
{
	session->running.waiter = NULL;
	session_say(session, "Not yet: %s (%s)", expectation->text, is);
	session_finish(session, OUTCOME_FAILED);
}

static void tell_expectation(struct session *session, bool ok, const char *is)
{
	const struct running *running = &session->running;
	const struct expectation *expectation = running->own;
	struct event event;

	if (!ok && running->source.goal) {
		tell_not_yet(session, expectation, is);
		return;
	}
	event_init(&event, EVENT_expect);
	event.expect.ok = ok;
	event.expect.text = xstrdup(expectation->text);
	if (!ok)
		event.expect.is = xstrdup(is);
	if (!ok && running->source.file != NULL) {
		event.expect.file = xstrdup(running->source.file);
		event.expect.line = running->source.line;
	}
	session->running.waiter = NULL;
	session_emit(session, &event);
	session_finish(session, ok ? OUTCOME_OK : OUTCOME_FAILED);
}

/* True if it held, and was told. */
static bool try_expectation(struct session *session, struct text *is)
{
	text_clear(is);
	if (!expectation_holds(session->running.own, session, is))
		return false;
	tell_expectation(session, true, NULL);
	return true;
}

static void on_expect_event(struct session *session, const struct event *event)
{
	struct text is;

	(void)event;
	text_init(&is);
	try_expectation(session, &is);
	text_release(&is);
}

static void on_expect_over(struct session *session)
{
	struct text is;

	text_init(&is);
	lab_look(session->lab);
	if (session->running.waiter != NULL && !try_expectation(session, &is))
		tell_expectation(session, false, is.data);
	text_release(&is);
}

static const struct waiter waits_for_expectation = {
	.event = on_expect_event,
	.time_out = on_expect_over,
	.looks = true,
};

/* That nothing comes is true only after a while in which nothing came. */
static void on_nothing_event(struct session *session, const struct event *event)
{
	struct text is;

	if (event->kind != EVENT_segment)
		return;
	text_init(&is);
	if (!expectation_holds(session->running.own, session, &is))
		tell_expectation(session, false, is.data);
	text_release(&is);
}

static const struct waiter waits_for_nothing = { .event = on_nothing_event, .time_out = on_expect_over };

static void begin_expectation(struct session *session, const struct expectation *expectation)
{
	struct text is;

	text_init(&is);
	if (expectation_is_of_nothing(expectation)) {
		if (expectation_holds(expectation, session, &is))
			session_wait(session, &waits_for_nothing, EXPECT_NOTHING_SECONDS);
		else
			tell_expectation(session, false, is.data);
	} else if (!try_expectation(session, &is)) {
		session_wait(session, &waits_for_expectation, expectation->within);
	}
	text_release(&is);
}

void command_expect(struct session *session, const struct syntax_list *words)
{
	struct running *running = &session->running;
	struct expectation *expectation = xmalloc(sizeof(*expectation));
	struct mistake mistake;

	(void)words;
	mistake_init(&mistake);
	if (!expectation_read(expectation, running->statement.rest, &mistake)) {
		session_complain(session, running->statement.rest_column + mistake.column, "%s", mistake.text.data);
		session_finish(session, OUTCOME_MISTAKE);
		free(expectation);
		mistake_release(&mistake);
		return;
	}
	mistake_release(&mistake);
	running->own = expectation;
	running->free_own = free_expectation;
	begin_expectation(session, expectation);
}

/* ---- run, save ---- */

static void finish_outcome(struct session *session, const struct syntax_list *words, enum outcome outcome,
			   const struct text *message)
{
	if (outcome != OUTCOME_OK)
		session_complain(session, word_column(session, words, 0), "%s", message->data);
	session_finish(session, outcome);
}

static void finish_file(struct session *session, const struct syntax_list *words, bool ok, const struct text *message)
{
	finish_outcome(session, words, ok ? OUTCOME_OK : OUTCOME_FAILED, message);
}

void command_run(struct session *session, const struct syntax_list *words)
{
	struct text message;

	text_init(&message);
	finish_outcome(session, words, session->ops->run_file(session->owner, word_text(words, 0), words, &message),
		       &message);
	text_release(&message);
}

void command_save(struct session *session, const struct syntax_list *words)
{
	bool expectations = words->count > 1;
	struct text message;

	text_init(&message);
	finish_file(session, words,
		    session->ops->save_file(session->owner, word_text(words, 0), expectations, &message), &message);
	text_release(&message);
}

void command_screenshot(struct session *session, const struct syntax_list *words)
{
	struct text message;
	size_t columns, rows;

	saved_size_read(word_text(words, 1), &columns, &rows);
	text_init(&message);
	finish_file(session, words,
		    session->ops->screenshot(session->owner, word_text(words, 0), columns, rows, &message), &message);
	text_release(&message);
}

/* ---- what only a script can have ---- */

static void say_script_only(struct session *session)
{
	session_complain(session, session->running.statement.column,
			 "%s stands in a script: it is about the lines up to its `end`",
			 session->running.statement.command->name);
	session_finish(session, OUTCOME_MISTAKE);
}

void command_repeat(struct session *session, const struct syntax_list *words)
{
	(void)words;
	say_script_only(session);
}

void command_for(struct session *session, const struct syntax_list *words)
{
	(void)words;
	say_script_only(session);
}

void command_if(struct session *session, const struct syntax_list *words)
{
	(void)words;
	say_script_only(session);
}

void command_else(struct session *session, const struct syntax_list *words)
{
	(void)words;
	say_script_only(session);
}

void command_end(struct session *session, const struct syntax_list *words)
{
	(void)words;
	say_script_only(session);
}
