#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>

#include "base/mem.h"
#include "base/show.h"

double terminal_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* ---- libvterm ---- */

static void on_output(const char *bytes, size_t len, void *context)
{
	struct terminal *terminal = context;

	if (!terminal->typing)
		text_add_bytes(&terminal->answers, bytes, len);
	terminal_send(terminal, bytes, len);
}

static int on_property(VTermProp property, VTermValue *value, void *context)
{
	struct terminal *terminal = context;

	if (property == VTERM_PROP_ALTSCREEN)
		terminal->alternate = value->boolean;
	else if (property == VTERM_PROP_CURSORVISIBLE)
		terminal->cursor_visible = value->boolean;
	else if (property == VTERM_PROP_MOUSE)
		terminal->mouse = value->number;
	else if (property == VTERM_PROP_TITLE || property == VTERM_PROP_ICONNAME)
		terminal->titled = true;
	return 1;
}

static int on_bell(void *context)
{
	struct terminal *terminal = context;

	terminal->bell = true;
	return 1;
}

static const VTermScreenCallbacks callbacks = { .settermprop = on_property, .bell = on_bell };

static void make_emulator(struct terminal *terminal)
{
	terminal->vterm = vterm_new(terminal->rows, terminal->columns);
	vterm_set_utf8(terminal->vterm, 1);
	vterm_output_set_callback(terminal->vterm, on_output, terminal);
	terminal->screen = vterm_obtain_screen(terminal->vterm);
	vterm_screen_enable_altscreen(terminal->screen, 1);
	vterm_screen_set_callbacks(terminal->screen, &callbacks, terminal);
	vterm_screen_reset(terminal->screen, 1);
	terminal->alternate = terminal->titled = terminal->bell = false;
	terminal->cursor_visible = true;
	terminal->mouse = 0;
}

/* ---- life ---- */

void terminal_init(struct terminal *terminal)
{
	*terminal = (struct terminal){ .leader = -1, .child = -1, .report = -1, .master = -1 };
	text_init(&terminal->raw);
	text_init(&terminal->answers);
	text_init(&terminal->sequence);
	text_init(&terminal->character);
	text_init(&terminal->fed);
}

static void drop(struct terminal *terminal)
{
	if (terminal->child > 0)
		kill(terminal->child, SIGKILL);
	if (terminal->leader > 0) {
		kill(terminal->leader, SIGKILL);
		waitpid(terminal->leader, NULL, 0);
	}
	if (terminal->report >= 0)
		close(terminal->report);
	if (terminal->master >= 0)
		close(terminal->master);
	if (terminal->vterm != NULL)
		vterm_free(terminal->vterm);
	terminal->leader = -1;
	terminal->child = -1;
	terminal->report = -1;
	terminal->master = -1;
	terminal->vterm = NULL;
}

void terminal_release(struct terminal *terminal)
{
	drop(terminal);
	text_release(&terminal->raw);
	text_release(&terminal->answers);
	text_release(&terminal->sequence);
	text_release(&terminal->character);
	text_release(&terminal->fed);
}

static void become(const char *command)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

/*
 * The session's leader, as a shell is: it outlives the program, for at its end the kernel throws away what nobody has
 * read yet. It has nothing of the terminal open, so that its other end is hung up when the program and all that it
 * started are gone; and it tells by `report` who the program is, then how it ended.
 */
static _Noreturn void lead(const char *command, int slave, int report)
{
	siginfo_t signal;
	sigset_t all;
	int status;
	pid_t child;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	login_tty(slave);
	child = fork();
	if (child == 0)
		become(command);
	for (int fd = 0; fd <= 2; fd++)
		close(fd);
	if (child < 0 || write(report, &child, sizeof(child)) != (ssize_t)sizeof(child))
		_exit(EXIT_FAILURE);
	while (sigwaitinfo(&all, &signal) > 0 || errno == EINTR) {
		/* The window's end. What we send comes back to us, too. */
		if (signal.si_signo == SIGHUP && signal.si_code == SI_KERNEL)
			kill(0, SIGHUP);
		if (signal.si_signo == SIGCHLD && waitpid(child, &status, WNOHANG) == child &&
		    write(report, &status, sizeof(status)) < 0)
			_exit(EXIT_FAILURE);
	}
	_exit(EXIT_FAILURE);
}

static void start_leader(struct terminal *terminal, const char *command, int slave)
{
	int report[2];

	if (pipe2(report, O_CLOEXEC) != 0)
		die("pipe: %s", strerror(errno));
	terminal->leader = fork();
	if (terminal->leader < 0)
		die("fork: %s", strerror(errno));
	if (terminal->leader == 0) {
		close(terminal->master);
		lead(command, slave, report[1]);
	}
	close(report[1]);
	terminal->report = report[0];
	if (read(terminal->report, &terminal->child, sizeof(terminal->child)) != (ssize_t)sizeof(terminal->child))
		die("the program was not started");
}

void terminal_start(struct terminal *terminal, const char *command, int columns, int rows)
{
	struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns };

	drop(terminal);
	text_clear(&terminal->raw);
	text_clear(&terminal->answers);
	text_clear(&terminal->sequence);
	terminal->rows = rows;
	terminal->columns = columns;
	terminal->ended = terminal->hung_up = false;
	make_emulator(terminal);
	int slave;
	if (openpty(&terminal->master, &slave, NULL, NULL, &size) != 0 ||
	    tcgetattr(slave, &terminal->modes) != 0)
		die("no terminal: %s", strerror(errno));
	fcntl(terminal->master, F_SETFD, FD_CLOEXEC);
	start_leader(terminal, command, slave);
	close(slave);
}

bool terminal_has_ended(struct terminal *terminal)
{
	struct pollfd report = { .fd = terminal->report, .events = POLLIN };

	if (terminal->child > 0 && poll(&report, 1, 0) > 0) {
		if (read(report.fd, &terminal->status, sizeof(terminal->status)) != (ssize_t)sizeof(terminal->status))
			die("the leader of the session ended");
		terminal->child = -1;
		terminal->ended = true;
	}
	return terminal->ended;
}

/* ---- bytes ---- */

/*
 * libvterm 0.1 and 0.3 lose the column after a repetition (ECMA-48's REP) that ends in the last column but one: it then
 * wraps. So what is repeated is written out. `sequence` has the bytes of what may become one.
 */
static void feed_byte(struct terminal *terminal, char byte)
{
	struct text *sequence = &terminal->sequence;
	bool goes_on = sequence->len == 0 ? byte == '\033' :
		       sequence->len == 1 ? byte == '[' : byte >= '0' && byte <= '9';

	if (goes_on) {
		text_add_char(sequence, byte);
		return;
	}
	if (sequence->len > 2 && byte == 'b') {
		for (int i = atoi(sequence->data + 2); i > 0; i--)
			text_add_bytes(&terminal->fed, terminal->character.data, terminal->character.len);
		text_clear(sequence);
		return;
	}
	if (sequence->len == 0 && (unsigned char)byte >= ' ') {
		if ((byte & 0xc0) != 0x80)
			text_clear(&terminal->character);
		text_add_char(&terminal->character, byte);
	}
	text_add_bytes(&terminal->fed, sequence->data, sequence->len);
	text_add_char(&terminal->fed, byte);
	text_clear(sequence);
}

static void feed(struct terminal *terminal, const char *bytes, size_t len)
{
	text_clear(&terminal->fed);
	for (size_t i = 0; i < len; i++)
		feed_byte(terminal, bytes[i]);
	vterm_input_write(terminal->vterm, terminal->fed.data, terminal->fed.len);
}

static bool take(struct terminal *terminal)
{
	char bytes[65536];
	ssize_t got = read(terminal->master, bytes, sizeof(bytes));

	if (got < 0 && errno == EINTR)
		return true;
	if (got <= 0) {
		terminal->hung_up = true;
		return false;
	}
	text_add_bytes(&terminal->raw, bytes, (size_t)got);
	feed(terminal, bytes, (size_t)got);
	return true;
}

bool terminal_read(struct terminal *terminal, int milliseconds)
{
	struct pollfd master = { .fd = terminal->master, .events = POLLIN };

	if (terminal->master < 0 || terminal->hung_up || poll(&master, 1, milliseconds) <= 0)
		return false;
	return take(terminal);
}

void terminal_send(struct terminal *terminal, const char *bytes, size_t len)
{
	struct pollfd master = { .fd = terminal->master, .events = POLLOUT };

	while (len > 0 && terminal->master >= 0 && !terminal->hung_up) {
		/* A terminal's own queue holds 4 KiB; writing more than fits would wait. */
		size_t some = len < 256 ? len : 256;
		if (poll(&master, 1, 20000) <= 0)
			die("the program takes no keys");
		ssize_t taken = write(terminal->master, bytes, some);
		if (taken <= 0)
			break;
		bytes += taken;
		len -= (size_t)taken;
	}
}

void terminal_paste(struct terminal *terminal, const char *bytes, size_t len)
{
	terminal->typing = true;
	vterm_keyboard_start_paste(terminal->vterm);
	terminal_send(terminal, bytes, len);
	vterm_keyboard_end_paste(terminal->vterm);
	terminal->typing = false;
}

void terminal_resize(struct terminal *terminal, int columns, int rows)
{
	struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns };

	terminal->rows = rows;
	terminal->columns = columns;
	vterm_set_size(terminal->vterm, rows, columns);
	ioctl(terminal->master, TIOCSWINSZ, &size);
}

void terminal_hang_up(struct terminal *terminal)
{
	close(terminal->master);
	terminal->master = -1;
	terminal->hung_up = true;
}

bool terminal_has_its_modes(const struct terminal *terminal)
{
	struct termios now;

	return tcgetattr(terminal->master, &now) == 0 && now.c_iflag == terminal->modes.c_iflag &&
	       now.c_oflag == terminal->modes.c_oflag && now.c_lflag == terminal->modes.c_lflag &&
	       now.c_cflag == terminal->modes.c_cflag &&
	       memcmp(now.c_cc, terminal->modes.c_cc, sizeof(now.c_cc)) == 0;
}

bool terminal_has_private_mode(const struct terminal *terminal, int number)
{
	char sequence[32];
	size_t len = (size_t)snprintf(sequence, sizeof(sequence), "\033[?%d", number);
	bool on = false;

	for (size_t i = 0; i + len < terminal->raw.len; i++)
		if (memcmp(terminal->raw.data + i, sequence, len) == 0)
			on = terminal->raw.data[i + len] == 'h' ? true :
			     terminal->raw.data[i + len] == 'l' ? false : on;
	return on;
}

/* ---- keys ---- */

static const struct {
	const char *name;
	VTermKey key;
} keys[] = {
	{ "Enter", VTERM_KEY_ENTER }, { "Tab", VTERM_KEY_TAB }, { "Backspace", VTERM_KEY_BACKSPACE },
	{ "Esc", VTERM_KEY_ESCAPE }, { "Up", VTERM_KEY_UP }, { "Down", VTERM_KEY_DOWN },
	{ "Left", VTERM_KEY_LEFT }, { "Right", VTERM_KEY_RIGHT }, { "Insert", VTERM_KEY_INS },
	{ "Delete", VTERM_KEY_DEL }, { "Home", VTERM_KEY_HOME }, { "End", VTERM_KEY_END },
	{ "PgUp", VTERM_KEY_PAGEUP }, { "PgDn", VTERM_KEY_PAGEDOWN },
};

static VTermKey key_named(const char *name)
{
	if (name[0] == 'F' && name[1] >= '1' && name[1] <= '9' && strlen(name) <= 3)
		return (VTermKey)VTERM_KEY_FUNCTION(atoi(name + 1));
	for (size_t i = 0; i < COUNT_OF(keys); i++)
		if (string_is(keys[i].name, name))
			return keys[i].key;
	return VTERM_KEY_NONE;
}

/* What is before the key's name, cut off it. */
static VTermModifier modifier_of(const char **name)
{
	if (string_starts_with(*name, "Ctrl-"))
		return *name += strlen("Ctrl-"), VTERM_MOD_CTRL;
	if (string_starts_with(*name, "Alt-"))
		return *name += strlen("Alt-"), VTERM_MOD_ALT;
	if (string_starts_with(*name, "Shift-"))
		return *name += strlen("Shift-"), VTERM_MOD_SHIFT;
	return VTERM_MOD_NONE;
}

/* A character with Ctrl or Alt is sent as old terminals send it, which libvterm does not in each version. */
static void press_character(struct terminal *terminal, VTermModifier modifier, char character)
{
	char bytes[2] = { '\033', character };

	if (modifier == VTERM_MOD_CTRL)
		bytes[1] = (char)(character & 0x1f);
	if (modifier == VTERM_MOD_ALT)
		terminal_send(terminal, bytes, 2);
	else
		terminal_send(terminal, bytes + 1, 1);
}

bool terminal_press(struct terminal *terminal, const char *name)
{
	VTermModifier modifier = modifier_of(&name);
	VTermKey key = key_named(name);

	if (key == VTERM_KEY_NONE && strlen(name) != 1)
		return false;
	terminal->typing = true;
	if (key != VTERM_KEY_NONE)
		vterm_keyboard_key(terminal->vterm, key, modifier);
	else
		press_character(terminal, modifier, name[0]);
	terminal->typing = false;
	return true;
}

/* ---- what is seen ---- */

static void add_character(struct text *out, uint32_t character)
{
	if (character < 0x80) {
		text_add_char(out, (char)character);
		return;
	}
	if (character >= 0x10000) {
		text_add_char(out, (char)(0xf0 | character >> 18));
		text_add_char(out, (char)(0x80 | (character >> 12 & 0x3f)));
	} else if (character >= 0x800) {
		text_add_char(out, (char)(0xe0 | character >> 12));
	}
	text_add_char(out, (char)(character >= 0x800 ? 0x80 | (character >> 6 & 0x3f) : 0xc0 | character >> 6));
	text_add_char(out, (char)(0x80 | (character & 0x3f)));
}

bool terminal_cell(const struct terminal *terminal, int row, int column, VTermScreenCell *cell)
{
	if (row < 0 || row >= terminal->rows || column < 0 || column >= terminal->columns)
		return false;
	return vterm_screen_get_cell(terminal->screen, (VTermPos){ .row = row, .col = column }, cell) != 0;
}

void terminal_row(const struct terminal *terminal, int row, int from, int to, struct text *out)
{
	VTermScreenCell cell;
	size_t seen = out->len;

	for (int at = from; at < to && terminal_cell(terminal, row, at, &cell); at += cell.width > 1 ? cell.width : 1) {
		if (cell.chars[0] == (uint32_t)-1)
			continue;
		add_character(out, cell.chars[0] == 0 ? ' ' : cell.chars[0]);
		for (size_t i = 1; cell.chars[0] != 0 && i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i] != 0; i++)
			add_character(out, cell.chars[i]);
		if (cell.chars[0] != 0 && cell.chars[0] != ' ')
			seen = out->len;
	}
	text_cut(out, seen);
}

void terminal_cursor(const struct terminal *terminal, int *row, int *column)
{
	VTermPos position;

	vterm_state_get_cursorpos(vterm_obtain_state(terminal->vterm), &position);
	*row = position.row;
	*column = position.col;
}
