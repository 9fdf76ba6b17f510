/*
 * The prompt on a pseudo-terminal, every byte of which is looked at: what tmux (tests/script/prompt.test) does not
 * tell. It may send only what is allowed: no control sequence at all to a terminal that is dumb, or not known; nothing
 * that is not ASCII outside a UTF-8 locale; and whatever a paste or a history file holds, none of it as a control
 * character.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/mem.h"
#include "face/terminal.h"

/* How long anything that must come is waited for. */
enum { PATIENCE = 20000 };

struct session {
	pid_t child;
	int master; /* -1: closed */
	struct text seen;
	char folder[64];
	char *log;
};

static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (long long)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static char *path_in(const struct session *session, const char *name)
{
	return text_format("%s/%s", session->folder, name);
}

/* term NULL: not set. */
static void become_demo(const struct session *session, const char *term, const char *locale)
{
	const char *top = getenv("top_builddir");
	char *demo = text_format("%s/tests/tools/promptdemo", top ? top : ".");
	char *history = path_in(session, "history");

	if (term)
		setenv("TERM", term, 1);
	else
		unsetenv("TERM");
	setenv("LC_ALL", locale, 1);
	setenv("INPUTRC", "/dev/null", 1);
	unsetenv("COLUMNS");
	unsetenv("LINES");
	execl(demo, demo, session->log, history, (char *)NULL);
	_exit(127);
}

/* The modes of a pseudo-terminal that nobody has touched. */
static struct termios fresh_modes(void)
{
	struct termios modes;
	int master, slave;

	assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
	assert_int_equal(tcgetattr(slave, &modes), 0);
	close(master);
	close(slave);
	return modes;
}

static void start(struct session *session, const char *term, const char *locale)
{
	const struct winsize size = { .ws_row = 24, .ws_col = 80 };
	const struct termios modes = fresh_modes();

	session->child = forkpty(&session->master, NULL, &modes, &size);
	assert_true(session->child >= 0);
	if (session->child == 0)
		become_demo(session, term, locale);
	text_clear(&session->seen);
}

static int set_up(void **state)
{
	struct session *session = xcalloc(1, sizeof(*session));

	snprintf(session->folder, sizeof(session->folder), "/tmp/sockstep-prompt-XXXXXX");
	text_init(&session->seen);
	*state = session;
	session->master = -1;
	if (!mkdtemp(session->folder))
		return -1;
	session->log = path_in(session, "log");
	return 0;
}

static int tear_down(void **state)
{
	struct session *session = *state;
	char *remove = text_format("rm -rf '%s'", session->folder);
	int status = system(remove);

	if (session->master >= 0)
		close(session->master);
	if (session->child > 0) {
		kill(session->child, SIGKILL);
		waitpid(session->child, NULL, 0);
	}
	free(remove);
	free(session->log);
	text_release(&session->seen);
	free(session);
	return status;
}

/* Reads what there is, waiting up to so many milliseconds for the first of it. False: nothing came, or the end. */
static bool look(struct session *session, int wait)
{
	struct pollfd master = { .fd = session->master, .events = POLLIN };
	char bytes[4096];

	if (poll(&master, 1, wait) <= 0)
		return false;
	ssize_t got = read(session->master, bytes, sizeof(bytes));
	if (got <= 0)
		return false;
	text_add_bytes(&session->seen, bytes, (size_t)got);
	return true;
}

static void wait_for(struct session *session, const char *wanted)
{
	long long deadline = now() + PATIENCE;

	while (!memmem(session->seen.data, session->seen.len, wanted, strlen(wanted))) {
		if (now() > deadline)
			fail_msg("\"%s\" did not come, but: %s", wanted, session->seen.data);
		look(session, 100);
	}
}

static void type(struct session *session, const char *bytes)
{
	size_t len = strlen(bytes);
	long long deadline = now() + PATIENCE;

	while (len > 0) {
		size_t piece = len < 1000 ? len : 1000;

		assert_int_equal(write(session->master, bytes, piece), piece);
		bytes += piece;
		len -= piece;
		while (look(session, 1))
			assert_true(now() < deadline);
	}
}

static void finish(struct session *session)
{
	long long deadline = now() + PATIENCE;
	int status = 0;
	pid_t ended;

	while ((ended = waitpid(session->child, &status, WNOHANG)) == 0) {
		assert_true(now() < deadline);
		if (session->master < 0)
			poll(NULL, 0, 5);
		else if (!look(session, 5))
			poll(NULL, 0, 5);
	}
	assert_int_equal(ended, session->child);
	session->child = 0;
	while (session->master >= 0 && look(session, 0))
		;
	assert_int_equal(status, 0);
}

static void assert_log_has(const struct session *session, const char *wanted)
{
	struct text log, message;

	text_init(&log);
	text_init(&message);
	assert_true(file_read_whole(session->log, 1 << 24, &log, &message));
	if (!strstr(log.data, wanted))
		fail_msg("the log lacks \"%s\": %s", wanted, log.data);
	text_release(&log);
	text_release(&message);
}

static void quit(struct session *session)
{
	type(session, "\004");
	finish(session);
	assert_log_has(session, "end\n");
}

/* A control sequence as ECMA-48 has it, of those that readline and we may send: its length, 0 if it is none. */
static size_t allowed_sequence(const char *at, size_t len)
{
	size_t end = 2;

	if (len < 3 || at[0] != '\033' || at[1] != '[')
		return 0;
	while (end < len && (strchr("0123456789;?", at[end])))
		end++;
	return end < len && strchr("ABCDHJKPhlm@", at[end]) ? end + 1 : 0;
}

static void assert_only_allowed(const struct session *session, bool sequences, bool utf8)
{
	const struct text *seen = &session->seen;

	for (size_t at = 0; at < seen->len;) {
		unsigned char byte = (unsigned char)seen->data[at];
		size_t len = sequences ? allowed_sequence(seen->data + at, seen->len - at) : 0;

		if (len == 0 && (byte >= 0x20 || strchr("\r\n\b", byte)) && byte != 0x7f && (utf8 || byte < 0x80))
			len = 1;
		if (len == 0)
			fail_msg("byte 0x%02x at %zu is not allowed: %s", byte, at, seen->data + at);
		at += len;
	}
}

/* Editing, output in between, completion, a paste that is hostile. */
static void do_all(struct session *session)
{
	wait_for(session, "demo> ");
	type(session, "tick 3\r");
	wait_for(session, "tick 3");
	type(session, "con\t");
	wait_for(session, "connect-all");
	type(session, "\003");
	wait_for(session, "interrupted");
	type(session, "\033[200~x\033]0;title\007\xc2\x9b" "31m\xe2\x80\xae\tg\xc3\xbc\x9b\177y\033[201~\r");
	wait_for(session, "ran x");
	type(session, "abc\001X\033[C\033[D\x17\x19\n");
	wait_for(session, "ran Xabc");
	type(session, "\022Xab\007\003");
	quit(session);
}

static void knows_its_terminal(void **state)
{
	static const char *const terms[] = { "xterm-256color", "screen", "tmux-256color", "linux", "vt100", "xterm" };
	struct session *session = *state;

	for (size_t i = 0; i < COUNT_OF(terms); i++) {
		start(session, terms[i], "C.UTF-8");
		do_all(session);
		if (!string_is(terms[i], "vt100") && !string_is(terms[i], "linux"))
			assert_non_null(strstr(session->seen.data, "\033[?2004h"));
		assert_only_allowed(session, true, true);
		assert_log_has(session, "line x\\x1b]0;title\\x07\\u{009b}31m\\u{202e} g\xc3\xbc\\x9b\\x7fy\n");
		close(session->master);
		session->master = -1;
	}
}

static void sends_no_sequence_to_a_terminal_that_has_none(void **state)
{
	static const char *const terms[] = { "dumb", "", "nosuch", NULL };
	struct session *session = *state;

	for (size_t i = 0; i < COUNT_OF(terms); i++) {
		start(session, terms[i], "C.UTF-8");
		do_all(session);
		assert_only_allowed(session, false, true);
		close(session->master);
		session->master = -1;
	}
}

static void is_ascii_outside_utf8(void **state)
{
	struct session *session = *state;

	start(session, "xterm", "C");
	do_all(session);
	assert_only_allowed(session, true, false);
	assert_log_has(session, "line x\\x1b]0;title\\x07\\xc2\\x9b31m\\xe2\\x80\\xae g\\xc3\\xbc\\x9b\\x7fy\n");
}

static void shows_a_hostile_history(void **state)
{
	struct session *session = *state;
	char *history = path_in(session, "history");
	FILE *file = fopen(history, "w");

	assert_non_null(file);
	fputs("old\033[2J\033]0;t\007\xc2\x9b" "3m\xe2\x80\xae\n", file);
	assert_int_equal(fclose(file), 0);
	start(session, "xterm", "C.UTF-8");
	wait_for(session, "demo> ");
	type(session, "\020");
	wait_for(session, "old\\x1b[2J");
	type(session, "\003");
	type(session, "\022old");
	wait_for(session, "search)`old");
	type(session, "\r");
	wait_for(session, "ran old");
	quit(session);
	assert_only_allowed(session, true, true);
	free(history);
}

/* readline 8.2 would put both keys of the sequence back and read at NULL. */
static void a_sequence_of_keys_ends_a_search(void **state)
{
	struct session *session = *state;

	start(session, "xterm", "C.UTF-8");
	wait_for(session, "demo> ");
	type(session, "first\r");
	wait_for(session, "ran first");
	type(session, "\022fir");
	wait_for(session, "search)`fir");
	type(session, "\030\030\005s\r"); /* Ctrl-X Ctrl-X: point and mark change places */
	wait_for(session, "ran firsts");
	type(session, "\022\030q\025last\r"); /* nothing is bound to it */
	wait_for(session, "ran last");
	quit(session);
}

static void a_terminal_may_say_any_size(void **state)
{
	const struct winsize none = { 0 }, most = { .ws_row = UINT16_MAX, .ws_col = UINT16_MAX };
	struct terminal terminal = { 0 };
	size_t columns, rows;
	int master;

	(void)state;
	assert_int_equal(openpty(&master, &terminal.out, NULL, NULL, &none), 0);
	terminal_size(&terminal, &columns, &rows);
	assert_true(columns == 80 && rows == 24);
	assert_int_equal(ioctl(master, TIOCSWINSZ, &most), 0);
	terminal_size(&terminal, &columns, &rows);
	assert_true(columns == 2000 && rows == 1000);
	close(terminal.out);
	close(master);
}

/* What the session has logged at its end: how many "writes" it made, "turns" of its loop after the terminal's end. */
static void assert_below(const struct session *session, const char *what, long most)
{
	struct text log, message;
	const char *found;

	text_init(&log);
	text_init(&message);
	assert_true(file_read_whole(session->log, 1 << 24, &log, &message));
	found = strstr(log.data, what);
	assert_non_null(found);
	assert_true(strtol(found + strlen(what), NULL, 10) <= most);
	text_release(&log);
	text_release(&message);
}

static void ends_when_the_terminal_vanishes(void **state)
{
	static const char *const doing[] = { "", "half a line", "\022sear", "busy 300\r", "tick 1000\r" };
	struct session *session = *state;

	for (size_t i = 0; i < COUNT_OF(doing); i++) {
		start(session, "xterm", "C.UTF-8");
		wait_for(session, "demo> ");
		type(session, doing[i]);
		close(session->master);
		session->master = -1;
		finish(session);
		assert_log_has(session, "end\n");
		/* It stays for 300 ms after the end, in which it is woken by ticks of 5 ms alone: a busy loop turns
		 * thousands of times, and a slow machine makes turns fewer, never more. */
		assert_below(session, "\nturns ", 100);
	}
}

/* Nobody reads what it prints: it goes on all the same, and says afterwards what was left out. */
static void a_stopped_terminal_stops_nothing(void **state)
{
	struct session *session = *state;

	start(session, "xterm", "C.UTF-8");
	wait_for(session, "demo> ");
	assert_int_equal(write(session->master, "flood 100000\rafter\r", 19), 19);
	for (long long deadline = now() + PATIENCE; ; poll(NULL, 0, 5)) {
		struct text log, message;

		text_init(&log);
		text_init(&message);
		bool ran = file_read_whole(session->log, 1 << 24, &log, &message) && strstr(log.data, "line after\n");
		text_release(&log);
		text_release(&message);
		if (ran)
			break;
		assert_true(now() < deadline);
	}
	wait_for(session, "ran after");
	assert_non_null(strstr(session->seen.data, "bytes not shown"));
	assert_non_null(strstr(session->seen.data, "flood 100000 of"));
	assert_true(session->seen.len < 4 << 20);
	quit(session);
}

/* A paste that the terminal does not mark, 10,000 characters: not painted key by key. */
static void a_long_line_is_painted_rarely(void **state)
{
	struct session *session = *state;
	char *line = xmalloc(10001);

	memset(line, 'x', 9999);
	line[9999] = '\r';
	line[10000] = '\0';
	start(session, "xterm", "C.UTF-8");
	wait_for(session, "demo> ");
	type(session, line);
	wait_for(session, "ran xxx");
	quit(session);
	line[9999] = '\n';
	assert_log_has(session, line);
	/* Painted at every key there are as many. */
	assert_below(session, "\nwrites ", 2000);
	free(line);
}

static void modes_come_back(void **state)
{
	struct session *session = *state;
	const struct termios before = fresh_modes();
	struct termios within, after;

	start(session, "xterm", "C.UTF-8");
	wait_for(session, "demo> ");
	assert_int_equal(tcgetattr(session->master, &within), 0);
	assert_int_equal(within.c_lflag & (ICANON | ECHO | ISIG), 0);
	type(session, "half");
	type(session, "\003");
	quit(session);
	assert_int_equal(tcgetattr(session->master, &after), 0);
	assert_true(before.c_lflag & ICANON);
	assert_int_equal(before.c_lflag, after.c_lflag);
	assert_int_equal(before.c_iflag, after.c_iflag);
	assert_int_equal(before.c_oflag, after.c_oflag);
	assert_non_null(strstr(session->seen.data, "\033[?2004l"));
}

static void a_paste_is_bounded(void **state)
{
	struct session *session = *state;
	size_t len = (1 << 20) + 5000;
	char *bytes = xmalloc(len + 1);

	memset(bytes, 'p', len);
	bytes[len] = '\0';
	start(session, "xterm", "C.UTF-8");
	wait_for(session, "demo> ");
	type(session, "\033[200~");
	type(session, bytes);
	type(session, "\033[201~");
	wait_for(session, "5000 bytes are left out");
	type(session, "\003");
	wait_for(session, "interrupted");
	quit(session);
	free(bytes);
}

#define SESSION(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SESSION(knows_its_terminal),
		SESSION(sends_no_sequence_to_a_terminal_that_has_none),
		SESSION(is_ascii_outside_utf8),
		SESSION(shows_a_hostile_history),
		SESSION(a_sequence_of_keys_ends_a_search),
		cmocka_unit_test(a_terminal_may_say_any_size),
		SESSION(ends_when_the_terminal_vanishes),
		SESSION(a_stopped_terminal_stops_nothing),
		SESSION(a_long_line_is_painted_rarely),
		SESSION(modes_come_back),
		SESSION(a_paste_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
