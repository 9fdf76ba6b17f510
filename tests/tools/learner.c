/*
 * A learner who knows nothing: plays a lesson in practice on a terminal of its own, to its end.
 *
 *	learner PROGRAM LESSON [MILLISECONDS]
 *
 * Wherever a call or a command is asked for it types nonsense until the line itself is shown, and then that line, so
 * many milliseconds later; to a question it answers that it has no idea. So a lesson of which some line cannot be made
 * in practice, or some goal not be reached by its own lines, is never done. At the end it prints how many lines it
 * typed, how many hints it got, and how often the lines were shown; where it is not the end, what stood on the
 * terminal.
 */
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"

/* A line that is asked for so often again goes round in circles. */
enum { AGAIN_MOST = 6 };
/* What the program may take for one line, a retransmission within it, on a machine that has much to do. */
enum { SILENCE_MOST = 60000 };

static const char nonsense[] = "frobnicate";

struct learner {
	const char *lesson;
	int terminal; /* (owned) */
	pid_t program;
	struct text shown; /* (owned) what came from the program, without escape sequences */
	size_t from;       /* what came since the last line was typed begins here */
	bool escaped;      /* within an escape sequence */
	long pause;        /* milliseconds */
	int lines, hints, times_shown;
};

static void fail(struct learner *learner, const char *format, ...) __attribute__((format(printf, 2, 3), noreturn));

static void fail(struct learner *learner, const char *format, ...)
{
	size_t tail = learner->shown.len > 3000 ? learner->shown.len - 3000 : 0;
	va_list args;

	printf("%s: ", learner->lesson);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n%s\n", learner->shown.data + tail);
	exit(EXIT_FAILURE);
}

/* ---- the terminal ---- */

static void take_byte(struct learner *learner, char byte)
{
	if (byte == '\033')
		learner->escaped = true;
	else if (learner->escaped)
		learner->escaped = strchr("[?;0123456789", byte) != NULL;
	else if (byte == '\n' || (unsigned char)byte >= ' ')
		text_add_char(&learner->shown, byte);
}

static void read_more(struct learner *learner)
{
	struct pollfd terminal = { .fd = learner->terminal, .events = POLLIN };
	char bytes[4096];
	ssize_t len = 0;

	if (poll(&terminal, 1, SILENCE_MOST) > 0)
		len = read(learner->terminal, bytes, sizeof(bytes));
	if (len <= 0)
		fail(learner, len == 0 ? "nothing came for a minute" : "the program has ended");
	for (ssize_t i = 0; i < len; i++)
		take_byte(learner, bytes[i]);
}

/* What came since the last line was typed and echoed; NULL: it is not echoed yet. */
static const char *answer(const struct learner *learner, const char *typed)
{
	const char *since = learner->shown.data + learner->from, *echo = typed == NULL ? since : strstr(since, typed);

	if (echo == NULL || typed == NULL)
		return echo;
	echo += strlen(typed);
	return *echo == '\n' ? echo + 1 : NULL;
}

static bool ends_with(const struct learner *learner, const char *end)
{
	size_t len = strlen(end);

	return learner->shown.len >= len && string_is(learner->shown.data + learner->shown.len - len, end);
}

/* The last line is a prompt, and nothing behind it. */
static bool is_at_prompt(const struct learner *learner)
{
	const char *line = strrchr(learner->shown.data, '\n');
	size_t len;

	line = line == NULL ? learner->shown.data : line + 1;
	len = strcspn(line, " >");
	return ends_with(learner, "your answer> ") || (len > 0 && string_is(line + len, "> "));
}

/* Until the prompt stands there again; what was printed before it. */
static const char *await_prompt(struct learner *learner, const char *typed)
{
	while (answer(learner, typed) == NULL || !is_at_prompt(learner))
		read_more(learner);
	return answer(learner, typed);
}

static const char *type(struct learner *learner, const char *line)
{
	size_t len = strlen(line);

	learner->from = learner->shown.len;
	if (write(learner->terminal, line, len) != (ssize_t)len || write(learner->terminal, "\r", 1) != 1)
		fail(learner, "the terminal takes no line: %s", strerror(errno));
	return await_prompt(learner, line);
}

/* ---- what is learned ---- */

/* The last of the lines that are shown, which are indented; NULL: none is. */
static char *line_shown(const char *text)
{
	const char *begin = strstr(text, "It goes so:\n"), *line = NULL;

	if (begin == NULL)
		return NULL;
	for (const char *at = strchr(begin, '\n') + 1; strncmp(at, "  ", 2) == 0; at = strchr(at, '\n') + 1)
		line = at + 2;
	return line == NULL ? NULL : xstrndup(line, strcspn(line, "\n"));
}

/* As one who does not know it: the line that is to be typed. */
static char *find_out(struct learner *learner)
{
	for (int tries = 0; tries < 4; tries++) {
		const char *came = type(learner, nonsense);
		char *line = line_shown(came);

		learner->hints += strstr(came, "\nHint: ") != NULL;
		if (line != NULL) {
			learner->times_shown++;
			return line;
		}
		if (ends_with(learner, "your answer> "))
			return xstrdup("no idea");
	}
	fail(learner, "no line is shown after four tries");
}

static bool is_done(const struct learner *learner)
{
	char *end = text_format("\n%s is done.\n", learner->lesson);
	bool done = strstr(learner->shown.data, end) != NULL;

	free(end);
	return done;
}

static void take_time(const struct learner *learner)
{
	const struct timespec pause = { learner->pause / 1000, learner->pause % 1000 * 1000000 };

	nanosleep(&pause, NULL);
}

static void learn(struct learner *learner)
{
	char *line = NULL;
	int again = 0;

	await_prompt(learner, NULL);
	while (!is_done(learner)) {
		char *next = ends_with(learner, "your answer> ") ? xstrdup("no idea") : find_out(learner);

		again = line != NULL && string_is(line, next) ? again + 1 : 0;
		if (again > AGAIN_MOST)
			fail(learner, "it goes round in circles");
		take_time(learner);
		type(learner, next);
		learner->lines++;
		free(line);
		line = next;
	}
	free(line);
}

/* ---- */

static void begin(struct learner *learner, char *program)
{
	struct winsize size = { .ws_row = 50, .ws_col = 1000 };
	char *lesson = xstrdup(learner->lesson);

	learner->program = forkpty(&learner->terminal, NULL, NULL, &size);
	if (learner->program == 0) {
		char *const command[] = { program, (char[]){ "--plain" }, (char[]){ "--lesson" }, lesson,
					  (char[]){ "--practice" }, NULL };

		execv(program, command);
		_exit(127);
	}
	free(lesson);
	if (learner->program < 0)
		fail(learner, "no terminal: %s", strerror(errno));
}

int main(int argc, char **argv)
{
	struct learner learner = { .lesson = argc > 2 ? argv[2] : "" };
	int status;

	if (argc < 3) {
		fputs("learner PROGRAM LESSON [MILLISECONDS]\n", stderr);
		return 2;
	}
	learner.pause = argc > 3 ? strtol(argv[3], NULL, 10) : 0;
	text_init(&learner.shown);
	begin(&learner, argv[1]);
	learn(&learner);
	if (write(learner.terminal, "quit\r", 5) != 5 || waitpid(learner.program, &status, 0) < 0 || status != 0)
		fail(&learner, "it does not end");
	close(learner.terminal);
	printf("%s: %d lines, %d hints, shown %d times\n", learner.lesson, learner.lines, learner.hints,
	       learner.times_shown);
	text_release(&learner.shown);
	return EXIT_SUCCESS;
}
