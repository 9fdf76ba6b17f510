#include "face/layout.h"

enum { ROWS_OF_LINES = 3, SIDES_LEAST = 6, SIDES_USUAL = 8, SIDES_TWO_ROWS = 10 };
enum { TRANSCRIPT_LEAST = 2, LINES_KEPT = 6, WIRE_LEAST = 5, ROWS_FOR_BOTH = 20, RIGHT_WIDTH = 78 };

static const enum pane extras[] = { PANE_diagram, PANE_ports, PANE_info, PANE_bytes, PANE_segment };
enum { EXTRA_COUNT = sizeof(extras) / sizeof(extras[0]) };

struct opened {
	enum pane panes[EXTRA_COUNT];
	size_t count;
};

static size_t clamp(size_t value, size_t least, size_t most)
{
	return value > most ? most : value < least ? least : value;
}

/* A share of the space that is still free. */
struct space {
	size_t row, column, rows, columns;
};

static void place(struct layout *layout, enum pane pane, struct space *space, size_t rows)
{
	layout->panes[pane] = (struct place){ space->row, space->column, rows, space->columns };
	space->row += rows;
	space->rows -= rows;
}

static bool is_open(const struct desk *desk, enum pane pane, bool by_size)
{
	return desk->wish[pane] == DESK_BY_SIZE ? by_size : desk->wish[pane] == DESK_OPEN;
}

/* ---- panes beside the wire, or in its place ---- */

static struct opened open_extras(const struct desk *desk, bool large)
{
	struct opened open = { .count = 0 };

	for (size_t i = 0; i < EXTRA_COUNT; i++)
		if (is_open(desk, extras[i], large && (extras[i] == PANE_diagram || extras[i] == PANE_ports)))
			open.panes[open.count++] = extras[i];
	return open;
}

static size_t rows_wanted(const struct view *view, enum pane pane, size_t columns)
{
	return pane_spec(pane)->rows(view, columns - 2) + 2;
}

/* Each gets what it wants while the others keep the least that is of use; the last gets the rest. The one that scrolls
 * goes before the others where there is no room for all. */
static void stack(struct layout *layout, const struct view *view, struct space space, const struct opened *open)
{
	for (size_t i = 0; i < open->count; i++) {
		enum pane pane = open->panes[i];
		size_t least = pane_spec(pane)->least_rows, others = 0, rows;

		for (size_t j = i + 1; j < open->count; j++)
			others += pane_spec(open->panes[j])->least_rows;
		if (space.rows < least)
			continue;
		rows = clamp(rows_wanted(view, pane, space.columns), least,
			     space.rows > others + least ? space.rows - others : least);
		if (i + 1 == open->count || space.rows - rows < 3)
			rows = space.rows;
		place(layout, pane, &space, rows);
	}
}

static void bring_focus_forward(const struct desk *desk, struct opened *open)
{
	for (size_t i = 1; i < open->count; i++)
		if (open->panes[i] == desk->focus) {
			open->panes[i] = open->panes[0];
			open->panes[0] = desk->focus;
		}
}

/* ---- the wire and the transcript ---- */

/* Where there is room for both, a script's many lines do not hide what they do on the wire. */
size_t layout_transcript_most(size_t rows, const struct ladder *ladder)
{
	return rows >= ROWS_FOR_BOTH && ladder_count(ladder) > 0 ? rows * 3 / 5 : rows;
}

/* An answer that needs more rows gets them, from the wire. */
static size_t transcript_rows(const struct view *view, const struct space *space)
{
	size_t usual = clamp(space->rows * 2 / 5, TRANSCRIPT_LEAST, space->rows);
	size_t wanted = pane_transcript_wanted(view, space->columns, space->rows);

	if (wanted <= usual)
		return usual;
	if (layout_transcript_most(space->rows, view->ladder) < space->rows)
		return clamp(wanted, usual, layout_transcript_most(space->rows, view->ladder));
	return wanted + WIRE_LEAST > space->rows ? space->rows : wanted;
}

/* What stands in the wire's place is to be seen whole, and the last lines stay in sight beside it. */
static size_t rows_beside(const struct view *view, const struct space *space, const struct opened *instead, size_t rows)
{
	size_t wanted = 0;

	for (size_t i = 0; i < instead->count; i++)
		wanted += rows_wanted(view, instead->panes[i], space->columns);
	if (rows + wanted <= space->rows)
		return rows;
	return clamp(space->rows > wanted ? space->rows - wanted : 0, rows < LINES_KEPT ? rows : LINES_KEPT, rows);
}

static void place_left(struct layout *layout, const struct view *view, const struct desk *desk, struct space space,
		       const struct opened *instead)
{
	size_t count = instead->count;
	bool wire = is_open(desk, PANE_wire, view_has_wire(view->world)) && count == 0;
	size_t rows = wire || count > 0 ? transcript_rows(view, &space) : space.rows;

	if (count > 0 && space.rows - rows < WIRE_LEAST)
		rows = clamp(space.rows / 3, TRANSCRIPT_LEAST, space.rows);
	if (count > 0)
		rows = rows_beside(view, &space, instead, rows);
	if (space.rows - rows < WIRE_LEAST)
		rows = space.rows;
	if (wire && rows < space.rows)
		place(layout, PANE_wire, &space, space.rows - rows);
	if (count > 0 && rows < space.rows) {
		struct space upper = space;

		upper.rows -= rows;
		stack(layout, view, upper, instead);
		space.row += upper.rows;
		space.rows = rows;
	}
	place(layout, PANE_transcript, &space, space.rows);
}

static void place_lower(struct layout *layout, const struct view *view, const struct desk *desk, struct space space,
			bool large)
{
	struct opened open = open_extras(desk, large), none = { .count = 0 };
	struct space right = space;

	if (space.columns < LAYOUT_WIDE || open.count == 0) {
		bring_focus_forward(desk, &open);
		place_left(layout, view, desk, space, &open);
		return;
	}
	right.columns = RIGHT_WIDTH;
	right.column = space.columns - RIGHT_WIDTH;
	space.columns -= RIGHT_WIDTH;
	stack(layout, view, right, &open);
	place_left(layout, view, desk, space, &none);
}

/* Two fifths of the room at most; but two rows of boxes, where there is one more and the screen is not a small one. */
static size_t sides_rows(const struct view *view, const struct space *space)
{
	size_t most = clamp(space->rows * 2 / 5, SIDES_LEAST, space->rows);

	if (most < SIDES_TWO_ROWS && space->rows >= 2 * (size_t)SIDES_TWO_ROWS &&
	    pane_sides_levels(view, space->columns) > 1)
		most = SIDES_TWO_ROWS;
	return clamp(pane_sides_rows(view, space->columns), SIDES_USUAL, most);
}

void layout_init(struct layout *layout, size_t rows, size_t columns, const struct view *view, const struct desk *desk)
{
	bool large = columns >= LAYOUT_WIDE && rows >= LAYOUT_TALL;
	struct space space = { .row = 1, .columns = columns };

	*layout = (struct layout){ .small = columns < LAYOUT_COLUMNS || rows < LAYOUT_ROWS };
	if (layout->small)
		return;
	space.rows = rows - ROWS_OF_LINES;
	if (is_open(desk, PANE_help, false) || desk->zoomed) {
		place(layout, desk->zoomed ? desk->focus : PANE_help, &space, space.rows);
		return;
	}
	place(layout, PANE_sides, &space, sides_rows(view, &space));
	place_lower(layout, view, desk, space, large);
}

bool layout_shows(const struct layout *layout, enum pane pane)
{
	return layout->panes[pane].rows > 0;
}
