#include "side/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/show.h"

void report_event(const struct report *report, struct event *event, int fd)
{
	struct text line;

	text_init(&line);
	event_write(&line, event);
	text_add_char(&line, '\n');
	lines_send(report->lines, line.data, line.len, fd);
	text_release(&line);
	event_release(event);
}

static char *copy_or_null(const char *string)
{
	return string == NULL ? NULL : xstrdup(string);
}

void report_hello(const struct report *report, const char *program)
{
	struct event event;

	event_init(&event, EVENT_hello);
	event.hello.program = xstrdup(program);
	event.hello.version = xstrdup(PACKAGE_VERSION);
	event.hello.schema = EVENT_SCHEMA;
	report_event(report, &event, -1);
}

void report_answer(const struct report *report, int64_t id)
{
	struct event event;

	event_init(&event, EVENT_answer);
	event.answer.id = id;
	report_event(report, &event, -1);
}

void report_error(const struct report *report, int64_t id, int column, const char *text)
{
	struct event event;

	event_init(&event, EVENT_error);
	event.error.text = xstrdup(text);
	event.error.side = copy_or_null(report->side);
	event.error.id = id;
	if (column >= 0)
		event.error.column = column;
	report_event(report, &event, -1);
}

/* ---- calls ---- */

static char *printed(const struct call *call)
{
	struct text text;

	text_init(&text);
	call_print(&text, call, CALL_SHORT);
	return text_take(&text);
}

static char *printed_as_strace_does(const struct execution *execution)
{
	struct text text;

	text_init(&text);
	call_print_strace(&text, &execution->call, execution->result, execution->error);
	return text_take(&text);
}

static char *outcome_of(const struct execution *execution)
{
	struct text text;

	text_init(&text);
	call_print_result(&text, &execution->call, execution->result, execution->error);
	return text_take(&text);
}

static char *error_name(const struct execution *execution)
{
	enum constant_group group = execution->call.spec->result == RESULT_EAI ? GROUP_EAI : GROUP_ERRNO;
	struct text text;

	if (execution->error == 0)
		return NULL;
	text_init(&text);
	constant_print(&text, group, execution->error);
	return text_take(&text);
}

static int64_t first_descriptor(const struct call *call)
{
	for (size_t i = 0; i < call_arg_count(call->spec); i++)
		if (call->spec->args[i].type == ARG_FD && call->args[i].kind == VALUE_NUMBER)
			return call->args[i].number;
	return EVENT_NO_INT;
}

void report_call_init(struct report_call *told, int64_t id, int thread, const struct call *call)
{
	*told = (struct report_call){
		.id = id,
		.thread = thread,
		.spec = call->spec,
		.fd = first_descriptor(call),
		.began = execute_now(),
	};
}

void report_call_keep_text(struct report_call *told, const struct call *call)
{
	told->text = printed(call);
}

void report_call_release(struct report_call *told)
{
	free(told->text);
	told->text = NULL;
}

/* Without its text, which is another one once the call has returned. */
static void begin_call(const struct report *report, const struct report_call *told, const char *status,
		       struct event *event)
{
	event_init(event, EVENT_call);
	event->call.id = told->id;
	event->call.side = copy_or_null(report->side);
	if (told->thread != 1)
		event->call.thread = told->thread;
	event->call.call = xstrdup(told->spec->name);
	event->call.status = xstrdup(status);
	event->call.fd = told->fd;
	event->call.began = told->began;
}

void report_blocked(const struct report *report, const struct report_call *told)
{
	struct event event;

	begin_call(report, told, "blocked", &event);
	event.call.text = xstrdup(told->text);
	report_event(report, &event, -1);
}

static void add_to_dump(const struct report *report, const struct execution *execution, const char *data, size_t len)
{
	char *text;

	if (report->dump == NULL || !dump_takes(report->dump, execution) || dump_add(report->dump, data, len))
		return;
	text = text_format("nothing more is written to the file of -o: %s", strerror(errno));
	report_error(report, EVENT_NO_INT, -1, text);
	free(text);
}

static void add_data(const struct report *report, const struct execution *execution, struct event_call *event)
{
	size_t len = 0;
	char *data = execution_data(execution, &len);

	if (data == NULL)
		return;
	add_to_dump(report, execution, data, len);
	event->data.bytes = data;
	event->data.len = len < EVENT_DATA_MAX ? len : EVENT_DATA_MAX;
	if (len > EVENT_DATA_MAX)
		event->data_left_out = (int64_t)(len - EVENT_DATA_MAX);
}

void report_returned(const struct report *report, const struct report_call *told, const struct execution *execution)
{
	struct event event;

	begin_call(report, told, "returned", &event);
	event.call.text = printed(&execution->call);
	if (told->spec->result != RESULT_NEVER || execution->error != 0)
		event.call.result = execution->result;
	event.call.error = error_name(execution);
	event.call.outcome = outcome_of(execution);
	if (report->with_syscall)
		event.call.syscall = printed_as_strace_does(execution);
	add_data(report, execution, &event.call);
	event.call.took = execution->took;
	report_event(report, &event, -1);
}

/* ---- the descriptor table ---- */

static char *address_text(const struct address *address)
{
	struct text text;

	if (address->len == 0)
		return NULL;
	text_init(&text);
	address_print(&text, address);
	return text_take(&text);
}

static const char *state_of(const struct fd_facts *facts)
{
	if (facts->tcp_state != 0)
		return constant_name(GROUP_STATE, facts->tcp_state);
	return facts->listening ? constant_name(GROUP_STATE, STATE_LISTEN) : NULL;
}

static void add_socket(const struct fd_facts *facts, struct event_fd *event)
{
	event->proto = xstrdup(fd_kind_name(facts->kind));
	event->family = facts->family;
	event->type = facts->type;
	event->protocol = facts->protocol;
	if (facts->cookie != 0)
		event->cookie = (int64_t)facts->cookie;
	event->local = address_text(&facts->local);
	event->peer = address_text(&facts->peer);
	event->state = copy_or_null(state_of(facts));
}

/* A link that is no path ("socket:[…]") says what kind and inode say. */
static char *path_of(const struct fd_facts *facts)
{
	struct text text;

	if (facts->target[0] != '/')
		return NULL;
	text_init(&text);
	show_string(&text, facts->target, SHOW_UTF8);
	return text_take(&text);
}

static void begin_fd(const struct report *report, int fd, const char *status, struct event *event)
{
	event_init(event, EVENT_fd);
	event->fd.side = copy_or_null(report->side);
	event->fd.fd = fd;
	event->fd.status = xstrdup(status);
}

void report_row(const struct report *report, const struct fd_facts *facts, const char *status)
{
	struct event event;

	begin_fd(report, facts->fd, status, &event);
	event.fd.kind = xstrdup(fd_kind_name(facts->kind));
	if (facts->inode != 0)
		event.fd.inode = (int64_t)facts->inode;
	event.fd.path = path_of(facts);
	event.fd.nonblock = facts->nonblocking;
	event.fd.cloexec = facts->close_on_exec;
	if (facts->is_socket)
		add_socket(facts, &event.fd);
	report_event(report, &event, -1);
}

void report_number(const struct report *report, int fd, const char *status)
{
	struct event event;

	begin_fd(report, fd, status, &event);
	report_event(report, &event, -1);
}

void report_poke(const struct report *report, int fd)
{
	struct event event;

	event_init(&event, EVENT_poke);
	event.poke.side = copy_or_null(report->side);
	event.poke.fd = fd;
	report_event(report, &event, -1);
}

void report_signal(const struct report *report, const siginfo_t *info)
{
	struct event event;
	struct text text;

	event_init(&event, EVENT_signal);
	event.signal.side = copy_or_null(report->side);
	text_init(&text);
	constant_print(&text, GROUP_SIGNAL, info->si_signo);
	event.signal.signal = text_take(&text);
	signals_print(&text, info);
	event.signal.text = text.data;
	report_event(report, &event, -1);
}
