/*
 * A line of the ladder under construction: a character for each column, in UTF-8 or in ASCII alone. It owns nothing.
 */
#ifndef SOCKSTEP_WORLD_SKETCH_H
#define SOCKSTEP_WORLD_SKETCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

enum { SKETCH_WIDTH_MOST = 500 };

enum sketch_mark {
	SKETCH_LINE, SKETCH_DASH, SKETCH_START, SKETCH_END, SKETCH_CROSS, SKETCH_RIGHT, SKETCH_LEFT, SKETCH_LOST,
	SKETCH_MARK_COUNT,
};

struct sketch {
	size_t width;
	bool utf8;
	const char *const *marks;
	struct sketch_cell {
		char bytes[5]; /* UTF-8 */
	} cells[SKETCH_WIDTH_MOST];
};

/* Blank; `width` is at most SKETCH_WIDTH_MOST. */
void sketch_init(struct sketch *sketch, size_t width, bool utf8);
/* Puts a text into the columns from `at` up to, not including, `end`. */
void sketch_put(struct sketch *sketch, size_t at, size_t end, const char *text);
/* The same, so that it ends before the column `end`, and not before `at`. */
void sketch_put_ending(struct sketch *sketch, size_t at, size_t end, const char *text);
void sketch_put_mark(struct sketch *sketch, size_t at, enum sketch_mark mark);
bool sketch_is_blank(const struct sketch *sketch, size_t at);
/* Adds the line, without the blanks at its end. */
void sketch_write(const struct sketch *sketch, struct text *out);

/* How many columns a text takes: each of its characters has one. */
size_t sketch_columns(const char *text);
/* Cuts a text to so many columns, the last of which says so. */
void sketch_cut(struct text *text, size_t room);

#endif
