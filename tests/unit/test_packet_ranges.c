/*
 * The set of what was carried: cases by hand, and long random runs against an array with a mark for each number.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "packet/ranges.h"

static struct seq_span data(uint32_t seq, uint32_t len)
{
	return (struct seq_span){ .seq = seq, .len = len };
}

static void add(struct seq_set *set, uint32_t seq, uint32_t len)
{
	struct seq_span span = data(seq, len);

	seq_set_add(set, &span);
}

static bool covers(const struct seq_set *set, uint32_t seq, uint32_t len)
{
	struct seq_span span = data(seq, len);

	return seq_set_covers(set, &span);
}

static void test_order(void **state)
{
	(void)state;
	assert_true(seq_before(1, 2) && !seq_before(2, 1) && !seq_before(2, 2));
	assert_true(seq_before(UINT32_MAX, 0) && seq_before(UINT32_MAX - 5, 5));
	assert_false(seq_before(0, UINT32_MAX));
	assert_true(seq_before(0, 0x7fffffff));
}

static void test_bytes(void **state)
{
	struct seq_set set;

	(void)state;
	seq_set_init(&set);
	assert_false(covers(&set, 100, 1));
	add(&set, 100, 10);
	assert_true(covers(&set, 100, 10) && covers(&set, 105, 5) && covers(&set, 100, 1) && covers(&set, 109, 1));
	assert_false(covers(&set, 99, 1) || covers(&set, 99, 2) || covers(&set, 109, 2) || covers(&set, 110, 1));
	add(&set, 120, 10);
	assert_false(covers(&set, 100, 30) || covers(&set, 110, 1));
	add(&set, 110, 10);
	assert_true(covers(&set, 100, 30));
	assert_int_equal(set.count, 1);
}

/* A segment that occupies nothing may still acknowledge something: it is never old. */
static void test_nothing_is_never_covered(void **state)
{
	struct seq_set set;

	(void)state;
	seq_set_init(&set);
	assert_false(covers(&set, 100, 0));
	add(&set, 100, 10);
	assert_false(covers(&set, 100, 0) || covers(&set, 105, 0));
}

static void test_syn_and_fin(void **state)
{
	struct seq_span syn = { .seq = UINT32_MAX, .has_syn = true }, fin = { .seq = 5, .has_fin = true };
	struct seq_span fast_open = { .seq = UINT32_MAX, .len = 5, .has_syn = true };
	struct seq_span whole = { .seq = UINT32_MAX, .len = 5, .has_syn = true, .has_fin = true };
	struct seq_set set;

	(void)state;
	seq_set_init(&set);
	assert_int_equal(seq_span_len(&whole), 7);
	assert_int_equal(seq_span_end(&whole), 6);
	seq_set_add(&set, &syn);
	assert_true(seq_set_covers(&set, &syn));
	assert_false(covers(&set, UINT32_MAX, 1) || seq_set_covers(&set, &fast_open));
	add(&set, 0, 5);
	assert_true(seq_set_covers(&set, &fast_open));
	assert_false(seq_set_covers(&set, &fin) || seq_set_covers(&set, &whole));
	seq_set_add(&set, &fin);
	assert_true(seq_set_covers(&set, &fin) && seq_set_covers(&set, &whole));
	/* A byte where the FIN stands is not the FIN, nor the other way round. */
	assert_false(covers(&set, 5, 1));
	seq_set_remove(&set, &fin);
	add(&set, 5, 1);
	assert_false(seq_set_covers(&set, &fin));
	seq_set_remove(&set, &syn);
	assert_false(seq_set_covers(&set, &syn));
}

/* Ports used again: the new connection's SYN begins the set anew, near or far. */
static void test_new_syn(void **state)
{
	static const uint32_t numbers[] = { 1500, 0x80000000u, 900 };
	struct seq_set set;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(numbers); i++) {
		struct seq_span old = { .seq = 1000, .len = 100, .has_syn = true };
		struct seq_span new = { .seq = numbers[i], .has_syn = true };

		seq_set_init(&set);
		seq_set_add(&set, &old);
		assert_false(seq_set_covers(&set, &new));
		seq_set_add(&set, &new);
		assert_true(seq_set_covers(&set, &new));
		assert_false(covers(&set, 1001, 100));
	}
}

/* A connection whose beginning was not seen: data first, then its SYN. */
static void test_late_syn(void **state)
{
	struct seq_span syn = { .seq = 1000, .has_syn = true };
	struct seq_set set;

	(void)state;
	seq_set_init(&set);
	add(&set, 1001, 100);
	seq_set_add(&set, &syn);
	assert_true(covers(&set, 1001, 100) && seq_set_covers(&set, &syn));
	/* The same SYN again is no new connection. */
	seq_set_add(&set, &syn);
	assert_true(covers(&set, 1001, 100) && seq_set_covers(&set, &syn));
}

static void test_out_of_reach(void **state)
{
	struct seq_set set;

	(void)state;
	seq_set_init(&set);
	add(&set, 1000, 100);
	add(&set, 1000 + 0x70000000u, 10);
	assert_false(covers(&set, 1000 + 0x70000000u, 10));
	assert_true(covers(&set, 1000, 100));
}

/*
 * Four times round the number space in large steps: the newest is known, the oldest forgotten, memory stays the
 * same.
 */
static void test_long_stream(void **state)
{
	struct seq_set set;
	uint32_t seq = 12345;

	(void)state;
	seq_set_init(&set);
	for (unsigned i = 0; i < 4 * 64; i++) {
		add(&set, seq, 1 << 26);
		seq += 1 << 26;
		assert_true(covers(&set, seq - 1000, 1000));
		assert_false(covers(&set, seq, 1) || covers(&set, seq - 1, 2));
		assert_int_equal(set.count, 1);
	}
	assert_true(covers(&set, seq - (1 << 29), 1));
	assert_false(covers(&set, seq - SEQ_REACH - 1, 1));
}

/* More holes than the set has room for: it forgets the oldest, and never claims what it did not get. */
static void test_many_holes(void **state)
{
	struct seq_set set;

	(void)state;
	seq_set_init(&set);
	for (uint32_t i = 0; i < 100; i++)
		add(&set, i * 20 - 1000, 10);
	assert_int_equal(set.count, SEQ_RANGES_MOST);
	assert_true(covers(&set, 99 * 20 - 1000, 10) && covers(&set, 68 * 20 - 1000, 10));
	assert_false(covers(&set, 67u * 20 - 1000, 10) || covers(&set, 99 * 20 - 1001, 11));
	/* An older one than all, and no room: not kept, nothing else lost. */
	add(&set, 10u - 1000, 2);
	assert_int_equal(set.count, SEQ_RANGES_MOST);
	assert_true(covers(&set, 68 * 20 - 1000, 10));
}

static void test_remove(void **state)
{
	struct seq_span middle = data(40, 20), around = data(0, 200), nothing = data(50, 0);
	struct seq_set set;

	(void)state;
	seq_set_init(&set);
	add(&set, 10, 90);
	seq_set_remove(&set, &nothing);
	assert_true(covers(&set, 10, 90));
	seq_set_remove(&set, &middle);
	assert_true(covers(&set, 10, 30) && covers(&set, 60, 40));
	assert_false(covers(&set, 39, 2) || covers(&set, 59, 2) || covers(&set, 50, 1));
	seq_set_remove(&set, &middle);
	assert_int_equal(set.count, 2);
	seq_set_remove(&set, &around);
	assert_int_equal(set.count, 0);
}

enum { FIELD = 300, FEW = 60 };

/* A small linear generator: the same run each time. */
static uint32_t draw(uint32_t *seed, uint32_t below)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % below;
}

static bool all_marked(const bool *marks, uint32_t from, uint32_t len)
{
	for (uint32_t i = from; i < from + len; i++) {
		if (!marks[i])
			return false;
	}
	return true;
}

static void run_against_marks(uint32_t base, uint32_t seed)
{
	bool marks[FIELD] = { false };
	struct seq_set set;

	seq_set_init(&set);
	for (int step = 0; step < 400; step++) {
		uint32_t len = 1 + draw(&seed, FEW), from = draw(&seed, FIELD - FEW);
		struct seq_span span = data(base + from, len);
		bool removes = draw(&seed, 3) == 0;

		if (removes)
			seq_set_remove(&set, &span);
		else
			seq_set_add(&set, &span);
		memset(marks + from, !removes, len);
		for (int look = 0; look < 20; look++) {
			len = 1 + draw(&seed, FEW);
			from = draw(&seed, FIELD - FEW);
			assert_int_equal(covers(&set, base + from, len), all_marked(marks, from, len));
		}
	}
}

static void test_random_runs(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 100; seed++) {
		run_against_marks(0, seed);
		run_against_marks(UINT32_MAX - FIELD / 2, seed);
		run_against_marks(0x80000000u - FIELD / 2, seed);
	}
}

static void test_span_of_a_packet(void **state)
{
	struct packet packet = { .transport = PACKET_TCP, .payload_len = 10 };
	struct seq_span span;

	(void)state;
	packet.tcp.seq = 7;
	packet.tcp.flags = FLAG_SYN | FLAG_FIN | FLAG_ACK;
	span = seq_span_of(&packet);
	assert_true(span.has_syn && span.has_fin && span.len == 10 && span.seq == 7);
	assert_int_equal(seq_span_end(&span), 19);
	packet.tcp.flags = FLAG_RST | FLAG_ACK;
	span = seq_span_of(&packet);
	assert_int_equal(seq_span_len(&span), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_nothing_is_never_covered),
		cmocka_unit_test(test_syn_and_fin),
		cmocka_unit_test(test_new_syn),
		cmocka_unit_test(test_late_syn),
		cmocka_unit_test(test_out_of_reach),
		cmocka_unit_test(test_long_stream),
		cmocka_unit_test(test_many_holes),
		cmocka_unit_test(test_remove),
		cmocka_unit_test(test_random_runs),
		cmocka_unit_test(test_span_of_a_packet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
