/*
 * What processes of the lab see of files that is the lab's own, in its mount namespace only: /proc with its
 * processes, an empty /run (nobody who answers for names or for anything else is reached there), and /etc/hosts with
 * the names of the lab, which are the only ones that resolve.
 */
#ifndef SOCKSTEP_SIDE_LAB_FILES_H
#define SOCKSTEP_SIDE_LAB_FILES_H

#include <stdbool.h>

#include "base/text.h"

struct lab_files {
	int hosts;      /* (owned) what lies over /etc/hosts; -1: nothing does */
	int outer_proc; /* (owned) the directory /proc of the system outside; -1: it was not there */
};

/* In the new mount namespace, once. A note is added for each thing that cannot be had; the lab does without. */
void lab_files_begin(struct lab_files *files, struct text *notes);
void lab_files_release(struct lab_files *files);

/* Makes `lines` all that is in /etc/hosts. */
void lab_files_write_hosts(const struct lab_files *files, const struct text *lines);
/* The number outside of the process that the pidfd of this process is for; -1: it is not known. */
long lab_files_outer_pid(const struct lab_files *files, int pidfd);

#endif
