/*
 * Every call is told in a line of this kind, so the writer is straightforward: what can stand in JSON as it is, is put
 * there. Texts with anything in them that needs more thought (control characters, no ASCII) are jansson's.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/show.h"
#include "event/event_fields.h"

/* Microseconds are what a clock can tell here; more digits would only be the double's own. Beyond thirty years there
 * are none to round. */
enum { MICROSECONDS = 1000000 };
#define REAL_PLAIN_MOST 1e9

/* ---- texts ---- */

static bool is_plain(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || (unsigned char)*text > '~')
			return false;
	return true;
}

static void add_plain(struct text *out, const char *text)
{
	size_t len;

	text_add_char(out, '"');
	while ((len = strcspn(text, "\"\\"), text[len] != '\0')) {
		text_add_bytes(out, text, len);
		text_add_char(out, '\\');
		text_add_char(out, text[len]);
		text += len + 1;
	}
	text_add_bytes(out, text, len);
	text_add_char(out, '"');
}

static int add_to_text(const char *bytes, size_t len, void *out)
{
	text_add_bytes(out, bytes, len);
	return 0;
}

static void add_json(struct text *out, json_t *json)
{
	json_dump_callback(json, add_to_text, out, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
	json_decref(json);
}

/* A text that is no UTF-8 was not made printable by whoever filled it in: it is here. */
static void add_any(struct text *out, const char *text)
{
	json_t *json = json_string(text);
	struct text shown;

	if (json == NULL) {
		text_init(&shown);
		show_string(&shown, text, SHOW_UTF8);
		json = json_string(shown.data);
		text_release(&shown);
	}
	add_json(out, json);
}

static void add_text(struct text *out, const char *text)
{
	if (is_plain(text))
		add_plain(out, text);
	else
		add_any(out, text);
}

static void add_bytes(struct text *out, const struct event_bytes *bytes)
{
	static const char digits[] = "0123456789abcdef";

	text_add_char(out, '"');
	for (size_t i = 0; i < bytes->len; i++) {
		char pair[] = { digits[(unsigned char)bytes->bytes[i] >> 4], digits[bytes->bytes[i] & 15] };

		text_add_bytes(out, pair, sizeof(pair));
	}
	text_add_char(out, '"');
}

/* ---- numbers ---- */

/* One digit behind the point at least, no nought at the end. */
static void add_fraction(struct text *out, int64_t microseconds)
{
	text_add_char(out, '.');
	do {
		text_add_char(out, (char)('0' + microseconds / (MICROSECONDS / 10)));
		microseconds = microseconds % (MICROSECONDS / 10) * 10;
	} while (microseconds != 0);
}

static void add_real(struct text *out, double real)
{
	int64_t microseconds;

	if (!(real < REAL_PLAIN_MOST)) {
		add_json(out, json_real(real));
		return;
	}
	microseconds = (int64_t)(real * MICROSECONDS + 0.5);
	text_add_int(out, microseconds / MICROSECONDS);
	add_fraction(out, microseconds % MICROSECONDS);
}

static void add_flag(struct text *out, bool flag)
{
	text_add(out, flag ? "true" : "false");
}

static void add_cause(struct text *out, const struct event_cause *cause)
{
	switch (cause->kind) {
	case CAUSE_UNKNOWN:
		return;
	case CAUSE_CALL:
		text_add(out, "{\"call\":");
		text_add_int(out, cause->number);
		break;
	case CAUSE_SEGMENT:
		text_add(out, "{\"segment\":");
		text_add_int(out, cause->number);
		break;
	case CAUSE_TIMER:
		text_add(out, "{\"timer\":");
		add_text(out, cause->timer);
		break;
	}
	text_add(out, cause->inferred ? ",\"inferred\":true}" : "}");
}

/* ---- fields ---- */

static bool has_value(const void *value, enum field_type type)
{
	switch (type) {
	case TYPE_INT:
		return *(const int64_t *)value != EVENT_NO_INT;
	case TYPE_REAL:
		return *(const double *)value >= 0;
	case TYPE_TEXT:
		return *(char *const *)value != NULL;
	case TYPE_BYTES:
		return ((const struct event_bytes *)value)->bytes != NULL;
	case TYPE_FLAG:
		return *(const bool *)value;
	case TYPE_FLAG_ALWAYS:
		return true;
	case TYPE_CAUSE:
		return ((const struct event_cause *)value)->kind != CAUSE_UNKNOWN;
	}
	return false;
}

static void add_value(struct text *out, const void *value, enum field_type type)
{
	switch (type) {
	case TYPE_INT:
		text_add_int(out, *(const int64_t *)value);
		break;
	case TYPE_REAL:
		add_real(out, *(const double *)value);
		break;
	case TYPE_TEXT:
		add_text(out, *(char *const *)value);
		break;
	case TYPE_BYTES:
		add_bytes(out, value);
		break;
	case TYPE_FLAG:
	case TYPE_FLAG_ALWAYS:
		add_flag(out, *(const bool *)value);
		break;
	case TYPE_CAUSE:
		add_cause(out, value);
		break;
	}
}

static void add_lead(struct text *out, const char *lead, size_t len)
{
	size_t comma = out->data[out->len - 1] == '{' ? 1 : 0;

	text_add_bytes(out, lead + comma, len - comma);
}

static bool null_is_written(const struct event_field *field, bool before)
{
	return field->presence == FIELD_ALWAYS || (field->presence == FIELD_BESIDE && before);
}

static void add_fields(struct text *out, const struct event *event, const struct event_field *fields)
{
	bool before = false;

	for (const struct event_field *field = fields; field->key != NULL; field++) {
		const void *value = event_const_field_of(event, field);
		bool has = has_value(value, field->type);

		before = has || null_is_written(field, before);
		if (!before)
			continue;
		add_lead(out, field->lead, field->lead_len);
		if (has)
			add_value(out, value, field->type);
		else
			text_add(out, "null");
	}
}

void event_write(struct text *out, const struct event *event)
{
	static const char lead[] = ",\"event\":";

	text_add_char(out, '{');
	add_fields(out, event, event_fields_common());
	add_lead(out, lead, sizeof(lead) - 1);
	add_text(out, event_name(event->kind));
	add_fields(out, event, event_fields(event->kind));
	text_add_char(out, '}');
}
