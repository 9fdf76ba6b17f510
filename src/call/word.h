/*
 * A word that the user wrote, in a message: made printable, cut if it is endless, and with the name that may have been
 * meant.
 */
#ifndef SOCKSTEP_CALL_WORD_H
#define SOCKSTEP_CALL_WORD_H

#include <stddef.h>

#include "base/text.h"

/* So much of a word is shown; "..." follows what was cut. */
enum { WORD_SHOWN_MAX = 40 };

void word_show(struct text *out, const char *word);

/* The name nearest to a word, of those that were tried. The strings are the caller's. */
struct nearest {
	const char *word;
	const char *name; /* NULL: none is near */
	size_t distance;
};

struct nearest nearest_to(const char *word);
void nearest_try(struct nearest *nearest, const char *name);
/* Adds "; did you mean NAME?", or nothing. */
void nearest_suggest(struct text *out, const struct nearest *nearest);

#endif
