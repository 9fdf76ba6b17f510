/*
 * What a side is asked for, one line each: "TOKEN CALL", "TOKEN CALL &", "TOKEN interrupt [THREAD]", "TOKEN quiet",
 * "TOKEN fds", "TOKEN syscalls on|off", "TOKEN copy FD …",
 * "TOKEN tls FD …", "TOKEN dump FILE", "TOKEN bye". sockstep-side(8) describes them.
 */
#ifndef SOCKSTEP_SIDE_REQUEST_H
#define SOCKSTEP_SIDE_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "call/call.h"
#include "side/copy_wish.h"
#include "side/tls.h"

enum request_kind {
	REQUEST_CALL,
	REQUEST_INTERRUPT,
	REQUEST_QUIET,
	REQUEST_FDS,
	REQUEST_SYSCALLS,
	REQUEST_COPY,
	REQUEST_TLS,
	REQUEST_DUMP,
	REQUEST_BYE,
};

struct request {
	enum request_kind kind;
	int64_t id;      /* the token */
	struct call call; /* (owned) */
	bool in_thread;  /* & stood behind it */
	int thread;      /* of interrupt; 0: whichever is in a call, the first before the others */
	bool on;         /* of syscalls */
	struct copy_wish copy;
	char *words;     /* (owned) that `tls` borrows, or the file of `dump`; NULL: none */
	struct tls_wish tls;
};

/* Reads the number at the beginning; what follows it and a space, or NULL if there is none (then *id is
 * EVENT_NO_INT). */
char *request_token(char *line, int64_t *id);
/* Reads a line, which is changed; `len` as lines_next_line() tells. False with a mistake, whose column is -1 where
 * there is none; `request->id` tells the token, as far as it could be read. True: to be released. */
bool request_read(struct request *request, char *line, size_t len, struct mistake *mistake);
void request_release(struct request *request);

#endif
