/*
 * events: reads what `sockstep --json` wrote on its standard output, and checks it line by line.
 *
 * Each line must be one JSON object (which jansson reads, for sockstep writes them by itself), and an event that
 * event_read() takes; the first must be the one that names the version; seq must count up by one, and t never fall.
 * Prints how many there were. Status: 0 all are right, 1 one is not (which is printed), 2 there is none.
 */
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>

#include "event/event.h"

struct reading {
	long count;
	int64_t seq;
	double t;
};

static bool is_object(const char *line, size_t len)
{
	json_error_t error;
	json_t *object = json_loadb(line, len, JSON_REJECT_DUPLICATES, &error);
	bool is = json_is_object(object);

	if (!is)
		printf("no JSON object: %s\n", error.text);
	json_decref(object);
	return is;
}

static bool is_next(struct reading *reading, const struct event *event)
{
	if (reading->count == 0 && event->kind != EVENT_hello) {
		puts("the first event does not name the version");
		return false;
	}
	if (event->seq != reading->seq + 1 || event->t < reading->t) {
		puts("seq or t is out of order");
		return false;
	}
	reading->seq = event->seq;
	reading->t = event->t;
	reading->count++;
	return true;
}

static bool check(struct reading *reading, const char *line, size_t len)
{
	struct event event;
	struct text message;
	bool ok;

	if (!is_object(line, len))
		return false;
	text_init(&message);
	ok = event_read(&event, line, len, &message);
	if (!ok) {
		printf("no event: %s\n", message.data);
	} else {
		ok = is_next(reading, &event);
		event_release(&event);
	}
	text_release(&message);
	return ok;
}

int main(void)
{
	struct reading reading = { 0 };
	char *line = NULL;
	size_t room = 0;
	ssize_t len;
	int status = 0;

	while (status == 0 && (len = getline(&line, &room, stdin)) > 0) {
		if (line[len - 1] != '\n') {
			puts("the last line has no end");
			status = 1;
		} else if (!check(&reading, line, (size_t)len - 1)) {
			printf("in: %s", line);
			status = 1;
		}
	}
	free(line);
	if (status != 0)
		return status;
	printf("%ld events\n", reading.count);
	return reading.count > 0 ? 0 : 2;
}
