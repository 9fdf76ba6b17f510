/*
 * Chance that can be repeated: the same seed gives the same run. The generator is SplitMix64 (Steele, Lea and Flood,
 * "Fast splittable pseudorandom number generators", 2014): a counter that goes up by an odd number, and a mixing of it.
 */
#ifndef SOCKSTEP_LAB_WIRE_RANDOM_H
#define SOCKSTEP_LAB_WIRE_RANDOM_H

#include <stdint.h>

static inline uint64_t random_next(uint64_t *state)
{
	uint64_t mixed = *state += 0x9e3779b97f4a7c15u;

	mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
	mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
	return mixed ^ (mixed >> 31);
}

/* At least 0, less than 1: the 53 bits that a double has. */
static inline double random_share(uint64_t *state)
{
	return (double)(random_next(state) >> 11) / 9007199254740992.0;
}

/* A state for one direction between two hosts, so that what passes elsewhere changes nothing here. */
static inline uint64_t random_seed(uint64_t seed, const char *from, const char *to)
{
	uint64_t state = seed;

	for (const char *at = from; *at != '\0'; at++)
		state = (state ^ (unsigned char)*at) * 0x100000001b3u;
	state = (state ^ '>') * 0x100000001b3u;
	for (const char *at = to; *at != '\0'; at++)
		state = (state ^ (unsigned char)*at) * 0x100000001b3u;
	return random_next(&state);
}

#endif
