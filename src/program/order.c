#include "program/order.h"

#include <stdlib.h>

#include "base/mem.h"
#include "face/prompt.h"
#include "face/screen.h"
#include "session/chore.h"
#include "session/interact.h"
#include "session/remote_dial.h"

void order_show_prompt(struct program *program)
{
	const char *current = program->session->current, *special = teacher_prompt(&program->teacher);
	char *prompt = interact_prompt(program->session);

	program->interacts = prompt != NULL;
	if (prompt == NULL)
		prompt = text_format("%s> ", current == NULL ? "sockstep" : current);
	prompt_set_prompt(program->gather.begin != NULL ? "> " : special != NULL ? special : prompt);
	free(prompt);
	prompt_busy(false);
}

/* A script's first failure is its last line, and its status. */
void order_end(struct program *program, enum outcome outcome)
{
	if ((int)outcome > program->status)
		program->status = (int)outcome;
	player_stop(&program->player);
	program->over = true;
}

/* Looking who listens is all that -z does. */
static bool begin_remote(struct program *program)
{
	if (!program->dials)
		return false;
	program->dials = false;
	session_remote(program->session, &program->options.remote, program->prompt);
	return true;
}

/* What a lesson has told is read page by page. */
static bool turns_page(struct program *program)
{
	if (program->screen == NULL || !teacher_is_read(&program->teacher) || !screen_turns_page(program->screen))
		return false;
	teacher_page(&program->teacher);
	order_show_prompt(program);
	return true;
}

/* What such a command tells is read from its beginning. */
static bool tells_much(const struct command_spec *command)
{
	static const enum command_id telling[] = { COMMAND_help,    COMMAND_fds,      COMMAND_sockets, COMMAND_ports,
						   COMMAND_info,    COMMAND_history,  COMMAND_why,     COMMAND_sides,
						   COMMAND_segments, COMMAND_ladder,  COMMAND_lesson,  COMMAND_set };

	for (size_t i = 0; command != NULL && i < COUNT_OF(telling); i++)
		if (command->id == telling[i])
			return true;
	return false;
}

static void show_answer(struct program *program)
{
	if (program->typed && program->screen != NULL && tells_much(program->session->learner.command))
		screen_shows_beginning(program->screen);
}

void order_wait(struct program *program)
{
	if (!turns_page(program))
		order_show_prompt(program);
}

void order_next(struct program *program)
{
	if (begin_remote(program) || turns_page(program))
		return;
	if (!teacher_waits(&program->teacher) &&
	    (player_next(&program->player) || teacher_practice(&program->teacher)))
		return;
	teacher_rest(&program->teacher);
	if (program->prompt)
		order_show_prompt(program);
	else if (program->reader != NULL)
		reader_go_on(program->reader);
	else
		program->over = true;
}

/* What was typed wrong is typed again; a lesson waits meanwhile. */
static void take_failure(struct program *program)
{
	if (!program->typed && teacher_is_not_yet(&program->teacher))
		return;
	prompt_drop_lines();
	if (!program->typed)
		teacher_stop(&program->teacher);
	else
		teacher_mistaken(&program->teacher);
}

void order_done(void *owner, enum outcome outcome)
{
	struct program *program = owner;
	const struct remote *remote = &program->options.remote;

	if ((outcome != OUTCOME_OK && !program->prompt) || remote->scan || remote->piped) {
		order_end(program, outcome);
		return;
	}
	if (outcome != OUTCOME_OK)
		take_failure(program);
	else
		show_answer(program);
	program->typed = false;
	if (!program->over)
		order_next(program);
}

void order_quit(void *owner)
{
	struct program *program = owner;

	program->over = true;
}

enum outcome order_push(struct program *program, struct script *script, struct text *message)
{
	if (!script_check(script, program->session)) {
		text_add(message, "no line of it was run");
		return OUTCOME_MISTAKE;
	}
	return player_push(&program->player, script, message) ? OUTCOME_OK : OUTCOME_FAILED;
}

/* What goes to a descriptor, and data of several lines, is no line of the language; the end of such data makes one. */
void order_run(struct program *program, const char *line, size_t len, const struct source *source)
{
	struct text whole;

	text_init(&whole);
	if (interact_takes_line(program->session, line, len) ||
	    (gather_takes_line(&program->gather, line, len, &whole) && whole.len == 0))
		order_next(program);
	else
		session_run(program->session, whole.len > 0 ? whole.data : line, whole.len > 0 ? whole.len : len,
			    source);
	text_release(&whole);
}
