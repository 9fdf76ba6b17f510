/*
 * A line as a statement: sides, names, calls and commands, comments, what stands behind, and mistakes in any of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "call/statement.h"

static void read_line(struct statement *statement, const char *line, bool prefix)
{
	struct mistake mistake;

	mistake_init(&mistake);
	if (!statement_read(statement, line, strlen(line), prefix, &mistake))
		fail_msg("'%s' at %d: %s", line, mistake.column, mistake.text.data);
	mistake_release(&mistake);
}

static void check_bytes_mistake(const char *line, size_t len, int column, const char *part)
{
	struct statement statement;
	struct mistake mistake;

	mistake_init(&mistake);
	if (statement_read(&statement, line, len, true, &mistake))
		fail_msg("'%s' is understood", line);
	if (mistake.column != column || strstr(mistake.text.data, part) == NULL)
		fail_msg("'%s': %d not %d, or no '%s': %s", line, mistake.column, column, part, mistake.text.data);
	mistake_release(&mistake);
}

static void check_mistake(const char *line, int column, const char *part)
{
	check_bytes_mistake(line, strlen(line), column, part);
}

static void check_empty(const char *line)
{
	struct statement statement;

	read_line(&statement, line, false);
	assert_int_equal(statement.kind, STATEMENT_EMPTY);
	statement_release(&statement);
}

static void empty_lines(void **state)
{
	(void)state;
	check_empty("");
	check_empty("  \t ");
	check_empty("\r");
	check_empty("# a comment");
	check_empty("#3 in the first column is one too");
	check_empty("   # behind white space");
}

static void sides(void **state)
{
	struct statement statement;

	(void)state;
	read_line(&statement, "server:", false);
	assert_int_equal(statement.kind, STATEMENT_SIDE);
	assert_string_equal(statement.side, "server");
	statement_release(&statement);
	read_line(&statement, "  server.2: # only that", false);
	assert_int_equal(statement.kind, STATEMENT_SIDE);
	assert_string_equal(statement.side, "server.2");
	assert_int_equal(statement.side_column, 2);
	statement_release(&statement);
	read_line(&statement, "server.2:\taccept 3", false);
	assert_int_equal(statement.kind, STATEMENT_CALL);
	assert_string_equal(statement.side, "server.2");
	assert_int_equal(statement.call->id, CALL_accept);
	assert_int_equal(statement.column, 10);
	statement_release(&statement);
	check_mistake("server:accept 3", 0, "server is no call");
}

static void names(void **state)
{
	struct statement statement;

	(void)state;
	read_line(&statement, "client: s1 = socket tcp", false);
	assert_string_equal(statement.name, "s1");
	assert_int_equal(statement.name_column, 8);
	assert_int_equal(statement.call->id, CALL_socket);
	statement_release(&statement);
	read_line(&statement, "s=socket tcp", false);
	assert_string_equal(statement.name, "s");
	statement_release(&statement);
	check_mistake("3 = socket tcp", 0, "3 is no name");
	check_mistake("a-b = socket tcp", 0, "a-b is no name");
	check_mistake("socket = socket tcp", 0, "word of the language");
	check_mistake("client: AF_INET = socket tcp", 8, "word of the language");
	check_mistake("tcp = socket tcp", 0, "word of the language");
	check_mistake("ESTABLISHED = socket tcp", 0, "word of the language");
	check_mistake("sides = socket tcp", 0, "word of the language");
	check_mistake("buf = socket tcp", 0, "word of the language");
	check_mistake("s = sides", 0, "only a call gives a descriptor");
	check_mistake("s = ", 4, "a call or a command is expected");
	check_mistake("s == socket tcp", 0, "s is the beginning of more than one name");
}

static void check_thread(const char *line, bool thread)
{
	struct statement statement;

	read_line(&statement, line, false);
	assert_int_equal(statement.kind, STATEMENT_CALL);
	assert_int_equal(statement.call->id, CALL_accept);
	assert_int_equal(statement.args.count, 1);
	assert_string_equal(statement.args.items[0].text, "3");
	assert_int_equal(statement.thread, thread);
	statement_release(&statement);
}

static void ends(void **state)
{
	(void)state;
	check_thread("accept 3", false);
	check_thread("accept(3)", false);
	check_thread("accept ( 3 ) ;", false);
	check_thread("accept(3);", false);
	check_thread("accept 3 &", true);
	check_thread("accept 3&", true);
	check_thread("accept 3 & # in a thread", true);
	check_thread("accept(3)&", true);
	check_thread("accept(3) &\r", true);
	check_thread("accept 3 # comment", false);
	check_thread("accept(3) # comment", false);
	check_thread("accept(3)\t#", false);
	check_thread("accept(3) = 4", false);
	check_thread("accept(3) = -1 EBADF (Bad file descriptor)", false);
	check_thread("accept(3) ... blocked", false);
	check_thread("accept(3) = ?", false);
	check_mistake("accept(3) 4", 10, "nothing more is expected");
	check_mistake("accept(3) & 4", 12, "nothing more is expected");
	check_mistake("sides &", 6, "sides is no call: leave it out");
	check_mistake("client: read-all 3 &  # aside", 19, "read-all is no call: leave it out");
	check_mistake("accept(3", 8, "closing ) is missing");
	check_mistake("accept(3,", 9, "closing ) is missing");
	check_mistake("accept(", 7, "closing ) is missing");
	check_mistake("accept 3)", 8, "an argument is expected");
	check_mistake("accept(3) #3", 10, "nothing more is expected");
}

static void check_command(const char *line, enum command_id id, const char *rest, int column)
{
	struct statement statement;

	read_line(&statement, line, false);
	assert_int_equal(statement.kind, STATEMENT_COMMAND);
	assert_int_equal(statement.command->id, id);
	assert_string_equal(statement.rest, rest);
	assert_int_equal(statement.rest_column, column);
	statement_release(&statement);
}

static void commands(void **state)
{
	(void)state;
	check_command("quit", COMMAND_quit, "", 4);
	check_command("client: fds", COMMAND_fds, "", 11);
	check_command("read-until 3 \"\\r\\n\"  # until then", COMMAND_read_until, "3 \"\\r\\n\"", 11);
	check_command("info #3", COMMAND_info, "#3", 5);
	check_command("expect received \"a # b\" # really", COMMAND_expect, "received \"a # b\"", 7);
	check_command("expect received \"a\\\" # b\" # really", COMMAND_expect, "received \"a\\\" # b\"", 7);
	check_command("expect received \"a # b", COMMAND_expect, "received \"a # b", 7);
	check_command("say it's all here # and this; \"too", COMMAND_say, "it's all here # and this; \"too", 4);
	check_command("say   ", COMMAND_say, "", 6);
	check_command("set patience 5s \t ", COMMAND_set, "patience 5s", 4);
}

static void beginnings(void **state)
{
	struct statement statement;

	(void)state;
	read_line(&statement, "lis 3 5", true);
	assert_int_equal(statement.call->id, CALL_listen);
	statement_release(&statement);
	read_line(&statement, "read-a 3", true);
	assert_int_equal(statement.command->id, COMMAND_read_all);
	statement_release(&statement);
	read_line(&statement, "read 3 10", true);
	assert_int_equal(statement.call->id, CALL_read);
	statement_release(&statement);
	read_line(&statement, "side x", true);
	assert_int_equal(statement.command->id, COMMAND_side);
	statement_release(&statement);
	check_mistake("sen 3", 0, "more than one name: send, sendto, sendmsg, sendfile, send-file");
	check_mistake("client: s", 8, "more than one name: socket, ");
}

static void unknown(void **state)
{
	struct statement statement;
	struct mistake mistake;

	(void)state;
	check_mistake("listn 3", 0, "listn is no call and no command; did you mean listen?");
	check_mistake("exit", 0, "`quit` ends sockstep");
	check_mistake("  Listen 3", 2, "did you mean listen?");
	check_mistake("xyzzy", 0, "xyzzy is no call and no command (help lists them)");
	check_mistake("server: (3)", 8, "a call or a command is expected here");
	check_mistake("\xff", 0, "a call or a command is expected here");
	mistake_init(&mistake);
	assert_false(statement_read(&statement, "lis 3", 5, false, &mistake));
	mistake_release(&mistake);
}

static void hostile_bytes(void **state)
{
	(void)state;
	check_bytes_mistake("send 3 \"a\0b\"", 12, 9, "a NUL byte stands here");
	check_bytes_mistake("\0", 1, 0, "a NUL byte stands here");
	check_mistake("send 3 \"abc", 7, "no closing \"");
	check_mistake("send(3, \"abc\\\")", 8, "no closing \"");
	check_mistake("send 3 \"abc\\", 7, "no closing \"");
	check_mistake("send 3 \"\\q\"", 9, "no such escape");
	check_mistake("send 3 \"\\x4\"", 9, "\\xHH with two hexadecimal digits");
	check_mistake("send 3 \"\\xgg\"", 9, "\\xHH with two hexadecimal digits");
	check_mistake("send 3 \"\\u{}\"", 9, "\\u{20ac}");
	check_mistake("send 3 \"\\u20ac\"", 9, "\\u{20ac}");
	check_mistake("send 3 \"\\u{d800}\"", 9, "\\u{20ac}");
	check_mistake("send 3 \"\\u{110000}\"", 9, "\\u{20ac}");
	check_mistake("send 3 \"\\u{20ac\"", 9, "\\u{20ac}");
	check_mistake("send 3 hex:abc", 13, "two digits each");
	check_mistake("send 3 hex:\"ab", 14, "two digits each");
	check_mistake("send 3 \"a\"*", 10, "how many copies");
	check_mistake("send 3 \"a\"*x", 10, "how many copies");
	check_mistake("send 3 \"ab\"*999999999", 11, "how many copies");
	check_mistake("send 3 @", 8, "name of a file");
	check_mistake("send 3 @\"a\\x00b\"", 16, "name of a file");
	check_mistake("send 3 received[", 16, "received[0:2]");
	check_mistake("send 3 received[1]", 17, "received[0:2]");
	check_mistake("send 3 received[1:2", 19, "received[0:2]");
	check_mistake("poll [3 POLLIN 5", 5, "] that closes this list is missing");
	check_mistake("poll [3 POLLIN} 5", 5, "] that closes this list is missing");
	check_mistake("poll {3 POLLIN] 5", 5, "} that closes this list is missing");
	check_mistake("poll [[[[[3]]]]]", 10, "at most 4 deep");
	check_mistake("bind(3, (struct sockaddr *", 8, ") that closes this is missing");
	check_mistake("recv(3, sizeof(x", 14, ") that closes this is missing");
	check_mistake("socket AF_INET|[3", 15, "] that closes this list is missing");
	check_mistake("poll ,", 5, "an argument is expected");
}

static char *repeated(const char *beginning, const char *part, size_t count, const char *end)
{
	struct text text;

	text_init(&text);
	text_add(&text, beginning);
	for (size_t i = 0; i < count; i++)
		text_add(&text, part);
	text_add(&text, end);
	return text.data;
}

static void endless_lines(void **state)
{
	enum { MIB = 1 << 20 };
	static const char *const parts[] = {
		"a", "[", "{", "(", "\"", "\\", " ", ",", "|", "&", "=", ":", "#", "a ", "a,", "@", "a|", "& ", "[[",
		"[a]", "\xff", "received", "hex:", "a=", "\"\"*9",
	};
	struct mistake mistake;
	struct statement statement;
	char *line = repeated("send 3 \"", "a", MIB, "\"");

	(void)state;
	mistake_init(&mistake);
	assert_true(statement_read(&statement, line, strlen(line), false, &mistake));
	assert_int_equal(statement.args.items[1].len, MIB);
	statement_release(&statement);
	free(line);
	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		line = repeated(i % 2 == 0 ? "" : "send 3 ", parts[i], MIB / strlen(parts[i]), "");
		text_clear(&mistake.text);
		if (statement_read(&statement, line, strlen(line), true, &mistake))
			statement_release(&statement);
		else
			assert_true(mistake.text.len < 1000);
		free(line);
	}
	mistake_release(&mistake);
}

/* Every line cut at every byte is read to an end, or a mistake within it. */
static void cut_lines(void **state)
{
	static const char line[] =
		"server: s = sendmsg(3, (char *)\"a\\x00\\u{20ac}\"*3, to=[fd00::2]:80, fds=[4, l], "
		"MSG_OOB | MSG_DONTWAIT, received[1:2], @\"f\", hex:\"00 ff\", sizeof(x), &y) & # end";

	(void)state;
	for (size_t len = 0; len < sizeof(line); len++) {
		char *cut = xstrndup(line, len);
		struct statement statement;
		struct mistake mistake;

		mistake_init(&mistake);
		if (statement_read(&statement, cut, len, true, &mistake))
			statement_release(&statement);
		else
			assert_in_range(mistake.column, 0, len);
		mistake_release(&mistake);
		free(cut);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_lines),
		cmocka_unit_test(sides),
		cmocka_unit_test(names),
		cmocka_unit_test(ends),
		cmocka_unit_test(commands),
		cmocka_unit_test(beginnings),
		cmocka_unit_test(unknown),
		cmocka_unit_test(hostile_bytes),
		cmocka_unit_test(endless_lines),
		cmocka_unit_test(cut_lines),
	};

	return cmocka_run_group_tests_name("statements", tests, NULL, NULL);
}
