/*
 * The descriptor table of the calling process, read through a kept directory descriptor on /proc/self/fd, without
 * opening anything: a scan leaves the table as it found it.
 */
#ifndef SOCKSTEP_OBSERVE_FDS_H
#define SOCKSTEP_OBSERVE_FDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "call/address.h"
#include "observe/facts.h"

enum fd_kind {
	FD_TCP,
	FD_UDP,
	FD_RAW,
	FD_ICMP, /* SOCK_DGRAM with IPPROTO_ICMP or IPPROTO_ICMPV6 */
	FD_UNIX,
	FD_UNIX_DGRAM,
	FD_UNIX_SEQPACKET,
	FD_NETLINK,
	FD_PACKET,
	FD_SOCKET, /* of another kind */
	FD_PIPE,
	FD_FIFO, /* a pipe with a name */
	FD_FILE,
	FD_DIRECTORY,
	FD_NULL,
	FD_TTY,
	FD_DEVICE,
	FD_EPOLL,
	FD_EVENT,
	FD_SIGNAL,
	FD_TIMER,
	FD_OTHER,
	FD_KIND_COUNT,
};

enum { FD_TARGET_ROOM = 128 };

struct fd_facts {
	int fd;
	enum fd_kind kind;
	bool nonblocking, close_on_exec;
	int access;     /* O_RDONLY, O_WRONLY, O_RDWR */
	uint64_t inode; /* of sockets and pipes: the number in socket:[…], pipe:[…]; else 0 */
	/* Where /proc/self/fd/N points, cut to the room; foreign bytes: show them through base/show.h. */
	char target[FD_TARGET_ROOM];

	/* Sockets only. */
	bool is_socket;
	int family, type, protocol;
	uint64_t cookie; /* SO_COOKIE, socket(7); 0: not known */
	bool listening;
	int tcp_state;        /* STATE_*; 0: not TCP or not known */
	struct address local; /* len 0: getsockname failed */
	struct address peer;  /* len 0: not connected */
	unsigned interface;   /* SO_BINDTODEVICE's index; 0: none */
};

struct fd_table {
	struct fd_facts *fds; /* (owned) by rising number */
	size_t count;
	size_t room;
};

/* The handlers may be NULL. */
struct fd_table_changes {
	void (*opened)(void *context, const struct fd_facts *now);
	/* The same socket or file as before, but something of it differs. */
	void (*changed)(void *context, const struct fd_facts *before, const struct fd_facts *now);
	void (*closed)(void *context, const struct fd_facts *before);
	void *context;
};

void fd_table_init(struct fd_table *table);
void fd_table_release(struct fd_table *table);
/* NULL if the number is not in the table. */
const struct fd_facts *fd_table_find(const struct fd_table *table, int fd);

/* A descriptor on /proc/self/fd for fds_scan, close-on-exec, -1 with errno. */
int fds_open(void);
/* Fills the table anew with every descriptor below `below`, but `directory` itself. False with errno if the directory
 * could not be read; the table is empty then. A descriptor that another thread closes meanwhile is left out. */
bool fds_scan(int directory, int below, struct fd_table *table);
/* One descriptor; false if it is not open. */
bool fds_look(int directory, int fd, struct fd_facts *facts);

/* Is it the same open thing (kind, inode and, of a socket, cookie)? */
bool fd_facts_same_object(const struct fd_facts *a, const struct fd_facts *b);
/* Nothing to tell apart. */
bool fd_facts_equal(const struct fd_facts *a, const struct fd_facts *b);
/* What changed from one scan to the next, by rising number; a number that now holds something else was closed and
 * opened. */
void fd_table_diff(const struct fd_table *before, const struct fd_table *now, const struct fd_table_changes *changes);

/* The key that asks sock_diag for this socket, with `peer_unknown` in SYN_SENT and `bound` in CLOSED; false if it is
 * one that diag_look cannot be asked about (netlink, files). */
bool fd_facts_key(const struct fd_facts *facts, struct diag_key *key);

/* "tcp", "udp", "raw", "icmp", "unix", "unix-dgram", "unix-seqpacket", "netlink", "packet", "socket", "pipe", "fifo",
 * "file", "directory", "null", "tty", "device", "epoll", "event", "signal", "timer", "other". */
const char *fd_kind_name(enum fd_kind kind);

#endif
