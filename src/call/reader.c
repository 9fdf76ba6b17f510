#include "call/reader.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "call/constants.h"
#include "call/word.h"

const long long reader_int_range[2] = { INT_MIN, INT_MAX };
const long long reader_length_range[2] = { 0, CALL_BUFFER_MAX };

bool read_integer(const char *string, int base, long long *number)
{
	char *end;

	errno = 0;
	*number = strtoll(string, &end, base);
	return *string != '\0' && *end == '\0' && errno == 0;
}

bool syntax_is_word(const struct syntax *syntax)
{
	return syntax->kind == SYNTAX_WORD;
}

bool syntax_is_number(const struct syntax *syntax)
{
	long long number;

	return syntax_is_word(syntax) &&
	       (read_integer(syntax->text, 0, &number) || constant_value(GROUP_NUMBER, syntax->text, &number));
}

bool syntax_read_real(const struct syntax *syntax, double *real)
{
	char *end;

	if (!syntax_is_word(syntax) || syntax->len == 0)
		return false;
	*real = strtod(syntax->text, &end);
	return *end == '\0';
}

bool reader_number(struct reader *reader, const struct syntax *syntax, struct value *value, const long long range[2])
{
	const struct constant *named;
	long long number;
	bool whole;

	if (!syntax_is_word(syntax))
		return false;
	whole = read_integer(syntax->text, 0, &number);
	if (!whole && errno != ERANGE) {
		named = constant_find(syntax->text);
		if (named == NULL)
			return false;
		number = named->value;
		whole = true;
	}
	if (!whole || number < range[0] || number > range[1]) {
		word_show(reader->message, syntax->text);
		text_addf(reader->message, " is not between %lld and %lld", range[0], range[1]);
		return false;
	}
	value_set_number(value, number);
	return true;
}

bool reader_is_checking(const struct reader *reader)
{
	return reader->context != NULL && reader->context->checking;
}

const struct syntax *syntax_only_word(const struct syntax *element)
{
	return element->list.count == 1 ? &element->list.items[0] : NULL;
}
