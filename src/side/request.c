#include "side/request.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/show.h"
#include "event/event.h"
#include "side/own.h"

/* So much of a line that is not understood is shown. */
enum { SHOWN_MAX = 60 };

static bool read_number(const char *digits, char **end, long long most, long long *number)
{
	if (!isdigit((unsigned char)*digits))
		return false;
	errno = 0;
	*number = strtoll(digits, end, 10);
	return errno == 0 && *number <= most;
}

char *request_token(char *line, int64_t *id)
{
	long long number;
	char *end;

	*id = EVENT_NO_INT;
	if (!read_number(line, &end, LLONG_MAX, &number) || *end != ' ')
		return NULL;
	*id = number;
	while (*end == ' ')
		end++;
	return *end == '\0' ? NULL : end;
}

static void trim(char *line)
{
	size_t len = strlen(line);

	while (len > 0 && isspace((unsigned char)line[len - 1]))
		line[--len] = '\0';
}

/* "&" behind a call stands alone: within a call it would be inside of quotes or brackets, which follow it. */
static bool take_ampersand(char *line)
{
	size_t len = strlen(line);

	if (len < 2 || line[len - 1] != '&' || (line[len - 2] != ' ' && line[len - 2] != ')'))
		return false;
	line[len - 1] = '\0';
	trim(line);
	return true;
}

static bool mistaken(struct mistake *mistake, const char *what, const char *shown)
{
	text_add(&mistake->text, what);
	if (shown != NULL)
		show_quoted(&mistake->text, shown, strlen(shown), SHOWN_MAX, SHOW_UTF8);
	mistake->column = -1;
	return false;
}

/* ---- requests ---- */

static bool read_plain(struct request *request, const char *argument, struct mistake *mistake)
{
	(void)request;
	return *argument == '\0' || mistaken(mistake, "this request takes nothing more, but here is ", argument);
}

static bool read_interrupt(struct request *request, const char *argument, struct mistake *mistake)
{
	long long number = 0;
	char *end = "";

	if (*argument != '\0' && (!read_number(argument, &end, THREADS_MAX, &number) || number < 1))
		return mistaken(mistake, "a thread's number is expected instead of ", argument);
	request->thread = (int)number;
	return *end == '\0' || mistaken(mistake, "a thread's number is expected instead of ", argument);
}

static bool read_syscalls(struct request *request, const char *argument, struct mistake *mistake)
{
	request->on = string_is(argument, "on");
	return request->on || string_is(argument, "off") ||
	       mistaken(mistake, "on or off is expected instead of ", argument);
}

static bool read_copy(struct request *request, const char *argument, struct mistake *mistake)
{
	char *words = xstrdup(argument);
	const char *wrong = copy_wish_read(&request->copy, words);
	bool ok = wrong == NULL || mistaken(mistake, "copy FD takes in=, out=, shut, hangup, crlf, show=, quit=, "
					    "idle=, interval= and packets=, and not ", wrong);

	request->copy.id = request->id;
	free(words);
	return ok;
}

static bool read_tls(struct request *request, const char *argument, struct mistake *mistake)
{
	const char *wrong;

	request->words = xstrdup(argument);
	wrong = tls_wish_read(&request->tls, request->words);
	if (wrong == NULL)
		return true;
	mistaken(mistake, "tls FD client|server takes name=, ca=, cert=, key=, alpn=, keylog=, no-verify and resume, "
		 "and not ", wrong);
	free(request->words);
	request->words = NULL;
	return false;
}

static bool read_dump(struct request *request, const char *argument, struct mistake *mistake)
{
	if (*argument == '\0')
		return mistaken(mistake, "dump takes the name of a file", NULL);
	request->words = xstrdup(argument);
	return true;
}

static const struct {
	const char *name;
	enum request_kind kind;
	bool (*read)(struct request *, const char *argument, struct mistake *);
} kinds[] = {
	{ "interrupt", REQUEST_INTERRUPT, read_interrupt },
	{ "quiet", REQUEST_QUIET, read_plain },
	{ "fds", REQUEST_FDS, read_plain },
	{ "syscalls", REQUEST_SYSCALLS, read_syscalls },
	{ "copy", REQUEST_COPY, read_copy },
	{ "tls", REQUEST_TLS, read_tls },
	{ "dump", REQUEST_DUMP, read_dump },
	{ "bye", REQUEST_BYE, read_plain },
};

static bool read_call(struct request *request, char *line, struct mistake *mistake)
{
	request->kind = REQUEST_CALL;
	request->in_thread = take_ampersand(line);
	return call_read(&request->call, line, mistake);
}

static bool read_rest(struct request *request, char *rest, struct mistake *mistake)
{
	size_t word = strcspn(rest, " ");

	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		const char *argument = rest + word;

		if (strlen(kinds[i].name) != word || strncmp(kinds[i].name, rest, word) != 0)
			continue;
		request->kind = kinds[i].kind;
		return kinds[i].read(request, argument + strspn(argument, " "), mistake);
	}
	return read_call(request, rest, mistake);
}

bool request_read(struct request *request, char *line, size_t len, struct mistake *mistake)
{
	char *rest;

	*request = (struct request){ .id = EVENT_NO_INT };
	if (len == SIZE_MAX)
		return mistaken(mistake, "this line is longer than 64 MiB and was not read", NULL);
	rest = request_token(line, &request->id);
	if (strlen(line) != len)
		return mistaken(mistake, "this line has a NUL byte; in data it is written \\x00", NULL);
	if (rest == NULL)
		return mistaken(mistake, "a line is TOKEN CALL, such as 1 socket(AF_INET, SOCK_STREAM, 0), not ", line);
	trim(rest);
	if (read_rest(request, rest, mistake))
		return true;
	if (mistake->column >= 0)
		mistake->column += (int)(rest - line);
	return false;
}

void request_release(struct request *request)
{
	if (request->kind == REQUEST_CALL && request->call.spec != NULL)
		call_release(&request->call);
	free(request->words);
	request->words = NULL;
}
