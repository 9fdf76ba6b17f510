/*
 * The arguments of sockstep's command line, from one table (arguments.def).
 */
#ifndef SOCKSTEP_CALL_ARGUMENTS_H
#define SOCKSTEP_CALL_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

enum argument_id {
#define ARGUMENT(id, ...) ARGUMENT_##id,
#include "call/arguments.def"
#undef ARGUMENT
	ARGUMENT_COUNT,
};

enum argument_status { ARGUMENT_NOW, ARGUMENT_REFUSED };

struct argument_spec {
	enum argument_id id;
	char letter;          /* '\0': none */
	const char *name;     /* the long one, without its hyphens; NULL: none */
	const char *argument; /* what it takes; NULL: nothing; "[=NAME]": it may take it */
	enum argument_status status;
	const char *help;     /* no full stop; of one that is refused, the sentence that says so */
};

const struct argument_spec *argument_spec(enum argument_id id);
/* By its letter, or by its long name in full; NULL if there is none. */
const struct argument_spec *argument_by_letter(char letter);
const struct argument_spec *argument_by_name(const char *name);
/* Does it do without what it takes? Then that is written behind = */
bool argument_may_be_left_out(const struct argument_spec *spec);
/* "-h, --help", "-e LINE", "--seed NUMBER". */
void argument_show(struct text *out, const struct argument_spec *spec);
/* A line for each that works, for --help. */
void arguments_help(struct text *out);

#endif
