#include "call/types.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "call/address.h"
#include "call/constants.h"
#include "call/option.h"
#include "call/read.h"
#include "call/word.h"

typedef bool fits_function(const struct arg_spec *arg, const struct syntax *syntax);
/* Says what is wrong where the reading function knew nothing better; false if nothing more can be said than what is
 * expected. */
typedef bool hint_function(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax);

/* ---- what fits ---- */

static bool fits_word(const struct arg_spec *arg, const struct syntax *syntax)
{
	(void)arg;
	return syntax_is_word(syntax);
}

static bool fits_number(const struct arg_spec *arg, const struct syntax *syntax)
{
	(void)arg;
	return syntax_is_number(syntax);
}

/* 0999 is a mode, if a wrong one. */
static bool fits_mode(const struct arg_spec *arg, const struct syntax *syntax)
{
	(void)arg;
	return syntax_is_word(syntax) && isdigit((unsigned char)*syntax->text);
}

static bool fits_constant(const struct arg_spec *arg, const struct syntax *syntax)
{
	struct text message;
	long long flags;
	bool fits;

	if (!syntax_is_word(syntax))
		return false;
	text_init(&message);
	fits = constant_read_flags(arg->group, syntax->text, &flags, &message);
	text_release(&message);
	return fits;
}

static bool fits_address(const struct arg_spec *arg, const struct syntax *syntax)
{
	(void)arg;
	return syntax_is_word(syntax) && (strchr(syntax->text, ':') != NULL || string_is(syntax->text, "AF_UNSPEC"));
}

static bool fits_data(const struct arg_spec *arg, const struct syntax *syntax)
{
	(void)arg;
	return syntax->kind == SYNTAX_STRING || syntax->kind == SYNTAX_FILE || syntax->kind == SYNTAX_RECEIVED;
}

static bool fits_list(const struct arg_spec *arg, const struct syntax *syntax)
{
	(void)arg;
	return syntax->kind == SYNTAX_LIST;
}

/* A text that the call gave is known by its quotes: a word there is the next argument. */
static bool fits_text(const struct arg_spec *arg, const struct syntax *syntax)
{
	return syntax->kind == SYNTAX_STRING || (arg->need != ARG_OUT && syntax_is_word(syntax));
}

static bool fits_string(const struct arg_spec *arg, const struct syntax *syntax)
{
	(void)arg;
	return syntax->kind == SYNTAX_STRING;
}

static bool fits_option_value(const struct arg_spec *arg, const struct syntax *syntax)
{
	(void)arg;
	return syntax_is_word(syntax) || syntax->kind == SYNTAX_STRING || syntax->kind == SYNTAX_LIST;
}

static bool fits_number_or_list(const struct arg_spec *arg, const struct syntax *syntax)
{
	return syntax_is_number(syntax) || fits_list(arg, syntax);
}

/* What readv printed, as against the sizes that follow it. */
static bool fits_data_list(const struct arg_spec *arg, const struct syntax *syntax)
{
	const struct syntax *element;

	if (syntax->kind != SYNTAX_LIST || arg->need != ARG_OUT || syntax->list.count == 0)
		return syntax->kind == SYNTAX_LIST;
	element = &syntax->list.items[0];
	return element->list.count > 0 && element->list.items[0].kind == SYNTAX_STRING;
}

static bool fits_seconds(const struct arg_spec *arg, const struct syntax *syntax)
{
	double real;

	(void)arg;
	return syntax_read_real(syntax, &real);
}

/* ---- hints ---- */

/* hello, not "hello": the commonest slip of all. Single quotes, as in other languages, are no part of the data that was
 * meant. */
static bool hint_data(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax)
{
	char *bare;

	(void)arg;
	if (!syntax_is_word(syntax))
		return false;
	bare = xstrdup(syntax->text);
	if (syntax->len > 1 && bare[0] == '\'' && bare[syntax->len - 1] == '\'') {
		bare[syntax->len - 1] = '\0';
		memmove(bare, bare + 1, syntax->len - 1);
	}
	text_add(reader->message, "data is written in quotes: \"");
	word_show(reader->message, bare);
	text_add(reader->message, "\"");
	free(bare);
	return true;
}

/* 10.0.0.2, or 80: one half of an address. */
static bool hint_address(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax)
{
	struct text *message = reader->message;
	bool is_bind = reader->call->spec->id == CALL_bind;
	struct address address;

	(void)arg;
	if (!syntax_is_word(syntax))
		return false;
	if (syntax_is_number(syntax)) {
		text_add(message, "a port alone is no address: it is written after its host, ");
		text_add(message, is_bind ? "*:" : "server:");
		word_show(message, syntax->text);
		text_add(message, is_bind ? " for any address of this host" : "");
		return true;
	}
	text_add(message, "the port is missing: an address is written ");
	if (address_read_ip(&address, syntax->text) && address.any.sa_family == AF_INET6)
		text_addf(message, "[%.46s]:80", syntax->text);
	else {
		word_show(message, syntax->text);
		text_add(message, ":80");
	}
	return true;
}

static bool read_nothing(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax,
			 struct value *value)
{
	(void)reader;
	(void)arg;
	(void)syntax;
	(void)value;
	return true;
}

/* For each type: what may be one, how it is read, what is said instead of "... is expected here", and what is
 * expected. */
static const struct {
	fits_function *fits;
	read_function *read;
	hint_function *hint;
	const char *expected;
} types[] = {
	[ARG_FD] = { fits_word, read_fd, NULL, "a descriptor such as 3" },
	[ARG_NEW_FD] = { fits_word, read_fd, NULL, "a descriptor such as 7" },
	[ARG_INT] = { fits_number, read_int, NULL, "a number" },
	[ARG_SIZE] = { fits_number, read_length, NULL, "a number of bytes" },
	[ARG_CONSTANT] = { fits_constant, read_constant, NULL, NULL },
	[ARG_ADDRESS] = { fits_address, read_address, hint_address,
			  "an address such as server:80, [::1]:80, *:80 or unix:/path" },
	[ARG_ADDRESS_LEN] = { fits_number_or_list, read_nothing, NULL, "a length" },
	[ARG_DATA] = { fits_data, read_data, hint_data, "data such as \"hello\\r\\n\", hex:0d0a, @file or received" },
	[ARG_DATA_LEN] = { fits_number, read_data_length, NULL, "how many of the data's bytes" },
	[ARG_BUFFER] = { fits_string, read_nothing, NULL, "a buffer" },
	[ARG_BUFFER_LEN] = { fits_number, read_length, NULL, "the buffer's size such as 1024" },
	[ARG_LEVEL] = { fits_constant, read_constant, NULL, NULL },
	[ARG_OPTION] = { fits_word, read_option, NULL, "an option such as SO_REUSEADDR" },
	[ARG_OPTION_VALUE] = { fits_option_value, read_option_value, NULL, NULL },
	[ARG_FD_PAIR] = { fits_list, read_nothing, NULL, "two descriptors" },
	[ARG_FD_LIST] = { fits_list, read_fd_list, NULL, "descriptors such as [3, 4]" },
	[ARG_POLL_LIST] = { fits_list, read_poll_list, NULL,
			    "descriptors and events such as [3 POLLIN, 4 POLLIN|POLLOUT]" },
	[ARG_DATA_LIST] = { fits_data_list, read_data_list, NULL, "several data such as [\"head\", \"body\"]" },
	[ARG_SIZE_LIST] = { fits_list, read_size_list, NULL, "the buffers' sizes such as [4, 1024]" },
	[ARG_SECONDS] = { fits_seconds, read_seconds, NULL, "seconds such as 1.5" },
	[ARG_OFFSET] = { fits_list, read_offset, NULL, "an offset such as [0], or NULL" },
	[ARG_PATH] = { fits_text, read_text, NULL, "a path" },
	[ARG_MODE] = { fits_mode, read_mode, NULL, "a mode such as 0644" },
	[ARG_TEXT] = { fits_text, read_text, NULL, "a name" },
	[ARG_FCNTL_VALUE] = { fits_word, read_fcntl_value, NULL, NULL },
	[ARG_IOCTL_VALUE] = { fits_number_or_list, read_ioctl_value, NULL, "a number" },
	[ARG_PID] = { fits_number, read_int, NULL, "a process number" },
	[ARG_WAIT_STATUS] = { fits_list, read_nothing, NULL, "a status" },
	[ARG_ADDRESS_LIST] = { fits_list, read_nothing, NULL, "addresses" },
};

bool type_fits(const struct arg_spec *arg, const struct syntax *syntax)
{
	return types[arg->type].fits(arg, syntax);
}

/* So many names of a group are listed. */
enum { LISTED_MAX = 4 };

static void describe_group(struct text *out, enum constant_group group)
{
	constant_list(out, group, LISTED_MAX);
}

void type_describe(struct text *out, const struct arg_spec *arg, const struct call *call)
{
	enum constant_group group = arg->group;

	if (arg->type == ARG_OPTION_VALUE) {
		const struct option_spec *spec = call == NULL ? NULL : option_of_call(call);

		text_add(out, spec == NULL ? "the option's value" : option_type_help(spec->type));
		return;
	}
	if (arg->type == ARG_FCNTL_VALUE)
		group = call == NULL ? GROUP_NONE : read_fcntl_group(call);
	if (types[arg->type].expected != NULL)
		text_add(out, types[arg->type].expected);
	else if (group != GROUP_NONE)
		describe_group(out, group);
	else
		text_add(out, "a number, or flags such as O_NONBLOCK");
}

bool type_read(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax, struct value *value)
{
	reader->column = syntax->column;
	if (types[arg->type].read(reader, arg, syntax, value))
		return true;
	if (reader->message->len > 0)
		return false;
	if (types[arg->type].hint != NULL && types[arg->type].hint(reader, arg, syntax))
		return false;
	type_describe(reader->message, arg, reader->call);
	text_add(reader->message, " is expected here");
	return false;
}
