/*
 * The agent of a lab: PID 1 of namespaces of its own, so that nothing of the lab outlives it.
 */
#ifndef SOCKSTEP_SIDE_LAB_AGENT_H
#define SOCKSTEP_SIDE_LAB_AGENT_H

#include "side/lab_land.h"
#include "side/place.h"

/* The lab: sides on hosts of its own. The agent's `land` is a struct lab_land, which the place releases. */
extern const struct place place_lab;

/*
 * Runs until `bye` or the end of its stream, on standard input and output; all other descriptors are closed. Where the
 * system does not let us make the namespaces, an error event says in one sentence why and what to do, and nothing else
 * is told. The status for exit().
 */
int lab_agent_run(enum lab_link_kind link);

#endif
