/*
 * A flood of segments told of in sums: beyond so many a second each connection's segments become one event a tick.
 */
#ifndef SOCKSTEP_LAB_WIRE_SUMMARY_H
#define SOCKSTEP_LAB_WIRE_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet/packet.h"

enum { WIRE_SUMS_MOST = 256 };

/* One direction of one connection (or all else between two addresses), by what became of it. */
struct wire_sum {
	int from, to;
	uint8_t version, protocol;
	bool has_ports;
	uint16_t src_port, dst_port;
	struct packet_addr src, dst;
	bool dropped;
	int64_t segments, bytes; /* bytes of payload */
	int64_t n;               /* of the newest */
	char *why;               /* (owned) dropped: for what reason; NULL: none is known */
};

struct wire_summary {
	double second;     /* when the current second began */
	int64_t told;      /* segments told of one by one in it */
	double tick;       /* when the sums are to be told */
	struct wire_sum *sums; /* (owned) by rising n when they are told */
	size_t count;
};

void wire_summary_init(struct wire_summary *summary);
void wire_summary_release(struct wire_summary *summary);
/* Counts one that could be told of by itself; false: there were `most` in this second already. */
bool wire_summary_admits(struct wire_summary *summary, double now, int64_t most);
/* Adds one, dropped for that reason, to its sum; false: the table is full, and must be told and cleared first. */
bool wire_summary_add(struct wire_summary *summary, const struct wire_sum *one, const char *why);
/* Orders the sums by their n. */
void wire_summary_sort(struct wire_summary *summary);
void wire_summary_clear(struct wire_summary *summary);

#endif
