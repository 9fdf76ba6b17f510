#include "session_story.h"

#include "session/bounds.h"
#include "session/commands.h"

/* What a test cannot wait for is set: the clock goes by when the session started. The rest is reached by real lessons,
 * in tests/script/strangers.test. */
static void begin(struct story *story)
{
	story_begin(story);
	story->session.lab_wanted = true;
	story->session.running.source.stranger = true;
	bounds_begin(&story->session);
}

static void a_stranger_has_so_much_time(void **state)
{
	struct story story;

	(void)state;
	begin(&story);
	assert_true(bounds_allow_line(&story.session));
	story.session.started -= LESSON_SECONDS_MAX - 1;
	assert_true(bounds_allow_line(&story.session));
	story.session.started -= 1;
	assert_false(bounds_allow_line(&story.session));
	assert_says(story.said.data, "may take no more than 4 hours");
	story_end(&story);
}

static void a_line_that_was_typed_has_all_the_time(void **state)
{
	struct story story;

	(void)state;
	begin(&story);
	story.session.started -= 2 * LESSON_SECONDS_MAX;
	story.session.running.source.stranger = false;
	assert_true(bounds_allow_line(&story.session));
	story_end(&story);
}

static double seconds_of_timer(const struct session *session)
{
	struct timeval end, now;

	assert_true(event_pending(session->timer, EV_TIMEOUT, &end));
	event_base_gettimeofday_cached(session->base, &now);
	return (double)(end.tv_sec - now.tv_sec) + (double)(end.tv_usec - now.tv_usec) / 1e6;
}

/* `wait 9999999`, `within 9999999s`: not longer than its lesson may take. */
static void a_line_waits_no_longer_than_its_lesson_may_take(void **state)
{
	static const struct waiter waiter = { .event = NULL };
	struct story story;

	(void)state;
	begin(&story);
	story.session.started -= LESSON_SECONDS_MAX - 100;
	session_wait(&story.session, &waiter, 9999999);
	assert_in_range((int)seconds_of_timer(&story.session), 90, 101);
	session_wait(&story.session, &waiter, 5);
	assert_in_range((int)seconds_of_timer(&story.session), 4, 6);
	story.session.started -= 1000;
	session_wait(&story.session, &waiter, 5);
	assert_in_range((int)(seconds_of_timer(&story.session) + 1), 0, 1);
	story.session.running.source.stranger = false;
	session_wait(&story.session, &waiter, 9999999);
	assert_true(seconds_of_timer(&story.session) > 9999990);
	session_finish(&story.session, OUTCOME_OK);
	story_end(&story);
}

static void without_a_lab_no_line_of_it_is_run(void **state)
{
	struct story story;

	(void)state;
	begin(&story);
	story.session.lab_wanted = false;
	assert_false(bounds_allow_line(&story.session));
	assert_says(story.said.data, "runs in a lab only");
	story_end(&story);
}

static void so_many_lines_are_run(void **state)
{
	struct story story;

	(void)state;
	begin(&story);
	for (long i = 0; i < LESSON_LINES_RUN_MAX; i++)
		bounds_count_line(&story.session);
	assert_true(bounds_allow_line(&story.session));
	bounds_count_line(&story.session);
	assert_false(bounds_allow_line(&story.session));
	assert_says(story.said.data, "no more than 100000 lines");
	story_end(&story);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stranger_has_so_much_time),
		cmocka_unit_test(a_line_that_was_typed_has_all_the_time),
		cmocka_unit_test(a_line_waits_no_longer_than_its_lesson_may_take),
		cmocka_unit_test(without_a_lab_no_line_of_it_is_run),
		cmocka_unit_test(so_many_lines_are_run),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
