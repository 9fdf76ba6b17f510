/*
 * The agent's process: a child of ours whose standard input and output are one UNIX stream.
 */
#ifndef SOCKSTEP_LAB_AGENT_H
#define SOCKSTEP_LAB_AGENT_H

#include <sys/types.h>

#include "base/text.h"

/* Starts it with these arguments, of which the first is its name and the last NULL; our end of its stream, -1 with a
 * message. `standard`: two descriptors that it has as 3 and 4, for its sides' 0 and 1; NULL: none. */
int agent_start(pid_t *pid, char *const arguments[], const int standard[2], struct text *message);
/* Waits for its end, the stream having been closed; kills it if it does not come. */
void agent_wait(pid_t pid);

#endif
