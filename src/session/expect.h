/*
 * An expectation: something that should be true of the world within a time.
 */
#ifndef SOCKSTEP_SESSION_EXPECT_H
#define SOCKSTEP_SESSION_EXPECT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "call/syntax.h"

struct session;

enum expectation_kind {
	EXPECT_NOTHING,  /* none is set */
	EXPECT_RESULT,   /* result N: of the call on the last call line */
	EXPECT_ERROR,    /* error ERRNO */
	EXPECT_RECEIVED, /* received DATA */
	EXPECT_STATE,    /* SIDE SOCKET state STATE */
	EXPECT_GONE,     /* SIDE LOCAL PEER gone */
	EXPECT_RECVQ,    /* SIDE SOCKET recvq N */
	EXPECT_SENDQ,    /* SIDE SOCKET sendq N */
	EXPECT_BLOCKED,  /* SIDE blocked */
	EXPECT_FDS,      /* SIDE fds N,N… */
	EXPECT_SAME,     /* same SIDE FD SIDE FD */
	EXPECT_SIGNAL,   /* SIDE signal SIGNAL */
};

struct expectation {
	enum expectation_kind kind;
	char *text;          /* (owned) as it was written, without the time */
	double within;       /* seconds */
	struct syntax_list words; /* (owned) */
	const char *side, *other_side;       /* into words */
	const char *socket, *peer;           /* a descriptor, or two addresses; into words */
	const char *other_socket;
	const struct syntax *value;          /* what it should be; the first of several; into words */
	long long number;
};

enum { EXPECT_SECONDS = 1 };

/* Reads what follows `expect`; columns of mistakes count from the beginning of `text`. */
bool expectation_read(struct expectation *expectation, const char *text, struct mistake *mistake);
void expectation_release(struct expectation *expectation);
/* Does it hold now? If not, `is` gets what is instead. */
bool expectation_holds(const struct expectation *expectation, struct session *session, struct text *is);

#endif
