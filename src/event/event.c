#include "event/event.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/show.h"

enum field_type { TYPE_INT, TYPE_REAL, TYPE_TEXT, TYPE_BYTES, TYPE_FLAG, TYPE_FLAG_ALWAYS, TYPE_CAUSE };
enum field_presence { FIELD_ALWAYS, FIELD_MAYBE, FIELD_BESIDE };

struct field {
	const char *key; /* NULL closes a table */
	enum field_type type;
	enum field_presence presence;
	size_t offset; /* in struct event */
};

/* Every kind's struct stands at the same place in struct event. */
#define EVENT_AT offsetof(struct event, hello)

#define F(type_, member, key_, presence_) \
	{ key_, TYPE_##type_, FIELD_##presence_, EVENT_AT + offsetof(owner, member) },
#define EVENT(kind, fields) \
	static const struct field *fields_of_##kind(void) \
	{ \
		typedef struct event_##kind owner; \
		static const struct field table[] = { fields{ .key = NULL } }; \
		return table; \
	}
#include "event/events.def"
#undef EVENT
#undef F

static const struct {
	const char *name;
	const struct field *(*fields)(void);
} kinds[EVENT_KIND_COUNT] = {
#define EVENT(kind, fields) [EVENT_##kind] = { #kind, fields_of_##kind },
#include "event/events.def"
#undef EVENT
};

/* Those that every kind has. */
static const struct field common[] = {
	{ "seq", TYPE_INT, FIELD_MAYBE, offsetof(struct event, seq) },
	{ "t", TYPE_REAL, FIELD_MAYBE, offsetof(struct event, t) },
	{ .key = NULL },
};

/* The timers that a cause may name: struct event_cause points here. */
static const char *const timers[] = { "retransmit", "keepalive", "timewait", "persist" };

static void *field_of(struct event *event, const struct field *field)
{
	return (char *)event + field->offset;
}

static const void *const_field_of(const struct event *event, const struct field *field)
{
	return (const char *)event + field->offset;
}

const char *event_name(enum event_kind kind)
{
	return kinds[kind].name;
}

void event_init(struct event *event, enum event_kind kind)
{
	*event = (struct event){ .kind = kind, .seq = EVENT_NO_INT, .t = EVENT_NO_REAL };
	for (const struct field *field = kinds[kind].fields(); field->key != NULL; field++) {
		if (field->type == TYPE_INT)
			*(int64_t *)field_of(event, field) = EVENT_NO_INT;
		else if (field->type == TYPE_REAL)
			*(double *)field_of(event, field) = EVENT_NO_REAL;
	}
}

void event_release(struct event *event)
{
	for (const struct field *field = kinds[event->kind].fields(); field->key != NULL; field++) {
		if (field->type == TYPE_TEXT)
			free(*(char **)field_of(event, field));
		else if (field->type == TYPE_BYTES)
			free(((struct event_bytes *)field_of(event, field))->bytes);
	}
	event_init(event, event->kind);
}

static void copy_bytes(struct event_bytes *bytes)
{
	if (bytes->bytes != NULL)
		bytes->bytes = xstrndup(bytes->bytes, bytes->len);
}

void event_copy(struct event *to, const struct event *from)
{
	*to = *from;
	for (const struct field *field = kinds[to->kind].fields(); field->key != NULL; field++) {
		char **text = field_of(to, field);

		if (field->type == TYPE_TEXT && *text != NULL)
			*text = xstrdup(*text);
		else if (field->type == TYPE_BYTES)
			copy_bytes(field_of(to, field));
	}
}

/* A text that is no UTF-8 was not made printable by whoever filled it in: it is here. */
static json_t *text_json(const char *text)
{
	json_t *json = json_string(text);
	struct text shown;

	if (json != NULL)
		return json;
	text_init(&shown);
	show_string(&shown, text, SHOW_UTF8);
	json = json_string(shown.data);
	text_release(&shown);
	return json;
}

static json_t *bytes_json(const struct event_bytes *bytes)
{
	static const char digits[] = "0123456789abcdef";
	char *hex = xmalloc(bytes->len * 2 + 1);
	json_t *json;

	for (size_t i = 0; i < bytes->len; i++) {
		hex[i * 2] = digits[(unsigned char)bytes->bytes[i] >> 4];
		hex[i * 2 + 1] = digits[bytes->bytes[i] & 15];
	}
	json = json_stringn_nocheck(hex, bytes->len * 2);
	free(hex);
	return json;
}

static json_t *cause_json(const struct event_cause *cause)
{
	json_t *json = NULL;

	switch (cause->kind) {
	case CAUSE_UNKNOWN:
		break;
	case CAUSE_CALL:
		json = json_pack("{sI}", "call", (json_int_t)cause->number);
		break;
	case CAUSE_SEGMENT:
		json = json_pack("{sI}", "segment", (json_int_t)cause->number);
		break;
	case CAUSE_TIMER:
		json = json_pack("{ss}", "timer", cause->timer);
		break;
	}
	if (json != NULL && cause->inferred)
		json_object_set_new(json, "inferred", json_true());
	return json;
}

/* Microseconds are what a clock can tell here; more digits would only be the double's own. Beyond thirty years there are
 * none to round. */
static json_t *real_json(double real)
{
	return json_real(real < 1e9 ? (double)(int64_t)(real * 1e6 + 0.5) / 1e6 : real);
}

/* The field's value, NULL if it has none. */
static json_t *field_json(const struct event *event, const struct field *field)
{
	const void *value = const_field_of(event, field);

	switch (field->type) {
	case TYPE_INT:
		return *(const int64_t *)value == EVENT_NO_INT ? NULL : json_integer(*(const int64_t *)value);
	case TYPE_REAL:
		return *(const double *)value < 0 ? NULL : real_json(*(const double *)value);
	case TYPE_TEXT:
		return *(char *const *)value == NULL ? NULL : text_json(*(char *const *)value);
	case TYPE_BYTES:
		return ((const struct event_bytes *)value)->bytes == NULL ? NULL : bytes_json(value);
	case TYPE_FLAG:
		return *(const bool *)value ? json_true() : NULL;
	case TYPE_FLAG_ALWAYS:
		return json_boolean(*(const bool *)value);
	case TYPE_CAUSE:
		return cause_json(value);
	}
	return NULL;
}

static bool null_is_written(const struct field *field, bool before)
{
	return field->presence == FIELD_ALWAYS || (field->presence == FIELD_BESIDE && before);
}

static void add_fields_of(json_t *object, const struct event *event, const struct field *fields)
{
	bool before = false;

	for (const struct field *field = fields; field->key != NULL; field++) {
		json_t *json = field_json(event, field);

		if (json == NULL && null_is_written(field, before))
			json = json_null();
		before = json != NULL;
		if (json != NULL)
			json_object_set_new_nocheck(object, field->key, json);
	}
}

static int add_to_text(const char *bytes, size_t len, void *out)
{
	text_add_bytes(out, bytes, len);
	return 0;
}

void event_write(struct text *out, const struct event *event)
{
	json_t *object = json_object();

	add_fields_of(object, event, common);
	json_object_set_new(object, "event", json_string(kinds[event->kind].name));
	add_fields_of(object, event, kinds[event->kind].fields());
	json_dump_callback(object, add_to_text, out, JSON_COMPACT | JSON_REAL_PRECISION(15));
	json_decref(object);
}

static int hex_digit(char character)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = character == '\0' ? NULL : strchr(digits, character);

	return found == NULL ? -1 : (int)(found - digits);
}

static bool read_bytes(struct event_bytes *bytes, const json_t *json)
{
	const char *hex = json_string_value(json);
	size_t len = json_string_length(json);

	if (hex == NULL || len % 2 != 0)
		return false;
	bytes->bytes = xmalloc(len / 2 + 1);
	bytes->len = len / 2;
	bytes->bytes[bytes->len] = '\0';
	for (size_t i = 0; i < bytes->len; i++) {
		int high = hex_digit(hex[i * 2]), low = hex_digit(hex[i * 2 + 1]);

		if (high < 0 || low < 0)
			return false;
		bytes->bytes[i] = (char)(high << 4 | low);
	}
	return true;
}

static bool read_timer(struct event_cause *cause, const char *name)
{
	for (size_t i = 0; i < COUNT_OF(timers); i++)
		if (name != NULL && string_is(timers[i], name)) {
			cause->kind = CAUSE_TIMER;
			cause->timer = timers[i];
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

static bool read_field(struct event *event, const struct field *field, const json_t *json)
{
	void *value = field_of(event, field);

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

static bool read_fields_of(struct event *event, const struct field *fields, const json_t *object,
			   struct text *message)
{
	for (const struct field *field = fields; field->key != NULL; field++) {
		const json_t *json = json_object_get(object, field->key);

		if (json == NULL && field->presence == FIELD_ALWAYS) {
			text_addf(message, "%s has no \"%s\"", kinds[event->kind].name, field->key);
			return false;
		}
		if (json == NULL || (json_is_null(json) && field->type != TYPE_FLAG_ALWAYS))
			continue;
		if (!read_field(event, field, json)) {
			text_addf(message, "%s: \"%s\" is of the wrong type", kinds[event->kind].name, field->key);
			return false;
		}
	}
	return true;
}

static bool read_kind(enum event_kind *kind, const json_t *object, struct text *message)
{
	const char *name = json_string_value(json_object_get(object, "event"));

	for (int i = 0; name != NULL && i < EVENT_KIND_COUNT; i++)
		if (string_is(kinds[i].name, name)) {
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
	if (read_fields_of(event, common, object, message) &&
	    read_fields_of(event, kinds[kind].fields(), object, message))
		return true;
	event_release(event);
	return false;
}

bool event_read(struct event *event, const char *line, size_t len, struct text *message)
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
