#include "face/prompt_actions.h"

#include <curses.h>
#include <stdio.h>
#include <string.h>

#include <readline/readline.h>

#include "base/mem.h"
#include "face/prompt_enter.h"
#include "face/prompt_state.h"

static int act(enum action action, int count)
{
	const char *line = prompt.painter ? prompt.painter->act(prompt.painter_owner, action, count) : NULL;

	if (line)
		prompt_enter_queue(line, strlen(line));
	prompt.wants_paint = true;
	return 0;
}

/* While nothing is painted, what readline itself does at these keys. */
static int act_or_search(enum action action, int count, int byte)
{
	if (!prompt.painter && action == ACTION_page_up)
		return rl_history_search_backward(count, byte);
	if (!prompt.painter && action == ACTION_page_down)
		return rl_history_search_forward(count, byte);
	return act(action, count);
}

#define ACTION(identifier, name, key, sequences, second, second_sequences, help) \
	static int act_##identifier(int count, int byte) \
	{ \
		return act_or_search(ACTION_##identifier, count, byte); \
	}
#include "face/actions.def"
#undef ACTION

static rl_command_func_t *const functions[ACTION_COUNT] = {
#define ACTION(identifier, name, key, sequences, second, second_sequences, help) \
	[ACTION_##identifier] = act_##identifier,
#include "face/actions.def"
#undef ACTION
};

/* Before inputrc is read, which may bind them. PgUp and PgDn are bound already now: readline gives these keys to the
 * history else, when it has read it. */
void prompt_actions_add(void)
{
	Keymap maps[] = { emacs_standard_keymap, vi_insertion_keymap, vi_movement_keymap };

	for (int action = 0; action < ACTION_COUNT; action++)
		rl_add_defun(action_spec((enum action)action)->name, functions[action], -1);
	for (size_t i = 0; i < COUNT_OF(maps); i++) {
		rl_bind_keyseq_if_unbound_in_map("\\e[5~", functions[ACTION_page_up], maps[i]);
		rl_bind_keyseq_if_unbound_in_map("\\e[6~", functions[ACTION_page_down], maps[i]);
	}
}

/* "kf1" is what terminfo says of that key, if anything. */
static void bind_sequence(const char *word, size_t len, rl_command_func_t *function)
{
	Keymap maps[] = { emacs_standard_keymap, vi_insertion_keymap, vi_movement_keymap };
	char name[16];
	const char *sequence = name;

	if (len >= sizeof(name))
		return;
	memcpy(name, word, len);
	name[len] = '\0';
	if (name[0] == 'k')
		sequence = tigetstr(name);
	for (size_t i = 0; i < COUNT_OF(maps) && sequence && sequence != (const char *)-1; i++)
		rl_bind_keyseq_if_unbound_in_map(sequence, function, maps[i]);
}

void prompt_actions_bind(void)
{
	for (int action = 0; action < ACTION_COUNT; action++)
		for (size_t i = 0; i < 2; i++) {
			const char *at = action_spec((enum action)action)->sequences[i];

			while (*at != '\0') {
				size_t len = strcspn(at, " ");

				bind_sequence(at, len, functions[action]);
				at += len + (at[len] == ' ');
			}
		}
}
