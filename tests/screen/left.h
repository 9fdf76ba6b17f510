/*
 * Which processes are left of all that a script has started. The driver is their subreaper: what the program started
 * and did not wait for is the driver's child as soon as the program has ended.
 */
#ifndef TESTS_SCREEN_LEFT_H
#define TESTS_SCREEN_LEFT_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#include "drive.h"

/* The numbers of a process's children, to be read and closed; NULL: it has ended. */
FILE *left_children(pid_t pid);

/* Those that have ended are reaped; those in the background, and the leader of the terminal's session, do not count. */
bool left_nobody(struct drive *drive);
/* Adds to the message who is left, a line for each. */
void left_say(struct drive *drive);

#endif
