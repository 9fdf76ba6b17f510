/*
 * Making a call: the side is free, the names in the line are resolved (a DNS name by a getaddrinfo line of its own),
 * the call is sent, and the line is done when all is quiet.
 */
#ifndef SOCKSTEP_SESSION_MAKING_H
#define SOCKSTEP_SESSION_MAKING_H

#include "session/state.h"

/* The statement under way is a call. */
void making_begin(struct session *session);
/* Can what the call returns have a name? False with a mistake. */
bool making_gives_descriptor(const struct statement *statement, struct mistake *mistake);
/* Sends `session->running.call`, which is bound, on `running.side`, and waits with `waiter` for it. False with a
 * complaint if the side cannot be reached; the statement is finished then. */
bool making_send(struct session *session, const struct waiter *waiter, double seconds);
/* Sends a call that no statement waits for, in a further thread: its number, EVENT_NO_INT if the side cannot be
 * reached. */
int64_t making_send_aside(struct session *session, const char *side, const struct call *call);
/* Toward another machine a segment may be on its way without our knowing it, and another process may be about to
 * answer: is the line's call about our own sides only? */
bool making_quiet_can_be_known(const struct session *session);
/* All calls under way that have not been told to be blocked are: all is quiet. */
void making_tell_blocked(struct session *session);

/* The row of the descriptor that the call is about; NULL if there is none (making_quiet.c). */
const struct event_fd *making_row(const struct session *session, const struct call *call);

#endif
