/*
 * Conversations for the analysis of connections: segments as they pass, and what is to be said of each. The unit test
 * reads them, and a script has tshark say the same.
 */
#ifndef SOCKSTEP_TESTS_TRACK_TALKS_H
#define SOCKSTEP_TESTS_TRACK_TALKS_H

#include <stddef.h>
#include <stdint.h>

struct talk_step {
	double ms;           /* since the step before */
	char from;           /* 'c' or 's' */
	const char *flags;
	uint32_t seq, ack;   /* relative to the first SYNs; ack counts only with the flag */
	uint16_t win, len;
	const char *options; /* as tcp_options_parse reads them, or NULL */
	const char *says;    /* as track_describe, segments numbered from 1; NULL: nothing */
};

struct talk {
	const char *name;
	uint32_t client_isn, server_isn;
	size_t count;
	const struct talk_step *steps;
};

/* All of them: a constant table of *count. */
const struct talk *track_talks(size_t *count);
/*
 * Builds the segment of a step into `bytes` (2048 of them); each talk has a client port of its own. Returns its
 * length.
 */
size_t talk_build(const struct talk *talk, const struct talk_step *step, uint16_t client_port, uint8_t *bytes);

#endif
