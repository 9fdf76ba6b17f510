/*
 * What the files of lab/ know of each other, and nobody else: events that come in, and how a place is started.
 */
#ifndef SOCKSTEP_LAB_INSIDE_H
#define SOCKSTEP_LAB_INSIDE_H

#include "lab/lab.h"

/* Lines from the agent and from sides. */
extern const struct stream_ops lab_agent_stream_ops, lab_side_stream_ops;

struct lab_side *lab_side_by_name(const struct lab *lab, const char *name);
struct lab_host *lab_host_by_name(const struct lab *lab, const char *name);
struct lab_host *lab_add_host(struct lab *lab, const char *name, struct diag *diag);
struct lab_side *lab_add_side(struct lab *lab, const char *name, const char *host, int fd);

/* A side answered that it is quiet. */
void lab_side_is_quiet(struct lab *lab, struct lab_side *side);
/* Something happened that others may not have reacted to yet. */
void lab_disturb(struct lab *lab);

void lab_tell(struct lab *lab, struct event *event);

/* Starts sockstep-side as an agent; the other end of its stream, -1 with a message. */
int agent_start(pid_t *pid, struct text *message);
/* Waits for its end, `fd` having been closed; kills it if it does not come. */
void agent_wait(pid_t pid);

#endif
