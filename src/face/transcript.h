/*
 * What was printed, line by line, for the screen to show: the newest TRANSCRIPT_LINES of them. The struct owns its
 * lines.
 */
#ifndef SOCKSTEP_FACE_TRANSCRIPT_H
#define SOCKSTEP_FACE_TRANSCRIPT_H

#include <stddef.h>
#include <stdint.h>

#include "face/canvas.h"

enum { TRANSCRIPT_LINES = 10000, TRANSCRIPT_BYTES = 8 << 20 };

struct transcript_line {
	char *text;    /* (owned) */
	enum style style;
	int64_t place; /* of the newest event when it was printed, in all that was ever logged */
};

struct transcript {
	struct transcript_line *ring; /* (owned) */
	int64_t place;     /* of the newest event, for the lines to come */
	size_t dropped;    /* lines that are no longer kept */
	size_t room, first, count;
	size_t bytes;
	size_t since_entry; /* so many of the newest came after the last line that was entered */
};

void transcript_init(struct transcript *transcript);
void transcript_release(struct transcript *transcript);
/* Each line of the text; the style is of what they are about, STYLE_PLAIN: nothing that has one. */
void transcript_add(struct transcript *transcript, const char *text, enum style style);
/* A line was entered: what comes now answers it. */
void transcript_begin(struct transcript *transcript);
/* So many of the newest lines were not in sight yet: they count as if they came after it. */
void transcript_keep_unread(struct transcript *transcript, size_t lines);
/* From 0, the oldest that is kept. */
const char *transcript_line(const struct transcript *transcript, size_t index);
enum style transcript_style(const struct transcript *transcript, size_t index);
/* As it was when the newest event had that place: borrows all, and is not to be released. */
struct transcript transcript_until(const struct transcript *transcript, int64_t place);

#endif
