/*
 * The past, read from the log: calls by number, causes in words, the edges that a socket went along, and who closed it.
 * Nothing is owned; what is returned points into the log and is valid until the next event.
 */
#ifndef SOCKSTEP_SESSION_CHRONICLE_H
#define SOCKSTEP_SESSION_CHRONICLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "world/log.h"

/* What the log says last of the call with that number; NULL: nothing (any more). */
const struct event *chronicle_call(const struct log *log, int64_t id);
/* The last call that returned on that side before the event number `before`; NULL: none. */
const struct event *chronicle_call_before(const struct log *log, const char *side, size_t before);
/* The last call `name` that returned without an error on this descriptor of the side; NULL: none. */
const struct event *chronicle_call_on(const struct log *log, const char *side, int64_t fd, const char *name);
/* The socket that the descriptor led to last, also after it was closed; false: none that the log knows. */
bool chronicle_last_cookie(const struct log *log, const char *side, int64_t fd, int64_t *cookie);
/* The last state event of a socket; NULL: none. `to` NULL: into any state. */
const struct event *chronicle_state(const struct log *log, const char *host, int64_t cookie, const char *to);
/* Did it ever leave a state in which it was connected? An attempt that was refused is none. */
bool chronicle_was_connected(const struct log *log, const char *host, int64_t cookie);
/* The last state event of the socket at the other end: its addresses are these the other way round. */
const struct event *chronicle_other_end(const struct log *log, const char *local, const char *peer, const char *to);
/* The last segment with that flag between the two addresses, whichever way; `local` NULL: of any that came from the
 * peer. NULL: none was seen. */
const struct event *chronicle_segment(const struct log *log, const char *local, const char *peer, const char *flag);

/* "shutdown(3, SHUT_WR)", "server: close(4)" if that is not `side` (may be NULL), "segment #9, ACK", "timer: timewait",
 * with "inferred" where it is, or "cause not known". */
void chronicle_add_cause(struct text *out, const struct log *log, const struct event_cause *cause, const char *side);
/* "ESTABLISHED → FIN_WAIT1: shutdown(3, SHUT_WR)"; a jump "CLOSED → ESTABLISHED during connect(3, …)". */
void chronicle_add_edge(struct text *out, const struct log *log, const struct event_state *state);

/* The life of one socket as lines, each with its time: how it was made, the edges it went along, its descriptors' ends.
 * False: the log knows nothing of it. */
bool chronicle_add_life(struct text *out, const struct log *log, const char *host, int64_t cookie);

#endif
