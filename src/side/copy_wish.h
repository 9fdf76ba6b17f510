/*
 * What is wished of a copy, and what there is to tell of it.
 */
#ifndef SOCKSTEP_SIDE_COPY_WISH_H
#define SOCKSTEP_SIDE_COPY_WISH_H

#include <stdbool.h>
#include <stdint.h>

enum copy_show {
	COPY_RAW,
	COPY_SHOW_ASCII, /* what is received goes to a terminal: through base/show.h, lines stay lines */
	COPY_SHOW_UTF8,
};

/* A connection to be copied. */
struct copy_wish {
	int64_t id;           /* of the request */
	int fd;
	int in, out;          /* -1: none */
	int dump;             /* what passes goes there as well (dump.h); -1: none */
	bool shut;            /* at the end of input the connection is shut for writing */
	bool hangup;          /* it ends when the peer has closed its direction */
	bool crlf;            /* LF becomes CR LF, unless a CR stands before it */
	enum copy_show show;
	double quit;          /* so many seconds after the end of input it ends; negative: it does not */
	double idle;          /* it ends after so many seconds in which nothing moved; 0: it does not */
	double interval;      /* seconds between lines of input */
	int64_t packets;      /* it ends after so many were received; 0: it does not */
};

enum copy_status {
	COPY_INPUT_ENDED, /* nothing more will be sent */
	COPY_INPUT_OPEN,  /* the peer has closed, and the input, from which nothing comes, is still open */
	COPY_PEER_CLOSED, /* the peer's end of stream was read */
	COPY_DONE,
};

/* Who closed first. */
enum copy_first { COPY_NOBODY, COPY_INPUT, COPY_PEER };

enum copy_why {
	COPY_CLOSED, /* both directions, or the only one there is */
	COPY_QUIT,   /* `quit` seconds after the end of input */
	COPY_IDLE,   /* nothing moved for `idle` seconds */
	COPY_LIMIT,  /* so many packets have come */
	COPY_FAILED, /* `error` of the connection */
	COPY_IN,     /* `error` of what is read from */
	COPY_OUT,    /* `error` of what is written to */
	COPY_DUMP,   /* `error` of the dump */
};

struct copy_news {
	int64_t id;
	int fd;
	enum copy_status status;
	int64_t sent, received; /* bytes */
	double took;            /* seconds since it began */
	enum copy_first first;
	enum copy_why why;      /* of COPY_DONE */
	int error;              /* an errno, 0: none */
	char reason[120];       /* TLS's own words; "": none */
};

/* The words of a request, "FD [in=FD|none] [out=FD|none] [shut] [hangup] [crlf] [show=ascii|utf8] [quit=S] [idle=S]
 * [interval=S] [packets=N]"; `words` is changed. NULL, or the word that is not understood. */
const char *copy_wish_read(struct copy_wish *wish, char *words);

#endif
