/* Lines that are wider than what they are shown in: where they are broken, and that nothing of them is lost. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "face/cells.h"
#include "face/fold.h"

/* The rows, joined by |, with their indents. */
static void expect_rows(struct fold fold, const char *expected)
{
	struct text rows;
	struct fold_row row;
	size_t count = fold_count(fold), got = 0;

	text_init(&rows);
	while (fold_next(&fold, &row)) {
		text_addf(&rows, "%s%*s", got++ > 0 ? "|" : "", (int)row.indent, "");
		text_add_bytes(&rows, row.text, row.len);
	}
	assert_string_equal(rows.data, expected);
	assert_int_equal(got, count);
	text_release(&rows);
}

static void expect_printed(const char *line, size_t columns, const char *expected)
{
	struct fold fold;

	fold_init_printed(&fold, line, columns);
	expect_rows(fold, expected);
}

static void test_words_stay_whole(void **state)
{
	(void)state;
	expect_printed("", 10, "");
	expect_printed("as wide as it", 13, "as wide as it");
	expect_printed("one word too many for it", 13, "one word too|  many for it");
	expect_printed("one word too many for it", 12, "one word too|  many for|  it");
	expect_printed("a space at the end ", 18, "a space at the end");
	expect_printed("  a list goes on below its words", 20, "  a list goes on|    below its words");
}

static void test_long_words_go_on_anywhere(void **state)
{
	(void)state;
	expect_printed("0123456789abcdef", 8, "01234567|  89abcd|  ef");
	expect_printed("a 012345 b", 8, "a 012345|  b");
	expect_printed("ab 012345 b", 8, "ab|  012345|  b");
	expect_printed("a 0123456789abcdef", 8, "a 012345|  6789ab|  cdef");
	expect_printed("0123456789", 3, "012|345|678|9");
}

/* Their exact text counts: what is copied from two rows is what was there. */
static void test_calls_are_broken_anywhere(void **state)
{
	(void)state;
	expect_printed("client: send(3, \"a b  c\", 6, 0) = 6", 20, "client: send(3, \"a b|  c\", 6, 0) = 6");
	expect_printed("    0.001234 server.2/3: recv(4, \"x y\") = 3", 20,
		       "    0.001234 server.|2/3: recv(4, \"x y\") |= 3");
	expect_printed("client: f(3, \"a b c d\") = -1 EX (Not so)", 34, "client: f(3, \"a b c d\") = -1 EX |(Not so)");
	expect_printed("client: f(3, \"a b c d e f\")", 24, "client: f(3, \"a b c d e |f\")");
	expect_printed("client: accept(3) = -1 EX (Not so at all)", 31, "client: accept(3) = -1 EX (Not |so at all)");
	expect_printed("client: close(3) = -1 EXTREMELY_LONG_NAME", 38, "client: close(3) = -1 EXTREMELY_LONG_N|AME");
	expect_printed("client: no call (as it seems)", 20, "client: no call (as|  it seems)");
	expect_printed("expected received \"a b\", but", 19, "expected received|  \"a b\", but");
}

static void test_cells_are_counted(void **state)
{
	(void)state;
	expect_printed("日本語 日本語", 8, "日本語|  日本語");
	expect_printed("日本語日本語", 5, "日本|語日|本語");
	expect_printed("e\u0301e\u0301e\u0301", 2, "e\u0301e\u0301|e\u0301");
	expect_printed("\033[31mred words\033[0m", 9, "\033[31mred words\033[0m");
}

/* At whatever width: no row is wider, and all characters are there in their order. */
static void test_nothing_is_lost(void **state)
{
	static const char *const lines[] = {
		"a line of some words, and one_that_is_rather_longer_than_others: (x)",
		"client: send(3, \"hello  there\")",
		"   日本語 with e\u0301 and narrow ones", "x",
	};
	struct fold fold;
	struct fold_row row;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		for (size_t columns = 2; columns < 90; columns++) {
			const char *at = lines[i];

			fold_init_printed(&fold, lines[i], columns);
			while (fold_next(&fold, &row)) {
				at += strspn(at, fold.exact_until != NULL ? "" : " ");
				assert_true(at == row.text || at == row.text + strspn(row.text, " "));
				assert_true(row.indent + cells_of(row.text, row.len) <= columns);
				at = row.text + row.len;
			}
			assert_int_equal(strspn(at, " "), strlen(at));
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_stay_whole),
		cmocka_unit_test(test_long_words_go_on_anywhere),
		cmocka_unit_test(test_calls_are_broken_anywhere),
		cmocka_unit_test(test_cells_are_counted),
		cmocka_unit_test(test_nothing_is_lost),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
