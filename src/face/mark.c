#include "face/mark.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

const char *mark_find(const char *text, const char *needle)
{
	return needle == NULL || needle[0] == '\0' ? NULL : strcasestr(text, needle);
}

void mark_matches(const struct area *area, size_t row, size_t column, const char *text, const char *needle)
{
	for (const char *at = text; (at = mark_find(at, needle)) != NULL; at += strlen(needle)) {
		char *before = xstrndup(text, (size_t)(at - text)), *match = xstrndup(at, strlen(needle));
		size_t begin = column + canvas_width_of(area->canvas, before);

		area_tint_part(area, row, begin, canvas_width_of(area->canvas, match), STYLE_MATCH);
		free(before);
		free(match);
	}
}
