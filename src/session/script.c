#include "session/script.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"

void script_init(struct script *script, const char *name)
{
	*script = (struct script){ .name = xstrdup(name) };
}

void script_release(struct script *script)
{
	for (size_t i = 0; i < script->count; i++)
		free(script->lines[i].text);
	free(script->lines);
	free(script->name);
	*script = (struct script){ 0 };
}

static void add_line(struct script *script, const char *text, size_t len, int number)
{
	if (len > 0 && text[len - 1] == '\r')
		len--;
	script->lines = array_grow(script->lines, script->count, &script->room, sizeof(*script->lines));
	script->lines[script->count++] = (struct script_line){
		.text = xstrndup(text, len),
		.len = len,
		.number = number,
	};
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

	do {
		size_t len = statement_len(text);

		add_line(script, text, len, ++number);
		text += len;
	} while (*text++ == ';');
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

static void tell_mistake(const struct script *script, const struct script_line *line, const struct mistake *mistake,
			 struct session *session)
{
	struct event event;

	event_init(&event, EVENT_error);
	event.error.text = xstrdup(mistake->text.data);
	event.error.file = xstrdup(script->name);
	event.error.line = line->number;
	event.error.column = mistake->column;
	event.error.source = xstrdup(line->text);
	session_emit(session, &event);
}

bool script_check(const struct script *script, struct session *session)
{
	bool ok = true;

	for (size_t i = 0; i < script->count; i++) {
		struct mistake mistake;

		mistake_init(&mistake);
		if (!session_check(script->lines[i].text, script->lines[i].len, &mistake)) {
			tell_mistake(script, &script->lines[i], &mistake, session);
			ok = false;
		}
		mistake_release(&mistake);
	}
	return ok;
}

bool player_push(struct player *player, struct script *script, struct text *message)
{
	if (player->depth == SCRIPT_DEPTH_MAX) {
		text_addf(message, "scripts run each other at most %d deep", SCRIPT_DEPTH_MAX);
		return false;
	}
	player->stack[player->depth++] = *script;
	return true;
}

bool player_next(struct player *player)
{
	struct script *script;
	const struct script_line *line;
	struct source source;

	while (player->depth > 0 && player->stack[player->depth - 1].next == player->stack[player->depth - 1].count)
		script_release(&player->stack[--player->depth]);
	if (player->depth == 0)
		return false;
	script = &player->stack[player->depth - 1];
	line = &script->lines[script->next++];
	source = (struct source){ .file = script->name, .line = line->number };
	session_run(player->session, line->text, line->len, &source);
	return true;
}

void player_stop(struct player *player)
{
	while (player->depth > 0)
		script_release(&player->stack[--player->depth]);
}
