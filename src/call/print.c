#include "call/print.h"

#include <netdb.h>
#include <string.h>
#include <sys/wait.h>

#include "base/mem.h"
#include "base/show.h"
#include "call/option.h"

/* How much of data the transcript shows; "..." follows what was cut, as in strace. */
enum { SHOWN_DATA_MAX = 200 };
/* So many bytes of one kind are shown by their count. */
enum { REPEATED_AT_LEAST = 40 };

struct printer {
	struct text *out;
	const struct call *call;
	enum call_style style;
};

typedef void print_function(const struct printer *printer, const struct arg_spec *arg, const struct value *value);

/* "x"*1000, as the language has it, says more than two lines of x. */
static bool is_one_byte_repeated(const struct value *value)
{
	return value->len > REPEATED_AT_LEAST && memcmp(value->bytes, value->bytes + 1, value->len - 1) == 0;
}

static void print_data(const struct printer *printer, const struct arg_spec *arg, const struct value *value)
{
	size_t most = printer->style == CALL_EXACT ? 0 : SHOWN_DATA_MAX;

	(void)arg;
	if (most > 0 && is_one_byte_repeated(value)) {
		show_quoted(printer->out, value->bytes, 1, 0, SHOW_ASCII);
		text_addf(printer->out, "*%zu", value->len);
	} else {
		show_quoted(printer->out, value->bytes, value->len, most, SHOW_ASCII);
	}
}

static void print_address(const struct printer *printer, const struct arg_spec *arg, const struct value *value)
{
	(void)arg;
	if (value->kind == VALUE_HOSTNAME) {
		show_string(printer->out, value->bytes, SHOW_UTF8);
		text_add(printer->out, ":");
		show_string(printer->out, value->items[0].bytes, SHOW_UTF8);
	} else if (value->address.len > 0 && value->address.any.sa_family == AF_UNSPEC) {
		text_add(printer->out, "AF_UNSPEC");
	} else {
		address_print(printer->out, &value->address);
	}
}

static void print_list(const struct printer *printer, const struct arg_spec *arg, const struct value *list,
		       print_function *print)
{
	text_add(printer->out, "[");
	for (size_t i = 0; i < list->count; i++) {
		text_add(printer->out, i > 0 ? ", " : "");
		print(printer, arg, &list->items[i]);
	}
	text_add(printer->out, "]");
}

static void print_number(const struct printer *printer, const struct arg_spec *arg, const struct value *value)
{
	(void)arg;
	text_add_int(printer->out, value->number);
}

static void print_constant(const struct printer *printer, const struct arg_spec *arg, const struct value *value)
{
	constant_print_flags(printer->out, arg->group, value->number);
}

/* select makes a pair of each descriptor. */
static void print_fd_item(const struct printer *printer, const struct arg_spec *arg, const struct value *item)
{
	print_number(printer, arg, item->kind == VALUE_LIST ? &item->items[0] : item);
}

static void print_fd_list(const struct printer *printer, const struct arg_spec *arg, const struct value *value)
{
	print_list(printer, arg, value, print_fd_item);
}

static void print_poll_item(const struct printer *printer, const struct arg_spec *arg, const struct value *item)
{
	enum constant_group group = printer->call->spec->id == CALL_poll ? GROUP_POLL : GROUP_EPOLL;

	(void)arg;
	text_addf(printer->out, "%lld ", item->items[0].number);
	constant_print_flags(printer->out, group, item->items[1].number);
}

static void print_poll_list(const struct printer *printer, const struct arg_spec *arg, const struct value *value)
{
	print_list(printer, arg, value, print_poll_item);
}

static void print_data_list(const struct printer *printer, const struct arg_spec *arg, const struct value *value)
{
	print_list(printer, arg, value, print_data);
}

static void print_address_list(const struct printer *printer, const struct arg_spec *arg, const struct value *value)
{
	print_list(printer, arg, value, print_address);
}

static void print_seconds(const struct printer *printer, const struct arg_spec *arg, const struct value *value)
{
	struct text *out = printer->out;

	(void)arg;
	text_addf(out, "%lld", value->number / 1000000);
	if (value->number % 1000000 == 0)
		return;
	text_addf(out, ".%06lld", value->number % 1000000);
	while (out->data[out->len - 1] == '0')
		text_cut(out, out->len - 1);
}

static void print_offset(const struct printer *printer, const struct arg_spec *arg, const struct value *value)
{
	(void)arg;
	text_addf(printer->out, "[%lld]", value->number);
}

static void print_mode(const struct printer *printer, const struct arg_spec *arg, const struct value *value)
{
	(void)arg;
	text_addf(printer->out, "0%llo", (unsigned long long)value->number);
}

const struct value *value_of(const struct call *call, enum arg_type type)
{
	for (size_t i = 0; i < call_arg_count(call->spec); i++)
		if (call->spec->args[i].type == type)
			return &call->args[i];
	return NULL;
}

static void print_option(const struct printer *printer, const struct arg_spec *arg, const struct value *value)
{
	const struct option_spec *spec = option_of_call(printer->call);

	if (spec != NULL)
		text_add(printer->out, spec->name);
	else
		print_number(printer, arg, value);
}

/* getsockopt's value stands in brackets, as strace shows what the kernel wrote. */
static void print_option_value(const struct printer *printer, const struct arg_spec *arg, const struct value *value)
{
	const struct option_spec *spec = option_of_call(printer->call);
	bool given = arg->need == ARG_OUT;

	text_add(printer->out, given ? "[" : "");
	option_print(printer->out, spec, value, given);
	text_add(printer->out, given ? "]" : "");
}

static void print_signal_test(struct text *out, const char *test, int signal)
{
	text_addf(out, "[{%s == ", test);
	constant_print(out, GROUP_SIGNAL, signal);
	text_add(out, "}]");
}

/* As strace prints what the macros of waitpid(2) find. */
static void print_wait_status(const struct printer *printer, const struct arg_spec *arg, const struct value *value)
{
	int status = (int)value->number;

	(void)arg;
	if (WIFEXITED(status))
		text_addf(printer->out, "[{WIFEXITED(s) && WEXITSTATUS(s) == %d}]", WEXITSTATUS(status));
	else if (WIFSIGNALED(status))
		print_signal_test(printer->out, "WIFSIGNALED(s) && WTERMSIG(s)", WTERMSIG(status));
	else if (WIFSTOPPED(status))
		print_signal_test(printer->out, "WIFSTOPPED(s) && WSTOPSIG(s)", WSTOPSIG(status));
	else
		text_add(printer->out, "[{WIFCONTINUED(s)}]");
}

static void print_fcntl_value(const struct printer *printer, const struct arg_spec *arg, const struct value *value)
{
	const char *command = constant_name(GROUP_FCNTL, printer->call->args[1].number);

	if (command != NULL && string_is(command, "F_SETFL"))
		constant_print_flags(printer->out, GROUP_ACCESS, value->number);
	else if (command != NULL && string_is(command, "F_SETFD"))
		constant_print_flags(printer->out, GROUP_FD_FLAG, value->number);
	else
		print_number(printer, arg, value);
}

static void print_ioctl_value(const struct printer *printer, const struct arg_spec *arg, const struct value *value)
{
	(void)arg;
	text_addf(printer->out, printer->style == CALL_EXACT ? "%lld" : "[%lld]", value->number);
}

/* ARG_NONE and ARG_ADDRESS_LEN have no value. */
static print_function *const printers[] = {
	[ARG_FD] = print_number,
	[ARG_NEW_FD] = print_number,
	[ARG_INT] = print_number,
	[ARG_SIZE] = print_number,
	[ARG_CONSTANT] = print_constant,
	[ARG_ADDRESS] = print_address,
	[ARG_DATA] = print_data,
	[ARG_DATA_LEN] = print_number,
	[ARG_BUFFER] = print_data,
	[ARG_BUFFER_LEN] = print_number,
	[ARG_LEVEL] = print_constant,
	[ARG_OPTION] = print_option,
	[ARG_OPTION_VALUE] = print_option_value,
	[ARG_FD_PAIR] = print_fd_list,
	[ARG_FD_LIST] = print_fd_list,
	[ARG_POLL_LIST] = print_poll_list,
	[ARG_DATA_LIST] = print_data_list,
	[ARG_SIZE_LIST] = print_fd_list,
	[ARG_SECONDS] = print_seconds,
	[ARG_OFFSET] = print_offset,
	[ARG_PATH] = print_data,
	[ARG_MODE] = print_mode,
	[ARG_TEXT] = print_data,
	[ARG_FCNTL_VALUE] = print_fcntl_value,
	[ARG_IOCTL_VALUE] = print_ioctl_value,
	[ARG_PID] = print_number,
	[ARG_WAIT_STATUS] = print_wait_status,
	[ARG_ADDRESS_LIST] = print_address_list,
};

void value_print(struct text *out, const struct call *call, size_t index, enum call_style style)
{
	const struct printer printer = { .out = out, .call = call, .style = style };
	const struct arg_spec *arg = &call->spec->args[index];

	printers[arg->type](&printer, arg, &call->args[index]);
}

/* Nothing stands there for what was not given, for an address of no length (a stream's recvfrom), and for what stands
 * behind the equals sign. */
static bool is_shown(const struct arg_spec *arg, const struct value *value)
{
	if (arg->type == ARG_ADDRESS_LIST || arg->type == ARG_ADDRESS_LEN)
		return false;
	return value->kind != VALUE_ABSENT && (value->kind != VALUE_ADDRESS || value->address.len > 0);
}

/* A TEXT that is NULL (getaddrinfo's node) stands there: the arguments after it would move up. */
static bool is_null(const struct arg_spec *arg, const struct value *value)
{
	return value->kind == VALUE_ABSENT && arg->type == ARG_TEXT && arg->need == ARG_REQUIRED;
}

static void print_args(struct text *out, const struct call *call, enum call_style style)
{
	const char *comma = "";

	for (size_t i = 0; i < call_arg_count(call->spec); i++) {
		const struct arg_spec *arg = &call->spec->args[i];
		bool null = is_null(arg, &call->args[i]);

		if (!null && !is_shown(arg, &call->args[i]))
			continue;
		text_add(out, comma);
		if (arg->need == ARG_KEYED || arg->need == ARG_KEYED_OUT)
			text_addf(out, "%s=", arg->name);
		if (null)
			text_add(out, "NULL");
		else
			value_print(out, call, i, style);
		comma = ", ";
	}
}

void call_print(struct text *out, const struct call *call, enum call_style style)
{
	text_addf(out, "%s(", call->spec->name);
	print_args(out, call, style);
	text_add(out, ")");
}

/* poll's and select's ready descriptors: those of whose items the events (the third number) are not empty. */
static void print_ready(struct text *out, const struct value *list)
{
	const char *comma = "";

	text_add(out, " (");
	for (size_t i = 0; i < list->count; i++) {
		const struct value *item = &list->items[i];

		if (item->count < 3 || item->items[2].number == 0)
			continue;
		text_addf(out, "%s%lld ", comma, item->items[0].number);
		constant_print_flags(out, GROUP_POLL, item->items[2].number);
		comma = ", ";
	}
	text_add(out, ")");
}

/* Nothing if none of the set is ready. */
static void print_ready_set(struct text *out, const char *before, const char *name, const struct value *list)
{
	bool any = false;

	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].count < 2 || list->items[i].items[1].number == 0)
			continue;
		if (any)
			text_add(out, ", ");
		else
			text_addf(out, "%s%s=[", before, name);
		text_addf(out, "%lld", list->items[i].items[0].number);
		any = true;
	}
	text_add(out, any ? "]" : "");
}

static void print_selected(struct text *out, const struct call *call)
{
	size_t start;

	text_add(out, " (");
	start = out->len;
	for (size_t i = 0; i < call_arg_count(call->spec); i++)
		if (call->spec->args[i].type == ARG_FD_LIST)
			print_ready_set(out, out->len > start ? " " : "", call->spec->args[i].name, &call->args[i]);
	text_add(out, ")");
}

/* Who did not ask for a type of socket gets each address once for each type: it tells them apart. */
static void print_found_address(const struct printer *printer, const struct arg_spec *arg, const struct value *item)
{
	const struct call *call = printer->call;

	print_address(printer, arg, item);
	for (size_t i = 0; i < call_arg_count(call->spec); i++)
		if (call->spec->args[i].group == GROUP_TYPE && call->args[i].number == 0 && item->number != 0) {
			text_add(printer->out, " ");
			constant_print(printer->out, GROUP_TYPE, item->number);
		}
}

static void print_beside_result(struct text *out, const struct call *call, long long result)
{
	const struct value *list;

	if ((call->spec->id == CALL_poll || call->spec->id == CALL_select) && result == 0)
		text_add(out, " (Timeout)");
	else if (call->spec->id == CALL_poll && (list = value_of(call, ARG_POLL_LIST)) != NULL)
		print_ready(out, list);
	else if (call->spec->id == CALL_select)
		print_selected(out, call);
	list = value_of(call, ARG_ADDRESS_LIST);
	if (list != NULL && list->kind == VALUE_LIST) {
		const struct printer printer = { .out = out, .call = call, .style = CALL_SHORT };

		text_add(out, " ");
		print_list(&printer, NULL, list, print_found_address);
	}
}

/* Numbers that are flags or names: fcntl's flags, signal's earlier disposition. */
static void print_result_number(struct text *out, const struct call *call, long long result)
{
	const char *command = call->spec->id == CALL_fcntl ? constant_name(GROUP_FCNTL, call->args[1].number) : NULL;

	if (command != NULL && (string_is(command, "F_GETFL") || string_is(command, "F_GETFD"))) {
		text_addf(out, "0x%llx (", (unsigned long long)result);
		constant_print_flags(out, string_is(command, "F_GETFL") ? GROUP_ACCESS : GROUP_FD_FLAG, result);
		text_add(out, ")");
	} else if (call->spec->id == CALL_signal) {
		constant_print(out, GROUP_HANDLER, result);
	} else {
		text_add_int(out, result);
	}
}

void call_print_result(struct text *out, const struct call *call, long long result, int error)
{
	if (call->spec->result == RESULT_NEVER && error == 0) {
		text_add(out, "?");
	} else if (call->spec->result == RESULT_EAI && error != 0) {
		constant_print(out, GROUP_EAI, error);
		text_addf(out, " (%s)", gai_strerror(error));
	} else if (error != 0) {
		text_addf(out, "%lld ", result);
		constant_print(out, GROUP_ERRNO, error);
		text_addf(out, " (%s)", strerror(error));
	} else {
		print_result_number(out, call, result);
		print_beside_result(out, call, result);
	}
}
