#include "face/search.h"

#include "base/text.h"
#include "face/mark.h"

enum pane search_pane(const struct desk *desk)
{
	return desk->focus == PANE_wire || desk->focus == PANE_segment ? PANE_wire : PANE_transcript;
}

static size_t count_of(const struct view *view, enum pane pane)
{
	if (pane == PANE_transcript)
		return view->transcript->count;
	return view->moment != NULL ? ladder_count_until(view->ladder, view->place) : ladder_count(view->ladder);
}

static void add_state_row(struct text *out, const struct view *view, const struct ladder_row *row)
{
	const struct event_state *state = ladder_state(view->log, row->src_state);

	if (state != NULL)
		text_addf(out, "%s > %s", state->from == NULL ? "none" : state->from,
			  state->to == NULL ? "none" : state->to);
}

static void add_line(struct text *out, const struct view *view, enum pane pane, size_t index)
{
	const struct ladder_row *row;
	const struct world_segment *segment;

	if (pane == PANE_transcript) {
		text_add(out, transcript_line(view->transcript, index));
		return;
	}
	row = ladder_row(view->ladder, index);
	segment = row->kind == LADDER_SEGMENT ? world_segment(view->world, row->n) : NULL;
	if (segment != NULL)
		world_segment_line(out, &segment->told.segment);
	else if (row->kind == LADDER_STATE)
		add_state_row(out, view, row);
}

/* What is older than the oldest that is kept has a number too: so a match keeps its own while others fall off. */
static size_t first_number(const struct view *view, enum pane pane)
{
	return pane == PANE_transcript ? view->transcript->dropped : 0;
}

static bool find(const struct view *view, enum pane pane, size_t from, bool before, size_t *found)
{
	size_t count = count_of(view, pane);
	struct text line;
	bool is_there = false;

	text_init(&line);
	for (size_t i = before ? from : from + 1; !is_there && (before ? i-- > 0 : i < count); i += before ? 0 : 1) {
		if (i >= count)
			continue;
		text_clear(&line);
		add_line(&line, view, pane, i);
		is_there = mark_find(line.data, view->needle) != NULL;
		*found = i;
	}
	text_release(&line);
	return is_there;
}

static void go_to(struct desk *desk, const struct view *view, enum pane pane, size_t index, size_t rows)
{
	size_t below = count_of(view, pane) - 1 - index;

	desk->match = index + first_number(view, pane);
	desk->scroll[pane] = below > rows / 2 ? below - rows / 2 : 0;
	if (pane == PANE_wire && ladder_row(view->ladder, index)->kind == LADDER_SEGMENT)
		desk->segment = ladder_row(view->ladder, index)->n;
}

bool search_begin(struct desk *desk, const struct view *view, size_t rows)
{
	enum pane pane = search_pane(desk);
	size_t index;

	if (!find(view, pane, count_of(view, pane), true, &index))
		return false;
	go_to(desk, view, pane, index, rows);
	return true;
}

bool search_go(struct desk *desk, const struct view *view, size_t rows, bool before)
{
	enum pane pane = search_pane(desk);
	size_t first = first_number(view, pane), index;

	if (!find(view, pane, desk->match > first ? desk->match - first : 0, before, &index))
		return false;
	go_to(desk, view, pane, index, rows);
	return true;
}
