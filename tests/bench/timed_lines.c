/*
 * timed_lines: how long a command takes from a line that it is given to a line that it prints.
 *
 *	timed_lines [--limit=MS] [--wakes] COMMAND [ARG…] <SCRIPT
 *
 * The lines of the script, in turn:
 *
 *	> LINE     gives the command this line
 *	< TEXT     waits for a line of its output in which the text stands, after the one that was found last
 *	!          prints the milliseconds from the last line given to the last line found; with --wakes beside them
 *	           those that it takes to wake another process and to be woken by it, which does nothing else: what the
 *	           machine is worth in that moment
 *
 * At the script's end the command's standard input is closed, and it must end. Status: 0, 1 a text did not come within
 * the limit (5000), 2 a mistake or a failure.
 */
#include <err.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"

enum { STATUS_MISSING = 1, STATUS_FAILURE = 2 };

struct talk {
	pid_t pid;
	int in, out;      /* our ends of its standard input and output (owned) */
	struct text read; /* what it printed after the line that was found last */
	double given, found, limit;
	int wake, woken;  /* eventfds (owned) of the process that does nothing else; -1: there is none */
};

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void start(struct talk *talk, char **command)
{
	int in[2], out[2];

	if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0 || (talk->pid = fork()) < 0)
		err(STATUS_FAILURE, "%s", command[0]);
	if (talk->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(in[0], STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		execvp(command[0], command);
		err(STATUS_FAILURE, "%s", command[0]);
	}
	close(in[0]);
	close(out[1]);
	talk->in = in[1];
	talk->out = out[0];
}

static void start_waking(struct talk *talk)
{
	eventfd_t count;
	pid_t pid;

	talk->wake = eventfd(0, EFD_CLOEXEC);
	talk->woken = eventfd(0, EFD_CLOEXEC);
	if (talk->wake < 0 || talk->woken < 0 || (pid = fork()) < 0)
		err(STATUS_FAILURE, "a process to wake");
	if (pid != 0)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (eventfd_read(talk->wake, &count) == 0 && eventfd_write(talk->woken, 1) == 0)
		continue;
	_exit(0);
}

static double bare_wake(struct talk *talk)
{
	double begin = now_ms();
	eventfd_t count;

	if (eventfd_write(talk->wake, 1) != 0 || eventfd_read(talk->woken, &count) != 0)
		err(STATUS_FAILURE, "the process to wake");
	return now_ms() - begin;
}

static void print_times(struct talk *talk)
{
	printf("%.3f", talk->found - talk->given);
	if (talk->wake >= 0)
		printf(" %.3f", bare_wake(talk));
	putchar('\n');
}

static void give(struct talk *talk, const char *line)
{
	char *whole = text_format("%s\n", line);

	talk->given = now_ms();
	if (write(talk->in, whole, strlen(whole)) != (ssize_t)strlen(whole))
		err(STATUS_FAILURE, "the command's standard input");
	free(whole);
}

/* Is the text in one of the whole lines that were read? Then all up to that line is dropped. */
static bool find(struct talk *talk, const char *wanted)
{
	char *line = talk->read.data, *newline;
	bool found = false;

	while (!found && (newline = strchr(line, '\n')) != NULL) {
		*newline = '\0';
		found = strstr(line, wanted) != NULL;
		line = newline + 1;
	}
	text_drop_front(&talk->read, (size_t)(line - talk->read.data));
	return found;
}

static void wait_for(struct talk *talk, const char *wanted)
{
	struct pollfd ready = { .fd = talk->out, .events = POLLIN };
	double deadline = now_ms() + talk->limit;
	char bytes[65536];
	ssize_t len;

	while (!find(talk, wanted)) {
		if (poll(&ready, 1, (int)(deadline - now_ms()) + 1) != 1 ||
		    (len = read(talk->out, bytes, sizeof(bytes))) <= 0)
			errx(STATUS_MISSING, "\"%s\" did not come", wanted);
		text_add_bytes(&talk->read, bytes, (size_t)len);
	}
	talk->found = now_ms();
}

static void obey(struct talk *talk, char *line)
{
	line[strcspn(line, "\n")] = '\0';
	if (strncmp(line, "> ", 2) == 0)
		give(talk, line + 2);
	else if (strncmp(line, "< ", 2) == 0)
		wait_for(talk, line + 2);
	else if (line[0] == '!')
		print_times(talk);
	else
		errx(STATUS_FAILURE, "%s: neither >, < nor !", line);
}

/* Whatever it still prints is read, so that it can end. */
static void let_end(struct talk *talk)
{
	char bytes[65536];
	int status;

	close(talk->in);
	while (read(talk->out, bytes, sizeof(bytes)) > 0)
		continue;
	close(talk->out);
	if (waitpid(talk->pid, &status, 0) != talk->pid)
		err(STATUS_FAILURE, "waitpid");
}

int main(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "limit", required_argument, NULL, 'l' },
		{ "wakes", no_argument, NULL, 'w' },
		{ NULL, 0, NULL, 0 },
	};
	struct talk talk = { .limit = 5000, .wake = -1, .woken = -1 };
	char *line = NULL;
	size_t room = 0;
	int letter;

	while ((letter = getopt_long(argc, argv, "+", long_options, NULL)) != -1) {
		if (letter == 'l')
			talk.limit = strtod(optarg, NULL);
		else if (letter == 'w' && talk.wake < 0)
			start_waking(&talk);
		else
			return STATUS_FAILURE;
	}
	if (optind == argc)
		errx(STATUS_FAILURE, "usage: timed_lines [--limit=MS] [--wakes] COMMAND [ARG...] <SCRIPT");
	signal(SIGPIPE, SIG_IGN);
	text_init(&talk.read);
	start(&talk, argv + optind);
	while (getline(&line, &room, stdin) >= 0)
		obey(&talk, line);
	free(line);
	let_end(&talk);
	text_release(&talk.read);
	return 0;
}
