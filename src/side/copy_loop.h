/*
 * What the copier's thread does: one poll() loop over what is read from, what is written to, and every connection.
 */
#ifndef SOCKSTEP_SIDE_COPY_LOOP_H
#define SOCKSTEP_SIDE_COPY_LOOP_H

/* Reads struct copy_wish from `wishes` and writes struct copy_news to `news`, until `wishes` is closed. */
void copy_loop(int wishes, int news);

#endif
