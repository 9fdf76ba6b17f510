#include "face/panes.h"

#include <string.h>

#include "face/mark.h"
#include "packet/decode.h"
#include "packet/rows.h"

/* One segment opened: its header field by field, then its bytes. */

static void add_decoded(struct text *out, const struct event_bytes *packet)
{
	const unsigned char *bytes = (const unsigned char *)packet->bytes;
	const struct packet_base base = { 0 };
	struct packet_rows rows;
	struct packet decoded;

	packet_decode(&decoded, bytes, packet->len);
	packet_rows_init(&rows);
	packet_rows_add(&rows, &decoded, bytes, base);
	packet_rows_describe(out, &rows);
	packet_rows_release(&rows);
	packet_dump(out, bytes, packet->len);
}

static void add_all(struct text *out, const struct world_segment *segment)
{
	const struct event_segment *told = &segment->told.segment;

	text_addf(out, "%s > %s\n", told->src == NULL ? "?" : told->src, told->dst == NULL ? "?" : told->dst);
	world_segment_label(out, told);
	text_add_char(out, '\n');
	world_segment_fate(out, told);
	text_addf(out, ", seen at %.4f s\n", segment->seen);
	if (told->packet.bytes != NULL)
		add_decoded(out, &told->packet);
	else
		text_add(out, "its bytes are not kept\n");
}

size_t pane_segment_rows(const struct view *view, size_t columns)
{
	const struct world_segment *segment = view_segment(view);
	struct text text;
	size_t rows = 0;

	(void)columns;
	if (segment == NULL)
		return 1;
	text_init(&text);
	add_all(&text, segment);
	for (size_t i = 0; i < text.len; i++)
		rows += text.data[i] == '\n';
	text_release(&text);
	return rows;
}

/* Fields begin with their offset, a heading with a letter. */
static enum style style_of(const char *line, size_t row)
{
	if (row < 3)
		return row == 0 ? STYLE_TITLE : STYLE_PLAIN;
	return line[0] == ' ' ? STYLE_PLAIN : STYLE_TITLE;
}

static void draw_text(const struct view *view, const struct area *area, char *text, size_t scroll)
{
	size_t row = 0;

	for (char *line = text, *end; (end = strchr(line, '\n')) != NULL; line = end + 1, row++) {
		*end = '\0';
		if (row < scroll || row - scroll >= area->rows)
			continue;
		area_put_cut(area, row - scroll, 1, style_of(line, row), line);
		mark_matches(area, row - scroll, 1, line, view->needle);
	}
}

void pane_segment_draw(const struct view *view, const struct area *area, size_t scroll)
{
	const struct world_segment *segment = view_segment(view);
	struct text text;

	if (segment == NULL) {
		area_put(area, 0, 1, STYLE_FAINT, "nothing has passed on the wire yet");
		return;
	}
	text_init(&text);
	add_all(&text, segment);
	draw_text(view, area, text.data, scroll);
	text_release(&text);
}

void pane_segment_title(const struct view *view, struct text *out)
{
	const struct world_segment *segment = view_segment(view);

	if (segment != NULL)
		text_addf(out, "  #%lld", (long long)segment->told.segment.n);
}
