#include "track_talks.h"

#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "packet/build.h"
#include "packet/names.h"
#include "packet/tcp_options.h"

#define HANDSHAKE(client_options, server_options) \
	{ 0, 'c', "SYN", 0, 0, 64240, 0, client_options, NULL }, \
	{ 1, 's', "SYN,ACK", 0, 1, 65160, 0, server_options, NULL }, \
	{ 1, 'c', "ACK", 1, 1, 1000, 0, NULL, NULL }

static const struct talk_step plain[] = {
	HANDSHAKE("mss=1460 wscale=7", "mss=1460 wscale=7"),
	{ 5, 'c', "PSH,ACK", 1, 1, 1000, 5, NULL, NULL },
	{ 1, 's', "ACK", 1, 6, 1000, 0, NULL, NULL },
	{ 5, 's', "PSH,ACK", 1, 6, 1000, 7, NULL, NULL },
	{ 1, 'c', "ACK", 6, 8, 1000, 0, NULL, NULL },
	{ 5, 'c', "FIN,ACK", 6, 8, 1000, 0, NULL, NULL },
	{ 1, 's', "ACK", 8, 7, 1000, 0, NULL, NULL },
	{ 5, 's', "FIN,ACK", 8, 7, 1000, 0, NULL, NULL },
	{ 1, 'c', "ACK", 7, 9, 1000, 0, NULL, NULL },
};

static const struct talk_step lost_data[] = {
	HANDSHAKE(NULL, NULL),
	{ 5, 'c', "PSH,ACK", 1, 1, 1000, 100, NULL, NULL },
	{ 300, 'c', "PSH,ACK", 1, 1, 1000, 100, NULL, "[TCP Retransmission]" },
	{ 600, 'c', "PSH,ACK", 1, 1, 1000, 100, NULL, "[TCP Retransmission]" },
	{ 1, 's', "ACK", 1, 101, 1000, 0, NULL, NULL },
};

static const struct talk_step lost_syn[] = {
	{ 0, 'c', "SYN", 0, 0, 64240, 0, NULL, NULL },
	{ 1000, 'c', "SYN", 0, 0, 64240, 0, NULL, "[TCP Retransmission]" },
	{ 1, 's', "SYN,ACK", 0, 1, 65160, 0, NULL, NULL },
	{ 1000, 's', "SYN,ACK", 0, 1, 65160, 0, NULL, "[TCP Retransmission]" },
	{ 1, 'c', "ACK", 1, 1, 1000, 0, NULL, NULL },
};

static const struct talk_step fast[] = {
	HANDSHAKE(NULL, NULL),
	{ 5, 'c', "ACK", 1, 1, 1000, 100, NULL, NULL },
	{ 0.1, 'c', "ACK", 101, 1, 1000, 100, NULL, NULL },
	{ 0.1, 'c', "ACK", 201, 1, 1000, 100, NULL, NULL },
	{ 0.1, 'c', "PSH,ACK", 301, 1, 1000, 100, NULL, NULL },
	{ 1, 's', "ACK", 1, 101, 1000, 0, NULL, NULL },
	{ 0.1, 's', "ACK", 1, 101, 1000, 0, NULL, "[TCP Dup ACK 8#1]" },
	{ 0.1, 's', "ACK", 1, 101, 1000, 0, NULL, "[TCP Dup ACK 8#2]" },
	{ 0.1, 's', "ACK", 1, 101, 1000, 0, NULL, "[TCP Dup ACK 8#3]" },
	{ 1, 'c', "ACK", 101, 1, 1000, 100, NULL, "[TCP Fast Retransmission]" },
	{ 1, 's', "ACK", 1, 401, 1000, 0, NULL, NULL },
};

/* Two duplicate ACKs are enough, and a pure ACK at the edge of the window does not fill it. */
static const struct talk_step after_two[] = {
	HANDSHAKE("wscale=0", "wscale=0"),
	{ 5, 'c', "ACK", 1, 1, 1000, 100, NULL, NULL },
	{ 0.1, 'c', "ACK", 101, 1, 1000, 100, NULL, NULL },
	{ 1, 's', "ACK", 1, 1, 200, 0, NULL, "[TCP Window Update]" },
	{ 0.1, 's', "ACK", 1, 1, 200, 0, NULL, "[TCP Dup ACK 2#1]" },
	{ 0.1, 's', "ACK", 1, 1, 200, 0, NULL, "[TCP Dup ACK 2#2]" },
	{ 1, 'c', "ACK", 1, 1, 1000, 100, NULL, "[TCP Fast Retransmission]" },
	{ 1, 'c', "ACK", 201, 1, 1000, 0, NULL, "[TCP Dup ACK 3#1]" },
};

/* Two duplicate ACKs in vain: with more than 20 ms it was the timer. */
static const struct talk_step slow[] = {
	HANDSHAKE(NULL, NULL),
	{ 5, 'c', "ACK", 1, 1, 1000, 100, NULL, NULL },
	{ 0.1, 'c', "ACK", 101, 1, 1000, 100, NULL, NULL },
	{ 1, 's', "ACK", 1, 1, 65160, 0, NULL, "[TCP Dup ACK 2#1]" },
	{ 1, 's', "ACK", 1, 1, 65160, 0, NULL, "[TCP Dup ACK 2#2]" },
	{ 200, 'c', "ACK", 1, 1, 1000, 100, NULL, "[TCP Retransmission]" },
};

/* One duplicate ACK is too few to be called fast, whatever SACK says. */
static const struct talk_step by_sack[] = {
	HANDSHAKE("sackOK", "sackOK"),
	{ 5, 'c', "ACK", 1, 1, 1000, 100, NULL, NULL },
	{ 0.1, 'c', "ACK", 101, 1, 1000, 100, NULL, NULL },
	{ 0.1, 'c', "PSH,ACK", 201, 1, 1000, 100, NULL, NULL },
	{ 1, 's', "ACK", 1, 1, 65160, 0, "nop nop sack=1101-1301", "[TCP Dup ACK 2#1]" },
	{ 1, 'c', "ACK", 1, 1, 1000, 100, NULL, "[TCP Retransmission]" },
	{ 1, 's', "ACK", 1, 301, 65160, 0, NULL, NULL },
};

static const struct talk_step overtaken[] = {
	HANDSHAKE(NULL, NULL),
	{ 5, 'c', "ACK", 101, 1, 1000, 100, NULL, "[TCP Previous segment not captured]" },
	{ 0.5, 'c', "ACK", 1, 1, 1000, 100, NULL, "[TCP Out-Of-Order]" },
	{ 1, 's', "ACK", 1, 201, 1000, 0, NULL, NULL },
};

/* How soon counts as overtaken goes by the handshake's round trip. */
static const struct talk_step far_overtaken[] = {
	{ 0, 'c', "SYN", 0, 0, 64240, 0, NULL, NULL },
	{ 50, 's', "SYN,ACK", 0, 1, 65160, 0, NULL, NULL },
	{ 1, 'c', "ACK", 1, 1, 1000, 0, NULL, NULL },
	{ 5, 'c', "ACK", 101, 1, 1000, 100, NULL, "[TCP Previous segment not captured]" },
	{ 30, 'c', "ACK", 1, 1, 1000, 50, NULL, "[TCP Out-Of-Order]" },
	{ 30, 'c', "ACK", 51, 1, 1000, 50, NULL, "[TCP Retransmission]" },
};

static const struct talk_step spurious[] = {
	HANDSHAKE(NULL, NULL),
	{ 5, 'c', "PSH,ACK", 1, 1, 1000, 100, NULL, NULL },
	{ 1, 's', "ACK", 1, 101, 1000, 0, NULL, NULL },
	{ 300, 'c', "PSH,ACK", 1, 1, 1000, 100, NULL, "[TCP Spurious Retransmission]" },
	{ 1, 's', "ACK", 1, 101, 1000, 0, NULL, "[TCP Dup ACK 5#1]" },
};

static const struct talk_step closed_window[] = {
	HANDSHAKE("mss=1460 wscale=0", "mss=1460 wscale=0"),
	{ 1, 's', "ACK", 1, 1, 200, 0, NULL, "[TCP Window Update]" },
	{ 5, 'c', "ACK", 1, 1, 1000, 100, NULL, NULL },
	{ 1, 'c', "PSH,ACK", 101, 1, 1000, 100, NULL, "[TCP Window Full]" },
	{ 1, 's', "ACK", 1, 201, 0, 0, NULL, "[TCP ZeroWindow]" },
	{ 200, 'c', "ACK", 201, 1, 1000, 1, NULL, "[TCP ZeroWindowProbe]" },
	{ 1, 's', "ACK", 1, 201, 0, 0, NULL, "[TCP ZeroWindowProbeAck] [TCP ZeroWindow]" },
	{ 400, 'c', "ACK", 200, 1, 1000, 0, NULL, "[TCP Keep-Alive]" },
	{ 1, 's', "ACK", 1, 201, 0, 0, NULL, "[TCP ZeroWindow]" },
	{ 100, 's', "ACK", 1, 201, 1000, 0, NULL, "[TCP Window Update]" },
	{ 1, 'c', "ACK", 201, 1, 1000, 100, NULL, NULL },
	{ 1, 's', "ACK", 1, 301, 900, 0, NULL, NULL },
};

static const struct talk_step kept_alive[] = {
	HANDSHAKE(NULL, NULL),
	{ 5, 'c', "PSH,ACK", 1, 1, 1000, 10, NULL, NULL },
	{ 1, 's', "ACK", 1, 11, 1000, 0, NULL, NULL },
	{ 7000, 'c', "ACK", 10, 1, 1000, 0, NULL, "[TCP Keep-Alive]" },
	{ 1, 's', "ACK", 1, 11, 1000, 0, NULL, "[TCP Keep-Alive ACK]" },
	{ 7000, 'c', "ACK", 10, 1, 1000, 1, NULL, "[TCP Keep-Alive]" },
	{ 1, 's', "ACK", 1, 11, 1000, 0, NULL, "[TCP Keep-Alive ACK]" },
};

static const struct talk_step reused[] = {
	HANDSHAKE(NULL, NULL),
	{ 5, 'c', "RST,ACK", 1, 1, 0, 0, NULL, NULL },
	{ 100, 'c', "SYN", 70000, 0, 64240, 0, NULL, "[TCP Port numbers reused]" },
	{ 1, 's', "SYN,ACK", 90000, 70001, 65160, 0, NULL, NULL },
	{ 1, 'c', "ACK", 70001, 90001, 1000, 0, NULL, NULL },
};

static const struct talk_step unseen[] = {
	HANDSHAKE(NULL, NULL),
	{ 5, 'c', "PSH,ACK", 101, 1, 1000, 100, NULL, "[TCP Previous segment not captured]" },
	{ 1, 's', "ACK", 1, 301, 1000, 0, NULL, "[TCP ACKed unseen segment]" },
};

/* An injected SYN: to Wireshark, and so to us, another connection begins with it, whose middle is what follows. */
static const struct talk_step syn_in_the_middle[] = {
	HANDSHAKE(NULL, NULL),
	{ 5, 'c', "PSH,ACK", 1, 1, 1000, 5, NULL, NULL },
	{ 1, 's', "ACK", 1, 6, 1000, 0, NULL, NULL },
	{ 50, 'c', "SYN", 7000, 0, 1000, 0, NULL, "[TCP Port numbers reused]" },
	{ 1, 's', "ACK", 1, 6, 1000, 0, NULL, NULL },
	{ 50, 'c', "PSH,ACK", 6, 1, 1000, 5, NULL, "[TCP Retransmission]" },
	{ 1, 's', "ACK", 1, 11, 1000, 0, NULL, NULL },
	{ 1, 's', "PSH,ACK", 1, 11, 1000, 5, NULL, NULL },
	{ 1, 'c', "ACK", 11, 6, 1000, 0, NULL, NULL },
};

/* Beyond what was sent: said once, until the sender says something new itself. */
static const struct talk_step acked_twice[] = {
	HANDSHAKE(NULL, NULL),
	{ 5, 'c', "PSH,ACK", 1, 1, 1000, 10, NULL, NULL },
	{ 1, 's', "ACK", 1, 21, 1000, 0, NULL, "[TCP ACKed unseen segment]" },
	{ 1, 's', "ACK", 1, 22, 1000, 0, NULL, NULL },
	{ 1, 's', "PSH,ACK", 1, 22, 1000, 10, NULL, NULL },
	{ 1, 'c', "ACK", 11, 11, 1000, 0, NULL, NULL },
	{ 1, 's', "ACK", 11, 23, 1000, 0, NULL, "[TCP ACKed unseen segment]" },
};

static const struct talk_step lost_fin[] = {
	HANDSHAKE(NULL, NULL),
	{ 5, 'c', "FIN,ACK", 1, 1, 1000, 0, NULL, NULL },
	{ 300, 'c', "FIN,ACK", 1, 1, 1000, 0, NULL, "[TCP Retransmission]" },
	{ 1, 's', "ACK", 1, 2, 1000, 0, NULL, NULL },
	{ 5, 's', "FIN,ACK", 1, 2, 1000, 0, NULL, NULL },
	{ 1, 'c', "ACK", 2, 2, 1000, 0, NULL, NULL },
};

static const struct talk_step both_close[] = {
	HANDSHAKE(NULL, NULL),
	{ 5, 'c', "FIN,ACK", 1, 1, 1000, 0, NULL, NULL },
	{ 0.1, 's', "FIN,ACK", 1, 1, 1000, 0, NULL, NULL },
	{ 1, 'c', "ACK", 2, 2, 1000, 0, NULL, NULL },
	{ 0.1, 's', "ACK", 2, 2, 1000, 0, NULL, NULL },
};

static const struct talk_step both_open[] = {
	{ 0, 'c', "SYN", 0, 0, 64240, 0, "wscale=7", NULL },
	{ 1, 's', "SYN", 0, 0, 64240, 0, "wscale=7", NULL },
	{ 1, 'c', "SYN,ACK", 0, 1, 64240, 0, "wscale=7", "[TCP Retransmission]" },
	{ 1, 's', "SYN,ACK", 0, 1, 64240, 0, "wscale=7", "[TCP Retransmission]" },
	{ 5, 'c', "PSH,ACK", 1, 1, 502, 5, NULL, NULL },
	{ 1, 's', "ACK", 1, 6, 502, 0, NULL, NULL },
};

static const struct talk_step half_scaled[] = {
	HANDSHAKE("wscale=7", NULL),
	{ 5, 'c', "PSH,ACK", 1, 1, 1000, 5, NULL, NULL },
	{ 1, 's', "ACK", 1, 6, 1000, 0, NULL, NULL },
};

static const struct talk_step refused[] = {
	{ 0, 'c', "SYN", 0, 0, 64240, 0, "mss=1460", NULL },
	{ 1, 's', "RST,ACK", 0, 1, 0, 0, NULL, NULL },
};

static const struct talk_step half_seen[] = {
	{ 0, 'c', "SYN", 0, 0, 64240, 0, "wscale=7", NULL },
	{ 2, 'c', "ACK", 1, 1, 1000, 0, NULL, NULL },
	{ 5, 'c', "PSH,ACK", 1, 1, 1000, 5, NULL, NULL },
	{ 1, 's', "ACK", 1, 6, 1000, 0, NULL, NULL },
};

static const struct talk_step from_the_middle[] = {
	{ 0, 'c', "PSH,ACK", 501, 301, 1000, 100, NULL, NULL },
	{ 1, 's', "ACK", 301, 601, 1000, 0, NULL, NULL },
	{ 5, 's', "PSH,ACK", 301, 601, 1000, 50, NULL, NULL },
	{ 1, 'c', "ACK", 601, 351, 1000, 0, NULL, NULL },
};

#define TALK(name, client_isn, server_isn, steps) { name, client_isn, server_isn, COUNT_OF(steps), steps }

static const struct talk talks[] = {
	TALK("plain", 1000, 5000, plain),
	TALK("plain, numbers that wrap", UINT32_MAX - 2, UINT32_MAX - 4, plain),
	TALK("plain, numbers that turn negative", 0x7ffffffd, 0x7ffffffb, plain),
	TALK("lost data", 1000, 5000, lost_data),
	TALK("lost data, numbers that wrap", UINT32_MAX - 50, 5000, lost_data),
	TALK("lost SYN", 1000, 5000, lost_syn),
	TALK("fast retransmission", 1000, 5000, fast),
	TALK("fast retransmission, numbers that wrap", UINT32_MAX - 150, 5000, fast),
	TALK("fast retransmission after two", 1000, 5000, after_two),
	TALK("slow retransmission", 1000, 5000, slow),
	TALK("early retransmission by SACK", 1000, 5000, by_sack),
	TALK("overtaken", 1000, 5000, overtaken),
	TALK("overtaken, far away", 1000, 5000, far_overtaken),
	TALK("spurious retransmission", 1000, 5000, spurious),
	TALK("closed window", 1000, 5000, closed_window),
	TALK("kept alive", 1000, 5000, kept_alive),
	TALK("ports reused", 1000, 5000, reused),
	TALK("unseen", 1000, 5000, unseen),
	TALK("SYN in the middle", 1000, 5000, syn_in_the_middle),
	TALK("acknowledged unseen, twice", 1000, 5000, acked_twice),
	TALK("lost FIN", 1000, 5000, lost_fin),
	TALK("simultaneous close", 1000, 5000, both_close),
	TALK("simultaneous open", 1000, 5000, both_open),
	TALK("one side scales", 1000, 5000, half_scaled),
	TALK("refused", 1000, 5000, refused),
	TALK("SYN,ACK unseen", 1000, 5000, half_seen),
	TALK("from the middle", 1000, 5000, from_the_middle),
};

const struct talk *track_talks(size_t *count)
{
	*count = COUNT_OF(talks);
	return talks;
}

size_t talk_build(const struct talk *talk, const struct talk_step *step, uint16_t client_port, uint8_t *bytes)
{
	static const uint8_t zeros[1024] = { 0 };
	bool is_client = step->from == 'c';
	struct packet_plan plan = { .version = 4, .protocol = 6, .data = zeros, .data_len = step->len };
	struct tcp_option_bytes options;
	struct text problem;

	text_init(&problem);
	if (!flags_parse(&plan.flags, step->flags))
		die("%s: flags %s", talk->name, step->flags);
	if (!tcp_options_parse(&options, step->options != NULL ? step->options : "", &problem))
		die("%s: %s", talk->name, problem.data);
	text_release(&problem);
	plan.src = (struct packet_addr){ .bytes = { 10, 0, 0, is_client ? 1 : 2 } };
	plan.dst = (struct packet_addr){ .bytes = { 10, 0, 0, is_client ? 2 : 1 } };
	plan.src_port = is_client ? client_port : 4999;
	plan.dst_port = is_client ? 4999 : client_port;
	plan.seq = step->seq + (is_client ? talk->client_isn : talk->server_isn);
	if ((plan.flags & FLAG_ACK) != 0)
		plan.ack = step->ack + (is_client ? talk->server_isn : talk->client_isn);
	plan.window = step->win;
	plan.tcp_options = options.bytes;
	plan.tcp_options_len = options.len;
	return packet_build(&plan, bytes, 2048);
}
