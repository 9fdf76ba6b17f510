#include "face/reader.h"

#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/mem.h"

/* SCRIPT_BYTES_MAX of them. */
#define TOO_LONG "more than 16 MiB, without an end"

struct reader {
	const struct reader_ops *ops; /* (borrowed) */
	void *owner;                  /* (borrowed) */
	struct event *readable;       /* (owned) */
	struct text text;             /* (owned) read, and not handed out */
	bool ended;
	int line;
};

bool reader_can_wait(int fd)
{
	struct epoll_event readable = { .events = EPOLLIN };
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	bool can;

	if (epoll < 0)
		die("the event loop takes no further descriptor");
	can = epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &readable) == 0;
	close(epoll);
	return can;
}

bool reader_read_whole(struct script *script, int fd, struct text *message)
{
	char bytes[65536];
	struct text text;
	ssize_t got;

	text_init(&text);
	while ((got = read(fd, bytes, sizeof(bytes))) > 0 && text.len <= SCRIPT_BYTES_MAX)
		text_add_bytes(&text, bytes, (size_t)got);
	if (got == 0)
		script_add_text(script, text.data, text.len);
	else
		text_add(message, got > 0 ? TOO_LONG : strerror(errno));
	text_release(&text);
	return got == 0;
}

/* One whole line, or at the end of input what is left; false if there is none yet. */
static bool take_line(struct reader *reader, struct text *line)
{
	char *newline = memchr(reader->text.data, '\n', reader->text.len);
	size_t len = newline == NULL ? reader->text.len : (size_t)(newline - reader->text.data);

	if (newline == NULL && (!reader->ended || reader->text.len == 0))
		return false;
	text_add_bytes(line, reader->text.data, len);
	text_drop_front(&reader->text, len + (newline != NULL));
	reader->line++;
	return true;
}

void reader_go_on(struct reader *reader)
{
	struct text line;

	text_init(&line);
	if (take_line(reader, &line))
		reader->ops->line(reader->owner, line.data, line.len, reader->line);
	else if (reader->ended)
		reader->ops->end(reader->owner);
	else
		event_add(reader->readable, NULL);
	text_release(&line);
}

static void on_readable(evutil_socket_t fd, short what, void *context)
{
	struct reader *reader = context;
	char bytes[65536];
	ssize_t got = read((int)fd, bytes, sizeof(bytes));

	(void)what;
	if (got > 0)
		text_add_bytes(&reader->text, bytes, (size_t)got);
	else if (got == 0 || (errno != EINTR && errno != EAGAIN))
		reader->ended = true;
	if (reader->text.len > SCRIPT_BYTES_MAX && memchr(reader->text.data, '\n', reader->text.len) == NULL)
		reader->ops->mistake(reader->owner, TOO_LONG);
	else
		reader_go_on(reader);
}

struct reader *reader_new(struct event_base *base, int fd, const struct reader_ops *ops, void *owner)
{
	struct reader *reader = xcalloc(1, sizeof(*reader));

	reader->ops = ops;
	reader->owner = owner;
	text_init(&reader->text);
	reader->readable = event_new(base, fd, EV_READ, on_readable, reader);
	if (reader->readable == NULL)
		die("the event loop takes no further descriptor");
	return reader;
}

void reader_free(struct reader *reader)
{
	if (reader == NULL)
		return;
	event_free(reader->readable);
	text_release(&reader->text);
	free(reader);
}
