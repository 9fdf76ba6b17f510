/*
 * traffic: what a stream, a round trip, datagrams and mere sockets give, between network namespaces or in one.
 *
 *	traffic [--from=PID] [--to=PID] stream ADDRESS PORT MILLISECONDS
 *	traffic [--from=PID] [--to=PID] trips ADDRESS PORT COUNT
 *	traffic [--from=PID] [--to=PID] datagrams ADDRESS PORT COUNT
 *	traffic [--to=PID] sockets ADDRESS PORT COUNT
 *
 * The client is in the network namespace of the process --from, the server, at the IPv4 address, in that of --to; else
 * in our own. Each prints one line:
 *
 *	stream     MiB/s that came in at the server while the client wrote as fast as it could for so long
 *	trips      the median of the microseconds that one byte took there and back
 *	datagrams  how many were sent, 100 bytes each, a few thousand in 100 ms, so that a device's queue is not overrun
 *	sockets    COUNT sockets, in connected pairs; then "ready", and they stay until the end of standard input
 *
 * Status: 0, or 2 for a mistake or a failure.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { STATUS_FAILURE = 2, BLOCK = 128 << 10, WARM_UP = 100, BURST = 50, LIMIT_SECONDS = 60 };

struct task {
	const char *from, *to; /* pids, or NULL */
	struct sockaddr_in address;
	long amount;
};

static double now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* ---- where ---- */

static bool enter(const char *pid, const char *kind, int flag)
{
	char path[64];
	bool entered;
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/ns/%s", pid, kind);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		err(STATUS_FAILURE, "%s", path);
	entered = setns(fd, flag) == 0;
	close(fd);
	return entered;
}

/* user_namespaces(7): who is not root outside must first be so inside. */
static void go_to(const char *pid)
{
	if (pid == NULL || enter(pid, "net", CLONE_NEWNET))
		return;
	if (!enter(pid, "user", CLONE_NEWUSER) || !enter(pid, "net", CLONE_NEWNET))
		err(STATUS_FAILURE, "the network namespace of %s", pid);
}

static int tcp_socket(void)
{
	static const int one = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) != 0)
		err(STATUS_FAILURE, "socket");
	return fd;
}

static int listener(const struct task *task, int backlog)
{
	int fd = tcp_socket();

	if (bind(fd, (const struct sockaddr *)&task->address, sizeof(task->address)) != 0 || listen(fd, backlog) != 0)
		err(STATUS_FAILURE, "the server's address");
	return fd;
}

static int connected(const struct task *task)
{
	int fd = tcp_socket();

	if (connect(fd, (const struct sockaddr *)&task->address, sizeof(task->address)) != 0)
		err(STATUS_FAILURE, "connect");
	return fd;
}

/* A server in a process of its own, which listens when this returns and ends with us. */
static pid_t start_server(const struct task *task, void (*serve)(int fd))
{
	int ready[2];
	char byte = 0;
	pid_t child;

	if (pipe2(ready, O_CLOEXEC) != 0 || (child = fork()) < 0)
		err(STATUS_FAILURE, "the server");
	if (child == 0) {
		int fd;

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		go_to(task->to);
		fd = listener(task, 1);
		if (write(ready[1], &byte, 1) != 1)
			_exit(STATUS_FAILURE);
		close(ready[1]);
		fd = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0)
			err(STATUS_FAILURE, "accept");
		serve(fd);
		exit(0);
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		errx(STATUS_FAILURE, "the server has failed");
	close(ready[0]);
	return child;
}

static int end_server(pid_t child)
{
	int status;

	return waitpid(child, &status, 0) == child && status == 0 ? 0 : STATUS_FAILURE;
}

/* ---- stream ---- */

static void serve_stream(int fd)
{
	static char block[BLOCK];
	double begin = now_us(), total = 0;
	ssize_t len;

	while ((len = read(fd, block, sizeof(block))) > 0)
		total += (double)len;
	if (len < 0)
		err(STATUS_FAILURE, "read");
	printf("%.1f\n", total / (1 << 20) / (now_us() - begin) * 1e6);
}

static int stream(const struct task *task)
{
	static const char block[BLOCK];
	pid_t server = start_server(task, serve_stream);
	double end;
	int fd;

	go_to(task->from);
	fd = connected(task);
	end = now_us() + (double)task->amount * 1e3;
	while (now_us() < end)
		if (write(fd, block, sizeof(block)) < 0)
			err(STATUS_FAILURE, "write");
	close(fd);
	return end_server(server);
}

/* ---- trips ---- */

static void without_delay(int fd)
{
	static const int one = 1;

	if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) != 0)
		err(STATUS_FAILURE, "TCP_NODELAY");
}

static void serve_trips(int fd)
{
	char byte;

	without_delay(fd);
	while (read(fd, &byte, 1) == 1)
		if (write(fd, &byte, 1) != 1)
			err(STATUS_FAILURE, "write");
}

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

static int trips(const struct task *task)
{
	pid_t server = start_server(task, serve_trips);
	double *times = calloc((size_t)task->amount, sizeof(*times)), begin;
	char byte = 'x';
	int fd;

	if (times == NULL)
		err(STATUS_FAILURE, "%ld trips", task->amount);
	go_to(task->from);
	fd = connected(task);
	without_delay(fd);
	for (long i = -WARM_UP; i < task->amount; i++) {
		begin = now_us();
		if (write(fd, &byte, 1) != 1 || read(fd, &byte, 1) != 1)
			err(STATUS_FAILURE, "a trip");
		if (i >= 0)
			times[i] = now_us() - begin;
	}
	qsort(times, (size_t)task->amount, sizeof(*times), compare);
	printf("%.1f\n", times[task->amount / 2]);
	free(times);
	close(fd);
	return end_server(server);
}

/* ---- datagrams, sockets ---- */

static int datagrams(const struct task *task)
{
	static const char payload[100];
	static const struct timespec pause = { .tv_nsec = 1000000 };
	int fd;

	go_to(task->from);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (const struct sockaddr *)&task->address, sizeof(task->address)) != 0)
		err(STATUS_FAILURE, "a socket for datagrams");
	for (long i = 1; i <= task->amount; i++) {
		if (send(fd, payload, sizeof(payload), 0) < 0 && errno != ECONNREFUSED)
			err(STATUS_FAILURE, "send");
		if (i % BURST == 0)
			nanosleep(&pause, NULL);
	}
	printf("%ld\n", task->amount);
	close(fd);
	return 0;
}

static int sockets(const struct task *task)
{
	struct rlimit most = { .rlim_cur = (rlim_t)task->amount + 64, .rlim_max = (rlim_t)task->amount + 64 };
	int fd;
	char byte;

	go_to(task->to);
	if (setrlimit(RLIMIT_NOFILE, &most) != 0)
		err(STATUS_FAILURE, "so many descriptors");
	fd = listener(task, SOMAXCONN);
	for (long i = 0; i < task->amount; i += 2) {
		connected(task);
		if (accept4(fd, NULL, NULL, SOCK_CLOEXEC) < 0)
			err(STATUS_FAILURE, "accept");
	}
	printf("ready\n");
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		continue;
	return 0;
}

/* ---- the command line ---- */

static long number_of(const char *word)
{
	char *end;
	long number = strtol(word, &end, 10);

	if (*word == '\0' || *end != '\0' || number < 1)
		errx(STATUS_FAILURE, "%s is no number", word);
	return number;
}

static const struct {
	const char *name;
	int (*run)(const struct task *task);
} kinds[] = { { "stream", stream }, { "trips", trips }, { "datagrams", datagrams }, { "sockets", sockets } };

static int run(struct task *task, char **words)
{
	task->address.sin_family = AF_INET;
	task->address.sin_port = htons((uint16_t)number_of(words[2]));
	task->amount = number_of(words[3]);
	if (inet_pton(AF_INET, words[1], &task->address.sin_addr) != 1)
		errx(STATUS_FAILURE, "%s is no IPv4 address", words[1]);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(words[0], kinds[i].name) == 0)
			return kinds[i].run(task);
	errx(STATUS_FAILURE, "there is no %s", words[0]);
}

int main(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "from", required_argument, NULL, 'f' },
		{ "to", required_argument, NULL, 't' },
		{ NULL, 0, NULL, 0 },
	};
	struct task task = { .from = NULL };
	int letter;

	while ((letter = getopt_long(argc, argv, "+", long_options, NULL)) != -1) {
		if (letter == 'f')
			task.from = optarg;
		else if (letter == 't')
			task.to = optarg;
		else
			return STATUS_FAILURE;
	}
	if (argc - optind != 4)
		errx(STATUS_FAILURE, "usage: traffic [--from=PID] [--to=PID] KIND ADDRESS PORT AMOUNT");
	signal(SIGPIPE, SIG_IGN);
	alarm(LIMIT_SECONDS);
	return run(&task, argv + optind);
}
