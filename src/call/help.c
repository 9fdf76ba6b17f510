#include "call/help.h"

#include <string.h>

#include "base/mem.h"
#include "call/option.h"
#include "call/types.h"

enum { WIDTH = 78, NAME_WIDTH = 15, LINE_WIDTH = 37, ALL = 1000 };

static const char *const examples[CALL_COUNT] = {
#define EXAMPLE(call, line) [CALL_##call] = line,
#include "call/examples.def"
#undef EXAMPLE
};

const char *help_example(enum call_id id)
{
	return examples[id];
}

static const struct {
	enum command_id command;
	const char *line, *what;
} command_examples[] = {
#define COMMAND_EXAMPLE(command, line, what) { COMMAND_##command, line, what },
#include "call/command_examples.def"
#undef COMMAND_EXAMPLE
};

const char *help_command_example(size_t index, enum command_id *command)
{
	if (index >= COUNT_OF(command_examples))
		return NULL;
	*command = command_examples[index].command;
	return command_examples[index].line;
}

static const struct {
	const char *form, *help;
} expectations[] = {
#define EXPECTATION(name, form, holds, help) { form, help },
#include "call/expectations.def"
#undef EXPECTATION
};

/* What `help` begins with: names by what they are for. The rest are calls and commands that stand in no group. */
static const struct {
	const char *title, *names;
} groups[] = {
	{ "begin", "socket bind listen accept connect send recv shutdown close" },
	{ "look", "fds sockets ports info history segments ladder why" },
	{ "the wire", "wire step deliver drop duplicate corrupt inject cut mend" },
	{ "talk", "interact read-all read-until send-file relay serve tls starttls" },
	{ "sides, hosts", "side sides interrupt wait host sysctl reset" },
	{ "lessons", "lesson back" },
	{ "scripts", "run save expect say pause ask repeat for if else end" },
	{ "the rest", "set screenshot help quit" },
};

const char *help_result(enum call_result result)
{
	switch (result) {
	case RESULT_FD:
		return "a new descriptor";
	case RESULT_BYTES:
		return "how many bytes";
	case RESULT_ZERO:
		return "0";
	case RESULT_NUMBER:
		return "a number";
	case RESULT_PID:
		return "a process number";
	case RESULT_EAI:
		return "0, or an EAI_ error";
	case RESULT_NEVER:
		return "none: it does not return";
	}
	return "";
}

/* "name    text", the text, from a column on, wrapped between words and its further lines indented as the first. */
static void add_entry_at(struct text *out, int begin, const char *name, const char *text)
{
	size_t column = (size_t)begin;

	text_addf(out, "  %-*s", begin - 2, name);
	if (strlen(name) > (size_t)begin - 3) {
		text_addf(out, "\n%*s", begin, "");
	}
	while (*text != '\0') {
		size_t len = strcspn(text, " ");

		if (column + len > WIDTH && column > (size_t)begin) {
			text_cut(out, out->len - 1);
			text_addf(out, "\n%*s", begin, "");
			column = (size_t)begin;
		}
		text_add_bytes(out, text, len);
		column += len + 1;
		text += len;
		text += *text == ' ';
		text_add(out, *text == '\0' ? "" : " ");
	}
	text_add(out, "\n");
}

static void add_entry(struct text *out, const char *name, const char *text)
{
	add_entry_at(out, NAME_WIDTH, name, text);
}

/* The values of socket's type may be joined with flags; so may those of open's access mode. */
static bool may_be_joined(enum constant_group group)
{
	long long flags;
	struct text ignored;
	bool may;

	text_init(&ignored);
	may = constant_read_flags(group, "0|0", &flags, &ignored);
	text_release(&ignored);
	return may;
}

void help_argument(struct text *out, const struct arg_spec *arg)
{
	switch (arg->need) {
	case ARG_OUT:
	case ARG_KEYED_OUT:
	case ARG_HIDDEN:
		text_add(out, "given by the call: left out");
		return;
	case ARG_REQUIRED:
	case ARG_OPTIONAL:
	case ARG_KEYED:
		break;
	}
	if (arg->group != GROUP_NONE && (arg->type == ARG_CONSTANT || arg->type == ARG_LEVEL)) {
		constant_list(out, arg->group, ALL);
		text_add(out, may_be_joined(arg->group) ? "; joined by |" : "");
	} else {
		type_describe(out, arg, NULL);
	}
	if (arg->type == ARG_LEVEL)
		text_add(out, "; the option's own if left out");
	else if (arg->need != ARG_REQUIRED)
		text_add(out, "; may be left out");
}

static void add_argument(struct text *out, const struct arg_spec *arg)
{
	struct text name, text;

	if (arg->need == ARG_HIDDEN)
		return;
	text_init(&name);
	text_init(&text);
	text_addf(&name, "%s%s", arg->name, arg->need == ARG_KEYED ? "=" : "");
	help_argument(&text, arg);
	add_entry(out, name.data, text.data);
	text_release(&name);
	text_release(&text);
}

static const char *blocks(const struct call_spec *spec)
{
	switch (spec->blocks) {
	case BLOCKS_NEVER:
		return "it returns at once";
	case BLOCKS_MAY:
		return "it may block";
	case BLOCKS_LIBRARY:
		return "it may block, in several system calls of the C library";
	}
	return "";
}

static void add_short_forms(struct text *out)
{
	struct text text;
	const char *form;

	text_init(&text);
	for (size_t i = 0; (form = call_short_form(i)) != NULL; i++)
		text_addf(&text, "%s%s", i == 0 ? "" : ", ", form);
	add_entry(out, "short forms", text.data);
	text_release(&text);
}

void help_call(struct text *out, const struct call_spec *spec)
{
	struct text result;

	text_init(&result);
	call_signature(out, spec, -1);
	text_addf(out, "\n  %s\n\n", spec->help);
	for (size_t i = 0; i < call_arg_count(spec); i++)
		add_argument(out, &spec->args[i]);
	if (spec->id == CALL_socket || spec->id == CALL_socketpair)
		add_short_forms(out);
	text_addf(&result, "%s; %s", help_result(spec->result), blocks(spec));
	add_entry(out, "result", result.data);
	add_entry(out, "manual page", spec->page);
	add_entry(out, "example", examples[spec->id]);
	text_release(&result);
}

void help_command(struct text *out, const struct command_spec *spec)
{
	text_addf(out, "%s%s%s\n  %s\n", spec->name, *spec->synopsis == '\0' ? "" : " ", spec->synopsis, spec->help);
	for (size_t i = 0, count = 0; i < COUNT_OF(command_examples); i++)
		if (command_examples[i].command == spec->id) {
			text_add(out, count++ == 0 ? "\n" : "");
			add_entry_at(out, LINE_WIDTH, command_examples[i].line, command_examples[i].what);
		}
	if (spec->id != COMMAND_expect)
		return;
	text_add(out, "\nWhat can be expected (SOCKET: a descriptor, or two addresses):\n");
	for (size_t i = 0; i < COUNT_OF(expectations); i++)
		add_entry_at(out, LINE_WIDTH, expectations[i].form, expectations[i].help);
}

/* "recv (flags)": every argument of a call in which it may stand. */
static void add_places(struct text *out, const struct constant *constant)
{
	struct text ignored;
	long long value;

	text_init(&ignored);
	for (int i = 0; i < CALL_COUNT; i++) {
		const struct call_spec *spec = call_spec((enum call_id)i);

		for (size_t j = 0; j < call_arg_count(spec); j++)
			if (spec->args[j].group != GROUP_NONE &&
			    constant_read_flags(spec->args[j].group, constant->name, &value, &ignored))
				text_addf(out, "%s%s (%s)", out->len == 0 ? "" : ", ", spec->name, spec->args[j].name);
	}
	text_release(&ignored);
}

void help_constant(struct text *out, const struct constant *constant)
{
	struct text places;

	text_init(&places);
	add_places(&places, constant);
	text_addf(out, "%s\n  a constant: %lld\n", constant->name, constant->value);
	if (places.len > 0) {
		text_add(out, "\n");
		add_entry(out, "stands in", places.data);
	}
	text_release(&places);
}

void help_option(struct text *out, const struct option_spec *spec)
{
	struct text example;

	text_init(&example);
	text_addf(&example, "getsockopt 3 %s", spec->name);
	text_addf(out, "%s, an option of level %s\n  %s\n\n", spec->name, spec->level_name, spec->help);
	add_entry(out, "value", option_type_help(spec->type));
	add_entry(out, "example", example.data);
	text_release(&example);
}

/* Is it one of those words? */
static bool has_word(const char *words, const char *word)
{
	size_t len = strlen(word);

	for (; *words != '\0'; words += strcspn(words, " "), words += strspn(words, " "))
		if (strcspn(words, " ") == len && memcmp(words, word, len) == 0)
			return true;
	return false;
}

static void add_further_calls(struct text *out)
{
	struct text names;

	text_init(&names);
	for (int i = 0; i < CALL_COUNT; i++)
		if (!has_word(groups[0].names, call_spec((enum call_id)i)->name))
			text_addf(&names, "%s%s", names.len > 0 ? " " : "", call_spec((enum call_id)i)->name);
	add_entry(out, "more calls", names.data);
	text_release(&names);
}

void help_overview(struct text *out)
{
	text_add(out, "`lesson start` is a first lesson; `server: socket tcp` makes server a socket.\n"
		      "TAB offers what comes next, `why` explains what happened, F1 shows the keys.\n"
		      "`help NAME` says how one of these is used, `help all` has a line for each.\n\n");
	for (size_t i = 0; i < COUNT_OF(groups); i++) {
		add_entry(out, groups[i].title, groups[i].names);
		if (i == 0)
			add_further_calls(out);
	}
}

void help_topics(struct text *out)
{
	text_add(out, "Calls (help CALL says more):\n");
	for (int i = 0; i < CALL_COUNT; i++)
		add_entry(out, call_spec((enum call_id)i)->name, call_spec((enum call_id)i)->help);
	text_add(out, "\nCommands:\n");
	for (int i = 0; i < COMMAND_COUNT; i++)
		add_entry(out, command_spec((enum command_id)i)->name, command_spec((enum command_id)i)->help);
}
