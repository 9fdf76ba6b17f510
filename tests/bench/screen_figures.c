/*
 * screen_figures FIGURE COMMAND: measures the screen from the terminal's side, by tests/screen/terminal.c, and prints
 * numbers, each with its name, one a line. COMMAND starts sockstep; times are milliseconds.
 *
 *	first           until the first full screen (median of 21)
 *	echo LINES      a key until it is shown, 99 % and median, while what the last of the lines of the file begins
 *	                goes on, and of cat on a terminal of its own; in sessions one after the other, until there are
 *	                300 keys
 *	paste           10,000 characters until the last is shown, and in how many pieces the screen was written
 *	change          a step's key until the state that the segment brings is shown (median and worst of 20)
 *	sockets COUNT   PSS in KiB when so many sockets are shown, and a key's time then
 *	idle SECONDS    how often the program woke up while nothing was to be told
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../screen/pattern.h"
#include "../screen/terminal.h"
#include "base/mem.h"

enum { COLUMNS = 120, ROWS = 40, BOUND = 120000, KEYS = 300, LINE_KEYS = 30, SESSIONS_MOST = 20 };

struct times {
	double *all; /* (owned) */
	size_t count, room;
};

static void times_add(struct times *times, double time)
{
	times->all = array_grow(times->all, times->count, &times->room, sizeof(*times->all));
	times->all[times->count++] = time;
}

static int compare(const void *a, const void *b)
{
	const double *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

/* The share of them that is not above; 1 is the greatest. */
static double times_at(struct times *times, double share)
{
	size_t at = (size_t)(share * (double)times->count);

	qsort(times->all, times->count, sizeof(*times->all), compare);
	return times->count == 0 ? 0 : times->all[at < times->count ? at : times->count - 1];
}

static void fail(const struct terminal *terminal, const char *what)
{
	struct text row;

	text_init(&row);
	fprintf(stderr, "waited in vain: %s\n", what);
	for (int i = 0; i < terminal->rows; i++) {
		text_clear(&row);
		terminal_row(terminal, i, 0, terminal->columns, &row);
		fprintf(stderr, "|%s\n", row.data);
	}
	exit(1);
}

static bool shows(struct terminal *terminal, const char *words)
{
	struct pattern pattern;
	struct text message;
	int row, column;
	bool found;

	text_init(&message);
	found = pattern_read(&pattern, words, &message) && pattern_find(&pattern, terminal, &row, &column);
	pattern_release(&pattern);
	text_release(&message);
	return found;
}

static void await(struct terminal *terminal, const char *words)
{
	double deadline = terminal_now() + BOUND;

	while (!shows(terminal, words))
		if (!terminal_read(terminal, 100) && (terminal->hung_up || terminal_now() > deadline))
			fail(terminal, words);
}

static void type(struct terminal *terminal, const char *line)
{
	terminal_send(terminal, line, strlen(line));
	terminal_press(terminal, "Enter");
}

/* The prompt is ready. */
static void begin(struct terminal *terminal, const char *command)
{
	terminal_start(terminal, command, COLUMNS, ROWS);
	await(terminal, "row -1 client>");
}

static void end(struct terminal *terminal)
{
	double deadline = terminal_now() + BOUND;

	type(terminal, "quit");
	while (!terminal_has_ended(terminal) && terminal_now() < deadline)
		terminal_read(terminal, 10);
}

/* ---- figures ---- */

static void measure_first(struct terminal *terminal, const char *command)
{
	struct times times = { 0 };

	for (int i = 0; i < 21; i++) {
		double start = terminal_now();

		terminal_start(terminal, command, COLUMNS, ROWS);
		await(terminal, "rows 2 to 2 /┌ .*server.*┐$/");
		await(terminal, "row -1 client>");
		times_add(&times, terminal_now() - start);
		end(terminal);
	}
	printf("first %.1f\nfirst-worst %.1f\n", times_at(&times, 0.5), times_at(&times, 1));
	free(times.all);
}

static bool has_letter(struct terminal *terminal, int row, int column, char letter)
{
	VTermScreenCell cell;

	return terminal_cell(terminal, row, column, &cell) && cell.chars[0] == (uint32_t)letter;
}

/* Until the letter that is typed stands there. */
static double key_time(struct terminal *terminal, int row, int column, char letter)
{
	double start = terminal_now();

	terminal_send(terminal, &letter, 1);
	while (!has_letter(terminal, row, column, letter))
		if (!terminal_read(terminal, 1000) && terminal_now() - start > BOUND)
			fail(terminal, "a key");
	return terminal_now() - start;
}

static void empty_line(struct terminal *terminal)
{
	terminal_press(terminal, "Ctrl-U");
	await(terminal, "row -1 /^(client>|\\.\\.\\.)$/");
}

/* Until the line ends with what has been typed of it; what stands before it may change meanwhile. */
static double echo_time(struct terminal *terminal, const char *typed, size_t len)
{
	double start = terminal_now();
	struct text row;

	text_init(&row);
	terminal_send(terminal, typed + len - 1, 1);
	for (;;) {
		text_clear(&row);
		terminal_row(terminal, ROWS - 1, 0, COLUMNS, &row);
		if (row.len > len && memcmp(row.data + row.len - len, typed, len) == 0)
			break;
		if (!terminal_read(terminal, 1000) && terminal_now() - start > BOUND)
			fail(terminal, "a key");
	}
	text_release(&row);
	return terminal_now() - start;
}

/* Each is seen before it is entered; that the last, which begins the load, is done is not waited for. */
static void type_lines(struct terminal *terminal, const char *path)
{
	FILE *file = fopen(path, "re");
	char line[4096];

	if (file == NULL)
		die("%s cannot be read", path);
	while (fgets(line, sizeof(line), file) != NULL) {
		char *place;

		line[strcspn(line, "\n")] = '\0';
		place = text_format("row -1 %s", line);
		terminal_send(terminal, line, strlen(line));
		await(terminal, place);
		terminal_press(terminal, "Enter");
		free(place);
	}
	fclose(file);
	await(terminal, "row -1 /^(client>|\\.\\.\\.)$/");
}

/* One session's keys, each followed by one of cat's, so that whatever else the machine does falls on both: until what
 * floods is over. */
static void echo_under_load(struct terminal *terminal, struct terminal *cat, struct times *ours, struct times *cats)
{
	char typed[LINE_KEYS];
	int column = 0;

	terminal_send(cat, "\033[H\033[2J", 7);
	while (terminal_read(cat, 50))
		;
	for (int i = 0; !shows(terminal, "/^server.*recv.* = [0-9]/"); i++) {
		size_t len = (size_t)(i % LINE_KEYS) + 1;

		if (len == 1)
			empty_line(terminal);
		typed[len - 1] = (char)('a' + i % 26);
		times_add(ours, echo_time(terminal, typed, len));
		if (column < COLUMNS - 1)
			times_add(cats, key_time(cat, 0, column++, typed[len - 1]));
	}
}

static void measure_echo(struct terminal *terminal, const char *command, const char *lines)
{
	struct times ours = { 0 }, cats = { 0 };
	struct terminal cat;

	terminal_init(&cat);
	terminal_start(&cat, "stty raw -echo; printf ready; exec cat", COLUMNS, ROWS);
	await(&cat, "ready");
	for (int session = 0; ours.count < KEYS && session < SESSIONS_MOST; session++) {
		begin(terminal, command);
		type_lines(terminal, lines);
		echo_under_load(terminal, &cat, &ours, &cats);
		empty_line(terminal);
		end(terminal);
	}
	if (ours.count < KEYS)
		fail(terminal, "a load that lasts");
	printf("echo-99 %.2f\necho-median %.2f\n", times_at(&ours, 0.99), times_at(&ours, 0.5));
	printf("cat-99 %.2f\ncat-median %.2f\n", times_at(&cats, 0.99), times_at(&cats, 0.5));
	terminal_release(&cat);
	free(ours.all);
	free(cats.all);
}

static void measure_paste(struct terminal *terminal, const char *command)
{
	char paste[10001];
	double start;
	int pieces = 0;

	memset(paste, 'x', sizeof(paste) - 4);
	memcpy(paste + sizeof(paste) - 4, "END", 4);
	begin(terminal, command);
	while (terminal_read(terminal, 200))
		;
	start = terminal_now();
	terminal_paste(terminal, paste, sizeof(paste) - 1);
	while (!shows(terminal, "row -1 END"))
		pieces += terminal_read(terminal, 1000);
	printf("paste %.1f\npaste-pieces %d\n", terminal_now() - start, pieces);
	terminal_press(terminal, "Ctrl-C");
	await(terminal, "row -1 /^client>$/");
	end(terminal);
}

static void measure_change(struct terminal *terminal, const char *command)
{
	static const char *const lines[] = { "server: socket tcp", "server: bind 3 *:80", "server: listen 3 99" };
	struct times times = { 0 };

	begin(terminal, command);
	for (size_t i = 0; i < COUNT_OF(lines); i++)
		type(terminal, lines[i]);
	await(terminal, "LISTEN");
	type(terminal, "wire hold");
	await(terminal, "wire held");
	for (int i = 0; i < 20; i++) {
		type(terminal, "client: c = socket tcp");
		type(terminal, "client: connect c server:80");
		await(terminal, "rows 4 to 9 columns 1 to 60 SYN_SENT");
		await(terminal, "row -1 /^client>$/");
		double start = terminal_now();
		terminal_press(terminal, "F5");
		await(terminal, "rows 4 to 9 columns 61 to 120 SYN_RECV");
		times_add(&times, terminal_now() - start);
		await(terminal, "row -1 /^client>$/");
		start = terminal_now();
		terminal_press(terminal, "F5");
		await(terminal, "rows 4 to 9 columns 1 to 60 ESTABLISHED");
		times_add(&times, terminal_now() - start);
		await(terminal, "row -1 /^client>$/");
		type(terminal, "reset");
		await(terminal, "row -1 /^client>$/");
		for (size_t j = 0; j < COUNT_OF(lines); j++)
			type(terminal, lines[j]);
		await(terminal, "LISTEN");
		type(terminal, "wire hold");
		await(terminal, "wire held");
	}
	printf("change %.2f\nchange-worst %.2f\n", times_at(&times, 0.5), times_at(&times, 1));
	end(terminal);
	free(times.all);
}

/* ---- what the kernel tells of it ---- */

/* A number behind a word of /proc/PID/FILE; -1: it is not there. */
static long proc_number(pid_t pid, const char *name, const char *word)
{
	char path[64], line[256];
	long number = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	file = fopen(path, "re");
	while (file != NULL && number < 0 && fgets(line, sizeof(line), file) != NULL)
		if (string_starts_with(line, word))
			number = strtol(line + strlen(word), NULL, 10);
	if (file != NULL)
		fclose(file);
	return number;
}

/* The interface, below its keeper if there is one. */
static pid_t interface_of(const struct terminal *terminal)
{
	char path[64], comm[32] = "";
	FILE *file;
	int pid = terminal->child;

	snprintf(path, sizeof(path), "/proc/%d/comm", terminal->child);
	file = fopen(path, "re");
	if (file != NULL && fgets(comm, sizeof(comm), file) != NULL && strstr(comm, "keep") != NULL) {
		fclose(file);
		snprintf(path, sizeof(path), "/proc/%d/task/%d/children", terminal->child, terminal->child);
		file = fopen(path, "re");
		if (file != NULL && fscanf(file, "%d", &pid) != 1)
			pid = terminal->child;
	}
	if (file != NULL)
		fclose(file);
	return pid;
}

static void measure_sockets(struct terminal *terminal, const char *command, const char *count)
{
	struct times times = { 0 };
	char path[] = "/tmp/sockets-XXXXXX", *line;
	int fd = mkstemp(path);

	/* A process has its bound: three have them. */
	dprintf(fd, "side another\nrepeat %ld\n", (atol(count) + 2) / 3);
	dprintf(fd, "client: socket tcp\nserver: socket tcp\nanother: socket tcp\nend\n");
	dprintf(fd, "say all are there\n");
	close(fd);
	begin(terminal, command);
	line = text_format("run %s", path);
	type(terminal, line);
	await(terminal, "/^all are there/");
	await(terminal, "row -1 /^[a-z]+>$/");
	type(terminal, "client:");
	await(terminal, "row -1 /^client>$/");
	for (int i = 0; i < 50; i++)
		times_add(&times, key_time(terminal, ROWS - 1, 8 + i, (char)('a' + i % 26)));
	printf("pss %ld\nkey-99 %.2f\n", proc_number(interface_of(terminal), "smaps_rollup", "Pss:"),
	       times_at(&times, 0.99));
	empty_line(terminal);
	end(terminal);
	unlink(path);
	free(line);
	free(times.all);
}

static long wakes(pid_t pid)
{
	return proc_number(pid, "status", "voluntary_ctxt_switches:") +
	       proc_number(pid, "status", "nonvoluntary_ctxt_switches:");
}

/* Each return from the loop's sleep is a switch to it. */
static void measure_idle(struct terminal *terminal, const char *command, const char *seconds)
{
	pid_t pid;
	long before;

	begin(terminal, command);
	type(terminal, "server: socket tcp");
	await(terminal, "CLOSED");
	while (terminal_read(terminal, 1000))
		;
	pid = interface_of(terminal);
	before = wakes(pid);
	sleep((unsigned int)atoi(seconds));
	printf("wakes %ld\n", wakes(pid) - before);
	end(terminal);
}

int main(int argc, char **argv)
{
	const char *figure = argc > 2 ? argv[1] : "", *command = argc > 2 ? argv[argc - 1] : "";
	const char *argument = argc > 3 ? argv[2] : "0";
	struct terminal terminal;

	setenv("TERM", "xterm-256color", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	setenv("INPUTRC", "/dev/null", 1);
	terminal_init(&terminal);
	if (string_is(figure, "first"))
		measure_first(&terminal, command);
	else if (string_is(figure, "echo"))
		measure_echo(&terminal, command, argument);
	else if (string_is(figure, "paste"))
		measure_paste(&terminal, command);
	else if (string_is(figure, "change"))
		measure_change(&terminal, command);
	else if (string_is(figure, "sockets"))
		measure_sockets(&terminal, command, argument);
	else if (string_is(figure, "idle"))
		measure_idle(&terminal, command, argument);
	else
		fprintf(stderr, "usage: screen_figures FIGURE [ARGUMENT] COMMAND\n");
	terminal_release(&terminal);
	return 0;
}
