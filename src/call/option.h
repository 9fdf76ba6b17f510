/*
 * The value of a socket option, written by its type and held as the bytes that the kernel takes.
 */
#ifndef SOCKSTEP_CALL_OPTION_H
#define SOCKSTEP_CALL_OPTION_H

#include <stdbool.h>

#include "base/text.h"
#include "call/call.h"
#include "call/constants.h"
#include "call/syntax.h"

/* What a value of that type looks like, for messages and help. */
const char *option_type_help(enum option_type type);
/* Reads it; a NULL spec is an option that the table does not know: a number is an int, a string its bytes. */
bool option_read(struct value *value, const struct option_spec *spec, const struct syntax *syntax,
		 struct text *message);
/* Prints the bytes of a value so that option_read() takes them for the same bytes: as its type is written, or as hex
 * where they are not such a value. `given`: the kernel gave them; then a string ends at its NUL, and of what is only
 * read (struct tcp_info) the beginning is enough. */
void option_print(struct text *out, const struct option_spec *spec, const struct value *value, bool given);
/* The option that a call of getsockopt or setsockopt is about; NULL if the table does not know it, or the call has
 * none. */
const struct option_spec *option_of_call(const struct call *call);

#endif
