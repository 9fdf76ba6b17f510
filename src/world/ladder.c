#include "world/ladder.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

/* How far back a segment is sought that is named as a cause. */
enum { CAUSE_REACH = 1024 };
enum { NO_STATE = -1 };

void ladder_init(struct ladder *ladder, const char *one, const char *other)
{
	*ladder = (struct ladder){
		.one = one == NULL ? NULL : xstrdup(one), .other = other == NULL ? NULL : xstrdup(other),
	};
}

static void release_ends(struct ladder *ladder)
{
	for (size_t i = 0; i < ladder->end_count; i++) {
		free(ladder->ends[i].host);
		free(ladder->ends[i].address);
	}
	ladder->end_count = 0;
}

void ladder_release(struct ladder *ladder)
{
	release_ends(ladder);
	free(ladder->ends);
	free(ladder->rows);
	free(ladder->one);
	free(ladder->other);
	ladder_init(ladder, NULL, NULL);
}

size_t ladder_count(const struct ladder *ladder)
{
	return ladder->count - ladder->first;
}

const struct ladder_row *ladder_row(const struct ladder *ladder, size_t index)
{
	return &ladder->rows[ladder->first + index];
}

size_t ladder_count_until(const struct ladder *ladder, int64_t place)
{
	size_t low = ladder->first, high = ladder->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (ladder->rows[middle].event <= place)
			low = middle + 1;
		else
			high = middle;
	}
	return low - ladder->first;
}

const struct event_state *ladder_state(const struct log *log, int64_t place)
{
	const struct event *event;

	if (place < log->fallen_off || place >= log->fallen_off + (int64_t)log->count)
		return NULL;
	event = log_at(log, (size_t)(place - log->fallen_off));
	return event->kind == EVENT_state ? &event->state : NULL;
}

/* ---- ends ---- */

static bool is(const char *text, const char *word)
{
	return text != NULL && string_is(text, word);
}

/* The port with its colon; NULL if the address has none. */
static const char *port_of(const char *address)
{
	const char *colon = strrchr(address, ':');

	if (colon == NULL || string_starts_with(address, "unix:"))
		return NULL;
	/* An IPv6 address without brackets is one without a port. */
	return strchr(address, ':') == colon || colon[-1] == ']' ? colon : NULL;
}

static bool is_any(const char *local)
{
	return string_starts_with(local, "*:") || string_starts_with(local, "0.0.0.0:")
		|| string_starts_with(local, "[::]:");
}

static bool is_end(const struct ladder_end *end, const char *host, const char *local)
{
	const char *port = port_of(local), *end_port = port_of(end->address);

	if (!string_is(end->host, host))
		return false;
	if (world_address_fits(local, end->address))
		return true;
	return is_any(local) && port != NULL && end_port != NULL && string_is(port, end_port);
}

int ladder_end_of(const struct ladder *ladder, const char *host, const char *local)
{
	for (size_t i = 0; host != NULL && local != NULL && i < ladder->end_count; i++)
		if (is_end(&ladder->ends[i], host, local))
			return (int)i;
	return LADDER_NOWHERE;
}

static bool is_same_end(const struct ladder_end *end, const char *host, const char *address)
{
	return string_is(end->address, address) && string_is(end->host, host);
}

/* ICMP has no ports: its column is that of any port of that address, if there is one. */
static int end_without_port(const struct ladder *ladder, const char *host, const char *address)
{
	bool is_ipv4 = strchr(address, ':') == NULL;
	char *pattern = text_format("%s%s%s:*", is_ipv4 ? "" : "[", address, is_ipv4 ? "" : "]");
	int end = ladder_end_of(ladder, host, pattern);

	free(pattern);
	return end;
}

/* The end by this name, made if there is room. What stands for no single host has none. */
static int16_t end_for(struct ladder *ladder, const char *host, const char *address)
{
	int end = LADDER_NOWHERE;

	if (host == NULL || address == NULL || string_is(host, "*") || string_is(host, "nobody")
		|| string_is(host, "router"))
		return LADDER_NOWHERE;
	for (size_t i = 0; i < ladder->end_count; i++)
		if (is_same_end(&ladder->ends[i], host, address))
			return (int16_t)i;
	if (port_of(address) == NULL)
		end = end_without_port(ladder, host, address);
	if (end != LADDER_NOWHERE)
		return (int16_t)end;
	if (ladder->end_count == LADDER_ENDS_MOST) {
		ladder->has_too_many = true;
		return (int16_t)ladder_end_of(ladder, host, "*");
	}
	ladder->ends = array_grow(ladder->ends, ladder->end_count, &ladder->end_room, sizeof(*ladder->ends));
	ladder->ends[ladder->end_count] = (struct ladder_end){ .host = xstrdup(host), .address = xstrdup(address) };
	return (int16_t)ladder->end_count++;
}

/* ---- what a segment does to states ---- */

static bool has_flag(const struct event_segment *segment, const char *flag)
{
	return segment->flags != NULL && strstr(segment->flags, flag) != NULL;
}

static bool is_end_of_life(const char *state)
{
	return is(state, "CLOSED") || is(state, "none");
}

/* Were there states between, so that no one segment explains it? A reset ends a connection from any state at once. */
static bool goes_unseen(const struct event_state *state)
{
	return state->jump && !is_end_of_life(state->to);
}

/* Does a socket that goes to this state send such a segment? (RFC 9293, figure 5) */
static bool sends(const char *to, const struct event_segment *segment)
{
	if (is(to, "SYN_SENT"))
		return has_flag(segment, "SYN") && !has_flag(segment, "ACK");
	if (is(to, "FIN_WAIT1") || is(to, "LAST_ACK"))
		return has_flag(segment, "FIN");
	return is_end_of_life(to) && has_flag(segment, "RST");
}

/* Does such a segment bring a socket to this state? (the same) */
static bool brings(const char *to, const struct event_segment *segment)
{
	if (is(to, "SYN_RECV"))
		return has_flag(segment, "SYN");
	if (is(to, "CLOSE_WAIT") || is(to, "CLOSING"))
		return has_flag(segment, "FIN");
	if (is(to, "ESTABLISHED") || is(to, "FIN_WAIT2") || is(to, "TIME_WAIT"))
		return has_flag(segment, "ACK") && !has_flag(segment, "RST");
	return is_end_of_life(to) && (has_flag(segment, "RST") || has_flag(segment, "ACK"));
}

/* Is it from the socket of this event to its peer (or the other way)? */
static bool is_between(const struct event_segment *segment, const struct event_state *state, bool to_peer)
{
	const char *local = to_peer ? segment->src : segment->dst, *peer = to_peer ? segment->dst : segment->src;

	if (state->local == NULL || local == NULL || peer == NULL || !world_address_fits(state->local, local))
		return false;
	return state->peer == NULL || *state->peer == '\0' || world_address_fits(state->peer, peer);
}

/* ---- rows ---- */

static const struct event_segment *segment_of(const struct log *log, const struct ladder_row *row)
{
	if (row->kind != LADDER_SEGMENT || row->event < log->fallen_off)
		return NULL;
	return &log_at(log, (size_t)(row->event - log->fallen_off))->segment;
}

static struct ladder_row *add_row(struct ladder *ladder, int64_t place, const struct event *event)
{
	struct ladder_row *row;

	ladder->rows = array_grow(ladder->rows, ladder->count, &ladder->room, sizeof(*ladder->rows));
	row = &ladder->rows[ladder->count++];
	*row = (struct ladder_row){ .event = place, .t = event->t, .src_state = NO_STATE, .dst_state = NO_STATE };
	return row;
}

static size_t back(const struct ladder *ladder, size_t reach)
{
	return ladder->count - ladder->first < reach ? ladder->first : ladder->count - reach;
}

static void remove_row(struct ladder *ladder, size_t index)
{
	memmove(&ladder->rows[index], &ladder->rows[index + 1], (ladder->count - index - 1) * sizeof(*ladder->rows));
	ladder->count--;
	for (size_t i = 0; i < LADDER_RECENT; i++)
		if (ladder->arrived[i].row != SIZE_MAX && ladder->arrived[i].row > index)
			ladder->arrived[i].row--;
}

/* A state that stood alone until what it sends came; -1: there is none. */
static int64_t take_waiting_state(struct ladder *ladder, const struct log *log, const struct event_segment *segment)
{
	for (size_t i = ladder->count; i-- > back(ladder, LADDER_RECENT);) {
		const struct ladder_row *row = &ladder->rows[i];
		const struct event_state *state =
			row->kind == LADDER_STATE ? ladder_state(log, row->src_state) : NULL;
		int64_t place = row->src_state;

		if (state == NULL || goes_unseen(state) || !sends(state->to, segment) ||
		    !is_between(segment, state, true))
			continue;
		remove_row(ladder, i);
		return place;
	}
	return NO_STATE;
}

static bool is_wanted(const struct ladder *ladder, const char *one, const char *other)
{
	const char *other_pattern = ladder->other == NULL ? "*" : ladder->other;

	if (ladder->one == NULL)
		return true;
	if (one == NULL || other == NULL)
		return false;
	return (world_address_fits(ladder->one, one) && world_address_fits(other_pattern, other))
		|| (world_address_fits(ladder->one, other) && world_address_fits(other_pattern, one));
}

static void note_arrival(struct ladder *ladder, int64_t n)
{
	for (size_t i = ladder->count; i-- > back(ladder, CAUSE_REACH);)
		if (ladder->rows[i].kind == LADDER_SEGMENT && ladder->rows[i].n == n) {
			ladder->arrived[ladder->arrived_count % LADDER_RECENT].n = n;
			ladder->arrived[ladder->arrived_count % LADDER_RECENT].row = i;
			ladder->arrived_count++;
			return;
		}
}

static void read_segment(struct ladder *ladder, const struct log *log, int64_t place, const struct event *event)
{
	const struct event_segment *segment = &event->segment;
	bool is_sum = world_segment_is_sum(segment);
	struct ladder_row *row;
	int64_t waiting;

	if (!is_wanted(ladder, segment->src, segment->dst))
		return;
	if (segment->n > ladder->newest_n || is_sum) {
		waiting = is_sum ? NO_STATE : take_waiting_state(ladder, log, segment);
		row = add_row(ladder, place, event);
		row->kind = LADDER_SEGMENT;
		row->n = segment->n;
		row->src = end_for(ladder, segment->from, segment->src);
		row->dst = end_for(ladder, segment->to, segment->dst);
		row->src_state = waiting;
		if (segment->n > ladder->newest_n)
			ladder->newest_n = segment->n;
	}
	if (is(segment->verdict, "delivered") && !is_sum)
		note_arrival(ladder, segment->n);
}

/* ---- states ---- */

/* Puts it at one end of the segment's row; false: that place is taken. */
static bool attach(int64_t *slot, int64_t place)
{
	if (*slot != NO_STATE)
		return false;
	*slot = place;
	return true;
}

static bool attach_to_cause(struct ladder *ladder, const struct log *log, int64_t place,
			    const struct event_state *state)
{
	for (size_t i = ladder->count; i-- > back(ladder, CAUSE_REACH);) {
		struct ladder_row *row = &ladder->rows[i];
		const struct event_segment *segment = segment_of(log, row);

		if (segment == NULL || row->n != state->cause.number)
			continue;
		if (is_between(segment, state, false))
			return attach(&row->dst_state, place);
		return is_between(segment, state, true) && attach(&row->src_state, place);
	}
	return false;
}

/* To the newest segment that the socket sent, if that is what a socket sends when it goes to this state. */
static bool attach_to_sent(struct ladder *ladder, const struct log *log, int64_t place, const struct event_state *state)
{
	for (size_t i = ladder->count; i-- > back(ladder, LADDER_RECENT);) {
		struct ladder_row *row = &ladder->rows[i];
		const struct event_segment *segment = segment_of(log, row);

		if (segment == NULL || world_segment_is_sum(segment) || !is_between(segment, state, true))
			continue;
		return sends(state->to, segment) && attach(&row->src_state, place);
	}
	return false;
}

/* To the newest that arrived at the socket, if that is what brings a socket to this state. */
static bool attach_to_arrived(struct ladder *ladder, const struct log *log, int64_t place,
			      const struct event_state *state)
{
	size_t oldest = ladder->arrived_count < LADDER_RECENT ? 0 : ladder->arrived_count - LADDER_RECENT;

	for (size_t i = ladder->arrived_count; i-- > oldest;) {
		size_t index = ladder->arrived[i % LADDER_RECENT].row;
		struct ladder_row *row = &ladder->rows[index];
		const struct event_segment *segment =
			index >= ladder->first && index < ladder->count ? segment_of(log, row) : NULL;

		if (segment == NULL || !is_between(segment, state, false))
			continue;
		if (state->jump && !has_flag(segment, "RST"))
			return false;
		return brings(state->to, segment) && attach(&row->dst_state, place);
	}
	return false;
}

static bool attach_state(struct ladder *ladder, const struct log *log, int64_t place, const struct event_state *state)
{
	if (goes_unseen(state))
		return false;
	switch (state->cause.kind) {
	case CAUSE_SEGMENT:
		return attach_to_cause(ladder, log, place, state);
	case CAUSE_CALL:
		return attach_to_sent(ladder, log, place, state);
	case CAUSE_TIMER:
		return false;
	case CAUSE_UNKNOWN:
		break;
	}
	return attach_to_sent(ladder, log, place, state) || attach_to_arrived(ladder, log, place, state);
}

static void read_state(struct ladder *ladder, const struct log *log, int64_t place, const struct event *event)
{
	const struct event_state *state = &event->state;
	struct ladder_row *row;

	if (!is(state->proto, "tcp") || is(state->from, state->to == NULL ? "" : state->to))
		return;
	if (!is_wanted(ladder, state->local, state->peer))
		return;
	if (attach_state(ladder, log, place, state))
		return;
	row = add_row(ladder, place, event);
	row->kind = LADDER_STATE;
	row->src = row->dst = LADDER_NOWHERE;
	row->src_state = place;
}

/* ---- the log ---- */

/* Forgets the rows of what fell off; gives back their memory when they are half of all. */
static void forget(struct ladder *ladder, const struct log *log)
{
	while (ladder->first < ladder->count && ladder->rows[ladder->first].event < log->fallen_off)
		ladder->first++;
	if (ladder->first < 1024 || ladder->first < ladder->count / 2)
		return;
	memmove(ladder->rows, ladder->rows + ladder->first, (ladder->count - ladder->first) * sizeof(*ladder->rows));
	ladder->count -= ladder->first;
	for (size_t i = 0; i < LADDER_RECENT; i++) {
		bool is_gone = ladder->arrived[i].row < ladder->first;

		ladder->arrived[i].row = is_gone ? SIZE_MAX : ladder->arrived[i].row - ladder->first;
	}
	ladder->first = 0;
}

static void begin_anew(struct ladder *ladder, int64_t place)
{
	release_ends(ladder);
	ladder->count = ladder->first = 0;
	ladder->newest_n = 0;
	ladder->has_too_many = false;
	ladder->arrived_count = 0;
	ladder->begun = place;
}

void ladder_update(struct ladder *ladder, const struct log *log)
{
	int64_t end = log->fallen_off + (int64_t)log->count;

	forget(ladder, log);
	if (ladder->next_event < log->fallen_off)
		ladder->next_event = log->fallen_off;
	for (; ladder->next_event < end; ladder->next_event++) {
		const struct event *event = log_at(log, (size_t)(ladder->next_event - log->fallen_off));

		if (event->kind == EVENT_segment && event->segment.n != EVENT_NO_INT)
			read_segment(ladder, log, ladder->next_event, event);
		else if (event->kind == EVENT_state)
			read_state(ladder, log, ladder->next_event, event);
		else if (event->kind == EVENT_wire && is(event->wire.status, "reset"))
			begin_anew(ladder, ladder->next_event);
	}
}
