/*
 * A capture file of what passed over the wire, read back by tshark: the same flags, numbers, lengths, windows, times.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "export/pcap.h"
#include "packet/names.h"
#include "track_talks.h"
#include "wire_bench.h"
#include "skip.h"

static const struct timespec start = { .tv_sec = 1700000000, .tv_nsec = 999000000 };

/* The bench and a folder of its own. */
struct scene {
	struct bench bench;
	char directory[64];
	char *path;
};

static int setup(void **state)
{
	struct scene *scene = xmalloc(sizeof(*scene));

	bench_init(&scene->bench);
	snprintf(scene->directory, sizeof(scene->directory), "/tmp/sockstep-pcap-XXXXXX");
	assert_non_null(mkdtemp(scene->directory));
	scene->path = text_format("%s/wire.pcap", scene->directory);
	*state = scene;
	return 0;
}

static int teardown(void **state)
{
	struct scene *scene = *state;

	unlink(scene->path);
	rmdir(scene->directory);
	bench_release(&scene->bench);
	free(scene->path);
	free(scene);
	return 0;
}

static void save(struct scene *scene)
{
	struct text message;

	text_init(&message);
#ifndef HAVE_LIBPCAP
	assert_false(pcap_save(&scene->bench.world, scene->path, &start, &message));
	assert_non_null(strstr(message.data, "libpcap"));
	text_release(&message);
	SKIP("built without libpcap");
#endif
	if (!pcap_save(&scene->bench.world, scene->path, &start, &message))
		fail_msg("%s", message.data);
	text_release(&message);
}

static bool has_tshark(void)
{
	FILE *pipe = popen("command -v tshark", "r");
	char line[100];
	bool found = pipe != NULL && fgets(line, sizeof(line), pipe) != NULL;

	if (pipe != NULL)
		pclose(pipe);
	return found;
}

/* Every talk that the analysis of connections is tested with, one after the other, each with a port of its own. */
static void play_talks(struct scene *scene)
{
	size_t count;
	const struct talk *talks = track_talks(&count);
	uint8_t bytes[2048];

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < talks[i].count; j++) {
			size_t len = talk_build(&talks[i], &talks[i].steps[j], (uint16_t)(30000 + i), bytes);

			scene->bench.now += talks[i].steps[j].ms / 1000;
			wire_take(scene->bench.wire, talks[i].steps[j].from == 'c' ? 0 : 1, bytes, len);
		}
}

/* What else may pass: IPv6, UDP, ICMP, fragments; dropped, duplicated, corrupted. */
static void play_others(struct scene *scene)
{
	struct bench *bench = &scene->bench;
	struct packet_plan plan = bench_tcp(0, 1, FLAG_SYN, 77, 0), udp = bench_udp(0, 1, 3000);
	struct text message;
	int64_t copy;

	plan.version = 6;
	plan.src = (struct packet_addr){ .bytes = { 0xfd, [15] = 1 } };
	plan.dst = (struct packet_addr){ .bytes = { 0xfd, [15] = 2 } };
	bench_send(bench, 0, &plan);
	wire_set(bench->wire, &(struct wire_wish){ .setting = WIRE_MTU, .value = 1280 }, NULL);
	bench_send(bench, 0, &udp);
	udp.dont_fragment = true;
	bench_send(bench, 0, &udp);
	text_init(&message);
	wire_hold(bench->wire);
	bench_say(bench, 0, "PSH,ACK", 1, 1, 10);
	bench_say(bench, 1, "FIN,PSH,ACK", 1, 11, 100);
	assert_true(wire_duplicate(bench->wire, 0, &copy, &message));
	assert_true(wire_corrupt(bench->wire, 0, &message));
	assert_true(wire_drop(bench->wire, 0, &message));
	text_release(&message);
}

/* Takes the next of the fields, which commas separate, from `*rest`. */
static char *field(char **rest)
{
	char *value = strsep(rest, ",");

	assert_non_null(value);
	return value;
}

static void check_number(int64_t n, const char *what, const char *is, int64_t expected)
{
	if (*is == '\0' || strtoll(is, NULL, 0) != expected)
		fail_msg("#%lld: %s is %s and not %lld", (long long)n, what, is, (long long)expected);
}

static void check_tcp(const struct event_segment *told, char **rest)
{
	uint16_t flags;

	assert_true(flags_parse(&flags, told->flags));
	check_number(told->n, "flags", field(rest), flags);
	check_number(told->n, "seq", field(rest), told->seq_rel);
	if ((flags & FLAG_ACK) != 0)
		check_number(told->n, "ack", field(rest), told->ack_rel);
	else
		field(rest);
	check_number(told->n, "len", field(rest), told->len);
	check_number(told->n, "window", field(rest), told->win);
	check_number(told->n, "raw seq", field(rest), told->seq_raw);
}

/* Of "1700000001.002000000"; valgrind's long double has no room for so many digits. */
static int64_t nanoseconds_of(const char *time)
{
	char *point;
	int64_t seconds = strtoll(time, &point, 10);

	assert_int_equal(strspn(point + 1, "0123456789"), 9);
	return seconds * 1000000000 + strtoll(point + 1, NULL, 10);
}

static void check_line(const struct world_segment *segment, char *line)
{
	const struct event_segment *told = &segment->told.segment;
	char *rest = line, *time = field(&rest);
	int64_t expected = (int64_t)start.tv_sec * 1000000000 + start.tv_nsec + (int64_t)(segment->seen * 1e9);

	if (llabs(nanoseconds_of(time) - expected) > 10)
		fail_msg("#%lld: the time is %s", (long long)told->n, time);
	check_number(told->n, "captured", field(&rest), (int64_t)told->packet.len);
	if (told->flags != NULL)
		check_tcp(told, &rest);
}

static void test_tshark(void **state)
{
	struct scene *scene = *state;
	char *command, line[400];
	size_t count = 0;
	FILE *pipe;

	if (!has_tshark())
		SKIP("tshark is missing");
	play_talks(scene);
	play_others(scene);
	save(scene);
	command = text_format("HOME=%s tshark -n -r %s -o tcp.relative_sequence_numbers:TRUE -T fields "
			      "-E separator=, -E occurrence=f -e frame.time_epoch -e frame.len -e tcp.flags "
			      "-e tcp.seq -e tcp.ack -e tcp.len -e tcp.window_size -e tcp.seq_raw 2>/dev/null",
			      scene->directory, scene->path);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	while (fgets(line, sizeof(line), pipe) != NULL) {
		assert_true(count < scene->bench.world.segments.count);
		line[strcspn(line, "\n")] = '\0';
		check_line(world_segments_at(&scene->bench.world.segments, count++), line);
	}
	assert_int_equal(pclose(pipe), 0);
	assert_int_equal(count, scene->bench.world.segments.count);
	assert_true(count > 200);
	free(command);
}

static void read_header(const struct scene *scene, uint8_t *bytes, size_t len)
{
	FILE *file = fopen(scene->path, "r");

	assert_non_null(file);
	assert_int_equal(fread(bytes, 1, len, file), len);
	fclose(file);
}

/* Nanoseconds, LINKTYPE_RAW, also with nothing in it. */
static void test_header(void **state)
{
	struct scene *scene = *state;
	uint32_t words[6];

	save(scene);
	read_header(scene, (uint8_t *)words, sizeof(words));
	assert_int_equal(words[0], 0xa1b23c4d);
	assert_int_equal(words[5], 101);
}

static void test_refused(void **state)
{
	struct scene *scene = *state;
	struct text message;

	save(scene);
	unlink(scene->path);
	assert_int_equal(symlink("/nowhere", scene->path), 0);
	text_init(&message);
	assert_false(pcap_save(&scene->bench.world, scene->path, &start, &message));
	assert_true(message.len > 0);
	text_release(&message);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_tshark, setup, teardown),
		cmocka_unit_test_setup_teardown(test_header, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
	};

	return cmocka_run_group_tests_name("pcap", tests, NULL, NULL);
}
