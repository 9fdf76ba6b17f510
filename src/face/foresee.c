#include "face/foresee.h"

#include <string.h>

static bool is(const char *text, const char *word)
{
	return text != NULL && string_is(text, word);
}

/* ---- who receives it ---- */

/* Is it one that takes what comes to its port from anybody? */
static bool is_for_anybody(const struct world_socket *socket, const struct event_segment *segment)
{
	const char *port = strrchr(segment->dst, ':'), *its = strrchr(socket->local, ':');
	bool open = is(segment->proto, "udp") ? socket->peer[0] == '\0' : is(socket->state, "LISTEN");

	return open && string_is(socket->host, segment->to) && is(segment->proto, socket->proto) && port != NULL &&
	       its != NULL && string_is(port, its);
}

/* A connection is meant before a listener. */
static const struct world_socket *receiver_of(const struct world *world, const struct event_segment *segment)
{
	const struct world_socket *socket = NULL, *listener = NULL;

	if (segment->src == NULL || segment->dst == NULL || segment->to == NULL)
		return NULL;
	socket = world_socket_by_addresses(world, segment->to, segment->dst, segment->src, NULL);
	if (socket != NULL)
		return socket;
	for (size_t i = 0; i < world->socket_count && listener == NULL; i++)
		if (is_for_anybody(world->sockets[i], segment))
			listener = world->sockets[i];
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

static bool has_data(const struct event_segment *segment)
{
	return segment->len != EVENT_NO_INT && segment->len > 0;
}

static void add_name(struct text *out, const struct event_segment *segment)
{
	const char *flags = segment->flags == NULL ? "" : segment->flags;

	text_addf(out, "#%lld ", (long long)segment->n);
	if (is(segment->proto, "udp"))
		text_add(out, "UDP: ");
	else if (segment->info == NULL || flags[0] != '\0')
		text_addf(out, "%s: ", flags[0] == '\0' ? segment->proto : flags);
}

static void add_what(struct text *out, const struct event_segment *segment)
{
	const char *from = segment->from == NULL ? "?" : segment->from;

	if (!is(segment->proto, "tcp") && !is(segment->proto, "udp") && segment->info != NULL)
		text_addf(out, "%s, from %s", segment->info, from);
	else if (world_segment_has_flag(segment, "RST"))
		text_addf(out, "%s ends the connection at once", from);
	else if (world_segment_has_flag(segment, "SYN") && world_segment_has_flag(segment, "ACK"))
		text_addf(out, "%s acknowledges and offers its own number", from);
	else if (world_segment_has_flag(segment, "SYN"))
		text_addf(out, "%s asks for a connection", from);
	else if (world_segment_has_flag(segment, "FIN"))
		text_addf(out, "%s has sent all it will send", from);
	else if (!is(segment->proto, "tcp") || has_data(segment))
		text_addf(out, "%s sends %lld byte%s", from, (long long)segment->len, segment->len == 1 ? "" : "s");
	else
		text_addf(out, "%s acknowledges%s", from, segment->win == 0 ? " and has no room for more" : "");
	if (segment->copy_of != EVENT_NO_INT)
		text_addf(out, "; a copy of #%lld", (long long)segment->copy_of);
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

/* The call that waits for it gets an error, as tcp_reset() of the kernel says it: a connect that was refused, or a
 * connection that is no more. */
static void add_reset(struct text *out, const struct event_segment *segment, const char *state,
		      const struct world_call *call)
{
	if (is(state, "SYN_RECV"))
		text_addf(out, "; %s's socket in SYN_RECV is gone", segment->to);
	else if (!is(state, "LISTEN"))
		text_addf(out, "; %s is reset", segment->to);
	if (call != NULL && !is(state, "LISTEN"))
		text_addf(out, " and its %s() fails with %s", call->call,
			  is(state, "SYN_SENT")	    ? "ECONNREFUSED"
			  : is(state, "CLOSE_WAIT") ? "EPIPE"
						    : "ECONNRESET");
}

/* The receiver's, which `out` has named last or not yet. */
static void add_return(struct text *out, const struct event_segment *segment, const struct world_call *call, bool named)
{
	bool ends = world_segment_has_flag(segment, "FIN") && !has_data(segment);

	if (named)
		text_add(out, " and its ");
	else
		text_addf(out, "; %s's ", segment->to);
	text_addf(out, "%s() returns%s", call->call, ends && string_starts_with(call->call, "recv") ? " 0" : "");
}

static void add_effect_of_tcp(struct text *out, const struct world *world, const struct event_segment *segment,
			      const struct world_socket *socket)
{
	const char *state = socket->state, *next = becomes(state, segment);
	const struct world_call *call = waiting_call(world, socket);
	bool brings = has_data(segment) || next != NULL || world_segment_has_flag(segment, "FIN");
	size_t before = out->len;

	if (world_segment_has_flag(segment, "RST")) {
		add_reset(out, segment, state, call);
		return;
	}
	if (next != NULL && is(state, "LISTEN")) {
		text_addf(out, "; %s makes a socket in SYN_RECV and answers SYN,ACK", segment->to);
		return;
	}
	if (next != NULL)
		text_addf(out, "; %s becomes %s", segment->to, next);
	else
		add_for_fin(out, world, segment, state);
	if (call != NULL && brings && !(is(call->call, "connect") && !is(next, "ESTABLISHED")))
		add_return(out, segment, call, out->len > before);
}

static void add_effect_of_udp(struct text *out, const struct world *world, const struct event_segment *segment,
			      const struct world_socket *socket)
{
	const struct world_call *call = waiting_call(world, socket);
	struct world_side *side;
	struct world_fd *fd;

	if (!world_socket_holder(world, socket, &side, &fd))
		return;
	text_addf(out, "; %s %d receives %s", side->name, fd->number, segment->len == 1 ? "it" : "them");
	if (call != NULL)
		add_return(out, segment, call, true);
}

/* What went to many is answered by nobody. */
static bool is_for_one(const struct world *world, const struct event_segment *segment)
{
	const struct world_host *host = world_host(world, segment->to);
	const char *to = segment->dst + (segment->dst[0] == '['), *addresses = host == NULL ? NULL : host->addresses;
	size_t len = segment->dst[0] == '[' ? strcspn(to, "]") : strcspn(to, ":");

	for (const char *at = addresses; at != NULL && *at != '\0'; at += strspn(at, " ")) {
		if (strcspn(at, " ") == len && strncmp(at, to, len) == 0)
			return true;
		at += strcspn(at, " ");
	}
	return false;
}

static void add_nobody(struct text *out, const struct world *world, const struct event_segment *segment)
{
	text_addf(out, "; nobody is there at %s", segment->to);
	if (!is_for_one(world, segment))
		return;
	if (is(segment->proto, "udp"))
		text_add(out, ", which answers port unreachable");
	else if (!world_segment_has_flag(segment, "RST"))
		text_add(out, ", which answers with RST");
}

static void add_effect(struct text *out, const struct world *world, const struct event_segment *segment)
{
	bool tcp = is(segment->proto, "tcp");
	const struct world_socket *socket = receiver_of(world, segment);

	if (!tcp && !is(segment->proto, "udp"))
		return;
	if (socket == NULL)
		add_nobody(out, world, segment);
	else if (tcp)
		add_effect_of_tcp(out, world, segment, socket);
	else
		add_effect_of_udp(out, world, segment, socket);
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
