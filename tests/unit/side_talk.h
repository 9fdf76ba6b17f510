/*
 * Talking to sockstep-side, a side or an agent, over a stream: for its tests, which need nothing of sockstep.
 *
 * Everything that is told is kept in order, so that a test can ask what came, and what came before what. Whatever does
 * not come within TALK_SECONDS fails the test.
 */
#ifndef SOCKSTEP_TESTS_SIDE_TALK_H
#define SOCKSTEP_TESTS_SIDE_TALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/text.h"
#include "event/event.h"

enum { TALK_SECONDS = 20 };

struct talk {
	pid_t pid; /* of what we started; 0: it is another's child */
	int fd;    /* (owned) */
	struct text in;
	int rights[128]; /* (owned) descriptors that came, in their order; -1: taken */
	size_t right_count;
	int64_t last_id;
	struct event *events; /* (owned) all that was told */
	size_t count, room;
	bool ended; /* the end of its stream was read */
};

/* Starts sockstep-side with its standard input and output on a stream; `agent` or a side by hand. Reads its hello. */
void talk_start(struct talk *talk, bool agent);
/* A side of that agent. Reads its hello. */
void talk_side(struct talk *agent, struct talk *side, const char *wish);
/* The stream that came with a `started` event of that name, which the agent has told or will tell; the oldest not
 * taken. */
void talk_take_side(struct talk *agent, struct talk *side, const char *name);
/* Closes the stream, waits for what we started, and forgets; the status that waitpid() gave. */
int talk_end(struct talk *talk);

/* Sends "ID REQUEST\n"; the id, a new one. */
int64_t talk_send(struct talk *talk, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Sends bytes as they are. */
void talk_send_bytes(struct talk *talk, const void *bytes, size_t len);

/* The next event, kept until talk_end(); NULL at the end of the stream. */
const struct event *talk_next(struct talk *talk);
/* Waits for the call's event of that status, its answer, or its error (whichever is asked for). Fails at an error for
 * this id that is not asked for. */
const struct event *talk_wait_call(struct talk *talk, int64_t id, const char *status);
const struct event *talk_wait_answer(struct talk *talk, int64_t id);
const struct event *talk_wait_error(struct talk *talk, int64_t id);
const struct event *talk_wait_side(struct talk *talk, const char *side, const char *status);
const struct event *talk_wait_fd(struct talk *talk, int fd, const char *status);
const struct event *talk_wait_signal(struct talk *talk, const char *signal);

/* Sends a call and waits until it has returned and its rows were told. */
const struct event *talk_call(struct talk *talk, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same for a request that is answered. */
void talk_ask(struct talk *talk, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Sends a call that must return this. */
void talk_gives(struct talk *talk, const char *call, const char *outcome);

/* Its place among what was told; fails if it did not come. */
size_t talk_place(const struct talk *talk, const struct event *event);
/* The last row told of a number; NULL if it is closed or was never told. */
const struct event *talk_row(const struct talk *talk, int fd);
/* "0,1,2,3": the open numbers as they were told. The caller frees it. */
char *talk_open_numbers(const struct talk *talk);

/* A descendant's line of /proc/PID/status, such as "CapEff". The caller frees it; NULL if it is not there. */
char *talk_status_of(pid_t pid, const char *key);

#endif
