/* The transcript's lines, as design says they look. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "face/plain.h"

static const struct plain_options ordinary = { .charset = SHOW_ASCII };

/* Reads the event from its JSON, as it would come from a side, and compares its line. */
static void assert_prints_with(const char *json, const char *line, const struct plain_options *options)
{
	struct event event;
	struct text message, out;

	text_init(&message);
	text_init(&out);
	if (!event_read(&event, json, strlen(json), &message))
		fail_msg("%s: %s", json, message.data);
	plain_event(&out, &event, options);
	assert_string_equal(out.data, line);
	event_release(&event);
	text_release(&message);
	text_release(&out);
}

static void assert_prints(const char *json, const char *line)
{
	assert_prints_with(json, line, &ordinary);
}

#define CALL_JSON(side, text, rest) \
	"{\"seq\":1,\"t\":0.5,\"event\":\"call\",\"id\":1,\"side\":\"" side "\",\"call\":\"x\",\"text\":\"" text "\"," \
	rest "}"

static void calls(void **state)
{
	(void)state;
	assert_prints(CALL_JSON("client", "socket(AF_INET, SOCK_STREAM, 0)",
				"\"status\":\"returned\",\"result\":3,\"errno\":null"),
		      "client: socket(AF_INET, SOCK_STREAM, 0) = 3\n");
	assert_prints(CALL_JSON("server", "accept(3)", "\"status\":\"blocked\""), "server: accept(3) ... blocked\n");
	assert_prints(CALL_JSON("server", "accept(3)", "\"status\":\"started\""), "");
	assert_prints(CALL_JSON("server", "accept(3)", "\"thread\":2,\"status\":\"abandoned\""),
		      "server/2: accept(3) ... abandoned\n");
	assert_prints(CALL_JSON("server", "accept(3)", "\"thread\":1,\"status\":\"blocked\""),
		      "server: accept(3) ... blocked\n");
	assert_prints(CALL_JSON("client", "connect(4, 10.0.0.2:81)",
				"\"status\":\"returned\",\"result\":-1,\"errno\":\"ECONNREFUSED\","
				"\"outcome\":\"-1 ECONNREFUSED (Connection refused)\""),
		      "client: connect(4, 10.0.0.2:81) = -1 ECONNREFUSED (Connection refused)\n");
	assert_prints(CALL_JSON("client", "close(3)",
				"\"status\":\"returned\",\"result\":-1,\"errno\":\"EBADF\""),
		      "client: close(3) = -1 EBADF\n");
	assert_prints(CALL_JSON("client", "_exit(0)", "\"status\":\"returned\""), "client: _exit(0) = ?\n");
	assert_prints(CALL_JSON("client", "send(3, \\\"a\\\\r\\\\n\\\", 3, 0)",
				"\"status\":\"returned\",\"result\":3,\"errno\":null"),
		      "client: send(3, \"a\\r\\n\", 3, 0) = 3\n");
}

static void times_and_system_calls(void **state)
{
	const struct plain_options timed = { .charset = SHOW_ASCII, .time = true };
	const struct plain_options strace = { .charset = SHOW_ASCII, .syscalls = true };

	(void)state;
	assert_prints_with(CALL_JSON("client", "close(3)",
				     "\"status\":\"returned\",\"result\":0,\"errno\":null,"
				     "\"began\":0.25,\"took\":0.000012"),
			   "    0.250000 client: close(3) = 0 <0.000012>\n", &timed);
	assert_prints_with(CALL_JSON("client", "accept(3)", "\"status\":\"blocked\""),
			   "    0.500000 client: accept(3) ... blocked\n", &timed);
	assert_prints_with(CALL_JSON("client", "connect(3, server:80)",
				     "\"status\":\"returned\",\"result\":0,\"errno\":null,"
				     "\"syscall\":\"connect(3, {sa_family=AF_INET}, 16) = 0\""),
			   "client: connect(3, {sa_family=AF_INET}, 16) = 0\n", &strace);
	assert_prints_with(CALL_JSON("client", "close(3)", "\"status\":\"returned\",\"result\":0,\"errno\":null"),
			   "client: close(3) = 0\n", &strace);
	assert_prints_with("{\"seq\":1,\"t\":1.5,\"event\":\"side\",\"side\":\"server.2\",\"status\":\"exited\","
			   "\"code\":0}",
			   "    1.500000 server.2: +++ exited with 0 +++\n", &timed);
}

static void what_happens_to_sides(void **state)
{
	(void)state;
	assert_prints("{\"seq\":1,\"t\":1,\"event\":\"side\",\"side\":\"server.2\",\"status\":\"exited\",\"code\":3}",
		      "server.2: +++ exited with 3 +++\n");
	assert_prints("{\"seq\":1,\"t\":1,\"event\":\"side\",\"side\":\"server\",\"status\":\"killed\","
		      "\"signal\":\"SIGKILL\"}",
		      "server: +++ killed by SIGKILL +++\n");
	assert_prints("{\"seq\":1,\"t\":1,\"event\":\"side\",\"side\":\"server\",\"status\":\"started\"}", "");
	assert_prints("{\"seq\":1,\"t\":1,\"event\":\"side\",\"side\":\"server\",\"status\":\"refused\","
		      "\"text\":\"no room\"}",
		      "server: +++ refused: no room +++\n");
	assert_prints("{\"seq\":1,\"t\":1,\"event\":\"signal\",\"side\":\"client\",\"signal\":\"SIGPIPE\","
		      "\"text\":\"--- SIGPIPE {si_signo=SIGPIPE} ---\"}",
		      "client: --- SIGPIPE {si_signo=SIGPIPE} ---\n");
}

static void what_is_said(void **state)
{
	(void)state;
	assert_prints("{\"seq\":1,\"t\":1,\"event\":\"say\",\"text\":\"hello\"}", "hello\n");
	assert_prints("{\"seq\":1,\"t\":1,\"event\":\"say\",\"text\":\"one\\n\\ttwo\\n\"}", "one\n two\n");
	assert_prints("{\"seq\":1,\"t\":1,\"event\":\"say\",\"text\":\"\"}", "\n");
	assert_prints("{\"seq\":1,\"t\":1,\"event\":\"expect\",\"ok\":true,\"text\":\"result 4\"}", "");
	assert_prints("{\"seq\":1,\"t\":1,\"event\":\"expect\",\"ok\":false,\"text\":\"client 3 state FIN_WAIT2\","
		      "\"is\":\"it is FIN_WAIT1\",\"file\":\"close.step\",\"line\":12}",
		      "close.step:12: expected client 3 state FIN_WAIT2, but it is FIN_WAIT1\n");
	assert_prints("{\"seq\":1,\"t\":1,\"event\":\"expect\",\"ok\":false,\"text\":\"result 4\"}",
		      "expected result 4\n");
	assert_prints("{\"seq\":1,\"t\":1,\"event\":\"error\",\"text\":\"no such call\\n  sokcet\\n  ^\","
		      "\"file\":\"a.step\",\"line\":3,\"column\":0}",
		      "a.step:3:1: no such call\n  sokcet\n  ^\n");
	assert_prints("{\"seq\":1,\"t\":1,\"event\":\"error\",\"text\":\"is blocked\",\"side\":\"server\"}",
		      "server: is blocked\n");
}

static void what_is_not_of_the_transcript(void **state)
{
	(void)state;
	assert_prints("{\"seq\":1,\"t\":1,\"event\":\"poke\",\"side\":\"client\",\"fd\":3}", "");
	assert_prints("{\"seq\":1,\"t\":1,\"event\":\"hello\",\"program\":\"x\",\"version\":\"1\",\"schema\":1}", "");
}

/* Every byte that a side can put into an event, where it is a text, in both charsets. */
static void hostile_texts(void **state)
{
	const struct plain_options utf8 = { .charset = SHOW_UTF8 };

	(void)state;
	assert_prints("{\"seq\":1,\"t\":1,\"event\":\"say\",\"text\":\"\\u001b]0;title\\u0007 \\u009b31m \\u202e\"}",
		      "\\x1b]0;title\\x07 \\xc2\\x9b31m \\xe2\\x80\\xae\n");
	assert_prints_with("{\"seq\":1,\"t\":1,\"event\":\"say\",\"text\":\"gr\xc3\xbc\xc3\x9f \\u009b \\u202e\"}",
			   "gr\xc3\xbc\xc3\x9f \\u{009b} \\u{202e}\n", &utf8);
	assert_prints(CALL_JSON("cli\\nent\\u001bc", "x\\r()", "\"status\":\"blocked\""),
		      "cli\\nent\\x1bc: x\\r() ... blocked\n");
	assert_prints("{\"seq\":1,\"t\":1,\"event\":\"error\",\"text\":\"a\",\"file\":\"\\u001b[2J\",\"line\":1}",
		      "\\x1b[2J:1: a\n");
}

static void colour_is_never_the_only_sign(void **state)
{
	const struct plain_options coloured = { .charset = SHOW_ASCII, .colour = true };

	(void)state;
	assert_prints_with(CALL_JSON("client", "close(3)",
				     "\"status\":\"returned\",\"result\":-1,\"errno\":\"EBADF\""),
			   "client: close(3) = \033[31m-1 EBADF\033[0m\n", &coloured);
	assert_prints_with(CALL_JSON("client", "close(3)", "\"status\":\"returned\",\"result\":0,\"errno\":null"),
			   "client: close(3) = 0\n", &coloured);
}

/* The line is the client's, the result is its own. */
static void clients_have_colours(void **state)
{
	const struct plain_options eight = { .charset = SHOW_ASCII, .colour = true, .style = STYLE_CLIENT,
					     .ground = GROUND_DARK };
	const struct plain_options many = { .charset = SHOW_ASCII, .colour = true, .colour_256 = true,
					    .style = STYLE_CLIENT_LAST };
	const struct plain_options unsure = { .charset = SHOW_ASCII, .colour = true, .style = STYLE_CLIENT };
	const struct plain_options none = { .charset = SHOW_ASCII, .style = STYLE_CLIENT };
	static const char call[] = CALL_JSON("server", "recv(4, 9)", "\"status\":\"returned\",\"result\":-1,"
								    "\"errno\":\"EAGAIN\"");

	(void)state;
	assert_prints_with(call, "\033[36mserver: recv(4, 9)\033[0m = \033[31m-1 EAGAIN\033[0m\n", &eight);
	assert_prints_with(call, "\033[38;5;131mserver: recv(4, 9)\033[0m = \033[31m-1 EAGAIN\033[0m\n", &many);
	assert_prints_with(call, "server: recv(4, 9) = -1 EAGAIN\n", &none);
	/* The other two of the eight that every ground can have are for what failed, and what blocks. */
	assert_prints_with(call, "server: recv(4, 9) = \033[31m-1 EAGAIN\033[0m\n", &unsure);
	for (int i = STYLE_CLIENT; i <= STYLE_CLIENT_LAST; i++)
		for (int j = 0; j < i; j++)
			assert_int_not_equal(style_look((enum style)i)->colour_256,
					     style_look((enum style)j)->colour_256);
}

static void colour_needs_a_terminal(void **state)
{
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_false(plain_options_for(fds[1]).colour);
	int master = posix_openpt(O_RDWR | O_NOCTTY);
	assert_true(master >= 0);
	setenv("TERM", "xterm", 1);
	unsetenv("NO_COLOR");
	assert_true(plain_options_for(master).colour);
	setenv("NO_COLOR", "", 1);
	assert_true(plain_options_for(master).colour);
	setenv("NO_COLOR", "1", 1);
	assert_false(plain_options_for(master).colour);
	unsetenv("NO_COLOR");
	setenv("TERM", "dumb", 1);
	assert_false(plain_options_for(master).colour);
	unsetenv("TERM");
	assert_false(plain_options_for(master).colour);
	/* No setlocale() was called: the C locale. */
	assert_int_equal(plain_options_for(master).charset, SHOW_ASCII);
	close(master);
	close(fds[0]);
	close(fds[1]);
}

static void mistakes_are_told_apart(void **state)
{
	struct event event;

	(void)state;
	event_init(&event, EVENT_expect);
	assert_true(plain_is_mistake(&event));
	event.expect.ok = true;
	assert_false(plain_is_mistake(&event));
	event_init(&event, EVENT_error);
	assert_true(plain_is_mistake(&event));
	event_init(&event, EVENT_call);
	assert_false(plain_is_mistake(&event));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls),
		cmocka_unit_test(times_and_system_calls),
		cmocka_unit_test(clients_have_colours),
		cmocka_unit_test(what_happens_to_sides),
		cmocka_unit_test(what_is_said),
		cmocka_unit_test(what_is_not_of_the_transcript),
		cmocka_unit_test(hostile_texts),
		cmocka_unit_test(colour_is_never_the_only_sign),
		cmocka_unit_test(colour_needs_a_terminal),
		cmocka_unit_test(mistakes_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
