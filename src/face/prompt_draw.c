#include "face/prompt_draw.h"

#include <curses.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <event2/event.h>
#include <readline/readline.h>

#include "base/mem.h"
#include "face/cells.h"
#include "face/fold.h"
#include "face/prompt_state.h"

/* Though more input waits, paint at least so often: a paste typed by a terminal that does not mark it. */
enum { PAINT_EVERY = 50 };

static long long milliseconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- as readline draws ---- */

static ssize_t add_drawn(void *unused, const char *bytes, size_t len)
{
	(void)unused;
	if (!prompt.painter)
		terminal_write(&prompt.terminal, bytes, len);
	return (ssize_t)len;
}

void prompt_draw_open(void)
{
	prompt.stream = fopencookie(NULL, "w", (cookie_io_functions_t){ .write = add_drawn });
	if (!prompt.stream)
		die("no stream for the prompt");
	setvbuf(prompt.stream, NULL, _IOFBF, 4096);
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

void prompt_draw_wish(void)
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
		prompt_draw_wish();
	prompt.paints_now = false;
}

/* Without a capability of the terminal: so it goes anywhere. */
static void erase_progress(void)
{
	struct text blank;

	if (prompt.progress_cells == 0)
		return;
	text_init(&blank);
	text_addf(&blank, "\r%*s\r", (int)prompt.progress_cells, "");
	terminal_write(&prompt.terminal, blank.data, blank.len);
	text_release(&blank);
	prompt.progress_cells = 0;
}

static void draw_progress(void)
{
	size_t len;

	erase_progress();
	prompt.progress_changed = false;
	if (prompt.progress == NULL)
		return;
	len = cells_cut(prompt.progress, strlen(prompt.progress), prompt.columns > 1 ? prompt.columns - 1 : 1);
	terminal_write(&prompt.terminal, prompt.progress, len);
	prompt.progress_cells = cells_of(prompt.progress, len);
}

void prompt_draw_erase(void)
{
	erase_progress();
	if (!prompt.drawn)
		return;
	rl_clear_visible_line();
	fflush(prompt.stream);
	prompt.drawn = false;
}

static void write_printed(void)
{
	char *note;

	prompt_draw_erase();
	if (prompt.left_out > 0) {
		note = text_format("[%zu bytes not shown: the terminal did not take them]\n", prompt.left_out);
		terminal_write(&prompt.terminal, note, strlen(note));
		free(note);
	}
	terminal_write(&prompt.terminal, prompt.printed.data, prompt.printed.len);
	text_clear(&prompt.printed);
	prompt.left_out = 0;
	prompt.wants_paint = true;
	prompt.progress_changed = prompt.progress != NULL;
}

/* A search of readline's own has its words there. */
static const char *shown_prompt(void)
{
	if (prompt.question && rl_display_prompt == rl_prompt)
		return prompt.question;
	if ((prompt.busy || prompt.ended) && rl_display_prompt == rl_prompt)
		return "... ";
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
		.progress = prompt.progress,
	};
	prompt.painter->paint(prompt.painter_owner, &line, &bytes);
	terminal_write(&prompt.terminal, bytes.data, bytes.len);
	text_release(&bytes);
	prompt.wants_paint = false;
	prompt.painted_at = milliseconds_now();
}

void prompt_draw_leave_screen(void)
{
	struct text bytes;

	text_init(&bytes);
	prompt.painter->leave(prompt.painter_owner, &bytes);
	terminal_write(&prompt.terminal, bytes.data, bytes.len);
	text_release(&bytes);
	prompt.wants_paint = true;
}

void prompt_draw_now(void)
{
	fflush(prompt.stream);
	if (prompt.painter)
		return;
	if (prompt.printed.len > 0)
		write_printed();
	if (prompt.progress_changed)
		draw_progress();
	if (prompt.wants_paint && !prompt.busy && !prompt.ended) {
		erase_progress();
		draw_line(false);
	}
	fflush(prompt.stream);
	prompt.painted_at = milliseconds_now();
}

void prompt_draw_flush(void)
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
	return prompt.printed.len > 0 || prompt.progress_changed ||
	       (prompt.wants_paint && !prompt.busy && !prompt.ended);
}

void prompt_draw_settle(void)
{
	if (!prompt.open)
		return;
	fflush(prompt.stream);
	prompt_draw_flush();
	if (prompt.terminal.pending.len > 0 || !has_something_to_paint())
		return;
	if (milliseconds_now() - prompt.painted_at < PAINT_EVERY && input_waits())
		return;
	if (prompt.painter)
		paint_screen();
	else
		prompt_draw_now();
	prompt_draw_flush();
}

/* The line as it is remains in sight, the mark and the cursor behind it. */
void prompt_draw_leave_line(const char *mark)
{
	int point = rl_point;

	if (prompt.painter) {
		prompt.wants_paint = true;
		return;
	}
	rl_point = rl_end;
	prompt.wants_paint = !prompt.busy;
	prompt_draw_now();
	rl_point = point;
	fputs(mark, prompt.stream);
	if (prompt.drawn || mark[0] != '\0')
		putc('\n', prompt.stream);
	fflush(prompt.stream);
	prompt.drawn = false;
	prompt.wants_paint = true;
}

/* ---- what is printed ---- */

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

/* The terminal would break it inside a word. */
static void add_folded(struct text *out, const char *line)
{
	struct fold fold;
	struct fold_row row;

	fold_init_printed(&fold, line, prompt.columns);
	while (fold_next(&fold, &row)) {
		text_addf(out, "%*s", (int)row.indent, "");
		text_add_bytes(out, row.text, row.len);
		/* Of a call it does so by itself, and what is copied is one line. */
		if (fold.exact_until == NULL || *fold.rest == '\0')
			text_add_char(out, '\n');
	}
}

void prompt_draw_print(const char *text, enum style style)
{
	if (text[0] == '\0' || !prompt.open)
		return;
	if (prompt.painter) {
		prompt.painter->print(prompt.painter_owner, text, style);
		return;
	}
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");
		char *line = xstrndup(text, len);

		add_folded(&prompt.printed, line);
		free(line);
		text += len + (text[len] == '\n');
	}
	if (prompt.printed.len / 2 > PROMPT_UNSHOWN_MAX)
		bound_printed();
}

/* ---- size ---- */

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

/* readline divides by the columns, by one less where the last one is not to be written to. */
enum { COLUMNS_LEAST = 4 };

void prompt_draw_resize(bool line_stands)
{
	size_t columns, rows;

	terminal_size(&prompt.terminal, &columns, &rows);
	columns = columns < COLUMNS_LEAST ? COLUMNS_LEAST : columns;
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

/* A terminal that knows how to clear to the end of a row is one that takes control sequences. */
bool prompt_draw_takes_sequences(void)
{
	return rl_get_termcap("ce") != NULL;
}
