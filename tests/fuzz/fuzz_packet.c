/*
 * Hostile packets for libFuzzer (or AFL++, which takes the same entry): `make fuzz-packet` builds it with clang; then
 *
 *	tests/fuzz/fuzz_packet -max_total_time=30 [DIRECTORY of inputs]
 *
 * The input is one packet, which is decoded, described, mended, built anew, answered and cut; and again a list of
 * packets, each after a byte with its length, which are followed as one connection. What is decoded lies in memory of
 * exactly its size.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "packet/answer.h"
#include "packet/build.h"
#include "packet/decode.h"
#include "packet/describe.h"
#include "packet/ranges.h"
#include "packet/rows.h"
#include "packet/track.h"

enum { SIZE_MOST = 70000, MTU = 576 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t *exact_copy(const uint8_t *data, size_t size)
{
	uint8_t *copy = xmalloc(size);

	if (size > 0)
		memcpy(copy, data, size);
	return copy;
}

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void describe(const struct packet *packet, const uint8_t *bytes)
{
	struct packet_rows rows;
	struct text text;

	text_init(&text);
	packet_rows_init(&rows);
	packet_describe(&text, packet, (struct packet_base){ .seq = 1, .ack = 2 });
	packet_rows_add(&rows, packet, bytes, (struct packet_base){ 0 });
	packet_rows_describe(&text, &rows);
	packet_dump(&text, bytes, packet->captured);
	packet_rows_release(&rows);
	text_release(&text);
}

/* A packet that was built from a decoded one is decoded alike. */
static void build_anew(const struct packet *packet, const uint8_t *bytes)
{
	struct packet_plan plan = packet_plan_of(packet, bytes);
	uint8_t *out = xmalloc(PACKET_BYTES_MOST);
	size_t len = packet_build(&plan, out, PACKET_BYTES_MOST);
	struct packet again;

	packet_decode(&again, out, len);
	if (len > 0 && packet->malformed.kind == FAULT_NONE && packet_has_tcp(packet) && !packet->ip.is_fragment) {
		require(packet_has_tcp(&again));
		require(again.tcp.seq == packet->tcp.seq && again.tcp.flags == packet->tcp.flags);
		require(again.payload_len == packet->payload_len);
		require(again.tcp.option_count == packet->tcp.option_count);
	}
	free(out);
}

static void answer(const uint8_t *bytes, size_t size)
{
	uint8_t out[ANSWER_BYTES_MOST], fragment[MTU];
	size_t position = 0, len = packet_too_big(bytes, size, MTU, NULL, out);
	struct packet packet;

	if (len > 0) {
		packet_decode(&packet, out, len);
		require(packet.malformed.kind == FAULT_NONE && packet.icmp.quote.is_known);
	}
	while (packet_cut(bytes, size, MTU, &position, fragment) > 0)
		require(position <= size);
}

static void mend(const uint8_t *data, size_t size)
{
	uint8_t *bytes = exact_copy(data, size);
	struct packet packet;

	if (packet_mend_checksums(bytes, size)) {
		packet_decode(&packet, bytes, size);
		require(packet.transport != PACKET_TCP || packet.tcp.checksum_state == CHECKSUM_OK);
	}
	free(bytes);
}

/* What was added is covered, unless it lies out of reach; and no more than was added. */
static void add_to_set(struct seq_set *set, const struct packet *packet)
{
	struct seq_span span = seq_span_of(packet);

	seq_set_add(set, &span);
	require(set->count <= SEQ_RANGES_MOST);
	for (uint32_t i = 1; i < set->count; i++)
		require(seq_before(set->bytes[i - 1].right, set->bytes[i].left));
	if (span.has_fin && !span.has_syn) {
		seq_set_remove(set, &span);
		require(!seq_set_covers(set, &span));
	}
}

static void follow(const uint8_t *data, size_t size)
{
	struct track track;
	struct seq_set sets[2];
	uint64_t number = 0;

	seq_set_init(&sets[0]);
	seq_set_init(&sets[1]);
	while (size > 1 && size - 1 >= data[0]) {
		struct packet packet;

		packet_decode(&packet, data + 1, data[0]);
		if (packet_has_tcp(&packet)) {
			struct track_note note;

			if (number++ == 0)
				track_init(&track, &packet);
			note = track_add(&track, &packet, number, number * 1000000 * data[0]);
			add_to_set(&sets[note.way], &packet);
		}
		size -= 1u + data[0];
		data += 1 + data[0];
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *bytes;
	struct packet packet;

	if (size > SIZE_MOST)
		return 0;
	bytes = exact_copy(data, size);
	packet_decode(&packet, bytes, size);
	require(packet.payload_offset <= packet.len && packet.payload_captured <= packet.len - packet.payload_offset);
	describe(&packet, bytes);
	build_anew(&packet, bytes);
	answer(bytes, size);
	mend(bytes, size);
	free(bytes);
	follow(data, size);
	return 0;
}
