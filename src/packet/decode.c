#include "packet/decode.h"

#include <netinet/in.h>

#include "packet/decode_part.h"

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
