#include "lab/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"

/* A turn of the loop takes at most so much from one stream: others have their turn, and the keyboard. */
enum { READ_AT_ONCE = 65536, LINE_MAX_BYTES = 64 << 20 };

static void keep_descriptors(struct stream *stream, struct msghdr *message)
{
	for (struct cmsghdr *control = CMSG_FIRSTHDR(message); control != NULL;
	     control = CMSG_NXTHDR(message, control)) {
		size_t count = (control->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		int fds[STREAM_DESCRIPTORS_MAX];

		if (control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_RIGHTS)
			continue;
		memcpy(fds, CMSG_DATA(control), count * sizeof(int));
		for (size_t i = 0; i < count; i++) {
			if (stream->descriptor_count < STREAM_DESCRIPTORS_MAX)
				stream->descriptors[stream->descriptor_count++] = fds[i];
			else
				close(fds[i]);
		}
	}
}

/* Bytes read; 0 at the end, -1 when there is nothing at the moment. */
static ssize_t receive(struct stream *stream)
{
	char bytes[READ_AT_ONCE];
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(STREAM_DESCRIPTORS_MAX * sizeof(int))];
	} control;
	struct iovec vector = { .iov_base = bytes, .iov_len = sizeof(bytes) };
	struct msghdr message = {
		.msg_iov = &vector,
		.msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof(control.room),
	};
	ssize_t got = recvmsg(stream->fd, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);

	if (got < 0)
		return errno == EAGAIN || errno == EINTR ? -1 : 0;
	keep_descriptors(stream, &message);
	text_add_bytes(&stream->in, bytes, (size_t)got);
	return got;
}

static void end(struct stream *stream)
{
	stream->ended = true;
	event_del(stream->readable);
	event_del(stream->writable);
	stream->ops->end(stream->owner);
}

/* The text of a line is moved out first: the owner may send, and so read on, while it has it. */
static void hand_lines_on(struct stream *stream)
{
	size_t from = 0;

	while (!stream->ended) {
		char *newline = memchr(stream->in.data + stream->in_seen, '\n', stream->in.len - stream->in_seen);

		if (newline == NULL)
			break;
		*newline = '\0';
		stream->in_seen = (size_t)(newline - stream->in.data) + 1;
		stream->ops->line(stream->owner, stream->in.data + from, stream->in_seen - 1 - from);
		from = stream->in_seen;
	}
	text_drop_front(&stream->in, from);
	stream->in_seen = stream->in.len;
}

static void on_readable(int fd, short what, void *context)
{
	struct stream *stream = context;
	ssize_t got = receive(stream);

	(void)fd;
	(void)what;
	if (got > 0)
		hand_lines_on(stream);
	if (got == 0 || stream->in.len > LINE_MAX_BYTES)
		end(stream);
}

static void write_out(struct stream *stream)
{
	ssize_t sent = 0;

	if (stream->out.len > 0)
		sent = send(stream->fd, stream->out.data, stream->out.len, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (sent > 0)
		text_drop_front(&stream->out, (size_t)sent);
	else if (sent < 0 && errno != EAGAIN && errno != EINTR)
		text_clear(&stream->out); /* it is gone: the reading end will say so */
	if (stream->out.len > 0)
		event_add(stream->writable, NULL);
}

static void on_writable(int fd, short what, void *context)
{
	(void)fd;
	(void)what;
	write_out(context);
}

void stream_open(struct stream *stream, struct event_base *base, int fd, const struct stream_ops *ops, void *owner)
{
	*stream = (struct stream){ .fd = fd, .ops = ops, .owner = owner };
	text_init(&stream->in);
	text_init(&stream->out);
	stream->readable = event_new(base, fd, EV_READ | EV_PERSIST, on_readable, stream);
	stream->writable = event_new(base, fd, EV_WRITE, on_writable, stream);
	if (stream->readable == NULL || stream->writable == NULL || event_add(stream->readable, NULL) != 0)
		die("the event loop takes no further descriptor");
}

void stream_release(struct stream *stream)
{
	if (stream->readable == NULL)
		return;
	event_free(stream->readable);
	event_free(stream->writable);
	while (stream->descriptor_count > 0)
		close(stream->descriptors[--stream->descriptor_count]);
	close(stream->fd);
	text_release(&stream->in);
	text_release(&stream->out);
	*stream = (struct stream){ .fd = -1 };
}

void stream_send(struct stream *stream, const char *line)
{
	bool waiting = stream->out.len > 0;

	if (stream->ended)
		return;
	text_add(&stream->out, line);
	text_add_char(&stream->out, '\n');
	if (!waiting)
		write_out(stream);
}

int stream_take_descriptor(struct stream *stream)
{
	int fd;

	if (stream->descriptor_count == 0)
		return -1;
	fd = stream->descriptors[0];
	stream->descriptor_count--;
	memmove(stream->descriptors, stream->descriptors + 1, stream->descriptor_count * sizeof(int));
	return fd;
}
