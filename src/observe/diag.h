/*
 * Asking a host's kernel about its sockets: sock_diag(7) over one netlink socket, and /proc/net/raw where the kernel
 * has no raw_diag. The netlink socket looks into the network namespace it was opened in, from wherever it is used.
 * Nothing here waits: the kernel prepares its answer within sendmsg.
 *
 * "None" and "not known" are different answers everywhere.
 */
#ifndef SOCKSTEP_OBSERVE_DIAG_H
#define SOCKSTEP_OBSERVE_DIAG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "observe/diag_message.h"
#include "observe/facts.h"

enum { DIAG_PROTOCOLS = 4 }; /* those with a handler of their own in the kernel: TCP, UDP, raw, UNIX */

/* Can this kernel be asked about a protocol? Asked when it first answers ENOENT, which also means "no such socket". */
enum diag_support { SUPPORT_UNASKED, SUPPORT_YES, SUPPORT_NO };

struct diag {
	int fd;             /* (owned) NETLINK_SOCK_DIAG */
	int proc_net;       /* (owned) a directory descriptor on /proc/PID/net of the same namespace; -1: none */
	uint32_t sequence;  /* of the last request; the next one has one more */
	bool lists_bound;   /* from Linux 6.8 bound sockets that do not listen are listed */
	enum diag_support support[DIAG_PROTOCOLS];
	unsigned char *buffer; /* (owned) for what the kernel sends */
};

enum look {
	LOOK_FOUND,
	LOOK_GONE,    /* the kernel was asked and has no such socket */
	LOOK_UNKNOWN, /* it could not be asked: the message says why */
};

enum dump {
	DUMP_COMPLETE,
	DUMP_INCONSISTENT, /* sockets came and went while it was made, four times over: some may be missing or twice */
	DUMP_FAILED,       /* not known; the message says why, and what was told before does not count */
};

/* Who is told of each socket of a dump, and, when it has to be made anew, to forget what was told so far. */
struct diag_visitor {
	void (*socket)(void *context, const struct socket_facts *facts);
	/* False: what was told stands, it is not made anew. NULL: need not know. */
	bool (*again)(void *context);
	void *context;
};

/* This process's own network namespace. False with the reason if it cannot be opened (EMFILE, EPROTONOSUPPORT); then it
 * need not be released. Both descriptors are close-on-exec. */
bool diag_open(struct diag *diag, struct text *message);
/* Takes over `fd`, a NETLINK_SOCK_DIAG socket, and `proc_net` (may be -1: then raw sockets may be unknown), of any
 * namespace. */
void diag_of_fd(struct diag *diag, int fd, int proc_net);
void diag_release(struct diag *diag);

/*
 * One exact look-up. For TCP and UDP the key's two addresses, for UNIX its inode must be given. TIME_WAIT, SYN_RECV and
 * sockets without a descriptor are found too. GONE also when the addresses now belong to another socket (a listener, a
 * successor). `facts` is filled when FOUND, the message (appended to) when UNKNOWN.
 *
 * Some questions the kernel answers only by walking through a table, from which it picks by port: which of several
 * sockets that share both addresses (SO_REUSEPORT) has that cookie; a listener or a UDP socket that is gone (tens and
 * hundreds of microseconds beside 10,000 others); `peer_unknown` and `bound` (2 ms). A TCP socket that is bound and
 * does not listen is looked for only where the key says `bound`, and found from Linux 6.8 (`lists_bound`), before that
 * GONE. A socket without a port is in no table of any kernel: UNKNOWN.
 */
enum look diag_look(struct diag *diag, const struct diag_key *key, struct socket_facts *facts, struct text *message);

/* Every socket that the filter lets through. The message is appended to when it FAILED. */
enum dump diag_dump(struct diag *diag, const struct diag_filter *filter, const struct diag_visitor *visitor,
		    struct text *message);

#endif
