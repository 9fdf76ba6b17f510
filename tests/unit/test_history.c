/* What of a line is kept, how the file is merged and bounded, and that it is safe. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/mem.h"
#include "face/history.h"

static int enter_folder(void **state)
{
	char *folder = xstrdup("/tmp/sockstep-history-XXXXXX");

	*state = folder;
	return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int leave_folder(void **state)
{
	char *remove = text_format("rm -rf '%s'", (char *)*state);
	int status = chdir("/") == 0 ? system(remove) : -1;

	free(remove);
	free(*state);
	return status;
}

static void assert_public(const char *line, const char *kept)
{
	char *public = xstrndup(line, history_public_len(line, strlen(line)));

	assert_string_equal(public, kept);
	free(public);
}

static void data_is_left_out(void **state)
{
	(void)state;
	assert_public("socket tcp", "socket tcp");
	assert_public("server: connect 3 server:80", "server: connect 3 server:80");
	assert_public("send 3 \"secret\"", "send 3");
	assert_public("send(3, \"secret\", 6, 0)", "send(3,");
	assert_public("client: send 3 secret MSG_OOB", "client: send 3");
	assert_public("n = write 3 secret", "n = write 3");
	assert_public("server: n = write 3 secret", "server: n = write 3");
	assert_public("sendto 3 secret 10.0.0.1:53", "sendto 3");
	assert_public("sendm 3 secret fds=[4]", "sendm 3");
	assert_public("s 3 secret", "s 3");
	assert_public("writev(3, [secret, more])", "writev(3,");
	assert_public("send 3 hex:deadbeef", "send 3");
	assert_public("send 3 @~/password", "send 3");
	assert_public("snd 3 \"secret\"", "snd 3");
	assert_public("expect received \"secret\"", "expect received");
	assert_public("say \"quoted\" text", "say");
	assert_public("bind 3 unix:@abstract", "bind 3 unix:@abstract");
	assert_public("recv 3 1024", "recv 3 1024");
	assert_public("read 3 10", "read 3 10");
	assert_public("send", "send");
	assert_public("send(", "send(");
	assert_public("\"secret\"", "");
	assert_public("", "");
}

static void some_lines_are_unwanted(void **state)
{
	char *long_line = xmalloc(HISTORY_LINE_MAX + 2);

	(void)state;
	memset(long_line, 'x', HISTORY_LINE_MAX + 1);
	assert_true(history_wants("x", 1));
	assert_false(history_wants("", 0));
	assert_false(history_wants(" x", 2));
	assert_false(history_wants("\tx", 2));
	assert_true(history_wants(long_line, HISTORY_LINE_MAX));
	assert_false(history_wants(long_line, HISTORY_LINE_MAX + 1));
	free(long_line);
}

static void add(struct history *history, const char *line)
{
	history_add(history, line, strlen(line));
}

static void assert_file(const char *path, const char *content)
{
	struct text text, message;

	text_init(&text);
	text_init(&message);
	assert_true(file_read_whole(path, 1 << 22, &text, &message));
	assert_string_equal(text.data, content);
	text_release(&text);
	text_release(&message);
}

static void open_history(struct history *history, const char *path)
{
	struct text message;

	text_init(&message);
	history_init(history, path);
	assert_true(history_load(history, &message));
	assert_int_equal(message.len, 0);
	text_release(&message);
}

static void save(struct history *history)
{
	struct text message;

	text_init(&message);
	assert_true(history_save(history, &message));
	assert_int_equal(message.len, 0);
	text_release(&message);
}

static void put(const char *path, const char *content)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(content, file);
	assert_int_equal(fclose(file), 0);
}

static void is_kept_in_a_file_of_ones_own(void **state)
{
	struct history history;
	struct stat there;

	(void)state;
	umask(0);
	open_history(&history, "a/b/history");
	add(&history, "one");
	add(&history, "one");
	add(&history, " hidden");
	add(&history, "send 3 \"secret\"");
	add(&history, "send 3 \"other\"");
	add(&history, "\"only a secret\"");
	add(&history, "one");
	save(&history);
	assert_file("a/b/history", "one\nsend 3\none\n");
	assert_int_equal(stat("a/b/history", &there), 0);
	assert_int_equal(there.st_mode & 07777, 0600);
	assert_int_equal(stat("a/b", &there), 0);
	assert_int_equal(there.st_mode & 07777, 0700);
	history_release(&history);

	open_history(&history, "a/b/history");
	assert_int_equal(history.count, 3);
	assert_string_equal(history.lines[1], "send 3");
	history_release(&history);
}

static void of_two_that_end_at_once_none_loses(void **state)
{
	struct history first, second;

	(void)state;
	put("history", "old\n");
	open_history(&first, "history");
	open_history(&second, "history");
	add(&first, "from the first");
	add(&second, "from the second");
	save(&first);
	save(&second);
	assert_file("history", "old\nfrom the first\nfrom the second\n");
	add(&first, "later");
	save(&first);
	save(&first);
	assert_file("history", "old\nfrom the first\nfrom the second\nlater\n");
	history_release(&first);
	history_release(&second);
}

static void is_bounded_in_lines(void **state)
{
	struct history history;

	(void)state;
	open_history(&history, "history");
	for (int i = 0; i < HISTORY_LINES_MAX + 10; i++) {
		char *line = text_format("line %d", i);

		add(&history, line);
		free(line);
	}
	save(&history);
	history_release(&history);
	open_history(&history, "history");
	assert_int_equal(history.count, HISTORY_LINES_MAX);
	assert_string_equal(history.lines[0], "line 10");
	history_release(&history);
}

static void is_bounded_in_bytes(void **state)
{
	struct history history;
	char *line = xmalloc(HISTORY_LINE_MAX);
	struct stat there;

	(void)state;
	memset(line, 'x', HISTORY_LINE_MAX);
	open_history(&history, "history");
	for (int i = 0; i < 30; i++) {
		line[0] = (char)('a' + i % 26);
		history_add(&history, line, HISTORY_LINE_MAX);
	}
	save(&history);
	assert_int_equal(stat("history", &there), 0);
	assert_in_range(there.st_size, HISTORY_BYTES_MAX - HISTORY_LINE_MAX - 1, HISTORY_BYTES_MAX);
	history_release(&history);
	free(line);
}

static bool refuses(const char *path, bool (*action)(struct history *, struct text *), struct history *history)
{
	struct text message;

	text_init(&message);
	if (path)
		history_init(history, path);
	bool good = action(history, &message);
	assert_int_equal(good, message.len == 0);
	text_release(&message);
	return !good;
}

static void no_link_is_followed(void **state)
{
	struct history history;

	(void)state;
	put("precious", "data\n");
	assert_int_equal(symlink("precious", "history"), 0);
	assert_true(refuses("history", history_load, &history));
	add(&history, "new");
	save(&history);
	assert_file("precious", "data\n");
	history_release(&history);

	/* It becomes one while the session lasts. */
	open_history(&history, "later");
	add(&history, "new");
	assert_int_equal(symlink("precious", "later"), 0);
	assert_true(refuses(NULL, history_save, &history));
	assert_file("precious", "data\n");
	history_release(&history);
}

static void hostile_bytes_are_shown(void **state)
{
	struct history history;

	(void)state;
	put("history", "a\033[2Jb\nc\302\233d\r\n\n back\\slash\nlast without newline");
	open_history(&history, "history");
	assert_int_equal(history.count, 3);
	assert_string_equal(history.lines[0], "a\\x1b[2Jb");
	assert_string_equal(history.lines[1], "c\\u{009b}d\\r");
	assert_string_equal(history.lines[2], "last without newline");
	history_release(&history);
}

static void can_be_switched_off(void **state)
{
	struct history history;

	(void)state;
	open_history(&history, NULL);
	add(&history, "one");
	assert_int_equal(history.count, 1);
	save(&history);
	history_release(&history);
}

static void assert_default_path(const char *xdg, const char *home, const char *path)
{
	char *got;

	if (xdg)
		setenv("XDG_STATE_HOME", xdg, 1);
	else
		unsetenv("XDG_STATE_HOME");
	setenv("HOME", home, 1);
	got = history_default_path();
	if (path)
		assert_string_equal(got, path);
	else
		assert_null(got);
	free(got);
}

static void stands_where_xdg_says(void **state)
{
	(void)state;
	assert_default_path("/state", "/me", "/state/sockstep/history");
	assert_default_path(NULL, "/me", "/me/.local/state/sockstep/history");
	assert_default_path("relative", "/me", "/me/.local/state/sockstep/history");
	assert_default_path("", "", NULL);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(data_is_left_out),
		cmocka_unit_test(some_lines_are_unwanted),
		IN_FOLDER(is_kept_in_a_file_of_ones_own),
		IN_FOLDER(of_two_that_end_at_once_none_loses),
		IN_FOLDER(is_bounded_in_lines),
		IN_FOLDER(is_bounded_in_bytes),
		IN_FOLDER(no_link_is_followed),
		IN_FOLDER(hostile_bytes_are_shown),
		IN_FOLDER(can_be_switched_off),
		cmocka_unit_test(stands_where_xdg_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
