/*
 * TAB: the owner's completion, as readline wants it.
 */
#ifndef SOCKSTEP_FACE_PROMPT_COMPLETE_H
#define SOCKSTEP_FACE_PROMPT_COMPLETE_H

void prompt_complete_set_up(void);

#endif
