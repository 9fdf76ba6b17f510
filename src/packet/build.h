/*
 * Fields to bytes: IP packets of one's own making, right or deliberately wrong.
 */
#ifndef SOCKSTEP_PACKET_BUILD_H
#define SOCKSTEP_PACKET_BUILD_H

#include "packet/packet.h"

enum { PACKET_BYTES_MOST = 65535 };

enum checksum_wish {
	CHECKSUM_COMPUTE,
	CHECKSUM_GIVE,     /* the one given */
	CHECKSUM_SPOIL,    /* computed, then made wrong */
	CHECKSUM_LEAVE,    /* the pseudo-header's sum, as a kernel leaves it to its hardware */
};

/*
 * What to build. Zero is a fair value everywhere but for version. `options` and `data` are borrowed. The length of the
 * options is padded with zeros to a multiple of four; those of IPv4 and TCP take 40 bytes at most.
 */
struct packet_plan {
	uint8_t version;             /* 4 or 6 */
	uint8_t traffic_class;
	uint8_t ttl;                 /* 0: 64 */
	uint8_t protocol;            /* IPPROTO_TCP, _UDP, _ICMP, _ICMPV6; all others have `data` only */
	bool dont_fragment, more_fragments;
	uint32_t fragment_offset;    /* bytes, a multiple of 8; a later fragment has no transport header, only `data` */
	uint32_t id, flow_label;
	struct packet_addr src, dst;
	const uint8_t *ip_options;   /* IPv4 options, or IPv6 extension headers (whose last next-header field is set) */
	size_t ip_options_len;       /* IPv6: a multiple of 8 */
	uint8_t first_extension;     /* IPv6 with extension headers: the type of the first */

	uint16_t src_port, dst_port;
	uint32_t seq, ack;
	uint16_t flags, window, urgent;
	const uint8_t *tcp_options;
	size_t tcp_options_len;

	uint8_t icmp_type, icmp_code;
	uint32_t icmp_rest;          /* the second four bytes: identifier and sequence number, or MTU */

	const void *data;
	size_t data_len;

	enum checksum_wish checksum_wish; /* of the transport; IPv4's own is always computed */
	uint16_t checksum;
};

/*
 * Writes the packet into `room` bytes at `out`, which do not overlap what the plan borrows. Returns its length; 0 if
 * it does not fit or cannot be (see above).
 */
size_t packet_build(const struct packet_plan *plan, uint8_t *out, size_t room);
/*
 * A plan that would build a packet with the fields of a decoded one. It borrows options and data from `bytes`. Only
 * what a plan can say is kept.
 */
struct packet_plan packet_plan_of(const struct packet *packet, const uint8_t *bytes);
/*
 * Computes the checksums anew, IPv4's and the transport's, after bytes were changed. False: only IPv4's, as the
 * transport's cannot be known (a fragment, a malformed packet, a protocol without).
 */
bool packet_mend_checksums(uint8_t *bytes, size_t len);

#endif
