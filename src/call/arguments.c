#include "call/arguments.h"

#include "base/mem.h"

#define ARGUMENT(id_, letter_, name_, argument_, status_, help_) \
	[ARGUMENT_##id_] = { \
		.id = ARGUMENT_##id_, \
		.letter = letter_, \
		.name = name_, \
		.argument = argument_, \
		.status = ARGUMENT_##status_, \
		.help = help_, \
	},
static const struct argument_spec specs[ARGUMENT_COUNT] = {
#include "call/arguments.def"
};
#undef ARGUMENT

const struct argument_spec *argument_spec(enum argument_id id)
{
	return &specs[id];
}

const struct argument_spec *argument_by_letter(char letter)
{
	for (size_t i = 0; i < COUNT_OF(specs); i++)
		if (letter != '\0' && specs[i].letter == letter)
			return &specs[i];
	return NULL;
}

const struct argument_spec *argument_by_name(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(specs); i++)
		if (specs[i].name != NULL && string_is(specs[i].name, name))
			return &specs[i];
	return NULL;
}

bool argument_may_be_left_out(const struct argument_spec *spec)
{
	return spec->argument != NULL && *spec->argument == '[';
}

void argument_show(struct text *out, const struct argument_spec *spec)
{
	if (spec->letter != '\0')
		text_addf(out, "-%c", spec->letter);
	if (spec->name != NULL)
		text_addf(out, "%s--%s", spec->letter != '\0' ? ", " : "", spec->name);
	if (spec->argument != NULL)
		text_addf(out, "%s%s", argument_may_be_left_out(spec) ? "" : " ", spec->argument);
}

void arguments_help(struct text *out)
{
	struct text shown;

	text_init(&shown);
	for (size_t i = 0; i < COUNT_OF(specs); i++) {
		if (specs[i].status != ARGUMENT_NOW)
			continue;
		text_clear(&shown);
		argument_show(&shown, &specs[i]);
		text_addf(out, "  %-14s %s\n", shown.data, specs[i].help);
	}
	text_release(&shown);
}
