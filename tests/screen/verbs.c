#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "drive.h"
#include "left.h"
#include "pattern.h"
#include "sequences.h"
#include "verbs.h"

/* ---- waiting ---- */

bool drive_wait(struct drive *drive, condition_function *holds, void *context)
{
	double deadline = terminal_now() + drive->bound;

	while (!holds(drive, context)) {
		if (terminal_now() > deadline)
			return false;
		if (!terminal_read(&drive->terminal, 20) && drive->terminal.hung_up)
			usleep(2000);
	}
	return true;
}

/* ---- programs ---- */

static pid_t run_shell(struct drive *drive, const char *command)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork: %s", strerror(errno));
	if (pid > 0) {
		setpgid(pid, pid);
		return pid;
	}
	setpgid(0, 0);
	if (chdir(drive->directory) == 0 && freopen("/dev/null", "r", stdin) != NULL && dup2(STDERR_FILENO, 1) == 1)
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

struct process {
	pid_t pid;
	int status;
};

static bool process_ended(struct drive *drive, void *context)
{
	struct process *process = context;

	(void)drive;
	return waitpid(process->pid, &process->status, WNOHANG) == process->pid;
}

/* terminal_read() waits for the terminal; not reading it needs a waiting of its own. */
static bool wait_stopped(struct drive *drive, struct process *process)
{
	double deadline = terminal_now() + drive->bound;

	while (!process_ended(drive, process)) {
		if (terminal_now() > deadline)
			return false;
		usleep(2000);
	}
	return true;
}

static bool shell(struct drive *drive, const char *command, bool reading)
{
	struct process process = { .pid = run_shell(drive, command) };

	if (!(reading ? drive_wait(drive, process_ended, &process) : wait_stopped(drive, &process))) {
		kill(-process.pid, SIGKILL);
		waitpid(process.pid, NULL, 0);
		text_add(&drive->message, "it did not end");
		return false;
	}
	if (process.status != 0)
		text_addf(&drive->message, "its status is %d", WEXITSTATUS(process.status));
	return process.status == 0;
}

static bool verb_shell(struct drive *drive, char *words)
{
	return shell(drive, words, true);
}

static bool verb_stopped(struct drive *drive, char *words)
{
	return shell(drive, words, false);
}

static bool verb_need(struct drive *drive, char *words)
{
	if (!shell(drive, words, true)) {
		drive->over = true;
		drive->skip = xstrdup(words);
	}
	return true;
}

static bool verb_background(struct drive *drive, char *words)
{
	drive->background = array_grow(drive->background, drive->background_count, &drive->background_room,
				       sizeof(*drive->background));
	drive->background[drive->background_count++] = run_shell(drive, words);
	return true;
}

void drive_end_background(struct drive *drive)
{
	for (size_t i = 0; i < drive->background_count; i++) {
		kill(-drive->background[i], SIGKILL);
		waitpid(drive->background[i], NULL, 0);
	}
	drive->background_count = 0;
}

static bool read_size(struct drive *drive, char *words, int *columns, int *rows)
{
	if (sscanf(words, "%dx%d", columns, rows) == 2 && *columns > 0 && *rows > 0)
		return true;
	text_add(&drive->message, "a size is COLUMNSxROWS");
	return false;
}

static bool verb_start(struct drive *drive, char *words)
{
	int columns, rows;

	if (!read_size(drive, words, &columns, &rows))
		return false;
	words += strcspn(words, " ");
	if (chdir(drive->directory) != 0)
		die("%s: %s", drive->directory, strerror(errno));
	terminal_start(&drive->terminal, words, columns, rows);
	vterm_set_utf8(drive->terminal.vterm, drive->charset == SHOW_UTF8);
	return true;
}

static bool ended(struct drive *drive, void *context)
{
	(void)context;
	return terminal_has_ended(&drive->terminal);
}

static bool verb_exits(struct drive *drive, char *words)
{
	int status, number, expected;

	if (!drive_wait(drive, ended, NULL)) {
		text_add(&drive->message, "it goes on");
		return false;
	}
	while (terminal_read(&drive->terminal, 0))
		;
	status = drive->terminal.status;
	if (sscanf(words, "signal %d", &number) == 1)
		expected = number;
	else
		expected = atoi(words) << 8;
	if (status != expected && WIFSIGNALED(status))
		text_addf(&drive->message, "it was ended by signal %d", WTERMSIG(status));
	else if (status != expected)
		text_addf(&drive->message, "its status is %d", WEXITSTATUS(status));
	return status == expected;
}

static bool nobody_is_left(struct drive *drive, void *context)
{
	(void)context;
	return left_nobody(drive);
}

static bool verb_nobody(struct drive *drive, char *words)
{
	(void)words;
	if (drive_wait(drive, nobody_is_left, NULL))
		return true;
	left_say(drive);
	return false;
}

static bool has_name(pid_t pid, const char *name)
{
	char path[64], comm[64] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	file = fopen(path, "re");
	if (file == NULL)
		return false;
	if (fgets(comm, sizeof(comm), file) != NULL)
		comm[strcspn(comm, "\n")] = '\0';
	fclose(file);
	return string_is(comm, name);
}

/* The first process of that name, from `pid` down; 0: none. */
static pid_t find_process(pid_t pid, const char *name)
{
	FILE *children;
	pid_t found = 0;
	int child;

	if (has_name(pid, name))
		return pid;
	children = left_children(pid);
	while (found == 0 && children != NULL && fscanf(children, "%d", &child) == 1)
		found = find_process(child, name);
	if (children != NULL)
		fclose(children);
	return found;
}

static int signal_named(const char *name)
{
	for (int number = 1; number < NSIG; number++)
		if (sigabbrev_np(number) != NULL && string_is(sigabbrev_np(number), name))
			return number;
	return -1;
}

struct victim {
	const char *name;
	pid_t pid;
};

static bool is_there(struct drive *drive, void *context)
{
	struct victim *victim = context;

	/* Twice the same: one that was found has not just been born of the one that is meant, under whose name. */
	victim->pid = drive->terminal.child <= 0 ? 0 : find_process(drive->terminal.child, victim->name);
	return victim->pid > 0 && find_process(drive->terminal.child, victim->name) == victim->pid;
}

static bool verb_kill(struct drive *drive, char *words)
{
	struct victim victim = { .pid = drive->terminal.child };
	char *name = words + strcspn(words, " ");

	if (*name != '\0') {
		*name++ = '\0';
		victim.name = name;
		drive_wait(drive, is_there, &victim);
	}
	if (victim.pid <= 0)
		text_add(&drive->message, "there is no such process");
	return victim.pid > 0 && kill(victim.pid, signal_named(words)) == 0;
}

static bool verb_hangup(struct drive *drive, char *words)
{
	(void)words;
	terminal_hang_up(&drive->terminal);
	return true;
}

/* ---- keys ---- */

static bool verb_type(struct drive *drive, char *words)
{
	struct text text;

	text_init(&text);
	add_unescaped(&text, words);
	terminal_send(&drive->terminal, text.data, text.len);
	text_release(&text);
	return true;
}

static bool verb_line(struct drive *drive, char *words)
{
	return verb_type(drive, words) && terminal_press(&drive->terminal, "Enter");
}

static bool verb_key(struct drive *drive, char *words)
{
	char *rest = NULL;

	for (char *name = strtok_r(words, " ", &rest); name != NULL; name = strtok_r(NULL, " ", &rest))
		if (!terminal_press(&drive->terminal, name)) {
			text_addf(&drive->message, "there is no key %s", name);
			return false;
		}
	return true;
}

bool drive_read_file(struct drive *drive, const char *path, struct text *out)
{
	FILE *file = fopen(path, "re");
	char bytes[4096];
	size_t got;

	if (file == NULL) {
		text_addf(&drive->message, "%s: %s", path, strerror(errno));
		return false;
	}
	while ((got = fread(bytes, 1, sizeof(bytes), file)) > 0)
		text_add_bytes(out, bytes, got);
	fclose(file);
	return true;
}

static bool verb_paste(struct drive *drive, char *words)
{
	struct text text;
	bool ok = true;

	text_init(&text);
	if (words[0] == '@')
		ok = drive_read_file(drive, words + 1, &text);
	else
		add_unescaped(&text, words);
	if (ok)
		terminal_paste(&drive->terminal, text.data, text.len);
	text_release(&text);
	return ok;
}

static bool verb_resize(struct drive *drive, char *words)
{
	int columns, rows;

	if (!read_size(drive, words, &columns, &rows))
		return false;
	terminal_resize(&drive->terminal, columns, rows);
	return true;
}

static bool verb_storm(struct drive *drive, char *words)
{
	unsigned int seed = 1;

	for (int i = atoi(words); i > 0; i--) {
		int columns = 1 + rand_r(&seed) % 300, rows = 1 + rand_r(&seed) % 100;

		terminal_resize(&drive->terminal, columns, rows);
		terminal_read(&drive->terminal, i % 8 == 0);
	}
	return true;
}

/* ---- what is seen ---- */

static bool stands(struct drive *drive, void *context)
{
	int row, column;

	return pattern_find(context, &drive->terminal, &row, &column);
}

static bool is_gone(struct drive *drive, void *context)
{
	return !stands(drive, context);
}

static bool wait_for(struct drive *drive, const char *words, condition_function *holds)
{
	struct pattern pattern;
	bool ok = pattern_read(&pattern, words, &drive->message) && drive_wait(drive, holds, &pattern);

	pattern_release(&pattern);
	return ok;
}

static bool verb_wait(struct drive *drive, char *words)
{
	return wait_for(drive, words, stands);
}

static bool verb_gone(struct drive *drive, char *words)
{
	return wait_for(drive, words, is_gone);
}

struct row_text {
	int row;
	const char *text;
};

static bool row_is(struct drive *drive, void *context)
{
	const struct row_text *expected = context;
	struct text text;
	bool is;

	text_init(&text);
	terminal_row(&drive->terminal, expected->row > 0 ? expected->row - 1 : drive->terminal.rows + expected->row, 0,
		     drive->terminal.columns, &text);
	is = string_is(text.data, expected->text);
	text_release(&text);
	return is;
}

static bool verb_row(struct drive *drive, char *words)
{
	struct row_text expected = { 0 };
	char *rest;
	struct text text;
	bool ok;

	expected.row = (int)strtol(words, &rest, 10);
	text_init(&text);
	add_unescaped(&text, *rest == ' ' ? rest + 1 : rest);
	expected.text = text.data;
	ok = drive_wait(drive, row_is, &expected);
	text_release(&text);
	return ok;
}

/* ---- the cursor, properties and modes ---- */

struct place {
	int row, column; /* from 0 */
};

static bool cursor_is(struct drive *drive, void *context)
{
	const struct place *place = context;
	int row, column;

	terminal_cursor(&drive->terminal, &row, &column);
	return row == place->row && column == place->column;
}

static bool verb_cursor(struct drive *drive, char *words)
{
	struct place place = { 0 };

	if (sscanf(words, "%d,%d", &place.row, &place.column) != 2)
		return false;
	place.row--;
	place.column--;
	return drive_wait(drive, cursor_is, &place);
}

/* Those which terminal_row() leaves out. */
static void add_blanks_before(struct drive *drive, int row, int column, struct text *out)
{
	VTermScreenCell cell;

	while (terminal_cell(&drive->terminal, row, --column, &cell) &&
	       (cell.chars[0] == 0 || cell.chars[0] == ' '))
		text_add_char(out, ' ');
}

static bool cursor_is_behind(struct drive *drive, void *context)
{
	const struct pattern *pattern = context;
	struct text before;
	int row, column;
	bool is;

	terminal_cursor(&drive->terminal, &row, &column);
	text_init(&before);
	terminal_row(&drive->terminal, row, 0, column, &before);
	add_blanks_before(drive, row, column, &before);
	is = before.len >= pattern->text.len &&
	     string_is(before.data + before.len - pattern->text.len, pattern->text.data);
	text_release(&before);
	return is;
}

static bool verb_after(struct drive *drive, char *words)
{
	return wait_for(drive, words, cursor_is_behind);
}

struct wish {
	const char *name;
	bool on;
};

static bool property_is(struct drive *drive, void *context)
{
	const struct terminal *terminal = &drive->terminal;
	const struct wish *wish = context;
	const struct wish known[] = {
		{ "altscreen", terminal->alternate }, { "cursor", terminal->cursor_visible },
		{ "titled", terminal->titled },       { "mouse", terminal->mouse != 0 },
		{ "bell", terminal->bell },           { "paste", terminal_has_private_mode(terminal, 2004) },
	};

	for (size_t i = 0; i < COUNT_OF(known); i++)
		if (string_is(known[i].name, wish->name))
			return known[i].on == wish->on;
	return false;
}

static bool verb_property(struct drive *drive, char *words)
{
	char *rest = NULL;
	struct wish wish = { .name = strtok_r(words, " ", &rest) };
	const char *value = strtok_r(NULL, " ", &rest);

	if (wish.name == NULL || value == NULL)
		return false;
	wish.on = string_is(value, "on");
	return drive_wait(drive, property_is, &wish);
}

static bool has_its_modes(struct drive *drive, void *context)
{
	(void)context;
	return terminal_has_its_modes(&drive->terminal);
}

static bool verb_modes(struct drive *drive, char *words)
{
	(void)words;
	return drive_wait(drive, has_its_modes, NULL);
}

/* ---- bytes ---- */

static size_t count_of(const struct text *bytes, const struct text *wanted)
{
	const char *at = bytes->data, *end = bytes->data + bytes->len;
	size_t count = 0;

	while (wanted->len > 0 && (at = memmem(at, (size_t)(end - at), wanted->data, wanted->len)) != NULL) {
		count++;
		at += wanted->len;
	}
	return count;
}

static bool raw_clean(struct drive *drive)
{
	const char *term = getenv("TERM");
	struct sequences sequences;
	bool ok;

	sequences_init(&sequences, term == NULL ? "" : term);
	ok = sequences_accept(&sequences, &drive->terminal.raw, drive->charset, &drive->message);
	sequences_release(&sequences);
	return ok;
}

static bool save_raw(struct drive *drive, const char *path)
{
	FILE *file = fopen(path, "we");

	if (file == NULL)
		return false;
	fwrite(drive->terminal.raw.data, 1, drive->terminal.raw.len, file);
	return fclose(file) == 0;
}

static bool verb_raw(struct drive *drive, char *words)
{
	char *rest = words + strcspn(words, " ");
	size_t wanted = 0, count;
	struct text text;

	if (string_is(words, "clean"))
		return raw_clean(drive);
	if (string_starts_with(words, "save "))
		return save_raw(drive, words + strlen("save "));
	rest += *rest == ' ';
	if (string_starts_with(words, "count "))
		wanted = strtoul(rest, &rest, 10), rest += *rest == ' ';
	text_init(&text);
	add_unescaped(&text, rest);
	count = count_of(&drive->terminal.raw, &text);
	text_release(&text);
	text_addf(&drive->message, "it is there %zu times", count);
	if (string_starts_with(words, "has "))
		return count > 0;
	if (string_starts_with(words, "lacks "))
		return count == 0;
	return string_starts_with(words, "count ") && count == wanted;
}

static bool verb_charset(struct drive *drive, char *words)
{
	drive->charset = string_is(words, "ascii") ? SHOW_ASCII : SHOW_UTF8;
	return true;
}

static bool verb_answers(struct drive *drive, char *words)
{
	(void)words;
	text_addf(&drive->message, "it answered: ");
	show_bytes(&drive->message, drive->terminal.answers.data, drive->terminal.answers.len, SHOW_ASCII);
	return drive->terminal.answers.len == 0;
}

static bool verb_show(struct drive *drive, char *words)
{
	(void)words;
	while (terminal_read(&drive->terminal, 200))
		;
	drive_show(drive);
	return true;
}

static bool verb_set(struct drive *drive, char *words)
{
	char *value = strchr(words, '=');

	(void)drive;
	if (value == NULL)
		return false;
	*value++ = '\0';
	return setenv(words, value, 1) == 0;
}

static bool verb_unset(struct drive *drive, char *words)
{
	(void)drive;
	return unsetenv(words) == 0;
}

static const struct verb verbs[] = {
	{ "need", verb_need },         { "set", verb_set },           { "unset", verb_unset },
	{ "shell", verb_shell },       { "stopped", verb_stopped },   { "background", verb_background },
	{ "start", verb_start },       { "type", verb_type },         { "line", verb_line },
	{ "key", verb_key },           { "paste", verb_paste },       { "resize", verb_resize },
	{ "storm", verb_storm },       { "kill", verb_kill },         { "hangup", verb_hangup },
	{ "wait", verb_wait },         { "gone", verb_gone },         { "row", verb_row },
	{ "cell", verb_cell },         { "look", verb_look },         { "cursor", verb_cursor },
	{ "after", verb_after },       { "property", verb_property }, { "exits", verb_exits },
	{ "nobody", verb_nobody },     { "modes", verb_modes },       { "remember", verb_remember },
	{ "same", verb_same },         { "mask", verb_mask },         { "matches", verb_matches },
	{ "raw", verb_raw },           { "charset", verb_charset },   { "answers", verb_answers },
	{ "show", verb_show },         { "colours", verb_colours },   { "contrast", verb_contrast },
};

const struct verb *verb_named(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(verbs); i++)
		if (string_is(verbs[i].name, name))
			return &verbs[i];
	return NULL;
}
