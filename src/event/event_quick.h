/*
 * The quick way to read a line that event_write() wrote: the table's keys in the table's order, nothing between them,
 * plain texts. It owns nothing.
 */
#ifndef SOCKSTEP_EVENT_EVENT_QUICK_H
#define SOCKSTEP_EVENT_EVENT_QUICK_H

#include "event/event.h"

/* False: the line is not as plain as that, or is mistaken; which of the two, event_read()'s other way finds out. The
 * event is empty then. What is read is what the other way would read. */
bool event_read_quickly(struct event *event, const char *line, size_t len);
/* Of hex digits; false if there is another character. */
bool event_read_hex(struct event_bytes *bytes, const char *hex, size_t len);

#endif
