#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "event/event_fields.h"
#include "event/event_quick.h"

static bool read_bytes(struct event_bytes *bytes, const json_t *json)
{
	const char *hex = json_string_value(json);

	return hex != NULL && event_read_hex(bytes, hex, json_string_length(json));
}

static bool read_timer(struct event_cause *cause, const char *name)
{
	for (size_t i = 0; name != NULL && event_timers[i] != NULL; i++)
		if (string_is(event_timers[i], name)) {
			cause->kind = CAUSE_TIMER;
			cause->timer = event_timers[i];
			return true;
		}
	return false;
}

static bool read_cause(struct event_cause *cause, const json_t *json)
{
	const json_t *call = json_object_get(json, "call"), *segment = json_object_get(json, "segment");

	cause->inferred = json_is_true(json_object_get(json, "inferred"));
	if (json_is_integer(call) || json_is_integer(segment)) {
		cause->kind = json_is_integer(call) ? CAUSE_CALL : CAUSE_SEGMENT;
		cause->number = json_integer_value(json_is_integer(call) ? call : segment);
		return true;
	}
	return read_timer(cause, json_string_value(json_object_get(json, "timer")));
}

static bool read_text(char **text, const json_t *json)
{
	if (!json_is_string(json) || memchr(json_string_value(json), '\0', json_string_length(json)) != NULL)
		return false;
	*text = xstrdup(json_string_value(json));
	return true;
}

static bool read_field(struct event *event, const struct event_field *field, const json_t *json)
{
	void *value = event_field_of(event, field);

	switch (field->type) {
	case TYPE_INT:
		*(int64_t *)value = json_integer_value(json);
		return json_is_integer(json) && *(int64_t *)value != EVENT_NO_INT;
	case TYPE_REAL:
		*(double *)value = json_number_value(json);
		return json_is_number(json) && *(double *)value >= 0;
	case TYPE_TEXT:
		return read_text(value, json);
	case TYPE_BYTES:
		return read_bytes(value, json);
	case TYPE_FLAG:
	case TYPE_FLAG_ALWAYS:
		*(bool *)value = json_is_true(json);
		return json_is_boolean(json);
	case TYPE_CAUSE:
		return read_cause(value, json);
	}
	return false;
}

static bool read_fields_of(struct event *event, const struct event_field *fields, const json_t *object,
			   struct text *message)
{
	for (const struct event_field *field = fields; field->key != NULL; field++) {
		const json_t *json = json_object_get(object, field->key);

		if (json == NULL && field->presence == FIELD_ALWAYS) {
			text_addf(message, "%s has no \"%s\"", event_name(event->kind), field->key);
			return false;
		}
		if (json == NULL || (json_is_null(json) && field->type != TYPE_FLAG_ALWAYS))
			continue;
		if (!read_field(event, field, json)) {
			text_addf(message, "%s: \"%s\" is of the wrong type", event_name(event->kind), field->key);
			return false;
		}
	}
	return true;
}

static bool read_kind(enum event_kind *kind, const json_t *object, struct text *message)
{
	const char *name = json_string_value(json_object_get(object, "event"));

	for (int i = 0; name != NULL && i < EVENT_KIND_COUNT; i++)
		if (string_is(event_name((enum event_kind)i), name)) {
			*kind = (enum event_kind)i;
			return true;
		}
	text_add(message,
		 name == NULL ? "an event is an object with the key \"event\"" : "this kind of event is not known");
	return false;
}

static bool read_object(struct event *event, const json_t *object, struct text *message)
{
	enum event_kind kind;

	if (!read_kind(&kind, object, message))
		return false;
	event_init(event, kind);
	if (read_fields_of(event, event_fields_common(), object, message) &&
	    read_fields_of(event, event_fields(kind), object, message))
		return true;
	event_release(event);
	event_init(event, kind);
	return false;
}

/* Whatever is JSON. */
static bool read_any(struct event *event, const char *line, size_t len, struct text *message)
{
	json_error_t error;
	json_t *object = json_loadb(line, len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
	bool ok = false;

	event_init(event, EVENT_hello);
	if (object == NULL)
		text_addf(message, "no JSON at column %d: %s", error.column, error.text);
	else
		ok = read_object(event, object, message);
	json_decref(object);
	return ok;
}

bool event_read(struct event *event, const char *line, size_t len, struct text *message)
{
	return event_read_quickly(event, line, len) || read_any(event, line, len, message);
}
