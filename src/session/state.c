#include "session/state.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"

static const double PATIENCE = 1;
/* While a statement waits for something that nobody tells of, sockets are looked at so often. */
static const struct timeval LOOK_PAUSE = { .tv_usec = 10000 };

static double monotonic(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

double session_time(const struct session *session)
{
	return monotonic() - session->started;
}

/* ---- the transcript's order ---- */

static void hold(struct event_list *held, const struct event *event)
{
	held->events = array_grow(held->events, held->count, &held->room, sizeof(*held->events));
	event_copy(&held->events[held->count++], event);
}

/* The order of the transcript is remembered as far back as the log goes. */
static void remember_shown(struct session *session, int64_t seq)
{
	if (session->shown_count == (size_t)2 * LOG_EVENTS_MAX) {
		memmove(session->shown, session->shown + LOG_EVENTS_MAX, LOG_EVENTS_MAX * sizeof(*session->shown));
		session->shown_count = LOG_EVENTS_MAX;
	}
	session->shown = array_grow(session->shown, session->shown_count, &session->shown_room,
				    sizeof(*session->shown));
	session->shown[session->shown_count++] = seq;
}

static void show_now(struct session *session, const struct event *event)
{
	remember_shown(session, event->seq);
	session->ops->show(session->owner, event);
}

static void show_held(struct session *session)
{
	struct event_list *held = &session->held;

	for (size_t i = 0; i < held->count; i++) {
		show_now(session, &held->events[i]);
		event_release(&held->events[i]);
	}
	held->count = 0;
}

/* Which side's line is it? NULL: none's. */
static const char *side_of_line(const struct event *event)
{
	if (event->kind == EVENT_call)
		return event->call.side;
	if (event->kind == EVENT_signal)
		return event->signal.side;
	return event->kind == EVENT_side ? event->side.side : NULL;
}

/* In what order two processes, or two threads, tell of the same instant is chance; the transcript begins with the
 * one that was asked. */
static bool comes_later(const struct session *session, const struct event *event)
{
	const struct running *running = &session->running;
	const char *side = side_of_line(event);

	if (running->waiter == NULL || !running->waiter->own_first || running->returned || side == NULL)
		return false;
	if (event->kind == EVENT_call && event->call.id != running->id)
		return true;
	return running->side != NULL && !string_is(side, running->side);
}

static void show(struct session *session, const struct event *event)
{
	if (comes_later(session, event))
		hold(&session->held, event);
	else
		show_now(session, event);
}

/* ---- names of descriptors ---- */

static void forget_name(struct session *session, const char *side, int64_t fd)
{
	for (size_t i = session->name_count; i-- > 0;) {
		struct named *named = &session->names[i];

		if ((fd >= 0 && named->fd != fd) || !string_is(named->side, side))
			continue;
		free(named->side);
		free(named->name);
		*named = session->names[--session->name_count];
	}
}

void session_name_descriptor(struct session *session, const char *side, const char *name, int64_t fd)
{
	for (size_t i = 0; i < session->name_count; i++)
		if (string_is(session->names[i].side, side) && string_is(session->names[i].name, name)) {
			session->names[i].fd = fd;
			return;
		}
	session->names = array_grow(session->names, session->name_count, &session->name_room, sizeof(*session->names));
	session->names[session->name_count++] = (struct named){
		.side = xstrdup(side),
		.name = xstrdup(name),
		.fd = fd,
	};
}

/* A fork copies the table, and so what its descriptors are called. */
static void inherit_names(struct session *session, const struct event_side *child)
{
	size_t count = session->name_count;

	for (size_t i = 0; child->parent != NULL && i < count; i++)
		if (string_is(session->names[i].side, child->parent))
			session_name_descriptor(session, child->side, session->names[i].name, session->names[i].fd);
}

static bool status_is(const char *status, const char *word)
{
	return status != NULL && string_is(status, word);
}

static void keep_names(struct session *session, const struct event *event)
{
	if (event->kind == EVENT_fd && status_is(event->fd.status, "closed"))
		forget_name(session, event->fd.side, event->fd.fd);
	else if (event->kind == EVENT_side && status_is(event->side.status, "started"))
		inherit_names(session, &event->side);
	else if (event->kind == EVENT_side && event->side.side != NULL)
		forget_name(session, event->side.side, -1);
}

static bool read_number(const char *word, int *number)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(word, &end, 10);
	if (*word == '\0' || *end != '\0' || errno != 0 || value < INT_MIN || value > INT_MAX)
		return false;
	*number = (int)value;
	return true;
}

bool session_descriptor(const struct session *session, const char *side, const char *word, int *fd)
{
	if (read_number(word, fd))
		return true;
	for (size_t i = 0; i < session->name_count; i++)
		if (string_is(session->names[i].side, side) && string_is(session->names[i].name, word)) {
			*fd = (int)session->names[i].fd;
			return true;
		}
	return false;
}

/* ---- events ---- */

void session_emit(struct session *session, struct event *event)
{
	const struct waiter *waiter;

	event->seq = ++session->seq;
	event->t = session_time(session);
	world_apply(&session->world, event);
	keep_names(session, event);
	log_add(&session->log, event);
	session->ops->event(session->owner, event);
	show(session, event);
	waiter = session->running.waiter;
	if (waiter != NULL && waiter->event != NULL)
		waiter->event(session, event);
	event_release(event);
}

static char *format_text(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

static char *format_text(const char *format, va_list args)
{
	struct text text;

	text_init(&text);
	text_addv(&text, format, args);
	return text.data;
}

void session_say(struct session *session, const char *format, ...)
{
	struct event event;
	va_list args;

	event_init(&event, EVENT_say);
	va_start(args, format);
	event.say.text = format_text(format, args);
	va_end(args);
	session_emit(session, &event);
}

void session_say_lines(struct session *session, const char *text)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");

		session_say(session, "%.*s", (int)len, text);
		text += len;
		text += *text == '\n';
	}
}

void session_complain(struct session *session, int column, const char *format, ...)
{
	const struct running *running = &session->running;
	struct event event;
	va_list args;

	event_init(&event, EVENT_error);
	va_start(args, format);
	event.error.text = format_text(format, args);
	va_end(args);
	if (running->source.file != NULL) {
		event.error.file = xstrdup(running->source.file);
		event.error.line = running->source.line;
	}
	if (column >= 0 && running->line != NULL) {
		event.error.column = column;
		event.error.source = xstrdup(running->line);
	}
	session_emit(session, &event);
}

/* ---- the statement ---- */

static void end_running(struct running *running)
{
	free(running->line);
	free(running->file);
	free(running->side);
	statement_release(&running->statement);
	if (running->call.spec != NULL)
		call_release(&running->call);
	if (running->free_own != NULL)
		running->free_own(running->own);
	*running = (struct running){ .id = EVENT_NO_INT };
}

static void set_timer(struct event *timer, double seconds)
{
	struct timeval timeval = { .tv_sec = (time_t)seconds };

	timeval.tv_usec = (suseconds_t)((seconds - (double)timeval.tv_sec) * 1e6);
	event_add(timer, &timeval);
}

/* A stranger's line does not wait longer than its lesson may take. */
static double bounded(const struct session *session, double seconds)
{
	double left = session->bounded_until - session_time(session);

	if (!session->running.source.stranger || seconds <= left)
		return seconds;
	return left > 0 ? left : 0;
}

void session_wait(struct session *session, const struct waiter *waiter, double seconds)
{
	seconds = bounded(session, seconds);
	session->running.waiter = waiter;
	event_del(session->timer);
	if (seconds >= 0)
		set_timer(session->timer, seconds);
	event_del(session->look_timer);
	if (waiter->looks)
		event_add(session->look_timer, &LOOK_PAUSE);
}

void session_finish(struct session *session, enum outcome outcome)
{
	event_del(session->timer);
	event_del(session->look_timer);
	session->running.waiter = NULL;
	show_held(session);
	session->outcome = outcome;
	event_active(session->finish, 0, 0);
}

static void on_finish(int fd, short what, void *context)
{
	struct session *session = context;

	(void)fd;
	(void)what;
	if (session->outcome == OUTCOME_OK && session->running.line != NULL && session->line_done != NULL)
		session->line_done(session);
	end_running(&session->running);
	session->ops->done(session->owner, session->outcome);
}

static void on_timer(int fd, short what, void *context)
{
	struct session *session = context;
	const struct waiter *waiter = session->running.waiter;

	(void)fd;
	(void)what;
	if (waiter != NULL && waiter->time_out != NULL)
		waiter->time_out(session);
}

static void on_look_timer(int fd, short what, void *context)
{
	struct session *session = context;

	(void)fd;
	(void)what;
	lab_look(session->lab);
	if (session->running.waiter != NULL && session->running.waiter->looks)
		event_add(session->look_timer, &LOOK_PAUSE);
}

/* ---- sides ---- */

/* "client, server": for a complaint. */
static char *sides_there(const struct session *session)
{
	struct text text;

	text_init(&text);
	for (size_t i = 0; i < session->world.side_count; i++)
		if (session->world.sides[i].alive)
			text_addf(&text, "%s%s", text.len > 0 ? ", " : "", session->world.sides[i].name);
	return text.data;
}

struct world_side *session_side(struct session *session, const char *name, int column, bool ended_too)
{
	struct world_side *side = name == NULL ? NULL : world_side(&session->world, name);
	char *there;

	if (side != NULL && (side->alive || ended_too))
		return side;
	if (side != NULL) {
		session_complain(session, column, "%s has ended (%s); `side %s` starts a new one", name, side->end,
				 name);
		return NULL;
	}
	there = sides_there(session);
	if (*there == '\0')
		session_complain(session, column, "there is no side; `side NAME` starts one");
	else
		session_complain(session, column, "there is no side %s; there are %s", name == NULL ? "" : name, there);
	free(there);
	return NULL;
}

struct world_call *session_blocking_call(const struct world_side *side)
{
	for (size_t i = 0; i < side->call_count; i++)
		if (side->calls[i].thread == 1)
			return &side->calls[i];
	return NULL;
}

void session_forget_learner(struct session *session)
{
	free(session->learner.side);
	free(session->learner.words);
	free(session->learner.line);
	session->learner = (struct learner){ 0 };
}

bool session_any_call(const struct session *session)
{
	for (size_t i = 0; i < session->world.side_count; i++)
		if (session->world.sides[i].call_count > 0)
			return true;
	return false;
}

/* ---- life ---- */

static struct event *new_timer(struct session *session, event_callback_fn callback)
{
	struct event *timer = event_new(session->base, -1, 0, callback, session);

	if (timer == NULL)
		die("the event loop takes no further timer");
	return timer;
}

void state_init(struct session *session, struct event_base *base, const struct session_ops *ops, void *owner)
{
	*session = (struct session){
		.base = base,
		.ops = ops,
		.owner = owner,
		.started = monotonic(),
		.patience = PATIENCE,
		.width = 80,
		.last_id = EVENT_NO_INT,
		.running.id = EVENT_NO_INT,
	};
	world_init(&session->world);
	log_init(&session->log);
	session->timer = new_timer(session, on_timer);
	session->look_timer = new_timer(session, on_look_timer);
	session->finish = new_timer(session, on_finish);
}

void state_release(struct session *session)
{
	show_held(session);
	end_running(&session->running);
	while (session->name_count > 0)
		forget_name(session, session->names[0].side, -1);
	event_free(session->timer);
	event_free(session->look_timer);
	event_free(session->finish);
	world_release(&session->world);
	log_release(&session->log);
	free(session->held.events);
	free(session->shown);
	free(session->names);
	free(session->current);
	free(session->last_side);
	free(session->last_step);
	session_forget_learner(session);
	made_path_release(&session->made_path);
}
