/*
 * Requests to rtnetlink(7), several at once, about the network namespace in which the socket was opened. The kernel
 * works them off within sendmsg(), so nothing here waits.
 */
#ifndef SOCKSTEP_SIDE_LAB_NETLINK_H
#define SOCKSTEP_SIDE_LAB_NETLINK_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

enum { NETLINK_REQUESTS_MAX = 48, NETLINK_ROOM = 8192 };

/* An address of a host. */
struct lab_address {
	int family;              /* AF_INET or AF_INET6 */
	unsigned char bytes[16]; /* in network order; of IPv4 the first four */
	uint8_t prefix;          /* so many leading bits are the network's */
};

struct netlink {
	int fd;                                  /* (owned) */
	unsigned count;                          /* requests that were added */
	size_t len;                              /* bytes of `room` that are complete */
	struct nlmsghdr *last;                   /* the request that is being filled in, behind them */
	const char *what[NETLINK_REQUESTS_MAX];  /* what each is for (borrowed) */
	_Alignas(struct nlmsghdr) char room[NETLINK_ROOM];
};

/* False with a message. */
bool netlink_open(struct netlink *netlink, struct text *message);
void netlink_release(struct netlink *netlink);

/* A further request, to which the caller adds header and attributes (libmnl) before the next one is begun. */
struct nlmsghdr *netlink_add(struct netlink *netlink, const char *what, uint16_t type, uint16_t flags);
/* A link goes up, without ARP and neighbour discovery but for loopback; mtu 0: as it is. */
void netlink_add_up(struct netlink *netlink, unsigned index, unsigned mtu);
/* An address, usable at once; of IPv4 with its network's broadcast address. */
void netlink_add_address(struct netlink *netlink, unsigned index, const struct lab_address *address);
/* All that is not nearer goes out there. rto_min: TCP over this route waits at least so many milliseconds before it
 * sends again (ip-route(8)); 0: as the kernel has it. */
void netlink_add_default_route(struct netlink *netlink, unsigned index, int family, unsigned rto_min);
/* The route to the address's own network, which came with the address, is made anew. */
void netlink_add_own_network(struct netlink *netlink, unsigned index, const struct lab_address *address,
			     unsigned rto_min);

/* From now on the socket hears of IPv6 routes; it is not for requests any more. False with a message. */
bool netlink_listen(struct netlink *netlink, struct text *message);
/* Waits, listening, until each of the host's IPv6 addresses (64 at most) is its own: the kernel makes the local route
 * to an address in a work of its own, after it answered the request, and throws away what comes before. False with a
 * message if that takes too long. */
bool netlink_await_local(struct netlink *netlink, const struct lab_address *addresses, size_t count,
			 struct text *message);

/* Sends what was added, and forgets it. False with a message that says which one was refused first, and errno. */
bool netlink_do(struct netlink *netlink, struct text *message);

#endif
