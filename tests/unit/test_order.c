/*
 * Things in an order: beside a plain sorted array, through thousands of random comings and goings; and what it costs,
 * in comparisons.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "world/order.h"

struct thing {
	int key;
};

static struct {
	size_t comparisons;
} work;

static int compare(const void *left, const void *right)
{
	const struct thing *a = left, *b = right;

	work.comparisons++;
	return (a->key > b->key) - (a->key < b->key);
}

/* ---- beside an array ---- */

enum { KEYS = 300, STEPS = 20000 };

static struct thing things[KEYS];

/* Of those that are there, in their order. */
static void check(const struct order *order, const bool *there)
{
	size_t count = 0;

	for (int key = 0; key < KEYS; key++) {
		assert_int_equal(order_place(order, &things[key]), count);
		assert_ptr_equal(order_find(order, &things[key]), there[key] ? &things[key] : NULL);
		if (there[key])
			assert_ptr_equal(order_at(order, count++), &things[key]);
	}
	assert_int_equal(order_count(order), count);
	assert_null(order_at(order, count));
}

static void test_is_as_a_sorted_array(void **state)
{
	bool there[KEYS] = { false };
	struct order order;
	unsigned random = 1;

	(void)state;
	for (int key = 0; key < KEYS; key++)
		things[key].key = key;
	order_init(&order, compare);
	check(&order, there);
	for (int step = 0; step < STEPS; step++) {
		random = random * 1103515245u + 12345u;
		size_t key = random / 65536 % KEYS;

		if (there[key])
			assert_true(order_remove(&order, &things[key]));
		else
			assert_false(order_remove(&order, &things[key]));
		if (!there[key])
			order_add(&order, &things[key]);
		there[key] = !there[key];
		if (step % 100 == 0)
			check(&order, there);
	}
	check(&order, there);
	assert_true(order.room < (size_t)4 * KEYS); /* what went made room for what came */
	order_release(&order);
	assert_int_equal(order_count(&order), 0);
	order_release(&order);
}

/* ---- what it costs ---- */

enum { MANY = 100000 };

static size_t log2_of(size_t number)
{
	size_t log = 0;

	while (number > 1) {
		number /= 2;
		log++;
	}
	return log;
}

/* In the order of their keys, as cookies come, or the other way: what would make a plain tree a list. */
static void measure(bool backwards)
{
	struct thing *many = xcalloc(MANY, sizeof(*many));
	const size_t most = 3 * log2_of(MANY) * MANY;
	struct order order;

	order_init(&order, compare);
	work.comparisons = 0;
	for (int i = 0; i < MANY; i++) {
		many[i].key = backwards ? MANY - i : i;
		order_add(&order, &many[i]);
	}
	assert_true(work.comparisons < most);
	work.comparisons = 0;
	for (int i = 0; i < MANY; i++)
		assert_ptr_equal(order_find(&order, &many[i]), &many[i]);
	assert_true(work.comparisons < most);
	work.comparisons = 0;
	for (size_t i = 0; i < MANY; i++)
		assert_ptr_equal(order_at(&order, i), &many[backwards ? MANY - 1 - i : i]);
	assert_int_equal(work.comparisons, 0);
	for (int i = 0; i < MANY; i++)
		assert_true(order_remove(&order, &many[i]));
	assert_true(work.comparisons < most);
	order_release(&order);
	free(many);
}

static void test_costs_a_logarithm(void **state)
{
	(void)state;
	measure(false);
	measure(true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_is_as_a_sorted_array),
		cmocka_unit_test(test_costs_a_logarithm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
