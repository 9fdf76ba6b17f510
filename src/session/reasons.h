/*
 * Why a call failed: for each error the function that looks at what the kernel, the world and the log know, and says
 * it. Each table ends with an empty entry.
 */
#ifndef SOCKSTEP_SESSION_REASONS_H
#define SOCKSTEP_SESSION_REASONS_H

#include "session/question.h"

/* Errors about local addresses, rights and networks: EADDRINUSE, EACCES, EINVAL of bind … */
extern const struct reason reasons_of_addresses[];
/* Errors of reaching a peer: ECONNREFUSED, EINPROGRESS, ETIMEDOUT, ENOTCONN … */
extern const struct reason reasons_of_peers[];
/* A connection that is over: EPIPE, ECONNRESET, ECONNABORTED. */
extern const struct reason reasons_of_ends[];
/* Errors about descriptors, arguments, and waiting: EBADF, EAGAIN, EMSGSIZE … */
extern const struct reason reasons_of_arguments[];

#endif
