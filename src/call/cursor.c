#include "call/cursor.h"

#include <ctype.h>
#include <stdarg.h>

void cursor_fail(const struct cursor *cursor, struct mistake *mistake, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	text_addv(&mistake->text, format, args);
	va_end(args);
	mistake->column = (int)cursor->at;
}

char cursor_peek(const struct cursor *cursor, size_t ahead)
{
	return cursor->at + ahead < cursor->len ? cursor->line[cursor->at + ahead] : '\0';
}

bool cursor_is_space(char character)
{
	return character == ' ' || character == '\t' || character == '\r';
}

void cursor_skip_space(struct cursor *cursor)
{
	while (cursor_is_space(cursor_peek(cursor, 0)))
		cursor->at++;
}

bool cursor_at_end(const struct cursor *cursor)
{
	if (cursor->at >= cursor->len)
		return true;
	if (cursor_peek(cursor, 0) != '#')
		return false;
	return cursor->at == 0 ||
	       (cursor_is_space(cursor->line[cursor->at - 1]) && !isdigit((unsigned char)cursor_peek(cursor, 1)));
}
