/*
 * From which ports each host's kernel takes one when it is asked for none: ip_local_port_range. Asked for when somebody
 * wants to show it, of this machine in /proc, of a lab's host by way of the agent, who answers later.
 */
#ifndef SOCKSTEP_SESSION_RANGES_H
#define SOCKSTEP_SESSION_RANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct session;

struct port_range {
	char *host;     /* (owned) */
	long low, high; /* -1: not known (yet) */
	int64_t token;  /* of the question under way; 0: none */
};

struct ranges {
	struct port_range *items; /* (owned) */
	size_t count, room;
	int64_t revision; /* counts what was learned */
};

/* Asks for those of all hosts that are there; what comes of it is in session->ranges. */
void ranges_ask(struct session *session);
/* The agent has answered. False: it was asked something else. */
bool ranges_take(struct session *session, int64_t token, bool ok, const char *text);
void ranges_release(struct session *session);

#endif
