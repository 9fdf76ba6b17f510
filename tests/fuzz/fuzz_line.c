/*
 * Hostile lines for libFuzzer (or AFL++, which takes the same entry): `make fuzz-line` builds it with clang; then
 *
 *	tests/fuzz/fuzz_line -max_total_time=30 [DIRECTORY of inputs]
 *
 * The input is one line, in memory of exactly its size. It is understood, or a mistake with a place within it; a call
 * is printed in each style, and what is printed exactly is read again as the same call.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "call/statement.h"

/* Longer than any message need be: no word of the line is shown whole. What "a"*9999999 makes is not printed: it would
 * take the time of a thousand other lines. */
enum { MESSAGE_MOST = 2000, PRINTED_MOST = 100000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* ---- a small world ---- */

static bool find_descriptor(void *owner, const char *name, int *fd, struct text *message)
{
	(void)owner;
	*fd = 3;
	if (*name != 's')
		text_add(message, "no such descriptor");
	return *name == 's';
}

static bool find_host(void *owner, const char *name, int fd, struct address *address, struct text *message)
{
	(void)owner;
	(void)message;
	return string_is(name, "server") && address_read_ip(address, fd == 6 ? "fd00::2" : "10.0.0.2");
}

static int family_of(void *owner, int fd)
{
	(void)owner;
	return fd == 6 ? AF_INET6 : AF_INET;
}

static bool find_received(void *owner, const void **bytes, size_t *len, struct text *message)
{
	(void)owner;
	(void)message;
	*bytes = "received\xff";
	*len = 9;
	return true;
}

static bool read_file(void *owner, const char *path, struct text *bytes, struct text *message)
{
	(void)owner;
	(void)message;
	text_add(bytes, path);
	return true;
}

static const struct call_context context = {
	.descriptor = find_descriptor,
	.host = find_host,
	.family = family_of,
	.received = find_received,
	.file = read_file,
};

/* ---- what must hold ---- */

static bool has_hostname(const struct call *call)
{
	for (size_t i = 0; i < CALL_ARGS_MAX; i++)
		if (call->args[i].kind == VALUE_HOSTNAME)
			return true;
	return false;
}

/* The side reads the line that is printed for it, and prints it in its turn. */
static void read_again(const char *exact)
{
	struct mistake mistake;
	struct text again;
	struct call call;

	mistake_init(&mistake);
	text_init(&again);
	require(call_read(&call, exact, &mistake));
	call_print(&again, &call, CALL_EXACT);
	require(string_is(again.data, exact));
	call_release(&call);
	text_release(&again);
	mistake_release(&mistake);
}

static bool is_endless(const struct call *call)
{
	for (size_t i = 0; i < CALL_ARGS_MAX; i++) {
		if (call->args[i].len > PRINTED_MOST)
			return true;
		for (size_t j = 0; j < call->args[i].count; j++)
			if (call->args[i].items[j].len > PRINTED_MOST)
				return true;
	}
	return false;
}

static void print(const struct call *call)
{
	struct text text;

	text_init(&text);
	call_print(&text, call, CALL_SHORT);
	call_print_result(&text, call, 5, 0);
	call_print_strace(&text, call, 5, 0);
	call_print_strace(&text, call, -1, 11);
	text_clear(&text);
	call_print(&text, call, CALL_EXACT);
	if (!has_hostname(call))
		read_again(text.data);
	text_release(&text);
}

static void check_mistake(const struct mistake *mistake, size_t size)
{
	require(mistake->text.len > 0 && mistake->text.len < MESSAGE_MOST);
	require(mistake->column >= -1 && mistake->column <= (int)size);
}

static void bind_call(const struct statement *statement, size_t size)
{
	struct mistake mistake;
	struct call call;

	mistake_init(&mistake);
	if (call_bind(&call, statement->call, &statement->args, &context, &mistake)) {
		if (!is_endless(&call))
			print(&call);
		call_release(&call);
	} else {
		check_mistake(&mistake, size);
	}
	mistake_release(&mistake);
}

static void read_line(const char *line, size_t size, bool prefix)
{
	struct statement statement;
	struct mistake mistake;

	mistake_init(&mistake);
	if (statement_read(&statement, line, size, prefix, &mistake)) {
		if (statement.kind == STATEMENT_CALL)
			bind_call(&statement, size);
		statement_release(&statement);
	} else {
		check_mistake(&mistake, size);
	}
	mistake_release(&mistake);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *line = xmalloc(size);

	if (size > 0)
		memcpy(line, data, size);
	read_line(line, size, true);
	read_line(line, size, false);
	free(line);
	return 0;
}
