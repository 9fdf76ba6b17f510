/*
 * What changed since the last call: the sockets and descriptors that an event told of since the last call began, or,
 * while the wire is held, since the last segment was decided on. It follows from the log alone, and is brought up to
 * date by what came since the last time. The struct owns its names.
 *
 * A call is told of when it has returned or is seen asleep, and what it changed may be told before. So what counts is
 * when it began; of one that sleeps that is not told, and what came shortly before is taken for its doing.
 */
#ifndef SOCKSTEP_FACE_CHANGES_H
#define SOCKSTEP_FACE_CHANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "world/log.h"

/* Further ones are not marked: so many no one sees at once. */
enum { CHANGES_MOST = 256 };

struct change {
	char *where;    /* (owned) of a socket the host, of a descriptor the side */
	int64_t number; /* the cookie, or the descriptor */
	bool is_socket;
	double t;       /* of the event */
};

/* A side's descriptors as they were told of last: each is told of again when nothing has changed, too. */
struct known_fds {
	char *side;     /* (owned) */
	uint64_t *sums; /* (owned) by descriptor, of what was told; 0: nothing was */
	size_t room;
};

struct changes {
	struct change items[CHANGES_MOST];
	size_t count;
	struct known_fds *known; /* (owned) */
	size_t known_count, known_room;
	int64_t next_event; /* the place up to which the log was read */
	bool held;          /* the wire */
	int64_t last_call;  /* the highest id; 0: there was none */
};

void changes_init(struct changes *changes);
void changes_release(struct changes *changes);
void changes_update(struct changes *changes, const struct log *log);
bool changes_has_socket(const struct changes *changes, const char *host, int64_t cookie);
bool changes_has_fd(const struct changes *changes, const char *side, int64_t fd);

#endif
