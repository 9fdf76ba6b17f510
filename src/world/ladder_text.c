#include "world/ladder_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "world/ladder_label.h"
#include "world/sketch.h"

enum {
	TIME_WIDTH = 8,     /* of a time or a difference, with the space before it */
	STATE_WIDTH = 11,   /* ESTABLISHED */
	SPACING_LEAST = 17, /* between two columns, so that a state fits between them */
	SINCE_FROM = 80,    /* the width from which there is room for the time since */
	NUMBER_LEAST = 4,
	LABEL_LEAST = 32,   /* of an arrow, for its label, before a reason is added */
};

/* ---- the layout ---- */

static size_t host_rank(const struct ladder_layout *layout, const char *host)
{
	for (size_t i = 0; i < layout->world->host_count; i++)
		if (string_is(layout->world->hosts[i].name, host))
			return i;
	return layout->world->host_count;
}

/* A column, behind those of hosts that come before its own. False: there are too many. */
static bool insert_column(struct ladder_layout *layout, const struct ladder_end *end, bool is_host)
{
	size_t at = layout->column_count, rank = host_rank(layout, end->host);

	if (at == LADDER_COLUMNS_MOST)
		return false;
	while (at > 0 && host_rank(layout, layout->columns[at - 1].host) > rank)
		at--;
	memmove(&layout->columns[at + 1], &layout->columns[at],
		(layout->column_count - at) * sizeof(layout->columns[0]));
	layout->columns[at] = (struct ladder_column){ .host = end->host, .address = is_host ? NULL : end->address };
	layout->column_count++;
	return true;
}

static int find_column(const struct ladder_layout *layout, const struct ladder_end *end)
{
	for (size_t i = 0; i < layout->column_count; i++) {
		const struct ladder_column *column = &layout->columns[i];

		if (string_is(column->host, end->host)
			&& (column->address == NULL || string_is(column->address, end->address)))
			return (int)i;
	}
	return LADDER_NOWHERE;
}

/* False: they do not fit into the width. */
static bool try_columns(struct ladder_layout *layout, bool by_host)
{
	const struct ladder *ladder = layout->ladder;
	size_t spaces;

	layout->column_count = 0;
	for (size_t i = 0; i < ladder->end_count; i++)
		if ((!by_host || find_column(layout, &ladder->ends[i]) == LADDER_NOWHERE)
			&& !insert_column(layout, &ladder->ends[i], by_host))
			return false;
	if (!by_host && ladder->has_too_many)
		return false;
	spaces = layout->column_count - 1;
	return layout->column_count <= 2 || (layout->right - layout->left) / spaces >= SPACING_LEAST;
}

static void place_columns(struct ladder_layout *layout)
{
	size_t spaces = layout->column_count > 1 ? layout->column_count - 1 : 1;

	for (size_t i = 0; i < layout->column_count; i++)
		layout->columns[i].at = layout->left + i * (layout->right - layout->left) / spaces;
	for (size_t i = 0; i < layout->ladder->end_count; i++)
		layout->column_of[i] = (int8_t)find_column(layout, &layout->ladder->ends[i]);
}

static size_t number_width(int64_t newest)
{
	size_t width = (size_t)snprintf(NULL, 0, "#%lld", (long long)newest);

	return width < NUMBER_LEAST ? NUMBER_LEAST : width;
}

static size_t clamp(size_t value, size_t least, size_t most)
{
	return value < least ? least : value > most ? most : value;
}

static bool has_since(const struct ladder_layout *layout)
{
	return layout->style.width >= SINCE_FROM;
}

void ladder_layout_init(struct ladder_layout *layout, const struct ladder *ladder, const struct world *world,
			const struct log *log, const struct ladder_style *style)
{
	*layout = (struct ladder_layout){ .ladder = ladder, .world = world, .log = log, .style = *style };
	layout->style.width = clamp(style->width, LADDER_WIDTH_LEAST, LADDER_WIDTH_MOST);
	layout->number_width = number_width(ladder->newest_n);
	layout->left = layout->number_width + TIME_WIDTH + STATE_WIDTH + 2;
	layout->left += has_since(layout) ? TIME_WIDTH : 0;
	layout->right = layout->style.width - STATE_WIDTH - 2;
	layout->mode = LADDER_BY_END;
	if (!try_columns(layout, false)) {
		layout->mode = LADDER_BY_HOST;
		if (!try_columns(layout, true)) {
			layout->mode = LADDER_IN_WORDS;
			layout->column_count = 0;
		}
	}
	place_columns(layout);
}

size_t ladder_layout_rows(const struct ladder_layout *layout)
{
	if (layout->style.until == INT64_MAX)
		return ladder_count(layout->ladder);
	return ladder_count_until(layout->ladder, layout->style.until);
}

/* ---- the left ---- */

/* Seven characters at most, while less than 300 years: "0.0412", "123.456", "12345.7". */
static void write_seconds(char *out, size_t room, const char *sign, double seconds)
{
	int digits = seconds < 99.9999 ? 4 : seconds < 999.999 ? 3 : seconds < 9999.99 ? 2 : seconds < 99999.9 ? 1 : 0;

	if (*sign != '\0' && seconds >= 9.9999)
		digits = digits > 0 ? digits - 1 : 0;
	snprintf(out, room, "%s%.*f", sign, digits, seconds < 0 ? 0 : seconds);
}

/* The time of the segment before; EVENT_NO_REAL if there is none near. */
static double time_before(const struct ladder_layout *layout, size_t index)
{
	for (size_t i = index; i-- > 0 && index - i < LADDER_RECENT;)
		if (ladder_row(layout->ladder, i)->kind == LADDER_SEGMENT)
			return ladder_row(layout->ladder, i)->t;
	return EVENT_NO_REAL;
}

static void draw_left(struct sketch *sketch, const struct ladder_layout *layout, size_t index)
{
	const struct ladder_row *row = ladder_row(layout->ladder, index);
	size_t end = layout->number_width;
	double before = time_before(layout, index);
	char text[32];

	if (row->kind == LADDER_SEGMENT) {
		snprintf(text, sizeof(text), "#%lld", (long long)row->n);
		sketch_put_ending(sketch, 0, end, text);
	}
	write_seconds(text, sizeof(text), "", row->t);
	sketch_put_ending(sketch, end + 1, end + TIME_WIDTH, text);
	if (!has_since(layout) || row->kind != LADDER_SEGMENT || before < 0)
		return;
	write_seconds(text, sizeof(text), "+", row->t - before);
	sketch_put_ending(sketch, end + TIME_WIDTH + 1, end + (size_t)2 * TIME_WIDTH, text);
}

/* ---- the diagram ---- */

static void draw_columns(struct sketch *sketch, const struct ladder_layout *layout)
{
	for (size_t i = 0; i < layout->column_count; i++)
		sketch_put_mark(sketch, layout->columns[i].at, SKETCH_LINE);
}

static int column_of_end(const struct ladder_layout *layout, int end)
{
	return end < 0 ? LADDER_NOWHERE : layout->column_of[end];
}

/* The state's name as it stands beside a column. */
static const char *state_word(const struct event_state *state)
{
	if (state->to == NULL || string_is(state->to, "none"))
		return "gone";
	return state->to;
}

/* A change at that place, if it had happened at the moment that is shown. */
static const struct event_state *state_at(const struct ladder_layout *layout, int64_t place)
{
	return place > layout->style.until || layout->style.stateless ? NULL : ladder_state(layout->log, place);
}

/* Beside the line at `at`, to its left or right. */
static void draw_state(struct sketch *sketch, size_t at, bool to_left, const struct event_state *state)
{
	if (state == NULL)
		return;
	if (to_left)
		sketch_put_ending(sketch, at - STATE_WIDTH - 1, at - 1, state_word(state));
	else
		sketch_put(sketch, at + 2, at + 2 + STATE_WIDTH, state_word(state));
}

/* An arrow from one column of the sketch to another. */
struct arrow {
	size_t from, to;
	bool arrives;   /* else its head stops short and `fate` stands behind it */
	enum sketch_mark head;
	char *fate;     /* (owned) */
};

/* What became of it, if it did not arrive; the reason too where there is room for it. */
static void judge_arrow(struct arrow *arrow, const struct event_segment *segment)
{
	const char *verdict = segment->verdict == NULL ? "" : segment->verdict;
	size_t length = arrow->from < arrow->to ? arrow->to - arrow->from : arrow->from - arrow->to;

	arrow->arrives = string_is(verdict, "delivered");
	arrow->head = arrow->from < arrow->to ? SKETCH_RIGHT : SKETCH_LEFT;
	arrow->fate = NULL;
	if (arrow->arrives)
		return;
	if (string_is(verdict, "dropped"))
		arrow->head = SKETCH_LOST;
	if (segment->why != NULL && strlen(verdict) + strlen(segment->why) + LABEL_LEAST < length)
		arrow->fate = text_format("%s: %s", verdict, segment->why);
	else
		arrow->fate = xstrdup(verdict);
}

static void draw_dashes(struct sketch *sketch, size_t first, size_t end)
{
	for (size_t i = first; i < end; i++) {
		bool is_column = !sketch_is_blank(sketch, i);

		sketch_put_mark(sketch, i, is_column ? SKETCH_CROSS : SKETCH_DASH);
	}
}

static void draw_rightward(struct sketch *sketch, const struct arrow *arrow, const char *label)
{
	size_t label_end = arrow->from + 3 + sketch_columns(label);
	size_t head = arrow->arrives ? arrow->to - 1 : label_end + 2;

	draw_dashes(sketch, arrow->from + 1, head);
	sketch_put_mark(sketch, arrow->from, SKETCH_START);
	sketch_put_mark(sketch, head, arrow->head);
	sketch_put(sketch, arrow->from + 2, label_end, " ");
	sketch_put(sketch, arrow->from + 3, label_end, label);
	sketch_put(sketch, label_end, label_end + 1, " ");
	if (!arrow->arrives)
		sketch_put(sketch, head + 2, arrow->to, arrow->fate);
}

static void draw_leftward(struct sketch *sketch, const struct arrow *arrow, const char *label)
{
	size_t label_at = arrow->from - 2 - sketch_columns(label);
	size_t head = arrow->arrives ? arrow->to + 1 : label_at - 3;

	draw_dashes(sketch, head + 1, arrow->from);
	sketch_put_mark(sketch, arrow->from, SKETCH_END);
	sketch_put_mark(sketch, head, arrow->head);
	sketch_put(sketch, label_at - 1, label_at, " ");
	sketch_put(sketch, label_at, arrow->from - 2, label);
	sketch_put(sketch, arrow->from - 2, arrow->from - 1, " ");
	if (!arrow->arrives)
		sketch_put_ending(sketch, arrow->to + 1, head - 1, arrow->fate);
}

/* Where the columns are hosts, the ports stand in the labels. */
static void add_label(struct text *out, const struct ladder_layout *layout, const struct event_segment *segment,
		      size_t room)
{
	ladder_label_write(out, segment, room, layout->mode == LADDER_BY_HOST);
}

static void draw_arrow(struct sketch *sketch, const struct ladder_layout *layout, const struct event_segment *segment,
		       size_t from, size_t to)
{
	struct arrow arrow = { .from = from, .to = to };
	size_t inside = (from < to ? to - from : from - to) - 1, taken = 5;
	struct text label;

	judge_arrow(&arrow, segment);
	taken += arrow.arrives ? 0 : sketch_columns(arrow.fate) + 2;
	text_init(&label);
	add_label(&label, layout, segment, inside > taken ? inside - taken : 0);
	if (from < to)
		draw_rightward(sketch, &arrow, label.data);
	else
		draw_leftward(sketch, &arrow, label.data);
	text_release(&label);
	free(arrow.fate);
}

static const char *or_empty(const char *string)
{
	return string == NULL ? "" : string;
}

/* "client 10.0.0.1:40312 > server 10.0.0.2:80  SYN seq=0  held". */
static void draw_words(struct sketch *sketch, const struct ladder_layout *layout, const struct event_segment *segment)
{
	struct text line, label;

	text_init(&line);
	text_init(&label);
	text_addf(&line, "%s%s > %s%s  ", segment->from, or_empty(ladder_label_port(segment->src)),
		  segment->to, or_empty(ladder_label_port(segment->dst)));
	add_label(&label, layout, segment, layout->right - layout->left - clamp(line.len, 0, 30));
	text_add(&line, label.data);
	if (!string_is(segment->verdict, "delivered"))
		text_addf(&line, "  %s", segment->verdict);
	sketch_put(sketch, layout->left, layout->right, line.data);
	text_release(&line);
	text_release(&label);
}

/* Where an arrow begins or ends that has one end only: at the edge that is farther away. */
static size_t far_edge(const struct ladder_layout *layout, size_t at)
{
	return at - layout->left > layout->right - at ? layout->left : layout->right;
}

static void draw_segment(struct sketch *sketch, const struct ladder_layout *layout, const struct ladder_row *row)
{
	const struct world_segment *segment = world_segment(layout->world, row->n);
	int src = column_of_end(layout, row->src), dst = column_of_end(layout, row->dst);
	size_t from, to;

	if (segment == NULL) {
		sketch_put(sketch, layout->left + 2, layout->right, "(no longer kept)");
		return;
	}
	if (src < 0 && dst < 0) {
		draw_words(sketch, layout, &segment->told.segment);
		return;
	}
	from = src >= 0 ? layout->columns[src].at : 0;
	to = dst >= 0 ? layout->columns[dst].at : far_edge(layout, from);
	from = src >= 0 ? from : far_edge(layout, to);
	if (from == to) {
		draw_words(sketch, layout, &segment->told.segment);
		return;
	}
	draw_arrow(sketch, layout, &segment->told.segment, from, to);
	draw_state(sketch, from, from < to, state_at(layout, row->src_state));
	draw_state(sketch, to, to < from, state_at(layout, row->dst_state));
}

/* The column of a socket: its own, or the first of its host. */
static int column_of_socket(const struct ladder_layout *layout, const struct event_state *state)
{
	int column = column_of_end(layout, ladder_end_of(layout->ladder, state->host, state->local));

	for (size_t i = 0; column < 0 && state->host != NULL && i < layout->column_count; i++)
		if (string_is(layout->columns[i].host, state->host))
			column = (int)i;
	return column;
}

/*
 * What a change of state says beside the state: whose it is, if the column does not say so; that edges went unseen; the
 * timer that brought it about.
 */
static void describe_change(const struct ladder_layout *layout, const struct event_state *state, struct text *out)
{
	const char *local = state->local == NULL ? "" : state->local, *port = ladder_label_port(local);

	if (layout->mode == LADDER_IN_WORDS)
		text_addf(out, "%s %s", state->host == NULL ? "" : state->host, local);
	else if (layout->mode == LADDER_BY_HOST)
		text_add(out, port == NULL ? local : port);
	else if (ladder_end_of(layout->ladder, state->host, local) < 0)
		text_add(out, local);
	if (state->jump && (state->from == NULL || string_is(state->from, "none")))
		text_addf(out, "%sappeared", out->len > 0 ? " " : "");
	else if (state->jump)
		text_addf(out, "%sjumped from %s", out->len > 0 ? " " : "", state->from);
	if (state->cause.kind == CAUSE_TIMER && state->cause.timer != NULL)
		text_addf(out, "%stimer: %s", out->len > 0 ? " " : "", state->cause.timer);
}

static void draw_change(struct sketch *sketch, const struct ladder_layout *layout, const struct ladder_row *row)
{
	const struct event_state *state = state_at(layout, row->src_state);
	int column;
	size_t at;
	struct text detail;

	if (state == NULL)
		return;
	column = column_of_socket(layout, state);
	at = column < 0 ? layout->left : layout->columns[column].at;
	text_init(&detail);
	describe_change(layout, state, &detail);
	draw_state(sketch, at, column <= 0, state);
	if (column <= 0)
		sketch_put(sketch, at + 2, column < 0 ? layout->style.width : layout->right - 1, detail.data);
	else
		sketch_put_ending(sketch, layout->left + 2, at - 1, detail.data);
	text_release(&detail);
}

void ladder_line(const struct ladder_layout *layout, size_t index, struct text *out)
{
	const struct ladder_row *row = ladder_row(layout->ladder, index);
	struct sketch sketch;

	sketch_init(&sketch, layout->style.width, layout->style.utf8);
	draw_left(&sketch, layout, index);
	draw_columns(&sketch, layout);
	switch (row->kind) {
	case LADDER_SEGMENT:
		draw_segment(&sketch, layout, row);
		break;
	case LADDER_STATE:
		draw_change(&sketch, layout, row);
		break;
	}
	sketch_write(&sketch, out);
}

/* ---- the header ---- */

static const char *column_title(const struct ladder_layout *layout, const struct ladder_column *column, size_t line)
{
	const struct world_host *host = world_host(layout->world, column->host);

	if (line == 0)
		return column->host;
	if (column->address != NULL)
		return column->address;
	return host == NULL || host->addresses == NULL ? "" : host->addresses;
}

/* Of an address that has no room its port, which tells it from the others of its host. */
static const char *shortened(const struct ladder_layout *layout, size_t index, const char *words)
{
	const char *port = words == layout->columns[index].address ? strrchr(words, ':') : NULL;

	return port == NULL ? words : port;
}

/*
 * Of two columns the first title begins at its line and the last ends there; of more each stands around its line. What
 * is too long goes on outward, where the states will stand. So titles never touch.
 */
static void draw_title(struct sketch *sketch, const struct ladder_layout *layout, size_t index, const char *words)
{
	enum { OUTSIDE = STATE_WIDTH + 1 };
	size_t at = layout->columns[index].at, last = layout->column_count - 1;
	size_t space = last == 0 ? layout->right - layout->left : (layout->right - layout->left) / last;
	size_t half = last == 1 ? space / 2 - 1 : (space - 1) / 2;
	size_t most = last == 0 ? space : half + (index == 0 || index == last ? OUTSIDE : half);
	struct text title;
	size_t columns, before;

	text_init(&title);
	text_add(&title, sketch_columns(words) > most ? shortened(layout, index, words) : words);
	sketch_cut(&title, most);
	columns = sketch_columns(title.data);
	before = last < 2 ? 0 : columns / 2;
	if (index == 0 && last > 0 && columns - before > half)
		before = columns - half;
	if (index > 0 && last == 1 && columns > 0)
		before = columns - 1;
	if (index > 0 && index == last)
		before = clamp(before, columns > OUTSIDE ? columns - OUTSIDE : 0, half);
	sketch_put(sketch, at - before, sketch->width, title.data);
	text_release(&title);
}

void ladder_header_line(const struct ladder_layout *layout, size_t line, struct text *out)
{
	struct sketch sketch;
	size_t end = layout->number_width + TIME_WIDTH;

	sketch_init(&sketch, layout->style.width, layout->style.utf8);
	if (line == 0) {
		sketch_put_ending(&sketch, 0, end, "time");
		if (has_since(layout))
			sketch_put_ending(&sketch, end, end + TIME_WIDTH, "since");
	}
	for (size_t i = 0; i < layout->column_count; i++)
		draw_title(&sketch, layout, i, column_title(layout, &layout->columns[i], line));
	sketch_write(&sketch, out);
}

void ladder_print(const struct ladder_layout *layout, struct text *out)
{
	size_t count = ladder_layout_rows(layout);

	if (layout->log->fallen_off > 0)
		text_addf(out, "(%lld events before these are no longer kept)\n", (long long)layout->log->fallen_off);
	for (size_t i = 0; i < LADDER_HEADER_LINES; i++) {
		ladder_header_line(layout, i, out);
		text_add_char(out, '\n');
	}
	for (size_t i = 0; i < count; i++) {
		ladder_line(layout, i, out);
		text_add_char(out, '\n');
	}
}
