/*
 * What the agent (owner: the lab) and the sides (owner: the lab_side) tell.
 */
#ifndef SOCKSTEP_LAB_INCOMING_H
#define SOCKSTEP_LAB_INCOMING_H

#include "lab/stream.h"

extern const struct stream_ops incoming_from_agent, incoming_from_side;

#endif
