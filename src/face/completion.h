/*
 * What TAB offers: the words that may stand at the cursor, each with a word of help, and the list of them as it is
 * shown. The struct owns its strings. Texts and helps must be printable already (base/show.h): they go into the line
 * and to the terminal.
 */
#ifndef SOCKSTEP_FACE_COMPLETION_H
#define SOCKSTEP_FACE_COMPLETION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

struct candidate {
	char *text; /* (owned) the whole word */
	char *help; /* (owned) behind it in the list; NULL for none */
};

struct completion {
	struct candidate *items; /* (owned) */
	size_t count, room;
	size_t begin; /* the byte of the line at which the word being completed begins, at most the cursor's */
	char append;  /* follows the word once it is the only one: ' ', ',' … ; '\0' for nothing */
};

/* No candidates, begin 0, append a space. */
void completion_init(struct completion *completion);
void completion_release(struct completion *completion);
/* Copies both; `help` may be NULL. The order in which they are added is the order in which they are listed. */
void completion_add(struct completion *completion, const char *text, const char *help);
/* Removes the candidates that do not begin with these bytes, and those that came before under the same text. Nothing
 * is appended if the one that is left is only the beginning of a word: "server:", "flags=", "/tmp/", "[". */
void completion_filter(struct completion *completion, const char *beginning, size_t len);
/* What all candidates begin with: a length in bytes of the first one's text, never within a character; 0 if there is
 * none. */
size_t completion_common(const struct completion *completion);

/*
 * The list, as lines of at most `columns` cells and at most `rows` lines (both are brought up to 1): one candidate a
 * line with its help if any has help, else in columns, read downwards. What has no place is counted in the last line.
 */
void completion_list(struct text *out, const struct completion *completion, size_t columns, size_t rows);

#endif
