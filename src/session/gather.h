/*
 * Several lines of data for one call: `send 3 <<END`, the lines, and END. They become one line of the language, in
 * which the data is a string.
 */
#ifndef SOCKSTEP_SESSION_GATHER_H
#define SOCKSTEP_SESSION_GATHER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

struct gather {
	char *begin; /* (owned) of the line, up to <<; NULL: nothing is gathered */
	char *word;  /* (owned) that ends it */
	struct text data; /* (owned) */
	bool crlf;
};

void gather_init(struct gather *gather, bool crlf);
void gather_release(struct gather *gather);
/* Takes a line: false if it is one as any other. True: it is part of data; if it was the last, `whole` is the line
 * that is to be run, else it is empty. */
bool gather_takes_line(struct gather *gather, const char *line, size_t len, struct text *whole);
/* What was gathered so far is forgotten; true if there was something. */
bool gather_forget(struct gather *gather);

#endif
