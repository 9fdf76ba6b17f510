/*
 * The arguments of a line as they stand there, before anyone knows what type they should have.
 */
#ifndef SOCKSTEP_CALL_SYNTAX_H
#define SOCKSTEP_CALL_SYNTAX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "call/call.h"
#include "call/cursor.h"

enum syntax_kind {
	SYNTAX_WORD,        /* text: a number, a name, names joined by |, an address */
	SYNTAX_STRING,      /* text: the bytes of "…", hex:… */
	SYNTAX_FILE,        /* text: the path of @file */
	SYNTAX_RECEIVED,    /* received, or received[from:to] */
	SYNTAX_LIST,        /* [a, b c]: an item for each comma, in it an item for each word */
	SYNTAX_PLACEHOLDER, /* text: buf, NULL, &x, sizeof, strlen: what C needs and we do not */
};

struct syntax_list {
	struct syntax *items; /* (owned) */
	size_t count, room;
};

struct syntax {
	enum syntax_kind kind;
	int column;              /* of its first character in the line, from 0 */
	char *key;               /* (owned) before an equals sign; NULL without one */
	char *text;              /* (owned) NUL-terminated */
	size_t len;              /* of text, which may hold NUL bytes */
	long long from, to;      /* received[from:to]; to -1: to its end */
	bool cut;                /* of SYNTAX_STRING: ... follows it, for it was cut when it was printed */
	struct syntax_list list; /* of SYNTAX_LIST: each item is a SYNTAX_LIST of words, or a single one */
};

void syntax_list_release(struct syntax_list *list);
void syntax_list_drop_last(struct syntax_list *list);

/* Arguments up to the end of the line, a closing parenthesis (if `in_parentheses`), or what ends a statement: "&" at
 * its end and a comment. The cursor stands behind them. */
bool syntax_read_args(struct syntax_list *list, struct cursor *cursor, bool in_parentheses, struct mistake *mistake);

#endif
