#include "side/execute.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

static long (*const executors[CALL_COUNT])(struct call *) = {
#define CALL(name, ...) [CALL_##name] = execute_##name,
#include "call/calls.def"
#undef CALL
};

double execute_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* ---- our own descriptors ---- */

/* Below zero, no descriptor is open either; select()'s bits have no place for one, nor for one beyond the limit. */
static bool list_has_own(const struct value *list, const struct own *own)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].number < 0 || list->items[i].number >= own->first)
			return true;
	return false;
}

static bool names_own(const struct call *call, const struct own *own)
{
	for (size_t i = 0; i < call_arg_count(call->spec); i++) {
		enum arg_type type = call->spec->args[i].type;
		const struct value *value = &call->args[i];

		if ((type == ARG_FD || type == ARG_NEW_FD) && own_contains(own, value->number))
			return true;
		if (type == ARG_FD_LIST && list_has_own(value, own))
			return true;
	}
	return false;
}

/* poll() answers for each number, POLLNVAL for one that is not open: instead of ours it is given one that cannot be. */
enum { BEYOND_ALL = 1 << 24 };

static void hide_own(struct call *call, const struct own *own, bool hide)
{
	struct value *list = &call->args[0];

	for (size_t i = 0; call->spec->id == CALL_poll && i < list->count; i++) {
		long long *fd = &list->items[i].items[0].number;

		if (own_contains(own, hide ? *fd : *fd - BEYOND_ALL))
			*fd += hide ? BEYOND_ALL : -BEYOND_ALL;
	}
}

/* ---- running ---- */

static int error_of(const struct call *call, long result, int error)
{
	if (call->spec->result == RESULT_EAI)
		return (int)result;
	return result < 0 ? error : 0;
}

void execution_run(struct execution *execution, const struct own *own)
{
	struct call *call = &execution->call;
	double began = execute_now();

	if (names_own(call, own)) {
		execution->result = -1;
		errno = EBADF;
	} else {
		hide_own(call, own, true);
		errno = 0;
		execution->result = executors[call->spec->id](call);
	}
	execution->error = error_of(call, execution->result, errno);
	execution->took = execute_now() - began;
	hide_own(call, own, false);
}

/* ---- where a thread sleeps ---- */

#ifdef SYS_poll
enum { NUMBER_POLL = SYS_poll, NUMBER_EPOLL_WAIT = SYS_epoll_wait, NUMBER_SELECT = SYS_select, NUMBER_OPEN = SYS_open };
#else /* newer architectures have only the newer ones */
enum { NUMBER_POLL = SYS_ppoll, NUMBER_EPOLL_WAIT = SYS_epoll_pwait, NUMBER_SELECT = SYS_pselect6,
       NUMBER_OPEN = SYS_openat };
#endif

/* Which system call the C library makes of it: one of two, by its version. Calls that are not here never sleep. */
static const long numbers[CALL_COUNT][2] = {
	[CALL_accept] = { SYS_accept, SYS_accept4 },
	[CALL_accept4] = { SYS_accept4, SYS_accept4 },
	[CALL_connect] = { SYS_connect, SYS_connect },
	[CALL_close] = { SYS_close, SYS_close },
	[CALL_send] = { SYS_sendto, SYS_sendto },
	[CALL_sendto] = { SYS_sendto, SYS_sendto },
	[CALL_sendmsg] = { SYS_sendmsg, SYS_sendmsg },
	[CALL_recv] = { SYS_recvfrom, SYS_recvfrom },
	[CALL_recvfrom] = { SYS_recvfrom, SYS_recvfrom },
	[CALL_recvmsg] = { SYS_recvmsg, SYS_recvmsg },
	[CALL_read] = { SYS_read, SYS_read },
	[CALL_write] = { SYS_write, SYS_write },
	[CALL_readv] = { SYS_readv, SYS_readv },
	[CALL_writev] = { SYS_writev, SYS_writev },
	[CALL_sendfile] = { SYS_sendfile, SYS_sendfile },
	[CALL_splice] = { SYS_splice, SYS_splice },
	[CALL_open] = { SYS_openat, NUMBER_OPEN },
	[CALL_poll] = { NUMBER_POLL, SYS_ppoll },
	[CALL_select] = { NUMBER_SELECT, SYS_pselect6 },
	[CALL_epoll_wait] = { NUMBER_EPOLL_WAIT, SYS_epoll_pwait },
	[CALL_fcntl] = { SYS_fcntl, SYS_fcntl },
	[CALL_waitpid] = { SYS_wait4, SYS_waitid },
	[CALL_SSL_connect] = { SYS_recvfrom, SYS_sendto },
	[CALL_SSL_accept] = { SYS_recvfrom, SYS_sendto },
	[CALL_SSL_read] = { SYS_recvfrom, SYS_sendto },
	[CALL_SSL_peek] = { SYS_recvfrom, SYS_sendto },
	[CALL_SSL_write] = { SYS_recvfrom, SYS_sendto },
	[CALL_SSL_shutdown] = { SYS_recvfrom, SYS_sendto },
};

/* After SIGSTOP and SIGCONT a timed wait goes on in restart_syscall (restart_syscall(2)); read() has the number 0, so
 * that a missing row must not be taken for it. */
bool execute_sleeps_in(enum call_id id, long number)
{
	if (call_spec(id)->blocks != BLOCKS_MAY)
		return false;
	return number == numbers[id][0] || number == numbers[id][1] || number == SYS_restart_syscall;
}

/* ---- for the executors ---- */

int execute_int(const struct call *call, size_t index)
{
	return (int)call->args[index].number;
}

long long execute_number(const struct call *call, size_t index)
{
	return call->args[index].number;
}

const struct sockaddr *execute_address(const struct call *call, size_t index, socklen_t *len)
{
	const struct value *value = &call->args[index];

	*len = value->kind == VALUE_ADDRESS ? value->address.len : 0;
	return value->kind == VALUE_ADDRESS ? &value->address.any : NULL;
}

void execute_give_address(struct call *call, size_t index, const struct address *address, socklen_t len)
{
	struct address given = *address;

	given.len = len < sizeof(given.storage) ? len : (socklen_t)sizeof(given.storage);
	value_set_address(&call->args[index], &given);
}

size_t execute_data_len(const struct call *call, size_t data, size_t len)
{
	const struct value *value = &call->args[len];

	return value->kind == VALUE_NUMBER ? (size_t)value->number : call->args[data].len;
}

char *execute_buffer(size_t len)
{
	return malloc(len + 1);
}

void execute_give_buffer(struct call *call, size_t index, char *buffer, long given, size_t len)
{
	size_t kept = given < 0 || (size_t)given > len ? len : (size_t)given;

	if (given < 0) {
		free(buffer);
		return;
	}
	value_take_bytes(&call->args[index], xrealloc(buffer, kept + 1), kept);
}

/* ---- the bytes that went or came ---- */

static void add_bytes(struct text *out, const struct value *value, size_t most)
{
	size_t room = most - out->len;

	if (value->kind == VALUE_BYTES)
		text_add_bytes(out, value->bytes, value->len < room ? value->len : room);
	for (size_t i = 0; value->kind == VALUE_LIST && i < value->count && out->len < most; i++)
		add_bytes(out, &value->items[i], most);
}

char *execution_data(const struct execution *execution, size_t *len)
{
	const struct call_spec *spec = execution->call.spec;
	struct text data;

	if (spec->result != RESULT_BYTES || execution->result < 0)
		return NULL;
	for (size_t i = 0; i < call_arg_count(spec); i++) {
		enum arg_type type = spec->args[i].type;

		if (type != ARG_DATA && type != ARG_BUFFER && type != ARG_DATA_LIST)
			continue;
		text_init(&data);
		add_bytes(&data, &execution->call.args[i], (size_t)execution->result);
		*len = data.len;
		return text_take(&data);
	}
	return NULL;
}
