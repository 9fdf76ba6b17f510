/*
 * What makes sense next for a side: calls that its descriptors and the world around it call for, as they would be
 * typed, the most pressing first. Pure: it reads the world alone.
 */
#ifndef SOCKSTEP_SESSION_SUGGEST_H
#define SOCKSTEP_SESSION_SUGGEST_H

#include "base/text.h"
#include "world/world.h"

typedef void suggest_function(void *context, const char *text, const char *help);

/* Texts and helps are printable, and the caller's only during the call. side NULL, or one that is not there or has
 * ended: how to get one. */
void suggest_next(const struct world *world, const char *side, suggest_function *add, void *context);
/* "server:8080", or "127.0.0.1:8080" where no name leads there: how a socket is reached that listens, or is bound to a
 * UDP port or a UNIX name. False: it has no address that could be reached. */
bool suggest_address(struct text *out, const struct world *world, const struct world_socket *socket);

#endif
