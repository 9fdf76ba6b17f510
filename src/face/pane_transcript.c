#include "face/panes.h"

#include <string.h>

#include "face/cells.h"
#include "face/fold.h"
#include "face/mark.h"

/* The newest lines at the bottom, folded at the width. Scrolling goes line by line. */

size_t pane_transcript_rows(const struct view *view, size_t columns)
{
	(void)columns;
	return view->transcript->count;
}

/* What plain.h's notation says of a line, else of whom it is. */
static enum style style_of(const struct transcript *transcript, size_t index)
{
	const char *line = transcript_line(transcript, index);
	size_t len = strlen(line);

	if (strstr(line, ") = -1 E") != NULL || strstr(line, " = ? E") != NULL)
		return STYLE_FAILED;
	if (len > 8 && string_is(line + len - 8, " blocked"))
		return STYLE_BLOCKED;
	if (strstr(line, ": +++ ") != NULL || strstr(line, ": --- ") != NULL)
		return STYLE_HELD;
	return transcript_style(transcript, index);
}

static size_t rows_of(const char *line, size_t columns)
{
	struct fold fold;

	fold_init_printed(&fold, line, columns);
	return fold_count(fold);
}

size_t pane_transcript_wanted(const struct view *view, size_t columns, size_t most)
{
	const struct transcript *transcript = view->transcript;
	size_t rows = 0;

	for (size_t i = 0; i < transcript->since_entry && rows < most; i++)
		rows += rows_of(transcript_line(transcript, transcript->count - 1 - i), columns);
	return rows < most ? rows : most;
}

size_t pane_transcript_left(const struct view *view, size_t columns, size_t rows)
{
	const struct transcript *transcript = view->transcript;
	size_t left = transcript->since_entry;

	for (size_t taken = 0; left > 0; left--) {
		taken += rows_of(transcript_line(transcript, transcript->count - left), columns);
		if (taken > rows)
			break;
	}
	return left;
}

/* Of what is found in the line, the part that stands in the row; it may have begun in the one before. */
static void mark_row(const struct area *area, size_t at, const char *line, const struct fold_row *row,
		     const char *needle)
{
	const char *end = row->text + row->len;

	for (const char *found = line; (found = mark_find(found, needle)) != NULL && found < end;) {
		const char *behind = found + strlen(needle), *from = found > row->text ? found : row->text;
		const char *to = behind < end ? behind : end;

		if (to > from)
			area_tint_part(area, at, row->indent + cells_of(row->text, (size_t)(from - row->text)),
				       cells_of(from, (size_t)(to - from)), STYLE_MATCH);
		found = behind;
	}
}

/* The rows of the view's line `index` from `skip` on; returns how many. */
static size_t draw_line(const struct view *view, const struct area *area, size_t index, size_t skip)
{
	const char *line = transcript_line(view->transcript, index);
	enum style style = style_of(view->transcript, index);
	struct text piece;
	struct fold fold;
	struct fold_row row;
	size_t at = 0;

	text_init(&piece);
	fold_init_printed(&fold, line, area->columns);
	while (at < area->rows && fold_next(&fold, &row)) {
		if (skip > 0) {
			skip--;
			continue;
		}
		text_clear(&piece);
		text_add_bytes(&piece, row.text, row.len);
		area_put(area, at, row.indent, style, piece.data);
		mark_row(area, at++, line, &row, view->needle);
	}
	text_release(&piece);
	return at;
}

void pane_transcript_draw(const struct view *view, const struct area *area, size_t scroll)
{
	const struct transcript *transcript = view->transcript;
	size_t end = scroll < transcript->count ? transcript->count - scroll : 0, first = end, rows = 0;

	if (area->columns == 0)
		return;
	while (first > 0 && rows < area->rows)
		rows += rows_of(transcript_line(transcript, --first), area->columns);
	size_t skip = rows > area->rows ? rows - area->rows : 0, at = 0;
	for (size_t i = first; i < end && at < area->rows; i++) {
		struct area rest = area_part(area, at, 0, area->rows - at, area->columns);

		at += draw_line(view, &rest, i, skip);
		skip = 0;
	}
}
