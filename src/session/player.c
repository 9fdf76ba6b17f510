#include "session/player.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session/bounds.h"
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
	player->stack[player->depth++] = (struct playing){ .script = *script };
	return true;
}

void player_stop(struct player *player)
{
	while (player->depth > 0)
		release(&player->stack[--player->depth]);
}

static struct playing *on_top(struct player *player)
{
	return &player->stack[player->depth - 1];
}

void player_be_silent_until(struct player *player, size_t line)
{
	on_top(player)->silent_until = line;
}

void player_tell_steps(struct player *player)
{
	on_top(player)->tells_steps = true;
}

void player_hand_out(struct player *player)
{
	on_top(player)->hands_out = true;
}

void player_be_bounded(struct player *player)
{
	on_top(player)->stranger = true;
}

size_t player_line(const struct player *player)
{
	return player->depth == 0 ? 0 : player->stack[0].next;
}

/* ---- blocks ---- */

/* Is there a further round of the loop? Its name then stands for the next word, until leave_round(). */
static bool enters(struct playing *playing, const struct script_line *head, const char *text, size_t round)
{
	char *name, *word;
	long count;

	if (head->kind == LINE_REPEAT)
		return script_repeat_count(text, &count) && (long)round < count;
	if (!script_for_word(text, round, &name, &word))
		return false;
	variable_push(&playing->names, name, word);
	free(name);
	free(word);
	return true;
}

static void leave_round(struct playing *playing, const struct script_line *head)
{
	if (head->kind == LINE_FOR)
		variable_pop(&playing->names);
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
	leave_round(playing, &script->lines[loop->head]);
	text_init(&text);
	script_substitute(&text, &script->arguments, &playing->names, &script->lines[loop->head]);
	if (enters(playing, &script->lines[loop->head], text.data, ++loop->round))
		playing->next = loop->head + 1;
	else
		playing->depth--;
	text_release(&text);
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
		if (!expectation_text_holds(script_if_text(text), player->session))
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

static bool is_over(const struct playing *playing)
{
	return playing->next >= playing->script.count;
}

static void drop_top(struct player *player)
{
	release(on_top(player));
	player->depth--;
}

size_t player_inner_depth(struct player *player)
{
	while (player->depth > 1 && is_over(on_top(player)))
		drop_top(player);
	return player->depth > 1 ? player->depth - 1 : 0;
}

/* The script on top that has a line left; NULL: none has. */
static struct playing *top(struct player *player)
{
	while (player->depth > 0 && is_over(on_top(player)))
		drop_top(player);
	return player->depth == 0 ? NULL : on_top(player);
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
static bool is_too_much(const struct player *player, const struct playing *playing)
{
	return playing->stranger && bounds_are_too_many_lines(player->session);
}

/* Follows the blocks up to a line that does something, or will be refused: its text, and the script; NULL: none is
 * left. */
static struct playing *find(struct player *player, struct text *text)
{
	struct playing *playing;

	while ((playing = top(player)) != NULL) {
		size_t at = playing->next;
		const struct script_line *line = &playing->script.lines[at];

		text_clear(text);
		script_substitute(text, &playing->script.arguments, &playing->names, line);
		if ((line->kind == LINE_PLAIN && (at >= playing->silent_until || !is_narration(line))) ||
		    is_too_much(player, playing))
			return playing;
		player_take(player);
		if (line->kind != LINE_PLAIN)
			follow(player, playing, at, text->data);
	}
	return NULL;
}

static void run_line(struct player *player, struct playing *playing, const struct text *text)
{
	size_t at = playing->next;
	struct source source = {
		.file = playing->script.name,
		.line = playing->script.lines[at].number,
		.stranger = playing->stranger,
	};

	if (playing->tells_steps && at >= playing->silent_until)
		tell_step(player->session, &playing->script, at);
	player_take(player);
	session_run(player->session, text->data, text->len, &source);
}

static bool is_handed_out(const struct playing *playing)
{
	return playing->hands_out && playing->next >= playing->silent_until;
}

bool player_next(struct player *player)
{
	struct playing *playing;
	struct text text;
	bool runs;

	text_init(&text);
	playing = find(player, &text);
	runs = playing != NULL && !is_handed_out(playing);
	if (runs)
		run_line(player, playing, &text);
	text_release(&text);
	return runs;
}

/* ---- lines that somebody else makes ---- */

const struct script_line *player_peek(struct player *player, struct text *text)
{
	const struct playing *playing = find(player, text);

	return playing == NULL || !is_handed_out(playing) ? NULL : &playing->script.lines[playing->next];
}

bool player_text(const struct player *player, size_t line, struct text *text)
{
	const struct playing *playing = player->depth == 0 ? NULL : &player->stack[player->depth - 1];
	const struct script_line *found;

	if (playing == NULL || line >= playing->script.count)
		return false;
	found = &playing->script.lines[line];
	if (found->kind != LINE_PLAIN || script_line_heading(found) != NULL)
		return false;
	script_substitute(text, &playing->script.arguments, &playing->names, found);
	return true;
}

void player_take(struct player *player)
{
	on_top(player)->next++;
	if (on_top(player)->stranger)
		bounds_count_line(player->session);
}

void player_skip_to(struct player *player, size_t line)
{
	on_top(player)->next = line;
}

bool player_is_repeating(const struct player *player)
{
	const struct playing *playing = &player->stack[player->depth - 1];

	for (size_t i = 0; player->depth > 0 && i < playing->depth; i++)
		if (playing->loops[i].round > 0)
			return true;
	return false;
}
