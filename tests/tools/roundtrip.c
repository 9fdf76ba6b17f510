/*
 * roundtrip: how long two processes need to exchange an empty line, and back, over a socket pair: the limit that a
 * program which asks another for each call can come near to, and with which the benchmark compares.
 *
 *	roundtrip [COUNT]
 *
 * COUNT round trips (10000) are made after a hundred unmeasured ones. Prints one line,
 *
 *	roundtrip: 10000 round trips, median 8.1 us, total 83120 us
 *
 * Status: 0, or 2 for a mistake or a failure.
 */
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { STATUS_FAILED = 2, WARM_UP = 100 };

static double now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static bool pass_line(int from, int to)
{
	char line[16];
	ssize_t len = read(from, line, sizeof(line));

	return len > 0 && write(to, line, (size_t)len) == len;
}

static void answer_all(int fd)
{
	while (pass_line(fd, fd))
		continue;
	_exit(0);
}

static void round_trip(int fd)
{
	char line[16];

	if (write(fd, "\n", 1) != 1 || read(fd, line, sizeof(line)) != 1)
		err(STATUS_FAILED, "the other process");
}

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

static void measure(int fd, size_t count)
{
	double *times = calloc(count, sizeof(*times)), start, total;

	if (times == NULL)
		err(STATUS_FAILED, "%zu round trips", count);
	for (size_t i = 0; i < WARM_UP; i++)
		round_trip(fd);
	total = now_us();
	for (size_t i = 0; i < count; i++) {
		start = now_us();
		round_trip(fd);
		times[i] = now_us() - start;
	}
	total = now_us() - total;
	qsort(times, count, sizeof(*times), compare);
	printf("roundtrip: %zu round trips, median %.1f us, total %.0f us\n", count, times[count / 2], total);
	free(times);
}

int main(int argc, char **argv)
{
	long count = argc > 1 ? strtol(argv[1], NULL, 10) : 10000;
	int ends[2];
	pid_t child;

	if (argc > 2 || count < 1)
		errx(STATUS_FAILED, "usage: roundtrip [COUNT]");
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
		err(STATUS_FAILED, "socketpair");
	child = fork();
	if (child < 0)
		err(STATUS_FAILED, "fork");
	if (child == 0) {
		close(ends[0]);
		answer_all(ends[1]);
	}
	close(ends[1]);
	measure(ends[0], (size_t)count);
	close(ends[0]);
	return waitpid(child, NULL, 0) == child ? 0 : STATUS_FAILED;
}
