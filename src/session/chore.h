/*
 * A chore: calls made aside, in further threads of a side, while the prompt stays free: taking clients, passing bytes
 * on, an echo. What one call returned decides on the next. A chore is over when it ends itself, when its side ends, or
 * when a call can no longer be sent.
 */
#ifndef SOCKSTEP_SESSION_CHORE_H
#define SOCKSTEP_SESSION_CHORE_H

#include "session/state.h"

struct chore_kind {
	/* A call has returned; `tag` is what it was sent with. May make further calls, or end the chore. */
	void (*returned)(struct session *session, struct chore *chore, int tag, const struct event_call *call);
	/* It is over, whoever ended it; frees `own`. May be NULL. */
	void (*ended)(struct session *session, struct chore *chore);
	bool hides; /* its calls are not in the transcript: it shows what they bring itself */
};

struct chore_call {
	int64_t id;
	int tag;
	bool stops; /* it is to be interrupted as soon as its thread is known */
};

struct chore {
	const struct chore_kind *kind;
	char *side; /* (owned) */
	void *own;  /* its kind's */
	struct chore_call *calls; /* (owned) that have not returned */
	size_t call_count, call_room;
	int fds[2]; /* descriptors that it is about, -1: none; when one is closed, it is over */
	bool over;
};

/* A chore on that side; the session owns it. */
struct chore *chore_begin(struct session *session, const struct chore_kind *kind, const char *side, void *own);
/* Makes a call, in its exact form (call_read()). */
void chore_call(struct session *session, struct chore *chore, int tag, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* Sends bytes on a socket, without a SIGPIPE. */
void chore_send(struct session *session, struct chore *chore, int tag, int fd, const struct text *bytes);
/* Writes them to any descriptor. */
void chore_write(struct session *session, struct chore *chore, int tag, int fd, const struct text *bytes);
/* It is over: calls under way are interrupted, and nothing more is made. The chore may be gone after it. */
void chore_end(struct session *session, struct chore *chore);

/* All that are about that descriptor are over: somebody else takes it. */
void chores_end_of(struct session *session, const char *side, int fd);

/* What the session hands on: an event of a side, and that a call sleeps. */
void chores_take(struct session *session, const struct event *event);
void chores_see_asleep(struct session *session, int64_t id);
/* Is this, which is to be shown, a call whose chore shows itself what it brings? It is asked once of each event. */
bool chores_hide(struct session *session, const struct event *event);
/* All of them are over; no call is made any more. */
void chores_release(struct session *session);

#endif
