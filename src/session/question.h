/*
 * A question of `why`, and what those who answer it have in common: the call or the socket in question, what is at its
 * other end, and the sentences of the answer. It points into the world and the log; only the parsed call is its own.
 */
#ifndef SOCKSTEP_SESSION_QUESTION_H
#define SOCKSTEP_SESSION_QUESTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "call/call.h"
#include "session/inquiry.h"

struct question {
	const struct inquiry *inquiry;
	const struct world_side *side;     /* NULL: no side's */
	const char *host;
	int64_t fd;                        /* EVENT_NO_INT: about none */
	const struct world_fd *row;        /* NULL: it is not open */
	const struct world_socket *socket; /* NULL: none, or none that is known */
	const char *call;                  /* the name of the call; NULL: a state is asked about */
	struct call parsed;                /* (owned) its arguments; spec NULL: not known */
	struct text *out;
};

/* About a call, by its name, its text as it was printed, and its descriptor. */
void question_of_call(struct question *question, const struct inquiry *inquiry, const struct world_side *side,
		      const char *name, const char *text);
void question_set_fd(struct question *question, int64_t fd);
void question_release(struct question *question);

/* A line of the answer, folded. */
void question_say(struct question *question, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "tcp", "udp", "unix", …; "" if it is no socket or not known. */
const char *question_proto(const struct question *question);
bool question_is(const struct question *question, const char *proto);
/* The state of the descriptor's socket; "" if it has none or it is not known. */
const char *question_state(const struct question *question);
/* Its addresses as they are printed; "" for none. */
const char *question_local(const struct question *question);
const char *question_peer(const struct question *question);

/* The first argument of that type; NULL: absent, or not known. */
const struct value *question_argument(const struct question *question, enum arg_type type);
/* The number of a constant argument of that group; `otherwise` without one. */
long long question_constant(const struct question *question, enum constant_group group, long long otherwise);
/* Where the call went or is to go: its address, else the socket's peer. False: nowhere that is known. */
bool question_target(const struct question *question, struct address *address);
/* The other end of its connection, if it is on a host of ours; NULL: none that is known. */
const struct world_socket *question_other_end(const struct question *question);
/* "server 4"; false: no side's descriptor leads to it. */
bool question_add_owner(struct text *out, const struct question *question, const struct world_socket *socket);
/* Its first owner; false: none. */
bool question_owner(const struct question *question, const struct world_socket *socket, struct world_side **side,
		    struct world_fd **fd);

/* Says so if a listener of ours is at the call's target whose queue is full: it passes SYNs over, and nothing comes
 * back. */
void question_say_full_queue(struct question *question);

/* What keeps in its send queue what is there: the peer's window, a segment that may be lost, a reader who does not. */
void question_say_what_delays(struct question *question);
/* " (twice so far)": how often its timer has sent something again; nothing if it has not. */
void question_add_retransmits(struct text *out, const struct question *question);

/* What can be answered for one error; tables of these end with an empty one. */
struct reason {
	const char *error;
	const char *call; /* of this call only; NULL: of any. Stands before */
	void (*tell)(struct question *question);
};

#endif
