#include "face/canvas.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/mem.h"
#include "face/safe.h"

static const struct style_look looks[STYLE_COUNT] = {
	[STYLE_PLAIN] = { .colour = -1, .colour_256 = -1, .rgb = "#d8d8d8" },
	[STYLE_FAINT] = { .faint = true, .colour = -1, .colour_256 = 243, .rgb = "#8a8a8a" },
	[STYLE_BORDER] = { .colour = -1, .colour_256 = 243, .rgb = "#6c6c6c" },
	[STYLE_FOCUS] = { .bold = true, .colour = 6, .colour_256 = 31, .rgb = "#5fafd7" },
	[STYLE_TITLE] = { .bold = true, .colour = 6, .colour_256 = 31, .rgb = "#5fafd7" },
	[STYLE_HEADING] = { .underline = true, .colour = -1, .colour_256 = 243, .rgb = "#9e9e9e" },
	[STYLE_CHANGED] = { .bold = true, .colour = 2, .colour_256 = 28, .rgb = "#5fd75f" },
	[STYLE_BLOCKED] = { .colour = 5, .colour_256 = 133, .rgb = "#d787d7" },
	[STYLE_FAILED] = { .bold = true, .colour = 1, .colour_256 = 161, .rgb = "#ff8787" },
	[STYLE_HELD] = { .bold = true, .colour = 5, .colour_256 = 130, .rgb = "#ffaf5f" },
	[STYLE_KEY] = { .bold = true, .colour = -1, .colour_256 = -1, .rgb = "#ffffff" },
	[STYLE_STATUS] = { .reverse = true, .colour = -1, .colour_256 = -1, .rgb = "#ffffff" },
	[STYLE_PROMPT] = { .bold = true, .colour = -1, .colour_256 = -1, .rgb = "#ffffff" },
	[STYLE_CHOSEN] = { .reverse = true, .colour = 6, .colour_256 = 31, .rgb = "#5fafd7" },
	[STYLE_MATCH] = { .bold = true, .reverse = true, .colour = 3, .colour_256 = 130, .rgb = "#ffd75f" },
	[STYLE_PAST] = { .bold = true, .reverse = true, .colour = 5, .colour_256 = 133, .rgb = "#d787d7" },
	/* Of the 8 those that are no failure; of the 256 six that no other style has. */
	[STYLE_CLIENT] = { .colour = 6, .colour_256 = 30, .rgb = "#5fd7d7" },
	[STYLE_CLIENT + 1] = { .colour = 5, .colour_256 = 132, .rgb = "#d787af" },
	[STYLE_CLIENT + 2] = { .colour = 2, .colour_256 = 64, .rgb = "#87d75f" },
	[STYLE_CLIENT + 3] = { .colour = 6, .colour_256 = 62, .rgb = "#87afff" },
	[STYLE_CLIENT + 4] = { .colour = 5, .colour_256 = 97, .rgb = "#af87d7" },
	[STYLE_CLIENT_LAST] = { .colour = 2, .colour_256 = 131, .rgb = "#d7af87" },
};

static const struct {
	const char *utf8, *ascii;
} glyphs[GLYPH_COUNT] = {
	[GLYPH_HORIZONTAL] = { "─", "-" }, [GLYPH_VERTICAL] = { "│", "|" },
	[GLYPH_TOP_LEFT] = { "┌", "+" }, [GLYPH_TOP_RIGHT] = { "┐", "+" },
	[GLYPH_BOTTOM_LEFT] = { "└", "+" }, [GLYPH_BOTTOM_RIGHT] = { "┘", "+" },
	[GLYPH_CHANGED] = { "◀", "<" }, [GLYPH_DOT] = { "·", "-" }, [GLYPH_CUT] = { "…", "~" },
	[GLYPH_UP] = { "↑", "^" }, [GLYPH_DOWN] = { "↓", "v" }, [GLYPH_NEWLINE] = { "↵", "$" },
	[GLYPH_CORNER] = { "└", "`" }, [GLYPH_ARROW] = { "→", ">" },
};

static const struct canvas_cell blank = { .base = ' ' };

void canvas_init(struct canvas *canvas, size_t rows, size_t columns, bool utf8)
{
	*canvas = (struct canvas){ .rows = rows, .columns = columns, .utf8 = utf8 };
	canvas->cells = xcalloc(rows * columns + 1, sizeof(*canvas->cells));
	for (size_t i = 0; i < rows * columns; i++)
		canvas->cells[i] = blank;
}

void canvas_release(struct canvas *canvas)
{
	free(canvas->cells);
	canvas->cells = NULL;
}

const struct style_look *style_look(enum style style)
{
	return &looks[style];
}

const char *canvas_glyph(const struct canvas *canvas, enum glyph glyph)
{
	return canvas->utf8 ? glyphs[glyph].utf8 : glyphs[glyph].ascii;
}

/* ---- characters ---- */

/* Of valid UTF-8 (base/show.h): the code point, and `*text` goes behind it. */
static uint32_t next_character(const char **text)
{
	const unsigned char *bytes = (const unsigned char *)*text;
	size_t len = bytes[0] < 0x80 ? 1 : bytes[0] < 0xe0 ? 2 : bytes[0] < 0xf0 ? 3 : 4;
	uint32_t code = len == 1 ? bytes[0] : bytes[0] & (0x7fU >> len);

	for (size_t i = 1; i < len; i++)
		code = code << 6 | (bytes[i] & 0x3fU);
	*text += len;
	return code;
}

static size_t width_of(uint32_t code)
{
	int width = code < 0x80 ? 1 : wcwidth((wchar_t)code);

	return width < 0 ? 1 : (size_t)width;
}

static void add_shown(struct text *out, const struct canvas *canvas, const char *text)
{
	safe_add(out, text, strlen(text), canvas->utf8 ? SHOW_UTF8 : SHOW_ASCII, SAFE_NEWLINES_SHOWN);
}

size_t canvas_width_of(const struct canvas *canvas, const char *text)
{
	struct text shown;
	size_t width = 0;

	text_init(&shown);
	add_shown(&shown, canvas, text);
	for (const char *at = shown.data; *at != '\0';)
		width += width_of(next_character(&at));
	text_release(&shown);
	return width;
}

/* ---- areas ---- */

struct area canvas_area(struct canvas *canvas)
{
	return (struct area){ .canvas = canvas, .rows = canvas->rows, .columns = canvas->columns };
}

struct area area_part(const struct area *area, size_t row, size_t column, size_t rows, size_t columns)
{
	struct area part = *area;

	row = row < area->rows ? row : area->rows;
	column = column < area->columns ? column : area->columns;
	part.row += row;
	part.column += column;
	part.rows = rows < area->rows - row ? rows : area->rows - row;
	part.columns = columns < area->columns - column ? columns : area->columns - column;
	return part;
}

static struct canvas_cell *cell_at(const struct area *area, size_t row, size_t column)
{
	return &area->canvas->cells[(area->row + row) * area->canvas->columns + area->column + column];
}

/* Half of a wide character does not remain where the other half is written over. */
static void clear_cell(const struct area *area, size_t row, size_t column)
{
	struct canvas_cell *cell = cell_at(area, row, column);
	size_t at = area->column + column;

	if (cell->base == 0 && at > 0)
		cell[-1] = blank;
	if (at + 1 < area->canvas->columns && cell[1].base == 0)
		cell[1] = blank;
	*cell = blank;
}

static void add_mark(const struct area *area, size_t row, size_t column, uint32_t code)
{
	struct canvas_cell *cell;

	if (column == 0 || column > area->columns)
		return;
	cell = cell_at(area, row, column - 1);
	if (cell->base == 0 && column > 1)
		cell--;
	for (size_t i = 0; i < CANVAS_MARKS; i++)
		if (cell->marks[i] == 0) {
			cell->marks[i] = code;
			return;
		}
}

static void put_character(const struct area *area, size_t row, size_t column, enum style style, uint32_t code)
{
	size_t width = width_of(code);

	if (width == 0) {
		add_mark(area, row, column, code);
		return;
	}
	if (column + width > area->columns)
		return;
	for (size_t i = 0; i < width; i++)
		clear_cell(area, row, column + i);
	*cell_at(area, row, column) = (struct canvas_cell){ .base = code, .style = (uint8_t)style };
	if (width == 2)
		*cell_at(area, row, column + 1) = (struct canvas_cell){ .style = (uint8_t)style };
}

static size_t put_shown(const struct area *area, size_t row, size_t column, enum style style, const char *shown)
{
	while (*shown != '\0') {
		uint32_t code = next_character(&shown);

		if (row < area->rows)
			put_character(area, row, column, style, code);
		column += width_of(code);
	}
	return column;
}

size_t area_put(const struct area *area, size_t row, size_t column, enum style style, const char *text)
{
	struct text shown;

	text_init(&shown);
	add_shown(&shown, area->canvas, text);
	column = put_shown(area, row, column, style, shown.data);
	text_release(&shown);
	return column;
}

size_t area_putf(const struct area *area, struct spot spot, const char *format, ...)
{
	struct text text;
	va_list args;
	size_t column;

	text_init(&text);
	va_start(args, format);
	text_addv(&text, format, args);
	va_end(args);
	column = area_put(area, spot.row, spot.column, spot.style, text.data);
	text_release(&text);
	return column;
}

size_t area_put_cut(const struct area *area, size_t row, size_t column, enum style style, const char *text)
{
	size_t end = area_put(area, row, column, style, text);

	if (end <= area->columns || area->columns == 0)
		return end;
	area_put(area, row, area->columns - 1, style, canvas_glyph(area->canvas, GLYPH_CUT));
	return area->columns;
}

void area_put_right(const struct area *area, size_t row, size_t least, enum style style, const char *text)
{
	size_t width = canvas_width_of(area->canvas, text);

	if (width <= area->columns && area->columns - width >= least)
		area_put(area, row, area->columns - width, style, text);
}

void area_tint(const struct area *area, size_t row, enum style style)
{
	for (size_t column = 0; row < area->rows && column < area->columns; column++)
		cell_at(area, row, column)->style = (uint8_t)style;
}

void area_tint_part(const struct area *area, size_t row, size_t column, size_t columns, enum style style)
{
	struct area part = area_part(area, row, column, 1, columns);

	area_tint(&part, 0, style);
}

static void put_line(const struct area *area, size_t row, enum style style, enum glyph left, enum glyph right)
{
	for (size_t column = 1; column + 1 < area->columns; column++)
		area_put(area, row, column, style, canvas_glyph(area->canvas, GLYPH_HORIZONTAL));
	area_put(area, row, 0, style, canvas_glyph(area->canvas, left));
	area_put(area, row, area->columns - 1, style, canvas_glyph(area->canvas, right));
}

static void put_title(const struct area *area, enum style style, const char *title)
{
	struct area head = area_part(area, 0, 1, 1, area->columns > 2 ? area->columns - 2 : 0);
	size_t column;

	if (title == NULL || title[0] == '\0' || area->columns <= 4)
		return;
	column = area_put(&head, 0, 0, style, " ");
	column = area_put_cut(&head, 0, column, STYLE_TITLE, title);
	area_put(&head, 0, column, style, " ");
}

struct area area_box(const struct area *area, enum style style, const char *title)
{
	if (area->rows < 2 || area->columns < 2)
		return area_part(area, 0, 0, 0, 0);
	put_line(area, 0, style, GLYPH_TOP_LEFT, GLYPH_TOP_RIGHT);
	for (size_t row = 1; row + 1 < area->rows; row++) {
		area_put(area, row, 0, style, canvas_glyph(area->canvas, GLYPH_VERTICAL));
		area_put(area, row, area->columns - 1, style, canvas_glyph(area->canvas, GLYPH_VERTICAL));
	}
	put_line(area, area->rows - 1, style, GLYPH_BOTTOM_LEFT, GLYPH_BOTTOM_RIGHT);
	put_title(area, style, title);
	return area_part(area, 1, 1, area->rows - 2, area->columns - 2);
}

struct area area_band(const struct area *area, enum style style, const char *title)
{
	if (area->rows < 2 || area->columns < 2)
		return area_part(area, 0, 0, 0, 0);
	put_line(area, 0, style, GLYPH_HORIZONTAL, GLYPH_HORIZONTAL);
	put_line(area, area->rows - 1, style, GLYPH_HORIZONTAL, GLYPH_HORIZONTAL);
	put_title(area, style, title);
	return area_part(area, 1, 0, area->rows - 2, area->columns);
}

/* ---- written out ---- */

void canvas_cell_add(struct text *out, const struct canvas_cell *cell)
{
	if (cell->base == 0)
		return;
	text_add_code(out, cell->base);
	for (size_t i = 0; i < CANVAS_MARKS && cell->marks[i] != 0; i++)
		text_add_code(out, cell->marks[i]);
}

static bool is_blank(const struct canvas_cell *cell)
{
	return cell->base == ' ' && cell->marks[0] == 0 && !looks[cell->style].reverse;
}

static size_t used_of(const struct canvas *canvas, size_t row)
{
	size_t used = canvas->columns;

	while (used > 0 && is_blank(&canvas->cells[row * canvas->columns + used - 1]))
		used--;
	return used;
}

/* Blanks at a line's end are none, whatever their style. */
static size_t seen_of(const struct canvas *canvas, size_t row)
{
	size_t used = used_of(canvas, row);

	while (used > 0 && canvas->cells[row * canvas->columns + used - 1].base == ' ')
		used--;
	return used;
}

void canvas_plain(const struct canvas *canvas, struct text *out)
{
	for (size_t row = 0; row < canvas->rows; row++) {
		for (size_t column = 0; column < seen_of(canvas, row); column++)
			canvas_cell_add(out, &canvas->cells[row * canvas->columns + column]);
		text_add_char(out, '\n');
	}
}

static void add_style(struct text *out, const struct style_look *look)
{
	text_add(out, "\033[0");
	text_add(out, look->bold ? ";1" : "");
	text_add(out, look->faint && look->colour_256 < 0 ? ";2" : "");
	text_add(out, look->underline ? ";4" : "");
	text_add(out, look->reverse ? ";7" : "");
	if (look->colour_256 >= 0)
		text_addf(out, ";38;5;%d", look->colour_256);
	text_add(out, "m");
}

void canvas_ansi(const struct canvas *canvas, struct text *out)
{
	for (size_t row = 0; row < canvas->rows; row++) {
		int style = STYLE_PLAIN;

		for (size_t column = 0; column < used_of(canvas, row); column++) {
			const struct canvas_cell *cell = &canvas->cells[row * canvas->columns + column];

			if (cell->style != style)
				add_style(out, &looks[cell->style]);
			style = cell->style;
			canvas_cell_add(out, cell);
		}
		text_add(out, style == STYLE_PLAIN ? "\n" : "\033[0m\n");
	}
}

/* In a picture a cell is so large. */
enum { SVG_WIDTH = 9, SVG_HEIGHT = 18, SVG_BASELINE = 14, SVG_MARGIN = 8 };

static void add_escaped(struct text *out, const struct canvas_cell *cell)
{
	switch (cell->base) {
	case '<':
		text_add(out, "&lt;");
		break;
	case '>':
		text_add(out, "&gt;");
		break;
	case '&':
		text_add(out, "&amp;");
		break;
	case ' ':
		text_add(out, "\xc2\xa0");
		break;
	default:
		canvas_cell_add(out, cell);
	}
}

static void add_svg_background(struct text *out, const struct canvas *canvas, size_t row, size_t from, size_t to)
{
	(void)canvas;
	text_addf(out, "<rect x=\"%zu\" y=\"%zu\" width=\"%zu\" height=\"%d\" fill=\"#3a3a3a\"/>\n",
		  SVG_MARGIN + from * SVG_WIDTH, SVG_MARGIN + row * SVG_HEIGHT, (to - from) * SVG_WIDTH, SVG_HEIGHT);
}

/* Cells of one style, from column `from` to `to`, at exact places whatever the font. */
static void add_svg_run(struct text *out, const struct canvas *canvas, size_t row, size_t from, size_t to)
{
	const struct canvas_cell *cells = &canvas->cells[row * canvas->columns];
	const struct style_look *look = &looks[cells[from].style];

	if (look->reverse)
		add_svg_background(out, canvas, row, from, to);
	text_addf(out, "<text x=\"%zu\" y=\"%zu\" textLength=\"%zu\" fill=\"%s\"%s>", SVG_MARGIN + from * SVG_WIDTH,
		  SVG_MARGIN + row * SVG_HEIGHT + SVG_BASELINE, (to - from) * SVG_WIDTH, look->rgb,
		  look->bold ? " font-weight=\"bold\"" : "");
	for (size_t column = from; column < to; column++)
		add_escaped(out, &cells[column]);
	text_add(out, "</text>\n");
}

static void add_svg_row(struct text *out, const struct canvas *canvas, size_t row)
{
	const struct canvas_cell *cells = &canvas->cells[row * canvas->columns];
	size_t used = used_of(canvas, row), to;

	for (size_t from = 0; from < used; from = to) {
		bool only_blank = is_blank(&cells[from]);

		for (to = from + 1; to < used && cells[to].style == cells[from].style; to++)
			if (is_blank(&cells[to]) != only_blank)
				break;
		if (!only_blank)
			add_svg_run(out, canvas, row, from, to);
	}
}

void canvas_svg(const struct canvas *canvas, struct text *out)
{
	size_t width = canvas->columns * SVG_WIDTH + (size_t)2 * SVG_MARGIN;
	size_t height = canvas->rows * SVG_HEIGHT + (size_t)2 * SVG_MARGIN;

	text_addf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%zu\" height=\"%zu\" "
		       "viewBox=\"0 0 %zu %zu\">\n", width, height, width, height);
	text_addf(out, "<rect width=\"%zu\" height=\"%zu\" rx=\"6\" fill=\"#1c1c1c\"/>\n", width, height);
	text_add(out, "<g font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" font-size=\"15\">\n");
	for (size_t row = 0; row < canvas->rows; row++)
		add_svg_row(out, canvas, row);
	text_add(out, "</g>\n</svg>\n");
}
