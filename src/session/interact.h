/*
 * interact: what is typed goes to a descriptor, what comes from it is shown, until Ctrl-] or the line that consists of
 * it. In line mode a line is sent with its newline, in byte mode each key at once. The calls are made aside and are not
 * in the transcript; the prompt stays as it is, but for its words.
 */
#ifndef SOCKSTEP_SESSION_INTERACT_H
#define SOCKSTEP_SESSION_INTERACT_H

#include "session/state.h"

/* Takes a line that was entered; false: nobody interacts, it is one of the language. */
bool interact_takes_line(struct session *session, const char *line, size_t len);
/* Takes a key, before the line editor has it; `empty`: the line so far. False: it is not for us. */
bool interact_takes_key(struct session *session, const char *bytes, size_t len, bool empty);
/* Ctrl-C ends it; false: nobody interacts. */
bool interact_leave(struct session *session);
/* What the prompt says instead of the side's name, to be freed; NULL: nobody interacts. */
char *interact_prompt(const struct session *session);

#endif
