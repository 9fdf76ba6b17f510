/*
 * Events as lines of JSON: every kind and field both ways, what is there when a value is missing, the design's examples
 * byte for byte, and every kind of line that is none.
 */
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "event/event.h"

static char *write_event(const struct event *event)
{
	struct text text;

	text_init(&text);
	event_write(&text, event);
	return text.data;
}

static void read_event(struct event *event, const char *line)
{
	struct text message;

	text_init(&message);
	if (!event_read(event, line, strlen(line), &message))
		fail_msg("%s: %s", line, message.data);
	text_release(&message);
}

static void check_refused_bytes(const char *line, size_t len, const char *part)
{
	struct event event;
	struct text message;

	text_init(&message);
	if (event_read(&event, line, len, &message))
		fail_msg("%s is read", line);
	if (strstr(message.data, part) == NULL)
		fail_msg("%s: no '%s': %s", line, part, message.data);
	event_release(&event);
	text_release(&message);
}

static void check_refused(const char *line, const char *part)
{
	check_refused_bytes(line, strlen(line), part);
}

static void check_same(const char *line)
{
	struct event event;
	char *again;

	read_event(&event, line);
	again = write_event(&event);
	assert_string_equal(again, line);
	free(again);
	event_release(&event);
}

/* But for 0.0420, whose last nought no number keeps. */
static const char *const examples[] = {
	"{\"seq\":6,\"t\":0.0398,\"event\":\"call\",\"id\":6,\"side\":\"server\",\"call\":\"accept\","
	"\"text\":\"accept(3)\",\"status\":\"blocked\"}",
	"{\"seq\":7,\"t\":0.0412,\"event\":\"call\",\"id\":5,\"side\":\"client\",\"call\":\"socket\","
	"\"text\":\"socket(AF_INET, SOCK_STREAM, 0)\",\"status\":\"returned\",\"result\":3,\"errno\":null}",
	"{\"seq\":8,\"t\":0.0413,\"event\":\"state\",\"host\":\"client\",\"side\":\"client\",\"fd\":3,"
	"\"proto\":\"tcp\",\"local\":\"10.0.0.1:40312\",\"peer\":\"10.0.0.2:80\",\"from\":\"CLOSED\","
	"\"to\":\"SYN_SENT\",\"cause\":{\"call\":7}}",
	"{\"seq\":9,\"t\":0.0414,\"event\":\"segment\",\"n\":1,\"from\":\"client\",\"to\":\"server\",\"proto\":\"tcp\","
	"\"src\":\"10.0.0.1:40312\",\"dst\":\"10.0.0.2:80\",\"flags\":\"SYN\",\"seq_rel\":0,\"ack_rel\":0,\"len\":0,"
	"\"win\":64240,\"verdict\":\"held\"}",
	"{\"seq\":10,\"t\":0.042,\"event\":\"expect\",\"ok\":true,\"text\":\"client 3 state SYN_SENT\"}",
};

static void examples_of_the_design(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(examples); i++)
		check_same(examples[i]);
}

/* ---- every field of the table ---- */

static void fill_INT(int64_t *value) { *value = INT64_MAX; }
static void fill_REAL(double *value) { *value = 12.000345; }
static void fill_TEXT(char **value) { *value = xstrdup("a \"b\" \\ \n \x01 \xe2\x82\xac"); }
static void fill_BYTES(struct event_bytes *value) { *value = (struct event_bytes){ xstrndup("\0a\xff", 3), 3 }; }
static void fill_FLAG(bool *value) { *value = true; }
static void fill_FLAG_ALWAYS(bool *value) { *value = true; }
static void fill_CAUSE(struct event_cause *value)
{
	*value = (struct event_cause){ .kind = CAUSE_TIMER, .timer = "keepalive", .inferred = true };
}

static bool same_INT(const int64_t *a, const int64_t *b) { return *a == *b; }
static bool same_REAL(const double *a, const double *b) { return *a > *b - 1e-9 && *a < *b + 1e-9; }
static bool same_TEXT(char *const *a, char *const *b) { return *a == *b || (*a && *b && string_is(*a, *b)); }
static bool same_BYTES(const struct event_bytes *a, const struct event_bytes *b)
{
	return a->len == b->len && (a->bytes == b->bytes || memcmp(a->bytes, b->bytes, a->len) == 0);
}
static bool same_FLAG(const bool *a, const bool *b) { return *a == *b; }
static bool same_FLAG_ALWAYS(const bool *a, const bool *b) { return *a == *b; }
static bool same_CAUSE(const struct event_cause *a, const struct event_cause *b)
{
	return a->kind == b->kind && a->number == b->number && a->inferred == b->inferred &&
	       (a->timer == b->timer || string_is(a->timer, b->timer));
}

#define F(type, member, key, presence) fill_##type(&event->member);
#define EVENT(kind, fields) \
	static void fill_event_##kind(struct event_##kind *event) \
	{ \
		fields \
	}
#include "event/events.def"
#undef EVENT
#undef F

#define F(type, member, key, presence) \
	if (!same_##type(&a->member, &b->member)) \
		fail_msg("%s differs", key);
#define EVENT(kind, fields) \
	static void same_event_##kind(const struct event_##kind *a, const struct event_##kind *b) \
	{ \
		fields \
	}
#include "event/events.def"
#undef EVENT
#undef F

static void fill(struct event *event)
{
	event->seq = 7;
	event->t = 0.000001;
	switch (event->kind) {
#define EVENT(kind, fields) \
	case EVENT_##kind: \
		fill_event_##kind(&event->kind); \
		break;
#include "event/events.def"
#undef EVENT
	case EVENT_KIND_COUNT:
		break;
	}
}

static void check_same_events(const struct event *a, const struct event *b)
{
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->seq, b->seq);
	assert_true(same_REAL(&a->t, &b->t));
	switch (a->kind) {
#define EVENT(kind, fields) \
	case EVENT_##kind: \
		same_event_##kind(&a->kind, &b->kind); \
		break;
#include "event/events.def"
#undef EVENT
	case EVENT_KIND_COUNT:
		break;
	}
}

static void every_kind_whole(void **state)
{
	(void)state;
	for (int kind = 0; kind < EVENT_KIND_COUNT; kind++) {
		struct event event, again, copy;
		char *line, *copied;

		event_init(&event, (enum event_kind)kind);
		fill(&event);
		line = write_event(&event);
		read_event(&again, line);
		check_same_events(&event, &again);
		event_copy(&copy, &event);
		event_release(&event);
		check_same_events(&copy, &again);
		copied = write_event(&copy);
		assert_string_equal(copied, line);
		free(copied);
		free(line);
		event_release(&copy);
		event_release(&again);
	}
}

/* ---- presence ---- */

enum presence { ALWAYS, MAYBE, BESIDE };

struct row {
	const char *key, *type;
	enum presence presence;
};

#define F(type, member, key, presence) { key, #type, presence },
#define EVENT(kind, fields) static const struct row rows_##kind[] = { fields{ .key = NULL } };
#include "event/events.def"
#undef EVENT
#undef F

static const struct row *const rows[EVENT_KIND_COUNT] = {
#define EVENT(kind, fields) [EVENT_##kind] = rows_##kind,
#include "event/events.def"
#undef EVENT
};

static void check_keys(const json_t *json, const struct row *row, enum event_kind kind)
{
	const json_t *event = json_object_get(json, "event");

	assert_string_equal(json_string_value(event), event_name(kind));
	for (; row->key != NULL; row++) {
		const json_t *value = json_object_get(json, row->key);

		if (string_is(row->type, "FLAG_ALWAYS"))
			assert_true(json_is_false(value));
		else if (row->presence == ALWAYS)
			assert_true(json_is_null(value));
		else
			assert_null(value);
	}
}

static void nothing_has_a_value(void **state)
{
	(void)state;
	for (int kind = 0; kind < EVENT_KIND_COUNT; kind++) {
		struct event event, again;
		char *line;
		json_t *json;

		event_init(&event, (enum event_kind)kind);
		line = write_event(&event);
		json = json_loads(line, 0, NULL);
		assert_null(json_object_get(json, "seq"));
		assert_null(json_object_get(json, "t"));
		check_keys(json, rows[kind], event.kind);
		read_event(&again, line);
		check_same_events(&event, &again);
		event_release(&again);
		json_decref(json);
		free(line);
	}
}

static void null_beside_the_result(void **state)
{
	struct event event;
	char *line;

	(void)state;
	event_init(&event, EVENT_call);
	event.call.result = 0;
	line = write_event(&event);
	assert_non_null(strstr(line, "\"result\":0,\"errno\":null}"));
	free(line);
	event.call.result = EVENT_NO_INT;
	event.call.error = xstrdup("EBADF");
	line = write_event(&event);
	assert_non_null(strstr(line, ",\"errno\":\"EBADF\"}"));
	free(line);
	event_release(&event);
}

/* A line of the kind with one key left out, or with another value. */
static char *line_with(enum event_kind kind, const char *key, json_t *value)
{
	struct event event;
	char *line, *changed;
	json_t *json;

	event_init(&event, kind);
	fill(&event);
	line = write_event(&event);
	json = json_loads(line, 0, NULL);
	if (value == NULL)
		json_object_del(json, key);
	else
		json_object_set_new(json, key, value);
	changed = json_dumps(json, JSON_COMPACT);
	json_decref(json);
	free(line);
	event_release(&event);
	return changed;
}

static void missing_fields(void **state)
{
	(void)state;
	for (int kind = 0; kind < EVENT_KIND_COUNT; kind++)
		for (const struct row *row = rows[kind]; row->key != NULL; row++) {
			char *line = line_with((enum event_kind)kind, row->key, NULL);
			struct event event;

			if (row->presence == ALWAYS) {
				check_refused(line, row->key);
			} else {
				read_event(&event, line);
				event_release(&event);
			}
			free(line);
		}
}

static bool is_of_type(const json_t *value, const char *type)
{
	if (string_is(type, "INT"))
		return json_is_integer(value);
	if (string_is(type, "REAL"))
		return json_is_number(value);
	if (string_is(type, "FLAG") || string_is(type, "FLAG_ALWAYS"))
		return json_is_boolean(value);
	return string_is(type, "CAUSE") ? json_is_object(value) : json_is_string(value);
}

static void wrong_types(void **state)
{
	static const char *const values[] = { "7", "7.5", "\"00\"", "true", "[]", "{\"call\":1}" };

	(void)state;
	for (int kind = 0; kind < EVENT_KIND_COUNT; kind++)
		for (const struct row *row = rows[kind]; row->key != NULL; row++)
			for (size_t i = 0; i < COUNT_OF(values); i++) {
				json_t *value = json_loads(values[i], JSON_DECODE_ANY, NULL);
				bool right = is_of_type(value, row->type);
				char *line = line_with((enum event_kind)kind, row->key, value);
				struct event event;

				if (right) {
					read_event(&event, line);
					event_release(&event);
				} else {
					check_refused(line, "is of the wrong type");
				}
				free(line);
			}
}

static void samples_refused(void **state)
{
	(void)state;
	check_refused("", "no JSON");
	check_refused("x", "no JSON");
	check_refused("{", "no JSON");
	check_refused("7", "no JSON");
	check_refused("[]", "an event is an object");
	check_refused("{}", "an event is an object");
	check_refused("{\"event\":7}", "an event is an object");
	check_refused("{\"event\":\"party\"}", "not known");
	check_refused("{\"event\":\"say\",\"text\":\"a\"} {}", "no JSON");
	check_refused("{\"event\":\"say\",\"text\":\"a\",\"text\":\"b\"}", "no JSON");
	check_refused("{\"event\":\"say\",\"text\":\"a\\u0000b\"}", "wrong type");
	check_refused("{\"event\":\"say\",\"text\":\"a\xff\"}", "no JSON");
	check_refused("{\"event\":\"say\",\"text\":\"\\ud800\"}", "no JSON");
	check_refused_bytes("{\"event\":\"say\",\"text\":\"a\0b\"}", 27, "no JSON");
	check_refused("{\"seq\":\"1\",\"event\":\"say\",\"text\":\"a\"}", "\"seq\" is of the wrong type");
	check_refused("{\"t\":-1,\"event\":\"say\",\"text\":\"a\"}", "\"t\" is of the wrong type");
	check_refused("{\"t\":1e999,\"event\":\"say\",\"text\":\"a\"}", "no JSON");
	check_refused("{\"event\":\"expect\",\"ok\":null,\"text\":\"a\"}", "\"ok\" is of the wrong type");
	check_refused("{\"event\":\"poke\",\"side\":\"a\",\"fd\":-9223372036854775808}", "wrong type");
	check_refused("{\"event\":\"poke\",\"side\":\"a\",\"fd\":9223372036854775808}", "no JSON");
	check_refused("{\"event\":\"poke\",\"side\":\"a\",\"fd\":3.0}", "wrong type");
}

static void unknown_keys_are_passed_over(void **state)
{
	struct event event;

	(void)state;
	read_event(&event, " { \"later\" : [1, {\"x\":null}], \"text\" : \"a\" , \"event\" : \"say\" } \n");
	assert_int_equal(event.kind, EVENT_say);
	assert_string_equal(event.say.text, "a");
	assert_int_equal(event.seq, EVENT_NO_INT);
	event_release(&event);
}

static void cut_everywhere(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(examples); i++)
		for (size_t len = 0; len < strlen(examples[i]); len++)
			check_refused_bytes(examples[i], len, "no JSON");
}

static void deep_and_long(void **state)
{
	enum { LEN = 1 << 20 };
	char *line = xmalloc(LEN + 1);
	struct event event;

	(void)state;
	memset(line, '[', LEN);
	line[LEN] = '\0';
	check_refused(line, "no JSON");
	memset(line, ' ', LEN);
	memcpy(line, "{\"event\":\"say\",\"text\":\"", 23);
	memset(line + 23, 'a', LEN - 25);
	memcpy(line + LEN - 2, "\"}", 2);
	read_event(&event, line);
	assert_int_equal(strlen(event.say.text), LEN - 25);
	event_release(&event);
	free(line);
}

/* ---- types ---- */

static void bytes_are_hex(void **state)
{
	static const char before[] =
		"{\"event\":\"call\",\"id\":1,\"side\":\"a\",\"call\":\"b\",\"text\":\"c\",\"status\":\"d\",";
	static const struct {
		const char *hex;
		size_t len;
		bool right;
	} samples[] = { { "", 0, true }, { "00ff", 2, true }, { "0", 0, false }, { "0g", 0, false }, { "FF", 0, false },
			{ "00ff ", 0, false } };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(samples); i++) {
		char *line = text_format("%s\"data\":\"%s\"}", before, samples[i].hex);
		struct event event;

		if (samples[i].right) {
			read_event(&event, line);
			assert_int_equal(event.call.data.len, samples[i].len);
			assert_non_null(event.call.data.bytes);
			event_release(&event);
			check_same(line);
		} else {
			check_refused(line, "\"data\" is of the wrong type");
		}
		free(line);
	}
}

static char *state_with(const char *cause)
{
	return text_format("{\"event\":\"state\",\"host\":\"a\",\"side\":null,\"fd\":null,\"proto\":\"tcp\","
			   "\"local\":\"b\",\"peer\":\"c\",\"from\":\"d\",\"to\":\"e\",\"cause\":%s}", cause);
}

static void causes(void **state)
{
	static const char *const right[] = {
		"null", "{\"call\":7}", "{\"segment\":3}", "{\"timer\":\"retransmit\"}",
		"{\"timer\":\"persist\",\"inferred\":true}", "{\"call\":7,\"inferred\":true}",
	};
	static const char *const wrong[] = { "{}", "7", "\"call\"", "[]", "{\"call\":\"7\"}", "{\"timer\":\"egg\"}",
					     "{\"timer\":7}", "{\"inferred\":true}", "true" };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(right); i++) {
		char *line = state_with(right[i]);

		check_same(line);
		free(line);
	}
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		char *line = state_with(wrong[i]);

		check_refused(line, "\"cause\" is of the wrong type");
		free(line);
	}
}

/* A foreign text that nobody made printable is, rather than lost. */
static void foreign_text(void **state)
{
	struct event event;
	char *line;

	(void)state;
	event_init(&event, EVENT_say);
	event.say.text = xstrdup("a\xff\x1b");
	line = write_event(&event);
	assert_string_equal(line, "{\"event\":\"say\",\"text\":\"a\\\\xff\\\\x1b\"}");
	free(line);
	event_release(&event);
}

static void times(void **state)
{
	static const double samples[] = { 0, 0.0000004, 0.1, 0.3, 1e9, 1e300 };
	static const char *const written[] = { "0.0", "0.0", "0.1", "0.3", "1000000000.0", "1e300" };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(samples); i++) {
		char *expected = text_format("{\"t\":%s,\"event\":\"say\",\"text\":null}", written[i]), *line;
		struct event event;

		event_init(&event, EVENT_say);
		event.t = samples[i];
		line = write_event(&event);
		assert_string_equal(line, expected);
		free(line);
		free(expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(examples_of_the_design),
		cmocka_unit_test(every_kind_whole),
		cmocka_unit_test(nothing_has_a_value),
		cmocka_unit_test(null_beside_the_result),
		cmocka_unit_test(missing_fields),
		cmocka_unit_test(wrong_types),
		cmocka_unit_test(samples_refused),
		cmocka_unit_test(unknown_keys_are_passed_over),
		cmocka_unit_test(cut_everywhere),
		cmocka_unit_test(deep_and_long),
		cmocka_unit_test(bytes_are_hex),
		cmocka_unit_test(causes),
		cmocka_unit_test(foreign_text),
		cmocka_unit_test(times),
	};

	return cmocka_run_group_tests_name("events", tests, NULL, NULL);
}
