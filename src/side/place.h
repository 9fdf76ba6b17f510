/*
 * Where an agent is: what differs between this machine as it stands and a lab. Everything else of an agent is the same.
 */
#ifndef SOCKSTEP_SIDE_PLACE_H
#define SOCKSTEP_SIDE_PLACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct agent;

struct place {
	/* Once, before the first request. False with a message: the agent ends. */
	bool (*begin)(struct agent *agent, struct text *message);
	/* A request that the agent itself does not know: `words` is what follows the token. False: neither does the
	 * place; else it answers, or tells an error. */
	bool (*request)(struct agent *agent, int64_t id, char *words);
	/* May a side be on that host? `host` is NULL where none was named. False with a message. */
	bool (*has_host)(struct agent *agent, const char *host, struct text *message);
	/* In the new process, before it becomes a side: goes to the host. Dies if it cannot. */
	void (*enter)(struct agent *agent, const char *host);
	/* SIGKILL for every child of the agent, known or not; those that lose their parent by it become children,
	 * for which it is called again. */
	void (*kill_children)(struct agent *agent);
	/* The number of a process, of which we have the pidfd, outside of this place's PID namespace; EVENT_NO_INT:
	 * it has none, or it is not known. */
	int64_t (*outer_pid)(struct agent *agent, int pidfd);
	/* After the last side is gone. */
	void (*end)(struct agent *agent);
};

/* This machine's own stack, the agent being a subreaper. */
extern const struct place place_local;

#endif
