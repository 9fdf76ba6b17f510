/*
 * A stream of lines to and from another process, on the event loop: what is written waits in memory until the other end
 * takes it, what comes is handed on line by line. Descriptors that come with it (SCM_RIGHTS) are kept in their order.
 * The stream owns its descriptor.
 */
#ifndef SOCKSTEP_LAB_STREAM_H
#define SOCKSTEP_LAB_STREAM_H

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

struct stream_ops {
	void (*line)(void *owner, const char *line, size_t len); /* without its newline; valid during the call */
	void (*end)(void *owner); /* the other end is gone; the last thing that happens */
};

enum { STREAM_DESCRIPTORS_MAX = 64 };

struct stream {
	int fd;                       /* (owned) a UNIX stream socket, non-blocking */
	struct event *readable, *writable; /* (owned) */
	struct text in, out;
	size_t in_seen;               /* bytes of `in` in which no newline is */
	int descriptors[STREAM_DESCRIPTORS_MAX]; /* (owned) received, not taken yet */
	size_t descriptor_count;
	const struct stream_ops *ops;
	void *owner;
	bool ended;
};

/* The struct may not move while it is open. */
void stream_open(struct stream *stream, struct event_base *base, int fd, const struct stream_ops *ops, void *owner);
void stream_release(struct stream *stream);
/* Queues `line`, to which a newline is added. Nothing happens once the stream has ended. */
void stream_send(struct stream *stream, const char *line);
/* The oldest descriptor that came, which is the caller's; -1: none. */
int stream_take_descriptor(struct stream *stream);

#endif
