/*
 * Why this system does not let us make namespaces, in one sentence that also says what to do about it.
 */
#ifndef SOCKSTEP_SIDE_LAB_REFUSAL_H
#define SOCKSTEP_SIDE_LAB_REFUSAL_H

#include <stdbool.h>

#include "base/text.h"

/* What the system says of itself; -1 where it says nothing. */
struct lab_circumstances {
	long max_user, max_pid, max_mnt, max_net; /* user.max_*_namespaces of this user namespace */
	long userns_clone;  /* kernel.unprivileged_userns_clone, of Debian's and some others' kernels */
	long apparmor;      /* kernel.apparmor_restrict_unprivileged_userns, Ubuntu 23.10 and later */
	long seccomp;       /* of this process: 2 with a filter */
	bool is_root;       /* by its effective user */
};

void lab_circumstances_read(struct lab_circumstances *circumstances);
/* Adds the sentence for a step ("making a user namespace") that failed with that errno. */
void lab_refusal_explain(struct text *message, const char *step, int error, const struct lab_circumstances *now);
/* Both. */
void lab_refusal(struct text *message, const char *step, int error);

#endif
