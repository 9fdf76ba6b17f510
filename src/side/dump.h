/*
 * The dump: a file with every byte that the calls of a side, or its copying, moved on sockets, as it was, both
 * directions in the order in which they passed (ncat's -o). The side owns it; the copier's thread writes to it too, so
 * it is open with O_APPEND, and each piece is one write().
 */
#ifndef SOCKSTEP_SIDE_DUMP_H
#define SOCKSTEP_SIDE_DUMP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "side/execute.h"
#include "side/own.h"

struct dump {
	int fd;      /* (owned) among our own; -1: none */
	bool failed; /* a write did, which was told */
};

/* Makes the file, or empties it; it may be no symbolic link, and no FIFO. To be called only while no call is on its
 * way (worker.h). False with a message. */
bool dump_open(struct dump *dump, const struct own *own, const char *path, struct text *message);
/* Does what this call moved belong into it? What was only peeked at, and what is of no socket, does not. */
bool dump_takes(const struct dump *dump, const struct execution *execution);
/* False with errno, after which nothing more is written. */
bool dump_add(struct dump *dump, const char *bytes, size_t len);
/* The same of an open dump's descriptor: for the copier. */
bool dump_write(int fd, const char *bytes, size_t len);

#endif
