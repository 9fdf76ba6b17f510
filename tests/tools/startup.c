/*
 * startup: how long commands take from their execve until a text of theirs is on the terminal.
 *
 *	startup [--runs=N] [--limit=MS] -- TEXT COMMAND [ARG…] [-- TEXT COMMAND [ARG…]]…
 *
 * Each command runs N times (20) on a pseudoterminal of its own of 80 by 24, the commands in turn, so that what else
 * the machine does falls on all of them alike. After its text came, the terminal is closed (SIGHUP) and, should it
 * live on, the command is killed; the next run begins when nothing of it is left. Prints a line for each command in
 * their order,
 *
 *	startup: median 3.12 ms, least 2.90 ms, most 4.75 ms: COMMAND ARG
 *
 * Status: 0, 1 a text did not come within the limit (5000), 2 a mistake or a failure.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "harness.h"

enum { MOST_OUTPUT = 1 << 16 };

struct contestant {
	const char *text;
	char **command; /* (borrowed) */
	double *times;  /* in ms, one for each run (owned) */
};

struct race {
	struct contestant *contestants; /* (owned) */
	size_t len, room;
	size_t runs;
	double limit;
	double *started; /* shared with the child, who sets it just before its execve */
};

/* --- One start --- */

static void become_command(const struct race *race, const struct contestant *contestant, const char *terminal)
{
	sigset_t none;
	int fd;

	setsid();
	fd = open(terminal, O_RDWR);
	if (fd < 0 || ioctl(fd, TIOCSCTTY, 0) != 0 || dup2(fd, 0) < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
		_exit(STATUS_MISTAKE);
	if (fd > 2)
		close(fd);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	*race->started = harness_now();
	execvp(contestant->command[0], contestant->command);
	_exit(127);
}

static int open_terminal(char *name, size_t size)
{
	struct winsize winsize = { .ws_row = 24, .ws_col = 80 };
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0 || ptsname_r(master, name, size) != 0 ||
	    ioctl(master, TIOCSWINSZ, &winsize) != 0)
		err(STATUS_MISTAKE, "a pseudoterminal");
	return master;
}

/* More of the output; false at its end (EIO: nobody has the terminal open any more) or at the deadline. */
static bool read_more(int master, struct pollfd *ready, char *output, size_t *len, double deadline)
{
	ssize_t got;

	if (*len == MOST_OUTPUT || poll(ready, 1, (int)(deadline - harness_now()) + 1) != 1)
		return false;
	got = read(master, output + *len, MOST_OUTPUT - *len);
	if (got <= 0)
		return false;
	*len += (size_t)got;
	return true;
}

/* When the text had come, or -1. */
static double wait_for_text(int master, const char *text, double deadline)
{
	char *output = xmalloc(MOST_OUTPUT);
	struct pollfd ready = { .fd = master, .events = POLLIN };
	double when = -1;
	size_t len = 0;

	while (when < 0 && read_more(master, &ready, output, &len, deadline))
		if (memmem(output, len, text, strlen(text)) != NULL)
			when = harness_now();
	free(output);
	return when;
}

static void let_end(void)
{
	double deadline = harness_now() + 500;
	enum harness_answer answer;
	struct news news;

	do
		answer = harness_wait(&news, deadline);
	while (answer == HARNESS_NEWS);
	descendants_end();
}

/* In ms, or -1 if the text did not come. */
static double time_start(const struct race *race, const struct contestant *contestant)
{
	char terminal[64];
	int master = open_terminal(terminal, sizeof(terminal));
	pid_t child = fork();
	double when;

	if (child < 0)
		err(STATUS_MISTAKE, "fork");
	if (child == 0)
		become_command(race, contestant, terminal);
	when = wait_for_text(master, contestant->text, harness_now() + race->limit);
	close(master);
	let_end();
	return when < 0 ? -1 : when - *race->started;
}

/* --- All of them --- */

static bool run_race(struct race *race)
{
	for (size_t run = 0; run < race->runs; run++) {
		for (size_t i = 0; i < race->len; i++) {
			struct contestant *contestant = &race->contestants[i];

			contestant->times[run] = time_start(race, contestant);
			if (contestant->times[run] >= 0)
				continue;
			warnx("%s: \"%s\" did not come", contestant->command[0], contestant->text);
			return false;
		}
	}
	return true;
}

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

static void print_contestant(const struct contestant *contestant, size_t runs)
{
	qsort(contestant->times, runs, sizeof(*contestant->times), compare);
	printf("startup: median %.2f ms, least %.2f ms, most %.2f ms:", contestant->times[runs / 2],
	       contestant->times[0], contestant->times[runs - 1]);
	for (char **word = contestant->command; *word != NULL; word++)
		printf(" %s", *word);
	putchar('\n');
}

static void race_add(struct race *race, char **words)
{
	struct contestant *contestant;

	if (words[0] == NULL || words[1] == NULL)
		errx(STATUS_MISTAKE, "usage: startup [option...] -- TEXT COMMAND [ARG...] [-- TEXT COMMAND...]...");
	race->contestants = array_grow(race->contestants, race->len, &race->room, sizeof(*race->contestants));
	contestant = &race->contestants[race->len++];
	*contestant = (struct contestant){ .text = words[0], .command = words + 1 };
	contestant->times = xcalloc(race->runs, sizeof(*contestant->times));
}

/* Cuts argv at each "--". */
static void read_contestants(struct race *race, char **words)
{
	char **beginning = words;

	for (; *words != NULL; words++) {
		if (strcmp(*words, "--") != 0)
			continue;
		*words = NULL;
		race_add(race, beginning);
		beginning = words + 1;
	}
	race_add(race, beginning);
}

static void race_release(struct race *race)
{
	for (size_t i = 0; i < race->len; i++)
		free(race->contestants[i].times);
	free(race->contestants);
	munmap(race->started, sizeof(*race->started));
}

static const struct option long_options[] = {
	{ "runs", required_argument, NULL, 'n' },
	{ "limit", required_argument, NULL, 'l' },
	{ NULL, 0, NULL, 0 },
};

static void read_options(struct race *race, int argc, char **argv)
{
	int letter;

	while ((letter = getopt_long(argc, argv, "+", long_options, NULL)) != -1) {
		switch (letter) {
		case 'n': race->runs = number_of("--runs", optarg, 1); break;
		case 'l': race->limit = (double)number_of("--limit", optarg, 1); break;
		default: exit(STATUS_MISTAKE);
		}
	}
}

int main(int argc, char **argv)
{
	struct race race = { .runs = 20, .limit = 5000 };
	bool all_came;

	read_options(&race, argc, argv);
	read_contestants(&race, argv + optind);
	race.started = mmap(NULL, sizeof(*race.started), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (race.started == MAP_FAILED)
		err(STATUS_MISTAKE, "mmap");
	harness_become();
	all_came = run_race(&race);
	for (size_t i = 0; all_came && i < race.len; i++)
		print_contestant(&race.contestants[i], race.runs);
	race_release(&race);
	return all_came ? STATUS_CLEAN : STATUS_FOUND;
}
