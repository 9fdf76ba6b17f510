/*
 * Which panes a person has opened, which one scrolls, and how far: what keys change. Nothing is owned.
 */
#ifndef SOCKSTEP_FACE_DESK_H
#define SOCKSTEP_FACE_DESK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "face/panes.h"

enum { DESK_NEEDLE = 128 };
/* To scroll by as many leads to the first row or the last. */
enum { DESK_ALL_ROWS = 1 << 30 };

struct desk {
	enum { DESK_BY_SIZE, DESK_OPEN, DESK_CLOSED } wish[PANE_COUNT];
	size_t scroll[PANE_COUNT]; /* rows, from where the pane begins */
	enum pane focus;           /* the pane that scrolls */
	bool zoomed;               /* it alone is shown, without frames */
	bool for_room;             /* only because it needs all the room of a small screen */
	int64_t segment;           /* that was chosen; 0: none */
	char needle[DESK_NEEDLE];  /* what is searched for; "": nothing */
	size_t match;              /* the line that was found last */
	int64_t socket;            /* the cookie of that which was chosen; 0: none */
};

/* Everything as the size of the terminal says; the transcript scrolls. */
void desk_init(struct desk *desk);
/* Shows or hides a pane; one that comes is the one that scrolls. `shown`: as the layout has it now. Follow with
 * desk_fit(). */
void desk_toggle(struct desk *desk, enum pane pane, bool shown);
/* The pane with the focus alone, or all again. */
void desk_zoom(struct desk *desk);
/* The screen has another size: what a person opened there, and needs all of a small one, is alone just there. */
void desk_fit(struct desk *desk, bool small);
/* The next of the panes that are shown takes the scroll keys. */
void desk_focus_next(struct desk *desk, const bool shown[PANE_COUNT]);
/* Rows back (towards what is older or further up), or on if negative. */
void desk_scroll(struct desk *desk, long rows);

/* Chooses the segment before (or after) the one that is meant now. */
void desk_choose_segment(struct desk *desk, const struct view *view, bool before);
/* The same for the current side's sockets, those of its host without a descriptor after them. */
void desk_choose_socket(struct desk *desk, const struct view *view, bool before);

#endif
