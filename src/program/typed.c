#include "program/typed.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "face/prompt.h"
#include "program/order.h"
#include "session/complete.h"
#include "session/interact.h"
#include "session/script.h"

static bool on_key(void *owner, const char *bytes, size_t len, bool empty)
{
	struct program *program = owner;

	return interact_takes_key(program->session, bytes, len, empty);
}

static const char *after_blanks(const char *text)
{
	return text + strspn(text, " \t");
}

/* Several statements stand in one line as in one -e; those behind the first wait until it is done. What goes to a peer,
 * or is data of several lines, is no statement. */
static size_t first_statement(const struct program *program, const char *line, size_t len)
{
	size_t first = script_statement_len(line);
	const char *rest = first < len ? after_blanks(line + first + 1) : "";

	if (program->session->interact != NULL || program->gather.begin != NULL || strlen(line) != len)
		return len;
	if (*rest != '\0' && *rest != '#')
		prompt_put_first(rest);
	return first;
}

static void on_line(void *owner, const char *line, size_t len)
{
	struct program *program = owner;
	const struct source source = { .prompt = true };
	size_t rows;

	prompt_busy(true);
	prompt_size(&program->session->width, &rows);
	if (program->screen != NULL)
		program->session->width = screen_columns(program->screen);
	if (teacher_line(&program->teacher, line)) {
		if (!session_is_running(program->session))
			order_next(program);
		else if (teacher_waits(&program->teacher))
			order_wait(program);
		return;
	}
	teacher_look(&program->teacher);
	program->typed = true;
	order_run(program, line, first_statement(program, line, len), &source);
}

static void on_prompt_end(void *owner)
{
	order_quit(owner);
}

/* A learner's Ctrl-C is a line of the learner's: true if it is for that, and not for the lesson. */
static bool interrupts_as_learner(struct program *program, bool begun)
{
	const char *side = session_interruptible(program->session);
	char *line;

	if (!teacher_is_practising(&program->teacher) || teacher_waits(&program->teacher) ||
	    session_is_running(program->session) || (!begun && side == NULL))
		return false;
	if (begun)
		return true;
	line = text_format("interrupt %s", side);
	on_line(program, line, strlen(line));
	free(line);
	return true;
}

/* As in a shell: with a line begun the key takes that back, and no call. */
static void on_interrupt(void *owner, bool begun)
{
	struct program *program = owner;

	bool waits = teacher_waits(&program->teacher) && !session_is_running(program->session);

	if (gather_forget(&program->gather) || interact_leave(program->session)) {
		order_show_prompt(program);
		return;
	}
	if (interrupts_as_learner(program, begun))
		return;
	if (!begun)
		session_interrupt(program->session);
	/* At a pause the line that was begun is dropped, or a call interrupted; the lesson goes on. */
	if (!waits)
		teacher_stop(&program->teacher);
}

static void add_candidate(void *context, const char *text, const char *help)
{
	completion_add(context, text, help);
}

static void on_complete(void *owner, const char *line, size_t point, struct completion *completion)
{
	struct program *program = owner;

	completion->begin = session_complete(program->session, line, point, add_candidate, completion);
}

static const struct prompt_ops prompt_ops = {
	.line = on_line,
	.end = on_prompt_end,
	.key = on_key,
	.interrupt = on_interrupt,
	.complete = on_complete,
};

static void load_history(struct program *program)
{
	char *path = program->options.no_history ? NULL : history_default_path();
	struct text message;

	text_init(&message);
	history_init(&program->history, path);
	if (!history_load(&program->history, &message))
		program_say_error("the history is not kept: %s", message.data);
	text_release(&message);
	free(path);
}

/* The panes show the wire, and colour what is printed. */
static void open_screen(struct program *program)
{
	if (program->options.plain)
		return;
	program->screen = screen_new(program->base, program->session);
	if (program->screen != NULL)
		output_set_panes(&program->output);
}

bool typed_open(struct program *program)
{
	struct text message;

	load_history(program);
	text_init(&message);
	program->prompt = prompt_open(&prompt_ops, program, program->base, &program->history, &message);
	program->teacher.person = program->output.prompt = program->prompt;
	if (program->prompt)
		open_screen(program);
	else
		program_say_error("%s", message.data);
	text_release(&message);
	return program->prompt;
}

void typed_close(struct program *program)
{
	struct text message;

	if (!program->prompt)
		return;
	prompt_close();
	screen_free(program->screen);
	program->screen = NULL;
	program->prompt = program->output.prompt = false;
	text_init(&message);
	if (!history_save(&program->history, &message))
		program_say_error("the history was not written: %s", message.data);
	text_release(&message);
	history_release(&program->history);
}

/* Whoever is talked to may have ended it. */
void typed_settle(struct program *program)
{
	bool interacts = program->session->interact != NULL;

	if (!program->prompt)
		return;
	if (interacts != program->interacts && !session_is_running(program->session))
		order_show_prompt(program);
	prompt_settle();
}
