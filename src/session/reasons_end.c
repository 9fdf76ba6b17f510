#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session/chronicle.h"
#include "session/reasons.h"

/* ---- who ended the connection, by its history ---- */

/* The last time that the socket in question went into that state; NULL: it did not, as far as the log goes. */
static const struct event *own_edge(const struct question *question, const char *to)
{
	if (question->socket == NULL)
		return NULL;
	return chronicle_state(question->inquiry->log, question->host, question->socket->cookie, to);
}

static const struct event *other_edge(const struct question *question, const char *to)
{
	if (*question_peer(question) == '\0')
		return NULL;
	return chronicle_other_end(question->inquiry->log, question_local(question), question_peer(question), to);
}

/* "WHAT at 1.250 s (CAUSE)." */
static void say_edge(struct question *question, const char *what, const struct event *edge)
{
	struct text cause;

	if (edge->state.cause.kind == CAUSE_UNKNOWN) {
		question_say(question, "%s at %.3f s.", what, edge->t);
		return;
	}
	text_init(&cause);
	chronicle_add_cause(&cause, question->inquiry->log, &edge->state.cause, question->side->name);
	question_say(question, "%s at %.3f s (%s).", what, edge->t, cause.data);
	text_release(&cause);
}

static void say_segment(struct question *question)
{
	const struct event *reset;

	if (*question_peer(question) == '\0')
		return;
	reset = chronicle_segment(question->inquiry->log, question_local(question), question_peer(question), "RST");
	if (reset != NULL)
		question_say(question, "The RST was segment #%lld.", (long long)reset->segment.n);
}

/* What at the peer's end makes close() send RST instead of FIN. */
static void say_why_reset(struct question *question, const struct event *edge)
{
	const struct log *log = question->inquiry->log;
	const struct event *option = edge->state.side == NULL || edge->state.fd == EVENT_NO_INT ? NULL :
				     chronicle_call_on(log, edge->state.side, edge->state.fd, "setsockopt");

	if (option != NULL && strstr(option->call.text, "SO_LINGER") != NULL)
		question_say(question, "%s: %s makes close() send RST.", option->call.side, option->call.text);
	else
		question_say(question, "close() sends RST instead of FIN when bytes were received and not read, or "
			     "with SO_LINGER {1, 0}.");
}

/* The peer closed properly; what was sent to it afterwards found no process. */
static bool tell_peer_closed(struct question *question)
{
	const struct event *edge = own_edge(question, "CLOSE_WAIT");

	if (edge == NULL)
		return false;
	say_edge(question, "The peer closed its end first", edge);
	question_say(question, "What was sent after that reached no process, and its kernel answered with RST.");
	say_segment(question);
	return true;
}

static bool tell_peer_reset(struct question *question)
{
	const struct event *edge = other_edge(question, "CLOSED");
	const struct event *own = own_edge(question, "CLOSED");

	if (edge == NULL && own == NULL)
		return false;
	if (edge == NULL || edge->state.cause.kind == CAUSE_UNKNOWN)
		edge = own == NULL || own->state.cause.kind == CAUSE_UNKNOWN ? edge : own;
	say_edge(question, "The connection was reset by the peer", edge != NULL ? edge : own);
	say_segment(question);
	if (edge != NULL && edge != own)
		say_why_reset(question, edge);
	return true;
}

/* This end said FIN itself, before the peer or after it. */
static bool tell_own_shutdown(struct question *question)
{
	/* Where the ACK, or the peer's FIN, comes in the same instant, the first states after it go unseen. */
	static const char *const after[] = { "FIN_WAIT1", "FIN_WAIT2", "CLOSING", "LAST_ACK", "TIME_WAIT" };
	const struct event *edge = NULL;

	for (size_t i = 0; edge == NULL && i < COUNT_OF(after); i++)
		edge = own_edge(question, after[i]);
	if (edge == NULL)
		return false;
	say_edge(question, "This end was shut for sending", edge);
	question_say(question, "After SHUT_WR nothing more can be sent; receiving goes on.");
	return true;
}

static bool was_connected(const struct question *question)
{
	return question->socket != NULL &&
	       (own_edge(question, "ESTABLISHED") != NULL ||
		chronicle_was_connected(question->inquiry->log, question->host, question->socket->cookie));
}

static void say_no_history(struct question *question)
{
	question_say(question, "Which end closed is not known: the log has nothing of it%s.",
		     question->inquiry->log->fallen_off > 0 ? " any more" : "");
}

/* ---- EPIPE ---- */

static void tell_pipe_of_tcp(struct question *question)
{
	long long fd = (long long)question->fd;

	if (question->socket != NULL && string_is(question_state(question), "CLOSED") && !was_connected(question)) {
		question_say(question, "%s %lld was never connected; TCP answers a send() with EPIPE then.",
			     question->side->name, fd);
		return;
	}
	if (!tell_own_shutdown(question) && !tell_peer_closed(question) && !tell_peer_reset(question))
		say_no_history(question);
}

static void tell_pipe(struct question *question)
{
	if (question_is(question, "tcp"))
		tell_pipe_of_tcp(question);
	else if (question->row != NULL && question->row->row.proto == NULL)
		question_say(question, "No descriptor is open for reading at the other end of the %s.",
			     question->row->row.kind == NULL ? "pipe" : question->row->row.kind);
	else
		question_say(question, "The other end is closed, or this one was shut for sending (SHUT_WR)%s.",
			     question->row == NULL ? "; which of them is not known" : "");
	question_say(question, "SIGPIPE goes with EPIPE: a program that does not handle it ends there. MSG_NOSIGNAL "
		     "keeps it away.");
}

/* ---- ECONNRESET, ECONNABORTED ---- */

static void tell_reset(struct question *question)
{
	if (question_is(question, "unix")) {
		question_say(question, "The peer closed its end with bytes in it that it had not read.");
		return;
	}
	if (!tell_peer_closed(question) && !tell_peer_reset(question)) {
		question_say(question, "A RST came from %s.", *question_peer(question) == '\0' ? "the peer" :
			     question_peer(question));
		say_no_history(question);
	}
}

static void tell_aborted(struct question *question)
{
	question_say(question, "The connection was reset while it waited in the accept queue%s%s.",
		     *question_local(question) == '\0' ? "" : " of ", question_local(question));
}

const struct reason reasons_of_ends[] = {
	{ "EPIPE", NULL, tell_pipe },
	{ "ECONNRESET", NULL, tell_reset },
	{ "ECONNABORTED", NULL, tell_aborted },
	{ 0 },
};
