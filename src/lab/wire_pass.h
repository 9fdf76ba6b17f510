/*
 * The way of a packet over the wire: from a host's link, by its destination, to be held, delayed, dropped or handed to
 * the link of another host.
 */
#ifndef SOCKSTEP_LAB_WIRE_PASS_H
#define SOCKSTEP_LAB_WIRE_PASS_H

#include "lab/wire_state.h"

/* It enters the wire. Its `from` and `bytes` are set, and `injected` where it is so. */
void wire_pass(struct wire *wire, struct wire_packet *packet);
/* Hands one that is held over to its receiver, and frees it. */
void wire_release(struct wire *wire, struct wire_packet *held);
/* Takes one that is held off the wire, and frees it. */
void wire_discard(struct wire *wire, struct wire_packet *held, const char *why);
/* Hands over a copy of a packet at once, whatever the settings; `copy_of` and `to` are set. */
void wire_pass_copy(struct wire *wire, struct wire_packet *copy);

/* Tells the links whether super-frames may come: after every change of what the wire does. */
void wire_set_offloads(struct wire *wire);

/* Is something on its way, or to be released? */
bool wire_is_busy(const struct wire *wire);
/* Does what is due, in pieces, and sets the timer for what is due next. */
void wire_turn(struct wire *wire);
/* Sets the timer for what is due next: after every change. */
void wire_set_timer(struct wire *wire);

#endif
