#include "event/event_fields.h"

#include <stddef.h>

/* Every kind's struct stands at the same place in struct event. */
#define EVENT_AT offsetof(struct event, hello)

/* Key, lead and its length. */
#define LEAD(key) key, ",\"" key "\":", sizeof(",\"" key "\":") - 1

#define F(type_, member, key_, presence_) \
	{ LEAD(key_), TYPE_##type_, FIELD_##presence_, EVENT_AT + offsetof(owner, member) },
#define EVENT(kind, fields) \
	static const struct event_field *fields_of_##kind(void) \
	{ \
		typedef struct event_##kind owner; \
		static const struct event_field table[] = { fields{ .key = NULL } }; \
		return table; \
	}
#include "event/events.def"
#undef EVENT
#undef F

static const struct {
	const char *name;
	const struct event_field *(*fields)(void);
} kinds[EVENT_KIND_COUNT] = {
#define EVENT(kind, fields) [EVENT_##kind] = { #kind, fields_of_##kind },
#include "event/events.def"
#undef EVENT
};

static const struct event_field common[] = {
	{ LEAD("seq"), TYPE_INT, FIELD_MAYBE, offsetof(struct event, seq) },
	{ LEAD("t"), TYPE_REAL, FIELD_MAYBE, offsetof(struct event, t) },
	{ .key = NULL },
};

const char *const event_timers[] = { "retransmit", "keepalive", "timewait", "persist", NULL };

const struct event_field *event_fields_common(void)
{
	return common;
}

const struct event_field *event_fields(enum event_kind kind)
{
	return kinds[kind].fields();
}

const char *event_name(enum event_kind kind)
{
	return kinds[kind].name;
}

void *event_field_of(struct event *event, const struct event_field *field)
{
	return (char *)event + field->offset;
}

const void *event_const_field_of(const struct event *event, const struct event_field *field)
{
	return (const char *)event + field->offset;
}
