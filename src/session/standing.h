/*
 * What a socket's state waits for, and which call or segment ends it (RFC 9293, section 3.3.2).
 */
#ifndef SOCKSTEP_SESSION_STANDING_H
#define SOCKSTEP_SESSION_STANDING_H

#include "session/question.h"

/* The question has a socket, or a descriptor that leads to one. */
void standing_tell(struct question *question);

#endif
