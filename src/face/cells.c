#include "face/cells.h"

#include <stdbool.h>
#include <string.h>
#include <wchar.h>

struct cell_step cells_of_first(const char *text, size_t len)
{
	unsigned char first = (unsigned char)text[0];
	mbstate_t state = { 0 };
	wchar_t wide;

	if (first < 0x20 || first == 0x7f)
		return (struct cell_step){ .len = 1, .cells = 2 };
	size_t taken = mbrtowc(&wide, text, len, &state);
	if (taken == 0 || taken > len)
		return (struct cell_step){ .len = 1, .cells = 4 };
	int width = wcwidth(wide);
	return (struct cell_step){ .len = taken, .cells = width < 0 ? 1 : (size_t)width };
}

size_t cells_cut(const char *text, size_t len, size_t cells)
{
	size_t at = 0;

	while (at < len) {
		struct cell_step step = cells_of_first(text + at, len - at);

		if (step.cells > cells)
			break;
		cells -= step.cells;
		at += step.len;
	}
	return at;
}

size_t cells_of(const char *text, size_t len)
{
	size_t cells = 0;

	for (size_t at = 0; at < len;) {
		struct cell_step step = cells_of_first(text + at, len - at);

		cells += step.cells;
		at += step.len;
	}
	return cells;
}

size_t cells_rows(const char *text, size_t len, size_t width, size_t *column)
{
	size_t rows = 0;

	if (width == 0)
		return 0;
	for (size_t at = 0; at < len;) {
		struct cell_step step = cells_of_first(text + at, len - at);

		at += step.len;
		if (text[at - step.len] == '\n') {
			rows++;
			*column = 0;
			continue;
		}
		if (*column + step.cells > width && *column > 0) {
			rows++;
			*column = 0;
		}
		*column += step.cells;
	}
	if (*column >= width) {
		rows += *column / width;
		*column %= width;
	}
	return rows;
}
