/*
 * A socket as the world knows it. Its texts are in one block: there may be ten thousand sockets, and each text by
 * itself would take more than it says.
 */
#ifndef SOCKSTEP_WORLD_SOCKET_H
#define SOCKSTEP_WORLD_SOCKET_H

#include <stdint.h>

struct world_socket {
	int64_t cookie;
	char *texts;   /* (owned) in which the next five stand, written by socket_texts_keep() */
	const char *host, *proto, *local, *peer, *state; /* state NULL: not known */
	int64_t family, type, inode;
	int64_t recvq, sendq, retransmits;  /* EVENT_NO_INT: not known */
	char *timer;                        /* (owned) NULL: none */
	double timer_end;                   /* session's clock, seconds */
	char *info;                         /* (owned) what else TCP knows, as ss writes it; NULL: not told */
	int64_t descriptors;                /* how many descriptors of sides lead to it */
};

/* Borrowed ones; NULL: there is none. */
struct socket_texts {
	const char *host, *proto, *local, *peer, *state;
};

struct socket_texts socket_texts(const struct world_socket *socket);
/* The socket has these now, its own copies; they may be those that it had. */
void socket_texts_keep(struct world_socket *socket, const struct socket_texts *texts);
/* What it owns, and itself. */
void socket_free(struct world_socket *socket);

#endif
