/*
 * An agent: starts the sides of one place, tells of each end, and leaves none behind. Single-threaded, with a poll()
 * loop; sockstep-side(8) describes what it can be asked for.
 *
 * Each side has a stream of its own. Where the agent's own stream is a UNIX socket, it passes the other end of a
 * side's stream on with the event that tells of the side (SCM_RIGHTS); else it relays: "TOKEN NAME: REQUEST" goes to
 * the side, and the side's lines come out as they are.
 */
#ifndef SOCKSTEP_SIDE_AGENT_H
#define SOCKSTEP_SIDE_AGENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "side/lines.h"
#include "side/place.h"
#include "side/report.h"

/* A side in the agent's charge: started by it, or forked by one. */
struct charge {
	char *name; /* (owned) */
	pid_t pid;
	int pidfd;          /* (owned) readable when it has ended; -1: it had already */
	bool relays;        /* `lines` is its stream */
	struct lines lines; /* (owned) */
};

struct agent {
	const struct place *place;
	void *land;              /* the place's own; NULL in the local one */
	struct lines lines;
	struct report report;
	int door;                /* (owned) our end: where forked sides announce themselves */
	int door_of_sides;       /* (owned) the end that each side inherits */
	struct charge *charges;  /* (owned) */
	size_t count, room;
	bool standard; /* sides have 3, 4 and 2 as their 0, 1 and 2 */
	bool over;
};

/* Runs until `bye` or the end of its stream, on standard input and output. `land` is the place's own, or NULL.
 * `standard`: its sides have its descriptors 3, 4 and 2 as 0, 1 and 2. The status for exit(). */
int agent_run(const struct place *place, void *land, bool standard);

/* ---- what a request of any agent is made of ---- */

/* The next word of *rest, which moves on; NULL at the end. */
char *agent_next_word(char **rest);
/* May a side or a host be called so? A dot is for the children that a side forks: server.2. */
bool agent_is_name(const char *name, bool may_have_dots);
/* An error; `shown`, in quotes, ends the sentence unless it is NULL. */
void agent_refuse(struct agent *agent, int64_t id, const char *what, const char *shown);

/* ---- charges (charge.c) ---- */

struct side_wish {
	const char *name;
	const char *host;  /* NULL: wherever */
	bool unprivileged;
};

/* Ctrl-C on a terminal is for whoever started sockstep. Whoever copies between a pipe and a connection needs no more
 * than a process group of its own for that: processors are shared out among sessions (sched(7), autogroup), and it is
 * to count as one with who is at the pipe's other end. But none that has the terminal for an end may be in its
 * background. */
void agent_leave_terminal(const struct agent *agent);
struct charge *agent_find(struct agent *agent, const char *name);
/* Starts a side and tells of it; false with a message if the machine has no room for it. In the new process it does not
 * return. */
bool agent_start_side(struct agent *agent, const struct side_wish *wish, struct text *message);
/* Takes in what came through the door: a forked side. */
void agent_take_child(struct agent *agent);
/* Tells of those that have ended and forgets them. */
void agent_reap(struct agent *agent);
/* SIGKILL through the pidfd. */
void charge_kill(const struct charge *charge);
/* Are the numbers in /proc ours? Not where it belongs to another PID namespace. */
bool agent_has_proc(void);
/* Kills all, until none is left. */
void agent_end_sides(struct agent *agent);

#endif
