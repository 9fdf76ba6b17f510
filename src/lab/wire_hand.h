/*
 * What every packet on the wire goes through, whatever the wire does: where to it goes, its connection and number, the
 * link that it is handed to, and what is told of that.
 */
#ifndef SOCKSTEP_LAB_WIRE_HAND_H
#define SOCKSTEP_LAB_WIRE_HAND_H

#include "lab/wire_state.h"

/* A packet of that host, before anything is known of it; its bytes are borrowed. */
struct wire_packet wire_packet_from(int host, const void *bytes, size_t len);
/* The session's clock, in seconds. */
double wire_now(const struct wire *wire);

/* To which host it goes by its destination, or WIRE_EVERYBODY or WIRE_NOBODY. */
int wire_route(const struct wire *wire, const struct packet *decoded);
/*
 * Hands a packet to the host that it is for before anything else is done with it, if there is such a host and none of
 * the two is cut off: `to` and `is_handed` are set. For a wire that only passes on: so its knowledge costs no time.
 */
void wire_hand_first(const struct wire *wire, struct wire_packet *packet);

/* Finds the connection that it belongs to; NULL: it belongs to none. */
void wire_find_connection(struct wire *wire, struct wire_packet *packet, const struct packet *decoded);
/* Gives it its number, and what is to be said of it in its connection. */
void wire_number(struct wire *wire, struct wire_packet *packet, const struct packet *decoded);

/* Hands it over, unless that was done, and tells that it was delivered, or why not. */
void wire_hand_over(struct wire *wire, struct wire_packet *packet, const struct packet *decoded);
/* Tells what becomes of it, the first time with its bytes; `why` NULL: there is nothing to say. */
void wire_verdict(struct wire *wire, struct wire_packet *packet, const struct packet *decoded, const char *verdict,
		  const char *why);

/* Is there no room for a further packet to wait? Then it is dropped, told and counted: true. */
bool wire_drops_for_full(struct wire *wire, struct wire_packet *packet, const struct packet *decoded);

#endif
