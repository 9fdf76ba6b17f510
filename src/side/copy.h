/*
 * Copying: what comes from one descriptor (standard input, as a rule) goes to connections, and what they receive goes
 * to another (standard output), as netcat does it. No byte of it passes the stream of the side.
 *
 * The copier has a thread of its own, which alone knows the connections. The control thread hands it wishes through
 * one pipe and reads what became of them from another; there is no lock, so the child of a fork() finds none held.
 * While a connection is copied its descriptor has O_NONBLOCK.
 */
#ifndef SOCKSTEP_SIDE_COPY_H
#define SOCKSTEP_SIDE_COPY_H

#include <pthread.h>
#include <stdbool.h>

#include "side/copy_wish.h"
#include "side/own.h"

struct copier {
	pthread_t thread;
	int wishes[2], news[2]; /* (owned) pipes; `news[0]` is to be watched */
};

/* Makes its pipes and starts its thread; to be called only while no call is on its way (worker.h). */
struct copier *copier_new(const struct own *own);
/* In the child of fork(), where its thread is not: closes its descriptors and frees it. */
void copier_forget(struct copier *copier);
/* Begins to copy. */
void copier_add(struct copier *copier, const struct copy_wish *wish);
/* What there is to tell; false: nothing more for now. */
bool copier_next(struct copier *copier, struct copy_news *news);

#endif
