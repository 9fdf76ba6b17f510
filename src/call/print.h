/*
 * One value of a call as text, for those who print whole calls.
 */
#ifndef SOCKSTEP_CALL_PRINT_H
#define SOCKSTEP_CALL_PRINT_H

#include "base/text.h"
#include "call/call.h"

/* The value of argument number `index`, which is not absent. */
void value_print(struct text *out, const struct call *call, size_t index, enum call_style style);
/* The value of the first argument of that type; NULL if the call has none. */
const struct value *value_of(const struct call *call, enum arg_type type);

#endif
