/*
 * A place in a line that is being read. Whoever reads moves it on; what it has passed is never looked at again.
 */
#ifndef SOCKSTEP_CALL_CURSOR_H
#define SOCKSTEP_CALL_CURSOR_H

#include <stdbool.h>
#include <stddef.h>

#include "call/call.h"

struct cursor {
	const char *line;
	size_t at, len;
};

/* What is wrong, at the cursor. */
void cursor_fail(const struct cursor *cursor, struct mistake *mistake, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The character `ahead` of the cursor; NUL at the end (a NUL in the line was refused before). */
char cursor_peek(const struct cursor *cursor, size_t ahead);
bool cursor_is_space(char character);
void cursor_skip_space(struct cursor *cursor);
/* At the end, or before a comment: # in the first column, or after white space unless a digit follows. */
bool cursor_at_end(const struct cursor *cursor);

#endif
