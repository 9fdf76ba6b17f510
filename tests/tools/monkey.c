/*
 * Sessions that chance makes: is the prompt there again whatever was typed, is it a proper end, and is nothing left?
 *
 *	monkey SEED COUNT LINES COMMAND...
 *
 * COMMAND (sockstep --plain ...) is started COUNT times on a terminal of its own; LINES lines (random_lines.h) are
 * typed, and behind each one that must be answered. What takes longer is interrupted, as a person would. A session is
 * found wanting if the prompt does not come back, if it ends otherwise than with 0 to 2, if a sanitizer has spoken, or
 * if a process is left (harness.h); then its seed is printed, its last lines, and what stood last on the terminal.
 */
#include <err.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "harness.h"
#include "random_lines.h"

/* Milliseconds: after which a line is interrupted, and again; and after which nothing more is hoped for. */
enum { PATIENCE = 1000, PATIENCE_MOST = 60000 };
enum { SHOWN_MOST = 1 << 20, TAIL = 1500 };

struct monkey {
	int terminal; /* (owned) */
	pid_t program;
	bool ended;
	int status;
	struct text shown; /* (owned) what came from the program */
	size_t from;       /* what came since the last line begins here */
};

static void become_program(char **command)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setenv("TERM", "xterm-256color", 1);
	setenv("INPUTRC", "/dev/null", 1);
	execvp(command[0], command);
	_exit(127);
}

static void reap(struct monkey *monkey)
{
	struct news news;

	while (harness_wait(&news, harness_now()) == HARNESS_NEWS) {
		if (!news_is_end_of(&news, monkey->program))
			continue;
		monkey->ended = true;
		monkey->status = news.status;
	}
}

/* Takes what has come, or comes within some milliseconds. */
static void look(struct monkey *monkey)
{
	struct pollfd terminal = { .fd = monkey->terminal, .events = POLLIN };
	char bytes[65536];
	ssize_t got = 0;

	if (poll(&terminal, 1, 20) > 0)
		got = read(monkey->terminal, bytes, sizeof(bytes));
	if (got > 0)
		text_add_bytes(&monkey->shown, bytes, (size_t)got);
	else
		reap(monkey);
	if (monkey->shown.len > SHOWN_MOST + monkey->from) {
		text_drop_front(&monkey->shown, SHOWN_MOST / 2);
		monkey->from = monkey->from > SHOWN_MOST / 2 ? monkey->from - SHOWN_MOST / 2 : 0;
	}
}

static void type(struct monkey *monkey, const char *bytes)
{
	double deadline = harness_now() + PATIENCE_MOST;
	size_t len = strlen(bytes);

	while (len > 0 && !monkey->ended && harness_now() < deadline) {
		struct pollfd terminal = { .fd = monkey->terminal, .events = POLLOUT };
		ssize_t sent = poll(&terminal, 1, 0) > 0 ? write(monkey->terminal, bytes, len < 256 ? len : 256) : 0;

		if (sent > 0) {
			bytes += sent;
			len -= (size_t)sent;
		}
		look(monkey);
	}
}

static bool has_come(const struct monkey *monkey, const char *what)
{
	return memmem(monkey->shown.data + monkey->from, monkey->shown.len - monkey->from, what, strlen(what)) != NULL;
}

/* The prompt answers, or the program has ended; what still goes on is interrupted. */
static bool prompt_is_back(struct monkey *monkey, int number)
{
	char *line = text_format("say mark %d\r", number), *answer = text_format("\nmark %d", number);
	double deadline = harness_now() + PATIENCE_MOST, next = 0;

	while (!monkey->ended && !has_come(monkey, answer) && harness_now() < deadline) {
		if (harness_now() > next) {
			type(monkey, next > 0 ? "\003" : "");
			type(monkey, line);
			next = harness_now() + PATIENCE;
		}
		look(monkey);
	}
	bool back = monkey->ended || has_come(monkey, answer);

	free(line);
	free(answer);
	return back;
}

static const char *end(struct monkey *monkey)
{
	double deadline = harness_now() + PATIENCE_MOST, next = 0;
	struct news news;
	enum harness_answer answer;

	while (!monkey->ended && harness_now() < deadline) {
		if (harness_now() > next) {
			type(monkey, "\003\025quit\r");
			next = harness_now() + PATIENCE;
		}
		look(monkey);
	}
	if (!monkey->ended)
		return "it does not end";
	while ((answer = harness_wait(&news, deadline)) == HARNESS_NEWS)
		;
	if (answer != HARNESS_NOBODY)
		return "somebody is left";
	return WIFEXITED(monkey->status) && WEXITSTATUS(monkey->status) <= 2 ? NULL : "its end is none";
}

static const char *play(struct monkey *monkey, struct chance *chance, int lines, struct text *typed)
{
	const char *wrong = prompt_is_back(monkey, 0) ? NULL : "no prompt comes";

	for (int i = 1; i <= lines && wrong == NULL && !monkey->ended; i++) {
		char *line = random_line(chance);

		text_addf(typed, "%s\n", line);
		monkey->from = monkey->shown.len;
		type(monkey, line);
		type(monkey, "\r");
		if (!prompt_is_back(monkey, i))
			wrong = "the prompt does not come back";
		free(line);
	}
	return wrong;
}

static bool try(uint64_t seed, int lines, char **command)
{
	const struct winsize size = { .ws_row = 24, .ws_col = 80 };
	struct chance chance = { .state = seed };
	struct monkey monkey = { .terminal = -1 };
	const char *wrong, *wrong_at_end;
	struct text typed;

	text_init(&typed);
	text_init(&monkey.shown);
	monkey.program = forkpty(&monkey.terminal, NULL, NULL, &size);
	if (monkey.program < 0)
		err(STATUS_MISTAKE, "forkpty");
	if (monkey.program == 0)
		become_program(command);
	wrong = play(&monkey, &chance, lines, &typed);
	wrong_at_end = end(&monkey);
	wrong = wrong == NULL ? wrong_at_end : wrong;
	monkey.from = 0;
	if (wrong == NULL && (has_come(&monkey, "Sanitizer") || has_come(&monkey, "runtime error")))
		wrong = "a sanitizer speaks";
	if (wrong != NULL) {
		size_t tail = monkey.shown.len > TAIL ? monkey.shown.len - TAIL : 0;

		printf("seed %llu: %s\n%s\n%s\n", (unsigned long long)seed, wrong, typed.data,
		       monkey.shown.data + tail);
		descendants_print(stdout);
		descendants_end();
	}
	close(monkey.terminal);
	text_release(&monkey.shown);
	text_release(&typed);
	return wrong == NULL;
}

int main(int argc, char **argv)
{
	unsigned long count;
	int found = 0;

	if (argc < 5)
		errx(STATUS_MISTAKE, "monkey SEED COUNT LINES COMMAND...");
	count = number_of("COUNT", argv[2], 1);
	harness_become();
	for (unsigned long i = 0; i < count; i++)
		found += !try(number_of("SEED", argv[1], 0) + i, (int)number_of("LINES", argv[3], 1), argv + 4);
	printf("monkey: %lu sessions, %d found wanting\n", count, found);
	return found == 0 ? STATUS_CLEAN : STATUS_FOUND;
}
