/*
 * Connections followed: every conversation of track_talks, and what the notes say beside the names.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "packet/decode.h"
#include "packet/track.h"
#include "track_talks.h"

enum { CLIENT_PORT = 40312, ROOM = 2048, STEPS_MOST = 32 };

/* The notes of a whole talk. */
static void follow(const struct talk *talk, struct track_note *notes)
{
	struct track track;
	uint8_t bytes[ROOM];
	double time = 1e12;

	for (size_t i = 0; i < talk->count; i++) {
		struct packet packet;
		size_t len = talk_build(talk, &talk->steps[i], CLIENT_PORT, bytes);

		packet_decode(&packet, bytes, len);
		assert_int_equal(packet.malformed.kind, FAULT_NONE);
		if (i == 0)
			track_init(&track, &packet);
		assert_int_equal(track_way_of(&track, &packet), talk->steps[i].from == talk->steps[0].from ? 0 : 1);
		time += talk->steps[i].ms * 1e6;
		notes[i] = track_add(&track, &packet, i + 1, (uint64_t)time);
	}
}

static void check_talk(const struct talk *talk)
{
	struct track_note notes[STEPS_MOST];
	struct text text;

	text_init(&text);
	assert_true(talk->count <= STEPS_MOST);
	follow(talk, notes);
	for (size_t i = 0; i < talk->count; i++) {
		const char *says = talk->steps[i].says != NULL ? talk->steps[i].says : "";

		text_clear(&text);
		track_describe(&text, &notes[i]);
		if (strcmp(text.data, says) != 0)
			fail_msg("%s, segment %zu: '%s' and not '%s'", talk->name, i + 1, text.data, says);
	}
	text_release(&text);
}

static void test_talks(void **state)
{
	size_t count;
	const struct talk *talks = track_talks(&count);

	(void)state;
	for (size_t i = 0; i < count; i++)
		check_talk(&talks[i]);
}

static const struct talk *find_talk(const char *name)
{
	size_t count;
	const struct talk *talks = track_talks(&count);

	for (size_t i = 0; i < count; i++) {
		if (strcmp(talks[i].name, name) == 0)
			return &talks[i];
	}
	fail_msg("there is no talk %s", name);
	return NULL;
}

/* Where the SYNs were seen, relative numbers are those that the step was written with. */
static void test_relative_numbers(void **state)
{
	static const char *const names[] = {
		"plain", "plain, numbers that wrap", "closed window", "simultaneous close",
	};
	struct track_note notes[STEPS_MOST];

	(void)state;
	for (size_t n = 0; n < COUNT_OF(names); n++) {
		const struct talk *talk = find_talk(names[n]);

		follow(talk, notes);
		for (size_t i = 0; i < talk->count; i++) {
			assert_int_equal(notes[i].seq, talk->steps[i].seq);
			assert_int_equal(notes[i].ack, talk->steps[i].ack);
			assert_int_equal(notes[i].way, talk->steps[i].from == 'c' ? 0 : 1);
		}
	}
}

/* From the middle they count from the first number seen, which stands for 1. */
static void test_relative_numbers_from_the_middle(void **state)
{
	struct track_note notes[STEPS_MOST];

	(void)state;
	follow(find_talk("from the middle"), notes);
	assert_int_equal(notes[0].seq, 1);
	assert_int_equal(notes[0].ack, 1);
	assert_int_equal(notes[1].ack, 101);
	assert_int_equal(notes[3].ack, 51);
	assert_int_equal(notes[3].shift, TRACK_SHIFT_UNKNOWN);
	assert_int_equal(notes[3].window, 1000);
}

static void test_new_connection_counts_anew(void **state)
{
	struct track_note notes[STEPS_MOST];

	(void)state;
	follow(find_talk("ports reused"), notes);
	assert_int_equal(notes[4].seq, 0);
	assert_int_equal(notes[5].seq, 0);
	assert_int_equal(notes[5].ack, 1);
	assert_int_equal(notes[6].seq, 1);
	assert_int_equal(notes[6].ack, 1);
}

static void test_window_scale(void **state)
{
	struct track_note notes[STEPS_MOST];

	(void)state;
	follow(find_talk("plain"), notes);
	assert_int_equal(notes[0].window, 64240);
	assert_int_equal(notes[1].window, 65160);
	assert_int_equal(notes[2].window, 1000 << 7);
	assert_int_equal(notes[4].window, 1000 << 7);
	assert_int_equal(notes[4].shift, 7);
	follow(find_talk("one side scales"), notes);
	assert_int_equal(notes[3].window, 1000);
	assert_int_equal(notes[3].shift, 0);
	follow(find_talk("SYN,ACK unseen"), notes);
	assert_int_equal(notes[1].window, 1000 << 7);
	assert_int_equal(notes[3].shift, TRACK_SHIFT_UNKNOWN);
	assert_int_equal(notes[3].window, 1000);
	follow(find_talk("simultaneous open"), notes);
	assert_int_equal(notes[4].window, 502 << 7);
}

/* A SYN that comes again after the other end declined changes nothing. */
static void test_window_scale_after_a_late_syn(void **state)
{
	static const struct talk_step steps[] = {
		{ 0, 'c', "SYN", 0, 0, 64240, 0, "wscale=7", NULL },
		{ 1, 's', "SYN,ACK", 0, 1, 65160, 0, NULL, NULL },
		{ 1000, 'c', "SYN", 0, 0, 64240, 0, "wscale=7", NULL },
		{ 1, 'c', "ACK", 1, 1, 1000, 0, NULL, NULL },
	};
	const struct talk talk = { "late SYN", 1000, 5000, COUNT_OF(steps), steps };
	struct track_note notes[STEPS_MOST];

	(void)state;
	follow(&talk, notes);
	assert_int_equal(notes[3].shift, 0);
	assert_int_equal(notes[3].window, 1000);
}

static void test_duplicate_ack_names_its_original(void **state)
{
	struct track_note notes[STEPS_MOST];

	(void)state;
	follow(find_talk("fast retransmission"), notes);
	for (uint32_t i = 1; i <= 3; i++) {
		assert_int_equal(notes[7 + i].names, TRACK_DUPLICATE_ACK);
		assert_int_equal(notes[7 + i].dup_ack, i);
		assert_int_equal(notes[7 + i].dup_ack_of, 8);
	}
	assert_int_equal(notes[12].dup_ack, 0);
}

static void test_which_way(void **state)
{
	const struct talk *talk = find_talk("plain");
	struct packet packet, other;
	struct track track;
	uint8_t bytes[ROOM];

	(void)state;
	packet_decode(&packet, bytes, talk_build(talk, &talk->steps[0], CLIENT_PORT, bytes));
	track_init(&track, &packet);
	assert_int_equal(track_way_of(&track, &packet), 0);
	packet_decode(&other, bytes, talk_build(talk, &talk->steps[1], CLIENT_PORT, bytes));
	assert_int_equal(track_way_of(&track, &other), 1);
	packet_decode(&other, bytes, talk_build(talk, &talk->steps[0], CLIENT_PORT + 1, bytes));
	assert_int_equal(track_way_of(&track, &other), -1);
	other = packet;
	other.ip.version = 6;
	assert_int_equal(track_way_of(&track, &other), -1);
	other = packet;
	other.tcp.header_len = 0;
	assert_int_equal(track_way_of(&track, &other), -1);
	other = packet;
	other.ip.src.bytes[3]++;
	assert_int_equal(track_way_of(&track, &other), -1);
}

static void test_names(void **state)
{
	(void)state;
	assert_string_equal(track_name_words(TRACK_RETRANSMISSION), "Retransmission");
	assert_string_equal(track_name_words(TRACK_ZERO_WINDOW), "ZeroWindow");
	assert_null(track_name_words(0));
	assert_null(track_name_words(TRACK_RETRANSMISSION | TRACK_ZERO_WINDOW));
	assert_null(track_name_words(1u << TRACK_NAME_COUNT));
}

static uint32_t draw(uint32_t *seed, uint32_t below)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % below;
}

/* Whatever comes, in any order: no overflow, no endless growth, and no more than one kind of retransmission at once. */
static void test_nonsense(void **state)
{
	const uint32_t kinds = TRACK_RETRANSMISSION | TRACK_FAST_RETRANSMISSION | TRACK_SPURIOUS_RETRANSMISSION
		| TRACK_OUT_OF_ORDER;
	struct packet packet = { .ip = { .version = 4 }, .transport = PACKET_TCP };
	struct track track;
	uint32_t seed = 1;

	(void)state;
	packet.tcp.header_len = 20;
	packet.ip.dst.bytes[0] = 1;
	track_init(&track, &packet);
	for (int i = 0; i < 200000; i++) {
		struct packet_addr swap = packet.ip.src;
		struct track_note note;

		if (draw(&seed, 2) == 0) {
			packet.ip.src = packet.ip.dst;
			packet.ip.dst = swap;
		}
		packet.tcp.flags = (uint16_t)draw(&seed, FLAGS_ALL + 1);
		packet.tcp.seq = draw(&seed, 200) - 100 + (draw(&seed, 50) == 0 ? 0x80000000u : 0);
		packet.tcp.ack = draw(&seed, 200) - 100;
		packet.tcp.window = (uint16_t)(draw(&seed, 4) * 21845);
		packet.payload_len = draw(&seed, 3) * draw(&seed, 100);
		packet.tcp.option_count = (uint8_t)draw(&seed, 2);
		packet.tcp.options[0] = (struct tcp_option){ .kind = 3, .window_shift = (uint8_t)draw(&seed, 256) };
		note = track_add(&track, &packet, (uint64_t)i, (uint64_t)i * draw(&seed, 30000000));
		assert_true((note.names & kinds & ((note.names & kinds) - 1)) == 0);
		assert_true(note.shift >= TRACK_SHIFT_UNKNOWN && note.shift <= 14);
		assert_true(note.window <= 65535u << 14);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_talks),
		cmocka_unit_test(test_relative_numbers),
		cmocka_unit_test(test_relative_numbers_from_the_middle),
		cmocka_unit_test(test_new_connection_counts_anew),
		cmocka_unit_test(test_window_scale),
		cmocka_unit_test(test_window_scale_after_a_late_syn),
		cmocka_unit_test(test_duplicate_ack_names_its_original),
		cmocka_unit_test(test_which_way),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
