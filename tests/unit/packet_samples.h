/*
 * Reference packets: their bytes, computed from the RFCs by hand and by another program than ours, and what our
 * decoder is to say of them.
 */
#ifndef SOCKSTEP_TESTS_PACKET_SAMPLES_H
#define SOCKSTEP_TESTS_PACKET_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

#include "packet/fault.h"

struct packet_sample {
	const char *name;
	const char *hex;  /* the raw IP packet */
	const char *says; /* as packet_describe with absolute numbers */
	enum packet_fault_kind fault;
};

/* All of them: a constant table of *count. */
const struct packet_sample *packet_samples(size_t *count);
/* The bytes that `hex` tells, spaces left out, in memory of exactly that size, which the caller frees. */
uint8_t *packet_sample_bytes(const char *hex, size_t *len);

#endif
