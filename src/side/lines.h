/*
 * Lines in and out, without ever waiting: what cannot be written yet is queued, and what was read of a line that is not
 * whole yet is kept. A line out may carry a descriptor (SCM_RIGHTS, on its first byte; unix(7)).
 *
 * It owns its descriptors, which may be one and the same, and the descriptors that still wait to be sent.
 */
#ifndef SOCKSTEP_SIDE_LINES_H
#define SOCKSTEP_SIDE_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* A longer line is refused, as a whole. */
enum { LINES_LENGTH_MAX = 64 << 20 };

struct lines_right {
	size_t at; /* the byte of `pending` it goes with */
	int fd;    /* (owned) */
};

struct lines {
	int in, out;
	bool is_unix;    /* `out` is an AF_UNIX socket, which can carry descriptors */
	bool is_socket;  /* `out` is a socket */
	bool at_end;     /* no more can be read */
	bool broken;     /* nothing can be written */
	bool skipping;   /* within a line that is too long */
	struct text received;
	size_t taken;    /* bytes of `received` that lines_next_line() has given out */
	size_t searched; /* bytes of `received` in which no further newline is */
	struct text pending;
	size_t sent; /* bytes of `pending` that are gone */
	struct lines_right *rights; /* (owned) by rising `at` */
	size_t right_count, right_room;
};

/* Takes over both descriptors. */
void lines_init(struct lines *lines, int in, int out);
/* Closes them; what has not been sent is dropped. */
void lines_release(struct lines *lines);

/* Reads what there is, once. Sets `at_end` at the end or after an error. */
void lines_fill(struct lines *lines);
/* The next whole line that was read, NUL-terminated without its newline, valid until the next lines_fill(); NULL if
 * there is none. `*len` may tell of NUL bytes inside. A line that was too long is given as an empty one with *len
 * SIZE_MAX. */
char *lines_next_line(struct lines *lines, size_t *len);
/* Is there a next one? */
bool lines_has_line(const struct lines *lines);

/* Queues bytes; `fd` (taken over) goes with the first of them unless it is -1. */
void lines_send(struct lines *lines, const char *bytes, size_t len, int fd);
/* Writes what can be written now. */
void lines_flush(struct lines *lines);
/* Writes all, waiting for the reader, but at most so long. */
void lines_drain(struct lines *lines, int milliseconds);
size_t lines_unsent(const struct lines *lines);

#endif
