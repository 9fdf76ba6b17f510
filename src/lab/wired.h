/*
 * The wire in its lab: what passes on it is told, the sockets at both ends are looked at in the same moment, and who
 * caused what is found out.
 */
#ifndef SOCKSTEP_LAB_WIRED_H
#define SOCKSTEP_LAB_WIRED_H

#include "lab/parts.h"

/* The lab gets its wire, without hosts. */
void wired_open(struct lab *lab);
/* A host of the agent's comes onto it: its event, whose descriptors are waiting in the agent's stream. Takes the event
 * over. */
void wired_take_host(struct lab *lab, struct event *event);

#endif
