#include <string.h>

#include "packet/bytes.h"
#include "packet/checksum.h"
#include "packet/decode_part.h"

enum {
	IPV4_HEADER_LEN = 20,
	IPV4_OPTION_END = 0,
	IPV4_OPTION_NOP = 1,
	IPV4_OPTION_LOOSE_ROUTE = 131,
	IPV4_OPTION_STRICT_ROUTE = 137,
	DATAGRAM_MOST = 65535,
};

/* A source route is not at its end while its pointer lies inside it; dst is then only the next stop (RFC 791 3.1). */
static bool route_goes_on(const uint8_t *option, uint8_t len)
{
	if (option[0] != IPV4_OPTION_LOOSE_ROUTE && option[0] != IPV4_OPTION_STRICT_ROUTE)
		return false;
	return len >= 3 && option[2] <= len;
}

/* One option at `offset`: its length, or 0 if it is malformed. */
static uint8_t read_option(struct packet *packet, const uint8_t *bytes, uint32_t offset)
{
	uint32_t left = packet->ip.header_len - offset;
	uint8_t kind = bytes[offset];

	if (kind == IPV4_OPTION_END || kind == IPV4_OPTION_NOP)
		return 1;
	if (left < 2 || bytes[offset + 1] > left) {
		note_fault(packet, FAULT_IPV4_OPTION_CUT, offset, kind);
		return 0;
	}
	if (bytes[offset + 1] < 2) {
		note_fault(packet, FAULT_IPV4_OPTION_LEN, offset + 1, bytes[offset + 1]);
		return 0;
	}
	return bytes[offset + 1];
}

static void read_options(struct packet *packet, const uint8_t *bytes)
{
	struct packet_ip *ip = &packet->ip;
	uint32_t offset = IPV4_HEADER_LEN;

	while (offset < ip->header_len) {
		uint8_t len = read_option(packet, bytes, offset);

		if (len == 0)
			return;
		ip->options[ip->option_count++] = (struct packet_option){
			.kind = bytes[offset], .len = len, .offset = (uint16_t)offset,
		};
		if (route_goes_on(bytes + offset, len))
			ip->is_routed = true;
		if (bytes[offset] == IPV4_OPTION_END)
			return;
		offset += len;
	}
}

static void read_fixed(struct packet *packet, const uint8_t *bytes)
{
	struct packet_ip *ip = &packet->ip;
	uint16_t fragment = get16(bytes + 6);

	ip->traffic_class = bytes[1];
	ip->total_len = get16(bytes + 2);
	ip->id = get16(bytes + 4);
	ip->reserved_flag = (fragment & 0x8000) != 0;
	ip->dont_fragment = (fragment & 0x4000) != 0;
	ip->more_fragments = (fragment & 0x2000) != 0;
	ip->fragment_offset = (fragment & 0x1fffu) * 8;
	ip->is_fragment = ip->more_fragments || ip->fragment_offset != 0;
	ip->ttl = bytes[8];
	ip->protocol = bytes[9];
	ip->checksum = get16(bytes + 10);
	memcpy(ip->src.bytes, bytes + 12, 4);
	memcpy(ip->dst.bytes, bytes + 16, 4);
}

/* The lengths that the header claims, against each other and against what is here. False: nothing more can be read. */
static bool lengths_hold(struct packet *packet, const uint8_t *bytes)
{
	struct packet_ip *ip = &packet->ip;

	ip->header_len = (uint16_t)((bytes[0] & 0x0f) * 4);
	if (ip->header_len < IPV4_HEADER_LEN) {
		note_fault(packet, FAULT_IPV4_HEADER_LEN, 0, ip->header_len);
		return false;
	}
	if (ip->header_len > packet->captured) {
		note_fault(packet, FAULT_IPV4_HEADER_BEYOND, 0, ip->header_len);
		return false;
	}
	if (ip->total_len < ip->header_len) {
		note_fault(packet, FAULT_IPV4_TOTAL_LEN, 2, ip->total_len);
		return false;
	}
	return true;
}

static void decode_ipv4(struct packet *packet, const uint8_t *bytes)
{
	struct packet_ip *ip = &packet->ip;

	if (packet->captured < IPV4_HEADER_LEN) {
		note_fault(packet, FAULT_IPV4_CUT, packet->captured, packet->captured);
		return;
	}
	read_fixed(packet, bytes);
	if (!lengths_hold(packet, bytes))
		return;
	ip->checksum_state = checksum_judge(0, bytes, ip->header_len, ip->checksum);
	read_options(packet, bytes);
	if (ip->total_len > packet->captured)
		note_fault(packet, FAULT_TOTAL_BEYOND, 2, ip->total_len);
	packet->transport_offset = ip->header_len;
	packet->transport = PACKET_OTHER;
}

static void check_fragment(struct packet *packet)
{
	const struct packet_ip *ip = &packet->ip;
	uint32_t len = ip->total_len - packet->transport_offset;

	if (ip->fragment_offset + len > DATAGRAM_MOST)
		note_fault(packet, FAULT_FRAGMENT_BEYOND, packet->transport_offset, ip->fragment_offset + len);
	if (ip->more_fragments && len % 8 != 0)
		note_fault(packet, FAULT_FRAGMENT_LEN, packet->transport_offset, len);
	if (ip->fragment_offset != 0)
		packet->transport = PACKET_FRAGMENT;
}

void decode_ip(struct packet *packet, const uint8_t *bytes, uint32_t captured)
{
	packet->captured = captured;
	packet->len = captured;
	if (captured == 0) {
		note_fault(packet, FAULT_EMPTY, 0, 0);
		return;
	}
	packet->ip.version = bytes[0] >> 4;
	if (packet->ip.version == 4) {
		decode_ipv4(packet, bytes);
	} else if (packet->ip.version == 6) {
		decode_ipv6(packet, bytes);
	} else {
		note_fault(packet, FAULT_VERSION, 0, packet->ip.version);
		packet->ip.version = 0;
	}
	if (packet->transport == PACKET_NONE)
		return;
	if (packet->ip.total_len < captured)
		packet->len = packet->ip.total_len;
	if (packet->ip.is_fragment)
		check_fragment(packet);
}
