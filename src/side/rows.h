/*
 * A side's descriptor table as it has told it, and one edge-triggered epoll over the sockets in it, which tells that
 * something may have happened to one.
 *
 * After a call only the rows that it can have changed are looked at again: with a thousand connections a scan of the
 * whole table would cost more than the call.
 */
#ifndef SOCKSTEP_SIDE_ROWS_H
#define SOCKSTEP_SIDE_ROWS_H

#include <stdbool.h>

#include "observe/fds.h"
#include "side/own.h"
#include "side/report.h"

struct rows {
	struct fd_table known;
	int directory;               /* (owned) on /proc/self/fd */
	int epoll;                   /* (owned) */
	const struct own *own;       /* (borrowed) */
	const struct report *report; /* (borrowed) */
};

/* Opens its two descriptors; nothing is known yet. Dies if /proc is not there. */
void rows_init(struct rows *rows, const struct own *own, const struct report *report);
void rows_release(struct rows *rows);

/* Looks at the whole table and tells what has changed. */
void rows_scan(struct rows *rows);
/* Looks at one number, and at those that share its socket. */
void rows_look(struct rows *rows, long long fd);
/* Tells every row again, after a scan. */
void rows_tell_all(struct rows *rows);
/* The lowest number that is not in the table and above `after`. */
int rows_lowest_free(const struct rows *rows, int after);
/* From now on (or no longer) a socket is copied: bytes on it are no news, only that its peer has closed is. */
void rows_hush(struct rows *rows, int fd, bool hush);
/* Tells the pokes that `epoll` has. */
void rows_tell_pokes(struct rows *rows);

#endif
