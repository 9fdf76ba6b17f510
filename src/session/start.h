/*
 * How hosts and sides come to be: the first ones, further ones, and all of them anew.
 */
#ifndef SOCKSTEP_SESSION_START_H
#define SOCKSTEP_SESSION_START_H

#include "session/state.h"

void start_init(struct session *session);
void start_release(struct session *session);

/* The sides `client` and `server` on this machine's own stack; client is the current one. False with a message. */
bool session_start_local(struct session *session, struct text *message);
/* The same in a lab: hosts client 10.0.0.1 fd00::1 and server 10.0.0.2 fd00::2, a side on each, and the wire, which
 * flows. `link`: "tun", "veth", NULL for what can be had. Where no lab can be, that is told, and with `fall_back` the
 * sides are started on this machine's own stack. */
bool session_start_lab(struct session *session, const char *link, bool fall_back, struct text *message);
/* Are sides that were asked for still to come? */
bool start_is_under_way(const struct session *session);

/* Remembers, for a fresh start, what was made beside the first ones. */
void start_note_host(struct session *session, const char *name, const char *addresses);
void start_note_side(struct session *session, const char *name, const char *host, bool unprivileged);

#endif
