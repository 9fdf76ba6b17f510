/*
 * The flowing wire with its settings: what chance, rate and delay make of each packet, and the packets that are under
 * way for that.
 *
 * All chance lies in the seed and in the order in which packets come, never in the time: which are lost, which come
 * twice, and which is overtaken by which. One that is to be overtaken steps aside until the next one of its direction
 * has gone its way, and then goes just behind it. Should none come, it goes on when all is asleep, since then nobody is
 * left who could send one; or after WIRE_ASIDE, if nobody asks for that.
 */
#ifndef SOCKSTEP_LAB_WIRE_FLIGHT_H
#define SOCKSTEP_LAB_WIRE_FLIGHT_H

#include "lab/wire_state.h"

/* The packet has its number; it is delivered, dropped, or copied to be under way. */
void wire_flight_begin(struct wire *wire, struct wire_packet *packet, const struct packet *decoded);
/* What has arrived by now is delivered, at most so many; and what stood aside for too long goes on. Returns how many
 * more may be. */
int wire_flight_land(struct wire *wire, double now, int most);
/* When something is to be done next; EVENT_NO_REAL: never. */
double wire_flight_due(const struct wire *wire);
/* What stands aside to be overtaken goes on. False: nothing does. */
bool wire_flight_resume(struct wire *wire);
/* How many are under way, or stand aside. */
size_t wire_flight_count(const struct wire *wire);

/* Chance begins anew there. */
void wire_flight_seed(const struct wire *wire, struct wire_path *path);
/* Frees what is under way, and the paths. */
void wire_flight_release(struct wire *wire);

#endif
