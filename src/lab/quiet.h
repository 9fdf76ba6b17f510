/*
 * Quiet: every call under way sleeps in its system call, and nothing is on its way that could wake one.
 */
#ifndef SOCKSTEP_LAB_QUIET_H
#define SOCKSTEP_LAB_QUIET_H

#include "lab/parts.h"

void quiet_init(struct lab *lab);
void quiet_release(struct lab *lab);
/* ops.quiet will be called, once for all who asked, not within this call. */
void lab_ask_quiet(struct lab *lab);
/* A side answered that it is quiet, or will never answer. */
void quiet_answered(struct lab *lab, struct lab_side *side);
/* The wire has nothing on its way any more. */
void quiet_go_on(struct lab *lab);
/* Something happened that others may not have reacted to yet. */
void quiet_disturb(struct lab *lab);

#endif
