#include "face/desk.h"

#include "base/text.h"

void desk_init(struct desk *desk)
{
	*desk = (struct desk){ .focus = PANE_transcript };
}

void desk_toggle(struct desk *desk, enum pane pane, bool shown)
{
	desk->wish[pane] = shown ? DESK_CLOSED : DESK_OPEN;
	desk->scroll[pane] = 0;
	desk->zoomed = false;
	desk->for_room = !shown && pane == PANE_diagram;
	if (!shown)
		desk->focus = pane;
	else if (desk->focus == pane)
		desk->focus = PANE_transcript;
}

void desk_zoom(struct desk *desk)
{
	desk->zoomed = !desk->zoomed;
	desk->for_room = false;
}

void desk_fit(struct desk *desk, bool small)
{
	if (desk->for_room)
		desk->zoomed = small;
}

void desk_focus_next(struct desk *desk, const bool shown[PANE_COUNT])
{
	desk->zoomed = desk->for_room = false;
	for (int i = 1; i <= PANE_COUNT; i++) {
		enum pane next = (enum pane)(((int)desk->focus + i) % PANE_COUNT);

		if (shown[next]) {
			desk->focus = next;
			return;
		}
	}
}

/* A pane that shows its end scrolls back from there, the others on from their beginning. */
void desk_scroll(struct desk *desk, long rows)
{
	size_t *scroll = &desk->scroll[desk->focus];

	if (!pane_spec(desk->focus)->from_end)
		rows = -rows;
	if (rows >= 0)
		*scroll += (size_t)rows;
	else
		*scroll = *scroll > (size_t)-rows ? *scroll - (size_t)-rows : 0;
}

/* ---- choosing ---- */

void desk_choose_segment(struct desk *desk, const struct view *view, bool before)
{
	const struct world_segments *segments = &view->world->segments;
	const struct world_segment *now = view_segment(view);
	size_t low = 0, high = segments->count;

	if (now == NULL)
		return;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (world_segments_at(segments, middle)->told.segment.n < now->told.segment.n)
			low = middle + 1;
		else
			high = middle;
	}
	/* The first press chooses what is meant anyway, so that one sees which it is. */
	if (desk->segment != 0 && before && low > 0)
		low--;
	else if (desk->segment != 0 && !before && low + 1 < segments->count)
		low++;
	desk->segment = world_segments_at(segments, low)->told.segment.n;
}

struct choice {
	int64_t now, first, before, after, last; /* cookies; 0: none */
	bool passed;
};

static void offer(struct choice *choice, int64_t cookie)
{
	choice->first = choice->first == 0 ? cookie : choice->first;
	if (cookie == choice->now)
		choice->passed = true;
	else if (!choice->passed)
		choice->before = cookie;
	else if (choice->after == 0)
		choice->after = cookie;
	choice->last = cookie;
}

void desk_choose_socket(struct desk *desk, const struct view *view, bool before)
{
	const struct world *world = view->world;
	const struct world_side *side = view->current == NULL ? NULL : world_side(world, view->current);
	const struct world_socket *now = view_socket(view), *loose;
	struct choice choice = { .now = now == NULL ? 0 : now->cookie };

	for (size_t i = 0; side != NULL && i < side->fd_count; i++)
		if (world_fd_socket(world, side, &side->fds[i]) != NULL)
			offer(&choice, side->fds[i].row.cookie);
	for (size_t i = 0; side != NULL && (loose = world_loose_socket(world, side->host, i)) != NULL; i++)
		if (!view_is_foreign(world, loose))
			offer(&choice, loose->cookie);
	if (before)
		desk->socket = choice.passed && choice.before != 0 ? choice.before : choice.last;
	else
		desk->socket = choice.passed && choice.after != 0 ? choice.after : choice.first;
}
