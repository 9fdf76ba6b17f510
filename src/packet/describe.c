#include "packet/describe.h"

#include <stdio.h>

#include "base/show.h"
#include "packet/decode.h"

void endpoint_describe(struct text *out, uint8_t version, const struct packet_addr *addr, uint16_t port)
{
	text_add(out, version == 4 ? "" : "[");
	addr_describe(out, version, addr);
	text_addf(out, "%s:%u", version == 4 ? "" : "]", port);
}

void packet_describe_src(struct text *out, const struct packet *packet)
{
	uint16_t src_port, dst_port;

	if (packet_ports(packet, &src_port, &dst_port))
		endpoint_describe(out, packet->ip.version, &packet->ip.src, src_port);
	else
		addr_describe(out, packet->ip.version, &packet->ip.src);
}

void packet_describe_dst(struct text *out, const struct packet *packet)
{
	uint16_t src_port, dst_port;

	if (packet_ports(packet, &src_port, &dst_port))
		endpoint_describe(out, packet->ip.version, &packet->ip.dst, dst_port);
	else
		addr_describe(out, packet->ip.version, &packet->ip.dst);
}

static void add_protocol(struct text *out, uint8_t protocol)
{
	const char *name = protocol_name(protocol);

	if (name != NULL)
		text_add(out, name);
	else
		text_addf(out, "protocol %u", protocol);
}

static void describe_tcp(struct text *out, const struct packet *packet, struct packet_base base)
{
	const struct packet_tcp *tcp = &packet->tcp;
	size_t before;

	if (!packet_has_tcp(packet)) {
		text_add(out, "TCP");
		return;
	}
	before = out->len;
	flags_describe(out, tcp->flags);
	text_addf(out, "%s seq=%u", out->len == before ? "no flags" : "", tcp->seq - base.seq);
	if ((tcp->flags & FLAG_ACK) != 0)
		text_addf(out, " ack=%u", tcp->ack - base.ack);
	text_addf(out, " win=%u len=%u", tcp->window, packet->payload_len);
	if ((tcp->flags & FLAG_URG) != 0)
		text_addf(out, " urgent=%u", tcp->urgent);
	text_add_char(out, ' ');
	before = out->len;
	/* SACK speaks of the numbers of the other direction, as the acknowledgement does. */
	tcp_options_describe(out, tcp, base.ack);
	if (out->len == before)
		text_cut(out, before - 1);
}

static void describe_quote(struct text *out, const struct packet_quote *quote)
{
	if (!quote->is_known)
		return;
	text_add(out, " about ");
	add_protocol(out, quote->protocol);
	text_add_char(out, ' ');
	if (quote->has_ports)
		endpoint_describe(out, quote->version, &quote->src, quote->src_port);
	else
		addr_describe(out, quote->version, &quote->src);
	text_add(out, " > ");
	if (quote->has_ports)
		endpoint_describe(out, quote->version, &quote->dst, quote->dst_port);
	else
		addr_describe(out, quote->version, &quote->dst);
}

static void describe_icmp(struct text *out, const struct packet *packet)
{
	const struct packet_icmp *icmp = &packet->icmp;
	uint8_t version = packet->ip.version;
	const char *name = icmp_name(version, icmp->type, icmp->code);
	enum icmp_body body = icmp_body(version, icmp->type, icmp->code);

	text_add(out, packet->transport == PACKET_ICMP ? "ICMP" : "ICMPv6");
	if (!packet_has_transport(packet))
		return;
	if (name != NULL)
		text_addf(out, " %s", name);
	else
		text_addf(out, " type %u code %u", icmp->type, icmp->code);
	if (body == ICMP_BODY_ECHO)
		text_addf(out, " id=%u seq=%u len=%u", icmp->id, icmp->seq, packet->payload_len);
	if (body == ICMP_BODY_MTU)
		text_addf(out, " mtu=%u", icmp->mtu);
	if (body == ICMP_BODY_POINTER)
		text_addf(out, " at=%u", icmp->pointer);
	if (body == ICMP_BODY_TARGET || body == ICMP_BODY_REDIRECT) {
		text_add_char(out, ' ');
		addr_describe(out, version, &icmp->target);
	}
	describe_quote(out, &icmp->quote);
}

static void describe_other(struct text *out, const struct packet *packet)
{
	if (packet->ip.chain_unfinished)
		text_add(out, "unknown, too many extension headers");
	else
		add_protocol(out, packet->ip.protocol);
	text_addf(out, " len=%u", packet->payload_len);
}

static void describe_transport(struct text *out, const struct packet *packet, struct packet_base base)
{
	switch (packet->transport) {
	case PACKET_NONE:
		text_add(out, packet->ip.version == 0 ? "not IP" : packet->ip.version == 4 ? "IPv4" : "IPv6");
		break;
	case PACKET_TCP:
		describe_tcp(out, packet, base);
		break;
	case PACKET_UDP:
		text_add(out, "UDP");
		if (packet_has_transport(packet))
			text_addf(out, " len=%u", packet->payload_len);
		break;
	case PACKET_ICMP:
	case PACKET_ICMPV6:
		describe_icmp(out, packet);
		break;
	case PACKET_FRAGMENT:
	case PACKET_OTHER:
		describe_other(out, packet);
		break;
	}
}

static enum checksum_state transport_checksum(const struct packet *packet)
{
	switch (packet->transport) {
	case PACKET_TCP:
		return packet->tcp.checksum_state;
	case PACKET_UDP:
		return packet->udp.checksum_state;
	case PACKET_ICMP:
	case PACKET_ICMPV6:
		return packet->icmp.checksum_state;
	case PACKET_NONE:
	case PACKET_FRAGMENT:
	case PACKET_OTHER:
		break;
	}
	return CHECKSUM_UNKNOWN;
}

void packet_describe(struct text *out, const struct packet *packet, struct packet_base base)
{
	if (packet->ip.is_fragment)
		text_addf(out, "fragment @%u of ", packet->ip.fragment_offset);
	describe_transport(out, packet, base);
	if (packet->malformed.kind != FAULT_NONE) {
		text_add(out, " · malformed: ");
		fault_describe(out, &packet->malformed);
	}
	if (packet->ip.checksum_state == CHECKSUM_BAD)
		text_add(out, " · bad IPv4 checksum");
	if (transport_checksum(packet) == CHECKSUM_BAD)
		text_add(out, " · bad checksum");
}

/* Only ASCII that is safe to show stands for itself: each byte has one column. */
static void dump_character(struct text *out, uint8_t byte)
{
	text_add_char(out, byte < 0x7f && show_is_safe(byte) ? (char)byte : '.');
}

static void dump_line(struct text *out, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < 16; i++) {
		text_add(out, i == 8 ? "  " : " ");
		if (i < len)
			text_addf(out, "%02x", bytes[i]);
		else
			text_add(out, "  ");
	}
	text_add(out, "  ");
	for (size_t i = 0; i < len; i++)
		dump_character(out, bytes[i]);
	text_add_char(out, '\n');
}

void packet_dump(struct text *out, const void *bytes, size_t len)
{
	int digits = snprintf(NULL, 0, "%zx", len == 0 ? 0 : len - 1);

	for (size_t offset = 0; offset < len; offset += 16) {
		text_addf(out, "%0*zx ", digits < 4 ? 4 : digits, offset);
		dump_line(out, (const uint8_t *)bytes + offset, len - offset < 16 ? len - offset : 16);
	}
}
