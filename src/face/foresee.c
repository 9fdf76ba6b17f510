#include "face/foresee.h"

#include <string.h>

static bool is(const char *text, const char *word)
{
	return text != NULL && string_is(text, word);
}

/* ---- who receives it ---- */

/* A connection is meant before a listener. */
static const struct world_socket *receiver_of(const struct world *world, const struct event_segment *segment)
{
	const struct world_socket *socket = NULL, *listener = NULL;

	if (segment->src == NULL || segment->dst == NULL || segment->to == NULL)
		return NULL;
	socket = world_socket_by_addresses(world, segment->to, segment->dst, segment->src, NULL);
	if (socket != NULL)
		return socket;
	for (size_t i = 0; i < world->socket_count && listener == NULL; i++) {
		const struct world_socket *other = world->sockets[i];
		const char *port = strrchr(segment->dst, ':'), *its = strrchr(other->local, ':');

		if (string_is(other->host, segment->to) && is(other->state, "LISTEN") && port != NULL && its != NULL &&
		    string_is(port, its))
			listener = other;
	}
	return listener;
}

/* The call of the receiver's holder that sleeps on that socket; NULL: none. */
static const struct world_call *waiting_call(const struct world *world, const struct world_socket *socket)
{
	struct world_side *side;
	struct world_fd *fd;

	if (socket == NULL || !world_socket_holder(world, socket, &side, &fd))
		return NULL;
	for (size_t i = 0; i < side->call_count; i++)
		if (side->calls[i].blocked && side->calls[i].fd == fd->number)
			return &side->calls[i];
	return NULL;
}

/* ---- what it says ---- */

static void add_name(struct text *out, const struct event_segment *segment)
{
	const char *flags = segment->flags == NULL ? "" : segment->flags;

	text_addf(out, "#%lld %s: ", (long long)segment->n, flags[0] == '\0' ? segment->proto : flags);
}

static void add_what(struct text *out, const struct event_segment *segment)
{
	const char *from = segment->from == NULL ? "?" : segment->from;

	if (world_segment_has_flag(segment, "RST"))
		text_addf(out, "%s ends the connection at once", from);
	else if (world_segment_has_flag(segment, "SYN") && world_segment_has_flag(segment, "ACK"))
		text_addf(out, "%s acknowledges and offers its own number", from);
	else if (world_segment_has_flag(segment, "SYN"))
		text_addf(out, "%s asks for a connection", from);
	else if (world_segment_has_flag(segment, "FIN"))
		text_addf(out, "%s has sent all it will send", from);
	else if (segment->len != EVENT_NO_INT && segment->len > 0)
		text_addf(out, "%s sends %lld bytes", from, (long long)segment->len);
	else
		text_addf(out, "%s acknowledges", from);
}

/* ---- what it brings about ---- */

struct outcome_row {
	const char *state, *flag, *becomes;
};

/* The first that fits; of a flag "" any segment. What an ACK does is only so if it acknowledges the SYN or FIN: in a
 * stepped handshake or close it does, so the sentence says "when it acknowledges". */
static const struct outcome_row rules[] = {
	{ "LISTEN", "SYN", "SYN_RECV" },
	{ "SYN_SENT", "ACK", "ESTABLISHED" },
	{ "SYN_SENT", "SYN", "SYN_RECV" },
	{ "SYN_RECV", "ACK", "ESTABLISHED" },
	{ "ESTABLISHED", "FIN", "CLOSE_WAIT" },
	{ "FIN_WAIT2", "FIN", "TIME_WAIT" },
	{ "FIN_WAIT1", "FIN", NULL },
	{ "FIN_WAIT1", "ACK", NULL },
	{ "CLOSING", "ACK", NULL },
	{ "LAST_ACK", "ACK", NULL },
};

static const char *becomes(const char *state, const struct event_segment *segment)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (is(state, rules[i].state) && world_segment_has_flag(segment, rules[i].flag))
			return rules[i].becomes;
	return NULL;
}

/* ---- is the receiver's FIN acknowledged? ---- */

enum covered { COVERED_NO, COVERED_YES, COVERED_UNKNOWN };

enum { LOOK_BACK = 2000 };

static bool is_answered_by(const struct event_segment *fin, const struct event_segment *segment)
{
	return world_segment_has_flag(fin, "FIN") && is(fin->src, segment->dst) && is(fin->dst, segment->src) &&
	       fin->seq_rel != EVENT_NO_INT && fin->len != EVENT_NO_INT;
}

/* A FIN takes one number behind the data that it comes with (RFC 9293, section 3.4). */
static enum covered covers_fin(const struct world *world, const struct event_segment *segment)
{
	const struct world_segments *segments = &world->segments;
	size_t stop = segments->count > LOOK_BACK ? segments->count - LOOK_BACK : 0;

	if (!world_segment_has_flag(segment, "ACK") || segment->ack_rel == EVENT_NO_INT)
		return world_segment_has_flag(segment, "ACK") ? COVERED_UNKNOWN : COVERED_NO;
	for (size_t i = segments->count; i-- > stop;) {
		const struct event_segment *fin = &world_segments_at(segments, i)->told.segment;

		if (is_answered_by(fin, segment))
			return segment->ack_rel > fin->seq_rel + fin->len ? COVERED_YES : COVERED_NO;
	}
	return COVERED_UNKNOWN;
}

/* What a segment does in a state in which it depends on whether it acknowledges the FIN. */
struct fin_row {
	const char *state, *flag;
	const char *yes, *no, *unknown; /* NULL: nothing changes */
};

static const struct fin_row fin_rules[] = {
	{ "FIN_WAIT1", "FIN", " becomes TIME_WAIT", " becomes CLOSING",
	  " becomes CLOSING, or TIME_WAIT if its FIN is acknowledged" },
	{ "FIN_WAIT1", "ACK", " becomes FIN_WAIT2", NULL, " becomes FIN_WAIT2 if its FIN is acknowledged" },
	{ "CLOSING", "ACK", " becomes TIME_WAIT", NULL, " becomes TIME_WAIT if its FIN is acknowledged" },
	{ "LAST_ACK", "ACK", "'s socket is gone", NULL, "'s socket is gone if its FIN is acknowledged" },
};

static void add_for_fin(struct text *out, const struct world *world, const struct event_segment *segment,
			const char *state)
{
	for (size_t i = 0; i < sizeof(fin_rules) / sizeof(fin_rules[0]); i++) {
		const struct fin_row *row = &fin_rules[i];
		enum covered covered = covers_fin(world, segment);
		const char *words = covered == COVERED_YES ? row->yes
				    : covered == COVERED_NO ? row->no : row->unknown;

		if (!is(state, row->state) || !world_segment_has_flag(segment, row->flag))
			continue;
		if (words != NULL)
			text_addf(out, "; %s%s", segment->to, words);
		return;
	}
}

static void add_effect(struct text *out, const struct world *world, const struct event_segment *segment)
{
	const struct world_socket *socket = receiver_of(world, segment);
	const char *state = socket == NULL ? NULL : socket->state, *next = becomes(state, segment);
	const struct world_call *call = waiting_call(world, socket);
	bool brings = (segment->len != EVENT_NO_INT && segment->len > 0) || next != NULL ||
		      world_segment_has_flag(segment, "FIN");

	if (!is(segment->proto, "tcp"))
		return;
	if (socket == NULL) {
		text_addf(out, "; nobody is there at %s%s", segment->to,
			  world_segment_has_flag(segment, "RST") ? "" : ", which answers with RST");
		return;
	}
	if (world_segment_has_flag(segment, "RST")) {
		text_addf(out, "; %s is reset", segment->to);
	} else if (next != NULL && is(state, "LISTEN")) {
		text_addf(out, "; %s makes a socket in SYN_RECV and answers SYN,ACK", segment->to);
		return;
	} else if (next != NULL) {
		text_addf(out, "; %s becomes %s", segment->to, next);
	} else {
		add_for_fin(out, world, segment, state);
	}
	if (call != NULL && brings && !(is(call->call, "connect") && !is(next, "ESTABLISHED")))
		text_addf(out, " and its %s() returns", call->call);
}

bool foresee(struct text *out, const struct world *world, bool brief)
{
	const struct world_segment *held = world->segments.held_first;
	struct text effect;

	if (held == NULL)
		return false;
	add_name(out, &held->told.segment);
	text_init(&effect);
	add_effect(&effect, world, &held->told.segment);
	if (!brief || effect.len == 0)
		add_what(out, &held->told.segment);
	text_add(out, brief && effect.len > 2 && out->data[out->len - 1] == ' ' ? effect.data + 2 : effect.data);
	text_release(&effect);
	return true;
}
