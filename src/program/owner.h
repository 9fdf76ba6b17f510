/*
 * What the session asks of whoever has it: that its events are shown, files read and written, the person asked.
 */
#ifndef SOCKSTEP_PROGRAM_OWNER_H
#define SOCKSTEP_PROGRAM_OWNER_H

#include "session/session.h"

/* The owner is a struct program. */
extern const struct session_ops program_ops;

#endif
