/*
 * A wire with hosts that are no more than two queues each, and a clock that stands until it is told: what the tests of
 * the wire stand on.
 */
#ifndef SOCKSTEP_TESTS_WIRE_BENCH_H
#define SOCKSTEP_TESTS_WIRE_BENCH_H

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lab/wire.h"
#include "packet/build.h"
#include "world/log.h"
#include "world/world.h"

enum { BENCH_HOSTS = 3, BENCH_KEPT = 64 };

struct bench_packet {
	size_t len;
	uint16_t gso_size;
	uint8_t bytes[4096]; /* the first so many */
};

/* A host's link: what it is still to send, and what it was given. */
struct bench_link {
	struct bench_packet outgoing[BENCH_KEPT], incoming[BENCH_KEPT];
	size_t outgoing_count, outgoing_read, incoming_count;
	size_t given;  /* all that it was given, kept or not */
	int error;     /* what writing answers */
	bool has_ended, offload;
};

struct bench {
	struct event_base *base;
	struct world world;
	struct log log;
	struct wire *wire;
	struct bench_link links[BENCH_HOSTS];
	double now;
	bool keeps_log;
	size_t events, deliveries, settled;
	size_t looks;  /* deliveries after which the receiver is to be looked at at once */
	int64_t seq;
	struct event_cause cause; /* what the hook answers */
};

/* client 10.0.0.1 fd00::1, server 10.0.0.2 fd00::2, other 10.0.0.3: numbers 0, 1, 2. */
void bench_init(struct bench *bench);
void bench_release(struct bench *bench);
/* The clock goes on, in steps at which something is due. */
void bench_wait(struct bench *bench, double seconds);
/* Does what the loop would, without the clock going on, until nothing is to be done now. */
void bench_settle(struct bench *bench);

/* A TCP plan from one host to another, client's port 40000, server's 80. */
struct packet_plan bench_tcp(int from, int to, uint16_t flags, uint32_t seq, uint32_t ack);
struct packet_plan bench_udp(int from, int to, size_t len);
/* The host sends it. Returns the number of the newest segment. */
int64_t bench_send(struct bench *bench, int from, const struct packet_plan *plan);
/* The same with the most common: flags in words, numbers relative to 1000 (client) and 5000 (others). */
int64_t bench_say(struct bench *bench, int from, const char *flags, uint32_t seq, uint32_t ack, size_t len);

/* The segment's last event; fails if there is none. */
const struct event_segment *bench_told(const struct bench *bench, int64_t n);
/* "1 held, 2 delivered (why), 3 held x4 copy of 1": all that the world has. The caller frees it. */
char *bench_list(const struct bench *bench);

#endif
