/*
 * What may stand at the cursor: completion by the type of the argument that is being typed, from what is true now. On
 * an empty line: what makes sense next.
 */
#ifndef SOCKSTEP_SESSION_COMPLETE_H
#define SOCKSTEP_SESSION_COMPLETE_H

#include <stddef.h>

#include "session/state.h"

/* Adds each word that may stand at byte `point` of `line` and begins with what stands there already, with a word of
 * help or NULL; both are printable and the caller's during the call only. Returns the byte at which the word begins. */
size_t session_complete(struct session *session, const char *line, size_t point,
			void (*add)(void *context, const char *text, const char *help), void *context);

#endif
