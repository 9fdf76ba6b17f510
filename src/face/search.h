/*
 * Looking for text in the transcript or on the wire: in each line that was printed, or in all that is known of each
 * segment. Letters of ASCII match in both cases. Pure.
 */
#ifndef SOCKSTEP_FACE_SEARCH_H
#define SOCKSTEP_FACE_SEARCH_H

#include "face/desk.h"

/* The pane that is searched: that which scrolls, if it can be, else the transcript. */
enum pane search_pane(const struct desk *desk);
/* From the newest on back. False: it is nowhere, and nothing is changed. */
bool search_begin(struct desk *desk, const struct view *view, size_t rows);
/* Scrolls, so that the match before (or after) the last one stands in the middle of so many rows; a segment is chosen
 * too. False: there is no further one. */
bool search_go(struct desk *desk, const struct view *view, size_t rows, bool before);

#endif
