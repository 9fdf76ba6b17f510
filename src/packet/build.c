#include "packet/build.h"

#include <netinet/in.h>
#include <string.h>

#include "packet/bytes.h"
#include "packet/checksum.h"
#include "packet/decode.h"

enum { OPTIONS_MOST = 40, FRAGMENT_HEADER_LEN = 8, TTL_USUAL = 64 };

static size_t padded(size_t len)
{
	return (len + 3) / 4 * 4;
}

static bool is_fragment(const struct packet_plan *plan)
{
	return plan->more_fragments || plan->fragment_offset != 0;
}

static size_t ip_header_len(const struct packet_plan *plan)
{
	if (plan->version == 4)
		return 20 + padded(plan->ip_options_len);
	return 40 + plan->ip_options_len + (is_fragment(plan) ? FRAGMENT_HEADER_LEN : 0);
}

static bool is_icmp(const struct packet_plan *plan)
{
	return plan->protocol == (plan->version == 4 ? IPPROTO_ICMP : IPPROTO_ICMPV6);
}

static size_t transport_header_len(const struct packet_plan *plan)
{
	if (plan->fragment_offset != 0)
		return 0;
	if (plan->protocol == IPPROTO_TCP)
		return 20 + padded(plan->tcp_options_len);
	return plan->protocol == IPPROTO_UDP || is_icmp(plan) ? 8 : 0;
}

/* Is the plan one that the header formats can carry, in `room` bytes? */
static bool plan_holds(const struct packet_plan *plan, size_t room)
{
	size_t header_len;

	if (plan->version != 4 && plan->version != 6)
		return false;
	if (plan->version == 4 ? plan->ip_options_len > OPTIONS_MOST : plan->ip_options_len % 8 != 0)
		return false;
	if (plan->tcp_options_len > OPTIONS_MOST || plan->fragment_offset % 8 != 0 || plan->fragment_offset > 65528)
		return false;
	header_len = ip_header_len(plan) + transport_header_len(plan);
	if (room > PACKET_BYTES_MOST)
		room = PACKET_BYTES_MOST;
	return header_len <= room && plan->data_len <= room - header_len;
}

static void write_ipv4(const struct packet_plan *plan, uint8_t *out, size_t total_len)
{
	size_t header_len = ip_header_len(plan);

	out[0] = (uint8_t)(0x40 | header_len / 4);
	out[1] = plan->traffic_class;
	put16(out + 2, (uint32_t)total_len);
	put16(out + 4, plan->id);
	put16(out + 6, plan->fragment_offset / 8 | (plan->dont_fragment ? 0x4000u : 0)
		| (plan->more_fragments ? 0x2000u : 0));
	out[8] = plan->ttl != 0 ? plan->ttl : TTL_USUAL;
	out[9] = plan->protocol;
	memcpy(out + 12, plan->src.bytes, 4);
	memcpy(out + 16, plan->dst.bytes, 4);
	if (plan->ip_options_len > 0)
		memcpy(out + 20, plan->ip_options, plan->ip_options_len);
	put16(out + 10, checksum_finish(checksum_add(0, out, header_len)));
}

/* The next-header field of the last extension in the `len` bytes at `chain`; NULL if they are no chain. */
static uint8_t *last_next_header(uint8_t *chain, size_t len, uint8_t type)
{
	for (size_t at = 0;;) {
		size_t step = type == IPPROTO_FRAGMENT ? 8 : type == IPPROTO_AH ? (chain[at + 1] + 2u) * 4
			: (chain[at + 1] + 1u) * 8;

		if (at + step >= len)
			return at + step == len ? chain + at : NULL;
		type = chain[at];
		at += step;
	}
}

/* Given extensions stand before the fragment header that the plan's fragment fields ask for. */
static void write_ipv6_chain(const struct packet_plan *plan, uint8_t *out)
{
	uint8_t *next = out + 6;

	if (plan->ip_options_len > 0) {
		*next = plan->first_extension;
		memcpy(out + 40, plan->ip_options, plan->ip_options_len);
		next = last_next_header(out + 40, plan->ip_options_len, plan->first_extension);
	}
	if (is_fragment(plan)) {
		uint8_t *header = out + 40 + plan->ip_options_len;

		if (next != NULL)
			*next = IPPROTO_FRAGMENT;
		put16(header + 2, plan->fragment_offset | (plan->more_fragments ? 1u : 0));
		put32(header + 4, plan->id);
		next = header;
	}
	if (next != NULL)
		*next = plan->protocol;
}

static void write_ipv6(const struct packet_plan *plan, uint8_t *out, size_t total_len)
{
	put32(out, 6u << 28 | (uint32_t)plan->traffic_class << 20 | (plan->flow_label & 0xfffff));
	put16(out + 4, (uint32_t)total_len - 40);
	out[7] = plan->ttl != 0 ? plan->ttl : TTL_USUAL;
	memcpy(out + 8, plan->src.bytes, 16);
	memcpy(out + 24, plan->dst.bytes, 16);
	write_ipv6_chain(plan, out);
}

static void write_tcp(const struct packet_plan *plan, uint8_t *out)
{
	put16(out, plan->src_port);
	put16(out + 2, plan->dst_port);
	put32(out + 4, plan->seq);
	put32(out + 8, plan->ack);
	put16(out + 12, (uint32_t)(transport_header_len(plan) / 4) << 12 | (plan->flags & FLAGS_ALL));
	put16(out + 14, plan->window);
	put16(out + 18, plan->urgent);
	if (plan->tcp_options_len > 0)
		memcpy(out + 20, plan->tcp_options, plan->tcp_options_len);
}

static void write_udp(const struct packet_plan *plan, uint8_t *out)
{
	put16(out, plan->src_port);
	put16(out + 2, plan->dst_port);
	put16(out + 4, (uint32_t)(8 + plan->data_len));
}

static void write_icmp(const struct packet_plan *plan, uint8_t *out)
{
	out[0] = plan->icmp_type;
	out[1] = plan->icmp_code;
	put32(out + 4, plan->icmp_rest);
}

static uint64_t pseudo_sum(const struct packet_plan *plan, size_t len)
{
	struct packet_ip ip = { .version = plan->version, .src = plan->src, .dst = plan->dst };

	if (plan->version == 4 && plan->protocol == IPPROTO_ICMP)
		return 0;
	return checksum_pseudo_header(&ip, plan->protocol, (uint32_t)len);
}

/* UDP sends a computed 0 as its other form, since 0 means "none" (RFC 768, RFC 8200 8.1). */
static uint16_t computed_checksum(uint8_t protocol, uint64_t pseudo, const uint8_t *bytes, size_t len)
{
	uint16_t checksum = checksum_finish(checksum_add(pseudo, bytes, len));

	return checksum == 0 && protocol == IPPROTO_UDP ? 0xffff : checksum;
}

/* Neither 0 nor the pseudo-header's sum, which would be taken for "none" and "not filled". */
static uint16_t spoiled_checksum(uint16_t right, uint64_t pseudo)
{
	uint16_t wrong = right ^ 0x5555;

	if (wrong == 0 || wrong == checksum_fold(pseudo))
		wrong = right ^ 0xaaaa;
	return wrong != 0 ? wrong : right ^ 0x3333;
}

/* `transport` has the checksum field zero. */
static uint16_t wished_checksum(const struct packet_plan *plan, const uint8_t *transport, size_t len)
{
	uint64_t pseudo = pseudo_sum(plan, len);

	switch (plan->checksum_wish) {
	case CHECKSUM_COMPUTE:
		break;
	case CHECKSUM_GIVE:
		return plan->checksum;
	case CHECKSUM_SPOIL:
		return spoiled_checksum(computed_checksum(plan->protocol, pseudo, transport, len), pseudo);
	case CHECKSUM_LEAVE:
		return checksum_fold(pseudo);
	}
	return computed_checksum(plan->protocol, pseudo, transport, len);
}

static uint8_t *checksum_field(uint8_t protocol, uint8_t *transport)
{
	if (protocol == IPPROTO_TCP)
		return transport + 16;
	return transport + (protocol == IPPROTO_UDP ? 6 : 2);
}

static void write_transport(const struct packet_plan *plan, uint8_t *out, size_t len)
{
	size_t header_len = transport_header_len(plan);

	if (plan->data_len > 0)
		memcpy(out + header_len, plan->data, plan->data_len);
	if (header_len == 0)
		return;
	if (plan->protocol == IPPROTO_TCP)
		write_tcp(plan, out);
	else if (plan->protocol == IPPROTO_UDP)
		write_udp(plan, out);
	else
		write_icmp(plan, out);
	put16(checksum_field(plan->protocol, out), wished_checksum(plan, out, len));
}

size_t packet_build(const struct packet_plan *plan, uint8_t *out, size_t room)
{
	size_t ip_len, total_len;

	if (!plan_holds(plan, room))
		return 0;
	ip_len = ip_header_len(plan);
	total_len = ip_len + transport_header_len(plan) + plan->data_len;
	memset(out, 0, total_len - plan->data_len);
	if (plan->version == 4)
		write_ipv4(plan, out, total_len);
	else
		write_ipv6(plan, out, total_len);
	write_transport(plan, out + ip_len, total_len - ip_len);
	return total_len;
}

static void plan_ip(struct packet_plan *plan, const struct packet *packet, const uint8_t *bytes)
{
	const struct packet_ip *ip = &packet->ip;

	plan->version = ip->version;
	plan->traffic_class = ip->traffic_class;
	plan->ttl = ip->ttl;
	plan->protocol = ip->protocol;
	plan->dont_fragment = ip->dont_fragment;
	plan->more_fragments = ip->more_fragments;
	plan->fragment_offset = ip->fragment_offset;
	plan->id = ip->id;
	plan->flow_label = ip->flow_label;
	plan->src = ip->src;
	plan->dst = ip->dst;
	if (ip->version == 4 && packet->transport != PACKET_NONE && ip->header_len > 20) {
		plan->ip_options = bytes + 20;
		plan->ip_options_len = ip->header_len - 20u;
	}
	/* A fragment header is written from the fields above: an extension chain with one is not taken over. */
	if (ip->version == 6 && !ip->is_fragment && ip->extension_count > 0) {
		plan->first_extension = ip->extensions[0].type;
		plan->ip_options = bytes + 40;
		plan->ip_options_len = ip->header_len - 40u;
	}
}

static void plan_tcp(struct packet_plan *plan, const struct packet *packet, const uint8_t *bytes)
{
	const struct packet_tcp *tcp = &packet->tcp;

	plan->seq = tcp->seq;
	plan->ack = tcp->ack;
	plan->flags = tcp->flags;
	plan->window = tcp->window;
	plan->urgent = tcp->urgent;
	plan->checksum = tcp->checksum;
	if (tcp->header_len > 20) {
		plan->tcp_options = bytes + packet->transport_offset + 20;
		plan->tcp_options_len = tcp->header_len - 20u;
	}
}

struct packet_plan packet_plan_of(const struct packet *packet, const uint8_t *bytes)
{
	struct packet_plan plan = { .checksum_wish = CHECKSUM_COMPUTE };

	plan_ip(&plan, packet, bytes);
	packet_ports(packet, &plan.src_port, &plan.dst_port);
	if (packet_has_tcp(packet))
		plan_tcp(&plan, packet, bytes);
	if (packet->transport == PACKET_UDP)
		plan.checksum = packet->udp.checksum;
	if ((packet->transport == PACKET_ICMP || packet->transport == PACKET_ICMPV6) && packet_has_transport(packet)) {
		plan.icmp_type = packet->icmp.type;
		plan.icmp_code = packet->icmp.code;
		plan.icmp_rest = get32(bytes + packet->transport_offset + 4);
		plan.checksum = packet->icmp.checksum;
	}
	plan.data = bytes + packet->payload_offset;
	plan.data_len = packet->payload_captured;
	return plan;
}

static bool has_checksum(const struct packet *packet)
{
	bool is_icmp = packet->transport == PACKET_ICMP || packet->transport == PACKET_ICMPV6;

	if (packet->ip.is_fragment || (packet->ip.is_routed && packet->transport != PACKET_ICMP))
		return false;
	if (packet->malformed.kind != FAULT_NONE && !packet_has_tcp(packet))
		return false;
	if (packet->len < packet->ip.total_len)
		return false;
	return is_icmp || packet_has_tcp(packet)
		|| (packet->transport == PACKET_UDP && packet->udp.checksum_state != CHECKSUM_ABSENT);
}

bool packet_mend_checksums(uint8_t *bytes, size_t len)
{
	struct packet packet;
	size_t covered;
	uint64_t pseudo;
	uint8_t *transport, *field;

	packet_decode(&packet, bytes, len);
	if (packet.ip.version == 4 && packet.ip.header_len >= 20 && packet.ip.header_len <= len) {
		put16(bytes + 10, 0);
		put16(bytes + 10, checksum_finish(checksum_add(0, bytes, packet.ip.header_len)));
	}
	if (!has_checksum(&packet))
		return false;
	transport = bytes + packet.transport_offset;
	covered = packet.payload_offset + packet.payload_len - packet.transport_offset;
	field = checksum_field(packet.ip.protocol, transport);
	put16(field, 0);
	pseudo = packet.transport == PACKET_ICMP ? 0
		: checksum_pseudo_header(&packet.ip, packet.ip.protocol, (uint32_t)covered);
	put16(field, computed_checksum(packet.ip.protocol, pseudo, transport, covered));
	return true;
}
