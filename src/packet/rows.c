#include "packet/rows.h"

#include <stdlib.h>

#include "base/mem.h"
#include "packet/bytes.h"
#include "packet/decode.h"

/* How the number in a field is shown. */
enum look {
	LOOK_NUMBER,
	LOOK_HEX,
	LOOK_WORDS,        /* a count of 4-byte words, shown in bytes */
	LOOK_FRAGMENT,     /* IPv4's flags and offset */
	LOOK_FRAGMENT6,
	LOOK_PROTOCOL,
	LOOK_ADDRESS4,
	LOOK_ADDRESS6,
	LOOK_SEQ,          /* with the relative number */
	LOOK_ACK,
	LOOK_FLAGS,
	LOOK_CHECKSUM_IP,
	LOOK_CHECKSUM,
	LOOK_ICMP_TYPE,
	LOOK_ICMP_CODE,
	LOOK_CLASS,        /* DSCP and ECN */
};

/* `len` bytes at `offset` of a header; of the number in them `mask` is shown, moved right by `shift`. */
struct field {
	const char *name;
	uint8_t offset, len;
	enum look look;
	uint32_t mask;
	uint8_t shift;
};

static const struct field ipv4_fields[] = {
	{ "Version", 0, 1, LOOK_NUMBER, 0xf0, 4 },
	{ "Header length", 0, 1, LOOK_WORDS, 0x0f, 0 },
	{ "Type of service", 1, 1, LOOK_CLASS, 0xff, 0 },
	{ "Total length", 2, 2, LOOK_NUMBER, 0xffff, 0 },
	{ "Identification", 4, 2, LOOK_HEX, 0xffff, 0 },
	{ "Fragmentation", 6, 2, LOOK_FRAGMENT, 0xffff, 0 },
	{ "Time to live", 8, 1, LOOK_NUMBER, 0xff, 0 },
	{ "Protocol", 9, 1, LOOK_PROTOCOL, 0xff, 0 },
	{ "Header checksum", 10, 2, LOOK_CHECKSUM_IP, 0xffff, 0 },
	{ "Source", 12, 4, LOOK_ADDRESS4, UINT32_MAX, 0 },
	{ "Destination", 16, 4, LOOK_ADDRESS4, UINT32_MAX, 0 },
};

static const struct field ipv6_fields[] = {
	{ "Version", 0, 1, LOOK_NUMBER, 0xf0, 4 },
	{ "Traffic class", 0, 2, LOOK_CLASS, 0x0ff0, 4 },
	{ "Flow label", 0, 4, LOOK_HEX, 0xfffff, 0 },
	{ "Payload length", 4, 2, LOOK_NUMBER, 0xffff, 0 },
	{ "Next header", 6, 1, LOOK_PROTOCOL, 0xff, 0 },
	{ "Hop limit", 7, 1, LOOK_NUMBER, 0xff, 0 },
	{ "Source", 8, 16, LOOK_ADDRESS6, UINT32_MAX, 0 },
	{ "Destination", 24, 16, LOOK_ADDRESS6, UINT32_MAX, 0 },
};

static const struct field extension_fields[] = {
	{ "Next header", 0, 1, LOOK_PROTOCOL, 0xff, 0 },
};

static const struct field fragment_fields[] = {
	{ "Next header", 0, 1, LOOK_PROTOCOL, 0xff, 0 },
	{ "Fragmentation", 2, 2, LOOK_FRAGMENT6, 0xffff, 0 },
	{ "Identification", 4, 4, LOOK_HEX, UINT32_MAX, 0 },
};

static const struct field tcp_fields[] = {
	{ "Source port", 0, 2, LOOK_NUMBER, 0xffff, 0 },
	{ "Destination port", 2, 2, LOOK_NUMBER, 0xffff, 0 },
	{ "Sequence number", 4, 4, LOOK_SEQ, UINT32_MAX, 0 },
	{ "Acknowledgement", 8, 4, LOOK_ACK, UINT32_MAX, 0 },
	{ "Header length", 12, 1, LOOK_WORDS, 0xf0, 4 },
	{ "Flags", 12, 2, LOOK_FLAGS, FLAGS_ALL, 0 },
	{ "Window", 14, 2, LOOK_NUMBER, 0xffff, 0 },
	{ "Checksum", 16, 2, LOOK_CHECKSUM, 0xffff, 0 },
	{ "Urgent pointer", 18, 2, LOOK_NUMBER, 0xffff, 0 },
};

static const struct field udp_fields[] = {
	{ "Source port", 0, 2, LOOK_NUMBER, 0xffff, 0 },
	{ "Destination port", 2, 2, LOOK_NUMBER, 0xffff, 0 },
	{ "Length", 4, 2, LOOK_NUMBER, 0xffff, 0 },
	{ "Checksum", 6, 2, LOOK_CHECKSUM, 0xffff, 0 },
};

static const struct field icmp_fields[] = {
	{ "Type", 0, 1, LOOK_ICMP_TYPE, 0xff, 0 },
	{ "Code", 1, 1, LOOK_ICMP_CODE, 0xff, 0 },
	{ "Checksum", 2, 2, LOOK_CHECKSUM, 0xffff, 0 },
};

static const struct field echo_fields[] = {
	{ "Identifier", 4, 2, LOOK_NUMBER, 0xffff, 0 },
	{ "Sequence number", 6, 2, LOOK_NUMBER, 0xffff, 0 },
};

static const struct field mtu4_fields[] = {
	{ "MTU of next hop", 6, 2, LOOK_NUMBER, 0xffff, 0 },
};

static const struct field mtu6_fields[] = {
	{ "MTU", 4, 4, LOOK_NUMBER, UINT32_MAX, 0 },
};

static const struct field pointer4_fields[] = {
	{ "Pointer", 4, 1, LOOK_NUMBER, 0xff, 0 },
};

static const struct field pointer6_fields[] = {
	{ "Pointer", 4, 4, LOOK_NUMBER, UINT32_MAX, 0 },
};

static const struct field router_fields[] = {
	{ "Router", 4, 4, LOOK_ADDRESS4, UINT32_MAX, 0 },
};

static const struct field target_fields[] = {
	{ "Target", 8, 16, LOOK_ADDRESS6, UINT32_MAX, 0 },
};

/* What the rows are made from, and where they go. */
struct maker {
	struct packet_rows *rows;
	const struct packet *packet;
	const uint8_t *bytes;
	struct packet_base base;
};

void packet_rows_init(struct packet_rows *rows)
{
	*rows = (struct packet_rows){ 0 };
}

void packet_rows_release(struct packet_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		free(rows->rows[i].value);
	free(rows->rows);
	packet_rows_init(rows);
}

/* `value` is taken over and is empty afterwards. */
static struct packet_row *add_row(struct maker *maker, const char *name, struct text *value, size_t offset, size_t len)
{
	struct packet_rows *rows = maker->rows;
	struct packet_row *row;

	rows->rows = array_grow(rows->rows, rows->count, &rows->room, sizeof(*rows->rows));
	row = &rows->rows[rows->count++];
	*row = (struct packet_row){ .name = name, .offset = (uint32_t)offset, .len = (uint32_t)len };
	row->value = text_take(value);
	return row;
}

static void add_heading(struct maker *maker, const char *name, size_t offset, size_t len)
{
	struct text value;

	text_init(&value);
	text_addf(&value, "%zu bytes", len);
	add_row(maker, name, &value, offset, len)->is_heading = true;
	text_release(&value);
}

static void show_class(struct text *out, uint32_t value)
{
	static const char *const ecn[] = { "not ECT", "ECT(1)", "ECT(0)", "CE" };

	text_addf(out, "0x%02x (DSCP %u, %s)", value, value >> 2, ecn[value & 3]);
}

static void show_fragment(struct text *out, uint32_t value)
{
	text_addf(out, "0x%04x (%s%s%soffset %u)", value, (value & 0x8000) != 0 ? "reserved, " : "",
		(value & 0x4000) != 0 ? "don't fragment, " : "", (value & 0x2000) != 0 ? "more fragments, " : "",
		(value & 0x1fff) * 8);
}

static void show_protocol(struct text *out, uint32_t value)
{
	const char *name = protocol_name((uint8_t)value);

	text_addf(out, "%u (%s)", value, name != NULL ? name : "unknown");
}

static void show_flags(struct text *out, uint32_t value)
{
	text_addf(out, "0x%03x (", value);
	flags_describe(out, (uint16_t)value);
	text_add_char(out, ')');
}

static void show_relative(struct text *out, uint32_t value, uint32_t base)
{
	text_addf(out, "%u", value);
	if (base != 0)
		text_addf(out, " (relative %u)", value - base);
}

static void show_checksum(struct text *out, uint32_t value, const struct packet *packet)
{
	enum checksum_state state = packet->transport == PACKET_TCP ? packet->tcp.checksum_state
		: packet->transport == PACKET_UDP ? packet->udp.checksum_state : packet->icmp.checksum_state;

	text_addf(out, "0x%04x (%s)", value, checksum_name(state));
}

static void show_icmp(struct text *out, const struct packet *packet, bool is_type)
{
	uint8_t type = packet->icmp.type, code = packet->icmp.code, version = packet->ip.version;
	const char *of_type = icmp_type_name(version, type), *of_both = icmp_name(version, type, code);

	text_addf(out, "%u", is_type ? type : code);
	if (is_type && of_type != NULL)
		text_addf(out, " (%s)", of_type);
	/* Where the code has no name of its own, that of the type would stand twice. */
	if (!is_type && of_both != of_type)
		text_addf(out, " (%s)", of_both);
}

static void show_address(struct text *out, const uint8_t *bytes, uint8_t len)
{
	struct packet_addr addr = { .bytes = { 0 } };

	for (uint8_t i = 0; i < len; i++)
		addr.bytes[i] = bytes[i];
	addr_describe(out, len == 4 ? 4 : 6, &addr);
}

/* Those looks that need no more than the number. */
static void show_value(struct text *out, const struct maker *maker, const struct field *field, uint32_t value)
{
	switch (field->look) {
	case LOOK_NUMBER:
	case LOOK_ADDRESS4:
	case LOOK_ADDRESS6:
		text_addf(out, "%u", value);
		return;
	case LOOK_HEX:
		text_addf(out, "0x%0*x", field->len * 2, value);
		return;
	case LOOK_WORDS:
		text_addf(out, "%u", value * 4);
		return;
	case LOOK_FRAGMENT:
		show_fragment(out, value);
		return;
	case LOOK_FRAGMENT6:
		text_addf(out, "%soffset %u", (value & 1) != 0 ? "more fragments, " : "", value & 0xfff8);
		return;
	case LOOK_PROTOCOL:
		show_protocol(out, value);
		return;
	case LOOK_SEQ:
		show_relative(out, value, maker->base.seq);
		return;
	case LOOK_ACK:
		show_relative(out, value, maker->base.ack);
		return;
	case LOOK_FLAGS:
		show_flags(out, value);
		return;
	case LOOK_CHECKSUM_IP:
		text_addf(out, "0x%04x (%s)", value, checksum_name(maker->packet->ip.checksum_state));
		return;
	case LOOK_CHECKSUM:
		show_checksum(out, value, maker->packet);
		return;
	case LOOK_ICMP_TYPE:
	case LOOK_ICMP_CODE:
		show_icmp(out, maker->packet, field->look == LOOK_ICMP_TYPE);
		return;
	case LOOK_CLASS:
		show_class(out, value);
		return;
	}
}

static uint32_t field_value(const struct field *field, const uint8_t *bytes)
{
	uint32_t value = field->len == 1 ? bytes[0] : field->len == 2 ? get16(bytes) : get32(bytes);

	return (value & field->mask) >> field->shift;
}

static void add_field(struct maker *maker, const struct field *field, size_t header)
{
	size_t offset = header + field->offset;
	struct text value;

	if (offset + field->len > maker->packet->len)
		return;
	text_init(&value);
	if (field->look == LOOK_ADDRESS4 || field->look == LOOK_ADDRESS6)
		show_address(&value, maker->bytes + offset, field->len);
	else
		show_value(&value, maker, field, field_value(field, maker->bytes + offset));
	add_row(maker, field->name, &value, offset, field->len);
	text_release(&value);
}

static void add_fields(struct maker *maker, const struct field *fields, size_t count, size_t header)
{
	for (size_t i = 0; i < count; i++)
		add_field(maker, &fields[i], header);
}

static void add_ipv4(struct maker *maker)
{
	const struct packet_ip *ip = &maker->packet->ip;

	add_heading(maker, "IPv4", 0, ip->header_len < maker->packet->len ? ip->header_len : maker->packet->len);
	if (maker->packet->len < 20)
		return;
	add_fields(maker, ipv4_fields, COUNT_OF(ipv4_fields), 0);
	for (unsigned i = 0; i < ip->option_count; i++) {
		const struct packet_option *option = &ip->options[i];
		const char *name = ip_option_name(option->kind);
		struct text value;

		text_init(&value);
		text_addf(&value, "kind %u, %u bytes", option->kind, option->len);
		add_row(maker, name != NULL ? name : "Unknown option", &value, option->offset, option->len);
		text_release(&value);
	}
}

static void add_ipv6(struct maker *maker)
{
	const struct packet_ip *ip = &maker->packet->ip;

	add_heading(maker, "IPv6", 0, maker->packet->len < 40 ? maker->packet->len : 40);
	if (maker->packet->len < 40)
		return;
	add_fields(maker, ipv6_fields, COUNT_OF(ipv6_fields), 0);
	for (unsigned i = 0; i < ip->extension_count; i++) {
		const struct packet_extension *extension = &ip->extensions[i];
		const char *name = protocol_name(extension->type);

		add_heading(maker, name != NULL ? name : "Extension", extension->offset, extension->len);
		if (extension->type == 44)
			add_fields(maker, fragment_fields, COUNT_OF(fragment_fields), extension->offset);
		else
			add_fields(maker, extension_fields, COUNT_OF(extension_fields), extension->offset);
	}
}

static void add_tcp(struct maker *maker)
{
	const struct packet *packet = maker->packet;
	const struct packet_tcp *tcp = &packet->tcp;
	size_t here = packet->len - packet->transport_offset;

	add_heading(maker, "TCP", packet->transport_offset, tcp->header_len != 0 ? tcp->header_len : here);
	add_fields(maker, tcp_fields, COUNT_OF(tcp_fields), packet->transport_offset);
	for (unsigned i = 0; i < tcp->option_count; i++) {
		const struct tcp_option *option = &tcp->options[i];
		size_t at = packet->transport_offset + option->offset;
		struct text value;

		text_init(&value);
		tcp_option_show(&value, tcp, option, maker->base.ack);
		add_row(maker, tcp_option_title(option->kind), &value, at, option->len);
		text_release(&value);
	}
}

static void add_udp(struct maker *maker)
{
	const struct packet *packet = maker->packet;
	size_t here = packet->len - packet->transport_offset;

	add_heading(maker, "UDP", packet->transport_offset, here < 8 ? here : 8);
	add_fields(maker, udp_fields, COUNT_OF(udp_fields), packet->transport_offset);
}

static void add_icmp_body(struct maker *maker)
{
	const struct packet *packet = maker->packet;
	bool is_4 = packet->ip.version == 4;
	size_t at = packet->transport_offset;

	switch (icmp_body(packet->ip.version, packet->icmp.type, packet->icmp.code)) {
	case ICMP_BODY_PLAIN:
	case ICMP_BODY_ERROR:
		break;
	case ICMP_BODY_ECHO:
		add_fields(maker, echo_fields, COUNT_OF(echo_fields), at);
		break;
	case ICMP_BODY_REDIRECT:
		add_fields(maker, router_fields, COUNT_OF(router_fields), at);
		break;
	case ICMP_BODY_MTU:
		add_fields(maker, is_4 ? mtu4_fields : mtu6_fields, 1, at);
		break;
	case ICMP_BODY_POINTER:
		add_fields(maker, is_4 ? pointer4_fields : pointer6_fields, 1, at);
		break;
	case ICMP_BODY_TARGET:
		add_fields(maker, target_fields, COUNT_OF(target_fields), at);
		break;
	}
}

static void add_icmp(struct maker *maker)
{
	const struct packet *packet = maker->packet;
	size_t here = packet->len - packet->transport_offset;

	add_heading(maker, packet->transport == PACKET_ICMP ? "ICMP" : "ICMPv6", packet->transport_offset,
		here < 8 ? here : 8);
	if (here < 8)
		return;
	add_fields(maker, icmp_fields, COUNT_OF(icmp_fields), packet->transport_offset);
	add_icmp_body(maker);
}

static void add_transport(struct maker *maker)
{
	switch (maker->packet->transport) {
	case PACKET_TCP:
		add_tcp(maker);
		break;
	case PACKET_UDP:
		add_udp(maker);
		break;
	case PACKET_ICMP:
	case PACKET_ICMPV6:
		add_icmp(maker);
		break;
	case PACKET_NONE:
	case PACKET_FRAGMENT:
	case PACKET_OTHER:
		break;
	}
}

static void add_remainder(struct maker *maker)
{
	const struct packet *packet = maker->packet;
	struct text value;

	text_init(&value);
	if (packet->payload_len > 0) {
		text_addf(&value, "%u bytes", packet->payload_len);
		if (packet->payload_captured < packet->payload_len)
			text_addf(&value, ", %u of them here", packet->payload_captured);
		add_row(maker, "Data", &value, packet->payload_offset, packet->payload_captured);
	}
	if (packet->captured > packet->len) {
		text_addf(&value, "%u bytes", packet->captured - packet->len);
		add_row(maker, "After the packet", &value, packet->len, packet->captured - packet->len);
	}
	if (packet->malformed.kind != FAULT_NONE) {
		fault_describe(&value, &packet->malformed);
		add_row(maker, "Malformed", &value, packet->malformed.at, 0);
	}
	text_release(&value);
}

void packet_rows_add(struct packet_rows *rows, const struct packet *packet, const void *bytes, struct packet_base base)
{
	struct maker maker = { .rows = rows, .packet = packet, .bytes = bytes, .base = base };

	if (packet->ip.version == 4)
		add_ipv4(&maker);
	else if (packet->ip.version == 6)
		add_ipv6(&maker);
	add_transport(&maker);
	add_remainder(&maker);
}

void packet_rows_describe(struct text *out, const struct packet_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++) {
		const struct packet_row *row = &rows->rows[i];

		if (row->is_heading)
			text_addf(out, "%s, %s\n", row->name, row->value);
		else
			text_addf(out, "  %04x  %-24s %s\n", row->offset, row->name, row->value);
	}
}
