/*
 * Whom a command's words are about: a descriptor of a side, or a socket by its two addresses.
 */
#ifndef SOCKSTEP_SESSION_SUBJECT_H
#define SOCKSTEP_SESSION_SUBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "session/state.h"

/* Everything points into the world or is owned where said; valid until the next event. */
struct subject {
	struct world_side *side;     /* NULL for a pair of addresses */
	int fd;                      /* -1 for a pair */
	struct world_fd *row;        /* NULL: it is not open */
	const char *host;
	char *local, *peer;          /* (owned) of a pair, as the world prints addresses, with * for any; else NULL */
	struct world_socket *socket; /* NULL: none, or none that is known */
};

/* The side that a command is for: the line's prefix, or the current one. */
const char *subject_side_name(const struct session *session);

/* FD, SIDE FD, or LOCAL PEER. False: the mistake was told and the statement is finished; true:
 * it is to be released. */
bool subject_read(struct subject *subject, struct session *session, const struct syntax_list *words);
/* A descriptor of that side. */
void subject_of_fd(struct subject *subject, const struct world *world, struct world_side *side, int fd);
void subject_release(struct subject *subject);

#endif
