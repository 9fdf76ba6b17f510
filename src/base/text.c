#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Most texts are a word, an address or a call. */
enum { FIRST_ROOM = 64 };

void text_init(struct text *text)
{
	*text = (struct text){ .data = xmalloc(FIRST_ROOM), .room = FIRST_ROOM };
	text->data[0] = '\0';
}

void text_release(struct text *text)
{
	free(text->data);
	*text = (struct text){ 0 };
}

void text_clear(struct text *text)
{
	text_cut(text, 0);
}

static void make_room(struct text *text, size_t more)
{
	size_t need = text->len + more + 1;

	if (need <= text->room)
		return;
	while (text->room < need)
		text->room = text->room == 0 ? FIRST_ROOM : text->room * 2;
	text->data = xrealloc(text->data, text->room);
}

void text_add_bytes(struct text *text, const void *bytes, size_t len)
{
	make_room(text, len);
	if (len > 0)
		memcpy(text->data + text->len, bytes, len);
	text->len += len;
	text->data[text->len] = '\0';
}

void text_add(struct text *text, const char *string)
{
	text_add_bytes(text, string, strlen(string));
}

void text_add_char(struct text *text, char character)
{
	make_room(text, 1);
	text->data[text->len++] = character;
	text->data[text->len] = '\0';
}

void text_add_code(struct text *text, uint32_t code)
{
	static const unsigned char leading[] = { 0x00, 0xc0, 0xe0, 0xf0 };
	int following = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;

	text_add_char(text, (char)(leading[following] | code >> 6 * following));
	while (following-- > 0)
		text_add_char(text, (char)(0x80 | (code >> 6 * following & 0x3f)));
}

void text_add_int(struct text *text, int64_t number)
{
	char digits[24], *at = digits + sizeof(digits);
	uint64_t left = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;

	do
		*--at = (char)('0' + left % 10);
	while ((left /= 10) > 0);
	if (number < 0)
		*--at = '-';
	text_add_bytes(text, at, (size_t)(digits + sizeof(digits) - at));
}

/* Nearly always it fits into the room that is there. */
void text_addv(struct text *text, const char *format, va_list args)
{
	size_t room = text->room > text->len ? text->room - text->len : 0;
	va_list again;
	int len;

	va_copy(again, args);
	len = vsnprintf(room == 0 ? NULL : text->data + text->len, room, format, again);
	va_end(again);
	if (len < 0)
		die("a text could not be formatted");
	if ((size_t)len >= room) {
		make_room(text, (size_t)len);
		vsnprintf(text->data + text->len, (size_t)len + 1, format, args);
	}
	text->len += (size_t)len;
}

void text_addf(struct text *text, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	text_addv(text, format, args);
	va_end(args);
}

void text_cut(struct text *text, size_t len)
{
	if (len > text->len || text->data == NULL)
		return;
	text->len = len;
	text->data[len] = '\0';
}

void text_drop_front(struct text *text, size_t len)
{
	if (text->data == NULL)
		return;
	if (len > text->len)
		len = text->len;
	memmove(text->data, text->data + len, text->len - len + 1);
	text->len -= len;
}

char *text_take(struct text *text)
{
	char *data = text->data;

	*text = (struct text){ 0 };
	return data;
}

char *text_format(const char *format, ...)
{
	struct text text;
	va_list args;

	text_init(&text);
	va_start(args, format);
	text_addv(&text, format, args);
	va_end(args);
	return text.data;
}

bool string_starts_with(const char *string, const char *beginning)
{
	return strncmp(string, beginning, strlen(beginning)) == 0;
}

bool string_is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}
