/*
 * Making a call: the side is free, the names in the line are resolved (a DNS name by a getaddrinfo line of its own), the
 * call is sent, and the line is done when all is quiet.
 */
#ifndef SOCKSTEP_SESSION_MAKING_H
#define SOCKSTEP_SESSION_MAKING_H

#include "session/state.h"

/* The statement under way is a call. */
void making_begin(struct session *session);
/* Sends `session->running.call`, which is bound, on `running.side`, and waits with `waiter` for it. False with a complaint if
 * the side cannot be reached; the statement is finished then. */
bool making_send(struct session *session, const struct waiter *waiter, double seconds);
/* All calls under way that have not been told to be blocked are: all is quiet. */
void making_tell_blocked(struct session *session);

#endif
