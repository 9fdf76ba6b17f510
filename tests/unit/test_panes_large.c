/*
 * Panes over worlds of ten thousand sockets, logs of a hundred thousand events and ladders of as many segments: each is
 * a window, so what a painting costs depends on the rows in sight. That is counted, for times tell more of the machine:
 * bytes that are asked for, and looks at sockets, events, rows and segments. The linker leads each call here (--wrap).
 */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "face/panes.h"
#include "face/search.h"
#include "world/ladder_text.h"
#include "world/past.h"

static struct {
	size_t bytes, looks, events;
} work;

void *__real_xmalloc(size_t size);
void *__wrap_xmalloc(size_t size);
void *__wrap_xmalloc(size_t size)
{
	work.bytes += size;
	return __real_xmalloc(size);
}

void *__real_xcalloc(size_t count, size_t size);
void *__wrap_xcalloc(size_t count, size_t size);
void *__wrap_xcalloc(size_t count, size_t size)
{
	work.bytes += count * size;
	return __real_xcalloc(count, size);
}

void *__real_xrealloc(void *old, size_t size);
void *__wrap_xrealloc(void *old, size_t size);
void *__wrap_xrealloc(void *old, size_t size)
{
	work.bytes += size;
	return __real_xrealloc(old, size);
}

void *__real_order_at(const struct order *order, size_t place);
void *__wrap_order_at(const struct order *order, size_t place);
void *__wrap_order_at(const struct order *order, size_t place)
{
	work.looks++;
	return __real_order_at(order, place);
}

/* What searches compares. */
bool __real_string_is(const char *a, const char *b);
bool __wrap_string_is(const char *a, const char *b);
bool __wrap_string_is(const char *a, const char *b)
{
	work.looks++;
	return __real_string_is(a, b);
}

const struct event *__real_log_at(const struct log *log, size_t index);
const struct event *__wrap_log_at(const struct log *log, size_t index);
const struct event *__wrap_log_at(const struct log *log, size_t index)
{
	work.looks++;
	work.events++;
	return __real_log_at(log, index);
}

const struct ladder_row *__real_ladder_row(const struct ladder *ladder, size_t index);
const struct ladder_row *__wrap_ladder_row(const struct ladder *ladder, size_t index);
const struct ladder_row *__wrap_ladder_row(const struct ladder *ladder, size_t index)
{
	work.looks++;
	return __real_ladder_row(ladder, index);
}

const struct world_segment *__real_world_segment(const struct world *world, int64_t n);
const struct world_segment *__wrap_world_segment(const struct world *world, int64_t n);
const struct world_segment *__wrap_world_segment(const struct world *world, int64_t n)
{
	work.looks++;
	return __real_world_segment(world, n);
}

/* ---- a story ---- */

enum { COLUMNS = 120, ROWS = 40 };

struct stage {
	struct world world;
	struct log log;
	struct ladder ladder;
	struct changes changes;
	struct transcript transcript;
	struct desk desk;
	struct view view;
	int64_t seq;
};

/* What is told is copied; nobody writes into it. */
static char *word(const char *text)
{
	return (char *)(uintptr_t)text;
}

static void tell(struct stage *stage, struct event *event)
{
	event->seq = ++stage->seq;
	event->t = (double)stage->seq / 1000;
	world_apply(&stage->world, event);
	log_add(&stage->log, event);
}

static void tell_side(struct stage *stage, const char *name)
{
	struct event event;

	event_init(&event, EVENT_side);
	event.side.side = event.side.host = word(name);
	event.side.status = word("started");
	tell(stage, &event);
}

static void stage_init(struct stage *stage)
{
	*stage = (struct stage){ .seq = 0 };
	world_init(&stage->world);
	log_init(&stage->log);
	ladder_init(&stage->ladder, NULL, NULL);
	changes_init(&stage->changes);
	transcript_init(&stage->transcript);
	desk_init(&stage->desk);
	stage->view = (struct view){
		.world = &stage->world, .log = &stage->log, .ladder = &stage->ladder, .changes = &stage->changes,
		.transcript = &stage->transcript, .current = "client", .prompt = "", .line = "",
	};
	tell_side(stage, "client");
	tell_side(stage, "server");
}

static void stage_release(struct stage *stage)
{
	transcript_release(&stage->transcript);
	changes_release(&stage->changes);
	ladder_release(&stage->ladder);
	log_release(&stage->log);
	world_release(&stage->world);
}

static void tell_socket(struct stage *stage, int number, int port)
{
	char *local = text_format("10.0.0.1:%d", port);
	struct event event;

	event_init(&event, EVENT_fd);
	event.fd.side = word("client");
	event.fd.status = word("open");
	event.fd.kind = word("socket");
	event.fd.proto = word("tcp");
	event.fd.state = word("ESTABLISHED");
	event.fd.local = local;
	event.fd.peer = word("10.0.0.2:80");
	event.fd.fd = number + 3;
	event.fd.cookie = number;
	tell(stage, &event);
	free(local);
}

static void tell_state(struct stage *stage, const char *from, const char *to, struct event_cause cause)
{
	struct event event;

	event_init(&event, EVENT_state);
	event.state.host = event.state.side = word("client");
	event.state.fd = 4;
	event.state.cookie = 1;
	event.state.proto = word("tcp");
	event.state.from = word(from);
	event.state.to = word(to);
	event.state.cause = cause;
	tell(stage, &event);
}

static void tell_queue(struct stage *stage, int64_t recvq)
{
	struct event event;

	event_init(&event, EVENT_socket);
	event.socket.host = word("client");
	event.socket.cookie = 1;
	event.socket.recvq = recvq;
	event.socket.sendq = 0;
	tell(stage, &event);
}

static void tell_call(struct stage *stage, const char *bytes)
{
	struct event event;

	event_init(&event, EVENT_call);
	event.call.id = stage->seq;
	event.call.side = word("client");
	event.call.call = event.call.text = word("send");
	event.call.status = word("returned");
	event.call.data = (struct event_bytes){ word(bytes), strlen(bytes) };
	event.call.result = (int64_t)strlen(bytes);
	tell(stage, &event);
}

static void tell_nothing(struct stage *stage, int times)
{
	struct event event;

	event_init(&event, EVENT_say);
	event.say.text = word("nothing of the kind");
	for (int i = 0; i < times; i++)
		tell(stage, &event);
}

static void tell_segment(struct stage *stage, int number)
{
	struct event event;

	event_init(&event, EVENT_segment);
	event.segment.n = number;
	event.segment.from = word("client");
	event.segment.to = word("server");
	event.segment.proto = word("tcp");
	event.segment.src = word("10.0.0.1:10001");
	event.segment.dst = word("10.0.0.2:80");
	event.segment.flags = word(number == 1 ? "SYN" : "ACK");
	event.segment.seq_rel = number;
	event.segment.len = 0;
	event.segment.verdict = word("delivered");
	tell(stage, &event);
}

/* The pane alone, as text. To be freed. */
static char *paint(const struct stage *stage, enum pane pane, size_t scroll)
{
	struct canvas canvas;
	struct text text;

	canvas_init(&canvas, ROWS, COLUMNS, true);
	struct area area = canvas_area(&canvas);
	text_init(&text);
	work.bytes = work.looks = work.events = 0;
	pane_spec(pane)->draw(&stage->view, &area, scroll);
	canvas_plain(&canvas, &text);
	canvas_release(&canvas);
	return text_take(&text);
}

static void assert_has(const char *screen, const char *words)
{
	if (strstr(screen, words) == NULL)
		fail_msg("no \"%s\" in\n%s", words, screen);
}

static void assert_shows(const struct stage *stage, enum pane pane, size_t scroll, const char *words)
{
	char *screen = paint(stage, pane, scroll);

	assert_has(screen, words);
	free(screen);
}

/* ---- ports ---- */

/* The world's list of sockets is taken away from the pane: it can read none but those that it asks for by place. */
static size_t measure_ports(int sockets)
{
	const size_t scrolls[] = { 0, (size_t)sockets / 2, (size_t)sockets - 10 };
	struct stage stage;
	struct world hidden;
	size_t most = 0;
	char *last = text_format("tcp %d ", 10000 + sockets);

	stage_init(&stage);
	for (int i = sockets; i > 0; i--) /* the other way round than they are shown */
		tell_socket(&stage, i, 10000 + i);
	hidden = stage.world;
	hidden.sockets = NULL;
	stage.view.world = &hidden;
	assert_int_equal(pane_spec(PANE_ports)->rows(&stage.view, COLUMNS), sockets + 1);
	for (size_t i = 0; i < COUNT_OF(scrolls); i++) {
		free(paint(&stage, PANE_ports, scrolls[i]));
		most = work.bytes + work.looks > most ? work.bytes + work.looks : most;
	}
	assert_shows(&stage, PANE_ports, 0, "client tcp 10001 ");
	assert_shows(&stage, PANE_ports, (size_t)sockets - 1, last);
	stage_release(&stage);
	free(last);
	return most;
}

static void test_ports_are_a_window(void **state)
{
	size_t small = measure_ports(1000), large = measure_ports(10000);

	(void)state;
	if (large > small + small / 10)
		fail_msg("%zu became %zu", small, large);
}

/* ---- sides ---- */

/* Whether connections are clients of a listener of the same side is asked for each row in sight. */
static size_t measure_sides(int sockets, bool clients)
{
	struct stage stage;
	struct world hidden;
	struct event event;

	stage_init(&stage);
	for (int i = 1; i <= sockets; i++)
		tell_socket(&stage, i, clients ? 80 : 10000 + i);
	event_init(&event, EVENT_fd);
	event.fd.side = word("client");
	event.fd.fd = 3;
	event.fd.status = word("open");
	event.fd.proto = word("tcp");
	event.fd.state = word("LISTEN");
	event.fd.cookie = sockets + 1;
	event.fd.local = word("*:80");
	if (clients)
		tell(&stage, &event);
	event_init(&event, EVENT_call); /* what was told before is no news */
	event.call.id = 1;
	event.call.side = word("client");
	event.call.call = event.call.text = word("close");
	event.call.status = word("returned");
	event.call.began = 1000;
	tell(&stage, &event);
	changes_update(&stage.changes, &stage.log);
	hidden = stage.world; /* the list is taken away from the pane here as well */
	hidden.sockets = NULL;
	hidden.socket_count = 0;
	stage.view.world = &hidden;
	free(paint(&stage, PANE_sides, 0));
	stage_release(&stage);
	return work.bytes + work.looks;
}

static void test_sides_are_windows(void **state)
{
	(void)state;
	for (int clients = 0; clients < 2; clients++) {
		size_t small = measure_sides(1000, clients), large = measure_sides(10000, clients);

		if (large > small + small / 10)
			fail_msg("%zu became %zu", small, large);
	}
}

/* ---- diagram, and when the next second is ---- */

static void tell_timer(struct stage *stage, int64_t cookie, int64_t left)
{
	struct event event;

	event_init(&event, EVENT_socket);
	event.socket.host = word("client");
	event.socket.cookie = cookie;
	event.socket.timer = word("on");
	event.socket.timer_left = left;
	tell(stage, &event);
}

/* The world's list is taken away: what is counted and named comes by state, what counts down by its second. */
static size_t measure_diagram(int sockets)
{
	struct stage stage;
	struct world hidden;
	size_t cost;

	stage_init(&stage);
	for (int i = 1; i <= sockets; i++)
		tell_socket(&stage, i, 10000 + i);
	for (int i = 1; i <= sockets; i++)
		tell_timer(&stage, i, 5000);
	hidden = stage.world;
	hidden.sockets = NULL;
	hidden.socket_count = 0;
	stage.view.world = &hidden;
	assert_shows(&stage, PANE_diagram, 0, "client 4, client 5, client 6, client 7");
	cost = work.bytes + work.looks;
	stage.view.now = (double)stage.seq / 1000 + 1;
	work.looks = 0;
	assert_true(view_next_change(&stage.view) > stage.view.now);
	assert_true(view_next_change(&stage.view) <= stage.view.now + 1);
	cost += work.looks;
	stage_release(&stage);
	return cost;
}

static void test_diagram_counts_by_state(void **state)
{
	size_t small = measure_diagram(1000), large = measure_diagram(10000);

	(void)state;
	if (large > small + small / 10)
		fail_msg("%zu became %zu", small, large);
}

/* Each timer shows another second at its own part of it; the earliest one counts, and none that has run out. */
static void test_next_second_is_the_earliest(void **state)
{
	struct stage stage;

	(void)state;
	stage_init(&stage);
	for (int i = 1; i <= 3; i++)
		tell_socket(&stage, i, 10000 + i);
	stage.view.now = 100.5;
	assert_true(view_next_change(&stage.view) < 0);
	stage.seq = 99999;
	tell_timer(&stage, 1, 2200); /* told at 100.000: it ends at 102.200 */
	tell_timer(&stage, 2, 7800); /* told at 100.001: at 107.801 */
	tell_timer(&stage, 3, 600);  /* told at 100.002: at 100.602 */
	assert_true(view_next_change(&stage.view) > 100.6 && view_next_change(&stage.view) < 100.61);
	stage.view.now = 100.7;
	assert_true(view_next_change(&stage.view) > 100.8 && view_next_change(&stage.view) < 100.81);
	stage.view.now = 100.9;
	assert_true(view_next_change(&stage.view) > 101.19 && view_next_change(&stage.view) < 101.21);
	stage.view.now = 102.5;
	assert_true(view_next_change(&stage.view) > 102.8 && view_next_change(&stage.view) < 102.81);
	stage.view.now = 200;
	assert_true(view_next_change(&stage.view) < 0);
	stage_release(&stage);
}

/* ---- one socket ---- */

static void tell_life(struct stage *stage)
{
	tell_socket(stage, 1, 10001);
	tell_queue(stage, 0);
	tell_state(stage, "CLOSED", "SYN_SENT", (struct event_cause){ .kind = CAUSE_CALL, .number = 1 });
	tell_queue(stage, 5);
	tell_state(stage, "SYN_SENT", "ESTABLISHED", (struct event_cause){ .kind = CAUSE_SEGMENT, .number = 2 });
	tell_queue(stage, 10);
}

static void tell_loose(struct stage *stage, int64_t cookie, const char *local, int64_t inode)
{
	struct event event;

	event_init(&event, EVENT_socket);
	event.socket.host = word("client");
	event.socket.proto = word("tcp");
	event.socket.state = word("SYN_RECV");
	event.socket.local = word(local);
	event.socket.peer = word("10.0.0.2:7");
	event.socket.cookie = cookie;
	event.socket.inode = inode;
	tell(stage, &event);
}

static void assert_hides(const struct stage *stage, enum pane pane, const char *words)
{
	char *screen = paint(stage, pane, 0);

	if (strstr(screen, words) != NULL)
		fail_msg("\"%s\" in\n%s", words, screen);
	free(screen);
}

/* On the machine's own stack: it takes its port, but is in no side's box and not among its sockets. */
static void test_another_programs_socket_stands_back(void **state)
{
	struct stage stage;

	(void)state;
	stage_init(&stage);
	tell_socket(&stage, 1, 10001);
	tell_loose(&stage, 2, "10.0.0.1:4444", 0);
	tell_loose(&stage, 3, "10.0.0.1:5555", 77);
	assert_shows(&stage, PANE_ports, 0, "10.0.0.1:5555 ◀ 10.0.0.2:7    SYN_RECV    another program");
	assert_shows(&stage, PANE_ports, 0, "10.0.0.1:4444 ◀ 10.0.0.2:7    SYN_RECV    no descriptor");
	assert_shows(&stage, PANE_info, 0, ":4444");
	assert_hides(&stage, PANE_info, ":5555");
	assert_shows(&stage, PANE_sides, 0, ":4444");
	assert_hides(&stage, PANE_sides, ":5555");
	stage_release(&stage);
}

/* Its beginning is told long after the log has lost it, and no event is read for it. */
static void test_info_does_not_read_the_log(void **state)
{
	struct stage stage;

	(void)state;
	stage_init(&stage);
	tell_life(&stage);
	tell_nothing(&stage, LOG_EVENTS_MAX);
	assert_true(log_at(&stage.log, 0)->kind == EVENT_say); /* all of it has fallen off */
	assert_shows(&stage, PANE_info, 0, "life: CLOSED → SYN_SENT (call) → ESTABLISHED (#2)");
	assert_int_equal(work.events, 0);
	assert_shows(&stage, PANE_info, 0, "recv-q 10        ▁▅█");
	stage_release(&stage);
}

static void test_info_of_a_moment(void **state)
{
	struct stage stage;
	struct past past;
	char *screen;

	(void)state;
	stage_init(&stage);
	tell_life(&stage);
	past_init(&past);
	stage.view.world = past_world(&past, &stage.log, 5);
	screen = paint(&stage, PANE_info, 0);
	assert_has(screen, "life: CLOSED → SYN_SENT (call)\n");
	assert_has(screen, "recv-q 5         ▁█\n");
	free(screen);
	past_release(&past);
	stage_release(&stage);
}

/* So many changes and numbers are kept, the newest. */
static void test_life_is_bounded(void **state)
{
	double values[LIFE_NUMBERS_MOST];
	const struct life *life;
	struct stage stage;

	(void)state;
	stage_init(&stage);
	tell_socket(&stage, 1, 10001);
	for (int i = 0; i < 1000; i++) {
		tell_state(&stage, i % 2 ? "LISTEN" : "CLOSED", i % 2 ? "CLOSED" : "LISTEN", (struct event_cause){ 0 });
		tell_queue(&stage, i);
	}
	life = &stage.world.sockets[0]->life;
	assert_int_equal(life->edge_count, LIFE_EDGES_MOST);
	assert_string_equal(life->edges[LIFE_EDGES_MOST - 1].to, "CLOSED");
	assert_int_equal(life_series(life, LIFE_RECVQ, values), LIFE_NUMBERS_MOST);
	assert_true(values[0] == 1000 - LIFE_NUMBERS_MOST && values[LIFE_NUMBERS_MOST - 1] == 999);
	assert_int_equal(life_series(life, LIFE_CWND, values), 0);
	stage_release(&stage);
}

/* ---- bytes ---- */

static void test_bytes_do_not_search_the_log(void **state)
{
	struct stage stage;

	(void)state;
	stage_init(&stage);
	tell_call(&stage, "the oldest");
	tell_nothing(&stage, LOG_EVENTS_MAX - 10);
	tell_call(&stage, "the newest");
	assert_int_equal(pane_spec(PANE_bytes)->rows(&stage.view, COLUMNS), 2);
	assert_shows(&stage, PANE_bytes, 0, "the oldest");
	assert_true(work.events <= 2);
	assert_shows(&stage, PANE_bytes, 0, "the newest");
	stage_release(&stage);
}

static size_t calls_in(const struct log *log)
{
	size_t count = 0;

	for (size_t i = 0; i < log->count; i++)
		count += log_at(log, i)->kind == EVENT_call;
	return count;
}

/* What the log has lost is lost to it as well; what it has is there, at each moment. */
static void test_bytes_are_those_of_the_log(void **state)
{
	struct stage stage;
	struct log past;

	(void)state;
	stage_init(&stage);
	for (int i = 0; i < LOG_EVENTS_MAX; i++)
		if (i % 3 == 0)
			tell_call(&stage, "abc");
		else
			tell_nothing(&stage, 1);
	tell_nothing(&stage, 40000);
	assert_true(stage.log.fallen_off > 0);
	assert_int_equal(stage.log.data_count, calls_in(&stage.log));
	assert_true(stage.log.data_room < (size_t)LOG_EVENTS_MAX);
	assert_int_equal(log_data_at(&stage.log, 0)->result, 3);
	past = past_log(&stage.log, stage.log.fallen_off + 1000);
	assert_int_equal(past.data_count, calls_in(&past));
	assert_true(past.data_count > 300 && past.data_count < 400);
	assert_shows(&stage, PANE_bytes, stage.log.data_count, "abc");
	stage_release(&stage);
}

/* ---- the wire ---- */

enum { SEGMENTS = 99000 };

/* Page by page from the newest segment to the oldest: no page costs more than twice what the first did, and each row is
 * seen. */
static void test_wire_scrolls_from_end_to_end(void **state)
{
	struct stage stage;
	size_t first = 0, most = 0, rows;
	char *screen;

	(void)state;
	stage_init(&stage);
	for (int i = 1; i <= SEGMENTS; i++)
		tell_segment(&stage, i);
	ladder_update(&stage.ladder, &stage.log);
	rows = pane_spec(PANE_wire)->rows(&stage.view, COLUMNS);
	assert_int_equal(rows, SEGMENTS + LADDER_HEADER_LINES);
	for (size_t scroll = 0; scroll < rows; scroll += ROWS - 2) {
		screen = paint(&stage, PANE_wire, scroll);
		char *newest = text_format("#%zu ", SEGMENTS - scroll);

		assert_true(scroll > SEGMENTS - ROWS || strstr(screen, newest) != NULL);
		first = scroll == 0 ? work.bytes + work.looks : first;
		most = work.bytes + work.looks > most ? work.bytes + work.looks : most;
		free(newest);
		free(screen);
	}
	if (most > 2 * first)
		fail_msg("the first page %zu, another %zu", first, most);
	assert_shows(&stage, PANE_wire, rows, "SYN");
	stage_release(&stage);
}

/* A search looks at each row once, and keeps nothing of them: what it asks for does not grow with them. */
static void test_wire_is_searched(void **state)
{
	struct stage stage;

	(void)state;
	stage_init(&stage);
	for (int i = 1; i <= SEGMENTS; i++)
		tell_segment(&stage, i);
	ladder_update(&stage.ladder, &stage.log);
	stage.desk.focus = PANE_wire;
	stage.view.needle = "SYN";
	work.bytes = work.looks = 0;
	assert_true(search_begin(&stage.desk, &stage.view, ROWS));
	assert_int_equal(stage.desk.segment, 1);
	assert_true(work.looks <= (size_t)3 * SEGMENTS);
	assert_shows(&stage, PANE_wire, stage.desk.scroll[PANE_wire], "SYN");
	stage_release(&stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ports_are_a_window),
		cmocka_unit_test(test_sides_are_windows),
		cmocka_unit_test(test_diagram_counts_by_state),
		cmocka_unit_test(test_next_second_is_the_earliest),
		cmocka_unit_test(test_info_does_not_read_the_log),
		cmocka_unit_test(test_another_programs_socket_stands_back),
		cmocka_unit_test(test_info_of_a_moment),
		cmocka_unit_test(test_life_is_bounded),
		cmocka_unit_test(test_bytes_do_not_search_the_log),
		cmocka_unit_test(test_bytes_are_those_of_the_log),
		cmocka_unit_test(test_wire_scrolls_from_end_to_end),
		cmocka_unit_test(test_wire_is_searched),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
