/*
 * Numbers: whole ones, descriptors, constants, modes, seconds, offsets.
 */
#include "call/read.h"

#include <limits.h>

#include "base/mem.h"
#include "call/constants.h"
#include "call/short_form.h"
#include "call/word.h"

bool read_int(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax, struct value *value)
{
	(void)arg;
	return reader_number(reader, syntax, value, reader_int_range);
}

bool read_length(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax, struct value *value)
{
	(void)arg;
	return reader_number(reader, syntax, value, reader_length_range);
}

bool read_fd(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax, struct value *value)
{
	const struct call_context *context = reader->context;
	int named;

	(void)arg;
	if (!syntax_is_word(syntax))
		return false;
	if (reader_number(reader, syntax, value, reader_int_range))
		return true;
	if (reader->message->len > 0 || context == NULL || context->descriptor == NULL ||
	    !context->descriptor(context->owner, syntax->text, &named, reader->message))
		return false;
	value_set_number(value, named);
	return true;
}

static bool is_about_socket(const struct call *call)
{
	return call->spec->id == CALL_socket || call->spec->id == CALL_socketpair;
}

/* "tpc" is nearer to tcp than to any constant. */
static bool suggest_short_form(struct reader *reader, const struct arg_spec *arg, const char *word)
{
	struct nearest nearest = nearest_to(word);
	const struct short_form *form;

	if (!is_about_socket(reader->call) || arg->group != GROUP_FAMILY)
		return false;
	for (size_t i = 0; (form = short_form_at(i)) != NULL; i++)
		nearest_try(&nearest, form->name);
	if (nearest.name == NULL)
		return false;
	word_show(reader->message, word);
	text_add(reader->message, " is not known here");
	nearest_suggest(reader->message, &nearest);
	return true;
}

bool read_constant(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax, struct value *value)
{
	struct text reason;
	long long flags;
	bool ok;

	if (!syntax_is_word(syntax))
		return false;
	text_init(&reason);
	ok = constant_read_flags(arg->group, syntax->text, &flags, &reason);
	if (ok)
		value_set_number(value, flags);
	else if (!suggest_short_form(reader, arg, syntax->text))
		text_add(reader->message, reason.data);
	text_release(&reason);
	return ok;
}

bool read_mode(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax, struct value *value)
{
	long long mode;

	(void)arg;
	if (!syntax_is_word(syntax) || !read_integer(syntax->text, 8, &mode) || mode < 0 || mode > 07777) {
		text_add(reader->message, "a mode is octal, such as 0644");
		return false;
	}
	value_set_number(value, mode);
	return true;
}

/* Beyond a thousand million seconds a double no longer has every microsecond. */
bool read_seconds(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax, struct value *value)
{
	double seconds;

	(void)arg;
	if (!syntax_read_real(syntax, &seconds))
		return false;
	if (!(seconds >= 0 && seconds <= 1e9)) {
		text_add(reader->message, "seconds are between 0 and 1000000000");
		return false;
	}
	value_set_number(value, (long long)(seconds * 1e6 + 0.5));
	return true;
}

/* [N], a list of one number */
bool read_offset(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax, struct value *value)
{
	static const long long range[2] = { 0, LLONG_MAX };

	(void)arg;
	if (syntax->kind != SYNTAX_LIST || syntax->list.count != 1 || syntax->list.items[0].list.count != 1)
		return false;
	return reader_number(reader, &syntax->list.items[0].list.items[0], value, range);
}
