/*
 * `why`: the last result of a call, a call that is blocked, or the state of a socket, explained from what the kernel,
 * the world and the log know. Text that follows from what was asked (inquiry.h); the command says it.
 */
#ifndef SOCKSTEP_SESSION_WHY_H
#define SOCKSTEP_SESSION_WHY_H

#include "base/text.h"
#include "session/inquiry.h"

/* A call that has returned: what its error means here, or the state in which it left its socket. */
void why_result(struct text *out, const struct inquiry *inquiry, const struct world_side *side,
		const struct event_call *call);
/* A call that has not: what it waits for, and what would let it go. */
void why_waiting(struct text *out, const struct inquiry *inquiry, const struct world_side *side,
		 const struct world_call *call);
/* A descriptor: what its socket waits for, and which call or segment ends its state. */
void why_descriptor(struct text *out, const struct inquiry *inquiry, const struct world_side *side, int fd);
/* A socket, with or without a descriptor. */
void why_socket(struct text *out, const struct inquiry *inquiry, const struct world_socket *socket);

#endif
