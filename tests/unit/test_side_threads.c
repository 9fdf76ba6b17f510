/*
 * sockstep-side: calls that block, in one thread and in several; quiet; interrupt; idleness.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "side_talk.h"

static int start(void **state)
{
	struct talk *talk = xcalloc(1, sizeof(*talk));

	talk_start(talk, false);
	*state = talk;
	return 0;
}

static int end(void **state)
{
	struct talk *talk = *state;
	int status = talk_end(talk);

	free(talk);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

/* A listener on 3; its port. */
static int listen_on(struct talk *talk)
{
	talk_gives(talk, "socket(AF_INET, SOCK_STREAM, 0)", "3");
	talk_gives(talk, "bind(3, 127.0.0.1:0)", "0");
	talk_gives(talk, "listen(3, 100)", "0");
	return (int)strtol(strrchr(talk_row(talk, 3)->fd.local, ':') + 1, NULL, 10);
}

static size_t count_of_calls(const struct talk *talk, int64_t id, const char *status)
{
	size_t count = 0;

	for (size_t i = 0; i < talk->count; i++)
		count += talk->events[i].kind == EVENT_call && talk->events[i].call.id == id &&
			 string_is(talk->events[i].call.status, status);
	return count;
}

static void a_sleeping_call_is_told_once(void **state)
{
	struct talk *talk = *state;
	const struct event *event;
	int64_t id;

	listen_on(talk);
	id = talk_send(talk, "accept(3)");
	event = talk_wait_call(talk, id, "blocked");
	assert_string_equal(event->call.text, "accept(3)");
	assert_int_equal(event->call.fd, 3);
	assert_true(event->call.result == EVENT_NO_INT && event->call.began > 0);
	for (int i = 0; i < 10; i++)
		talk_ask(talk, "quiet");
	assert_int_equal(count_of_calls(talk, id, "blocked"), 1);
	talk_ask(talk, "interrupt");
	assert_int_equal(count_of_calls(talk, id, "returned"), 1);
}

/* A call that returns at once is never told as blocked. */
static void a_quick_call_is_not_told_as_blocked(void **state)
{
	struct talk *talk = *state;
	int64_t id = 0;

	talk_gives(talk, "socketpair(AF_UNIX, SOCK_STREAM, 0)", "0");
	for (int i = 0; i < 500; i++) {
		talk_gives(talk, "send(3, \"x\", 1, 0)", "1");
		id = talk->last_id - 1;
		assert_int_equal(count_of_calls(talk, id, "blocked"), 0);
		talk_gives(talk, "recv(4, 1, 0)", "1");
		assert_int_equal(count_of_calls(talk, talk->last_id - 1, "blocked"), 0);
	}
}

static void accept_reserves_its_number(void **state)
{
	struct talk *talk = *state;
	int port = listen_on(talk);
	int64_t first, second;

	first = talk_send(talk, "accept(3)");
	talk_wait_fd(talk, 4, "reserved");
	second = talk_send(talk, "accept(3) &");
	talk_wait_fd(talk, 5, "reserved");
	talk_send(talk, "socket(AF_INET, SOCK_STREAM, 0) &");
	talk_wait_fd(talk, 6, "open");
	talk_send(talk, "connect(6, 127.0.0.1:%d) &", port);
	assert_int_equal(talk_wait_call(talk, first, "returned")->call.result, 4);
	talk_wait_fd(talk, 4, "open");
	talk_ask(talk, "interrupt 2");
	assert_int_equal(count_of_calls(talk, second, "returned"), 1);
	assert_null(talk_row(talk, 5));
}

static void a_busy_thread_refuses_and_says_why(void **state)
{
	struct talk *talk = *state;
	const struct event *event;

	listen_on(talk);
	talk_send(talk, "accept(3)");
	event = talk_wait_error(talk, talk_send(talk, "getsockname(3)"));
	assert_non_null(strstr(event->error.text, "accept(3)"));
	assert_non_null(strstr(event->error.text, "since "));
	event = talk_wait_call(talk, talk_send(talk, "getsockname(3) &"), "returned");
	assert_int_equal(event->call.thread, 2);
}

static void threads_have_numbers_and_share_the_table(void **state)
{
	struct talk *talk = *state;
	const struct event *event;
	int64_t ids[5];

	talk_gives(talk, "socketpair(AF_UNIX, SOCK_DGRAM, 0)", "0");
	for (int i = 0; i < 5; i++) {
		ids[i] = talk_send(talk, "recv(4, 100, 0) &");
		event = talk_wait_call(talk, ids[i], "blocked");
		assert_int_equal(event->call.thread, i + 2);
	}
	for (int i = 0; i < 5; i++)
		talk_gives(talk, "send(3, \"x\", 1, 0)", "1");
	for (int i = 0; i < 5; i++)
		assert_int_equal(count_of_calls(talk, ids[i], "returned"), 1);
	event = talk_wait_call(talk, talk_send(talk, "dup(3) &"), "returned");
	assert_int_equal(event->call.result, 5);
	talk_ask(talk, "quiet");
	assert_non_null(talk_row(talk, 5));
}

/* 63 beside the first. */
static void there_is_an_end_to_threads(void **state)
{
	struct talk *talk = *state;

	talk_gives(talk, "socketpair(AF_UNIX, SOCK_DGRAM, 0)", "0");
	for (int i = 2; i <= 64; i++)
		talk_wait_call(talk, talk_send(talk, "recv(4, 1, 0) &"), "blocked");
	assert_non_null(strstr(talk_wait_error(talk, talk_send(talk, "recv(4, 1, 0) &"))->error.text, "64"));
	for (int i = 2; i <= 64; i++)
		talk_gives(talk, "send(3, \"x\", 1, 0)", "1");
	talk_gives(talk, "socket(AF_INET, SOCK_STREAM, 0)", "5");
}

static void interrupt_is_never_lost(void **state)
{
	static const char *const calls[] = { "accept(3)", "recv(4, 1, 0)", "poll([4 POLLIN], -1)", "select(r=[4])" };
	struct talk *talk = *state;

	listen_on(talk);
	talk_gives(talk, "socketpair(AF_UNIX, SOCK_STREAM, 0)", "0");
	for (int i = 0; i < 500; i++) {
		int64_t id = talk_send(talk, "%s", calls[i % (int)COUNT_OF(calls)]);
		int64_t interrupt = talk_send(talk, "interrupt");

		assert_string_equal(talk_wait_call(talk, id, "returned")->call.error, "EINTR");
		talk_wait_answer(talk, interrupt);
	}
	/* None is left over for the next call. */
	talk_gives(talk, "poll([4 POLLIN], 20)", "0 (Timeout)");
}

static void one_signal_is_told_of_an_interrupt(void **state)
{
	struct talk *talk = *state;
	size_t signals = 0;

	listen_on(talk);
	talk_send(talk, "accept(3)");
	talk_ask(talk, "interrupt");
	for (size_t i = 0; i < talk->count; i++)
		signals += talk->events[i].kind == EVENT_signal;
	assert_int_equal(signals, 1);
	assert_non_null(strstr(talk_wait_error(talk, talk_send(talk, "interrupt"))->error.text, "in no call"));
}

static void an_ignored_sigint_cannot_interrupt(void **state)
{
	struct talk *talk = *state;
	int64_t id;

	talk_gives(talk, "signal(SIGINT, SIG_IGN)", "handler");
	talk_gives(talk, "socketpair(AF_UNIX, SOCK_STREAM, 0)", "0");
	id = talk_send(talk, "recv(4, 1, 0)");
	talk_wait_call(talk, id, "blocked");
	assert_non_null(strstr(talk_wait_error(talk, talk_send(talk, "interrupt"))->error.text, "ignores SIGINT"));
	talk_wait_call(talk, talk_send(talk, "signal(SIGINT, handler) &"), "returned");
	talk_ask(talk, "interrupt");
}

/* signal(2): a handler disturbs poll(), which is never restarted, and not recv(), which is. */
static void a_handler_disturbs_the_program_as_in_a_plain_one(void **state)
{
	struct talk *talk = *state;
	const struct event *event;
	int64_t id;

	talk_gives(talk, "socketpair(AF_UNIX, SOCK_STREAM, 0)", "0");
	talk_gives(talk, "signal(SIGUSR1, handler)", "SIG_DFL");
	id = talk_send(talk, "poll([4 POLLIN], -1)");
	talk_wait_call(talk, id, "blocked");
	talk_send(talk, "kill(%d, SIGUSR1) &", (int)talk->pid);
	assert_string_equal(talk_wait_call(talk, id, "returned")->call.error, "EINTR");
	id = talk_send(talk, "recv(4, 1, 0)");
	talk_wait_call(talk, id, "blocked");
	talk_send(talk, "kill(%d, SIGUSR1) &", (int)talk->pid);
	talk_wait_signal(talk, "SIGUSR1");
	talk_ask(talk, "quiet");
	talk_send(talk, "send(3, \"x\", 1, 0) &");
	event = talk_wait_call(talk, id, "returned");
	assert_int_equal(event->call.result, 1);
}

static void getaddrinfo_is_waited_for_by_quiet(void **state)
{
	struct talk *talk = *state;
	int64_t id = talk_send(talk, "getaddrinfo(localhost, 80, socktype=SOCK_STREAM)");
	const struct event *answer = talk_wait_answer(talk, talk_send(talk, "quiet"));

	for (size_t i = 0; i < talk_place(talk, answer); i++)
		if (talk->events[i].kind == EVENT_call && talk->events[i].call.id == id)
			return;
	fail_msg("quiet was answered before getaddrinfo had returned");
}

/* On two sides, again and again: accept sleeps, connect lets it go, and quiet is answered only after it has
 * returned. */
static void two_sides(struct talk *server, struct talk *client, int port)
{
	int64_t accepting = talk_send(server, "accept(3)");

	talk_wait_call(server, accepting, "blocked");
	talk_gives(client, "socket(AF_INET, SOCK_STREAM, 0)", "3");
	talk_gives(client, "setsockopt(3, SOL_SOCKET, SO_LINGER, {1, 0})", "0");
	talk_call(client, "connect(3, 127.0.0.1:%d)", port);
	assert_int_equal(count_of_calls(client, client->last_id - 1, "blocked"), 0);
	talk_ask(server, "quiet");
	assert_int_equal(count_of_calls(server, accepting, "returned"), 1);
	talk_gives(client, "close(3)", "0");
	talk_gives(server, "close(4)", "0");
}

static void forget_events(struct talk *talk)
{
	for (size_t i = 0; i < talk->count; i++)
		event_release(&talk->events[i]);
	talk->count = 0;
}

static void quiet_is_never_wrong(void **state)
{
	struct talk *server = *state, client;
	int port = listen_on(server);

	talk_start(&client, false);
	for (int i = 0; i < 2000; i++) {
		two_sides(server, &client, port);
		forget_events(server);
		forget_events(&client);
	}
	talk_end(&client);
}

/* ---- idleness ---- */

static long switches_of_thread(const char *directory, const char *name)
{
	char *path = text_format("%s/%s/status", directory, name), line[256];
	FILE *file = fopen(path, "re");
	long sum = 0;

	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (strstr(line, "ctxt_switches") != NULL)
			sum += strtol(strchr(line, ':') + 1, NULL, 10);
	if (file != NULL)
		fclose(file);
	free(path);
	return sum;
}

/* How often any of its threads was on a processor. */
static long switches_of(pid_t pid)
{
	char *directory = text_format("/proc/%d/task", (int)pid);
	DIR *tasks = opendir(directory);
	struct dirent *entry;
	long sum = 0;

	assert_non_null(tasks);
	while ((entry = readdir(tasks)) != NULL)
		if (entry->d_name[0] != '.')
			sum += switches_of_thread(directory, entry->d_name);
	closedir(tasks);
	free(directory);
	return sum;
}

/* It settles first (its answer may be out before it sleeps); then nothing may happen for as long as we look. */
static void nothing_happens_in(pid_t pid)
{
	const struct timespec look = { .tv_nsec = 250000000 };
	long before, now = switches_of(pid);

	for (int i = 0; i < 20; i++) {
		before = now;
		nanosleep(&look, NULL);
		now = switches_of(pid);
		if (now == before)
			return;
	}
	fail_msg("an idle side does not sleep");
}

static void an_idle_side_sleeps(void **state)
{
	struct talk *talk = *state;

	nothing_happens_in(talk->pid);
	listen_on(talk);
	talk_send(talk, "accept(3)");
	talk_send(talk, "accept(3) &");
	talk_ask(talk, "quiet");
	nothing_happens_in(talk->pid);
}

/* ---- the table under many threads ---- */

static void numbers_are_a_plain_program_s_with_threads(void **state)
{
	struct talk *talk = *state;

	listen_on(talk);
	talk_send(talk, "accept(3)");
	talk_send(talk, "accept(3) &");
	talk_send(talk, "accept(3) &");
	talk_ask(talk, "quiet");
	talk_wait_call(talk, talk_send(talk, "socket(AF_INET, SOCK_STREAM, 0) &"), "returned");
	talk_ask(talk, "quiet");
	assert_non_null(talk_row(talk, 7));
	assert_null(talk_row(talk, 8));
}

static void a_connect_that_sleeps_tells_its_row(void **state)
{
	struct talk *talk = *state;
	int port, blocked = 0;
	int64_t id = 0;

	talk_gives(talk, "socket(AF_INET, SOCK_STREAM, 0)", "3");
	talk_gives(talk, "bind(3, 127.0.0.1:0)", "0");
	talk_gives(talk, "listen(3, 0)", "0");
	port = (int)strtol(strrchr(talk_row(talk, 3)->fd.local, ':') + 1, NULL, 10);
	/* A backlog of 0 takes one or two; the one after that waits for its SYN to be answered. */
	for (int fd = 4; fd < 9 && blocked == 0; fd++) {
		char *number = text_format("%d", fd);

		talk_gives(talk, "socket(AF_INET, SOCK_STREAM, 0)", number);
		free(number);
		id = talk_send(talk, "connect(%d, 127.0.0.1:%d)", fd, port);
		talk_ask(talk, "quiet");
		blocked = count_of_calls(talk, id, "blocked") == 1 ? fd : 0;
	}
	assert_true(blocked > 0);
	assert_string_equal(talk_row(talk, blocked)->fd.state, "SYN_SENT");
	talk_ask(talk, "interrupt");
	assert_int_equal(count_of_calls(talk, id, "returned"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_sleeping_call_is_told_once, start, end),
		cmocka_unit_test_setup_teardown(a_quick_call_is_not_told_as_blocked, start, end),
		cmocka_unit_test_setup_teardown(accept_reserves_its_number, start, end),
		cmocka_unit_test_setup_teardown(a_busy_thread_refuses_and_says_why, start, end),
		cmocka_unit_test_setup_teardown(threads_have_numbers_and_share_the_table, start, end),
		cmocka_unit_test_setup_teardown(there_is_an_end_to_threads, start, end),
		cmocka_unit_test_setup_teardown(interrupt_is_never_lost, start, end),
		cmocka_unit_test_setup_teardown(one_signal_is_told_of_an_interrupt, start, end),
		cmocka_unit_test_setup_teardown(an_ignored_sigint_cannot_interrupt, start, end),
		cmocka_unit_test_setup_teardown(a_handler_disturbs_the_program_as_in_a_plain_one, start, end),
		cmocka_unit_test_setup_teardown(getaddrinfo_is_waited_for_by_quiet, start, end),
		cmocka_unit_test_setup_teardown(quiet_is_never_wrong, start, end),
		cmocka_unit_test_setup_teardown(an_idle_side_sleeps, start, end),
		cmocka_unit_test_setup_teardown(numbers_are_a_plain_program_s_with_threads, start, end),
		cmocka_unit_test_setup_teardown(a_connect_that_sleeps_tells_its_row, start, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
