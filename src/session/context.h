/*
 * What the words of a line stand for at this moment: descriptors by name, hosts and sides as addresses, what was
 * received, files.
 */
#ifndef SOCKSTEP_SESSION_CONTEXT_H
#define SOCKSTEP_SESSION_CONTEXT_H

#include "session/state.h"

/* The owner is the session; the side is that of the line under way. */
struct call_context context_of(struct session *session);
/* A context that takes every name to be there: a line is understood before anything runs. */
struct call_context context_of_check(void);

/* The address of the host or side by that name, port 0, in that family (AF_UNSPEC: its first); false if there is none
 * by that name or it has no address of the family. */
bool context_host_address(const struct session *session, const char *name, int family, struct address *address);
/* A pattern of addresses with a host's name in it ("server:80", "client:*") as the world prints addresses; the caller
 * frees it. */
char *context_pattern(const struct session *session, const char *word);
/* Would a person who is called so be hidden by a keyword? A name may not be a call, a command, a constant, a host or
 * a side; then false with a message. */
bool context_name_is_free(const struct session *session, const char *name, struct text *message);

#endif
