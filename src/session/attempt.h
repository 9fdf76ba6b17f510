/*
 * One attempt to connect: a socket with its options, its connect(), and what was seen where that did not work: refused
 * by an RST, an ICMP error and whose (ip(7), IP_RECVERR), or a SYN so and so often with no answer. Which address is
 * tried, how long it is waited for, and what comes after it, is said by whoever begins it.
 */
#ifndef SOCKSTEP_SESSION_ATTEMPT_H
#define SOCKSTEP_SESSION_ATTEMPT_H

#include "session/remote_parts.h"

struct attempt_ops {
	bool only_looks; /* whether somebody answers is all that is wanted: the connection is closed */
	/* connect() goes on by itself (EINPROGRESS): whoever has waited calls attempt_connected() or
	 * attempt_look_why() with the error. */
	void (*pending)(struct session *session, struct dial *dial);
	/* It has ended, as `end` says; the socket is there only if it is connected. */
	void (*over)(struct session *session, struct dial *dial);
};

/* Makes a socket, connects it, sees what comes of it. `ops` is borrowed until it is over. */
void attempt_begin(struct session *session, struct dial *dial, const struct address *address,
		   const struct attempt_ops *ops);
/* The attempt's connect() was answered; or it failed with that errno: sees why and closes. */
void attempt_connected(struct session *session, struct dial *dial);
void attempt_look_why(struct session *session, struct dial *dial, const char *error);
/* What was seen, in words: "refused by an RST". */
void attempt_describe(struct text *out, const struct dial *dial);
/* Is it a socket of TCP? */
bool attempt_is_tcp(const struct dial *dial);

#endif
