#include "face/prompt_enter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "base/mem.h"
#include "face/prompt_state.h"

void prompt_enter_forget(void)
{
	while (prompt.next_line < prompt.line_count)
		free(prompt.lines[prompt.next_line++]);
	prompt.line_count = prompt.next_line = 0;
}

static void remember(const char *line)
{
	HIST_ENTRY *last = history_length > 0 ? history_get(history_base + history_length - 1) : NULL;
	size_t len = strlen(line);

	if (!history_wants(line, len))
		return;
	if (!last || !string_is(last->line, line))
		add_history(line);
	if (prompt.history)
		history_add(prompt.history, line, len);
}

void prompt_enter_queue(const char *line, size_t len)
{
	prompt.lines = array_grow(prompt.lines, prompt.line_count, &prompt.line_room, sizeof(*prompt.lines));
	prompt.lines[prompt.line_count++] = xstrndup(line, len);
}

void prompt_enter_put_first(const char *line)
{
	if (prompt.next_line > 0)
		prompt.lines[--prompt.next_line] = xstrdup(line);
	else
		prompt_enter_queue(line, strlen(line));
}

/* From readline: Enter, or (NULL) Ctrl-D on an empty line. Newlines come from a paste; one at its very end is not a
 * further line. */
void prompt_enter_line(char *line)
{
	prompt.paints_now = false;
	if (prompt.question) {
		prompt.question = NULL;
		prompt.painter->answer(prompt.painter_owner, line ? line : "");
		free(line);
		return;
	}
	if (!line) {
		prompt.ended = true;
		return;
	}
	prompt.drawn = false;
	for (const char *at = line;;) {
		const char *newline = strchr(at, '\n');

		prompt_enter_queue(at, newline ? (size_t)(newline - at) : strlen(at));
		remember(prompt.lines[prompt.line_count - 1]);
		if (!newline || newline[1] == '\0')
			break;
		at = newline + 1;
	}
	free(line);
}

void prompt_enter_run_next(void)
{
	char *line = prompt.lines[prompt.next_line++];

	if (prompt.next_line == prompt.line_count)
		prompt.line_count = prompt.next_line = 0;
	if (prompt.painter)
		prompt.painter->begin(prompt.painter_owner);
	prompt.ops->line(prompt.owner, line, strlen(line));
	free(line);
}

/* Not before readline has begun its next line. */
void prompt_enter_take_up(void)
{
	if (prompt.question || !prompt.put_by)
		return;
	rl_replace_line(prompt.put_by, 1);
	rl_point = prompt.put_by_point;
	free(prompt.put_by);
	prompt.put_by = NULL;
	prompt.wants_paint = true;
}
