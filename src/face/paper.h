/*
 * What ncurses paints on: a canvas in, the bytes that a terminal needs for it out.
 *
 * ncurses writes into a file in memory of ours, from where the bytes go on their way to the terminal: it can neither
 * block nor, being no terminal's, change its modes. It reads nothing. The struct owns its screen and files.
 */
#ifndef SOCKSTEP_FACE_PAPER_H
#define SOCKSTEP_FACE_PAPER_H

#include <curses.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/text.h"
#include "face/canvas.h"

struct paper {
	SCREEN *curses;                /* (owned) */
	FILE *written, *nothing;       /* (owned) what ncurses writes to, and could read from */
	attr_t attributes[STYLE_COUNT];
	short pairs[STYLE_COUNT];
	bool entered;                  /* the terminal shows our screen */
	bool all;                      /* what the terminal shows is not known */
	int cursor;                    /* as curs_set() was told */
};

/* False: the terminal is not one for a screen; to be closed all the same. Of an empty struct. */
bool paper_open(struct paper *paper);
void paper_close(struct paper *paper);
/* The terminal has this size; what it shows is not known. */
void paper_resize(struct paper *paper, size_t columns, size_t rows);
/* Paints what has changed, the cursor in sight or not. */
void paper_show(struct paper *paper, const struct canvas *canvas, bool cursor);
/* Adds what was written since the last time. */
void paper_take(struct paper *paper, struct text *bytes);
/* The terminal is going to be somebody else's until the next paper_show(). */
void paper_leave(struct paper *paper, struct text *bytes);

#endif
