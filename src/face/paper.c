#include "face/paper.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "face/colour.h"

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

static void set_colours(struct paper *paper)
{
	bool colours = wants_colours() && start_color() == OK;
	short background = colours && use_default_colors() == OK ? -1 : COLOR_BLACK;
	enum ground ground = colour_ground_here();

	for (int style = 0; style < STYLE_COUNT; style++) {
		const struct style_look *look = style_look((enum style)style);
		int colour = colours ? colour_of(look, COLORS, ground) : -1;

		paper->attributes[style] = attributes_of(look);
		if (colour < 0 || style + 1 >= COLOR_PAIRS)
			continue;
		paper->pairs[style] = (short)(style + 1);
		init_pair(paper->pairs[style], (short)colour, background);
		/* With a colour of its own it need not be faint too. */
		paper->attributes[style] &= ~A_DIM;
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

bool paper_open(struct paper *paper)
{
	int fd = memfd_create("screen", MFD_CLOEXEC);

	paper->written = fd < 0 ? NULL : fdopen(fd, "w+");
	paper->nothing = fopen("/dev/null", "re");
	if (paper->written == NULL || paper->nothing == NULL)
		return false;
	paper->cursor = 1;
	paper->curses = start_curses(paper->written, paper->nothing);
	if (paper->curses == NULL || !has_capability("cup") || !has_capability("clear"))
		return false;
	typeahead(-1);
	leaveok(stdscr, FALSE);
	set_colours(paper);
	return true;
}

/* What ncurses has written since the last time. */
void paper_take(struct paper *paper, struct text *bytes)
{
	int fd = fileno(paper->written);
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

static void set_cell(const struct paper *paper, cchar_t *out, const struct canvas_cell *cell)
{
	wchar_t characters[CANVAS_MARKS + 2] = { (wchar_t)cell->base };

	for (size_t i = 0; i < CANVAS_MARKS && cell->marks[i] != 0; i++)
		characters[i + 1] = (wchar_t)cell->marks[i];
	setcchar(out, characters, paper->attributes[cell->style], paper->pairs[cell->style], NULL);
}

static void put_canvas(const struct paper *paper, const struct canvas *canvas)
{
	cchar_t *row = xcalloc(canvas->columns + 1, sizeof(*row));

	for (size_t i = 0; i < canvas->rows; i++) {
		int count = 0;

		for (size_t j = 0; j < canvas->columns; j++)
			if (canvas->cells[i * canvas->columns + j].base != 0)
				set_cell(paper, &row[count++], &canvas->cells[i * canvas->columns + j]);
		mvadd_wchnstr((int)i, 0, row, count);
	}
	free(row);
}

void paper_show(struct paper *paper, const struct canvas *canvas, bool cursor)
{
	if (paper->all)
		clearok(curscr, TRUE);
	paper->all = false;
	put_canvas(paper, canvas);
	move((int)canvas->cursor_row, (int)canvas->cursor_column);
	if (paper->cursor != (int)cursor)
		curs_set(cursor);
	paper->cursor = cursor;
	refresh();
	paper->entered = true;
}

void paper_resize(struct paper *paper, size_t columns, size_t rows)
{
	resize_term((int)rows, (int)columns);
	paper->all = true;
}

void paper_leave(struct paper *paper, struct text *bytes)
{
	if (!paper->entered)
		return;
	if (paper->cursor == 0)
		curs_set(1);
	paper->cursor = 1;
	endwin();
	paper_take(paper, bytes);
	paper->entered = false;
	paper->all = true;
}

void paper_close(struct paper *paper)
{
	if (paper->curses != NULL)
		delscreen(paper->curses);
	if (paper->written != NULL)
		fclose(paper->written);
	if (paper->nothing != NULL)
		fclose(paper->nothing);
}
