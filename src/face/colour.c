#include "face/colour.h"

#include <stdlib.h>
#include <string.h>

enum { DARK_GREY = 8 };

enum ground colour_ground(const char *colorfgbg, const char *term)
{
	const char *last = colorfgbg == NULL ? NULL : strrchr(colorfgbg, ';');
	char *end;
	long colour;

	if (last == NULL)
		return term != NULL && string_is(term, "linux") ? GROUND_DARK : GROUND_UNKNOWN;
	colour = strtol(last + 1, &end, 10);
	if (end == last + 1 || *end != '\0' || colour < 0 || colour > 15)
		return GROUND_UNKNOWN;
	return colour < 7 || colour == DARK_GREY ? GROUND_DARK : GROUND_LIGHT;
}

enum ground colour_ground_here(void)
{
	return colour_ground(getenv("COLORFGBG"), getenv("TERM"));
}

/* Black, red, green, yellow, blue, magenta, cyan, white: what stands for each. Green, yellow and cyan cannot be read on
 * white, blue not on black. */
static const signed char readable[GROUND_COUNT][8] = {
	[GROUND_UNKNOWN] = { -1, 1, 5, 5, -1, 5, -1, -1 },
	[GROUND_LIGHT] = { -1, 1, 4, 5, 4, 5, 4, -1 },
	[GROUND_DARK] = { -1, 1, 2, 3, 6, 5, 6, -1 },
};

int colour_of(const struct style_look *look, int colours, enum ground ground)
{
	if (colours >= 256)
		return look->colour_256;
	return colours < 8 || look->colour < 0 ? -1 : readable[ground][look->colour];
}
