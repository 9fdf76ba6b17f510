/*
 * A thread of a side, in which calls are made that may block. Thread 1 is that of plain calls, the others are those
 * of "call &"; a thread without a call waits to be used again.
 *
 * The control thread owns the struct and alone looks at most of it. It hands a call over by posting `go`; until
 * `done` is set `execution` belongs to the worker. There is no lock: so the child of a fork() finds none held.
 *
 * The thread's two /proc files have to be opened while no other thread takes a descriptor, since open() gives the
 * lowest number for a moment: whoever makes a worker waits until no call is on its way to sleep or back.
 */
#ifndef SOCKSTEP_SIDE_WORKER_H
#define SOCKSTEP_SIDE_WORKER_H

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "side/execute.h"
#include "side/own.h"
#include "side/report.h"

struct worker {
	int number; /* 1 for plain calls */
	pthread_t thread;
	pid_t tid;
	int stat_fd, syscall_fd; /* (owned) */
	const struct own *own;
	int wake; /* an eventfd that is written when a call has returned (borrowed) */
	sem_t go, ready;
	atomic_bool done;
	bool ending;
	sigset_t blocked; /* for the next call */
	struct execution execution;

	/* The control thread's. */
	bool busy;           /* a call was handed over and has not been told as returned */
	struct report_call told;
	bool told_blocked;   /* it was told that it is asleep */
	bool settled;        /* it slept when last looked at, and nothing has happened since */
	int reserved;        /* the number that a sleeping accept holds, -1: none */
	bool interrupting;   /* signals are sent until it has left the call */
	bool told_interrupt; /* the first of them was told */
	int64_t interrupt_id;
	double next_interrupt, interrupt_pause; /* when the next one is due, and how long then to wait; seconds */
};

/* Starts the thread, which sleeps; NULL and errno if there can be no more threads. */
struct worker *worker_new(int number, const struct own *own, int wake);
/* Ends and joins a thread that has no call under way, and frees it. */
void worker_free(struct worker *worker);
/* Hands a call over, of which it takes the values; `id` is that of the request. */
void worker_start(struct worker *worker, int64_t id, struct call *call);
/* Has the call returned? Then `execution` may be read, until worker_clear(). */
bool worker_is_done(const struct worker *worker);
void worker_clear(struct worker *worker);
/* By /proc: does the thread sleep in the very system call of its call? */
bool worker_is_asleep(const struct worker *worker);
/* Sends it one SIGINT. */
void worker_signal(const struct worker *worker);

#endif
