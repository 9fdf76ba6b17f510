/*
 * A host of the lab: a network namespace with loopback, one link to the wire, its addresses and its sysctls. It lasts
 * as long as its descriptor is kept, or a side is on it.
 */
#ifndef SOCKSTEP_SIDE_LAB_HOST_H
#define SOCKSTEP_SIDE_LAB_HOST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "side/lab_link.h"
#include "side/lab_netlink.h"

enum { LAB_ADDRESSES_MAX = 16 };

struct lab_host {
	char *name; /* (owned) */
	int netns;  /* (owned) */
	enum lab_link_kind link;
	unsigned number; /* of its link */
	struct lab_address addresses[LAB_ADDRESSES_MAX];
	size_t address_count;
};

/* What goes to sockstep. */
struct lab_host_ends {
	int link;
	int diag; /* NETLINK_SOCK_DIAG of that namespace; -1: this kernel has none */
};

struct lab_host_wish {
	const char *name; /* (borrowed) */
	bool stock;       /* with the system's own sysctls, as far as the link can be silent then */
	unsigned number;  /* of its link, no other's */
	enum lab_link_kind link;
	int wire; /* the namespace that the process is in, for the wire's ends (borrowed) */
	struct lab_address addresses[LAB_ADDRESSES_MAX];
	size_t address_count;
};

/* "10.0.0.1", "fd00::1", either with "/24". A network of /24 or /64 where none is said. False: it is none, or it is one
 * that no host can have. */
bool lab_address_read(struct lab_address *address, const char *string);
/* Adds it without the network's length. */
void lab_address_print(struct text *out, const struct lab_address *address);
bool lab_address_is(const struct lab_address *a, const struct lab_address *b);

/* Makes it; the process is then in `wire` again. Notes are added for what is not as it should be. False with a
 * message, and nothing is left of it. */
bool lab_host_make(struct lab_host *host, const struct lab_host_wish *wish, struct lab_host_ends *ends,
		   struct text *notes, struct text *message);
void lab_host_release(struct lab_host *host);
/* The process goes to the host's namespace; dies if it cannot. */
void lab_host_enter(const struct lab_host *host);
/* From within: TCP waits at least so long before it sends again, over all routes; 0: as the kernel has it. False with a
 * message. */
bool lab_host_set_rto_min(const struct lab_host *host, unsigned milliseconds, struct text *message);

#endif
