/*
 * Other network namespaces of this machine, as hosts that sides can be on: pid:N, that of a process (a container's, for
 * example), and netns:NAME, one that ip-netns(8) has named.
 */
#ifndef SOCKSTEP_SIDE_NETNS_H
#define SOCKSTEP_SIDE_NETNS_H

#include <stdbool.h>

#include "base/text.h"

/* Is it written so? */
bool netns_is_name(const char *host);
/* This process goes into it. False with a message. Who is not root needs a namespace that belongs to his own user
 * namespace, or of which that is the owner (setns(2)). */
bool netns_enter(const char *host, struct text *message);
/* A NETLINK_SOCK_DIAG socket of it, made by a child that goes there; -1: it cannot be entered, with a message. */
int netns_diag(const char *host, struct text *message);

#endif
