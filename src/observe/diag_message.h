/*
 * sock_diag's messages: requests made, answers taken apart. Pure: bytes in, a struct out; no descriptor. Nothing is
 * owned.
 */
#ifndef SOCKSTEP_OBSERVE_DIAG_MESSAGE_H
#define SOCKSTEP_OBSERVE_DIAG_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "observe/facts.h"

/* The kernel's name in a request for TCP sockets that are bound, neither listen nor are connected (Linux 6.8). */
enum { STATE_BOUND_INACTIVE = 13 };

struct diag_filter {
	int protocol;        /* IPPROTO_TCP, IPPROTO_UDP, IPPROTO_RAW, or 0: UNIX */
	int family;          /* AF_INET, AF_INET6, or 0: both; ignored for UNIX */
	uint32_t states;     /* bits 1 << STATE_*; 0: all */
	uint16_t local_port; /* host order; 0: any; the kernel does the choosing. For raw: the IP protocol's number */
	bool detail;
};

enum { DIAG_REQUEST_ROOM = 128 };

enum reply_kind {
	REPLY_SOCKET,
	REPLY_DONE,      /* the end of a dump; `error` if it ended with one */
	REPLY_ERROR,     /* `error`; 0 is an acknowledgement */
	REPLY_NOOP,
	REPLY_OVERRUN,   /* NLMSG_OVERRUN: data was lost */
	REPLY_MALFORMED, /* cut short, or not as linux/inet_diag.h and linux/unix_diag.h have it; `reason` */
};

struct diag_reply {
	enum reply_kind kind;
	uint32_t seq;
	bool interrupted; /* NLM_F_DUMP_INTR */
	int error;        /* an errno, positive */
	const char *reason;
	struct socket_facts facts; /* of REPLY_SOCKET */
};

/* An exact request. UDP's handler wants source and destination exchanged (net/ipv4/udp_diag.c, "for historical
 * reasons") and gets them so. The cookie is not sent: we compare it ourselves, since the kernel's ESTALE would not tell
 * which socket has the addresses now. `room` must be aligned for a struct nlmsghdr. Returns the bytes made. */
size_t diag_request_look(unsigned char room[DIAG_REQUEST_ROOM], uint32_t seq, const struct diag_key *key);
/* A dump; the filter's family must not be 0 but for UNIX. */
size_t diag_request_dump(unsigned char room[DIAG_REQUEST_ROOM], uint32_t seq, const struct diag_filter *filter);

/*
 * The first message of `bytes`, which must be aligned for a struct nlmsghdr; `protocol` is that of the request, since
 * the kernel does not repeat it. Returns how many bytes it took: all of them if it is malformed, 0 if `len` is 0.
 */
size_t diag_parse(const void *bytes, size_t len, int protocol, struct diag_reply *reply);

#endif
