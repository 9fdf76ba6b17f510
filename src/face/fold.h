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
	const char *rest;       /* of the line */
	size_t columns, indent; /* of a row; before each but the first */
	bool anywhere;          /* not at spaces */
	bool begun;
};

struct fold_row {
	const char *text;
	size_t len, indent;
};

/* At its spaces; a word that is wider than a row goes on wherever that ends. */
void fold_init(struct fold *fold, const char *line, size_t columns, size_t indent);
/* As what plain.h prints is folded: a call anywhere and without an indent, for its exact text counts and is copied. */
void fold_init_printed(struct fold *fold, const char *line, size_t columns);
/* False: there is no further row. An empty line has one. */
bool fold_next(struct fold *fold, struct fold_row *row);
/* How many rows fold_next() would give. */
size_t fold_count(struct fold fold);

#endif
