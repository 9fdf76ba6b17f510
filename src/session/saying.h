/*
 * What a command prints, as a text of several lines.
 */
#ifndef SOCKSTEP_SESSION_SAYING_H
#define SOCKSTEP_SESSION_SAYING_H

#include "base/text.h"
#include "session/state.h"

/* Says each line of it; what stands behind the last newline is a line too. */
void saying_say(struct session *session, const struct text *text);
/* Says it, frees it, and the statement is done. */
void saying_finish(struct session *session, struct text *text);

#endif
