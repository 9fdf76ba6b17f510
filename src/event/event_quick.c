#include "event/event_quick.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "event/event_fields.h"

/* So many digits fit into an int64_t, and so many, without a point, are a double exactly, as are powers of ten up to
 * that (IEEE 754: 53 bits): their quotient is then what strtod() gives. */
enum { INT_DIGITS = 18, REAL_DIGITS = 15 };

/* The line, as far as it is not read. It ends with the line, which need not be closed by a NUL. */
struct rest {
	const char *at, *end;
};

static bool take(struct rest *rest, const char *word, size_t len)
{
	if ((size_t)(rest->end - rest->at) < len || memcmp(rest->at, word, len) != 0)
		return false;
	rest->at += len;
	return true;
}

static bool take_char(struct rest *rest, char character)
{
	return take(rest, &character, 1);
}

/* Which comes with a comma but at the beginning of the object. */
static bool take_lead(struct rest *rest, const char *lead, size_t len, bool first)
{
	size_t comma = first ? 1 : 0;

	return take(rest, lead + comma, len - comma);
}

/* ---- numbers ---- */

/* Appends digits to a number; how many there were. */
static int take_digits(struct rest *rest, int64_t *number, int most)
{
	int count = 0;

	for (; count < most && rest->at < rest->end && *rest->at >= '0' && *rest->at <= '9'; count++)
		*number = *number * 10 + (*rest->at++ - '0');
	return count;
}

/* A further digit, a point or an exponent would make another number of it. */
static bool number_ends(const struct rest *rest)
{
	return rest->at < rest->end && (*rest->at == ',' || *rest->at == '}');
}

/* No nought in front of other digits. */
static bool take_whole(struct rest *rest, int64_t *number, int most, int *digits)
{
	*number = 0;
	if (take_char(rest, '0')) {
		*digits = 1;
		return true;
	}
	*digits = take_digits(rest, number, most);
	return *digits > 0;
}

static bool take_int(struct rest *rest, int64_t *number)
{
	bool negative = take_char(rest, '-');
	int digits;

	if (!take_whole(rest, number, INT_DIGITS, &digits) || !number_ends(rest))
		return false;
	if (negative)
		*number = -*number;
	return true;
}

static bool take_real(struct rest *rest, double *real)
{
	double power = 1;
	int64_t number;
	int digits, behind = 0;

	if (!take_whole(rest, &number, REAL_DIGITS, &digits))
		return false;
	if (take_char(rest, '.')) {
		behind = take_digits(rest, &number, REAL_DIGITS - digits);
		if (behind == 0)
			return false;
	}
	for (; behind > 0; behind--)
		power *= 10;
	*real = (double)number / power;
	return number_ends(rest);
}

/* ---- texts ---- */

static bool is_escape(const char *at, const char *end)
{
	return at + 1 < end && *at == '\\' && (at[1] == '"' || at[1] == '\\');
}

/* Where the text ends, its closing quote; NULL: it has none, or a character that is not plain. */
static const char *end_of_text(const struct rest *rest)
{
	const char *at = rest->at;

	for (; at < rest->end && *at != '"'; at++) {
		if ((unsigned char)*at < ' ' || (unsigned char)*at > '~')
			return NULL;
		if (*at != '\\')
			continue;
		if (!is_escape(at, rest->end))
			return NULL;
		at++;
	}
	return at < rest->end ? at : NULL;
}

static char *unescaped(const char *from, const char *end)
{
	char *text = xmalloc((size_t)(end - from) + 1), *to = text;

	while (from < end) {
		from += *from == '\\';
		*to++ = *from++;
	}
	*to = '\0';
	return text;
}

static bool take_text(struct rest *rest, char **text)
{
	const char *end;

	if (!take_char(rest, '"'))
		return false;
	end = end_of_text(rest);
	if (end == NULL)
		return false;
	*text = unescaped(rest->at, end);
	rest->at = end + 1;
	return true;
}

static int hex_digit(char character)
{
	if (character >= '0' && character <= '9')
		return character - '0';
	return character >= 'a' && character <= 'f' ? character - 'a' + 10 : -1;
}

bool event_read_hex(struct event_bytes *bytes, const char *hex, size_t len)
{
	if (len % 2 != 0)
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

static bool take_bytes(struct rest *rest, struct event_bytes *bytes)
{
	const char *end;

	if (!take_char(rest, '"'))
		return false;
	end = memchr(rest->at, '"', (size_t)(rest->end - rest->at));
	if (end == NULL || !event_read_hex(bytes, rest->at, (size_t)(end - rest->at)))
		return false;
	rest->at = end + 1;
	return true;
}

/* ---- fields ---- */

static bool take_flag(struct rest *rest, bool *flag)
{
	*flag = take(rest, "true", 4);
	return *flag || take(rest, "false", 5);
}

static bool take_value(struct rest *rest, void *value, enum field_type type)
{
	if (type != TYPE_FLAG_ALWAYS && take(rest, "null", 4))
		return true;
	switch (type) {
	case TYPE_INT:
		return take_int(rest, value);
	case TYPE_REAL:
		return take_real(rest, value);
	case TYPE_TEXT:
		return take_text(rest, value);
	case TYPE_BYTES:
		return take_bytes(rest, value);
	case TYPE_FLAG:
	case TYPE_FLAG_ALWAYS:
		return take_flag(rest, value);
	case TYPE_CAUSE:
		return false;
	}
	return false;
}

static bool take_fields(struct rest *rest, struct event *event, const struct event_field *field, bool first)
{
	for (; field->key != NULL; field++) {
		if (!take_lead(rest, field->lead, field->lead_len, first)) {
			if (field->presence == FIELD_ALWAYS)
				return false;
			continue;
		}
		if (!take_value(rest, event_field_of(event, field), field->type))
			return false;
		first = false;
	}
	return true;
}

static bool name_kind(struct rest *rest, enum event_kind *kind)
{
	for (int i = 0; i < EVENT_KIND_COUNT; i++) {
		const char *name = event_name((enum event_kind)i);
		struct rest after = *rest;

		if (take(&after, name, strlen(name)) && take_char(&after, '"')) {
			*rest = after;
			*kind = (enum event_kind)i;
			return true;
		}
	}
	return false;
}

/* seq and t stand in front of it, and so have been read. */
static bool take_kind(struct rest *rest, struct event *event, bool first)
{
	static const char lead[] = ",\"event\":\"";
	int64_t seq = event->seq;
	double t = event->t;
	enum event_kind kind;

	if (!take_lead(rest, lead, sizeof(lead) - 1, first) || !name_kind(rest, &kind))
		return false;
	event_init(event, kind);
	event->seq = seq;
	event->t = t;
	return true;
}

static bool take_object(struct rest *rest, struct event *event)
{
	const char *begin = rest->at + 1;

	if (!take_char(rest, '{') || !take_fields(rest, event, event_fields_common(), true))
		return false;
	return take_kind(rest, event, rest->at == begin) &&
	       take_fields(rest, event, event_fields(event->kind), false) && take_char(rest, '}');
}

bool event_read_quickly(struct event *event, const char *line, size_t len)
{
	struct rest rest = { .at = line, .end = line + len };

	event_init(event, EVENT_hello);
	if (take_object(&rest, event) && rest.at == rest.end)
		return true;
	event_release(event);
	event_init(event, EVENT_hello);
	return false;
}
