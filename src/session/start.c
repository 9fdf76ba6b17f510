#include "session/start.h"

#include <stdlib.h>

#include "base/mem.h"

static void on_agent_end(int fd, short what, void *context);

/* ---- what was made ---- */

static void forget_made(struct session *session)
{
	for (size_t i = 0; i < session->made_count; i++) {
		free(session->made[i].name);
		free(session->made[i].addresses);
		free(session->made[i].host);
	}
	session->made_count = 0;
}

static struct made *note(struct session *session, const char *name)
{
	session->made = array_grow(session->made, session->made_count, &session->made_room, sizeof(*session->made));
	session->made[session->made_count].name = xstrdup(name);
	return &session->made[session->made_count++];
}

void start_note_host(struct session *session, const char *name, const char *addresses)
{
	note(session, name)->addresses = xstrdup(addresses);
}

/* A side that ended and was started once more is one. */
static struct made *find_side(struct session *session, const char *name)
{
	for (size_t i = 0; i < session->made_count; i++)
		if (session->made[i].addresses == NULL && string_is(session->made[i].name, name))
			return &session->made[i];
	return note(session, name);
}

void start_note_side(struct session *session, const char *name, const char *host, bool unprivileged)
{
	struct made *made = find_side(session, name);

	free(made->host);
	made->host = host == NULL ? NULL : xstrdup(host);
	made->unprivileged = unprivileged;
}

static void first_host(struct session *session, const char *name, const char *addresses)
{
	start_note_host(session, name, addresses);
	lab_make_host(session->lab, name, addresses, session->stock);
}

/* Noted before anything is started: until they are there, lines wait. */
static void note_first_sides(struct session *session, const char *client, const char *server)
{
	if (session->only_side != NULL) {
		start_note_side(session, session->only_side, session->only_host, false);
		return;
	}
	start_note_side(session, "client", client, false);
	start_note_side(session, "server", server, false);
}

static void start_first_sides(struct session *session, const char *client, const char *server)
{
	if (session->only_side != NULL) {
		lab_start_side(session->lab, session->only_side, session->only_host, false);
		return;
	}
	lab_start_side(session->lab, "client", client, false);
	lab_start_side(session->lab, "server", server, false);
}

static bool is_there(const struct session *session, const struct made *made)
{
	const struct world_side *side = world_side(&session->world, made->name);

	return made->addresses != NULL || (side != NULL && side->host != NULL);
}

bool start_is_under_way(const struct session *session)
{
	/* An agent that ended before there was a side is followed by another, or by the end of it all (on_agent_end).
	 * */
	if (session->lab->agent_ended)
		return session->world.side_count == 0;
	for (size_t i = 0; i < session->made_count; i++)
		if (!is_there(session, &session->made[i]))
			return true;
	return false;
}

/* ---- the first ones ---- */

static bool start_local(struct session *session, struct text *message)
{
	note_first_sides(session, session->only_host, session->only_host);
	if (!lab_start_local(session->lab, message))
		return false;
	start_first_sides(session, session->only_host, session->only_host);
	return true;
}

static bool start_lab(struct session *session, struct text *message)
{
	if (!lab_start_lab(session->lab, session->link, message))
		return false;
	if (session->seed != 0)
		wire_set_seed(session->lab->wire, session->seed);
	first_host(session, "client", "10.0.0.1 fd00::1");
	first_host(session, "server", "10.0.0.2 fd00::2");
	note_first_sides(session, "client", "server");
	start_first_sides(session, "client", "server");
	return true;
}

static bool start(struct session *session, struct text *message)
{
	if (session->current == NULL)
		session->current = xstrdup(session->only_side == NULL ? "client" : session->only_side);
	lab_set_syscalls(session->lab, session->syscalls);
	return session->lab_wanted ? start_lab(session, message) : start_local(session, message);
}

bool session_start_local(struct session *session, struct text *message)
{
	return start(session, message);
}

bool session_start_lab(struct session *session, const char *link, bool fall_back, struct text *message)
{
	session->lab_wanted = true;
	session->link = link == NULL ? NULL : xstrdup(link);
	session->fall_back = fall_back;
	return start(session, message);
}

/* ---- without a lab ---- */

/* It is about no line. */
static void tell_trouble(struct session *session, const char *what, const char *more)
{
	struct source source = session->running.source;

	session->running.source = (struct source){ 0 };
	session_complain(session, -1, "%s%s", what, more);
	session->running.source = source;
}

/* Where there can be no lab, there still is this machine's own stack. */
static bool go_on_without_lab(struct session *session)
{
	struct text message;
	bool ok;

	lab_free(session->lab);
	session->lab = lab_new(session->base, &session->world, session->lab_ops, session);
	session->lab_wanted = false;
	forget_made(session);
	text_init(&message);
	ok = start(session, &message);
	if (!ok)
		tell_trouble(session, "no side can be started: ", message.data);
	text_release(&message);
	return ok;
}

static void on_agent_end(int fd, short what, void *context)
{
	struct session *session = context;
	const char *reason = session->end_reason == NULL ? "the agent has ended" : session->end_reason;
	bool fresh = session->world.side_count == 0, unfinished = start_is_under_way(session);

	(void)fd;
	(void)what;
	if (fresh && session->lab_wanted && session->fall_back) {
		tell_trouble(session, reason, "; going on with --local");
		if (go_on_without_lab(session))
			return;
	} else {
		tell_trouble(session, reason, fresh || unfinished ? "" : ", and all sides with it");
	}
	if (fresh || unfinished)
		session->ops->cannot_start(session->owner);
}

/* ---- life ---- */

void start_init(struct session *session)
{
	session->restart = event_new(session->base, -1, 0, on_agent_end, session);
	if (session->restart == NULL)
		die("the event loop takes no further timer");
	session->lab = lab_new(session->base, &session->world, session->lab_ops, session);
}

void start_release(struct session *session)
{
	forget_made(session);
	free(session->made);
	free(session->link);
	free(session->end_reason);
	event_free(session->restart);
}
