/*
 * The link between a lab host and the wire: eth0 in the host's network namespace, and a descriptor for the wire's end.
 *
 * TUN        the descriptor of the device itself; eth0 ends with its namespace.
 * veth pair  the near end, linkN, stays in the wire's namespace, and a packet socket on it is the descriptor. It is for
 * machines where /dev/net/tun cannot be opened. The near end's address is eth0's with the lowest bit flipped,
 *            so that who has the descriptor can tell it from getsockname(2).
 *
 * In both cases a struct virtio_net_hdr stands before each packet that is read or written, and is all zero unless
 * offloads were asked for; on a packet socket an Ethernet header follows.
 */
#ifndef SOCKSTEP_SIDE_LAB_LINK_H
#define SOCKSTEP_SIDE_LAB_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "side/lab_netlink.h"

enum lab_link_kind {
	LAB_LINK_ANY, /* TUN, else veth */
	LAB_LINK_TUN,
	LAB_LINK_VETH,
};

enum { LAB_LINK_MTU = 1500 };

extern const char lab_link_name[];

/* "tun", "veth", "any" */
const char *lab_link_kind_name(enum lab_link_kind kind);

/* In the host's namespace: makes eth0, which is down. The descriptor, non-blocking; -1 with a message. */
int lab_tun_make(struct text *message);
/* The same as one end of a pair; `wire` is the namespace of the other, `number` this link's own. Offloads are off. */
bool lab_veth_make(struct netlink *netlink, int wire, unsigned number, struct text *message);
/* In the wire's namespace: brings the near end up; the packet socket on it, non-blocking, -1 with a message. */
int lab_veth_attach(struct netlink *netlink, unsigned number, struct text *message);
/* In the namespace of a pair's end: segmentation and checksums are left to the device, or not. Asserted; false with a
 * message. */
bool lab_veth_offload(const char *name, bool on, struct text *message);
void lab_veth_near_name(char name[16], unsigned number);

#endif
