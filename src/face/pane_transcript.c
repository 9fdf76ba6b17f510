#include "face/panes.h"

#include <string.h>

#include "face/mark.h"

/* The newest lines at the bottom, folded at the width. Scrolling goes line by line. */

size_t pane_transcript_rows(const struct view *view, size_t columns)
{
	(void)columns;
	return view->transcript->count;
}

/* What plain.h's notation says of a line. */
static enum style style_of(const char *line)
{
	size_t len = strlen(line);

	if (strstr(line, ") = -1 E") != NULL || strstr(line, " = ? E") != NULL)
		return STYLE_FAILED;
	if (len > 8 && string_is(line + len - 8, " blocked"))
		return STYLE_BLOCKED;
	if (strstr(line, ": +++ ") != NULL || strstr(line, ": --- ") != NULL)
		return STYLE_HELD;
	return STYLE_PLAIN;
}

static size_t fold_rows(const struct canvas *canvas, const char *line, size_t columns)
{
	size_t width = canvas_width_of(canvas, line);

	return width <= columns ? 1 : (width + columns - 1) / columns;
}

/* About: in ASCII a line with other characters may take more. */
size_t pane_transcript_wanted(const struct view *view, size_t columns, size_t most)
{
	const struct transcript *transcript = view->transcript;
	const struct canvas canvas = { .utf8 = true };
	size_t rows = 0;

	for (size_t i = 0; i < transcript->since_entry && rows < most; i++)
		rows += fold_rows(&canvas, transcript_line(transcript, transcript->count - 1 - i), columns);
	return rows < most ? rows : most;
}

size_t pane_transcript_left(const struct view *view, size_t columns, size_t rows)
{
	const struct transcript *transcript = view->transcript;
	const struct canvas canvas = { .utf8 = true };
	size_t left = transcript->since_entry;

	for (size_t taken = 0; left > 0; left--) {
		taken += fold_rows(&canvas, transcript_line(transcript, transcript->count - left), columns);
		if (taken > rows)
			break;
	}
	return left;
}

/* What was searched for, along a line. */
struct matches {
	const char *needle, *next, *end; /* the next one's beginning, NULL: none; where the last one ends */
};

static enum style style_at(struct matches *matches, const char *at, enum style style)
{
	if (at == matches->next) {
		matches->end = at + strlen(matches->needle);
		matches->next = mark_find(matches->end, matches->needle);
	}
	return at < matches->end ? STYLE_MATCH : style;
}

/* Character by character: a wide one at the edge may leave a blank. */
static void draw_folded(const struct area *area, size_t row, const char *line, size_t skip, const char *needle)
{
	struct matches matches = { .needle = needle, .next = mark_find(line, needle), .end = line };
	enum style plain = style_of(line);
	size_t column = 0, end = 0;

	while (*line != '\0') {
		size_t len = 1;
		char piece[8] = { 0 };
		enum style style = style_at(&matches, line, plain);

		while (len < 4 && (line[len] & 0xc0) == 0x80)
			len++;
		memcpy(piece, line, len);
		column = end;
		end += canvas_width_of(area->canvas, piece);
		if (end > column && column / area->columns >= skip && row + column / area->columns - skip < area->rows)
			area_put(area, row + column / area->columns - skip, column % area->columns, style, piece);
		line += len;
	}
}

void pane_transcript_draw(const struct view *view, const struct area *area, size_t scroll)
{
	const struct transcript *transcript = view->transcript;
	size_t end = scroll < transcript->count ? transcript->count - scroll : 0, first = end, rows = 0;

	if (area->columns == 0)
		return;
	while (first > 0 && rows < area->rows)
		rows += fold_rows(area->canvas, transcript_line(transcript, --first), area->columns);
	size_t skip = rows > area->rows ? rows - area->rows : 0, at = 0;
	for (size_t i = first; i < end && at < area->rows; i++) {
		const char *line = transcript_line(transcript, i);
		size_t folds = fold_rows(area->canvas, line, area->columns);

		if (folds == 1) {
			area_put(area, at, 0, style_of(line), line);
			mark_matches(area, at, 0, line, view->needle);
		} else {
			draw_folded(area, at, line, skip, view->needle);
		}
		at += folds - skip;
		skip = 0;
	}
}
