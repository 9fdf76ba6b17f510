/*
 * The ladder: recorded events replayed into a world, and its text compared with tests/data/NAME.WIDTH[.ascii].txt;
 * where states come to stand; bounds; looking back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/mem.h"
#include "world/ladder_text.h"

struct replay {
	struct world world;
	struct log log;
	struct ladder ladder;
};

static void replay_init(struct replay *replay, const char *one, const char *other)
{
	world_init(&replay->world);
	log_init(&replay->log);
	ladder_init(&replay->ladder, one, other);
}

static void replay_release(struct replay *replay)
{
	ladder_release(&replay->ladder);
	log_release(&replay->log);
	world_release(&replay->world);
}

static void add(struct replay *replay, const struct event *event)
{
	world_apply(&replay->world, event);
	log_add(&replay->log, event);
}

static void add_line(struct replay *replay, const char *line, size_t len)
{
	struct event event;
	struct text message;

	text_init(&message);
	if (!event_read(&event, line, len, &message))
		fail_msg("%.*s: %s", (int)len, line, message.data);
	add(replay, &event);
	event_release(&event);
	text_release(&message);
}

static char *data_path(const char *name)
{
	const char *top = getenv("top_srcdir");

	return text_format("%s/tests/data/%s", top == NULL ? "." : top, name);
}

static void read_data(const char *name, struct text *text)
{
	char *path = data_path(name);
	struct text message;

	text_init(&message);
	if (!file_read_whole(path, 1 << 20, text, &message))
		fail_msg("%s: %s", path, message.data);
	text_release(&message);
	free(path);
}

/* Replays tests/data/NAME.jsonl, of which each line may or may not be followed by an update of the ladder. */
static void replay_file(struct replay *replay, const char *name, bool piecemeal)
{
	char *file = text_format("%s.jsonl", name);
	struct text lines;
	const char *at, *end;

	text_init(&lines);
	read_data(file, &lines);
	for (at = lines.data; (end = strchr(at, '\n')) != NULL; at = end + 1) {
		add_line(replay, at, (size_t)(end - at));
		if (piecemeal)
			ladder_update(&replay->ladder, &replay->log);
	}
	ladder_update(&replay->ladder, &replay->log);
	text_release(&lines);
	free(file);
}

static size_t widest_line(const char *text)
{
	size_t widest = 0, columns = 0;

	for (; *text != '\0'; text++) {
		columns = *text == '\n' ? 0 : columns + ((*text & 0xc0) != 0x80);
		widest = columns > widest ? columns : widest;
	}
	return widest;
}

static void print(const struct replay *replay, struct ladder_style style, struct text *out)
{
	struct ladder_layout layout;

	ladder_layout_init(&layout, &replay->ladder, &replay->world, &replay->log, &style);
	ladder_print(&layout, out);
	assert_true(widest_line(out->data) <= layout.style.width);
}

static void check_text(const struct replay *replay, const char *name, struct ladder_style style)
{
	char *file = text_format("%s.%zu%s.txt", name, style.width, style.utf8 ? "" : ".ascii");
	struct text expected, is;

	text_init(&expected);
	text_init(&is);
	read_data(file, &expected);
	print(replay, style, &is);
	if (!string_is(expected.data, is.data))
		fail_msg("%s should be\n%s", file, is.data);
	text_release(&expected);
	text_release(&is);
	free(file);
}

static void check(const char *name, bool piecemeal)
{
	struct replay replay;

	replay_init(&replay, NULL, NULL);
	replay_file(&replay, name, piecemeal);
	for (int i = 0; i < 4; i++)
		check_text(&replay, name, (struct ladder_style){
			.width = i < 2 ? 80 : 120, .utf8 = i % 2 == 0, .until = INT64_MAX,
		});
	replay_release(&replay);
}

static void test_texts(void **state)
{
	static const char *const names[] = { "ladder-held", "ladder-lossy", "ladder-many" };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		check(names[i], false);
		check(names[i], true);
	}
}

static size_t count_lines(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		count += *text == '\n';
	return count;
}

/* Every width: nothing is wider than that, nothing is written outside (as the sanitizer sees). */
static void test_widths(void **state)
{
	static const char *const names[] = { "ladder-held", "ladder-lossy", "ladder-many" };
	struct text out;

	(void)state;
	text_init(&out);
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		struct replay replay;

		replay_init(&replay, NULL, NULL);
		replay_file(&replay, names[i], false);
		for (size_t width = 0; width < 260; width++) {
			struct ladder_style style = { .width = width, .utf8 = true, .until = INT64_MAX };

			text_clear(&out);
			print(&replay, style, &out);
			assert_int_equal(count_lines(out.data), ladder_count(&replay.ladder) + LADDER_HEADER_LINES);
		}
		replay_release(&replay);
	}
	text_release(&out);
}

/* Only one connection. */
static void test_filter(void **state)
{
	struct replay replay;

	(void)state;
	replay_init(&replay, "10.0.0.1:40313", "*:80");
	replay_file(&replay, "ladder-many", false);
	assert_int_equal(ladder_count(&replay.ladder), 6);
	for (size_t i = 0; i < ladder_count(&replay.ladder); i++)
		assert_true(ladder_row(&replay.ladder, i)->t > 1);
	replay_release(&replay);
}

/* At an earlier moment: the rows, states and verdicts of then. */
static void test_looking_back(void **state)
{
	struct replay replay, then;
	struct ladder_style style = { .width = 80, .utf8 = false, .until = 6 };
	struct ladder_layout layout;
	struct text lines, out;
	const char *at;

	(void)state;
	text_init(&lines);
	text_init(&out);
	replay_init(&replay, NULL, NULL);
	replay_init(&then, NULL, NULL);
	replay_file(&replay, "ladder-held", true);
	read_data("ladder-held.jsonl", &lines);
	at = lines.data;
	for (int i = 0; i < 7; i++) {
		add_line(&then, at, strcspn(at, "\n"));
		at += strcspn(at, "\n") + 1;
	}
	ladder_layout_init(&layout, &replay.ladder, &then.world, &replay.log, &style);
	assert_int_equal(ladder_layout_rows(&layout), 2);
	ladder_line(&layout, 1, &out);
	/* #1 had been delivered; what it did to the server was not known yet. */
	assert_non_null(strstr(out.data, "SYN_SENT |- SYN"));
	assert_null(strstr(out.data, "SYN_RECV"));
	replay_release(&then);
	replay_release(&replay);
	text_release(&lines);
	text_release(&out);
}

/* ---- made here ---- */

static void begin_segment(struct event *event, int64_t n, const char *src, const char *dst, const char *verdict)
{
	event_init(event, EVENT_segment);
	event->t = (double)n / 1000;
	event->segment.n = n;
	event->segment.from = xstrdup(string_starts_with(src, "10.0.0.2:") ? "server" : "client");
	event->segment.to = xstrdup(string_starts_with(dst, "10.0.0.1:") ? "client" : "server");
	event->segment.proto = xstrdup("tcp");
	event->segment.src = xstrdup(src);
	event->segment.dst = xstrdup(dst);
	event->segment.verdict = xstrdup(verdict);
}

static void add_segment(struct replay *replay, int64_t n, const char *src, const char *dst, const char *verdict)
{
	struct event event;

	begin_segment(&event, n, src, dst, verdict);
	event.segment.flags = xstrdup("ACK");
	event.segment.seq_rel = n;
	event.segment.len = 10;
	add(replay, &event);
	event_release(&event);
}

static void add_retransmission(struct replay *replay, int64_t n, const char *src, const char *dst, const char *verdict)
{
	struct event event;

	begin_segment(&event, n, src, dst, verdict);
	event.segment.flags = xstrdup("SYN");
	event.segment.seq_rel = 0;
	event.segment.len = 0;
	event.segment.info = xstrdup("[TCP Retransmission]");
	add(replay, &event);
	event_release(&event);
}

/* The line of the ladder's last row, 80 columns wide, has this. */
static void check_last_label(struct replay *replay, const char *label)
{
	struct ladder_style style = { .width = 80, .until = INT64_MAX };
	struct ladder_layout layout;
	struct text line;

	text_init(&line);
	ladder_update(&replay->ladder, &replay->log);
	ladder_layout_init(&layout, &replay->ladder, &replay->world, &replay->log, &style);
	assert_int_equal(layout.mode, LADDER_BY_HOST);
	ladder_line(&layout, ladder_count(&replay->ladder) - 1, &line);
	if (strstr(line.data, label) == NULL)
		fail_msg("\"%s\" has no \"%s\"", line.data, label);
	text_release(&line);
}

/* Several connections between two hosts: which of them it is stands in every label, whatever else it says. */
static void test_ports(void **state)
{
	struct replay replay;

	(void)state;
	replay_init(&replay, NULL, NULL);
	for (int64_t n = 1; n <= 3; n++) {
		char *src = text_format("10.0.0.1:4031%lld", (long long)n);

		add_segment(&replay, n, src, "10.0.0.2:80", "delivered");
		free(src);
	}
	check_last_label(&replay, "- :40313>:80 ACK seq=3 len=10 -");
	add_retransmission(&replay, 4, "10.0.0.1:40312", "10.0.0.2:80", "delivered");
	check_last_label(&replay, "- :40312> SYN Retransmission -");
	add_retransmission(&replay, 5, "10.0.0.2:80", "10.0.0.1:40311", "delivered");
	check_last_label(&replay, "- >:40311 SYN Retransmission -");
	add_retransmission(&replay, 6, "10.0.0.1:40312", "10.0.0.2:80", "dropped");
	check_last_label(&replay, "- :40312>:80 SYN -X dropped");
	replay_release(&replay);
}

/* More events than the log holds: rows go with them, and any row can be asked for. */
static void test_many_rows(void **state)
{
	struct replay replay;
	struct ladder_style style = { .width = 100, .utf8 = true, .until = INT64_MAX };
	struct ladder_layout layout;
	struct text out;

	(void)state;
	replay_init(&replay, NULL, NULL);
	for (int64_t n = 1; n <= 250000; n++) {
		add_segment(&replay, n, "10.0.0.1:40000", "10.0.0.2:80", "delivered");
		if (n % 100 == 0)
			ladder_update(&replay.ladder, &replay.log);
	}
	assert_int_equal(ladder_count(&replay.ladder), LOG_EVENTS_MAX);
	assert_true(replay.ladder.room <= 4 * LOG_EVENTS_MAX);
	assert_int_equal(ladder_row(&replay.ladder, 0)->n, 150001);
	ladder_layout_init(&layout, &replay.ladder, &replay.world, &replay.log, &style);
	text_init(&out);
	for (size_t i = 0; i < LOG_EVENTS_MAX; i += 997) {
		text_clear(&out);
		ladder_line(&layout, i, &out);
		assert_non_null(strstr(out.data, "ACK seq="));
	}
	text_release(&out);
	replay_release(&replay);
}

/* More addresses than are told apart: a column for each host. */
static void test_many_ends(void **state)
{
	struct replay replay;
	struct ladder_style style = { .width = 80, .utf8 = false, .until = INT64_MAX };
	struct text out;
	char src[32];

	(void)state;
	replay_init(&replay, NULL, NULL);
	for (int64_t n = 1; n <= 200; n++) {
		snprintf(src, sizeof(src), "10.0.0.1:%d", (int)n);
		add_segment(&replay, n, src, "10.0.0.2:80", "held");
		ladder_update(&replay.ladder, &replay.log);
	}
	assert_int_equal(replay.ladder.end_count, LADDER_ENDS_MOST);
	text_init(&out);
	print(&replay, style, &out);
	assert_non_null(strstr(out.data, "|- :200>:80 ACK seq=200 -> held"));
	text_release(&out);
	replay_release(&replay);
}

/* Is there a title for each column, apart from its neighbours, the whole address or the port? */
static void check_titles(const struct ladder_layout *layout)
{
	struct text line;
	char *rest, *word;
	size_t count = 0;

	text_init(&line);
	ladder_header_line(layout, 1, &line);
	assert_true(widest_line(line.data) <= layout->style.width);
	rest = line.data;
	while ((word = strsep(&rest, " ")) != NULL) {
		const char *address;

		if (*word == '\0')
			continue;
		assert_true(count < layout->column_count);
		address = layout->columns[count++].address;
		if (!string_is(word, address) && !string_is(word, strrchr(address, ':')))
			fail_msg("%s, for %s", word, address);
	}
	assert_int_equal(count, layout->column_count);
	text_release(&line);
}

/* So many columns, in every width; how often each end had one of its own. */
static size_t check_columns(const char *address, size_t columns)
{
	char *server = text_format("%s:80", address), *client;
	struct ladder_layout layout;
	struct replay replay;
	size_t by_end = 0;

	replay_init(&replay, NULL, NULL);
	for (size_t n = 1; n < columns || n == 1; n++) {
		client = columns == 1 ? xstrdup(server) : text_format("%s:%zu", address, 40000 + n);
		add_segment(&replay, (int64_t)n, client, server, "delivered");
		free(client);
	}
	ladder_update(&replay.ladder, &replay.log);
	for (size_t width = LADDER_WIDTH_LEAST; width < 300; width++) {
		struct ladder_style style = { .width = width, .utf8 = true, .until = INT64_MAX };

		ladder_layout_init(&layout, &replay.ladder, &replay.world, &replay.log, &style);
		if (layout.mode != LADDER_BY_END)
			continue;
		check_titles(&layout);
		by_end++;
	}
	replay_release(&replay);
	free(server);
	return by_end;
}

/* One to eight columns, of either family, short addresses and the longest, as narrow and as wide as may be. */
static void test_titles(void **state)
{
	static const char *const addresses[] = { "10.0.0.1", "[fd00::1]", "192.168.100.200",
						 "[2001:db8:1111:2222:3333:4444:5555:6666]" };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(addresses); i++)
		for (size_t columns = 1; columns <= 8; columns++)
			assert_true(check_columns(addresses[i], columns) > (columns < 4 ? 200 : 100));
}

static void add_state(struct replay *replay, const char *local, const char *to, int64_t segment)
{
	struct event event;

	event_init(&event, EVENT_state);
	event.t = 1;
	event.state.host = xstrdup(strstr(local, ".1:") != NULL ? "client" : "server");
	event.state.proto = xstrdup("tcp");
	event.state.local = xstrdup(local);
	event.state.from = xstrdup("SYN_RECV");
	event.state.to = xstrdup(to);
	event.state.cause.kind = segment == 0 ? CAUSE_UNKNOWN : CAUSE_SEGMENT;
	event.state.cause.number = segment;
	add(replay, &event);
	event_release(&event);
}

/* A state goes to the segment that is named, or to the newest that fits; if there is none, it stands alone. */
static void test_states(void **state)
{
	struct replay replay;

	(void)state;
	replay_init(&replay, NULL, NULL);
	add_segment(&replay, 1, "10.0.0.1:40000", "10.0.0.2:80", "delivered");
	add_segment(&replay, 2, "10.0.0.1:40000", "10.0.0.2:80", "delivered");
	add_segment(&replay, 3, "10.0.0.1:40000", "10.0.0.2:80", "held");
	add_state(&replay, "10.0.0.2:80", "ESTABLISHED", 1);
	add_state(&replay, "10.0.0.2:80", "FIN_WAIT2", 0);
	add_state(&replay, "10.0.0.2:80", "TIME_WAIT", 1);
	add_state(&replay, "10.0.0.2:80", "SYN_SENT", 0);
	add_state(&replay, "10.0.0.2:80", "CLOSE_WAIT", 77);
	ladder_update(&replay.ladder, &replay.log);
	assert_int_equal(ladder_count(&replay.ladder), 6);
	assert_int_equal(ladder_row(&replay.ladder, 0)->dst_state, 3);
	/* #3 has not arrived. */
	assert_int_equal(ladder_row(&replay.ladder, 1)->dst_state, 4);
	assert_int_equal(ladder_row(&replay.ladder, 2)->dst_state, -1);
	for (size_t i = 3; i < 6; i++)
		assert_int_equal(ladder_row(&replay.ladder, i)->kind, LADDER_STATE);
	replay_release(&replay);
}

/* A reset ends it from any state: no state was passed over. Other jumps stand alone. */
static void test_jumps(void **state)
{
	static const struct {
		const char *flags, *to;
		bool is_attached;
	} rows[] = { { "RST,ACK", "CLOSED", true }, { "RST", "none", true }, { "ACK", "none", false },
		     { "ACK", "ESTABLISHED", false } };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct replay replay;
		struct event *last;

		replay_init(&replay, NULL, NULL);
		add_segment(&replay, 1, "10.0.0.1:40000", "10.0.0.2:80", "delivered");
		last = replay.log.ring[0];
		last->segment.flags = (char *)(uintptr_t)rows[i].flags;
		add_state(&replay, "10.0.0.2:80", rows[i].to, 0);
		replay.log.ring[1]->state.jump = true;
		ladder_update(&replay.ladder, &replay.log);
		assert_int_equal(ladder_row(&replay.ladder, 0)->dst_state, rows[i].is_attached ? 1 : -1);
		replay_release(&replay);
	}
}

static void test_empty(void **state)
{
	struct replay replay;
	struct ladder_style style = { .width = 80, .utf8 = true, .until = INT64_MAX };
	struct text out;

	(void)state;
	replay_init(&replay, NULL, NULL);
	ladder_update(&replay.ladder, &replay.log);
	text_init(&out);
	print(&replay, style, &out);
	assert_string_equal(out.data, "        time   since\n\n");
	text_clear(&out);
	/* A state, and no segment yet. */
	add_state(&replay, "10.0.0.2:80", "LISTEN", 0);
	ladder_update(&replay.ladder, &replay.log);
	print(&replay, style, &out);
	assert_non_null(strstr(out.data, "LISTEN"));
	text_release(&out);
	replay_release(&replay);
}

static void add_reset(struct replay *replay)
{
	struct event event;

	event_init(&event, EVENT_wire);
	event.t = 1;
	event.wire.status = xstrdup("reset");
	add(replay, &event);
	event_release(&event);
}

/* After a reset there is nothing of what was before, neither rows nor columns, although the numbers are the same. */
static void test_reset(void **state)
{
	struct ladder_style style = { .width = 100, .utf8 = true, .until = INT64_MAX };

	(void)state;
	for (int piecemeal = 0; piecemeal < 2; piecemeal++) {
		struct replay replay;
		struct text out;

		replay_init(&replay, NULL, NULL);
		add_segment(&replay, 1, "10.0.0.1:40000", "10.0.0.2:81", "delivered");
		add_segment(&replay, 2, "10.0.0.1:40000", "10.0.0.2:81", "delivered");
		if (piecemeal)
			ladder_update(&replay.ladder, &replay.log);
		add_reset(&replay);
		add_segment(&replay, 1, "10.0.0.1:40001", "10.0.0.2:80", "delivered");
		add_state(&replay, "10.0.0.2:80", "ESTABLISHED", 1);
		ladder_update(&replay.ladder, &replay.log);
		assert_int_equal(replay.ladder.begun, 2);
		assert_int_equal(ladder_count(&replay.ladder), 1);
		assert_int_equal(ladder_row(&replay.ladder, 0)->event, 3);
		assert_int_equal(ladder_row(&replay.ladder, 0)->dst_state, 4);
		text_init(&out);
		print(&replay, style, &out);
		assert_non_null(strstr(out.data, "10.0.0.1:40001"));
		assert_null(strstr(out.data, ":40000"));
		assert_null(strstr(out.data, ":81"));
		text_release(&out);
		replay_release(&replay);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts), cmocka_unit_test(test_widths), cmocka_unit_test(test_filter),
		cmocka_unit_test(test_looking_back), cmocka_unit_test(test_many_rows),
		cmocka_unit_test(test_many_ends), cmocka_unit_test(test_titles),
		cmocka_unit_test(test_ports), cmocka_unit_test(test_states),
		cmocka_unit_test(test_jumps), cmocka_unit_test(test_empty),
		cmocka_unit_test(test_reset),
	};

	return cmocka_run_group_tests_name("ladder", tests, NULL, NULL);
}
