/*
 * A line of the language (sockstep(1), "LANGUAGE"), read but not yet run: which side, which call or command, its
 * arguments as syntax.
 */
#ifndef SOCKSTEP_CALL_STATEMENT_H
#define SOCKSTEP_CALL_STATEMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "call/call.h"
#include "call/syntax.h"

enum command_id {
#define COMMAND(name, ...) COMMAND_##name,
#include "call/commands.def"
#undef COMMAND
	COMMAND_COUNT,
};

struct command_spec {
	enum command_id id;
	const char *name;
	const char *synopsis; /* of its arguments */
	const char *complete; /* what its words complete to (commands.def) */
	const char *help;     /* one line, no full stop */
};

const struct command_spec *command_spec(enum command_id id);
/* As call_find(). */
const struct command_spec *command_find(const char *name, bool prefix, bool *ambiguous);

enum statement_kind {
	STATEMENT_EMPTY,   /* nothing, or a comment */
	STATEMENT_SIDE,    /* "server:" alone */
	STATEMENT_CALL,
	STATEMENT_COMMAND,
};

struct statement {
	enum statement_kind kind;
	char *side;               /* (owned) without its colon; NULL: the current side */
	int side_column;
	char *name;               /* (owned) the result's name, which no other word of the language is; NULL for none */
	int name_column;
	bool thread;              /* & at its end */
	const struct call_spec *call;
	const struct command_spec *command;
	int column;               /* of the call's or command's name */
	struct syntax_list args;  /* of a call */
	char *rest;               /* (owned) of a command: what follows its name, without a comment; say keeps all */
	int rest_column;
};

/* Reads `len` bytes; `prefix`: an unambiguous beginning of a name stands for it, as at the prompt. False: `mistake`
 * says what is wrong and where, and `statement` is empty. What sockstep printed itself is understood: the result behind
 * a call is passed over. */
bool statement_read(struct statement *statement, const char *line, size_t len, bool prefix, struct mistake *mistake);
void statement_release(struct statement *statement);

#endif
