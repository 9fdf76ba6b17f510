/*
 * Standard input and output in a pipe: once there is a connection the side copies by itself, and no byte of it passes
 * here. What is left to do is to say what happens, to close, and to come to a status.
 */
#ifndef SOCKSTEP_SESSION_PIPE_H
#define SOCKSTEP_SESSION_PIPE_H

#include "session/state.h"

/* The sides that are started from now on have these as their 0 and 1, and our standard error as 2. Both are taken
 * over; to be called before the first side is started. */
void pipe_hand_on(struct session *session, int in, int out);

/* The statement under way waits until that connection of its side is copied to its end: then it is closed, and the
 * statement is done. With -k it waits for ever, for whatever pipe_add() brings. */
void pipe_wait(struct session *session, int fd);
/* A further connection, of one who came to a listener with -k. */
void pipe_add(struct session *session, const char *side, int fd);

/* Without -v nothing is said but what went wrong. */
bool pipe_hides(const struct session *session, const struct event *event);

#endif
