#include "face/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

/* A terminal that says it takes something takes at least so many bytes. */
enum { SMALL_WRITE = 64 };

static const char brackets_on[] = "\033[?2004h";
static const char brackets_off[] = "\033[?2004l";

bool terminal_open(struct terminal *terminal, struct text *message)
{
	*terminal = (struct terminal){ .in = STDIN_FILENO, .out = -1 };
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		text_add(message, "standard input and output are not both a terminal");
		return false;
	}
	/* Not O_NONBLOCK on the descriptor that we were given: the shell's has the same flags. */
	terminal->out = open("/proc/self/fd/1", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (terminal->out < 0) {
		terminal->may_block = true;
		terminal->out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	}
	if (terminal->out < 0) {
		text_addf(message, "the terminal cannot be opened: %s", strerror(errno));
		return false;
	}
	text_init(&terminal->pending);
	return true;
}

void terminal_close(struct terminal *terminal)
{
	terminal_leave(terminal);
	if (terminal->out >= 0)
		close(terminal->out);
	text_release(&terminal->pending);
	terminal->out = -1;
}

/* ---- modes ---- */

/* TCSANOW throughout: the others wait for the output to drain, which a stopped terminal never does. */
void terminal_enter(struct terminal *terminal, bool bracketed)
{
	struct termios modes;

	if (!terminal->entered && tcgetattr(terminal->in, &terminal->saved) != 0)
		return;
	modes = terminal->saved;
	modes.c_iflag &= ~(tcflag_t)(BRKINT | ICRNL | IGNCR | INLCR | INPCK | ISTRIP | IXON | PARMRK);
	modes.c_oflag |= OPOST | ONLCR;
	modes.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | IEXTEN | ISIG);
	modes.c_cc[VMIN] = 1;
	modes.c_cc[VTIME] = 0;
	tcsetattr(terminal->in, TCSANOW, &modes);
	terminal->entered = true;
	terminal->bracketed = bracketed;
	if (bracketed)
		terminal_write(terminal, brackets_on, sizeof(brackets_on) - 1);
}

void terminal_leave(struct terminal *terminal)
{
	if (!terminal->entered)
		return;
	if (terminal->bracketed)
		terminal_write(terminal, brackets_off, sizeof(brackets_off) - 1);
	terminal_drain(terminal, 100);
	tcsetattr(terminal->in, TCSANOW, &terminal->saved);
	terminal->entered = false;
}

char terminal_key(const struct terminal *terminal, int which)
{
	cc_t byte = terminal->saved.c_cc[which];

	return byte == _POSIX_VDISABLE ? '\0' : (char)byte;
}

/* Any program may set a terminal's size to anything; a screen is kept for all of it. */
enum { COLUMNS_MAX = 2000, ROWS_MAX = 1000 };

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

void terminal_size(const struct terminal *terminal, size_t *columns, size_t *rows)
{
	struct winsize size = { 0 };

	ioctl(terminal->out, TIOCGWINSZ, &size);
	*columns = size.ws_col > 0 ? smaller(size.ws_col, COLUMNS_MAX) : 80;
	*rows = size.ws_row > 0 ? smaller(size.ws_row, ROWS_MAX) : 24;
}

/* ---- bytes ---- */

void terminal_write(struct terminal *terminal, const char *bytes, size_t len)
{
	if (!terminal->gone)
		text_add_bytes(&terminal->pending, bytes, len);
}

static bool takes_something(const struct terminal *terminal, int milliseconds)
{
	struct pollfd out = { .fd = terminal->out, .events = POLLOUT };

	return poll(&out, 1, milliseconds) > 0;
}

bool terminal_flush(struct terminal *terminal)
{
	size_t done = 0;

	while (done < terminal->pending.len) {
		size_t len = terminal->pending.len - done;

		if (terminal->may_block && len > SMALL_WRITE)
			len = SMALL_WRITE;
		if (terminal->may_block && !takes_something(terminal, 0))
			break;
		ssize_t taken = write(terminal->out, terminal->pending.data + done, len);
		if (taken < 0 && errno == EINTR)
			continue;
		if (taken < 0 && errno != EAGAIN) {
			terminal->gone = true;
			done = terminal->pending.len;
		}
		if (taken <= 0)
			break;
		done += (size_t)taken;
	}
	text_drop_front(&terminal->pending, done);
	return terminal->pending.len == 0;
}

static long long milliseconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void terminal_drain(struct terminal *terminal, int milliseconds)
{
	long long deadline = milliseconds_now() + 10LL * milliseconds;

	while (!terminal_flush(terminal) && takes_something(terminal, milliseconds) && milliseconds_now() < deadline)
		;
	text_clear(&terminal->pending);
}
