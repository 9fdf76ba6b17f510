/* Bytes from a terminal into characters and pastes, cells, and the list that TAB shows. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "face/cells.h"
#include "face/completion.h"
#include "face/keys.h"
#include "face/safe.h"

static void begin(struct keys *keys, enum show_charset charset)
{
	keys_init(keys, charset);
	keys->interrupt = 3;
	keys->suspend = 26;
}

/* What was done, as text: characters as they are, pastes in < >, the others as a word. */
static void drain(struct keys *keys, struct text *out)
{
	static const char *const words[] = {
		[KEYS_INTERRUPT] = "{interrupt}", [KEYS_SUSPEND] = "{suspend}", [KEYS_PASTE_END] = "{end}"
	};

	for (struct key key = keys_next(keys); key.kind != KEYS_NONE; key = keys_next(keys)) {
		if (key.kind == KEYS_PASTE)
			text_add(out, "<");
		if (key.kind == KEYS_CHARACTER || key.kind == KEYS_PASTE)
			text_add_bytes(out, key.bytes, key.len);
		else
			text_add(out, words[key.kind]);
		if (key.kind == KEYS_PASTE)
			text_add(out, ">");
	}
}

static void assert_done(const char *bytes, enum show_charset charset, const char *done)
{
	struct keys keys;
	struct text out;

	text_init(&out);
	begin(&keys, charset);
	keys_add(&keys, bytes, strlen(bytes));
	drain(&keys, &out);
	assert_string_equal(out.data, done);
	keys_release(&keys);
	text_release(&out);
}

static void characters(void **state)
{
	(void)state;
	assert_done("abc\r", SHOW_UTF8, "abc\r");
	assert_done("\033[A\001", SHOW_UTF8, "\033[A\001");
	assert_done("gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80", SHOW_UTF8, "gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80");
	assert_done("a\003b\032c", SHOW_UTF8, "a{interrupt}b{suspend}c");
}

static void unprintable_characters_become_notation(void **state)
{
	(void)state;
	assert_done("a\xc2\x9b" "31m", SHOW_UTF8, "a\\u{009b}31m");
	assert_done("\xe2\x80\xae", SHOW_UTF8, "\\u{202e}");
	assert_done("\xff\xc0\xaf", SHOW_UTF8, "\\xff\\xc0\\xaf");
	assert_done("e\xcc\x81", SHOW_UTF8, "e\xcc\x81");
	assert_done("\xc3\xbc", SHOW_ASCII, "\\xc3\\xbc");
	assert_done("\x9b", SHOW_ASCII, "\\x9b");
}

static void pastes(void **state)
{
	(void)state;
	assert_done("a\033[200~b\rc\033[201~d", SHOW_UTF8, "a<b\rc>{end}d");
	assert_done("\033[200~\033[201~", SHOW_UTF8, "{end}");
	assert_done("\033[200~a\003\032b\033[201~", SHOW_UTF8, "<a\003\032b>{end}");
	assert_done("\033[200~a\033[200~b\033[201~", SHOW_UTF8, "<a\033[200~b>{end}");
	assert_done("\033[201~", SHOW_UTF8, "\033[201~");
}

/* Cut at every place into two reads, everything comes to the same. A paste's own mark is looked for only where it is
 * whole: in pieces readline's keymap finds it. */
static void how_reads_are_cut_does_not_matter(void **state)
{
	static const char bytes[] = "\xc3\xbc\033[200~x\xe4\xb8\x96\033[201~\xf0\x9f\x98\x80z";
	const size_t mark = 2;

	(void)state;
	for (size_t cut = 0; cut < sizeof(bytes); cut++) {
		struct keys keys;
		struct text out;

		if (cut > mark && cut < mark + 6)
			continue;
		text_init(&out);
		begin(&keys, SHOW_UTF8);
		keys_add(&keys, bytes, cut);
		drain(&keys, &out);
		keys_add(&keys, bytes + cut, sizeof(bytes) - 1 - cut);
		drain(&keys, &out);
		for (char *mark_at = strstr(out.data, "><"); mark_at; mark_at = strstr(out.data, "><"))
			memmove(mark_at, mark_at + 2, strlen(mark_at + 2) + 1);
		assert_string_equal(out.data, "\xc3\xbc<x\xe4\xb8\x96>{end}\xf0\x9f\x98\x80z");
		keys_release(&keys);
		text_release(&out);
	}
}

static void a_paste_without_an_end_can_be_left(void **state)
{
	struct keys keys;
	struct text out;

	(void)state;
	text_init(&out);
	begin(&keys, SHOW_UTF8);
	keys_add(&keys, "\033[200~ab", 8);
	drain(&keys, &out);
	keys_add(&keys, "\003c", 2);
	drain(&keys, &out);
	keys_add(&keys, "\003", 1);
	keys_add(&keys, "d", 1);
	drain(&keys, &out);
	assert_string_equal(out.data, "<ab><\003c>{interrupt}d");
	keys_release(&keys);
	text_release(&out);
}

static void urgent_keys_do_not_wait(void **state)
{
	struct keys keys;
	struct text out;

	(void)state;
	text_init(&out);
	begin(&keys, SHOW_UTF8);
	keys_add(&keys, "ab\032c\003de", 7);
	assert_int_equal(keys_urgent(&keys), KEYS_SUSPEND);
	assert_int_equal(keys_urgent(&keys), KEYS_INTERRUPT);
	assert_int_equal(keys_urgent(&keys), KEYS_NONE);
	drain(&keys, &out);
	assert_string_equal(out.data, "de");
	keys_add(&keys, "\033[200~\003\033[201~x", 14);
	assert_int_equal(keys_urgent(&keys), KEYS_NONE);
	keys_add(&keys, "\003", 1);
	assert_int_equal(keys_urgent(&keys), KEYS_INTERRUPT);
	assert_false(keys_waiting(&keys));
	keys_release(&keys);
	text_release(&out);
}

static void keys_that_are_switched_off(void **state)
{
	struct keys keys;
	struct key key;

	(void)state;
	keys_init(&keys, SHOW_UTF8);
	keys_add(&keys, "\0\003", 2);
	assert_int_equal(keys_urgent(&keys), KEYS_NONE);
	key = keys_next(&keys);
	assert_int_equal(key.kind, KEYS_CHARACTER);
	assert_int_equal(key.len, 1);
	assert_int_equal(key.bytes[0], '\0');
	assert_int_equal(keys_next(&keys).kind, KEYS_CHARACTER);
	keys_release(&keys);
}

static void cells(void **state)
{
	size_t column = 0;

	(void)state;
	assert_int_equal(cells_of("abc", 3), 3);
	assert_int_equal(cells_of("\xe4\xb8\x96", 3), 2);
	assert_int_equal(cells_of("e\xcc\x81", 3), 1);
	assert_int_equal(cells_of("\001", 1), 2);
	assert_int_equal(cells_cut("a\xe4\xb8\x96", 4, 2), 1);
	assert_int_equal(cells_cut("a\xe4\xb8\x96", 4, 3), 4);
	assert_int_equal(cells_rows("abcde", 5, 10, &column), 0);
	assert_int_equal(column, 5);
	assert_int_equal(cells_rows("fghij", 5, 10, &column), 1);
	assert_int_equal(column, 0);
	assert_int_equal(cells_rows("a\nb", 3, 10, &column), 1);
	assert_int_equal(column, 1);
	assert_int_equal(cells_rows("12345678\xe4\xb8\x96", 11, 10, &column), 1);
	assert_int_equal(column, 2);
	column = 0;
	assert_int_equal(cells_rows("\xe4\xb8\x96", 3, 1, &column), 2);
}

static void safe_text(void **state)
{
	struct text out;

	(void)state;
	text_init(&out);
	safe_add(&out, "a\\n\tb\nc\033", 8, SHOW_ASCII, SAFE_NEWLINES_PASS);
	assert_string_equal(out.data, "a\\n b\nc\\x1b");
	text_clear(&out);
	safe_add(&out, "a\\n\tb\n", 6, SHOW_ASCII, SAFE_NEWLINES_SHOWN);
	assert_string_equal(out.data, "a\\n\\tb\\n");
	text_release(&out);
}

static void offer(struct completion *completion, const char *const words[], size_t count)
{
	completion_init(completion);
	for (size_t i = 0; i < count; i++)
		completion_add(completion, words[i], NULL);
}

static void candidates(void **state)
{
	static const char *const words[] = { "connect", "close", "connect", "con\xc3\xa9", "con\xc3\xa8" };
	struct completion completion;

	(void)state;
	offer(&completion, words, 5);
	assert_int_equal(completion_common(&completion), 1);
	completion_filter(&completion, "con", 3);
	assert_int_equal(completion.count, 3);
	assert_string_equal(completion.items[0].text, "connect");
	assert_int_equal(completion_common(&completion), 3);
	completion_filter(&completion, "con\xc3", 4);
	assert_int_equal(completion.count, 2);
	assert_int_equal(completion_common(&completion), 3);
	completion_filter(&completion, "x", 1);
	assert_int_equal(completion.count, 0);
	assert_int_equal(completion_common(&completion), 0);
	completion_release(&completion);
}

/* What follows TAB when one candidate is left. */
static char appended(const char *word, size_t begin)
{
	struct completion completion;
	char append;

	completion_init(&completion);
	completion.begin = begin;
	completion_add(&completion, word, NULL);
	completion_filter(&completion, word, 1);
	append = completion.append;
	completion_release(&completion);
	return append;
}

static void what_is_appended(void **state)
{
	(void)state;
	assert_int_equal(appended("connect", 0), ' ');
	assert_int_equal(appended("server:", 0), ' ');
	assert_int_equal(appended("server:", 10), '\0');
	assert_int_equal(appended("flags=", 10), '\0');
	assert_int_equal(appended("@/tmp/", 10), '\0');
	assert_int_equal(appended("[", 5), '\0');
	assert_int_equal(appended("server:80", 10), ' ');
}

static void assert_list(const struct completion *completion, size_t columns, size_t rows, const char *list)
{
	struct text out;

	text_init(&out);
	completion_list(&out, completion, columns, rows);
	assert_string_equal(out.data, list);
	text_release(&out);
}

static void lists(void **state)
{
	static const char *const words[] = { "a", "bb", "ccc", "d", "e" };
	struct completion completion;

	(void)state;
	offer(&completion, words, 5);
	assert_list(&completion, 80, 24, "a    bb   ccc  d    e\n");
	assert_list(&completion, 13, 24, "a    ccc  e\nbb   d\n");
	assert_list(&completion, 3, 24, "a\nbb\nccc\nd\ne\n");
	assert_list(&completion, 2, 24, "a\nbb\ncc\nd\ne\n");
	assert_list(&completion, 3, 3, "a\nbb\n(3 \n");
	assert_list(&completion, 10, 1, "(5 more)\n");
	assert_list(&completion, 0, 0, "(\n");
	completion_add(&completion, "ff", "the sixth");
	assert_list(&completion, 80, 3, "a\nbb\n(4 more)\n");
	assert_list(&completion, 9, 24, "a\nbb\nccc\nd\ne\nff   the \n");
	completion_release(&completion);
	offer(&completion, words, 0);
	assert_list(&completion, 80, 24, "");
	completion_release(&completion);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(characters),
		cmocka_unit_test(unprintable_characters_become_notation),
		cmocka_unit_test(pastes),
		cmocka_unit_test(how_reads_are_cut_does_not_matter),
		cmocka_unit_test(a_paste_without_an_end_can_be_left),
		cmocka_unit_test(urgent_keys_do_not_wait),
		cmocka_unit_test(keys_that_are_switched_off),
		cmocka_unit_test(cells),
		cmocka_unit_test(safe_text),
		cmocka_unit_test(candidates),
		cmocka_unit_test(what_is_appended),
		cmocka_unit_test(lists),
	};

	if (!setlocale(LC_ALL, "C.UTF-8"))
		return 77;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
