#include "side/own.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"

static rlim_t smaller(rlim_t a, rlim_t b)
{
	return a < b ? a : b;
}

static void set_soft_limit(int number)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		die("the limit of open files cannot be read: %s", strerror(errno));
	limit.rlim_cur = smaller((rlim_t)number, limit.rlim_max);
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
		die("the limit of open files cannot be set: %s", strerror(errno));
}

bool own_init(struct own *own, struct text *message)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
		text_addf(message, "the limit of open files cannot be read: %s", strerror(errno));
		return false;
	}
	if (limit.rlim_max < OWN_FIRST_MIN + OWN_ROOM) {
		text_addf(message, "only %llu open files are allowed (ulimit -Hn); a side needs %d",
			  (unsigned long long)limit.rlim_max, OWN_FIRST_MIN + OWN_ROOM);
		return false;
	}
	own->first = (int)smaller(smaller(limit.rlim_cur, OWN_FIRST_MAX), limit.rlim_max - OWN_ROOM);
	own_open(own);
	return true;
}

void own_open(const struct own *own)
{
	set_soft_limit(own->first + OWN_ROOM);
}

void own_close(const struct own *own)
{
	set_soft_limit(own->first);
}

int own_copy(const struct own *own, int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, own->first);

	if (copy < 0)
		die("a descriptor cannot be kept: %s", strerror(errno));
	return copy;
}

int own_take(const struct own *own, int fd)
{
	int taken;

	if (fd < 0)
		return -1;
	taken = own_copy(own, fd);
	close(fd);
	return taken;
}

bool own_contains(const struct own *own, long long fd)
{
	return fd >= own->first && fd < own->first + OWN_ROOM;
}

static int compare_numbers(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static void close_between(unsigned first, unsigned last)
{
	if (first <= last && syscall(SYS_close_range, first, last, 0) != 0)
		die("foreign descriptors cannot be closed: %s", strerror(errno));
}

void own_close_others(int *kept, size_t count)
{
	unsigned next = 0;

	qsort(kept, count, sizeof(*kept), compare_numbers);
	for (size_t i = 0; i < count; i++) {
		if (kept[i] < 0)
			continue;
		if ((unsigned)kept[i] > next)
			close_between(next, (unsigned)kept[i] - 1);
		next = (unsigned)kept[i] + 1;
	}
	close_between(next, UINT_MAX);
}

void own_standard(int in, int out)
{
	if (dup2(in, 0) < 0 || dup2(out, 1) < 0)
		die("standard input and output were not given: %s", strerror(errno));
	close(in);
	close(out);
}

void own_standard_null(void)
{
	int fd = open("/dev/null", O_RDWR);

	if (fd < 0)
		die("/dev/null cannot be opened: %s", strerror(errno));
	for (int standard = 0; standard <= 2; standard++)
		if (fd != standard && dup2(fd, standard) < 0)
			die("/dev/null cannot be kept: %s", strerror(errno));
	if (fd > 2)
		close(fd);
}
