#include "face/lines.h"

#include <string.h>

#include "face/fold.h"
#include "face/mark.h"

enum { INDENT = 3 };

void lines_init(struct lines *lines, size_t columns)
{
	*lines = (struct lines){ .columns = columns > 8 ? columns : 8 };
	text_init(&lines->text);
}

void lines_release(struct lines *lines)
{
	text_release(&lines->text);
}

void lines_add(struct lines *lines, enum style style, const char *text)
{
	struct fold fold;
	struct fold_row row;

	fold_init(&fold, text, lines->columns, INDENT);
	while (fold_next(&fold, &row)) {
		text_add_char(&lines->text, (char)('A' + (int)style));
		for (size_t i = 0; i < row.indent; i++)
			text_add_char(&lines->text, ' ');
		text_add_bytes(&lines->text, row.text, row.len);
		text_add_char(&lines->text, '\n');
		lines->count++;
	}
}

void lines_add_whole(struct lines *lines, enum style style, const char *text)
{
	text_addf(&lines->text, "%c%s\n", 'A' + (int)style, text);
	lines->count++;
}

static void draw_line(const struct area *area, size_t row, const char *line, size_t len, const char *needle)
{
	struct text text;

	text_init(&text);
	text_add_bytes(&text, line + 1, len - 1);
	area_put_cut(area, row, 1, (enum style)(line[0] - 'A'), text.data);
	mark_matches(area, row, 1, text.data, needle);
	text_release(&text);
}

void lines_draw(const struct lines *lines, const struct area *area, size_t scroll, const char *needle)
{
	const char *line = lines->text.data, *end;

	for (size_t row = 0; (end = strchr(line, '\n')) != NULL; line = end + 1, row++)
		if (row >= scroll && row - scroll < area->rows)
			draw_line(area, row - scroll, line, (size_t)(end - line), needle);
}
