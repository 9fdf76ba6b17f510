/*
 * What the oldest held segment is going to do when it is delivered, in a sentence. Pure: it reads the world alone, and
 * says what TCP's rules (RFC 9293, section 3.10) make of such a segment in the state that its receiver is in.
 */
#ifndef SOCKSTEP_FACE_FORESEE_H
#define SOCKSTEP_FACE_FORESEE_H

#include "base/text.h"
#include "world/world.h"

/* False: no segment is held, and nothing is added. `brief`: what it brings about, without what it says. */
bool foresee(struct text *out, const struct world *world, bool brief);

#endif
