#include <netinet/in.h>
#include <string.h>

#include "packet/bytes.h"
#include "packet/decode_part.h"

enum {
	IPV6_HEADER_LEN = 40,
	FRAGMENT_HEADER_LEN = 8,
	OPTION_PAD1 = 0,
	OPTION_JUMBO = 0xc2,
	JUMBO_LEAST = 65536,
	PROTOCOL_HIP = 139,
	PROTOCOL_SHIM6 = 140,
};

static bool is_extension(uint8_t type)
{
	switch (type) {
	case IPPROTO_HOPOPTS:
	case IPPROTO_ROUTING:
	case IPPROTO_FRAGMENT:
	case IPPROTO_DSTOPTS:
	case IPPROTO_AH:
	case IPPROTO_MH:
	case PROTOCOL_HIP:
	case PROTOCOL_SHIM6:
		return true;
	default:
		return false;
	}
}

/* In units of 8 bytes beyond the first 8 (RFC 8200 4); the authentication header in units of 4 (RFC 4302 2.2). */
static uint32_t extension_len(uint8_t type, uint8_t len_field)
{
	if (type == IPPROTO_FRAGMENT)
		return FRAGMENT_HEADER_LEN;
	if (type == IPPROTO_AH)
		return (len_field + 2u) * 4;
	return (len_field + 1u) * 8;
}

/* RFC 2675: only when the payload length is 0, and never for less than what that field could say. */
static void read_jumbo(struct packet *packet, const uint8_t *bytes, uint32_t offset)
{
	uint32_t len = bytes[offset + 1] == 4 ? get32(bytes + offset + 2) : 0;

	if (len < JUMBO_LEAST || get16(bytes + 4) != 0 || len > UINT32_MAX - IPV6_HEADER_LEN)
		note_fault(packet, FAULT_JUMBO, offset, len);
	else
		packet->ip.total_len = IPV6_HEADER_LEN + len;
}

/* The options of a hop-by-hop or destination header, whose bytes are known to be here. */
static void read_options(struct packet *packet, const uint8_t *bytes, const struct packet_extension *extension)
{
	uint32_t offset = extension->offset + 2;
	uint32_t end = extension->offset + extension->len;

	while (offset < end) {
		uint8_t type = bytes[offset];

		if (type == OPTION_PAD1) {
			offset++;
			continue;
		}
		if (end - offset < 2 || bytes[offset + 1] > end - offset - 2) {
			note_fault(packet, FAULT_EXTENSION_OPTION, offset, type);
			return;
		}
		if (type == OPTION_JUMBO && extension->type == IPPROTO_HOPOPTS)
			read_jumbo(packet, bytes, offset);
		offset += 2u + bytes[offset + 1];
	}
}

static void read_fragment(struct packet_ip *ip, const uint8_t *header)
{
	uint16_t field = get16(header + 2);

	ip->fragment_offset = field & 0xfff8u;
	ip->more_fragments = (field & 1) != 0;
	ip->id = get32(header + 4);
	ip->is_fragment = ip->more_fragments || ip->fragment_offset != 0;
}

static void read_extension(struct packet *packet, const uint8_t *bytes, const struct packet_extension *extension)
{
	const uint8_t *header = bytes + extension->offset;

	if (extension->type == IPPROTO_HOPOPTS && extension->offset != IPV6_HEADER_LEN)
		note_fault(packet, FAULT_EXTENSION_ORDER, extension->offset, extension->type);
	if (extension->type == IPPROTO_HOPOPTS || extension->type == IPPROTO_DSTOPTS)
		read_options(packet, bytes, extension);
	else if (extension->type == IPPROTO_FRAGMENT)
		read_fragment(&packet->ip, header);
	else if (extension->type == IPPROTO_ROUTING && header[3] != 0)
		packet->ip.is_routed = true;
}

/* Bytes that the chain may use: a jumbo length, found on the way, makes them more. */
static uint32_t chain_end(const struct packet *packet)
{
	return packet->ip.total_len < packet->captured ? packet->ip.total_len : packet->captured;
}

/* One extension header, noted and read. False: it is not wholly here. */
static bool take_extension(struct packet *packet, const uint8_t *bytes, uint32_t offset)
{
	struct packet_ip *ip = &packet->ip;
	struct packet_extension extension = { .type = ip->protocol, .offset = offset };
	/* With a jumbo length still to be read, the payload length is 0 and says nothing. */
	uint32_t end = get16(bytes + 4) == 0 && ip->protocol == IPPROTO_HOPOPTS ? packet->captured : chain_end(packet);
	uint32_t left = offset < end ? end - offset : 0;

	if (left < 8 || extension_len(extension.type, bytes[offset + 1]) > left) {
		note_fault(packet, FAULT_EXTENSION_CUT, offset, extension.type);
		return false;
	}
	extension.len = (uint16_t)extension_len(extension.type, bytes[offset + 1]);
	ip->extensions[ip->extension_count++] = extension;
	ip->protocol = bytes[offset];
	read_extension(packet, bytes, &extension);
	return true;
}

/* Follows the chain. False: it does not end inside the packet. */
static bool follow_chain(struct packet *packet, const uint8_t *bytes)
{
	struct packet_ip *ip = &packet->ip;
	uint32_t offset = IPV6_HEADER_LEN;

	while (is_extension(ip->protocol) && ip->fragment_offset == 0) {
		if (ip->extension_count == PACKET_EXTENSIONS_MOST) {
			ip->chain_unfinished = true;
			break;
		}
		if (!take_extension(packet, bytes, offset))
			return false;
		offset += ip->extensions[ip->extension_count - 1].len;
	}
	ip->header_len = (uint16_t)offset;
	/* A hop-by-hop header without a jumbo length, in a packet that says it has no payload. */
	if (ip->total_len < offset) {
		note_fault(packet, FAULT_EXTENSION_CUT, IPV6_HEADER_LEN, ip->extensions[0].type);
		return false;
	}
	return true;
}

void decode_ipv6(struct packet *packet, const uint8_t *bytes)
{
	struct packet_ip *ip = &packet->ip;

	if (packet->captured < IPV6_HEADER_LEN) {
		note_fault(packet, FAULT_IPV6_CUT, packet->captured, packet->captured);
		return;
	}
	ip->traffic_class = (uint8_t)(get16(bytes) >> 4);
	ip->flow_label = get32(bytes) & 0xfffff;
	ip->total_len = IPV6_HEADER_LEN + get16(bytes + 4);
	ip->header_len = IPV6_HEADER_LEN;
	ip->protocol = bytes[6];
	ip->ttl = bytes[7];
	memcpy(ip->src.bytes, bytes + 8, 16);
	memcpy(ip->dst.bytes, bytes + 24, 16);
	if (!follow_chain(packet, bytes))
		return;
	if (ip->total_len > packet->captured)
		note_fault(packet, FAULT_TOTAL_BEYOND, 4, ip->total_len);
	packet->transport_offset = ip->header_len;
	packet->transport = PACKET_OTHER;
}
