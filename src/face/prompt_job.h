/*
 * The prompt as a shell's job: it is stopped and continued, and its terminal's size changes meanwhile.
 */
#ifndef SOCKSTEP_FACE_PROMPT_JOB_H
#define SOCKSTEP_FACE_PROMPT_JOB_H

#include <event2/util.h>

/* Stops the process group, having given the terminal back; returns when it is continued. */
void prompt_job_suspend(void);
/* The loop's: SIGTSTP, SIGCONT, SIGWINCH. */
void prompt_job_on_stopped(evutil_socket_t number, short what, void *unused);
void prompt_job_on_continued(evutil_socket_t number, short what, void *unused);
void prompt_job_on_resized(evutil_socket_t number, short what, void *unused);

#endif
