#include "face/prompt.h"

#include <curses.h>
#include <errno.h>
#include <event2/event.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "base/mem.h"
#include "face/cells.h"
#include "face/keys.h"
#include "face/safe.h"
#include "face/terminal.h"

/*
 * Who does what.
 *
 * Bytes come from the terminal into `keys`, which cuts them into characters and pastes. A character is put into `feed`
 * and rl_callback_read_char() called until readline has taken it; so readline never finds its input empty in the
 * middle of something, and never waits. A paste is inserted into the line by us. The interrupt and suspend keys never
 * reach readline: they must work in the middle of a search or of a key sequence as well.
 *
 * readline draws into `stream`, which adds to the bytes that are on their way to the terminal (face/terminal.h). Its
 * wish to draw again only sets `wants_paint`; the painting is done by prompt_settle(), once for all that happened.
 * Only while it is given Enter does it draw at once (`paints_now`): the line must stand there as it is before the
 * cursor leaves it.
 *
 * A line that was entered goes into `lines`, and from there to the owner when readline has returned: so the owner may
 * do with the prompt whatever it wants.
 *
 * With a painter (prompt.h) readline still edits, but what it draws is thrown away, and the painter is handed the line
 * instead; keys of the screen are functions of readline's like any other (actions.def).
 *
 * What was printed waits in `printed` until the next painting: the line is erased, the text written, the line drawn
 * again. While the terminal has not taken the last painting there is no other.
 */

enum { READ_SIZE = 4096 };
/* Keys that wait while the prompt is busy, beyond which they are dropped. */
enum { KEYS_MAX = PROMPT_PASTE_MAX + 65536 };
/* Though more input waits, paint at least so often: a paste typed by a terminal that does not mark it. */
enum { PAINT_EVERY = 50 };

struct prompt {
	bool open;
	const struct prompt_ops *ops; /* (borrowed) */
	void *owner;                  /* (borrowed) */
	struct history *history;      /* (borrowed) may be NULL */

	const struct prompt_painter *painter; /* (borrowed) NULL: readline draws */
	void *painter_owner;          /* (borrowed) */

	struct terminal terminal;
	FILE *stream;                 /* (owned) what readline draws into */
	struct event *readable, *writable, *resized, *continued, *stopped; /* (owned) */
	struct event *resumed;        /* (owned) made active when keys that waited may go on */
	size_t columns, rows;

	struct keys keys;
	char feed[64];                /* what readline is being given */
	size_t feed_at, feed_len;
	size_t pasted;                /* bytes of this paste */
	size_t paste_left_out;

	char *name;                   /* (owned) what stands before the line */
	bool name_changed;
	char **lines;                 /* (owned) entered and not yet run; from `next_line` on */
	size_t line_count, line_room, next_line;
	struct completion offered;    /* (owned) the last that TAB asked for */

	const char *question;         /* (borrowed) the painter asks; NULL: it does not */
	char *put_by;                 /* (owned) the line that is edited again afterwards; NULL: none */
	int put_by_point;

	struct text printed;          /* (owned) not yet shown */
	size_t left_out;              /* bytes of it that were dropped */
	bool busy;
	bool ended;                   /* the input; and the owner knows */
	bool delivering;              /* the owner's op is being called: run_keys() goes on when it returns */
	bool wants_paint, paints_now;
	bool drawn;                   /* the line stands on the screen, the cursor in it */
	size_t drawn_rows;            /* how many rows the cursor is below the line's first */
	long long painted_at;         /* milliseconds */
};

/* readline has no objects and its callbacks no argument. */
static struct prompt prompt;

static long long milliseconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- what readline asks of its surroundings ---- */

/* End of file is for readline the end of whatever it is doing; it is asked only for what there is (see above). */
static int give_byte(FILE *unused)
{
	(void)unused;
	return prompt.feed_at < prompt.feed_len ? (unsigned char)prompt.feed[prompt.feed_at++] : EOF;
}

/* readline asks whether more has come to learn if an escape is the key or the beginning of an arrow key's bytes;
 * and else in order to read on, when it may have only what it was given. */
static int has_byte(void)
{
	bool is_escape = prompt.feed_len == 1 && prompt.feed[0] == '\033';

	return prompt.feed_at < prompt.feed_len || (is_escape && keys_waiting(&prompt.keys));
}

static void leave_modes_prepared(int meta)
{
	(void)meta;
}

static void leave_modes(void)
{
}

static ssize_t add_drawn(void *unused, const char *bytes, size_t len)
{
	(void)unused;
	if (!prompt.painter)
		terminal_write(&prompt.terminal, bytes, len);
	return (ssize_t)len;
}

/* Without the padding that terminals of paper and wire needed, $<…>. */
static void put_capability(const char *capability)
{
	const char *padding = strstr(capability, "$<");

	fwrite(capability, 1, padding ? (size_t)(padding - capability) : strlen(capability), prompt.stream);
}

static void note_drawn(void)
{
	size_t column = 0;
	size_t rows = cells_rows(rl_display_prompt, strlen(rl_display_prompt), prompt.columns, &column);

	rows += cells_rows(rl_line_buffer, (size_t)rl_point, prompt.columns, &column);
	prompt.drawn_rows = rows;
	prompt.drawn = true;
	prompt.wants_paint = false;
}

static void redisplay(void)
{
	if (!prompt.paints_now || prompt.painter) {
		prompt.wants_paint = true;
		return;
	}
	rl_redisplay();
	note_drawn();
}

/* ---- painting ---- */

static void set_name(void)
{
	if (!prompt.name_changed || rl_display_prompt != rl_prompt)
		return;
	prompt.name_changed = false;
	rl_set_prompt(prompt.name);
}

/* Draws the line from a fresh row on, or corrects what of it has changed. */
static void draw_line(bool afresh)
{
	prompt.paints_now = true;
	set_name();
	if (afresh || !prompt.drawn)
		rl_forced_update_display();
	else
		redisplay();
	prompt.paints_now = false;
}

static void erase_line(void)
{
	if (!prompt.drawn)
		return;
	rl_clear_visible_line();
	fflush(prompt.stream);
	prompt.drawn = false;
}

static void write_printed(void)
{
	char *note;

	erase_line();
	if (prompt.left_out > 0) {
		note = text_format("[%zu bytes not shown: the terminal did not take them]\n", prompt.left_out);
		terminal_write(&prompt.terminal, note, strlen(note));
		free(note);
	}
	terminal_write(&prompt.terminal, prompt.printed.data, prompt.printed.len);
	text_clear(&prompt.printed);
	prompt.left_out = 0;
	prompt.wants_paint = true;
}

/* A search of readline's own has its words there. */
static const char *shown_prompt(void)
{
	if (prompt.question && rl_display_prompt == rl_prompt)
		return prompt.question;
	return rl_display_prompt ? rl_display_prompt : "";
}

static void paint_screen(void)
{
	struct text bytes;

	set_name();
	text_init(&bytes);
	const struct prompt_line line = {
		.prompt = shown_prompt(),
		.line = rl_line_buffer ? rl_line_buffer : "",
		.point = rl_line_buffer ? (size_t)rl_point : 0,
		.busy = prompt.busy || prompt.ended,
	};
	prompt.painter->paint(prompt.painter_owner, &line, &bytes);
	terminal_write(&prompt.terminal, bytes.data, bytes.len);
	text_release(&bytes);
	prompt.wants_paint = false;
	prompt.painted_at = milliseconds_now();
}

static void leave_screen(void)
{
	struct text bytes;

	text_init(&bytes);
	prompt.painter->leave(prompt.painter_owner, &bytes);
	terminal_write(&prompt.terminal, bytes.data, bytes.len);
	text_release(&bytes);
	prompt.wants_paint = true;
}

static void paint(void)
{
	fflush(prompt.stream);
	if (prompt.painter)
		return;
	if (prompt.printed.len > 0)
		write_printed();
	if (prompt.wants_paint && !prompt.busy && !prompt.ended)
		draw_line(false);
	fflush(prompt.stream);
	prompt.painted_at = milliseconds_now();
}

static void flush_terminal(void)
{
	if (terminal_flush(&prompt.terminal))
		event_del(prompt.writable);
	else
		event_add(prompt.writable, NULL);
}

static bool input_waits(void)
{
	struct pollfd in = { .fd = prompt.terminal.in, .events = POLLIN };

	return !prompt.ended && poll(&in, 1, 0) > 0;
}

static bool has_something_to_paint(void)
{
	if (prompt.painter)
		return prompt.wants_paint || prompt.painter->wants(prompt.painter_owner);
	return prompt.printed.len > 0 || (prompt.wants_paint && !prompt.busy && !prompt.ended);
}

void prompt_settle(void)
{
	if (!prompt.open)
		return;
	fflush(prompt.stream);
	flush_terminal();
	if (prompt.terminal.pending.len > 0 || !has_something_to_paint())
		return;
	if (milliseconds_now() - prompt.painted_at < PAINT_EVERY && input_waits())
		return;
	if (prompt.painter)
		paint_screen();
	else
		paint();
	flush_terminal();
}

/* ---- lines that were entered ---- */

static void forget_lines(void)
{
	while (prompt.next_line < prompt.line_count)
		free(prompt.lines[prompt.next_line++]);
	prompt.line_count = prompt.next_line = 0;
}

void prompt_drop_lines(void)
{
	forget_lines();
}

static void remember(const char *line)
{
	HIST_ENTRY *last = history_length > 0 ? history_get(history_base + history_length - 1) : NULL;
	size_t len = strlen(line);

	if (!history_wants(line, len))
		return;
	if (!last || !string_is(last->line, line))
		add_history(line);
	if (prompt.history)
		history_add(prompt.history, line, len);
}

static void queue_line(const char *line, size_t len)
{
	prompt.lines = array_grow(prompt.lines, prompt.line_count, &prompt.line_room, sizeof(*prompt.lines));
	prompt.lines[prompt.line_count++] = xstrndup(line, len);
}

/* From readline: Enter, or (NULL) Ctrl-D on an empty line. Newlines come from a paste; one at its very end is not a
 * further line. */
static void line_entered(char *line)
{
	prompt.paints_now = false;
	if (prompt.question) {
		prompt.question = NULL;
		prompt.painter->answer(prompt.painter_owner, line ? line : "");
		free(line);
		return;
	}
	if (!line) {
		prompt.ended = true;
		return;
	}
	prompt.drawn = false;
	for (const char *at = line;;) {
		const char *newline = strchr(at, '\n');

		queue_line(at, newline ? (size_t)(newline - at) : strlen(at));
		remember(prompt.lines[prompt.line_count - 1]);
		if (!newline || newline[1] == '\0')
			break;
		at = newline + 1;
	}
	free(line);
}

static void run_next_line(void)
{
	char *line = prompt.lines[prompt.next_line++];

	if (prompt.next_line == prompt.line_count)
		prompt.line_count = prompt.next_line = 0;
	if (prompt.painter)
		prompt.painter->begin(prompt.painter_owner);
	prompt.ops->line(prompt.owner, line, strlen(line));
	free(line);
}

/* ---- the painter's question ---- */

void prompt_ask(const char *question)
{
	if (prompt.question)
		return;
	prompt.question = question;
	prompt.put_by = xstrdup(rl_line_buffer);
	prompt.put_by_point = rl_point;
	rl_replace_line("", 1);
	prompt.wants_paint = true;
}

/* Not before readline has begun its next line. */
static void take_up_line(void)
{
	if (prompt.question || !prompt.put_by)
		return;
	rl_replace_line(prompt.put_by, 1);
	rl_point = prompt.put_by_point;
	free(prompt.put_by);
	prompt.put_by = NULL;
	prompt.wants_paint = true;
}

/* ---- keys ---- */

static void give_readline(const char *bytes, size_t len)
{
	prompt.feed_at = 0;
	prompt.feed_len = len < sizeof(prompt.feed) ? len : sizeof(prompt.feed);
	memcpy(prompt.feed, bytes, prompt.feed_len);
	while (prompt.feed_at < prompt.feed_len && !prompt.ended)
		rl_callback_read_char();
	take_up_line();
}

static bool owner_takes(const struct key *key)
{
	return prompt.ops->key && !prompt.question &&
	       prompt.ops->key(prompt.owner, key->bytes, key->len, rl_end == 0);
}

static void press(const struct key *key)
{
	bool enter = key->len == 1 && (key->bytes[0] == '\r' || key->bytes[0] == '\n');

	if (enter) {
		paint();
		prompt.paints_now = true;
	}
	give_readline(key->bytes, key->len);
	prompt.paints_now = false;
}

/* Each character of a paste as if it had been typed: what a search looks for. */
static void press_text(const struct text *text)
{
	for (size_t at = 0; at < text->len;) {
		struct cell_step step = cells_of_first(text->data + at, text->len - at);

		if (text->data[at] != '\n')
			give_readline(text->data + at, step.len);
		at += step.len;
	}
}

/* Line ends of all kinds become newlines: terminals send a carriage return for each. */
static void normalise(struct text *out, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		bool is_return = bytes[i] == '\r';

		if (is_return && i + 1 < len && bytes[i + 1] == '\n')
			continue;
		text_add_char(out, is_return ? '\n' : bytes[i]);
	}
}

static void paste(const struct key *key)
{
	struct text lines, text;
	size_t room = PROMPT_PASTE_MAX - prompt.pasted;

	text_init(&lines);
	text_init(&text);
	normalise(&lines, key->bytes, key->len);
	safe_add(&text, lines.data, lines.len, prompt.keys.charset, SAFE_NEWLINES_PASS);
	if (text.len > room) {
		prompt.paste_left_out += text.len - room;
		text_cut(&text, room);
	}
	prompt.pasted += text.len;
	if (RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH | RL_STATE_NUMERICARG)) {
		press_text(&text);
	} else {
		rl_callback_sigcleanup();
		rl_insert_text(text.data);
	}
	prompt.wants_paint = true;
	text_release(&lines);
	text_release(&text);
}

static void end_paste(void)
{
	char *note;

	if (prompt.paste_left_out > 0) {
		note = text_format("(the paste is too long: %zu bytes are left out)\n", prompt.paste_left_out);
		prompt_print(note);
		free(note);
	}
	prompt.pasted = prompt.paste_left_out = 0;
}

/* From readline's keymap: the mark of a paste came in pieces, or was typed by hand. */
static int begin_paste(int count, int key)
{
	(void)count;
	(void)key;
	keys_begin_paste(&prompt.keys);
	return 0;
}

/* Whatever readline was in the middle of is given up; the line is empty. */
static void start_afresh(void)
{
	rl_free_line_state();
	rl_callback_sigcleanup();
	rl_callback_handler_remove();
	rl_callback_handler_install(prompt.name, line_entered);
	prompt.name_changed = false;
}

/* The line as it is remains in sight, the mark and the cursor behind it. */
static void leave_line(const char *mark)
{
	int point = rl_point;

	if (prompt.painter) {
		prompt.wants_paint = true;
		return;
	}
	rl_point = rl_end;
	prompt.wants_paint = !prompt.busy;
	paint();
	rl_point = point;
	fputs(mark, prompt.stream);
	if (prompt.drawn || mark[0] != '\0')
		putc('\n', prompt.stream);
	fflush(prompt.stream);
	prompt.drawn = false;
	prompt.wants_paint = true;
}

static void interrupt(void)
{
	bool asked = prompt.question != NULL;
	/* As in a shell: with a line begun the key takes that back, and no more. */
	bool begun = !prompt.busy && rl_end > 0;

	leave_line("^C");
	if (!asked)
		forget_lines();
	if (!prompt.busy)
		start_afresh();
	prompt.question = NULL;
	take_up_line();
	if (asked)
		return;
	end_paste();
	prompt.ops->interrupt(prompt.owner, begun);
}

static void finish(void)
{
	prompt.ended = true;
	event_del(prompt.readable);
	if (!prompt.terminal.gone)
		leave_line("");
	forget_lines();
	prompt.ops->end(prompt.owner);
}

static void suspend(void);

static void handle(const struct key *key)
{
	switch (key->kind) {
	case KEYS_NONE:
		break;
	case KEYS_CHARACTER:
		if (!owner_takes(key))
			press(key);
		break;
	case KEYS_PASTE:
		if (!owner_takes(key))
			paste(key);
		break;
	case KEYS_PASTE_END:
		end_paste();
		break;
	case KEYS_INTERRUPT:
		interrupt();
		break;
	case KEYS_SUSPEND:
		suspend();
		break;
	}
}

static bool may_go_on(void)
{
	return prompt.open && !prompt.ended;
}

static void run_urgent_keys(void)
{
	enum key_kind kind;

	while (may_go_on() && prompt.busy && (kind = keys_urgent(&prompt.keys)) != KEYS_NONE) {
		if (kind == KEYS_INTERRUPT)
			interrupt();
		else
			suspend();
	}
}

/* The owner may close the prompt in each of its ops. */
static void run_keys(void)
{
	struct key key = { .kind = KEYS_CHARACTER };

	if (prompt.delivering)
		return;
	prompt.delivering = true;
	while (may_go_on() && !prompt.busy && key.kind != KEYS_NONE) {
		if (prompt.next_line < prompt.line_count) {
			run_next_line();
			continue;
		}
		key = keys_next(&prompt.keys);
		handle(&key);
		if (prompt.open && prompt.ended)
			finish();
	}
	run_urgent_keys();
	prompt.delivering = false;
}

static void on_readable(evutil_socket_t fd, short what, void *unused)
{
	char bytes[READ_SIZE];
	ssize_t got = read((int)fd, bytes, sizeof(bytes));

	(void)what;
	(void)unused;
	if (got < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (got <= 0) {
		prompt.terminal.gone = true;
		finish();
		return;
	}
	if (prompt.keys.raw.len - prompt.keys.at < KEYS_MAX)
		keys_add(&prompt.keys, bytes, (size_t)got);
	run_keys();
}

static void on_resumed(evutil_socket_t fd, short what, void *unused)
{
	(void)fd;
	(void)what;
	(void)unused;
	run_keys();
}

static void on_writable(evutil_socket_t fd, short what, void *unused)
{
	(void)fd;
	(void)what;
	(void)unused;
	flush_terminal();
}

/* ---- size, suspending ---- */

/*
 * After a change of size nobody knows where the line stands: some terminals wrap it anew, others cut it. The cursor
 * goes up by what is certain under either, so that never a row above the line is lost; a rest of the old line may
 * remain.
 */
static void erase_resized(size_t columns)
{
	const char *up = tigetstr("cuu1");
	const char *clear = tigetstr("ed");
	size_t column = 0;
	size_t rows = cells_rows(rl_display_prompt, strlen(rl_display_prompt), columns, &column);

	rows += cells_rows(rl_line_buffer, (size_t)rl_point, columns, &column);
	if (rows > prompt.drawn_rows)
		rows = prompt.drawn_rows;
	if (!up || up == (const char *)-1 || !clear || clear == (const char *)-1) {
		putc('\n', prompt.stream);
		return;
	}
	putc('\r', prompt.stream);
	while (rows-- > 0)
		put_capability(up);
	put_capability(clear);
}

static void apply_size(bool line_stands)
{
	size_t columns, rows;

	terminal_size(&prompt.terminal, &columns, &rows);
	if (line_stands && prompt.drawn && !prompt.painter)
		erase_resized(columns);
	prompt.columns = columns;
	prompt.rows = rows;
	rl_set_screen_size((int)rows, (int)columns);
	/* How the prompt wraps is computed when it is set. */
	prompt.name_changed = true;
	prompt.drawn = false;
	prompt.wants_paint = true;
	fflush(prompt.stream);
	if (prompt.painter)
		prompt.painter->resize(prompt.painter_owner, columns, rows);
}

static void on_resized(evutil_socket_t fd, short what, void *unused)
{
	size_t columns, rows;

	(void)fd;
	(void)what;
	(void)unused;
	terminal_size(&prompt.terminal, &columns, &rows);
	/* Also when it is the same: it was another in between, and what that cut off a screen is lost. */
	if (columns != prompt.columns || rows != prompt.rows || prompt.painter)
		apply_size(true);
}

/* A terminal that knows how to clear to the end of a row is one that takes control sequences. */
static bool takes_sequences(void)
{
	return rl_get_termcap("ce") != NULL;
}

static void suspend(void)
{
	leave_line("");
	if (prompt.painter)
		leave_screen();
	terminal_leave(&prompt.terminal);
	/* The whole group, as the key would have done it, so that the shell sees its job stopped. The default
	 * action must be in place; kill(2) does not return before it was taken, and we went on. */
	event_del(prompt.stopped);
	event_del(prompt.continued);
	kill(0, SIGTSTP);
	event_add(prompt.continued, NULL);
	event_add(prompt.stopped, NULL);
	terminal_enter(&prompt.terminal, takes_sequences());
	apply_size(false);
}

static void on_stopped(evutil_socket_t number, short what, void *unused)
{
	(void)number;
	(void)what;
	(void)unused;
	suspend();
}

/* Also after SIGSTOP, for which nobody could prepare: the shell has set its own modes, the size may be another. */
static void on_continued(evutil_socket_t number, short what, void *unused)
{
	(void)number;
	(void)what;
	(void)unused;
	if (tcgetpgrp(prompt.terminal.in) != getpgrp())
		return;
	terminal_enter(&prompt.terminal, takes_sequences());
	apply_size(false);
}

/* ---- completion ---- */

/* readline replaces the line up to the cursor (nothing breaks words), so each match begins with what stands before the
 * word. The first is what all have in common. */
static char *match_of(const char *text, size_t len)
{
	size_t before = prompt.offered.begin;
	char *match = malloc(before + len + 1); /* readline frees it */

	if (!match)
		die("no memory for a completion");
	memcpy(match, rl_line_buffer, before);
	memcpy(match + before, text, len);
	match[before + len] = '\0';
	return match;
}

static char **make_matches(const struct completion *offered)
{
	char **matches = xcalloc(offered->count + 2, sizeof(*matches));

	if (offered->count == 1) {
		matches[0] = match_of(offered->items[0].text, strlen(offered->items[0].text));
		return matches;
	}
	matches[0] = match_of(offered->items[0].text, completion_common(offered));
	for (size_t i = 0; i < offered->count; i++)
		matches[i + 1] = match_of(offered->items[i].text, strlen(offered->items[i].text));
	return matches;
}

static char **attempt_completion(const char *text, int start, int end)
{
	struct completion *offered = &prompt.offered;
	size_t point = (size_t)rl_point;

	(void)text;
	(void)start;
	(void)end;
	rl_attempted_completion_over = 1;
	completion_release(offered);
	completion_init(offered);
	prompt.ops->complete(prompt.owner, rl_line_buffer, point, offered);
	if (offered->begin > point)
		offered->begin = point;
	completion_filter(offered, rl_line_buffer + offered->begin, point - offered->begin);
	rl_completion_append_character = (unsigned char)offered->append;
	rl_completion_suppress_append = offered->append == '\0';
	return offered->count > 0 ? make_matches(offered) : NULL;
}

/* The list leaves room for the line below it. */
static void show_matches(char **matches, int count, int longest)
{
	struct text list;

	(void)matches;
	(void)count;
	(void)longest;
	text_init(&list);
	size_t columns = prompt.painter ? prompt.painter->columns(prompt.painter_owner) : prompt.columns;
	completion_list(&list, &prompt.offered, columns, prompt.rows > 3 ? prompt.rows - 2 : 1);
	prompt_print(list.data);
	text_release(&list);
	prompt.wants_paint = true;
}

static void set_up_completion(void)
{
	rl_attempted_completion_function = attempt_completion;
	rl_completion_display_matches_hook = show_matches;
	rl_completer_word_break_characters = "";
	rl_completer_quote_characters = NULL;
	rl_filename_quoting_desired = 0;
	rl_sort_completion_matches = 0;
	rl_ignore_completion_duplicates = 0;
	rl_completion_query_items = 0;
}

/* ---- the keys of the screen ---- */

static int act(enum action action, int count)
{
	const char *line = prompt.painter ? prompt.painter->act(prompt.painter_owner, action, count) : NULL;

	if (line)
		queue_line(line, strlen(line));
	prompt.wants_paint = true;
	return 0;
}

/* While nothing is painted, what readline itself does at these keys. */
static int act_or_search(enum action action, int count, int byte)
{
	if (!prompt.painter && action == ACTION_page_up)
		return rl_history_search_backward(count, byte);
	if (!prompt.painter && action == ACTION_page_down)
		return rl_history_search_forward(count, byte);
	return act(action, count);
}

#define ACTION(identifier, name, key, sequences, second, second_sequences, help) \
	static int act_##identifier(int count, int byte) \
	{ \
		return act_or_search(ACTION_##identifier, count, byte); \
	}
#include "face/actions.def"
#undef ACTION

static rl_command_func_t *const functions[ACTION_COUNT] = {
#define ACTION(identifier, name, key, sequences, second, second_sequences, help) \
	[ACTION_##identifier] = act_##identifier,
#include "face/actions.def"
#undef ACTION
};

/* Before inputrc is read, which may bind them. PgUp and PgDn are bound already now: readline gives these keys to the
 * history else, when it has read it. */
static void add_actions(void)
{
	Keymap maps[] = { emacs_standard_keymap, vi_insertion_keymap, vi_movement_keymap };

	for (int action = 0; action < ACTION_COUNT; action++)
		rl_add_defun(action_spec((enum action)action)->name, functions[action], -1);
	for (size_t i = 0; i < COUNT_OF(maps); i++) {
		rl_bind_keyseq_if_unbound_in_map("\\e[5~", functions[ACTION_page_up], maps[i]);
		rl_bind_keyseq_if_unbound_in_map("\\e[6~", functions[ACTION_page_down], maps[i]);
	}
}

/* "kf1" is what terminfo says of that key, if anything. */
static void bind_sequence(const char *word, size_t len, rl_command_func_t *function)
{
	Keymap maps[] = { emacs_standard_keymap, vi_insertion_keymap, vi_movement_keymap };
	char name[16];
	const char *sequence = name;

	if (len >= sizeof(name))
		return;
	memcpy(name, word, len);
	name[len] = '\0';
	if (name[0] == 'k')
		sequence = tigetstr(name);
	for (size_t i = 0; i < COUNT_OF(maps) && sequence && sequence != (const char *)-1; i++)
		rl_bind_keyseq_if_unbound_in_map(sequence, function, maps[i]);
}

static void bind_actions(void)
{
	for (int action = 0; action < ACTION_COUNT; action++)
		for (size_t i = 0; i < 2; i++) {
			const char *at = action_spec((enum action)action)->sequences[i];

			while (*at != '\0') {
				size_t len = strcspn(at, " ");

				bind_sequence(at, len, functions[action]);
				at += len + (at[len] == ' ');
			}
		}
}

/* ---- opening and closing ---- */

/* What must be known before readline reads inputrc, which may then say otherwise. */
static void set_up_readline(void)
{
	rl_readline_name = "sockstep";
	rl_instream = stdin;
	rl_outstream = prompt.stream;
	rl_getc_function = give_byte;
	rl_input_available_hook = has_byte;
	rl_prep_term_function = leave_modes_prepared;
	rl_deprep_term_function = leave_modes;
	rl_catch_signals = 0;
	rl_catch_sigwinch = 0;
	rl_change_environment = 0;
	rl_variable_bind("show-all-if-ambiguous", "on");
	rl_variable_bind("bell-style", "none");
	set_up_completion();
	add_actions();
}

/* What inputrc must not change: readline would wait for the end of a paste, or blink for half a second; what is not
 * printable never comes to it, and in a locale that is not UTF-8 nothing above ASCII is to be drawn as it is. */
static void insist(void)
{
	/* Not before rl_initialize(): for who draws by himself, readline does not look what the terminal can do. */
	rl_redisplay_function = redisplay;
	rl_variable_bind("enable-bracketed-paste", "off");
	rl_variable_bind("blink-matching-paren", "off");
	rl_variable_bind("input-meta", "on");
	rl_variable_bind("convert-meta", "off");
	rl_variable_bind("output-meta", prompt.keys.charset == SHOW_UTF8 ? "on" : "off");
	rl_bind_keyseq_in_map("\\e[200~", begin_paste, emacs_standard_keymap);
	rl_bind_keyseq_in_map("\\e[200~", begin_paste, vi_insertion_keymap);
	rl_bind_keyseq_in_map("\\e[200~", begin_paste, vi_movement_keymap);
	rl_tty_set_echoing(1);
}

static void load_history(void)
{
	using_history();
	stifle_history(HISTORY_LINES_MAX);
	for (size_t i = 0; prompt.history && i < prompt.history->count; i++)
		add_history(prompt.history->lines[i]);
}

static void make_events(struct event_base *base)
{
	prompt.readable = event_new(base, prompt.terminal.in, EV_READ | EV_PERSIST, on_readable, NULL);
	prompt.writable = event_new(base, prompt.terminal.out, EV_WRITE | EV_PERSIST, on_writable, NULL);
	prompt.resumed = event_new(base, -1, 0, on_resumed, NULL);
	prompt.resized = evsignal_new(base, SIGWINCH, on_resized, NULL);
	prompt.continued = evsignal_new(base, SIGCONT, on_continued, NULL);
	prompt.stopped = evsignal_new(base, SIGTSTP, on_stopped, NULL);
	if (!prompt.readable || !prompt.writable || !prompt.resumed || !prompt.resized || !prompt.continued ||
	    !prompt.stopped)
		die("no events for the prompt");
	event_add(prompt.readable, NULL);
	event_add(prompt.resized, NULL);
	event_add(prompt.continued, NULL);
	event_add(prompt.stopped, NULL);
}

static void free_events(void)
{
	struct event *events[] = { prompt.readable, prompt.writable,  prompt.resumed,
				   prompt.resized,  prompt.continued, prompt.stopped };

	for (size_t i = 0; i < COUNT_OF(events); i++)
		event_free(events[i]);
}

static void make_stream(void)
{
	prompt.stream = fopencookie(NULL, "w", (cookie_io_functions_t){ .write = add_drawn });
	if (!prompt.stream)
		die("no stream for the prompt");
	setvbuf(prompt.stream, NULL, _IOFBF, 4096);
}

static void init_prompt(const struct prompt_ops *ops, void *owner, struct history *history)
{
	const struct terminal terminal = prompt.terminal;

	prompt = (struct prompt){ .ops = ops, .owner = owner, .history = history, .terminal = terminal };
	prompt.name = xstrdup("");
	text_init(&prompt.printed);
	keys_init(&prompt.keys, safe_charset());
	completion_init(&prompt.offered);
}

bool prompt_possible(void)
{
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

bool prompt_open(const struct prompt_ops *ops, void *owner, struct event_base *base, struct history *history,
		 struct text *message)
{
	if (!terminal_open(&prompt.terminal, message))
		return false;
	init_prompt(ops, owner, history);
	make_stream();
	make_events(base);
	set_up_readline();
	rl_initialize();
	insist();
	load_history();
	terminal_enter(&prompt.terminal, takes_sequences());
	prompt.keys.interrupt = terminal_key(&prompt.terminal, VINTR);
	prompt.keys.suspend = terminal_key(&prompt.terminal, VSUSP);
	rl_callback_handler_install(prompt.name, line_entered);
	prompt.open = true;
	die_set_hook(prompt_close);
	apply_size(false);
	return true;
}

bool prompt_takes_sequences(void)
{
	return prompt.open && takes_sequences();
}

void prompt_set_painter(const struct prompt_painter *painter, void *owner)
{
	erase_line();
	prompt.painter = painter;
	prompt.painter_owner = owner;
	bind_actions();
	apply_size(false);
}

static void release_prompt(void)
{
	fclose(prompt.stream);
	rl_outstream = NULL;
	terminal_close(&prompt.terminal);
	free(prompt.name);
	free(prompt.put_by);
	forget_lines();
	free(prompt.lines);
	text_release(&prompt.printed);
	keys_release(&prompt.keys);
	completion_release(&prompt.offered);
}

void prompt_close(void)
{
	if (!prompt.open)
		return;
	die_set_hook(NULL);
	prompt.open = false;
	paint();
	if (prompt.painter)
		leave_screen();
	else if (prompt.drawn && !prompt.ended)
		leave_line("");
	rl_callback_handler_remove();
	rl_clear_history();
	free_events();
	release_prompt();
}

/* ---- what the owner does with it ---- */

void prompt_set_prompt(const char *name)
{
	if (!prompt.open || string_is(prompt.name, name))
		return;
	free(prompt.name);
	prompt.name = xstrdup(name);
	prompt.name_changed = true;
	prompt.wants_paint = true;
}

/* Drops the oldest lines until what is left has room. */
static void bound_printed(void)
{
	size_t surplus = prompt.printed.len - PROMPT_UNSHOWN_MAX;
	const char *newline = memchr(prompt.printed.data + surplus, '\n', prompt.printed.len - surplus);

	if (newline)
		surplus = (size_t)(newline - prompt.printed.data) + 1;
	text_drop_front(&prompt.printed, surplus);
	prompt.left_out += surplus;
}

void prompt_print(const char *text)
{
	size_t len = strlen(text);

	if (len == 0 || !prompt.open)
		return;
	if (prompt.painter) {
		prompt.painter->print(prompt.painter_owner, text);
		return;
	}
	text_add_bytes(&prompt.printed, text, len);
	if (text[len - 1] != '\n')
		text_add_char(&prompt.printed, '\n');
	if (prompt.printed.len / 2 > PROMPT_UNSHOWN_MAX)
		bound_printed();
}

void prompt_preset(const char *line)
{
	if (!prompt.open)
		return;
	rl_callback_sigcleanup();
	rl_replace_line(line, 1);
	rl_point = rl_end;
	prompt.wants_paint = true;
}

void prompt_busy(bool busy)
{
	if (!prompt.open)
		return;
	if (prompt.busy && !busy)
		event_active(prompt.resumed, EV_TIMEOUT, 0);
	prompt.busy = busy;
	if (!busy && !prompt.drawn)
		prompt.wants_paint = true;
}

void prompt_size(size_t *columns, size_t *rows)
{
	*columns = prompt.columns;
	*rows = prompt.rows;
}
