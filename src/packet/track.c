#include "packet/track.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "packet/decode.h"
#include "packet/ranges.h"

static_assert(sizeof(struct track) <= TRACK_BYTES_MOST, "the memory that a connection takes is bounded");

enum {
	FAST_WITHIN = 20000000,        /* ns after the last ACK in which a retransmission is called fast */
	DUPLICATES_FOR_FAST = 2,       /* one fewer than a sender waits for: some may be missing from the trace */
	OUT_OF_ORDER_WITHIN = 3000000, /* ns, where the connection's first round trip is not known */
	SHIFT_MOST = 14,               /* RFC 7323 2.3 */
};

/* What one segment is judged by. */
struct look {
	struct track *track;
	struct track_way *from, *to;
	const struct packet *packet;
	uint16_t flags;
	uint32_t seq, ack, len;
	uint16_t window; /* as it stands there */
	uint32_t end;    /* after SYN, data and FIN */
	bool is_control; /* SYN, FIN or RST */
	uint64_t number, time;
	uint32_t names;
};

static void init_way(struct track_way *way, const struct packet_addr *addr, uint16_t port)
{
	*way = (struct track_way){ .addr = *addr, .port = port, .shift = TRACK_SHIFT_UNKNOWN };
}

void track_init(struct track *track, const struct packet *packet)
{
	*track = (struct track){ .version = packet->ip.version };
	init_way(&track->ways[0], &packet->ip.src, packet->tcp.src_port);
	init_way(&track->ways[1], &packet->ip.dst, packet->tcp.dst_port);
}

static bool is_end(const struct track_way *way, const struct packet_addr *addr, uint16_t port)
{
	return way->port == port && memcmp(&way->addr, addr, sizeof(*addr)) == 0;
}

int track_way_of(const struct track *track, const struct packet *packet)
{
	if (!packet_has_tcp(packet) || packet->ip.version != track->version)
		return -1;
	for (int i = 0; i < 2; i++) {
		if (is_end(&track->ways[i], &packet->ip.src, packet->tcp.src_port)
			&& is_end(&track->ways[1 - i], &packet->ip.dst, packet->tcp.dst_port))
			return i;
	}
	return -1;
}

/* A SYN with another number than what is known: the ports serve a new connection. */
static bool is_reuse(const struct look *look)
{
	return (look->flags & FLAG_SYN) != 0 && look->from->has_base && look->seq != look->from->base;
}

/* A SYN,ACK with another number changes nothing but what its relative numbers count from. */
static void start_again(struct look *look)
{
	struct track_way *from = look->from, *to = look->to;

	look->names |= TRACK_PORTS_REUSED;
	if ((look->flags & FLAG_ACK) != 0) {
		from->base = look->seq;
		return;
	}
	init_way(from, &from->addr, from->port);
	init_way(to, &to->addr, to->port);
	look->track->first_round = 0;
}

static void learn_base(struct look *look)
{
	bool has_syn = (look->flags & FLAG_SYN) != 0;

	if (!look->from->has_base) {
		look->from->base = has_syn ? look->seq : look->seq - 1;
		look->from->has_base = true;
	}
	if (!look->to->has_base && (look->flags & FLAG_ACK) != 0) {
		look->to->base = look->ack - 1;
		look->to->has_base = true;
	}
}

static int8_t offered_shift(const struct packet_tcp *tcp)
{
	for (unsigned i = 0; i < tcp->option_count; i++) {
		const struct tcp_option *option = &tcp->options[i];

		if (option->kind == 3 && !option->is_malformed)
			return option->window_shift > SHIFT_MOST ? SHIFT_MOST : (int8_t)option->window_shift;
	}
	return TRACK_SHIFT_UNKNOWN;
}

/*
 * Windows are scaled only where both SYNs offered it (RFC 7323 2.2). Of one that was not seen it is taken that it did,
 * as Wireshark takes it. The first SYN of an end settles it, and the first that does not offer it settles it for both:
 * what is sent again with other options, which only an injected one is, means nothing to the ends, though Wireshark
 * would scale by it.
 */
static void learn_shift(struct look *look)
{
	struct track_way *from = look->from, *to = look->to;

	if ((look->flags & FLAG_SYN) == 0 || from->shift != TRACK_SHIFT_UNKNOWN)
		return;
	from->shift = offered_shift(&look->packet->tcp);
	if (from->shift == TRACK_SHIFT_UNKNOWN)
		from->shift = to->shift = 0;
}

/* As the ends count it: the window of a SYN is never scaled (RFC 7323 2.2). */
static uint32_t scaled(const struct track_way *from, uint16_t window, bool is_syn)
{
	return from->shift > 0 && !is_syn ? (uint32_t)window << from->shift : window;
}

/* The round trip of the handshake: from a SYN, the last if there are more, to the first that is none. */
static void learn_round(struct look *look)
{
	struct track *track = look->track;

	if ((look->flags & (FLAG_SYN | FLAG_ACK)) == FLAG_SYN)
		track->syn_time = look->time;
	else if ((look->flags & (FLAG_SYN | FLAG_ACK)) == FLAG_ACK && track->first_round == 0 && track->syn_time != 0)
		track->first_round = look->time - track->syn_time;
}

/* Does the segment repeat the sender's last numbers, with neither data nor SYN, FIN, RST? */
static bool is_repetition(const struct look *look)
{
	return look->from->has_sent && look->len == 0 && !look->is_control && look->seq == look->from->next
		&& look->ack == look->from->ack;
}

static bool is_probe(const struct look *look)
{
	return look->len == 1 && look->from->has_sent && look->seq == look->from->next && look->to->window == 0
		&& look->to->has_sent;
}

static bool is_keep_alive(const struct look *look)
{
	return look->len <= 1 && look->from->has_sent && look->seq == look->from->next - 1 && !look->is_control;
}

/* The one byte of a probe was refused, or taken. */
static bool is_probe_ack(const struct look *look)
{
	return look->from->has_sent && look->len == 0 && !look->is_control && look->window == 0
		&& look->from->window == 0 && look->seq == look->from->next
		&& look->ack == look->from->ack
		&& (look->to->last_names & TRACK_ZERO_WINDOW_PROBE) != 0;
}

/* The answers to probes and keep-alives, window updates and duplicate ACKs: a repetition is one of these. */
static void judge_repetition(struct look *look)
{
	struct track_way *from = look->from;

	if (look->window == 0)
		return;
	if (look->window != from->window) {
		look->names |= TRACK_WINDOW_UPDATE;
	} else if ((look->to->last_names & TRACK_KEEP_ALIVE) != 0) {
		look->names |= TRACK_KEEP_ALIVE_ACK;
	} else {
		from->dup_acks++;
		from->was_told = false;
		look->names |= TRACK_DUPLICATE_ACK;
	}
}

static bool fills_window(const struct look *look)
{
	return look->len > 0 && !look->is_control && look->to->has_sent && look->to->shift != TRACK_SHIFT_UNKNOWN
		&& look->seq + look->len
			   == look->to->ack + scaled(look->to, look->to->window, look->to->last_was_syn);
}

static void judge_windows(struct look *look)
{
	if (look->window == 0 && !look->is_control)
		look->names |= TRACK_ZERO_WINDOW;
	if (look->from->has_sent && seq_before(look->from->next, look->seq) && (look->flags & FLAG_RST) == 0)
		look->names |= TRACK_PREVIOUS_NOT_CAPTURED;
	if (is_keep_alive(look))
		look->names |= TRACK_KEEP_ALIVE;
	if (fills_window(look))
		look->names |= TRACK_WINDOW_FULL;
	if (is_probe_ack(look))
		look->names |= TRACK_ZERO_WINDOW_PROBE_ACK;
	else if (is_repetition(look))
		judge_repetition(look);
}

/* Sent because duplicate ACKs asked for it, and not because a timer ran out. */
static bool is_fast(const struct look *look)
{
	const struct track_way *to = look->to;

	return (to->dup_acks >= DUPLICATES_FOR_FAST || to->was_told) && to->ack == look->seq
		&& look->time - to->ack_time < FAST_WITHIN;
}

/* Soon after the newest segment, and not seen before: it was overtaken. */
static bool is_overtaken(const struct look *look)
{
	uint64_t within = look->track->first_round != 0 ? look->track->first_round : OUT_OF_ORDER_WITHIN;

	return look->time - look->from->next_time < within && look->from->next != look->end;
}

/*
 * Starts it before the highest number sent? One byte before, and then more: that byte was a probe's, the rest is
 * new.
 */
static bool goes_back(const struct look *look)
{
	const struct track_way *from = look->from;

	return from->has_sent && seq_before(look->seq, from->next) && (look->len <= 1 || from->next - 1 != look->seq);
}

static bool was_acked(const struct look *look)
{
	return look->len > 0 && look->to->ack != 0 && !seq_before(look->to->ack, look->seq + look->len);
}

/* A segment that occupies numbers but does not go on from the highest sent is one of four things. */
static void judge_old(struct look *look)
{
	if ((look->len == 0 && (look->flags & (FLAG_SYN | FLAG_FIN)) == 0) || (look->names & TRACK_KEEP_ALIVE) != 0)
		return;
	if (was_acked(look))
		look->names |= TRACK_SPURIOUS_RETRANSMISSION;
	else if (!goes_back(look))
		return;
	else if (is_fast(look))
		look->names |= TRACK_FAST_RETRANSMISSION;
	else if (is_overtaken(look))
		look->names |= TRACK_OUT_OF_ORDER;
	else
		look->names |= TRACK_RETRANSMISSION;
}

static void count_ack(struct look *look)
{
	if (look->from->has_sent && look->ack == look->from->ack)
		return;
	look->from->first_ack = look->number;
	look->from->dup_acks = 0;
	look->from->was_told = false;
}

/*
 * An acknowledgement beyond what was seen without a gap. If there is a gap, all that was seen counts from now on as if
 * there were none; beyond that it is said once, and again only after the other end has acknowledged something else. The
 * other end's duplicate ACKs are counted anew, and one that is missing is taken to have been there (is_fast).
 */
static void judge_acked(struct look *look)
{
	struct track_way *to = look->to;

	if ((look->flags & FLAG_ACK) == 0 || !to->has_sent || !seq_before(to->unbroken, look->ack))
		return;
	if (to->unbroken != to->next) {
		look->names |= TRACK_ACKED_UNSEEN;
		to->unbroken = to->next;
		return;
	}
	if (to->dup_acks == 0 && !to->was_told)
		look->names |= TRACK_ACKED_UNSEEN;
	to->dup_acks = 0;
	to->was_told = true;
}

static void judge(struct look *look)
{
	/* It begins before any gap. */
	if ((look->flags & (FLAG_SYN | FLAG_ACK)) == FLAG_SYN)
		look->from->next = look->from->unbroken;
	if (is_probe(look))
		look->names |= TRACK_ZERO_WINDOW_PROBE;
	else
		judge_windows(look);
	count_ack(look);
	judge_acked(look);
	judge_old(look);
}

static void remember_sent(struct look *look)
{
	struct track_way *from = look->from;
	bool is_probe = (look->names & TRACK_ZERO_WINDOW_PROBE) != 0;

	if (!is_probe && (!from->has_sent || seq_before(from->next, look->end))) {
		from->next = look->end;
		from->next_time = look->time;
	}
	if (!is_probe && (!from->has_sent || from->unbroken == look->seq))
		from->unbroken = from->next;
	from->window = look->window;
	from->last_was_syn = (look->flags & FLAG_SYN) != 0;
	from->ack = look->ack;
	from->has_ack = (look->flags & FLAG_ACK) != 0;
	from->ack_time = look->time;
	from->last_names = look->names;
	from->has_sent = true;
}

static struct track_note note_of(const struct look *look)
{
	const struct track_way *from = look->from, *to = look->to;
	bool has_ack = (look->flags & FLAG_ACK) != 0;

	return (struct track_note){
		.way = from == &look->track->ways[0] ? 0 : 1,
		.seq = look->seq - from->base,
		.ack = has_ack ? look->ack - to->base : 0,
		.base_seq = from->base,
		.base_ack = has_ack ? to->base : 0,
		.window = scaled(from, look->window, (look->flags & FLAG_SYN) != 0),
		.shift = (look->flags & FLAG_SYN) != 0 ? 0 : from->shift,
		.names = look->names,
		.dup_ack = (look->names & TRACK_DUPLICATE_ACK) != 0 ? from->dup_acks : 0,
		.dup_ack_of = (look->names & TRACK_DUPLICATE_ACK) != 0 ? from->first_ack : 0,
	};
}

struct track_note track_add(struct track *track, const struct packet *packet, uint64_t number, uint64_t time)
{
	int way = track_way_of(track, packet) == 1 ? 1 : 0;
	struct look look = {
		.track = track, .from = &track->ways[way], .to = &track->ways[1 - way], .packet = packet,
		.flags = packet->tcp.flags, .seq = packet->tcp.seq, .ack = packet->tcp.ack, .len = packet->payload_len,
		.is_control = (packet->tcp.flags & (FLAG_SYN | FLAG_FIN | FLAG_RST)) != 0,
		.window = packet->tcp.window, .number = number, .time = time,
	};

	look.end = look.seq + look.len + ((look.flags & (FLAG_SYN | FLAG_FIN)) != 0);
	if (is_reuse(&look))
		start_again(&look);
	learn_base(&look);
	learn_shift(&look);
	judge(&look);
	learn_round(&look);
	remember_sent(&look);
	return note_of(&look);
}

const char *track_name_words(uint32_t name)
{
	static const char *const words[] = {
#define NAME(name, words) words,
		TRACK_NAMES(NAME)
#undef NAME
	};

	for (size_t i = 0; i < COUNT_OF(words); i++) {
		if (name == 1u << i)
			return words[i];
	}
	return NULL;
}

void track_describe(struct text *out, const struct track_note *note)
{
	const char *separator = "";

	for (uint32_t i = 0; i < TRACK_NAME_COUNT; i++) {
		uint32_t name = 1u << i;

		if ((note->names & name) == 0)
			continue;
		text_addf(out, "%s[TCP %s", separator, track_name_words(name));
		if (name == TRACK_DUPLICATE_ACK)
			text_addf(out, " %llu#%u", (unsigned long long)note->dup_ack_of, note->dup_ack);
		text_add_char(out, ']');
		separator = " ";
	}
}
