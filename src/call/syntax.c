/*
 * Grammar (the rule stands above the function that reads it):
 *
 *   args        = { arg [ "," ] }
 *   arg         = [ key "=" ] [ cast ] ( string | hex | file | received | list | placeholder | word )
 *   list        = ( "[" | "{" ) [ element { "," element } ] ( "]" | "}" )
 *   element     = arg { arg }
 *
 * What the cursor has passed is never looked at again, and lists may stand in lists only so deep.
 */
#include "call/syntax.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { LIST_DEPTH_MAX = 4 };

static bool read_arg(struct syntax *arg, struct cursor *cursor, int depth, struct mistake *mistake);

static void syntax_release(struct syntax *syntax)
{
	syntax_list_release(&syntax->list);
	free(syntax->key);
	free(syntax->text);
	*syntax = (struct syntax){ 0 };
}

void syntax_list_release(struct syntax_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		syntax_release(&list->items[i]);
	free(list->items);
	*list = (struct syntax_list){ 0 };
}

void syntax_list_drop_last(struct syntax_list *list)
{
	syntax_release(&list->items[--list->count]);
}

static struct syntax *list_append(struct syntax_list *list)
{
	list->items = array_grow(list->items, list->count, &list->room, sizeof(*list->items));
	return &list->items[list->count++];
}

void cursor_fail(const struct cursor *cursor, struct mistake *mistake, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	text_addv(&mistake->text, format, args);
	va_end(args);
	mistake->column = (int)cursor->at;
}

/* The character `ahead` of the cursor; NUL at the end (a NUL in the line was refused before). */
static char peek(const struct cursor *cursor, size_t ahead)
{
	return cursor->at + ahead < cursor->len ? cursor->line[cursor->at + ahead] : '\0';
}

static bool is_space(char character)
{
	return character == ' ' || character == '\t' || character == '\r';
}

static bool is_name_char(char character)
{
	return isalnum((unsigned char)character) || character == '_';
}

void cursor_skip_space(struct cursor *cursor)
{
	while (is_space(peek(cursor, 0)))
		cursor->at++;
}

bool cursor_at_end(const struct cursor *cursor)
{
	if (cursor->at >= cursor->len)
		return true;
	if (peek(cursor, 0) != '#')
		return false;
	return cursor->at == 0 || (is_space(cursor->line[cursor->at - 1]) && !isdigit((unsigned char)peek(cursor, 1)));
}

/* How many name characters stand at the cursor. */
static size_t name_len(const struct cursor *cursor)
{
	size_t len = 0;

	while (is_name_char(peek(cursor, len)))
		len++;
	return len;
}

static bool name_is(const struct cursor *cursor, const char *name)
{
	size_t len = strlen(name);

	return name_len(cursor) == len && strncmp(cursor->line + cursor->at, name, len) == 0;
}

static void set_text(struct syntax *syntax, enum syntax_kind kind, struct text *text)
{
	syntax->kind = kind;
	syntax->len = text->len;
	syntax->text = text->data;
}

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

	if (peek(cursor, 1) == '{')
		while (digits < 7 && hex_value(peek(cursor, 2 + digits)) >= 0)
			code = code * 16 + (unsigned long)hex_value(peek(cursor, 2 + digits++));
	if (digits == 0 || peek(cursor, 2 + digits) != '}' || !add_code_point(text, code)) {
		cursor_fail(cursor, mistake, "a character by its number is written \\u{20ac}");
		return false;
	}
	cursor->at += digits + 3;
	return true;
}

/* xHH */
static bool read_hex_escape(struct cursor *cursor, struct text *text, struct mistake *mistake)
{
	int high = hex_value(peek(cursor, 1)), low = high < 0 ? -1 : hex_value(peek(cursor, 2));

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

	for (int digits = 0; digits < 3 && peek(cursor, 0) >= '0' && peek(cursor, 0) <= '7'; digits++)
		value = value * 8 + (cursor->line[cursor->at++] - '0');
	text_add_char(text, (char)value);
}

/* What follows a backslash: C's own escapes (C11 6.4.4.4), \e for ESC, and \u{…}. */
static bool read_escape(struct cursor *cursor, struct text *text, struct mistake *mistake)
{
	static const char letters[] = "abefnrtv\"\\'?", bytes[] = "\a\b\033\f\n\r\t\v\"\\'?";
	char character = peek(cursor, 0);
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

	for (char character; (character = peek(cursor, 0)) != '"';) {
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

	while (isdigit((unsigned char)peek(cursor, 1 + digits)) && digits < 9)
		count = count * 10 + (unsigned long)(peek(cursor, 1 + digits++) - '0');
	if (digits == 0 || isdigit((unsigned char)peek(cursor, 1 + digits)) || count * len > SYNTAX_DATA_MAX) {
		cursor_fail(cursor, mistake, "after * stands how many copies, up to %d bytes in all", SYNTAX_DATA_MAX);
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

static bool read_string(struct syntax *arg, struct cursor *cursor, struct mistake *mistake)
{
	struct text text;

	text_init(&text);
	cursor->at++;
	if (!read_quoted(cursor, &text, mistake) ||
	    (peek(cursor, 0) == '*' && !read_repetition(cursor, &text, mistake))) {
		text_release(&text);
		return false;
	}
	arg->cut = peek(cursor, 0) == '.' && peek(cursor, 1) == '.' && peek(cursor, 2) == '.';
	if (arg->cut)
		cursor->at += 3;
	set_text(arg, SYNTAX_STRING, &text);
	return true;
}

/* Two digits a byte, spaces between bytes in the quoted form. */
static bool add_hex(struct cursor *cursor, struct text *text, bool quoted)
{
	while (true) {
		while (quoted && is_space(peek(cursor, 0)))
			cursor->at++;
		int high = hex_value(peek(cursor, 0));
		int low = high < 0 ? -1 : hex_value(peek(cursor, 1));

		if (low < 0)
			return high < 0;
		text_add_char(text, (char)(high << 4 | low));
		cursor->at += 2;
	}
}

/* hex = "hex:" ( DIGITS | '"' DIGITS '"' ) [ repetition ] */
static bool read_hex(struct syntax *arg, struct cursor *cursor, struct mistake *mistake)
{
	struct text text;
	bool quoted, ok;

	text_init(&text);
	cursor->at += strlen("hex:");
	quoted = peek(cursor, 0) == '"';
	cursor->at += quoted;
	ok = add_hex(cursor, &text, quoted) &&
	     (quoted ? peek(cursor, 0) == '"' : !isalnum((unsigned char)peek(cursor, 0)));
	if (!ok)
		cursor_fail(cursor, mistake, "bytes are written hex:deadbeef or hex:\"de ad be ef\", two digits each");
	else
		cursor->at += quoted;
	if (ok && peek(cursor, 0) == '*')
		ok = read_repetition(cursor, &text, mistake);
	if (ok)
		set_text(arg, SYNTAX_STRING, &text);
	else
		text_release(&text);
	return ok;
}

/* A path without spaces or commas goes without quotes. */
static void read_bare_path(struct cursor *cursor, struct text *text)
{
	while (peek(cursor, 0) != '\0' && strchr(" \t\r,)", peek(cursor, 0)) == NULL)
		text_add_char(text, cursor->line[cursor->at++]);
}

/* file = "@" ( PATH | string ) */
static bool read_file(struct syntax *arg, struct cursor *cursor, struct mistake *mistake)
{
	struct text text;

	text_init(&text);
	cursor->at++;
	if (peek(cursor, 0) == '"') {
		cursor->at++;
		if (!read_quoted(cursor, &text, mistake)) {
			text_release(&text);
			return false;
		}
	} else {
		read_bare_path(cursor, &text);
	}
	if (text.len == 0 || memchr(text.data, '\0', text.len) != NULL) {
		cursor_fail(cursor, mistake, "after @ stands the name of a file");
		text_release(&text);
		return false;
	}
	set_text(arg, SYNTAX_FILE, &text);
	return true;
}

static long long read_decimal(struct cursor *cursor, long long otherwise)
{
	long long number = 0;

	if (!isdigit((unsigned char)peek(cursor, 0)))
		return otherwise;
	for (; isdigit((unsigned char)peek(cursor, 0)) && number < CALL_BUFFER_MAX; cursor->at++)
		number = number * 10 + (peek(cursor, 0) - '0');
	return number;
}

/* received = "received" [ "[" [ FROM ] ":" [ TO ] "]" ] */
static bool read_received(struct syntax *arg, struct cursor *cursor, struct mistake *mistake)
{
	arg->kind = SYNTAX_RECEIVED;
	arg->to = -1;
	cursor->at += strlen("received");
	if (peek(cursor, 0) != '[')
		return true;
	cursor->at++;
	arg->from = read_decimal(cursor, 0);
	if (peek(cursor, 0) == ':') {
		cursor->at++;
		arg->to = read_decimal(cursor, -1);
		if (peek(cursor, 0) == ']') {
			cursor->at++;
			return true;
		}
	}
	cursor_fail(cursor, mistake, "a part of what was received is written received[0:2]");
	return false;
}

/* element = arg { arg }, up to a comma or the closing bracket. */
static bool read_element(struct syntax *list, struct cursor *cursor, int depth, struct mistake *mistake)
{
	struct syntax *element = list_append(&list->list);

	element->kind = SYNTAX_LIST;
	element->column = (int)cursor->at;
	for (cursor_skip_space(cursor); strchr(",]}", peek(cursor, 0)) == NULL; cursor_skip_space(cursor))
		if (!read_arg(list_append(&element->list), cursor, depth, mistake))
			return false;
	return true;
}

/* list = ( "[" | "{" ) [ element { "," element } ] ( "]" | "}" ) */
static bool read_list(struct syntax *arg, struct cursor *cursor, int depth, struct mistake *mistake)
{
	char close = peek(cursor, 0) == '[' ? ']' : '}';
	size_t open = cursor->at++;

	arg->kind = SYNTAX_LIST;
	if (depth == LIST_DEPTH_MAX) {
		cursor_fail(cursor, mistake, "lists stand in lists at most %d deep", LIST_DEPTH_MAX);
		return false;
	}
	cursor_skip_space(cursor);
	while (peek(cursor, 0) != close) {
		if (!read_element(arg, cursor, depth + 1, mistake))
			return false;
		if (peek(cursor, 0) == ',') {
			cursor->at++;
		} else if (peek(cursor, 0) != close) {
			cursor->at = open;
			cursor_fail(cursor, mistake, "the %c that closes this list is missing", close);
			return false;
		}
		cursor_skip_space(cursor);
	}
	cursor->at++;
	return true;
}

/* [v6]:PORT is a word, though it begins as a list does. */
static bool is_ip6_address(const struct cursor *cursor)
{
	size_t len = 1;

	while (isalnum((unsigned char)peek(cursor, len)) || strchr(":.%_-", peek(cursor, len)) != NULL) {
		if (peek(cursor, len) == '\0')
			return false;
		len++;
	}
	return peek(cursor, len) == ']' && peek(cursor, len + 1) == ':';
}

static bool ends_word(char character)
{
	return character == '\0' || strchr(" \t\r,()[]{}\"", character) != NULL;
}

/* Is a bar the next thing, after any space? Then the word goes on: SOCK_STREAM | SOCK_NONBLOCK. */
static bool bar_follows(const struct cursor *cursor)
{
	struct cursor ahead = *cursor;

	cursor_skip_space(&ahead);
	return peek(&ahead, 0) == '|';
}

/* "&" at the end of the line asks for a further thread; &x is C's. */
static bool at_thread_mark(const struct cursor *cursor)
{
	struct cursor after = *cursor;

	if (peek(cursor, 0) != '&')
		return false;
	after.at++;
	cursor_skip_space(&after);
	return cursor_at_end(&after);
}

/* WIFEXITED(s), as sockstep itself prints it, and htons(80) are one word. */
static void pass_parentheses(struct cursor *cursor)
{
	const char *close;

	if (peek(cursor, 0) != '(')
		return;
	close = memchr(cursor->line + cursor->at, ')', cursor->len - cursor->at);
	if (close != NULL)
		cursor->at = (size_t)(close + 1 - cursor->line);
}

static void read_word_part(struct cursor *cursor, struct text *text)
{
	size_t start = cursor->at;

	if (peek(cursor, 0) == '[' && is_ip6_address(cursor))
		while (peek(cursor, 0) != ':' || cursor->line[cursor->at - 1] != ']')
			cursor->at++;
	while (!ends_word(peek(cursor, 0)) && !at_thread_mark(cursor))
		cursor->at++;
	if (cursor->at > start)
		pass_parentheses(cursor);
	text_add_bytes(text, cursor->line + start, cursor->at - start);
}

static bool read_word(struct syntax *arg, struct cursor *cursor, struct mistake *mistake)
{
	struct text text;

	text_init(&text);
	read_word_part(cursor, &text);
	while (text.len > 0 && (bar_follows(cursor) || text.data[text.len - 1] == '|')) {
		size_t before = text.len;

		cursor_skip_space(cursor);
		read_word_part(cursor, &text);
		if (text.len == before)
			break;
	}
	if (text.len == 0) {
		cursor_fail(cursor, mistake, "an argument is expected here");
		text_release(&text);
		return false;
	}
	set_text(arg, SYNTAX_WORD, &text);
	return true;
}

/* What stands in parentheses at the cursor, without looking into it. */
static bool skip_parentheses(struct cursor *cursor, struct mistake *mistake)
{
	struct cursor open = *cursor;

	while (peek(cursor, 0) != ')') {
		if (cursor->at >= cursor->len) {
			cursor_fail(&open, mistake, "the ) that closes this is missing");
			return false;
		}
		cursor->at++;
	}
	cursor->at++;
	return true;
}

static void set_placeholder(struct syntax *arg, struct cursor *cursor, size_t len)
{
	arg->kind = SYNTAX_PLACEHOLDER;
	arg->text = xstrndup(cursor->line + cursor->at, len);
	arg->len = len;
	cursor->at += len;
}

/* sizeof x, sizeof(x), strlen(x) */
static bool read_size_placeholder(struct syntax *arg, struct cursor *cursor, struct mistake *mistake)
{
	set_placeholder(arg, cursor, name_len(cursor));
	cursor_skip_space(cursor);
	if (peek(cursor, 0) == '(')
		return skip_parentheses(cursor, mistake);
	cursor->at += name_len(cursor);
	return true;
}

/* placeholder = "buf" | "NULL" | "&" NAME | "sizeof" … */
static bool is_placeholder(const struct cursor *cursor)
{
	return name_is(cursor, "buf") || name_is(cursor, "NULL") ||
	       (peek(cursor, 0) == '&' && (isalpha((unsigned char)peek(cursor, 1)) || peek(cursor, 1) == '_'));
}

static void read_placeholder(struct syntax *arg, struct cursor *cursor)
{
	struct cursor behind = *cursor;

	behind.at += peek(cursor, 0) == '&';
	set_placeholder(arg, cursor, behind.at - cursor->at + name_len(&behind));
}

static bool follows(const struct cursor *cursor, const char *word)
{
	size_t len = strlen(word);

	return cursor->len - cursor->at >= len && memcmp(cursor->line + cursor->at, word, len) == 0;
}

/* The argument without its key and cast. */
static bool read_bare_arg(struct syntax *arg, struct cursor *cursor, int depth, struct mistake *mistake)
{
	char first = peek(cursor, 0);

	arg->column = (int)cursor->at;
	if (first == '"')
		return read_string(arg, cursor, mistake);
	if (follows(cursor, "hex:"))
		return read_hex(arg, cursor, mistake);
	if (first == '@')
		return read_file(arg, cursor, mistake);
	if (name_is(cursor, "received"))
		return read_received(arg, cursor, mistake);
	if (first == '{' || (first == '[' && !is_ip6_address(cursor)))
		return read_list(arg, cursor, depth, mistake);
	if (name_is(cursor, "sizeof") || name_is(cursor, "strlen"))
		return read_size_placeholder(arg, cursor, mistake);
	if (is_placeholder(cursor)) {
		read_placeholder(arg, cursor);
		return true;
	}
	return read_word(arg, cursor, mistake);
}

/* arg = [ key "=" ] [ cast ] bare argument */
static bool read_arg(struct syntax *arg, struct cursor *cursor, int depth, struct mistake *mistake)
{
	size_t len = name_len(cursor);
	int column = (int)cursor->at;

	if (len > 0 && !isdigit((unsigned char)peek(cursor, 0)) && peek(cursor, len) == '=') {
		arg->key = xstrndup(cursor->line + cursor->at, len);
		cursor->at += len + 1;
	}
	if (peek(cursor, 0) == '(') {
		if (!skip_parentheses(cursor, mistake))
			return false;
		cursor_skip_space(cursor);
	}
	if (!read_bare_arg(arg, cursor, depth, mistake))
		return false;
	arg->column = column;
	return true;
}

static bool args_end(const struct cursor *cursor, bool in_parentheses)
{
	if (in_parentheses)
		return peek(cursor, 0) == ')';
	return cursor_at_end(cursor) || at_thread_mark(cursor);
}

/* args = { arg [ "," ] } */
bool syntax_read_args(struct syntax_list *list, struct cursor *cursor, bool in_parentheses, struct mistake *mistake)
{
	*list = (struct syntax_list){ 0 };
	cursor_skip_space(cursor);
	while (!args_end(cursor, in_parentheses)) {
		if (cursor->at >= cursor->len) {
			cursor_fail(cursor, mistake, "the closing ) is missing");
			syntax_list_release(list);
			return false;
		}
		if (!read_arg(list_append(list), cursor, 0, mistake)) {
			syntax_list_release(list);
			return false;
		}
		cursor_skip_space(cursor);
		if (peek(cursor, 0) == ',') {
			cursor->at++;
			cursor_skip_space(cursor);
		}
	}
	return true;
}
