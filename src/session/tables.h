/*
 * The tables that are printed: sides, descriptors, sockets, ports. Each is text that follows from what was asked
 * (inquiry.h); the commands say it.
 */
#ifndef SOCKSTEP_SESSION_TABLES_H
#define SOCKSTEP_SESSION_TABLES_H

#include "base/text.h"
#include "session/inquiry.h"

/* The sides, what each is doing and since when, or how it ended; `current` is marked. */
void tables_sides(struct text *out, const struct inquiry *inquiry, const char *current);
/* The descriptor table of a side. */
void tables_fds(struct text *out, const struct inquiry *inquiry, const struct world_side *side);
/* The sockets that the world knows, and who holds them. */
void tables_sockets(struct text *out, const struct inquiry *inquiry);
/* Those of one host. */
void tables_sockets_of(struct text *out, const struct inquiry *inquiry, const char *host);
/* Which local port, and which pair of addresses, leads to which socket: where would a packet go? */
void tables_ports(struct text *out, const struct inquiry *inquiry);

#endif
