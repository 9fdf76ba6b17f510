/*
 * A table as lines of text: columns as wide as what stands in them, headed, within a width. It owns its cells.
 *
 * A column in which no row has anything is left out. Where the lines would become too long the columns that may shrink
 * do so, the widest first; what then does not fit into its cell is never cut, the rest of its row goes on in the next
 * line under its own headings. The last column is folded at its spaces.
 */
#ifndef SOCKSTEP_SESSION_COLUMNS_H
#define SOCKSTEP_SESSION_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/* What fits the smallest screen that a lesson is shown on. */
enum { COLUMNS_WIDTH = 80 };

struct column {
	const char *heading;
	bool right;   /* its cells end at the same place: numbers */
	bool shrinks; /* it may be narrower than its widest cell */
};

struct columns {
	const struct column *columns; /* not owned */
	size_t count;
	char **cells; /* (owned) row by row */
	size_t cell_count, room;
	struct columns_layout *layout; /* (owned) of the part that was printed; NULL: none was */
};

void columns_init(struct columns *table, const struct column *columns, size_t count);
void columns_release(struct columns *table);
/* The next cell; NULL: nothing stands in it. Rows are filled from left to right, each to its end. */
void columns_add(struct columns *table, const char *cell);
void columns_addf(struct columns *table, const char *format, ...) __attribute__((format(printf, 2, 3)));
void columns_add_number(struct columns *table, int64_t number);
size_t columns_rows(const struct columns *table);
/* Adds the headings and the rows, each line with its newline, none with spaces at its end; nothing if there is no row.
 */
void columns_print(struct text *out, const struct columns *table, size_t width);
/* Of a table that comes in parts: adds the rows that there are, and forgets them. Where a cell is wider than those
 * before, the columns are laid out anew, and headed again. */
void columns_print_part(struct text *out, struct columns *table, size_t width);
/* The rows that were not printed yet are forgotten. */
void columns_clear(struct columns *table);

/* Adds `string` from column `begin` on, broken at its spaces so that no line is wider than `width`; further lines begin
 * with `begin` spaces. A word that is too long for any line, and what stands in `backquotes`, is not broken. No newline
 * follows. */
void columns_fold(struct text *out, const char *string, size_t begin, size_t width);

#endif
