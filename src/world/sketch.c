#include "world/sketch.h"

#include <string.h>

static const char *const marks_utf8[SKETCH_MARK_COUNT] = { "│", "─", "├", "┤", "┼", "▶", "◀", "✗" };
static const char *const marks_ascii[SKETCH_MARK_COUNT] = { "|", "-", "|", "|", "+", ">", "<", "X" };

void sketch_init(struct sketch *sketch, size_t width, bool utf8)
{
	static const struct sketch_cell blank = { " " };

	sketch->width = width;
	sketch->utf8 = utf8;
	sketch->marks = utf8 ? marks_utf8 : marks_ascii;
	for (size_t i = 0; i < width; i++)
		sketch->cells[i] = blank;
}

/* Bytes of the character that begins here. */
static size_t character_len(const char *text)
{
	size_t len = 1;

	while (len < 4 && (text[len] & 0xc0) == 0x80)
		len++;
	return len;
}

size_t sketch_columns(const char *text)
{
	size_t columns = 0;

	for (; *text != '\0'; text += character_len(text))
		columns++;
	return columns;
}

/* What stands for a character beyond ASCII where only that may be shown. */
static char plain_character(const char *text)
{
	if (strncmp(text, "×", 2) == 0)
		return 'x';
	return strncmp(text, "·", 2) == 0 ? '-' : strncmp(text, "…", 3) == 0 ? '.' : '?';
}

void sketch_put(struct sketch *sketch, size_t at, size_t end, const char *text)
{
	for (; *text != '\0' && at < end && at < sketch->width; at++) {
		size_t len = character_len(text);
		struct sketch_cell *cell = &sketch->cells[at];

		*cell = (struct sketch_cell){ { 0 } };
		if (len > 1 && !sketch->utf8)
			cell->bytes[0] = plain_character(text);
		else
			memcpy(cell->bytes, text, len);
		text += len;
	}
}

void sketch_put_ending(struct sketch *sketch, size_t at, size_t end, const char *text)
{
	size_t columns = sketch_columns(text);

	sketch_put(sketch, end > at + columns ? end - columns : at, end, text);
}

void sketch_put_mark(struct sketch *sketch, size_t at, enum sketch_mark mark)
{
	sketch_put(sketch, at, at + 1, sketch->marks[mark]);
}

bool sketch_is_blank(const struct sketch *sketch, size_t at)
{
	return string_is(sketch->cells[at].bytes, " ");
}

void sketch_write(const struct sketch *sketch, struct text *out)
{
	size_t used = sketch->width;

	while (used > 0 && sketch_is_blank(sketch, used - 1))
		used--;
	for (size_t i = 0; i < used; i++)
		text_add(out, sketch->cells[i].bytes);
}

void sketch_cut(struct text *text, size_t room)
{
	size_t at = 0, columns = 0;

	if (sketch_columns(text->data) <= room)
		return;
	while (columns + 1 < room) {
		at += character_len(text->data + at);
		columns++;
	}
	text_cut(text, at);
	if (room > 0)
		text_add(text, "…");
}
