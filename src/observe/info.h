/*
 * One socket's facts as the rows that `ss -tanpieom` prints of it, named as ss names them and in its order: what the
 * kernel did not tell, and what ss leaves out because it says nothing (a zero counter), has no row.
 */
#ifndef SOCKSTEP_OBSERVE_INFO_H
#define SOCKSTEP_OBSERVE_INFO_H

#include <stddef.h>

#include "base/text.h"
#include "observe/facts.h"

/* How ss joins a name and its value. */
enum info_join {
	JOIN_FLAG,  /* the name alone: ts, sack */
	JOIN_VALUE, /* the value alone: cubic, <-> */
	JOIN_COLON, /* rto:204 */
	JOIN_SPACE, /* send 1234bps */
};

struct info_row {
	const char *name; /* ss's; "state", "recv-q", "send-q", "local", "peer" for its columns, "congestion" and
	                     "shutdown" for two values that ss prints bare */
	enum info_join join;
	char *value; /* (owned) printable ASCII; "" for a flag */
};

struct info {
	struct info_row *rows; /* (owned) */
	size_t count;
	size_t room;
};

void info_init(struct info *info);
void info_release(struct info *info);
/* Appends the rows of one socket. */
void info_of_facts(struct info *info, const struct socket_facts *facts);
/* The value of a row, NULL if there is none of that name. */
const char *info_value(const struct info *info, const char *name);
/* As ss puts it on a line: "cubic wscale:7,7 rto:204 send 1234bps". */
void info_print_row(struct text *out, const struct info_row *row);

/* Milliseconds as ss writes a timer: 200ms, 59sec, 1.500ms (its own notation for 1.5 s), 2min. */
void info_print_timer(struct text *out, unsigned milliseconds);

#endif
