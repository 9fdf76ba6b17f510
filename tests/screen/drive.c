/*
 * drive FILE.screen: runs a program on a terminal of its own (terminal.h) as a script says, and prints TAP.
 *
 * A script has a statement on each line; empty lines and those that begin with # are nothing. ${NAME} is replaced by a
 * variable of the environment, to which `directory` (the run's own, removed at its end) and `here` (the script's) are
 * added. Whatever waits, waits for what it names and at most SOCKSTEP_SCREEN_BOUND milliseconds (20,000).
 *
 *	need COMMAND              without which (its status is not 0) the whole script is skipped
 *	session TITLE             begins a test, with a program that is not running yet
 *	test TITLE                begins a test that goes on where the one before has ended
 *	for NAME in WORD...       the lines up to its `end`, for each word
 *	set NAME=TEXT, unset NAME in the environment, also of what is started
 *
 *	shell COMMAND             by sh, in the run's directory, while the terminal is read; its status must be 0
 *	stopped COMMAND           the same, while the terminal is not read
 *	background COMMAND        by sh; it is killed when the script ends
 *	start COLUMNSxROWS COMMAND
 *	type TEXT, line TEXT      as a person types; line presses Enter
 *	key NAME...               Enter Tab Esc Up PgDn F5 Ctrl-C Alt-x ...
 *	paste TEXT, paste @FILE   as a terminal pastes
 *	resize COLUMNSxROWS
 *	storm COUNT               so many changes of size by chance, from 1x1 to 300x100
 *	kill SIGNAL [PROGRAM]     to what was started, or to the process of that name below it
 *	hangup                    the window is closed
 *
 *	wait PLACE PATTERN        until it stands there (pattern.h): `wait row -1 client>`
 *	gone PLACE PATTERN        until it does not
 *	row N TEXT                until the row is this and nothing else
 *	cell R,C LOOK...          until the cell has that look: a character in quotes, bold, underline, reverse, fg=2,
 *	                          bg=default; !bold means not
 *	look LOOK... : PATTERN    the same of the first character of what the pattern finds
 *	contrast N light|dark|both  all that stands there can be read where the terminal's own colours are black on
 *	                          white, white on black: no contrast is less (4.5 is good, below 3 nobody reads)
 *	colours none|some         whether any cell has another colour than the terminal's own
 *	cursor R,C                until it is there
 *	after PATTERN             until the cursor stands right behind what the pattern finds (a text)
 *	property NAME on|off      altscreen, cursor, paste (marks of a paste), titled, mouse, bell
 *	exits STATUS, exits signal N    until what was started has ended so
 *	nobody                    until no process is left of all that were started (but those in the background)
 *	modes                     until the terminal's modes are those of before the start
 *	remember, same            until the screen is what it was when it was remembered
 *	mask /REGEX/ C            in screens that are compared: what matches, or its group, is C in each cell. C+: it is
 *	                          one C, however wide it is
 *	matches NAME [unfolded]   until the screen is that of expected/NAME.txt beside the script; unfolded: what a pane
 *	                          folds is joined before it is masked, and of empty rows one remains. With
 *	                          SOCKSTEP_UPDATE_SCREENS=1 that is written instead, once all has been quiet for a while
 *
 *	raw clean                 nothing was written but printable text and sequences of the terminal's (sequences.h)
 *	raw has TEXT, raw lacks TEXT, raw count N TEXT
 *	raw save FILE             all that was written, to look at
 *	charset ascii|utf8        what is printable for it, and how the terminal reads it; utf8 at first
 *	answers none              the terminal was asked nothing that it would have answered
 *	show                      the screen, as a comment
 */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/show.h"
#include "drive.h"

void drive_say(const char *prefix, const char *text)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");

		printf("# %s", prefix);
		fwrite(text, 1, len, stdout);
		putchar('\n');
		text += len + (text[len] == '\n');
	}
}

/* The end of what was written, with its sequences, which the rows no longer tell. */
static void show_end_of_raw(const struct text *raw, struct text *row)
{
	enum { SHOWN = 200 };
	size_t len = raw->len < SHOWN ? raw->len : SHOWN;

	text_clear(row);
	show_bytes(row, raw->data + raw->len - len, len, SHOW_ASCII);
	printf("# written last: %s\n", row->data);
}

void drive_show(struct drive *drive)
{
	struct text row;

	text_init(&row);
	for (int i = 0; drive->terminal.vterm != NULL && i < drive->terminal.rows; i++) {
		text_clear(&row);
		terminal_row(&drive->terminal, i, 0, drive->terminal.columns, &row);
		printf("# |%s\n", row.data);
	}
	if (drive->terminal.raw.len > 0)
		show_end_of_raw(&drive->terminal.raw, &row);
	text_release(&row);
}

/* ---- tests ---- */

static void end_test(struct drive *drive)
{
	if (drive->title == NULL)
		return;
	printf("%s %d - %s\n", drive->failed ? "not ok" : "ok", ++drive->tests, drive->title);
	fflush(stdout);
	drive->failures += drive->failed;
	free(drive->title);
	drive->title = NULL;
}

static void begin_test(struct drive *drive, const char *title)
{
	end_test(drive);
	drive->title = xstrdup(title);
	drive->failed = false;
}

static void fail(struct drive *drive, size_t line, const char *statement)
{
	if (drive->title == NULL)
		begin_test(drive, "the script runs");
	printf("# line %zu: %s\n", line + 1, statement);
	drive_say("", drive->message.data);
	drive_show(drive);
	drive->failed = drive->skipping = true;
	end_test(drive);
}

/* ---- lines ---- */

static void add_substituted(struct text *out, const char *line)
{
	for (const char *at = line; *at != '\0'; at++) {
		size_t len = at[0] == '$' && at[1] == '{' ? strcspn(at, "}") : 0;

		if (len == 0 || at[len] == '\0') {
			text_add_char(out, *at);
			continue;
		}
		char *name = xstrndup(at + 2, len - 2);
		text_add(out, getenv(name) == NULL ? "" : getenv(name));
		free(name);
		at += len;
	}
}

static bool begins_with_word(const char *line, const char *word)
{
	size_t len = strlen(word);

	return strncmp(line, word, len) == 0 && (line[len] == ' ' || line[len] == '\0');
}

/* The line of the `end` that belongs to the `for` in line `at`. */
static size_t end_of_block(const struct drive *drive, size_t at)
{
	size_t depth = 1;

	while (depth > 0 && ++at < drive->count)
		depth += begins_with_word(drive->lines[at], "for") - (size_t)begins_with_word(drive->lines[at], "end");
	return at;
}

static void run_lines(struct drive *drive, size_t from, size_t to);

static void run_block(struct drive *drive, size_t at, size_t end, char *words)
{
	char *rest = NULL, *name = strtok_r(words, " ", &rest), *in = strtok_r(NULL, " ", &rest);

	if (name == NULL || in == NULL || !string_is(in, "in") || end >= drive->count) {
		text_add(&drive->message, "for NAME in WORD..., and an end");
		fail(drive, at, drive->lines[at]);
		return;
	}
	for (char *word = strtok_r(NULL, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
		setenv(name, word, 1);
		run_lines(drive, at + 1, end);
	}
}

static void run_statement(struct drive *drive, size_t at, char *statement)
{
	char *words = statement + strcspn(statement, " ");
	char *whole = xstrdup(statement);
	const struct verb *verb;

	if (*words != '\0')
		*words++ = '\0';
	verb = verb_named(statement);
	text_clear(&drive->message);
	if (string_is(statement, "session"))
		drive->skipping = false;
	if (drive->skipping)
		;
	else if (string_is(statement, "session") || string_is(statement, "test"))
		begin_test(drive, words);
	else if (verb == NULL)
		text_addf(&drive->message, "there is no statement %s", statement);
	else if (verb->run(drive, words))
		text_clear(&drive->message);
	else if (drive->message.len == 0)
		text_add(&drive->message, "it is not so");
	if (!drive->skipping && drive->message.len > 0)
		fail(drive, at, whole);
	free(whole);
}

static void run_lines(struct drive *drive, size_t from, size_t to)
{
	struct text line;

	for (size_t at = from; at < to && !drive->over; at++) {
		size_t end = at;

		if (drive->lines[at][0] == '\0' || drive->lines[at][0] == '#')
			continue;
		text_init(&line);
		add_substituted(&line, drive->lines[at]);
		if (begins_with_word(line.data, "for")) {
			end = end_of_block(drive, at);
			run_block(drive, at, end, line.data + strlen("for "));
		} else {
			run_statement(drive, at, line.data);
		}
		text_release(&line);
		at = end;
	}
}

/* ---- ---- */

static void read_lines(struct drive *drive, const char *path)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t room = 0, lines_room = 0;
	ssize_t len;

	if (file == NULL)
		die("%s: %s", path, strerror(errno));
	while ((len = getline(&line, &room, file)) >= 0) {
		char *begin = line + strspn(line, "\t ");

		begin[strcspn(begin, "\n")] = '\0';
		drive->lines = array_grow(drive->lines, drive->count, &lines_room, sizeof(*drive->lines));
		drive->lines[drive->count++] = xstrdup(begin);
	}
	free(line);
	fclose(file);
}

static void drive_init(struct drive *drive, const char *path)
{
	const char *bound = getenv("SOCKSTEP_SCREEN_BOUND");
	char folder[] = "/tmp/screen-XXXXXX", *whole = realpath(path, NULL);

	*drive = (struct drive){ .bound = bound == NULL ? 20000 : atof(bound), .charset = SHOW_UTF8 };
	terminal_init(&drive->terminal);
	text_init(&drive->message);
	text_init(&drive->remembered);
	if (whole == NULL || mkdtemp(folder) == NULL)
		die("%s: %s", whole == NULL ? path : folder, strerror(errno));
	drive->directory = xstrdup(folder);
	drive->here = xstrndup(whole, (size_t)(strrchr(whole, '/') - whole));
	free(whole);
	setenv("directory", folder, 1);
	setenv("here", drive->here, 1);
	read_lines(drive, path);
}

static void drive_release(struct drive *drive)
{
	char *command = text_format("rm -rf '%s'", drive->directory);

	terminal_release(&drive->terminal);
	drive_end_background(drive);
	if (system(command) != 0)
		fprintf(stderr, "%s could not be removed\n", drive->directory);
	free(command);
	for (size_t i = 0; i < drive->mask_count; i++)
		regfree(&drive->masks[i].regex);
	for (size_t i = 0; i < drive->count; i++)
		free(drive->lines[i]);
	free(drive->lines);
	free(drive->masks);
	free(drive->background);
	free(drive->directory);
	free(drive->here);
	text_release(&drive->message);
	text_release(&drive->remembered);
}

/* What whoever runs the tests has set does not count. */
static void set_environment(void)
{
	static const char *const unset[] = { "COLUMNS", "LINES", "NO_COLOR", "TMUX", "LC_CTYPE", "LANG", "LANGUAGE" };

	for (size_t i = 0; i < COUNT_OF(unset); i++)
		unsetenv(unset[i]);
	setenv("LC_ALL", "C.UTF-8", 1);
	setenv("TERM", "xterm-256color", 1);
	setenv("INPUTRC", "/dev/null", 1);
	setlocale(LC_CTYPE, "C.UTF-8");
}

int main(int argc, char **argv)
{
	struct drive drive;

	if (argc != 2) {
		fprintf(stderr, "usage: drive FILE.screen\n");
		return 2;
	}
	set_environment();
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	drive_init(&drive, argv[1]);
	setenv("XDG_STATE_HOME", drive.directory, 1);
	run_lines(&drive, 0, drive.count);
	end_test(&drive);
	if (drive.skip != NULL)
		printf("1..0 # SKIP %s\n", drive.skip);
	else
		printf("1..%d\n", drive.tests);
	free(drive.skip);
	drive_release(&drive);
	return drive.failures > 0;
}
