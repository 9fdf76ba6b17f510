/*
 * The words of a command.
 */
#ifndef SOCKSTEP_SESSION_WORDS_H
#define SOCKSTEP_SESSION_WORDS_H

#include "session/state.h"

/* The word number `index` (from 0); NULL if there are fewer, or something else than a word or string stands there. */
const char *word_text(const struct syntax_list *words, size_t index);
/* "1.5s", "200ms" or "2", in seconds, at most a day; false: it is no such time. */
bool word_is_time(const char *word, double *seconds);
/* Where it stands in the line under way; behind its end if there are fewer. */
int word_column(const struct session *session, const struct syntax_list *words, size_t index);
/* True if there are at least `least` and at most `most` words; else the mistake is told with the command's synopsis,
 * and the statement is finished. */
bool words_are(struct session *session, const struct syntax_list *words, size_t least, size_t most);
/* Tells a mistake at that word, and finishes the statement. */
void words_mistaken(struct session *session, const struct syntax_list *words, size_t index, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

#endif
