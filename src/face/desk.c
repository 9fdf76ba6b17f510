#include "face/desk.h"

void desk_init(struct desk *desk)
{
	*desk = (struct desk){ .focus = PANE_transcript };
}

void desk_toggle(struct desk *desk, enum pane pane, bool shown)
{
	desk->wish[pane] = shown ? DESK_CLOSED : DESK_OPEN;
	desk->scroll[pane] = 0;
	desk->zoomed = false;
	if (!shown)
		desk->focus = pane;
	else if (desk->focus == pane)
		desk->focus = PANE_transcript;
}

void desk_focus_next(struct desk *desk, const bool shown[PANE_COUNT])
{
	desk->zoomed = false;
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
