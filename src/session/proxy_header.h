/*
 * The PROXY protocol, versions 1 and 2 (HAProxy, "The PROXY protocol", 2020): the header with which a proxy says,
 * before any byte of the client's, for whom it connects. Pure.
 */
#ifndef SOCKSTEP_SESSION_PROXY_HEADER_H
#define SOCKSTEP_SESSION_PROXY_HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "call/address.h"

enum proxy_header { PROXY_HEADER_WHOLE, PROXY_HEADER_PART, PROXY_HEADER_NONE };

/* A header is at most so long: what has to be looked at. */
enum { PROXY_HEADER_MAX = 536 };

/* Adds the header of that version, 1 or 2, for a stream from `source` to `destination`; addresses that are not of the
 * same IP family are said to be unknown. */
void proxy_header_add(struct text *out, int version, const struct address *source,
		      const struct address *destination);
/* Is this the beginning of a header? WHOLE: `*len` bytes are the header, and `said` tells in words whom it names. PART:
 * more is to come. */
enum proxy_header proxy_header_read(const char *bytes, size_t count, size_t *len, struct text *said);

#endif
