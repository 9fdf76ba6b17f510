/*
 * When a lookout comes to its sockets: of ten thousand that are watched it goes through none but those that it is
 * about. And the queue in which they stand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/due.h"
#include "base/mem.h"
#include "lab/lookout.h"

enum { MANY = 10000 };

/* ---- the queue ---- */

static void what_is_due_first_is_taken_first(void **state)
{
	struct due_queue queue = { 0 };
	double last = -1;
	uint64_t order = 0;

	(void)state;
	assert_null(due_first(&queue));
	/* 7 has no divisor in common with 1000, so every time comes ten times, and far from each other. */
	for (int64_t i = 0; i < MANY; i++)
		due_add(&queue, (struct due){ .at = (double)(i * 7 % 1000), .number = i });
	for (size_t left = MANY; left > 0; left--) {
		struct due due;

		assert_int_equal(queue.count, left);
		due = *due_first(&queue);
		assert_int_equal(due.number, due_take(&queue).number);
		assert_true(due.at >= last);
		assert_true(due.at > last || due.order > order);
		assert_int_equal(due.number * 7 % 1000, (int64_t)due.at);
		last = due.at;
		order = due.order;
	}
	assert_null(due_first(&queue));
	due_release(&queue);
}

/* ---- ten thousand that are watched ---- */

struct scene {
	struct event_base *base;
	struct world world;
	struct lookout lookout;
	struct watched *memory; /* of MANY */
	size_t len;
};

static void no_event(void *owner, struct event *event)
{
	(void)owner;
	(void)event;
	fail_msg("nothing can be known, so nothing can be told");
}

static struct event_cause no_cause(void *owner, const char *host, const struct event_state *state)
{
	(void)owner;
	(void)host;
	(void)state;
	return (struct event_cause){ .kind = CAUSE_UNKNOWN };
}

static bool not_detailed(void *owner)
{
	(void)owner;
	return false;
}

static const struct teller_ops ops = { .event = no_event, .cause = no_cause, .detailed = not_detailed };

/* Those whose cookie is in the second half lie where nobody may read: a search by cookie for one of the first half
 * never comes there, and whoever goes through all of them does. */
static void forbid_second_half(struct scene *scene, int protection)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t begin = ((uintptr_t)&scene->memory[MANY / 2 + 1] + page - 1) / page * page;

	assert_int_equal(mprotect((void *)begin, (uintptr_t)scene->memory + scene->len - begin, protection), 0);
}

static void scene_init(struct scene *scene)
{
	struct teller teller = { .host = "host", .world = &scene->world, .ops = &ops };

	*scene = (struct scene){ .base = event_base_new(), .len = MANY * sizeof(struct watched) };
	scene->memory = mmap(NULL, scene->len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(scene->memory != MAP_FAILED);
	world_init(&scene->world);
	lookout_open(&scene->lookout, scene->base, &teller, NULL);
	for (int64_t i = 0; i < MANY; i++)
		scene->memory[i] = (struct watched){
			.cookie = i + 1, .protocol = IPPROTO_TCP, .tcp = true,
			.local.in = { .sin_family = AF_INET, .sin_port = htons((uint16_t)(i + 1)) },
		};
	scene->lookout.watched = (struct watch_list){ .all = scene->memory, .count = MANY, .room = MANY };
	forbid_second_half(scene, PROT_NONE);
}

static void scene_release(struct scene *scene)
{
	forbid_second_half(scene, PROT_READ | PROT_WRITE);
	scene->lookout.watched = (struct watch_list){ 0 };
	lookout_release(&scene->lookout);
	world_release(&scene->world);
	munmap(scene->memory, scene->len);
	event_base_free(scene->base);
}

static void one_is_looked_at_without_going_through_all(void **state)
{
	struct scene scene;

	(void)state;
	scene_init(&scene);
	for (int64_t cookie = 1; cookie < MANY / 2; cookie += 7)
		lookout_look(&scene.lookout, cookie);
	assert_int_equal(scene.lookout.due.count, 0);
	scene_release(&scene);
}

static void a_timer_comes_to_those_that_are_due(void **state)
{
	struct scene scene;
	size_t planned = 0;

	(void)state;
	scene_init(&scene);
	for (int64_t cookie = 1; cookie < MANY / 2; cookie += 7, planned++)
		lookout_look_at_queue(&scene.lookout, cookie);
	/* A second wish before the first is fulfilled adds nothing. */
	lookout_look_at_queue(&scene.lookout, 1);
	assert_int_equal(scene.lookout.due.count, planned);
	/* Until no timer is left. */
	assert_int_equal(event_base_dispatch(scene.base), 1);
	assert_int_equal(scene.lookout.due.count, 0);
	for (size_t i = 0; i < MANY / 2; i++)
		assert_true(scene.memory[i].queue_due <= 0);
	scene_release(&scene);
}

/* One that was put off is come to at the later time, and one that is watched no more never; no timer is left over. */
static void what_was_put_off_is_planned_anew(void **state)
{
	struct scene scene;
	double first;

	(void)state;
	scene_init(&scene);
	lookout_look_at_queue(&scene.lookout, 1);
	lookout_look_at_queue(&scene.lookout, 2);
	first = due_first(&scene.lookout.due)->at;
	scene.memory[0].queue_due = first + 3600;
	scene.memory[1].queue_due = 0;
	lookout_look(&scene.lookout, 3);
	assert_int_equal(scene.lookout.due.count, 1);
	assert_int_equal(due_first(&scene.lookout.due)->number, 1);
	assert_true(due_first(&scene.lookout.due)->at > first + 3599);
	scene.memory[0].queue_due = 0;
	lookout_look(&scene.lookout, 3);
	assert_int_equal(event_base_dispatch(scene.base), 1);
	scene_release(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_due_first_is_taken_first),
		cmocka_unit_test(one_is_looked_at_without_going_through_all),
		cmocka_unit_test(a_timer_comes_to_those_that_are_due),
		cmocka_unit_test(what_was_put_off_is_planned_anew),
	};

	return cmocka_run_group_tests_name("lookout", tests, NULL, NULL);
}
