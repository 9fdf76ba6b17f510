#include "session/chore.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/show.h"
#include "session/making.h"

struct chore *chore_begin(struct session *session, const struct chore_kind *kind, const char *side, void *own)
{
	struct chore *chore = xcalloc(1, sizeof(*chore));

	*chore = (struct chore){ .kind = kind, .side = xstrdup(side), .own = own, .fds = { -1, -1 } };
	session->chores = array_grow(session->chores, session->chore_count, &session->chore_room,
				     sizeof(struct chore *));
	session->chores[session->chore_count++] = chore;
	return chore;
}

static void free_chore(struct session *session, struct chore *chore)
{
	if (!chore->over && chore->kind->ended != NULL)
		chore->kind->ended(session, chore);
	free(chore->side);
	free(chore->calls);
	free(chore);
}

/* ---- calls ---- */

/* The transcript may hold an event back until its chore is long over: so the numbers are kept until they were shown. */
static void keep_hidden(struct session *session, int64_t id)
{
	session->hidden = array_grow(session->hidden, session->hidden_count, &session->hidden_room,
				     sizeof(*session->hidden));
	session->hidden[session->hidden_count++] = id;
}

static void send_line(struct session *session, struct chore *chore, int tag, const char *line)
{
	struct call call = { 0 };
	struct mistake mistake;
	int64_t id = EVENT_NO_INT;

	mistake_init(&mistake);
	if (call_read(&call, line, &mistake))
		id = making_send_aside(session, chore->side, &call);
	else
		session_complain(session, -1, "%s: %s", line, mistake.text.data);
	if (call.spec != NULL)
		call_release(&call);
	mistake_release(&mistake);
	if (id == EVENT_NO_INT) {
		chore_end(session, chore);
		return;
	}
	chore->calls = array_grow(chore->calls, chore->call_count, &chore->call_room, sizeof(*chore->calls));
	chore->calls[chore->call_count++] = (struct chore_call){ .id = id, .tag = tag };
	if (chore->kind->hides)
		keep_hidden(session, id);
}

void chore_call(struct session *session, struct chore *chore, int tag, const char *format, ...)
{
	struct text line;
	va_list args;

	if (chore->over)
		return;
	text_init(&line);
	va_start(args, format);
	text_addv(&line, format, args);
	va_end(args);
	send_line(session, chore, tag, line.data);
	text_release(&line);
}

/* "CALL(FD, "…", LEN" with what stands behind. */
static void send_bytes(struct session *session, struct chore *chore, int tag, const char *begin,
		       const struct text *bytes)
{
	struct text line;
	bool send = *begin == 's';

	if (chore->over)
		return;
	text_init(&line);
	text_add(&line, begin);
	show_quoted(&line, bytes->data, bytes->len, 0, SHOW_ASCII);
	text_addf(&line, ", %zu%s)", bytes->len, send ? ", MSG_NOSIGNAL" : "");
	send_line(session, chore, tag, line.data);
	text_release(&line);
}

void chore_send(struct session *session, struct chore *chore, int tag, int fd, const struct text *bytes)
{
	char begin[32];

	snprintf(begin, sizeof(begin), "send(%d, ", fd);
	send_bytes(session, chore, tag, begin, bytes);
}

void chore_write(struct session *session, struct chore *chore, int tag, int fd, const struct text *bytes)
{
	char begin[32];

	snprintf(begin, sizeof(begin), "write(%d, ", fd);
	send_bytes(session, chore, tag, begin, bytes);
}

/* The thread that a call is made in is known when it was seen asleep. */
static int64_t thread_of(const struct session *session, const struct chore *chore, int64_t id)
{
	const struct world_side *side = world_side(&session->world, chore->side);

	for (size_t i = 0; side != NULL && i < side->call_count; i++)
		if (side->calls[i].id == id)
			return side->calls[i].thread;
	return 0;
}

static void stop_call(struct session *session, struct chore *chore, struct chore_call *call)
{
	int64_t thread = thread_of(session, chore, call->id);

	call->stops = thread <= 1;
	if (thread <= 1)
		return;
	lab_interrupt(session->lab, chore->side, thread);
	session->hidden_signals += chore->kind->hides;
}

void chore_end(struct session *session, struct chore *chore)
{
	if (chore->over)
		return;
	if (chore->kind->ended != NULL)
		chore->kind->ended(session, chore);
	chore->over = true;
	for (size_t i = 0; i < chore->call_count; i++)
		stop_call(session, chore, &chore->calls[i]);
}

/* ---- what the session hands on ---- */

static struct chore_call *find_call(const struct chore *chore, int64_t id)
{
	for (size_t i = 0; i < chore->call_count; i++)
		if (chore->calls[i].id == id)
			return &chore->calls[i];
	return NULL;
}

static struct chore *find_chore(const struct session *session, int64_t id, struct chore_call **call)
{
	for (size_t i = 0; i < session->chore_count; i++) {
		*call = find_call(session->chores[i], id);
		if (*call != NULL)
			return session->chores[i];
	}
	return NULL;
}

static void take_return(struct session *session, int64_t id, const struct event_call *returned)
{
	struct chore_call *call;
	struct chore *chore = find_chore(session, id, &call);
	int tag;

	if (chore == NULL)
		return;
	tag = call->tag;
	*call = chore->calls[--chore->call_count];
	if (chore->over)
		return;
	if (returned == NULL)
		chore_end(session, chore); /* the side could not make it, and has told so */
	else
		chore->kind->returned(session, chore, tag, returned);
}

static void take_end_of_side(struct session *session, const char *side)
{
	for (size_t i = 0; i < session->chore_count; i++) {
		struct chore *chore = session->chores[i];

		if (!string_is(chore->side, side))
			continue;
		chore->call_count = 0;
		chore_end(session, chore);
	}
}

static bool is_about(const struct chore *chore, const char *side, int64_t fd)
{
	return string_is(chore->side, side) && (fd == chore->fds[0] || fd == chore->fds[1]);
}

void chores_end_of(struct session *session, const char *side, int fd)
{
	for (size_t i = 0; i < session->chore_count; i++)
		if (is_about(session->chores[i], side, fd))
			chore_end(session, session->chores[i]);
}

static void take_closed(struct session *session, const struct event_fd *row)
{
	if (row->fd >= 0)
		chores_end_of(session, row->side, (int)row->fd);
}

/* A chore that is over and waits for no call any more. */
static void forget_those_over(struct session *session)
{
	for (size_t i = session->chore_count; i-- > 0;) {
		struct chore *chore = session->chores[i];

		if (!chore->over || chore->call_count > 0)
			continue;
		free_chore(session, chore);
		session->chores[i] = session->chores[--session->chore_count];
	}
}

static bool is_end_of_side(const struct event *event)
{
	return event->kind == EVENT_side && event->side.side != NULL && event->side.status != NULL &&
	       !string_is(event->side.status, "started");
}

void chores_take(struct session *session, const struct event *event)
{
	if (event->kind == EVENT_call && event->call.status != NULL && string_is(event->call.status, "returned"))
		take_return(session, event->call.id, &event->call);
	else if (event->kind == EVENT_error && event->error.id != EVENT_NO_INT)
		take_return(session, event->error.id, NULL);
	else if (event->kind == EVENT_fd && event->fd.status != NULL && string_is(event->fd.status, "closed"))
		take_closed(session, &event->fd);
	else if (is_end_of_side(event))
		take_end_of_side(session, event->side.side);
	forget_those_over(session);
}

void chores_see_asleep(struct session *session, int64_t id)
{
	struct chore_call *call;
	struct chore *chore = find_chore(session, id, &call);

	if (chore != NULL && call->stops)
		stop_call(session, chore, call);
}

/* The signal that ends a call which is not shown is not shown either. */
static bool hides_signal(struct session *session, const struct event_signal *signal)
{
	if (session->hidden_signals == 0 || strstr(signal->text, "SI_TKILL") == NULL)
		return false;
	session->hidden_signals--;
	return true;
}

bool chores_hide(struct session *session, const struct event *event)
{
	size_t index = 0;

	if (event->kind == EVENT_signal)
		return hides_signal(session, &event->signal);
	if (event->kind != EVENT_call)
		return false;
	while (index < session->hidden_count && session->hidden[index] != event->call.id)
		index++;
	if (index == session->hidden_count)
		return false;
	if (event->call.status != NULL && string_is(event->call.status, "returned"))
		session->hidden[index] = session->hidden[--session->hidden_count];
	return true;
}

void chores_release(struct session *session)
{
	for (size_t i = 0; i < session->chore_count; i++)
		free_chore(session, session->chores[i]);
	free(session->chores);
	free(session->hidden);
	session->chores = NULL;
	session->chore_count = 0;
}
