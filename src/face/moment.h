/*
 * The moment that the screen shows: now, or one of the past to which a person has gone back. Then world, log, changes
 * and transcript are those of that moment, made from the events again; what really is goes on meanwhile. The struct
 * owns what it makes.
 */
#ifndef SOCKSTEP_FACE_MOMENT_H
#define SOCKSTEP_FACE_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "face/view.h"
#include "world/past.h"

struct moment {
	bool past;
	int64_t place;           /* in the past: of the event that it ends with */
	struct past worlds;
	struct log log;          /* as it was then; borrows */
	struct transcript transcript; /* so does this */
	struct changes changes;
	int64_t changes_place;   /* of which moment they are */
	struct ladder ladder;    /* of a moment before the last reset, after which the screen's own begins */
	int64_t ladder_place;    /* of which moment it is */
};

void moment_init(struct moment *moment);
void moment_release(struct moment *moment);
/* Goes so many steps back or on; on beyond the newest step it is now again. Nothing before the oldest event kept. */
void moment_back(struct moment *moment, const struct log *log, int steps);
void moment_on(struct moment *moment, const struct log *log, int steps);
void moment_now(struct moment *moment);
/* Makes a view of what is now one of this moment. What it then borrows is good until the next call. */
void moment_apply(struct moment *moment, struct view *view);
/* What happened at that moment, in a few words. */
void moment_describe(struct text *out, const struct event *event);

#endif
