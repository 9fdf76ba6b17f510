/*
 * An errand: a statement that takes several calls on one side, one after the other, each shown as the call it is. The
 * calls are written as lines in a queue; what one returned may add further ones. The errand is over when the queue is
 * empty, or when somebody ends it.
 *
 * A call that sleeps longer than patience is told to be blocked, and waited for; Ctrl-C interrupts it, and with EINTR
 * the errand ends.
 */
#ifndef SOCKSTEP_SESSION_ERRAND_H
#define SOCKSTEP_SESSION_ERRAND_H

#include "session/state.h"

/* What comes of a call; it may add calls, or end the errand. `own` is the errand's. */
typedef void errand_then(struct session *session, void *own, const struct event_call *call);

struct errand_ops {
	errand_then *failed;  /* a call without a `then` of its own did not succeed; NULL: the errand ends with it */
	void (*done)(struct session *session, void *own); /* the queue is empty; NULL: the errand ends well */
	/* A call has not returned within patience, and so many seconds have gone since it began; the seconds until
	 * this is asked again, negative: never. May not end the errand, but interrupt the call. NULL: nobody asks. */
	double (*slow)(struct session *session, void *own, double since);
	void (*free_own)(void *own);
};

/* The statement under way becomes an errand on that side, which is free; the first call is made by errand_go(). */
void errand_begin(struct session *session, const char *side, const struct errand_ops *ops, void *own);
/* A further call, in the exact form (call_read()); `then`, if not NULL, is told what it returned. */
void errand_add(struct session *session, errand_then *then, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* What was added and not yet made is not made. */
void errand_forget(struct session *session);
/* Makes the first call. */
void errand_go(struct session *session);
/* The last call of the errand is one that may sleep until somebody else does something: then the line is done, as it is
 * with any call, once all is quiet. */
void errand_may_sleep(struct session *session);
/* It is over. */
void errand_end(struct session *session, enum outcome outcome);
/* Nothing is done for so many seconds; then `wake` is called. Ctrl-C ends the errand. */
void errand_pause(struct session *session, double seconds, void (*wake)(struct session *session, void *own));
/* Of the errand under way, what errand_begin() was given. */
void *errand_own(const struct session *session);

/* Did the call fail because Ctrl-C interrupted it? */
bool errand_was_interrupted(const struct event_call *call);

#endif
