#include "session/making.h"

#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session/bounds.h"
#include "session/context.h"

static const struct waiter waits_for_call, waits_for_side, waits_for_name;

static void bind_and_go_on(struct session *session);

static bool is(const char *text, const char *word)
{
	return text != NULL && string_is(text, word);
}

/* ---- telling what is blocked ---- */

static void tell_blocked(struct session *session, const char *side, const struct world_call *call)
{
	struct event event;

	event_init(&event, EVENT_call);
	event.call.id = call->id;
	event.call.side = xstrdup(side);
	event.call.thread = call->thread == 1 ? EVENT_NO_INT : call->thread;
	event.call.call = xstrdup(call->call);
	event.call.text = xstrdup(call->text);
	event.call.status = xstrdup("blocked");
	event.call.fd = call->fd;
	session_emit(session, &event);
}

/* The next one that has not been told; telling moves the world's list. */
static bool tell_one_blocked(struct session *session)
{
	for (size_t i = 0; i < session->world.side_count; i++) {
		const struct world_side *side = &session->world.sides[i];

		for (size_t j = 0; j < side->call_count; j++)
			if (!side->calls[j].blocked) {
				tell_blocked(session, side->name, &side->calls[j]);
				return true;
			}
	}
	return false;
}

void making_tell_blocked(struct session *session)
{
	while (tell_one_blocked(session))
		;
}

/* ---- waiting for the call ---- */

/* Quiet is worth asking for only if something else could still move. */
static void settle(struct session *session)
{
	if (session_any_call(session) && session->running.call.spec->changes != CHANGES_NOTHING)
		lab_ask_quiet(session->lab);
	else
		session_finish(session, OUTCOME_OK);
}

static bool child_is_there(const struct session *session, int64_t pid)
{
	for (size_t i = 0; i < session->world.side_count; i++) {
		const struct world_side *side = &session->world.sides[i];

		if (side->pid == pid && is(side->parent, session->running.side) && side->last.id != EVENT_NO_INT)
			return true;
	}
	return false;
}

/* _exit is over when the side has ended, fork when the child has said that it is there. */
static bool is_complete(const struct session *session)
{
	const struct running *running = &session->running;
	const struct world_side *side = world_side(&session->world, running->side);

	if (!running->returned)
		return false;
	if (running->call.spec->id == CALL__exit)
		return side == NULL || !side->alive;
	if (running->call.spec->id == CALL_fork && side != NULL && side->last.id == running->id &&
	    side->last.result > 0)
		return child_is_there(session, side->last.result);
	return true;
}

static void name_result(struct session *session, const struct event_call *call)
{
	const struct running *running = &session->running;

	if (running->statement.name != NULL && running->call.spec->result == RESULT_FD && call->result >= 0)
		session_name_descriptor(session, call->side, running->statement.name, call->result);
}

/* In the middle of its call: nothing will come any more. */
static void take_end_of_side(struct session *session)
{
	bool returned = session->running.returned;

	if (!returned)
		session_complain(session, -1, "%s ended before its call returned", session->running.side);
	session_finish(session, returned ? OUTCOME_OK : OUTCOME_FAILED);
}

static bool is_childs_fork(const struct session *session, const struct event *event)
{
	return session->running.call.spec->id == CALL_fork && event->kind == EVENT_call && event->call.result == 0 &&
	       is(event->call.call, "fork");
}

static void on_event(struct session *session, const struct event *event)
{
	struct running *running = &session->running;
	bool before = is_complete(session);

	if (event->kind == EVENT_call && event->call.id == running->id && is(event->call.side, running->side) &&
	    is(event->call.status, "returned")) {
		running->returned = true;
		name_result(session, &event->call);
	}
	if (event->kind == EVENT_error && event->error.id == running->id) {
		session_finish(session, OUTCOME_FAILED);
		return;
	}
	if (event->kind == EVENT_side && is(event->side.side, running->side) && !is(event->side.status, "started")) {
		take_end_of_side(session);
		return;
	}
	/* The world has the child's own `fork() = 0` already, so `before` says nothing of it. */
	if (is_complete(session) && (!before || is_childs_fork(session, event)))
		settle(session);
}

static void on_asleep(struct session *session, int64_t id)
{
	if (id == session->running.id && making_quiet_can_be_known(session))
		lab_ask_quiet(session->lab);
}

static void on_quiet(struct session *session)
{
	/* A round of asking that began before this line's call did says nothing of it. */
	if (session->running.returned && !is_complete(session))
		return;
	making_tell_blocked(session);
	session_finish(session, OUTCOME_OK);
}

static void on_patience(struct session *session)
{
	making_tell_blocked(session);
	session_finish(session, OUTCOME_OK);
}

static const struct waiter waits_for_call = {
	.event = on_event,
	.asleep = on_asleep,
	.quiet = on_quiet,
	.time_out = on_patience,
	.own_first = true,
};

static void remember_last(struct session *session, int64_t id)
{
	session->last_id = id;
	free(session->last_side);
	session->last_side = xstrdup(session->running.side);
}

/* A call that is sent. */
struct sending {
	const char *side;
	const struct call *call;
	int64_t id;
	bool thread;
};

/* The world knows of a call from the moment it is sent; that it began is no event of its own. */
static void apply_started(struct session *session, const struct sending *sending)
{
	const struct call *call = sending->call;
	struct text text;
	struct event event;

	text_init(&text);
	call_print(&text, call, CALL_SHORT);
	event_init(&event, EVENT_call);
	event.t = session_time(session);
	event.call.id = sending->id;
	event.call.side = xstrdup(sending->side);
	event.call.thread = sending->thread ? 0 : 1; /* a further thread has its number from the side */
	event.call.call = xstrdup(call->spec->name);
	event.call.text = text_take(&text);
	event.call.status = xstrdup("started");
	if (call->spec->args[0].type == ARG_FD)
		event.call.fd = call->args[0].number;
	world_apply(&session->world, &event);
	event_release(&event);
	text_release(&text);
}

/* False if the side cannot be reached. */
static bool send_call(struct session *session, const struct sending *sending)
{
	const struct call_spec *spec = sending->call->spec;
	struct text exact;
	struct lab_request request = {
		.side = sending->side,
		.id = sending->id,
		.spec = spec,
		.fd = spec->args[0].type == ARG_FD ? (int)sending->call->args[0].number : -1,
		.thread = sending->thread,
	};
	bool sent;

	text_init(&exact);
	call_print(&exact, sending->call, CALL_EXACT);
	request.exact = exact.data;
	sent = lab_call(session->lab, &request);
	text_release(&exact);
	return sent;
}

int64_t making_send_aside(struct session *session, const char *side, const struct call *call)
{
	const struct sending sending = { side, call, ++session->call_id, true };

	apply_started(session, &sending);
	return send_call(session, &sending) ? sending.id : EVENT_NO_INT;
}

bool making_send(struct session *session, const struct waiter *waiter, double seconds)
{
	struct running *running = &session->running;
	const struct sending sending = { running->side, &running->call, ++session->call_id,
					 running->statement.thread };

	running->id = sending.id;
	running->returned = false;
	apply_started(session, &sending);
	session_wait(session, waiter, seconds);
	if (send_call(session, &sending))
		return true;
	session_complain(session, -1, "%s is ending", running->side);
	session_finish(session, OUTCOME_FAILED);
	return false;
}

static void make(struct session *session)
{
	remember_last(session, session->call_id + 1);
	making_send(session, &waits_for_call, session->patience);
}

/* ---- names that the side resolves ---- */

/* The first argument that still is a name; NULL: none. */
static struct value *unresolved(struct call *call)
{
	for (size_t i = 0; i < call_arg_count(call->spec); i++)
		if (call->args[i].kind == VALUE_HOSTNAME)
			return &call->args[i];
	return NULL;
}

/* "getaddrinfo("localhost", "80", family=AF_INET, socktype=SOCK_STREAM)", bound. */
static void make_lookup(const struct session *session, struct call *lookup, const struct value *name)
{
	const struct call *call = &session->running.call;
	const struct event_fd *row = making_row(session, call);
	enum { NODE, SERVICE, FLAGS, FAMILY, SOCKTYPE };

	*lookup = (struct call){ .spec = call_spec(CALL_getaddrinfo) };
	if (string_is(name->bytes, "*"))
		value_set_number(&lookup->args[FLAGS], AI_PASSIVE);
	else
		value_set_bytes(&lookup->args[NODE], name->bytes, name->len);
	value_set_bytes(&lookup->args[SERVICE], name->items[0].bytes, name->items[0].len);
	if (row != NULL && (row->family == AF_INET || row->family == AF_INET6)) {
		value_set_number(&lookup->args[FAMILY], row->family);
		value_set_number(&lookup->args[SOCKTYPE], row->type);
	}
}

static void free_call(void *call)
{
	call_release(call);
	free(call);
}

/* The line's own call waits aside while getaddrinfo is made in its place. */
static void resolve(struct session *session, const struct value *name)
{
	struct running *running = &session->running;
	struct call *aside = xmalloc(sizeof(*aside)), lookup;

	make_lookup(session, &lookup, name);
	*aside = running->call;
	running->own = aside;
	running->free_own = free_call;
	running->call = lookup;
	making_send(session, &waits_for_name, -1);
}

/* The first address of "0 [10.0.0.2:80, …]" or, where no type was asked for, "0 [10.0.0.2:80 SOCK_STREAM, …]". */
static bool first_address(const char *outcome, struct address *address)
{
	const char *list = outcome == NULL ? NULL : strstr(outcome, " [");
	char *first;
	bool ok;

	if (list == NULL)
		return false;
	list += 2;
	first = xstrndup(list, strcspn(list, ", "));
	/* The list's own bracket closes behind its last address. */
	if (list[strlen(first)] == '\0' && *first != '\0')
		first[strlen(first) - 1] = '\0';
	ok = address_read(address, first, AF_INET);
	free(first);
	return ok;
}

static void take_address(struct session *session, const char *outcome)
{
	struct running *running = &session->running;
	struct call *aside = running->own;
	struct address address;
	struct value *name;

	call_release(&running->call);
	running->call = *aside;
	free(aside);
	running->own = NULL;
	running->free_own = NULL;
	name = unresolved(&running->call);
	if (name == NULL || !first_address(outcome, &address)) {
		session_complain(session, name == NULL ? -1 : name->column, "this name could not be resolved");
		session_finish(session, OUTCOME_FAILED);
		return;
	}
	value_set_address(name, &address);
	make(session);
}

static void on_name_event(struct session *session, const struct event *event)
{
	struct running *running = &session->running;

	if (event->kind == EVENT_call && event->call.id == running->id && is(event->call.status, "returned")) {
		running->returned = true;
		take_address(session, event->call.result == 0 ? event->call.outcome : NULL);
	} else if (event->kind == EVENT_side && is(event->side.side, running->side)) {
		session_finish(session, OUTCOME_FAILED);
	}
}

static const struct waiter waits_for_name = { .event = on_name_event, .own_first = true };

/* ---- the side must be free ---- */

static void on_side_event(struct session *session, const struct event *event)
{
	const struct world_side *side = world_side(&session->world, session->running.side);

	(void)event;
	if (side == NULL || !side->alive) {
		session_complain(session, -1, "%s has ended", session->running.side);
		session_finish(session, OUTCOME_FAILED);
	} else if (session_blocking_call(side) == NULL) {
		bind_and_go_on(session);
	}
}

static void say_blocked(struct session *session)
{
	const struct world_side *side = world_side(&session->world, session->running.side);
	const struct world_call *call = side == NULL ? NULL : session_blocking_call(side);

	if (call != NULL)
		session_complain(session, session->running.statement.column,
				 "%s has been blocked in %s for %.1f s; `why %s` says what would let it go, `interrupt "
				 "%s` ends it, & at the end of the line makes a call in a further thread",
				 side->name, call->text, session_time(session) - call->began, side->name, side->name);
	session_finish(session, OUTCOME_FAILED);
}

static const struct waiter waits_for_side = { .event = on_side_event, .time_out = say_blocked };

/* ---- the line ---- */

static void say_mistake(struct session *session, const struct mistake *mistake)
{
	struct running *running = &session->running;
	int column = mistake->column >= 0 ? mistake->column : (int)strlen(running->line);
	char *preset;

	session_complain(session, column, "%s", mistake->text.data);
	if (mistake->missing >= 0 && running->source.prompt) {
		preset = text_format("%s ", running->line);
		session->ops->preset(session->owner, preset);
		free(preset);
	}
	session_finish(session, OUTCOME_MISTAKE);
}

static bool bind_line(struct session *session)
{
	struct running *running = &session->running;
	struct call_context context = context_of(session);
	struct mistake mistake;
	bool ok;

	mistake_init(&mistake);
	ok = call_bind(&running->call, running->statement.call, &running->statement.args, &context, &mistake);
	if (!ok)
		say_mistake(session, &mistake);
	mistake_release(&mistake);
	return ok;
}

static void bind_and_go_on(struct session *session)
{
	struct running *running = &session->running;
	const struct value *name;

	if (!bind_line(session) || !bounds_allow_call(session, &running->call))
		return;
	name = unresolved(&running->call);
	if (name == NULL)
		make(session);
	else
		resolve(session, name);
}

bool making_gives_descriptor(const struct statement *statement, struct mistake *mistake)
{
	if (statement->call->result == RESULT_FD)
		return true;
	mistake->column = statement->name_column;
	text_addf(&mistake->text, "%s does not give a descriptor that could be named", statement->call->name);
	return false;
}

static bool name_is_right(struct session *session)
{
	const struct statement *statement = &session->running.statement;
	struct mistake mistake;
	bool ok;

	if (statement->name == NULL)
		return true;
	mistake_init(&mistake);
	ok = context_name_is_free(session, statement->name, &mistake.text) &&
	     making_gives_descriptor(statement, &mistake);
	if (!ok) {
		session_complain(session, statement->name_column, "%s", mistake.text.data);
		session_finish(session, OUTCOME_MISTAKE);
	}
	mistake_release(&mistake);
	return ok;
}

void making_begin(struct session *session)
{
	struct running *running = &session->running;
	const char *name = running->statement.side != NULL ? running->statement.side : session->current;
	const struct world_side *side = session_side(session, name, running->statement.side_column, false);

	if (side == NULL) {
		session_finish(session, OUTCOME_FAILED);
		return;
	}
	running->side = xstrdup(name);
	if (!name_is_right(session))
		return;
	if (running->statement.thread || session_blocking_call(side) == NULL)
		bind_and_go_on(session);
	else if (running->source.prompt)
		say_blocked(session);
	else
		session_wait(session, &waits_for_side, session->patience);
}
