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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "face/keeper.h"
#include "face/prompt.h"
#include "face/standard.h"
#include "program/begin.h"
#include "program/order.h"
#include "program/owner.h"
#include "program/program.h"
#include "program/typed.h"
#include "session/pipe.h"
#include "session/start.h"

enum { STATUS_USAGE = 2 };

/* ---- the loop ---- */

static void on_signal(int signal, short what, void *context)
{
	struct program *program = context;

	(void)what;
	program->status = 128 + signal;
	program->over = true;
}

static void run_loop(struct program *program)
{
	static const int ending[] = { SIGTERM, SIGHUP, SIGINT };

	for (size_t i = 0; i < COUNT_OF(ending); i++) {
		program->signals[i] = evsignal_new(program->base, ending[i], on_signal, program);
		event_add(program->signals[i], NULL);
	}
	order_next(program);
	while (!program->over) {
		typed_settle(program);
		fflush(stdout);
		if (ferror(stdout) || event_base_loop(program->base, EVLOOP_ONCE) < 0)
			break;
	}
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
	program->session = session_new(program->base, &program_ops, program);
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
	typed_close(program);
	session_free(program->session);
	player_stop(&program->player);
	teacher_release(&program->teacher);
	reader_free(program->reader);
	output_release(&program->output);
	gather_release(&program->gather);
	for (size_t i = 0; i < COUNT_OF(program->signals); i++)
		if (program->signals[i] != NULL)
			event_free(program->signals[i]);
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
		program_say_error("no side can be started: %s", message.data);
		program->status = EXIT_FAILURE;
	} else {
		run_loop(program);
	}
	text_release(&message);
	close_program(program);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		program_say_error("standard output: %s", strerror(errno));
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
	/* Told by EPIPE and by EFBIG. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
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
