/*
 * What a blocked call waits for, and what would let it go.
 */
#ifndef SOCKSTEP_SESSION_WAITING_H
#define SOCKSTEP_SESSION_WAITING_H

#include "session/question.h"

void waiting_tell(struct question *question, const struct world_call *call);

#endif
