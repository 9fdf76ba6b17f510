/*
 * A connection that is copied: what of the input it has taken, what it has received, and when it is over.
 *
 * Half-close is kept apart: the end of input ends sending (and shuts it down, if that is wished), the peer's end of
 * stream ends receiving; the connection is over when both have ended, or one has failed.
 */
#ifndef SOCKSTEP_SIDE_COPY_LINK_H
#define SOCKSTEP_SIDE_COPY_LINK_H

#include "call/address.h"
#include "side/copy_wish.h"
#include "side/tls.h"
#include "side/copy_ends.h"

struct copy_link {
	struct copy_wish wish;
	int flags;                  /* of its descriptor, before */
	struct tls *tls;            /* (borrowed) NULL: none */
	bool datagram;
	bool unconnected;           /* a datagram socket: what is sent goes to who sent last */
	struct address sender;      /* len 0: nobody has */
	bool can_send, can_receive; /* poll() said so, and nothing has said otherwise since */
	bool send_over, receive_over;
	size_t taken;               /* bytes of the input's buffer */
	int64_t sent, received, packets;
	double began, moved, input_ended;
	enum copy_first first;
	bool told_open;             /* COPY_INPUT_OPEN was told */
	bool done;
	enum copy_why why;
	int error;
	int waiting_error;          /* came behind bytes that had to be taken first; 0: none */
	char reason[120];           /* TLS's own words; "": none */
};

/* Makes the descriptor non-blocking. */
void copy_link_init(struct copy_link *link, const struct copy_wish *wish, const struct copy_input *input);
/* Gives it its flags back. */
void copy_link_end(struct copy_link *link);

/* Do its bytes need a buffer, however they come? */
bool copy_link_needs_buffer(const struct copy_link *link);
/* Is there something that it would send, if it could? */
bool copy_link_wants_to_send(const struct copy_link *link, const struct copy_input *input, bool alone);
/* Sends what can be sent now, of the buffer or, `alone`, straight from the input. */
void copy_link_send(struct copy_link *link, struct copy_input *input, bool alone);
/* The input has ended and all of it is sent; true the first time. */
bool copy_link_end_sending(struct copy_link *link, const struct copy_input *input);
/* Receives some; true if it was the end of the peer's stream. */
bool copy_link_receive(struct copy_link *link, struct copy_output *output);
/* What poll() says of a descriptor that has failed. */
void copy_link_fail(struct copy_link *link);
/* Has nothing come from the input for a moment, while the peer has closed? True once. */
bool copy_link_is_left_open(struct copy_link *link, double now);
/* Is it over, by now? Sets `done` and `why`. The seconds until it may be by time alone; negative: it is not by time. */
double copy_link_look(struct copy_link *link, double now);

#endif
