/*
 * Packets of our own making: what is built is decoded as it was meant; damaged ones are mended; the answers of a
 * router.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "packet/answer.h"
#include "packet/build.h"
#include "packet/bytes.h"
#include "packet/decode.h"
#include "packet/names.h"
#include "packet/tcp_options.h"
#include "packet_samples.h"

enum { ROOM = 4096, TCP = 6, UDP = 17, ICMP = 1, ICMPV6 = 58 };

static struct packet_plan some_plan(uint8_t version, uint8_t protocol)
{
	struct packet_plan plan = {
		.version = version, .protocol = protocol, .traffic_class = 0xb8, .ttl = 33, .id = 4711,
		.src_port = 40312, .dst_port = 80, .seq = 4294967290u, .ack = 77, .window = 64240,
		.icmp_type = version == 4 ? 8 : 128, .icmp_rest = 0x00010002, .data = "hello", .data_len = 5,
	};

	plan.src = (struct packet_addr){ .bytes = { 10, 0, 0, 1 } };
	plan.dst = (struct packet_addr){ .bytes = { 10, 0, 0, 2 } };
	if (version == 6) {
		plan.src.bytes[0] = plan.dst.bytes[0] = 0xfd;
		plan.flow_label = 0x12345;
	}
	return plan;
}

static size_t build_and_decode(const struct packet_plan *plan, uint8_t *bytes, struct packet *packet)
{
	size_t len = packet_build(plan, bytes, ROOM);

	assert_true(len > 0);
	packet_decode(packet, bytes, len);
	assert_int_equal(packet->len, len);
	return len;
}

static enum checksum_state transport_checksum(const struct packet *packet)
{
	if (packet->transport == PACKET_TCP)
		return packet->tcp.checksum_state;
	return packet->transport == PACKET_UDP ? packet->udp.checksum_state : packet->icmp.checksum_state;
}

static void check_ip(const struct packet *packet, const struct packet_plan *plan)
{
	assert_int_equal(packet->ip.version, plan->version);
	assert_int_equal(packet->ip.traffic_class, plan->traffic_class);
	assert_int_equal(packet->ip.ttl, plan->ttl);
	assert_int_equal(packet->ip.protocol, plan->protocol);
	assert_memory_equal(&packet->ip.src, &plan->src, sizeof(plan->src));
	assert_memory_equal(&packet->ip.dst, &plan->dst, sizeof(plan->dst));
	assert_int_equal(packet->ip.flow_label, plan->flow_label);
	if (plan->version == 4)
		assert_int_equal(packet->ip.checksum_state, CHECKSUM_OK);
	assert_int_equal(packet->malformed.kind, FAULT_NONE);
}

static void check_tcp(const struct packet *packet, const struct packet_plan *plan)
{
	check_ip(packet, plan);
	assert_true(packet_has_tcp(packet));
	assert_int_equal(packet->tcp.flags, plan->flags);
	assert_int_equal(packet->tcp.seq, plan->seq);
	assert_int_equal(packet->tcp.ack, plan->ack);
	assert_int_equal(packet->tcp.window, plan->window);
	assert_int_equal(packet->tcp.src_port, plan->src_port);
	assert_int_equal(packet->tcp.dst_port, plan->dst_port);
	assert_int_equal(packet->payload_len, plan->data_len);
	assert_int_equal(packet->tcp.checksum_state, CHECKSUM_OK);
}

static void test_every_combination_of_flags(void **state)
{
	uint8_t bytes[ROOM];
	struct packet packet;

	(void)state;
	for (uint8_t version = 4; version <= 6; version = (uint8_t)(version + 2)) {
		for (unsigned flags = 0; flags <= FLAGS_ALL; flags++) {
			struct packet_plan plan = some_plan(version, TCP);

			plan.flags = (uint16_t)flags;
			plan.data_len = flags % 6;
			build_and_decode(&plan, bytes, &packet);
			check_tcp(&packet, &plan);
			assert_memory_equal(bytes + packet.payload_offset, "hello", plan.data_len);
		}
	}
}

static void test_checksum_wishes(void **state)
{
	static const uint8_t protocols[] = { TCP, UDP, ICMP };
	static const enum checksum_state wanted[] = {
		[CHECKSUM_COMPUTE] = CHECKSUM_OK,
		[CHECKSUM_SPOIL] = CHECKSUM_BAD,
		[CHECKSUM_LEAVE] = CHECKSUM_NOT_FILLED,
	};
	uint8_t bytes[ROOM];
	struct packet packet;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(protocols); i++) {
		for (enum checksum_wish wish = CHECKSUM_COMPUTE; wish <= CHECKSUM_LEAVE; wish++) {
			struct packet_plan plan = some_plan(4, protocols[i]);

			if (wish == CHECKSUM_GIVE || (wish == CHECKSUM_LEAVE && protocols[i] == ICMP))
				continue;
			plan.checksum_wish = wish;
			build_and_decode(&plan, bytes, &packet);
			assert_int_equal(transport_checksum(&packet), wanted[wish]);
		}
	}
}

static void test_given_checksum(void **state)
{
	struct packet_plan plan = some_plan(6, UDP);
	uint8_t bytes[ROOM];
	struct packet packet;

	(void)state;
	plan.checksum_wish = CHECKSUM_GIVE;
	plan.checksum = 0xbeef;
	build_and_decode(&plan, bytes, &packet);
	assert_int_equal(packet.udp.checksum, 0xbeef);
	assert_int_equal(packet.udp.checksum_state, CHECKSUM_BAD);
}

/* A spoiled checksum is wrong for every datagram, also where the right one is a value with a meaning of its own. */
static void test_spoiled_checksum_is_always_bad(void **state)
{
	struct packet_plan plan = some_plan(4, UDP);
	uint8_t bytes[ROOM], data[2];
	struct packet packet;

	(void)state;
	plan.checksum_wish = CHECKSUM_SPOIL;
	plan.data = data;
	plan.data_len = 2;
	for (uint32_t value = 0; value <= UINT16_MAX; value++) {
		put16(data, value);
		build_and_decode(&plan, bytes, &packet);
		assert_int_equal(packet.udp.checksum_state, CHECKSUM_BAD);
	}
}

static void test_options_round(void **state)
{
	static const char *const lists[] = {
		"mss=1460 sackOK ts=100/0 wscale=7",
		"mss=65535 wscale=14",
		"sack=1-2,4294967290-5",
		"sack=1-2,3-4,5-6,7-8",
		"ts=4294967295/4294967295 sack=1-2,3-4,5-6",
		"uto=30s",
		"uto=5min",
		"",
	};
	struct tcp_option_bytes options;
	uint8_t bytes[ROOM];
	struct packet packet;
	struct text text;

	(void)state;
	text_init(&text);
	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		struct packet_plan plan = some_plan(4, TCP);

		assert_true(tcp_options_parse(&options, lists[i], &text));
		plan.tcp_options = options.bytes;
		plan.tcp_options_len = options.len;
		build_and_decode(&plan, bytes, &packet);
		check_tcp(&packet, &plan);
		tcp_options_describe(&text, &packet.tcp, 0);
		assert_string_equal(text.data, lists[i]);
		text_clear(&text);
	}
	text_release(&text);
}

static void test_options_by_number(void **state)
{
	static const uint8_t wanted[] = { 1, 1, 254, 4, 0xf9, 0x89, 4, 2, 200, 2, 0, 0 };
	struct tcp_option_bytes options;
	struct text text;

	(void)state;
	text_init(&text);
	assert_true(tcp_options_parse(&options, " nop  nop 254:F989 4: 200:", &text));
	assert_int_equal(options.len, sizeof(wanted));
	assert_memory_equal(options.bytes, wanted, sizeof(wanted));
	assert_true(tcp_options_parse(&options, "eol", &text));
	assert_true(options.len == 4 && options.bytes[0] == 0);
	assert_true(tcp_options_parse(&options, "19:000102030405060708090a0b0c0d0e0f", &text));
	assert_int_equal(options.len, 20);
	text_release(&text);
}

static void test_options_refused(void **state)
{
	static const char *const wrong[] = {
		"mss", "mss=", "mss=65536", "mss=-1", "mss=1460x", "mss= 1460", "wscale=256", "sackOK=1",
		"sack=1", "sack=1-", "sack=1-2,", "sack=1-2,3-4,5-6,7-8,9-10", "ts=1", "ts=1/4294967296",
		"uto=5", "uto=32768s", "256:00", "1x:00", "3:0", "3:0g",
		"nothing=1", "=1", ":00", "mss=99999999999999999999999", "md5=1",
		"ts=1/2 ts=3/4 ts=5/6 ts=7/8 nop",
		"254:0000000000000000000000000000000000000000000000000000000000000000000000000000ff",
		"\033[31m",
	};
	struct tcp_option_bytes options;
	struct text problem;

	(void)state;
	text_init(&problem);
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		text_clear(&problem);
		if (tcp_options_parse(&options, wrong[i], &problem) || problem.len == 0)
			fail_msg("'%s' is taken", wrong[i]);
		assert_null(strchr(problem.data, '\033'));
	}
	/* Forty bytes are allowed: the one NOP more was what was refused. */
	text_clear(&problem);
	assert_true(tcp_options_parse(&options, "ts=1/2 ts=3/4 ts=5/6 ts=7/8", &problem));
	text_release(&problem);
}

static void test_flags_parse(void **state)
{
	uint16_t flags;
	struct text text;

	(void)state;
	text_init(&text);
	for (unsigned i = 1; i <= FLAGS_ALL; i++) {
		text_clear(&text);
		flags_describe(&text, (uint16_t)i);
		assert_true(flags_parse(&flags, text.data));
		assert_int_equal(flags, i);
	}
	assert_string_equal(text.data, "SYN,FIN,RST,PSH,ACK,URG,ECE,CWR,AE");
	assert_true(flags_parse(&flags, "ack,Syn") && flags == (FLAG_SYN | FLAG_ACK));
	assert_true(flags_parse(&flags, "none") && flags == 0);
	assert_true(flags_parse(&flags, "") && flags == 0);
	assert_false(flags_parse(&flags, "SYN,"));
	assert_false(flags_parse(&flags, ",SYN"));
	assert_false(flags_parse(&flags, "SYN ACK"));
	assert_false(flags_parse(&flags, "SYNC"));
	assert_false(flags_parse(&flags, "S"));
	text_release(&text);
}

/* A plan made of a decoded packet builds the same bytes, where a plan can say all that the packet says. */
static void test_samples_built_anew(void **state)
{
	size_t count, len, same = 0;
	const struct packet_sample *samples = packet_samples(&count);
	uint8_t out[ROOM];

	(void)state;
	for (size_t i = 0; i < count; i++) {
		uint8_t *bytes = packet_sample_bytes(samples[i].hex, &len);
		struct packet packet;
		struct packet_plan plan;

		packet_decode(&packet, bytes, len);
		plan = packet_plan_of(&packet, bytes);
		if (packet_build(&plan, out, sizeof(out)) == len && memcmp(out, bytes, len) == 0)
			same++;
		else if (samples[i].fault == FAULT_NONE && packet.transport == PACKET_TCP && packet.tcp.reserved == 0
			&& packet.tcp.checksum_state == CHECKSUM_OK && packet.captured == packet.len
			&& packet.ip.checksum_state != CHECKSUM_BAD && packet.ip.extension_count == 0)
			fail_msg("%s is built otherwise", samples[i].name);
		free(bytes);
	}
	assert_true(same > 110);
}

/* Chains of extension headers are taken over whole; a fragment's is written anew from the fields. */
static void test_extensions_built_anew(void **state)
{
	static const char *const names[] = {
		"hop-by-hop options", "eight extension headers", "authentication header", "routing, done",
		"first fragment, IPv6", "last fragment, IPv6",
	};
	size_t count, len;
	const struct packet_sample *samples = packet_samples(&count);
	uint8_t out[ROOM];

	(void)state;
	for (size_t i = 0; i < count * COUNT_OF(names); i++) {
		const struct packet_sample *sample = &samples[i / COUNT_OF(names)];
		struct packet packet;
		struct packet_plan plan;
		uint8_t *bytes;

		if (strcmp(sample->name, names[i % COUNT_OF(names)]) != 0)
			continue;
		bytes = packet_sample_bytes(sample->hex, &len);
		packet_decode(&packet, bytes, len);
		plan = packet_plan_of(&packet, bytes);
		/* A first fragment's checksum covers bytes that are elsewhere. */
		plan.checksum_wish = packet.ip.is_fragment ? CHECKSUM_GIVE : CHECKSUM_COMPUTE;
		if (packet_build(&plan, out, sizeof(out)) != len || memcmp(out, bytes, len - 16) != 0)
			fail_msg("%s is built otherwise", sample->name);
		free(bytes);
	}
}

static void test_room_and_limits(void **state)
{
	static const uint8_t zeros[48] = { 0 };
	static uint8_t big[PACKET_BYTES_MOST + 1], data[PACKET_BYTES_MOST];
	struct packet_plan plan = some_plan(4, TCP), wrong;
	uint8_t bytes[ROOM];

	(void)state;
	assert_int_equal(packet_build(&plan, bytes, 45), 45);
	assert_int_equal(packet_build(&plan, bytes, 44), 0);
	wrong = plan;
	wrong.version = 5;
	assert_int_equal(packet_build(&wrong, bytes, ROOM), 0);
	wrong = plan;
	wrong.tcp_options = wrong.ip_options = zeros;
	wrong.tcp_options_len = 41;
	assert_int_equal(packet_build(&wrong, bytes, ROOM), 0);
	wrong.tcp_options_len = 40;
	wrong.ip_options_len = 41;
	assert_int_equal(packet_build(&wrong, bytes, ROOM), 0);
	wrong.ip_options_len = 40;
	assert_int_equal(packet_build(&wrong, bytes, ROOM), 125);
	wrong = plan;
	wrong.fragment_offset = 4;
	assert_int_equal(packet_build(&wrong, bytes, ROOM), 0);
	wrong.fragment_offset = 65528;
	assert_int_equal(packet_build(&wrong, bytes, ROOM), 25);
	wrong.fragment_offset = 65536;
	assert_int_equal(packet_build(&wrong, bytes, ROOM), 0);
	wrong = some_plan(6, TCP);
	wrong.ip_options = zeros;
	wrong.ip_options_len = 4;
	assert_int_equal(packet_build(&wrong, bytes, ROOM), 0);
	plan.data = data;
	plan.data_len = PACKET_BYTES_MOST - 40;
	assert_int_equal(packet_build(&plan, big, sizeof(big)), PACKET_BYTES_MOST);
	plan.data_len++;
	assert_int_equal(packet_build(&plan, big, sizeof(big)), 0);
}

static void test_fragments_by_plan(void **state)
{
	uint8_t bytes[ROOM];
	struct packet packet;

	(void)state;
	for (uint8_t version = 4; version <= 6; version = (uint8_t)(version + 2)) {
		struct packet_plan plan = some_plan(version, UDP);

		plan.data = "sixteen bytes...";
		plan.data_len = 16;
		plan.more_fragments = true;
		build_and_decode(&plan, bytes, &packet);
		check_ip(&packet, &plan);
		assert_int_equal(packet.transport, PACKET_UDP);
		assert_int_equal(packet.ip.id, 4711);
		plan.fragment_offset = 24;
		build_and_decode(&plan, bytes, &packet);
		assert_int_equal(packet.transport, PACKET_FRAGMENT);
		assert_int_equal(packet.ip.fragment_offset, 24);
		assert_int_equal(packet.payload_len, 16);
	}
}

static void test_extension_chain_by_plan(void **state)
{
	static const uint8_t chain[16] = { 60, 0, 1, 4, 0, 0, 0, 0, 0, 0, 1, 4, 0, 0, 0, 0 };
	struct packet_plan plan = some_plan(6, TCP);
	uint8_t bytes[ROOM];
	struct packet packet;

	(void)state;
	plan.ip_options = chain;
	plan.ip_options_len = sizeof(chain);
	plan.first_extension = 0;
	build_and_decode(&plan, bytes, &packet);
	check_tcp(&packet, &plan);
	assert_int_equal(packet.ip.extension_count, 2);
	plan.more_fragments = true;
	plan.data_len = 4;
	build_and_decode(&plan, bytes, &packet);
	assert_int_equal(packet.ip.extension_count, 3);
	assert_true(packet.ip.is_fragment && packet.transport == PACKET_TCP);
}

/* Whatever single byte is changed behind the addresses, the mended packet has right checksums again. */
static void test_mended_checksums(void **state)
{
	static const uint8_t protocols[] = { TCP, UDP, ICMP, ICMPV6 };
	uint8_t bytes[ROOM];
	struct packet packet;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(protocols); i++) {
		struct packet_plan plan = some_plan(protocols[i] == ICMPV6 ? 6 : 4, protocols[i]);
		size_t len = packet_build(&plan, bytes, ROOM);

		for (size_t at = len - plan.data_len; at < len; at++) {
			bytes[at] = (uint8_t)~bytes[at];
			packet_decode(&packet, bytes, len);
			assert_int_equal(transport_checksum(&packet), CHECKSUM_BAD);
			assert_true(packet_mend_checksums(bytes, len));
			packet_decode(&packet, bytes, len);
			assert_int_equal(transport_checksum(&packet), CHECKSUM_OK);
		}
		if (plan.version != 4)
			continue;
		bytes[8]--;
		assert_true(packet_mend_checksums(bytes, len));
		packet_decode(&packet, bytes, len);
		assert_int_equal(packet.ip.checksum_state, CHECKSUM_OK);
	}
}

static void test_mending_what_cannot_be_mended(void **state)
{
	struct packet_plan plan = some_plan(4, UDP);
	uint8_t bytes[ROOM];
	size_t len;

	(void)state;
	plan.more_fragments = true;
	len = packet_build(&plan, bytes, ROOM);
	assert_false(packet_mend_checksums(bytes, len));
	assert_false(packet_mend_checksums(bytes, 0));
	plan.more_fragments = false;
	plan.checksum_wish = CHECKSUM_GIVE;
	len = packet_build(&plan, bytes, ROOM);
	assert_false(packet_mend_checksums(bytes, len));
	assert_int_equal(get16(bytes + 26), 0);
	plan.checksum_wish = CHECKSUM_SPOIL;
	len = packet_build(&plan, bytes, ROOM);
	assert_false(packet_mend_checksums(bytes, len - 1));
	assert_true(packet_mend_checksums(bytes, len));
	put16(bytes + 24, 7);
	assert_false(packet_mend_checksums(bytes, len));
	/* A wrong option does not hinder: what TCP's checksum covers is known all the same. */
	plan = some_plan(4, TCP);
	plan.tcp_options = (const uint8_t[]){ 8, 1, 0, 0 };
	plan.tcp_options_len = 4;
	plan.checksum_wish = CHECKSUM_SPOIL;
	len = packet_build(&plan, bytes, ROOM);
	assert_true(packet_mend_checksums(bytes, len));
}

/* A packet of `len` bytes of that version, DF set. */
static void big_packet(uint8_t *bytes, uint8_t version, size_t len)
{
	static const uint8_t zeros[ROOM] = { 0 };
	struct packet_plan plan = some_plan(version, TCP);

	plan.dont_fragment = true;
	plan.data = zeros;
	plan.data_len = len - (version == 4 ? 40 : 60);
	assert_int_equal(packet_build(&plan, bytes, ROOM), len);
}

static void test_too_big_ipv4(void **state)
{
	struct packet_addr router = { .bytes = { 10, 0, 0, 254 } };
	uint8_t bytes[ROOM], answer[ANSWER_BYTES_MOST];
	struct packet packet;
	size_t len;

	(void)state;
	big_packet(bytes, 4, 1500);
	len = packet_too_big(bytes, 1500, 1400, &router, answer);
	assert_int_equal(len, 576);
	packet_decode(&packet, answer, len);
	assert_int_equal(packet.malformed.kind, FAULT_NONE);
	assert_int_equal(packet.ip.checksum_state, CHECKSUM_OK);
	assert_int_equal(packet.ip.traffic_class, 0xc0);
	assert_memory_equal(&packet.ip.src, &router, sizeof(router));
	assert_int_equal(packet.ip.dst.bytes[3], 1);
	assert_string_equal(icmp_name(4, packet.icmp.type, packet.icmp.code), "fragmentation needed");
	assert_int_equal(packet.icmp.checksum_state, CHECKSUM_OK);
	assert_int_equal(packet.icmp.mtu, 1400);
	assert_int_equal(packet.icmp.quote.dst_port, 80);
	assert_memory_equal(answer + 28, bytes, 548);
	len = packet_too_big(bytes, 1500, 1499, NULL, answer);
	packet_decode(&packet, answer, len);
	assert_int_equal(packet.ip.src.bytes[3], 2);
	assert_int_equal(packet_too_big(bytes, 1500, 1500, NULL, answer), 0);
}

static void test_too_big_ipv6(void **state)
{
	uint8_t bytes[ROOM], answer[ANSWER_BYTES_MOST];
	struct packet packet;
	size_t len;

	(void)state;
	big_packet(bytes, 6, 1500);
	len = packet_too_big(bytes, 1500, 1280, NULL, answer);
	assert_int_equal(len, 1280);
	packet_decode(&packet, answer, len);
	assert_int_equal(packet.malformed.kind, FAULT_NONE);
	assert_string_equal(icmp_name(6, packet.icmp.type, packet.icmp.code), "packet too big");
	assert_int_equal(packet.icmp.checksum_state, CHECKSUM_OK);
	assert_int_equal(packet.icmp.mtu, 1280);
	assert_int_equal(packet.icmp.quote.src_port, 40312);
	assert_memory_equal(answer + 48, bytes, 1280 - 48);
	/* Multicast is answered in IPv6 only. */
	bytes[24] = 0xff;
	assert_true(packet_too_big(bytes, 1500, 1280, NULL, answer) > 0);
	bytes[8] = 0xff;
	assert_int_equal(packet_too_big(bytes, 1500, 1280, NULL, answer), 0);
}

static void test_too_big_is_silent(void **state)
{
	uint8_t bytes[ROOM], answer[ANSWER_BYTES_MOST], again[ANSWER_BYTES_MOST];
	size_t len;

	(void)state;
	big_packet(bytes, 4, 1500);
	len = packet_too_big(bytes, 1500, 1400, NULL, answer);
	answer[6] |= 0x40;
	assert_int_equal(packet_too_big(answer, len, 500, NULL, again), 0);
	bytes[6] &= 0xbf;
	assert_int_equal(packet_too_big(bytes, 1500, 1400, NULL, answer), 0);
	bytes[6] |= 0x40;
	bytes[7] = 1;
	assert_int_equal(packet_too_big(bytes, 1500, 1400, NULL, answer), 0);
	bytes[7] = 0;
	assert_true(packet_too_big(bytes, 1500, 1400, NULL, answer) > 0);
	bytes[16] = 224;
	assert_int_equal(packet_too_big(bytes, 1500, 1400, NULL, answer), 0);
	bytes[16] = 10;
	memset(bytes + 12, 0, 4);
	assert_int_equal(packet_too_big(bytes, 1500, 1400, NULL, answer), 0);
	memset(bytes + 12, 255, 4);
	assert_int_equal(packet_too_big(bytes, 1500, 1400, NULL, answer), 0);
	assert_int_equal(packet_too_big(bytes, 19, 10, NULL, answer), 0);
}

/* Puts the fragments together and compares with what was cut. */
static void cut_and_join(const uint8_t *bytes, size_t len, size_t mtu)
{
	uint8_t *fragment = xmalloc(mtu), joined[ROOM];
	size_t position = 0, got, at, header_len = (bytes[0] & 0x0fu) * 4;
	struct packet packet;
	bool more = true;

	while (at = position, (got = packet_cut(bytes, len, mtu, &position, fragment)) > 0) {
		assert_true(got <= mtu && more);
		packet_decode(&packet, fragment, got);
		assert_int_equal(packet.ip.checksum_state, CHECKSUM_OK);
		assert_int_equal(packet.ip.fragment_offset, at);
		assert_int_equal(packet.ip.total_len, got);
		assert_true(packet.malformed.kind == FAULT_NONE);
		memcpy(joined + at, fragment + packet.ip.header_len, got - packet.ip.header_len);
		more = packet.ip.more_fragments;
	}
	assert_false(more);
	assert_int_equal(position, len - header_len);
	assert_memory_equal(joined, bytes + header_len, len - header_len);
	free(fragment);
}

static void test_cutting(void **state)
{
	static const uint8_t options[12] = { 7, 7, 4, 0, 0, 0, 0, 148, 4, 0, 0, 0 };
	uint8_t bytes[ROOM], fragment[ROOM];
	struct packet_plan plan = some_plan(4, UDP);
	size_t len, position = 0;

	(void)state;
	plan.data = memset(fragment, 'x', 1600);
	plan.data_len = 1600;
	for (int i = 0; i < 2; i++) {
		plan.ip_options = options;
		plan.ip_options_len = i == 0 ? 0 : sizeof(options);
		len = packet_build(&plan, bytes, ROOM);
		for (size_t mtu = 68; mtu <= len + 1; mtu++)
			cut_and_join(bytes, len, mtu);
	}
	/* Of the two options only the router alert goes into later fragments. */
	packet_cut(bytes, len, 500, &position, fragment);
	assert_int_equal(fragment[0], 0x48);
	packet_cut(bytes, len, 500, &position, fragment);
	assert_int_equal(fragment[0], 0x46);
	assert_int_equal(fragment[20], 148);
	assert_int_equal(packet_cut(bytes, len, 67, &position, fragment), 0);
	bytes[6] |= 0x40;
	assert_int_equal(packet_cut(bytes, len, 500, &position, fragment), 0);
}

/* A fragment that is cut again keeps its place and that more follow. */
static void test_cutting_a_fragment(void **state)
{
	struct packet_plan plan = some_plan(4, UDP);
	uint8_t bytes[ROOM], fragment[ROOM], data[160] = { 0 };
	struct packet packet;
	size_t position = 0, len;

	(void)state;
	plan.data = data;
	plan.data_len = sizeof(data);
	plan.fragment_offset = 800;
	plan.more_fragments = true;
	len = packet_build(&plan, bytes, ROOM);
	for (size_t got; (got = packet_cut(bytes, len, 100, &position, fragment)) > 0;) {
		packet_decode(&packet, fragment, got);
		assert_true(packet.ip.more_fragments);
		assert_true(packet.ip.fragment_offset >= 800);
	}
	assert_int_equal(packet.ip.fragment_offset, 800 + 80);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_combination_of_flags),
		cmocka_unit_test(test_checksum_wishes),
		cmocka_unit_test(test_given_checksum),
		cmocka_unit_test(test_spoiled_checksum_is_always_bad),
		cmocka_unit_test(test_options_round),
		cmocka_unit_test(test_options_by_number),
		cmocka_unit_test(test_options_refused),
		cmocka_unit_test(test_flags_parse),
		cmocka_unit_test(test_samples_built_anew),
		cmocka_unit_test(test_extensions_built_anew),
		cmocka_unit_test(test_room_and_limits),
		cmocka_unit_test(test_fragments_by_plan),
		cmocka_unit_test(test_extension_chain_by_plan),
		cmocka_unit_test(test_mended_checksums),
		cmocka_unit_test(test_mending_what_cannot_be_mended),
		cmocka_unit_test(test_too_big_ipv4),
		cmocka_unit_test(test_too_big_ipv6),
		cmocka_unit_test(test_too_big_is_silent),
		cmocka_unit_test(test_cutting),
		cmocka_unit_test(test_cutting_a_fragment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
