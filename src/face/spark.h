/*
 * How a number went: a line of bars, one for each time it was told, the newest at the right. Pure.
 */
#ifndef SOCKSTEP_FACE_SPARK_H
#define SOCKSTEP_FACE_SPARK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* The last `width` of them, the oldest first; the highest bar is the largest of these. */
void spark_add(struct text *out, const double *values, size_t count, size_t width, bool utf8);

#endif
