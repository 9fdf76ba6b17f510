/*
 * What the agent of a lab can be asked for beside what every agent can; sockstep-side(8) describes it.
 *
 *	TOKEN host NAME [stock] ADDRESS…      a `host` event with descriptors, then the answer; `stock`: without the
 *	                                      sysctls that make a held state last
 *	TOKEN sysctl HOST NAME [= VALUE]      the answer's text is the value
 *	TOKEN hosts [NAME HOST]…              further names of hosts, such as those of sides, instead of those before
 *	TOKEN offload HOST on|off             may super-frames pass a veth pair? (TUN is asked by its descriptor)
 *	TOKEN rto-min MILLISECONDS            TCP on every host, also on those to come, waits at least so long before it
 *	                                      sends again; 0: as the kernel has it
 */
#ifndef SOCKSTEP_SIDE_LAB_REQUEST_H
#define SOCKSTEP_SIDE_LAB_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "side/agent.h"

/* As place.request (place.h). */
bool lab_request(struct agent *agent, int64_t id, char *words);

/* ---- among the files of it ---- */

/* "host", without that word (lab_request_host.c). */
void lab_serve_host(struct agent *agent, int64_t id, char *words);

#endif
