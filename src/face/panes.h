/*
 * The panes, in one table: what each shows of a view. Pure: a view and a number in, cells of a canvas out. A pane with
 * more rows than there is room for is a window on them; no pane copies what it shows.
 */
#ifndef SOCKSTEP_FACE_PANES_H
#define SOCKSTEP_FACE_PANES_H

#include "face/actions.h"
#include "face/canvas.h"
#include "face/view.h"

enum pane {
	PANE_sides,
	PANE_wire,
	PANE_transcript,
	PANE_diagram,
	PANE_ports,
	PANE_info,
	PANE_bytes,
	PANE_segment,
	PANE_help,
	PANE_COUNT,
};

struct pane_spec {
	const char *name;
	enum action key;       /* shows and hides it; ACTION_COUNT: none does */
	bool from_end;         /* it shows its end, and scrolls back from there */
	bool framed_by_itself; /* it draws its own boxes */
	size_t least_columns;  /* inside its frame: with fewer the frame gives way */
	size_t least_rows;     /* with its frame: in fewer it is of no use */
	/* How many rows there are at that width. */
	size_t (*rows)(const struct view *view, size_t columns);
	/* Draws into the area; `scroll` rows away from the beginning, or from the end. */
	void (*draw)(const struct view *view, const struct area *area, size_t scroll);
	/* Behind the name in its frame; NULL: nothing. */
	void (*title)(const struct view *view, struct text *out);
};

const struct pane_spec *pane_spec(enum pane pane);

/* Those of the table, each in its own file. */
size_t pane_sides_rows(const struct view *view, size_t columns);
/* In how many rows of boxes they stand where there is room for all. */
size_t pane_sides_levels(const struct view *view, size_t columns);
void pane_sides_draw(const struct view *view, const struct area *area, size_t scroll);
size_t pane_wire_rows(const struct view *view, size_t columns);
void pane_wire_draw(const struct view *view, const struct area *area, size_t scroll);
void pane_wire_title(const struct view *view, struct text *out);
size_t pane_transcript_rows(const struct view *view, size_t columns);
void pane_transcript_draw(const struct view *view, const struct area *area, size_t scroll);
/* How many rows the lines since the last entry take, at most `most`. */
size_t pane_transcript_wanted(const struct view *view, size_t columns, size_t most);
/* How many of those lines are left when the first of them fill so many rows. */
size_t pane_transcript_left(const struct view *view, size_t columns, size_t rows);
size_t pane_diagram_rows(const struct view *view, size_t columns);
void pane_diagram_draw(const struct view *view, const struct area *area, size_t scroll);
size_t pane_ports_rows(const struct view *view, size_t columns);
void pane_ports_title(const struct view *view, struct text *out);
void pane_ports_draw(const struct view *view, const struct area *area, size_t scroll);
size_t pane_info_rows(const struct view *view, size_t columns);
void pane_info_draw(const struct view *view, const struct area *area, size_t scroll);
void pane_info_title(const struct view *view, struct text *out);
size_t pane_bytes_rows(const struct view *view, size_t columns);
void pane_bytes_draw(const struct view *view, const struct area *area, size_t scroll);
size_t pane_segment_rows(const struct view *view, size_t columns);
void pane_segment_draw(const struct view *view, const struct area *area, size_t scroll);
void pane_segment_title(const struct view *view, struct text *out);
size_t pane_help_rows(const struct view *view, size_t columns);
void pane_help_draw(const struct view *view, const struct area *area, size_t scroll);

#endif
