/*
 * What the agent and the sides tell: each line is an event. Most go on as they are; beside that, sockets are looked
 * at where a call, a row or a poke says that they may have changed, and a side's end waits until all that it said has
 * been read.
 */
#include "lab/incoming.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "call/call.h"
#include "lab/parts.h"
#include "lab/quiet.h"
#include "lab/request.h"
#include "lab/tls_wire.h"
#include "lab/wired.h"

static bool is(const char *text, const char *word)
{
	return text != NULL && string_is(text, word);
}

static void tell_broken(struct lab *lab, const char *who, const char *why)
{
	struct event event;

	event_init(&event, EVENT_error);
	event.error.text = text_format("%s sent a line that is no event: %s", who, why);
	lab_tell(lab, &event);
}

/* Reads a line; false, and said, if it is none of the protocol's. */
static bool read_event(struct lab *lab, const char *who, const char *line, size_t len, struct event *event)
{
	struct text message;
	bool ok;

	text_init(&message);
	ok = event_read(event, line, len, &message);
	if (!ok)
		tell_broken(lab, who, message.data);
	text_release(&message);
	return ok;
}

/* ---- a side's calls ---- */

static struct lab_call *find_call(struct lab_side *side, int64_t id)
{
	for (size_t i = 0; i < side->call_count; i++)
		if (side->calls[i].id == id)
			return &side->calls[i];
	return NULL;
}

/* connect() of a non-blocking socket, or with SO_SNDTIMEO, fails and goes on. */
static bool did_nothing(const struct event_call *call)
{
	return call->error != NULL && !is(call->error, "EINPROGRESS");
}

/* close() of one of several descriptors, a forked side's perhaps: the connection goes on. */
static bool leaves_it_open(const struct lab_side *side, const struct lab_call *call)
{
	const struct world_socket *socket =
		call->cookie == EVENT_NO_INT ? NULL : world_socket(side->lab->world, side->host, call->cookie);

	return (call->call == CALL_close || call->call == CALL_dup2) && socket != NULL && socket->descriptors > 1;
}

static void end_call(struct lab_side *side, int64_t id, bool failed)
{
	struct lab_call *call = find_call(side, id);

	if (call == NULL)
		return;
	side->last = *call;
	side->last.failed = failed || leaves_it_open(side, &side->last);
	memmove(call, call + 1, (size_t)(side->calls + side->call_count - call - 1) * sizeof(*call));
	side->call_count--;
}

static struct lookout *lookout_of(struct lab_side *side)
{
	struct lab_host *host = lab_host_by_name(side->lab, side->host);

	return host == NULL ? NULL : &host->lookout;
}

static void look(struct lab_side *side, int64_t cookie)
{
	struct lookout *lookout = lookout_of(side);

	if (lookout != NULL && cookie != EVENT_NO_INT)
		lookout_look(lookout, cookie);
}

/* Where a connection that is still being made leads: getpeername() does not tell it yet, only the call does. */
static void note_destination(struct lab_side *side, const struct event_call *event)
{
	const struct world_side *known = world_side(side->lab->world, side->name);
	const struct world_fd *fd = known == NULL ? NULL : world_fd(known, (int)event->fd);
	struct lookout *lookout = lookout_of(side);
	struct mistake mistake;
	struct call call;

	if (!is(event->call, "connect") || fd == NULL || lookout == NULL ||
	    (!is(event->status, "blocked") && !is(event->error, "EINPROGRESS")))
		return;
	mistake_init(&mistake);
	if (call_read(&call, event->text, &mistake)) {
		if (call.args[1].kind == VALUE_ADDRESS)
			lookout_note_peer(lookout, fd->row.cookie, &call.args[1].address);
		call_release(&call);
	}
	mistake_release(&mistake);
}

static void take_call(struct lab_side *side, struct event *event)
{
	bool returned = is(event->call.status, "returned");
	int64_t id = event->call.id;

	note_destination(side, &event->call);
	if (returned) {
		end_call(side, id, did_nothing(&event->call));
		quiet_disturb(side->lab);
	}
	lab_tell(side->lab, event);
	if (returned && side->last.id == id && side->last.looks)
		look(side, side->last.cookie);
}

static void take_row(struct lab_side *side, struct event *event)
{
	struct lookout *lookout = lookout_of(side);
	struct event row;

	event_copy(&row, event);
	lab_tell(side->lab, event);
	if (lookout != NULL) {
		lookout_note_fd(lookout, &row.fd);
		look(side, row.fd.cookie);
	}
	event_release(&row);
}

static void take_poke(struct lab_side *side, const struct event_poke *poke)
{
	const struct world_side *known = world_side(side->lab->world, side->name);
	const struct world_fd *fd = known == NULL ? NULL : world_fd(known, (int)poke->fd);
	struct lookout *lookout = lookout_of(side);
	int64_t cookie = fd == NULL ? EVENT_NO_INT : fd->row.cookie;

	if (lookout == NULL || cookie == EVENT_NO_INT)
		return;
	lookout_look(lookout, cookie);
	lookout_look_at_queue(lookout, cookie);
}

/* A request that could not be done is answered by an error that bears its token; a call's error ends the call. One
 * without a token is about the side itself: why it ends. */
static void take_error(struct lab_side *side, struct event *event)
{
	struct lab *lab = side->lab;
	bool of_call = event->error.id != EVENT_NO_INT && find_call(side, event->error.id) != NULL;

	if (of_call) {
		end_call(side, event->error.id, true);
		quiet_disturb(lab);
	}
	if (of_call || event->error.id == EVENT_NO_INT) {
		if (event->error.side == NULL)
			event->error.side = xstrdup(side->name);
		lab_tell(lab, event);
		return;
	}
	request_answer(lab, event->error.id, false, event->error.text);
	event_release(event);
}

static void take_answer(struct lab_side *side, struct event *event)
{
	if (event->answer.id == side->quiet_token)
		quiet_answered(side->lab, side);
	else
		request_answer(side->lab, event->answer.id, true, event->answer.text);
	event_release(event);
}

static void on_side_line(void *owner, const char *line, size_t len)
{
	struct lab_side *side = owner;
	struct event event;

	if (!read_event(side->lab, side->name, line, len, &event))
		return;
	if (event.kind != EVENT_fd)
		side->last.cookie = EVENT_NO_INT;
	switch (event.kind) {
	case EVENT_call:
		take_call(side, &event);
		break;
	case EVENT_fd:
		take_row(side, &event);
		break;
	case EVENT_poke:
		take_poke(side, &event.poke);
		event_release(&event);
		break;
	case EVENT_error:
		take_error(side, &event);
		break;
	case EVENT_answer:
		take_answer(side, &event);
		break;
	case EVENT_tls:
		tls_wire_find(side, &event.tls);
		lab_tell(side->lab, &event);
		break;
	case EVENT_signal:
	case EVENT_copy:
		lab_tell(side->lab, &event);
		break;
	case EVENT_hello:
	case EVENT_host:
	case EVENT_side:
	case EVENT_state:
	case EVENT_socket:
	case EVENT_segment:
	case EVENT_wire:
	case EVENT_expect:
	case EVENT_say:
	case EVENT_KIND_COUNT:
		event_release(&event);
		break;
	}
}

/* ---- a side's end ---- */

static void abandon_calls(struct lab_side *side)
{
	side->call_count = 0;
	quiet_disturb(side->lab);
	quiet_answered(side->lab, side);
}

/* Its sockets are closed by the kernel: whoever shared them, or stood at their other end, sees it. */
static void tell_end(struct lab_side *side)
{
	struct lookout *lookout = lookout_of(side);
	struct event exit;

	if (!side->stream_ended || !side->exit_known)
		return;
	event_copy(&exit, &side->exit);
	lab_tell(side->lab, &exit);
	abandon_calls(side);
	if (lookout != NULL)
		lookout_look_at_all(lookout);
}

static void on_side_end(void *owner)
{
	struct lab_side *side = owner;

	side->stream_ended = true;
	/* With no agent left nobody will tell how it ended. */
	if (side->lab->agent_ended && !side->exit_known) {
		event_init(&side->exit, EVENT_side);
		side->exit.side.side = xstrdup(side->name);
		side->exit.side.status = xstrdup("killed");
		side->exit_known = true;
	}
	tell_end(side);
	request_stream_ended(side->lab);
}

const struct stream_ops incoming_from_side = { .line = on_side_line, .end = on_side_end };

/* ---- the agent ---- */

/* A side's name stands for its host's address, also where a side itself resolves it. */
static void tell_names(struct lab *lab)
{
	struct text request;

	if (lab->wire == NULL)
		return;
	text_init(&request);
	text_add(&request, "hosts");
	for (size_t i = 0; i < lab->side_count; i++)
		if (!lab->sides[i]->stream_ended && lab_host_by_name(lab, lab->sides[i]->name) == NULL)
			text_addf(&request, " %s %s", lab->sides[i]->name, lab->sides[i]->host);
	lab_send(&lab->agent_stream, ++lab->token, request.data);
	text_release(&request);
}

static void take_started(struct lab *lab, struct event *event)
{
	int fd = stream_take_descriptor(&lab->agent_stream);
	const struct lab_side *parent = event->side.parent == NULL ? NULL : lab_side_by_name(lab, event->side.parent);
	struct lab_side *side;
	char *name;

	if (fd < 0 || event->side.side == NULL) {
		tell_broken(lab, "the agent", "a side without its stream");
		lab->ops->answered(lab->owner, EVENT_NO_INT, false,
				   "a side's stream could not be taken: are too few open files allowed (ulimit -n)?");
		event_release(event);
		return;
	}
	if (event->side.host == NULL)
		event->side.host = xstrdup(parent == NULL ? "local" : parent->host);
	name = xstrdup(event->side.side);
	side = lab_add_side(lab, name, event->side.host, fd, &incoming_from_side);
	free(name);
	if (lab->syscalls)
		lab_send(&side->stream, ++lab->token, "syscalls on");
	lab_tell(lab, event);
	tell_names(lab);
}

static void take_exit(struct lab *lab, struct event *event)
{
	struct lab_side *side = event->side.side == NULL ? NULL : lab_side_by_name(lab, event->side.side);

	if (side == NULL || side->exit_known) {
		event_release(event);
		return;
	}
	side->exit = *event;
	side->exit_known = true;
	tell_end(side);
}

static void take_side(struct lab *lab, struct event *event)
{
	if (is(event->side.status, "started"))
		take_started(lab, event);
	else if (is(event->side.status, "refused"))
		lab_tell(lab, event);
	else
		take_exit(lab, event);
}

/* An error without a number is about the agent itself: it may be its last word. */
static void take_agent_error(struct lab *lab, struct event *event)
{
	if (event->error.id != EVENT_NO_INT) {
		request_answer(lab, event->error.id, false, event->error.text);
	} else {
		free(lab->agent_word);
		lab->agent_word = xstrdup(event->error.text == NULL ? "" : event->error.text);
	}
	event_release(event);
}

/* What the lab lacks on this system is no part of the transcript. */
static void tell_note(struct lab *lab, struct event *said)
{
	struct event event;

	event_init(&event, EVENT_error);
	event.error.text = xstrdup(said->say.text);
	event_release(said);
	lab_tell(lab, &event);
}

/* A namespace of this machine that is none of ours: what it gives is that its sockets can be asked about. */
static void take_namespace(struct lab *lab, struct event *event)
{
	int fd = stream_take_descriptor(&lab->agent_stream);
	struct diag diag;

	if (lab_host_by_name(lab, event->host.host) != NULL) {
		if (fd >= 0)
			close(fd);
		event_release(event);
		return;
	}
	if (fd >= 0)
		diag_of_fd(&diag, fd, -1);
	lab_add_host(lab, event->host.host, fd >= 0 ? &diag : NULL);
	lab_tell(lab, event);
}

static void on_agent_line(void *owner, const char *line, size_t len)
{
	struct lab *lab = owner;
	struct event event;

	if (!read_event(lab, "the agent", line, len, &event))
		return;
	if (event.kind == EVENT_side) {
		take_side(lab, &event);
	} else if (event.kind == EVENT_host && lab->wire != NULL) {
		wired_take_host(lab, &event);
	} else if (event.kind == EVENT_host) {
		take_namespace(lab, &event);
	} else if (event.kind == EVENT_say) {
		tell_note(lab, &event);
	} else if (event.kind == EVENT_error) {
		take_agent_error(lab, &event);
	} else {
		if (event.kind == EVENT_answer)
			request_answer(lab, event.answer.id, true, event.answer.text);
		event_release(&event);
	}
}

static void on_agent_end(void *owner)
{
	struct lab *lab = owner;

	lab->agent_ended = true;
	for (size_t i = 0; i < lab->side_count; i++)
		if (lab->sides[i]->stream_ended)
			on_side_end(lab->sides[i]);
	request_stream_ended(lab);
	lab->ops->ended(lab->owner, lab->agent_word);
}

const struct stream_ops incoming_from_agent = { .line = on_agent_line, .end = on_agent_end };
