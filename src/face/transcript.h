/*
 * What was printed, line by line, for the screen to show: the newest TRANSCRIPT_LINES of them. The struct owns its
 * lines.
 */
#ifndef SOCKSTEP_FACE_TRANSCRIPT_H
#define SOCKSTEP_FACE_TRANSCRIPT_H

#include <stddef.h>

enum { TRANSCRIPT_LINES = 10000, TRANSCRIPT_BYTES = 8 << 20 };

struct transcript {
	char **ring;       /* (owned, each) */
	size_t room, first, count;
	size_t bytes;
	size_t since_entry; /* so many of the newest came after the last line that was entered */
};

void transcript_init(struct transcript *transcript);
void transcript_release(struct transcript *transcript);
/* Each line of the text. */
void transcript_add(struct transcript *transcript, const char *text);
/* A line was entered: what comes now answers it. */
void transcript_begin(struct transcript *transcript);
/* From 0, the oldest that is kept. */
const char *transcript_line(const struct transcript *transcript, size_t index);

#endif
