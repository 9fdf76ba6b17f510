#include "face/prompt.h"

#include <event2/event.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "base/mem.h"
#include "face/prompt_actions.h"
#include "face/prompt_complete.h"
#include "face/prompt_draw.h"
#include "face/prompt_enter.h"
#include "face/prompt_input.h"
#include "face/prompt_job.h"
#include "face/prompt_state.h"
#include "face/safe.h"

/* ---- opening and closing ---- */

static void leave_modes_prepared(int meta)
{
	(void)meta;
}

static void leave_modes(void)
{
}

static void on_writable(evutil_socket_t fd, short what, void *unused)
{
	(void)fd;
	(void)what;
	(void)unused;
	prompt_draw_flush();
}

/* What must be known before readline reads inputrc, which may then say otherwise. */
static void set_up_readline(void)
{
	rl_readline_name = "sockstep";
	rl_instream = stdin;
	rl_outstream = prompt.stream;
	rl_getc_function = prompt_input_give_byte;
	rl_input_available_hook = prompt_input_has_byte;
	rl_prep_term_function = leave_modes_prepared;
	rl_deprep_term_function = leave_modes;
	rl_catch_signals = 0;
	rl_catch_sigwinch = 0;
	rl_change_environment = 0;
	rl_variable_bind("show-all-if-ambiguous", "on");
	rl_variable_bind("bell-style", "none");
	prompt_complete_set_up();
	prompt_actions_add();
}

/* What inputrc must not change: readline would wait for the end of a paste, or blink for half a second; what is not
 * printable never comes to it, and in a locale that is not UTF-8 nothing above ASCII is to be drawn as it is. */
static void insist(void)
{
	/* Not before rl_initialize(): for who draws by himself, readline does not look what the terminal can do. */
	rl_redisplay_function = prompt_draw_wish;
	rl_variable_bind("enable-bracketed-paste", "off");
	rl_variable_bind("blink-matching-paren", "off");
	rl_variable_bind("input-meta", "on");
	rl_variable_bind("convert-meta", "off");
	rl_variable_bind("output-meta", prompt.keys.charset == SHOW_UTF8 ? "on" : "off");
	rl_bind_keyseq_in_map("\\e[200~", prompt_input_begin_paste, emacs_standard_keymap);
	rl_bind_keyseq_in_map("\\e[200~", prompt_input_begin_paste, vi_insertion_keymap);
	rl_bind_keyseq_in_map("\\e[200~", prompt_input_begin_paste, vi_movement_keymap);
	rl_tty_set_echoing(1);
}

static void load_history(void)
{
	using_history();
	stifle_history(HISTORY_LINES_MAX);
	for (size_t i = 0; prompt.history && i < prompt.history->count; i++)
		add_history(prompt.history->lines[i]);
}

static void make_events(struct event_base *base)
{
	prompt.readable = event_new(base, prompt.terminal.in, EV_READ | EV_PERSIST, prompt_input_on_readable, NULL);
	prompt.writable = event_new(base, prompt.terminal.out, EV_WRITE | EV_PERSIST, on_writable, NULL);
	prompt.resumed = event_new(base, -1, 0, prompt_input_on_resumed, NULL);
	prompt.resized = evsignal_new(base, SIGWINCH, prompt_job_on_resized, NULL);
	prompt.continued = evsignal_new(base, SIGCONT, prompt_job_on_continued, NULL);
	prompt.stopped = evsignal_new(base, SIGTSTP, prompt_job_on_stopped, NULL);
	if (!prompt.readable || !prompt.writable || !prompt.resumed || !prompt.resized || !prompt.continued ||
	    !prompt.stopped)
		die("no events for the prompt");
	event_add(prompt.readable, NULL);
	event_add(prompt.resized, NULL);
	event_add(prompt.continued, NULL);
	event_add(prompt.stopped, NULL);
}

static void free_events(void)
{
	struct event *events[] = { prompt.readable, prompt.writable,  prompt.resumed,
				   prompt.resized,  prompt.continued, prompt.stopped };

	for (size_t i = 0; i < COUNT_OF(events); i++)
		event_free(events[i]);
}

static void init_prompt(const struct prompt_ops *ops, void *owner, struct history *history)
{
	const struct terminal terminal = prompt.terminal;

	prompt = (struct prompt){ .ops = ops, .owner = owner, .history = history, .terminal = terminal };
	prompt.name = xstrdup("");
	text_init(&prompt.printed);
	keys_init(&prompt.keys, safe_charset());
	completion_init(&prompt.offered);
}

bool prompt_possible(void)
{
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

bool prompt_open(const struct prompt_ops *ops, void *owner, struct event_base *base, struct history *history,
		 struct text *message)
{
	if (!terminal_open(&prompt.terminal, message))
		return false;
	init_prompt(ops, owner, history);
	prompt_draw_open();
	make_events(base);
	set_up_readline();
	rl_initialize();
	insist();
	load_history();
	terminal_enter(&prompt.terminal, prompt_draw_takes_sequences());
	prompt.keys.interrupt = terminal_key(&prompt.terminal, VINTR);
	prompt.keys.suspend = terminal_key(&prompt.terminal, VSUSP);
	rl_callback_handler_install(prompt.name, prompt_enter_line);
	prompt.open = true;
	die_set_hook(prompt_close);
	prompt_draw_resize(false);
	return true;
}

bool prompt_takes_sequences(void)
{
	return prompt.open && prompt_draw_takes_sequences();
}

void prompt_set_painter(const struct prompt_painter *painter, void *owner)
{
	prompt_draw_erase();
	prompt.painter = painter;
	prompt.painter_owner = owner;
	prompt_actions_bind();
	prompt_draw_resize(false);
}

static void release_prompt(void)
{
	fclose(prompt.stream);
	rl_outstream = NULL;
	terminal_close(&prompt.terminal);
	free(prompt.name);
	free(prompt.put_by);
	free(prompt.progress);
	prompt_enter_forget();
	free(prompt.lines);
	text_release(&prompt.printed);
	keys_release(&prompt.keys);
	completion_release(&prompt.offered);
}

/* What undoes the changes of a remembered line may, after Ctrl-C, stand in two of them (readline 8.2), and would be
 * freed twice: so it is left to the end of the process. */
static void forget_history(void)
{
	HIST_ENTRY **entries = history_list();

	for (; entries != NULL && *entries != NULL; entries++)
		(*entries)->data = NULL;
	rl_clear_history();
}

void prompt_close(void)
{
	if (!prompt.open)
		return;
	die_set_hook(NULL);
	prompt.open = false;
	prompt_draw_now();
	if (prompt.painter)
		prompt_draw_leave_screen();
	else if (prompt.drawn && !prompt.ended)
		prompt_draw_leave_line("");
	rl_callback_handler_remove();
	forget_history();
	free_events();
	release_prompt();
}

/* ---- what the owner does with it ---- */

void prompt_set_prompt(const char *name)
{
	if (!prompt.open || string_is(prompt.name, name))
		return;
	free(prompt.name);
	prompt.name = xstrdup(name);
	prompt.name_changed = true;
	prompt.wants_paint = true;
}

void prompt_print(const char *text)
{
	prompt_draw_print(text, STYLE_PLAIN);
}

void prompt_print_styled(const char *text, enum style style)
{
	prompt_draw_print(text, style);
}

void prompt_settle(void)
{
	prompt_draw_settle();
}

void prompt_put_first(const char *line)
{
	prompt_enter_put_first(line);
}

void prompt_drop_lines(void)
{
	prompt_enter_forget();
}

void prompt_ask(const char *question)
{
	if (prompt.question)
		return;
	prompt.question = question;
	prompt.put_by = xstrdup(rl_line_buffer);
	prompt.put_by_point = rl_point;
	rl_replace_line("", 1);
	prompt.wants_paint = true;
}

void prompt_preset(const char *line)
{
	/* What was typed meanwhile is not taken away. */
	if (!prompt.open || (prompt.painter && rl_end > 0))
		return;
	rl_callback_sigcleanup();
	rl_replace_line(line, 1);
	rl_point = rl_end;
	prompt.wants_paint = true;
}

void prompt_progress(const char *row)
{
	if (!prompt.open)
		return;
	free(prompt.progress);
	prompt.progress = row == NULL ? NULL : xstrdup(row);
	prompt.progress_changed = true;
	prompt.wants_paint = true;
}

void prompt_busy(bool busy)
{
	if (!prompt.open)
		return;
	if (prompt.busy && !busy)
		event_active(prompt.resumed, EV_TIMEOUT, 0);
	prompt.busy = busy;
	if (!busy && !prompt.drawn)
		prompt.wants_paint = true;
}

void prompt_size(size_t *columns, size_t *rows)
{
	*columns = prompt.columns;
	*rows = prompt.rows;
}
