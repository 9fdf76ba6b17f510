/*
 * The sockets that a lookout keeps an eye on, by cookie. There may be ten thousand: of each address only what IP needs
 * is kept, a quarter of what any address may take. (A UNIX socket is looked up by its inode, whatever its name.)
 */
#ifndef SOCKSTEP_LAB_WATCHED_H
#define SOCKSTEP_LAB_WATCHED_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "observe/diag.h"

struct watched_address {
	union {
		struct sockaddr any; /* AF_UNSPEC: none, or none of IP */
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	};
};

struct watched {
	int64_t cookie;
	struct watched_address local, peer;
	uint32_t inode;
	unsigned interface;
	int protocol, raw_protocol; /* as a diag_key has them */
	bool tcp, bound;
	double next, pause; /* when it is looked at again (loop's clock; 0: only when asked), and how long after that */
	double timer_end;   /* of a TIME_WAIT */
	double queue_due;   /* of a listener: when it is looked who is in its queue; 0: not at all */
	double planned;     /* when the lookout comes to it by itself; 0: it does not */
};

struct watch_list {
	struct watched *all; /* (owned) by rising cookie */
	size_t count, room;
};

void watch_list_release(struct watch_list *list);
/* NULL: it is not watched. What is found is good until the list changes. */
struct watched *watch_list_find(const struct watch_list *list, int64_t cookie);
/* The one that is there, or a new one of which nothing is known. */
struct watched *watch_list_add(struct watch_list *list, int64_t cookie);
void watch_list_remove(struct watch_list *list, struct watched *watched);

/* What to ask the kernel for it. */
struct diag_key watched_key(const struct watched *watched);
void watched_set_key(struct watched *watched, const struct diag_key *key);
void watched_set_local(struct watched *watched, const struct address *local);
void watched_set_peer(struct watched *watched, const struct address *peer);
/* In the host's order; 0: none. */
uint16_t watched_port(const struct watched *watched);
/* Has the kernel a table in which it can be looked up? */
bool watched_can_be_asked(const struct watched *watched);
/* Are these its protocol and addresses? */
bool watched_is(const struct watched *watched, int protocol, const struct address *local, const struct address *peer);

#endif
