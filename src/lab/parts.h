/*
 * What the lab consists of, and the little that every part of it needs: sides, hosts and the agent's stream by name, a
 * request sent, an event told. Who calls from outside includes lab.h.
 *
 * The lab owns its sides, hosts and agent; it reads the world, which its owner keeps up to date with the very events
 * that it is handed (they must be applied within the call).
 */
#ifndef SOCKSTEP_LAB_PARTS_H
#define SOCKSTEP_LAB_PARTS_H

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "call/call.h"
#include "event/event.h"
#include "lab/link.h"
#include "lab/lookout.h"
#include "lab/stream.h"
#include "lab/wire.h"
#include "observe/diag.h"
#include "world/world.h"

struct lab_ops {
	/* The event's strings are taken over. */
	void (*event)(void *owner, struct event *event);
	/* Of lab_ask_quiet(): every call under way sleeps in its system call, and nothing moves. */
	void (*quiet)(void *owner);
	/* A request that gave a token is done, with what was asked for in `text` (NULL: nothing), or could not be,
	 * and `text` says why. */
	void (*answered)(void *owner, int64_t token, bool ok, const char *text);
	/* Such a request will not be answered: who was asked has ended. */
	void (*lost)(void *owner, int64_t token, const char *reason);
	/* Seconds since the session began. */
	double (*now)(void *owner);
	/* Is what TCP knows of each socket to be told too? NULL: no. */
	bool (*detailed)(void *owner);
	/* The agent has ended by itself, and all that it started; `reason` is what it said last, NULL if nothing. */
	void (*ended)(void *owner, const char *reason);
};

/* A call that was sent to a side. */
struct lab_call {
	int64_t id;
	int64_t cookie; /* of the socket it is about, EVENT_NO_INT: none that is known */
	bool looks;     /* it may change a socket */
	bool sends;     /* it is one of those that send */
	bool failed;    /* it has returned, and did nothing to the socket */
	enum call_id call;
};

struct lab_side {
	struct lab *lab;
	char *name, *host;     /* (owned) */
	struct stream stream;
	struct lab_call *calls; /* (owned) under way */
	size_t call_count, call_room;
	struct lab_call last; /* the one that returned last; its cookie counts until the rows that follow it are read */
	int64_t quiet_token;   /* of a quiet that it has not answered; 0: none */
	bool stream_ended, exit_known;
	struct event exit;     /* (owned) what the agent told, until the stream has ended */
};

/* A request that has not been answered (request.h). */
struct lab_asked {
	int64_t token;
	struct lab_side *side; /* NULL: the agent */
};

struct lab_host {
	struct lab *lab;
	char *name; /* (owned) */
	struct lookout lookout;
	bool has_link;
	struct link link; /* (owned) */
	int64_t arrived;  /* the segment that was handed to it in this very moment; EVENT_NO_INT: none */
};

struct lab {
	struct event_base *base;
	const struct world *world;
	const struct lab_ops *ops;
	void *owner;

	int standard[2]; /* (owned) what an agent of this machine's sides has as its 0 and 1; -1: nothing */
	pid_t agent; /* -1: none */
	struct stream agent_stream;
	bool agent_ended;
	char *agent_word; /* (owned) the last that it said is wrong; NULL: nothing */

	int64_t last_segment;    /* the newest that was told */
	struct wire *wire;       /* (owned) NULL: this is no lab, its hosts have no links */
	struct lab_host **hosts; /* (owned) */
	size_t host_count, host_room;
	struct lab_side **sides; /* (owned) also those that ended */
	size_t side_count, side_room;

	bool syscalls;       /* sides tell strace's long form too */
	int64_t token;       /* of the last request that is not a call */
	size_t quiet_waited; /* answers that are still to come */
	bool quiet_wanted, quiet_disturbed;
	struct event *quiet_again; /* (owned) */
	struct lab_asked *asked; /* (owned) */
	size_t asked_count, asked_room;
	struct event *asked_lost; /* (owned) */
};

/* Hands an event to the owner, which takes over its strings. */
void lab_tell(struct lab *lab, struct event *event);
/* The newest by that name; NULL if there is none. */
struct lab_side *lab_side_by_name(const struct lab *lab, const char *name);
struct lab_host *lab_host_by_name(const struct lab *lab, const char *name);
/* diag (taken over) NULL: its sockets cannot be asked about. */
struct lab_host *lab_add_host(struct lab *lab, const char *name, struct diag *diag);
/* fd (taken over): its stream, whose lines go to `ops` with the side as owner. */
struct lab_side *lab_add_side(struct lab *lab, const char *name, const char *host, int fd,
			      const struct stream_ops *ops);
void lab_side_free(struct lab_side *side);
/* The call, under way or just told of, that makes this socket send; EVENT_NO_INT: none. */
int64_t lab_sending_call(const struct lab *lab, int64_t cookie);
/* "TOKEN REQUEST" */
void lab_send(struct stream *stream, int64_t token, const char *request);

#endif
