/*
 * What a test looks for on a screen: a text, or between slashes an extended regular expression (regex(7)), in all rows
 * or in some. Nothing but the expression is owned.
 */
#ifndef SOCKSTEP_TESTS_PATTERN_H
#define SOCKSTEP_TESTS_PATTERN_H

#include <regex.h>
#include <stdbool.h>

#include "terminal.h"

struct pattern {
	int first_row, last_row;       /* from 1; negative: from the last, which is -1 */
	int first_column, last_column; /* from 1 */
	bool is_regex;
	regex_t regex; /* (owned) */
	struct text text; /* (owned) */
};

/*
 * [row N | rows A to B] [columns A to B] TEXT or /REGEX/. In TEXT, \e \n \r \t \s (a space) \\ and \xHH are understood.
 * False: `message` says what is wrong. To be released in either case.
 */
bool pattern_read(struct pattern *pattern, const char *words, struct text *message);
void pattern_release(struct pattern *pattern);
/* Where it begins, from 0; false if it is not there. */
bool pattern_find(const struct pattern *pattern, const struct terminal *terminal, int *row, int *column);

/* Adds the text with its escapes replaced. */
void add_unescaped(struct text *out, const char *words);
/* Compiles /REGEX/; `end` is where it ends. */
bool read_regex(regex_t *regex, const char *words, const char **end, struct text *message);

#endif
