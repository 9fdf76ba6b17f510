#include "session/chronicle.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static bool is(const char *a, const char *b)
{
	return a != NULL && b != NULL && string_is(a, b);
}

/* ---- finding, from the newest back ---- */

struct wanted {
	const char *side, *host, *call, *local, *peer, *to, *flag;
	int64_t number;
};

static const struct event *find_back(const struct log *log, size_t before, const struct wanted *wanted,
				     bool (*fits)(const struct event *, const struct wanted *))
{
	for (size_t i = before; i-- > 0;) {
		const struct event *event = log_at(log, i);

		if (fits(event, wanted))
			return event;
	}
	return NULL;
}

static bool fits_call(const struct event *event, const struct wanted *wanted)
{
	return event->kind == EVENT_call && event->call.id == wanted->number;
}

const struct event *chronicle_call(const struct log *log, int64_t id)
{
	return find_back(log, log->count, &(struct wanted){ .number = id }, fits_call);
}

static bool fits_returned(const struct event *event, const struct wanted *wanted)
{
	return event->kind == EVENT_call && is(event->call.side, wanted->side) && is(event->call.status, "returned");
}

const struct event *chronicle_call_before(const struct log *log, const char *side, size_t before)
{
	return find_back(log, before, &(struct wanted){ .side = side }, fits_returned);
}

static bool fits_call_on(const struct event *event, const struct wanted *wanted)
{
	return fits_returned(event, wanted) && event->call.fd == wanted->number && is(event->call.call, wanted->call) &&
	       event->call.error == NULL;
}

const struct event *chronicle_call_on(const struct log *log, const char *side, int64_t fd, const char *name)
{
	const struct wanted wanted = { .side = side, .number = fd, .call = name };

	return find_back(log, log->count, &wanted, fits_call_on);
}

static bool fits_row(const struct event *event, const struct wanted *wanted)
{
	return event->kind == EVENT_fd && is(event->fd.side, wanted->side) && event->fd.fd == wanted->number &&
	       event->fd.cookie != EVENT_NO_INT;
}

bool chronicle_last_cookie(const struct log *log, const char *side, int64_t fd, int64_t *cookie)
{
	const struct event *row = find_back(log, log->count, &(struct wanted){ .side = side, .number = fd }, fits_row);

	if (row != NULL)
		*cookie = row->fd.cookie;
	return row != NULL;
}

static bool fits_state(const struct event *event, const struct wanted *wanted)
{
	return event->kind == EVENT_state && event->state.cookie == wanted->number &&
	       is(event->state.host, wanted->host) && (wanted->to == NULL || is(event->state.to, wanted->to));
}

const struct event *chronicle_state(const struct log *log, const char *host, int64_t cookie, const char *to)
{
	const struct wanted wanted = { .host = host, .number = cookie, .to = to };

	return find_back(log, log->count, &wanted, fits_state);
}

static bool fits_connected(const struct event *event, const struct wanted *wanted)
{
	const char *from = event->kind == EVENT_state ? event->state.from : NULL;

	return from != NULL && fits_state(event, wanted) && !string_is(from, "CLOSED") &&
	       !string_is(from, "SYN_SENT") && !string_is(from, "LISTEN");
}

bool chronicle_was_connected(const struct log *log, const char *host, int64_t cookie)
{
	return find_back(log, log->count, &(struct wanted){ .host = host, .number = cookie }, fits_connected) != NULL;
}

static bool fits_other_end(const struct event *event, const struct wanted *wanted)
{
	return event->kind == EVENT_state && is(event->state.local, wanted->peer) &&
	       is(event->state.peer, wanted->local) && (wanted->to == NULL || is(event->state.to, wanted->to));
}

const struct event *chronicle_other_end(const struct log *log, const char *local, const char *peer, const char *to)
{
	const struct wanted wanted = { .local = local, .peer = peer, .to = to };

	return find_back(log, log->count, &wanted, fits_other_end);
}

static bool fits_segment(const struct event *event, const struct wanted *wanted)
{
	const struct event_segment *segment = &event->segment;

	if (event->kind != EVENT_segment || segment->flags == NULL || strstr(segment->flags, wanted->flag) == NULL)
		return false;
	if (wanted->local == NULL)
		return is(segment->src, wanted->peer);
	return (is(segment->src, wanted->local) && is(segment->dst, wanted->peer)) ||
	       (is(segment->src, wanted->peer) && is(segment->dst, wanted->local));
}

const struct event *chronicle_segment(const struct log *log, const char *local, const char *peer, const char *flag)
{
	const struct wanted wanted = { .local = local, .peer = peer, .flag = flag };

	return find_back(log, log->count, &wanted, fits_segment);
}

static bool fits_number(const struct event *event, const struct wanted *wanted)
{
	return event->kind == EVENT_segment && event->segment.n == wanted->number;
}

/* ---- in words ---- */

static void add_call_cause(struct text *out, const struct log *log, int64_t id, const char *side)
{
	const struct event *call = chronicle_call(log, id);

	if (call == NULL)
		text_addf(out, "call %lld, which fell off the log", (long long)id);
	else if (is(call->call.side, side))
		text_add(out, call->call.text);
	else
		text_addf(out, "%s: %s", call->call.side, call->call.text);
}

static void add_segment_cause(struct text *out, const struct log *log, int64_t number)
{
	const struct event *segment = find_back(log, log->count, &(struct wanted){ .number = number }, fits_number);

	text_addf(out, "segment #%lld", (long long)number);
	if (segment != NULL && segment->segment.flags != NULL)
		text_addf(out, ", %s", segment->segment.flags);
}

void chronicle_add_cause(struct text *out, const struct log *log, const struct event_cause *cause, const char *side)
{
	switch (cause->kind) {
	case CAUSE_UNKNOWN:
		text_add(out, "cause not known");
		return;
	case CAUSE_CALL:
		add_call_cause(out, log, cause->number, side);
		break;
	case CAUSE_SEGMENT:
		add_segment_cause(out, log, cause->number);
		break;
	case CAUSE_TIMER:
		text_addf(out, "timer: %s", cause->timer);
		break;
	}
	if (cause->inferred)
		text_add(out, " (inferred)");
}

/* A jump's edges lie within its cause. */
void chronicle_add_edge(struct text *out, const struct log *log, const struct event_state *state)
{
	bool during = state->jump && state->cause.kind != CAUSE_UNKNOWN;

	text_addf(out, "%s → %s%s", state->from == NULL ? "none" : state->from, state->to, during ? " during " : "");
	if (state->jump && !during)
		text_add(out, " (a jump: what was between went unseen)");
	text_add(out, during ? "" : ": ");
	chronicle_add_cause(out, log, &state->cause, state->side);
}

/* ---- a life ---- */

/* A descriptor that leads to the socket at this point of the log. */
struct lead {
	const char *side;
	int64_t fd;
};

struct life {
	struct text *out;
	const struct log *log;
	const char *host;
	int64_t cookie;
	struct lead *leads; /* (owned) */
	size_t count, room;
	bool known; /* anything was told */
};

static void begin_line(struct life *life, const struct event *event)
{
	text_addf(life->out, "%9.3f  ", event->t);
	life->known = true;
}

static struct lead *find_lead(struct life *life, const char *side, int64_t fd)
{
	for (size_t i = 0; i < life->count; i++)
		if (life->leads[i].fd == fd && is(life->leads[i].side, side))
			return &life->leads[i];
	return NULL;
}

/* The calls that give a descriptor whose number is not their result, or not that of their own. */
static bool gives_descriptors(const char *call)
{
	return is(call, "socketpair") || is(call, "recvmsg") || is(call, "dup2") || is(call, "fork");
}

/* Rows are told behind the call that changed them. */
static void add_maker(struct life *life, size_t index, const struct event_fd *row)
{
	const struct event *call = chronicle_call_before(life->log, row->side, index);

	text_addf(life->out, "%s %lld", row->side, (long long)row->fd);
	if (call == NULL)
		text_add(life->out, ": as the side began (fork)\n");
	else if (call->call.result == row->fd || gives_descriptors(call->call.call))
		text_addf(life->out, ": %s\n", call->call.text);
	else
		text_add(life->out, " leads to it\n");
}

static void drop_lead(struct life *life, struct lead *lead)
{
	*lead = life->leads[--life->count];
}

static void take_open(struct life *life, size_t index, const struct event *event)
{
	const struct event_fd *row = &event->fd;
	struct lead *lead = find_lead(life, row->side, row->fd);

	if (lead != NULL && row->cookie != life->cookie) {
		begin_line(life, event);
		text_addf(life->out, "%s %lld leads elsewhere now\n", row->side, (long long)row->fd);
		drop_lead(life, lead);
	} else if (lead == NULL && row->cookie == life->cookie) {
		life->leads = array_grow(life->leads, life->count, &life->room, sizeof(*life->leads));
		life->leads[life->count++] = (struct lead){ .side = row->side, .fd = row->fd };
		begin_line(life, event);
		add_maker(life, index, row);
	}
}

static void take_closed(struct life *life, size_t index, const struct event *event)
{
	struct lead *lead = find_lead(life, event->fd.side, event->fd.fd);
	const struct event *call = chronicle_call_before(life->log, event->fd.side, index);

	if (lead == NULL)
		return;
	drop_lead(life, lead);
	begin_line(life, event);
	text_addf(life->out, "%s %lld is closed", event->fd.side, (long long)event->fd.fd);
	if (call != NULL && is(call->call.call, "close"))
		text_addf(life->out, ": %s", call->call.text);
	text_add(life->out, "\n");
}

/* The kernel closes what a process leaves. */
static void take_end(struct life *life, const struct event *event)
{
	for (size_t i = life->count; i-- > 0;) {
		if (!is(life->leads[i].side, event->side.side))
			continue;
		begin_line(life, event);
		text_addf(life->out, "%s %lld is closed: %s has ended\n", event->side.side,
			  (long long)life->leads[i].fd, event->side.side);
		drop_lead(life, &life->leads[i]);
	}
}

static void take_state(struct life *life, const struct event *event)
{
	if (event->state.cookie != life->cookie || !is(event->state.host, life->host))
		return;
	begin_line(life, event);
	chronicle_add_edge(life->out, life->log, &event->state);
	text_add(life->out, "\n");
}

static void take_event(struct life *life, size_t index)
{
	const struct event *event = log_at(life->log, index);

	if (event->kind == EVENT_state)
		take_state(life, event);
	else if (event->kind == EVENT_fd && is(event->fd.status, "open"))
		take_open(life, index, event);
	else if (event->kind == EVENT_fd && is(event->fd.status, "closed"))
		take_closed(life, index, event);
	else if (event->kind == EVENT_side && !is(event->side.status, "started"))
		take_end(life, event);
}

bool chronicle_add_life(struct text *out, const struct log *log, const char *host, int64_t cookie)
{
	struct life life = { .out = out, .log = log, .host = host, .cookie = cookie };

	for (size_t i = 0; i < log->count; i++)
		take_event(&life, i);
	free(life.leads);
	return life.known;
}
