#include "packet/answer.h"

#include <netinet/in.h>
#include <string.h>

#include "packet/build.h"
#include "packet/bytes.h"
#include "packet/checksum.h"
#include "packet/decode.h"
#include "packet/names.h"

enum {
	IPV4_ANSWER_MOST = 576,
	PRECEDENCE_INTERNETWORK_CONTROL = 0xc0, /* RFC 1812 4.3.2.5 */
	OPTION_COPIED = 0x80,
};

/* An address that is not one host's: unspecified, multicast, broadcast, and as a source 127/8 or class E in IPv4. */
static bool is_one_host(uint8_t version, const struct packet_addr *addr)
{
	static const struct packet_addr none = { .bytes = { 0 } };

	if (memcmp(addr, &none, version == 4 ? 4 : 16) == 0)
		return false;
	return version == 4 ? addr->bytes[0] < 224 : addr->bytes[0] != 0xff;
}

static bool is_icmp_error(const struct packet *packet)
{
	if (packet->transport != PACKET_ICMP && packet->transport != PACKET_ICMPV6)
		return false;
	return !packet_has_transport(packet) || icmp_is_error(packet->ip.version, packet->icmp.type);
}

/* Multicast is no hindrance in IPv6, so that path MTU discovery works for it (RFC 4443 2.4 e.3). */
static bool may_be_answered(const struct packet *packet)
{
	const struct packet_ip *ip = &packet->ip;

	if (packet->transport == PACKET_NONE || ip->fragment_offset != 0 || is_icmp_error(packet))
		return false;
	if (!is_one_host(ip->version, &ip->src))
		return false;
	return ip->version == 6 || (ip->dont_fragment && is_one_host(4, &ip->dst));
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t packet_too_big(const void *original, size_t len, uint32_t mtu, const struct packet_addr *router, uint8_t *out)
{
	struct packet packet;
	struct packet_plan plan = { .data = original };

	packet_decode(&packet, original, len);
	if (packet.len <= mtu || !may_be_answered(&packet))
		return 0;
	plan.version = packet.ip.version;
	plan.src = router != NULL ? *router : packet.ip.dst;
	plan.dst = packet.ip.src;
	if (plan.version == 4) {
		plan.protocol = IPPROTO_ICMP;
		plan.traffic_class = PRECEDENCE_INTERNETWORK_CONTROL;
		plan.icmp_type = 3;
		plan.icmp_code = 4;
		plan.icmp_rest = mtu & 0xffff;
		plan.data_len = least(packet.len, IPV4_ANSWER_MOST - 28);
	} else {
		plan.protocol = IPPROTO_ICMPV6;
		plan.icmp_type = 2;
		plan.icmp_rest = mtu;
		plan.data_len = least(packet.len, ANSWER_BYTES_MOST - 48);
	}
	return packet_build(&plan, out, ANSWER_BYTES_MOST);
}

/* The options that a later fragment carries, those with the copied flag; returns their padded length. */
static size_t copied_options(const struct packet *packet, const uint8_t *original, uint8_t *options)
{
	size_t len = 0;

	memset(options, 0, PACKET_IP_OPTIONS_MOST);
	for (unsigned i = 0; i < packet->ip.option_count; i++) {
		const struct packet_option *option = &packet->ip.options[i];

		if ((option->kind & OPTION_COPIED) == 0)
			continue;
		memcpy(options + len, original + option->offset, option->len);
		len += option->len;
	}
	return (len + 3) / 4 * 4;
}

static bool may_be_cut(const struct packet *packet, size_t mtu)
{
	const struct packet_ip *ip = &packet->ip;

	if (ip->version != 4 || packet->transport == PACKET_NONE || packet->len != ip->total_len)
		return false;
	return !ip->dont_fragment && mtu >= MTU_LEAST_IPV4;
}

/* Writes the header of the fragment that starts at `position`; returns its length. */
static size_t write_header(const struct packet *packet, const uint8_t *original, size_t position, uint8_t *out)
{
	uint8_t options[PACKET_IP_OPTIONS_MOST];
	size_t options_len;

	if (position == 0) {
		memcpy(out, original, packet->ip.header_len);
		return packet->ip.header_len;
	}
	memcpy(out, original, 20);
	options_len = copied_options(packet, original, options);
	memcpy(out + 20, options, options_len);
	out[0] = (uint8_t)(0x40 | (20 + options_len) / 4);
	return 20 + options_len;
}

size_t packet_cut(const void *original, size_t len, size_t mtu, size_t *position, uint8_t *out)
{
	const uint8_t *bytes = original;
	struct packet packet;
	size_t payload_len, header_len, take;
	bool is_last;

	packet_decode(&packet, original, len);
	if (!may_be_cut(&packet, mtu))
		return 0;
	payload_len = packet.ip.total_len - packet.ip.header_len;
	if (*position >= payload_len)
		return 0;
	header_len = write_header(&packet, bytes, *position, out);
	is_last = payload_len - *position <= mtu - header_len;
	take = is_last ? payload_len - *position : (mtu - header_len) / 8 * 8;
	put16(out + 2, (uint32_t)(header_len + take));
	put16(out + 6, (uint32_t)(packet.ip.fragment_offset + *position) / 8
		| (!is_last || packet.ip.more_fragments ? 0x2000u : 0));
	put16(out + 10, 0);
	put16(out + 10, checksum_finish(checksum_add(0, out, header_len)));
	memcpy(out + header_len, bytes + packet.ip.header_len + *position, take);
	*position += take;
	return header_len + take;
}
