/*
 * Lines that were entered: into the history, and one by one to the owner.
 */
#ifndef SOCKSTEP_FACE_PROMPT_ENTER_H
#define SOCKSTEP_FACE_PROMPT_ENTER_H

#include <stddef.h>

/* From readline: Enter, or (NULL) Ctrl-D on an empty line. Takes the line over. */
void prompt_enter_line(char *line);
/* Adds a line to those that wait to be run. */
void prompt_enter_queue(const char *line, size_t len);
/* Before those that wait; to be called while one is run by prompt_enter_run_next(). */
void prompt_enter_put_first(const char *line);
/* There is one. */
void prompt_enter_run_next(void);
/* Those that wait are not run. */
void prompt_enter_forget(void);
/* What the painter's question was asked in the middle of is edited again, once that is answered. */
void prompt_enter_take_up(void);

#endif
