#include "face/panes.h"

#include "face/safe.h"

/* What the calls sent and received, each call a row, so that one sees that a stream keeps no boundaries of calls. */

enum { SHOWN_MOST = 512 };

size_t pane_bytes_rows(const struct view *view, size_t columns)
{
	(void)columns;
	return view->log->data_count;
}

static bool is_received(const struct event_call *call)
{
	return string_starts_with(call->call, "recv") || string_starts_with(call->call, "read");
}

static void add_hex(struct text *out, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		text_addf(out, "%s%02x", i == 0 ? "" : " ", (unsigned char)bytes[i]);
}

static void draw_call(const struct area *area, size_t row, const struct event_call *call)
{
	size_t half = area->columns * 6 / 10, len = call->data.len < SHOWN_MOST ? call->data.len : SHOWN_MOST, at;
	const char *arrow = canvas_glyph(area->canvas, is_received(call) ? GLYPH_CHANGED : GLYPH_ARROW);
	struct text text;
	struct spot spot;
	struct area left = area_part(area, row, 0, 1, half), right = area_part(area, row, half + 1, 1, area->columns);

	at = area_putf(&left, (struct spot){ 0, 1, STYLE_TITLE }, "%s", call->side);
	if (call->fd != EVENT_NO_INT)
		at = area_putf(&left, (struct spot){ 0, at + 1, STYLE_TITLE }, "%lld", (long long)call->fd);
	spot = (struct spot){ 0, at < 11 ? 11 : at + 1, is_received(call) ? STYLE_CHANGED : STYLE_HELD };
	at = area_putf(&left, spot, "%s %lld ", arrow, (long long)call->result);
	text_init(&text);
	show_quoted(&text, call->data.bytes, len, SHOWN_MOST, area->canvas->utf8 ? SHOW_UTF8 : SHOW_ASCII);
	area_put_cut(&left, 0, at < 16 ? 16 : at, STYLE_PLAIN, text.data);
	text_clear(&text);
	add_hex(&text, call->data.bytes, len);
	area_put_cut(&right, 0, 0, STYLE_FAINT, text.data);
	text_release(&text);
}

void pane_bytes_draw(const struct view *view, const struct area *area, size_t scroll)
{
	size_t count = view->log->data_count, rows = count < area->rows ? count : area->rows;
	size_t above = count - rows, first = scroll < above ? above - scroll : 0;

	if (count == 0)
		area_put(area, 0, 1, STYLE_FAINT, "no call has sent or received anything yet");
	for (size_t row = 0; row < rows; row++)
		draw_call(area, row, log_data_at(view->log, first + row));
}
