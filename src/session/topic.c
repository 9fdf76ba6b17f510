#include "session/topic.h"

#include <ctype.h>
#include <netdb.h>
#include <string.h>

#include "base/mem.h"
#include "call/help.h"
#include "call/option.h"
#include "call/word.h"
#include "session/columns.h"
#include "session/words.h"
#include "world/states.h"

/* ---- names ---- */

static bool is_same_name(const char *name, const char *topic)
{
	for (; *name != '\0' && *topic != '\0'; name++, topic++)
		if (tolower((unsigned char)*name) != tolower((unsigned char)*topic) && !(*name == '_' && *topic == '-'))
			return false;
	return *name == *topic;
}

/* The words as the name of a command has them: with hyphens. */
static void join_words(struct text *out, const struct syntax_list *words)
{
	for (size_t i = 0; i < words->count; i++) {
		const char *word = word_text(words, i);

		text_addf(out, "%s%s", i == 0 ? "" : "-", word == NULL ? "" : word);
	}
}

/* ---- calls and commands ---- */

static bool tell_what_is_done(struct text *out, const char *topic)
{
	const struct call_spec *call = call_find(topic, true, NULL);
	const struct command_spec *command = command_find(topic, true, NULL);

	if (call != NULL && (command == NULL || string_is(call->name, topic)))
		help_call(out, call);
	else if (command != NULL)
		help_command(out, command);
	else if (string_is(topic, "all"))
		help_topics(out);
	return out->len > 0;
}

/* ---- options ---- */

static bool tell_option(struct text *out, const char *topic)
{
	size_t count, before = out->len;
	const struct option_spec *options = options_all(&count);

	for (size_t i = 0; i < count; i++)
		if (is_same_name(options[i].name, topic))
			help_option(out, &options[i]);
	return out->len > before;
}

/* ---- states ---- */

enum { NEIGHBOURS_BEGIN = 16, WIDTH = 78 };

/* "  TITLE   SYN_SENT, LISTEN": the states to which an edge leads from it, or those from which one comes. */
static void add_neighbours(struct text *out, const char *title, const char *state, bool after)
{
	struct text names;
	size_t count;
	const struct constant *all = constants_all(&count);

	text_init(&names);
	for (size_t i = 0; i < count; i++) {
		const char *name = all[i].name;

		if (all[i].group != GROUP_STATE || constant_name(GROUP_STATE, all[i].value) != name ||
		    string_is(name, state))
			continue;
		if (after ? state_is_edge(state, name) : state_is_edge(name, state))
			text_addf(&names, "%s%s", names.len > 0 ? ", " : "", name);
	}
	text_addf(out, "  %-*s", NEIGHBOURS_BEGIN - 2, title);
	columns_fold(out, names.data, NEIGHBOURS_BEGIN, WIDTH);
	text_add(out, "\n");
	text_release(&names);
}

static void tell_state(struct text *out, const struct constant *constant)
{
	const char *state = constant_name(GROUP_STATE, constant->value);

	text_addf(out, "%s\n  a state of a TCP connection (RFC 9293, section 3.3.2)\n\n", state);
	add_neighbours(out, "comes after", state, false);
	add_neighbours(out, "leads to", state, true);
	text_add(out, "  `why FD` says what a socket in it waits for; F3 shows the diagram\n");
}

/* ---- errors ---- */

static void tell_error(struct text *out, const struct constant *constant)
{
	bool resolver = constant->group == GROUP_EAI;

	text_addf(out, "%s\n  an error%s: %s\n\n", constant->name, resolver ? " of getaddrinfo()" : "",
		  resolver ? gai_strerror((int)constant->value) : strerror((int)constant->value));
	text_add(out, "  `why` after a call that failed with it says what led to it here\n");
	text_addf(out, "  manual page  %s\n", resolver ? "getaddrinfo(3)" : "errno(3)");
}

/* ---- all that have a name ---- */

static bool tell_constant(struct text *out, const char *topic)
{
	size_t count;
	const struct constant *all = constants_all(&count);

	for (size_t i = 0; i < count; i++) {
		if (!is_same_name(all[i].name, topic))
			continue;
		if (all[i].group == GROUP_STATE)
			tell_state(out, &all[i]);
		else if (all[i].group == GROUP_ERRNO || all[i].group == GROUP_EAI)
			tell_error(out, &all[i]);
		else
			help_constant(out, &all[i]);
		/* Of several groups it is said once in which arguments it stands. */
		return true;
	}
	return false;
}

/* The name that may have been meant, of all that there are. */
static void suggest(struct text *message, const char *topic)
{
	struct nearest nearest = nearest_to(topic);
	size_t constant_count, option_count;
	const struct constant *constants = constants_all(&constant_count);
	const struct option_spec *options = options_all(&option_count);

	for (int i = 0; i < CALL_COUNT; i++)
		nearest_try(&nearest, call_spec((enum call_id)i)->name);
	for (int i = 0; i < COMMAND_COUNT; i++)
		nearest_try(&nearest, command_spec((enum command_id)i)->name);
	for (size_t i = 0; i < option_count; i++)
		nearest_try(&nearest, options[i].name);
	for (size_t i = 0; i < constant_count; i++)
		nearest_try(&nearest, constants[i].name);
	word_show(message, topic);
	text_add(message, " is no call and no command, option, constant or state");
	text_add(message, nearest.name == NULL ? " (help lists calls and commands)" : "");
	nearest_suggest(message, &nearest);
}

bool topic_tell(struct text *out, const struct syntax_list *words, struct text *message)
{
	struct text topic, told;
	bool known = true;

	if (words->count == 0) {
		help_overview(out);
		return true;
	}
	text_init(&topic);
	text_init(&told);
	join_words(&topic, words);
	if (!tell_what_is_done(&told, topic.data) && !tell_option(&told, topic.data) &&
	    !tell_constant(&told, topic.data)) {
		suggest(message, topic.data);
		known = false;
	}
	text_add(out, told.data);
	text_release(&told);
	text_release(&topic);
	return known;
}
