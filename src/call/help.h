/*
 * What `help` says of a call, a command, an option, a constant, and of all, derived from the tables. Lines of at most
 * 78 columns, each with its newline, are added to the caller's text.
 */
#ifndef SOCKSTEP_CALL_HELP_H
#define SOCKSTEP_CALL_HELP_H

#include "base/text.h"
#include "call/call.h"
#include "call/statement.h"

/* Signature, what each argument may be, result, whether it may block, the manual page, an example. */
void help_call(struct text *out, const struct call_spec *spec);
/* How it is written, lines that use it; of `expect` all that can be expected. */
void help_command(struct text *out, const struct command_spec *spec);
/* What it is for, its level, how its value is written. */
void help_option(struct text *out, const struct option_spec *spec);
/* Its value, and the calls in which it may stand. */
void help_constant(struct text *out, const struct constant *constant);
/* Where to begin, and the names of all calls and commands by what they are for. */
void help_overview(struct text *out);
/* Every call and every command with its line. */
void help_topics(struct text *out);

/* A line that uses the call, as one would type it; it can be read. */
const char *help_example(enum call_id id);
/* The example number `index` of all that commands have, and of which command; NULL: there are no more. */
const char *help_command_example(size_t index, enum command_id *command);
/* "0", "a new descriptor", "how many bytes": what the call returns when it succeeds. */
const char *help_result(enum call_result result);
/* What stands there, with every constant of its group. */
void help_argument(struct text *out, const struct arg_spec *arg);

#endif
