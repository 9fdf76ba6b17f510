/*
 * A session as its owner uses it: made, given one line after the other, ended.
 */
#ifndef SOCKSTEP_SESSION_SESSION_H
#define SOCKSTEP_SESSION_SESSION_H

#include "session/state.h"

/* The lab is made, empty: session/start.h starts its first hosts and sides. */
struct session *session_new(struct event_base *base, const struct session_ops *ops, void *owner);
/* Ends everything that the session started, and waits until it is gone. */
void session_free(struct session *session);
/* The first event, which names the program and the version of its events. */
void session_hello(struct session *session);
/* Runs one line of `len` bytes; ops.done follows, later. Not while another is under way. */
void session_run(struct session *session, const char *line, size_t len, const struct source *source);
bool session_is_running(const struct session *session);
/* Understands a line without running it: names of descriptors, sides and hosts are taken to be there. False:
 * `mistake` says what is wrong with it. */
bool session_check(const char *line, size_t len, struct mistake *mistake);
/* The side whose call Ctrl-C would interrupt; NULL: none is in a call. */
const char *session_interruptible(const struct session *session);
/* Ctrl-C: the line under way waits no longer; without one, the current side's blocked call is interrupted. */
void session_interrupt(struct session *session);

#endif
