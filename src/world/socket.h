/*
 * A socket as the world knows it. Its texts are in one block: there may be ten thousand sockets, and each text by
 * itself would take more than it says.
 */
#ifndef SOCKSTEP_WORLD_SOCKET_H
#define SOCKSTEP_WORLD_SOCKET_H

#include <stdbool.h>
#include <stdint.h>

#include "event/event.h"
#include "world/life.h"

enum { SOCKET_NOBODY = -1 };

/* A descriptor that leads to it: of which side of the world's list, and its number. */
struct socket_holder {
	int side, fd;
};

struct world_socket {
	int64_t cookie;
	int64_t arrival; /* the first one is 1; cookies do not rise with time */
	char *texts;   /* (owned) in which the next five stand, written by socket_texts_keep() */
	const char *host, *proto, *local, *peer, *state; /* state NULL: not known */
	uint16_t port, peer_port;           /* of the addresses; 0: none */
	int32_t descriptors;                /* how many descriptors of sides lead to it */
	struct socket_holder holder;        /* the first of them; its side is SOCKET_NOBODY where there is none */
	int64_t family, type, inode;
	int64_t recvq, sendq, retransmits;  /* EVENT_NO_INT: not known */
	char *timer;                        /* (owned) NULL: none */
	double timer_end;                   /* session's clock, seconds */
	char *info;                         /* (owned) what else TCP knows, as ss writes it; NULL: not told */
	struct life life;                   /* how it came to this */
};

/* Borrowed ones; NULL: there is none. */
struct socket_texts {
	const char *host, *proto, *local, *peer, *state;
};

/* Nothing is known of it. To be freed by socket_free(). */
struct world_socket *socket_new(const char *host, int64_t cookie);
/* The same once more, which owns all of its own. */
struct world_socket *socket_copy(const struct world_socket *socket);
struct socket_texts socket_texts(const struct world_socket *socket);
/* Are these the ones that it has? */
bool socket_has_texts(const struct world_socket *socket, const struct socket_texts *texts);
/* The socket has these now, its own copies; they may be those that it had. For world/sockets.h, which keeps sockets in
 * an order that depends on them. */
void socket_texts_keep(struct world_socket *socket, const struct socket_texts *texts);
/* Do packets lead to it by a port of TCP or UDP? */
bool socket_has_port(const struct world_socket *socket);
/* What it owns, and itself. */
void socket_free(struct world_socket *socket);

/* Orders of sockets (world/order.h): by cookie and host; */
int socket_compare_cookies(const void *left, const void *right);
/* by host, protocol and port, then what the kernel prefers when a packet comes: a pair of addresses before one alone,
 * one address before any. */
int socket_compare_ports(const void *left, const void *right);
/* by protocol, state and arrival; */
int socket_compare_states(const void *left, const void *right);
/* by the part of a second at which the timer ends, and arrival; */
int socket_compare_seconds(const void *left, const void *right);
/* by host and arrival. */
int socket_compare_hosts(const void *left, const void *right);

#endif
