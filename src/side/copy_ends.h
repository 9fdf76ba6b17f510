/*
 * The two ends that all connections share while they are copied: what is read from (struct copy_input) and what is
 * written to (struct copy_output). Their descriptors are others' too, so nothing of them is changed but the size of a
 * pipe; nothing here sleeps but a write to a file or a terminal.
 */
#ifndef SOCKSTEP_SIDE_COPY_ENDS_H
#define SOCKSTEP_SIDE_COPY_ENDS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/text.h"
#include "side/copy_wish.h"

/* So many bytes at once; and of input that becomes datagrams, as nc(1) does it. */
enum { COPY_PIECE = 1 << 20, COPY_DATAGRAM = 16384 };

enum copy_kind { COPY_FILE, COPY_PIPE, COPY_OTHER };

struct copy_input {
	int fd; /* -1: there is none */
	enum copy_kind kind;
	bool ready;        /* poll() said so, and nothing has said otherwise since */
	bool ended;
	int error;
	bool crlf, after_cr;
	double interval, next_line; /* when the next line may go, by execute_now() */
	char *buffer;      /* (owned) NULL: nothing was read into it yet */
	size_t len;        /* bytes in it */
	size_t open;       /* of them those that may be sent: all, or the first lines */
};

void copy_input_init(struct copy_input *input, const struct copy_wish *wish);
void copy_input_release(struct copy_input *input);
/* Reads into the buffer, which is empty, what there is, at most `most`. */
void copy_input_fill(struct copy_input *input, size_t most);
/* All that was open is sent: opens the next line, if it is time, or empties the buffer. */
void copy_input_go_on(struct copy_input *input);
/* Can bytes go on without a buffer? Those of a pipe could, by splice(2), but go faster through a buffer: its writer has
 * its pages back at once. */
bool copy_input_is_direct(const struct copy_input *input);
/* Sends some to a socket without a buffer, as sendfile(2): their number, 0 at the end of input (then `ended` is set),
 * -1 with errno. EINVAL: it cannot be done so, nor will it be. */
ssize_t copy_input_sendfile(struct copy_input *input, int fd);

struct copy_output {
	int fd; /* -1: what is received is dropped */
	enum copy_kind kind;
	enum copy_show show;
	bool full;         /* nothing can be written before poll() says so */
	char *buffer;      /* (owned) of COPY_PIECE bytes; NULL: not needed yet */
	char cut[4];       /* the beginning of a character whose end has not come */
	size_t cut_len;
};

void copy_output_init(struct copy_output *output, const struct copy_wish *wish);
void copy_output_release(struct copy_output *output);
char *copy_output_buffer(struct copy_output *output);
/* Can bytes go from a socket without a buffer? */
bool copy_output_is_direct(const struct copy_output *output);
/* Takes some from a socket without a buffer: as splice(2); EAGAIN: `full` says whether it is the output that must
 * wait. */
ssize_t copy_output_splice(struct copy_output *output, int fd);
/* Writes all, as it is or shown. False with errno. */
bool copy_output_write(struct copy_output *output, const char *bytes, size_t len);
/* Nothing more comes: what was kept of a character that was not whole is shown. */
bool copy_output_end(struct copy_output *output);

#endif
