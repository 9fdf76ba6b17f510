/*
 * Every TCP, UDP, raw and UNIX socket of each host where sides are, foreign ones marked: straight from the kernel's
 * dump to lines, of which only a part is in memory at any time.
 */
#ifndef SOCKSTEP_SESSION_ALL_SOCKETS_H
#define SOCKSTEP_SESSION_ALL_SOCKETS_H

#include "session/columns.h"
#include "session/inquiry.h"

/* proto, local, peer, state, recvq, sendq, descriptors */
enum { ALL_SOCKETS_COLUMNS = 7 };
extern const struct column all_sockets_columns[ALL_SOCKETS_COLUMNS];

/* Who takes the lines of a long list as they come, without the last newline. */
struct all_sockets_taker {
	void (*take)(void *owner, const char *lines);
	void *owner;
};

/* What is not taken before is added to `out`; all of it if `taker` is NULL, or if the list is short. */
void all_sockets_print(struct text *out, const struct inquiry *inquiry, const struct all_sockets_taker *taker);

#endif
