/*
 * A packet in words: the line, the rows of the header, the dump; and the names, each of which a person is to read.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "packet/decode.h"
#include "packet/describe.h"
#include "packet/names.h"
#include "packet/rows.h"
#include "packet_samples.h"

/* The rows of the sample with that name, as text that the caller frees. */
static char *rows_of(const char *name, struct packet_base base)
{
	size_t count, len;
	const struct packet_sample *samples = packet_samples(&count);
	struct packet_rows rows;
	struct packet packet;
	struct text text;
	uint8_t *bytes;

	while (strcmp(samples->name, name) != 0) {
		assert_true(--count > 0);
		samples++;
	}
	bytes = packet_sample_bytes(samples->hex, &len);
	packet_decode(&packet, bytes, len);
	packet_rows_init(&rows);
	text_init(&text);
	packet_rows_add(&rows, &packet, bytes, base);
	packet_rows_describe(&text, &rows);
	packet_rows_release(&rows);
	free(bytes);
	return text.data;
}

static void check_rows(const char *name, struct packet_base base, const char *wanted)
{
	char *rows = rows_of(name, base);

	assert_string_equal(rows, wanted);
	free(rows);
}

static void test_rows_of_tcp(void **state)
{
	(void)state;
	check_rows("SYN,ACK", (struct packet_base){ .seq = 5000, .ack = 1000 },
		"IPv4, 20 bytes\n"
		"  0000  Version                  4\n"
		"  0000  Header length            20\n"
		"  0001  Type of service          0x00 (DSCP 0, not ECT)\n"
		"  0002  Total length             48\n"
		"  0004  Identification           0x0001\n"
		"  0006  Fragmentation            0x4000 (don't fragment, offset 0)\n"
		"  0008  Time to live             64\n"
		"  0009  Protocol                 6 (TCP)\n"
		"  000a  Header checksum          0x26c5 (ok)\n"
		"  000c  Source                   10.0.0.1\n"
		"  0010  Destination              10.0.0.2\n"
		"TCP, 28 bytes\n"
		"  0014  Source port              40312\n"
		"  0016  Destination port         80\n"
		"  0018  Sequence number          5000 (relative 0)\n"
		"  001c  Acknowledgement          1001 (relative 1)\n"
		"  0020  Header length            28\n"
		"  0020  Flags                    0x012 (SYN,ACK)\n"
		"  0022  Window                   65160\n"
		"  0024  Checksum                 0xbc43 (ok)\n"
		"  0026  Urgent pointer           0\n"
		"  0028  Maximum segment size     1460\n"
		"  002c  No operation             \n"
		"  002d  Window scale             7\n");
}

static void test_rows_of_ipv6_fragment(void **state)
{
	(void)state;
	check_rows("last fragment, IPv6", (struct packet_base){ 0 },
		"IPv6, 40 bytes\n"
		"  0000  Version                  6\n"
		"  0000  Traffic class            0x00 (DSCP 0, not ECT)\n"
		"  0000  Flow label               0x00000000\n"
		"  0004  Payload length           24\n"
		"  0006  Next header              44 (fragment)\n"
		"  0007  Hop limit                64\n"
		"  0008  Source                   fd00::1\n"
		"  0018  Destination              fd00::2\n"
		"fragment, 8 bytes\n"
		"  0028  Next header              17 (UDP)\n"
		"  002a  Fragmentation            offset 16\n"
		"  002c  Identification           0x0000abcd\n"
		"  0030  Data                     16 bytes\n");
}

static void check_row_of(const char *name, const char *row)
{
	char *rows = rows_of(name, (struct packet_base){ 0 });

	if (strstr(rows, row) == NULL)
		fail_msg("%s has no row '%s':\n%s", name, row, rows);
	free(rows);
}

static void test_rows_of_the_others(void **state)
{
	(void)state;
	check_row_of("UDP without checksum", "  001a  Checksum                 0x0000 (none)\n");
	check_row_of("UDP", "  001c  Data                     5 bytes\n");
	check_row_of("fragmentation needed", "  0014  Type                     3 (destination unreachable)\n");
	check_row_of("fragmentation needed", "  0015  Code                     4 (fragmentation needed)\n");
	check_row_of("fragmentation needed", "  001a  MTU of next hop          1400\n");
	check_row_of("echo request", "  0015  Code                     0\n");
	check_row_of("echo request", "  0018  Identifier               4660\n");
	check_row_of("redirect", "  0018  Router                   10.0.0.9\n");
	check_row_of("parameter problem", "  0018  Pointer                  20\n");
	check_row_of("packet too big", "  002c  MTU                      1280\n");
	check_row_of("neighbour solicitation", "  0030  Target                   fd00::2\n");
	check_row_of("router alert", "  0014  Router alert             kind 148, 4 bytes\n");
	check_row_of("TCP checksum not filled", " (not filled)\n");
	check_row_of("IPv4 header length 16", "  Malformed                IPv4 header length under 20: 16 (byte 0)\n");
	check_row_of("bytes after the packet", "  0028  After the packet         6 bytes\n");
	check_row_of("IPv4 total length beyond", "  0028  Data                     1 bytes, 0 of them here\n");
	check_row_of("SYN over IPv6", "  0000  Flow label               0x00012345\n");
}

static void test_dump(void **state)
{
	uint8_t bytes[40];
	struct text text;

	(void)state;
	text_init(&text);
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7 + 9);
	packet_dump(&text, bytes, 20);
	assert_string_equal(text.data,
		"0000  09 10 17 1e 25 2c 33 3a  41 48 4f 56 5d 64 6b 72  ....%,3:AHOV]dkr\n"
		"0010  79 80 87 8e                                       y...\n");
	text_clear(&text);
	packet_dump(&text, bytes, 0);
	assert_string_equal(text.data, "");
	text_release(&text);
}

/* Nothing that could steer a terminal leaves a dump, and the columns stand under each other. */
static void test_dump_is_printable(void **state)
{
	uint8_t bytes[256];
	struct text text;

	(void)state;
	text_init(&text);
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)i;
	packet_dump(&text, bytes, sizeof(bytes));
	assert_int_equal(text.len, 16 * (4 + 1 + 49 + 2 + 16 + 1));
	for (size_t i = 0; i < text.len; i++)
		assert_true((text.data[i] >= ' ' && text.data[i] <= '~') || text.data[i] == '\n');
	text_release(&text);
}

static void test_dump_of_much(void **state)
{
	uint8_t *bytes = xcalloc(65537, 1);
	struct text text;

	(void)state;
	text_init(&text);
	packet_dump(&text, bytes, 65537);
	assert_true(string_starts_with(text.data, "00000  00 "));
	assert_non_null(strstr(text.data, "\n10000  00 "));
	text_release(&text);
	free(bytes);
}

static void test_endpoints(void **state)
{
	struct packet packet = { .transport = PACKET_UDP, .len = 28, .transport_offset = 20 };
	struct text text;

	(void)state;
	text_init(&text);
	packet.ip.version = 6;
	packet.ip.src.bytes[0] = 0xfd;
	packet.ip.src.bytes[15] = 1;
	packet.udp.src_port = 80;
	packet_describe_src(&text, &packet);
	text_add_char(&text, ' ');
	packet.transport = PACKET_FRAGMENT;
	packet_describe_src(&text, &packet);
	assert_string_equal(text.data, "[fd00::1]:80 fd00::1");
	text_release(&text);
}

static void test_names(void **state)
{
	(void)state;
	assert_string_equal(protocol_name(6), "TCP");
	assert_null(protocol_name(200));
	assert_string_equal(icmp_name(4, 3, 3), "port unreachable");
	assert_string_equal(icmp_type_name(4, 3), "destination unreachable");
	assert_string_equal(icmp_name(6, 1, 4), "port unreachable");
	assert_null(icmp_name(4, 128, 0));
	assert_null(icmp_type_name(6, 0));
	assert_true(icmp_is_error(4, 3) && icmp_is_error(4, 11) && icmp_is_error(4, 5));
	assert_false(icmp_is_error(4, 8) || icmp_is_error(4, 0) || icmp_is_error(6, 128));
	assert_true(icmp_is_error(6, 2) && icmp_is_error(6, 127));
	assert_string_equal(tcp_option_title(2), "Maximum segment size");
	assert_string_equal(tcp_option_title(99), "Unknown option");
	assert_int_equal(tcp_option_kind("wscale"), 3);
	assert_int_equal(tcp_option_kind("nothing"), -1);
}

/* Every sentence is there, and no two faults read alike. */
static void test_fault_sentences(void **state)
{
	(void)state;
	for (enum packet_fault_kind a = FAULT_NONE; a <= FAULT_ICMP_BODY; a++) {
		assert_true(strlen(fault_sentence(a)) > 5);
		for (enum packet_fault_kind b = FAULT_NONE; b < a; b++)
			assert_string_not_equal(fault_sentence(a), fault_sentence(b));
	}
	assert_string_equal(fault_sentence((enum packet_fault_kind)(FAULT_ICMP_BODY + 1)), "unknown fault");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows_of_tcp),
		cmocka_unit_test(test_rows_of_ipv6_fragment),
		cmocka_unit_test(test_rows_of_the_others),
		cmocka_unit_test(test_dump),
		cmocka_unit_test(test_dump_is_printable),
		cmocka_unit_test(test_dump_of_much),
		cmocka_unit_test(test_endpoints),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_fault_sentences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
