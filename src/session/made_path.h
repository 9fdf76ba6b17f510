/*
 * The name in the file system that a UNIX socket of -l has made: removed at the session's end, unless somebody else has
 * put something else there. (unix(7): closing the socket does not remove it.)
 */
#ifndef SOCKSTEP_SESSION_MADE_PATH_H
#define SOCKSTEP_SESSION_MADE_PATH_H

#include <sys/types.h>

#include "call/address.h"

struct made_path {
	char *path; /* (owned) NULL: none */
	dev_t device;
	ino_t inode;
};

/* That address was bound just now; one without a name in the file system is none. */
void made_path_note(struct made_path *made, const struct address *address);
/* Removes it, and frees what it holds. */
void made_path_release(struct made_path *made);

#endif
