/*
 * The state diagram of RFC 9293 (section 3.3.2, figure 5): which state may follow which.
 */
#ifndef SOCKSTEP_WORLD_STATES_H
#define SOCKSTEP_WORLD_STATES_H

#include <stdbool.h>

/* Is there one edge from the one to the other? NULL: no such socket before (only SYN_RECV follows: a listener's
 * request). If not, what was between the two went unseen. */
bool state_is_edge(const char *from, const char *to);
/* A state that something else than a person's call will end soon: a segment under way, or a timer. */
bool state_is_passing(const char *state);

#endif
