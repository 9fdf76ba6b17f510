/*
 * Lines, each of one style, for a pane that is made as text first and seen through a window. The struct owns its text.
 */
#ifndef SOCKSTEP_FACE_LINES_H
#define SOCKSTEP_FACE_LINES_H

#include "base/text.h"
#include "face/canvas.h"

struct lines {
	struct text text; /* each line begins with a letter for its style and ends with a newline */
	size_t count;
	size_t columns;   /* what is wider goes on in the next line, after a space, with an indent */
};

void lines_init(struct lines *lines, size_t columns);
void lines_release(struct lines *lines);
/* Text without a newline; folded where it is too wide. */
void lines_add(struct lines *lines, enum style style, const char *text);
/* The same, never folded: cut where it is drawn. */
void lines_add_whole(struct lines *lines, enum style style, const char *text);
/* From line `scroll` on, what is searched for marked. */
void lines_draw(const struct lines *lines, const struct area *area, size_t scroll, const char *needle);

#endif
