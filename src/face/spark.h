/*
 * How a number went: a line of bars, one for each time it was told, the newest at the right. Pure.
 */
#ifndef SOCKSTEP_FACE_SPARK_H
#define SOCKSTEP_FACE_SPARK_H

#include <stdbool.h>

#include "base/text.h"
#include "face/view.h"

enum { SPARK_MOST = 64 };

enum spark { SPARK_CWND, SPARK_RTT, SPARK_SENDQ, SPARK_RECVQ, SPARK_COUNT };

struct sparks {
	double values[SPARK_COUNT][SPARK_MOST]; /* the oldest first */
	size_t count[SPARK_COUNT];
};

/* What the log's newest events tell of a socket. */
void sparks_read(struct sparks *sparks, const struct view *view, const struct world_socket *socket);
/* The last `width` bars, the highest the largest of them. */
void sparks_add(struct text *out, const struct sparks *sparks, enum spark which, size_t width, bool utf8);
/* The value behind "name:" or "name " in what TCP knows, as ss writes it; its length, 0: it is not there. */
size_t spark_value(const char *info, const char *name, const char **value);

#endif
