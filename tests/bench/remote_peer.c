/*
 * The other end for tests/bench/remote.sh, on 127.0.0.1:
 *
 *	remote_peer sink PORT                  one connection is read to its end
 *	remote_peer source PORT BYTES          one connection is sent so many bytes
 *	remote_peer accept PORT ROUNDS COMMAND [-- COMMAND]...
 *	                                       each command in turn, which connects here: the median of the milliseconds
 *	                                       from its start until its connection is accepted, a line for each
 *	remote_peer clients PORT COUNT         so many connections, a byte on each; closed when standard input ends
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PIECE = 1 << 20, COMMANDS_MAX = 8, ROUNDS_MAX = 1000, BACKLOG = 128 };

static _Noreturn void fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static struct sockaddr_in address_of(const char *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port)) };

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return address;
}

static int listen_on(const char *port)
{
	struct sockaddr_in address = address_of(port);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 || listen(fd, BACKLOG) != 0)
		fail("listen");
	return fd;
}

static int sink(const char *port)
{
	char *buffer = malloc(PIECE);
	int fd = accept(listen_on(port), NULL, NULL);

	while (read(fd, buffer, PIECE) > 0)
		;
	free(buffer);
	return EXIT_SUCCESS;
}

static int source(const char *port, long long left)
{
	char *buffer = calloc(1, PIECE);
	int fd = accept(listen_on(port), NULL, NULL);

	while (left > 0) {
		ssize_t sent = send(fd, buffer, left < PIECE ? (size_t)left : PIECE, MSG_NOSIGNAL);

		if (sent <= 0)
			fail("send");
		left -= sent;
	}
	shutdown(fd, SHUT_WR);
	while (read(fd, buffer, PIECE) > 0)
		;
	free(buffer);
	return EXIT_SUCCESS;
}

static double run(int listener, char **command)
{
	double began = now(), took;
	pid_t pid = fork();
	int fd;

	if (pid == 0) {
		int none = open("/dev/null", O_RDWR);

		dup2(none, STDIN_FILENO);
		dup2(none, STDOUT_FILENO);
		execvp(command[0], command);
		_exit(127);
	}
	fd = accept(listener, NULL, NULL);
	took = now() - began;
	close(fd);
	waitpid(pid, NULL, 0);
	return 1000 * took;
}

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

static int accept_rounds(const char *port, int rounds, char **words)
{
	static double took[COMMANDS_MAX][ROUNDS_MAX];
	char **commands[COMMANDS_MAX] = { words };
	int count = 1, listener = listen_on(port);

	for (char **word = words; *word != NULL && count < COMMANDS_MAX; word++)
		if (strcmp(*word, "--") == 0) {
			*word = NULL;
			commands[count++] = word + 1;
		}
	for (int round = 0; round < rounds && round < ROUNDS_MAX; round++)
		for (int i = 0; i < count; i++)
			took[i][round] = run(listener, commands[i]);
	for (int i = 0; i < count; i++) {
		qsort(took[i], (size_t)rounds, sizeof(took[i][0]), compare);
		printf("%.3f\n", took[i][rounds / 2]);
	}
	return EXIT_SUCCESS;
}

static int clients(const char *port, int count)
{
	struct rlimit limit;
	struct sockaddr_in address = address_of(port);
	char byte;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	for (int i = 0; i < count; i++) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);

		if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0 || write(fd, "x", 1) != 1)
			fail("connect");
	}
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "sink") == 0)
		return sink(argv[2]);
	if (argc == 4 && strcmp(argv[1], "source") == 0)
		return source(argv[2], atoll(argv[3]));
	if (argc > 4 && strcmp(argv[1], "accept") == 0)
		return accept_rounds(argv[2], atoi(argv[3]), argv + 4);
	if (argc == 4 && strcmp(argv[1], "clients") == 0)
		return clients(argv[2], atoi(argv[3]));
	fputs("usage: see the head of remote_peer.c\n", stderr);
	return 2;
}
