#include "packet/decode_part.h"

#include "packet/checksum.h"

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
