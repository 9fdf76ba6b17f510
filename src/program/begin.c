#include "program/begin.h"

#include <stdlib.h>
#include <unistd.h>

#include "face/options_remote.h"
#include "face/prompt.h"
#include "face/reader.h"
#include "program/order.h"
#include "program/typed.h"

static bool begin_script(struct program *program, struct script *script)
{
	struct text message;
	bool ok;

	text_init(&message);
	ok = order_push(program, script, &message) == OUTCOME_OK;
	text_release(&message);
	if (!ok)
		script_release(script);
	return ok;
}

/* What the command line says of it comes first. */
static bool take_place(struct program *program, const struct script *script, struct text *message)
{
	struct options *options = &program->options;
	enum script_place place = script_place(script);
	char *netns;
	bool ok;

	if (options->place != PLACE_DEFAULT || options->remote.netns[0] != '\0' || place == SCRIPT_ANYWHERE)
		return true;
	options->place = place == SCRIPT_LAB ? PLACE_LAB : PLACE_LOCAL;
	if (place != SCRIPT_NETNS)
		return true;
	netns = script_netns(script);
	ok = options_remote_netns(&options->remote, netns, message);
	free(netns);
	return ok;
}

static bool begin_file(struct program *program, const char *path)
{
	struct script script;
	struct text message;
	bool ok;

	text_init(&message);
	script_init(&script, path);
	for (size_t i = 0; i < program->options.argument_count; i++)
		script_add_argument(&script, program->options.arguments[i]);
	ok = script_read(&script, path, &message) && take_place(program, &script, &message);
	if (!ok) {
		program_say_error("%s", message.data);
		script_release(&script);
	}
	text_release(&message);
	return ok && begin_script(program, &script);
}

static bool begin_statements(struct program *program)
{
	struct script script;

	script_init(&script, "-e");
	for (size_t i = 0; i < program->options.statement_count; i++)
		script_add_statements(&script, program->options.statements[i]);
	return begin_script(program, &script);
}

static void on_read_line(void *owner, const char *line, size_t len, int number)
{
	struct program *program = owner;
	struct source source = { .file = "standard input", .line = number };

	order_run(program, line, len, &source);
}

static void on_read_mistake(void *owner, const char *message)
{
	program_say_error("standard input: %s", message);
	order_end(owner, OUTCOME_MISTAKE);
}

static const struct reader_ops reader_ops = {
	.line = on_read_line,
	.end = order_quit,
	.mistake = on_read_mistake,
};

static bool begin_standard_input(struct program *program)
{
	struct script script;
	struct text message;
	bool ok;

	if (reader_can_wait(STDIN_FILENO)) {
		program->reader = reader_new(program->base, STDIN_FILENO, &reader_ops, program);
		return true;
	}
	text_init(&message);
	script_init(&script, "standard input");
	ok = reader_read_whole(&script, STDIN_FILENO, &message);
	if (!ok) {
		program_say_error("standard input: %s", message.data);
		script_release(&script);
	}
	text_release(&message);
	return ok && begin_script(program, &script);
}

/* With a person at a terminal it pauses and asks; else it runs through. A lesson runs in the lab alone. */
static bool begin_lesson(struct program *program)
{
	const struct options *options = &program->options;
	struct text message;
	bool ok = options->json || !prompt_possible() || typed_open(program);

	text_init(&message);
	if (ok && options->practice && !program->prompt) {
		text_add(&message, "practice needs a terminal and somebody who types");
		ok = false;
	}
	ok = ok && teacher_begin(&program->teacher, options->lesson, options->from, options->practice, &message);
	if (!ok && message.len > 0)
		program_say_error("%s: %s", options->lesson, message.data);
	text_release(&message);
	return ok;
}

/* -e before -f: what is said on the command line prepares what the file goes on with. The stack runs the last first. */
bool begin_lines(struct program *program)
{
	const struct options *options = &program->options;
	bool scripted = options->file != NULL || options->statement_count > 0;

	if (options->lesson != NULL)
		return begin_lesson(program);
	if (options->file != NULL && !begin_file(program, options->file))
		return false;
	if (options->statement_count > 0 && !begin_statements(program))
		return false;
	if (scripted || options->remote.scan || options->remote.piped)
		return true;
	if (!options->json && prompt_possible())
		return typed_open(program);
	return begin_standard_input(program);
}
