/*
 * Settings of the kernel that have to be asked of a lab's agent first: a command that needs them waits for the answers
 * and then runs again, and finds them here. They are kept with the running statement.
 */
#ifndef SOCKSTEP_SESSION_ASKING_H
#define SOCKSTEP_SESSION_ASKING_H

#include <stdbool.h>

#include "session/commands.h"

/* Asks every host of a lab for these (NULL behind the last; "net/ipv4/ip_local_port_range"). True: the statement waits,
 * and `again` is called with its words when the answers are there, or patience has run out. False: there is nobody to
 * ask, or it was done. */
bool asking_first(struct session *session, const char *const *names, command_function *again);
/* What was answered to the running statement; NULL: not asked, or not known. */
const char *asking_value(const struct session *session, const char *host, const char *name);

#endif
