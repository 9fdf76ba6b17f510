/*
 * Lines of the language for tests: read, given types in a small world, printed.
 */
#ifndef TESTS_CALL_LINES_H
#define TESTS_CALL_LINES_H

#include "call/call.h"
#include "call/statement.h"

/* In that world `s` and `l` name the descriptors 3 and 4, `server` and `client` are hosts (10.0.0.2 and 10.0.0.1, on
 * descriptor 6 fd00::2 and fd00::1), "GET /\r\n" was received last, and @data holds "file\0data". */
const struct call_context *lines_context(void);

/* Reads the line as a script's, and gives it types; fails the test if it is no call. */
void lines_call(struct call *call, const char *line);
/* The line's call in that style, to be freed. */
char *lines_print(const char *line, enum call_style style);
/* The line is understood, and printed exactly it is `exact`, which is read (without any context) as the same again. */
void lines_mean(const char *line, const char *exact);
/* The line is a mistake at `column` (-1: at its end), whose message holds `part`. */
void lines_mistake(const char *line, int column, const char *part);

#endif
