#include "program/owner.h"

#include <stdlib.h>

#include "export/save.h"
#include "face/plain.h"
#include "face/prompt.h"
#include "face/snapshot.h"
#include "program/order.h"
#include "program/program.h"
#include "session/chore.h"
#include "session/pipe.h"
#include "session/words.h"

static void on_event(void *owner, const struct event *event)
{
	struct program *program = owner;

	output_event(&program->output, event);
}

static void on_show(void *owner, const struct event *event)
{
	struct program *program = owner;
	const struct remote *remote = &program->options.remote;

	/* Of -z the answers are what is wanted; -v shows the calls. */
	if (chores_hide(program->session, event) || pipe_hides(program->session, event) ||
	    (remote->scan && !remote->verbose && event->kind == EVENT_call))
		return;
	program->output.out.syscalls = program->session->syscalls;
	output_show(&program->output, &program->session->world, event);
}

static void on_preset(void *owner, const char *line)
{
	(void)owner;
	prompt_preset(line);
}

static void on_progress(void *owner, const char *text)
{
	(void)owner;
	prompt_progress(text);
}

static void on_cannot_start(void *owner)
{
	struct program *program = owner;

	program->status = EXIT_FAILURE;
	program->over = true;
}

/* A lab's addresses are nowhere else. */
static bool is_of_this_place(const struct program *program, const struct script *script, struct text *message)
{
	static const char *const said[] = {
		[SCRIPT_LAB] = "in a lab (sockstep --lab -f)",
		[SCRIPT_LOCAL] = "with --local",
		[SCRIPT_NETNS] = "in a network namespace (sockstep --netns NAME -f)",
	};
	const struct session *session = program->session;
	enum script_place place = script_place(script), here = session->lab_wanted	    ? SCRIPT_LAB
							       : session->only_host != NULL ? SCRIPT_NETNS
											    : SCRIPT_LOCAL;

	if (place == SCRIPT_ANYWHERE || place == here)
		return true;
	text_addf(message, "%s says that it runs %s", script->name, said[place]);
	return false;
}

static enum outcome on_run_file(void *owner, const char *path, const struct syntax_list *words, struct text *message)
{
	struct script script;
	enum outcome outcome = OUTCOME_FAILED;

	script_init(&script, path);
	for (size_t i = 1; i < words->count; i++)
		script_add_argument(&script, word_text(words, i) == NULL ? "" : word_text(words, i));
	if (script_read(&script, path, message) && is_of_this_place(owner, &script, message))
		outcome = order_push(owner, &script, message);
	if (outcome != OUTCOME_OK)
		script_release(&script);
	return outcome;
}

static void add_plain_line(struct text *out, const struct event *event)
{
	static const struct plain_options plain = { .charset = SHOW_UTF8 };

	plain_event(out, event, &plain);
}

static bool on_save_file(void *owner, const char *path, bool expectations, struct text *message)
{
	const struct program *program = owner;
	const struct saving saving = { program->session, expectations, add_plain_line };

	return save_session(&saving, path, message);
}

enum { SCREENSHOT_COLUMNS = 80, SCREENSHOT_ROWS = 24 };

static bool on_screenshot(void *owner, const char *path, size_t columns, size_t rows, struct text *message)
{
	const struct program *program = owner;

	if (program->screen != NULL && columns == 0)
		return screen_save(program->screen, path, message);
	return snapshot_session(program->session, columns > 0 ? columns : SCREENSHOT_COLUMNS,
				rows > 0 ? rows : SCREENSHOT_ROWS, path, message);
}

static bool on_pause(void *owner)
{
	struct program *program = owner;

	return teacher_pause(&program->teacher);
}

/* The prompt is the person's, for an answer. */
static bool on_ask(void *owner)
{
	struct program *program = owner;

	if (!teacher_ask(&program->teacher))
		return false;
	order_wait(program);
	return true;
}

static bool on_lesson(void *owner, const char *name, long from, bool practice, struct text *message)
{
	struct program *program = owner;

	if (practice && !program->prompt) {
		text_add(message, "practice needs somebody who types");
		return false;
	}
	return teacher_begin(&program->teacher, name, from, practice, message);
}

static bool on_back(void *owner, struct text *message)
{
	struct program *program = owner;

	return teacher_back(&program->teacher, message);
}

const struct session_ops program_ops = {
	.event = on_event,
	.show = on_show,
	.done = order_done,
	.preset = on_preset,
	.progress = on_progress,
	.quit = order_quit,
	.cannot_start = on_cannot_start,
	.run_file = on_run_file,
	.save_file = on_save_file,
	.screenshot = on_screenshot,
	.pause = on_pause,
	.ask = on_ask,
	.lesson = on_lesson,
	.back = on_back,
};
