/*
 * A learner's practice of a lesson: the goal of each step is given, the learner types the calls, and the lesson's
 * expectations decide when a goal is reached. A wrong try gets a hint; after the third the lines themselves are shown.
 * What a lesson does besides (narration, questions, settings, what stands in further rounds of a loop) is done for the
 * learner.
 */
#ifndef SOCKSTEP_SESSION_PRACTICE_H
#define SOCKSTEP_SESSION_PRACTICE_H

#include "session/lesson.h"
#include "session/player.h"

struct practice {
	struct session *session;
	struct player *player;       /* hands out the lesson's lines */
	const struct lesson *lesson;
	size_t step;  /* whose title was told; SIZE_MAX: none yet */
	size_t goal;  /* the first line of the learner's since the last expectation that was met; SIZE_MAX: none yet */
	size_t until; /* the expectation that was told as the goal; SIZE_MAX: none yet */
	bool held_before; /* that one, when it was told: it cannot be what is to be reached */
	size_t told;  /* the line whose verb was told; SIZE_MAX: none yet */
	int tries;    /* that did not help since the last that did */
	bool tried;   /* something was entered that has not been looked at yet */
};

void practice_begin(struct practice *practice, struct session *session, struct player *player,
		    const struct lesson *lesson);
/* A line that was entered could not be understood, or not be done. */
void practice_mistaken(struct practice *practice);

enum practice_turn {
	PRACTICE_WAITS, /* for the learner */
	PRACTICE_RUNS,  /* a line was begun */
	PRACTICE_DONE,  /* no line is left */
};

/* Something is done: goes on as far as it can. */
enum practice_turn practice_go_on(struct practice *practice);

#endif
