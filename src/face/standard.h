/*
 * Standard input and output, given away: in a pipe they belong to the side that copies, and what sockstep itself has to
 * say goes to standard error.
 */
#ifndef SOCKSTEP_FACE_STANDARD_H
#define SOCKSTEP_FACE_STANDARD_H

#include <stdbool.h>

#include "face/options.h"

/* Is this to be used in a pipe: a remote service, no lines to run, and not both ends a person's? */
bool standard_is_piped(const struct options *options);
/* `ends` become standard input and output, as further descriptors; 0 is /dev/null from now on, 1 standard error. Sets
 * what options->remote has to know of them. Dies if that cannot be. */
void standard_give_away(struct options *options, int ends[2]);

#endif
