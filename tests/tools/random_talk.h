/*
 * Conversations that chance makes, of what a tracker may meet: both ends send, repeat, leave out, acknowledge too
 * little and too much, close their windows and open them, probe, begin again with other numbers, in any order. What is
 * said of them is found by asking tshark. From one seed always the same.
 */
#ifndef SOCKSTEP_TESTS_RANDOM_TALK_H
#define SOCKSTEP_TESTS_RANDOM_TALK_H

#include <stdint.h>

#include "../unit/track_talks.h"

enum { RANDOM_STEPS_MOST = 40 };

/* Writes a conversation of up to RANDOM_STEPS_MOST steps, to which `talk` then points. */
void random_talk(struct talk *talk, struct talk_step *steps, uint64_t seed);

#endif
