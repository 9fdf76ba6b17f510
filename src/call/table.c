#include <string.h>

#include "call/call.h"

#define ARG(type_, name_, group_, need_) { ARG_##type_, #name_, GROUP_##group_, ARG_##need_ }
#define CALL(name_, blocks_, changes_, result_, page_, help_, ...) \
	[CALL_##name_] = { \
		.id = CALL_##name_, \
		.name = #name_, \
		.blocks = BLOCKS_##blocks_, \
		.changes = CHANGES_##changes_, \
		.result = RESULT_##result_, \
		.page = page_, \
		.help = help_, \
		.args = { __VA_ARGS__ }, \
	},

static const struct call_spec specs[CALL_COUNT] = {
#include "call/calls.def"
};

const struct call_spec *call_spec(enum call_id id)
{
	return &specs[id];
}

static const struct call_spec *find_exact(const char *name)
{
	for (size_t i = 0; i < CALL_COUNT; i++)
		if (*specs[i].name == *name && string_is(specs[i].name, name))
			return &specs[i];
	return NULL;
}

const struct call_spec *call_find(const char *name, bool prefix, bool *ambiguous)
{
	const struct call_spec *found = find_exact(name);
	size_t count = 0;

	if (ambiguous != NULL)
		*ambiguous = false;
	if (found != NULL || !prefix || *name == '\0')
		return found;
	for (size_t i = 0; i < CALL_COUNT; i++)
		if (string_starts_with(specs[i].name, name)) {
			found = &specs[i];
			count++;
		}
	if (ambiguous != NULL)
		*ambiguous = count > 1;
	return count == 1 ? found : NULL;
}

size_t call_arg_count(const struct call_spec *spec)
{
	size_t count = 0;

	while (count < CALL_ARGS_MAX && spec->args[count].type != ARG_NONE)
		count++;
	return count;
}

static void sign_arg(struct text *out, const struct arg_spec *arg, bool mark)
{
	const char *open = mark ? ">" : arg->need == ARG_REQUIRED ? "" : "[";
	const char *close = mark ? "<" : arg->need == ARG_REQUIRED ? "" : "]";

	text_addf(out, "%s%s%s%s", open, arg->name, arg->need == ARG_KEYED ? "=" : "", close);
}

void call_signature(struct text *out, const struct call_spec *spec, int mark)
{
	const char *comma = "";

	text_addf(out, "%s(", spec->name);
	for (size_t i = 0; i < call_arg_count(spec); i++) {
		enum arg_need need = spec->args[i].need;

		if (need == ARG_OUT || need == ARG_KEYED_OUT || need == ARG_HIDDEN)
			continue;
		text_add(out, comma);
		sign_arg(out, &spec->args[i], (int)i == mark);
		comma = ", ";
	}
	text_add(out, ")");
}
