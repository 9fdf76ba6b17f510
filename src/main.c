/*
 * sockstep: builds the pieces, runs the loop, and says how it went.
 *
 * Lines come from -e and -f, from the prompt, or from standard input; events leave as the transcript or as JSON. What
 * connects them is struct program.
 */
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "export/save.h"
#include "face/history.h"
#include "face/keeper.h"
#include "face/options.h"
#include "face/output.h"
#include "face/plain.h"
#include "face/prompt.h"
#include "face/reader.h"
#include "face/safe.h"
#include "face/screen.h"
#include "face/snapshot.h"
#include "face/standard.h"
#include "session/chore.h"
#include "session/complete.h"
#include "session/gather.h"
#include "session/interact.h"
#include "session/pipe.h"
#include "session/player.h"
#include "session/remote_dial.h"
#include "session/session.h"
#include "session/start.h"
#include "session/teacher.h"
#include "session/words.h"

enum { STATUS_USAGE = 2 };

struct program {
	struct options options;
	struct event_base *base;
	struct session *session;
	struct player player;
	struct teacher teacher;
	struct reader *reader;  /* (owned) of standard input; NULL: it is not read */
	struct screen *screen;  /* (owned) NULL: the plain look */
	struct history history;
	struct output output;
	struct gather gather;
	bool interacts;   /* and the prompt says so */
	bool prompt;      /* the prompt is open */
	bool dials;       /* the remote service that the command line asks for comes first */
	bool typed;       /* the line under way was typed */
	bool over;
	int status;
};

/* ---- output ---- */

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
	output_show(&program->output, event);
}

/* ---- the order of lines ---- */

static void show_prompt(struct program *program)
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
static void end_with(struct program *program, enum outcome outcome)
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

static void next_line(struct program *program)
{
	if (begin_remote(program))
		return;
	if (!teacher_waits(&program->teacher) &&
	    (player_next(&program->player) || teacher_practice(&program->teacher)))
		return;
	if (program->prompt)
		show_prompt(program);
	else if (program->reader != NULL)
		reader_go_on(program->reader);
	else
		program->over = true;
}

/* What was typed wrong is typed again; a lesson waits meanwhile. */
static void take_failure(struct program *program)
{
	prompt_drop_lines();
	if (!program->typed)
		teacher_stop(&program->teacher);
	else
		teacher_mistaken(&program->teacher);
}

static void on_done(void *owner, enum outcome outcome)
{
	struct program *program = owner;
	const struct remote *remote = &program->options.remote;

	if ((outcome != OUTCOME_OK && !program->prompt) || remote->scan || remote->piped) {
		end_with(program, outcome);
		return;
	}
	if (outcome != OUTCOME_OK)
		take_failure(program);
	program->typed = false;
	if (!program->over)
		next_line(program);
}

static void on_preset(void *owner, const char *line)
{
	(void)owner;
	prompt_preset(line);
}

static void on_quit(void *owner)
{
	struct program *program = owner;

	program->over = true;
}

static void on_cannot_start(void *owner)
{
	struct program *program = owner;

	program->status = EXIT_FAILURE;
	program->over = true;
}

static enum outcome push(struct program *program, struct script *script, struct text *message)
{
	if (!script_check(script, program->session)) {
		text_add(message, "no line of it was run");
		return OUTCOME_MISTAKE;
	}
	return player_push(&program->player, script, message) ? OUTCOME_OK : OUTCOME_FAILED;
}

static enum outcome on_run_file(void *owner, const char *path, const struct syntax_list *words, struct text *message)
{
	struct script script;
	enum outcome outcome = OUTCOME_FAILED;

	script_init(&script, path);
	for (size_t i = 1; i < words->count; i++)
		script_add_argument(&script, word_text(words, i) == NULL ? "" : word_text(words, i));
	if (script_read(&script, path, message))
		outcome = push(owner, &script, message);
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
	show_prompt(program);
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

static const struct session_ops session_ops = {
	.event = on_event,
	.show = on_show,
	.done = on_done,
	.preset = on_preset,
	.quit = on_quit,
	.cannot_start = on_cannot_start,
	.run_file = on_run_file,
	.save_file = on_save_file,
	.screenshot = on_screenshot,
	.pause = on_pause,
	.ask = on_ask,
	.lesson = on_lesson,
	.back = on_back,
};

/* ---- the prompt ---- */

/* What goes to a descriptor, and data of several lines, is no line of the language; the end of such data makes one. */
static void run_line(struct program *program, const char *line, size_t len, const struct source *source)
{
	struct text whole;

	text_init(&whole);
	if (interact_takes_line(program->session, line, len) ||
	    (gather_takes_line(&program->gather, line, len, &whole) && whole.len == 0))
		next_line(program);
	else
		session_run(program->session, whole.len > 0 ? whole.data : line, whole.len > 0 ? whole.len : len,
			    source);
	text_release(&whole);
}

static bool on_key(void *owner, const char *bytes, size_t len, bool empty)
{
	struct program *program = owner;

	return interact_takes_key(program->session, bytes, len, empty);
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
			next_line(program);
		return;
	}
	program->typed = true;
	run_line(program, line, len, &source);
}

static void on_prompt_end(void *owner)
{
	on_quit(owner);
}

/* As in a shell: with a line begun the key takes that back, and no call. */
static void on_interrupt(void *owner, bool begun)
{
	struct program *program = owner;

	bool waits = teacher_waits(&program->teacher) && !session_is_running(program->session);

	if (gather_forget(&program->gather) || interact_leave(program->session)) {
		show_prompt(program);
		return;
	}
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

/* What no terminal of ours shows yet, or no longer. */
static void say_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void say_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	safe_say_error(format, args);
	va_end(args);
}

static void load_history(struct program *program)
{
	char *path = program->options.no_history ? NULL : history_default_path();
	struct text message;

	text_init(&message);
	history_init(&program->history, path);
	if (!history_load(&program->history, &message))
		say_error("the history is not kept: %s", message.data);
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

static bool open_prompt(struct program *program)
{
	struct text message;

	load_history(program);
	text_init(&message);
	program->prompt = prompt_open(&prompt_ops, program, program->base, &program->history, &message);
	program->teacher.person = program->output.prompt = program->prompt;
	if (program->prompt)
		open_screen(program);
	else
		say_error("%s", message.data);
	text_release(&message);
	return program->prompt;
}

static void close_prompt(struct program *program)
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
		say_error("the history was not written: %s", message.data);
	text_release(&message);
	history_release(&program->history);
}

/* ---- what is run ---- */

static bool begin_script(struct program *program, struct script *script)
{
	struct text message;
	bool ok;

	text_init(&message);
	ok = push(program, script, &message) == OUTCOME_OK;
	text_release(&message);
	if (!ok)
		script_release(script);
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
	ok = script_read(&script, path, &message);
	if (!ok) {
		say_error("%s", message.data);
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

	run_line(program, line, len, &source);
}

static void on_read_mistake(void *owner, const char *message)
{
	say_error("standard input: %s", message);
	end_with(owner, OUTCOME_MISTAKE);
}

static const struct reader_ops reader_ops = {
	.line = on_read_line,
	.end = on_quit,
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
		say_error("standard input: %s", message.data);
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
	bool ok = options->json || !prompt_possible() || open_prompt(program);

	text_init(&message);
	if (ok && options->practice && !program->prompt) {
		text_add(&message, "practice needs a terminal and somebody who types");
		ok = false;
	}
	ok = ok && teacher_begin(&program->teacher, options->lesson, options->from, options->practice, &message);
	if (!ok && message.len > 0)
		say_error("%s: %s", options->lesson, message.data);
	text_release(&message);
	return ok;
}

/* -e before -f: what is said on the command line prepares what the file goes on with. The stack runs the last first. */
static bool begin_lines(struct program *program)
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
		return open_prompt(program);
	return begin_standard_input(program);
}

/* ---- the loop ---- */

static void on_signal(int signal, short what, void *context)
{
	struct program *program = context;

	(void)what;
	program->status = 128 + signal;
	program->over = true;
}

/* Whoever is talked to may have ended it. */
static void settle_prompt(struct program *program)
{
	bool interacts = program->session->interact != NULL;

	if (!program->prompt)
		return;
	if (interacts != program->interacts && !session_is_running(program->session))
		show_prompt(program);
	prompt_settle();
}

static void run_loop(struct program *program)
{
	static const int ending[] = { SIGTERM, SIGHUP, SIGINT };
	struct event *signals[COUNT_OF(ending)];

	for (size_t i = 0; i < COUNT_OF(ending); i++) {
		signals[i] = evsignal_new(program->base, ending[i], on_signal, program);
		event_add(signals[i], NULL);
	}
	next_line(program);
	while (!program->over) {
		settle_prompt(program);
		fflush(stdout);
		if (ferror(stdout) || event_base_loop(program->base, EVLOOP_ONCE) < 0)
			break;
	}
	for (size_t i = 0; i < COUNT_OF(ending); i++)
		event_free(signals[i]);
}

static struct event_base *new_base(void)
{
	struct event_config *config = event_config_new();
	struct event_base *base;

	if (config == NULL)
		die("out of memory");
	event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER);
	event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
	base = event_base_new_with_config(config);
	event_config_free(config);
	if (base == NULL)
		die("there is no event loop");
	return base;
}

static void open_program(struct program *program)
{
	int standard[2];

	program->base = new_base();
	output_init(&program->output, &program->options);
	gather_init(&program->gather, program->options.remote.crlf);
	program->session = session_new(program->base, &session_ops, program);
	program->player.session = program->session;
	teacher_init(&program->teacher, program->session, &program->player, false);
	program->teacher.trust = program->options.trust;
	if (standard_is_piped(&program->options)) {
		standard_give_away(&program->options, standard);
		pipe_hand_on(program->session, standard[0], standard[1]);
	}
}

static void close_program(struct program *program)
{
	close_prompt(program);
	session_free(program->session);
	player_stop(&program->player);
	teacher_release(&program->teacher);
	reader_free(program->reader);
	output_release(&program->output);
	gather_release(&program->gather);
	event_base_free(program->base);
	libevent_global_shutdown();
}

/* A lab, where there can be one and nothing else was asked for. */
static bool start(struct program *program, struct text *message)
{
	const struct options *options = &program->options;

	program->session->syscalls = options->syscalls;
	program->session->seed = options->seed;
	/* The list of lessons needs no side. */
	if (options->statement_count == 1 && options->file == NULL && string_is(options->statements[0], "lesson"))
		return true;
	program->dials = options->remote.wanted;
	if (options->remote.netns[0] != '\0')
		program->session->only_host = options->remote.netns;
	if (options->remote.wanted)
		program->session->only_side = options->remote.listen ? "server" : "client";
	if (options->place == PLACE_LOCAL || options->remote.wanted || program->session->only_host != NULL)
		return session_start_local(program->session, message);
	return session_start_lab(program->session, options->link, options->place == PLACE_DEFAULT, message);
}

/* Is it going to have the terminal, so that somebody must give it back whatever happens? */
static bool takes_terminal(const struct options *options)
{
	bool scripted = options->file != NULL || options->statement_count > 0;

	return !options->json && (options->lesson != NULL || !scripted) && prompt_possible();
}

/* Lines that are not understood end it before a side is started. */
static int run_program(struct program *program)
{
	struct text message;

	open_program(program);
	session_hello(program->session);
	text_init(&message);
	if (!begin_lines(program)) {
		program->status = STATUS_USAGE;
	} else if (!start(program, &message)) {
		say_error("no side can be started: %s", message.data);
		program->status = EXIT_FAILURE;
	} else {
		run_loop(program);
	}
	text_release(&message);
	close_program(program);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		say_error("standard output: %s", strerror(errno));
		return EXIT_FAILURE;
	}
	return program->status;
}

/* A closed 0, 1 or 2 would be taken by the first descriptor that is opened. */
static void open_standard(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == 0 ? O_RDONLY : O_WRONLY) != fd)
			_exit(STATUS_MACHINE_FAILED);
}

int main(int argc, char **argv)
{
	static struct program program;
	int status = 0;

	open_standard();
	setlocale(LC_ALL, "");
	signal(SIGPIPE, SIG_IGN);
	if (!options_read(&program.options, argc, argv))
		status = STATUS_USAGE;
	else if (program.options.version)
		puts("sockstep " PACKAGE_VERSION);
	else if (program.options.help)
		options_print_help();
	else {
		if (takes_terminal(&program.options))
			keeper_begin();
		status = run_program(&program);
	}
	options_release(&program.options);
	return status;
}
