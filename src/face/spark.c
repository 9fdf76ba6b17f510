#include "face/spark.h"

#include <stdlib.h>
#include <string.h>

enum { LOOK_BACK = 20000 };

size_t spark_value(const char *info, const char *name, const char **value)
{
	size_t len = strlen(name);

	while (info != NULL && *info != '\0') {
		size_t word = strcspn(info, " ");

		if (word > len && memcmp(info, name, len) == 0 && info[len] == ':') {
			*value = info + len + 1;
			return word - len - 1;
		}
		info += word + (info[word] == ' ');
	}
	return 0;
}

/* Collected from the newest on. */
static void note(struct sparks *sparks, enum spark which, double value)
{
	if (sparks->count[which] < SPARK_MOST)
		sparks->values[which][sparks->count[which]++] = value;
}

static void note_info(struct sparks *sparks, const char *info)
{
	const char *value;

	if (spark_value(info, "cwnd", &value) > 0)
		note(sparks, SPARK_CWND, strtod(value, NULL));
	if (spark_value(info, "rtt", &value) > 0)
		note(sparks, SPARK_RTT, strtod(value, NULL));
}

static void note_event(struct sparks *sparks, const struct event_socket *told)
{
	note_info(sparks, told->info);
	if (told->sendq != EVENT_NO_INT)
		note(sparks, SPARK_SENDQ, (double)told->sendq);
	if (told->recvq != EVENT_NO_INT)
		note(sparks, SPARK_RECVQ, (double)told->recvq);
}

static void turn_round(double *values, size_t count)
{
	for (size_t i = 0; i < count / 2; i++) {
		double value = values[i];

		values[i] = values[count - 1 - i];
		values[count - 1 - i] = value;
	}
}

void sparks_read(struct sparks *sparks, const struct view *view, const struct world_socket *socket)
{
	const struct log *log = view->log;
	size_t stop = log->count > LOOK_BACK ? log->count - LOOK_BACK : 0;

	*sparks = (struct sparks){ .count = { 0 } };
	for (size_t i = log->count; i-- > stop && sparks->count[SPARK_SENDQ] < SPARK_MOST;) {
		const struct event *event = log_at(log, i);

		if (event->kind == EVENT_socket && event->socket.cookie == socket->cookie &&
		    event->socket.host != NULL && string_is(event->socket.host, socket->host))
			note_event(sparks, &event->socket);
	}
	for (int which = 0; which < SPARK_COUNT; which++)
		turn_round(sparks->values[which], sparks->count[which]);
}

void sparks_add(struct text *out, const struct sparks *sparks, enum spark which, size_t width, bool utf8)
{
	static const char *const bars[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	static const char ascii[] = "_.,-=+*#";
	size_t count = sparks->count[which], first = count > width ? count - width : 0;
	double most = 0;

	for (size_t i = first; i < count; i++)
		most = sparks->values[which][i] > most ? sparks->values[which][i] : most;
	for (size_t i = first; i < count; i++) {
		size_t height = most > 0 ? (size_t)(sparks->values[which][i] / most * 7.0 + 0.5) : 0;

		if (utf8)
			text_add(out, bars[height < 8 ? height : 7]);
		else
			text_add_char(out, ascii[height < 8 ? height : 7]);
	}
}
