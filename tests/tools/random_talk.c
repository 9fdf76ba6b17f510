#include "random_talk.h"

#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "lab/wire_random.h"

/* What one end has sent: from this the next segment is made, as a rule one that could be sent, often one that could
 * not. */
struct end {
	uint32_t next, acked; /* after the highest number sent; the last acknowledgement number */
	uint16_t win;
	struct { uint32_t seq; uint16_t len; const char *flags; } sent[RANDOM_STEPS_MOST];
	uint32_t sent_count;
	uint16_t scale;
};

struct making {
	uint64_t chance;
	struct end ends[2];
	struct talk_step *steps;
	size_t count;
	int way;
	const char *options; /* of every SYN after the handshake */
};

static uint32_t below(struct making *making, uint32_t limit)
{
	return (uint32_t)(random_next(&making->chance) >> 33) % limit;
}

static struct end *self(struct making *making)
{
	return &making->ends[making->way];
}

static struct end *other(struct making *making)
{
	return &making->ends[1 - making->way];
}

/* On both sides of what divides the names: 3 ms, 20 ms, a round trip. */
static double some_pause(struct making *making)
{
	static const double pauses[] = { 0.01, 0.1, 0.1, 0.5, 1, 1, 2, 2.9, 3.1, 5, 10, 15, 19, 21, 50, 300, 1200 };

	return pauses[below(making, COUNT_OF(pauses))];
}

static void add(struct making *making, const char *flags, uint32_t seq, uint32_t len)
{
	struct end *end = self(making);
	bool takes_one = flags[0] != '\0' && (string_is(flags, "SYN") || string_is(flags, "SYN,ACK") ||
					      string_is(flags, "FIN,ACK") || string_is(flags, "FIN"));

	making->steps[making->count++] = (struct talk_step){
		.ms = some_pause(making), .from = making->way == 0 ? 'c' : 's', .flags = flags,
		.seq = seq, .ack = end->acked, .win = end->win, .len = (uint16_t)len,
		.options = strstr(flags, "SYN") != NULL ? making->options : NULL,
	};
	if (len > 0 || takes_one) {
		end->sent[end->sent_count].seq = seq;
		end->sent[end->sent_count].len = (uint16_t)len;
		end->sent[end->sent_count++].flags = flags;
	}
	if ((int32_t)(seq + len + takes_one - end->next) > 0)
		end->next = seq + len + takes_one;
}

/* ---- what an end may do ---- */

static void send_data(struct making *making)
{
	static const uint16_t lens[] = { 1, 1, 2, 10, 100, 100, 100, 500 };

	self(making)->acked = below(making, 3) != 0 ? other(making)->next : self(making)->acked;
	add(making, below(making, 4) == 0 ? "ACK" : "PSH,ACK", self(making)->next, lens[below(making, COUNT_OF(lens))]);
}

/* As much as the other end's window takes. */
static void fill_window(struct making *making)
{
	uint32_t window = (uint32_t)other(making)->win << other(making)->scale;
	uint32_t room = other(making)->acked + window - self(making)->next;

	if (room > 0 && room <= 1400)
		add(making, "ACK", self(making)->next, room);
}

static void leave_gap(struct making *making)
{
	add(making, "ACK", self(making)->next + 1 + below(making, 3) * 99, 100);
}

static void repeat(struct making *making)
{
	struct end *end = self(making);
	uint32_t which = end->sent_count > 0 ? below(making, end->sent_count) : 0, len;

	if (end->sent_count == 0)
		return;
	if (below(making, 2) == 0)
		which = end->sent_count - 1 - below(making, end->sent_count < 3 ? end->sent_count : 3);
	len = end->sent[which].len;
	switch (below(making, 6)) {
	case 0: /* only its beginning */
		add(making, "ACK", end->sent[which].seq, (len + 1) / 2);
		break;
	case 1: /* only its end */
		add(making, "ACK", end->sent[which].seq + len / 2, len - len / 2);
		break;
	case 2: /* with what follows */
		add(making, "ACK", end->sent[which].seq, len + 1 + below(making, 150));
		break;
	default:
		add(making, end->sent[which].flags, end->sent[which].seq, len);
		break;
	}
}

/* What lies between two that were sent: it was overtaken. */
static void fill_gap(struct making *making)
{
	struct end *end = self(making);
	uint32_t which;

	if (end->sent_count < 2)
		return;
	which = below(making, end->sent_count - 1);
	add(making, "ACK", end->sent[which].seq + end->sent[which].len, 1 + below(making, 150));
}

static void acknowledge(struct making *making)
{
	self(making)->acked = other(making)->next;
	add(making, "ACK", self(making)->next, 0);
}

static void acknowledge_wrongly(struct making *making)
{
	static const int32_t off[] = { -150, -100, -50, -1, 1, 1, 50, 100, 150, 1000 };
	struct end *from = other(making);

	self(making)->acked = from->next + (uint32_t)off[below(making, COUNT_OF(off))];
	if (from->sent_count > 0 && below(making, 2) == 0)
		self(making)->acked = from->sent[below(making, from->sent_count)].seq;
	add(making, "ACK", self(making)->next, below(making, 4) == 0 ? 100 : 0);
}

static void acknowledge_again(struct making *making)
{
	for (uint32_t times = 1 + below(making, 3); times > 0 && making->count < RANDOM_STEPS_MOST - 1; times--)
		add(making, "ACK", self(making)->next, 0);
}

static void change_window(struct making *making)
{
	static const uint16_t wins[] = { 0, 0, 0, 100, 200, 500, 1000 };

	self(making)->win = wins[below(making, COUNT_OF(wins))];
	add(making, "ACK", self(making)->next, 0);
}

static void keep_alive(struct making *making)
{
	add(making, "ACK", self(making)->next - 1, below(making, 2));
	making->way = 1 - making->way;
	if (below(making, 2) == 0 && making->count < RANDOM_STEPS_MOST - 1)
		add(making, "ACK", self(making)->next, 0);
}

/* One byte against a closed window, refused, taken, or taken and the window open again. */
static void probe(struct making *making)
{
	uint32_t seq = self(making)->next;

	other(making)->win = 0;
	making->way = 1 - making->way;
	add(making, "ACK", self(making)->next, 0);
	making->way = 1 - making->way;
	if (making->count >= RANDOM_STEPS_MOST - 3)
		return;
	add(making, "ACK", seq, 1);
	if (below(making, 2) == 0)
		self(making)->next = seq;
	making->way = 1 - making->way;
	self(making)->acked += below(making, 2);
	if (below(making, 3) == 0)
		self(making)->win = 1000;
	add(making, "ACK", self(making)->next, 0);
	making->way = 1 - making->way;
	if (below(making, 2) == 0)
		add(making, "PSH,ACK", seq, 1 + below(making, 2) * 99);
}

static void begin_again(struct making *making)
{
	static const char *const flags[] = { "SYN", "SYN", "SYN,ACK", "SYN,FIN", "SYN,RST", "SYN,FIN,ACK" };
	uint32_t seq = below(making, 2) == 0 ? 0 : below(making, 5) * 1000;

	add(making, flags[below(making, COUNT_OF(flags))], seq, below(making, 6) == 0 ? 10 : 0);
	if (seq != 0 && below(making, 2) == 0)
		self(making)->next = seq + 1;
}

static void end_talk(struct making *making)
{
	static const char *const flags[] = { "FIN,ACK", "FIN,ACK", "FIN,ACK", "RST", "RST,ACK", "FIN" };

	self(making)->acked = below(making, 2) == 0 ? other(making)->next : self(making)->acked;
	add(making, flags[below(making, COUNT_OF(flags))], self(making)->next, below(making, 4) == 0 ? 20 : 0);
}

static void send_nonsense(struct making *making)
{
	static const char *const flags[] = { "", "URG", "PSH", "FIN,PSH,URG", "SYN,FIN,RST,PSH,ACK,URG", "RST,PSH",
					     "ACK,ECE,CWR", "URG,ACK", "FIN,RST", "PSH,URG,ACK" };

	const char *chosen = flags[below(making, COUNT_OF(flags))];
	/* Without ACK and data it may repeat a SYN's ack of 0: a "Dup ACK 0#1", of no segment. */
	bool has_data = below(making, 2) == 0 || strstr(chosen, "ACK") == NULL;

	add(making, chosen, self(making)->next + below(making, 3) * 100 - 100, has_data ? 100 : 0);
}

/* ---- a talk ---- */

static void shake_hands(struct making *making)
{
	static const char *const scales[] = { NULL, "wscale=0", "wscale=1", "wscale=7" };
	static const uint16_t shifts[] = { 0, 0, 1, 7 };
	uint32_t scale = below(making, COUNT_OF(scales)), answer = below(making, 4) == 0 ? 0 : scale;

	making->ends[0].acked = 0;
	add(making, "SYN", 0, below(making, 8) == 0 ? 10 : 0);
	making->steps[making->count - 1].options = scales[scale];
	making->way = 1;
	making->ends[1].acked = 1;
	add(making, "SYN,ACK", 0, 0);
	making->steps[making->count - 1].options = scales[answer];
	/* Either all offer the same, or none does any more: what a SYN means that comes again with others track.c has
	 * its own mind about. */
	making->options = answer != 0 ? scales[scale] : NULL;
	making->ends[0].scale = making->ends[1].scale = scale != 0 && answer != 0 ? shifts[scale] : 0;
	making->way = 0;
	acknowledge(making);
}

static void go_on(struct making *making)
{
	static void (*const deeds[])(struct making *) = {
		send_data, send_data, send_data, send_data, send_data, fill_window, fill_window, leave_gap, leave_gap,
		repeat, repeat, repeat, repeat, fill_gap, fill_gap, acknowledge, acknowledge, acknowledge,
		acknowledge_wrongly, acknowledge_again, acknowledge_again, change_window, keep_alive, probe,
		begin_again, end_talk, send_nonsense,
	};

	if (below(making, 3) == 0)
		making->way = 1 - making->way;
	deeds[below(making, COUNT_OF(deeds))](making);
}

/* Does it come across the number 0? Wireshark takes that for "not known yet", which one in 2^32 numbers is not. */
static bool meets_zero(const struct talk *talk)
{
	for (size_t i = 0; i < talk->count; i++) {
		const struct talk_step *step = &talk->steps[i];
		bool is_client = step->from == 'c';
		uint32_t seq = step->seq + (is_client ? talk->client_isn : talk->server_isn);

		if (seq == 0 || seq + step->len == 0 || seq + step->len + 1 == 0 ||
		    step->ack + (is_client ? talk->server_isn : talk->client_isn) == 0)
			return true;
	}
	return false;
}

void random_talk(struct talk *talk, struct talk_step *steps, uint64_t seed)
{
	struct making making = { .chance = seed, .steps = steps, .options = seed % 2 == 0 ? "wscale=2" : NULL };
	size_t wanted;

	for (int i = 0; i < 2; i++)
		making.ends[i] = (struct end){ .next = 1, .acked = 1, .win = 1000 };
	wanted = 4 + below(&making, RANDOM_STEPS_MOST - 8);
	if (below(&making, 5) != 0) {
		making.ends[0].next = making.ends[1].next = 0;
		shake_hands(&making);
	}
	while (making.count < wanted)
		go_on(&making);
	*talk = (struct talk){
		.name = "random", .client_isn = UINT32_MAX - below(&making, 300), .server_isn = 500000,
		.count = making.count, .steps = steps,
	};
	if (below(&making, 4) != 0 || meets_zero(talk))
		talk->client_isn = 100000;
}
