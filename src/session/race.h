/*
 * Attempts to connect side by side, as RFC 8305 has it ("Happy Eyeballs", section 5): the next address is tried when
 * the one before has failed, or has not answered for 250 ms; whoever answers first is taken, and the others are closed.
 * It is all in sight: each socket is its own descriptor with O_NONBLOCK, each connect() returns EINPROGRESS, one poll()
 * waits for all of them. With one address alone and -w it is the same poll(), for that long.
 *
 * It knows no order of addresses: whoever has one hands in what begins the next.
 */
#ifndef SOCKSTEP_SESSION_RACE_H
#define SOCKSTEP_SESSION_RACE_H

#include "session/remote_parts.h"

/* Begins the attempt with the next address. */
typedef void race_next(struct session *session, struct dial *dial);

/* The attempt's connect() goes on by itself: it is waited for, as long as it may take, together with those begun
 * before; or, if there is a further address (`next` is not NULL), until it is that one's turn. */
void race_wait(struct session *session, struct dial *dial, race_next *next);
/* Nothing new is to be begun: is somebody still waited for? */
bool race_goes_on(struct session *session, struct dial *dial);
/* The attempt is connected: the others are closed. */
void race_over(struct session *session, struct dial *dial);
void race_free(struct race *race);

#endif
