#include "packet/bytes.h"
#include "packet/decode_part.h"

enum { UDP_HEADER_LEN = 8 };

/*
 * How many bytes the datagram has: its own length field, within the packet. A first fragment has less than the field
 * says, rightly; 0 in a jumbogram means "to the end of the packet" (RFC 2675 4).
 */
static uint32_t datagram_len(struct packet *packet)
{
	uint32_t len = packet->udp.len, room = transport_len(packet), at = packet->transport_offset + 4;

	if (len == 0 && room > UINT16_MAX)
		return room;
	if (len < UDP_HEADER_LEN) {
		note_fault(packet, FAULT_UDP_LEN, at, len);
		return room;
	}
	if (len > room) {
		if (!packet->ip.is_fragment)
			note_fault(packet, FAULT_UDP_BEYOND, at, len);
		return room;
	}
	return len;
}

void decode_udp(struct packet *packet, const uint8_t *bytes)
{
	const uint8_t *header = bytes + packet->transport_offset;
	uint32_t here = transport_captured(packet), len;
	struct packet_udp *udp = &packet->udp;

	packet->transport = PACKET_UDP;
	if (here >= 4) {
		udp->src_port = get16(header);
		udp->dst_port = get16(header + 2);
	}
	if (here < UDP_HEADER_LEN) {
		note_fault(packet, FAULT_UDP_CUT, packet->len, here);
		return;
	}
	udp->len = get16(header + 4);
	udp->checksum = get16(header + 6);
	len = datagram_len(packet);
	if (udp->checksum == 0 && packet->ip.version == 4)
		udp->checksum_state = CHECKSUM_ABSENT;
	/* What a wrong length covers cannot be known; that of a jumbogram is not in the field. */
	else if (udp->len == len || len > UINT16_MAX)
		udp->checksum_state = judge_transport(packet, bytes, len, udp->checksum);
	set_payload(packet, UDP_HEADER_LEN, len);
}
