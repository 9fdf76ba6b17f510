/* The state diagram: of each transition that a kernel makes the words stand at an edge, and they alone are marked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "face/panes.h"

enum { ROWS = 19, COLUMNS = 76 };

/* What is marked, row by row, with a space between two rows. */
static void add_marked(struct text *out, const struct canvas *canvas)
{
	size_t last_row = 0;

	for (size_t row = 0; row < canvas->rows; row++)
		for (size_t column = 0; column < canvas->columns; column++) {
			const struct canvas_cell *cell = &canvas->cells[row * canvas->columns + column];

			if (cell->style != STYLE_CHANGED)
				continue;
			if (out->len > 0 && row != last_row)
				text_add(out, " + ");
			last_row = row;
			text_add_char(out, cell->base < 0x80 ? (char)cell->base : '?');
		}
}

static struct event transition(const char *from, const char *to, enum cause_kind cause)
{
	struct event event;

	event_init(&event, EVENT_state);
	event.state.host = xstrdup("client");
	event.state.proto = xstrdup("tcp");
	event.state.from = from == NULL ? NULL : xstrdup(from);
	event.state.to = to == NULL ? NULL : xstrdup(to);
	event.state.cause.kind = cause;
	return event;
}

static void expect_marked(const char *from, const char *to, enum cause_kind cause, const char *expected)
{
	struct world world;
	struct log log;
	struct changes changes;
	struct view view = { .world = &world, .log = &log, .changes = &changes };
	struct event event = transition(from, to, cause);
	struct canvas canvas;
	struct area area;
	struct text marked;

	world_init(&world);
	log_init(&log);
	changes_init(&changes);
	text_init(&marked);
	log_add(&log, &event);
	canvas_init(&canvas, ROWS, COLUMNS, true);
	area = canvas_area(&canvas);
	pane_diagram_draw(&view, &area, 0);
	add_marked(&marked, &canvas);
	if (!string_is(marked.data, expected))
		fail_msg("%s to %s: \"%s\" is marked and not \"%s\"", from == NULL ? "none" : from,
			 to == NULL ? "none" : to, marked.data, expected);
	text_release(&marked);
	canvas_release(&canvas);
	event_release(&event);
	changes_release(&changes);
	log_release(&log);
	world_release(&world);
}

/* RFC 9293, figure 5, and what its notes add. */
static void test_every_edge(void **state)
{
	static const struct {
		const char *from, *to, *words;
	} edges[] = {
		{ "CLOSED", "LISTEN", "listen" },
		{ "CLOSED", "SYN_SENT", "connect: SYN" },
		{ "LISTEN", "CLOSED", "close" },
		{ "SYN_SENT", "CLOSED", "close, RST" },
		{ "LISTEN", "SYN_RECV", "SYN: SYN,ACK" },
		{ NULL, "SYN_RECV", "SYN: SYN,ACK" },
		{ "SYN_SENT", "SYN_RECV", "SYN: SYN,ACK" },
		{ "SYN_RECV", "CLOSED", "RST" },
		{ "SYN_RECV", NULL, "RST" },
		{ "SYN_SENT", "ESTABLISHED", "SYN,ACK: ACK" },
		{ "SYN_RECV", "ESTABLISHED", "ACK" },
		{ "SYN_RECV", "FIN_WAIT1", "close: FIN" },
		{ "ESTABLISHED", "FIN_WAIT1", "close: FIN" },
		{ "ESTABLISHED", "CLOSE_WAIT", "FIN: ACK" },
		{ "FIN_WAIT1", "CLOSING", "FIN: ACK" },
		{ "FIN_WAIT1", "FIN_WAIT2", "ACK" },
		{ "FIN_WAIT1", "TIME_WAIT", "ACK + FIN: ACK" },
		{ "CLOSING", "TIME_WAIT", "ACK" },
		{ "CLOSE_WAIT", "LAST_ACK", "close: FIN" },
		{ "FIN_WAIT2", "TIME_WAIT", "FIN: ACK" },
		{ "TIME_WAIT", "CLOSED", "60 s" },
		{ "TIME_WAIT", NULL, "60 s" },
		{ "LAST_ACK", "CLOSED", "ACK" },
		{ "ESTABLISHED", "CLOSED", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++)
		expect_marked(edges[i].from, edges[i].to, CAUSE_SEGMENT, edges[i].words);
}

/* Of a connection that was given up for another reason than an RST no RST is said to have come. */
static void test_cause(void **state)
{
	(void)state;
	expect_marked("SYN_RECV", "CLOSED", CAUSE_TIMER, "");
	expect_marked("SYN_SENT", "SYN_RECV", CAUSE_UNKNOWN, "SYN: SYN,ACK");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_edge),
		cmocka_unit_test(test_cause),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
