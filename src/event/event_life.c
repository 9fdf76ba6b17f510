#include "event/event.h"

#include <stdlib.h>
#include <string.h>

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

/* A packed one ends behind the struct of its kind. */
static size_t size_of_kind(enum event_kind kind)
{
	static const size_t sizes[EVENT_KIND_COUNT] = {
#define EVENT(kind, fields) [EVENT_##kind] = offsetof(struct event, kind) + sizeof(struct event_##kind),
#include "event/events.def"
#undef EVENT
	};

	return sizes[kind];
}

static void copy_bytes(struct event_bytes *bytes)
{
	if (bytes->bytes != NULL)
		bytes->bytes = xstrndup(bytes->bytes, bytes->len);
}

void event_copy(struct event *to, const struct event *from)
{
	*to = (struct event){ .kind = from->kind };
	memcpy(to, from, size_of_kind(from->kind));
	for (const struct event_field *field = event_fields(to->kind); field->key != NULL; field++) {
		char **text = event_field_of(to, field);

		if (field->type == TYPE_TEXT && *text != NULL)
			*text = xstrdup(*text);
		else if (field->type == TYPE_BYTES)
			copy_bytes(event_field_of(to, field));
	}
}

/* ---- in one piece ---- */

/* With its NUL; 0: there is none. */
static size_t size_of_text(const struct event *event, const struct event_field *field)
{
	const struct event_bytes *bytes = event_const_field_of(event, field);
	char *const *text = event_const_field_of(event, field);

	if (field->type == TYPE_TEXT && *text != NULL)
		return strlen(*text) + 1;
	return field->type == TYPE_BYTES && bytes->bytes != NULL ? bytes->len + 1 : 0;
}

static size_t size_of_texts(const struct event *event)
{
	size_t size = 0;

	for (const struct event_field *field = event_fields(event->kind); field->key != NULL; field++)
		size += size_of_text(event, field);
	return size;
}

/* From now on its texts stand at `at`, one behind the other. */
static void move_texts(struct event *event, char *at)
{
	for (const struct event_field *field = event_fields(event->kind); field->key != NULL; field++) {
		size_t size = size_of_text(event, field);
		/* Of struct event_bytes, as of a text, the pointer stands first. */
		char **text = event_field_of(event, field);

		if (size == 0)
			continue;
		memcpy(at, *text, size - 1);
		at[size - 1] = '\0';
		*text = at;
		at += size;
	}
}

size_t event_packed_size(const struct event *event)
{
	return size_of_kind(event->kind) + size_of_texts(event);
}

struct event *event_pack(const struct event *event)
{
	size_t size = size_of_kind(event->kind);
	struct event *packed = xmalloc(size + size_of_texts(event));

	memcpy(packed, event, size);
	move_texts(packed, (char *)packed + size);
	return packed;
}

char *event_copy_with_texts(struct event *to, const struct event *from)
{
	size_t size = size_of_texts(from);
	char *texts = size > 0 ? xmalloc(size) : NULL;

	memcpy(to, from, size_of_kind(from->kind));
	if (size > 0)
		move_texts(to, texts);
	return texts;
}
