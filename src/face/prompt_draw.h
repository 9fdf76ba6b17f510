/*
 * What the prompt shows: the line, as readline or the painter draws it, what was printed above it, and what becomes of
 * it when the terminal's size changes.
 */
#ifndef SOCKSTEP_FACE_PROMPT_DRAW_H
#define SOCKSTEP_FACE_PROMPT_DRAW_H

#include <stdbool.h>

#include "face/canvas.h"

/* Makes the stream that readline draws into. */
void prompt_draw_open(void);
/* readline's wish to draw; only at Enter it is done at once. */
void prompt_draw_wish(void);
/* Whatever changed is painted, if it is time to. */
void prompt_draw_settle(void);
/* Without a painter: whatever changed is drawn at once. */
void prompt_draw_now(void);
/* Gives the terminal what is on its way to it, as far as it takes it. */
void prompt_draw_flush(void);
/* Takes the line off the screen. */
void prompt_draw_erase(void);
/* The line as it is remains in sight, the mark and the cursor behind it. */
void prompt_draw_leave_line(const char *mark);
/* The painter gives the screen back. */
void prompt_draw_leave_screen(void);
/* Text that is to stand above the line. */
void prompt_draw_print(const char *text, enum style style);
/* Learns the terminal's size; `line_stands`: the line is where it was last drawn. */
void prompt_draw_resize(bool line_stands);
/* A terminal that knows how to clear to the end of a row is one that takes control sequences. */
bool prompt_draw_takes_sequences(void);

#endif
