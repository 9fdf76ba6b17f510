/*
 * The tables of calls, commands, constants, options, examples and arguments of the command line: what one of them
 * alone cannot promise, and what is derived from them.
 */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "call/arguments.h"
#include "call/help.h"
#include "call/option.h"
#include "call/types.h"
#include "call/word.h"
#include "call_lines.h"

static void names_are_unique(void **state)
{
	(void)state;
	for (int i = 0; i < CALL_COUNT; i++)
		for (int j = 0; j < CALL_COUNT; j++)
			assert_true(i == j || !string_is(call_spec((enum call_id)i)->name,
							 call_spec((enum call_id)j)->name));
	for (int i = 0; i < COMMAND_COUNT; i++) {
		for (int j = 0; j < i; j++)
			assert_string_not_equal(command_spec((enum command_id)i)->name,
						command_spec((enum command_id)j)->name);
		assert_null(call_find(command_spec((enum command_id)i)->name, false, NULL));
	}
}

static void names_are_found(void **state)
{
	bool ambiguous;

	(void)state;
	for (int i = 0; i < CALL_COUNT; i++)
		assert_int_equal(call_find(call_spec((enum call_id)i)->name, true, &ambiguous)->id, i);
	for (int i = 0; i < COMMAND_COUNT; i++)
		assert_int_equal(command_find(command_spec((enum command_id)i)->name, true, &ambiguous)->id, i);
	assert_int_equal(call_find("lis", true, &ambiguous)->id, CALL_listen);
	assert_null(call_find("lis", false, &ambiguous));
	assert_false(ambiguous);
	assert_null(call_find("se", true, &ambiguous));
	assert_true(ambiguous);
	assert_null(call_find("", true, &ambiguous));
	assert_int_equal(command_find("read-u", true, &ambiguous)->id, COMMAND_read_until);
	assert_null(command_find("read-", true, &ambiguous));
	assert_true(ambiguous);
	assert_null(command_find("read_all", true, &ambiguous));
}

static void command_names_have_hyphens(void **state)
{
	static const char *const identifiers[] = {
#define COMMAND(id, ...) #id,
#include "call/commands.def"
#undef COMMAND
	};

	(void)state;
	for (int i = 0; i < COMMAND_COUNT; i++) {
		const char *name = command_spec((enum command_id)i)->name;

		assert_int_equal(strlen(name), strlen(identifiers[i]));
		for (size_t j = 0; name[j] != '\0'; j++)
			assert_int_equal(name[j] == '-' ? '_' : name[j], identifiers[i][j]);
		assert_null(strchr(name, '_'));
	}
}

static void arguments_make_sense(void **state)
{
	(void)state;
	for (int i = 0; i < CALL_COUNT; i++) {
		const struct call_spec *spec = call_spec((enum call_id)i);

		assert_true(strlen(spec->help) > 0 && spec->help[strlen(spec->help) - 1] != '.');
		assert_non_null(strchr(spec->page, '('));
		for (size_t j = 0; j < call_arg_count(spec); j++) {
			bool grouped = spec->args[j].type == ARG_CONSTANT || spec->args[j].type == ARG_LEVEL ||
				       spec->args[j].type == ARG_POLL_LIST;

			assert_int_equal(spec->args[j].group != GROUP_NONE, grouped);
			for (size_t k = 0; k < j; k++)
				assert_string_not_equal(spec->args[j].name, spec->args[k].name);
		}
	}
}

static void groups_have_constants(void **state)
{
	size_t count;
	const struct constant *all = constants_all(&count);
	bool has[GROUP_COUNT] = { false };

	(void)state;
	for (size_t i = 0; i < count; i++)
		has[all[i].group] = true;
	for (int group = GROUP_NONE + 1; group < GROUP_COUNT; group++)
		assert_true(has[group]);
}

static void constants_read_and_print(void **state)
{
	size_t count;
	const struct constant *all = constants_all(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		const char *name = constant_name(all[i].group, all[i].value);
		struct text text;
		long long value;

		for (size_t j = 0; j < i; j++)
			assert_true(all[j].group != all[i].group || !string_is(all[j].name, all[i].name));
		assert_true(constant_value(all[i].group, all[i].name, &value) && value == all[i].value);
		assert_true(constant_value(all[i].group, name, &value) && value == all[i].value);
		text_init(&text);
		constant_print(&text, all[i].group, all[i].value);
		assert_string_equal(text.data, name);
		text_release(&text);
	}
}

/* Whatever number is printed as flags of a group is read as that number. */
static void flags_read_and_print(void **state)
{
	static const long long samples[] = { 0, 1, 2, 3, 5, 0x10, 0x800, 0x80001, 0x7fffffff, 0x80000000, 0xffffffff };

	(void)state;
	for (int group = GROUP_NONE + 1; group < GROUP_ERRNO; group++)
		for (size_t i = 0; i < COUNT_OF(samples); i++) {
			struct text text, message;
			long long first, again;

			text_init(&text);
			text_init(&message);
			text_addf(&text, "%lld", samples[i]);
			assert_true(constant_read_flags((enum constant_group)group, text.data, &first, &message));
			text_clear(&text);
			constant_print_flags(&text, (enum constant_group)group, first);
			if (!constant_read_flags((enum constant_group)group, text.data, &again, &message))
				fail_msg("group %d: %s: %s", group, text.data, message.data);
			assert_true(first == again);
			text_release(&text);
			text_release(&message);
		}
}

static void check_flags(enum constant_group group, const char *string, long long flags, const char *printed)
{
	struct text text;
	long long read;

	text_init(&text);
	assert_true(constant_read_flags(group, string, &read, &text));
	assert_true(read == flags);
	constant_print_flags(&text, group, read);
	assert_string_equal(text.data, printed);
	text_release(&text);
}

static void flags_samples(void **state)
{
	(void)state;
	check_flags(GROUP_TYPE, "SOCK_STREAM|SOCK_NONBLOCK", SOCK_STREAM | SOCK_NONBLOCK, "SOCK_STREAM|SOCK_NONBLOCK");
	check_flags(GROUP_TYPE, " SOCK_CLOEXEC | SOCK_DGRAM ", SOCK_DGRAM | SOCK_CLOEXEC, "SOCK_DGRAM|SOCK_CLOEXEC");
	check_flags(GROUP_MSG, "MSG_PEEK|0x10000000", MSG_PEEK | 0x10000000, "MSG_PEEK|0x10000000");
	check_flags(GROUP_MSG, "0", 0, "0");
	check_flags(GROUP_PROTOCOL, "IPPROTO_IP", 0, "0");
	check_flags(GROUP_FAMILY, "PF_LOCAL", AF_UNIX, "AF_UNIX");
	check_flags(GROUP_FAMILY, "77", 77, "77");
	check_flags(GROUP_FAMILY, "-1", -1, "-1");
	check_flags(GROUP_FAMILY, "0xffffffff", -1, "-1");
	check_flags(GROUP_STATE, "SYN-RECEIVED", STATE_SYN_RECV, "SYN_RECV");
	check_flags(GROUP_STATE, "FIN-WAIT-1", STATE_FIN_WAIT1, "FIN_WAIT1");
	check_flags(GROUP_ACCESS, "O_RDWR|O_NONBLOCK", 04002, "O_RDWR|O_NONBLOCK");
}

static void errors_have_names(void **state)
{
	struct text text;
	long long value;

	(void)state;
	text_init(&text);
	constant_print(&text, GROUP_EAI, -2);
	assert_string_equal(text.data, "EAI_NONAME");
	text_clear(&text);
	constant_print(&text, GROUP_ERRNO, 44);
	assert_string_equal(text.data, "ECHRNG");
	assert_true(constant_value(GROUP_ERRNO, "ECHRNG", &value) && value == 44);
	assert_false(constant_value(GROUP_ERRNO, "ENONESUCH", &value));
	text_release(&text);
}

static void port_classes(void **state)
{
	(void)state;
	assert_string_equal(port_class(0), "well-known");
	assert_string_equal(port_class(1023), "well-known");
	assert_string_equal(port_class(1024), "registered");
	assert_string_equal(port_class(49151), "registered");
	assert_string_equal(port_class(49152), "dynamic");
}

static void examples_are_understood(void **state)
{
	(void)state;
	for (int i = 0; i < CALL_COUNT; i++) {
		const char *example = help_example((enum call_id)i);
		struct call call;

		assert_non_null(example);
		lines_call(&call, example);
		assert_int_equal(call.spec->id, i);
		call_release(&call);
	}
}

/* Each line fits into 78 columns and ends. */
static void check_help(const struct text *text)
{
	for (const char *line = text->data; *line != '\0';) {
		size_t len = strcspn(line, "\n");

		if (len > 78 || line[len] != '\n')
			fail_msg("a line of %zu columns: %.100s", len, line);
		assert_true(len == 0 || line[len - 1] != ' ');
		line += len + 1;
	}
}

static bool command_has_words(enum command_id id)
{
	return *command_spec(id)->synopsis != '\0';
}

/* What is asked first: every name is in it, and it fits on the smallest terminal. */
static void check_overview(const char *text)
{
	size_t lines = 0;
	char *words = xstrdup(text);

	for (char *at = words; *at != '\0'; at++) {
		lines += *at == '\n';
		*at = *at == '\n' ? ' ' : *at;
	}
	assert_true(lines <= 24);
	for (int i = 0; i < CALL_COUNT + COMMAND_COUNT; i++) {
		const char *name = i < CALL_COUNT ? call_spec((enum call_id)i)->name :
						    command_spec((enum command_id)(i - CALL_COUNT))->name;
		char *word = text_format(" %s ", name);

		if (strstr(words, word) == NULL)
			fail_msg("%s is not in the overview", name);
		free(word);
	}
	free(words);
}

/* Each is a line of that command. */
static void command_examples_are_read(void **state)
{
	const char *line;
	enum command_id id;

	(void)state;
	for (size_t i = 0; (line = help_command_example(i, &id)) != NULL; i++) {
		struct statement statement;
		struct mistake mistake;

		mistake_init(&mistake);
		if (!statement_read(&statement, line, strlen(line), false, &mistake))
			fail_msg("%s: %s", line, mistake.text.data);
		assert_int_equal(statement.kind, STATEMENT_COMMAND);
		assert_int_equal(statement.command->id, id);
		statement_release(&statement);
		mistake_release(&mistake);
	}
}

static void help_is_whole(void **state)
{
	struct text text;

	(void)state;
	text_init(&text);
	for (int i = 0; i < CALL_COUNT; i++) {
		text_clear(&text);
		help_call(&text, call_spec((enum call_id)i));
		check_help(&text);
		assert_non_null(strstr(text.data, call_spec((enum call_id)i)->page));
	}
	for (int i = 0; i < COMMAND_COUNT; i++) {
		text_clear(&text);
		help_command(&text, command_spec((enum command_id)i));
		assert_non_null(strstr(text.data, command_spec((enum command_id)i)->help));
		if (command_has_words((enum command_id)i))
			assert_non_null(strstr(text.data, "\n\n  "));
	}
	text_clear(&text);
	help_overview(&text);
	check_help(&text);
	check_overview(text.data);
	text_clear(&text);
	help_topics(&text);
	check_help(&text);
	for (int i = 0; i < CALL_COUNT; i++)
		assert_non_null(strstr(text.data, call_spec((enum call_id)i)->name));
	text_release(&text);
}

static void help_of_shutdown(void **state)
{
	struct text text;

	(void)state;
	text_init(&text);
	help_call(&text, call_spec(CALL_shutdown));
	assert_string_equal(text.data, "shutdown(sockfd, how)\n"
				       "  shut one direction of a connection, or both\n"
				       "\n"
				       "  sockfd       a descriptor such as 3\n"
				       "  how          SHUT_RD, SHUT_WR or SHUT_RDWR\n"
				       "  result       0; it returns at once\n"
				       "  manual page  shutdown(2)\n"
				       "  example      shutdown 3 SHUT_WR\n");
	text_release(&text);
}

static void check_signature(enum call_id id, int mark, const char *expected)
{
	struct text text;

	text_init(&text);
	call_signature(&text, call_spec(id), mark);
	assert_string_equal(text.data, expected);
	text_release(&text);
}

static void signatures(void **state)
{
	(void)state;
	check_signature(CALL_connect, -1, "connect(sockfd, addr)");
	check_signature(CALL_connect, 1, "connect(sockfd, >addr<)");
	check_signature(CALL_send, -1, "send(sockfd, buf, [len], [flags])");
	check_signature(CALL_accept, -1, "accept(sockfd)");
	check_signature(CALL_fork, -1, "fork()");
	check_signature(CALL_sendmsg, -1, "sendmsg(sockfd, buf, [to=], [fds=], [flags])");
}

static const char *near(const char *word, const char *const names[])
{
	struct nearest nearest = nearest_to(word);

	for (size_t i = 0; names[i] != NULL; i++)
		nearest_try(&nearest, names[i]);
	return nearest.name;
}

static void near_names(void **state)
{
	static const char *const names[] = { "listen", "connect", "close", "tcp", "SOCK_STREAM", "SOCK_DGRAM", NULL };
	char word[100];

	(void)state;
	assert_string_equal(near("listn", names), "listen");
	assert_string_equal(near("LISTEN", names), "listen");
	assert_string_equal(near("tpc", names), "tcp");
	assert_string_equal(near("conect", names), "connect");
	assert_string_equal(near("conenct", names), "connect");
	assert_string_equal(near("stream", names), "SOCK_STREAM");
	assert_string_equal(near("sock_steam", names), "SOCK_STREAM");
	assert_null(near("xx", names));
	assert_null(near("tpx", names));
	assert_null(near("lxxxen", names));
	assert_null(near("", names));
	assert_null(near("opened", names));
	memset(word, 'l', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	assert_null(near(word, names));
}

static void words_are_shown_short(void **state)
{
	char word[200];
	struct text text;

	(void)state;
	memset(word, 'a', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	text_init(&text);
	word_show(&text, word);
	assert_int_equal(text.len, WORD_SHOWN_MAX + 3);
	text_clear(&text);
	word_show(&text, "\x1b[2J\xff");
	assert_string_equal(text.data, "\\x1b[2J\\xff");
	text_release(&text);
}

static void arguments_of_the_command_line(void **state)
{
	static const char nc[] = "46bCdiIklmMnNOpPqrsTuUvwWxXz", refused[] = "DFStZcgG", ours[] = "efohV";

	(void)state;
	for (int i = 0; i < ARGUMENT_COUNT; i++) {
		const struct argument_spec *spec = argument_spec((enum argument_id)i);

		assert_true(spec->letter != '\0' || spec->name != NULL);
		if (spec->letter != '\0')
			assert_ptr_equal(argument_by_letter(spec->letter), spec);
		if (spec->name != NULL)
			assert_ptr_equal(argument_by_name(spec->name), spec);
		assert_true(spec->help[strlen(spec->help) - 1] != '.');
	}
	for (size_t i = 0; nc[i] != '\0'; i++)
		assert_int_not_equal(argument_by_letter(nc[i])->status, ARGUMENT_REFUSED);
	for (size_t i = 0; refused[i] != '\0'; i++)
		assert_int_equal(argument_by_letter(refused[i])->status, ARGUMENT_REFUSED);
	for (size_t i = 0; ours[i] != '\0'; i++)
		assert_int_not_equal(argument_by_letter(ours[i])->status, ARGUMENT_REFUSED);
	assert_null(argument_by_letter('\0'));
	assert_null(argument_by_letter('y'));
	assert_null(argument_by_name("nonsense"));
}

static void argument_lines(void **state)
{
	struct text text;

	(void)state;
	text_init(&text);
	arguments_help(&text);
	check_help(&text);
	assert_non_null(strstr(text.data, "  -e LINE        run this line; may be repeated\n"));
	assert_non_null(strstr(text.data, "  -h, --help     print this and end\n"));
	assert_non_null(strstr(text.data, "--starttls"));
	assert_null(strstr(text.data, argument_by_letter('t')->help));
	text_release(&text);
	assert_int_equal(argument_by_letter('t')->status, ARGUMENT_REFUSED);
	assert_string_equal(argument_by_letter('t')->help,
			    "-t is not offered: telnet's negotiation is not answered");
}

static void lists_of_names(void **state)
{
	struct text text;

	(void)state;
	text_init(&text);
	constant_list(&text, GROUP_SHUT, 4);
	assert_string_equal(text.data, "SHUT_RD, SHUT_WR or SHUT_RDWR");
	text_clear(&text);
	constant_list(&text, GROUP_FAMILY, 3);
	assert_string_equal(text.data, "AF_INET, AF_INET6, AF_UNIX, ...");
	text_clear(&text);
	constant_list(&text, GROUP_EPOLL_CREATE, 4);
	assert_string_equal(text.data, "EPOLL_CLOEXEC");
	text_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_unique),
		cmocka_unit_test(names_are_found),
		cmocka_unit_test(command_names_have_hyphens),
		cmocka_unit_test(arguments_make_sense),
		cmocka_unit_test(groups_have_constants),
		cmocka_unit_test(constants_read_and_print),
		cmocka_unit_test(flags_read_and_print),
		cmocka_unit_test(flags_samples),
		cmocka_unit_test(errors_have_names),
		cmocka_unit_test(port_classes),
		cmocka_unit_test(examples_are_understood),
		cmocka_unit_test(help_is_whole), cmocka_unit_test(command_examples_are_read),
		cmocka_unit_test(help_of_shutdown),
		cmocka_unit_test(signatures),
		cmocka_unit_test(near_names),
		cmocka_unit_test(words_are_shown_short),
		cmocka_unit_test(lists_of_names),
		cmocka_unit_test(arguments_of_the_command_line),
		cmocka_unit_test(argument_lines),
	};

	return cmocka_run_group_tests_name("call tables", tests, NULL, NULL);
}
