#include "side/copy_ends.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/show.h"
#include "side/execute.h"

static enum copy_kind kind_of(int fd)
{
	struct stat facts;

	if (fd < 0 || fstat(fd, &facts) != 0)
		return COPY_OTHER;
	if (S_ISFIFO(facts.st_mode))
		return COPY_PIPE;
	return S_ISREG(facts.st_mode) ? COPY_FILE : COPY_OTHER;
}

static bool has_bytes(int fd)
{
	int count = 0;

	return ioctl(fd, FIONREAD, &count) == 0 && count > 0;
}

/* ---- input ---- */

void copy_input_init(struct copy_input *input, const struct copy_wish *wish)
{
	*input = (struct copy_input){ .fd = wish->in, .kind = kind_of(wish->in) };
	input->crlf = wish->crlf;
	input->interval = wish->interval;
	input->ready = input->kind == COPY_FILE;
	input->ended = input->fd < 0;
}

void copy_input_release(struct copy_input *input)
{
	free(input->buffer);
}

/* From the end of the buffer toward its beginning, in place: it has room for twice as many. */
static void add_returns(struct copy_input *input)
{
	size_t added = 0, to;
	bool before = input->after_cr;

	for (size_t i = 0; i < input->len; i++)
		added += input->buffer[i] == '\n' && !(i > 0 ? input->buffer[i - 1] == '\r' : before);
	input->after_cr = input->buffer[input->len - 1] == '\r';
	to = input->len + added;
	for (size_t i = input->len; i > 0; i--) {
		char byte = input->buffer[i - 1];

		input->buffer[--to] = byte;
		if (byte == '\n' && !(i > 1 ? input->buffer[i - 2] == '\r' : before))
			input->buffer[--to] = '\r';
	}
	input->len += added;
}

static void open_line(struct copy_input *input)
{
	const char *from = input->buffer + input->open;
	const char *end = input->interval > 0 ? memchr(from, '\n', input->len - input->open) : NULL;

	input->open = end == NULL ? input->len : (size_t)(end - input->buffer) + 1;
	input->next_line = execute_now() + input->interval;
}

void copy_input_fill(struct copy_input *input, size_t most)
{
	ssize_t len;

	if (input->buffer == NULL)
		input->buffer = xmalloc((size_t)2 * COPY_PIECE);
	len = read(input->fd, input->buffer, most);
	input->ready = input->kind == COPY_FILE;
	if (len < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (len <= 0) {
		input->error = len < 0 ? errno : 0;
		input->ended = true;
		return;
	}
	input->len = (size_t)len;
	input->open = 0;
	if (input->crlf)
		add_returns(input);
	if (execute_now() >= input->next_line)
		open_line(input);
}

void copy_input_go_on(struct copy_input *input)
{
	if (input->open < input->len) {
		if (execute_now() >= input->next_line)
			open_line(input);
		return;
	}
	input->len = input->open = 0;
}

bool copy_input_is_direct(const struct copy_input *input)
{
	return input->kind == COPY_FILE && input->len == 0 && !input->crlf && input->interval <= 0;
}

/* A file that cannot be mapped (of /proc, say) cannot be sent so. */
ssize_t copy_input_sendfile(struct copy_input *input, int fd)
{
	ssize_t len = sendfile(fd, input->fd, NULL, COPY_PIECE);

	if (len < 0 && errno == EINVAL)
		input->kind = COPY_OTHER;
	input->ended = len == 0;
	return len;
}

/* ---- output ---- */

void copy_output_init(struct copy_output *output, const struct copy_wish *wish)
{
	*output = (struct copy_output){ .fd = wish->out, .kind = kind_of(wish->out), .show = wish->show };
	/* A larger pipe lets us run ahead of who reads it; a system that does not allow it leaves it as it is. */
	if (output->kind == COPY_PIPE && fcntl(output->fd, F_GETPIPE_SZ) < COPY_PIECE)
		fcntl(output->fd, F_SETPIPE_SZ, COPY_PIECE);
}

void copy_output_release(struct copy_output *output)
{
	free(output->buffer);
}

char *copy_output_buffer(struct copy_output *output)
{
	if (output->buffer == NULL)
		output->buffer = xmalloc(COPY_PIECE);
	return output->buffer;
}

bool copy_output_is_direct(const struct copy_output *output)
{
	return output->kind == COPY_PIPE && output->show == COPY_RAW;
}

ssize_t copy_output_splice(struct copy_output *output, int fd)
{
	ssize_t len = splice(fd, NULL, output->fd, NULL, COPY_PIECE, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);

	if (len < 0 && errno == EAGAIN) {
		output->full = has_bytes(fd);
		errno = EAGAIN;
	}
	return len;
}

/* Whoever else has it may have made it non-blocking: then it is waited for. */
static bool write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t written = write(fd, bytes, len);
		struct pollfd pollfd = { .fd = fd, .events = POLLOUT };

		if (written < 0 && errno == EAGAIN)
			poll(&pollfd, 1, -1);
		else if (written < 0 && errno != EINTR)
			return false;
		if (written > 0) {
			bytes += written;
			len -= (size_t)written;
		}
	}
	return true;
}

/* How many bytes at the end may be the beginning of a character (RFC 3629). */
static size_t cut_character(const char *bytes, size_t len)
{
	for (size_t back = 1; back <= 3 && back <= len; back++) {
		unsigned char byte = (unsigned char)bytes[len - back];
		size_t whole = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;

		if (byte < 0x80)
			return 0;
		if (byte >= 0xc0)
			return whole > back ? back : 0;
	}
	return 0;
}

/* A line's end, CR LF too, ends the line; all else is the display's. */
static void show_lines(struct text *out, const char *bytes, size_t len, enum show_charset charset)
{
	while (len > 0) {
		const char *end = memchr(bytes, '\n', len);
		size_t line = end == NULL ? len : (size_t)(end - bytes);
		size_t bare = end != NULL && line > 0 && bytes[line - 1] == '\r' ? line - 1 : line;

		show_bytes(out, bytes, bare, charset);
		if (end != NULL)
			text_add_char(out, '\n');
		line += end != NULL;
		bytes += line;
		len -= line;
	}
}

static bool write_shown(struct copy_output *output, const char *bytes, size_t len)
{
	struct text whole, shown;
	size_t cut;
	bool ok;

	text_init(&whole);
	text_init(&shown);
	text_add_bytes(&whole, output->cut, output->cut_len);
	text_add_bytes(&whole, bytes, len);
	cut = output->show == COPY_SHOW_UTF8 ? cut_character(whole.data, whole.len) : 0;
	if (cut == 0 && whole.len > 0 && whole.data[whole.len - 1] == '\r')
		cut = 1;
	show_lines(&shown, whole.data, whole.len - cut, output->show == COPY_SHOW_UTF8 ? SHOW_UTF8 : SHOW_ASCII);
	memcpy(output->cut, whole.data + whole.len - cut, cut);
	output->cut_len = cut;
	ok = write_all(output->fd, shown.data, shown.len);
	text_release(&shown);
	text_release(&whole);
	return ok;
}

bool copy_output_write(struct copy_output *output, const char *bytes, size_t len)
{
	if (output->fd < 0)
		return true;
	return output->show == COPY_RAW ? write_all(output->fd, bytes, len) : write_shown(output, bytes, len);
}

bool copy_output_end(struct copy_output *output)
{
	struct text shown;
	bool ok;

	text_init(&shown);
	show_bytes(&shown, output->cut, output->cut_len, SHOW_ASCII);
	output->cut_len = 0;
	ok = output->fd < 0 || write_all(output->fd, shown.data, shown.len);
	text_release(&shown);
	return ok;
}
