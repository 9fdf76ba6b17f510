/*
 * What can be asked: the world and the log, and beyond them the kernel, through a struct of operations, so that whoever
 * explains or lists something can be tested with recorded events and no kernel. Nothing is owned here.
 *
 * Each question to the kernel may stay without an answer, and says so: "none" and "not known" are different.
 */
#ifndef SOCKSTEP_SESSION_INQUIRY_H
#define SOCKSTEP_SESSION_INQUIRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "observe/diag.h"
#include "session/state.h"

struct inquiry_ops {
	/* All that the kernel says of one socket. */
	enum look (*facts)(void *owner, const struct world_socket *socket, struct socket_facts *facts,
			   struct text *message);
	/* Every socket of a host that the filter lets through. */
	enum dump (*dump)(void *owner, const char *host, const struct diag_filter *filter,
			  const struct diag_visitor *visitor, struct text *message);
	/* What a file under /proc/sys/ holds on that host ("net/ipv4/ip_local_port_range"), without its newline. False:
	 * not known. */
	bool (*setting)(void *owner, const char *host, const char *name, struct text *value);
	/* Every IP address of the host, separated by spaces. False: not known. */
	bool (*addresses)(void *owner, const char *host, struct text *list);
};

struct inquiry {
	const struct world *world;
	const struct log *log;
	const struct named *names;
	size_t name_count;
	double now; /* of the session's clock */
	const struct inquiry_ops *ops;
	void *owner;
};

struct inquiry inquiry_of(struct session *session);
/* The same after a look at every socket that is watched, so that what is told is true now. Events may come of it: what
 * pointed into the world or the log points nowhere. */
struct inquiry inquiry_after_look(struct session *session);

/* The name that was given to a descriptor; NULL: none. */
const char *inquiry_name(const struct inquiry *inquiry, const char *side, int64_t fd);
/* A number of /proc/sys; false: not known. */
bool inquiry_setting(const struct inquiry *inquiry, const char *host, const char *name, long *value);
/* The ports from which this host's kernel chooses (ip_local_port_range, ip(7)). */
bool inquiry_port_range(const struct inquiry *inquiry, const char *host, long range[2]);

enum answer { ANSWER_NO, ANSWER_YES, ANSWER_NOT_KNOWN };

/* Does this address (its port does not matter) belong to the host? 127.0.0.0/8 and ::1 are every host's. */
enum answer inquiry_has_address(const struct inquiry *inquiry, const char *host, const struct address *address);
/* The host at which the address is to be found: `host` itself, or another of the world's; NULL: none that is known. */
const char *inquiry_host_of(const struct inquiry *inquiry, const char *host, const struct address *address);

/* The sockets of a dump. */
struct socket_list {
	struct socket_facts *items; /* (owned) */
	size_t count, room;
	enum dump dump;             /* FAILED: nothing is known */
	struct text message;        /* why */
};

/* Asks; the list is to be released whatever came of it. */
void socket_list_ask(struct socket_list *list, const struct inquiry *inquiry, const char *host,
		     const struct diag_filter *filter);
void socket_list_release(struct socket_list *list);

/* ---- which descriptors lead to a socket ---- */

/* Does this row lead to the socket with that cookie (0: not known; then by inode, 0: none)? */
bool row_leads_to(const struct event_fd *row, uint64_t cookie, uint64_t inode);
/* "server 3, server.2 3": adds every descriptor of the host's sides that leads to it; false if there is none. */
bool inquiry_add_owners(struct text *out, const struct inquiry *inquiry, const char *host, uint64_t cookie,
			uint64_t inode);
/* Seconds until a world's socket's timer ends, at least 0. */
double inquiry_timer_left(const struct inquiry *inquiry, const struct world_socket *socket);
/* Why a socket of the world has no descriptor: "in accept queue", "orphan", "TIME_WAIT, 43 s left" … */
void inquiry_add_why_none(struct text *out, const struct inquiry *inquiry, const struct world_socket *socket);
/* The same of what the kernel tells: its owners, why it has none, or whose it is ("foreign, uid 1000"). */
void inquiry_add_holder(struct text *out, const struct inquiry *inquiry, const char *host,
			const struct socket_facts *facts);

#endif
