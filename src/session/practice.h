/*
 * A learner's practice of a lesson: the goal of each step is given (goal.h), the learner types the calls, and the
 * lesson's expectations decide when a goal is reached. A wrong try gets a hint; after the third the lines themselves
 * are shown. What a lesson does besides (narration, questions, settings, what stands in further rounds of a loop) is
 * done for the learner, and an expectation is waited for as in any script: a learner may be fast, and a kernel slow.
 */
#ifndef SOCKSTEP_SESSION_PRACTICE_H
#define SOCKSTEP_SESSION_PRACTICE_H

#include "session/goal.h"
#include "session/lesson.h"
#include "session/player.h"

/* Of the expectation that comes next. */
enum practice_check {
	CHECK_NONE,
	CHECK_RUNS,   /* it is being waited for */
	CHECK_FAILED, /* it does not hold, which was told */
};

struct practice {
	struct session *session;
	struct player *player;       /* hands out the lesson's lines */
	const struct lesson *lesson;
	size_t step; /* whose title was told; SIZE_MAX: none yet */
	struct goal goal;
	size_t told; /* the line that the learner was told of; SIZE_MAX: none yet */
	size_t unmet; /* the expectation that does not hold, until another try; SIZE_MAX: none */
	enum practice_check check;
	long steps;  /* segments that were stepped since that line was told */
	int tries;   /* that did not help since the last goal that was reached */
	bool tried;  /* something was entered that has not been looked at yet */
};

void practice_begin(struct practice *practice, struct session *session, struct player *player,
		    const struct lesson *lesson);
/* A line is entered: what is so before it is not what it brings about. */
void practice_look(struct practice *practice);
/* A line that was entered could not be understood, or not be done. */
void practice_mistaken(struct practice *practice);
/* A line that nobody entered failed: true if it was an expectation that the learner has not made true yet. */
bool practice_is_not_yet(struct practice *practice);

enum practice_turn {
	PRACTICE_WAITS, /* for the learner */
	PRACTICE_RUNS,  /* a line was begun */
	PRACTICE_DONE,  /* no line is left */
};

/* Something is done: goes on as far as it can. */
enum practice_turn practice_go_on(struct practice *practice);

#endif
