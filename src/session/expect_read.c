/*
 * Expectations are read here: which form of call/expectations.def a line has, and what stands in its places.
 */
#include "session/expect.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "call/word.h"
#include "packet/names.h"
#include "session/words.h"

enum { EXPECT_SECONDS = 1, STATES_SHOWN = 20 };

/* Words in lower case stand for themselves, those in upper case for what is told there. */
static const char *const forms[EXPECT_KIND_COUNT] = {
#define EXPECTATION(name, form, holds, help) [EXPECT_##name] = form,
#include "call/expectations.def"
#undef EXPECTATION
};

const char *expectation_form(size_t index)
{
	return index < EXPECT_KIND_COUNT ? forms[index] : NULL;
}

const char *expectation_word(const struct syntax_list *words, size_t index)
{
	if (index < words->count && words->items[index].kind == SYNTAX_RECEIVED)
		return "received";
	return index < words->count && words->items[index].kind == SYNTAX_WORD ? words->items[index].text : "";
}

static bool is_number(const char *word)
{
	char *end;

	errno = 0;
	strtoll(word, &end, 0);
	return *word != '\0' && *end == '\0' && errno == 0;
}

static bool is_data(const struct syntax_list *words, size_t index)
{
	return index < words->count && words->items[index].kind == SYNTAX_STRING;
}

static bool is_constant(enum constant_group group, const char *word)
{
	struct text message;
	long long value;
	bool known;

	text_init(&message);
	known = !is_number(word) && constant_read_flags(group, word, &value, &message);
	text_release(&message);
	return known;
}

bool expectation_flags(const struct syntax_list *words, size_t index, uint16_t *flags)
{
	uint16_t one;

	*flags = 0;
	for (; index < words->count; index++) {
		if (!flags_parse(&one, expectation_word(words, index)) || *expectation_word(words, index) == '\0')
			return false;
		*flags = (uint16_t)(*flags | one);
	}
	return true;
}

static bool are_flags(const struct syntax_list *words, size_t index)
{
	uint16_t flags;

	return expectation_flags(words, index, &flags);
}

/* How many words of the line the word of the form takes; 0: it does not stand there. */
static size_t fits(const char *form, size_t form_len, const struct syntax_list *words, size_t index)
{
	const char *word = expectation_word(words, index);
	size_t rest = words->count - index;

	if (islower((unsigned char)*form))
		return strlen(word) == form_len && strncmp(word, form, form_len) == 0;
	if (strncmp(form, "NUMBER", form_len) == 0)
		return is_number(word);
	if (strncmp(form, "ERRNO", form_len) == 0)
		return is_constant(GROUP_ERRNO, word) || is_constant(GROUP_EAI, word);
	if (strncmp(form, "STATE", form_len) == 0)
		return is_constant(GROUP_STATE, word);
	if (strncmp(form, "SIGNAL", form_len) == 0)
		return is_constant(GROUP_SIGNAL, word);
	if (strncmp(form, "DATA", form_len) == 0)
		return is_data(words, index);
	if (strncmp(form, "LIST", form_len) == 0)
		return rest;
	if (strncmp(form, "FLAGS", form_len) == 0)
		return are_flags(words, index) ? rest : 0;
	if (strncmp(form, "SOCKET", form_len) == 0)
		return strchr(word, ':') != NULL ? (rest > 1 ? 2 : 0) : *word != '\0';
	return *word != '\0';
}

/* How many of the words fit to the form, from the first on; `rest`: what is left of the form then. */
static size_t words_that_fit(const char *form, const struct syntax_list *words, const char **rest)
{
	size_t index = 0, len, taken;

	for (; *form != '\0'; form += len, form += strspn(form, " ")) {
		len = strcspn(form, " ");
		taken = index < words->count ? fits(form, len, words, index) : 0;
		if (taken == 0)
			break;
		index += taken;
	}
	*rest = form;
	return index;
}

static bool form_fits(const char *form, const struct syntax_list *words)
{
	const char *rest;

	return words_that_fit(form, words, &rest) == words->count && *rest == '\0';
}

/* "within 5s" at the end, which is taken off. */
static bool read_within(struct expectation *expectation, struct mistake *mistake)
{
	struct syntax_list *words = &expectation->words;

	expectation->within = EXPECT_SECONDS;
	if (words->count < 2 || !string_is(expectation_word(words, words->count - 2), "within"))
		return true;
	if (!word_is_time(expectation_word(words, words->count - 1), &expectation->within)) {
		text_add(&mistake->text, "a time is such as 5s or 200ms, at most a day: within 5s");
		mistake->column = words->items[words->count - 1].column;
		return false;
	}
	expectation->text[words->items[words->count - 2].column] = '\0';
	for (size_t len = strlen(expectation->text); len > 0 && expectation->text[len - 1] == ' ';)
		expectation->text[--len] = '\0';
	syntax_list_drop_last(words);
	syntax_list_drop_last(words);
	return true;
}

/* Of "client 3 state LISTN" only the last word is wrong; true if that was said. */
static bool say_wrong_state(const struct syntax_list *words, struct mistake *mistake)
{
	const char *rest;
	size_t index = words_that_fit(forms[EXPECT_STATE], words, &rest);

	if (!string_is(rest, "STATE") || index + 1 != words->count)
		return false;
	mistake->column = words->items[index].column;
	word_show(&mistake->text, expectation_word(words, index));
	text_add(&mistake->text, " is no state: ");
	constant_list(&mistake->text, GROUP_STATE, STATES_SHOWN);
	return true;
}

static bool read_form(struct expectation *expectation, struct mistake *mistake)
{
	for (int kind = 0; kind < EXPECT_KIND_COUNT; kind++)
		if (form_fits(forms[kind], &expectation->words)) {
			expectation->kind = (enum expectation_kind)kind;
			return true;
		}
	if (say_wrong_state(&expectation->words, mistake))
		return false;
	mistake->column = 0;
	text_add(&mistake->text, "this is no expectation; the forms are:");
	for (int kind = 0; kind < EXPECT_KIND_COUNT; kind++)
		text_addf(&mistake->text, "%s %s", kind == 0 ? "" : ",", forms[kind]);
	return false;
}

bool expectation_read(struct expectation *expectation, const char *text, struct mistake *mistake)
{
	struct cursor cursor = { .line = text, .len = strlen(text) };

	*expectation = (struct expectation){ .text = xstrdup(text) };
	if (syntax_read_args(&expectation->words, &cursor, false, mistake) && read_within(expectation, mistake) &&
	    read_form(expectation, mistake))
		return true;
	expectation_release(expectation);
	return false;
}

void expectation_release(struct expectation *expectation)
{
	free(expectation->text);
	syntax_list_release(&expectation->words);
	*expectation = (struct expectation){ 0 };
}
