/*
 * A session as its owner uses it: made, given one line after the other, ended.
 */
#ifndef SOCKSTEP_SESSION_SESSION_H
#define SOCKSTEP_SESSION_SESSION_H

#include "session/state.h"

/* The lab is made, empty: sides are started by its functions or by `side`. */
struct session *session_new(struct event_base *base, const struct session_ops *ops, void *owner);
/* Ends everything that the session started, and waits until it is gone. */
void session_free(struct session *session);
/* The first event, which names the program and the version of its events. */
void session_hello(struct session *session);
/* The sides `client` and `server` on this machine's own stack; client is the current one. False with a message. */
bool session_start_local(struct session *session, struct text *message);
/* The same in a lab: hosts client 10.0.0.1 fd00::1 and server 10.0.0.2 fd00::2, a side on each, and the wire, which flows. `link`:
 * "tun", "veth", NULL for what can be had. Where no lab can be, that is told, and with `fall_back` the sides are started
 * on this machine's own stack. */
bool session_start_lab(struct session *session, const char *link, bool fall_back, struct text *message);

/* Runs one line of `len` bytes; ops.done follows, later. Not while another is under way. */
void session_run(struct session *session, const char *line, size_t len, const struct source *source);
bool session_is_running(const struct session *session);
/* Understands a line without running it: names of descriptors, sides and hosts are taken to be there. False: `mistake` says
 * what is wrong with it. */
bool session_check(const char *line, size_t len, struct mistake *mistake);
/* Ctrl-C: the line under way waits no longer; without one, the current side's blocked call is interrupted. */
void session_interrupt(struct session *session);

#endif
