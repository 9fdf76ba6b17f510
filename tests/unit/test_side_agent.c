/*
 * sockstep-side --agent: sides, their forked children, their ends, and that nothing is left of them whoever is killed.
 */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "side_talk.h"

static int start(void **state)
{
	struct talk *talk = xcalloc(1, sizeof(*talk));

	talk_start(talk, true);
	*state = talk;
	return 0;
}

/* Our children, those that became ours too: none is left alive. */
static void kill_children(void)
{
	FILE *list = fopen("/proc/thread-self/children", "re");
	int pid;

	while (list != NULL && fscanf(list, "%d", &pid) == 1)
		kill(pid, SIGKILL);
	if (list != NULL)
		fclose(list);
}

/* Nothing may be left: what loses its parent becomes our child. */
static void none_is_left(void)
{
	const struct timespec moment = { .tv_nsec = 1000000 };
	pid_t pid = 0;

	for (int turn = 0; turn < TALK_SECONDS * 1000 && pid >= 0; turn++) {
		while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
			;
		if (pid == 0)
			nanosleep(&moment, NULL);
	}
	if (pid < 0)
		return;
	while (waitpid(-1, NULL, WNOHANG) >= 0)
		kill_children();
	fail_msg("something was left");
}

static int end(void **state)
{
	struct talk *talk = *state;
	int status = talk_end(talk);

	free(talk);
	none_is_left();
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

static void numbers_are(const struct talk *talk, const char *expected)
{
	char *numbers = talk_open_numbers(talk);

	assert_string_equal(numbers, expected);
	free(numbers);
}

/* The pid in the event that told of it. */
static pid_t pid_of(const struct talk *agent, const char *name)
{
	for (size_t i = agent->count; i > 0; i--) {
		const struct event *event = &agent->events[i - 1];

		if (event->kind == EVENT_side && string_is(event->side.side, name))
			return (pid_t)event->side.pid;
	}
	fail_msg("the agent has not told of %s", name);
	return 0;
}

static void a_side_starts_and_ends(void **state)
{
	struct talk *agent = *state, side;
	const struct event *event;

	talk_side(agent, &side, "client");
	assert_string_equal(side.events[0].hello.program, "sockstep-side");
	talk_gives(&side, "socket(AF_INET, SOCK_STREAM, 0)", "3");
	numbers_are(&side, "0,1,2,3");
	assert_string_equal(talk_row(&side, 0)->fd.kind, "null");
	talk_send(&side, "_exit(3)");
	event = talk_wait_side(agent, "client", "exited");
	assert_int_equal(event->side.code, 3);
	talk_end(&side);
	talk_side(agent, &side, "client");
	talk_ask(agent, "kill client");
	event = talk_wait_side(agent, "client", "killed");
	assert_string_equal(event->side.signal, "SIGKILL");
	talk_end(&side);
	talk_side(agent, &side, "client");
	talk_end(&side);
	event = talk_wait_side(agent, "client", "exited");
	assert_int_equal(event->side.code, 0);
}

static void a_side_is_a_process_of_its_own(void **state)
{
	struct talk *agent = *state, side;
	char *sessions;
	pid_t pid;

	talk_side(agent, &side, "client");
	pid = pid_of(agent, "client");
	sessions = talk_status_of(pid, "NSsid");
	assert_non_null(sessions);
	assert_int_equal(strtol(sessions, NULL, 10), pid);
	free(sessions);
	sessions = talk_status_of(pid, "Name");
	assert_string_equal(sessions, "sockstep-side");
	free(sessions);
	sessions = talk_status_of(agent->pid, "Name");
	assert_string_equal(sessions, "sockstep-agent");
	free(sessions);
	talk_end(&side);
}

static void requests_that_are_none(void **state)
{
	static const char *const requests[] = {
		"side", "side 1client", "side server.2", "side a b", "side a on", "side a on mars", "side \x01",
		"kill", "kill nobody", "client: quiet", "nosuch", "fork()", "socket(AF_INET, SOCK_STREAM, 0)",
	};
	struct talk *agent = *state, side;

	for (size_t i = 0; i < COUNT_OF(requests); i++)
		assert_true(strlen(talk_wait_error(agent, talk_send(agent, "%s", requests[i]))->error.text) > 5);
	talk_send_bytes(agent, "hello\n9 side a\0b\n", 17);
	while (talk_next(agent)->kind != EVENT_error)
		;
	talk_wait_error(agent, 9);
	talk_side(agent, &side, "client");
	talk_wait_error(agent, talk_send(agent, "side client"));
	talk_wait_error(agent, talk_send(agent, "client: quiet"));
	talk_end(&side);
}

/* ---- fork ---- */

static void fork_side(struct talk *agent, struct talk *parent, struct talk *child, const char *name)
{
	const struct event *event;
	int64_t id = talk_send(parent, "fork()");

	event = talk_wait_call(parent, id, "returned");
	talk_take_side(agent, child, name);
	assert_int_equal(event->call.result, pid_of(agent, name));
	event = talk_wait_call(child, id, "returned");
	assert_int_equal(event->call.result, 0);
	talk_ask(child, "quiet");
}

static void fork_copies_the_table(void **state)
{
	struct talk *agent = *state, server, child, client;
	char *line;

	talk_side(agent, &server, "server");
	talk_side(agent, &client, "client");
	talk_gives(&server, "socket(AF_INET, SOCK_STREAM, 0)", "3");
	talk_gives(&server, "bind(3, 127.0.0.1:0)", "0");
	talk_gives(&server, "listen(3, 5)", "0");
	talk_gives(&client, "socket(AF_INET, SOCK_STREAM, 0)", "3");
	line = text_format("connect(3, %s)", talk_row(&server, 3)->fd.local);
	talk_gives(&client, line, "0");
	free(line);
	talk_gives(&server, "accept(3)", "4");
	fork_side(agent, &server, &child, "server.2");
	numbers_are(&child, "0,1,2,3,4");
	assert_int_equal(talk_row(&child, 4)->fd.cookie, talk_row(&server, 4)->fd.cookie);
	assert_string_equal(talk_row(&child, 3)->fd.side, "server.2");
	talk_gives(&child, "close(3)", "0");
	talk_gives(&server, "close(4)", "0");
	talk_ask(&server, "fds");
	talk_ask(&child, "fds");
	numbers_are(&child, "0,1,2,4");
	numbers_are(&server, "0,1,2,3");
	talk_gives(&child, "send(4, \"hi\", 2, 0)", "2");
	assert_memory_equal(talk_call(&client, "recv(3, 10, 0)")->call.data.bytes, "hi", 2);
	talk_gives(&child, "socket(AF_INET, SOCK_STREAM, 0)", "3");
	talk_end(&child);
	talk_end(&server);
	talk_end(&client);
}

static void children_of_children(void **state)
{
	struct talk *agent = *state, side, child, grandchild, second;
	const struct event *event;

	talk_side(agent, &side, "server");
	fork_side(agent, &side, &child, "server.2");
	fork_side(agent, &child, &grandchild, "server.2.2");
	fork_side(agent, &side, &second, "server.3");
	for (size_t i = 0; i < agent->count; i++)
		if (agent->events[i].kind == EVENT_side && string_is(agent->events[i].side.side, "server.2.2"))
			assert_string_equal(agent->events[i].side.parent, "server.2");
	talk_gives(&grandchild, "socketpair(AF_UNIX, SOCK_STREAM, 0)", "0");
	talk_send(&grandchild, "recv(3, 1, 0)");
	talk_ask(&grandchild, "interrupt");
	/* It outlives its parent, and is the agent's then. */
	talk_send(&child, "_exit(1)");
	talk_wait_side(agent, "server.2", "exited");
	talk_gives(&grandchild, "socket(AF_INET, SOCK_STREAM, 0)", "5");
	talk_send(&grandchild, "_exit(9)");
	event = talk_wait_side(agent, "server.2.2", "exited");
	assert_int_equal(event->side.code, 9);
	talk_end(&grandchild);
	talk_end(&child);
	talk_end(&second);
	talk_end(&side);
}

static void a_parent_waits_for_its_child(void **state)
{
	struct talk *agent = *state, side, child;
	const struct event *event;
	int64_t id;
	pid_t pid;

	talk_side(agent, &side, "server");
	fork_side(agent, &side, &child, "server.2");
	pid = pid_of(agent, "server.2");
	id = talk_send(&side, "waitpid(-1)");
	talk_wait_call(&side, id, "blocked");
	talk_send(&child, "_exit(5)");
	event = talk_wait_call(&side, id, "returned");
	assert_int_equal(event->call.result, pid);
	assert_non_null(strstr(event->call.text, "WEXITSTATUS(s) == 5"));
	talk_wait_side(agent, "server.2", "exited");
	talk_end(&child);
	talk_gives(&side, "waitpid(-1)", "-1 ECHILD (No child processes)");
	talk_end(&side);
}

/* Its parent has not waited for it yet. */
static void the_end_of_a_child_is_told_with_its_code(void **state)
{
	struct talk *agent = *state, side, child;
	const struct event *event;

	talk_side(agent, &side, "server");
	fork_side(agent, &side, &child, "server.2");
	talk_send(&child, "_exit(5)");
	event = talk_wait_side(agent, "server.2", "exited");
	assert_int_equal(event->side.code, 5);
	talk_end(&child);
	talk_wait_signal(&side, "SIGCHLD");
	talk_gives(&side, "signal(SIGCHLD, handler)", "handler");
	fork_side(agent, &side, &child, "server.3");
	talk_ask(agent, "kill server.3");
	event = talk_wait_side(agent, "server.3", "killed");
	assert_string_equal(event->side.signal, "SIGKILL");
	talk_end(&child);
	talk_end(&side);
}

/* Threads of the parent are in calls, and hold nothing that the child needs. */
static void fork_beside_blocked_threads(void **state)
{
	struct talk *agent = *state, side, child;

	talk_side(agent, &side, "server");
	talk_gives(&side, "socketpair(AF_UNIX, SOCK_DGRAM, 0)", "0");
	for (int i = 0; i < 4; i++)
		talk_wait_call(&side, talk_send(&side, "recv(4, 10, 0) &"), "blocked");
	for (int i = 2; i < 32; i++) {
		char *name = text_format("server.%d", i);

		fork_side(agent, &side, &child, name);
		numbers_are(&child, "0,1,2,3,4");
		talk_gives(&child, "send(3, \"x\", 1, MSG_DONTWAIT)", "1");
		talk_send(&child, "_exit(0)");
		talk_wait_side(agent, name, "exited");
		talk_end(&child);
		talk_call(&side, "waitpid(-1)");
		talk_wait_call(&side, talk_send(&side, "recv(4, 10, MSG_DONTWAIT) &"), "returned");
		free(name);
	}
	talk_end(&side);
}

static void descriptors_pass_from_side_to_side(void **state)
{
	struct talk *agent = *state, giver, taker;
	const struct event *event;
	int64_t cookie;
	char *name = text_format("unix:@sockstep-test-%d", (int)getpid());
	char *line;

	talk_side(agent, &giver, "giver");
	talk_side(agent, &taker, "taker");
	talk_gives(&taker, "socket(AF_UNIX, SOCK_STREAM, 0)", "3");
	line = text_format("bind(3, %s)", name);
	talk_gives(&taker, line, "0");
	free(line);
	talk_gives(&taker, "listen(3, 1)", "0");
	talk_gives(&giver, "socket(AF_UNIX, SOCK_STREAM, 0)", "3");
	line = text_format("connect(3, %s)", name);
	talk_gives(&giver, line, "0");
	free(line);
	talk_gives(&taker, "accept(3)", "4");
	talk_gives(&giver, "socket(AF_INET, SOCK_DGRAM, 0)", "4");
	cookie = talk_row(&giver, 4)->fd.cookie;
	talk_gives(&giver, "sendmsg(3, \"x\", fds=[4])", "1");
	talk_gives(&giver, "close(4)", "0");
	event = talk_call(&taker, "recvmsg(4, 10, 0)");
	assert_non_null(strstr(event->call.text, "fds=[5]"));
	assert_int_equal(talk_row(&taker, 5)->fd.cookie, cookie);
	assert_null(talk_row(&giver, 4));
	free(name);
	talk_end(&giver);
	talk_end(&taker);
}

static void an_unprivileged_side_has_no_capabilities(void **state)
{
	struct talk *agent = *state, side;
	static const char *const sets[] = { "CapInh", "CapPrm", "CapEff", "CapAmb" };
	pid_t pid;
	char *value;

	talk_side(agent, &side, "client unprivileged");
	pid = pid_of(agent, "client");
	for (size_t i = 0; i < COUNT_OF(sets); i++) {
		value = talk_status_of(pid, sets[i]);
		assert_string_equal(value, "0000000000000000");
		free(value);
	}
	value = talk_status_of(pid, "NoNewPrivs");
	assert_string_equal(value, "1");
	free(value);
	talk_gives(&side, "socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)", "-1 EPERM (Operation not permitted)");
	talk_gives(&side, "socket(AF_INET, SOCK_STREAM, 0)", "3");
	talk_send(&side, "accept(3)");
	talk_ask(&side, "quiet");
	talk_end(&side);
}

/* ---- relay ---- */

static ssize_t read_within_time(int fd, char *bytes, size_t room)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLIN };

	assert_true(poll(&pollfd, 1, TALK_SECONDS * 1000) > 0);
	return read(fd, bytes, room);
}

/* On pipes, as over ssh: everything goes through the agent's own two streams. */
static void an_agent_on_pipes_relays(void **state)
{
	static const char requests[] = "1 side a\n2 a: socketpair(AF_UNIX, SOCK_STREAM, 0)\n3 a: fork()\n";
	int to[2], from[2];
	struct text told;
	char bytes[4096];
	ssize_t len = 1;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe2(to, O_CLOEXEC), 0);
	assert_int_equal(pipe2(from, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		dup2(to[0], 0);
		dup2(from[1], 1);
		execl(getenv("SOCKSTEP_SIDE"), "sockstep-side", "--agent", (char *)NULL);
		_exit(127);
	}
	close(to[0]);
	close(from[1]);
	text_init(&told);
	assert_int_equal(write(to[1], requests, sizeof(requests) - 1), sizeof(requests) - 1);
	while (len > 0 && strstr(told.data, "\"side\":\"a.2\",\"call\":\"fork\"") == NULL) {
		len = read_within_time(from[0], bytes, sizeof(bytes));
		text_add_bytes(&told, bytes, len > 0 ? (size_t)len : 0);
	}
	assert_int_equal(write(to[1], "4 a.2: send(3, \"x\", 1, 0)\n5 a.2: _exit(4)\n", 42), 42);
	while (len > 0 && strstr(told.data, "\"status\":\"exited\"") == NULL) {
		len = read_within_time(from[0], bytes, sizeof(bytes));
		text_add_bytes(&told, bytes, len > 0 ? (size_t)len : 0);
	}
	assert_non_null(strstr(told.data, "\"code\":4"));
	assert_true(strstr(told.data, "\"call\":\"_exit\"") < strstr(told.data, "\"status\":\"exited\""));
	close(to[1]);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	close(from[0]);
	text_release(&told);
	none_is_left();
}

/* ---- whoever is killed ---- */

enum { VICTIM_NOBODY, VICTIM_AGENT, VICTIM_SIDE, VICTIM_COUNT };

struct crowd {
	struct talk agent, sides[2], child, grandchild;
	pid_t pids[5]; /* agent, the sides, child, grandchild */
};

static void crowd_start(struct crowd *crowd)
{
	talk_start(&crowd->agent, true);
	talk_side(&crowd->agent, &crowd->sides[0], "a");
	talk_side(&crowd->agent, &crowd->sides[1], "b");
	fork_side(&crowd->agent, &crowd->sides[0], &crowd->child, "a.2");
	fork_side(&crowd->agent, &crowd->child, &crowd->grandchild, "a.2.2");
	talk_gives(&crowd->sides[1], "socketpair(AF_UNIX, SOCK_STREAM, 0)", "0");
	talk_send(&crowd->sides[1], "recv(3, 1, 0)");
	talk_ask(&crowd->sides[1], "quiet");
	crowd->pids[0] = crowd->agent.pid;
	crowd->pids[1] = pid_of(&crowd->agent, "a");
	crowd->pids[2] = pid_of(&crowd->agent, "b");
	crowd->pids[3] = pid_of(&crowd->agent, "a.2");
	crowd->pids[4] = pid_of(&crowd->agent, "a.2.2");
}

static void crowd_close(struct crowd *crowd)
{
	struct talk *talks[] = { &crowd->agent, &crowd->sides[0], &crowd->sides[1], &crowd->child, &crowd->grandchild };

	for (size_t i = 0; i < COUNT_OF(talks); i++) {
		talks[i]->pid = 0;
		talk_end(talks[i]);
	}
}

static void await_stop(pid_t pid)
{
	char *process = NULL;

	do {
		free(process);
		process = talk_status_of(pid, "State");
	} while (process != NULL && process[0] != 'T');
	free(process);
}

/* At its end a process that is built with the address sanitizer stops itself by ptrace() to look for leaks; the SIGCONT
 * that comes at its parent's end undoes that stop, and it waits for ever. What is tested here is another thing. */
static int without_leak_detection(void **state)
{
	(void)state;
	return setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
}

/* `stopped`: a bit for each of the five that is stopped before. */
static void kill_and_count(int victim, unsigned stopped)
{
	struct crowd crowd;

	crowd_start(&crowd);
	for (size_t i = 0; i < COUNT_OF(crowd.pids); i++)
		if ((stopped >> i & 1) != 0) {
			kill(crowd.pids[i], SIGSTOP);
			await_stop(crowd.pids[i]);
		}
	if (victim == VICTIM_AGENT)
		kill(crowd.pids[0], SIGKILL);
	if (victim == VICTIM_SIDE)
		kill(crowd.pids[1], SIGKILL);
	if (victim != VICTIM_AGENT && (stopped & 1) != 0)
		kill(crowd.pids[0], SIGCONT); /* what PR_SET_PDEATHSIG does when we end: see below */
	crowd_close(&crowd);
	none_is_left();
}

static void nothing_is_left_whoever_is_killed(void **state)
{
	(void)state;
	for (int victim = 0; victim < VICTIM_COUNT; victim++)
		for (unsigned stopped = 0; stopped < 32; stopped++)
			kill_and_count(victim, stopped);
}

/* The agent alone, while its owner stays and holds every stream: the door tells the forked ones. */
static void nothing_is_left_of_an_agent_while_streams_are_open(void **state)
{
	(void)state;
	for (unsigned stopped = 0; stopped < 32; stopped++) {
		struct crowd crowd;

		crowd_start(&crowd);
		for (size_t i = 0; i < COUNT_OF(crowd.pids); i++)
			if ((stopped >> i & 1) != 0) {
				kill(crowd.pids[i], SIGSTOP);
				await_stop(crowd.pids[i]);
			}
		kill(crowd.pids[0], SIGKILL);
		none_is_left();
		crowd_close(&crowd);
	}
}

/* A process that holds all streams is killed, as sockstep may be. */
static void nothing_is_left_of_a_killed_owner(void **state)
{
	(void)state;
	for (unsigned stopped = 0; stopped < 32; stopped++) {
		int ready[2];
		char byte;
		pid_t owner;

		assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
		owner = fork();
		if (owner == 0) {
			struct crowd crowd;

			crowd_start(&crowd);
			for (size_t i = 0; i < COUNT_OF(crowd.pids); i++)
				if ((stopped >> i & 1) != 0) {
					kill(crowd.pids[i], SIGSTOP);
					await_stop(crowd.pids[i]);
				}
			(void)!write(ready[1], "", 1);
			for (;;)
				pause();
		}
		close(ready[1]);
		assert_int_equal(read(ready[0], &byte, 1), 1);
		close(ready[0]);
		kill(owner, SIGKILL);
		none_is_left();
	}
}

/* Killed at once after it was asked: somewhere between fork() and PR_SET_PDEATHSIG. */
static void nothing_is_left_of_an_agent_that_is_killed_early(void **state)
{
	(void)state;
	for (int i = 0; i < 100; i++) {
		struct talk agent;

		talk_start(&agent, true);
		for (int j = 0; j < 5; j++)
			talk_send(&agent, "side s%d", j);
		for (int turn = 0; turn < i % 8; turn++)
			talk_next(&agent);
		kill(agent.pid, SIGKILL);
		agent.pid = 0;
		talk_end(&agent);
		none_is_left();
	}
}

static void bye_ends_all(void **state)
{
	struct talk agent, sides[3];
	int status;

	(void)state;
	talk_start(&agent, true);
	talk_side(&agent, &sides[0], "a");
	talk_side(&agent, &sides[1], "b");
	fork_side(&agent, &sides[0], &sides[2], "a.2");
	kill(pid_of(&agent, "a.2"), SIGSTOP);
	talk_ask(&agent, "bye");
	status = talk_end(&agent);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	none_is_left();
	for (size_t i = 0; i < COUNT_OF(sides); i++)
		talk_end(&sides[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_side_starts_and_ends, start, end),
		cmocka_unit_test_setup_teardown(a_side_is_a_process_of_its_own, start, end),
		cmocka_unit_test_setup_teardown(requests_that_are_none, start, end),
		cmocka_unit_test_setup_teardown(fork_copies_the_table, start, end),
		cmocka_unit_test_setup_teardown(children_of_children, start, end),
		cmocka_unit_test_setup_teardown(a_parent_waits_for_its_child, start, end),
		cmocka_unit_test_setup_teardown(the_end_of_a_child_is_told_with_its_code, start, end),
		cmocka_unit_test_setup_teardown(fork_beside_blocked_threads, start, end),
		cmocka_unit_test_setup_teardown(descriptors_pass_from_side_to_side, start, end),
		cmocka_unit_test_setup_teardown(an_unprivileged_side_has_no_capabilities, start, end),
		cmocka_unit_test(an_agent_on_pipes_relays),
		cmocka_unit_test_setup(nothing_is_left_whoever_is_killed, without_leak_detection),
		cmocka_unit_test_setup(nothing_is_left_of_an_agent_while_streams_are_open, without_leak_detection),
		cmocka_unit_test_setup(nothing_is_left_of_a_killed_owner, without_leak_detection),
		cmocka_unit_test_setup(nothing_is_left_of_an_agent_that_is_killed_early, without_leak_detection),
		cmocka_unit_test_setup(bye_ends_all, without_leak_detection),
	};

	if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
		return EXIT_FAILURE;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
