/*
 * What can be wrong with a packet: one list, from which come the enum and the sentences.
 *
 * A wrong checksum is not here: a packet that was damaged under way is well-formed.
 */
#ifndef SOCKSTEP_PACKET_FAULT_H
#define SOCKSTEP_PACKET_FAULT_H

#include <stdint.h>

#include "base/text.h"

#define PACKET_FAULTS(FAULT) \
	FAULT(NONE, "well-formed") \
	FAULT(EMPTY, "no bytes at all") \
	FAULT(VERSION, "IP version is neither 4 nor 6") \
	FAULT(IPV4_CUT, "IPv4 header cut short, bytes left") \
	FAULT(IPV4_HEADER_LEN, "IPv4 header length under 20") \
	FAULT(IPV4_HEADER_BEYOND, "IPv4 header longer than the packet") \
	FAULT(IPV4_TOTAL_LEN, "IPv4 total length under its header's") \
	FAULT(IPV4_OPTION_CUT, "IPv4 option past the end of the header, kind") \
	FAULT(IPV4_OPTION_LEN, "IPv4 option length under 2") \
	FAULT(TOTAL_BEYOND, "IP length beyond the bytes that are here") \
	FAULT(FRAGMENT_BEYOND, "fragment ends beyond 65535") \
	FAULT(FRAGMENT_LEN, "length of a fragment before the last is no multiple of 8") \
	FAULT(IPV6_CUT, "IPv6 header cut short, bytes left") \
	FAULT(EXTENSION_CUT, "IPv6 extension header past the end of the packet, type") \
	FAULT(EXTENSION_ORDER, "IPv6 hop-by-hop options are not the first extension") \
	FAULT(EXTENSION_OPTION, "IPv6 option past the end of its extension header, type") \
	FAULT(JUMBO, "IPv6 jumbo payload length that may not be") \
	FAULT(TCP_CUT, "TCP header cut short, bytes left") \
	FAULT(TCP_HEADER_LEN, "TCP header length under 20") \
	FAULT(TCP_HEADER_BEYOND, "TCP header longer than the segment") \
	FAULT(TCP_OPTION_CUT, "TCP option past the end of the header, kind") \
	FAULT(TCP_OPTION_TINY, "TCP option length under 2") \
	FAULT(TCP_OPTION_LEN, "TCP option length that its kind may not have") \
	FAULT(UDP_CUT, "UDP header cut short, bytes left") \
	FAULT(UDP_LEN, "UDP length under 8") \
	FAULT(UDP_BEYOND, "UDP length beyond the packet") \
	FAULT(ICMP_CUT, "ICMP header cut short, bytes left") \
	FAULT(ICMP_BODY, "ICMP message too short for its type, bytes")

enum packet_fault_kind {
#define FAULT(name, sentence) FAULT_##name,
	PACKET_FAULTS(FAULT)
#undef FAULT
};

/* The first thing found wrong. */
struct packet_fault {
	enum packet_fault_kind kind;
	uint32_t at;    /* offset of the field that is wrong, or of where bytes are missing */
	uint32_t value; /* what the field says */
};

/* The sentence without the numbers, a constant. */
const char *fault_sentence(enum packet_fault_kind kind);
/* Adds "TCP header length under 20: 16 (byte 32)"; nothing for FAULT_NONE. */
void fault_describe(struct text *out, const struct packet_fault *fault);

#endif
