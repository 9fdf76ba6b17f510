/*
 * What stands at an arrow of the ladder: of all that can be said of a segment what has room, the most telling first.
 */
#ifndef SOCKSTEP_WORLD_LADDER_LABEL_H
#define SOCKSTEP_WORLD_LADDER_LABEL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "event/event.h"

/* Adds what a segment is, in at most `room` columns; `ports`: its ports too, which nothing else says. */
void ladder_label_write(struct text *out, const struct event_segment *segment, size_t room, bool ports);
/* ":80" of an address that has a port; else NULL. Points into `address`, which may be NULL. */
const char *ladder_label_port(const char *address);

#endif
