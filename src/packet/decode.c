#include "packet/decode.h"

#include <netinet/in.h>

#include "packet/checksum.h"
#include "packet/decode_part.h"

void note_fault(struct packet *packet, enum packet_fault_kind kind, uint32_t at, uint32_t value)
{
	if (packet->malformed.kind == FAULT_NONE)
		packet->malformed = (struct packet_fault){ .kind = kind, .at = at, .value = value };
}

uint32_t transport_captured(const struct packet *packet)
{
	return packet->len - packet->transport_offset;
}

uint32_t transport_len(const struct packet *packet)
{
	return packet->ip.total_len - packet->transport_offset;
}

void set_payload(struct packet *packet, uint32_t header_len, uint32_t len)
{
	uint32_t here = transport_captured(packet);

	packet->payload_offset = packet->transport_offset + header_len;
	packet->payload_len = len - header_len;
	packet->payload_captured = (here < len ? here : len) - header_len;
}

/* ICMP over IPv4 has no pseudo-header (RFC 792). */
static uint64_t pseudo_sum(const struct packet *packet, uint32_t len)
{
	if (packet->transport == PACKET_ICMP)
		return 0;
	return checksum_pseudo_header(&packet->ip, packet->ip.protocol, len);
}

enum checksum_state judge_transport(const struct packet *packet, const uint8_t *bytes, uint32_t len, uint16_t field)
{
	const struct packet_ip *ip = &packet->ip;

	if (ip->is_fragment || len > transport_captured(packet) || (ip->is_routed && packet->transport != PACKET_ICMP))
		return CHECKSUM_UNKNOWN;
	if (packet->checksum_left_out)
		return CHECKSUM_NOT_FILLED;
	return checksum_judge(pseudo_sum(packet, len), bytes + packet->transport_offset, len, field);
}

static void decode_transport(struct packet *packet, const uint8_t *bytes)
{
	switch (packet->ip.protocol) {
	case IPPROTO_TCP:
		decode_tcp(packet, bytes);
		break;
	case IPPROTO_UDP:
		decode_udp(packet, bytes);
		break;
	case IPPROTO_ICMP:
		if (packet->ip.version == 4)
			decode_icmp(packet, bytes);
		break;
	case IPPROTO_ICMPV6:
		if (packet->ip.version == 6)
			decode_icmp(packet, bytes);
		break;
	case IPPROTO_NONE:
		if (packet->ip.version == 6)
			packet->transport = PACKET_NONE;
		break;
	default:
		break;
	}
}

static void decode(struct packet *packet, const void *bytes, size_t captured)
{
	decode_ip(packet, bytes, captured > UINT32_MAX ? UINT32_MAX : (uint32_t)captured);
	if (packet->transport != PACKET_NONE)
		set_payload(packet, 0, transport_len(packet));
	if (packet->transport == PACKET_OTHER && !packet->ip.chain_unfinished)
		decode_transport(packet, bytes);
}

void packet_decode(struct packet *packet, const void *bytes, size_t captured)
{
	*packet = (struct packet){ .checksum_left_out = false };
	decode(packet, bytes, captured);
}

void packet_decode_super_frame(struct packet *packet, const void *bytes, size_t captured)
{
	*packet = (struct packet){ .checksum_left_out = true };
	decode(packet, bytes, captured);
}

bool packet_has_tcp(const struct packet *packet)
{
	return packet->transport == PACKET_TCP && packet->tcp.header_len != 0;
}

bool packet_has_transport(const struct packet *packet)
{
	switch (packet->transport) {
	case PACKET_TCP:
		return packet->tcp.header_len != 0;
	case PACKET_UDP:
	case PACKET_ICMP:
	case PACKET_ICMPV6:
		return transport_captured(packet) >= 8;
	case PACKET_NONE:
	case PACKET_FRAGMENT:
	case PACKET_OTHER:
		break;
	}
	return false;
}

bool packet_ports(const struct packet *packet, uint16_t *src_port, uint16_t *dst_port)
{
	if ((packet->transport != PACKET_TCP && packet->transport != PACKET_UDP) || transport_captured(packet) < 4)
		return false;
	*src_port = packet->transport == PACKET_TCP ? packet->tcp.src_port : packet->udp.src_port;
	*dst_port = packet->transport == PACKET_TCP ? packet->tcp.dst_port : packet->udp.dst_port;
	return true;
}
