/*
 * Where each pane stands, by the size of the terminal. Pure, and nothing is owned.
 *
 * The first row is the state of things, the last two what makes sense next and the line being edited. Between them the
 * sides, below them the wire above the transcript; where it is wide enough, further panes stand beside these two, else
 * in the wire's place. Below LAYOUT_COLUMNS by LAYOUT_ROWS there are no panes: the transcript, a line of states, and
 * the line being edited.
 */
#ifndef SOCKSTEP_FACE_LAYOUT_H
#define SOCKSTEP_FACE_LAYOUT_H

#include "face/desk.h"
#include "face/panes.h"

enum { LAYOUT_COLUMNS = 60, LAYOUT_ROWS = 16, LAYOUT_WIDE = 156, LAYOUT_TALL = 40 };

struct place {
	size_t row, column, rows, columns; /* rows 0: it is not shown */
};

struct layout {
	bool small;
	struct place panes[PANE_COUNT];
};

void layout_init(struct layout *layout, size_t rows, size_t columns, const struct view *view,
		 const struct desk *desk);
/* How many of the rows that the transcript and the wire share it may take. */
size_t layout_transcript_most(size_t rows, const struct ladder *ladder);
bool layout_shows(const struct layout *layout, enum pane pane);

#endif
