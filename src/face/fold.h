/*
 * A line that is wider than what it is shown in, row by row. Nothing is owned: the rows are parts of the line.
 *
 * Colours of ECMA-48 (SGR), as plain.h adds them, take no cell.
 */
#ifndef SOCKSTEP_FACE_FOLD_H
#define SOCKSTEP_FACE_FOLD_H

#include <stdbool.h>
#include <stddef.h>

struct fold {
	const char *rest;        /* of the line */
	size_t columns, indent;  /* of a row; before each but the first */
	const char *exact_until; /* so far wherever a row ends; NULL: at spaces only */
	bool begun;
};

struct fold_row {
	const char *text;
	size_t len, indent;
};

/* At its spaces; a word that is wider than a row goes on wherever that ends. */
void fold_init(struct fold *fold, const char *line, size_t columns, size_t indent);
/* As what plain.h prints is folded. Of a call the exact text counts, and is copied: without an indent, all spaces kept,
 * its data wherever the row ends. */
void fold_init_printed(struct fold *fold, const char *line, size_t columns);
/* False: there is no further row. An empty line has one. */
bool fold_next(struct fold *fold, struct fold_row *row);
/* How many rows fold_next() would give. */
size_t fold_count(struct fold fold);

#endif
