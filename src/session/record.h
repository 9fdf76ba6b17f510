/*
 * The session as a script that runs again: every line that did what it says, under the side that it was for, and
 * beside it the same with expectations made from what was seen.
 */
#ifndef SOCKSTEP_SESSION_RECORD_H
#define SOCKSTEP_SESSION_RECORD_H

#include "session/state.h"

/* The session's lines are recorded from now on, until it is freed. */
void record_begin(struct session *session);
void record_end(struct session *session);
/* A line that nobody entered, such as the `interrupt` that Ctrl-C stands for. */
void record_text(struct session *session, const char *line);
/* The lines so far. */
const struct text *record_script(const struct session *session, bool expectations);

#endif
