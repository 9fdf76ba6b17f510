#include "packet/bytes.h"
#include "packet/decode_part.h"
#include "packet/tcp_options.h"

enum { TCP_HEADER_LEN = 20 };

/*
 * Ports and sequence number are worth having even of a cut header: an ICMP quotation and a tiny fragment have no
 * more.
 */
static void read_cut(struct packet *packet, const uint8_t *header, uint32_t here)
{
	struct packet_tcp *tcp = &packet->tcp;

	if (here >= 4) {
		tcp->src_port = get16(header);
		tcp->dst_port = get16(header + 2);
	}
	if (here >= 8)
		tcp->seq = get32(header + 4);
	if (here >= 12)
		tcp->ack = get32(header + 8);
}

static void read_fixed(struct packet_tcp *tcp, const uint8_t *header)
{
	tcp->reserved = (header[12] >> 1) & 7;
	tcp->flags = get16(header + 12) & FLAGS_ALL;
	tcp->window = get16(header + 14);
	tcp->checksum = get16(header + 16);
	tcp->urgent = get16(header + 18);
}

static void read_options(struct packet *packet, const uint8_t *header, uint8_t header_len)
{
	struct packet_fault wrong = tcp_options_read(&packet->tcp, header, header_len);

	packet->tcp.header_len = header_len;
	if (wrong.kind != FAULT_NONE)
		note_fault(packet, wrong.kind, packet->transport_offset + wrong.at, wrong.value);
}

void decode_tcp(struct packet *packet, const uint8_t *bytes)
{
	const uint8_t *header = bytes + packet->transport_offset;
	uint32_t here = transport_captured(packet), at = packet->transport_offset;
	uint8_t header_len;

	packet->transport = PACKET_TCP;
	read_cut(packet, header, here);
	if (here < TCP_HEADER_LEN) {
		note_fault(packet, FAULT_TCP_CUT, packet->len, here);
		return;
	}
	read_fixed(&packet->tcp, header);
	header_len = (uint8_t)((header[12] >> 4) * 4);
	packet->tcp.checksum_state = judge_transport(packet, bytes, transport_len(packet), packet->tcp.checksum);
	if (header_len < TCP_HEADER_LEN) {
		note_fault(packet, FAULT_TCP_HEADER_LEN, at + 12, header_len);
	} else if (header_len > here) {
		note_fault(packet, FAULT_TCP_HEADER_BEYOND, at + 12, header_len);
	} else {
		read_options(packet, header, header_len);
		set_payload(packet, header_len, transport_len(packet));
	}
}
