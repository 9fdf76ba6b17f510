/*
 * Messages of TLS, as the sides told of them: which of them a segment carried. Bounded: the oldest are forgotten.
 */
#ifndef SOCKSTEP_WORLD_MESSAGES_H
#define SOCKSTEP_WORLD_MESSAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/event.h"

enum { WORLD_MESSAGES_MOST = 256 };

struct world_message {
	char *src, *dst, *name; /* (owned) addresses as segments have them, "ClientHello" */
	int64_t first, last;    /* its place in the stream, as segments count it */
};

struct world_messages {
	struct world_message *all; /* (owned) the oldest first; NULL: none */
	size_t count;
};

void world_messages_release(struct world_messages *messages);
/* The same once more; `to` is empty storage. */
void world_messages_copy(struct world_messages *to, const struct world_messages *from);
/* False if it is none with a place, or both its ends have now told of it. */
bool world_messages_add(struct world_messages *messages, const struct event_tls *tls);
/* "ServerHello, Certificate": those of which a part is in the segment, in the order of their places; NULL: none. To be
 * freed. */
char *world_messages_in(const struct world_messages *messages, const struct event_segment *segment);
/* Is a part of that message in the segment? */
bool world_message_is_in(const struct event_tls *tls, const struct event_segment *segment);

#endif
