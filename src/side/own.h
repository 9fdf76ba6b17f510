/*
 * The descriptors of a side that are not its program's: its streams, its look at /proc, what wakes it.
 *
 * They lie above the soft RLIMIT_NOFILE, which is lowered for that where need be: so each call gets the number that a
 * plain program would get, and the kernel itself refuses to give or dup2() one of ours. What a call is asked to do with
 * one of them is answered EBADF (execute.h), and they are not listed.
 */
#ifndef SOCKSTEP_SIDE_OWN_H
#define SOCKSTEP_SIDE_OWN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* A side's program may have so many descriptors; more would make each fork copy a large table. */
enum { OWN_FIRST_MAX = 4096, OWN_FIRST_MIN = 8 };
/* So many threads, and two descriptors for each beside the others. */
enum { THREADS_MAX = 64, OWN_ROOM = 2 * THREADS_MAX + 24 };

struct own {
	int first; /* the lowest number that is ours, and the soft limit of the program */
};

/* Chooses the numbers by RLIMIT_NOFILE. False with a message if there is no room. Until own_close() the limit is
 * raised, so that descriptors may be taken. */
bool own_init(struct own *own, struct text *message);
void own_open(const struct own *own);
void own_close(const struct own *own);
/* Moves a descriptor among ours, close-on-exec, and closes the old one; dies if that cannot be, -1 for -1. */
int own_take(const struct own *own, int fd);
/* The same with a copy; the old one stays. */
int own_copy(const struct own *own, int fd);
bool own_contains(const struct own *own, long long fd);
/* Closes every descriptor of this process but those in `kept`, which is sorted. */
void own_close_others(int *kept, size_t count);
/* 0 and 1 become these, which are closed. */
void own_standard(int in, int out);
/* 0, 1 and 2 become /dev/null. */
void own_standard_null(void);

#endif
