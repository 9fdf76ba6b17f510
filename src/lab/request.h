/*
 * What was asked of the agent or of a side and has not been answered yet. Whoever ends before it answers never will:
 * then the one who asked is told so (ops.lost), and waits no longer.
 */
#ifndef SOCKSTEP_LAB_REQUEST_H
#define SOCKSTEP_LAB_REQUEST_H

#include "lab/parts.h"

void request_init(struct lab *lab);
void request_release(struct lab *lab);
/* Sends a line, to the agent if side is NULL: the token of its answer. That nobody is there any more is told from the
 * loop, not within this call. */
int64_t request_send(struct lab *lab, struct lab_side *side, const char *line);
/* The answer has come; it goes on to the owner. */
void request_answer(struct lab *lab, int64_t token, bool ok, const char *text);
/* A stream has ended. */
void request_stream_ended(struct lab *lab);

#endif
