#include "face/prompt_complete.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <readline/readline.h>

#include "base/mem.h"
#include "face/prompt_draw.h"
#include "face/prompt_state.h"

/* readline replaces the line up to the cursor (nothing breaks words), so each match begins with what stands before the
 * word. The first is what all have in common. */
static char *match_of(const char *text, size_t len)
{
	size_t before = prompt.offered.begin;
	char *match = malloc(before + len + 1); /* readline frees it */

	if (!match)
		die("no memory for a completion");
	memcpy(match, rl_line_buffer, before);
	memcpy(match + before, text, len);
	match[before + len] = '\0';
	return match;
}

static char **make_matches(const struct completion *offered)
{
	char **matches = xcalloc(offered->count + 2, sizeof(*matches));

	if (offered->count == 1) {
		matches[0] = match_of(offered->items[0].text, strlen(offered->items[0].text));
		return matches;
	}
	matches[0] = match_of(offered->items[0].text, completion_common(offered));
	for (size_t i = 0; i < offered->count; i++)
		matches[i + 1] = match_of(offered->items[i].text, strlen(offered->items[i].text));
	return matches;
}

static char **attempt_completion(const char *text, int start, int end)
{
	struct completion *offered = &prompt.offered;
	size_t point = (size_t)rl_point;

	(void)text;
	(void)start;
	(void)end;
	rl_attempted_completion_over = 1;
	completion_release(offered);
	completion_init(offered);
	prompt.ops->complete(prompt.owner, rl_line_buffer, point, offered);
	if (offered->begin > point)
		offered->begin = point;
	completion_filter(offered, rl_line_buffer + offered->begin, point - offered->begin);
	rl_completion_append_character = (unsigned char)offered->append;
	rl_completion_suppress_append = offered->append == '\0';
	return offered->count > 0 ? make_matches(offered) : NULL;
}

/* The list leaves room for the line below it. */
static void show_matches(char **matches, int count, int longest)
{
	struct text list;

	(void)matches;
	(void)count;
	(void)longest;
	text_init(&list);
	size_t columns = prompt.columns, rows = prompt.rows > 3 ? prompt.rows - 2 : 1;
	if (prompt.painter)
		prompt.painter->list_size(prompt.painter_owner, &columns, &rows);
	completion_list(&list, &prompt.offered, columns, rows);
	prompt_draw_print(list.data, STYLE_PLAIN);
	text_release(&list);
	prompt.wants_paint = true;
}

void prompt_complete_set_up(void)
{
	rl_attempted_completion_function = attempt_completion;
	rl_completion_display_matches_hook = show_matches;
	rl_completer_word_break_characters = "";
	rl_completer_quote_characters = NULL;
	rl_filename_quoting_desired = 0;
	rl_sort_completion_matches = 0;
	rl_ignore_completion_duplicates = 0;
	rl_completion_query_items = 0;
}
