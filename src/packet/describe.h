/*
 * A decoded packet in words: one line, the header field by field, a hex dump. Nothing of the packet's content reaches
 * the text as it is; what is shown are numbers, names from our tables, and printable ASCII in the dump.
 */
#ifndef SOCKSTEP_PACKET_DESCRIBE_H
#define SOCKSTEP_PACKET_DESCRIBE_H

#include "base/text.h"
#include "packet/names.h"
#include "packet/packet.h"
#include "packet/tcp_options.h"

/* Where relative sequence numbers count from; both 0 for absolute ones. */
struct packet_base {
	uint32_t seq, ack;
};

/*
 * What the packet is, without addresses: "SYN seq=0 win=64240 len=0 mss=1460", "UDP len=5", "ICMP port unreachable
 * about UDP 10.0.0.1:5 > 10.0.0.2:9", "fragment @1480 of UDP len=20". Then what is malformed or damaged, after " · ".
 */
void packet_describe(struct text *out, const struct packet *packet, struct packet_base base);
/* "10.0.0.1:40312", "[fd00::1]:80", without ports the address alone. */
void packet_describe_src(struct text *out, const struct packet *packet);
void packet_describe_dst(struct text *out, const struct packet *packet);
/* An address with a port, as the language writes it. */
void endpoint_describe(struct text *out, uint8_t version, const struct packet_addr *addr, uint16_t port);
/*
 * Lines of 16 bytes, "0010  0a 00 00 01 0a 00 00 02  …  ........", each ended by a newline. The offset has as many
 * digits as the last one needs, at least 4.
 */
void packet_dump(struct text *out, const void *bytes, size_t len);

#endif
