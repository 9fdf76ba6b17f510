#include "session/pipe.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "session/chore.h"
#include "session/remote.h"
#include "session/tls.h"

void pipe_hand_on(struct session *session, int in, int out)
{
	session->lab->standard[0] = in;
	session->lab->standard[1] = out;
}

bool pipe_hides(const struct session *session, const struct event *event)
{
	const struct remote *remote = session->remote;

	return remote != NULL && remote->piped && !remote->verbose && event->kind != EVENT_error;
}

/* ---- what the side is asked for ---- */

static void add_seconds(struct text *words, const char *name, double seconds)
{
	if (seconds >= 0)
		text_addf(words, " %s=%g", name, seconds);
}

/* Of bytes that go to a terminal lines stay lines; all else is shown as it must be. */
static void add_output(struct text *words, const struct remote *remote)
{
	if (remote->shows)
		text_add(words, remote->shows_utf8 ? " show=utf8" : " show=ascii");
}

/* As nc has it, -q says -N as well. */
static void add_wishes(struct text *words, const struct remote *remote)
{
	if (remote->no_stdin)
		text_add(words, " in=none");
	if (remote->shut_at_end || remote->quit_after >= 0)
		text_add(words, " shut");
	if (remote->keep)
		text_add(words, " hangup");
	if (remote->crlf)
		text_add(words, " crlf");
	add_output(words, remote);
	add_seconds(words, "quit", remote->quit_after);
	if (remote->timeout > 0)
		add_seconds(words, "idle", remote->timeout);
	add_seconds(words, "interval", remote->interval);
	if (remote->receive_limit > 0)
		text_addf(words, " packets=%ld", remote->receive_limit);
}

/* With -k the handshake is made by the copying itself, so that nobody waits for one who does not make it. */
static void prepare_tls(struct session *session, const char *side, int fd)
{
	struct tls_request request;
	struct text words;

	text_init(&words);
	tls_request_of_remote(&request, session, fd);
	if (tls_request_words(&words, &request))
		lab_tls(session->lab, side, words.data);
	text_release(&words);
}

void pipe_add(struct session *session, const char *side, int fd)
{
	struct text words;

	text_init(&words);
	if (session->remote->tls.wanted && session->remote->keep)
		prepare_tls(session, side, fd);
	text_addf(&words, "%d", fd);
	add_wishes(&words, session->remote);
	session->running.token = lab_copy(session->lab, side, words.data);
	text_release(&words);
}

/* ---- its end ---- */

struct closing {
	bool last; /* the statement is done after it */
	enum outcome outcome;
};

static void on_closed(struct session *session, struct chore *chore, int tag, const struct event_call *call)
{
	const struct closing closing = *(const struct closing *)chore->own;

	(void)tag;
	(void)call;
	chore_end(session, chore);
	if (closing.last)
		session_finish(session, closing.outcome);
}

static void free_closing(struct session *session, struct chore *chore)
{
	(void)session;
	free(chore->own);
	chore->own = NULL;
}

static const struct chore_kind closes = { .returned = on_closed, .ended = free_closing };

static void close_connection(struct session *session, const struct event_copy *copy, enum outcome outcome)
{
	struct closing *closing = xmalloc(sizeof(*closing));

	*closing = (struct closing){ .last = !session->remote->keep, .outcome = outcome };
	chore_call(session, chore_begin(session, &closes, copy->side, closing), 0, "close(%lld)", (long long)copy->fd);
}

static void say_failure(struct session *session, const struct event_copy *copy)
{
	const char *whose = copy->why == NULL || string_is(copy->why, "connection") ? "the connection"
			    : string_is(copy->why, "input")			    ? "standard input"
			    : string_is(copy->why, "dump")			    ? "the file of -o"
										    : "standard output";

	session_complain(session, -1, "%s: %s (%s), after %lld bytes sent and %lld received", whose, copy->error,
			 copy->text == NULL ? "" : copy->text, (long long)copy->sent, (long long)copy->received);
}

/* A reader that has seen enough is no news: its own end says it. */
static bool is_worth_saying(const struct event_copy *copy)
{
	return !(string_is(copy->why, "output") && string_is(copy->error, "EPIPE"));
}

static void take_end(struct session *session, const struct event_copy *copy)
{
	enum outcome outcome = copy->error != NULL ? OUTCOME_FAILED : OUTCOME_OK;

	if (copy->error != NULL && is_worth_saying(copy))
		say_failure(session, copy);
	if (session->remote->keep || session->remote->verbose)
		close_connection(session, copy, outcome);
	else
		session_finish(session, outcome);
}

/* Nobody may wonder in CLOSE_WAIT why nothing comes any more. */
static void on_event(struct session *session, const struct event *event)
{
	const struct running *running = &session->running;

	if (event->kind == EVENT_copy && string_is(event->copy.status, "input-open"))
		session_complain(session, -1, "the peer has closed its direction; standard input is still open");
	else if (event->kind == EVENT_copy && string_is(event->copy.status, "done"))
		take_end(session, &event->copy);
	else if (event->kind == EVENT_side && event->side.side != NULL && string_is(event->side.side, running->side) &&
		 !string_is(event->side.status, "started"))
		session_finish(session, OUTCOME_FAILED);
}

static void on_answered(struct session *session, int64_t token, bool ok, const char *text)
{
	(void)token;
	if (ok)
		return;
	session_complain(session, -1, "%s", text == NULL ? "this cannot be copied" : text);
	session_finish(session, OUTCOME_FAILED);
}

static const struct waiter waits_for_copies = { .event = on_event, .answered = on_answered };

void pipe_wait(struct session *session, int fd)
{
	session_wait(session, &waits_for_copies, -1);
	if (fd >= 0)
		pipe_add(session, session->running.side, fd);
}
