#include "side/lines.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"

/* Storage beyond this is given back once it is empty. */
enum { ROOM_KEPT = 1 << 20, PIECE = 16384 };

void lines_init(struct lines *lines, int in, int out)
{
	int domain = AF_UNSPEC;
	socklen_t len = sizeof(domain);

	*lines = (struct lines){ .in = in, .out = out };
	lines->is_socket = getsockopt(out, SOL_SOCKET, SO_DOMAIN, &domain, &len) == 0;
	lines->is_unix = lines->is_socket && domain == AF_UNIX;
	text_init(&lines->received);
	text_init(&lines->pending);
}

void lines_release(struct lines *lines)
{
	for (size_t i = 0; i < lines->right_count; i++)
		close(lines->rights[i].fd);
	free(lines->rights);
	text_release(&lines->received);
	text_release(&lines->pending);
	if (lines->in != lines->out)
		close(lines->in);
	close(lines->out);
	*lines = (struct lines){ .in = -1, .out = -1 };
}

static void empty_text(struct text *text)
{
	if (text->room > ROOM_KEPT) {
		text_release(text);
		text_init(text);
	}
	text_clear(text);
}

/* ---- in ---- */

static void drop_taken(struct lines *lines)
{
	if (lines->taken == 0)
		return;
	if (lines->taken == lines->received.len)
		empty_text(&lines->received);
	else
		text_drop_front(&lines->received, lines->taken);
	lines->searched -= lines->taken;
	lines->taken = 0;
}

void lines_fill(struct lines *lines)
{
	char piece[PIECE];
	ssize_t len;

	drop_taken(lines);
	do
		len = read(lines->in, piece, sizeof(piece));
	while (len < 0 && errno == EINTR);
	if (len > 0)
		text_add_bytes(&lines->received, piece, (size_t)len);
	else if (len == 0 || errno != EAGAIN)
		lines->at_end = true;
}

/* What was read of a line that is too long is forgotten; the rest of it will be. */
static void skip_unfinished(struct lines *lines)
{
	lines->searched = lines->received.len;
	if (lines->received.len - lines->taken <= LINES_LENGTH_MAX && !lines->skipping)
		return;
	lines->skipping = true;
	lines->taken = lines->received.len;
}

bool lines_has_line(const struct lines *lines)
{
	return memchr(lines->received.data + lines->searched, '\n', lines->received.len - lines->searched) != NULL;
}

char *lines_next_line(struct lines *lines, size_t *len)
{
	char *newline = memchr(lines->received.data + lines->searched, '\n', lines->received.len - lines->searched);
	char *line = lines->received.data + lines->taken;

	if (newline == NULL) {
		skip_unfinished(lines);
		return NULL;
	}
	*newline = '\0';
	*len = (size_t)(newline - line);
	if (lines->skipping || *len > LINES_LENGTH_MAX) {
		line = newline;
		*len = SIZE_MAX;
	}
	lines->skipping = false;
	lines->taken = lines->searched = (size_t)(newline - lines->received.data) + 1;
	return line;
}

/* ---- out ---- */

void lines_send(struct lines *lines, const char *bytes, size_t len, int fd)
{
	if (fd >= 0) {
		lines->rights = array_grow(lines->rights, lines->right_count, &lines->right_room,
					    sizeof(*lines->rights));
		lines->rights[lines->right_count++] = (struct lines_right){ lines->pending.len, fd };
	}
	text_add_bytes(&lines->pending, bytes, len);
}

size_t lines_unsent(const struct lines *lines)
{
	return lines->pending.len - lines->sent;
}

/* A pipe that poll() calls writable takes so much without waiting (pipe(7)); other things are waited for no more. */
static ssize_t write_to_file(const struct lines *lines, const char *bytes, size_t len)
{
	struct pollfd pollfd = { .fd = lines->out, .events = POLLOUT };

	if (poll(&pollfd, 1, 0) <= 0) {
		errno = EAGAIN;
		return -1;
	}
	return write(lines->out, bytes, len < PIPE_BUF ? len : PIPE_BUF);
}

static ssize_t send_with_right(const struct lines *lines, const char *bytes, size_t len, int fd)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { .bytes = { 0 } };
	union {
		const char *in;
		void *out;
	} base = { .in = bytes };
	struct iovec iov = { .iov_base = base.out, .iov_len = len };
	struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.bytes,
				  .msg_controllen = sizeof(control.bytes) };
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	return sendmsg(lines->out, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void first_right_sent(struct lines *lines)
{
	close(lines->rights[0].fd);
	lines->right_count--;
	memmove(lines->rights, lines->rights + 1, lines->right_count * sizeof(*lines->rights));
}

/* Writes up to the next line that carries a descriptor. */
static ssize_t write_some(struct lines *lines)
{
	bool with_right = lines->right_count > 0 && lines->rights[0].at == lines->sent;
	const char *bytes = lines->pending.data + lines->sent;
	size_t next = with_right ? 1 : 0;
	size_t end = next < lines->right_count ? lines->rights[next].at : lines->pending.len;
	size_t len = end - lines->sent;
	ssize_t sent;

	if (with_right) {
		sent = send_with_right(lines, bytes, len, lines->rights[0].fd);
		if (sent > 0)
			first_right_sent(lines);
		return sent;
	}
	if (lines->is_socket)
		return send(lines->out, bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT);
	return write_to_file(lines, bytes, len);
}

/* What is gone is dropped when it is much, so that a reader who is always behind does not let the queue grow. */
static void forget_sent(struct lines *lines)
{
	if (lines_unsent(lines) == 0 && lines->right_count == 0) {
		empty_text(&lines->pending);
		lines->sent = 0;
	} else if (lines->sent > ROOM_KEPT) {
		text_drop_front(&lines->pending, lines->sent);
		for (size_t i = 0; i < lines->right_count; i++)
			lines->rights[i].at -= lines->sent;
		lines->sent = 0;
	}
}

static void drop_pending(struct lines *lines)
{
	lines->sent = lines->pending.len;
	while (lines->right_count > 0)
		first_right_sent(lines);
}

void lines_flush(struct lines *lines)
{
	while (!lines->broken && lines_unsent(lines) > 0) {
		ssize_t sent = write_some(lines);

		if (sent < 0 && errno == EAGAIN)
			break;
		if (sent < 0 && errno != EINTR)
			lines->broken = true;
		if (sent > 0)
			lines->sent += (size_t)sent;
	}
	if (lines->broken)
		drop_pending(lines);
	forget_sent(lines);
}

void lines_drain(struct lines *lines, int milliseconds)
{
	struct pollfd pollfd = { .fd = lines->out, .events = POLLOUT };

	lines_flush(lines);
	while (lines_unsent(lines) > 0 && poll(&pollfd, 1, milliseconds) > 0)
		lines_flush(lines);
}
