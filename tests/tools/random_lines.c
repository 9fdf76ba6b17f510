#include "random_lines.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "call/constants.h"
#include "call/help.h"
#include "call/statement.h"

/* splitmix64 */
uint64_t chance_below(struct chance *chance, uint64_t count)
{
	uint64_t mixed = chance->state += 0x9e3779b97f4a7c15;

	mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
	mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
	return (mixed ^ mixed >> 31) % count;
}

static const char *const sides[] = { "", "client: ", "server: ", "third: ", "client.2: ", "server.2: " };
static const char *const fds[] = { "3", "3", "3", "4", "4", "5", "6", "0", "1", "-1", "999", "s" };
static const char *const numbers[] = {
	"0", "1", "2", "3", "5", "10", "64", "1000", "65536", "-1", "2147483647", "-2147483648", "4294967296",
	"9223372036854775807", "99999999999999999999", "0x7f",
};
static const char *const addresses[] = {
	"server:80", "client:80", "10.0.0.2:80", "127.0.0.1:80", "*:80", "[fd00::2]:80", "*:0", "0.0.0.0:65535",
	"255.255.255.255:7", "unix:@a", "unix:missing", "NULL", "AF_UNSPEC", "hex:0200", "server:65536", "unix:",
};
static const char *const data[] = {
	"\"hello\"", "\"\"", "\"a\"*1000", "\"a\"*3000000", "hex:deadbeef", "received", "received[0:2]",
	"\"\\x1b]0;t\\x07\\x00\\xff\"", "@missing", "\"x\"*99999999",
};
static const char *const lists[] = {
	"[]", "[3]", "[3, 4]", "[3 POLLIN]", "[3 POLLIN|POLLOUT, 4 0]", "[\"a\", \"b\"]", "[1, 1024]", "[[3]]", "[-1]",
};
static const char *const values[] = { "1", "0", "{1, 0}", "\"reno\"", "hex:00", "lo", "1.5", "224.0.0.1", "[]" };
static const char *const words[] = {
	"/dev/null", "/dev/zero", "/dev/full", "0600", "O_NONBLOCK", "FD_CLOEXEC", "0.1", "[0]", "80", "client", "NULL",
};
/* What is likely to succeed, so that what comes after it has something to work on. */
static const char *const steps[] = {
	"server: socket tcp", "server: bind 3 *:80", "server: listen 3 5", "client: socket tcp",
	"client: connect 3 server:80", "server: accept 3", "server: recv 4 100", "client: send 3 \"x\"",
	"client: socketpair unix", "client: fork", "client.2: _exit 3", "client: waitpid -1", "wire hold", "step",
	"wire flow", "side third", "client: recv 3 10 &", "server: close 4", "client: close 3", "interrupt client",
	"client: epoll_create1", "client: shutdown 3 SHUT_WR", "reset",
};
/* They write files, ask the network, signal, take the keyboard or end. */
static const char *const excluded[] = {
	"kill", "run", "save", "screenshot", "quit", "interact", "lesson", "open", "getaddrinfo", "getnameinfo",
};

#define PICK(chance, table) (table)[chance_below((chance), COUNT_OF(table))]

static const char *pick_constant(struct chance *chance, enum constant_group group)
{
	size_t count;
	const struct constant *all = constants_all(&count);
	const struct constant *picked = &all[chance_below(chance, count)];

	for (int tries = 0; picked->group != group && tries < 2000; tries++)
		picked = &all[chance_below(chance, count)];
	return picked->name;
}

static const char *pick_option(struct chance *chance)
{
	size_t count;
	const struct option_spec *all = options_all(&count);

	return all[chance_below(chance, count)].name;
}

static const char *pick_argument(struct chance *chance, const struct arg_spec *arg)
{
	switch (chance_below(chance, 20) == 0 ? ARG_NONE : arg->type) {
	case ARG_FD:
	case ARG_NEW_FD:
		return PICK(chance, fds);
	case ARG_CONSTANT:
	case ARG_LEVEL:
		return pick_constant(chance, arg->group);
	case ARG_OPTION:
		return pick_option(chance);
	case ARG_ADDRESS:
		return PICK(chance, addresses);
	case ARG_DATA:
		return PICK(chance, data);
	case ARG_OPTION_VALUE:
		return PICK(chance, values);
	case ARG_FD_LIST:
	case ARG_POLL_LIST:
	case ARG_DATA_LIST:
	case ARG_SIZE_LIST:
		return PICK(chance, lists);
	case ARG_INT:
	case ARG_SIZE:
	case ARG_DATA_LEN:
	case ARG_BUFFER_LEN:
	case ARG_PID:
	case ARG_IOCTL_VALUE:
		return PICK(chance, numbers);
	case ARG_NONE:
	case ARG_ADDRESS_LEN:
	case ARG_BUFFER:
	case ARG_FD_PAIR:
	case ARG_SECONDS:
	case ARG_OFFSET:
	case ARG_PATH:
	case ARG_MODE:
	case ARG_TEXT:
	case ARG_FCNTL_VALUE:
	case ARG_WAIT_STATUS:
	case ARG_ADDRESS_LIST:
		break;
	}
	return PICK(chance, words);
}

static bool is_excluded(const char *line)
{
	for (size_t i = 0; i < COUNT_OF(excluded); i++)
		if (strstr(line, excluded[i]) != NULL)
			return true;
	return false;
}

static void add_call(struct chance *chance, struct text *line)
{
	const struct call_spec *spec = call_spec((enum call_id)chance_below(chance, CALL_COUNT));

	text_addf(line, "%s%s", PICK(chance, sides), spec->name);
	for (size_t i = 0; i < call_arg_count(spec); i++) {
		const struct arg_spec *arg = &spec->args[i];

		if (arg->need == ARG_OUT || arg->need == ARG_KEYED_OUT || arg->need == ARG_HIDDEN ||
		    (arg->need != ARG_REQUIRED && chance_below(chance, 2) == 0))
			continue;
		text_addf(line, " %s%s%s", arg->need == ARG_KEYED ? arg->name : "",
			  arg->need == ARG_KEYED ? "=" : "", pick_argument(chance, arg));
	}
	if (chance_below(chance, 6) == 0)
		text_add(line, " &");
}

static void add_command(struct chance *chance, struct text *line)
{
	enum command_id command;
	const char *example = help_command_example(chance_below(chance, 60), &command);

	text_add(line, example == NULL ? "sides" : example);
}

/* Some bytes are put in, taken out, or others; none becomes a control character. */
static void change(struct chance *chance, struct text *line)
{
	static const char often[] = "\"[](){},:;=*&|#\\-<@ 0\x80\xc2\xff";

	for (uint64_t left = 1 + chance_below(chance, 3); left > 0 && line->len > 0; left--) {
		size_t at = chance_below(chance, line->len), rest = chance_below(chance, line->len - at);
		char *end = xstrndup(line->data + at + rest, line->len - at - rest);

		text_cut(line, at);
		if (chance_below(chance, 3) > 0)
			text_add_char(line, often[chance_below(chance, sizeof(often) - 1)]);
		text_add(line, end);
		free(end);
	}
}

char *random_line(struct chance *chance)
{
	uint64_t kind = chance_below(chance, 10);
	struct text line;

	text_init(&line);
	if (kind < 3)
		text_add(&line, PICK(chance, steps));
	else if (kind < 8)
		add_call(chance, &line);
	else
		add_command(chance, &line);
	if (chance_below(chance, 7) == 0)
		change(chance, &line);
	if (is_excluded(line.data)) {
		text_cut(&line, 0);
		text_add(&line, "sides");
	}
	return text_take(&line);
}
