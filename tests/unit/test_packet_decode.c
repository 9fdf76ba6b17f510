/*
 * The decoder: every reference packet as it is, cut at every byte and with every bit flipped; all options of all
 * lengths. What is decoded lies in memory of exactly its size, so that the sanitizer sees any byte read beyond it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "packet/build.h"
#include "packet/decode.h"
#include "packet/describe.h"
#include "packet/rows.h"
#include "packet/tcp_options.h"
#include "packet_samples.h"

static void decode_copy(struct packet *packet, const uint8_t *bytes, size_t len)
{
	uint8_t *copy = malloc(len == 0 ? 1 : len);

	assert_non_null(copy);
	if (len > 0)
		memcpy(copy, bytes, len);
	/* A pointer to no bytes at all, for which even one would be too many. */
	packet_decode(packet, len == 0 ? copy + 1 : copy, len);
	free(copy);
}

static void check_ip_bounds(const struct packet *packet)
{
	const struct packet_ip *ip = &packet->ip;

	assert_in_range(ip->option_count, 0, PACKET_IP_OPTIONS_MOST);
	for (unsigned i = 0; i < ip->option_count; i++)
		assert_true(ip->options[i].offset + ip->options[i].len <= ip->header_len);
	assert_in_range(ip->extension_count, 0, PACKET_EXTENSIONS_MOST);
	for (unsigned i = 0; i < ip->extension_count; i++)
		assert_true(ip->extensions[i].offset + ip->extensions[i].len <= packet->captured);
}

/* Whatever the bytes were, what is said of them stays inside them. */
static void check_bounds(const struct packet *packet)
{
	assert_true(packet->len <= packet->captured);
	assert_true(packet->transport_offset <= packet->len);
	assert_true(packet->payload_captured <= packet->payload_len);
	assert_true(packet->payload_offset <= packet->len);
	assert_true(packet->payload_captured <= packet->len - packet->payload_offset);
	assert_in_range(packet->malformed.kind, FAULT_NONE, FAULT_ICMP_BODY);
	check_ip_bounds(packet);
	if (!packet_has_tcp(packet))
		return;
	assert_in_range(packet->tcp.option_count, 0, PACKET_TCP_OPTIONS_MOST);
	assert_in_range(packet->tcp.sack_count, 0, PACKET_SACK_BLOCKS_MOST);
	for (unsigned i = 0; i < packet->tcp.option_count; i++)
		assert_true(packet->tcp.options[i].offset + packet->tcp.options[i].len <= packet->tcp.header_len);
}

/* Describes it in every way, from bytes of exactly the size. */
static void describe_all(const struct packet *packet, const uint8_t *bytes, size_t len)
{
	uint8_t *copy = xmalloc(len);
	struct packet_rows rows;
	struct text text;

	if (len > 0)
		memcpy(copy, bytes, len);
	text_init(&text);
	packet_rows_init(&rows);
	packet_describe(&text, packet, (struct packet_base){ .seq = 1, .ack = 2 });
	packet_describe_src(&text, packet);
	packet_describe_dst(&text, packet);
	packet_rows_add(&rows, packet, copy, (struct packet_base){ .seq = 1, .ack = 2 });
	packet_rows_describe(&text, &rows);
	packet_dump(&text, copy, len);
	for (size_t i = 0; i < rows.count; i++)
		assert_true(rows.rows[i].offset + rows.rows[i].len <= len);
	packet_rows_release(&rows);
	text_release(&text);
	free(copy);
}

static void test_samples_say_what_they_are(void **state)
{
	size_t count, len;
	const struct packet_sample *samples = packet_samples(&count);
	struct text text;

	(void)state;
	text_init(&text);
	assert_true(count >= 150);
	for (size_t i = 0; i < count; i++) {
		uint8_t *bytes = packet_sample_bytes(samples[i].hex, &len);
		struct packet packet;

		text_clear(&text);
		decode_copy(&packet, bytes, len);
		packet_describe(&text, &packet, (struct packet_base){ 0 });
		if (strcmp(text.data, samples[i].says) != 0)
			fail_msg("%s:\n is   %s\n must %s", samples[i].name, text.data, samples[i].says);
		if (packet.malformed.kind != samples[i].fault)
			fail_msg("%s: fault %d", samples[i].name, (int)packet.malformed.kind);
		check_bounds(&packet);
		describe_all(&packet, bytes, len);
		free(bytes);
	}
	text_release(&text);
}

/* A packet that is cut inside what its IP header claims cannot be well-formed. */
static void cut_everywhere(const char *name, const uint8_t *bytes, size_t len)
{
	struct packet whole, packet;

	decode_copy(&whole, bytes, len);
	for (size_t cut = 0; cut < len; cut++) {
		decode_copy(&packet, bytes, cut);
		check_bounds(&packet);
		describe_all(&packet, bytes, cut);
		if (cut < whole.len && packet.malformed.kind == FAULT_NONE)
			fail_msg("%s cut to %zu bytes is well-formed", name, cut);
	}
}

static void flip_everything(uint8_t *bytes, size_t len)
{
	struct packet packet;

	for (size_t bit = 0; bit < len * 8; bit++) {
		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		decode_copy(&packet, bytes, len);
		check_bounds(&packet);
		describe_all(&packet, bytes, len);
		packet_mend_checksums(bytes, len);
		decode_copy(&packet, bytes, len);
		check_bounds(&packet);
	}
}

/* Flipped bits are left flipped and checksums mended on the way, so each packet is worn down further and further. */
static void test_samples_cut_and_flipped(void **state)
{
	size_t count, len;
	const struct packet_sample *samples = packet_samples(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		uint8_t *bytes = packet_sample_bytes(samples[i].hex, &len);

		cut_everywhere(samples[i].name, bytes, len);
		for (size_t bit = 0; bit < len * 8; bit++) {
			struct packet packet;

			bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
			decode_copy(&packet, bytes, len);
			check_bounds(&packet);
			describe_all(&packet, bytes, len);
			bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
		flip_everything(bytes, len);
		free(bytes);
	}
}

/* One wrong bit in what a checksum covers is found out. */
static void test_flipped_bit_spoils_a_checksum(void **state)
{
	size_t len;
	uint8_t *bytes = packet_sample_bytes(packet_samples(&len)[0].hex, &len);

	(void)state;
	for (size_t bit = 0; bit < len * 8; bit++) {
		struct packet packet;

		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		decode_copy(&packet, bytes, len);
		assert_true(packet.malformed.kind != FAULT_NONE || packet.ip.checksum_state == CHECKSUM_BAD
			|| !packet_has_tcp(&packet) || packet.tcp.checksum_state == CHECKSUM_BAD);
		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	free(bytes);
}

/* A kind whose length is fixed, as its RFC says; stated apart from the table under test. */
static const struct {
	unsigned kind, len;
} fixed_lens[] = {
	{ 2, 4 }, { 3, 3 }, { 4, 2 }, { 6, 6 }, { 7, 6 }, { 8, 10 }, { 9, 2 }, { 10, 3 }, { 11, 6 }, { 12, 6 },
	{ 13, 6 }, { 14, 3 }, { 18, 3 }, { 19, 18 }, { 20, 4 }, { 22, 2 }, { 23, 2 }, { 27, 8 }, { 28, 4 },
};

static bool may_have_len(unsigned kind, unsigned len)
{
	for (size_t i = 0; i < COUNT_OF(fixed_lens); i++) {
		if (fixed_lens[i].kind == kind)
			return len == fixed_lens[i].len;
	}
	switch (kind) {
	case 5:
		return len == 10 || len == 18 || len == 26 || len == 34;
	case 29:
	case 253:
	case 254:
		return len >= 4;
	case 30:
		return len >= 3;
	case 34:
		return len == 2 || (len >= 6 && len <= 18 && len % 2 == 0);
	case 172:
	case 174:
		return len == 2 || len == 5 || len == 8 || len == 11;
	default:
		return true;
	}
}

/* What must be said of an option of two bytes or more that stands first of `rest` bytes. */
static enum packet_fault_kind expected_fault(unsigned kind, unsigned len, unsigned rest)
{
	if (rest < 2 || len > rest)
		return FAULT_TCP_OPTION_CUT;
	if (len < 2)
		return FAULT_TCP_OPTION_TINY;
	return may_have_len(kind, len) ? FAULT_NONE : FAULT_TCP_OPTION_LEN;
}

static void check_option(const uint8_t *header, unsigned rest)
{
	unsigned kind = header[20], len = rest > 1 ? header[21] : 0;
	struct packet_tcp tcp = { .option_count = 0 };
	struct packet_fault fault = tcp_options_read(&tcp, header, (uint8_t)(20 + rest));

	if (kind == TCP_OPTION_END)
		assert_true(tcp.option_count == 1 && fault.kind == FAULT_NONE);
	else if (kind == TCP_OPTION_NOP)
		assert_true(tcp.option_count >= 1 && tcp.options[0].len == 1);
	else if (fault.kind != expected_fault(kind, len, rest))
		fail_msg("option %u of length %u in %u bytes: fault %d", kind, len, rest, (int)fault.kind);
	else if (fault.kind == FAULT_NONE)
		assert_true(tcp.options[0].kind == kind && tcp.options[0].len == len && len >= 2 && len <= rest);
}

/* All of (kind, length, bytes left): 256 x 256 x 41; what follows the option is NOP. */
static void test_all_options(void **state)
{
	struct packet_tcp tcp = { .option_count = 0 };

	(void)state;
	for (unsigned rest = 0; rest <= 40; rest++) {
		uint8_t *header = xmalloc(20 + rest);

		memset(header, TCP_OPTION_NOP, 20 + rest);
		if (rest == 0)
			assert_int_equal(tcp_options_read(&tcp, header, 20).kind, FAULT_NONE);
		for (unsigned kind = 0; kind < 256 && rest > 0; kind++) {
			header[20] = (uint8_t)kind;
			for (unsigned len = 0; len < 256; len++) {
				if (rest > 1)
					header[21] = (uint8_t)len;
				check_option(header, rest);
			}
		}
		free(header);
	}
	assert_int_equal(tcp.option_count, 0);
}

/* The same through the whole decoder, where the header's length is a multiple of four, for both headers' options. */
static void decode_with_options(uint8_t *bytes, size_t len, bool in_ip)
{
	enum packet_fault_kind wanted = in_ip ? FAULT_IPV4_OPTION_CUT : FAULT_TCP_OPTION_CUT;
	uint8_t *option = bytes + (in_ip ? 20 : 40);

	for (unsigned kind = 0; kind < 256; kind++) {
		for (unsigned option_len = 0; option_len < 256; option_len++) {
			struct packet packet;

			option[0] = (uint8_t)kind;
			option[1] = (uint8_t)option_len;
			packet_decode(&packet, bytes, len);
			check_bounds(&packet);
			assert_int_equal(packet.transport, PACKET_TCP);
			assert_true(packet_has_tcp(&packet));
			if (option_len > len - 40 && kind > 1)
				assert_int_equal(packet.malformed.kind, wanted);
		}
	}
}

static void test_all_options_in_a_packet(void **state)
{
	static const uint8_t nops[40] = { [0 ... 39] = 1 };

	(void)state;
	for (size_t rest = 4; rest <= 40; rest += 4) {
		for (int in_ip = 0; in_ip < 2; in_ip++) {
			struct packet_plan plan = { .version = 4, .protocol = 6, .flags = FLAG_ACK };
			uint8_t *bytes = xmalloc(40 + rest);

			plan.tcp_options = plan.ip_options = nops;
			plan.tcp_options_len = in_ip ? 0 : rest;
			plan.ip_options_len = in_ip ? rest : 0;
			assert_int_equal(packet_build(&plan, bytes, 40 + rest), 40 + rest);
			decode_with_options(bytes, 40 + rest, in_ip);
			free(bytes);
		}
	}
}

struct edge {
	const char *name; /* of the sample that is changed */
	uint8_t at, value;
	enum packet_fault_kind fault;
};

/* One byte at the edge of what it may be. */
static const struct edge edges[] = {
	{ "ACK", 0, 0x45, FAULT_NONE },
	{ "ACK", 0, 0x44, FAULT_IPV4_HEADER_LEN },
	{ "ACK", 0, 0x40, FAULT_IPV4_HEADER_LEN },
	{ "ACK", 0, 0x4a, FAULT_IPV4_OPTION_CUT },
	{ "ACK", 0, 0x4b, FAULT_IPV4_HEADER_BEYOND },
	{ "ACK", 0, 0x4f, FAULT_IPV4_HEADER_BEYOND },
	{ "ACK", 0, 0x05, FAULT_VERSION },
	{ "ACK", 0, 0xf5, FAULT_VERSION },
	{ "ACK", 0, 0x65, FAULT_TOTAL_BEYOND },
	{ "ACK", 3, 0, FAULT_IPV4_TOTAL_LEN },
	{ "ACK", 3, 19, FAULT_IPV4_TOTAL_LEN },
	{ "ACK", 3, 20, FAULT_TCP_CUT },
	{ "ACK", 3, 39, FAULT_TCP_CUT },
	{ "ACK", 3, 40, FAULT_NONE },
	{ "ACK", 3, 41, FAULT_TOTAL_BEYOND },
	{ "ACK", 32, 0x00, FAULT_TCP_HEADER_LEN },
	{ "ACK", 32, 0x40, FAULT_TCP_HEADER_LEN },
	{ "ACK", 32, 0x50, FAULT_NONE },
	{ "ACK", 32, 0x60, FAULT_TCP_HEADER_BEYOND },
	{ "ACK", 32, 0xf0, FAULT_TCP_HEADER_BEYOND },
	{ "SYN of Linux", 32, 0xa0, FAULT_NONE },
	{ "SYN of Linux", 32, 0xb0, FAULT_TCP_HEADER_BEYOND },
	{ "SYN of Linux", 41, 0, FAULT_TCP_OPTION_TINY },
	{ "SYN of Linux", 41, 1, FAULT_TCP_OPTION_TINY },
	{ "SYN of Linux", 41, 20, FAULT_TCP_OPTION_LEN },
	{ "SYN of Linux", 41, 21, FAULT_TCP_OPTION_CUT },
	{ "SYN of Linux", 41, 255, FAULT_TCP_OPTION_CUT },
	{ "UDP", 25, 0, FAULT_UDP_LEN },
	{ "UDP", 25, 7, FAULT_UDP_LEN },
	{ "UDP", 25, 8, FAULT_NONE },
	{ "UDP", 25, 13, FAULT_NONE },
	{ "UDP", 25, 14, FAULT_UDP_BEYOND },
	{ "UDP", 24, 255, FAULT_UDP_BEYOND },
	{ "middle fragment", 6, 0x3f, FAULT_NONE },
	{ "data over IPv6", 0, 0x50, FAULT_VERSION },
	{ "data over IPv6", 5, 0, FAULT_TCP_CUT },
	{ "data over IPv6", 5, 19, FAULT_TCP_CUT },
	{ "data over IPv6", 5, 20, FAULT_NONE },
	{ "data over IPv6", 5, 25, FAULT_NONE },
	{ "data over IPv6", 5, 26, FAULT_TOTAL_BEYOND },
	{ "data over IPv6", 4, 255, FAULT_TOTAL_BEYOND },
	{ "hop-by-hop options", 41, 1, FAULT_EXTENSION_OPTION },
	{ "hop-by-hop options", 41, 2, FAULT_EXTENSION_OPTION },
	{ "destination options", 41, 3, FAULT_EXTENSION_CUT },
	{ "destination options", 43, 4, FAULT_NONE },
	{ "destination options", 43, 5, FAULT_EXTENSION_OPTION },
	{ "destination options", 43, 0, FAULT_NONE },
	{ "authentication header", 41, 10, FAULT_EXTENSION_CUT },
	{ "authentication header", 41, 9, FAULT_TCP_CUT },
};

static const struct packet_sample *find_sample(const char *name)
{
	size_t count;
	const struct packet_sample *samples = packet_samples(&count);

	for (size_t i = 0; i < count; i++) {
		if (strcmp(samples[i].name, name) == 0)
			return &samples[i];
	}
	fail_msg("there is no sample %s", name);
	return NULL;
}

static void test_edges(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(edges); i++) {
		const struct edge *edge = &edges[i];
		size_t len;
		uint8_t *bytes = packet_sample_bytes(find_sample(edge->name)->hex, &len);
		struct packet packet;

		bytes[edge->at] = edge->value;
		decode_copy(&packet, bytes, len);
		if (packet.malformed.kind != edge->fault)
			fail_msg("%s with byte %u = %u: %s", edge->name, edge->at, edge->value,
				fault_sentence(packet.malformed.kind));
		check_bounds(&packet);
		free(bytes);
	}
}

static void decode_sample(const char *name, struct packet *packet)
{
	size_t len;
	uint8_t *bytes = packet_sample_bytes(find_sample(name)->hex, &len);

	decode_copy(packet, bytes, len);
	free(bytes);
}

static void test_checksum_states(void **state)
{
	struct packet packet;

	(void)state;
	decode_sample("ACK", &packet);
	assert_int_equal(packet.tcp.checksum_state, CHECKSUM_OK);
	assert_int_equal(packet.ip.checksum_state, CHECKSUM_OK);
	decode_sample("bad TCP checksum", &packet);
	assert_int_equal(packet.tcp.checksum_state, CHECKSUM_BAD);
	decode_sample("TCP checksum not filled", &packet);
	assert_int_equal(packet.tcp.checksum_state, CHECKSUM_NOT_FILLED);
	decode_sample("unfinished source route", &packet);
	assert_int_equal(packet.tcp.checksum_state, CHECKSUM_UNKNOWN);
	decode_sample("finished source route", &packet);
	assert_int_equal(packet.tcp.checksum_state, CHECKSUM_OK);
	decode_sample("routing, to go on", &packet);
	assert_int_equal(packet.tcp.checksum_state, CHECKSUM_UNKNOWN);
	decode_sample("routing, done", &packet);
	assert_int_equal(packet.tcp.checksum_state, CHECKSUM_OK);
	decode_sample("UDP without checksum", &packet);
	assert_int_equal(packet.udp.checksum_state, CHECKSUM_ABSENT);
	decode_sample("UDP over IPv6 without checksum", &packet);
	assert_int_equal(packet.udp.checksum_state, CHECKSUM_BAD);
	decode_sample("UDP, checksum computed as 0", &packet);
	assert_int_equal(packet.udp.checksum_state, CHECKSUM_OK);
	assert_int_equal(packet.udp.checksum, 0xffff);
	decode_sample("first fragment", &packet);
	assert_int_equal(packet.udp.checksum_state, CHECKSUM_UNKNOWN);
	decode_sample("echo request", &packet);
	assert_int_equal(packet.icmp.checksum_state, CHECKSUM_OK);
	decode_sample("packet too big", &packet);
	assert_int_equal(packet.icmp.checksum_state, CHECKSUM_OK);
}

static void test_ip_fields(void **state)
{
	struct packet packet;

	(void)state;
	decode_sample("SYN over IPv6", &packet);
	assert_int_equal(packet.ip.version, 6);
	assert_int_equal(packet.ip.traffic_class, 0xb8);
	assert_int_equal(packet.ip.flow_label, 0x12345);
	assert_int_equal(packet.ip.ttl, 64);
	assert_int_equal(packet.ip.src.bytes[0], 0xfd);
	assert_int_equal(packet.ip.dst.bytes[15], 2);
	decode_sample("SYN of Linux", &packet);
	assert_true(packet.ip.dont_fragment && !packet.ip.is_fragment);
	assert_int_equal(packet.ip.id, 1);
	assert_int_equal(packet.ip.total_len, 60);
	assert_int_equal(packet.ip.checksum, 0x26b9);
	assert_int_equal(packet.tcp.checksum, 0x96f8);
	assert_int_equal(packet.tcp.option_count, 5);
	decode_sample("last fragment, IPv6", &packet);
	assert_true(packet.ip.is_fragment && !packet.ip.more_fragments);
	assert_int_equal(packet.ip.id, 0xabcd);
	assert_int_equal(packet.transport, PACKET_FRAGMENT);
	decode_sample("nine extension headers", &packet);
	assert_true(packet.ip.chain_unfinished);
	assert_int_equal(packet.ip.extension_count, PACKET_EXTENSIONS_MOST);
	decode_sample("reserved bits", &packet);
	assert_int_equal(packet.tcp.reserved, 7);
	decode_sample("jumbo payload", &packet);
	assert_int_equal(packet.payload_captured, 0);
}

/* A cut header still tells what is wholly there. */
static void test_cut_headers(void **state)
{
	struct packet packet;
	size_t len;
	uint8_t *tcp = packet_sample_bytes(find_sample("ACK")->hex, &len);
	uint8_t *udp = packet_sample_bytes(find_sample("UDP")->hex, &len);
	uint16_t src_port, dst_port;

	(void)state;
	decode_copy(&packet, tcp, 23);
	assert_false(packet_ports(&packet, &src_port, &dst_port));
	decode_copy(&packet, tcp, 24);
	assert_true(packet_ports(&packet, &src_port, &dst_port) && src_port == 40312 && dst_port == 80);
	assert_int_equal(packet.tcp.seq, 0);
	decode_copy(&packet, tcp, 28);
	assert_int_equal(packet.tcp.seq, 1001);
	assert_int_equal(packet.tcp.ack, 0);
	decode_copy(&packet, tcp, 32);
	assert_int_equal(packet.tcp.ack, 5001);
	assert_false(packet_has_transport(&packet));
	decode_copy(&packet, udp, 24);
	assert_true(packet_ports(&packet, &src_port, &dst_port) && src_port == 5000 && dst_port == 9);
	decode_copy(&packet, udp, 28);
	assert_true(packet_has_transport(&packet));
	free(tcp);
	free(udp);
}

static void test_quotation_gives_the_five_tuple(void **state)
{
	struct packet packet;

	(void)state;
	decode_sample("fragmentation needed", &packet);
	assert_true(packet.icmp.quote.is_known && packet.icmp.quote.has_ports && packet.icmp.quote.has_seq);
	assert_int_equal(packet.icmp.quote.protocol, 6);
	assert_int_equal(packet.icmp.quote.src_port, 40312);
	assert_int_equal(packet.icmp.quote.dst_port, 80);
	assert_int_equal(packet.icmp.quote.seq, 1000);
	assert_int_equal(packet.icmp.quote.src.bytes[3], 1);
	assert_int_equal(packet.icmp.quote.dst.bytes[3], 2);
	decode_sample("quotation of an echo request", &packet);
	assert_int_equal(packet.icmp.quote.src_port, 0x1234);
	decode_sample("quotation cut in the header", &packet);
	assert_false(packet.icmp.quote.is_known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_samples_say_what_they_are),
		cmocka_unit_test(test_samples_cut_and_flipped),
		cmocka_unit_test(test_flipped_bit_spoils_a_checksum),
		cmocka_unit_test(test_all_options),
		cmocka_unit_test(test_all_options_in_a_packet),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_checksum_states),
		cmocka_unit_test(test_ip_fields),
		cmocka_unit_test(test_cut_headers),
		cmocka_unit_test(test_quotation_gives_the_five_tuple),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
