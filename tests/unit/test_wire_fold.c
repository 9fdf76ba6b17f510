/*
 * Which retransmissions are counted on the segment that they repeat, and which are queued: a table of short stories.
 *
 * A story's steps: who says what ('c' or 's', flags, seq, ack, len; numbers relative to the SYNs), or what the user
 * does with a segment ('d' deliver, 'x' drop, 'k' corrupt, '2' duplicate, 'i' inject as the client; `seq` is its
 * number, 0 the oldest). A second passes before each step, but only 10 ms if its letter is large. At its end the list
 * of segments is as `is` says.
 */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "packet/names.h"
#include "wire_bench.h"

enum { STEPS_MOST = 16 };

struct step {
	char what;
	const char *flags;
	uint32_t seq, ack;
	size_t len;
};

struct story {
	const char *name;
	struct step steps[STEPS_MOST];
	const char *is;
};

#define SYN { 'c', "SYN", 0, 0, 0 }
#define SYN_ACK { 's', "SYN,ACK", 0, 1, 0 }
#define ACK { 'c', "ACK", 1, 1, 0 }
#define DELIVER { 'd', NULL, 0, 0, 0 }
#define DROP { 'x', NULL, 0, 0, 0 }
#define CORRUPT { 'k', NULL, 0, 0, 0 }
#define COPY { '2', NULL, 0, 0, 0 }
#define PROBE { 'c', "ACK", 0, 1, 0 }
#define DATA(seq, len) { 'c', "PSH,ACK", seq, 1, len }

static const struct story stories[] = {
	{ "a held SYN again", { SYN, SYN, SYN, SYN }, "1 held x4" },
	{ "the SYN again while its answer is held", { SYN, DELIVER, SYN_ACK, SYN, SYN }, "1 delivered x3, 2 held" },
	{ "both again", { SYN, DELIVER, SYN_ACK, SYN, SYN_ACK }, "1 delivered x2, 2 held x2" },
	{ "a delivered SYN again, and no answer is held", { SYN, DELIVER, SYN }, "1 delivered, 2 held" },
	{ "SYN,ACK again while the last ACK is held", { SYN, DELIVER, SYN_ACK, DELIVER, ACK, SYN_ACK },
	  "1 delivered, 2 delivered x2, 3 held" },
	{ "a dropped SYN again", { SYN, DROP, SYN, SYN }, "1 dropped, 2 held x2" },
	{ "a counted SYN dropped, and again", { SYN, SYN, DROP, SYN }, "1 dropped x2, 2 held" },
	{ "another SYN from the same port", { SYN, { 'c', "SYN", 7000, 0, 0 } }, "1 held, 2 held" },
	{ "another SYN, the first delivered", { SYN, DELIVER, SYN_ACK, { 'c', "SYN", 7000, 0, 0 }, SYN },
	  "1 delivered, 2 held, 3 held, 4 held" },
	{ "a SYN with data, again without", { { 'c', "SYN", 0, 0, 10 }, SYN }, "1 held x2" },
	{ "a SYN, again with data", { SYN, { 'c', "SYN", 0, 0, 10 } }, "1 held, 2 held" },
	{ "acknowledgements", { ACK, ACK, ACK }, "1 held, 2 held, 3 held" },
	{ "duplicate ACKs while data is held", { { 's', "PSH,ACK", 1, 1, 10 }, ACK, ACK }, "1 held, 2 held, 3 held" },
	{ "resets", { { 'c', "RST", 1, 0, 0 }, { 'c', "RST", 1, 0, 0 }, { 'c', "RST,ACK", 1, 1, 0 } },
	  "1 held, 2 held, 3 held" },
	{ "a reset with what looks like data", { DATA(1, 5), { 'c', "RST", 1, 0, 5 } }, "1 held, 2 held" },
	{ "data again", { DATA(1, 100), DATA(1, 100) }, "1 held x2" },
	{ "data again with more behind it", { DATA(1, 100), DATA(1, 150) }, "1 held, 2 held" },
	{ "data again, its end only", { DATA(1, 100), DATA(51, 50) }, "1 held x2" },
	{ "two merged", { DATA(1, 50), DATA(51, 50), DATA(1, 100) }, "1 held, 2 held x2" },
	{ "one split anew", { DATA(1, 100), DATA(1, 50), DATA(51, 50) }, "1 held x3" },
	{ "split at another place", { DATA(1, 60), DATA(61, 40), DATA(1, 40), DATA(41, 60) }, "1 held x2, 2 held x2" },
	{ "data and FIN merged", { DATA(1, 5), { 'c', "FIN,ACK", 6, 1, 0 }, { 'c', "FIN,PSH,ACK", 1, 1, 5 } },
	  "1 held, 2 held x2" },
	{ "data again, and now FIN with it", { DATA(1, 5), { 'c', "FIN,PSH,ACK", 1, 1, 5 } }, "1 held, 2 held" },
	{ "FIN again", { { 'c', "FIN,ACK", 1, 1, 0 }, { 'c', "FIN,ACK", 1, 1, 0 } }, "1 held x2" },
	{ "FIN again while its answer is held",
	  { { 'c', "FIN,ACK", 1, 1, 0 }, DELIVER, { 's', "ACK", 1, 2, 0 }, { 'c', "FIN,ACK", 1, 1, 0 } },
	  "1 delivered x2, 2 held" },
	{ "FIN again, delivered and unanswered", { { 'c', "FIN,ACK", 1, 1, 0 }, DELIVER, { 'c', "FIN,ACK", 1, 1, 0 } },
	  "1 delivered, 2 held" },
	{ "FIN again just after its delivery, before it can be answered",
	  { { 'c', "FIN,ACK", 1, 1, 0 }, DELIVER, { 'C', "FIN,ACK", 1, 1, 0 }, { 'S', "ACK", 1, 2, 0 } },
	  "1 delivered x2, 2 held" },
	{ "FIN again just after its answer was dropped",
	  { { 'c', "FIN,ACK", 1, 1, 0 }, DELIVER, { 'S', "ACK", 1, 2, 0 }, { 'X', NULL, 0, 0, 0 },
	    { 'C', "FIN,ACK", 1, 1, 0 } },
	  "1 delivered, 2 dropped, 3 held" },
	{ "a SYN, and just after its delivery a SYN,ACK: simultaneous open",
	  { SYN, DELIVER, { 'C', "SYN,ACK", 0, 1, 0 } }, "1 delivered, 2 held" },
	{ "another FIN just after a delivery", { DATA(1, 5), DELIVER, { 'C', "FIN,ACK", 6, 1, 0 } },
	  "1 delivered, 2 held" },
	{ "a first part delivered, the rest held", { DATA(1, 50), DATA(51, 50), DELIVER, DATA(1, 100) },
	  "1 delivered, 2 held x2" },
	{ "a first part delivered, again alone", { DATA(1, 50), DATA(51, 50), DELIVER, DATA(1, 50) },
	  "1 delivered, 2 held, 3 held" },
	{ "a first part dropped, merged", { DATA(1, 50), DATA(51, 50), DROP, DATA(1, 100) },
	  "1 dropped, 2 held, 3 held" },
	{ "a gap between", { DATA(1, 50), DATA(101, 50), DATA(1, 150) }, "1 held, 2 held, 3 held" },
	{ "out of order, then all again", { DATA(1, 50), DATA(51, 50), { 'd', NULL, 2, 0, 0 }, DATA(1, 100) },
	  "1 held, 2 delivered x2" },
	{ "data again while only data of the other side is held", { DATA(1, 5), DELIVER, { 's', "PSH,ACK", 1, 1, 9 },
	  DATA(1, 5) }, "1 delivered x2, 2 held" },
	{ "a corrupted one again", { DATA(1, 5), CORRUPT, DATA(1, 5), DELIVER, DATA(1, 5) }, "1 delivered x2, 2 held" },
	{ "a corrupted one again while the other side's data is held",
	  { DATA(1, 5), CORRUPT, DELIVER, { 's', "PSH,ACK", 1, 1, 9 }, DATA(1, 5) }, "1 delivered, 2 held, 3 held" },
	{ "a duplicate does not count as sending", { DATA(1, 5), COPY, DATA(1, 5) },
	  "1 held x2, 2 delivered copy of 1" },
	{ "a copy arrived, the original is dropped",
	  { DATA(1, 5), COPY, DROP, { 's', "ACK", 1, 6, 0 }, DATA(1, 5) },
	  "1 dropped x2, 2 delivered copy of 1, 3 held" },
	{ "injected twice", { DATA(1, 5), { 'i', "PSH,ACK", 1, 1, 5 }, { 'i', "PSH,ACK", 1, 1, 5 } },
	  "1 held, 2 held, 3 held" },
	{ "what was injected is then sent", { { 'i', "PSH,ACK", 1, 1, 5 }, DATA(1, 5) }, "1 held, 2 held" },
	{ "keep-alive while one is held", { ACK, DELIVER, PROBE, PROBE },
	  "1 delivered, 2 held x2" },
	{ "keep-alive while its answer is held",
	  { ACK, DELIVER, PROBE, DELIVER, { 's', "ACK", 1, 1, 0 }, PROBE },
	  "1 delivered, 2 delivered x2, 3 held" },
	{ "keep-alive after one that was answered", { ACK, DELIVER, PROBE, DELIVER, PROBE },
	  "1 delivered, 2 delivered, 3 held" },
	{ "a keep-alive dropped, and the next", { ACK, DELIVER, PROBE, DROP, PROBE },
	  "1 delivered, 2 dropped, 3 held" },
	{ "the other direction has its own numbers", { DATA(1, 5), { 's', "PSH,ACK", 1, 1, 5 } }, "1 held, 2 held" },
};

static void inject(struct bench *bench, const struct step *step)
{
	struct packet_plan plan = bench_tcp(0, 1, 0, 1000 + step->seq, 5000 + step->ack);
	uint8_t bytes[200];
	size_t len;

	assert_true(flags_parse(&plan.flags, step->flags));
	plan.data = "12345";
	plan.data_len = step->len;
	len = packet_build(&plan, bytes, sizeof(bytes));
	wire_inject(bench->wire, 0, bytes, len);
}

static bool act(struct bench *bench, const struct step *step, struct text *message)
{
	int64_t copy;

	int what = tolower(step->what);

	bench->now += what == step->what ? 1 : 0.01;
	switch (what) {
	case 'd':
		return wire_deliver(bench->wire, step->seq, message);
	case 'x':
		return wire_drop(bench->wire, step->seq, message);
	case 'k':
		return wire_corrupt(bench->wire, step->seq, message);
	case '2':
		return wire_duplicate(bench->wire, step->seq, &copy, message);
	case 'i':
		inject(bench, step);
		return true;
	}
	bench_say(bench, what == 'c' ? 0 : 1, step->flags, step->seq, step->ack, step->len);
	return true;
}

static void tell(struct bench *bench, const struct story *story)
{
	struct text message;

	text_init(&message);
	wire_hold(bench->wire);
	for (size_t i = 0; i < STEPS_MOST && story->steps[i].what != '\0'; i++) {
		if (!act(bench, &story->steps[i], &message))
			fail_msg("%s: %s", story->name, message.data);
	}
	text_release(&message);
}

static void test_stories(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(stories); i++) {
		struct bench *bench = xmalloc(sizeof(*bench));
		char *list;

		bench_init(bench);
		tell(bench, &stories[i]);
		list = bench_list(bench);
		if (!string_is(list, stories[i].is))
			fail_msg("%s: %s", stories[i].name, list);
		free(list);
		bench_release(bench);
		free(bench);
	}
}

/* With `fold off` every copy is queued; in flow mode nothing is held, and every copy passes. */
static void test_fold_off(void **state)
{
	static const struct story story = { "off", { SYN, SYN, SYN }, NULL };
	struct bench *bench = xmalloc(sizeof(*bench));
	char *list;

	(void)state;
	bench_init(bench);
	wire_set_fold(bench->wire, false);
	tell(bench, &story);
	list = bench_list(bench);
	assert_string_equal(list, "1 held, 2 held, 3 held");
	free(list);
	wire_set_fold(bench->wire, true);
	wire_flow(bench->wire);
	bench_settle(bench);
	bench_say(bench, 0, "SYN", 0, 0, 0);
	list = bench_list(bench);
	assert_string_equal(list, "1 delivered, 2 delivered, 3 delivered, 4 delivered");
	assert_string_equal(bench_told(bench, 4)->info, "[TCP Retransmission]");
	free(list);
	bench_release(bench);
	free(bench);
}

/* A handshake and a close with 3 s between any two steps, the kernel sending again meanwhile: 3 and 4 segments. */
static void test_slow_talk(void **state)
{
	static const struct step talk[] = {
		SYN, SYN_ACK, ACK, { 'c', "FIN,ACK", 1, 1, 0 }, { 's', "ACK", 1, 2, 0 }, { 's', "FIN,ACK", 1, 2, 0 },
		{ 'c', "ACK", 2, 2, 0 },
	};
	struct bench *bench = xmalloc(sizeof(*bench));
	struct text message;

	(void)state;
	text_init(&message);
	bench_init(bench);
	wire_hold(bench->wire);
	for (size_t i = 0; i < COUNT_OF(talk); i++) {
		act(bench, &talk[i], &message);
		for (int again = 0; again < 4; again++) {
			bench->now += 0.7;
			/* Whoever waits for an answer sends what he sent last. */
			for (size_t j = i == 0 ? 0 : i - 1; j <= i; j++)
				if (!string_is(talk[j].flags, "ACK") && (j == i || talk[i].what != talk[j].what))
					act(bench, &talk[j], &message);
		}
		assert_true(wire_deliver(bench->wire, 0, &message));
	}
	assert_int_equal(bench->wire->n, 7);
	text_release(&message);
	bench_release(bench);
	free(bench);
}

/* In one connection as many as the wire holds, and their retransmissions, are done in no long time. */
static void test_many(void **state)
{
	struct bench *bench = xmalloc(sizeof(*bench));

	(void)state;
	bench_init(bench);
	bench->keeps_log = false;
	wire_hold(bench->wire);
	for (uint32_t i = 0; i < 100000; i++)
		bench_say(bench, 0, "PSH,ACK", 1 + i * 10, 1, 10);
	assert_int_equal(bench->wire->held.count, 100000);
	for (uint32_t i = 0; i < 100; i++)
		bench_say(bench, 0, "PSH,ACK", 1 + i * 10, 1, 10);
	assert_int_equal(bench->wire->held.count, 100000);
	assert_int_equal(bench_told(bench, 50)->sent, 2);
	bench_release(bench);
	free(bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stories), cmocka_unit_test(test_fold_off), cmocka_unit_test(test_slow_talk),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests_name("wire, folding", tests, NULL, NULL);
}
