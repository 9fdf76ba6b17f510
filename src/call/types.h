/*
 * The types of arguments: which syntax may be one, how its value is read, what is said where another thing stands.
 * Nothing is kept here; values belong to the call that is being bound.
 */
#ifndef SOCKSTEP_CALL_TYPES_H
#define SOCKSTEP_CALL_TYPES_H

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

/* Might this be such an argument? An argument that may be left out is, where this says no. */
bool type_fits(const struct arg_spec *arg, const struct syntax *syntax);
/* False: the message says what is wrong, and `column` where, within the argument. */
bool type_read(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax, struct value *value);
/* What is to be written there: "a descriptor such as 3", "SHUT_RD, SHUT_WR or SHUT_RDWR". Of a value whose type depends
 * on the arguments before it, `call` (may be NULL) has these. */
void type_describe(struct text *out, const struct arg_spec *arg, const struct call *call);

/* The short forms of the first arguments of socket and socketpair; NULL if it is none. */
struct short_form {
	const char *name;
	int family, type, protocol;
};

/* By index; NULL behind the last. */
const struct short_form *short_form_at(size_t index);

#endif
