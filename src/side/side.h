/*
 * A side: a process in which calls are made, with a descriptor table of its own, and a stream on which it is asked for
 * them and tells what came of them (sockstep-side(8)).
 *
 * One thread, the control thread, owns everything here and never blocks; workers make the calls that may (calls.h).
 */
#ifndef SOCKSTEP_SIDE_SIDE_H
#define SOCKSTEP_SIDE_SIDE_H

#include <stdbool.h>
#include <sys/types.h>

#include "side/calls.h"
#include "side/copy.h"
#include "side/dump.h"
#include "side/lines.h"
#include "side/own.h"
#include "side/report.h"
#include "side/request.h"
#include "side/rows.h"

struct side_options {
	const char *name; /* (borrowed) */
	int in, out;      /* of its stream; may be the same */
	int door;         /* to the agent, for the streams of its children; -1: there is no agent */
};

struct side {
	char *name; /* (owned) */
	struct own own;
	struct lines lines;
	struct report report;
	struct calls calls;
	struct rows rows;
	struct copier *copier;  /* (owned) NULL: nothing was copied yet */
	struct dump dump;
	int door;               /* (owned) or -1 */
	unsigned last_child;    /* number in the name of the last child; the side itself counts as 1 */
	bool holding;           /* `held` waits until its call may begin */
	struct request held;
	double held_until;      /* then it waits no longer */
	double ends_at;         /* after the end of input: how long calls that are on their way are waited for */
	bool over;
};

/* Runs a side until its stream ends, on the descriptors given, which it takes over: all others but 0 to 2 are closed.
 * The status for exit(). */
int side_run(const struct side_options *options);

/* fork(): both processes return from it, each as the side that it is then (child.c). */
void side_fork(struct side *side, struct request *request);

/* The request `tls`; false: not yet. And what is to be told of TLS (tls_serve.c). */
bool side_tls(struct side *side, const struct request *request, bool patient);
void side_tell_tls(const struct side *side);
/* The request `copy`; false: not yet. And what has become of such requests (copying.c). */
bool side_copy(struct side *side, const struct request *request, bool patient);
void side_tell_copies(struct side *side);

#endif
