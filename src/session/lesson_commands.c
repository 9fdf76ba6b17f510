/*
 * lesson, back.
 */
#include <stdlib.h>

#include "session/commands.h"
#include "session/lesson.h"
#include "session/progress.h"
#include "session/words.h"

static void say_lesson(void *context, const char *name, const char *teaches)
{
	size_t step = progress_of(name);

	if (step > 0)
		session_say(context, "%-22s %s (you are at step %zu)", name, teaches, step);
	else
		session_say(context, "%-22s %s", name, teaches);
}

static void list(struct session *session)
{
	if (!lesson_list(say_lesson, session))
		session_complain(session, -1, "no lessons are installed");
	session_finish(session, OUTCOME_OK);
}

static void finish_with(struct session *session, bool ok, const struct text *message)
{
	if (!ok)
		session_complain(session, session->running.statement.column, "%s", message->data);
	session_finish(session, ok ? OUTCOME_OK : OUTCOME_FAILED);
}

/* NAME [--from N] [--practice] */
static bool read_words(struct session *session, const struct syntax_list *words, long *from, bool *practice)
{
	char *end;

	for (size_t i = 1; i < words->count; i++) {
		const char *word = word_text(words, i), *number = word_text(words, i + 1);

		if (word != NULL && string_is(word, "--practice")) {
			*practice = true;
		} else if (word != NULL && string_is(word, "--from") && number != NULL) {
			*from = strtol(number, &end, 10);
			i++;
			if (*end == '\0' && *from >= 1)
				continue;
			words_mistaken(session, words, i, "--from takes the number of a step");
			return false;
		} else {
			words_mistaken(session, words, i, "it is used so: lesson NAME [--from N] [--practice]");
			return false;
		}
	}
	return true;
}

void command_lesson(struct session *session, const struct syntax_list *words)
{
	const char *name = word_text(words, 0);
	struct text message;
	bool practice = false;
	long from = 0;

	if (words->count == 0) {
		list(session);
		return;
	}
	if (name == NULL) {
		words_mistaken(session, words, 0, "the name of a lesson is expected here (lesson lists them)");
		return;
	}
	if (!read_words(session, words, &from, &practice))
		return;
	text_init(&message);
	finish_with(session, session->ops->lesson(session->owner, name, from, practice, &message), &message);
	text_release(&message);
}

void command_back(struct session *session, const struct syntax_list *words)
{
	struct text message;

	if (!words_are(session, words, 0, 0))
		return;
	text_init(&message);
	finish_with(session, session->ops->back(session->owner, &message), &message);
	text_release(&message);
}
