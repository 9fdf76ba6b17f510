/*
 * The screen without a terminal: recorded events replayed into a world and composed at three sizes, compared with
 * tests/data/screens/NAME.COLUMNSxROWS[.VARIANT].txt. With SCREENS_WRITTEN set these files are written instead, to be
 * looked at before they are committed.
 */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <readline/readline.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/mem.h"
#include "face/compose.h"
#include "face/foresee.h"
#include "face/moment.h"
#include "face/plain.h"
#include "face/search.h"
#include "face/spark.h"

struct stage {
	struct world world;
	struct log log;
	struct ladder ladder;
	struct changes changes;
	struct transcript transcript;
	struct desk desk;
	struct view view;
	bool ascii;
};

static void stage_init(struct stage *stage)
{
	*stage = (struct stage){ .ascii = false };
	world_init(&stage->world);
	log_init(&stage->log);
	ladder_init(&stage->ladder, NULL, NULL);
	changes_init(&stage->changes);
	transcript_init(&stage->transcript);
	desk_init(&stage->desk);
	stage->view = (struct view){
		.world = &stage->world, .log = &stage->log, .ladder = &stage->ladder, .changes = &stage->changes,
		.transcript = &stage->transcript, .current = "client", .prompt = "client> ", .line = "",
	};
}

static void stage_release(struct stage *stage)
{
	transcript_release(&stage->transcript);
	changes_release(&stage->changes);
	ladder_release(&stage->ladder);
	log_release(&stage->log);
	world_release(&stage->world);
}

static void stage_add(struct stage *stage, const char *line, size_t len)
{
	const struct plain_options plain = { .charset = stage->ascii ? SHOW_ASCII : SHOW_UTF8 };
	struct text message, shown;
	struct event event;

	text_init(&message);
	text_init(&shown);
	if (!event_read(&event, line, len, &message))
		fail_msg("%.*s: %s", (int)len, line, message.data);
	world_apply(&stage->world, &event);
	log_add(&stage->log, &event);
	plain_event(&shown, &event, &plain);
	transcript_add(&stage->transcript, shown.data, STYLE_PLAIN);
	stage->view.now = event.t;
	ladder_update(&stage->ladder, &stage->log);
	changes_update(&stage->changes, &stage->log);
	event_release(&event);
	text_release(&message);
	text_release(&shown);
}

static char *data_path(const char *name)
{
	const char *top = getenv("top_srcdir");

	return text_format("%s/tests/data/screens/%s", top == NULL ? "." : top, name);
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

static void replay(struct stage *stage, const char *name)
{
	char *file = text_format("%s.jsonl", name);
	struct text lines;
	const char *end;

	text_init(&lines);
	read_data(file, &lines);
	for (const char *at = lines.data; (end = strchr(at, '\n')) != NULL; at = end + 1)
		stage_add(stage, at, (size_t)(end - at));
	transcript_begin(&stage->transcript);
	text_release(&lines);
	free(file);
}

static const struct port_range ranges[] = {
	{ (char *)(uintptr_t)"client", 32768, 60999, 0 }, { (char *)(uintptr_t)"server", 32768, 60999, 0 },
};

static void draw(struct stage *stage, size_t columns, size_t rows, struct canvas *canvas)
{
	struct layout layout;

	stage->view.bare = stage->desk.zoomed;
	stage->view.ranges = ranges;
	stage->view.range_count = COUNT_OF(ranges);
	layout_init(&layout, rows, columns, &stage->view, &stage->desk);
	canvas_init(canvas, rows, columns, !stage->ascii);
	compose(canvas, &stage->view, &stage->desk, &layout);
}

static void compare(const char *name, const struct text *got)
{
	char *path = data_path(name);
	struct text expected, message;

	text_init(&expected);
	text_init(&message);
	if (getenv("SCREENS_WRITTEN") != NULL) {
		assert_true(file_write_whole(path, got->data, got->len, 0644, &message));
	} else {
		read_data(name, &expected);
		if (!string_is(got->data, expected.data))
			fail_msg("%s\n%s", name, got->data);
	}
	text_release(&message);
	text_release(&expected);
	free(path);
}

/* No line may be wider than the screen, in characters: none of the samples holds a wide one. */
static void assert_within(const struct text *text, size_t columns, size_t rows)
{
	size_t width = 0, lines = 0;

	for (size_t i = 0; i < text->len; i++) {
		width = text->data[i] == '\n' ? 0 : width + (((unsigned char)text->data[i] & 0xc0) != 0x80);
		lines += text->data[i] == '\n';
		assert_true(width <= columns);
	}
	assert_int_equal(lines, rows);
}

static void expect_screen(struct stage *stage, const char *name, size_t columns, size_t rows, const char *variant)
{
	char *file = text_format("%s.%zux%zu%s%s%s.txt", name, columns, rows, *variant == '\0' ? "" : ".", variant,
				 stage->ascii ? ".ascii" : "");
	struct canvas canvas;
	struct text text;

	text_init(&text);
	draw(stage, columns, rows, &canvas);
	canvas_plain(&canvas, &text);
	assert_within(&text, columns, rows);
	compare(file, &text);
	canvas_release(&canvas);
	text_release(&text);
	free(file);
}

static const struct {
	size_t columns, rows;
} sizes[] = { { 80, 24 }, { 160, 45 }, { 60, 16 } };

static const char *const stories[] = { "held", "busy" };

static void test_screens_at_three_sizes(void **state)
{
	(void)state;
	for (size_t story = 0; story < COUNT_OF(stories); story++) {
		struct stage stage;

		stage_init(&stage);
		replay(&stage, stories[story]);
		for (size_t size = 0; size < COUNT_OF(sizes); size++)
			expect_screen(&stage, stories[story], sizes[size].columns, sizes[size].rows, "");
		stage_release(&stage);
	}
}

static void test_each_pane_alone(void **state)
{
	(void)state;
	for (int pane = 0; pane < PANE_COUNT; pane++)
		for (size_t size = 0; size < COUNT_OF(sizes); size++) {
			struct stage stage;

			stage_init(&stage);
			replay(&stage, "busy");
			stage.desk.focus = (enum pane)pane;
			stage.desk.zoomed = true;
			expect_screen(&stage, "busy", sizes[size].columns, sizes[size].rows,
				      pane_spec((enum pane)pane)->name);
			stage_release(&stage);
		}
}

/* Beside the others, with what is out of sight counted in its frame; scrolled as far as one row. */
static void test_panes_opened(void **state)
{
	static const enum pane opened[] = { PANE_diagram, PANE_ports, PANE_info, PANE_bytes, PANE_segment };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(opened); i++)
		for (size_t size = 0; size < COUNT_OF(sizes); size++) {
			struct stage stage;
			char *variant = text_format("open-%s", pane_spec(opened[i])->name);

			stage_init(&stage);
			replay(&stage, "busy");
			stage.desk.wish[opened[i]] = DESK_OPEN;
			stage.desk.focus = opened[i];
			stage.desk.scroll[opened[i]] = 1;
			expect_screen(&stage, "busy", sizes[size].columns, sizes[size].rows, variant);
			stage_release(&stage);
			free(variant);
		}
}

/* In the wire's place it is seen whole, and of the lines some are. */
static void test_diagram_is_whole(void **state)
{
	struct stage stage;

	(void)state;
	stage_init(&stage);
	replay(&stage, "busy");
	stage.desk.wish[PANE_diagram] = DESK_OPEN;
	stage.desk.focus = PANE_diagram;
	expect_screen(&stage, "busy", 120, 40, "open-diagram");
	stage_release(&stage);
}

static void test_ascii(void **state)
{
	struct stage stage;

	(void)state;
	stage_init(&stage);
	stage.ascii = true;
	replay(&stage, "held");
	expect_screen(&stage, "held", 80, 24, "");
	stage.desk.focus = PANE_diagram;
	stage.desk.zoomed = true;
	expect_screen(&stage, "held", 80, 24, "diagram");
	stage_release(&stage);
}

/* Every size down to one cell, every pane, scrolled and not: nothing is written outside (under a sanitizer) and the
 * cursor is inside. */
static void test_every_size(void **state)
{
	struct stage stage;

	(void)state;
	stage_init(&stage);
	replay(&stage, "busy");
	stage.view.line = "send 3 \"a line that is longer than what a small screen has\"";
	stage.view.point = strlen(stage.view.line);
	for (size_t rows = 1; rows < 50; rows += rows < 18 ? 1 : 7)
		for (size_t columns = 1; columns < 170; columns += columns < 64 ? 3 : 11)
			for (int pane = 0; pane < PANE_COUNT; pane++) {
				struct canvas canvas;

				stage.desk.focus = (enum pane)pane;
				stage.desk.zoomed = (rows + columns) % 2 == 0;
				stage.desk.wish[pane] = DESK_OPEN;
				stage.desk.scroll[pane] = columns % 4;
				draw(&stage, columns, rows, &canvas);
				assert_true(canvas.cursor_row < rows && canvas.cursor_column < columns);
				canvas_release(&canvas);
				stage.desk.wish[pane] = DESK_BY_SIZE;
			}
	stage_release(&stage);
}

/* ---- the past ---- */

/* Step by step back to the first event, and on again: at each moment the world is the one that was there then. */
static void test_past_is_what_was(void **state)
{
	enum { MOST = 4096 };
	int64_t revisions[MOST];
	struct stage stage;
	struct past past;
	int64_t place;
	size_t steps = 0;

	(void)state;
	stage_init(&stage);
	replay(&stage, "busy");
	past_init(&past);
	assert_true(stage.log.count < MOST);
	for (size_t i = 0; i < stage.log.count; i++)
		revisions[i] = (int64_t)i + 1;
	place = past_now(&stage.log);
	for (int64_t before; past_step_back(&stage.log, place, &before); place = before, steps++) {
		assert_true(before < place);
		assert_int_equal(past_world(&past, &stage.log, before)->revision, before < 0 ? 0 : revisions[before]);
	}
	assert_true(steps > 10);
	for (int64_t after; past_step_on(&stage.log, place, &after); place = after)
		assert_int_equal(past_world(&past, &stage.log, after)->revision, revisions[after]);
	assert_int_equal(place, past_now(&stage.log));
	past_release(&past);
	stage_release(&stage);
}

static void look_back(struct stage *stage, struct moment *moment, int steps)
{
	moment_back(moment, &stage->log, steps);
	moment_apply(moment, &stage->view);
}

/* All panes show that moment; and the first row says so. */
static void test_looks_back(void **state)
{
	struct stage stage;
	struct moment moment;

	(void)state;
	stage_init(&stage);
	replay(&stage, "held");
	moment_init(&moment);
	look_back(&stage, &moment, 4);
	expect_screen(&stage, "held", 80, 24, "past");
	expect_screen(&stage, "held", 50, 12, "past");
	moment_release(&moment);
	stage_release(&stage);
}

/* Without the first row, which counts the moments. */
static char *wire_at(struct stage *stage, int64_t place)
{
	struct moment moment;
	struct canvas canvas;
	struct text text;
	struct view now = stage->view;

	text_init(&text);
	moment_init(&moment);
	moment.past = true;
	moment.place = place;
	moment_apply(&moment, &stage->view);
	stage->desk.focus = PANE_wire;
	stage->desk.zoomed = true;
	draw(stage, 100, 20, &canvas);
	canvas_plain(&canvas, &text);
	canvas_release(&canvas);
	moment_release(&moment);
	stage->view = now;
	text_drop_front(&text, strcspn(text.data, "\n"));
	return text_take(&text);
}

/* After a reset the wire of before is seen at a moment of before, and only there. */
static void test_looks_back_beyond_a_reset(void **state)
{
	static const char reset[] = "{\"seq\":900,\"t\":9,\"event\":\"wire\",\"status\":\"reset\"}";
	struct stage stage;
	char *before, *after, *since;
	int64_t place;

	(void)state;
	stage_init(&stage);
	replay(&stage, "held");
	place = past_now(&stage.log);
	before = wire_at(&stage, place);
	stage_add(&stage, reset, strlen(reset));
	after = wire_at(&stage, place);
	since = wire_at(&stage, place + 1);
	assert_non_null(strstr(before, "SYN"));
	assert_string_equal(before, after);
	assert_null(strstr(since, "SYN"));
	free(before);
	free(after);
	free(since);
	stage_release(&stage);
}

/* What fell off the log is still in the world before it. */
static void test_past_beyond_the_log(void **state)
{
	static const char side[] = "{\"seq\":1,\"t\":1.0,\"event\":\"side\",\"side\":\"client\",\"host\":\"client\","
				   "\"status\":\"started\"}";
	struct stage stage;
	struct event event;
	struct past past;
	const struct world *world;

	(void)state;
	stage_init(&stage);
	stage_add(&stage, side, strlen(side));
	event_init(&event, EVENT_say);
	event.say.text = xstrdup("x");
	for (int i = 0; i < LOG_EVENTS_MAX + 10; i++)
		log_add(&stage.log, &event);
	event_release(&event);
	assert_true(stage.log.fallen_off > 0);
	past_init(&past);
	world = past_world(&past, &stage.log, stage.log.fallen_off);
	assert_non_null(world_side(world, "client"));
	assert_int_equal(world->revision, stage.log.fallen_off + 1);
	past_release(&past);
	stage_release(&stage);
}

/* ---- choosing and searching ---- */

static void test_chooses_segments_and_sockets(void **state)
{
	struct stage stage;
	int64_t n;

	(void)state;
	stage_init(&stage);
	replay(&stage, "busy");
	desk_choose_segment(&stage.desk, &stage.view, true);
	n = stage.view.segment = stage.desk.segment;
	assert_true(n > 1);
	desk_choose_segment(&stage.desk, &stage.view, true);
	assert_int_equal(stage.desk.segment, n - 1);
	stage.view.segment = stage.desk.segment;
	desk_choose_segment(&stage.desk, &stage.view, false);
	assert_int_equal(stage.desk.segment, n);
	desk_choose_socket(&stage.desk, &stage.view, false);
	assert_int_not_equal(stage.desk.socket, 0);
	stage.view.socket = stage.desk.socket;
	assert_int_equal(view_socket(&stage.view)->cookie, stage.desk.socket);
	stage_release(&stage);
}

static void test_searches(void **state)
{
	struct stage stage;
	size_t match;

	(void)state;
	stage_init(&stage);
	replay(&stage, "busy");
	stage.view.needle = "SOCKET(af_inet, sock_stream";
	assert_true(search_begin(&stage.desk, &stage.view, 5));
	match = stage.desk.match;
	assert_true(search_go(&stage.desk, &stage.view, 5, true));
	assert_true(stage.desk.match < match);
	assert_true(search_go(&stage.desk, &stage.view, 5, false));
	assert_int_equal(stage.desk.match, match);
	stage.view.needle = "nothing of the kind";
	assert_false(search_begin(&stage.desk, &stage.view, 5));
	stage.view.needle = "syn,ack";
	stage.desk.focus = PANE_wire;
	assert_true(search_begin(&stage.desk, &stage.view, 5));
	assert_string_equal(world_segment(&stage.world, stage.desk.segment)->told.segment.flags, "SYN,ACK");
	stage_release(&stage);
}

/* Also where it goes on in the next row, and more than once. */
static void test_matches_in_folded_lines(void **state)
{
	struct stage stage;
	struct canvas canvas;
	struct text marked;

	(void)state;
	stage_init(&stage);
	text_init(&marked);
	transcript_add(&stage.transcript,
		       "0123456789 012345678 a nee\nNeedle 0123456789 012345 needle neeneedle\n"
		       "client: send(3, \"0123neEdle\", 6, 0) = 6", STYLE_PLAIN);
	stage.desk.focus = PANE_transcript;
	stage.desk.zoomed = true;
	stage.view.needle = "needle";
	draw(&stage, 27, 16, &canvas);
	for (size_t i = 0; i < canvas.rows * canvas.columns; i++)
		if (canvas.cells[i].style == STYLE_MATCH)
			canvas_cell_add(&marked, &canvas.cells[i]);
	assert_string_equal(marked.data, "NeedleneedleneedleneEdle");
	canvas_release(&canvas);
	text_release(&marked);
	stage_release(&stage);
}

/* ---- one socket ---- */

static void test_sparks(void **state)
{
	static const char info[] = "reno rtt:1.5/0.7 cwnd:10 ssthresh:7";
	static const double values[] = { 0, 5, 10 };
	const char *value;
	struct text text;

	(void)state;
	assert_int_equal(life_info_value(info, "cwnd", &value), 2);
	assert_memory_equal(value, "10", 2);
	assert_int_equal(life_info_value(info, "rtt", &value), 7);
	assert_int_equal(life_info_value(info, "thresh", &value), 0);
	assert_int_equal(life_info_value(NULL, "cwnd", &value), 0);
	text_init(&text);
	spark_add(&text, values, COUNT_OF(values), 10, true);
	assert_string_equal(text.data, "▁▅█");
	text_clear(&text);
	spark_add(&text, values, COUNT_OF(values), 2, false);
	assert_string_equal(text.data, "=#");
	text_release(&text);
}

/* What TCP knows comes with events, and so do the bars. */
static void test_info_of_a_socket(void **state)
{
	struct stage stage;

	(void)state;
	stage_init(&stage);
	replay(&stage, "told");
	stage.desk.focus = PANE_info;
	stage.desk.zoomed = true;
	expect_screen(&stage, "told", 80, 24, "info");
	stage_release(&stage);
}

/* ---- keys ---- */

/* Sequences are in readline's notation; of these only the escape is used. */
static bool is_free(const char *sequence, size_t len)
{
	struct text text;
	rl_command_func_t *function;

	text_init(&text);
	for (size_t i = 0; i < len; i++)
		if (sequence[i] == '\\' && sequence[i + 1] == 'e') {
			text_add_char(&text, '\033');
			i++;
		} else {
			text_add_char(&text, sequence[i]);
		}
	function = rl_function_of_keyseq(text.data, emacs_standard_keymap, NULL);
	text_release(&text);
	return function == NULL;
}

/* Nobody else, and readline itself, has the second key of an action or, where that is PgUp's and PgDn's like, both. */
static void test_keys_are_free(void **state)
{
	(void)state;
	setenv("INPUTRC", "/dev/null", 1);
	setenv("TERM", "xterm", 1);
	rl_initialize();
	for (int action = 0; action < ACTION_COUNT; action++) {
		const struct action_spec *spec = action_spec((enum action)action);

		for (const char *at = spec->sequences[1]; *at != '\0';) {
			size_t len = strcspn(at, " ");

			if (*at == '\\' && !is_free(at, len))
				fail_msg("%s: %s is readline's", spec->name, spec->second);
			at += len + (at[len] == ' ');
		}
		for (int other = 0; other < action; other++)
			assert_string_not_equal(spec->second, action_spec((enum action)other)->second);
	}
}

/* ---- large worlds ---- */

/*
 * What a painting costs is counted, for times tell more of the machine: memory that is asked for, texts that are put,
 * sockets and segments that are looked up, rows that are made. The linker leads each call here (--wrap).
 */
static struct {
	size_t calls;
} work;

#define WRAP(type, name, parameters, arguments) \
	type __real_##name parameters; \
	type __wrap_##name parameters; \
	type __wrap_##name parameters \
	{ \
		work.calls++; \
		return __real_##name arguments; \
	}

WRAP(void *, xmalloc, (size_t size), (size))
WRAP(void *, xcalloc, (size_t count, size_t size), (count, size))
WRAP(void *, xrealloc, (void *old, size_t size), (old, size))
WRAP(size_t, area_put, (const struct area *area, size_t row, size_t column, enum style style, const char *text),
     (area, row, column, style, text))
WRAP(size_t, canvas_width_of, (const struct canvas *canvas, const char *text), (canvas, text))
WRAP(struct world_socket *, world_fd_socket,
     (const struct world *world, const struct world_side *side, const struct world_fd *fd), (world, side, fd))
WRAP(const char *, world_fd_state,
     (const struct world *world, const struct world_side *side, const struct world_fd *fd), (world, side, fd))
WRAP(const struct world_segment *, world_segment, (const struct world *world, int64_t n), (world, n))
WRAP(const struct ladder_row *, ladder_row, (const struct ladder *ladder, size_t index), (ladder, index))
WRAP(const struct event *, log_at, (const struct log *log, size_t index), (log, index))
WRAP(const char *, transcript_line, (const struct transcript *transcript, size_t index), (transcript, index))

static void add_socket(struct stage *stage, int number)
{
	char *line = text_format("{\"seq\":%d,\"t\":1,\"event\":\"fd\",\"side\":\"client\",\"fd\":%d,"
				 "\"status\":\"open\",\"kind\":\"socket\",\"proto\":\"tcp\",\"cookie\":%d,"
				 "\"local\":\"10.0.0.1:%d\",\"peer\":\"10.0.0.2:80\",\"state\":\"ESTABLISHED\"}",
				 number, number + 3, number, 10000 + number);
	struct event event;
	struct text message;

	text_init(&message);
	assert_true(event_read(&event, line, strlen(line), &message));
	world_apply(&stage->world, &event);
	log_add(&stage->log, &event);
	event_release(&event);
	text_release(&message);
	free(line);
}

static void add_segment(struct stage *stage, int number)
{
	char *line = text_format("{\"seq\":%d,\"t\":2,\"event\":\"segment\",\"n\":%d,\"from\":\"client\","
				 "\"to\":\"server\",\"proto\":\"tcp\",\"src\":\"10.0.0.1:10001\","
				 "\"dst\":\"10.0.0.2:80\",\"flags\":\"ACK\",\"seq_rel\":1,"
				 "\"ack_rel\":1,\"len\":0,\"win\":100,\"verdict\":\"delivered\"}",
				 number, number);
	struct event event;
	struct text message;

	text_init(&message);
	assert_true(event_read(&event, line, strlen(line), &message));
	world_apply(&stage->world, &event);
	log_add(&stage->log, &event);
	event_release(&event);
	text_release(&message);
	free(line);
}

/* The dearest of some paintings, scrolled by different distances. */
static size_t dearest_painting(struct stage *stage, enum pane pane)
{
	size_t dearest = 0;

	stage->desk.focus = pane;
	stage->desk.zoomed = true;
	for (size_t i = 0; i < 10; i++) {
		struct canvas canvas;

		work.calls = 0;
		stage->desk.scroll[pane] = i * 50;
		draw(stage, 160, 45, &canvas);
		dearest = work.calls > dearest ? work.calls : dearest;
		canvas_release(&canvas);
	}
	return dearest;
}

static void measure_world(int sockets, int segments, size_t costs[PANE_COUNT])
{
	struct stage stage;

	stage_init(&stage);
	replay(&stage, "held");
	for (int i = 1; i <= sockets; i++)
		add_socket(&stage, i);
	for (int i = 100; i < 100 + segments; i++)
		add_segment(&stage, i);
	ladder_update(&stage.ladder, &stage.log);
	changes_update(&stage.changes, &stage.log);
	for (int i = 0; i < segments; i++)
		transcript_add(&stage.transcript, "client: send(3, \"hello\", 5, 0) = 5", STYLE_PLAIN);
	for (int pane = 0; pane < PANE_COUNT; pane++)
		costs[pane] = dearest_painting(&stage, (enum pane)pane);
	stage_release(&stage);
}

/* With so many more, 10,000 sockets and 100,000 segments, a painting costs what it did: it depends on the rows in
 * sight. A tenth more is for numbers that have grown longer. */
static void test_large_worlds(void **state)
{
	size_t small[PANE_COUNT], large[PANE_COUNT];

	(void)state;
	measure_world(1000, 25000, small);
	measure_world(10000, 100000, large);
	for (int pane = 0; pane < PANE_COUNT; pane++)
		if (large[pane] > small[pane] + small[pane] / 10)
			fail_msg("%s: %zu became %zu", pane_spec((enum pane)pane)->name, small[pane], large[pane]);
}

/* ---- the canvas ---- */

static void expect_canvas(const struct canvas *canvas, const char *expected)
{
	struct text text;

	text_init(&text);
	canvas_plain(canvas, &text);
	assert_string_equal(text.data, expected);
	text_release(&text);
}

static void test_canvas_clips(void **state)
{
	struct canvas canvas;

	(void)state;
	canvas_init(&canvas, 3, 10, true);
	struct area whole = canvas_area(&canvas), part = area_part(&whole, 1, 2, 1, 5);
	assert_int_equal(area_put(&part, 0, 0, STYLE_PLAIN, "abcdefgh"), 8);
	area_put(&part, 1, 0, STYLE_PLAIN, "outside");
	expect_canvas(&canvas, "\n  abcde\n\n");
	area_put_cut(&part, 0, 0, STYLE_PLAIN, "abcdefgh");
	expect_canvas(&canvas, "\n  abcd…\n\n");
	area_put_right(&part, 0, 0, STYLE_PLAIN, "xy");
	expect_canvas(&canvas, "\n  abcxy\n\n");
	canvas_release(&canvas);
}

static void test_canvas_wide_and_combining(void **state)
{
	struct canvas canvas;

	(void)state;
	canvas_init(&canvas, 2, 6, true);
	struct area whole = canvas_area(&canvas);
	area_put(&whole, 0, 0, STYLE_PLAIN, "日本語日");
	expect_canvas(&canvas, "日本語\n\n");
	area_put(&whole, 0, 1, STYLE_PLAIN, "x");
	expect_canvas(&canvas, " x本語\n\n");
	area_put(&whole, 1, 0, STYLE_PLAIN, "e\u0301\u0302\u0303o");
	assert_int_equal(canvas_width_of(&canvas, "日e\u0301"), 3);
	canvas_release(&canvas);
}

/* Whatever a pane forgets: what would steer the terminal is shown, never passed on. */
static void test_canvas_shows_hostile_bytes(void **state)
{
	static const char *const hostile[] = {
		"\033[31m", "\033]0;x\007", "\xc2\x9b" "31m", "\u202e", "\xff\xfe", "\r\b\v",
					       "\u200b\ufeff", "\x7f\x05" };

	(void)state;
	for (size_t i = 0; i < COUNT_OF(hostile); i++)
		for (int utf8 = 0; utf8 < 2; utf8++) {
			struct canvas canvas;
			struct text text;

			text_init(&text);
			canvas_init(&canvas, 1, 40, utf8);
			struct area whole = canvas_area(&canvas);
			area_put(&whole, 0, 0, STYLE_PLAIN, hostile[i]);
			canvas_plain(&canvas, &text);
			assert_true(text.len > 3 && text.data[0] == '\\');
			for (size_t at = 0; at + 1 < text.len; at++)
				assert_true(text.data[at] >= ' ' && text.data[at] < 0x7f);
			canvas_release(&canvas);
			text_release(&text);
		}
}

static void test_canvas_written_out(void **state)
{
	struct canvas canvas;
	struct text text;

	(void)state;
	text_init(&text);
	canvas_init(&canvas, 1, 8, true);
	struct area whole = canvas_area(&canvas);
	area_put(&whole, 0, area_put(&whole, 0, 0, STYLE_PLAIN, "a<"), STYLE_FAILED, "&b");
	canvas_ansi(&canvas, &text);
	assert_string_equal(text.data, "a<\033[0;1;38;5;161m&b\033[0m\n");
	text_clear(&text);
	canvas_svg(&canvas, &text);
	assert_non_null(strstr(text.data, ">a&lt;</text>"));
	assert_non_null(strstr(text.data, "font-weight=\"bold\">&amp;b</text>"));
	canvas_release(&canvas);
	text_release(&text);
}

/* ---- what a held segment will do ---- */

static void test_foresees(void **state)
{
	struct stage stage;
	struct text text;

	(void)state;
	text_init(&text);
	stage_init(&stage);
	assert_false(foresee(&text, &stage.world, false));
	replay(&stage, "held");
	assert_true(foresee(&text, &stage.world, false));
	assert_string_equal(text.data, "#2 SYN,ACK: server acknowledges and offers its own number; "
				       "client becomes ESTABLISHED and its connect() returns");
	text_clear(&text);
	foresee(&text, &stage.world, true);
	assert_string_equal(text.data, "#2 SYN,ACK: client becomes ESTABLISHED and its connect() returns");
	stage_release(&stage);
	text_release(&text);
}

/* ---- what counts ---- */

static void test_next_change(void **state)
{
	static const char blocked[] = "{\"seq\":1,\"t\":2.25,\"event\":\"call\",\"id\":1,\"side\":\"client\","
		"\"call\":\"accept\","
				      "\"text\":\"accept(3)\",\"status\":\"blocked\"}";
	static const char side[] = "{\"seq\":1,\"t\":1.0,\"event\":\"side\",\"side\":\"client\",\"host\":\"client\","
				   "\"status\":\"started\"}";
	struct stage stage;

	(void)state;
	stage_init(&stage);
	stage_add(&stage, side, strlen(side));
	assert_true(view_next_change(&stage.view) < 0);
	stage_add(&stage, blocked, strlen(blocked));
	stage.view.now = 4.0;
	assert_int_equal(view_age(&stage.view, 2.25), 1);
	assert_true(view_next_change(&stage.view) == 4.25);
	assert_int_equal(view_left(&stage.view, 5.5), 2);
	assert_int_equal(view_left(&stage.view, 5.0), 1);
	assert_int_equal(view_left(&stage.view, 3.0), 0);
	stage_release(&stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_screens_at_three_sizes),
		cmocka_unit_test(test_each_pane_alone),
		cmocka_unit_test(test_panes_opened),
		cmocka_unit_test(test_diagram_is_whole),
		cmocka_unit_test(test_ascii),
		cmocka_unit_test(test_every_size),
		cmocka_unit_test(test_canvas_clips),
		cmocka_unit_test(test_canvas_wide_and_combining),
		cmocka_unit_test(test_canvas_shows_hostile_bytes),
		cmocka_unit_test(test_canvas_written_out),
		cmocka_unit_test(test_foresees),
		cmocka_unit_test(test_next_change),
		cmocka_unit_test(test_past_is_what_was),
		cmocka_unit_test(test_looks_back),
		cmocka_unit_test(test_looks_back_beyond_a_reset),
		cmocka_unit_test(test_past_beyond_the_log),
		cmocka_unit_test(test_chooses_segments_and_sockets),
		cmocka_unit_test(test_searches),
		cmocka_unit_test(test_matches_in_folded_lines),
		cmocka_unit_test(test_sparks),
		cmocka_unit_test(test_info_of_a_socket),
		cmocka_unit_test(test_large_worlds),
		cmocka_unit_test(test_keys_are_free),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
