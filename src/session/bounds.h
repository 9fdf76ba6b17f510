/*
 * What a lesson from elsewhere may take of this machine. What a person types meanwhile is not bounded.
 */
#ifndef SOCKSTEP_SESSION_BOUNDS_H
#define SOCKSTEP_SESSION_BOUNDS_H

#include "session/state.h"

enum {
	/* Of its file: */
	LESSON_BYTES_MAX = 1 << 20,
	LESSON_LINE_MAX = 4096,
	LESSON_STEPS_MAX = 200,
	/* While it runs: */
	LESSON_LINES_RUN_MAX = 100000,
	LESSON_HOSTS_MAX = 16,
	LESSON_SIDES_MAX = 64,
	LESSON_CALLS_MAX = 128,    /* that have not returned, on all sides together */
	LESSON_SOCKETS_MAX = 1024, /* open descriptors of all sides, and sockets without one */
	LESSON_SECONDS_MAX = 4 * 3600,
};

/* From now on the lines that are a stranger's (struct source) have so long. */
void bounds_begin(struct session *session);

/* One more of a stranger's lines is run, or followed. Are there too many now? The next one is refused. */
void bounds_count_line(struct session *session);
bool bounds_are_too_many_lines(const struct session *session);

/* May the line under way do that? False: that was told, and the statement is finished. */
bool bounds_allow_line(struct session *session);
bool bounds_allow_host(struct session *session);
bool bounds_allow_side(struct session *session);
bool bounds_allow_call(struct session *session, const struct call *call);

#endif
