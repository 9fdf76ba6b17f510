#include "call/help.h"

#include <string.h>

#include "base/mem.h"
#include "call/types.h"

enum { WIDTH = 78, NAME_WIDTH = 15, ALL = 1000 };

static const char *const examples[CALL_COUNT] = {
#define EXAMPLE(call, line) [CALL_##call] = line,
#include "call/examples.def"
#undef EXAMPLE
};

const char *help_example(enum call_id id)
{
	return examples[id];
}

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

/* "name    text", the text wrapped between words and its further lines indented as the first. */
static void add_entry(struct text *out, const char *name, const char *text)
{
	size_t column = NAME_WIDTH;

	text_addf(out, "  %-*s", NAME_WIDTH - 2, name);
	if (strlen(name) > NAME_WIDTH - 3) {
		text_addf(out, "\n%*s", NAME_WIDTH, "");
	}
	while (*text != '\0') {
		size_t len = strcspn(text, " ");

		if (column + len > WIDTH && column > NAME_WIDTH) {
			text_cut(out, out->len - 1);
			text_addf(out, "\n%*s", NAME_WIDTH, "");
			column = NAME_WIDTH;
		}
		text_add_bytes(out, text, len);
		column += len + 1;
		text += len;
		text += *text == ' ';
		text_add(out, *text == '\0' ? "" : " ");
	}
	text_add(out, "\n");
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
