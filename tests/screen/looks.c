#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "contrast.h"
#include "drive.h"
#include "pattern.h"
#include "verbs.h"

/* How cells look: their attributes and colours, and whether these can be read. */

struct look {
	int row, column;         /* from 0; of a cell */
	struct pattern *pattern; /* or wherever that is found */
	char *words;
};

static bool colour_is(const VTermColor *colour, const char *name)
{
	bool is_default = VTERM_COLOR_IS_DEFAULT_FG(colour) || VTERM_COLOR_IS_DEFAULT_BG(colour);

	if (string_is(name, "default") || is_default)
		return is_default && string_is(name, "default");
	return VTERM_COLOR_IS_INDEXED(colour) && colour->indexed.idx == atoi(name);
}

static bool has_look(const VTermScreenCell *cell, const char *word)
{
	if (word[0] == '"')
		return cell->chars[0] == (uint32_t)(unsigned char)word[1];
	if (string_starts_with(word, "fg="))
		return colour_is(&cell->fg, word + 3);
	if (string_starts_with(word, "bg="))
		return colour_is(&cell->bg, word + 3);
	return (string_is(word, "bold") && cell->attrs.bold) || (string_is(word, "reverse") && cell->attrs.reverse) ||
	       (string_is(word, "underline") && cell->attrs.underline);
}

static bool has_looks(struct drive *drive, void *context)
{
	struct look *look = context;
	VTermScreenCell cell;
	char *words, *rest = NULL;
	bool has = true;

	if (look->pattern != NULL && !pattern_find(look->pattern, &drive->terminal, &look->row, &look->column))
		return false;
	if (!terminal_cell(&drive->terminal, look->row, look->column, &cell))
		return false;
	words = xstrdup(look->words);
	for (char *word = strtok_r(words, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest))
		has = has && (word[0] == '!' ? !has_look(&cell, word + 1) : has_look(&cell, word));
	free(words);
	return has;
}

static void add_colour(struct text *out, const char *name, const VTermColor *colour)
{
	if (VTERM_COLOR_IS_DEFAULT_FG(colour) || VTERM_COLOR_IS_DEFAULT_BG(colour))
		text_addf(out, " %s=default", name);
	else if (VTERM_COLOR_IS_INDEXED(colour))
		text_addf(out, " %s=%d", name, colour->indexed.idx);
	else
		text_addf(out, " %s=#%02x%02x%02x", name, colour->rgb.red, colour->rgb.green, colour->rgb.blue);
}

static bool tell_look(struct drive *drive, const struct look *look)
{
	VTermScreenCell cell;

	if (!terminal_cell(&drive->terminal, look->row, look->column, &cell))
		return false;
	text_addf(&drive->message, "cell %d,%d is U+%04X%s%s%s", look->row + 1, look->column + 1, cell.chars[0],
		  cell.attrs.bold ? " bold" : "", cell.attrs.reverse ? " reverse" : "",
		  cell.attrs.underline ? " underline" : "");
	add_colour(&drive->message, "fg", &cell.fg);
	add_colour(&drive->message, "bg", &cell.bg);
	return false;
}

bool verb_cell(struct drive *drive, char *words)
{
	struct look look = { .words = words + strcspn(words, " ") };

	if (sscanf(words, "%d,%d", &look.row, &look.column) != 2)
		return false;
	look.row--;
	look.column--;
	return drive_wait(drive, has_looks, &look) || tell_look(drive, &look);
}

bool verb_look(struct drive *drive, char *words)
{
	struct pattern pattern;
	struct look look = { .pattern = &pattern, .words = words };
	char *behind = strstr(words, " : ");
	bool ok;

	if (behind == NULL)
		return false;
	*behind = '\0';
	ok = pattern_read(&pattern, behind + 3, &drive->message) &&
	     (drive_wait(drive, has_looks, &look) || tell_look(drive, &look));
	pattern_release(&pattern);
	return ok;
}

static bool has_colour(struct drive *drive, void *context)
{
	const bool *wanted = context;
	VTermScreenCell cell;
	bool found = false;

	for (int row = 0; row < drive->terminal.rows; row++)
		for (int column = 0; terminal_cell(&drive->terminal, row, column, &cell); column++)
			found = found || !colour_is(&cell.fg, "default") || !colour_is(&cell.bg, "default");
	return found == *wanted;
}

bool verb_colours(struct drive *drive, char *words)
{
	bool wanted = string_is(words, "some");

	return drive_wait(drive, has_colour, &wanted);
}

/* ---- contrast ---- */

static struct rgb rgb_of(const VTermColor *colour, bool bright, struct rgb by_default)
{
	if (VTERM_COLOR_IS_DEFAULT_FG(colour) || VTERM_COLOR_IS_DEFAULT_BG(colour))
		return by_default;
	if (VTERM_COLOR_IS_INDEXED(colour))
		return rgb_of_index(colour->indexed.idx < 8 && bright ? colour->indexed.idx + 8 : colour->indexed.idx);
	return (struct rgb){ colour->rgb.red, colour->rgb.green, colour->rgb.blue };
}

static double contrast_of(const VTermScreenCell *cell, bool bright, bool light)
{
	static const struct rgb black = { 0, 0, 0 }, white = { 255, 255, 255 };

	return contrast_between(rgb_of(&cell->fg, bright, light ? black : white),
				rgb_of(&cell->bg, false, light ? white : black));
}

/* Many terminals show what is bold in the brighter of two colours; it is to be read there too. */
static double least_contrast(const VTermScreenCell *cell, const char *ground)
{
	double least = 21;

	for (int light = 0; light < 2; light++)
		for (int bright = 0; bright <= (int)cell->attrs.bold; bright++)
			if (string_is(ground, "both") || string_is(ground, light ? "light" : "dark"))
				least = fmin(least, contrast_of(cell, bright, light));
	return least;
}

bool verb_contrast(struct drive *drive, char *words)
{
	char *ground;
	double wanted = strtod(words, &ground);
	VTermScreenCell cell;

	ground += strspn(ground, " ");
	for (int row = 0; row < drive->terminal.rows; row++)
		for (int column = 0; terminal_cell(&drive->terminal, row, column, &cell); column++)
			if (cell.chars[0] > ' ' && least_contrast(&cell, ground) < wanted) {
				text_addf(&drive->message, "%.2f: ", least_contrast(&cell, ground));
				return tell_look(drive, &(struct look){ .row = row, .column = column });
			}
	return true;
}
