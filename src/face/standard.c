#include "face/standard.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"

/* Beyond what a program that is started has as its own. */
enum { AWAY_FIRST = 10 };

bool standard_is_piped(const struct options *options)
{
	bool lines = options->statement_count > 0 || options->file != NULL || options->json || options->plain;

	return options->remote.wanted && !options->remote.scan && !lines &&
	       !(isatty(STDIN_FILENO) && isatty(STDOUT_FILENO));
}

static int copy_away(int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, AWAY_FIRST);

	if (copy < 0)
		die("standard input and output cannot be given away: %s", strerror(errno));
	return copy;
}

static void replace(int fd, int by)
{
	if (by < 0 || dup2(by, fd) < 0)
		die("standard input and output cannot be replaced: %s", strerror(errno));
}

void standard_give_away(struct options *options, int ends[2])
{
	struct remote *remote = &options->remote;
	int none = open("/dev/null", O_RDONLY | O_CLOEXEC);

	remote->piped = true;
	remote->shows = isatty(STDOUT_FILENO) && !remote->raw;
	remote->shows_utf8 = string_is(nl_langinfo(CODESET), "UTF-8");
	ends[0] = copy_away(STDIN_FILENO);
	ends[1] = copy_away(STDOUT_FILENO);
	replace(STDIN_FILENO, none);
	replace(STDOUT_FILENO, STDERR_FILENO);
	close(none);
}
