/*
 * The code points that may reach a terminal as they are: constant ranges, pinned to one version of Unicode so that the
 * answer does not change with the C library of the machine. tools/make_show_table.awk writes the table and says what it
 * takes in; show.c alone uses it.
 */
#ifndef SOCKSTEP_BASE_SHOW_TABLE_H
#define SOCKSTEP_BASE_SHOW_TABLE_H

#include <stddef.h>
#include <stdint.h>

enum show_kind {
	SHOW_UNSAFE, /* in no range */
	SHOW_SAFE,
	SHOW_MARK, /* is drawn into the cell of the character before it: safe after a base, twice at most */
};

struct show_range {
	uint32_t first, last; /* code points, both included */
	enum show_kind kind;
};

/* "15.0.0" */
extern const char show_unicode_version[];
/* In ascending order; no two ranges overlap. */
extern const struct show_range show_table[];
extern const size_t show_table_len;

#endif
