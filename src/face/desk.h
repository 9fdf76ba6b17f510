/*
 * Which panes a person has opened, which one scrolls, and how far: what keys change. Nothing is owned.
 */
#ifndef SOCKSTEP_FACE_DESK_H
#define SOCKSTEP_FACE_DESK_H

#include <stdbool.h>
#include <stddef.h>

#include "face/panes.h"

struct desk {
	enum { DESK_BY_SIZE, DESK_OPEN, DESK_CLOSED } wish[PANE_COUNT];
	size_t scroll[PANE_COUNT]; /* rows, from where the pane begins */
	enum pane focus;           /* the pane that scrolls */
	bool zoomed;               /* it alone is shown */
};

/* Everything as the size of the terminal says; the transcript scrolls. */
void desk_init(struct desk *desk);
/* Shows or hides a pane; one that comes is the one that scrolls. `shown`: as the layout has it now. */
void desk_toggle(struct desk *desk, enum pane pane, bool shown);
/* The next of the panes that are shown takes the scroll keys. */
void desk_focus_next(struct desk *desk, const bool shown[PANE_COUNT]);
/* Rows back (towards what is older or further up), or on if negative. */
void desk_scroll(struct desk *desk, long rows);

#endif
