#include "face/prompt_input.h"

#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <readline/readline.h>

#include "base/mem.h"
#include "face/cells.h"
#include "face/prompt_draw.h"
#include "face/prompt_enter.h"
#include "face/prompt_job.h"
#include "face/prompt_state.h"
#include "face/safe.h"

enum { READ_SIZE = 4096 };
/* Keys that wait while the prompt is busy, beyond which they are dropped. */
enum { KEYS_MAX = PROMPT_PASTE_MAX + 65536 };

/* ---- what readline is given ---- */

/* End of file is for readline the end of whatever it is doing; it is asked only for what there is (see above). */
int prompt_input_give_byte(FILE *unused)
{
	(void)unused;
	return prompt.feed_at < prompt.feed_len ? (unsigned char)prompt.feed[prompt.feed_at++] : EOF;
}

/* readline asks whether more has come to learn if an escape is the key or the beginning of an arrow key's bytes;
 * and else in order to read on, when it may have only what it was given. */
int prompt_input_has_byte(void)
{
	bool is_escape = prompt.feed_len == 1 && prompt.feed[0] == '\033';

	return prompt.feed_at < prompt.feed_len || (is_escape && keys_waiting(&prompt.keys));
}

static void give_readline(const char *bytes, size_t len)
{
	prompt.feed_at = 0;
	prompt.feed_len = len < sizeof(prompt.feed) ? len : sizeof(prompt.feed);
	memcpy(prompt.feed, bytes, prompt.feed_len);
	while (prompt.feed_at < prompt.feed_len && !prompt.ended)
		rl_callback_read_char();
	prompt_enter_take_up();
}

/* ---- keys ---- */

static bool owner_takes(const struct key *key)
{
	return prompt.ops->key && !prompt.question &&
	       prompt.ops->key(prompt.owner, key->bytes, key->len, rl_end == 0);
}

/* A search ends at a key that begins a sequence, such as Ctrl-X, and the sequence is then read. readline, when it is
 * fed as here, puts both keys back, loses its place and reads at NULL (8.2): so the search is ended before. An escape,
 * which it takes apart by itself, is not among them. */
static void end_search_at_prefix(const struct key *key)
{
	unsigned char byte = (unsigned char)key->bytes[0];

	if (RL_ISSTATE(RL_STATE_ISEARCH) && byte != '\033' && rl_get_keymap()[byte].type == ISKMAP)
		rl_callback_sigcleanup();
}

static void press(const struct key *key)
{
	bool enter = key->len == 1 && (key->bytes[0] == '\r' || key->bytes[0] == '\n');

	if (enter) {
		prompt_draw_now();
		prompt.paints_now = true;
	}
	end_search_at_prefix(key);
	give_readline(key->bytes, key->len);
	prompt.paints_now = false;
}

/* ---- a paste ---- */

/* Each character of a paste as if it had been typed: what a search looks for. */
static void press_text(const struct text *text)
{
	for (size_t at = 0; at < text->len;) {
		struct cell_step step = cells_of_first(text->data + at, text->len - at);

		if (text->data[at] != '\n')
			give_readline(text->data + at, step.len);
		at += step.len;
	}
}

/* Line ends of all kinds become newlines: terminals send a carriage return for each. */
static void normalise(struct text *out, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		bool is_return = bytes[i] == '\r';

		if (is_return && i + 1 < len && bytes[i + 1] == '\n')
			continue;
		text_add_char(out, is_return ? '\n' : bytes[i]);
	}
}

static void paste(const struct key *key)
{
	struct text lines, text;
	size_t room = PROMPT_PASTE_MAX - prompt.pasted;

	text_init(&lines);
	text_init(&text);
	normalise(&lines, key->bytes, key->len);
	safe_add(&text, lines.data, lines.len, prompt.keys.charset, SAFE_NEWLINES_PASS);
	if (text.len > room) {
		prompt.paste_left_out += text.len - room;
		text_cut(&text, room);
	}
	prompt.pasted += text.len;
	if (RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH | RL_STATE_NUMERICARG)) {
		press_text(&text);
	} else {
		rl_callback_sigcleanup();
		rl_insert_text(text.data);
	}
	prompt.wants_paint = true;
	text_release(&lines);
	text_release(&text);
}

static void end_paste(void)
{
	char *note;

	if (prompt.paste_left_out > 0) {
		note = text_format("(the paste is too long: %zu bytes are left out)\n", prompt.paste_left_out);
		prompt_draw_print(note, STYLE_PLAIN);
		free(note);
	}
	prompt.pasted = prompt.paste_left_out = 0;
}

/* From readline's keymap: the mark of a paste came in pieces, or was typed by hand. */
int prompt_input_begin_paste(int count, int key)
{
	(void)count;
	(void)key;
	keys_begin_paste(&prompt.keys);
	return 0;
}

/* ---- what a key does ---- */

/* Whatever readline was in the middle of is given up; the line is empty. */
static void start_afresh(void)
{
	rl_free_line_state();
	rl_callback_sigcleanup();
	rl_callback_handler_remove();
	rl_callback_handler_install(prompt.name, prompt_enter_line);
	prompt.name_changed = false;
}

static void interrupt(void)
{
	bool asked = prompt.question != NULL;
	/* As in a shell: with a line begun the key takes that back, and no more. */
	bool begun = !prompt.busy && rl_end > 0;

	prompt_draw_leave_line("^C");
	if (!asked)
		prompt_enter_forget();
	if (!prompt.busy || prompt.painter)
		start_afresh();
	prompt.question = NULL;
	prompt_enter_take_up();
	if (asked)
		return;
	end_paste();
	prompt.ops->interrupt(prompt.owner, begun);
}

static void finish(void)
{
	prompt.ended = true;
	event_del(prompt.readable);
	if (!prompt.terminal.gone)
		prompt_draw_leave_line("");
	prompt_enter_forget();
	prompt.ops->end(prompt.owner);
}

static void handle(const struct key *key)
{
	switch (key->kind) {
	case KEYS_NONE:
		break;
	case KEYS_CHARACTER:
		if (!owner_takes(key))
			press(key);
		break;
	case KEYS_PASTE:
		if (!owner_takes(key))
			paste(key);
		break;
	case KEYS_PASTE_END:
		end_paste();
		break;
	case KEYS_INTERRUPT:
		interrupt();
		break;
	case KEYS_SUSPEND:
		prompt_job_suspend();
		break;
	}
}

static bool may_go_on(void)
{
	return prompt.open && !prompt.ended;
}

static void run_urgent_keys(void)
{
	enum key_kind kind;

	while (may_go_on() && prompt.busy && (kind = keys_urgent(&prompt.keys)) != KEYS_NONE) {
		if (kind == KEYS_INTERRUPT)
			interrupt();
		else
			prompt_job_suspend();
	}
}

/*
 * While a line is being run the next one may be typed, and the screen's keys do what they do; only what would run it
 * waits: Enter, and Ctrl-D, which ends the input, and whatever was pressed after them. Without a painter all keys wait,
 * for there is no line to be seen.
 */
static bool next_key_waits(void)
{
	enum { END_OF_INPUT = 0x04 };
	int byte = keys_first(&prompt.keys);

	if (!prompt.busy)
		return false;
	if (!prompt.painter || prompt.next_line < prompt.line_count)
		return true;
	return !prompt.question && (byte == '\r' || byte == '\n' || (byte == END_OF_INPUT && rl_end == 0));
}

/* A line that was entered, else a key. The owner may close the prompt in each of its ops. False: nothing is left that
 * does not wait. */
static bool run_next(void)
{
	struct key key;

	if (!prompt.busy && prompt.next_line < prompt.line_count) {
		prompt_enter_run_next();
		return true;
	}
	if (next_key_waits())
		return false;
	key = keys_next(&prompt.keys);
	handle(&key);
	if (prompt.open && prompt.ended)
		finish();
	return key.kind != KEYS_NONE;
}

static void run_keys(void)
{
	if (prompt.delivering)
		return;
	prompt.delivering = true;
	do
		run_urgent_keys();
	while (may_go_on() && run_next());
	prompt.delivering = false;
}

void prompt_input_on_readable(evutil_socket_t fd, short what, void *unused)
{
	char bytes[READ_SIZE];
	ssize_t got = read((int)fd, bytes, sizeof(bytes));

	(void)what;
	(void)unused;
	if (got < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (got <= 0) {
		prompt.terminal.gone = true;
		finish();
		return;
	}
	if (prompt.keys.raw.len - prompt.keys.at < KEYS_MAX)
		keys_add(&prompt.keys, bytes, (size_t)got);
	run_keys();
}

void prompt_input_on_resumed(evutil_socket_t fd, short what, void *unused)
{
	(void)fd;
	(void)what;
	(void)unused;
	run_keys();
}
