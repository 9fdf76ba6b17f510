/*
 * Packets as events: what is said of one when it is seen, and of many in a flood.
 */
#ifndef SOCKSTEP_LAB_WIRE_TELL_H
#define SOCKSTEP_LAB_WIRE_TELL_H

#include "event/event.h"
#include "lab/wire_state.h"

/* The name of a host, or "everybody", "nobody", "router". */
const char *wire_name(const struct wire *wire, int host);
/* Tells it: verdict "held", "delayed", "delivered" or "dropped", and why (NULL: there is nothing to say). */
void wire_tell(struct wire *wire, const struct wire_packet *packet, const struct packet *decoded, const char *verdict,
	       const char *why);
/* The same the first time, with the packet's bytes; in a flood only a sum tells of it. */
void wire_tell_first(struct wire *wire, struct wire_packet *packet, const struct packet *decoded, const char *verdict,
		     const char *why);
/* Tells of another copy of a segment that was told of before, by what the world knows of it. */
void wire_tell_sent_again(struct wire *wire, int64_t n);
/* Tells the sums, if there are any. */
void wire_tell_sums(struct wire *wire);
/* Tells how the wire is set, and how much it holds. */
void wire_tell_mode(struct wire *wire);
/* "delay 50ms client > server, loss 10%, seed 7, server cut"; nothing if all is as at first. */
void wire_describe_settings(const struct wire *wire, struct text *out);

#endif
