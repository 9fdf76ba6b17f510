#include "call_lines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

static const char received_bytes[] = "GET /\r\n";
static const char file_bytes[] = "file\0data";

static bool find_descriptor(void *owner, const char *name, int *fd, struct text *message)
{
	(void)owner;
	if (!string_is(name, "s") && !string_is(name, "l")) {
		text_addf(message, "no descriptor is named %s", name);
		return false;
	}
	*fd = string_is(name, "s") ? 3 : 4;
	return true;
}

static bool find_host(void *owner, const char *name, int fd, struct address *address, struct text *message)
{
	(void)owner;
	(void)message;
	if (string_is(name, "server"))
		return address_read_ip(address, fd == 6 ? "fd00::2" : "10.0.0.2");
	return string_is(name, "client") && address_read_ip(address, fd == 6 ? "fd00::1" : "10.0.0.1");
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
	*bytes = received_bytes;
	*len = strlen(received_bytes);
	return true;
}

static bool read_data_file(void *owner, const char *path, struct text *bytes, struct text *message)
{
	(void)owner;
	if (!string_is(path, "data")) {
		text_addf(message, "%s: No such file or directory", path);
		return false;
	}
	text_add_bytes(bytes, file_bytes, sizeof(file_bytes) - 1);
	return true;
}

const struct call_context *lines_context(void)
{
	static const struct call_context context = {
		.descriptor = find_descriptor,
		.host = find_host,
		.family = family_of,
		.received = find_received,
		.file = read_data_file,
	};

	return &context;
}

static bool read_call(struct call *call, const char *line, struct mistake *mistake)
{
	struct statement statement;
	bool ok;

	if (!statement_read(&statement, line, strlen(line), false, mistake))
		return false;
	if (statement.kind != STATEMENT_CALL)
		fail_msg("'%s' is no call", line);
	ok = call_bind(call, statement.call, &statement.args, lines_context(), mistake);
	statement_release(&statement);
	return ok;
}

void lines_call(struct call *call, const char *line)
{
	struct mistake mistake;

	mistake_init(&mistake);
	if (!read_call(call, line, &mistake))
		fail_msg("'%s' at %d: %s", line, mistake.column, mistake.text.data);
	mistake_release(&mistake);
}

static char *print_call(const struct call *call, enum call_style style)
{
	struct text text;

	text_init(&text);
	call_print(&text, call, style);
	return text.data;
}

char *lines_print(const char *line, enum call_style style)
{
	struct call call;
	char *printed;

	lines_call(&call, line);
	printed = print_call(&call, style);
	call_release(&call);
	return printed;
}

void lines_mean(const char *line, const char *exact)
{
	struct mistake mistake;
	struct call call;
	char *printed = lines_print(line, CALL_EXACT), *again;

	assert_string_equal(printed, exact);
	mistake_init(&mistake);
	if (!call_read(&call, printed, &mistake))
		fail_msg("'%s' printed of '%s': %s", printed, line, mistake.text.data);
	again = print_call(&call, CALL_EXACT);
	assert_string_equal(again, exact);
	call_release(&call);
	mistake_release(&mistake);
	free(again);
	free(printed);
}

void lines_mistake(const char *line, int column, const char *part)
{
	struct mistake mistake;
	struct call call = { 0 };

	mistake_init(&mistake);
	if (read_call(&call, line, &mistake))
		fail_msg("'%s' is understood", line);
	if (mistake.column != column || strstr(mistake.text.data, part) == NULL)
		fail_msg("'%s': %d not %d, or no '%s': %s", line, mistake.column, column, part, mistake.text.data);
	assert_null(call.spec);
	mistake_release(&mistake);
}
