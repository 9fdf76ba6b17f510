/*
 * Bytes as they are written in a line: with quotes, escapes, digits, repetitions. Each function stands with its cursor
 * at the first character of what it reads, and adds the bytes to `text`; false with a mistake.
 */
#ifndef SOCKSTEP_CALL_LITERAL_H
#define SOCKSTEP_CALL_LITERAL_H

#include "base/text.h"
#include "call/cursor.h"

/* One has at most so many bytes, with its repetitions. */
enum { LITERAL_BYTES_MAX = 16 << 20 };

/* string = '"' … '"' [ "*" NUMBER ] [ "..." ]; `cut`: the dots are there. */
bool literal_read_string(struct cursor *cursor, struct text *text, bool *cut, struct mistake *mistake);
/* hex = "hex:" ( DIGITS | '"' DIGITS '"' ) [ "*" NUMBER ] */
bool literal_read_hex(struct cursor *cursor, struct text *text, struct mistake *mistake);
/* file = "@" ( PATH | string ) */
bool literal_read_file(struct cursor *cursor, struct text *text, struct mistake *mistake);

#endif
