/*
 * Who reads an argument's value: what it is read for, what came of it, and what all types of arguments have in common.
 * Nothing is kept here; values belong to the call that is being bound.
 */
#ifndef SOCKSTEP_CALL_READER_H
#define SOCKSTEP_CALL_READER_H

#include <stdbool.h>

#include "base/text.h"
#include "call/call.h"
#include "call/syntax.h"

/* What a value is read for, and what came of it. */
struct reader {
	struct call *call;                  /* whose arguments before this one are there */
	const struct call_context *context; /* may be NULL */
	struct text *message;               /* what is wrong */
	int column;                         /* where */
};

extern const long long reader_int_range[2];
/* Of a buffer, or of data. */
extern const long long reader_length_range[2];

bool syntax_is_word(const struct syntax *syntax);
/* In digits, or the name of one (INT_MAX). */
bool syntax_is_number(const struct syntax *syntax);
/* The whole of the string; false with errno ERANGE: it is a number, but too large. */
bool read_integer(const char *string, int base, long long *number);
/* Seconds, with a fraction or without. */
bool syntax_read_real(const struct syntax *syntax, double *real);
/* The only word of a list's element; NULL: there is another number of them. */
const struct syntax *syntax_only_word(const struct syntax *element);
/* In C a constant is a number, whatever it was made for: listen(3, SOMAXCONN). False with a message: it is not in the
 * range; without: it is no number. */
bool reader_number(struct reader *reader, const struct syntax *syntax, struct value *value, const long long range[2]);
/* Is a script looked through before it is run, when files and what was received are not there yet? */
bool reader_is_checking(const struct reader *reader);

#endif

