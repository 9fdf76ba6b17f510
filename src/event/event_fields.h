/*
 * The fields of each kind of event as tables, made from events.def: what is common to init, copy, writer and readers.
 * Nothing here owns anything.
 */
#ifndef SOCKSTEP_EVENT_EVENT_FIELDS_H
#define SOCKSTEP_EVENT_EVENT_FIELDS_H

#include <stddef.h>

#include "event/event.h"

enum field_type { TYPE_INT, TYPE_REAL, TYPE_TEXT, TYPE_BYTES, TYPE_FLAG, TYPE_FLAG_ALWAYS, TYPE_CAUSE };
enum field_presence { FIELD_ALWAYS, FIELD_MAYBE, FIELD_BESIDE };

struct event_field {
	const char *key;  /* NULL closes a table */
	const char *lead; /* what stands in front of its value, with the comma that is left out in front of the first */
	size_t lead_len;
	enum field_type type;
	enum field_presence presence;
	size_t offset; /* in struct event */
};

/* Those that every kind has, in front: seq, t. Behind them stands "event". */
const struct event_field *event_fields_common(void);
const struct event_field *event_fields(enum event_kind kind);

void *event_field_of(struct event *event, const struct event_field *field);
const void *event_const_field_of(const struct event *event, const struct event_field *field);

/* The timers that a cause may name, closed by NULL: struct event_cause points here. */
extern const char *const event_timers[];

#endif
