/*
 * sockstep-side: copying between connections and two other descriptors.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "side_talk.h"

/* A side with the ends of a socketpair as 3 and 4, and pipes as 5, 6 (to be read from, written to) and 7, 8. */
static int start(void **state)
{
	struct talk *talk = xcalloc(1, sizeof(*talk));

	talk_start(talk, false);
	talk_gives(talk, "socketpair(AF_UNIX, SOCK_STREAM, 0)", "0");
	talk_gives(talk, "pipe2(0)", "0");
	talk_gives(talk, "pipe2(0)", "0");
	*state = talk;
	return 0;
}

static int end(void **state)
{
	int status = talk_end(*state);

	free(*state);
	return status == 0 ? 0 : -1;
}

static void receives(struct talk *talk, const char *call, const char *bytes)
{
	const struct event *event = talk_call(talk, "%s", call);

	assert_int_equal(event->call.data.len, strlen(bytes));
	assert_memory_equal(event->call.data.bytes, bytes, strlen(bytes));
}

static const struct event_copy *wait_copy(struct talk *talk, int64_t id, const char *status)
{
	for (size_t i = 0;; i++) {
		if (i == talk->count)
			assert_non_null(talk_next(talk));
		if (talk->events[i].kind == EVENT_copy && talk->events[i].copy.id == id &&
		    string_is(talk->events[i].copy.status, status))
			return &talk->events[i].copy;
	}
}

static int64_t copy(struct talk *talk, const char *words)
{
	int64_t id = talk_send(talk, "copy %s", words);

	talk_wait_answer(talk, id);
	return id;
}

static void both_directions_are_copied_and_half_closed(void **state)
{
	struct talk *talk = *state;
	int64_t id = copy(talk, "3 in=5 out=8 shut");
	const struct event_copy *done;

	talk_gives(talk, "write(6, \"to the peer\")", "11");
	receives(talk, "recv(4, 100)", "to the peer");
	talk_gives(talk, "send(4, \"from the peer\")", "13");
	receives(talk, "read(7, 100)", "from the peer");
	talk_gives(talk, "close(6)", "0");
	assert_int_equal(wait_copy(talk, id, "input-ended")->sent, 11);
	talk_gives(talk, "recv(4, 100)", "0");
	talk_gives(talk, "send(4, \"still\")", "5");
	receives(talk, "read(7, 100)", "still");
	talk_gives(talk, "close(4)", "0");
	done = wait_copy(talk, id, "done");
	assert_string_equal(done->why, "closed");
	assert_string_equal(done->first, "input");
	assert_int_equal(done->received, 18);
	assert_null(done->error);
}

static void the_peers_close_is_told_while_input_is_open(void **state)
{
	struct talk *talk = *state;
	int64_t id = copy(talk, "3 in=5 out=8");

	talk_gives(talk, "shutdown(4, SHUT_WR)", "0");
	assert_int_equal(wait_copy(talk, id, "peer-closed")->received, 0);
	talk_gives(talk, "write(6, \"more\")", "4");
	receives(talk, "recv(4, 100)", "more");
	talk_gives(talk, "close(6)", "0");
	assert_string_equal(wait_copy(talk, id, "done")->first, "peer");
}

static void a_peer_that_is_gone_is_an_error_with_its_name(void **state)
{
	struct talk *talk = *state;
	int64_t id = copy(talk, "3 in=5 out=8");
	const struct event_copy *done;

	talk_gives(talk, "shutdown(4, SHUT_WR)", "0");
	wait_copy(talk, id, "peer-closed");
	talk_gives(talk, "shutdown(4, SHUT_RD)", "0");
	talk_gives(talk, "write(6, \"too late\")", "8");
	done = wait_copy(talk, id, "done");
	assert_string_equal(done->why, "connection");
	assert_string_equal(done->error, "EPIPE");
}

static void closed_output_ends_it(void **state)
{
	struct talk *talk = *state;
	int64_t id = copy(talk, "3 in=none out=8");

	talk_gives(talk, "close(7)", "0");
	talk_gives(talk, "send(4, \"x\")", "1");
	assert_string_equal(wait_copy(talk, id, "done")->why, "output");
	assert_string_equal(wait_copy(talk, id, "done")->error, "EPIPE");
}

static void a_full_disk_is_an_error_of_the_output(void **state)
{
	struct talk *talk = *state;
	int64_t id;

	talk_gives(talk, "open(\"/dev/full\", O_WRONLY)", "9");
	id = copy(talk, "3 in=none out=9");
	talk_gives(talk, "send(4, \"x\")", "1");
	assert_string_equal(wait_copy(talk, id, "done")->error, "ENOSPC");
}

static void lf_becomes_cr_lf_but_not_twice(void **state)
{
	struct talk *talk = *state;

	copy(talk, "3 in=5 out=8 crlf");
	talk_gives(talk, "write(6, \"\\na\\nb\\r\\nc\\r\")", "8");
	receives(talk, "recv(4, 100)", "\r\na\r\nb\r\nc\r");
	talk_gives(talk, "write(6, \"\\n\\n\")", "2");
	receives(talk, "recv(4, 100)", "\n\r\n");
}

static void what_a_terminal_would_obey_is_shown(void **state)
{
	struct talk *talk = *state;
	int64_t id = copy(talk, "3 in=none out=8 show=utf8");

	talk_gives(talk, "send(4, \"\\x1b[2J\\r\\na\\xc3\")", "8");
	receives(talk, "read(7, 100)", "\\x1b[2J\na");
	talk_gives(talk, "send(4, hex:a4)", "1");
	receives(talk, "read(7, 100)", "\xc3\xa4");
	talk_gives(talk, "send(4, hex:c3)", "1");
	talk_gives(talk, "close(4)", "0");
	wait_copy(talk, id, "done");
	receives(talk, "read(7, 100)", "\\xc3");
}

static void lines_keep_their_distance(void **state)
{
	struct talk *talk = *state;
	const struct event_copy *done;
	int64_t id;

	talk_gives(talk, "write(6, \"a\\nb\\nc\")", "5");
	talk_gives(talk, "close(6)", "0");
	id = copy(talk, "3 in=5 out=8 interval=0.05 quit=0");
	done = wait_copy(talk, id, "done");
	assert_int_equal(done->sent, 5);
	assert_true(done->took >= 0.1);
}

static void it_ends_when_nothing_moves_or_so_many_have_come(void **state)
{
	struct talk *talk = *state;
	int64_t id = copy(talk, "3 in=none out=8 idle=0.01");

	assert_string_equal(wait_copy(talk, id, "done")->why, "idle");
	id = copy(talk, "3 in=none out=8 packets=1");
	talk_gives(talk, "send(4, \"x\")", "1");
	assert_string_equal(wait_copy(talk, id, "done")->why, "limit");
	talk_gives(talk, "fcntl(3, F_GETFL)", "0x2 (O_RDWR)");
}

static void input_goes_to_every_connection(void **state)
{
	struct talk *talk = *state;
	int64_t first = copy(talk, "3 in=5 out=8 shut"), second;

	talk_gives(talk, "socketpair(AF_UNIX, SOCK_STREAM, 0)", "0");
	second = copy(talk, "9 in=5 out=8 shut");
	talk_gives(talk, "write(6, \"to all\")", "6");
	receives(talk, "recv(4, 100)", "to all");
	receives(talk, "recv(10, 100)", "to all");
	talk_gives(talk, "close(6)", "0");
	assert_int_equal(wait_copy(talk, first, "input-ended")->sent, 6);
	assert_int_equal(wait_copy(talk, second, "input-ended")->sent, 6);
}

static void what_is_not_open_is_refused(void **state)
{
	struct talk *talk = *state;

	assert_non_null(strstr(talk_wait_error(talk, talk_send(talk, "copy 99"))->error.text, "99"));
	assert_non_null(strstr(talk_wait_error(talk, talk_send(talk, "copy 3 in=77"))->error.text, "77"));
	assert_non_null(strstr(talk_wait_error(talk, talk_send(talk, "copy 3 quickly"))->error.text, "quickly"));
	talk_wait_error(talk, talk_send(talk, "copy"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(both_directions_are_copied_and_half_closed, start, end),
		cmocka_unit_test_setup_teardown(the_peers_close_is_told_while_input_is_open, start, end),
		cmocka_unit_test_setup_teardown(a_peer_that_is_gone_is_an_error_with_its_name, start, end),
		cmocka_unit_test_setup_teardown(closed_output_ends_it, start, end),
		cmocka_unit_test_setup_teardown(a_full_disk_is_an_error_of_the_output, start, end),
		cmocka_unit_test_setup_teardown(lf_becomes_cr_lf_but_not_twice, start, end),
		cmocka_unit_test_setup_teardown(what_a_terminal_would_obey_is_shown, start, end),
		cmocka_unit_test_setup_teardown(lines_keep_their_distance, start, end),
		cmocka_unit_test_setup_teardown(it_ends_when_nothing_moves_or_so_many_have_come, start, end),
		cmocka_unit_test_setup_teardown(input_goes_to_every_connection, start, end),
		cmocka_unit_test_setup_teardown(what_is_not_open_is_refused, start, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
