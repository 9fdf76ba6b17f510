#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "drive.h"
#include "pattern.h"
#include "verbs.h"

/* Whole screens, compared with what was remembered or with a file. What differs from run to run is masked. */

bool verb_mask(struct drive *drive, char *words)
{
	const char *end;

	drive->masks = array_grow(drive->masks, drive->mask_count, &drive->mask_room, sizeof(*drive->masks));
	if (!read_regex(&drive->masks[drive->mask_count].regex, words, &end, &drive->message))
		return false;
	drive->masks[drive->mask_count].fill = end[0] == ' ' && end[1] != '\0' ? end[1] : '*';
	drive->masks[drive->mask_count++].as_one = end[0] == ' ' && end[1] != '\0' && end[2] == '+';
	return true;
}

static size_t characters_in(const char *text, size_t len)
{
	size_t count = 0;

	for (size_t i = 0; i < len; i++)
		count += (text[i] & 0xc0) != 0x80;
	return count;
}

static void add_masked(struct text *out, const char *row, const struct mask *mask)
{
	regmatch_t match[2];
	int flags = 0;

	while (*row != '\0' && regexec(&mask->regex, row, 2, match, flags) == 0 && match[0].rm_eo > 0) {
		const regmatch_t *hidden = match[1].rm_so >= 0 ? &match[1] : &match[0];

		text_add_bytes(out, row, (size_t)hidden->rm_so);
		size_t count = characters_in(row + hidden->rm_so, (size_t)(hidden->rm_eo - hidden->rm_so));

		for (size_t i = mask->as_one ? 1 : count; i > 0; i--)
			text_add_char(out, mask->fill);
		text_add_bytes(out, row + hidden->rm_eo, (size_t)(match[0].rm_eo - hidden->rm_eo));
		row += match[0].rm_eo;
		flags = REG_NOTBOL;
	}
	text_add(out, row);
}

/* Where the kernel's numbers decide where a line is folded: what goes on in the next row, which panes indent by four,
 * is joined, and of empty rows one remains. */
static void unfold(struct text *screen)
{
	static const char further[] = "\n    ";
	char *to = screen->data;

	for (const char *from = screen->data; *from != '\0'; from++) {
		if (string_starts_with(from, further)) {
			*to++ = ' ';
			from += strlen(further) - 1;
		} else if (!string_starts_with(from, "\n\n\n")) {
			*to++ = *from;
		}
	}
	*to = '\0';
	screen->len = (size_t)(to - screen->data);
}

static void add_masked_by_all(struct text *out, const struct drive *drive, const char *row, size_t len)
{
	struct text text, masked;

	text_init(&text);
	text_init(&masked);
	text_add_bytes(&text, row, len);
	for (size_t i = 0; i < drive->mask_count; i++) {
		text_clear(&masked);
		add_masked(&masked, text.data, &drive->masks[i]);
		text_clear(&text);
		text_add(&text, masked.data);
	}
	text_add(out, text.data);
	text_release(&text);
	text_release(&masked);
}

static void add_screen(struct drive *drive, bool unfolded, struct text *out)
{
	struct text screen;

	text_init(&screen);
	for (int i = 0; i < drive->terminal.rows; i++) {
		terminal_row(&drive->terminal, i, 0, drive->terminal.columns, &screen);
		text_add_char(&screen, '\n');
	}
	if (unfolded)
		unfold(&screen);
	for (const char *row = screen.data; *row != '\0'; row += strcspn(row, "\n") + 1) {
		add_masked_by_all(out, drive, row, strcspn(row, "\n"));
		text_add_char(out, '\n');
	}
	text_release(&screen);
}

struct expectation {
	const struct text *screen;
	bool unfolded;
};

static bool screen_is(struct drive *drive, void *context)
{
	const struct expectation *expected = context;
	struct text screen;
	bool is;

	text_init(&screen);
	add_screen(drive, expected->unfolded, &screen);
	is = string_is(screen.data, expected->screen->data);
	text_release(&screen);
	return is;
}

bool verb_remember(struct drive *drive, char *words)
{
	(void)words;
	text_clear(&drive->remembered);
	add_screen(drive, false, &drive->remembered);
	return true;
}

static void say_difference(struct drive *drive, const char *expected)
{
	drive_say("expected |", expected);
	text_add(&drive->message, "the screen is another (above it: what was expected)");
}

bool verb_same(struct drive *drive, char *words)
{
	bool ok = drive_wait(drive, screen_is, &(struct expectation){ &drive->remembered, false });

	(void)words;
	if (!ok)
		say_difference(drive, drive->remembered.data);
	return ok;
}

static bool is_quiet(struct drive *drive, void *context)
{
	(void)context;
	return !terminal_read(&drive->terminal, 700);
}

static bool write_screen(struct drive *drive, const char *path, bool unfolded)
{
	struct text screen;
	FILE *file;
	bool ok;

	drive_wait(drive, is_quiet, NULL);
	text_init(&screen);
	add_screen(drive, unfolded, &screen);
	file = fopen(path, "we");
	ok = file != NULL && fputs(screen.data, file) >= 0;
	if (file != NULL)
		ok = fclose(file) == 0 && ok;
	if (!ok)
		text_addf(&drive->message, "%s: %s", path, strerror(errno));
	text_release(&screen);
	return ok;
}

bool verb_matches(struct drive *drive, char *words)
{
	char *path, *option = words + strcspn(words, " ");
	const char *update = getenv("SOCKSTEP_UPDATE_SCREENS");
	bool unfolded = string_is(option, " unfolded"), ok;
	struct text expected;

	*option = '\0';
	path = text_format("%s/expected/%s.txt", drive->here, words);
	text_init(&expected);
	if (update != NULL && update[0] == '1')
		ok = write_screen(drive, path, unfolded);
	else
		ok = drive_read_file(drive, path, &expected) &&
		     drive_wait(drive, screen_is, &(struct expectation){ &expected, unfolded });
	if (!ok && expected.len > 0)
		say_difference(drive, expected.data);
	text_release(&expected);
	free(path);
	return ok;
}
