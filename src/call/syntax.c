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
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "call/literal.h"

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

static bool is_name_char(char character)
{
	return isalnum((unsigned char)character) || character == '_';
}

/* How many name characters stand at the cursor. */
static size_t name_len(const struct cursor *cursor)
{
	size_t len = 0;

	while (is_name_char(cursor_peek(cursor, len)))
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

/* The bytes of "…", hex:… and @file (literal.h). */
static bool read_literal(struct syntax *arg, struct cursor *cursor, struct mistake *mistake)
{
	bool is_file = cursor_peek(cursor, 0) == '@';
	struct text text;
	bool ok;

	text_init(&text);
	if (is_file)
		ok = literal_read_file(cursor, &text, mistake);
	else if (cursor_peek(cursor, 0) == '"')
		ok = literal_read_string(cursor, &text, &arg->cut, mistake);
	else
		ok = literal_read_hex(cursor, &text, mistake);
	if (ok)
		set_text(arg, is_file ? SYNTAX_FILE : SYNTAX_STRING, &text);
	else
		text_release(&text);
	return ok;
}

static long long read_decimal(struct cursor *cursor, long long otherwise)
{
	long long number = 0;

	if (!isdigit((unsigned char)cursor_peek(cursor, 0)))
		return otherwise;
	for (; isdigit((unsigned char)cursor_peek(cursor, 0)) && number < CALL_BUFFER_MAX; cursor->at++)
		number = number * 10 + (cursor_peek(cursor, 0) - '0');
	return number;
}

/* received = "received" [ "[" [ FROM ] ":" [ TO ] "]" ] */
static bool read_received(struct syntax *arg, struct cursor *cursor, struct mistake *mistake)
{
	arg->kind = SYNTAX_RECEIVED;
	arg->to = -1;
	cursor->at += strlen("received");
	if (cursor_peek(cursor, 0) != '[')
		return true;
	cursor->at++;
	arg->from = read_decimal(cursor, 0);
	if (cursor_peek(cursor, 0) == ':') {
		cursor->at++;
		arg->to = read_decimal(cursor, -1);
		if (cursor_peek(cursor, 0) == ']') {
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
	for (cursor_skip_space(cursor); strchr(",]}", cursor_peek(cursor, 0)) == NULL; cursor_skip_space(cursor))
		if (!read_arg(list_append(&element->list), cursor, depth, mistake))
			return false;
	return true;
}

/* list = ( "[" | "{" ) [ element { "," element } ] ( "]" | "}" ) */
static bool read_list(struct syntax *arg, struct cursor *cursor, int depth, struct mistake *mistake)
{
	char close = cursor_peek(cursor, 0) == '[' ? ']' : '}';
	size_t open = cursor->at++;

	arg->kind = SYNTAX_LIST;
	if (depth == LIST_DEPTH_MAX) {
		cursor_fail(cursor, mistake, "lists stand in lists at most %d deep", LIST_DEPTH_MAX);
		return false;
	}
	cursor_skip_space(cursor);
	while (cursor_peek(cursor, 0) != close) {
		if (!read_element(arg, cursor, depth + 1, mistake))
			return false;
		if (cursor_peek(cursor, 0) == ',') {
			cursor->at++;
		} else if (cursor_peek(cursor, 0) != close) {
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

	while (isalnum((unsigned char)cursor_peek(cursor, len)) || strchr(":.%_-", cursor_peek(cursor, len)) != NULL) {
		if (cursor_peek(cursor, len) == '\0')
			return false;
		len++;
	}
	return cursor_peek(cursor, len) == ']' && cursor_peek(cursor, len + 1) == ':';
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
	return cursor_peek(&ahead, 0) == '|';
}

/* "&" at the end of the line asks for a further thread; &x is C's. */
static bool at_thread_mark(const struct cursor *cursor)
{
	struct cursor after = *cursor;

	if (cursor_peek(cursor, 0) != '&')
		return false;
	after.at++;
	cursor_skip_space(&after);
	return cursor_at_end(&after);
}

/* WIFEXITED(s), as sockstep itself prints it, and htons(80) are one word. */
static void pass_parentheses(struct cursor *cursor)
{
	const char *close;

	if (cursor_peek(cursor, 0) != '(')
		return;
	close = memchr(cursor->line + cursor->at, ')', cursor->len - cursor->at);
	if (close != NULL)
		cursor->at = (size_t)(close + 1 - cursor->line);
}

static void read_word_part(struct cursor *cursor, struct text *text)
{
	size_t start = cursor->at;

	if (cursor_peek(cursor, 0) == '[' && is_ip6_address(cursor))
		while (cursor_peek(cursor, 0) != ':' || cursor->line[cursor->at - 1] != ']')
			cursor->at++;
	while (!ends_word(cursor_peek(cursor, 0)) && !at_thread_mark(cursor))
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

	while (cursor_peek(cursor, 0) != ')') {
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
	if (cursor_peek(cursor, 0) == '(')
		return skip_parentheses(cursor, mistake);
	cursor->at += name_len(cursor);
	return true;
}

/* placeholder = "buf" | "NULL" | "&" NAME | "sizeof" … */
static bool is_placeholder(const struct cursor *cursor)
{
	char next = cursor_peek(cursor, 1);

	return name_is(cursor, "buf") || name_is(cursor, "NULL") ||
	       (cursor_peek(cursor, 0) == '&' && (isalpha((unsigned char)next) || next == '_'));
}

static void read_placeholder(struct syntax *arg, struct cursor *cursor)
{
	struct cursor behind = *cursor;

	behind.at += cursor_peek(cursor, 0) == '&';
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
	char first = cursor_peek(cursor, 0);

	arg->column = (int)cursor->at;
	if (first == '"' || first == '@' || follows(cursor, "hex:"))
		return read_literal(arg, cursor, mistake);
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

	if (len > 0 && !isdigit((unsigned char)cursor_peek(cursor, 0)) && cursor_peek(cursor, len) == '=') {
		arg->key = xstrndup(cursor->line + cursor->at, len);
		cursor->at += len + 1;
	}
	if (cursor_peek(cursor, 0) == '(') {
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
		return cursor_peek(cursor, 0) == ')';
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
		if (cursor_peek(cursor, 0) == ',') {
			cursor->at++;
			cursor_skip_space(cursor);
		}
	}
	return true;
}
