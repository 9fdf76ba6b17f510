#include "event/event.h"

#include <stdlib.h>

#include "base/mem.h"
#include "event/event_fields.h"

_Static_assert(offsetof(struct event_bytes, bytes) == 0, "event_release() sees bytes as it sees a text");

void event_init(struct event *event, enum event_kind kind)
{
	*event = (struct event){ .kind = kind, .seq = EVENT_NO_INT, .t = EVENT_NO_REAL };
	for (const struct event_field *field = event_fields(kind); field->key != NULL; field++) {
		if (field->type == TYPE_INT)
			*(int64_t *)event_field_of(event, field) = EVENT_NO_INT;
		else if (field->type == TYPE_REAL)
			*(double *)event_field_of(event, field) = EVENT_NO_REAL;
	}
}

void event_release(struct event *event)
{
	for (const struct event_field *field = event_fields(event->kind); field->key != NULL; field++) {
		/* Of struct event_bytes, as of a text, the pointer stands first. */
		char **text = event_field_of(event, field);

		if ((field->type != TYPE_TEXT && field->type != TYPE_BYTES) || *text == NULL)
			continue;
		free(*text);
		*text = NULL;
	}
}

static void copy_bytes(struct event_bytes *bytes)
{
	if (bytes->bytes != NULL)
		bytes->bytes = xstrndup(bytes->bytes, bytes->len);
}

void event_copy(struct event *to, const struct event *from)
{
	*to = *from;
	for (const struct event_field *field = event_fields(to->kind); field->key != NULL; field++) {
		char **text = event_field_of(to, field);

		if (field->type == TYPE_TEXT && *text != NULL)
			*text = xstrdup(*text);
		else if (field->type == TYPE_BYTES)
			copy_bytes(event_field_of(to, field));
	}
}
