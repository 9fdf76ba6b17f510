/*
 * How far a learner came in each lesson: a line "NAME STEP" in $XDG_STATE_HOME/sockstep/lessons.
 */
#ifndef SOCKSTEP_SESSION_PROGRESS_H
#define SOCKSTEP_SESSION_PROGRESS_H

#include <stddef.h>

/* The step (from 1) in which it was left; 0: none, or it is done. */
size_t progress_of(const char *lesson);
/* 0: done. What cannot be written is not kept: a lesson does not fail for it. */
void progress_save(const char *lesson, size_t step);

#endif
