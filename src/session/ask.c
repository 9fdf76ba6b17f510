#include "session/ask.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session/commands.h"

/* ---- reading ---- */

static size_t skip_string(const char *text)
{
	size_t len = 1;

	while (text[len] != '\0' && text[len] != '"')
		len += text[len] == '\\' && text[len + 1] != '\0' ? 2 : 1;
	return text[len] == '"' ? len + 1 : len;
}

/* The string at the beginning of the text, as the language has it; NULL with a mistake. */
static char *read_string(const char *text, size_t *len, struct mistake *mistake)
{
	struct syntax_list words;
	struct cursor cursor = { .line = text };
	char *string = NULL;

	*len = *text == '"' ? skip_string(text) : 0;
	cursor.len = *len;
	if (*len > 0 && syntax_read_args(&words, &cursor, false, mistake)) {
		if (words.count == 1 && words.items[0].kind == SYNTAX_STRING)
			string = xstrdup(words.items[0].text);
		syntax_list_release(&words);
	}
	if (string == NULL && mistake->text.len == 0)
		text_add(&mistake->text, "it is written so: ask \"QUESTION\" = EXPECTATION [because \"WHY\"]");
	return string;
}

/* Where ` because "` stands outside of a string; NULL: nowhere. */
static const char *find_because(const char *text)
{
	static const char word[] = " because \"";

	for (; *text != '\0'; text++) {
		if (strncmp(text, word, sizeof(word) - 1) == 0)
			return text;
		if (*text == '"')
			text += skip_string(text) - 1;
		if (*text == '\0')
			break;
	}
	return NULL;
}

static bool read_answer(struct asked *question, const char *text, const char *all, struct mistake *mistake)
{
	const char *because = find_because(text);
	size_t len = because == NULL ? strlen(text) : (size_t)(because - text), because_len;
	char *answer = xstrndup(text, len);
	bool ok = expectation_read(&question->answer, answer, mistake);

	free(answer);
	if (!ok) {
		mistake->column += (int)(text - all);
		return false;
	}
	if (because == NULL)
		return true;
	question->because = read_string(because + strlen(" because "), &because_len, mistake);
	return question->because != NULL;
}

bool asked_read(struct asked *question, const char *text, struct mistake *mistake)
{
	size_t len;
	const char *answer;

	*question = (struct asked){ .text = read_string(text, &len, mistake) };
	if (question->text == NULL)
		return false;
	answer = text + len;
	answer += strspn(answer, " \t");
	if (*answer == '=') {
		answer++;
		answer += strspn(answer, " \t");
		if (read_answer(question, answer, text, mistake))
			return true;
	} else {
		mistake->column = (int)(answer - text);
		text_add(&mistake->text, "behind the question stands = and the expectation that answers it");
	}
	asked_release(question);
	return false;
}

void asked_release(struct asked *question)
{
	if (question->answer.text != NULL)
		expectation_release(&question->answer);
	free(question->text);
	free(question->because);
	*question = (struct asked){ 0 };
}

/* ---- the answer ---- */

const char *asked_answer(const struct asked *question)
{
	const char *last = strrchr(question->answer.text, ' ');

	return last == NULL ? question->answer.text : last + 1;
}

/* Letters large, hyphens as underscores, no space around; "3, 4", "3 4" and "SYN+ACK" as lists are written. */
static char *plain(const char *text)
{
	struct text copy;

	text_init(&copy);
	for (text += strspn(text, " \t"); *text != '\0';) {
		size_t between = strspn(text, " \t.,+");

		if (between > 0 && text[between] != '\0')
			text_add_char(&copy, ',');
		text += between;
		if (between == 0) {
			text_add_char(&copy, *text == '-' ? '_' : (char)toupper((unsigned char)*text));
			text++;
		}
	}
	return text_take(&copy);
}

static bool same_constant(const char *a, const char *b)
{
	long long one, other;

	return constant_value(GROUP_STATE, a, &one) && constant_value(GROUP_STATE, b, &other) && one == other;
}

bool asked_is_answered_by(const struct asked *question, const char *line)
{
	char *given = plain(line), *wanted = plain(asked_answer(question));
	bool right = string_is(given, wanted) || same_constant(given, wanted);

	free(given);
	free(wanted);
	return right;
}

/* ---- the command ---- */

static void free_asked(void *own)
{
	asked_release(own);
	free(own);
}

/* The right answer and why, which the kernel has confirmed by then. */
static void tell_why(struct session *session, const struct asked *question)
{
	if (question->because != NULL)
		session_say(session, "%s", question->because);
}

static void on_checked(struct session *session, bool ok, const char *is)
{
	const struct asked *question = session->running.own;

	if (!ok) {
		session_complain(session, session->running.statement.column,
				 "the answer %s does not hold: expected %s, but %s", asked_answer(question),
				 question->answer.text, is);
		session_finish(session, OUTCOME_FAILED);
		return;
	}
	session_say(session, "%s", asked_answer(question));
	tell_why(session, question);
	session_finish(session, OUTCOME_OK);
}

static bool try_answer(struct session *session, struct text *is)
{
	const struct asked *question = session->running.own;

	text_clear(is);
	return expectation_holds(&question->answer, session, is);
}

static void on_event(struct session *session, const struct event *event)
{
	struct text is;

	(void)event;
	text_init(&is);
	if (try_answer(session, &is)) {
		session->running.waiter = NULL;
		on_checked(session, true, NULL);
	}
	text_release(&is);
}

static void on_over(struct session *session)
{
	struct text is;
	bool holds;

	text_init(&is);
	session->running.waiter = NULL;
	lab_look(session->lab);
	holds = try_answer(session, &is);
	on_checked(session, holds, is.data);
	text_release(&is);
}

static const struct waiter waits_for_truth = { .event = on_event, .time_out = on_over, .looks = true };
static const struct waiter waits_for_person = { .own_first = false };

const struct expectation *session_asked(const struct session *session)
{
	const struct asked *question = session->running.own;

	return session->running.waiter == &waits_for_person ? &question->answer : NULL;
}

void session_answer(struct session *session, const char *line)
{
	const struct asked *question = session->running.own;
	struct text is;

	text_init(&is);
	lab_look(session->lab);
	if (line[strspn(line, " \t")] == '\0')
		session_say(session, "%s.", asked_answer(question));
	else if (asked_is_answered_by(question, line))
		session_say(session, "Right: %s.", asked_answer(question));
	else
		session_say(session, "No: %s.", asked_answer(question));
	tell_why(session, question);
	if (!try_answer(session, &is))
		session_say(session, "(The kernel says otherwise now: %s)", is.data);
	session_finish(session, OUTCOME_OK);
	text_release(&is);
}

static void check_answer(struct session *session)
{
	struct text is;

	text_init(&is);
	if (try_answer(session, &is))
		on_checked(session, true, NULL);
	else
		session_wait(session, &waits_for_truth, ((struct asked *)session->running.own)->answer.within);
	text_release(&is);
}

void command_ask(struct session *session, const struct syntax_list *words)
{
	struct running *running = &session->running;
	struct asked *question = xmalloc(sizeof(*question));
	struct mistake mistake;

	(void)words;
	mistake_init(&mistake);
	if (!asked_read(question, running->statement.rest, &mistake)) {
		session_complain(session, running->statement.rest_column + mistake.column, "%s", mistake.text.data);
		session_finish(session, OUTCOME_MISTAKE);
		free(question);
	} else {
		running->own = question;
		running->free_own = free_asked;
		session_say(session, "%s", question->text);
		if (session->ops->ask(session->owner))
			session_wait(session, &waits_for_person, -1);
		else
			check_answer(session);
	}
	mistake_release(&mistake);
}
