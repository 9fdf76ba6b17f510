#include "session/gather.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/show.h"

void gather_init(struct gather *gather, bool crlf)
{
	*gather = (struct gather){ .crlf = crlf };
	text_init(&gather->data);
}

bool gather_forget(struct gather *gather)
{
	bool was = gather->begin != NULL;

	free(gather->begin);
	free(gather->word);
	gather->begin = gather->word = NULL;
	text_clear(&gather->data);
	return was;
}

void gather_release(struct gather *gather)
{
	gather_forget(gather);
	text_release(&gather->data);
}

/* "<<WORD" at the line's end, outside of strings: where it begins; NULL: there is none. */
static const char *find_mark(const char *line, size_t len)
{
	bool quoted = false;

	for (size_t i = 0; i + 2 < len; i++) {
		if (quoted && line[i] == '\\')
			i++;
		else if (line[i] == '"')
			quoted = !quoted;
		else if (!quoted && line[i] == '<' && line[i + 1] == '<' && isalpha((unsigned char)line[i + 2]))
			return line + i;
	}
	return NULL;
}

static bool begin(struct gather *gather, const char *line, size_t len)
{
	const char *mark = find_mark(line, len);
	size_t word = 0, left;

	if (mark == NULL)
		return false;
	left = len - (size_t)(mark + 2 - line);
	while (word < left && (isalnum((unsigned char)mark[2 + word]) || mark[2 + word] == '_'))
		word++;
	if (word + strspn(mark + 2 + word, " \t") != left)
		return false;
	gather->begin = xstrndup(line, (size_t)(mark - line));
	gather->word = xstrndup(mark + 2, word);
	return true;
}

bool gather_takes_line(struct gather *gather, const char *line, size_t len, struct text *whole)
{
	if (gather->begin == NULL)
		return begin(gather, line, len);
	if (len != strlen(gather->word) || memcmp(line, gather->word, len) != 0) {
		text_add_bytes(&gather->data, line, len);
		text_add(&gather->data, gather->crlf ? "\r\n" : "\n");
		return true;
	}
	text_add(whole, gather->begin);
	show_quoted(whole, gather->data.data, gather->data.len, 0, SHOW_ASCII);
	gather_forget(gather);
	return true;
}
