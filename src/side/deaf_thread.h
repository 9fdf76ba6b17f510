/*
 * A thread of the side's own that no signal reaches: all of them are blocked from its first moment on, so that what the
 * program does with its signals stays with the threads that make the program's calls.
 */
#ifndef SOCKSTEP_SIDE_DEAF_THREAD_H
#define SOCKSTEP_SIDE_DEAF_THREAD_H

#include <pthread.h>

/* pthread_create(3) with a stack of 1 MiB: getaddrinfo() and TLS need most of it, what is not touched costs nothing.
 * 0, or the error. */
int deaf_thread_start(pthread_t *thread, void *(*work)(void *), void *argument);

#endif
