/*
 * What the panes do not show while a person is asked for it: in a lesson the learner is to think, and not to read. It
 * follows from the question that waits for its answer. Nothing is owned.
 */
#ifndef SOCKSTEP_FACE_VEIL_H
#define SOCKSTEP_FACE_VEIL_H

#include "session/state.h"

struct veil {
	bool asked;       /* the next line is an answer */
	/* All false: nothing is. */
	bool state;       /* of the socket below */
	bool queues;      /* of that socket */
	bool descriptors; /* of the side below, their numbers */
	bool wire;        /* what is on it */
	bool next;        /* what the next segment is going to do */
	const char *host, *side; /* NULL: none */
	int64_t cookie;          /* of the socket */
};

struct veil veil_of(const struct session *session);
/* What stands where something is hidden. */
#define VEIL_SIGN "?"

bool veil_is_over_state(const struct veil *veil, const char *host, int64_t cookie);
bool veil_is_over_queues(const struct veil *veil, const char *host, int64_t cookie);
bool veil_is_over_descriptors(const struct veil *veil, const char *side);

#endif
