/*
 * Where the messages of TLS, of which sides tell with their place in the stream, are on the wire.
 */
#ifndef SOCKSTEP_LAB_TLS_WIRE_H
#define SOCKSTEP_LAB_TLS_WIRE_H

#include "lab/parts.h"

/* Of a message of TLS whose place is known: fills in between which addresses it goes, and, where the lab has a wire,
 * which segments carry it. */
void tls_wire_find(const struct lab_side *side, struct event_tls *tls);

#endif
