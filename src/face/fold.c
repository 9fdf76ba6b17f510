#include "face/fold.h"

#include <ctype.h>
#include <string.h>

#include "face/cells.h"

enum { INDENT = 2 };

void fold_init(struct fold *fold, const char *line, size_t columns, size_t indent)
{
	*fold = (struct fold){ .rest = line, .columns = columns > 0 ? columns : 1 };
	/* In few columns there is no room for it. */
	fold->indent = indent <= columns / 4 ? indent : 0;
}

/* [time] SIDE: NAME( */
static bool is_call(const char *line)
{
	const char *at = line + strspn(line, " 0123456789.");
	size_t side = strcspn(at, ": \033"), name;

	if (side == 0 || at[side] != ':' || at[side + 1] != ' ')
		return false;
	at += side + 2;
	for (name = 0; isalnum((unsigned char)at[name]) || at[name] == '_'; name++)
		;
	return name > 0 && at[name] == '(';
}

void fold_init_printed(struct fold *fold, const char *line, size_t columns)
{
	bool call = is_call(line);
	const char *quote = strrchr(line, '"');

	fold_init(fold, line, columns, call ? 0 : strspn(line, " ") + INDENT);
	fold->exact_until = !call ? NULL : quote == NULL ? line : quote;
}

/* ESC [ ... m; 0: another character stands there. */
static size_t colour_length(const char *text)
{
	size_t len;

	if (text[0] != '\033' || text[1] != '[')
		return 0;
	len = 2 + strspn(text + 2, "0123456789;");
	return text[len] == 'm' ? len + 1 : 0;
}

static struct cell_step step_of(const char *text)
{
	enum { CHARACTER_MOST = 8 };
	size_t len = colour_length(text);

	return len > 0 ? (struct cell_step){ .len = len } : cells_of_first(text, strnlen(text, CHARACTER_MOST));
}

/* Of the first word. */
static size_t word_cells(const char *text)
{
	size_t cells = 0;

	for (size_t at = strspn(text, " "); text[at] != '\0' && text[at] != ' ';) {
		struct cell_step step = step_of(text + at);

		cells += step.cells;
		at += step.len;
	}
	return cells;
}

/* Where the row ends that has so much room: behind its last character, or at the space before a word that is not
 * whole, but would be in the next row. */
static size_t end_at_words(const struct fold *fold, size_t room)
{
	const char *text = fold->rest;
	size_t at = 0, used = 0, space = 0;
	bool word = false;

	for (struct cell_step step; text[at] != '\0'; at += step.len, used += step.cells) {
		step = step_of(text + at);
		if (text[at] == ' ' && word)
			space = at;
		word |= text[at] != ' ';
		if (used + step.cells > room && at > 0)
			break;
	}
	if (space == 0 || text[at] == '\0')
		return at;
	return word_cells(text + space) <= fold->columns - fold->indent ? space : at;
}

/* Behind the last character, or behind a space that stands shortly before it; in what is quoted it may be data. */
static size_t end_of_exact(const struct fold *fold, size_t room)
{
	enum { SHORTLY = 16 };
	const char *text = fold->rest;
	size_t at = 0, used = 0, behind = 0;

	for (struct cell_step step; text[at] != '\0'; at += step.len, used += step.cells) {
		step = step_of(text + at);
		if (used + step.cells > room && at > 0)
			return behind > 0 ? behind : at;
		if (text[at] == ' ' && text + at > fold->exact_until && used + SHORTLY > room)
			behind = at + 1;
	}
	return at;
}

bool fold_next(struct fold *fold, struct fold_row *row)
{
	size_t indent = fold->begun ? fold->indent : 0;

	if (fold->begun && *fold->rest == '\0')
		return false;
	fold->begun = true;
	*row = (struct fold_row){ .text = fold->rest, .indent = indent };
	if (fold->exact_until != NULL) {
		row->len = end_of_exact(fold, fold->columns);
		fold->rest += row->len;
	} else {
		row->len = end_at_words(fold, fold->columns - indent);
		fold->rest += row->len + strspn(fold->rest + row->len, " ");
	}
	return true;
}

size_t fold_count(struct fold fold)
{
	struct fold_row row;
	size_t count = 0;

	while (fold_next(&fold, &row))
		count++;
	return count;
}
