#include "session/words.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

const char *word_text(const struct syntax_list *words, size_t index)
{
	const struct syntax *word = index < words->count ? &words->items[index] : NULL;

	if (word == NULL || word->key != NULL || (word->kind != SYNTAX_WORD && word->kind != SYNTAX_STRING))
		return NULL;
	return memchr(word->text, '\0', word->len) == NULL ? word->text : NULL;
}

bool word_is_time(const char *word, double *seconds)
{
	static const double DAY = 86400;
	char *end;

	if (word == NULL || !isdigit((unsigned char)*word))
		return false;
	*seconds = strtod(word, &end);
	if (string_is(end, "ms"))
		*seconds /= 1000;
	return (string_is(end, "ms") || string_is(end, "s") || *end == '\0') && *seconds >= 0 && *seconds <= DAY;
}

int word_column(const struct session *session, const struct syntax_list *words, size_t index)
{
	const struct statement *statement = &session->running.statement;

	if (index < words->count)
		return words->items[index].column;
	return statement->rest_column + (int)strlen(statement->rest);
}

void words_mistaken(struct session *session, const struct syntax_list *words, size_t index, const char *format, ...)
{
	struct text text;
	va_list args;

	text_init(&text);
	va_start(args, format);
	text_addv(&text, format, args);
	va_end(args);
	session_complain(session, word_column(session, words, index), "%s", text.data);
	text_release(&text);
	session_finish(session, OUTCOME_MISTAKE);
}

bool words_are(struct session *session, const struct syntax_list *words, size_t least, size_t most)
{
	const struct command_spec *spec = session->running.statement.command;

	if (words->count >= least && words->count <= most)
		return true;
	words_mistaken(session, words, words->count < least ? words->count : most, "it is used so: %s %s", spec->name,
		       spec->synopsis);
	return false;
}
