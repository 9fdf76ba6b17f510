/*
 * The Internet checksum, taken four bytes at a time, against RFC 1071's own way, two at a time; and the super-frame, of
 * which it is not taken at all.
 */
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "packet/build.h"
#include "packet/checksum.h"
#include "packet/decode.h"

enum { MOST = 80, LARGE = 60000 };

/* RFC 1071, 4.1. */
static uint16_t plain_checksum(const uint8_t *bytes, size_t len)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < len; i++)
		sum += (uint64_t)bytes[i] << (i % 2 == 0 ? 8 : 0);
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static void fill(uint8_t *bytes, size_t len, unsigned seed)
{
	for (size_t i = 0; i < len; i++) {
		seed = seed * 1103515245 + 12345;
		bytes[i] = seed % 3 == 0 ? 0xff : (uint8_t)(seed >> 16);
	}
}

/* On the heap, so that one byte too many is found. */
static void check_piece(const uint8_t *bytes, size_t len)
{
	uint8_t *alone = xmalloc(len);

	memcpy(alone, bytes, len);
	assert_int_equal(checksum_finish(checksum_add(0, alone, len)), plain_checksum(alone, len));
	free(alone);
}

static void every_length_at_every_place(void **state)
{
	uint8_t bytes[MOST];

	(void)state;
	for (unsigned seed = 0; seed < 50; seed++) {
		fill(bytes, sizeof(bytes), seed);
		for (size_t from = 0; from < 9; from++)
			for (size_t len = 0; from + len <= MOST; len++) {
				check_piece(bytes + from, len);
				assert_int_equal(checksum_finish(checksum_add(0, bytes + from, len)),
						 plain_checksum(bytes + from, len));
			}
	}
}

static void all_ones_and_all_noughts(void **state)
{
	uint8_t *bytes = xcalloc(1, LARGE);

	(void)state;
	assert_int_equal(checksum_finish(checksum_add(0, bytes, LARGE)), 0xffff);
	memset(bytes, 0xff, LARGE);
	assert_int_equal(checksum_finish(checksum_add(0, bytes, LARGE)), plain_checksum(bytes, LARGE));
	free(bytes);
}

static void in_pieces(void **state)
{
	uint8_t bytes[MOST];

	(void)state;
	fill(bytes, sizeof(bytes), 7);
	for (size_t cut = 0; cut <= MOST; cut += 2)
		assert_int_equal(checksum_finish(checksum_add(checksum_add(0, bytes, cut), bytes + cut, MOST - cut)),
				 plain_checksum(bytes, MOST));
}

static size_t build(uint8_t *out, size_t room)
{
	static const uint8_t data[1000] = { 1, 2, 3 };
	struct packet_plan plan = { .version = 4, .protocol = IPPROTO_TCP, .flags = FLAG_ACK, .data = data };

	plan.data_len = sizeof(data);
	return packet_build(&plan, out, room);
}

static void super_frames_are_not_added_up(void **state)
{
	struct packet packet, judged;
	uint8_t bytes[2048];
	size_t len = build(bytes, sizeof(bytes));

	(void)state;
	assert_true(len > 1000);
	packet_decode(&judged, bytes, len);
	assert_int_equal(judged.tcp.checksum_state, CHECKSUM_OK);
	bytes[len - 1] ^= 1;
	packet_decode(&judged, bytes, len);
	assert_int_equal(judged.tcp.checksum_state, CHECKSUM_BAD);
	packet_decode_super_frame(&packet, bytes, len);
	assert_int_equal(packet.tcp.checksum_state, CHECKSUM_NOT_FILLED);
	assert_int_equal(packet.ip.checksum_state, CHECKSUM_OK);
	assert_int_equal(packet.payload_len, judged.payload_len);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_length_at_every_place), cmocka_unit_test(all_ones_and_all_noughts),
		cmocka_unit_test(in_pieces), cmocka_unit_test(super_frames_are_not_added_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
