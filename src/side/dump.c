#include "side/dump.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MODE = 0600 };

static bool may_be_written(int fd)
{
	struct stat facts;

	if (fstat(fd, &facts) == 0 && (S_ISREG(facts.st_mode) || S_ISCHR(facts.st_mode)))
		return true;
	errno = EINVAL;
	return false;
}

/* Without O_NONBLOCK a FIFO would be waited for. */
bool dump_open(struct dump *dump, const struct own *own, const char *path, struct text *message)
{
	int flags = O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY, fd;

	if (dump->fd >= 0) {
		text_add(message, "there is a dump already");
		return false;
	}
	own_open(own);
	fd = open(path, flags, FILE_MODE);
	if (fd < 0 || !may_be_written(fd)) {
		text_addf(message, "%s: %s", path, errno == ELOOP ? "it is a symbolic link" : strerror(errno));
		if (fd >= 0)
			close(fd);
		fd = -1;
	}
	dump->fd = fd < 0 ? -1 : own_take(own, fd);
	own_close(own);
	return fd >= 0;
}

static bool peeks(const struct call *call)
{
	enum { FLAGS_OF_RECV = 3, FLAGS_OF_RECVMSG = 5 };
	int flags = 0;

	if (call->spec->id == CALL_recv || call->spec->id == CALL_recvfrom)
		flags = execute_int(call, FLAGS_OF_RECV);
	else if (call->spec->id == CALL_recvmsg)
		flags = execute_int(call, FLAGS_OF_RECVMSG);
	return call->spec->id == CALL_SSL_peek || (flags & (MSG_PEEK | MSG_ERRQUEUE)) != 0;
}

bool dump_takes(const struct dump *dump, const struct execution *execution)
{
	struct stat facts;

	if (dump->fd < 0 || dump->failed || peeks(&execution->call))
		return false;
	return fstat(execute_int(&execution->call, 0), &facts) == 0 && S_ISSOCK(facts.st_mode);
}

bool dump_write(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t written = write(fd, bytes, len);

		if (written < 0 && errno != EINTR)
			return false;
		if (written > 0) {
			bytes += written;
			len -= (size_t)written;
		}
	}
	return true;
}

bool dump_add(struct dump *dump, const char *bytes, size_t len)
{
	dump->failed = !dump_write(dump->fd, bytes, len);
	return !dump->failed;
}
