/*
 * Where the cursor stands in a line that is being typed: in which call or command, behind which arguments, in which
 * word. It owns what it found.
 */
#ifndef SOCKSTEP_SESSION_PLACE_H
#define SOCKSTEP_SESSION_PLACE_H

#include <stdbool.h>
#include <stddef.h>

#include "call/statement.h"
#include "call/syntax.h"

struct place {
	char *side;                         /* (owned) the line's prefix; NULL: none */
	bool named;                         /* "s =" stands before */
	const struct call_spec *call;       /* both NULL: the cursor is in the first word itself */
	const struct command_spec *command;
	struct syntax_list args;            /* (owned) the whole ones before the cursor's */
	char *key;                          /* (owned) "to" where the cursor is behind to=; NULL: none */
	bool in_list;                       /* in [ ] */
	size_t element;                     /* there: how many words of this element stand before the cursor's */
	size_t begin;                       /* the word's first byte */
	char *word;                         /* (owned) from there to the cursor */
};

/* The line up to byte `point`. False: nothing can be completed there (in a string, behind a mistake); then nothing is
 * owned. */
bool place_find(struct place *place, const char *line, size_t point);
void place_release(struct place *place);

#endif
