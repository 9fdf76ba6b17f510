#include "call/types.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "call/option.h"
#include "call/word.h"

typedef bool fits_function(const struct arg_spec *arg, const struct syntax *syntax);
typedef bool read_function(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax,
			   struct value *value);
/* Says what is wrong where the reading function knew nothing better; false if nothing more can be said than what is
 * expected. */
typedef bool hint_function(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax);

static const struct short_form short_forms[] = {
	{ "tcp", AF_INET, SOCK_STREAM, 0 },
	{ "udp", AF_INET, SOCK_DGRAM, 0 },
	{ "tcp6", AF_INET6, SOCK_STREAM, 0 },
	{ "udp6", AF_INET6, SOCK_DGRAM, 0 },
	{ "raw", AF_INET, SOCK_RAW, IPPROTO_ICMP },
	{ "raw6", AF_INET6, SOCK_RAW, IPPROTO_ICMPV6 },
	{ "unix", AF_UNIX, SOCK_STREAM, 0 },
	{ "unix-dgram", AF_UNIX, SOCK_DGRAM, 0 },
	{ "unix-seqpacket", AF_UNIX, SOCK_SEQPACKET, 0 },
};

const struct short_form *short_form_at(size_t index)
{
	return index < COUNT_OF(short_forms) ? &short_forms[index] : NULL;
}

const char *call_short_form(size_t index)
{
	return index < COUNT_OF(short_forms) ? short_forms[index].name : NULL;
}

static bool read_integer(const char *string, int base, long long *number)
{
	char *end;

	errno = 0;
	*number = strtoll(string, &end, base);
	return *string != '\0' && *end == '\0' && errno == 0;
}

static bool is_word(const struct syntax *syntax)
{
	return syntax->kind == SYNTAX_WORD;
}

static bool is_number(const struct syntax *syntax)
{
	long long number;

	return is_word(syntax) && (read_integer(syntax->text, 0, &number) ||
				   constant_value(GROUP_NUMBER, syntax->text, &number));
}

/* ---- what fits ---- */

static bool fits_word(const struct arg_spec *arg, const struct syntax *syntax)
{
	(void)arg;
	return is_word(syntax);
}

static bool fits_number(const struct arg_spec *arg, const struct syntax *syntax)
{
	(void)arg;
	return is_number(syntax);
}

/* 0999 is a mode, if a wrong one. */
static bool fits_mode(const struct arg_spec *arg, const struct syntax *syntax)
{
	(void)arg;
	return is_word(syntax) && isdigit((unsigned char)*syntax->text);
}

static bool fits_constant(const struct arg_spec *arg, const struct syntax *syntax)
{
	struct text message;
	long long flags;
	bool fits;

	if (!is_word(syntax))
		return false;
	text_init(&message);
	fits = constant_read_flags(arg->group, syntax->text, &flags, &message);
	text_release(&message);
	return fits;
}

static bool fits_address(const struct arg_spec *arg, const struct syntax *syntax)
{
	(void)arg;
	return is_word(syntax) && (strchr(syntax->text, ':') != NULL || string_is(syntax->text, "AF_UNSPEC"));
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
	return syntax->kind == SYNTAX_STRING || (arg->need != ARG_OUT && is_word(syntax));
}

static bool fits_string(const struct arg_spec *arg, const struct syntax *syntax)
{
	(void)arg;
	return syntax->kind == SYNTAX_STRING;
}

static bool fits_option_value(const struct arg_spec *arg, const struct syntax *syntax)
{
	(void)arg;
	return is_word(syntax) || syntax->kind == SYNTAX_STRING || syntax->kind == SYNTAX_LIST;
}

static bool fits_number_or_list(const struct arg_spec *arg, const struct syntax *syntax)
{
	return is_number(syntax) || fits_list(arg, syntax);
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

static bool read_real(const struct syntax *syntax, double *real)
{
	char *end;

	if (!is_word(syntax) || syntax->len == 0)
		return false;
	*real = strtod(syntax->text, &end);
	return *end == '\0';
}

static bool fits_seconds(const struct arg_spec *arg, const struct syntax *syntax)
{
	double real;

	(void)arg;
	return read_real(syntax, &real);
}

/* ---- numbers and constants ---- */

/* In C a constant is a number, whatever it was made for: listen(3, SOMAXCONN). */
static bool read_number_in(struct reader *reader, const struct syntax *syntax, struct value *value,
			   const long long range[2])
{
	const struct constant *named;
	long long number;
	bool whole;

	if (!is_word(syntax))
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

static const long long int_range[2] = { INT_MIN, INT_MAX };
static const long long length_range[2] = { 0, CALL_BUFFER_MAX };

static bool read_int(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax,
		     struct value *value)
{
	(void)arg;
	return read_number_in(reader, syntax, value, int_range);
}

static bool read_length(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax,
			struct value *value)
{
	(void)arg;
	return read_number_in(reader, syntax, value, length_range);
}

static bool read_fd(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax,
		    struct value *value)
{
	const struct call_context *context = reader->context;
	int named;

	(void)arg;
	if (!is_word(syntax))
		return false;
	if (read_number_in(reader, syntax, value, int_range))
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

	if (!is_about_socket(reader->call) || arg->group != GROUP_FAMILY)
		return false;
	for (size_t i = 0; i < COUNT_OF(short_forms); i++)
		nearest_try(&nearest, short_forms[i].name);
	if (nearest.name == NULL)
		return false;
	word_show(reader->message, word);
	text_add(reader->message, " is not known here");
	nearest_suggest(reader->message, &nearest);
	return true;
}

static bool read_constant(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax,
			  struct value *value)
{
	struct text reason;
	long long flags;
	bool ok;

	if (!is_word(syntax))
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

static bool read_mode(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax,
		      struct value *value)
{
	long long mode;

	(void)arg;
	if (!is_word(syntax) || !read_integer(syntax->text, 8, &mode) || mode < 0 || mode > 07777) {
		text_add(reader->message, "a mode is octal, such as 0644");
		return false;
	}
	value_set_number(value, mode);
	return true;
}

/* Beyond a thousand million seconds a double no longer has every microsecond. */
static bool read_seconds(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax,
			 struct value *value)
{
	double seconds;

	(void)arg;
	if (!read_real(syntax, &seconds))
		return false;
	if (!(seconds >= 0 && seconds <= 1e9)) {
		text_add(reader->message, "seconds are between 0 and 1000000000");
		return false;
	}
	value_set_number(value, (long long)(seconds * 1e6 + 0.5));
	return true;
}

/* [N], a list of one number */
static bool read_offset(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax,
			struct value *value)
{
	static const long long range[2] = { 0, LLONG_MAX };

	if (!fits_list(arg, syntax) || syntax->list.count != 1 || syntax->list.items[0].list.count != 1)
		return false;
	return read_number_in(reader, &syntax->list.items[0].list.items[0], value, range);
}

/* ---- addresses ---- */

/* The descriptor that the call is about, -1 without one: an address depends on its family. */
static int first_descriptor(const struct call *call)
{
	return call->spec->args[0].type == ARG_FD && call->args[0].kind == VALUE_NUMBER ? (int)call->args[0].number
										       : -1;
}

static struct address wildcard(const struct reader *reader)
{
	const struct call_context *context = reader->context;

	if (context == NULL || context->family == NULL)
		return address_any(AF_INET, 0);
	return address_any(context->family(context->owner, first_descriptor(reader->call)), 0);
}

/* A host that is no number: a lab host or side, or a name for the side to resolve. */
static bool read_host(struct reader *reader, const char *host, struct value *value)
{
	const struct call_context *context = reader->context;
	struct address address;

	if (string_is(host, "*"))
		address = wildcard(reader);
	else if (!address_read_ip(&address, host) &&
		 (context == NULL || context->host == NULL ||
		  !context->host(context->owner, host, first_descriptor(reader->call), &address, reader->message)))
		return false;
	value_set_address(value, &address);
	return true;
}

static void set_hostname(struct value *value, const char *host, const char *service)
{
	value_set_bytes(value, host, strlen(host));
	value_set_bytes(value_append(value), service, strlen(service));
	value->kind = VALUE_HOSTNAME;
}

static bool say_bad_port(struct reader *reader, const char *host, const char *port)
{
	if (*host == '\0') {
		text_add(reader->message, "the host is missing before :");
		word_show(reader->message, port);
		text_add(reader->message, " (* is any address of this host)");
	} else if (*port == '\0') {
		text_add(reader->message, "the port is missing after ");
		word_show(reader->message, host);
		text_add(reader->message, ":");
	} else {
		text_add(reader->message, "a port is between 0 and 65535");
	}
	return false;
}

/* Brackets around an IPv6 address are gone. */
static bool read_host_and_port(struct reader *reader, const char *host, const char *port, struct value *value)
{
	long long number = 0;
	bool numeric = read_integer(port, 10, &number) || errno == ERANGE;

	if (*host == '\0' || *port == '\0' || (numeric && (errno == ERANGE || number < 0 || number > 65535)))
		return say_bad_port(reader, host, port);
	if (numeric && read_host(reader, host, value)) {
		address_set_port(&value->address, (uint16_t)number);
		return true;
	}
	if (reader->message->len > 0)
		return false;
	if (reader->context == NULL || reader->context->host == NULL) {
		text_add(reader->message, "names of hosts and services are not known here");
		return false;
	}
	set_hostname(value, host, port);
	return true;
}

/* `word` is cut at its last colon. */
static bool read_ip_address(struct reader *reader, char *word, struct value *value)
{
	char *colon = strrchr(word, ':'), *host = word;

	if (colon == NULL)
		return false;
	if (*word == '[' && colon > word && colon[-1] == ']') {
		host++;
		colon[-1] = '\0';
	} else if (strchr(word, ':') != colon) {
		text_add(reader->message, "an IPv6 address stands in brackets before its port, as in [::1]:80");
		return false;
	}
	*colon = '\0';
	return read_host_and_port(reader, host, colon + 1, value);
}

/* address = HOST ":" PORT | "[" V6 "]:" PORT | "*:" PORT | "unix:" NAME | "AF_UNSPEC" (connect(2): dissolve) */
static bool read_address(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax,
			 struct value *value)
{
	struct address address = { .any.sa_family = AF_UNSPEC, .len = sizeof(struct sockaddr) };
	char *word;
	bool ok;

	(void)arg;
	if (!is_word(syntax))
		return false;
	if (string_starts_with(syntax->text, "unix:")) {
		ok = address_read_unix(&address, syntax->text, reader->message);
		if (ok)
			value_set_address(value, &address);
		return ok;
	}
	if (string_is(syntax->text, "AF_UNSPEC")) {
		value_set_address(value, &address);
		return true;
	}
	word = xstrdup(syntax->text);
	ok = read_ip_address(reader, word, value);
	free(word);
	return ok;
}

/* ---- data and texts ---- */

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

static bool is_checking(const struct reader *reader)
{
	return reader->context != NULL && reader->context->checking;
}

static bool read_data(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax,
		      struct value *value)
{
	(void)arg;
	if (is_checking(reader) && (syntax->kind == SYNTAX_FILE || syntax->kind == SYNTAX_RECEIVED)) {
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
static bool read_data_length(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax,
			     struct value *value)
{
	const struct value *data = &reader->call->args[arg - reader->call->spec->args - 1];

	if (!read_number_in(reader, syntax, value, length_range))
		return false;
	/* Data that is not looked at yet is empty. */
	if ((size_t)value->number <= data->len || (is_checking(reader) && data->len == 0))
		return true;
	text_addf(reader->message, "the data has only %zu bytes", data->len);
	return false;
}

static bool read_text(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax,
		      struct value *value)
{
	if ((!is_word(syntax) && syntax->kind != SYNTAX_STRING) || !is_whole(reader, syntax))
		return false;
	if (memchr(syntax->text, '\0', syntax->len) != NULL) {
		text_addf(reader->message, "%s ends at a NUL byte: it may not hold one", arg->name);
		return false;
	}
	value_set_bytes(value, syntax->text, syntax->len);
	return true;
}

/* ---- lists ---- */

/* Every word of a list, whatever commas stand between them. */
static bool read_each_word(struct reader *reader, const struct syntax *syntax, struct value *value,
			   read_function *read)
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

static bool read_fd_list(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax,
			 struct value *value)
{
	(void)arg;
	return read_each_word(reader, syntax, value, read_fd);
}

static bool read_size_list(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax,
			   struct value *value)
{
	(void)arg;
	return read_each_word(reader, syntax, value, read_length);
}

static bool read_data_list(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax,
			   struct value *value)
{
	(void)arg;
	return read_each_word(reader, syntax, value, read_data);
}

static const struct syntax *only_word(const struct syntax *element)
{
	return element->list.count == 1 ? &element->list.items[0] : NULL;
}

/* element = FD EVENTS | "{" "fd=" FD "," "events=" EVENTS "}" */
static bool split_poll_item(const struct syntax *element, const struct syntax *parts[2])
{
	const struct syntax *braces = only_word(element);

	parts[0] = parts[1] = NULL;
	if (braces != NULL && braces->kind == SYNTAX_LIST && braces->list.count == 2) {
		parts[0] = only_word(&braces->list.items[0]);
		parts[1] = only_word(&braces->list.items[1]);
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

static bool read_poll_list(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax,
			   struct value *value)
{
	if (syntax->kind != SYNTAX_LIST)
		return false;
	value_set_list(value);
	for (size_t i = 0; i < syntax->list.count; i++)
		if (!read_poll_item(reader, arg, &syntax->list.items[i], value_append(value)))
			return false;
	return true;
}

/* ---- socket options, and what else depends on the arguments before ---- */

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
static bool read_option(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax,
			struct value *value)
{
	struct value *level = &reader->call->args[arg - reader->call->spec->args - 1];
	bool has_level = level->kind == VALUE_NUMBER;
	const struct option_spec *spec;

	if (!is_word(syntax))
		return false;
	if (has_level && is_number(syntax))
		return read_number_in(reader, syntax, value, int_range);
	spec = has_level ? option_find((int)level->number, syntax->text) : option_by_name(syntax->text);
	if (spec == NULL) {
		say_unknown_option(reader->message, syntax->text);
		return false;
	}
	value_set_number(level, spec->level);
	value_set_number(value, spec->number);
	return true;
}

static bool read_option_value(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax,
			      struct value *value)
{
	(void)arg;
	return option_read(value, option_of_call(reader->call), syntax, reader->message);
}

/* The group of fcntl's third argument, where its command takes flags. */
static enum constant_group fcntl_group(const struct call *call)
{
	const char *command = constant_name(GROUP_FCNTL, call->args[1].number);

	if (command != NULL && string_is(command, "F_SETFL"))
		return GROUP_ACCESS;
	return command != NULL && string_is(command, "F_SETFD") ? GROUP_FD_FLAG : GROUP_NONE;
}

static bool read_fcntl_value(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax,
			     struct value *value)
{
	struct arg_spec typed = { .group = fcntl_group(reader->call) };

	if (typed.group == GROUP_NONE)
		return read_int(reader, arg, syntax, value);
	return read_constant(reader, &typed, syntax, value);
}

/* NUMBER | "[" NUMBER "]", as it is printed: C gives a pointer to it. */
static bool read_ioctl_value(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax,
			     struct value *value)
{
	if (syntax->kind == SYNTAX_LIST)
		syntax = syntax->list.count == 1 ? only_word(&syntax->list.items[0]) : NULL;
	return syntax != NULL && read_int(reader, arg, syntax, value);
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

/* ---- hints ---- */

/* hello, not "hello": the commonest slip of all. */
/* Single quotes, as in other languages, are no part of the data that was meant. */
static bool hint_data(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax)
{
	char *bare;

	(void)arg;
	if (!is_word(syntax))
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
	if (!is_word(syntax))
		return false;
	if (is_number(syntax)) {
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
		group = call == NULL ? GROUP_NONE : fcntl_group(call);
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
