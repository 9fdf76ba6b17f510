/*
 * How many cells of a terminal a text takes. The widths are the C library's (wcwidth(3)), as they are readline's: what
 * is asked here is where readline has put its cursor.
 */
#ifndef SOCKSTEP_FACE_CELLS_H
#define SOCKSTEP_FACE_CELLS_H

#include <stddef.h>

struct cell_step {
	size_t len;   /* bytes of the character, at least 1 */
	size_t cells; /* as readline draws it: ^X takes two */
};

/* The first character of `len` bytes, of which there is at least one. */
struct cell_step cells_of_first(const char *text, size_t len);
/* Of all `len` bytes, which hold no newline. */
size_t cells_of(const char *text, size_t len);
/* The length in bytes of the longest beginning that takes at most `cells`. */
size_t cells_cut(const char *text, size_t len, size_t cells);
/* In how many rows above the cursor lies the beginning of `len` bytes drawn from column `*column` on, in a terminal of
 * `width` columns that wraps? `*column` becomes the cursor's. A newline begins a row. Without a width there is one
 * row. */
size_t cells_rows(const char *text, size_t len, size_t width, size_t *column);

#endif
