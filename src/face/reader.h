/*
 * Standard input where it is no terminal: lines one by one as they come, or a file read whole.
 */
#ifndef SOCKSTEP_FACE_READER_H
#define SOCKSTEP_FACE_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "session/script.h"

struct event_base;
struct reader;

struct reader_ops {
	/* A line, without its newline; the next comes after reader_go_on(). Numbers begin at 1. */
	void (*line)(void *owner, const char *line, size_t len, int number);
	/* There are no more. */
	void (*end)(void *owner);
	/* It cannot go on. */
	void (*mistake)(void *owner, const char *message);
};

/* A pipe, a socket, a terminal: there the loop tells when something can be read. epoll(7) refuses the others (regular
 * files, /dev/null), which never make a reader wait. */
bool reader_can_wait(int fd);
/* A file can be read whole, and so understood whole before its first line runs. False: `message` says why. */
bool reader_read_whole(struct script *script, int fd, struct text *message);

/* Nothing is read before reader_go_on(). The descriptor, `ops` and `owner` are borrowed until reader_free(). */
struct reader *reader_new(struct event_base *base, int fd, const struct reader_ops *ops, void *owner);
/* Hands out the next line, now if there is one, else when it has come. */
void reader_go_on(struct reader *reader);
/* NULL is none. */
void reader_free(struct reader *reader);

#endif
