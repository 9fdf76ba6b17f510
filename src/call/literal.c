#include "call/literal.h"

#include <ctype.h>
#include <string.h>

static int hex_value(char character)
{
	if (!isxdigit((unsigned char)character))
		return -1;
	return isdigit((unsigned char)character) ? character - '0' : (character | 0x20) - 'a' + 10;
}

/* False beyond U+10FFFF and for surrogates. */
static bool add_code_point(struct text *text, unsigned long code)
{
	if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return false;
	text_add_code(text, (uint32_t)code);
	return true;
}

/* u{HHHH} */
static bool read_code_point(struct cursor *cursor, struct text *text, struct mistake *mistake)
{
	unsigned long code = 0;
	size_t digits = 0;

	if (cursor_peek(cursor, 1) == '{')
		while (digits < 7 && hex_value(cursor_peek(cursor, 2 + digits)) >= 0)
			code = code * 16 + (unsigned long)hex_value(cursor_peek(cursor, 2 + digits++));
	if (digits == 0 || cursor_peek(cursor, 2 + digits) != '}' || !add_code_point(text, code)) {
		cursor_fail(cursor, mistake, "a character by its number is written \\u{20ac}");
		return false;
	}
	cursor->at += digits + 3;
	return true;
}

/* xHH */
static bool read_hex_escape(struct cursor *cursor, struct text *text, struct mistake *mistake)
{
	int high = hex_value(cursor_peek(cursor, 1)), low = high < 0 ? -1 : hex_value(cursor_peek(cursor, 2));

	if (low < 0) {
		cursor_fail(cursor, mistake, "a byte is written \\xHH with two hexadecimal digits");
		return false;
	}
	text_add_char(text, (char)(high << 4 | low));
	cursor->at += 3;
	return true;
}

/* As in C, up to three digits. */
static void read_octal_escape(struct cursor *cursor, struct text *text)
{
	int value = 0;

	for (int digits = 0; digits < 3 && cursor_peek(cursor, 0) >= '0' && cursor_peek(cursor, 0) <= '7'; digits++)
		value = value * 8 + (cursor->line[cursor->at++] - '0');
	text_add_char(text, (char)value);
}

/* What follows a backslash: C's own escapes (C11 6.4.4.4), \e for ESC, and \u{…}. */
static bool read_escape(struct cursor *cursor, struct text *text, struct mistake *mistake)
{
	static const char letters[] = "abefnrtv\"\\'?", bytes[] = "\a\b\033\f\n\r\t\v\"\\'?";
	char character = cursor_peek(cursor, 0);
	const char *found = character == '\0' ? NULL : strchr(letters, character);

	if (character == 'x')
		return read_hex_escape(cursor, text, mistake);
	if (character == 'u')
		return read_code_point(cursor, text, mistake);
	if (character >= '0' && character <= '7') {
		read_octal_escape(cursor, text);
		return true;
	}
	if (found == NULL) {
		cursor_fail(cursor, mistake, "no such escape; a backslash itself is written \\\\");
		return false;
	}
	text_add_char(text, bytes[found - letters]);
	cursor->at++;
	return true;
}

/* string = '"' … '"', the cursor behind the first quote. */
static bool read_quoted(struct cursor *cursor, struct text *text, struct mistake *mistake)
{
	size_t quote = cursor->at - 1;

	for (char character; (character = cursor_peek(cursor, 0)) != '"';) {
		if (cursor->at >= cursor->len || (character == '\\' && cursor->at + 1 == cursor->len)) {
			cursor->at = quote;
			cursor_fail(cursor, mistake, "this string has no closing \"");
			return false;
		}
		cursor->at++;
		if (character != '\\')
			text_add_char(text, character);
		else if (!read_escape(cursor, text, mistake))
			return false;
	}
	cursor->at++;
	return true;
}

/* [ "*" NUMBER ]: that many copies. */
static bool read_repetition(struct cursor *cursor, struct text *text, struct mistake *mistake)
{
	size_t len = text->len, digits = 0;
	unsigned long count = 0;
	struct text all;

	while (isdigit((unsigned char)cursor_peek(cursor, 1 + digits)) && digits < 9)
		count = count * 10 + (unsigned long)(cursor_peek(cursor, 1 + digits++) - '0');
	if (digits == 0 || isdigit((unsigned char)cursor_peek(cursor, 1 + digits)) || count * len > LITERAL_BYTES_MAX) {
		cursor_fail(cursor, mistake, "after * stands how many copies, up to %d bytes in all",
			    LITERAL_BYTES_MAX);
		return false;
	}
	cursor->at += digits + 1;
	text_init(&all);
	for (unsigned long i = 0; i < count && len > 0; i++)
		text_add_bytes(&all, text->data, len);
	text_release(text);
	*text = all;
	return true;
}

bool literal_read_string(struct cursor *cursor, struct text *text, bool *cut, struct mistake *mistake)
{
	cursor->at++;
	if (!read_quoted(cursor, text, mistake) ||
	    (cursor_peek(cursor, 0) == '*' && !read_repetition(cursor, text, mistake)))
		return false;
	*cut = cursor_peek(cursor, 0) == '.' && cursor_peek(cursor, 1) == '.' && cursor_peek(cursor, 2) == '.';
	if (*cut)
		cursor->at += 3;
	return true;
}

/* Two digits a byte, spaces between bytes in the quoted form. */
static bool add_hex(struct cursor *cursor, struct text *text, bool quoted)
{
	while (true) {
		while (quoted && cursor_is_space(cursor_peek(cursor, 0)))
			cursor->at++;
		int high = hex_value(cursor_peek(cursor, 0));
		int low = high < 0 ? -1 : hex_value(cursor_peek(cursor, 1));

		if (low < 0)
			return high < 0;
		text_add_char(text, (char)(high << 4 | low));
		cursor->at += 2;
	}
}

bool literal_read_hex(struct cursor *cursor, struct text *text, struct mistake *mistake)
{
	bool quoted;

	cursor->at += strlen("hex:");
	quoted = cursor_peek(cursor, 0) == '"';
	cursor->at += quoted;
	if (!add_hex(cursor, text, quoted) ||
	    (quoted ? cursor_peek(cursor, 0) != '"' : isalnum((unsigned char)cursor_peek(cursor, 0)) != 0)) {
		cursor_fail(cursor, mistake, "bytes are written hex:deadbeef or hex:\"de ad be ef\", two digits each");
		return false;
	}
	cursor->at += quoted;
	return cursor_peek(cursor, 0) != '*' || read_repetition(cursor, text, mistake);
}

/* A path without spaces or commas goes without quotes. */
static void read_bare_path(struct cursor *cursor, struct text *text)
{
	while (cursor_peek(cursor, 0) != '\0' && strchr(" \t\r,)", cursor_peek(cursor, 0)) == NULL)
		text_add_char(text, cursor->line[cursor->at++]);
}

bool literal_read_file(struct cursor *cursor, struct text *text, struct mistake *mistake)
{
	cursor->at++;
	if (cursor_peek(cursor, 0) == '"') {
		cursor->at++;
		if (!read_quoted(cursor, text, mistake))
			return false;
	} else {
		read_bare_path(cursor, text);
	}
	if (text->len == 0 || memchr(text->data, '\0', text->len) != NULL) {
		cursor_fail(cursor, mistake, "after @ stands the name of a file");
		return false;
	}
	return true;
}
