/*
 * A grid of cells, each a character with a style, into which the screen is composed. Pure: what a terminal, a file or
 * a test gets is written from it. The canvas owns its cells.
 *
 * Every text that is put into it goes through base/show.h here, whatever was done with it before; so no cell ever
 * holds a character that would steer a terminal.
 */
#ifndef SOCKSTEP_FACE_CANVAS_H
#define SOCKSTEP_FACE_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/* What a cell means; how it looks stands in one table. */
enum style {
	STYLE_PLAIN,
	STYLE_FAINT,
	STYLE_BORDER,
	STYLE_FOCUS,   /* the border of the pane that scrolls */
	STYLE_TITLE,
	STYLE_HEADING,
	STYLE_CHANGED, /* since the last call */
	STYLE_BLOCKED,
	STYLE_FAILED,
	STYLE_HELD,    /* on the wire */
	STYLE_KEY,
	STYLE_STATUS,
	STYLE_PROMPT,
	STYLE_CHOSEN,  /* a row that a person has chosen */
	STYLE_MATCH,   /* what was searched for */
	STYLE_PAST,    /* the first row, while it is not now that is shown */
	STYLE_CLIENT,  /* the first of CLIENT_STYLES: whose connection it is (face/client_style.h) */
	STYLE_CLIENT_LAST = STYLE_CLIENT + 5,
	STYLE_COUNT,
};

struct style_look {
	bool bold, faint, reverse, underline;
	int colour;      /* of 8, on a dark background (face/colour.h); -1: the terminal's own */
	int colour_256;  /* readable on a light and on a dark background; -1: none */
	const char *rgb; /* in a picture, on a dark background */
};

enum { CLIENT_STYLES = STYLE_CLIENT_LAST - STYLE_CLIENT + 1 };

/* Signs, of which each has a form in ASCII. */
enum glyph {
	GLYPH_HORIZONTAL, GLYPH_VERTICAL, GLYPH_TOP_LEFT, GLYPH_TOP_RIGHT, GLYPH_BOTTOM_LEFT, GLYPH_BOTTOM_RIGHT,
	GLYPH_CHANGED, GLYPH_DOT, GLYPH_CUT, GLYPH_UP, GLYPH_DOWN, GLYPH_NEWLINE, GLYPH_CORNER, GLYPH_ARROW,
	GLYPH_COUNT,
};

enum { CANVAS_MARKS = 2 };

struct canvas_cell {
	uint32_t base;                /* code point; 0: the second half of a wide character */
	uint32_t marks[CANVAS_MARKS]; /* combining ones; 0: none */
	uint8_t style;
};

struct canvas {
	size_t rows, columns;
	bool utf8;
	struct canvas_cell *cells; /* (owned) row by row */
	size_t cursor_row, cursor_column;
};

/* A rectangle of a canvas: what is put into it is clipped by it. */
struct area {
	struct canvas *canvas;
	size_t row, column, rows, columns;
};

struct spot {
	size_t row, column;
	enum style style;
};

/* All blank. */
void canvas_init(struct canvas *canvas, size_t rows, size_t columns, bool utf8);
void canvas_release(struct canvas *canvas);

const struct style_look *style_look(enum style style);
/* A string of one cell. */
const char *canvas_glyph(const struct canvas *canvas, enum glyph glyph);
/* The cells that a text takes. */
size_t canvas_width_of(const struct canvas *canvas, const char *text);

struct area canvas_area(struct canvas *canvas);
/* A part of an area, in its coordinates, clipped to it. */
struct area area_part(const struct area *area, size_t row, size_t column, size_t rows, size_t columns);
/* Puts text at a place of the area; what does not fit is cut. The column behind it, as if nothing had been cut. */
size_t area_put(const struct area *area, size_t row, size_t column, enum style style, const char *text);
size_t area_putf(const struct area *area, struct spot spot, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The same, cut with a sign so that it takes at most `columns`. */
size_t area_put_cut(const struct area *area, size_t row, size_t column, enum style style, const char *text);
/* So that it ends at the area's right edge; nothing if it does not fit behind column `least`. */
void area_put_right(const struct area *area, size_t row, size_t least, enum style style, const char *text);
/* Gives the cells of a row that style. */
void area_tint(const struct area *area, size_t row, enum style style);
/* The same for some cells of it. */
void area_tint_part(const struct area *area, size_t row, size_t column, size_t columns, enum style style);
/* A frame with a title; the area inside it. Of less than two rows or columns nothing remains. */
struct area area_box(const struct area *area, enum style style, const char *title);
/* The same with a line above and below only: what is inside has the whole width. */
struct area area_band(const struct area *area, enum style style, const char *title);

/* Each row a line, without the blanks at its end. */
void canvas_plain(const struct canvas *canvas, struct text *out);
/* The same with colours, as ECMA-48's SGR. */
void canvas_ansi(const struct canvas *canvas, struct text *out);
/* A picture. */
void canvas_svg(const struct canvas *canvas, struct text *out);
/* Adds a cell's characters as UTF-8. */
void canvas_cell_add(struct text *out, const struct canvas_cell *cell);

#endif
