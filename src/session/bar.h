/*
 * How far something has come that takes its time: a bar, the bytes, the rate. In ASCII, one row.
 */
#ifndef SOCKSTEP_SESSION_BAR_H
#define SOCKSTEP_SESSION_BAR_H

#include "base/text.h"

/* "[#####...............]  25%  1.0 MB of 4.0 MB, 2.0 MB/s", of bytes after so many seconds; a file may have grown. */
void bar_add(struct text *out, double done, double all, double seconds);
/* "4.0 MB in 2.00 s, 2.0 MB/s": it is over. */
void bar_add_end(struct text *out, double done, double seconds);

#endif
