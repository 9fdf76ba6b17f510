/*
 * A lab for tests: sockstep-side --agent --lab as this user or as nobody, two hosts with a side on each, and the links
 * between them carried by a thread, as a wire that only flows.
 */
#ifndef SOCKSTEP_TESTS_LAB_TALK_H
#define SOCKSTEP_TESTS_LAB_TALK_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "lab/link.h"
#include "side_talk.h"

enum { LAB_TALK_HOSTS_MAX = 16 };

struct lab_wish {
	const char *link; /* "tun", "veth"; NULL: not said */
	bool as_nobody;
	bool offload; /* TUN's super-frames */
};

struct lab_talk {
	struct talk agent;
	struct talk client, server;
	struct link links[LAB_TALK_HOSTS_MAX];
	size_t link_count;
	const char *kind; /* of the first link */
	int stop[2];      /* a pipe whose end tells the thread to end */
	pthread_t wire;
	bool wired;
	struct link_frame frame; /* (bytes owned) what the thread carries; here, so that a forked child has it too */
	size_t carried, super_frames, longest; /* packets, packets, bytes; to be read once the thread has ended */
};

/* May this user become nobody, and may nobody run the program? */
bool lab_talk_nobody_may(void);
/* Starts the agent. False: no lab can be made here; its reason is in agent.events[0]. */
bool lab_talk_start(struct lab_talk *lab, const struct lab_wish *wish);
/* "client 10.0.0.1 fd00::1": makes the host and opens its link. */
void lab_talk_host(struct lab_talk *lab, const char *request);
/* Both hosts, both sides, and packets pass between the first two links. */
void lab_talk_begin(struct lab_talk *lab, const struct lab_wish *wish);
void lab_talk_stop_wire(struct lab_talk *lab);
/* Nothing may be left; the status of the agent. */
int lab_talk_end(struct lab_talk *lab);

#endif
