#include "session/script.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "session/expect.h"

/* ---- life ---- */

void script_init(struct script *script, const char *name)
{
	*script = (struct script){ .name = xstrdup(name) };
}

void variables_release(struct variables *variables)
{
	for (size_t i = 0; i < variables->count; i++) {
		free(variables->items[i].name);
		free(variables->items[i].value);
	}
	free(variables->items);
	*variables = (struct variables){ 0 };
}

void script_release(struct script *script)
{
	for (size_t i = 0; i < script->count; i++)
		free(script->lines[i].text);
	free(script->lines);
	free(script->name);
	variables_release(&script->arguments);
	*script = (struct script){ 0 };
}

/* ---- names with a value ---- */

const char *variable_value(const struct variables *variables, const char *name, size_t len)
{
	for (size_t i = variables->count; i-- > 0;)
		if (strlen(variables->items[i].name) == len && strncmp(variables->items[i].name, name, len) == 0)
			return variables->items[i].value;
	return NULL;
}

void variable_set(struct variables *variables, const char *name, const char *value)
{
	for (size_t i = 0; i < variables->count; i++)
		if (string_is(variables->items[i].name, name)) {
			free(variables->items[i].value);
			variables->items[i].value = xstrdup(value);
			return;
		}
	variables->items = array_grow(variables->items, variables->count, &variables->room, sizeof(*variables->items));
	variables->items[variables->count++] = (struct variable){ xstrdup(name), xstrdup(value) };
}

void script_add_argument(struct script *script, const char *value)
{
	char *name = text_format("%zu", script->arguments.count + 1);

	variable_set(&script->arguments, name, value);
	free(name);
}

static size_t name_len(const char *text)
{
	size_t len = 0;

	while (isalnum((unsigned char)text[len]) || text[len] == '_')
		len++;
	return len;
}

void script_substitute(struct text *out, const struct variables *arguments, const struct variables *names,
		       const struct script_line *line)
{
	for (size_t at = 0; at < line->len;) {
		const char *name = line->text + at + 1, *value = NULL;
		size_t len = 0;

		if (line->text[at] == '$') {
			len = name_len(name);
			value = names == NULL ? NULL : variable_value(names, name, len);
			if (value == NULL)
				value = variable_value(arguments, name, len);
		}
		if (value == NULL) {
			text_add_char(out, line->text[at++]);
			continue;
		}
		text_add(out, value);
		at += len + 1;
	}
}

/* ---- lines ---- */

static enum line_kind kind_of(const char *text)
{
	static const struct {
		const char *word;
		enum line_kind kind;
	} words[] = {
		{ "repeat", LINE_REPEAT }, { "for", LINE_FOR }, { "if", LINE_IF },
		{ "else", LINE_ELSE },     { "end", LINE_END },
	};
	size_t len;

	text += strspn(text, " \t");
	len = name_len(text);
	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (strlen(words[i].word) == len && strncmp(words[i].word, text, len) == 0 &&
		    (text[len] == '\0' || text[len] == ' ' || text[len] == '\t'))
			return words[i].kind;
	return LINE_PLAIN;
}

static void add_line(struct script *script, const char *text, size_t len, int number)
{
	struct script_line *line;

	if (len > 0 && text[len - 1] == '\r')
		len--;
	script->lines = array_grow(script->lines, script->count, &script->room, sizeof(*script->lines));
	line = &script->lines[script->count++];
	*line = (struct script_line){ .text = xstrndup(text, len), .len = len, .number = number };
	line->kind = kind_of(line->text);
}

void script_add_text(struct script *script, const char *text, size_t len)
{
	int number = script->count == 0 ? 0 : script->lines[script->count - 1].number;

	while (len > 0) {
		const char *newline = memchr(text, '\n', len);
		size_t line = newline == NULL ? len : (size_t)(newline - text);

		add_line(script, text, line, ++number);
		line += newline != NULL;
		text += line;
		len -= line;
	}
}

/* Where a statement ends: at a ; outside of a string. */
static size_t statement_len(const char *text)
{
	bool quoted = false;
	size_t len = 0;

	for (; text[len] != '\0' && (quoted || text[len] != ';'); len++) {
		if (text[len] == '"')
			quoted = !quoted;
		else if (quoted && text[len] == '\\' && text[len + 1] != '\0')
			len++;
	}
	return len;
}

void script_add_statements(struct script *script, const char *text)
{
	int number = (int)script->count;
	bool at_end;

	do {
		size_t len = statement_len(text);

		add_line(script, text, len, ++number);
		text += len;
		at_end = *text != ';';
		text += !at_end;
		text += strspn(text, " \t");
	} while (!at_end);
}

bool script_read(struct script *script, const char *path, struct text *message)
{
	struct text bytes;
	bool ok;

	text_init(&bytes);
	ok = file_read_whole(path, SCRIPT_BYTES_MAX, &bytes, message);
	if (ok)
		script_add_text(script, bytes.data, bytes.len);
	text_release(&bytes);
	return ok;
}

/* ---- the heads of blocks ---- */

static const char *behind_word(const char *text)
{
	text += strspn(text, " \t");
	text += strcspn(text, " \t");
	return text + strspn(text, " \t");
}

bool script_repeat_count(const char *text, long *count)
{
	const char *number = behind_word(text);
	char *end;

	*count = strtol(number, &end, 10);
	end += strspn(end, " \t");
	return end != number && (*end == '\0' || *end == '#') && *count >= 0 && *count <= SCRIPT_REPEAT_MAX;
}

static char *take_word(const char **text)
{
	size_t len = strcspn(*text, " \t");
	char *word = xstrndup(*text, len);

	*text += len;
	*text += strspn(*text, " \t");
	return word;
}

bool script_for_word(const char *text, size_t index, char **name, char **word)
{
	const char *at = behind_word(text);
	char *in;
	bool ok;

	*name = take_word(&at);
	in = take_word(&at);
	ok = name_len(*name) == strlen(*name) && **name != '\0' && string_is(in, "in");
	free(in);
	*word = take_word(&at);
	while (index-- > 0 && **word != '\0') {
		free(*word);
		*word = take_word(&at);
	}
	if (ok && **word != '\0')
		return true;
	free(*name);
	free(*word);
	return false;
}

const char *script_line_heading(const struct script_line *line)
{
	return strncmp(line->text, "## ", 3) == 0 ? line->text + 3 : NULL;
}

const char *script_if_text(const char *text)
{
	return behind_word(text);
}

/* ---- understanding it all ---- */

static void tell_mistake(struct session *session, const struct script *script, const struct script_line *line,
			 int column, const char *text)
{
	struct event event;

	event_init(&event, EVENT_error);
	event.error.text = xstrdup(text);
	event.error.file = xstrdup(script->name);
	event.error.line = line->number;
	event.error.column = column;
	event.error.source = xstrdup(line->text);
	session_emit(session, &event);
}

static bool begins_block(enum line_kind kind)
{
	return kind == LINE_REPEAT || kind == LINE_FOR || kind == LINE_IF;
}

/* Joins the line that closes to the one that is open; false if that one cannot be closed so. */
static bool close_block(struct script *script, size_t open, size_t at)
{
	struct script_line *head = &script->lines[open], *line = &script->lines[at];

	if (line->kind == LINE_ELSE && head->kind != LINE_IF)
		return false;
	head->partner = at;
	line->partner = head->kind == LINE_ELSE ? head->partner : open;
	return true;
}

static bool find_blocks(struct script *script, struct session *session)
{
	size_t open[SCRIPT_BLOCKS_MAX], depth = 0;

	for (size_t i = 0; i < script->count; i++) {
		struct script_line *line = &script->lines[i];
		const char *mistake = NULL;

		if (begins_block(line->kind) && depth == SCRIPT_BLOCKS_MAX)
			mistake = "blocks stand in blocks at most 16 deep";
		else if (begins_block(line->kind))
			open[depth++] = i;
		else if (line->kind != LINE_PLAIN && (depth == 0 || !close_block(script, open[depth - 1], i)))
			mistake = line->kind == LINE_END ? "there is no repeat, for or if that this could end"
							 : "there is no if that this belongs to";
		else if (line->kind == LINE_END)
			depth--;
		else if (line->kind == LINE_ELSE)
			open[depth - 1] = i;
		if (mistake != NULL) {
			tell_mistake(session, script, line, 0, mistake);
			return false;
		}
	}
	if (depth > 0)
		tell_mistake(session, script, &script->lines[open[depth - 1]], 0, "the `end` of this block is missing");
	return depth == 0;
}

static bool check_if(const char *text, struct mistake *mistake)
{
	const char *wanted = script_if_text(text);
	struct expectation expectation;

	if (!expectation_read(&expectation, wanted, mistake)) {
		mistake->column += (int)(wanted - text);
		return false;
	}
	expectation_release(&expectation);
	return true;
}

/* While it is checked, the name of a `for` stands for its first word. */
static bool check_for(const char *text, struct variables *names, struct mistake *mistake)
{
	char *name, *word;

	if (!script_for_word(text, 0, &name, &word)) {
		text_add(&mistake->text, "it is written so: for NAME in WORD WORD…");
		return false;
	}
	variable_set(names, name, word);
	free(name);
	free(word);
	return true;
}

static bool check_line(const struct script_line *line, const struct text *text, struct variables *names,
		       struct mistake *mistake)
{
	long count;

	switch (line->kind) {
	case LINE_PLAIN:
		return session_check(text->data, text->len, mistake);
	case LINE_REPEAT:
		if (script_repeat_count(text->data, &count))
			return true;
		text_addf(&mistake->text, "it is written so: repeat N, N up to %d", SCRIPT_REPEAT_MAX);
		return false;
	case LINE_FOR:
		return check_for(text->data, names, mistake);
	case LINE_IF:
		return check_if(text->data, mistake);
	case LINE_ELSE:
	case LINE_END:
		return true;
	}
	return true;
}

bool script_check(struct script *script, struct session *session)
{
	struct variables names = { 0 };
	bool ok = find_blocks(script, session);

	for (size_t i = 0; i < script->count; i++) {
		struct mistake mistake;
		struct text text;

		mistake_init(&mistake);
		text_init(&text);
		script_substitute(&text, &script->arguments, &names, &script->lines[i]);
		if (!check_line(&script->lines[i], &text, &names, &mistake)) {
			tell_mistake(session, script, &script->lines[i], mistake.column, mistake.text.data);
			ok = false;
		}
		text_release(&text);
		mistake_release(&mistake);
	}
	variables_release(&names);
	return ok;
}
