#include "face/completion.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "face/cells.h"

enum { GAP = 2 };

void completion_init(struct completion *completion)
{
	*completion = (struct completion){ .append = ' ' };
}

static void release_candidate(struct candidate *candidate)
{
	free(candidate->text);
	free(candidate->help);
}

void completion_release(struct completion *completion)
{
	for (size_t i = 0; i < completion->count; i++)
		release_candidate(&completion->items[i]);
	free(completion->items);
	*completion = (struct completion){ 0 };
}

void completion_add(struct completion *completion, const char *text, const char *help)
{
	struct candidate *candidate;

	completion->items =
		array_grow(completion->items, completion->count, &completion->room, sizeof(*completion->items));
	candidate = &completion->items[completion->count++];
	candidate->text = xstrdup(text);
	candidate->help = help ? xstrdup(help) : NULL;
}

static bool is_among(const struct candidate *items, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++)
		if (string_is(items[i].text, text))
			return true;
	return false;
}

/* Does a further word stand behind it, or does it go on? A side's prefix, "server:", is followed by white space. */
static bool goes_on(const struct completion *completion, const char *text)
{
	char last = *text == '\0' ? '\0' : text[strlen(text) - 1];

	if (last == ':' && completion->begin == 0)
		return false;
	return last != '\0' && strchr(":=/[{(|,@#.", last) != NULL;
}

void completion_filter(struct completion *completion, const char *beginning, size_t len)
{
	size_t kept = 0;

	for (size_t i = 0; i < completion->count; i++) {
		struct candidate *candidate = &completion->items[i];

		if (strncmp(candidate->text, beginning, len) != 0 ||
		    is_among(completion->items, kept, candidate->text))
			release_candidate(candidate);
		else
			completion->items[kept++] = *candidate;
	}
	completion->count = kept;
	if (kept == 1 && goes_on(completion, completion->items[0].text))
		completion->append = '\0';
}

static size_t common_len(const char *a, const char *b, size_t most)
{
	size_t len = 0;

	while (len < most && a[len] != '\0' && a[len] == b[len])
		len++;
	return len;
}

size_t completion_common(const struct completion *completion)
{
	if (completion->count == 0)
		return 0;
	const char *first = completion->items[0].text;
	size_t len = strlen(first);
	for (size_t i = 1; i < completion->count; i++)
		len = common_len(first, completion->items[i].text, len);
	/* Back to where a character begins: a continuation byte of UTF-8 does not begin one. */
	while (len > 0 && ((unsigned char)first[len] & 0xc0) == 0x80)
		len--;
	return len;
}

/* ---- the list ---- */

struct grid {
	size_t count;   /* of candidates shown */
	size_t lines;   /* that they take */
	size_t width;   /* cells of a column */
	size_t columns; /* the terminal's */
	bool has_help;
};

static struct grid measure(const struct completion *completion, size_t columns, size_t rows)
{
	struct grid grid = { .count = completion->count, .columns = columns };
	size_t beside = 1;

	for (size_t i = 0; i < completion->count; i++) {
		size_t cells = cells_of(completion->items[i].text, strlen(completion->items[i].text)) + GAP;

		grid.width = cells > grid.width ? cells : grid.width;
		grid.has_help = grid.has_help || completion->items[i].help;
	}
	if (!grid.has_help && grid.width > 0 && (columns + GAP) / grid.width > 1)
		beside = (columns + GAP) / grid.width;
	grid.lines = (grid.count + beside - 1) / beside;
	if (grid.lines > rows) {
		grid.lines = rows > 1 ? rows - 1 : 0;
		grid.count = grid.lines * beside;
	}
	return grid;
}

/* At most `room` cells; the number that it took. */
static size_t add_cut(struct text *out, const char *text, size_t room)
{
	size_t len = cells_cut(text, strlen(text), room);

	text_add_bytes(out, text, len);
	return cells_of(text, len);
}

static void add_blanks(struct text *out, size_t count)
{
	while (count-- > 0)
		text_add_char(out, ' ');
}

static void add_line(struct text *out, const struct completion *completion, const struct grid *grid, size_t line)
{
	size_t used = 0;
	size_t blanks = 0;

	for (size_t i = line; i < grid->count; i += grid->lines) {
		add_blanks(out, blanks);
		size_t cells = add_cut(out, completion->items[i].text, grid->columns - used);
		used += cells + (grid->width - cells);
		blanks = grid->width - cells;
		if (used >= grid->columns)
			break;
		if (completion->items[i].help) {
			add_blanks(out, blanks);
			add_cut(out, completion->items[i].help, grid->columns - used);
			break;
		}
	}
	text_add_char(out, '\n');
}

void completion_list(struct text *out, const struct completion *completion, size_t columns, size_t rows)
{
	struct grid grid = measure(completion, columns > 0 ? columns : 1, rows > 0 ? rows : 1);
	char *more;

	for (size_t line = 0; line < grid.lines; line++)
		add_line(out, completion, &grid, line);
	if (grid.count == completion->count)
		return;
	more = text_format("(%zu more)", completion->count - grid.count);
	add_cut(out, more, grid.columns);
	text_add_char(out, '\n');
	free(more);
}
