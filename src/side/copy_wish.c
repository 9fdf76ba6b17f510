#include "side/copy_wish.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "side/own.h"

static bool read_int(const char *digits, long least, long most, long *number)
{
	char *end;

	errno = 0;
	*number = strtol(digits, &end, 10);
	return errno == 0 && end != digits && *end == '\0' && *number >= least && *number <= most;
}

static bool read_fd(const char *digits, int *fd)
{
	long number = -1;
	bool ok = string_is(digits, "none") || read_int(digits, 0, OWN_FIRST_MAX - 1, &number);

	*fd = (int)number;
	return ok;
}

static bool read_seconds(const char *digits, double *seconds)
{
	char *end;

	*seconds = strtod(digits, &end);
	return end != digits && *end == '\0' && *seconds >= 0 && *seconds < 1e9;
}

static bool read_packets(const char *digits, int64_t *packets)
{
	long number;
	bool ok = read_int(digits, 1, 1000000000, &number);

	*packets = number;
	return ok;
}

static bool read_show(const char *charset, enum copy_show *show)
{
	*show = string_is(charset, "utf8") ? COPY_SHOW_UTF8 : COPY_SHOW_ASCII;
	return string_is(charset, "utf8") || string_is(charset, "ascii");
}

static bool read_word(struct copy_wish *wish, const char *word)
{
	const char *value = strchr(word, '=') == NULL ? "" : strchr(word, '=') + 1;

	if (string_is(word, "shut"))
		return wish->shut = true;
	if (string_is(word, "hangup"))
		return wish->hangup = true;
	if (string_is(word, "crlf"))
		return wish->crlf = true;
	if (string_starts_with(word, "in="))
		return read_fd(value, &wish->in);
	if (string_starts_with(word, "out="))
		return read_fd(value, &wish->out);
	if (string_starts_with(word, "show="))
		return read_show(value, &wish->show);
	if (string_starts_with(word, "quit="))
		return read_seconds(value, &wish->quit);
	if (string_starts_with(word, "idle="))
		return read_seconds(value, &wish->idle);
	if (string_starts_with(word, "interval="))
		return read_seconds(value, &wish->interval);
	return string_starts_with(word, "packets=") && read_packets(value, &wish->packets);
}

const char *copy_wish_read(struct copy_wish *wish, char *words)
{
	char *rest = NULL, *word = strtok_r(words, " ", &rest);

	*wish = (struct copy_wish){ .in = 0, .out = 1, .dump = -1, .quit = -1 };
	if (word == NULL || !read_fd(word, &wish->fd) || wish->fd < 0)
		return word == NULL ? "" : word;
	while ((word = strtok_r(NULL, " ", &rest)) != NULL)
		if (!read_word(wish, word))
			return word;
	return NULL;
}
