/*
 * help NAME: everything that has a name in a table is told, in lines that fit, and what has none is nearly one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "call/cursor.h"
#include "call/option.h"
#include "call/statement.h"
#include "session/topic.h"

/* What `help LINE` says, or its message behind "? "; to be freed. */
static char *help_of(const char *line)
{
	struct cursor cursor = { .line = line, .len = strlen(line) };
	struct syntax_list words = { 0 };
	struct mistake mistake = { 0 };
	struct text text, message;
	char *answer;

	text_init(&text);
	text_init(&message);
	assert_true(syntax_read_args(&words, &cursor, false, &mistake));
	if (!topic_tell(&text, &words, &message))
		text_addf(&text, "? %s", message.data);
	answer = text_take(&text);
	text_release(&text);
	text_release(&message);
	syntax_list_release(&words);
	return answer;
}

static void check_help(const char *line, const char *expected)
{
	char *answer = help_of(line);

	if (strstr(answer, expected) == NULL)
		fail_msg("help %s: \"%s\", in which is no \"%s\"", line, answer, expected);
	free(answer);
}

static void check_lines(const char *name)
{
	char *answer = help_of(name);

	if (strncmp(answer, "? ", 2) == 0)
		fail_msg("help %s: %s", name, answer);
	for (const char *line = answer; *line != '\0'; line += strcspn(line, "\n") + 1)
		if (strcspn(line, "\n") > 78)
			fail_msg("help %s: a line of %zu columns", name, strcspn(line, "\n"));
	free(answer);
}

static void everything_that_has_a_name_is_told(void **state)
{
	size_t count;
	const struct constant *constants = constants_all(&count);
	const struct option_spec *options;

	(void)state;
	for (size_t i = 0; i < count; i++)
		check_lines(constants[i].name);
	options = options_all(&count);
	for (size_t i = 0; i < count; i++) {
		check_lines(options[i].name);
		check_help(options[i].name, options[i].help);
	}
	for (int i = 0; i < CALL_COUNT; i++)
		check_help(call_spec((enum call_id)i)->name, call_spec((enum call_id)i)->help);
	for (int i = 0; i < COMMAND_COUNT; i++)
		check_help(command_spec((enum command_id)i)->name, command_spec((enum command_id)i)->help);
}

static void what_is_told(void **state)
{
	(void)state;
	check_help("SO_REUSEADDR", "an option of level SOL_SOCKET\n  bind in spite of a TIME_WAIT on the port\n\n"
		   "  value        0 or 1\n");
	check_help("TIME_WAIT", "  comes after   FIN_WAIT1, FIN_WAIT2, CLOSING\n  leads to      CLOSED\n");
	check_help("CLOSE_WAIT", "  leads to      LAST_ACK\n");
	check_help("ECONNREFUSED", ": Connection refused\n");
	check_help("EAI_NONAME", "of getaddrinfo()");
	check_help("SHUT_WR", "stands in    shutdown (how)\n");
	check_help("SOCK_NONBLOCK", "socket (type)");
	check_help("", "`help NAME` says how one of these is used");
}

static void names_are_taken_as_they_are_written(void **state)
{
	(void)state;
	check_help("time-wait", "TIME_WAIT\n");
	check_help("fin-wait-1", "FIN_WAIT1\n");
	check_help("econnrefused", "ECONNREFUSED\n");
	check_help("so_reuseaddr", "SO_REUSEADDR\n");
	check_help("read until", "read-until FD");
	check_help("lis", "listen(");
}

static void what_is_not_known_is_nearly_something(void **state)
{
	(void)state;
	check_help("SO_REUSEADR", "? SO_REUSEADR is no call and no command, option, constant or state; "
		   "did you mean SO_REUSEADDR?");
	check_help("TIMEWAIT", "did you mean TIME_WAIT?");
	check_help("listn", "did you mean listen?");
	check_help("xyzzy", "? xyzzy is no call and no command, option, constant or state (help lists");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_that_has_a_name_is_told), cmocka_unit_test(what_is_told),
		cmocka_unit_test(names_are_taken_as_they_are_written),
		cmocka_unit_test(what_is_not_known_is_nearly_something),
	};

	return cmocka_run_group_tests_name("topic", tests, NULL, NULL);
}
