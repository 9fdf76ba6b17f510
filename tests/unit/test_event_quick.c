/*
 * The quick way to read an event must read what the other way reads. White space in front of a line keeps it off the
 * quick way; so each line is read by both, as written and with every byte changed, cut out, or put in once more.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "event/event.h"
#include "event/event_quick.h"

static const char *const plain[] = {
	"{\"seq\":7,\"t\":0.0412,\"event\":\"call\",\"id\":5,\"side\":\"client\",\"thread\":2,\"call\":\"recv\","
	"\"text\":\"recv(3, \\\"a\\\\\\\\n\\\", 64, 0)\",\"status\":\"returned\",\"result\":-1,\"errno\":null,\"fd\":0,"
	"\"data\":\"00ff\",\"began\":123456789.012345,\"took\":0.0}",
	"{\"event\":\"fd\",\"side\":\"server.2\",\"fd\":4,\"status\":\"open\",\"kind\":\"\",\"nonblock\":true,"
	"\"cloexec\":false}",
	"{\"event\":\"expect\",\"ok\":true,\"text\":\"\"}",
	"{\"event\":\"poke\",\"side\":null,\"fd\":999999999999999999}",
	"{\"t\":3,\"event\":\"state\",\"host\":\"h\",\"side\":null,\"fd\":null,\"proto\":\"tcp\",\"local\":\"a\","
	"\"peer\":\"\",\"from\":\"CLOSED\",\"to\":\"LISTEN\",\"cause\":null}",
};

static const char *const other[] = {
	"{}",
	"{\"event\":\"say\"}",
	"{\"event\":\"say\",\"text\":\"\\n\"}",
	"{\"event\":\"say\",\"text\":\"\xe2\x82\xac\"}",
	"{\"event\":\"say\",\"text\":\"\\/\"}",
	"{\"event\":\"say\",\"text\":\"\\",
	"{\"event\":\"say\",\"text\":\"\"},",
	"{\"event\":\"say\",\"text\":\"\",\"seq\":1}",
	"{\"event\":\"saying\",\"text\":\"\"}",
	"{,\"event\":\"say\",\"text\":\"\"}",
	"{\"seq\":1\"event\":\"say\",\"text\":\"\"}",
	"{\"t\":1e3,\"event\":\"say\",\"text\":\"\"}",
	"{\"t\":1.,\"event\":\"say\",\"text\":\"\"}",
	"{\"t\":01,\"event\":\"say\",\"text\":\"\"}",
	"{\"t\":0.1234567890123456,\"event\":\"say\",\"text\":\"\"}",
	"{\"event\":\"poke\",\"side\":\"\",\"fd\":1000000000000000000}",
	"{\"event\":\"poke\",\"side\":\"\",\"fd\":00}",
	"{\"event\":\"poke\",\"side\":\"\",\"fd\":-}",
	"{\"event\":\"poke\",\"fd\":1,\"side\":\"\"}",
	"{\"event\":\"wire\",\"status\":\"\",\"held\":1,\"held\":1}",
	"{\"event\":\"segment\",\"n\":1,\"from\":\"\",\"to\":\"\",\"proto\":\"\",\"src\":\"\",\"dst\":\"\","
	"\"verdict\":\"\",\"cause\":{\"call\":1}}",
};

/* NULL: it could not be read. */
static char *read_again(const char *line, size_t len)
{
	struct text message, written;
	struct event event;

	text_init(&message);
	text_init(&written);
	if (event_read(&event, line, len, &message))
		event_write(&written, &event);
	event_release(&event);
	text_release(&message);
	if (written.len > 0)
		return text_take(&written);
	text_release(&written);
	return NULL;
}

/* The same bytes at the end of memory that is theirs alone: reading beyond them is found. */
static char *alone(const char *line, size_t len)
{
	char *copy = xmalloc(len);

	memcpy(copy, line, len);
	return copy;
}

static void check_both_ways(const char *line, size_t len)
{
	char *behind = xmalloc(len + 1), *tight = alone(line, len), *quick, *slow;

	behind[0] = ' ';
	memcpy(behind + 1, line, len);
	quick = read_again(tight, len);
	slow = read_again(behind, len + 1);
	if ((quick == NULL) != (slow == NULL))
		fail_msg("%.*s: only the %s way reads it", (int)len, line, quick == NULL ? "other" : "quick");
	if (quick != NULL)
		assert_string_equal(quick, slow);
	free(quick);
	free(slow);
	free(behind);
	free(tight);
}

static void plain_lines_are_read_quickly(void **state)
{
	struct event event;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(plain); i++) {
		if (!event_read_quickly(&event, plain[i], strlen(plain[i])))
			fail_msg("%s is not read quickly", plain[i]);
		event_release(&event);
	}
}

static void others_are_left_alone(void **state)
{
	struct event event;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(other); i++) {
		if (event_read_quickly(&event, other[i], strlen(other[i])))
			fail_msg("%s is read quickly", other[i]);
		event_release(&event);
	}
}

static void both_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(plain); i++)
		check_both_ways(plain[i], strlen(plain[i]));
	for (size_t i = 0; i < COUNT_OF(other); i++)
		check_both_ways(other[i], strlen(other[i]));
}

static void check_changed(const char *line, size_t at)
{
	static const char characters[] = "\"\\{}[]:,.-+eE019azn \t\n\x01\x7f\xe2\0";
	size_t len = strlen(line);
	char *changed = xstrndup(line, len);

	for (size_t i = 0; i < sizeof(characters); i++) {
		changed[at] = characters[i];
		check_both_ways(changed, len);
	}
	free(changed);
}

static void every_byte_changed(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(plain); i++)
		for (size_t at = 0; at < strlen(plain[i]); at++)
			check_changed(plain[i], at);
}

static void every_byte_missing_and_doubled(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(plain); i++)
		for (size_t at = 0; at < strlen(plain[i]); at++) {
			char *less = text_format("%.*s%s", (int)at, plain[i], plain[i] + at + 1);
			char *more = text_format("%.*s%s", (int)at + 1, plain[i], plain[i] + at);

			check_both_ways(less, strlen(less));
			check_both_ways(more, strlen(more));
			check_both_ways(plain[i], at);
			free(less);
			free(more);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_lines_are_read_quickly), cmocka_unit_test(others_are_left_alone),
		cmocka_unit_test(both_ways), cmocka_unit_test(every_byte_changed),
		cmocka_unit_test(every_byte_missing_and_doubled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
