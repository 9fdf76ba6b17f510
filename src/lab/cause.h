/*
 * Which call may have led a TCP socket from one state to another (RFC 9293, section 3.9.1: OPEN, CLOSE and ABORT as the
 * socket interface has them). That a call was made on a socket in the moment of a change does not prove that it was
 * this call: a close() whose FIN was sent long ago is still the last call when the peer's RST comes.
 */
#ifndef SOCKSTEP_LAB_CAUSE_H
#define SOCKSTEP_LAB_CAUSE_H

#include "call/call.h"

enum lead { LEAD_NO, LEAD_INFERRED, LEAD_PROVED };

/* Can a call on the socket itself do this? A NULL `from` is a socket that was not known before. */
enum lead cause_by_own_call(enum call_id call, const char *from, const char *to);
/* Can a call on the socket at the other end, on the same host, do this here? */
enum lead cause_by_other_end(enum call_id call, const char *from, const char *to);

#endif
