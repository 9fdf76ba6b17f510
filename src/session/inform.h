/*
 * One socket in full: all that is known of it now, and its life so far. Text that follows from what was asked
 * (inquiry.h); the commands say it.
 */
#ifndef SOCKSTEP_SESSION_INFORM_H
#define SOCKSTEP_SESSION_INFORM_H

#include "base/text.h"
#include "session/inquiry.h"
#include "session/subject.h"

/* What the descriptor table says, who else leads to the socket, and every row that `ss -tanpieom` would print. */
void inform_info(struct text *out, const struct inquiry *inquiry, const struct subject *subject);
/* A line for each edge between states, with its time and cause; what fell off the log is counted. A closed descriptor's
 * socket is the one that it led to last. */
void inform_history(struct text *out, const struct inquiry *inquiry, const struct subject *subject);

#endif
