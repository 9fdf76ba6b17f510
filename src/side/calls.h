/*
 * The calls of a side that are under way, and what follows when one has returned.
 *
 * What the kernel never lets sleep is made here and now, in the control thread; the others are handed to workers.
 * Whether one of those is asleep is asked of /proc, at growing intervals as long as one is neither asleep nor back;
 * then nothing is asked any more until it returns or somebody wants to know again.
 */
#ifndef SOCKSTEP_SIDE_CALLS_H
#define SOCKSTEP_SIDE_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "side/own.h"
#include "side/report.h"
#include "side/request.h"
#include "side/rows.h"
#include "side/worker.h"

struct calls {
	struct worker *workers[THREADS_MAX]; /* (owned) by number - 1; NULL: not made yet */
	size_t made;                         /* no worker stands behind so many */
	struct worker *lost[THREADS_MAX];    /* of the process before fork(), which cannot be used any more */
	size_t lost_count;
	int wake;                    /* (owned) the eventfd that workers write */
	int signals;                 /* (owned) the pipe that handlers write */
	const struct own *own;       /* (borrowed) */
	const struct report *report; /* (borrowed) */
	struct rows *rows;           /* (borrowed) */
	int64_t *quiets;             /* (owned) requests for quiet that wait */
	size_t quiet_count, quiet_room;
	double pause;     /* seconds until /proc is asked again */
	double next_look; /* when that is */
};

/* Makes the pipe for signals and catches them, and the eventfd. `rows` may be initialised later. */
void calls_init(struct calls *calls, const struct own *own, const struct report *report, struct rows *rows);
/* In the child of fork(): no worker is there, and both descriptors are made anew. */
void calls_after_fork(struct calls *calls);
/* Calls that have not returned are left to the end of the process. */
void calls_release(struct calls *calls);

enum may_begin {
	BEGIN_NOW,
	BEGIN_LATER, /* it is not known yet whether the call before it is asleep, or a thread cannot be made yet */
	BEGIN_NEVER, /* thread 1 is in a call, or there are too many threads: told as an error */
};

/* May the call of this request begin? `patient`: else later becomes now or never. */
enum may_begin calls_may_begin(struct calls *calls, const struct request *request, bool patient);
/* Makes it, or lets a worker make it, and takes its values. */
void calls_begin(struct calls *calls, struct request *request);
/* Tells of a call that was made in the control thread, and what has changed by it. */
void calls_tell(struct calls *calls, const struct report_call *told, const struct execution *execution);

/* Answers when all is quiet: each call has returned or sleeps. */
void calls_quiet(struct calls *calls, int64_t id);
/* Sends signals to the thread until it has left its call, and then answers. */
void calls_interrupt(struct calls *calls, int64_t id, int thread);

/* One turn: tells what has returned or fallen asleep, signals, and quiet. `woken`: `wake` is readable. */
void calls_look(struct calls *calls, bool woken);
/* After how many seconds calls_look() is wanted again; negative: only when a descriptor is readable. */
double calls_timeout(const struct calls *calls);
/* Has each call returned, or did it sleep when it was last looked at? */
bool calls_are_settled(const struct calls *calls);
/* They are to be looked at again. */
void calls_unsettle(struct calls *calls);
void calls_tell_signals(struct calls *calls);

#endif
