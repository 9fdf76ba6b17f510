#include "session/place.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* The line up to the cursor. */
struct reader {
	const char *line;
	size_t at, point;
};

static char peek(const struct reader *reader, size_t at)
{
	return at < reader->point ? reader->line[at] : '\0';
}

static bool is_word_char(char character)
{
	return isalnum((unsigned char)character) || (character != '\0' && strchr("_.-", character) != NULL);
}

static void skip_space(struct reader *reader)
{
	while (peek(reader, reader->at) == ' ' || peek(reader, reader->at) == '\t')
		reader->at++;
}

static size_t word_end(const struct reader *reader)
{
	size_t end = reader->at;

	while (is_word_char(peek(reader, end)))
		end++;
	return end;
}

/* "server: " */
static void read_side(struct place *place, struct reader *reader)
{
	size_t end = word_end(reader);

	if (end == reader->at || peek(reader, end) != ':' ||
	    (peek(reader, end + 1) != ' ' && peek(reader, end + 1) != '\t'))
		return;
	place->side = xstrndup(reader->line + reader->at, end - reader->at);
	reader->at = end + 1;
	skip_space(reader);
}

/* "s = " */
static void read_name(struct place *place, struct reader *reader)
{
	struct reader after = *reader;

	after.at = word_end(reader);
	if (after.at == reader->at)
		return;
	skip_space(&after);
	if (peek(&after, after.at) != '=')
		return;
	after.at++;
	skip_space(&after);
	place->named = true;
	*reader = after;
}

static bool read_verb(struct place *place, struct reader *reader)
{
	size_t end = word_end(reader);
	char *verb = xstrndup(reader->line + reader->at, end - reader->at);

	place->command = command_find(verb, false, NULL);
	if (place->command == NULL)
		place->call = call_find(verb, true, NULL);
	if (place->command == NULL && place->call == NULL)
		place->command = command_find(verb, true, NULL);
	free(verb);
	reader->at = end;
	skip_space(reader);
	if (peek(reader, reader->at) == '(')
		reader->at++;
	return place->call != NULL || place->command != NULL;
}

/* ---- the arguments ---- */

/* What the characters so far amount to. */
struct scan {
	size_t token; /* where the argument begins that the cursor is in */
	size_t word;  /* and in it the word */
	size_t key;   /* where its key ends; 0: none */
	size_t element;
	int depth;
	bool quoted;
};

static bool is_key(const struct reader *reader, const struct scan *scan, size_t at)
{
	for (size_t i = scan->token; i < at; i++)
		if (!isalnum((unsigned char)peek(reader, i)) && peek(reader, i) != '_')
			return false;
	return at > scan->token;
}

static void begin_argument(struct scan *scan, size_t at)
{
	scan->token = scan->word = at;
	scan->key = 0;
}

static void take_separator(struct scan *scan, char character, size_t at)
{
	if (scan->depth == 0) {
		begin_argument(scan, at + 1);
		return;
	}
	if (character == ',')
		scan->element = 0;
	else if (at > scan->word)
		scan->element++;
	scan->word = at + 1;
}

static void take(struct scan *scan, const struct reader *reader, size_t at)
{
	char character = peek(reader, at);

	if (character == '"') {
		scan->quoted = true;
	} else if (character == '[' || character == '{') {
		scan->depth++;
		scan->element = 0;
		scan->word = at + 1;
	} else if (character == ']' || character == '}') {
		scan->depth -= scan->depth > 0;
	} else if (character == ' ' || character == '\t' || character == ',') {
		take_separator(scan, character, at);
	} else if (character == '=' && scan->depth == 0 && is_key(reader, scan, at)) {
		scan->key = at;
		scan->word = at + 1;
	}
}

static struct scan scan_arguments(const struct reader *reader)
{
	struct scan scan = { .token = reader->at, .word = reader->at };

	for (size_t at = reader->at; at < reader->point; at++) {
		char character = peek(reader, at);

		if (scan.quoted && character == '\\')
			at++;
		else if (scan.quoted)
			scan.quoted = character != '"';
		else
			take(&scan, reader, at);
	}
	return scan;
}

static bool read_arguments(struct place *place, const struct reader *reader)
{
	const struct scan scan = scan_arguments(reader);
	struct cursor cursor = { .line = reader->line + reader->at, .len = scan.token - reader->at };
	struct mistake mistake;
	bool ok;

	if (scan.quoted)
		return false;
	mistake_init(&mistake);
	ok = syntax_read_args(&place->args, &cursor, false, &mistake);
	mistake_release(&mistake);
	if (!ok)
		return false;
	if (scan.key > 0)
		place->key = xstrndup(reader->line + scan.token, scan.key - scan.token);
	place->in_list = scan.depth > 0;
	place->element = scan.element;
	place->begin = scan.word;
	return true;
}

bool place_find(struct place *place, const char *line, size_t point)
{
	struct reader reader = { .line = line, .point = point };

	*place = (struct place){ 0 };
	if (memchr(line, '\0', point) != NULL)
		return false;
	skip_space(&reader);
	read_side(place, &reader);
	read_name(place, &reader);
	place->begin = reader.at;
	if (word_end(&reader) != point && (!read_verb(place, &reader) || !read_arguments(place, &reader))) {
		place_release(place);
		return false;
	}
	place->word = xstrndup(line + place->begin, point - place->begin);
	return true;
}

void place_release(struct place *place)
{
	free(place->side);
	free(place->key);
	free(place->word);
	syntax_list_release(&place->args);
	*place = (struct place){ 0 };
}
