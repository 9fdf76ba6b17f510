/*
 * An event: something that happened, as a struct and as one JSON object a line. One table (events.def) describes both.
 * Every string in an event is its own (heap), so that it may be kept, queued and freed without asking where it came
 * from.
 */
#ifndef SOCKSTEP_EVENT_EVENT_H
#define SOCKSTEP_EVENT_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

enum { EVENT_SCHEMA = 1 };
/* A payload beyond this stays in the side and is counted in data_left_out. */
enum { EVENT_DATA_MAX = 65536 };

/* No value, for an INT and for a REAL. (NULL for a TEXT.) */
#define EVENT_NO_INT INT64_MIN
#define EVENT_NO_REAL (-1.0)

enum event_kind {
#define EVENT(kind, fields) EVENT_##kind,
#include "event/events.def"
#undef EVENT
	EVENT_KIND_COUNT,
};

struct event_bytes {
	char *bytes; /* (owned) NULL: no value */
	size_t len;
};

enum cause_kind { CAUSE_UNKNOWN, CAUSE_CALL, CAUSE_SEGMENT, CAUSE_TIMER };

struct event_cause {
	enum cause_kind kind;
	int64_t number;    /* of the call or segment */
	const char *timer; /* static: "retransmit", "keepalive", "timewait", "persist" */
	bool inferred;
};

#define EVENT_TYPE_INT int64_t
#define EVENT_TYPE_REAL double
#define EVENT_TYPE_TEXT char *
#define EVENT_TYPE_BYTES struct event_bytes
#define EVENT_TYPE_FLAG bool
#define EVENT_TYPE_FLAG_ALWAYS bool
#define EVENT_TYPE_CAUSE struct event_cause

#define F(type, member, key, presence) EVENT_TYPE_##type member;
#define EVENT(kind, fields) \
	struct event_##kind { \
		fields \
	};
#include "event/events.def"
#undef EVENT
#undef F

struct event {
	enum event_kind kind;
	int64_t seq; /* EVENT_NO_INT until the session numbers it */
	double t;    /* seconds; EVENT_NO_REAL until then */
	union {
#define EVENT(kind, fields) struct event_##kind kind;
#include "event/events.def"
#undef EVENT
	};
};

/* An event of that kind in which no field has a value. */
void event_init(struct event *event, enum event_kind kind);
void event_release(struct event *event);
void event_copy(struct event *to, const struct event *from);
/* To keep very many: the event and its texts in one block, which free() frees and nobody changes; of the union only
 * the event's own kind is there. */
struct event *event_pack(const struct event *event);
/* The bytes of that block. */
size_t event_packed_size(const struct event *event);
/* As event_copy(), but all its texts are in one block, which is returned (NULL: there are none) and is the caller's;
 * `to` may not be given to event_release(). */
char *event_copy_with_texts(struct event *to, const struct event *from);
const char *event_name(enum event_kind kind);

/* One JSON object without a newline. */
void event_write(struct text *out, const struct event *event);
/* Reads one. Unknown keys are passed over (a later version may have more); an unknown kind, a wrong type or a missing
 * field is a mistake. False: `message` says what is wrong and the event is empty. Bounds: depth and size are the
 * codec's, a text holds no NUL. */
bool event_read(struct event *event, const char *line, size_t len, struct text *message);

#endif
