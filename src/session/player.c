#include "session/player.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session/expect.h"

static void release(struct playing *playing)
{
	script_release(&playing->script);
	variables_release(&playing->names);
}

bool player_push(struct player *player, struct script *script, struct text *message)
{
	if (player->depth == SCRIPT_DEPTH_MAX) {
		text_addf(message, "scripts run each other at most %d deep", SCRIPT_DEPTH_MAX);
		return false;
	}
	player->stack[player->depth++] = (struct playing){ .script = *script, .end = SIZE_MAX };
	return true;
}

void player_stop(struct player *player)
{
	while (player->depth > 0)
		release(&player->stack[--player->depth]);
}

void player_be_silent_until(struct player *player, size_t line)
{
	player->stack[player->depth - 1].silent_until = line;
}

void player_end_at(struct player *player, size_t line)
{
	player->stack[player->depth - 1].end = line;
}

void player_tell_steps(struct player *player)
{
	player->stack[player->depth - 1].tells_steps = true;
}

size_t player_line(const struct player *player)
{
	return player->depth == 0 ? 0 : player->stack[0].next;
}

void player_set_bounds(struct player *player, long lines)
{
	player->lines = 0;
	player->lines_most = lines;
}

/* ---- blocks ---- */

/* Is there a further round of the loop? Its name then stands for the next word. */
static bool enters(struct playing *playing, const struct script_line *head, const char *text, size_t round)
{
	char *name, *word;
	long count;

	if (head->kind == LINE_REPEAT)
		return script_repeat_count(text, &count) && (long)round < count;
	if (!script_for_word(text, round, &name, &word))
		return false;
	variable_set(&playing->names, name, word);
	free(name);
	free(word);
	return true;
}

static void begin_loop(struct playing *playing, size_t at, const char *text)
{
	const struct script_line *head = &playing->script.lines[at];

	if (enters(playing, head, text, 0))
		playing->loops[playing->depth++] = (struct loop_frame){ .head = at };
	else
		playing->next = head->partner + 1;
}

/* The head is looked at once more, for what it says may hold $NAMEs. */
static void end_block(struct playing *playing, size_t at)
{
	struct loop_frame *loop = playing->depth == 0 ? NULL : &playing->loops[playing->depth - 1];
	const struct script *script = &playing->script;
	struct text text;

	if (loop == NULL || script->lines[at].partner != loop->head)
		return;
	text_init(&text);
	script_substitute(&text, &script->arguments, &playing->names, &script->lines[loop->head]);
	if (enters(playing, &script->lines[loop->head], text.data, ++loop->round))
		playing->next = loop->head + 1;
	else
		playing->depth--;
	text_release(&text);
}

static bool holds(const struct session *session, const char *text)
{
	struct expectation expectation;
	struct mistake mistake;
	struct text is;
	bool holds = false;

	mistake_init(&mistake);
	text_init(&is);
	if (expectation_read(&expectation, script_if_text(text), &mistake)) {
		holds = expectation_holds(&expectation, session, &is);
		expectation_release(&expectation);
	}
	text_release(&is);
	mistake_release(&mistake);
	return holds;
}

/* A line that only says which line is next. */
static void follow(struct player *player, struct playing *playing, size_t at, const char *text)
{
	const struct script_line *line = &playing->script.lines[at];

	switch (line->kind) {
	case LINE_REPEAT:
	case LINE_FOR:
		begin_loop(playing, at, text);
		break;
	case LINE_IF:
		lab_look(player->session->lab);
		if (!holds(player->session, text))
			playing->next = line->partner + 1;
		break;
	case LINE_ELSE:
		playing->next = line->partner + 1;
		break;
	case LINE_END:
		end_block(playing, at);
		break;
	case LINE_PLAIN:
		break;
	}
}

/* ---- lines ---- */

/* The script on top that has a line left; NULL: none has. */
static struct playing *top(struct player *player)
{
	while (player->depth > 0) {
		struct playing *playing = &player->stack[player->depth - 1];

		if (playing->next < playing->script.count && playing->next < playing->end)
			return playing;
		release(playing);
		player->depth--;
	}
	return NULL;
}

static bool is_narration(const struct script_line *line)
{
	static const char *const words[] = { "say", "pause", "ask" };
	const char *text = line->text + strspn(line->text, " \t");
	size_t len = strcspn(text, " \t");

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (strlen(words[i]) == len && strncmp(words[i], text, len) == 0)
			return true;
	return false;
}

/* "Step 2 of 6: TITLE", if that is what the line begins. */
static void tell_step(struct session *session, const struct script *script, size_t at)
{
	size_t step = 0, count = 0;

	if (script_line_heading(&script->lines[at]) == NULL)
		return;
	for (size_t i = 0; i < script->count; i++) {
		count += script_line_heading(&script->lines[i]) != NULL;
		if (i == at)
			step = count;
	}
	session_say(session, "%s", "");
	session_say(session, "Step %zu of %zu: %s", step, count, script_line_heading(&script->lines[at]));
}

/* A loop without an end is the user's own affair, but not a stranger's lesson's. */
static bool is_over_bound(struct player *player)
{
	if (player->lines_most == 0 || player->lines < player->lines_most)
		return false;
	session_complain(player->session, -1, "stopped after %ld lines: a lesson from elsewhere may run no more",
			 player->lines_most);
	player_stop(player);
	return true;
}

bool player_next(struct player *player)
{
	struct playing *playing;

	while (!is_over_bound(player) && (playing = top(player)) != NULL) {
		size_t at = playing->next++;
		const struct script_line *line = &playing->script.lines[at];
		struct source source = { .file = playing->script.name, .line = line->number };
		bool silent = at < playing->silent_until && is_narration(line);
		bool plain = line->kind == LINE_PLAIN && !silent;
		struct text text;

		if (playing->tells_steps && at >= playing->silent_until)
			tell_step(player->session, &playing->script, at);
		text_init(&text);
		script_substitute(&text, &playing->script.arguments, &playing->names, line);
		player->lines++;
		if (plain)
			session_run(player->session, text.data, text.len, &source);
		else if (!silent)
			follow(player, playing, at, text.data);
		text_release(&text);
		if (plain)
			return true;
	}
	return false;
}
