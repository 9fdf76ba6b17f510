/*
 * The places where calls are made: agents, the hosts they made, the sides on them. A statement goes in as text, every
 * fact leaves as an event, in an order that the world can follow. Nothing here waits.
 */
#ifndef SOCKSTEP_LAB_LAB_H
#define SOCKSTEP_LAB_LAB_H

#include "base/text.h"
#include "call/call.h"
#include "lab/parts.h"
#include "lab/quiet.h"

struct lab *lab_new(struct event_base *base, const struct world *world, const struct lab_ops *ops, void *owner);
/* Ends every side and the agent, and waits until they are gone. */
void lab_free(struct lab *lab);

/* Starts the agent of this machine, and the host `local`. False with a message if the program sockstep-side cannot be
 * started. */
bool lab_start_local(struct lab *lab, struct text *message);

/* Starts the agent of a lab, and its wire, with no host yet. `link`: "tun", "veth", or NULL for what can be had.
 * Where the system does not let it be, ops.ended comes, with the reason. */
bool lab_start_lab(struct lab *lab, const char *link, struct text *message);

/* A call to be made. */
struct lab_request {
	const char *side;
	int64_t id;
	const struct call_spec *spec;
	const char *exact; /* its text in full: call_print(), CALL_EXACT */
	int fd;            /* the descriptor it is about, -1: none */
	bool thread;       /* in a thread of its own */
};

/* Asks for a side; its `started` event comes later, then the answer to the token that is returned. */
int64_t lab_start_side(struct lab *lab, const char *name, const char *host, bool unprivileged);
/* A host of the lab, with addresses separated by spaces; `stock`: with the system's own sysctls. Its event comes
 * before the answer. */
int64_t lab_make_host(struct lab *lab, const char *name, const char *addresses, bool stock);
/* Reads, or with "NAME = VALUE" sets, a network sysctl of a lab's host; the answer's text is its value. */
int64_t lab_sysctl(struct lab *lab, const char *host, const char *rest);
/* TCP on every host of a lab, also on those to come, waits at least so long before it sends again; 0: as the kernel has
 * it. */
int64_t lab_set_rto_min(struct lab *lab, unsigned milliseconds);
/* Makes a call. False if the side has ended. */
bool lab_call(struct lab *lab, const struct lab_request *request);
/* Does a call of that side's thread (0: of any) have a signal? The answer comes to the token. */
int64_t lab_interrupt(struct lab *lab, const char *side, int64_t thread);
/* Asks a side to copy: the words of its request (sockstep-side(8)). The answer comes to the token, and what becomes of
 * it as `copy` events. */
int64_t lab_copy(struct lab *lab, const char *side, const char *words);
/* The same for TLS to be prepared. */
int64_t lab_tls(struct lab *lab, const char *side, const char *words);
/* The same for what its calls move on sockets to go to a file as well. */
int64_t lab_dump_bytes(struct lab *lab, const char *side, const char *path);
/* Asks the sides to tell strace's long form with each call. */
void lab_set_syscalls(struct lab *lab, bool on);

/* Looks at every socket that is watched. */
void lab_look(struct lab *lab);

/* All that the kernel says of one socket. */
enum look lab_facts(struct lab *lab, const struct world_socket *socket, struct socket_facts *facts,
		    struct text *message);
/* Every socket of a host, whoever's it is. */
enum dump lab_dump(struct lab *lab, const char *host, const struct diag_filter *filter,
		   const struct diag_visitor *visitor, struct text *message);

#endif
