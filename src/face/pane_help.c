#include "face/panes.h"

#include "face/lines.h"

/* The keys, from their table, and where else to look. */

static const char *const words[] = {
	"TAB completes, on an empty line lists what makes sense next; Enter alone repeats the last step.",
	"`help` lists the calls and commands, `help connect` says how one is used, `why` explains the last result.",
	"`lesson` lists the lessons; `screenshot FILE` writes this screen as .txt, .ans or .svg; `quit` ends.",
	"Keys may be bound anew in ~/.inputrc, between `$if sockstep` and `$endif`, by their names: sockstep-step.",
};

enum { WORD_COUNT = sizeof(words) / sizeof(words[0]), SECOND_AT = 13, HELP_AT = 24 };

static void add_words(struct lines *lines)
{
	lines_add_whole(lines, STYLE_PLAIN, "");
	for (size_t i = 0; i < WORD_COUNT; i++)
		lines_add(lines, STYLE_FAINT, words[i]);
}

size_t pane_help_rows(const struct view *view, size_t columns)
{
	struct lines lines;
	size_t rows;

	(void)view;
	lines_init(&lines, columns > 4 ? columns - 4 : columns);
	add_words(&lines);
	rows = ACTION_COUNT + lines.count;
	lines_release(&lines);
	return rows;
}

static void draw_action(const struct area *area, size_t row, enum action action)
{
	const struct action_spec *spec = action_spec(action);
	size_t column;

	area_put(area, row, 1, STYLE_KEY, spec->key);
	area_put(area, row, SECOND_AT, STYLE_KEY, spec->second);
	column = area_put(area, row, HELP_AT, STYLE_PLAIN, spec->help);
	if (area->columns > 96)
		area_put_right(area, row, column + 2, STYLE_FAINT, spec->name);
}

void pane_help_draw(const struct view *view, const struct area *area, size_t scroll)
{
	size_t row = 0;
	struct lines lines;
	struct area rest;

	for (; row < area->rows && scroll + row < ACTION_COUNT; row++)
		draw_action(area, row, (enum action)(scroll + row));
	lines_init(&lines, area->columns > 2 ? area->columns - 2 : area->columns);
	add_words(&lines);
	rest = area_part(area, row, 0, area->rows - row, area->columns);
	lines_draw(&lines, &rest, scroll > ACTION_COUNT ? scroll - ACTION_COUNT : 0, view->needle);
	lines_release(&lines);
}
