/*
 * What a router does with a packet that is larger than the next link takes: it tells the sender, or cuts the packet.
 */
#ifndef SOCKSTEP_PACKET_ANSWER_H
#define SOCKSTEP_PACKET_ANSWER_H

#include "packet/packet.h"

enum {
	ANSWER_BYTES_MOST = 1280, /* what IPv6 guarantees to pass (RFC 4443 2.4 c); IPv4's answers have 576 at most */
	MTU_LEAST_IPV4 = 68,      /* RFC 791: a header of 60 bytes and 8 of data */
};

/*
 * Writes the ICMP message that a router at `router` sends to the source of the `len` bytes at `original`, because
 * they do not fit into `mtu`: "fragmentation needed" (RFC 1191, RFC 1812 4.3.2) or "packet too big" (RFC 4443 3.2).
 * With `router` NULL it comes from the address the packet was for. Returns its length, at most ANSWER_BYTES_MOST,
 * which `out` has. 0: none may be sent. The packet fits, or may be cut (IPv4 without DF), or is an ICMP error, a
 * later fragment, malformed in its IP header, or from or (IPv4) for an address that is not that of one host (RFC 1812
 * 4.3.2.7, RFC 4443 2.4 e).
 */
size_t packet_too_big(const void *original, size_t len, uint32_t mtu, const struct packet_addr *router, uint8_t *out);
/*
 * Cuts an IPv4 packet as a router does (RFC 791 3.2): writes the fragment that starts `*position` bytes into the
 * payload of the `len` bytes at `original` to `out`, which has `mtu` bytes, and moves `*position` (0 at first) behind
 * it. Returns the fragment's length; 0: there are no more, or it cannot be cut (not IPv4, malformed, DF, mtu under
 * 68).
 */
size_t packet_cut(const void *original, size_t len, size_t mtu, size_t *position, uint8_t *out);

#endif
