/*
 * Making a call: exactly that one system call (or, of getaddrinfo and getnameinfo, that library function), with the
 * values of struct call as its arguments, and what the kernel gives filled into it.
 *
 * Each call of calls.def has its executor, execute_NAME, in the file of its theme; the table in execute.c does not link
 * without it. An executor returns what the call returns, and leaves errno. It runs in a thread of the side and touches
 * nothing but the call.
 */
#ifndef SOCKSTEP_SIDE_EXECUTE_H
#define SOCKSTEP_SIDE_EXECUTE_H

#include <stdbool.h>
#include <sys/uio.h>

#include "call/call.h"
#include "side/own.h"

struct execution {
	struct call call; /* (owned) */
	long result;
	int error;        /* an errno, of RESULT_EAI calls an EAI number; 0 for none */
	double took;      /* seconds */
};

/* CLOCK_MONOTONIC in seconds. */
double execute_now(void);
/* Makes the call and fills in the rest. A descriptor of our own is answered as one that is not open. */
void execution_run(struct execution *execution, const struct own *own);
/* The bytes that went or came, at most `result`, beginning with the first; NULL if the call moves none that we see.
 * Several buffers are joined. The caller frees it. */
char *execution_data(const struct execution *execution, size_t *len);
/* May a thread that makes this call sleep in system call `number`? */
bool execute_sleeps_in(enum call_id id, long number);

#define CALL(name, ...) long execute_##name(struct call *call);
#include "call/calls.def"
#undef CALL

/* ---- for the executors: the argument number `index` of the table ---- */

/* 0 if it is absent. */
int execute_int(const struct call *call, size_t index);
long long execute_number(const struct call *call, size_t index);
/* NULL and 0 if it is absent. */
const struct sockaddr *execute_address(const struct call *call, size_t index, socklen_t *len);
/* Fills an OUT address with what the kernel wrote, of which it said that it has `len` bytes. */
void execute_give_address(struct call *call, size_t index, const struct address *address, socklen_t len);
/* The number of bytes to be sent: a DATA_LEN if there is one, else all. */
size_t execute_data_len(const struct call *call, size_t data, size_t len);
/* A buffer of so many bytes and one, NULL with ENOMEM; give_buffer() makes it the value of an OUT argument, cut to what
 * the call gave (or frees it, for a negative result). */
char *execute_buffer(size_t len);
void execute_give_buffer(struct call *call, size_t index, char *buffer, long given, size_t len);

#endif
