/*
 * The types of arguments: which syntax may be one, how its value is read, what is said where another thing stands.
 * Nothing is kept here; values belong to the call that is being bound.
 */
#ifndef SOCKSTEP_CALL_TYPES_H
#define SOCKSTEP_CALL_TYPES_H

#include <stdbool.h>

#include "base/text.h"
#include "call/reader.h"

/* Might this be such an argument? An argument that may be left out is, where this says no. */
bool type_fits(const struct arg_spec *arg, const struct syntax *syntax);
/* False: the message says what is wrong, and `column` where, within the argument. */
bool type_read(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax, struct value *value);
/* What is to be written there: "a descriptor such as 3", "SHUT_RD, SHUT_WR or SHUT_RDWR". Of a value whose type depends
 * on the arguments before it, `call` (may be NULL) has these. */
void type_describe(struct text *out, const struct arg_spec *arg, const struct call *call);

#endif
