#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/mem.h"
#include "base/show.h"
#include "call/call.h"
#include "call/option.h"
#include "call/syntax.h"

/* How much of data the transcript shows; "..." follows what was cut, as in strace. */
enum { SHOWN_DATA_MAX = 200 };

struct printer {
	struct text *out;
	const struct call *call;
	enum call_style style;
};

static void print_data(const struct printer *printer, const struct value *value)
{
	show_quoted(printer->out, value->bytes, value->len, printer->style == CALL_EXACT ? 0 : SHOWN_DATA_MAX, SHOW_ASCII);
}

static void print_address(const struct printer *printer, const struct value *value)
{
	if (value->kind == VALUE_HOSTNAME)
		text_addf(printer->out, "%s:%s", value->bytes, value->items[0].bytes);
	else if (value->address.len > 0 && value->address.any.sa_family == AF_UNSPEC)
		text_add(printer->out, "AF_UNSPEC");
	else if (printer->style == CALL_STRACE)
		address_print_struct(printer->out, &value->address);
	else
		address_print(printer->out, &value->address);
}

static void print_list(const struct printer *printer, const struct value *list, const char *separator,
		       void (*print)(const struct printer *, const struct value *))
{
	text_add(printer->out, "[");
	for (size_t i = 0; i < list->count; i++) {
		text_add(printer->out, i > 0 ? separator : "");
		print(printer, &list->items[i]);
	}
	text_add(printer->out, "]");
}

static void print_number(const struct printer *printer, const struct value *value)
{
	text_addf(printer->out, "%lld", value->number);
}

/* select makes a pair of each descriptor. */
static void print_fd_item(const struct printer *printer, const struct value *item)
{
	print_number(printer, item->kind == VALUE_LIST ? &item->items[0] : item);
}

static enum constant_group poll_group(const struct call *call)
{
	return call->spec->id == CALL_poll ? GROUP_POLL : GROUP_EPOLL;
}

static void print_poll_item(const struct printer *printer, const struct value *item)
{
	bool strace = printer->style == CALL_STRACE, epoll = poll_group(printer->call) == GROUP_EPOLL;

	if (strace && epoll) {
		text_add(printer->out, "{events=");
		constant_print_flags(printer->out, GROUP_EPOLL, item->items[1].number);
		text_addf(printer->out, ", data=%lld}", item->items[0].number);
		return;
	}
	text_addf(printer->out, strace ? "{fd=%lld, events=" : "%lld ", item->items[0].number);
	constant_print_flags(printer->out, poll_group(printer->call), item->items[1].number);
	text_add(printer->out, strace ? "}" : "");
}

static void print_seconds(struct text *out, long long microseconds)
{
	text_addf(out, "%lld", microseconds / 1000000);
	if (microseconds % 1000000 == 0)
		return;
	text_addf(out, ".%06lld", microseconds % 1000000);
	while (out->data[out->len - 1] == '0')
		text_cut(out, out->len - 1);
}

static const struct value *value_of(const struct call *call, enum arg_type type)
{
	for (size_t i = 0; i < call_arg_count(call->spec); i++)
		if (call->spec->args[i].type == type)
			return &call->args[i];
	return NULL;
}

static void print_option(const struct printer *printer, const struct value *value)
{
	const struct value *level = value_of(printer->call, ARG_LEVEL);
	const struct option_spec *spec = option_by_number((int)level->number, (int)value->number);

	if (spec != NULL)
		text_add(printer->out, spec->name);
	else
		text_addf(printer->out, "%lld", value->number);
}

/* getsockopt's value stands in brackets, as strace shows what the kernel wrote. */
static void print_option_value(const struct printer *printer, const struct arg_spec *arg, const struct value *value)
{
	const struct value *level = value_of(printer->call, ARG_LEVEL), *option = value_of(printer->call, ARG_OPTION);
	const struct option_spec *spec = option_by_number((int)level->number, (int)option->number);
	bool brackets = arg->need == ARG_OUT || printer->style == CALL_STRACE;

	text_add(printer->out, brackets ? "[" : "");
	option_print(printer->out, spec, value->bytes, value->len);
	text_add(printer->out, brackets ? "]" : "");
	if (printer->style == CALL_STRACE)
		text_addf(printer->out, arg->need == ARG_OUT ? ", [%zu]" : ", %zu", value->len);
}

/* As strace prints what the macros of waitpid(2) find. */
static void print_wait_status(struct text *out, int status)
{
	if (WIFEXITED(status))
		text_addf(out, "[{WIFEXITED(s) && WEXITSTATUS(s) == %d}]", WEXITSTATUS(status));
	else if (WIFSIGNALED(status)) {
		text_add(out, "[{WIFSIGNALED(s) && WTERMSIG(s) == ");
		constant_print(out, GROUP_SIGNAL, WTERMSIG(status));
		text_add(out, "}]");
	} else if (WIFSTOPPED(status)) {
		text_add(out, "[{WIFSTOPPED(s) && WSTOPSIG(s) == ");
		constant_print(out, GROUP_SIGNAL, WSTOPSIG(status));
		text_add(out, "}]");
	} else {
		text_add(out, "[{WIFCONTINUED(s)}]");
	}
}

static void print_fcntl_value(const struct printer *printer, const struct value *value)
{
	const char *command = constant_name(GROUP_FCNTL, printer->call->args[1].number);

	if (command != NULL && string_is(command, "F_SETFL"))
		constant_print_flags(printer->out, GROUP_ACCESS, value->number);
	else if (command != NULL && string_is(command, "F_SETFD"))
		constant_print_flags(printer->out, GROUP_FD_FLAG, value->number);
	else
		text_addf(printer->out, "%lld", value->number);
}

static void print_ioctl_value(const struct printer *printer, const struct value *value)
{
	text_addf(printer->out, printer->style == CALL_EXACT ? "%lld" : "[%lld]", value->number);
}

static void print_address_with_length(const struct printer *printer, const struct arg_spec *arg,
				      const struct value *value)
{
	print_address(printer, value);
	if (printer->style == CALL_STRACE)
		text_addf(printer->out, arg->need == ARG_OUT ? ", [%u]" : ", %u", value->address.len);
}

static void print_value(const struct printer *printer, const struct arg_spec *arg, const struct value *value)
{
	switch (arg->type) {
	case ARG_FD:
	case ARG_NEW_FD:
	case ARG_INT:
	case ARG_SIZE:
	case ARG_DATA_LEN:
	case ARG_BUFFER_LEN:
	case ARG_PID:
		print_number(printer, value);
		break;
	case ARG_CONSTANT:
	case ARG_LEVEL:
		constant_print_flags(printer->out, arg->group, value->number);
		break;
	case ARG_ADDRESS:
		print_address_with_length(printer, arg, value);
		break;
	case ARG_DATA:
	case ARG_BUFFER:
	case ARG_PATH:
	case ARG_TEXT:
		print_data(printer, value);
		break;
	case ARG_OPTION:
		print_option(printer, value);
		break;
	case ARG_OPTION_VALUE:
		print_option_value(printer, arg, value);
		break;
	case ARG_FD_PAIR:
	case ARG_FD_LIST:
	case ARG_SIZE_LIST:
		print_list(printer, value, ", ", print_fd_item);
		break;
	case ARG_POLL_LIST:
		print_list(printer, value, ", ", print_poll_item);
		break;
	case ARG_DATA_LIST:
		print_list(printer, value, ", ", print_data);
		break;
	case ARG_SECONDS:
		print_seconds(printer->out, value->number);
		break;
	case ARG_OFFSET:
		text_addf(printer->out, "[%lld]", value->number);
		break;
	case ARG_MODE:
		text_addf(printer->out, "0%llo", (unsigned long long)value->number);
		break;
	case ARG_FCNTL_VALUE:
		print_fcntl_value(printer, value);
		break;
	case ARG_IOCTL_VALUE:
		print_ioctl_value(printer, value);
		break;
	case ARG_WAIT_STATUS:
		print_wait_status(printer->out, (int)value->number);
		break;
	case ARG_ADDRESS_LIST:
		print_list(printer, value, ", ", print_address);
		break;
	case ARG_NONE:
	case ARG_ADDRESS_LEN:
		break;
	}
}

/* A TEXT that is NULL (getaddrinfo's node) stands there: the arguments after it would move up. */
static bool is_null(const struct arg_spec *arg, const struct value *value)
{
	return value->kind == VALUE_ABSENT && arg->type == ARG_TEXT && arg->need == ARG_REQUIRED;
}

/* What stands behind the equals sign is not repeated in the parentheses. */
static bool is_beside_result(const struct arg_spec *arg)
{
	return arg->type == ARG_ADDRESS_LIST;
}

void call_print(struct text *out, const struct call *call, enum call_style style)
{
	const struct printer printer = { .out = out, .call = call, .style = style };
	const char *comma = "";

	text_addf(out, "%s(", call->spec->name);
	for (size_t i = 0; i < call_arg_count(call->spec); i++) {
		const struct arg_spec *arg = &call->spec->args[i];
		const struct value *value = &call->args[i];

		if (is_beside_result(arg) || (value->kind == VALUE_ABSENT && !is_null(arg, value)))
			continue;
		text_add(out, comma);
		if (arg->need == ARG_KEYED || arg->need == ARG_KEYED_OUT)
			text_addf(out, "%s=", arg->name);
		if (value->kind == VALUE_ABSENT)
			text_add(out, "NULL");
		else
			print_value(&printer, arg, value);
		comma = ", ";
	}
	text_add(out, ")");
}

/* poll's and select's ready descriptors: those of whose items the events (the third number) are not empty. */
static void print_ready(struct text *out, const struct call *call, const struct value *list)
{
	const char *comma = "";

	text_add(out, " (");
	for (size_t i = 0; i < list->count; i++) {
		const struct value *item = &list->items[i];

		if (item->count < 3 || item->items[2].number == 0)
			continue;
		text_addf(out, "%s%lld ", comma, item->items[0].number);
		constant_print_flags(out, poll_group(call), item->items[2].number);
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

static void print_beside_result(struct text *out, const struct call *call, long long result)
{
	const struct value *list;

	if ((call->spec->id == CALL_poll || call->spec->id == CALL_select) && result == 0)
		text_add(out, " (Timeout)");
	else if (call->spec->id == CALL_poll && (list = value_of(call, ARG_POLL_LIST)) != NULL)
		print_ready(out, call, list);
	else if (call->spec->id == CALL_select)
		print_selected(out, call);
	list = value_of(call, ARG_ADDRESS_LIST);
	if (list != NULL && list->kind == VALUE_LIST) {
		const struct printer printer = { .out = out, .call = call, .style = CALL_SHORT };

		text_add(out, " ");
		print_list(&printer, list, ", ", print_address);
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
		text_addf(out, "%lld", result);
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
