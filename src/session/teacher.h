/*
 * A lesson under way: with a person it pauses, asks and can go back; without one it runs through, every answer being
 * checked against the kernel. A learner's practice gives the goal of each step and waits until the learner's own calls
 * have made its expectations true.
 */
#ifndef SOCKSTEP_SESSION_TEACHER_H
#define SOCKSTEP_SESSION_TEACHER_H

#include "session/lesson.h"
#include "session/player.h"
#include "session/practice.h"

enum teaching { TEACHING_NOT, TEACHING_CLASS, TEACHING_PRACTICE };

struct teacher {
	struct session *session;
	struct player *player;
	bool person;    /* is somebody there to wait for? */
	bool trust;     /* lessons from elsewhere may do what a script may */
	enum teaching teaching;
	struct lesson lesson; /* (owned) while teaching */
	size_t begins_at;     /* the step that is taken up again when no line is left: the one it stopped in */
	bool paused;          /* until Enter */
	size_t paused_depth;  /* scripts within the lesson then: others that are begun meanwhile are run */
	bool asking;          /* the next line is an answer */
	bool paging;          /* until Enter: what was told is not all in sight */
	bool stopped;         /* until it is taken up again */
	bool over;            /* no line of it is left, which was told */
	struct practice practice;
};

void teacher_init(struct teacher *teacher, struct session *session, struct player *player, bool person);
void teacher_release(struct teacher *teacher);

/* Begins a lesson at a step (from 1; 0: the first, or the one where the learner left it), in a fresh lab unless it is
 * the first thing that happens. False with a message. */
bool teacher_begin(struct teacher *teacher, const char *name, long from, bool practice, struct text *message);
/* One step back. False with a message: there is no lesson, or no step before. */
bool teacher_back(struct teacher *teacher, struct text *message);
/* `pause` was said: does somebody have to press Enter? */
bool teacher_pause(struct teacher *teacher);
/* `ask` was said: will somebody answer? */
bool teacher_ask(struct teacher *teacher);

/* A line of the lesson failed, or somebody interrupted it: it is over, but can be taken up again. */
void teacher_stop(struct teacher *teacher);

/* Is a lesson under way that somebody reads? Then what it tells is to be read page by page. */
bool teacher_is_read(const struct teacher *teacher);
/* The rest of what was told waits for Enter. */
void teacher_page(struct teacher *teacher);
/* No line is to be run now: of a lesson with a person that has come to its end, this is told. */
void teacher_rest(struct teacher *teacher);
/* A line was entered: true if it was for the teacher (an empty one that ends a pause, an answer). */
bool teacher_line(struct teacher *teacher, const char *line);
/* A line of the learner's is done, or practice has just begun: goes on as far as it can. True if a line was begun. */
bool teacher_practice(struct teacher *teacher);
/* A line is about to be run that is not for the teacher. */
void teacher_look(struct teacher *teacher);
/* A line that nobody typed failed: true if it is what the learner has not reached yet, so that practice goes on. */
bool teacher_is_not_yet(struct teacher *teacher);
/* A line of the learner's could not be understood, or not be done. */
void teacher_mistaken(struct teacher *teacher);
/* Does the prompt wait for a person now, whatever lines the player still has? */
bool teacher_waits(const struct teacher *teacher);
/* Is a learner at it? */
bool teacher_is_practising(const struct teacher *teacher);
/* What stands before the line while it waits; NULL: the usual prompt. */
const char *teacher_prompt(const struct teacher *teacher);

#endif
