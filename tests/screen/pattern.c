#include "pattern.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void add_unescaped(struct text *out, const char *words)
{
	static const char letters[] = "enrts\\", meant[] = "\033\n\r\t \\";
	unsigned int byte;

	for (const char *at = words; *at != '\0'; at++) {
		const char *letter = at[0] == '\\' && at[1] != '\0' ? strchr(letters, at[1]) : NULL;

		if (letter != NULL) {
			text_add_char(out, meant[letter - letters]);
			at++;
		} else if (sscanf(at, "\\x%2x", &byte) == 1) {
			text_add_char(out, (char)byte);
			at += 3;
		} else {
			text_add_char(out, *at);
		}
	}
}

bool read_regex(regex_t *regex, const char *words, const char **end, struct text *message)
{
	const char *last = strrchr(words + 1, '/');
	char *expression, reason[200];
	int status;

	if (words[0] != '/' || last == NULL) {
		text_add(message, "no /expression/");
		return false;
	}
	expression = xstrndup(words + 1, (size_t)(last - words - 1));
	status = regcomp(regex, expression, REG_EXTENDED);
	free(expression);
	*end = last + 1;
	if (status == 0)
		return true;
	regerror(status, regex, reason, sizeof(reason));
	text_addf(message, "%s", reason);
	return false;
}

bool pattern_read(struct pattern *pattern, const char *words, struct text *message)
{
	int taken = 0, a, b;

	*pattern = (struct pattern){ .first_row = 1, .last_row = -1, .first_column = 1, .last_column = 1 << 20 };
	text_init(&pattern->text);
	if (sscanf(words, "row %d %n", &a, &taken) == 1 && taken > 0) {
		pattern->first_row = pattern->last_row = a;
		words += taken;
	} else if (sscanf(words, "rows %d to %d %n", &a, &b, &taken) == 2 && taken > 0) {
		pattern->first_row = a;
		pattern->last_row = b;
		words += taken;
	}
	if (sscanf(words, "columns %d to %d %n", &a, &b, &taken) == 2) {
		pattern->first_column = a;
		pattern->last_column = b;
		words += taken;
	}
	if (words[0] == '/' && words[1] != '\0') {
		pattern->is_regex = read_regex(&pattern->regex, words, &words, message);
		return pattern->is_regex;
	}
	add_unescaped(&pattern->text, words);
	return true;
}

void pattern_release(struct pattern *pattern)
{
	if (pattern->is_regex)
		regfree(&pattern->regex);
	text_release(&pattern->text);
}

/* The byte at which it begins; -1: nowhere. */
static long begin_in(const struct pattern *pattern, const struct text *row)
{
	regmatch_t match;
	const char *found;

	if (pattern->is_regex)
		return regexec(&pattern->regex, row->data, 1, &match, 0) == 0 ? (long)match.rm_so : -1;
	found = strstr(row->data, pattern->text.data);
	return found == NULL ? -1 : found - row->data;
}

static int column_of(const struct terminal *terminal, int row, int from, size_t byte)
{
	struct text before;
	int column = from;

	text_init(&before);
	while (column < terminal->columns) {
		text_clear(&before);
		terminal_row(terminal, row, from, column + 1, &before);
		if (before.len > byte)
			break;
		column++;
	}
	text_release(&before);
	return column;
}

bool pattern_find(const struct pattern *pattern, const struct terminal *terminal, int *row, int *column)
{
	int first = pattern->first_row > 0 ? pattern->first_row - 1 : terminal->rows + pattern->first_row;
	int last = pattern->last_row > 0 ? pattern->last_row - 1 : terminal->rows + pattern->last_row;
	struct text text;
	long byte = -1;

	text_init(&text);
	for (*row = first > 0 ? first : 0; *row <= last && *row < terminal->rows; ++*row) {
		text_clear(&text);
		terminal_row(terminal, *row, pattern->first_column - 1, pattern->last_column, &text);
		byte = begin_in(pattern, &text);
		if (byte >= 0)
			break;
	}
	if (byte >= 0)
		*column = column_of(terminal, *row, pattern->first_column - 1, (size_t)byte);
	text_release(&text);
	return byte >= 0;
}
