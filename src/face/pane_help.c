#include "face/panes.h"

/* The keys, from their table, and where else to look. */

static const char *const words[] = {
	"",
	"TAB completes, on an empty line lists what makes sense next; Enter alone repeats the last step.",
	"`help` lists the calls and commands, `help connect` says how one is used, `why` explains the last result.",
	"`lesson` lists the lessons; `screenshot FILE` writes this screen as .txt, .ans or .svg; `quit` ends.",
	"Keys may be bound anew in ~/.inputrc, between `$if sockstep` and `$endif`, by the names behind them here.",
};

enum { WORD_COUNT = sizeof(words) / sizeof(words[0]) };

size_t pane_help_rows(const struct view *view, size_t columns)
{
	(void)view;
	(void)columns;
	return ACTION_COUNT + WORD_COUNT;
}

static void draw_action(const struct area *area, size_t row, enum action action)
{
	const struct action_spec *spec = action_spec(action);
	size_t column;

	area_put(area, row, 1, STYLE_KEY, spec->key);
	area_put(area, row, 10, STYLE_KEY, spec->second);
	column = area_put(area, row, 20, STYLE_PLAIN, spec->help);
	if (area->columns > 96)
		area_put_right(area, row, column + 2, STYLE_FAINT, spec->name);
}

void pane_help_draw(const struct view *view, const struct area *area, size_t scroll)
{
	(void)view;
	for (size_t row = 0; row < area->rows && scroll + row < ACTION_COUNT + WORD_COUNT; row++) {
		size_t at = scroll + row;

		if (at < ACTION_COUNT)
			draw_action(area, row, (enum action)at);
		else
			area_put_cut(area, row, 1, STYLE_FAINT, words[at - ACTION_COUNT]);
	}
}
