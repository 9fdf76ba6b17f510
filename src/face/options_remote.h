/*
 * The arguments that say which remote service is meant and how it is spoken to: nc's letters, into struct remote.
 */
#ifndef SOCKSTEP_FACE_OPTIONS_REMOTE_H
#define SOCKSTEP_FACE_OPTIONS_REMOTE_H

#include "call/arguments.h"
#include "session/remote.h"

/* Takes one argument, if it is one of those; `*known` says so. False with a message: its value is wrong. */
bool options_remote_take(struct remote *remote, enum argument_id id, const char *value, bool *known,
			 struct text *message) __attribute__((nonnull(1)));
/* Takes what --netns, or the first line of a script, says: pid:N, netns:NAME, or NAME alone. False with a message. */
bool options_remote_netns(struct remote *remote, const char *value, struct text *message);
/* Takes what stands behind all options: HOST PORT, [ADDRESS] PORT, PATH. False with a message, also where two arguments
 * do not go together. */
bool options_remote_place(struct remote *remote, char *const words[], size_t count, struct text *message);

#endif
