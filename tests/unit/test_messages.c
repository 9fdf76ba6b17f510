/*
 * Messages of TLS and the segments that carry them, in whatever order they are told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "base/mem.h"
#include "world/world.h"

static const char client[] = "10.0.0.1:40000", server[] = "10.0.0.2:443";

static void tell_message(struct world *world, const char *name, int64_t first, int64_t last)
{
	struct event event;

	event_init(&event, EVENT_tls);
	event.t = 1;
	event.tls.text = xstrdup(name);
	event.tls.src = xstrdup(server);
	event.tls.dst = xstrdup(client);
	event.tls.seq_first = first;
	event.tls.seq_last = last;
	world_apply(world, &event);
	event_release(&event);
}

static void tell_segment(struct world *world, int64_t n, int64_t seq, int64_t len)
{
	struct event event;

	event_init(&event, EVENT_segment);
	event.t = 1;
	event.segment.n = n;
	event.segment.src = xstrdup(server);
	event.segment.dst = xstrdup(client);
	event.segment.flags = xstrdup("PSH,ACK");
	event.segment.verdict = xstrdup("delivered");
	event.segment.seq_rel = seq;
	event.segment.len = len;
	world_apply(world, &event);
	event_release(&event);
}

static const char *names_in(const struct world *world, int64_t n)
{
	return world_segment(world, n)->told.segment.tls;
}

static void assert_carried(const struct world *world, int64_t first, int64_t last, const char *expected)
{
	const struct event_tls tls = {
		.src = (char *)(uintptr_t)server,
		.dst = (char *)(uintptr_t)client,
		.seq_first = first,
		.seq_last = last,
	};
	char *segments = world_segments_of_message(&world->segments, &tls);

	assert_string_equal(segments, expected);
	free(segments);
}

static void messages_after_segments(void **state)
{
	struct world world;

	(void)state;
	world_init(&world);
	tell_segment(&world, 1, 1, 100);
	tell_segment(&world, 2, 101, 100);
	tell_segment(&world, 3, 201, 0);
	tell_message(&world, "ServerHello", 1, 100);
	tell_message(&world, "Certificate", 90, 101);
	assert_string_equal(names_in(&world, 1), "ServerHello, Certificate");
	assert_string_equal(names_in(&world, 2), "Certificate");
	assert_null(names_in(&world, 3));
	assert_carried(&world, 90, 101, "#1 #2");
	assert_carried(&world, 100, 100, "#1");
	assert_carried(&world, 101, 101, "#2");
	assert_carried(&world, 201, 300, "");
	world_release(&world);
}

static void segments_after_messages(void **state)
{
	struct world world;

	(void)state;
	world_init(&world);
	tell_message(&world, "Finished", 50, 80);
	tell_message(&world, "ServerHello", 1, 49);
	tell_segment(&world, 1, 1, 80);
	assert_string_equal(names_in(&world, 1), "ServerHello, Finished");
	/* Its verdict changes, it is sent again: what it carries stays. */
	tell_segment(&world, 1, 1, 80);
	tell_segment(&world, 2, 50, 31);
	assert_string_equal(names_in(&world, 1), "ServerHello, Finished");
	assert_string_equal(names_in(&world, 2), "Finished");
	assert_carried(&world, 50, 80, "#1 #2");
	world_release(&world);
}

/* Its receiver takes it to begin with the ChangeCipherSpec before it. */
static void both_ends_tell(void **state)
{
	struct world world;

	(void)state;
	world_init(&world);
	tell_segment(&world, 1, 1, 80);
	tell_message(&world, "ChangeCipherSpec", 1, 6);
	tell_message(&world, "Finished", 7, 80);
	tell_message(&world, "Finished", 1, 80);
	assert_string_equal(names_in(&world, 1), "ChangeCipherSpec, Finished");
	world_release(&world);
}

static void their_number_is_bounded(void **state)
{
	struct world world, copy;

	(void)state;
	world_init(&world);
	tell_segment(&world, 1, 1, 1);
	for (int i = 1; i <= 2 * WORLD_MESSAGES_MOST; i++)
		tell_message(&world, "NewSessionTicket", i, i);
	assert_int_equal(world.segments.messages.count, WORLD_MESSAGES_MOST);
	/* One that is forgotten stays with the segment that is told of again. */
	tell_segment(&world, 1, 1, 1);
	assert_string_equal(names_in(&world, 1), "NewSessionTicket");
	world_copy(&copy, &world);
	world_release(&world);
	tell_segment(&copy, 2, 2 * WORLD_MESSAGES_MOST, 1);
	assert_string_equal(names_in(&copy, 1), "NewSessionTicket");
	assert_string_equal(names_in(&copy, 2), "NewSessionTicket");
	world_release(&copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_after_segments),
		cmocka_unit_test(segments_after_messages),
		cmocka_unit_test(both_ends_tell),
		cmocka_unit_test(their_number_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
