/*
 * reset: every host and side ends, and is made anew.
 */
#include "base/mem.h"
#include "session/commands.h"
#include "session/words.h"

static void tell_side_end(struct session *session, const char *name)
{
	struct event event;

	event_init(&event, EVENT_side);
	event.side.side = xstrdup(name);
	event.side.status = xstrdup("reset");
	session_emit(session, &event);
}

static void tell_host_end(struct session *session, const char *name)
{
	struct event event;

	event_init(&event, EVENT_host);
	event.host.host = xstrdup(name);
	event.host.status = xstrdup("down");
	session_emit(session, &event);
}

static void tell_wire_end(struct session *session)
{
	struct event event;

	event_init(&event, EVENT_wire);
	event.wire.status = xstrdup("reset");
	session_emit(session, &event);
}

static void tell_end(struct session *session)
{
	for (size_t i = 0; i < session->world.side_count; i++)
		if (session->world.sides[i].alive)
			tell_side_end(session, session->world.sides[i].name);
	for (size_t i = 0; i < session->world.host_count; i++)
		tell_host_end(session, session->world.hosts[i].name);
	if (session->world.wire != NULL || session->world.segments.count > 0)
		tell_wire_end(session);
}

/* Those that `reset` found made are asked for again; what was forked comes by itself, if it is forked again. */
static void make_again(struct session *session)
{
	if (session->rto_min > 0 && session->lab_wanted)
		lab_set_rto_min(session->lab, (unsigned)(session->rto_min * 1000));
	for (size_t i = 0; i < session->made_count; i++) {
		const struct made *made = &session->made[i];

		if (made->addresses != NULL)
			lab_make_host(session->lab, made->name, made->addresses, session->stock);
		else
			lab_start_side(session->lab, made->name, made->host, made->unprivileged);
	}
}

static bool all_are_back(const struct session *session)
{
	for (size_t i = 0; i < session->made_count; i++) {
		const struct world_side *side = world_side(&session->world, session->made[i].name);

		if (session->made[i].addresses == NULL && (side == NULL || !side->alive))
			return false;
	}
	return true;
}

static void on_reset_event(struct session *session, const struct event *event)
{
	(void)event;
	if (all_are_back(session))
		session_finish(session, OUTCOME_OK);
}

/* A host or a side that cannot be made again; the others are there. */
static void on_reset_answered(struct session *session, int64_t token, bool ok, const char *text)
{
	(void)token;
	if (ok)
		return;
	session_complain(session, -1, "no fresh start: %s", text);
	session_finish(session, OUTCOME_FAILED);
}

static const struct waiter waits_for_reset = { .event = on_reset_event, .answered = on_reset_answered };

void command_reset(struct session *session, const struct syntax_list *words)
{
	struct text message;
	bool ok;

	if (!words_are(session, words, 0, 0))
		return;
	lab_free(session->lab);
	session->lab = lab_new(session->base, &session->world, session->lab_ops, session);
	tell_end(session);
	session->last_id = EVENT_NO_INT;
	lab_set_syscalls(session->lab, session->syscalls);
	text_init(&message);
	ok = session->lab_wanted ? lab_start_lab(session->lab, session->link, &message)
				 : lab_start_local(session->lab, &message);
	if (ok) {
		make_again(session);
		session_wait(session, &waits_for_reset, -1);
	} else {
		session_complain(session, -1, "no fresh start: %s", message.data);
		session_finish(session, OUTCOME_FAILED);
	}
	text_release(&message);
}
