/*
 * The wire between hosts that are queues: modes, operations, settings, bounds.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "packet/decode.h"
#include "wire_bench.h"

static int setup(void **state)
{
	struct bench *bench = xmalloc(sizeof(*bench));

	bench_init(bench);
	*state = bench;
	return 0;
}

static int teardown(void **state)
{
	bench_release(*state);
	free(*state);
	return 0;
}

static void assert_list(const struct bench *bench, const char *expected)
{
	char *list = bench_list(bench);

	assert_string_equal(list, expected);
	free(list);
}

/* What the user asks for is done. */
#define ASSERT_DONE(call) \
	do { \
		struct text message; \
		text_init(&message); \
		if (!(call)) \
			fail_msg("refused: %s", message.data); \
		text_release(&message); \
	} while (false)

/* It is refused with just this message. */
#define ASSERT_REFUSED(call, words) \
	do { \
		struct text message; \
		text_init(&message); \
		assert_false(call); \
		assert_string_equal(message.data, words); \
		text_release(&message); \
	} while (false)

#define WISH(which, from_host, to_host, number) \
	&(struct wire_wish){ .setting = (which), .from = (from_host), .to = (to_host), .value = (number) }

static void set(struct bench *bench, const char *word, const char *value)
{
	enum wire_setting setting;
	double number;

	assert_true(wire_setting_find(word, &setting));
	ASSERT_DONE(wire_value_parse(setting, value, &number, &message));
	ASSERT_DONE(wire_set(bench->wire, WISH(setting, NULL, NULL, number), &message));
}

/* ---- modes ---- */

static void test_flows(void **state)
{
	struct bench *bench = *state;
	const struct event_segment *told;

	bench->cause = (struct event_cause){ .kind = CAUSE_CALL, .number = 7 };
	assert_int_equal(bench_say(bench, 0, "SYN", 0, 0, 0), 1);
	assert_int_equal(bench_say(bench, 1, "SYN,ACK", 0, 1, 0), 2);
	assert_list(bench, "1 delivered, 2 delivered");
	assert_int_equal(bench->links[1].incoming_count, 1);
	assert_int_equal(bench->links[0].incoming_count, 1);
	assert_int_equal(bench->deliveries, 2);
	assert_int_equal(bench->events, 2);
	told = bench_told(bench, 2);
	assert_string_equal(told->from, "server");
	assert_string_equal(told->to, "client");
	assert_string_equal(told->proto, "tcp");
	assert_string_equal(told->src, "10.0.0.2:80");
	assert_string_equal(told->dst, "10.0.0.1:40000");
	assert_string_equal(told->flags, "SYN,ACK");
	assert_int_equal(told->seq_rel, 0);
	assert_int_equal(told->ack_rel, 1);
	assert_int_equal(told->seq_raw, 5000);
	assert_int_equal(told->ack_raw, 1001);
	assert_int_equal(told->cause.kind, CAUSE_CALL);
	assert_int_equal(told->packet.len, 40);
	assert_true(wire_is_quiet(bench->wire));
	assert_true(bench->wire->timer_due < 0);
}

static void test_holds_and_steps(void **state)
{
	struct bench *bench = *state;

	wire_hold(bench->wire);
	assert_string_equal(bench->world.wire, "hold");
	bench_say(bench, 0, "SYN", 0, 0, 0);
	bench_say(bench, 1, "SYN,ACK", 0, 1, 0);
	assert_list(bench, "1 held, 2 held");
	assert_int_equal(bench->world.segments.held_count, 2);
	assert_int_equal(bench->links[1].incoming_count, 0);
	assert_true(wire_is_quiet(bench->wire));
	assert_int_equal(wire_oldest(bench->wire), 1);
	ASSERT_DONE(wire_deliver(bench->wire, 0, &message));
	assert_int_equal(bench->links[1].incoming_count, 1);
	assert_int_equal(wire_oldest(bench->wire), 2);
	assert_list(bench, "1 delivered, 2 held");
	assert_int_equal(bench->world.segments.held_first->told.segment.n, 2);
	/* The bytes were told of with the first event only, and the world still has them. */
	assert_int_equal(bench_told(bench, 1)->packet.len, 40);
	ASSERT_DONE(wire_deliver(bench->wire, 0, &message));
	ASSERT_REFUSED(wire_deliver(bench->wire, 0, &message), "nothing is held on the wire");
	ASSERT_REFUSED(wire_deliver(bench->wire, 2, &message), "#2 is not held: it was delivered");
	ASSERT_REFUSED(wire_drop(bench->wire, 9, &message), "there is no segment #9 on the wire");
}

static void test_flow_releases_in_order(void **state)
{
	struct bench *bench = *state;
	struct packet_plan plan = bench_udp(0, 1, 1);

	wire_hold(bench->wire);
	for (int i = 0; i < 1000; i++) {
		plan.src_port = (uint16_t)(i + 1);
		bench_send(bench, 0, &plan);
	}
	wire_flow(bench->wire);
	assert_false(wire_is_quiet(bench->wire));
	/* What comes meanwhile does not overtake. */
	plan.src_port = 2000;
	bench_send(bench, 0, &plan);
	assert_int_equal(bench->links[1].given, 0);
	bench_settle(bench);
	assert_int_equal(bench->links[1].given, 1001);
	assert_int_equal(bench->world.segments.held_count, 0);
	assert_int_equal(bench->settled, 1);
	assert_true(wire_is_quiet(bench->wire));
	for (int i = 0; i < BENCH_KEPT; i++)
		assert_int_equal(bench->links[1].incoming[i].bytes[21], i + 1);
}

/* What a host has sent before `wire hold` arrives; what is sent in answer to that is held. */
static void test_hold_lets_arrive(void **state)
{
	struct bench *bench = *state;
	struct packet_plan plan = bench_tcp(0, 1, FLAG_SYN, 1000, 0);
	struct bench_link *client = &bench->links[0];

	set(bench, "delay", "50ms");
	bench_say(bench, 1, "ACK", 1, 1, 0);
	client->outgoing[0].len = packet_build(&plan, client->outgoing[0].bytes, sizeof(client->outgoing[0].bytes));
	client->outgoing_count = 1;
	wire_hold(bench->wire);
	assert_list(bench, "1 delayed, 2 delayed");
	assert_false(wire_is_quiet(bench->wire));
	bench_say(bench, 1, "SYN,ACK", 0, 1, 0);
	bench_wait(bench, 0.06);
	assert_list(bench, "1 delivered, 2 delivered, 3 held");
	assert_true(wire_is_quiet(bench->wire));
	assert_int_equal(bench->settled, 1);
}

/* ---- one segment ---- */

static void test_out_of_order_drop(void **state)
{
	struct bench *bench = *state;

	wire_hold(bench->wire);
	for (uint32_t i = 0; i < 3; i++)
		bench_say(bench, 0, "PSH,ACK", 1 + 10 * i, 1, 10);
	ASSERT_DONE(wire_deliver(bench->wire, 2, &message));
	ASSERT_DONE(wire_drop(bench->wire, 0, &message));
	assert_list(bench, "1 dropped, 2 delivered, 3 held");
	ASSERT_REFUSED(wire_drop(bench->wire, 1, &message), "#1 is not held: it was dropped");
}

static void test_duplicate(void **state)
{
	struct bench *bench = *state;
	int64_t copy = 0;

	wire_hold(bench->wire);
	ASSERT_REFUSED(wire_duplicate(bench->wire, 0, &copy, &message), "nothing is held on the wire");
	bench_say(bench, 0, "PSH,ACK", 1, 1, 10);
	ASSERT_DONE(wire_duplicate(bench->wire, 0, &copy, &message));
	assert_int_equal(copy, 2);
	assert_list(bench, "1 held, 2 delivered copy of 1");
	ASSERT_DONE(wire_deliver(bench->wire, 1, &message));
	ASSERT_DONE(wire_duplicate(bench->wire, 1, &copy, &message));
	assert_list(bench, "1 delivered, 2 delivered copy of 1, 3 delivered copy of 1");
	assert_int_equal(bench->links[1].incoming_count, 3);
	assert_memory_equal(bench->links[1].incoming[0].bytes, bench->links[1].incoming[2].bytes, 50);
	ASSERT_REFUSED(wire_duplicate(bench->wire, 9, &copy, &message),
		       "there is no segment #9 that could be copied");
}

static enum checksum_state checksum_of(const struct bench_packet *packet)
{
	struct packet decoded;

	packet_decode(&decoded, packet->bytes, packet->len);
	return decoded.transport == PACKET_TCP ? decoded.tcp.checksum_state
	       : decoded.transport == PACKET_UDP ? decoded.udp.checksum_state : decoded.icmp.checksum_state;
}

static void test_corrupt(void **state)
{
	struct bench *bench = *state;
	struct packet_plan udp = bench_udp(0, 1, 0);
	struct packet_plan icmp = { .version = 4, .protocol = 1, .icmp_type = 8, .src = udp.src, .dst = udp.dst };

	wire_hold(bench->wire);
	bench_say(bench, 0, "PSH,ACK", 1, 1, 10);
	bench_say(bench, 0, "ACK", 11, 1, 0);
	bench_send(bench, 0, &udp);
	bench_send(bench, 0, &icmp);
	for (int64_t n = 1; n <= 4; n++) {
		ASSERT_DONE(wire_corrupt(bench->wire, n, &message));
		ASSERT_DONE(wire_deliver(bench->wire, n, &message));
		assert_int_equal(checksum_of(&bench->links[1].incoming[n - 1]), CHECKSUM_BAD);
		assert_non_null(strstr(bench_told(bench, n)->info, "corrupted"));
		assert_non_null(strstr(bench_told(bench, n)->info, "bad checksum"));
	}
	/* The world has the bytes as they arrived. */
	assert_memory_equal(bench_told(bench, 1)->packet.bytes, bench->links[1].incoming[0].bytes, 50);
	ASSERT_REFUSED(wire_corrupt(bench->wire, 1, &message), "#1 is not held: it was delivered");
	bench_send(bench, 0, &udp);
	ASSERT_DONE(wire_corrupt(bench->wire, 0, &message));
	ASSERT_REFUSED(wire_corrupt(bench->wire, 0, &message), "#5 is corrupted already");
}

static void test_inject(void **state)
{
	struct bench *bench = *state;
	struct packet_plan plan = bench_tcp(0, 1, FLAG_RST, 0, 0);
	uint8_t bytes[100];
	size_t len;

	assert_false(wire_fill_plan(bench->wire, &plan));
	bench_say(bench, 0, "SYN", 0, 0, 0);
	bench_say(bench, 1, "SYN,ACK", 0, 1, 0);
	bench_say(bench, 0, "ACK", 1, 1, 0);
	bench_say(bench, 0, "PSH,ACK", 1, 1, 10);
	wire_hold(bench->wire);
	assert_true(wire_fill_plan(bench->wire, &plan));
	assert_int_equal(plan.seq, 1011);
	assert_int_equal(plan.ack, 5001);
	assert_int_equal(plan.window, 64240);
	len = packet_build(&plan, bytes, sizeof(bytes));
	assert_int_equal(wire_inject(bench->wire, 0, bytes, len), 5);
	assert_string_equal(bench_told(bench, 5)->verdict, "held");
	assert_non_null(strstr(bench_told(bench, 5)->info, "injected"));
	assert_int_equal(bench_told(bench, 5)->seq_rel, 11);
	/* The other end's next words. */
	plan = bench_tcp(1, 0, FLAG_ACK, 0, 0);
	assert_true(wire_fill_plan(bench->wire, &plan));
	assert_int_equal(plan.seq, 5001);
	assert_int_equal(plan.ack, 1011);
}

/* ---- where to ---- */

static void test_routes(void **state)
{
	struct bench *bench = *state;
	struct packet_plan plan = bench_udp(0, 1, 5);

	plan.dst = (struct packet_addr){ .bytes = { 10, 0, 0, 255 } };
	bench_send(bench, 0, &plan);
	plan.dst = (struct packet_addr){ .bytes = { 255, 255, 255, 255 } };
	bench_send(bench, 0, &plan);
	plan.dst = (struct packet_addr){ .bytes = { 224, 0, 0, 251 } };
	bench_send(bench, 0, &plan);
	plan.dst = (struct packet_addr){ .bytes = { 10, 9, 9, 9 } };
	bench_send(bench, 0, &plan);
	plan.version = 6;
	plan.src = (struct packet_addr){ .bytes = { 0xfd, [15] = 1 } };
	plan.dst = (struct packet_addr){ .bytes = { 0xfd, [15] = 2 } };
	bench_send(bench, 0, &plan);
	plan.dst = (struct packet_addr){ .bytes = { 0xff, 2, [15] = 1 } };
	bench_send(bench, 0, &plan);
	assert_list(bench, "1 delivered, 2 delivered, 3 delivered, 4 dropped (no host has the address), "
		    "5 delivered, 6 delivered");
	assert_string_equal(bench_told(bench, 1)->to, "*");
	assert_string_equal(bench_told(bench, 5)->to, "server");
	assert_int_equal(bench->links[0].incoming_count, 0);
	assert_int_equal(bench->links[1].incoming_count, 5);
	assert_int_equal(bench->links[2].incoming_count, 4);
}

static void test_background(void **state)
{
	struct bench *bench = *state;
	struct packet_plan igmp = { .version = 4, .protocol = 2, .data = "12345678", .data_len = 8 };
	struct packet_plan solicitation = {
		.version = 6, .protocol = 58, .icmp_type = 133, .dst = { .bytes = { 0xff, 2, [15] = 2 } },
	};

	igmp.src = (struct packet_addr){ .bytes = { 10, 0, 0, 1 } };
	igmp.dst = (struct packet_addr){ .bytes = { 224, 0, 0, 22 } };
	wire_hold(bench->wire);
	bench_send(bench, 0, &igmp);
	bench_send(bench, 0, &solicitation);
	assert_int_equal(bench->world.segments.count, 0);
	assert_int_equal(bench->links[1].incoming_count, 2);
	wire_set_background(bench->wire, true);
	bench_send(bench, 0, &igmp);
	assert_list(bench, "1 delivered");
	assert_string_equal(bench_told(bench, 1)->proto, "igmp");
}

static void test_cut(void **state)
{
	struct bench *bench = *state;

	wire_hold(bench->wire);
	bench_say(bench, 0, "SYN", 0, 0, 0);
	ASSERT_DONE(wire_cut(bench->wire, "server", true, &message));
	assert_string_equal(bench->world.wire_settings, "server cut");
	bench_say(bench, 1, "ACK", 1, 1, 0);
	ASSERT_DONE(wire_deliver(bench->wire, 0, &message));
	assert_list(bench, "1 dropped (server is cut off), 2 dropped (the sender is cut off)");
	ASSERT_DONE(wire_cut(bench->wire, "server", false, &message));
	assert_null(bench->world.wire_settings);
	bench_say(bench, 0, "SYN", 0, 0, 0);
	ASSERT_DONE(wire_deliver(bench->wire, 0, &message));
	assert_int_equal(bench->links[1].incoming_count, 1);
	ASSERT_REFUSED(wire_cut(bench->wire, "nobody", true, &message), "there is no host nobody on the wire");
}

static void test_link_fails(void **state)
{
	struct bench *bench = *state;

	bench->links[1].error = ENOBUFS;
	bench_say(bench, 0, "SYN", 0, 0, 0);
	assert_list(bench, "1 dropped (the link takes it not: No buffer space available)");
	bench->links[1].error = 0;
	bench->links[1].has_ended = true;
	wire_hold(bench->wire);
	bench_say(bench, 0, "SYN", 0, 0, 0);
	ASSERT_DONE(wire_deliver(bench->wire, 0, &message));
	assert_string_equal(bench_told(bench, 2)->why, "server is cut off");
}

/* ---- settings ---- */

static void assert_near(double is, double expected)
{
	assert_true(is > expected - 1e-4 && is < expected + 1e-4);
}

static void send_many(struct bench *bench, int count)
{
	struct packet_plan plan = bench_udp(0, 1, 100);

	for (int i = 0; i < count; i++)
		bench_send(bench, 0, &plan);
}

static void test_delay(void **state)
{
	struct bench *bench = *state;

	ASSERT_DONE(wire_set(bench->wire, WISH(WIRE_DELAY, "client", "server", 0.05), &message));
	assert_string_equal(bench->world.wire_settings, "delay 50ms client > server");
	bench_say(bench, 0, "SYN", 0, 0, 0);
	bench_say(bench, 1, "ACK", 0, 1, 0);
	assert_list(bench, "1 delayed, 2 delivered");
	assert_false(wire_is_quiet(bench->wire));
	bench_wait(bench, 0.049);
	assert_string_equal(bench_told(bench, 1)->verdict, "delayed");
	bench_wait(bench, 0.002);
	assert_string_equal(bench_told(bench, 1)->verdict, "delivered");
	assert_near(world_segment(&bench->world, 1)->decided, 1.05);
	assert_true(wire_is_quiet(bench->wire));
	assert_true(bench->wire->timer_due < 0);
	/* The last word holds. */
	set(bench, "delay", "off");
	bench_say(bench, 0, "SYN", 0, 0, 0);
	assert_string_equal(bench_told(bench, 3)->verdict, "delivered");
}

/* Order is kept, whatever the jitter. */
static void test_jitter(void **state)
{
	struct bench *bench = *state;
	struct packet_plan plan = bench_udp(0, 1, 1);
	double first = 0, last = 0;

	set(bench, "delay", "20ms");
	set(bench, "jitter", "10ms");
	for (int i = 0; i < 50; i++) {
		plan.src_port = (uint16_t)(i + 1);
		bench_send(bench, 0, &plan);
		bench_wait(bench, 0.05);
	}
	for (int64_t n = 1; n <= 50; n++) {
		const struct world_segment *segment = world_segment(&bench->world, n);
		double took = segment->decided - segment->seen;

		assert_true(took >= 0.00999 && took <= 0.03001);
		first = took < 0.015 ? first + 1 : first;
		last = took > 0.025 ? last + 1 : last;
	}
	assert_true(first > 3 && last > 3);
	for (int i = 50; i < 64; i++) {
		plan.src_port = (uint16_t)(i + 1);
		bench_send(bench, 0, &plan);
	}
	bench_wait(bench, 1);
	for (int i = 0; i < 64; i++)
		assert_int_equal(bench->links[1].incoming[i].bytes[21], i + 1);
}

static void test_loss_and_seed(void **state)
{
	struct bench *bench = *state;
	char *first, *second = NULL, *third = NULL;

	set(bench, "loss", "30%");
	wire_set_seed(bench->wire, 7);
	send_many(bench, 200);
	first = bench_list(bench);
	assert_true(bench->links[1].given > 110 && bench->links[1].given < 170);
	assert_non_null(strstr(first, "dropped (loss 30%)"));
	for (int i = 0; i < 2; i++) {
		struct bench again;

		bench_init(&again);
		set(&again, "loss", "30%");
		wire_set_seed(again.wire, i == 0 ? 7 : 8);
		/* What passes the other way changes nothing here. */
		bench_say(&again, 1, "ACK", 1, 1, 0);
		again.wire->n = 0;
		world_segments_release(&again.world.segments);
		send_many(&again, 200);
		if (i == 0)
			second = bench_list(&again);
		else
			third = bench_list(&again);
		bench_release(&again);
	}
	assert_string_equal(first, second);
	assert_string_not_equal(first, third);
	free(first);
	free(second);
	free(third);
}

static void test_duplicates(void **state)
{
	struct bench *bench = *state;

	set(bench, "duplicate", "100%");
	bench_say(bench, 0, "SYN", 0, 0, 0);
	assert_list(bench, "1 delivered, 2 delivered copy of 1");
	set(bench, "delay", "10ms");
	bench_say(bench, 0, "ACK", 1, 1, 0);
	bench_wait(bench, 0.02);
	assert_list(bench, "1 delivered, 2 delivered copy of 1, 3 delivered, 4 delivered copy of 3");
	assert_int_equal(bench->links[1].given, 4);
}

/* Sends 64, numbered by their port, with pauses between them; "2 1 3 4 ": in what order they came. */
static char *order_of_64(double pause)
{
	struct bench bench;
	struct text order;

	bench_init(&bench);
	wire_set_seed(bench.wire, 7);
	set(&bench, "reorder", "20%");
	for (int i = 0; i < BENCH_KEPT; i++) {
		struct packet_plan plan = bench_udp(0, 1, 1);

		plan.src_port = (uint16_t)(i + 1);
		bench_send(&bench, 0, &plan);
		bench_wait(&bench, pause);
	}
	bench_wait(&bench, 1);
	assert_int_equal(bench.links[1].given, BENCH_KEPT);
	text_init(&order);
	for (int i = 0; i < BENCH_KEPT; i++)
		text_addf(&order, "%d ", bench.links[1].incoming[i].bytes[21]);
	bench_release(&bench);
	return text_take(&order);
}

/* One that is overtaken comes just behind the next one; by chance, not by time. */
static void test_reorder(void **state)
{
	char *order = order_of_64(0), *slow = order_of_64(0.1), *at = order;
	int turned = 0;

	(void)state;
	for (long i = 1; i <= BENCH_KEPT; i++) {
		long came = strtol(at, &at, 10);

		if (came != i) {
			assert_int_equal(came, i + 1);
			assert_int_equal(strtol(at, &at, 10), i++);
			turned++;
		}
	}
	assert_true(turned > 3 && turned < 25);
	assert_string_equal(order, slow);
	free(order);
	free(slow);
}

/* Who waits to be overtaken goes on when nobody can do so any more. */
static void test_nobody_overtakes(void **state)
{
	struct bench *bench = *state;
	struct packet_plan plan = bench_udp(0, 1, 1);

	set(bench, "reorder", "100%");
	assert_false(wire_nobody_overtakes(bench->wire));
	bench_send(bench, 0, &plan);
	assert_list(bench, "1 delayed");
	/* All may sleep now, so it is asked whether there is any such. */
	assert_true(wire_is_quiet(bench->wire));
	assert_true(wire_nobody_overtakes(bench->wire));
	assert_list(bench, "1 delivered");
	/* What goes the other way does not overtake. */
	bench_send(bench, 0, &plan);
	plan = bench_udp(1, 0, 1);
	bench_send(bench, 1, &plan);
	assert_list(bench, "1 delivered, 2 delayed, 3 delayed");
	wire_hold(bench->wire);
	assert_list(bench, "1 delivered, 2 delivered, 3 delivered");
	wire_flow(bench->wire);
	/* Nobody asks: it goes on by itself, after some turns of the loop. */
	plan = bench_udp(0, 1, 1);
	bench_send(bench, 0, &plan);
	bench_wait(bench, WIRE_ASIDE * WIRE_ASIDE_TURNS - 0.001);
	assert_string_equal(bench_told(bench, 4)->verdict, "delayed");
	bench_wait(bench, 0.002);
	assert_string_equal(bench_told(bench, 4)->verdict, "delivered");
	assert_true(bench->wire->timer_due < 0);
	/* One that waits when the wire is freed is freed with it. */
	bench_send(bench, 0, &plan);
}

/* With a delay it arrives when the one does that overtook it; its copy does not wait. */
static void test_reorder_and_others(void **state)
{
	struct bench *bench = *state;
	struct packet_plan plan = bench_udp(0, 1, 1);

	set(bench, "reorder", "100%");
	set(bench, "duplicate", "100%");
	set(bench, "delay", "10ms");
	bench_send(bench, 0, &plan);
	bench_wait(bench, 0.008);
	bench_send(bench, 0, &plan);
	bench_wait(bench, 0.008);
	assert_list(bench, "1 delayed, 2 delivered copy of 1, 3 delayed, 4 delayed copy of 3");
	bench_wait(bench, 0.003);
	assert_list(bench, "1 delivered, 2 delivered copy of 1, 3 delivered, 4 delivered copy of 3");
	assert_true(world_segment(&bench->world, 1)->decided >= world_segment(&bench->world, 3)->decided);
}

static void test_rate_and_queue(void **state)
{
	struct bench *bench = *state;
	struct packet_plan plan = bench_udp(0, 1, 972);

	set(bench, "rate", "80kbit");
	set(bench, "queue", "3");
	/* 1000 bytes take 100 ms each. */
	for (int i = 0; i < 5; i++)
		bench_send(bench, 0, &plan);
	assert_list(bench, "1 delayed, 2 delayed, 3 delayed, 4 dropped (the queue of 3 is full), "
		    "5 dropped (the queue of 3 is full)");
	bench_wait(bench, 0.15);
	assert_int_equal(bench->links[1].given, 1);
	bench_send(bench, 0, &plan);
	bench_wait(bench, 0.1);
	assert_int_equal(bench->links[1].given, 2);
	bench_wait(bench, 1);
	assert_int_equal(bench->links[1].given, 4);
	assert_near(world_segment(&bench->world, 6)->decided, 1.4);
}

static void test_mtu(void **state)
{
	struct bench *bench = *state;
	struct packet_plan plan = bench_udp(0, 1, 1400);
	struct packet decoded;

	set(bench, "mtu", "600");
	plan.dont_fragment = true;
	bench_send(bench, 0, &plan);
	assert_list(bench, "1 dropped (larger than the mtu of 600), 2 delivered");
	assert_string_equal(bench_told(bench, 2)->from, "router");
	assert_string_equal(bench_told(bench, 2)->to, "client");
	packet_decode(&decoded, bench->links[0].incoming[0].bytes, bench->links[0].incoming[0].len);
	assert_int_equal(decoded.icmp.type, 3);
	assert_int_equal(decoded.icmp.code, 4);
	assert_int_equal(decoded.icmp.mtu, 600);
	plan.dont_fragment = false;
	bench_send(bench, 0, &plan);
	assert_list(bench, "1 dropped (larger than the mtu of 600), 2 delivered, 3 delivered, 4 delivered, "
		    "5 delivered");
	assert_int_equal(bench->links[1].incoming_count, 3);
	assert_true(bench->links[1].incoming[0].len <= 600);
	assert_non_null(strstr(bench_told(bench, 4)->info, "cut for the mtu"));
	/* So it is while the wire is held. */
	wire_hold(bench->wire);
	bench_send(bench, 0, &plan);
	assert_int_equal(bench->world.segments.held_count, 3);
	plan.version = 6;
	plan.src = (struct packet_addr){ .bytes = { 0xfd, [15] = 1 } };
	plan.dst = (struct packet_addr){ .bytes = { 0xfd, [15] = 2 } };
	bench_send(bench, 0, &plan);
	assert_non_null(strstr(bench_told(bench, 10)->info, "packet too big"));
	assert_string_equal(bench_told(bench, 9)->why, "larger than the mtu of 600, and IPv6 needs 1280");
}

/* Settings as text, and which of several holds. */
static void test_values(void **state)
{
	static const struct {
		enum wire_setting setting;
		const char *text, *back; /* back NULL: refused */
	} rows[] = {
		{ WIRE_DELAY, "50ms", "50ms" }, { WIRE_DELAY, "1.5s", "1.5s" }, { WIRE_DELAY, "0.25s", "250ms" },
		{ WIRE_DELAY, "20us", "20us" }, { WIRE_DELAY, "off", "off" }, { WIRE_DELAY, "0", "off" },
		{ WIRE_DELAY, "50", NULL }, { WIRE_DELAY, "ms", NULL }, { WIRE_DELAY, "2h", NULL },
		{ WIRE_DELAY, "3601s", NULL }, { WIRE_DELAY, "-1s", NULL }, { WIRE_DELAY, "1..5s", NULL },
		{ WIRE_DELAY, "", NULL }, { WIRE_DELAY, "0ms", "off" },
		{ WIRE_LOSS, "10%", "10%" }, { WIRE_LOSS, "0.1%", "0.1%" }, { WIRE_LOSS, "100%", "100%" },
		{ WIRE_LOSS, "101%", NULL }, { WIRE_LOSS, "0.5", NULL },
		{ WIRE_RATE, "1mbit", "1mbit" }, { WIRE_RATE, "1500kbit", "1.5mbit" },
		{ WIRE_RATE, "300bit", "300bit" }, { WIRE_RATE, "1", NULL },
		{ WIRE_QUEUE, "10", "10" },
		{ WIRE_QUEUE, "1.5", NULL },
		{ WIRE_MTU, "1280", "1280" }, { WIRE_MTU, "67", NULL }, { WIRE_MTU, "68", "68" },
		{ WIRE_MTU, "65536", NULL },
	};
	struct text text;
	double value;

	(void)state;
	text_init(&text);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		bool good = wire_value_parse(rows[i].setting, rows[i].text, &value, &text);

		if (good != (rows[i].back != NULL))
			fail_msg("%s %s: %s", wire_setting_word(rows[i].setting), rows[i].text, text.data);
		text_clear(&text);
		if (!good)
			continue;
		wire_value_describe(&text, rows[i].setting, value);
		assert_string_equal(text.data, rows[i].back);
		text_clear(&text);
	}
	text_release(&text);
}

static void test_last_word(void **state)
{
	struct bench *bench = *state;

	ASSERT_DONE(wire_set(bench->wire, WISH(WIRE_LOSS, "client", NULL, 0.5), &message));
	ASSERT_DONE(wire_set(bench->wire, WISH(WIRE_LOSS, "client", "server", 0), &message));
	assert_string_equal(bench->world.wire_settings, "loss 50% client > *, loss off client > server");
	assert_true(wire_rules_get(&bench->wire->rules, WIRE_LOSS, 0, 1) <= 0);
	assert_true(wire_rules_get(&bench->wire->rules, WIRE_LOSS, 0, 2) >= 0.5);
	assert_true(wire_rules_get(&bench->wire->rules, WIRE_LOSS, 1, 0) <= 0);
	ASSERT_DONE(wire_set(bench->wire, WISH(WIRE_LOSS, NULL, NULL, 0.1), &message));
	assert_string_equal(bench->world.wire_settings, "loss 10%");
	ASSERT_DONE(wire_set(bench->wire, WISH(WIRE_LOSS, NULL, NULL, 0), &message));
	assert_null(bench->world.wire_settings);
	/* What is off leaves nothing behind, so that the wire is as quick as before. */
	ASSERT_DONE(wire_set(bench->wire, WISH(WIRE_DELAY, NULL, NULL, 0.1), &message));
	ASSERT_DONE(wire_set(bench->wire, WISH(WIRE_LOSS, "client", "server", 0.1), &message));
	ASSERT_DONE(wire_set(bench->wire, WISH(WIRE_LOSS, "server", "client", 0), &message));
	ASSERT_DONE(wire_set(bench->wire, WISH(WIRE_DELAY, NULL, NULL, 0), &message));
	assert_string_equal(bench->world.wire_settings, "loss 10% client > server");
	ASSERT_DONE(wire_set(bench->wire, WISH(WIRE_LOSS, NULL, "server", 0), &message));
	assert_int_equal(bench->wire->rules.count, 0);
	ASSERT_REFUSED(wire_set(bench->wire, WISH(WIRE_LOSS, "x", NULL, 0), &message),
		       "there is no host x on the wire");
}

static void test_describes(void **state)
{
	struct bench *bench = *state;
	struct text text;

	wire_hold(bench->wire);
	set(bench, "mtu", "1280");
	bench_say(bench, 0, "SYN", 0, 0, 0);
	bench_say(bench, 0, "SYN", 0, 0, 0);
	bench_say(bench, 1, "SYN,ACK", 0, 1, 0);
	text_init(&text);
	wire_describe(bench->wire, 1, &text);
	assert_string_equal(text.data, "wire held, 2 waiting\nmtu 1280\n"
			    "#1 client 10.0.0.1:40000 > server 10.0.0.2:80  SYN seq=0 win=64240 len=0  "
			    "held, sent 2 times\n"
			    "... and 1 more\n");
	text_release(&text);
}

/* ---- bounds ---- */

/* `wire` begins so. */
static void assert_described(const struct bench *bench, const char *beginning)
{
	struct text text;

	text_init(&text);
	wire_describe(bench->wire, 0, &text);
	assert_memory_equal(text.data, beginning, strlen(beginning));
	text_release(&text);
}

static void test_full(void **state)
{
	struct bench *bench = *state;
	struct packet_plan plan = bench_udp(0, 1, 0);

	bench->keeps_log = false;
	wire_hold(bench->wire);
	for (int i = 0; i < WIRE_HELD_MOST; i++) {
		plan.src_port = (uint16_t)i;
		bench_send(bench, 0, &plan);
	}
	assert_int_equal(bench->wire->held.count, WIRE_HELD_MOST);
	assert_int_equal(bench->world.segments.held_count, WIRE_HELD_MOST);
	bench_send(bench, 0, &plan);
	assert_string_equal(bench_told(bench, WIRE_HELD_MOST + 1)->why, "the wire is full: 100000 wait");
	assert_described(bench, "wire held, 100000 waiting, 1 dropped since it was full\n");
	for (int i = 0; i < 2000; i++)
		bench_send(bench, 0, &plan);
	assert_described(bench, "wire held, 100000 waiting, 2001 dropped since it was full\n");
	bench_wait(bench, 1);
	/* Also where they are so many that sums tell of them. */
	assert_string_equal(bench_told(bench, WIRE_HELD_MOST + 2001)->why, "the wire is full: 100000 wait");
	assert_true(bench_told(bench, WIRE_HELD_MOST + 2001)->segments > 1);
	assert_int_equal(bench->wire->held.count, WIRE_HELD_MOST);
	ASSERT_DONE(wire_deliver(bench->wire, 0, &message));
	bench_send(bench, 0, &plan);
	assert_string_equal(bench_told(bench, WIRE_HELD_MOST + 2002)->verdict, "held");
	wire_flow(bench->wire);
	bench_settle(bench);
	assert_described(bench, "wire flows\n");
	wire_hold(bench->wire);
	bench_send(bench, 0, &plan);
	/* The rest is freed with the wire, which the leak checker sees. */
}

static void test_full_of_bytes(void **state)
{
	struct bench *bench = *state;
	struct packet_plan plan = bench_udp(0, 1, 60000);

	bench->keeps_log = false;
	wire_hold(bench->wire);
	for (int i = 0; i < 5000; i++)
		bench_send(bench, 0, &plan);
	assert_true(bench->wire->held.bytes <= WIRE_BYTES_MOST);
	assert_true(bench->wire->held.count < 4500);
	assert_true(bench->world.segments.bytes < 5u * SEGMENT_BYTES_MOST);
}

/* A flood of a million: told of in sums, in bounded memory. */
static void test_flood(void **state)
{
	struct bench *bench = *state;
	struct packet_plan plan = bench_tcp(0, 1, FLAG_ACK, 1, 1);
	uint8_t bytes[64];
	size_t len, i;
	int64_t told = 0;

	for (i = 0; i < 1000000; i++) {
		if (i % 1000 == 0)
			bench_wait(bench, 0.01);
		plan.src_port = (uint16_t)(i % 7 == 0 ? i : 40000);
		plan.seq = (uint32_t)i;
		len = packet_build(&plan, bytes, sizeof(bytes));
		wire_take(bench->wire, 0, bytes, len);
	}
	bench_wait(bench, 1);
	assert_int_equal(bench->links[1].given, 1000000);
	assert_true(bench->world.segments.count <= SEGMENTS_MOST);
	assert_true(bench->wire->connections.count <= WIRE_CONNECTIONS_MOST);
	assert_int_equal(bench->wire->summary.count, 0);
	for (i = 0; i < bench->world.segments.count; i++) {
		const struct event_segment *one = &world_segments_at(&bench->world.segments, i)->told.segment;

		told += one->segments == EVENT_NO_INT ? 1 : one->segments;
	}
	if (bench->world.segments.fallen_off == 0)
		assert_int_equal(told, 1000000);
}

/* In a flood receivers are looked at with the sums, but for what changes a state. */
static void test_looks_in_flood(void **state)
{
	struct bench *bench = *state;
	uint32_t seq = 1;

	for (int i = 0; i < 3000; i++, seq += 10)
		bench_say(bench, 0, "ACK", seq, 1, 10);
	assert_int_equal(bench->deliveries, 3000);
	assert_int_equal(bench->looks, WIRE_TOLD_A_SECOND);
	bench_say(bench, 0, "FIN,ACK", seq, 1, 0);
	bench_say(bench, 1, "RST", 1, seq, 0);
	bench_say(bench, 1, "ACK", 1, seq, 0);
	assert_int_equal(bench->deliveries, 3003);
	assert_int_equal(bench->looks, WIRE_TOLD_A_SECOND + 2);
}

/* One connection at 2,000 a second: 1,000 by themselves, the rest in ten sums a second. */
static void test_sums(void **state)
{
	struct bench *bench = *state;
	struct packet_plan plan = bench_udp(0, 1, 100);
	const struct event_segment *last;

	for (int i = 0; i < 2000; i++) {
		bench_send(bench, 0, &plan);
		bench_wait(bench, 0.0005);
	}
	bench_wait(bench, 0.2);
	assert_true(bench->world.segments.count > 1004 && bench->world.segments.count < 1015);
	last = &world_segments_at(&bench->world.segments, bench->world.segments.count - 1)->told.segment;
	assert_int_equal(last->n, 2000);
	assert_true(last->segments > 10);
	assert_int_equal(last->len, last->segments * 100);
	assert_string_equal(last->src, "10.0.0.1:5000");
	assert_true(bench->wire->timer_due < 0);
	/* The next second has its own thousand. */
	bench_wait(bench, 1);
	send_many(bench, 5);
	assert_int_equal(bench_told(bench, 2005)->segments, EVENT_NO_INT);
	assert_non_null(bench_told(bench, 2001)->packet.bytes);
}

/* The loop itself: a link that is readable, and a timer. */
static void test_loop(void **state)
{
	struct bench *bench = *state;
	struct packet_plan plan = bench_tcp(0, 1, FLAG_SYN, 1000, 0);
	struct bench_link *client = &bench->links[0];
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	wire_watch_link(bench->wire, 0, ends[0]);
	set(bench, "delay", "1ms");
	client->outgoing[0].len = packet_build(&plan, client->outgoing[0].bytes, sizeof(client->outgoing[0].bytes));
	client->outgoing_count = 1;
	assert_true(wire_is_quiet(bench->wire));
	assert_int_equal(write(ends[1], "x", 1), 1);
	assert_false(wire_is_quiet(bench->wire));
	event_base_loop(bench->base, EVLOOP_ONCE | EVLOOP_NONBLOCK);
	assert_list(bench, "1 delayed");
	bench->now += 0.001;
	assert_int_equal(read(ends[0], bench->links[2].outgoing[0].bytes, 1), 1);
	event_base_loop(bench->base, EVLOOP_ONCE);
	assert_list(bench, "1 delivered");
	close(ends[1]);
	bench->links[0].has_ended = true;
	event_base_loop(bench->base, EVLOOP_ONCE);
	assert_true(bench->wire->hosts[0]->has_ended);
	/* Nothing is left that could wake the loop. */
	assert_int_equal(event_base_loop(bench->base, EVLOOP_ONCE), 1);
	close(ends[0]);
}

/* ---- super-frames ---- */

/* The client has a super-frame of 2500 bytes in segments of 1000 to send. */
static void put_super_frame(struct bench *bench)
{
	static uint8_t data[2500];
	struct bench_link *client = &bench->links[0];
	struct bench_packet *packet = &client->outgoing[client->outgoing_count++];
	struct packet_plan plan = bench_tcp(0, 1, FLAG_PSH | FLAG_ACK | FLAG_FIN, 1001, 5001);

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i % 251);
	plan.data = data;
	plan.data_len = sizeof(data);
	plan.id = 7;
	plan.dont_fragment = false;
	plan.checksum_wish = CHECKSUM_LEAVE;
	packet->len = packet_build(&plan, packet->bytes, sizeof(packet->bytes));
	packet->gso_size = 1000;
}

static void read_link_of_client(struct bench *bench)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	if (bench->wire->hosts[0]->readable == NULL)
		wire_watch_link(bench->wire, 0, ends[0]);
	event_active(bench->wire->hosts[0]->readable, EV_READ, 0);
	event_base_loop(bench->base, EVLOOP_NONBLOCK);
	event_free(bench->wire->hosts[0]->readable);
	bench->wire->hosts[0]->readable = NULL;
	bench->wire->hosts[0]->fd = -1;
	close(ends[0]);
	close(ends[1]);
}

static void check_piece(const struct bench_packet *piece, uint32_t offset, uint32_t len, uint16_t flags)
{
	struct packet decoded;

	packet_decode(&decoded, piece->bytes, piece->len);
	assert_int_equal(decoded.tcp.seq, 1001 + offset);
	assert_int_equal(decoded.payload_len, len);
	assert_int_equal(decoded.tcp.flags, flags);
	assert_int_equal(decoded.tcp.checksum_state, CHECKSUM_OK);
	assert_int_equal(decoded.ip.checksum_state, CHECKSUM_OK);
	assert_int_equal(decoded.ip.id, 7 + offset / 1000);
	for (uint32_t i = 0; i < len; i++)
		assert_int_equal(piece->bytes[decoded.payload_offset + i], (offset + i) % 251);
}

/* The fragments of the first piece. */
static void check_cut(const struct bench_packet *fragments)
{
	for (int i = 0; i < 2; i++) {
		const struct bench_packet *fragment = &fragments[i];
		struct packet decoded;
		size_t begin = i == 0 ? 40 : 20, at;

		packet_decode(&decoded, fragment->bytes, fragment->len);
		assert_int_equal(decoded.ip.more_fragments, i == 0);
		at = decoded.ip.fragment_offset + begin - 40;
		for (size_t j = begin; j < fragment->len; j++)
			assert_int_equal(fragment->bytes[j], (at + j - begin) % 251);
	}
}

static void test_super_frame(void **state)
{
	struct bench *bench = *state;
	struct bench_link *server = &bench->links[1];
	int64_t copy;

	assert_true(bench->links[0].offload);
	put_super_frame(bench);
	read_link_of_client(bench);
	assert_list(bench, "1 delivered");
	assert_int_equal(bench_told(bench, 1)->segments, 3);
	assert_int_equal(server->incoming[0].gso_size, 1000);
	assert_int_equal(server->incoming[0].len, 2540);
	/* A copy of it has its checksum. */
	ASSERT_DONE(wire_duplicate(bench->wire, 1, &copy, &message));
	assert_int_equal(checksum_of(&server->incoming[1]), CHECKSUM_OK);
	/* Where segments count there are none, and one that was on its way is taken apart. */
	wire_hold(bench->wire);
	assert_false(bench->links[0].offload);
	put_super_frame(bench);
	wire_set_fold(bench->wire, false);
	read_link_of_client(bench);
	assert_list(bench, "1 delivered, 2 delivered copy of 1, 3 held, 4 held, 5 held");
	for (int i = 0; i < 3; i++)
		ASSERT_DONE(wire_deliver(bench->wire, 0, &message));
	check_piece(&server->incoming[2], 0, 1000, FLAG_ACK);
	check_piece(&server->incoming[3], 1000, 1000, FLAG_ACK);
	check_piece(&server->incoming[4], 2000, 500, FLAG_ACK | FLAG_PSH | FLAG_FIN);
	wire_flow(bench->wire);
	assert_true(bench->links[0].offload);
	set(bench, "mtu", "600");
	assert_false(bench->links[0].offload);
	/* What was on its way is taken apart, and its segments are cut, as a router does. */
	put_super_frame(bench);
	read_link_of_client(bench);
	check_cut(&server->incoming[5]);
	set(bench, "mtu", "off");
	assert_true(bench->links[0].offload);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_flows), TEST(test_holds_and_steps), TEST(test_flow_releases_in_order),
		TEST(test_hold_lets_arrive), TEST(test_out_of_order_drop), TEST(test_duplicate), TEST(test_corrupt),
		TEST(test_inject), TEST(test_routes), TEST(test_background), TEST(test_cut), TEST(test_link_fails),
		TEST(test_delay), TEST(test_jitter), TEST(test_loss_and_seed), TEST(test_duplicates),
		TEST(test_reorder), TEST(test_nobody_overtakes), TEST(test_reorder_and_others),
		TEST(test_rate_and_queue), TEST(test_mtu), TEST(test_values), TEST(test_last_word),
		TEST(test_describes), TEST(test_full), TEST(test_full_of_bytes), TEST(test_flood), TEST(test_sums),
		TEST(test_looks_in_flood),
		TEST(test_loop), TEST(test_super_frame),
	};

	return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
