/*
 * Calls as strace(1) prints them: the system call that the C library makes of it, with all its arguments and the
 * members of its structs.
 *
 * A row of the table says how; $name stands for the argument of calls.def with that name, and $name.property for
 *
 *   .len      the length of an address, 0 without one; of data or an option's value, its bytes
 *   .room     how much room the call was given for it, and how much it took: [128 => 16]; alone where it failed
 *   .count    how many items a list has
 *   .taken    .room without brackets
 *   .more     ", VALUE" if there is a value, else nothing
 *   .given    the same, with a pointer if there is none
 *   .vector   struct iovec, an item for each buffer
 *   .control  the ancillary message that carries descriptors
 *   .mask     the set of this one signal
 *   .event    struct epoll_event, which epoll_ctl does not look at to remove a descriptor
 *
 * What a call that failed did not give is named as in the manual page, where strace prints a pointer. Calls without a
 * row are the C library's own, made of several system calls.
 */
#include "call/print.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "call/option.h"
#include "call/strace_value.h"

static const char *const forms[CALL_COUNT] = {
	[CALL_socket] = "socket($domain, $type, $protocol)",
	[CALL_socketpair] = "socketpair($domain, $type, $protocol, $sv)",
	[CALL_bind] = "bind($sockfd, $addr, $addr.len)",
	[CALL_listen] = "listen($sockfd, $backlog)",
	[CALL_accept] = "accept($sockfd, $addr, $addr.room)",
	[CALL_accept4] = "accept4($sockfd, $addr, $addr.room, $flags)",
	[CALL_connect] = "connect($sockfd, $addr, $addr.len)",
	[CALL_shutdown] = "shutdown($sockfd, $how)",
	[CALL_close] = "close($fd)",
	[CALL_getsockname] = "getsockname($sockfd, $addr, $addr.room)",
	[CALL_getpeername] = "getpeername($sockfd, $addr, $addr.room)",
	[CALL_getsockopt] = "getsockopt($sockfd, $level, $optname, $optval, $optval.room)",
	[CALL_setsockopt] = "setsockopt($sockfd, $level, $optname, $optval, $optval.len)",
	[CALL_send] = "sendto($sockfd, $buf, $len, $flags, NULL, 0)",
	[CALL_sendto] = "sendto($sockfd, $buf, $len, $flags, $dest_addr, $dest_addr.len)",
	[CALL_sendmsg] = ("sendmsg($sockfd, {msg_name=$to, msg_namelen=$to.len, "
			 "msg_iov=[{iov_base=$buf, iov_len=$buf.len}], msg_iovlen=1, "
			 "$fds.control, msg_flags=0}, $flags)"),
	[CALL_recv] = "recvfrom($sockfd, $buf, $len, $flags, NULL, NULL)",
	[CALL_recvfrom] = "recvfrom($sockfd, $buf, $len, $flags, $src_addr, $src_addr.room)",
	[CALL_recvmsg] = ("recvmsg($sockfd, {msg_name=$from, msg_namelen=$from.taken, "
			 "msg_iov=[{iov_base=$buf, iov_len=$len}], msg_iovlen=1, "
			 "$fds.control, msg_flags=$msg_flags}, $flags)"),
	[CALL_read] = "read($fd, $buf, $count)",
	[CALL_write] = "write($fd, $buf, $count)",
	[CALL_readv] = "readv($fd, $iov.vector, $sizes.count)",
	[CALL_writev] = "writev($fd, $iov.vector, $iov.count)",
	[CALL_sendfile] = "sendfile($out_fd, $in_fd, $offset, $count)",
	[CALL_splice] = "splice($fd_in, $off_in, $fd_out, $off_out, $len, $flags)",
	[CALL_pipe2] = "pipe2($pipefd, $flags)",
	[CALL_open] = "openat(AT_FDCWD, $pathname, $flags$mode.more)",
	[CALL_poll] = "poll($fds, $fds.count, $timeout)",
	[CALL_select] = "pselect6($nfds, $r, $w, $e, $timeout, NULL)",
	[CALL_epoll_create1] = "epoll_create1($flags)",
	[CALL_epoll_ctl] = "epoll_ctl($epfd, $op, $fd, $events.event)",
	[CALL_epoll_wait] = "epoll_wait($epfd, $events, $maxevents, $timeout)",
	[CALL_fcntl] = "fcntl($fd, $cmd$arg.more)",
	[CALL_ioctl] = "ioctl($fd, $request$arg.given)",
	[CALL_dup] = "dup($oldfd)",
	[CALL_dup2] = "dup2($oldfd, $newfd)",
	[CALL_fork] = ("clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, "
		       "child_tidptr=&tid)"),
	[CALL__exit] = "exit_group($status)",
	[CALL_waitpid] = "wait4($pid, $wstatus, $options, NULL)",
	[CALL_signal] = ("rt_sigaction($signum, {sa_handler=$handler, sa_mask=$signum.mask, "
			"sa_flags=SA_RESTORER|SA_RESTART, sa_restorer=&restorer}, $old, 8)"),
	[CALL_kill] = "kill($pid, $sig)",
};

/* Of a message that did not come the kernel gave nothing, and strace shows what it was told. */
static const char failed_recvmsg[] = "recvmsg($sockfd, {msg_namelen=$from.taken}, $flags)";

struct strace {
	struct text *out;
	const struct call *call;
	long long result;
	int error; /* an errno, 0 for none */
};

/* One argument: its row, and what it holds. */
struct argument {
	const struct arg_spec *spec;
	const struct value *value;
	size_t index;
};

static bool is_given_by_call(const struct arg_spec *spec)
{
	return spec->need == ARG_OUT || spec->need == ARG_KEYED_OUT;
}

/* ---- values ---- */

/* SOL_TCP where the manual page says IPPROTO_TCP. */
static void print_level(struct text *out, long long level)
{
	size_t count;
	const struct constant *all = constants_all(&count);

	for (size_t i = 0; i < count; i++)
		if (all[i].group == GROUP_LEVEL && all[i].value == level && string_starts_with(all[i].name, "SOL_")) {
			text_add(out, all[i].name);
			return;
		}
	constant_print(out, GROUP_LEVEL, level);
}

/* No protocol of an IP socket has a name. */
static void print_constant(const struct strace *strace, const struct argument *argument)
{
	long long number = argument->value->number, family = strace->call->args[0].number;

	if (argument->spec->group == GROUP_PROTOCOL && number == 0 && (family == AF_INET || family == AF_INET6))
		text_add(strace->out, "IPPROTO_IP");
	else
		constant_print_flags(strace->out, argument->spec->group, number);
}

static void print_address(struct text *out, const struct value *value)
{
	if (value->kind != VALUE_ADDRESS)
		text_add(out, "NULL");
	else if (value->address.any.sa_family == AF_UNSPEC)
		text_add(out, "{sa_family=AF_UNSPEC}");
	else
		address_print_struct(out, &value->address);
}

static void print_option_value(const struct strace *strace, const struct argument *argument)
{
	const struct option_spec *spec = option_of_call(strace->call);

	strace_option_print(strace->out, spec == NULL ? OPTION_INT : spec->type, argument->value->bytes,
			    argument->value->len);
}

/* {fd=3, events=POLLIN}, of epoll {events=EPOLLIN, data={u32=3, u64=3}} */
static void print_poll_item(const struct strace *strace, const struct value *item)
{
	long long fd = item->items[0].number, events = item->items[1].number;

	if (strace->call->spec->id == CALL_poll) {
		text_addf(strace->out, "{fd=%lld, events=", fd);
		constant_print_flags(strace->out, GROUP_POLL, events);
		text_add(strace->out, "}");
		return;
	}
	text_add(strace->out, "{events=");
	constant_print_flags(strace->out, GROUP_EPOLL, events);
	text_addf(strace->out, ", data={u32=%lld, u64=%lld}}", fd, fd);
}

static void print_poll_list(const struct strace *strace, const struct value *list)
{
	text_add(strace->out, "[");
	for (size_t i = 0; i < list->count; i++) {
		text_add(strace->out, i > 0 ? ", " : "");
		print_poll_item(strace, &list->items[i]);
	}
	text_add(strace->out, "]");
}

/* A set of select: [3 5], a list otherwise: [3, 5]. */
static void print_fd_list(const struct strace *strace, const struct value *list)
{
	const char *between = strace->call->spec->id == CALL_select ? " " : ", ";

	text_add(strace->out, "[");
	for (size_t i = 0; i < list->count; i++) {
		const struct value *item = &list->items[i];

		text_addf(strace->out, "%s%lld", i > 0 ? between : "",
			  item->kind == VALUE_LIST ? item->items[0].number : item->number);
	}
	text_add(strace->out, "]");
}

/* The highest descriptor of select's sets, plus one: what C calls nfds. */
static void print_select_count(const struct strace *strace)
{
	long long count = 0;

	for (size_t i = 0; i < call_arg_count(strace->call->spec); i++) {
		const struct value *list = &strace->call->args[i];

		for (size_t j = 0; strace->call->spec->args[i].type == ARG_FD_LIST && j < list->count; j++) {
			const struct value *item = &list->items[j];
			long long fd = item->kind == VALUE_LIST ? item->items[0].number : item->number;

			count = fd >= count ? fd + 1 : count;
		}
	}
	text_addf(strace->out, "%lld", count);
}

static void print_timespec(struct text *out, long long microseconds)
{
	text_addf(out, "{tv_sec=%lld, tv_nsec=%lld}", microseconds / 1000000, microseconds % 1000000 * 1000);
}

/* What is not there: yet to be given by the call, or NULL, or no flags. */
static void print_absent(const struct strace *strace, const struct argument *argument)
{
	if (argument->spec->type == ARG_CONSTANT)
		text_add(strace->out, "0");
	else if (is_given_by_call(argument->spec))
		text_addf(strace->out, argument->spec->type == ARG_BUFFER ? "%s" : "&%s", argument->spec->name);
	else
		text_add(strace->out, "NULL");
}

/* Of data no more than the call was told of. */
static size_t sent_len(const struct strace *strace, const struct argument *argument)
{
	const struct value *given = value_of(strace->call, ARG_DATA_LEN);
	size_t len = argument->value->len;

	if (argument->spec->type != ARG_DATA || given == NULL || given->kind != VALUE_NUMBER)
		return len;
	return (size_t)given->number < len ? (size_t)given->number : len;
}

/* A stream's recvfrom() says that the address has no length, and writes none. */
static bool is_absent(const struct value *value)
{
	return value->kind == VALUE_ABSENT || (value->kind == VALUE_ADDRESS && value->address.len == 0);
}

static void print_value(const struct strace *strace, const struct argument *argument)
{
	enum arg_type type = argument->spec->type;

	if (strace->call->spec->id == CALL_select && argument->spec->need == ARG_HIDDEN)
		print_select_count(strace);
	else if (is_absent(argument->value))
		print_absent(strace, argument);
	else if (type == ARG_CONSTANT)
		print_constant(strace, argument);
	else if (type == ARG_LEVEL)
		print_level(strace->out, argument->value->number);
	else if (type == ARG_ADDRESS)
		print_address(strace->out, argument->value);
	else if (type == ARG_DATA || type == ARG_BUFFER)
		strace_bytes_print(strace->out, argument->value->bytes, sent_len(strace, argument));
	else if (type == ARG_OPTION_VALUE)
		print_option_value(strace, argument);
	else if (type == ARG_POLL_LIST)
		print_poll_list(strace, argument->value);
	else if (type == ARG_FD_LIST)
		print_fd_list(strace, argument->value);
	else if (type == ARG_SECONDS)
		print_timespec(strace->out, argument->value->number);
	else
		value_print(strace->out, strace->call, argument->index, CALL_SHORT);
}

/* ---- properties ---- */

static void print_len(const struct strace *strace, const struct argument *argument)
{
	const struct value *value = argument->value;

	text_addf(strace->out, "%zu", value->kind == VALUE_ADDRESS ? (size_t)value->address.len : value->len);
}

static size_t room_of(const struct argument *argument)
{
	return argument->spec->type == ARG_OPTION_VALUE ? CALL_OPTION_ROOM : sizeof(struct sockaddr_storage);
}

/* 128 => 16: how much room there was, and how much was taken; strace leaves the second away if it is the same. */
static void print_taken(const struct strace *strace, const struct argument *argument)
{
	size_t room = room_of(argument);
	size_t len = argument->spec->type == ARG_ADDRESS ? argument->value->address.len : argument->value->len;

	text_addf(strace->out, "%zu", room);
	if (strace->error == 0 && len != room)
		text_addf(strace->out, " => %zu", len);
}

static void print_room(const struct strace *strace, const struct argument *argument)
{
	text_add(strace->out, "[");
	print_taken(strace, argument);
	text_add(strace->out, "]");
}

static void print_count(const struct strace *strace, const struct argument *argument)
{
	text_addf(strace->out, "%zu", argument->value->count);
}

static void print_more(const struct strace *strace, const struct argument *argument)
{
	if (argument->value->kind == VALUE_ABSENT)
		return;
	text_add(strace->out, ", ");
	print_value(strace, argument);
}

/* What ioctl(2) reads by itself, or gives: a pointer where it failed. */
static void print_given(const struct strace *strace, const struct argument *argument)
{
	if (argument->value->kind == VALUE_ABSENT)
		text_addf(strace->out, ", &%s", argument->spec->name);
	else
		print_more(strace, argument);
}

/* readv knows the sizes of the buffers, which are not as full; writev has what it writes. */
static void print_vector(const struct strace *strace, const struct argument *argument)
{
	const struct value *data = argument->value, *sizes = value_of(strace->call, ARG_SIZE_LIST);
	size_t count = sizes == NULL ? data->count : sizes->count;

	text_add(strace->out, "[");
	for (size_t i = 0; i < count; i++) {
		text_add(strace->out, i > 0 ? ", {iov_base=" : "{iov_base=");
		if (i < data->count)
			strace_bytes_print(strace->out, data->items[i].bytes, data->items[i].len);
		else
			text_add(strace->out, strace->error == 0 ? "\"\"" : "buf");
		text_addf(strace->out, ", iov_len=%zu}",
			  sizes == NULL ? data->items[i].len : (size_t)sizes->items[i].number);
	}
	text_add(strace->out, "]");
}

static void print_control(const struct strace *strace, const struct argument *argument)
{
	size_t len = argument->value->count * sizeof(int);

	if (argument->value->count == 0) {
		text_add(strace->out, "msg_controllen=0");
		return;
	}
	text_addf(strace->out, "msg_control=[{cmsg_len=%zu, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=",
		  CMSG_LEN(len));
	print_fd_list(strace, argument->value);
	text_addf(strace->out, "}], msg_controllen=%zu", CMSG_SPACE(len));
}

/* strace leaves SIG away within a set. */
static void print_mask(const struct strace *strace, const struct argument *argument)
{
	const char *name = constant_name(GROUP_SIGNAL, argument->value->number);

	if (name == NULL)
		text_addf(strace->out, "[%lld]", argument->value->number);
	else
		text_addf(strace->out, "[%s]", name + strlen("SIG"));
}

static void print_event(const struct strace *strace, const struct argument *argument)
{
	const char *op = constant_name(GROUP_EPOLL_OP, strace->call->args[1].number);
	long long fd = strace->call->args[2].number;

	if (op != NULL && string_is(op, "EPOLL_CTL_DEL")) {
		text_add(strace->out, "&event");
		return;
	}
	text_add(strace->out, "{events=");
	print_value(strace, argument);
	text_addf(strace->out, ", data={u32=%lld, u64=%lld}}", fd, fd);
}

static const struct {
	const char *name;
	void (*print)(const struct strace *strace, const struct argument *argument);
} properties[] = {
	{ "", print_value },
	{ "len", print_len },
	{ "room", print_room },
	{ "taken", print_taken },
	{ "count", print_count },
	{ "more", print_more },
	{ "given", print_given },
	{ "vector", print_vector },
	{ "control", print_control },
	{ "mask", print_mask },
	{ "event", print_event },
};

/* ---- the form ---- */

static bool is_called(const char *name, const char *word, size_t len)
{
	return strncmp(name, word, len) == 0 && name[len] == '\0';
}

static size_t word_len(const char *form)
{
	size_t len = 0;

	while (isalnum((unsigned char)form[len]) || form[len] == '_')
		len++;
	return len;
}

static void print_property(const struct strace *strace, const struct argument *argument, const char *name, size_t len)
{
	for (size_t i = 0; i < COUNT_OF(properties); i++)
		if (is_called(properties[i].name, name, len)) {
			properties[i].print(strace, argument);
			return;
		}
	die("no such property in the form of %s", strace->call->spec->name);
}

/* signal(2) returns what rt_sigaction(2) writes: of its members the one. */
static void print_old_handler(const struct strace *strace)
{
	if (strace->error != 0) {
		text_add(strace->out, "&oldact");
		return;
	}
	text_add(strace->out, "{sa_handler=");
	constant_print(strace->out, GROUP_HANDLER, strace->result);
	text_add(strace->out, ", ...}");
}

/* $name or $name.property, `form` behind the $; returns what it took. */
static size_t print_reference(const struct strace *strace, const char *form)
{
	const struct call_spec *spec = strace->call->spec;
	size_t len = word_len(form), property = 0;

	if (form[len] == '.')
		property = word_len(form + len + 1);
	if (is_called("old", form, len)) {
		print_old_handler(strace);
		return len;
	}
	for (size_t i = 0; i < call_arg_count(spec); i++) {
		struct argument argument = { .spec = &spec->args[i], .value = &strace->call->args[i], .index = i };

		if (!is_called(spec->args[i].name, form, len))
			continue;
		print_property(strace, &argument, form + len + (property > 0), property);
		return len + property + (property > 0);
	}
	die("no such argument in the form of %s", spec->name);
}

static void print_form(const struct strace *strace, const char *form)
{
	while (*form != '\0') {
		if (*form == '$')
			form += 1 + print_reference(strace, form + 1);
		else
			text_add_char(strace->out, *form++);
	}
}

static const char *form_of(const struct call *call, int error)
{
	return call->spec->id == CALL_recvmsg && error != 0 ? failed_recvmsg : forms[call->spec->id];
}

/* ---- the result ---- */

/* ([{fd=5, revents=POLLOUT}]) */
static void print_ready(const struct strace *strace, const struct value *list)
{
	const char *comma = "";

	text_add(strace->out, " ([");
	for (size_t i = 0; i < list->count; i++) {
		const struct value *item = &list->items[i];

		if (item->count < 3 || item->items[2].number == 0)
			continue;
		text_addf(strace->out, "%s{fd=%lld, revents=", comma, item->items[0].number);
		constant_print_flags(strace->out, GROUP_POLL, item->items[2].number);
		text_add(strace->out, "}");
		comma = ", ";
	}
	text_add(strace->out, "])");
}

/* "in [3 4]", nothing if none of the set is ready; returns whether there was one. */
static bool print_ready_set(struct text *out, const char *before, const struct value *list)
{
	bool any = false;

	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].count < 2 || list->items[i].items[1].number == 0)
			continue;
		text_add(out, any ? " " : before);
		text_addf(out, "%lld", list->items[i].items[0].number);
		any = true;
	}
	text_add(out, any ? "]" : "");
	return any;
}

/* Linux writes into the timeout what is left of it (select(2)). */
static void print_left(struct text *out, const char *before, const struct value *timeout)
{
	if (timeout->kind != VALUE_NUMBER || timeout->count == 0)
		return;
	text_add(out, before);
	text_add(out, "left ");
	print_timespec(out, timeout->items[0].number);
}

static void print_selected(const struct strace *strace)
{
	static const char *const names[] = { "in", "out", "except" };
	const struct value *args = strace->call->args;
	char before[16];
	size_t set = 0, last = call_arg_count(strace->call->spec) - 1;
	bool any = false;

	text_add(strace->out, " (");
	for (size_t i = 0; i < last && set < COUNT_OF(names); i++) {
		if (strace->call->spec->args[i].type != ARG_FD_LIST)
			continue;
		snprintf(before, sizeof(before), "%s%s [", any ? ", " : "", names[set++]);
		any |= print_ready_set(strace->out, before, &args[i]);
	}
	print_left(strace->out, any ? ", " : "", &args[last]);
	text_add(strace->out, ")");
}

/* fcntl's flags, as their number and by name. */
static bool print_fcntl_flags(const struct strace *strace)
{
	const char *command = constant_name(GROUP_FCNTL, strace->call->args[1].number);
	bool of_file = command != NULL && string_is(command, "F_GETFL");

	if (!of_file && (command == NULL || !string_is(command, "F_GETFD") || strace->result == 0))
		return false;
	if (strace->result == 0)
		text_add(strace->out, "0 (flags ");
	else
		text_addf(strace->out, "0x%llx (flags ", (unsigned long long)strace->result);
	constant_print_flags(strace->out, of_file ? GROUP_ACCESS : GROUP_FD_FLAG, strace->result);
	text_add(strace->out, ")");
	return true;
}

static void print_success(const struct strace *strace)
{
	enum call_id id = strace->call->spec->id;

	if (id == CALL_fcntl && print_fcntl_flags(strace))
		return;
	text_addf(strace->out, "%lld", id == CALL_signal ? 0 : strace->result);
	if ((id == CALL_poll || id == CALL_select) && strace->result == 0)
		text_add(strace->out, " (Timeout)");
	else if (id == CALL_poll)
		print_ready(strace, &strace->call->args[0]);
	else if (id == CALL_select)
		print_selected(strace);
}

void call_print_strace(struct text *out, const struct call *call, long long result, int error)
{
	const struct strace strace = { .out = out, .call = call, .result = result, .error = error };
	const char *form = form_of(call, error);

	if (form == NULL)
		call_print(out, call, CALL_SHORT);
	else
		print_form(&strace, form);
	text_add(out, " = ");
	if (form == NULL || error != 0 || call->spec->result == RESULT_NEVER)
		call_print_result(out, call, result, error);
	else
		print_success(&strace);
}
