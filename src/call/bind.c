/*
 * Types for the arguments of a line.
 *
 * The arguments of the table are gone through in their order; each takes the next argument of the line if that fits its type,
 * and one that may be left out is left out if it does not. So `send 3 "x" MSG_OOB` finds its flags although the length
 * before them is missing, and `recv(3, buf, 1024, 0)` and `recv 3 1024` are the same call.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "call/call.h"
#include "call/option.h"
#include "call/syntax.h"

struct binder {
	struct call *call;
	const struct syntax_list *args;
	const struct call_context *context; /* may be NULL */
	struct mistake *mistake;
	size_t next;       /* the argument of the line to be taken next */
	bool before_taken; /* did the argument of the table before this one take one? */
};

typedef bool read_function(struct binder *binder, const struct arg_spec *arg, const struct syntax *syntax,
			   struct value *value);
typedef bool fits_function(const struct arg_spec *arg, const struct syntax *syntax);

static struct text *message_of(struct binder *binder)
{
	return &binder->mistake->text;
}

static bool is_checking(const struct binder *binder)
{
	return binder->context != NULL && binder->context->checking;
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

	return is_word(syntax) && read_integer(syntax->text, 0, &number);
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

static bool fits_text(const struct arg_spec *arg, const struct syntax *syntax)
{
	(void)arg;
	return is_word(syntax) || syntax->kind == SYNTAX_STRING;
}

static bool fits_string(const struct arg_spec *arg, const struct syntax *syntax)
{
	(void)arg;
	return syntax->kind == SYNTAX_STRING;
}

static bool fits_option_value(const struct arg_spec *arg, const struct syntax *syntax)
{
	return fits_text(arg, syntax) || syntax->kind == SYNTAX_LIST;
}

static bool fits_length(const struct arg_spec *arg, const struct syntax *syntax)
{
	return is_number(syntax) || fits_list(arg, syntax);
}

static bool fits_seconds(const struct arg_spec *arg, const struct syntax *syntax)
{
	char *end;

	(void)arg;
	if (!is_word(syntax) || syntax->len == 0)
		return false;
	strtod(syntax->text, &end);
	return *end == '\0';
}

/* ---- what is read ---- */

static bool read_number_in(struct binder *binder, const struct syntax *syntax, struct value *value,
			   const long long range[2])
{
	long long number;

	if (!is_word(syntax) || !read_integer(syntax->text, 0, &number))
		return false;
	if (number < range[0] || number > range[1]) {
		text_addf(message_of(binder), "%s is not between %lld and %lld", syntax->text, range[0], range[1]);
		return false;
	}
	value_set_number(value, number);
	return true;
}

static const long long int_range[2] = { INT_MIN, INT_MAX };
static const long long length_range[2] = { 0, CALL_BUFFER_MAX };

static bool read_int(struct binder *binder, const struct arg_spec *arg, const struct syntax *syntax, struct value *value)
{
	(void)arg;
	return read_number_in(binder, syntax, value, int_range);
}

static bool read_length(struct binder *binder, const struct arg_spec *arg, const struct syntax *syntax,
			struct value *value)
{
	(void)arg;
	return read_number_in(binder, syntax, value, length_range);
}

static bool read_descriptor_word(struct binder *binder, const struct syntax *syntax, long long *fd)
{
	const struct call_context *context = binder->context;
	int named;

	if (!is_word(syntax))
		return false;
	if (read_integer(syntax->text, 0, fd))
		return *fd >= INT_MIN && *fd <= INT_MAX;
	if (context == NULL || context->descriptor == NULL ||
	    !context->descriptor(context->owner, syntax->text, &named, message_of(binder)))
		return false;
	*fd = named;
	return true;
}

static bool read_fd(struct binder *binder, const struct arg_spec *arg, const struct syntax *syntax, struct value *value)
{
	long long fd;

	(void)arg;
	if (!read_descriptor_word(binder, syntax, &fd))
		return false;
	value_set_number(value, fd);
	return true;
}

static bool read_constant(struct binder *binder, const struct arg_spec *arg, const struct syntax *syntax,
			  struct value *value)
{
	long long flags;

	if (!is_word(syntax) || !constant_read_flags(arg->group, syntax->text, &flags, message_of(binder)))
		return false;
	value_set_number(value, flags);
	return true;
}

/* The descriptor that the call is about, -1 without one: an address depends on its family. */
static int first_descriptor(const struct call *call)
{
	return call->spec->args[0].type == ARG_FD && call->args[0].kind == VALUE_NUMBER ? (int)call->args[0].number : -1;
}

/* A host that is no number: a lab host or side, or a name for the side to resolve. */
static bool read_host(struct binder *binder, const char *host, struct value *value)
{
	const struct call_context *context = binder->context;
	int fd = first_descriptor(binder->call);
	struct address address;

	if (string_is(host, "*")) {
		address = address_any(context != NULL && context->family ? context->family(context->owner, fd) : AF_INET, 0);
	} else if (!address_read_ip(&address, host)) {
		if (context == NULL || context->host == NULL)
			return false;
		if (!context->host(context->owner, host, fd, &address, message_of(binder)))
			return false;
	}
	value_set_address(value, &address);
	return true;
}

static void set_hostname(struct value *value, const char *host, const char *service)
{
	value_set_bytes(value, host, strlen(host));
	value_set_bytes(value_append(value), service, strlen(service));
	value->kind = VALUE_HOSTNAME;
}

/* host is cut at its colon; brackets around an IPv6 address are gone. */
static bool read_host_and_port(struct binder *binder, const char *host, const char *port, struct value *value)
{
	long long number;
	bool numeric = read_integer(port, 10, &number);

	if (*host == '\0' || *port == '\0' || (numeric && (number < 0 || number > 65535))) {
		text_addf(message_of(binder), *host == '\0' ? "the host is missing before :%s (* is any of this host's)"
					      : *port == '\0' ? "the port is missing after %s:"
							      : "a port is between 0 and 65535",
			  *host == '\0' ? port : host);
		return false;
	}
	if (numeric && read_host(binder, host, value)) {
		address_set_port(&value->address, (uint16_t)number);
		return true;
	}
	if (message_of(binder)->len > 0 || binder->context == NULL || binder->context->host == NULL)
		return false;
	set_hostname(value, host, port);
	return true;
}

static bool read_ip_address(struct binder *binder, char *word, struct value *value)
{
	char *colon = strrchr(word, ':'), *host = word;

	if (*word == '[' && colon != NULL && colon > word && colon[-1] == ']') {
		host++;
		colon[-1] = '\0';
	} else if (colon != NULL && strchr(word, ':') != colon) {
		text_addf(message_of(binder), "an IPv6 address stands in brackets before its port, as in [::1]:80");
		return false;
	}
	if (colon == NULL)
		return false;
	*colon = '\0';
	return read_host_and_port(binder, host, colon + 1, value);
}

/* address = HOST ":" PORT | "[" V6 "]:" PORT | "*:" PORT | "unix:" NAME | "AF_UNSPEC" (connect(2): dissolve) */
static bool read_address(struct binder *binder, const struct arg_spec *arg, const struct syntax *syntax,
			 struct value *value)
{
	struct address address = { .any.sa_family = AF_UNSPEC, .len = sizeof(struct sockaddr) };
	char *word;
	bool ok;

	(void)arg;
	if (!is_word(syntax))
		return false;
	if (string_starts_with(syntax->text, "unix:")) {
		if (!address_read_unix(&address, syntax->text, message_of(binder)))
			return false;
		value_set_address(value, &address);
		return true;
	}
	if (string_is(syntax->text, "AF_UNSPEC")) {
		value_set_address(value, &address);
		return true;
	}
	word = xstrdup(syntax->text);
	ok = read_ip_address(binder, word, value);
	free(word);
	return ok;
}

static bool read_file_data(struct binder *binder, const struct syntax *syntax, struct value *value)
{
	const struct call_context *context = binder->context;
	struct text bytes;
	bool ok;

	if (context == NULL || context->file == NULL)
		return false;
	text_init(&bytes);
	ok = context->file(context->owner, syntax->text, &bytes, message_of(binder));
	if (ok)
		value_set_bytes(value, bytes.data, bytes.len);
	text_release(&bytes);
	return ok;
}

static bool read_received_data(struct binder *binder, const struct syntax *syntax, struct value *value)
{
	const struct call_context *context = binder->context;
	const void *bytes;
	size_t len, from, to;

	if (context == NULL || context->received == NULL ||
	    !context->received(context->owner, &bytes, &len, message_of(binder)))
		return false;
	from = (size_t)syntax->from;
	to = syntax->to < 0 ? len : (size_t)syntax->to;
	if (from > to || to > len) {
		text_addf(message_of(binder), "only %zu bytes were received", len);
		return false;
	}
	value_set_bytes(value, (const char *)bytes + from, to - from);
	return true;
}

static bool read_data(struct binder *binder, const struct arg_spec *arg, const struct syntax *syntax,
		      struct value *value)
{
	(void)arg;
	if (is_checking(binder) && (syntax->kind == SYNTAX_FILE || syntax->kind == SYNTAX_RECEIVED)) {
		value_set_bytes(value, "", 0);
		return true;
	}
	if (syntax->kind == SYNTAX_FILE)
		return read_file_data(binder, syntax, value);
	if (syntax->kind == SYNTAX_RECEIVED)
		return read_received_data(binder, syntax, value);
	if (syntax->kind != SYNTAX_STRING)
		return false;
	if (syntax->cut) {
		text_add(message_of(binder), "this text was cut when it was printed (...); write it whole");
		return false;
	}
	value_set_bytes(value, syntax->text, syntax->len);
	return true;
}

/* The data's length stands before it in the table. */
static bool read_data_length(struct binder *binder, const struct arg_spec *arg, const struct syntax *syntax,
			     struct value *value)
{
	const struct value *data = &binder->call->args[arg - binder->call->spec->args - 1];

	if (!read_number_in(binder, syntax, value, length_range))
		return false;
	if ((size_t)value->number <= data->len || is_checking(binder))
		return true;
	text_addf(message_of(binder), "the data has only %zu bytes", data->len);
	return false;
}

static bool read_text(struct binder *binder, const struct arg_spec *arg, const struct syntax *syntax,
		      struct value *value)
{
	if (!fits_text(arg, syntax))
		return false;
	if (memchr(syntax->text, '\0', syntax->len) != NULL) {
		text_addf(message_of(binder), "%s ends at a NUL byte: it may not hold one", arg->name);
		return false;
	}
	value_set_bytes(value, syntax->text, syntax->len);
	return true;
}

static bool read_mode(struct binder *binder, const struct arg_spec *arg, const struct syntax *syntax,
		      struct value *value)
{
	long long mode;

	(void)arg;
	if (!is_word(syntax) || !read_integer(syntax->text, 8, &mode) || mode < 0 || mode > 07777) {
		text_add(message_of(binder), "a mode is octal, such as 0644");
		return false;
	}
	value_set_number(value, mode);
	return true;
}

/* Microseconds; {tv_sec=1, tv_usec=500000} as strace writes it is understood by whoever pastes it: not here. */
static bool read_seconds(struct binder *binder, const struct arg_spec *arg, const struct syntax *syntax,
			 struct value *value)
{
	double seconds;

	if (!fits_seconds(arg, syntax))
		return false;
	seconds = strtod(syntax->text, NULL);
	if (!(seconds >= 0 && seconds <= 1e9)) {
		text_add(message_of(binder), "seconds are not negative");
		return false;
	}
	value_set_number(value, (long long)(seconds * 1e6 + 0.5));
	return true;
}

/* [N], a list of one number */
static bool read_offset(struct binder *binder, const struct arg_spec *arg, const struct syntax *syntax,
			struct value *value)
{
	static const long long range[2] = { 0, LLONG_MAX };

	if (!fits_list(arg, syntax) || syntax->list.count != 1 || syntax->list.items[0].list.count != 1)
		return false;
	return read_number_in(binder, &syntax->list.items[0].list.items[0], value, range);
}

/* Every word of a list, whatever commas stand between them. */
static bool read_each_word(struct binder *binder, const struct syntax *syntax, struct value *value,
			   bool (*read)(struct binder *, const struct syntax *, struct value *))
{
	value_set_list(value);
	for (size_t i = 0; i < syntax->list.count; i++)
		for (size_t j = 0; j < syntax->list.items[i].list.count; j++)
			if (!read(binder, &syntax->list.items[i].list.items[j], value_append(value)))
				return false;
	return true;
}

static bool read_fd_item(struct binder *binder, const struct syntax *syntax, struct value *value)
{
	return read_fd(binder, NULL, syntax, value);
}

static bool read_size_item(struct binder *binder, const struct syntax *syntax, struct value *value)
{
	return read_length(binder, NULL, syntax, value);
}

static bool read_data_item(struct binder *binder, const struct syntax *syntax, struct value *value)
{
	return read_data(binder, NULL, syntax, value);
}

static bool read_fd_list(struct binder *binder, const struct arg_spec *arg, const struct syntax *syntax,
			 struct value *value)
{
	return fits_list(arg, syntax) && read_each_word(binder, syntax, value, read_fd_item);
}

static bool read_size_list(struct binder *binder, const struct arg_spec *arg, const struct syntax *syntax,
			   struct value *value)
{
	return fits_list(arg, syntax) && read_each_word(binder, syntax, value, read_size_item);
}

static bool read_data_list(struct binder *binder, const struct arg_spec *arg, const struct syntax *syntax,
			   struct value *value)
{
	return fits_list(arg, syntax) && read_each_word(binder, syntax, value, read_data_item);
}

/* element = FD EVENTS | "{" "fd=" FD "," "events=" EVENTS "}" */
static bool read_poll_item(struct binder *binder, const struct arg_spec *arg, const struct syntax *element,
			   struct value *value)
{
	const struct syntax *fd = NULL, *events = NULL;

	if (element->list.count == 1 && element->list.items[0].kind == SYNTAX_LIST &&
	    element->list.items[0].list.count == 2) {
		const struct syntax *braces = element->list.items[0].list.items;

		fd = braces[0].list.count == 1 ? &braces[0].list.items[0] : NULL;
		events = braces[1].list.count == 1 ? &braces[1].list.items[0] : NULL;
	} else if (element->list.count == 2) {
		fd = &element->list.items[0];
		events = &element->list.items[1];
	}
	value_set_list(value);
	return fd != NULL && events != NULL && read_fd(binder, arg, fd, value_append(value)) &&
	       read_constant(binder, arg, events, value_append(value));
}

static bool read_poll_list(struct binder *binder, const struct arg_spec *arg, const struct syntax *syntax,
			   struct value *value)
{
	if (!fits_list(arg, syntax))
		return false;
	value_set_list(value);
	for (size_t i = 0; i < syntax->list.count; i++)
		if (!read_poll_item(binder, arg, &syntax->list.items[i], value_append(value)))
			return false;
	return true;
}

static const struct value *arg_value(const struct binder *binder, enum arg_type type)
{
	const struct call_spec *spec = binder->call->spec;

	for (size_t i = 0; i < call_arg_count(spec); i++)
		if (spec->args[i].type == type)
			return &binder->call->args[i];
	return NULL;
}

/* An option's name says its level, if no level was given. */
static const struct option_spec *option_by_name(const char *name)
{
	size_t count;
	const struct option_spec *all = options_all(&count);

	for (size_t i = 0; i < count; i++)
		if (string_is(all[i].name, name))
			return &all[i];
	return NULL;
}

static bool read_option(struct binder *binder, const struct arg_spec *arg, const struct syntax *syntax,
			struct value *value)
{
	struct value *level = &binder->call->args[arg - binder->call->spec->args - 1];
	const struct option_spec *spec;
	long long number;

	if (!is_word(syntax))
		return false;
	if (level->kind == VALUE_NUMBER && read_integer(syntax->text, 0, &number)) {
		value_set_number(value, number);
		return true;
	}
	spec = level->kind == VALUE_NUMBER ? option_find((int)level->number, syntax->text) : option_by_name(syntax->text);
	if (spec == NULL) {
		text_addf(message_of(binder), "%s is no option%s that is known here; any may be given by its number, after its level",
			  syntax->text, level->kind == VALUE_NUMBER ? " of that level" : "");
		return false;
	}
	value_set_number(level, spec->level);
	value_set_number(value, spec->number);
	return true;
}

static bool read_option_value(struct binder *binder, const struct arg_spec *arg, const struct syntax *syntax,
			      struct value *value)
{
	const struct value *level = arg_value(binder, ARG_LEVEL), *option = arg_value(binder, ARG_OPTION);

	(void)arg;
	return option_read(value, option_by_number((int)level->number, (int)option->number), syntax, message_of(binder));
}

/* fcntl's third argument: flags where the command takes flags, else a number. */
static bool read_fcntl_value(struct binder *binder, const struct arg_spec *arg, const struct syntax *syntax,
			     struct value *value)
{
	static const struct {
		const char *command;
		enum constant_group group;
	} flags[] = { { "F_SETFL", GROUP_ACCESS }, { "F_SETFD", GROUP_FD_FLAG } };
	const char *command = constant_name(GROUP_FCNTL, binder->call->args[1].number);

	for (size_t i = 0; command != NULL && i < COUNT_OF(flags); i++)
		if (string_is(flags[i].command, command)) {
			struct arg_spec typed = { .group = flags[i].group };

			return read_constant(binder, &typed, syntax, value);
		}
	return read_int(binder, arg, syntax, value);
}

static bool read_nothing(struct binder *binder, const struct arg_spec *arg, const struct syntax *syntax,
			 struct value *value)
{
	(void)binder;
	(void)arg;
	(void)syntax;
	(void)value;
	return true;
}

/* For each type: how it is read, which arguments may be one, and what is said where another stands. */
static const struct {
	read_function *read;
	fits_function *fits;
	const char *expected;
} types[] = {
	[ARG_FD] = { read_fd, fits_word, "a descriptor such as 3" },
	[ARG_NEW_FD] = { read_fd, fits_word, "a descriptor such as 7" },
	[ARG_INT] = { read_int, fits_number, "a number" },
	[ARG_SIZE] = { read_length, fits_number, "a number of bytes" },
	[ARG_CONSTANT] = { read_constant, fits_constant, "a constant" },
	[ARG_ADDRESS] = { read_address, fits_address, "an address such as server:80, [::1]:80, *:80 or unix:/path" },
	[ARG_ADDRESS_LEN] = { read_nothing, fits_length, "a length" },
	[ARG_DATA] = { read_data, fits_data, "data such as \"hello\\r\\n\", hex:0d0a, @file or received" },
	[ARG_DATA_LEN] = { read_data_length, fits_number, "a number of bytes" },
	[ARG_BUFFER] = { read_nothing, fits_string, "a buffer" },
	[ARG_BUFFER_LEN] = { read_length, fits_number, "the buffer's size, such as 1024" },
	[ARG_LEVEL] = { read_constant, fits_constant, "a level such as SOL_SOCKET or IPPROTO_TCP" },
	[ARG_OPTION] = { read_option, fits_word, "an option such as SO_REUSEADDR" },
	[ARG_OPTION_VALUE] = { read_option_value, fits_option_value, "the option's value" },
	[ARG_FD_PAIR] = { read_nothing, fits_list, "two descriptors" },
	[ARG_FD_LIST] = { read_fd_list, fits_list, "descriptors such as [3, 4]" },
	[ARG_POLL_LIST] = { read_poll_list, fits_list, "descriptors and events such as [3 POLLIN, 4 POLLIN|POLLOUT]" },
	[ARG_DATA_LIST] = { read_data_list, fits_list, "several data such as [\"head\", \"body\"]" },
	[ARG_SIZE_LIST] = { read_size_list, fits_list, "the buffers' sizes such as [4, 1024]" },
	[ARG_SECONDS] = { read_seconds, fits_seconds, "seconds such as 1.5" },
	[ARG_OFFSET] = { read_offset, fits_list, "an offset such as [0], or NULL" },
	[ARG_PATH] = { read_text, fits_text, "a path" },
	[ARG_MODE] = { read_mode, fits_number, "a mode such as 0644" },
	[ARG_TEXT] = { read_text, fits_text, "a name" },
	[ARG_FCNTL_VALUE] = { read_fcntl_value, fits_word, "flags such as O_NONBLOCK, or a number" },
	[ARG_IOCTL_VALUE] = { read_int, fits_number, "a number" },
	[ARG_PID] = { read_int, fits_number, "a process id" },
	[ARG_WAIT_STATUS] = { read_nothing, fits_list, "a status" },
	[ARG_ADDRESS_LIST] = { read_nothing, fits_list, "addresses" },
};

/* What readv printed, as against the sizes that follow it. */
static bool is_list_of_strings(const struct syntax *syntax)
{
	return syntax->kind == SYNTAX_LIST && syntax->list.count > 0 && syntax->list.items[0].list.count > 0 &&
	       syntax->list.items[0].list.items[0].kind == SYNTAX_STRING;
}

/* A TEXT that the call fills is known by its quotes: a word there is the next argument. */
static bool fits_type(const struct arg_spec *arg, const struct syntax *syntax)
{
	if (arg->type == ARG_TEXT && arg->need == ARG_OUT)
		return fits_string(arg, syntax);
	if (arg->type == ARG_OPTION_VALUE && arg->need == ARG_OUT)
		return true;
	if (arg->type == ARG_DATA_LIST && arg->need == ARG_OUT)
		return is_list_of_strings(syntax);
	return types[arg->type].fits(arg, syntax);
}

static size_t required_after(const struct call_spec *spec, size_t index)
{
	size_t count = 0;

	for (size_t i = index + 1; i < call_arg_count(spec); i++)
		count += spec->args[i].need == ARG_REQUIRED;
	return count;
}

/* C's count of a list (nfds, iovcnt) and length of an address: only where what it belongs to, or what comes after it, tells
 * it from the argument that follows. */
static bool hidden_is_there(const struct binder *binder, size_t index)
{
	const struct call_spec *spec = binder->call->spec;

	if (spec->args[index].type == ARG_ADDRESS_LEN)
		return binder->before_taken;
	return index + 1 == call_arg_count(spec) ||
	       binder->args->count - binder->next > (required_after(spec, index) == 0 ? 1 : required_after(spec, index));
}

static bool fits(const struct binder *binder, size_t index, const struct syntax *syntax)
{
	const struct arg_spec *arg = &binder->call->spec->args[index];

	if (syntax->key != NULL)
		return false;
	switch (arg->need) {
	case ARG_REQUIRED:
		return true;
	case ARG_OPTIONAL:
	case ARG_KEYED:
		return syntax->kind == SYNTAX_PLACEHOLDER || fits_type(arg, syntax);
	case ARG_OUT:
	case ARG_KEYED_OUT:
		return syntax->kind == SYNTAX_PLACEHOLDER || fits_type(arg, syntax);
	case ARG_HIDDEN:
		return hidden_is_there(binder, index) &&
		       (syntax->kind == SYNTAX_PLACEHOLDER || types[arg->type].fits(arg, syntax));
	}
	return false;
}

static void say_expected(struct binder *binder, size_t index, const struct syntax *syntax)
{
	const struct arg_spec *arg = &binder->call->spec->args[index];
	struct text reason = *message_of(binder);

	text_init(message_of(binder));
	text_addf(message_of(binder), "%s of %s: ", arg->name, binder->call->spec->name);
	if (arg->type == ARG_CONSTANT || arg->type == ARG_LEVEL) {
		text_addf(message_of(binder), "a constant such as %s is expected here", constant_name(arg->group, 0) ?
			  constant_name(arg->group, 0) : constant_name(arg->group, 1) ? constant_name(arg->group, 1) :
			  "those of the manual page");
	} else if (reason.len == 0) {
		text_addf(message_of(binder), "%s is expected here", types[arg->type].expected);
	}
	if (reason.len > 0)
		text_addf(message_of(binder), "%s%s", arg->type == ARG_CONSTANT || arg->type == ARG_LEVEL ? "; " : "",
			  reason.data);
	text_release(&reason);
	binder->mistake->column = syntax->column;
}

static bool is_given_by_call(enum arg_need need)
{
	return need == ARG_OUT || need == ARG_KEYED_OUT || need == ARG_HIDDEN;
}

/* A placeholder is nothing: NULL for what may be absent, and no address, data or number for what may not. */
static bool take(struct binder *binder, size_t index, const struct syntax *syntax)
{
	const struct arg_spec *arg = &binder->call->spec->args[index];
	struct value *value = &binder->call->args[index];
	bool null_text = arg->type == ARG_TEXT && arg->need == ARG_REQUIRED && syntax->kind == SYNTAX_PLACEHOLDER;

	if (is_given_by_call(arg->need) || null_text || (arg->need != ARG_REQUIRED && syntax->kind == SYNTAX_PLACEHOLDER))
		return true;
	if (types[arg->type].read(binder, arg, syntax, value)) {
		value->column = syntax->column;
		return true;
	}
	say_expected(binder, index, syntax);
	return false;
}

static bool take_keyed(struct binder *binder, const struct syntax *syntax)
{
	const struct call_spec *spec = binder->call->spec;

	for (size_t i = 0; i < call_arg_count(spec); i++)
		if (string_is(spec->args[i].name, syntax->key))
			return take(binder, i, syntax);
	text_addf(message_of(binder), "%s has no argument named %s", spec->name, syntax->key);
	binder->mistake->column = syntax->column;
	return false;
}

/* Those with a key may stand anywhere between the others. */
static bool take_all_keyed(struct binder *binder)
{
	while (binder->next < binder->args->count && binder->args->items[binder->next].key != NULL)
		if (!take_keyed(binder, &binder->args->items[binder->next++]))
			return false;
	return true;
}

static bool say_missing(struct binder *binder, size_t index)
{
	const struct call_spec *spec = binder->call->spec;

	text_addf(message_of(binder), "%s is missing: %s; ", spec->args[index].name, types[spec->args[index].type].expected);
	call_signature(message_of(binder), spec, (int)index);
	binder->mistake->missing = (int)index;
	binder->mistake->column = -1;
	return false;
}

static bool bind_one(struct binder *binder, size_t index)
{
	const struct syntax *syntax;

	if (!take_all_keyed(binder))
		return false;
	syntax = binder->next < binder->args->count ? &binder->args->items[binder->next] : NULL;
	binder->before_taken = syntax != NULL && fits(binder, index, syntax);
	if (binder->before_taken) {
		binder->next++;
		return take(binder, index, syntax);
	}
	return binder->call->spec->args[index].need != ARG_REQUIRED || say_missing(binder, index);
}

/* tcp, udp6 and so on stand for socket's first arguments. */
static const struct {
	const char *name;
	int family, type, protocol;
} short_forms[] = {
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

const char *call_short_form(size_t index)
{
	return index < COUNT_OF(short_forms) ? short_forms[index].name : NULL;
}

/* "tcp" or "tcp|SOCK_NONBLOCK": the flags behind the bar are the type's. */
static bool read_short_form(struct call *call, const struct syntax *syntax, struct mistake *mistake)
{
	const char *bar = strchr(syntax->text, '|');
	size_t len = bar == NULL ? syntax->len : (size_t)(bar - syntax->text);
	long long flags = 0;

	for (size_t i = 0; i < COUNT_OF(short_forms); i++) {
		if (strlen(short_forms[i].name) != len || strncmp(short_forms[i].name, syntax->text, len) != 0)
			continue;
		if (bar != NULL && !constant_read_flags(GROUP_SOCKET_FLAG, bar + 1, &flags, &mistake->text))
			break;
		value_set_number(&call->args[0], short_forms[i].family);
		value_set_number(&call->args[1], short_forms[i].type | flags);
		value_set_number(&call->args[2], short_forms[i].protocol);
		return true;
	}
	text_clear(&mistake->text);
	return false;
}

/* How many arguments of the table the short form at the beginning has filled. */
static size_t bind_short_form(struct binder *binder)
{
	struct call *call = binder->call;
	bool makes_socket = call->spec->id == CALL_socket || call->spec->id == CALL_socketpair;

	if (!makes_socket || binder->args->count == 0 || !is_word(&binder->args->items[0]) ||
	    !read_short_form(call, &binder->args->items[0], binder->mistake))
		return 0;
	binder->next = 1;
	return 2;
}

/* What was left out and may be: zero, the data's length. */
static void fill_defaults(struct call *call)
{
	for (size_t i = 0; i < call_arg_count(call->spec); i++) {
		const struct arg_spec *arg = &call->spec->args[i];
		struct value *value = &call->args[i];

		if (arg->need != ARG_OPTIONAL || value->kind != VALUE_ABSENT)
			continue;
		if (arg->type == ARG_CONSTANT)
			value_set_number(value, 0);
		else if (arg->type == ARG_DATA_LEN)
			value_set_number(value, (long long)call->args[i - 1].len);
	}
}

static bool bind_all(struct binder *binder)
{
	const struct call_spec *spec = binder->call->spec;

	for (size_t i = bind_short_form(binder); i < call_arg_count(spec); i++)
		if (!bind_one(binder, i))
			return false;
	if (!take_all_keyed(binder))
		return false;
	if (binder->next == binder->args->count)
		return true;
	text_addf(message_of(binder), "%s takes no further argument: ", spec->name);
	call_signature(message_of(binder), spec, -1);
	binder->mistake->column = binder->args->items[binder->next].column;
	return false;
}

bool call_bind(struct call *call, const struct call_spec *spec, const struct syntax_list *args,
	       const struct call_context *context, struct mistake *mistake)
{
	struct binder binder = { .call = call, .args = args, .context = context, .mistake = mistake };

	*call = (struct call){ .spec = spec };
	for (size_t i = 0; i < CALL_ARGS_MAX; i++)
		call->args[i].column = -1;
	if (bind_all(&binder)) {
		fill_defaults(call);
		return true;
	}
	call_release(call);
	return false;
}
