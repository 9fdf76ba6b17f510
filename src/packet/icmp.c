#include <netinet/in.h>
#include <string.h>

#include "packet/bytes.h"
#include "packet/decode_part.h"
#include "packet/names.h"

enum { ICMP_HEADER_LEN = 8 };

/* The transport header of a quoted packet is often cut after 8 bytes (RFC 792): only these are looked at. */
static void quote_transport(struct packet_quote *quote, const uint8_t *header, uint32_t here)
{
	bool is_tcp = quote->protocol == IPPROTO_TCP;

	if ((is_tcp || quote->protocol == IPPROTO_UDP) && here >= 4) {
		quote->src_port = get16(header);
		quote->dst_port = get16(header + 2);
		quote->has_ports = true;
	}
	if (is_tcp && here >= 8) {
		quote->seq = get32(header + 4);
		quote->has_seq = true;
	}
	if ((quote->protocol == IPPROTO_ICMP || quote->protocol == IPPROTO_ICMPV6) && here >= 6)
		quote->src_port = get16(header + 4);
}

/* A quotation is cut as a rule, so what is missing in it makes nothing malformed. */
static void decode_quote(struct packet *packet, const uint8_t *bytes)
{
	struct packet_quote *quote = &packet->icmp.quote;
	struct packet inner = { 0 };

	quote->offset = packet->payload_offset;
	quote->len = packet->payload_captured;
	decode_ip(&inner, bytes + quote->offset, quote->len);
	if (inner.transport == PACKET_NONE)
		return;
	quote->is_known = true;
	quote->version = inner.ip.version;
	quote->protocol = inner.ip.protocol;
	quote->src = inner.ip.src;
	quote->dst = inner.ip.dst;
	if (inner.transport == PACKET_OTHER && !inner.ip.chain_unfinished)
		quote_transport(quote, bytes + quote->offset + inner.transport_offset, transport_captured(&inner));
}

/* Copies an address that lies `at` bytes into the message. */
static void read_target(struct packet *packet, const uint8_t *message, uint32_t at, uint32_t len)
{
	if (transport_captured(packet) < at + len)
		note_fault(packet, FAULT_ICMP_BODY, packet->len, transport_captured(packet));
	else
		memcpy(packet->icmp.target.bytes, message + at, len);
}

static void decode_body(struct packet *packet, const uint8_t *bytes, enum icmp_body body)
{
	const uint8_t *message = bytes + packet->transport_offset;
	struct packet_icmp *icmp = &packet->icmp;

	switch (body) {
	case ICMP_BODY_PLAIN:
		return;
	case ICMP_BODY_ECHO:
		icmp->id = get16(message + 4);
		icmp->seq = get16(message + 6);
		return;
	case ICMP_BODY_TARGET:
		read_target(packet, message, 8, 16);
		return;
	case ICMP_BODY_ERROR:
		break;
	case ICMP_BODY_REDIRECT:
		read_target(packet, message, 4, 4);
		break;
	case ICMP_BODY_MTU:
		icmp->mtu = packet->ip.version == 4 ? get16(message + 6) : get32(message + 4);
		break;
	case ICMP_BODY_POINTER:
		icmp->pointer = packet->ip.version == 4 ? message[4] : get32(message + 4);
		break;
	}
	decode_quote(packet, bytes);
}

void decode_icmp(struct packet *packet, const uint8_t *bytes)
{
	const uint8_t *message = bytes + packet->transport_offset;
	uint32_t here = transport_captured(packet);
	struct packet_icmp *icmp = &packet->icmp;

	packet->transport = packet->ip.version == 4 ? PACKET_ICMP : PACKET_ICMPV6;
	if (here < ICMP_HEADER_LEN) {
		note_fault(packet, FAULT_ICMP_CUT, packet->len, here);
		return;
	}
	icmp->type = message[0];
	icmp->code = message[1];
	icmp->checksum = get16(message + 2);
	icmp->checksum_state = judge_transport(packet, bytes, transport_len(packet), icmp->checksum);
	set_payload(packet, ICMP_HEADER_LEN, transport_len(packet));
	decode_body(packet, bytes, icmp_body(packet->ip.version, icmp->type, icmp->code));
}
