/*
 * Hostile lines of JSON for libFuzzer (or AFL++, which takes the same entry): `make fuzz-event` builds it with clang;
 * then
 *
 *	tests/fuzz/fuzz_event -max_total_time=30 [DIRECTORY of inputs]
 *
 * What is read as an event is written, read and written again, the same each time; what is not has a message. A space
 * in front keeps the quick way from reading it: the other way has to say the same.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "event/event.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_event(const struct event *event)
{
	struct event again, copy;
	struct text first, second, message;

	text_init(&first);
	text_init(&second);
	text_init(&message);
	event_write(&first, event);
	require(memchr(first.data, '\n', first.len) == NULL);
	require(event_read(&again, first.data, first.len, &message));
	event_copy(&copy, &again);
	event_release(&again);
	event_write(&second, &copy);
	require(first.len == second.len && memcmp(first.data, second.data, first.len) == 0);
	event_release(&copy);
	text_release(&first);
	text_release(&second);
	text_release(&message);
}

/* The line as it is written anew; empty if it is no event. */
static struct text read_line(const char *line, size_t size)
{
	struct event event;
	struct text message, again;

	text_init(&message);
	text_init(&again);
	if (event_read(&event, line, size, &message)) {
		check_event(&event);
		event_write(&again, &event);
	} else {
		require(message.len > 0 && message.len < 1000);
	}
	event_release(&event);
	text_release(&message);
	return again;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *line = xmalloc(size), *spaced = xmalloc(size + 1);
	struct text one, other;

	if (size > 0)
		memcpy(line, data, size);
	*spaced = ' ';
	memcpy(spaced + 1, line, size);
	one = read_line(line, size);
	other = read_line(spaced, size + 1);
	require(one.len == other.len && memcmp(one.data, other.data, one.len) == 0);
	text_release(&one);
	text_release(&other);
	free(spaced);
	free(line);
	return 0;
}
