#include "face/screen.h"

#include <curses.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "face/canvas.h"
#include "face/compose.h"
#include "face/safe.h"
#include "face/snapshot.h"
#include "session/session.h"

/* What happens in the world is painted at most so often; keys are at once. */
enum { PAINT_EVERY = 20 };
enum { PAGE = 10 };

struct screen {
	const struct session *session; /* (borrowed) */
	struct ladder ladder;
	struct changes changes;
	struct transcript transcript;
	struct desk desk;
	struct layout layout;          /* of the last painting */

	size_t rows, columns;
	SCREEN *curses;                /* (owned) */
	FILE *written, *nothing;       /* (owned) what ncurses writes to, and could read from */
	attr_t attributes[STYLE_COUNT];
	short pairs[STYLE_COUNT];
	bool entered;                  /* the terminal shows our screen */
	bool all;                      /* what the terminal shows is not known */
	int cursor;                    /* as curs_set() was told */

	struct event *later;           /* (owned) another second is to be shown, or what was put off */
	bool dirty;
	int64_t painted;               /* the world's revision */
	long long painted_at;          /* milliseconds */
	char *line;                    /* (owned) the line being edited, as it was painted last */
	char *prompt;                  /* (owned) */
	size_t point;
};

static long long milliseconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- what is shown ---- */

static struct view view_of(struct screen *screen)
{
	const struct session *session = screen->session;

	ladder_update(&screen->ladder, &session->log);
	changes_update(&screen->changes, &session->log);
	return (struct view){
		.world = &session->world,
		.log = &session->log,
		.ladder = &screen->ladder,
		.changes = &screen->changes,
		.transcript = &screen->transcript,
		.current = session->current,
		.now = session_time(session),
		.prompt = screen->prompt,
		.line = screen->line,
		.point = screen->point,
	};
}

static void bound_scrolls(struct screen *screen, const struct view *view)
{
	for (int pane = 0; pane < PANE_COUNT; pane++) {
		const struct place *place = &screen->layout.panes[pane];
		size_t rows, seen = place->rows > 2 ? place->rows - 2 : 1;

		if (screen->desk.scroll[pane] == 0 || place->rows == 0)
			continue;
		rows = pane_spec((enum pane)pane)->rows(view, place->columns);
		if (screen->desk.scroll[pane] + seen > rows)
			screen->desk.scroll[pane] = rows > seen ? rows - seen : 0;
	}
}

static void compose_view(struct screen *screen, struct canvas *canvas, const struct view *view)
{
	layout_init(&screen->layout, screen->rows, screen->columns, view, &screen->desk);
	bound_scrolls(screen, view);
	canvas_init(canvas, screen->rows, screen->columns, safe_charset() == SHOW_UTF8);
	compose(canvas, view, &screen->desk, &screen->layout);
}

/* ---- ncurses ---- */

static attr_t attributes_of(const struct style_look *look)
{
	return (look->bold ? A_BOLD : 0) | (look->faint ? A_DIM : 0) | (look->reverse ? A_REVERSE : 0) |
	       (look->underline ? A_UNDERLINE : 0);
}

static bool wants_colours(void)
{
	const char *no_color = getenv("NO_COLOR");

	return (no_color == NULL || no_color[0] == '\0') && has_colors();
}

static void set_colours(struct screen *screen)
{
	bool colours = wants_colours() && start_color() == OK;
	short background = colours && use_default_colors() == OK ? -1 : COLOR_BLACK;

	for (int style = 0; style < STYLE_COUNT; style++) {
		const struct style_look *look = style_look((enum style)style);
		int colour = colours && COLORS >= 256 ? look->colour_256 : look->colour;

		screen->attributes[style] = attributes_of(look);
		if (!colours || colour < 0 || style + 1 >= COLOR_PAIRS)
			continue;
		screen->pairs[style] = (short)(style + 1);
		init_pair(screen->pairs[style], (short)colour, background);
		/* With a colour of its own it need not be faint too. */
		screen->attributes[style] &= ~A_DIM;
	}
}

static bool has_capability(const char *name)
{
	const char *value = tigetstr(name);

	return value != NULL && value != (const char *)-1;
}

/* ncurses takes the signals for itself that nobody handles yet; they are the loop's. Which size it takes the terminal
 * for does not matter: resize() follows. */
static SCREEN *start_curses(FILE *written, FILE *nothing)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGTSTP, SIGWINCH };
	struct sigaction before[COUNT_OF(signals)];
	SCREEN *curses;

	for (size_t i = 0; i < COUNT_OF(signals); i++)
		sigaction(signals[i], NULL, &before[i]);
	curses = newterm(NULL, written, nothing);
	for (size_t i = 0; i < COUNT_OF(signals); i++)
		sigaction(signals[i], &before[i], NULL);
	return curses;
}

static bool open_curses(struct screen *screen)
{
	int fd = memfd_create("screen", MFD_CLOEXEC);

	screen->written = fd < 0 ? NULL : fdopen(fd, "w+");
	screen->nothing = fopen("/dev/null", "re");
	if (screen->written == NULL || screen->nothing == NULL)
		return false;
	screen->curses = start_curses(screen->written, screen->nothing);
	if (screen->curses == NULL || !has_capability("cup") || !has_capability("clear"))
		return false;
	typeahead(-1);
	leaveok(stdscr, FALSE);
	set_colours(screen);
	return true;
}

/* What ncurses has written since the last time. */
static void take_written(struct screen *screen, struct text *bytes)
{
	int fd = fileno(screen->written);
	char piece[4096];
	off_t at = 0;
	ssize_t got;

	while ((got = pread(fd, piece, sizeof(piece), at)) > 0) {
		text_add_bytes(bytes, piece, (size_t)got);
		at += got;
	}
	if (ftruncate(fd, 0) != 0 || lseek(fd, 0, SEEK_SET) != 0)
		die("the file in memory for the screen");
}

static void set_cell(const struct screen *screen, cchar_t *out, const struct canvas_cell *cell)
{
	wchar_t characters[CANVAS_MARKS + 2] = { (wchar_t)cell->base };

	for (size_t i = 0; i < CANVAS_MARKS && cell->marks[i] != 0; i++)
		characters[i + 1] = (wchar_t)cell->marks[i];
	setcchar(out, characters, screen->attributes[cell->style], screen->pairs[cell->style], NULL);
}

static void put_canvas(const struct screen *screen, const struct canvas *canvas)
{
	cchar_t *row = xcalloc(canvas->columns + 1, sizeof(*row));

	for (size_t i = 0; i < canvas->rows; i++) {
		int count = 0;

		for (size_t j = 0; j < canvas->columns; j++)
			if (canvas->cells[i * canvas->columns + j].base != 0)
				set_cell(screen, &row[count++], &canvas->cells[i * canvas->columns + j]);
		mvadd_wchnstr((int)i, 0, row, count);
	}
	free(row);
}

static void show(struct screen *screen, const struct canvas *canvas, bool cursor)
{
	if (screen->all)
		clearok(curscr, TRUE);
	screen->all = false;
	put_canvas(screen, canvas);
	move((int)canvas->cursor_row, (int)canvas->cursor_column);
	if (screen->cursor != (int)cursor)
		curs_set(cursor);
	screen->cursor = cursor;
	refresh();
	screen->entered = true;
}

/* ---- as the prompt's painter ---- */

static void set_later(struct screen *screen, double seconds)
{
	struct timeval time = { .tv_sec = (time_t)seconds };

	time.tv_usec = (suseconds_t)((seconds - (double)time.tv_sec) * 1e6);
	event_add(screen->later, &time);
}

static void on_later(evutil_socket_t fd, short what, void *context)
{
	struct screen *screen = context;

	(void)fd;
	(void)what;
	screen->dirty = true;
}

static void on_print(void *owner, const char *text)
{
	struct screen *screen = owner;

	transcript_add(&screen->transcript, text);
	screen->dirty = true;
}

static void on_begin(void *owner)
{
	struct screen *screen = owner;

	transcript_begin(&screen->transcript);
	screen->desk.scroll[PANE_transcript] = 0;
	if (screen->desk.wish[PANE_help] == DESK_OPEN)
		screen->desk.wish[PANE_help] = DESK_CLOSED;
	screen->dirty = true;
}

static bool wants(void *owner)
{
	struct screen *screen = owner;
	long long since = milliseconds_now() - screen->painted_at;

	if (screen->dirty || screen->all)
		return true;
	if (screen->painted == screen->session->world.revision)
		return false;
	if (since >= PAINT_EVERY)
		return true;
	set_later(screen, (double)(PAINT_EVERY - since) / 1000);
	return false;
}

static void note_line(struct screen *screen, const struct prompt_line *line)
{
	free(screen->prompt);
	free(screen->line);
	screen->prompt = xstrdup(line->prompt);
	screen->line = xstrdup(line->line);
	screen->point = line->point;
}

static void plan(struct screen *screen, const struct view *view)
{
	double next = view_next_change(view);

	if (next < 0)
		event_del(screen->later);
	else
		set_later(screen, next > view->now ? next - view->now + 0.001 : 0.001);
}

static void paint(void *owner, const struct prompt_line *line, struct text *bytes)
{
	struct screen *screen = owner;
	struct canvas canvas;
	struct view view;

	note_line(screen, line);
	view = view_of(screen);
	view.busy = line->busy;
	compose_view(screen, &canvas, &view);
	show(screen, &canvas, !line->busy);
	canvas_release(&canvas);
	take_written(screen, bytes);
	screen->dirty = false;
	screen->painted = screen->session->world.revision;
	screen->painted_at = milliseconds_now();
	plan(screen, &view);
}

static void resize(void *owner, size_t columns, size_t rows)
{
	struct screen *screen = owner;

	screen->columns = columns;
	screen->rows = rows;
	resize_term((int)rows, (int)columns);
	screen->all = true;
}

static void leave(void *owner, struct text *bytes)
{
	struct screen *screen = owner;

	if (!screen->entered)
		return;
	if (screen->cursor == 0)
		curs_set(1);
	screen->cursor = 1;
	endwin();
	take_written(screen, bytes);
	screen->entered = false;
	screen->all = true;
}

/* ---- keys ---- */

static void toggle(struct screen *screen, enum pane pane)
{
	bool shown = layout_shows(&screen->layout, pane);

	desk_toggle(&screen->desk, pane, shown);
	/* The figure needs all the room of a small screen. */
	screen->desk.zoomed = !shown && pane == PANE_diagram && screen->columns < LAYOUT_WIDE;
}

static void focus_next(struct screen *screen)
{
	bool shown[PANE_COUNT];

	for (int pane = 0; pane < PANE_COUNT; pane++)
		shown[pane] = layout_shows(&screen->layout, (enum pane)pane);
	desk_focus_next(&screen->desk, shown);
}

static const char *act(void *owner, enum action action)
{
	struct screen *screen = owner;
	const char *wire = screen->session->world.wire;

	screen->dirty = true;
	switch (action) {
	case ACTION_help:
		toggle(screen, PANE_help);
		break;
	case ACTION_panes:
		focus_next(screen);
		break;
	case ACTION_diagram:
		toggle(screen, PANE_diagram);
		break;
	case ACTION_zoom:
		screen->desk.zoomed = !screen->desk.zoomed;
		break;
	case ACTION_ports:
		toggle(screen, PANE_ports);
		break;
	case ACTION_info:
		toggle(screen, PANE_info);
		break;
	case ACTION_bytes:
		toggle(screen, PANE_bytes);
		break;
	case ACTION_wire:
		toggle(screen, PANE_wire);
		break;
	case ACTION_page_up:
		desk_scroll(&screen->desk, PAGE);
		break;
	case ACTION_page_down:
		desk_scroll(&screen->desk, -PAGE);
		break;
	case ACTION_line_up:
		desk_scroll(&screen->desk, 1);
		break;
	case ACTION_line_down:
		desk_scroll(&screen->desk, -1);
		break;
	case ACTION_step:
		return "step";
	case ACTION_drop:
		return "drop";
	case ACTION_duplicate:
		return "duplicate";
	case ACTION_hold:
		return wire != NULL && string_is(wire, "hold") ? "wire flow" : "wire hold";
	case ACTION_COUNT:
		break;
	}
	return NULL;
}

static const struct prompt_painter painter = {
	.print = on_print,
	.begin = on_begin,
	.wants = wants,
	.paint = paint,
	.resize = resize,
	.leave = leave,
	.act = act,
};

/* ---- ---- */

static void close_curses(struct screen *screen)
{
	if (screen->curses != NULL)
		delscreen(screen->curses);
	if (screen->written != NULL)
		fclose(screen->written);
	if (screen->nothing != NULL)
		fclose(screen->nothing);
}

struct screen *screen_new(struct event_base *base, const struct session *session)
{
	struct screen *screen = xcalloc(1, sizeof(*screen));

	screen->session = session;
	screen->cursor = 1;
	if (!open_curses(screen)) {
		close_curses(screen);
		free(screen);
		return NULL;
	}
	ladder_init(&screen->ladder, NULL, NULL);
	changes_init(&screen->changes);
	transcript_init(&screen->transcript);
	desk_init(&screen->desk);
	screen->prompt = xstrdup("");
	screen->line = xstrdup("");
	screen->dirty = true;
	screen->later = event_new(base, -1, 0, on_later, screen);
	if (screen->later == NULL)
		die("no event for the screen");
	prompt_set_painter(&painter, screen);
	return screen;
}

void screen_free(struct screen *screen)
{
	if (screen == NULL)
		return;
	close_curses(screen);
	event_free(screen->later);
	ladder_release(&screen->ladder);
	changes_release(&screen->changes);
	transcript_release(&screen->transcript);
	free(screen->line);
	free(screen->prompt);
	free(screen);
}

size_t screen_columns(const struct screen *screen)
{
	size_t columns = screen->layout.panes[PANE_transcript].columns;

	return columns > 0 ? columns : screen->columns;
}

bool screen_save(struct screen *screen, const char *path, struct text *message)
{
	struct view view = view_of(screen);
	struct canvas canvas;
	bool ok;

	compose_view(screen, &canvas, &view);
	ok = snapshot_write(&canvas, path, message);
	canvas_release(&canvas);
	return ok;
}
