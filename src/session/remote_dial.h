/*
 * A remote service, or one's own, as the command line asks for it, done by the calls that it takes.
 */
#ifndef SOCKSTEP_SESSION_REMOTE_DIAL_H
#define SOCKSTEP_SESSION_REMOTE_DIAL_H

#include "session/remote.h"
#include "session/state.h"

/* As if it was a line: `done` comes at its end. The struct is borrowed for as long as the session lives. To be called
 * before the first line. `person`: somebody types, so a client is waited for aside. */
void session_remote(struct session *session, const struct remote *remote, bool person);

#endif
