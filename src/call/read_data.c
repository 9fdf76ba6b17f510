/*
 * Data and texts, and lists of whatever there are lists of.
 */
#include "call/read.h"

#include <string.h>

#include "base/mem.h"

static bool read_file_data(struct reader *reader, const struct syntax *syntax, struct value *value)
{
	const struct call_context *context = reader->context;
	struct text bytes;
	bool ok;

	if (context == NULL || context->file == NULL) {
		text_add(reader->message, "no file is read here");
		return false;
	}
	text_init(&bytes);
	ok = context->file(context->owner, syntax->text, &bytes, reader->message);
	if (ok)
		value_set_bytes(value, bytes.data, bytes.len);
	text_release(&bytes);
	return ok;
}

static bool read_received_data(struct reader *reader, const struct syntax *syntax, struct value *value)
{
	const struct call_context *context = reader->context;
	const void *bytes;
	size_t len, from, to;

	if (context == NULL || context->received == NULL) {
		text_add(reader->message, "what was received is not known here");
		return false;
	}
	if (!context->received(context->owner, &bytes, &len, reader->message))
		return false;
	from = (size_t)syntax->from;
	to = syntax->to < 0 ? len : (size_t)syntax->to;
	if (from > len || to > len) {
		text_addf(reader->message, "only %zu bytes were received", len);
		return false;
	}
	if (from > to) {
		text_add(reader->message, "a part of what was received does not end before it begins");
		return false;
	}
	value_set_bytes(value, (const char *)bytes + from, to - from);
	return true;
}

static bool is_whole(struct reader *reader, const struct syntax *syntax)
{
	if (syntax->cut)
		text_add(reader->message, "this text was cut when it was printed (...): write it whole");
	return !syntax->cut;
}

bool read_data(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax, struct value *value)
{
	(void)arg;
	if (reader_is_checking(reader) && (syntax->kind == SYNTAX_FILE || syntax->kind == SYNTAX_RECEIVED)) {
		value_set_bytes(value, "", 0);
		return true;
	}
	if (syntax->kind == SYNTAX_FILE)
		return read_file_data(reader, syntax, value);
	if (syntax->kind == SYNTAX_RECEIVED)
		return read_received_data(reader, syntax, value);
	if (syntax->kind != SYNTAX_STRING || !is_whole(reader, syntax))
		return false;
	value_set_bytes(value, syntax->text, syntax->len);
	return true;
}

/* The data's length stands before it in the table. */
bool read_data_length(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax,
		      struct value *value)
{
	const struct value *data = &reader->call->args[arg - reader->call->spec->args - 1];

	if (!reader_number(reader, syntax, value, reader_length_range))
		return false;
	/* Data that is not looked at yet is empty. */
	if ((size_t)value->number <= data->len || (reader_is_checking(reader) && data->len == 0))
		return true;
	text_addf(reader->message, "the data has only %zu bytes", data->len);
	return false;
}

bool read_text(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax, struct value *value)
{
	if ((!syntax_is_word(syntax) && syntax->kind != SYNTAX_STRING) || !is_whole(reader, syntax))
		return false;
	if (memchr(syntax->text, '\0', syntax->len) != NULL) {
		text_addf(reader->message, "%s ends at a NUL byte: it may not hold one", arg->name);
		return false;
	}
	value_set_bytes(value, syntax->text, syntax->len);
	return true;
}

/* Every word of a list, whatever commas stand between them. */
static bool read_each_word(struct reader *reader, const struct syntax *syntax, struct value *value, read_function *read)
{
	if (syntax->kind != SYNTAX_LIST)
		return false;
	value_set_list(value);
	for (size_t i = 0; i < syntax->list.count; i++)
		for (size_t j = 0; j < syntax->list.items[i].list.count; j++) {
			const struct syntax *word = &syntax->list.items[i].list.items[j];

			reader->column = word->column;
			if (!read(reader, NULL, word, value_append(value)))
				return false;
		}
	return true;
}

bool read_fd_list(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax, struct value *value)
{
	(void)arg;
	return read_each_word(reader, syntax, value, read_fd);
}

bool read_size_list(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax, struct value *value)
{
	(void)arg;
	return read_each_word(reader, syntax, value, read_length);
}

bool read_data_list(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax, struct value *value)
{
	(void)arg;
	return read_each_word(reader, syntax, value, read_data);
}

/* element = FD EVENTS | "{" "fd=" FD "," "events=" EVENTS "}" */
static bool split_poll_item(const struct syntax *element, const struct syntax *parts[2])
{
	const struct syntax *braces = syntax_only_word(element);

	parts[0] = parts[1] = NULL;
	if (braces != NULL && braces->kind == SYNTAX_LIST && braces->list.count == 2) {
		parts[0] = syntax_only_word(&braces->list.items[0]);
		parts[1] = syntax_only_word(&braces->list.items[1]);
	} else if (element->list.count == 2) {
		parts[0] = &element->list.items[0];
		parts[1] = &element->list.items[1];
	}
	return parts[0] != NULL && parts[1] != NULL;
}

static bool read_poll_item(struct reader *reader, const struct arg_spec *arg, const struct syntax *element,
			   struct value *value)
{
	const struct syntax *parts[2];

	reader->column = element->column;
	if (!split_poll_item(element, parts)) {
		text_add(reader->message, "each descriptor has its events behind it, as in 3 POLLIN");
		return false;
	}
	value_set_list(value);
	reader->column = parts[0]->column;
	if (!read_fd(reader, arg, parts[0], value_append(value)))
		return false;
	reader->column = parts[1]->column;
	return read_constant(reader, arg, parts[1], value_append(value));
}

bool read_poll_list(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax, struct value *value)
{
	if (syntax->kind != SYNTAX_LIST)
		return false;
	value_set_list(value);
	for (size_t i = 0; i < syntax->list.count; i++)
		if (!read_poll_item(reader, arg, &syntax->list.items[i], value_append(value)))
			return false;
	return true;
}
