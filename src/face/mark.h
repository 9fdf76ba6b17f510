/*
 * What is searched for, marked in a row. Nothing is owned.
 */
#ifndef SOCKSTEP_FACE_MARK_H
#define SOCKSTEP_FACE_MARK_H

#include "face/canvas.h"

/* Where the needle stands first in a text, letters of ASCII in both cases; NULL: nowhere, or the needle is empty. */
const char *mark_find(const char *text, const char *needle);
/* Every place of it in the row, whose text began at that column. */
void mark_matches(const struct area *area, size_t row, size_t column, const char *text, const char *needle);

#endif
