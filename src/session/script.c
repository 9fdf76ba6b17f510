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
	variable_push(variables, name, value);
}

void variable_push(struct variables *variables, const char *name, const char *value)
{
	variables->items = array_grow(variables->items, variables->count, &variables->room, sizeof(*variables->items));
	variables->items[variables->count++] = (struct variable){ xstrdup(name), xstrdup(value) };
}

void variable_pop(struct variables *variables)
{
	struct variable *last = &variables->items[--variables->count];

	free(last->name);
	free(last->value);
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

/* Some editors begin a file of UTF-8 with U+FEFF, which stands for nothing (RFC 3629, section 6). */
static size_t byte_order_mark_len(const char *text, size_t len)
{
	static const char mark[] = "\xef\xbb\xbf";
	size_t mark_len = strlen(mark);

	return len >= mark_len && memcmp(text, mark, mark_len) == 0 ? mark_len : 0;
}

void script_add_text(struct script *script, const char *text, size_t len)
{
	int number = script->count == 0 ? 0 : script->lines[script->count - 1].number;
	size_t mark = number == 0 ? byte_order_mark_len(text, len) : 0;

	text += mark;
	len -= mark;
	while (len > 0) {
		const char *newline = memchr(text, '\n', len);
		size_t line = newline == NULL ? len : (size_t)(newline - text);

		add_line(script, text, line, ++number);
		line += newline != NULL;
		text += line;
		len -= line;
	}
}

/* "#3" is a segment. */
static bool begins_comment(const char *text, size_t at)
{
	return text[at] == '#' && !isdigit((unsigned char)text[at + 1]) &&
	       (at == 0 || isspace((unsigned char)text[at - 1]));
}

size_t script_statement_len(const char *text)
{
	bool quoted = false;
	size_t len = 0;

	for (; text[len] != '\0' && (quoted || text[len] != ';'); len++) {
		if (text[len] == '"')
			quoted = !quoted;
		else if (quoted && text[len] == '\\' && text[len + 1] != '\0')
			len++;
		else if (!quoted && begins_comment(text, len))
			return strlen(text);
	}
	return len;
}

void script_add_statements(struct script *script, const char *text)
{
	int number = (int)script->count;
	bool at_end;

	do {
		size_t len = script_statement_len(text);

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

/* What stands behind that word of the line that says by what the script is run; NULL: the word is not there. */
static const char *behind_option(const struct script *script, const char *word)
{
	const char *line = script->count == 0 ? "" : script->lines[0].text;
	size_t len = strlen(word);

	if (!string_starts_with(line, "#!") || strstr(line, "sockstep") == NULL)
		return NULL;
	for (; *line != '\0'; line += strcspn(line, " \t"), line += strspn(line, " \t"))
		if (strncmp(line, word, len) == 0 && (line[len] == '\0' || isspace((unsigned char)line[len])))
			return line + len;
	return NULL;
}

enum script_place script_place(const struct script *script)
{
	static const struct {
		const char *word;
		enum script_place place;
	} words[] = { { "--netns", SCRIPT_NETNS }, { "--local", SCRIPT_LOCAL }, { "--lab", SCRIPT_LAB } };

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (behind_option(script, words[i].word) != NULL)
			return words[i].place;
	return SCRIPT_ANYWHERE;
}

char *script_netns(const struct script *script)
{
	const char *name = behind_option(script, "--netns");

	name = name == NULL ? "" : name + strspn(name, " \t");
	return xstrndup(name, strcspn(name, " \t\r\n"));
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

static const char *word_behind(const char *word)
{
	word += strcspn(word, " \t");
	return word + strspn(word, " \t");
}

static char *copy_word(const char *word)
{
	return xstrndup(word, strcspn(word, " \t"));
}

bool script_for_word(const char *text, size_t index, char **name, char **word)
{
	const char *first = behind_word(text), *in = word_behind(first), *at = word_behind(in);
	size_t len = name_len(first);

	if (len == 0 || len != strcspn(first, " \t") || strncmp(in, "in", 2) != 0 || strcspn(in, " \t") != 2)
		return false;
	while (index-- > 0 && *at != '\0')
		at = word_behind(at);
	if (*at == '\0')
		return false;
	*name = copy_word(first);
	*word = copy_word(at);
	return true;
}

const char *script_line_heading(const struct script_line *line)
{
	return strncmp(line->text, "## ", 3) == 0 ? line->text + 3 : NULL;
}

const char *script_if_text(const char *text)
{
	return behind_word(text);
}

/* ---- every line, with every word ---- */

struct walk {
	const struct script *script;
	struct variables names; /* (owned) */
	script_visitor *visit;
	void *context;
	long visits;
};

static void walk_lines(struct walk *walk, size_t from, size_t end);

static void walk_words(struct walk *walk, size_t at, const char *head, size_t end)
{
	char *name, *word;

	for (size_t i = 0; walk->visits++ < SCRIPT_VISITS_MAX && script_for_word(head, i, &name, &word); i++) {
		variable_push(&walk->names, name, word);
		free(name);
		free(word);
		walk_lines(walk, at + 1, end);
		variable_pop(&walk->names);
	}
}

static void walk_lines(struct walk *walk, size_t from, size_t end)
{
	for (size_t at = from; at < end && walk->visits++ < SCRIPT_VISITS_MAX; at++) {
		const struct script_line *line = &walk->script->lines[at];
		/* Where a block has no end, which is a mistake, its lines are taken one by one. */
		size_t partner = line->kind != LINE_END && line->partner > at ? line->partner : at;
		struct text text;

		text_init(&text);
		script_substitute(&text, &walk->script->arguments, &walk->names, line);
		walk->visit(walk->context, line, &text);
		if (line->kind == LINE_FOR)
			walk_words(walk, at, text.data, partner);
		else
			walk_lines(walk, at + 1, partner);
		text_release(&text);
		/* An else is looked at as a line, for what stands behind it. */
		at = partner > at && walk->script->lines[partner].kind == LINE_ELSE ? partner - 1 : partner;
	}
}

bool script_visit(const struct script *script, script_visitor *visit, void *context)
{
	struct walk walk = { .script = script, .visit = visit, .context = context };

	walk_lines(&walk, 0, script->count);
	variables_release(&walk.names);
	return walk.visits <= SCRIPT_VISITS_MAX;
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

static bool check_for(const char *text, struct mistake *mistake)
{
	char *name, *word;

	if (!script_for_word(text, 0, &name, &word)) {
		text_add(&mistake->text, "it is written so: for NAME in WORD WORD…");
		return false;
	}
	free(name);
	free(word);
	return true;
}

static bool check_line(const struct script_line *line, const struct text *text, struct mistake *mistake)
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
		return check_for(text->data, mistake);
	case LINE_IF:
		return check_if(text->data, mistake);
	case LINE_ELSE:
	case LINE_END:
		return true;
	}
	return true;
}

struct checking {
	const struct script *script;
	struct session *session;
	bool *mistaken; /* (owned) of each line: that was told */
	bool ok;
};

static void check_visited(void *context, const struct script_line *line, const struct text *text)
{
	struct checking *checking = context;
	bool *mistaken = &checking->mistaken[line - checking->script->lines];
	struct mistake mistake;

	if (*mistaken)
		return;
	mistake_init(&mistake);
	*mistaken = !check_line(line, text, &mistake);
	if (*mistaken) {
		tell_mistake(checking->session, checking->script, line, mistake.column, mistake.text.data);
		checking->ok = false;
	}
	mistake_release(&mistake);
}

bool script_check(struct script *script, struct session *session)
{
	struct checking checking = {
		.script = script,
		.session = session,
		.mistaken = xcalloc(script->count + 1, sizeof(bool)),
		.ok = find_blocks(script, session),
	};

	script_visit(script, check_visited, &checking);
	free(checking.mistaken);
	return checking.ok;
}
