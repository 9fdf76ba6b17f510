/*
 * What the kernel says of one socket at one moment, with or without a descriptor, whatever way it was asked. A plain
 * value: it owns nothing and may be copied.
 */
#ifndef SOCKSTEP_OBSERVE_FACTS_H
#define SOCKSTEP_OBSERVE_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "call/address.h"
#include "observe/tcp_facts.h"

/* What runs for a TCP socket, by the numbers of inet_diag_msg's idiag_timer; ss's names in facts_timer_name(). */
enum socket_timer {
	TIMER_NONE,
	TIMER_RETRANSMIT, /* "on": retransmission, tail loss probe, RACK's reordering; of SYN_RECV the SYN,ACK's */
	TIMER_KEEPALIVE,  /* "keepalive": also that of FIN_WAIT2 before it becomes a TIME_WAIT object */
	TIMER_TIME_WAIT,  /* "timewait" */
	TIMER_PERSIST,    /* "persist": zero window probe */
	TIMER_UNKNOWN,    /* a number that this table does not know */
};

/* The numbers of one socket's memory (sock_diag's SK_MEMINFO_*), bytes but for the drops. */
enum socket_memory {
	MEMORY_RECEIVED, /* r */
	MEMORY_RECEIVE_BUFFER,
	MEMORY_SENT, /* t */
	MEMORY_SEND_BUFFER,
	MEMORY_FORWARD,
	MEMORY_QUEUED,
	MEMORY_OPTION,
	MEMORY_BACKLOG,
	MEMORY_DROPS, /* packets */
	MEMORY_COUNT,
};

enum { CONGESTION_NAME_ROOM = 16, CONGESTION_INFO_ROOM = 20, PENDING_SHOWN = 16 };

/* What kind of numbers `congestion_info` holds (union tcp_cc_info in linux/inet_diag.h). */
enum congestion_kind { CONGESTION_PLAIN, CONGESTION_VEGAS, CONGESTION_DCTCP, CONGESTION_BBR };

struct socket_facts {
	int protocol;   /* IPPROTO_TCP, IPPROTO_UDP, IPPROTO_RAW (of any raw socket); 0 for UNIX */
	int family;     /* AF_INET, AF_INET6, AF_UNIX: the socket's own, also where its addresses are IPv4-mapped */
	int type;       /* SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET */
	int state;      /* STATE_* of call/constants.h; NEW_SYN_RECV is told as SYN_RECV; a UDP, raw or UNIX socket
	                   that is connected says ESTABLISHED, one that is not CLOSED */
	uint64_t cookie; /* 0: not known (/proc/net/raw has none) */
	uint32_t inode;  /* 0: no descriptor anywhere (SYN_RECV, accept queue, orphan, TIME_WAIT) */
	uint32_t uid;
	struct address local; /* as the kernel holds it: IPv4-mapped ones stay mapped */
	struct address peer;  /* unconnected: the wildcard with port 0; UNIX: empty, `peer_inode` tells */
	int raw_protocol;     /* of a raw socket: the number of its IP protocol */
	unsigned interface;   /* index of the interface that it is bound to; 0: none */

	uint32_t recvq; /* bytes (a FIN counts one); LISTEN: connections in the accept queue */
	uint32_t sendq; /* bytes (SYN and FIN count one); LISTEN: the backlog */
	enum socket_timer timer;
	uint32_t timer_left; /* milliseconds */
	uint32_t retransmits; /* of the running timer: retransmissions, or probes sent */

	bool has_shutdown;
	uint8_t shutdown; /* 1: may not receive, 2: may not send (the kernel's RCV_SHUTDOWN, SEND_SHUTDOWN) */

	/* What follows is filled only where detail was asked for and the kernel told; each says whether it did. */
	size_t tcp_len; /* bytes of `tcp` that the kernel wrote, 0: none; see TCP_FACTS_HAS */
	struct tcp_facts tcp;
	unsigned memory_count; /* so many of `memory` were told */
	uint32_t memory[MEMORY_COUNT];
	char congestion[CONGESTION_NAME_ROOM]; /* "": not told */
	enum congestion_kind congestion_kind;
	unsigned char congestion_info[CONGESTION_INFO_ROOM];
	char upper_layer[CONGESTION_NAME_ROOM]; /* TCP_ULP: "tls", "mptcp"; "": none */
	bool has_tos, has_tclass, has_v6only, has_mark, has_class_id, has_cgroup;
	uint8_t tos, tclass;
	bool v6only;
	uint32_t mark;     /* only told to CAP_NET_ADMIN */
	uint32_t class_id; /* the priority */
	uint64_t cgroup;   /* the inode of its cgroup2 directory */

	bool has_peer_inode, has_vfs, has_pending; /* UNIX */
	uint32_t peer_inode;
	uint32_t vfs_inode, vfs_device; /* the file that its path names; the device as the kernel encodes it */
	uint32_t pending;               /* connections that wait for accept */
	uint32_t pending_inodes[PENDING_SHOWN]; /* the first of them; 0: not known */
};

/*
 * Which socket is meant. An address with len 0 stands for the wildcard with port 0, which is what an unconnected
 * socket's peer is. Sockets that share both addresses (SO_REUSEPORT, a TIME_WAIT and its successor) differ by cookie
 * only.
 */
struct diag_key {
	int protocol; /* as in socket_facts */
	struct address local;
	struct address peer;
	uint64_t cookie;    /* 0: any */
	uint32_t inode;     /* UNIX: required. Raw: used where the kernel tells no cookie. 0: any */
	unsigned interface; /* the index, for a socket bound to a device (SO_BINDTODEVICE); else 0 */
	int raw_protocol;   /* raw: the IP protocol's number */
	/* The peer is left out of the comparison; the cookie must be known. Of a socket in SYN_SENT getpeername()
	 * says ENOTCONN. Dear, since the kernel walks through its table: whoever knows where connect() went says so. */
	bool peer_unknown;
	/* TCP: it has a port, but no peer and does not listen. As dear, and its descriptor says nearly as much. */
	bool bound;
	bool detail;        /* TCP_INFO, memory, options too */
};

/* The key by which these facts are found again. */
struct diag_key facts_key(const struct socket_facts *facts);
/* Is this the socket that the key means? Compares cookies (where both are known), else inodes where no cookie is, and
 * addresses with IPv4-mapped ones unmapped; an empty address equals the wildcard with port 0. */
bool facts_match(const struct socket_facts *facts, const struct diag_key *key);
/* The same address after unmapping; the empty address equals any wildcard with port 0. */
bool facts_same_address(const struct address *a, const struct address *b);

/* ss's word for a state that is not TCP's (one of TCP's would be mistaken for it), else TCP's own; "not known" if it
 * has none. */
const char *facts_state_name(const struct socket_facts *facts);
/* ss's names: "on", "keepalive", "timewait", "persist", "unknown"; "" for TIMER_NONE. */
const char *facts_timer_name(enum socket_timer timer);

#endif
