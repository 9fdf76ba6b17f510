/*
 * Foreign bytes on their way to the terminal: hostile samples, every input of up to three bytes, every character in
 * each state, and what the fast path and the pieces could spoil. All inputs of four bytes: tests/proof/prove_show.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/show.h"
#include "base/text.h"
#include "show_checker.h"

struct fixture {
	struct show_checker *checker; /* (owned) */
	struct text text;             /* (owned) */
};

static int set_up(void **state)
{
	struct fixture *fixture = xcalloc(1, sizeof(*fixture));

	fixture->checker = show_checker_new();
	text_init(&fixture->text);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	text_release(&fixture->text);
	free(fixture->checker);
	free(fixture);
	return 0;
}

static void fail_for(const unsigned char *in, size_t len, const char *shown)
{
	char hex[3 * 32 + 1] = "";

	for (size_t i = 0; i < len && i < 32; i++)
		sprintf(hex + 3 * i, "%02x ", in[i]);
	fail_msg("%zu bytes, %s... are shown as '%s'", len, hex, shown);
}

static void check(struct fixture *fixture, const void *in, size_t len, enum show_charset charset)
{
	struct shown shown = { .in = in, .in_len = len, .charset = charset };

	text_clear(&fixture->text);
	show_bytes(&fixture->text, in, len, charset);
	shown.out = fixture->text.data;
	shown.out_len = fixture->text.len;
	if (!show_checker_accepts(fixture->checker, &shown))
		fail_for(in, len, shown.out);
}

static void check_quoted(struct fixture *fixture, const void *in, size_t len, enum show_charset charset)
{
	struct shown shown = { .in = in, .in_len = len, .charset = charset, .quoted = true };
	const struct text *text = &fixture->text;

	text_clear(&fixture->text);
	show_quoted(&fixture->text, in, len, 0, charset);
	assert_true(text->len >= 2 && text->data[0] == '"' && text->data[text->len - 1] == '"');
	shown.out = text->data + 1;
	shown.out_len = text->len - 2;
	if (!show_checker_accepts(fixture->checker, &shown))
		fail_for(in, len, text->data);
}

static void check_each_way(struct fixture *fixture, const void *in, size_t len)
{
	check(fixture, in, len, SHOW_ASCII);
	check(fixture, in, len, SHOW_UTF8);
	check_quoted(fixture, in, len, SHOW_ASCII);
	check_quoted(fixture, in, len, SHOW_UTF8);
}

/* The samples that other tools passed raw to the terminal, what each becomes, and under SHOW_ASCII where it differs. */
static const struct {
	const char *bytes, *utf8, *ascii;
} hostile[] = {
	{ "\033[?1049h\033[2J\033[?25l\033(0", "\\x1b[?1049h\\x1b[2J\\x1b[?25l\\x1b(0", NULL },
	{ "\x9b" "31m", "\\x9b31m", NULL },
	{ "\xc2\x9b" "31m", "\\u{009b}31m", "\\xc2\\x9b31m" },
	{ "pay 100\r\b\v\fpay 999", "pay 100\\r\\x08\\x0b\\x0cpay 999", NULL },
	{ "\033[c\033[5n\033[6n\005", "\\x1b[c\\x1b[5n\\x1b[6n\\x05", NULL },
	{ "\033P+q544e\033\\", "\\x1bP+q544e\\x1b\\\\", NULL },
	{ "\033_Gi=1\033\\", "\\x1b_Gi=1\\x1b\\\\", NULL },
	{ "\033[?1003h\033[?1006h\033[?2004h", "\\x1b[?1003h\\x1b[?1006h\\x1b[?2004h", NULL },
	{ "\033]52;c;cm0gLXJm\a", "\\x1b]52;c;cm0gLXJm\\x07", NULL },
	{ "\033]0;one\a\033]2;two\033\\\033[21t", "\\x1b]0;one\\x07\\x1b]2;two\\x1b\\\\\\x1b[21t", NULL },
	{ "\xe2\x80\xae" "gnp.exe\xe2\x80\xac", "\\u{202e}gnp.exe\\u{202c}", "\\xe2\\x80\\xaegnp.exe\\xe2\\x80\\xac" },
	{ "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81z", "e\xcc\x81\xcc\x81\\u{0301}\\u{0301}z",
		"e\\xcc\\x81\\xcc\\x81\\xcc\\x81\\xcc\\x81z" },
	{ "\xff\xfe\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80",
		"\\xff\\xfe\\xc0\\xaf\\xed\\xa0\\x80\\xf4\\x90\\x80\\x80", NULL },
};

static void test_hostile_samples(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(COUNT_OF(hostile), 13);
	for (size_t i = 0; i < COUNT_OF(hostile); i++) {
		text_clear(&fixture->text);
		show_string(&fixture->text, hostile[i].bytes, SHOW_UTF8);
		assert_string_equal(fixture->text.data, hostile[i].utf8);
		text_clear(&fixture->text);
		show_string(&fixture->text, hostile[i].bytes, SHOW_ASCII);
		assert_string_equal(fixture->text.data, hostile[i].ascii != NULL ? hostile[i].ascii : hostile[i].utf8);
		check_each_way(fixture, hostile[i].bytes, strlen(hostile[i].bytes));
	}
}

static void test_harmless_text_passes(void **state)
{
	static const char *const harmless[] = {
		"", " ", "GET / HTTP/1.1", "~!@#$%^&*()_+|", "Gr\xc3\xb6\xc3\x9f" "e", "\xe6\xbc\xa2\xe5\xad\x97",
		"\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d", "\xf0\x9f\x98\x80", "e\xcc\x81", "\xe0\xa4\xb9\xe0\xa4\xbf",
		/* Hangul by jamo: the vowel and the final consonant count as marks, and there are two. */
		"\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab",
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < COUNT_OF(harmless); i++) {
		text_clear(&fixture->text);
		show_string(&fixture->text, harmless[i], SHOW_UTF8);
		assert_string_equal(fixture->text.data, harmless[i]);
	}
}

static void test_notation(void **state)
{
	static const char bytes[] = "\"\\\n\r\t\0" "12\x7f\x01" "2";
	struct fixture *fixture = *state;

	text_clear(&fixture->text);
	show_bytes(&fixture->text, bytes, sizeof(bytes) - 1, SHOW_ASCII);
	assert_string_equal(fixture->text.data, "\"\\\\\\n\\r\\t\\x0012\\x7f\\x012");
	text_clear(&fixture->text);
	show_quoted(&fixture->text, bytes, sizeof(bytes) - 1, 0, SHOW_ASCII);
	assert_string_equal(fixture->text.data, "\"\\\"\\\\\\n\\r\\t\\x0012\\x7f\\x012\"");
	text_clear(&fixture->text);
	show_string(&fixture->text, "\xc2\x85\xef\xbb\xbf\xf3\xa0\x81\x81\xf4\x8f\xbf\xbf", SHOW_UTF8);
	assert_string_equal(fixture->text.data, "\\u{0085}\\u{feff}\\u{e0041}\\u{10ffff}");
}

/* What is shown is added; an input of no bytes adds nothing. */
static void test_adds_to_the_text(void **state)
{
	struct fixture *fixture = *state;

	text_clear(&fixture->text);
	show_string(&fixture->text, "a", SHOW_UTF8);
	show_bytes(&fixture->text, "", 0, SHOW_UTF8);
	show_string(&fixture->text, "\xcc\x81", SHOW_UTF8);
	show_quoted(&fixture->text, NULL, 0, 0, SHOW_UTF8);
	assert_string_equal(fixture->text.data, "a\\u{0301}\"\"");
}

static void test_quoted_is_cut_between_characters(void **state)
{
	static const struct {
		const char *bytes;
		size_t most;
		enum show_charset charset;
		const char *shown;
	} cuts[] = {
		{ "hello", 0, SHOW_UTF8, "\"hello\"" },
		{ "hello", 6, SHOW_UTF8, "\"hello\"" },
		{ "hello", 5, SHOW_UTF8, "\"hello\"" },
		{ "hello", 4, SHOW_UTF8, "\"hell\"..." },
		{ "\n\n\n", 1, SHOW_UTF8, "\"\\n\"..." },
		{ "x\xc3\xa9y", 2, SHOW_UTF8, "\"x\"..." },
		{ "x\xc3\xa9y", 3, SHOW_UTF8, "\"x\xc3\xa9\"..." },
		{ "x\xc3\xa9y", 2, SHOW_ASCII, "\"x\\xc3\"..." },
		{ "\xf0\x9f\x98\x80!", 1, SHOW_UTF8, "\"\"..." },
		{ "\xf0\x9f\x98\x80!", 2, SHOW_UTF8, "\"\"..." },
		{ "\xf0\x9f\x98\x80!", 3, SHOW_UTF8, "\"\"..." },
		{ "\xf0\x9f\x98\x80!", 4, SHOW_UTF8, "\"\xf0\x9f\x98\x80\"..." },
		{ "\xe2\x80\xae!", 2, SHOW_UTF8, "\"\"..." },
		{ "\xe2\x80\xae!", 3, SHOW_UTF8, "\"\\u{202e}\"..." },
		/* No character is cut where there is none. */
		{ "\xf0\x9f\x98!", 3, SHOW_UTF8, "\"\\xf0\\x9f\\x98\"..." },
		{ "\xf0\x9f!!!", 2, SHOW_UTF8, "\"\\xf0\\x9f\"..." },
		{ "\x80\x80\x80\x80", 2, SHOW_UTF8, "\"\\x80\\x80\"..." },
		{ "\x80\x80\x80\x80\x80\x80", 5, SHOW_UTF8, "\"\\x80\\x80\\x80\\x80\\x80\"..." },
		{ "\xc3\x28", 1, SHOW_UTF8, "\"\\xc3\"..." },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < COUNT_OF(cuts); i++) {
		text_clear(&fixture->text);
		show_quoted(&fixture->text, cuts[i].bytes, strlen(cuts[i].bytes), cuts[i].most, cuts[i].charset);
		assert_string_equal(fixture->text.data, cuts[i].shown);
	}
}

static void test_every_input_of_one_and_two_bytes(void **state)
{
	for (unsigned number = 0; number <= 0xffff; number++) {
		const unsigned char bytes[2] = { (unsigned char)(number >> 8), (unsigned char)number };

		if (number <= 0xff)
			check_each_way(*state, bytes + 1, 1);
		check_each_way(*state, bytes, 2);
	}
}

static void test_every_input_of_three_bytes(void **state)
{
	for (unsigned number = 0; number <= 0xffffff; number++) {
		const unsigned char bytes[3] = { (unsigned char)(number >> 16), (unsigned char)(number >> 8),
			(unsigned char)number };

		check(*state, bytes, 3, SHOW_ASCII);
		check(*state, bytes, 3, SHOW_UTF8);
	}
}

/* The edges of RFC 3629 that take four bytes. */
static void test_four_bytes_at_the_edges(void **state)
{
	static const char *const edges[] = {
		"\xf0\x8f\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
		"\xf0\x9f\x98\x7f", "\xf0\x9f\x98\xc0", "\xf8\x88\x80\x80", "\xe2\x80\xae\x80",
	};

	for (size_t i = 0; i < COUNT_OF(edges); i++)
		check_each_way(*state, edges[i], 4);
}

/* After a start, a base, one mark, two marks and an escape: these are the states there are. */
static void test_every_code_point_in_every_state(void **state)
{
	static const char *const before[] = { "", "a", "a\xcc\x81", "a\xcc\x81\xcc\x81", "\n" };
	struct fixture *fixture = *state;

	for (uint32_t code = 0; code < 0x110000; code++) {
		assert_int_equal(show_is_safe(code), fixture->checker->kind[code] != SHOW_UNSAFE);
		for (size_t i = 0; i < COUNT_OF(before); i++) {
			unsigned char bytes[16];
			size_t len = strlen(before[i]);

			memcpy(bytes, before[i], len);
			len += show_checker_encode(code, bytes + len);
			check(fixture, bytes, len, SHOW_UTF8);
		}
	}
	assert_false(show_is_safe(0x110000));
	assert_false(show_is_safe(UINT32_MAX));
}

/* Written by hand, from the code charts, against a mistake in how the table is made. */
static const struct {
	uint32_t first, last;
} never_safe[] = {
	{ 0x00, 0x1f }, { 0x7f, 0xa0 }, { 0xad, 0xad }, { 0x34f, 0x34f }, { 0x61c, 0x61c }, { 0x115f, 0x1160 },
	{ 0x1680, 0x1680 }, { 0x17b4, 0x17b5 }, { 0x180b, 0x180f }, { 0x2000, 0x200f }, { 0x2028, 0x202f },
	{ 0x205f, 0x206f }, { 0x2800, 0x2800 }, { 0x3000, 0x3000 }, { 0x3164, 0x3164 }, { 0xd800, 0xf8ff },
	{ 0xfdd0, 0xfdef }, { 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 }, { 0xfff0, 0xfffb },
	{ 0xfffe, 0xffff }, { 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a }, { 0x1fffe, 0x1ffff }, { 0x2fffe, 0x2ffff },
	{ 0x3fffe, 0x10ffff },
};

static void test_dangerous_characters_are_not_safe(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(never_safe); i++)
		for (uint32_t code = never_safe[i].first; code <= never_safe[i].last; code++)
			if (show_is_safe(code))
				fail_msg("U+%04X is called safe", code);
}

static void test_table_is_in_order_and_pinned(void **state)
{
	size_t count[3] = { 0 };

	(void)state;
	for (size_t i = 0; i < show_table_len; i++) {
		assert_true(show_table[i].first <= show_table[i].last);
		assert_true(show_table[i].last <= 0x10ffff);
		if (i > 0)
			assert_true(show_table[i].first > show_table[i - 1].last);
		count[show_table[i].kind] += show_table[i].last - show_table[i].first + 1;
	}
	assert_string_equal(show_unicode_version, "15.0.0");
	assert_int_equal(count[SHOW_UNSAFE], 0);
	assert_int_equal(count[SHOW_SAFE], 146311);
	assert_int_equal(count[SHOW_MARK], 2418);
}

static void test_flood_of_marks(void **state)
{
	struct fixture *fixture = *state;
	struct text in, wanted;

	text_init(&in);
	text_init(&wanted);
	text_add(&in, "Z");
	text_add(&wanted, "Z");
	for (unsigned i = 0; i < 500; i++) {
		text_add(&in, "\xcd\xa7");
		text_add(&wanted, i < 2 ? "\xcd\xa7" : "\\u{0367}");
	}
	text_clear(&fixture->text);
	show_bytes(&fixture->text, in.data, in.len, SHOW_UTF8);
	assert_string_equal(fixture->text.data, wanted.data);
	check_each_way(fixture, in.data, in.len);
	text_release(&in);
	text_release(&wanted);
}

/* Plain text is copied in blocks: every byte at every place of the first blocks, and at the end of the input. */
static void test_every_byte_at_every_place_of_a_block(void **state)
{
	char bytes[100];

	for (size_t place = 0; place < sizeof(bytes); place++)
		for (unsigned byte = 0; byte <= 0xff; byte++) {
			memset(bytes, 'p', sizeof(bytes));
			bytes[place] = (char)byte;
			check_each_way(*state, bytes, sizeof(bytes));
			check_each_way(*state, bytes, place + 1);
		}
}

/* Input is taken in pieces: what may stand across the edge of one, at every distance from it. */
static void test_long_input(void **state)
{
	static const char *const samples[] = {
		"\xf0\x9f\x98\x80", "\xf3\xa0\x81\x81", "\xe2\x80\xae", "e\xcc\x81\xcc\x81\xcc\x81",
		"\xf0\x9f\x98", "\x01\x02\x03\x04", "\\\"",
	};
	char *bytes = xmalloc(4096);

	for (size_t before = 0; before < 2100; before++)
		for (size_t i = 0; i < COUNT_OF(samples); i++) {
			size_t len = strlen(samples[i]);

			memset(bytes, i % 2 == 0 ? 'p' : '\x80', before);
			memcpy(bytes + before, samples[i], len);
			memcpy(bytes + before + len, "end", 3);
			check(*state, bytes, before + len + 3, SHOW_UTF8);
		}
	free(bytes);
}

/* Marsaglia's xorshift with a fixed seed: the same inputs in every run. */
static uint32_t next_number(uint32_t *number)
{
	*number ^= *number << 13;
	*number ^= *number >> 17;
	*number ^= *number << 5;
	return *number;
}

/* Characters and broken ones as they come; `starts` gets where each one begins that is not a mark. */
static size_t make_input(uint32_t *number, unsigned char *bytes, bool *starts)
{
	static const char *const parts[] = {
		"a", "plain text of some length, longer than a block", "\"", "\\", "\n", "\033[", "\xff",
		"\xed\xa0\x80",
		"\xc3\xa9", "\xe6\xbc\xa2", "\xf0\x9f\x98\x80", "\xcc\x81", "\xcc\x88", "\xc2\x9b", "\xe2\x80\xae",
	};
	size_t len = 0;

	memset(starts, 0, 256 * sizeof(*starts));
	while (len < 100) {
		const char *part = parts[next_number(number) % COUNT_OF(parts)];

		starts[len] = (unsigned char)part[0] != 0xcc;
		memcpy(bytes + len, part, strlen(part));
		len += strlen(part);
	}
	return len;
}

/* Cut between characters, not before a mark, the parts show what the whole shows. */
static void test_parts_show_what_the_whole_shows(void **state)
{
	struct fixture *fixture = *state;
	uint32_t number = 2463534242;
	unsigned char bytes[256];
	bool starts[256];
	struct text parts;

	text_init(&parts);
	for (unsigned i = 0; i < 10000; i++) {
		size_t len = make_input(&number, bytes, starts);

		check_quoted(fixture, bytes, len, SHOW_UTF8);
		check(fixture, bytes, len, SHOW_UTF8);
		for (size_t cut = 0; cut < len; cut++) {
			if (!starts[cut])
				continue;
			text_clear(&parts);
			show_bytes(&parts, bytes, cut, SHOW_UTF8);
			show_bytes(&parts, bytes + cut, len - cut, SHOW_UTF8);
			assert_int_equal(parts.len, fixture->text.len);
			assert_memory_equal(parts.data, fixture->text.data, parts.len);
		}
	}
	text_release(&parts);
}

/* The second opinion would notice: each of these is wrong in one way. */
static void test_checker_rejects(void **state)
{
	static const struct {
		const char *in, *out;
		enum show_charset charset;
		bool quoted;
	} wrong[] = {
		{ "\033", "\033", SHOW_UTF8, false }, { "\x7f", "\x7f", SHOW_UTF8, false },
		{ "A", "\\x41", SHOW_UTF8, false }, { "\n", "\\x0a", SHOW_UTF8, false },
		{ "\033", "\\x1B", SHOW_UTF8, false }, { "\033", "\\x1", SHOW_UTF8, false },
		{ "\\", "\\", SHOW_UTF8, false }, { "\"", "\"", SHOW_UTF8, true },
		{ "\"", "\\\"", SHOW_UTF8, false }, { "ab", "a", SHOW_UTF8, false },
		{ "a", "ab", SHOW_UTF8, false }, { "a", "b", SHOW_UTF8, false },
		{ "\x80", "\x80", SHOW_UTF8, false }, { "\xc2\x9b", "\xc2\x9b", SHOW_UTF8, false },
		{ "\xc2\x9b", "\\xc2\\x9b", SHOW_UTF8, false }, { "\xc2\x9b", "\\u{9b}", SHOW_UTF8, false },
		{ "\xc2\x9b", "\\u{009b}", SHOW_ASCII, false }, { "\xc3\xa9", "\xc3\xa9", SHOW_ASCII, false },
		{ "\xc3\xa9", "\\u{00e9}", SHOW_UTF8, false }, { "\xcc\x81", "\xcc\x81", SHOW_UTF8, false },
		{ "a\xcc\x81", "a\\u{0301}", SHOW_UTF8, false }, { "\xed\xa0\x80", "\\u{d800}", SHOW_UTF8, false },
		{ "a\xcc\x81\xcc\x81\xcc\x81", "a\xcc\x81\xcc\x81\xcc\x81", SHOW_UTF8, false },
		{ "\xe2\x80\xae", "\xe2\x80\xae", SHOW_UTF8, false },
		{ "\xe2\x80\xae", "\\u{00202e}", SHOW_UTF8, false },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		struct shown shown = { .in = (const unsigned char *)wrong[i].in, .in_len = strlen(wrong[i].in),
			.out = wrong[i].out, .out_len = strlen(wrong[i].out), .charset = wrong[i].charset,
			.quoted = wrong[i].quoted };

		if (show_checker_accepts(fixture->checker, &shown))
			fail_msg("wrong sample %zu is accepted", i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_checker_rejects),
		cmocka_unit_test(test_hostile_samples),
		cmocka_unit_test(test_harmless_text_passes),
		cmocka_unit_test(test_notation),
		cmocka_unit_test(test_adds_to_the_text),
		cmocka_unit_test(test_quoted_is_cut_between_characters),
		cmocka_unit_test(test_every_input_of_one_and_two_bytes),
		cmocka_unit_test(test_every_input_of_three_bytes),
		cmocka_unit_test(test_four_bytes_at_the_edges),
		cmocka_unit_test(test_every_code_point_in_every_state),
		cmocka_unit_test(test_dangerous_characters_are_not_safe),
		cmocka_unit_test(test_table_is_in_order_and_pinned),
		cmocka_unit_test(test_flood_of_marks),
		cmocka_unit_test(test_every_byte_at_every_place_of_a_block),
		cmocka_unit_test(test_long_input),
		cmocka_unit_test(test_parts_show_what_the_whole_shows),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
