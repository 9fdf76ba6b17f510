/*
 * What a value is depends on the arguments before it: socket options, fcntl, ioctl.
 */
#include "call/read.h"

#include "base/mem.h"
#include "call/constants.h"
#include "call/option.h"
#include "call/word.h"

/* Of any level. */
static const struct option_spec *option_by_name(const char *name)
{
	size_t count;
	const struct option_spec *all = options_all(&count);

	for (size_t i = 0; i < count; i++)
		if (string_is(all[i].name, name))
			return &all[i];
	return NULL;
}

static void say_unknown_option(struct text *message, const char *word)
{
	const struct option_spec *elsewhere = option_by_name(word);
	struct nearest nearest = nearest_to(word);
	size_t count;
	const struct option_spec *all = options_all(&count);

	if (elsewhere != NULL) {
		text_addf(message, "%s is an option of the level %s", elsewhere->name, elsewhere->level_name);
		return;
	}
	for (size_t i = 0; i < count; i++)
		nearest_try(&nearest, all[i].name);
	word_show(message, word);
	text_add(message, " is no option that is known here");
	if (nearest.name != NULL)
		nearest_suggest(message, &nearest);
	else
		text_add(message, "; any may be given by its number, after its level");
}

/* An option's name says its level, if no level was given. */
bool read_option(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax, struct value *value)
{
	struct value *level = &reader->call->args[arg - reader->call->spec->args - 1];
	bool has_level = level->kind == VALUE_NUMBER;
	const struct option_spec *spec;

	if (!syntax_is_word(syntax))
		return false;
	if (has_level && syntax_is_number(syntax))
		return reader_number(reader, syntax, value, reader_int_range);
	spec = has_level ? option_find((int)level->number, syntax->text) : option_by_name(syntax->text);
	if (spec == NULL) {
		say_unknown_option(reader->message, syntax->text);
		return false;
	}
	value_set_number(level, spec->level);
	value_set_number(value, spec->number);
	return true;
}

bool read_option_value(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax,
		       struct value *value)
{
	(void)arg;
	return option_read(value, option_of_call(reader->call), syntax, reader->message);
}

/* The group of fcntl's third argument, where its command takes flags. */
enum constant_group read_fcntl_group(const struct call *call)
{
	const char *command = constant_name(GROUP_FCNTL, call->args[1].number);

	if (command != NULL && string_is(command, "F_SETFL"))
		return GROUP_ACCESS;
	return command != NULL && string_is(command, "F_SETFD") ? GROUP_FD_FLAG : GROUP_NONE;
}

bool read_fcntl_value(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax,
		      struct value *value)
{
	struct arg_spec typed = { .group = read_fcntl_group(reader->call) };

	if (typed.group == GROUP_NONE)
		return read_int(reader, arg, syntax, value);
	return read_constant(reader, &typed, syntax, value);
}

/* NUMBER | "[" NUMBER "]", as it is printed: C gives a pointer to it. */
bool read_ioctl_value(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax,
		      struct value *value)
{
	if (syntax->kind == SYNTAX_LIST)
		syntax = syntax->list.count == 1 ? syntax_only_word(&syntax->list.items[0]) : NULL;
	return syntax != NULL && read_int(reader, arg, syntax, value);
}
