/*
 * The places where calls are made: agents, the hosts they made, the sides on them. A statement goes in as text, every fact
 * leaves as an event, in an order that the world can follow. Nothing here waits.
 *
 * The lab owns its sides, hosts and agent; it reads the world, which its owner keeps up to date with the very events that
 * it is handed (they must be applied within the call).
 */
#ifndef SOCKSTEP_LAB_LAB_H
#define SOCKSTEP_LAB_LAB_H

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/text.h"
#include "event/event.h"
#include "lab/lookout.h"
#include "lab/stream.h"
#include "observe/diag.h"
#include "world/world.h"

struct lab_ops {
	/* The event's strings are taken over. */
	void (*event)(void *owner, struct event *event);
	/* Of lab_ask_quiet(): every call under way sleeps in its system call, and nothing moves. */
	void (*quiet)(void *owner);
	/* A request of lab_start_side() or lab_interrupt() is done, or could not be: `text` says why, else NULL. */
	void (*answered)(void *owner, int64_t token, const char *text);
};

/* A call that was sent to a side. */
struct lab_call {
	int64_t id;
	int64_t cookie; /* of the socket it is about, EVENT_NO_INT: none that is known */
	bool looks;     /* it may change a socket */
};

struct lab_side {
	struct lab *lab;
	char *name, *host;     /* (owned) */
	struct stream stream;
	struct lab_call *calls; /* (owned) under way */
	size_t call_count, call_room;
	struct lab_call last;  /* the one that returned last */
	int64_t quiet_token;   /* of a quiet that it has not answered; 0: none */
	bool stream_ended, exit_known;
	struct event exit;     /* (owned) what the agent told, until the stream has ended */
};

struct lab_host {
	char *name; /* (owned) */
	struct lookout lookout;
};

struct lab {
	struct event_base *base;
	const struct world *world;
	const struct lab_ops *ops;
	void *owner;

	pid_t agent; /* -1: none */
	struct stream agent_stream;
	bool agent_ended;

	struct lab_host **hosts; /* (owned) */
	size_t host_count, host_room;
	struct lab_side **sides; /* (owned) also those that ended */
	size_t side_count, side_room;

	int64_t token;       /* of the last request that is not a call */
	size_t quiet_waited; /* answers that are still to come */
	bool quiet_wanted, quiet_disturbed;
	struct event *quiet_again; /* (owned) */
};

struct lab *lab_new(struct event_base *base, const struct world *world, const struct lab_ops *ops, void *owner);
/* Ends every side and the agent, and waits until they are gone. */
void lab_free(struct lab *lab);

/* Starts the agent of this machine, and the host `local`. False with a message if the program sockstep-side cannot be
 * started. */
bool lab_start_local(struct lab *lab, struct text *message);

/* Asks for a side; its `started` event comes later, then the answer to the token that is returned. */
int64_t lab_start_side(struct lab *lab, const char *name, const char *host, bool unprivileged);
/* Makes a call; `exact` is its text in full (call_print, CALL_EXACT), `fd` the descriptor it is about (-1: none). False if
 * the side has ended. */
bool lab_call(struct lab *lab, const char *side, int64_t id, const char *exact, int fd, bool thread);
/* Does a call of that side's thread (0: of any) have a signal? The answer comes to the token. */
int64_t lab_interrupt(struct lab *lab, const char *side, int64_t thread);
/* Asks the sides to tell strace's long form with each call. */
void lab_set_syscalls(struct lab *lab, bool on);

/* ops.quiet will be called, once for all who asked, not within this call. */
void lab_ask_quiet(struct lab *lab);
/* Looks at every socket that is watched. */
void lab_look(struct lab *lab);

/* All that the kernel says of one socket. */
enum look lab_facts(struct lab *lab, const struct world_socket *socket, struct socket_facts *facts, struct text *message);
/* Every socket of a host, whoever's it is. */
enum dump lab_dump(struct lab *lab, const char *host, const struct diag_filter *filter,
		   const struct diag_visitor *visitor, struct text *message);

#endif
