#include "session/why.h"

#include <string.h>

#include "call/constants.h"
#include "session/asking.h"
#include "session/chronicle.h"
#include "session/commands.h"
#include "session/reasons.h"
#include "session/saying.h"
#include "session/standing.h"
#include "session/subject.h"
#include "session/waiting.h"
#include "session/words.h"

enum { LONGEST_TEXT = 120 };

static const struct reason *const tables[] = {
	reasons_of_addresses, reasons_of_peers, reasons_of_ends, reasons_of_arguments,
};

/* ---- a result ---- */

/* In one table: that of the call before that of any. */
static const struct reason *find_reason_in(const struct reason *table, const char *error, const char *call)
{
	for (; table->error != NULL; table++)
		if (string_is(table->error, error) && (call == NULL ? table->call == NULL :
		    table->call != NULL && string_is(table->call, call)))
			return table;
	return NULL;
}

static const struct reason *find_reason(const char *error, const char *call)
{
	const struct reason *found = NULL;

	for (size_t i = 0; found == NULL && i < sizeof(tables) / sizeof(tables[0]); i++)
		found = find_reason_in(tables[i], error, call);
	for (size_t i = 0; found == NULL && i < sizeof(tables) / sizeof(tables[0]); i++)
		found = find_reason_in(tables[i], error, NULL);
	return found;
}

static void tell_page(struct question *question)
{
	const struct call_spec *spec = call_find(question->call, false, NULL);

	question_say(question, "No more is known here; %s lists what may be meant.",
		     spec == NULL ? "the manual page" : spec->page);
}

static void tell_error(struct question *question, const char *error)
{
	const struct reason *reason = find_reason(error, question->call);

	if (reason != NULL)
		reason->tell(question);
	else
		tell_page(question);
}

/* A call that went well left a socket somewhere: the one that it made, or the one that it was about. */
static int64_t descriptor_of_success(const struct event_call *call)
{
	const struct call_spec *spec = call_find(call->call, false, NULL);

	return spec != NULL && spec->result == RESULT_FD ? call->result : call->fd;
}

static void say_descriptor(struct question *question)
{
	if (question->row == NULL)
		question_say(question, "%s %lld is not open.", question->side->name, (long long)question->fd);
	else if (question->row->reserved)
		question_say(question, "%s %lld is reserved by a call that sleeps, and is nothing yet.",
			     question->side->name, (long long)question->fd);
	else if (question->row->row.proto == NULL)
		question_say(question, "%s %lld is no socket: %s.", question->side->name, (long long)question->fd,
			     question->row->row.kind == NULL ? "what it is is not known" : question->row->row.kind);
	else
		standing_tell(question);
}

/* A call with much data in it is named alone. */
static void say_result(struct question *question, const struct event_call *call)
{
	const char *outcome = call->outcome == NULL ? "?" : call->outcome;

	if (strlen(call->text) > LONGEST_TEXT)
		question_say(question, "%s: %s(...) = %s", question->side->name, call->call, outcome);
	else
		question_say(question, "%s: %s = %s", question->side->name, call->text, outcome);
}

void why_result(struct text *out, const struct inquiry *inquiry, const struct world_side *side,
		const struct event_call *call)
{
	struct question question;

	question_of_call(&question, inquiry, side, call->call, call->text);
	question.out = out;
	say_result(&question, call);
	if (call->error != NULL) {
		question_set_fd(&question, call->fd);
		tell_error(&question, call->error);
	} else {
		question_set_fd(&question, descriptor_of_success(call));
		question_say(&question, "It did what was asked.");
		if (question.fd != EVENT_NO_INT)
			say_descriptor(&question);
	}
	question_release(&question);
}

/* ---- what waits, and what stands ---- */

void why_waiting(struct text *out, const struct inquiry *inquiry, const struct world_side *side,
		 const struct world_call *call)
{
	struct question question;

	question_of_call(&question, inquiry, side, call->call, call->text);
	question.out = out;
	question_set_fd(&question, call->fd);
	waiting_tell(&question, call);
	question_release(&question);
}

void why_descriptor(struct text *out, const struct inquiry *inquiry, const struct world_side *side, int fd)
{
	struct question question = { .inquiry = inquiry, .side = side, .host = side->host, .out = out };

	question_set_fd(&question, fd);
	say_descriptor(&question);
}

void why_socket(struct text *out, const struct inquiry *inquiry, const struct world_socket *socket)
{
	struct question question = {
		.inquiry = inquiry, .host = socket->host, .fd = EVENT_NO_INT, .socket = socket, .out = out,
	};

	standing_tell(&question);
}

/* ---- the command ---- */

/* The call of the last call line. */
static const struct event_call *last_call(const struct session *session, const struct world_side *side)
{
	const struct event *event;

	if (session->last_id == EVENT_NO_INT || session->last_id == side->last.id)
		return side->last.id == EVENT_NO_INT ? NULL : &side->last;
	event = chronicle_call(&session->log, session->last_id);
	if (event != NULL && event->call.side != NULL && string_is(event->call.side, side->name) &&
	    string_is(event->call.status, "returned"))
		return &event->call;
	return side->last.id == EVENT_NO_INT ? NULL : &side->last;
}

static void tell_side(struct text *out, const struct inquiry *inquiry, const struct world_side *side,
		      const struct event_call *last)
{
	if (!side->alive)
		text_addf(out, "%s has ended: %s\n", side->name, side->end == NULL ? "it is not known how" : side->end);
	else if (side->call_count > 0)
		for (size_t i = 0; i < side->call_count; i++)
			why_waiting(out, inquiry, side, &side->calls[i]);
	else if (last != NULL)
		why_result(out, inquiry, side, last);
	else
		text_addf(out, "%s has made no call yet\n", side->name);
}

/* The prefix, or the word, says whom; without either it is the side of the last call line. */
static const char *side_asked(const struct session *session, const struct syntax_list *words)
{
	if (words->count > 0)
		return word_text(words, 0);
	if (session->running.statement.side == NULL && session->last_side != NULL)
		return session->last_side;
	return subject_side_name(session);
}

static void why_side(struct session *session, const struct syntax_list *words)
{
	const struct inquiry inquiry = inquiry_after_look(session);
	const struct world_side *side =
		session_side(session, side_asked(session, words), word_column(session, words, 0), true);
	struct text out;

	if (side == NULL) {
		session_finish(session, OUTCOME_MISTAKE);
		return;
	}
	text_init(&out);
	tell_side(&out, &inquiry, side, last_call(session, side));
	saying_finish(session, &out);
}

static void why_subject(struct session *session, const struct syntax_list *words)
{
	struct inquiry inquiry = inquiry_after_look(session);
	struct subject subject;
	struct text out;

	if (!subject_read(&subject, session, words))
		return;
	text_init(&out);
	if (subject.side != NULL)
		why_descriptor(&out, &inquiry, subject.side, subject.fd);
	else if (subject.socket != NULL)
		why_socket(&out, &inquiry, subject.socket);
	else
		text_addf(&out, "no socket from %s to %s is known on %s\n", subject.local, subject.peer, subject.host);
	subject_release(&subject);
	saying_finish(session, &out);
}

/* why | why SIDE | why [SIDE] FD | why LOCAL PEER */
void command_why(struct session *session, const struct syntax_list *words)
{
	static const char *const settings[] = {
		"net/ipv4/ip_local_port_range", "net/ipv4/ip_unprivileged_port_start", "net/ipv4/tcp_syn_retries", NULL,
	};
	const char *word = word_text(words, 0);

	if (!words_are(session, words, 0, 2) || asking_first(session, settings, command_why))
		return;
	if (words->count == 0 || (words->count == 1 && word != NULL && world_side(&session->world, word) != NULL))
		why_side(session, words);
	else
		why_subject(session, words);
}
