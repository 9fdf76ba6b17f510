/*
 * Printed calls: exactly, and read back the same; for the transcript, before and after they were made; results; and as
 * strace prints them.
 */
#include <errno.h>
#include <netdb.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "call/help.h"
#include "call_lines.h"

/* ---- what a call gave ---- */

static void give_address(struct value *value, const char *string)
{
	struct address address;

	assert_true(address_read(&address, string, AF_INET));
	value_set_address(value, &address);
}

static void give_numbers(struct value *list, size_t count, const long long numbers[])
{
	value_set_list(list);
	for (size_t i = 0; i < count; i++)
		value_set_number(value_append(list), numbers[i]);
}

static void give_data(struct value *value, const char *data)
{
	value_set_bytes(value, data, strlen(data));
}

/* As if the kernel had made it: everything that the call fills has a value. */
static void fill(struct call *call)
{
	static const long long pair[] = { 4, 5 };

	for (size_t i = 0; i < call_arg_count(call->spec); i++) {
		const struct arg_spec *arg = &call->spec->args[i];
		struct value *value = &call->args[i];

		if (arg->need != ARG_OUT && arg->need != ARG_KEYED_OUT)
			continue;
		if (arg->type == ARG_ADDRESS)
			give_address(value, "10.0.0.1:40312");
		else if (arg->type == ARG_BUFFER || arg->type == ARG_TEXT)
			give_data(value, "a\"\\\x01\xff, [b] #");
		else if (arg->type == ARG_FD_PAIR || arg->type == ARG_FD_LIST)
			give_numbers(value, 2, pair);
		else if (arg->type == ARG_CONSTANT || arg->type == ARG_WAIT_STATUS)
			value_set_number(value, 0);
		else if (arg->type == ARG_OPTION_VALUE)
			value_set_bytes(value, "\1\0\0\0", 4);
		else if (arg->type == ARG_POLL_LIST) {
			value_set_list(value);
			give_numbers(value_append(value), 2, pair);
		} else if (arg->type == ARG_DATA_LIST) {
			value_set_list(value);
			give_data(value_append(value), "four");
		} else {
			assert_int_equal(arg->type, ARG_ADDRESS_LIST);
			value_set_list(value);
			give_address(value_append(value), "10.0.0.1:80");
			give_address(value_append(value), "[::1]:80");
		}
	}
}

static char *print_returned(const struct call *call, long long result, int error)
{
	struct text text;

	text_init(&text);
	call_print(&text, call, CALL_SHORT);
	text_add(&text, " = ");
	call_print_result(&text, call, result, error);
	return text.data;
}

static char *print_strace(const struct call *call, long long result, int error)
{
	struct text text;

	text_init(&text);
	call_print_strace(&text, call, result, error);
	return text.data;
}

/* What the transcript said is a line again, and the same call. */
static void check_accepted_back(const struct call *call, long long result, int error, const char *exact)
{
	char *printed = print_returned(call, result, error), *line = text_format("server: %s", printed);
	char *again = lines_print(line, CALL_EXACT);

	assert_string_equal(again, exact);
	free(again);
	free(line);
	free(printed);
}

static void every_example_in_every_result(void **state)
{
	static const struct {
		long long result;
		int error;
	} results[] = { { 0, 0 }, { 5, 0 }, { -1, EAGAIN }, { -1, ECONNREFUSED } };

	(void)state;
	for (int i = 0; i < CALL_COUNT; i++) {
		char *exact = lines_print(help_example((enum call_id)i), CALL_EXACT), *returned;
		struct call call;

		if (strstr(exact, ":http") == NULL)
			lines_mean(help_example((enum call_id)i), exact);
		lines_call(&call, exact);
		for (size_t j = 0; j < COUNT_OF(results); j++)
			check_accepted_back(&call, results[j].result, results[j].error, exact);
		fill(&call);
		for (size_t j = 0; j < COUNT_OF(results); j++)
			check_accepted_back(&call, results[j].result, results[j].error, exact);
		returned = print_strace(&call, 0, 0);
		assert_non_null(strstr(returned, " = "));
		free(returned);
		call_release(&call);
		free(exact);
	}
}

static void check_returned(const char *line, long long result, int error, const char *expected)
{
	struct call call;
	char *printed;

	lines_call(&call, line);
	fill(&call);
	printed = print_returned(&call, result, error);
	assert_string_equal(printed, expected);
	free(printed);
	call_release(&call);
}

/* The transcript of the design. */
static void transcript(void **state)
{
	(void)state;
	check_returned("socket tcp", 3, 0, "socket(AF_INET, SOCK_STREAM, 0) = 3");
	check_returned("connect 3 server:80", 0, 0, "connect(3, 10.0.0.2:80) = 0");
	check_returned("accept 3", 4, 0, "accept(3, 10.0.0.1:40312) = 4");
	check_returned("send 3 \"hello\"", 5, 0, "send(3, \"hello\", 5, 0) = 5");
	check_returned("connect 4 10.0.0.2:81", -1, ECONNREFUSED,
		       "connect(4, 10.0.0.2:81) = -1 ECONNREFUSED (Connection refused)");
	check_returned("recv 4 1024", 9, 0, "recv(4, \"a\\\"\\\\\\x01\\xff, [b] #\", 1024, 0) = 9");
	check_returned("getsockopt 3 SO_REUSEADDR", 0, 0, "getsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1]) = 0");
	check_returned("socketpair unix", 0, 0, "socketpair(AF_UNIX, SOCK_STREAM, 0, [4, 5]) = 0");
	check_returned("recvmsg 3 10", 1, 0, "recvmsg(3, \"a\\\"\\\\\\x01\\xff, [b] #\", 10, from=10.0.0.1:40312, "
		       "fds=[4, 5], 0, msg_flags=0, error=\"a\\\"\\\\\\x01\\xff, [b] #\") = 1");
	check_returned("waitpid -1", 77, 0, "waitpid(-1, [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0) = 77");
	check_returned("_exit 1", 0, 0, "_exit(1) = ?");
	check_returned("fork", 4125, 0, "fork() = 4125");
	check_returned("fcntl 3 F_GETFL", 04002, 0, "fcntl(3, F_GETFL) = 0x802 (O_RDWR|O_NONBLOCK)");
	check_returned("fcntl 3 F_DUPFD 10", 10, 0, "fcntl(3, F_DUPFD, 10) = 10");
	check_returned("signal SIGPIPE SIG_IGN", 0, 0, "signal(SIGPIPE, SIG_IGN) = SIG_DFL");
	check_returned("getaddrinfo a 80", 0, 0, "getaddrinfo(\"a\", \"80\", "
		       "canonname=\"a\\\"\\\\\\x01\\xff, [b] #\") = 0 [10.0.0.1:80, [::1]:80]");
	check_returned("getaddrinfo a 80", EAI_NONAME, EAI_NONAME,
		       "getaddrinfo(\"a\", \"80\", canonname=\"a\\\"\\\\\\x01\\xff, [b] #\") = EAI_NONAME "
		       "(Name or service not known)");
	check_returned("getnameinfo 1.2.3.4:80", 0, 0,
		       "getnameinfo(1.2.3.4:80, "
		       "\"a\\\"\\\\\\x01\\xff, [b] #\", \"a\\\"\\\\\\x01\\xff, [b] #\", 0) = 0");
	check_returned("close 9", -1, 999, "close(9) = -1 999 (Unknown error 999)");
}

/* The third number of each pair, or the second of select's: what is ready. */
static void ready(struct value *list, size_t index, long long number)
{
	struct value *item = &list->items[index];

	if (item->kind != VALUE_LIST) {
		long long fd = item->number;

		value_set_list(item);
		value_set_number(value_append(item), fd);
	}
	value_set_number(value_append(item), number);
}

static void check_waited(const struct call *call, long long result, const char *transcript, const char *strace)
{
	char *printed = print_returned(call, result, 0);

	assert_string_equal(printed, transcript);
	free(printed);
	printed = print_strace(call, result, 0);
	assert_string_equal(printed, strace);
	free(printed);
}

static void what_is_ready(void **state)
{
	struct call call;

	(void)state;
	lines_call(&call, "poll [3 POLLIN, 4 POLLIN|POLLOUT] 100");
	check_waited(&call, 0, "poll([3 POLLIN, 4 POLLIN|POLLOUT], 100) = 0 (Timeout)",
		     "poll([{fd=3, events=POLLIN}, {fd=4, events=POLLIN|POLLOUT}], 2, 100) = 0 (Timeout)");
	ready(&call.args[0], 0, 0);
	ready(&call.args[0], 1, 4);
	check_waited(&call, 1, "poll([3 POLLIN, 4 POLLIN|POLLOUT], 100) = 1 (4 POLLOUT)",
		     "poll([{fd=3, events=POLLIN}, {fd=4, events=POLLIN|POLLOUT}], 2, 100) = 1 "
		     "([{fd=4, revents=POLLOUT}])");
	call_release(&call);
	lines_call(&call, "select r=[3,4] w=[5] 1.5");
	ready(&call.args[1], 0, 1);
	ready(&call.args[1], 1, 1);
	ready(&call.args[2], 0, 1);
	check_waited(&call, 3, "select(r=[3, 4], w=[5], 1.5) = 3 (r=[3, 4] w=[5])",
		     "pselect6(6, [3 4], [5], NULL, {tv_sec=1, tv_nsec=500000000}, NULL) = 3 (in [3 4], out [5])");
	call_release(&call);
}

static void long_data_is_cut(void **state)
{
	char *cut = lines_print("send 3 \"ab\"*500", CALL_SHORT);
	char *repeated = lines_print("send 3 \"a\"*1000", CALL_SHORT);

	(void)state;
	assert_non_null(strstr(cut, "bab\"..., 1000, 0)"));
	assert_string_equal(repeated, "send(3, \"a\"*1000, 1000, 0)");
	assert_true(strlen(cut) < 250);
	lines_mistake(cut, 8, "was cut when it was printed");
	free(cut);
	free(repeated);
}

/* ---- strace ---- */

static void check_strace(const char *line, long long result, int error, const char *expected)
{
	struct call call;
	char *printed;

	lines_call(&call, line);
	if (error == 0)
		fill(&call);
	printed = print_strace(&call, result, error);
	assert_string_equal(printed, expected);
	free(printed);
	call_release(&call);
}

#define CLIENT "{sa_family=AF_INET, sin_port=htons(40312), sin_addr=inet_addr(\"10.0.0.1\")}"
#define SERVER "{sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"10.0.0.2\")}"

static void strace_of_sockets(void **state)
{
	(void)state;
	check_strace("socket tcp", 3, 0, "socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3");
	check_strace("socket AF_UNIX SOCK_STREAM|SOCK_CLOEXEC", 3, 0,
		     "socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0) = 3");
	check_strace("socketpair unix", 0, 0, "socketpair(AF_UNIX, SOCK_STREAM, 0, [4, 5]) = 0");
	check_strace("bind 3 *:80", 0, 0,
		     "bind(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"0.0.0.0\")}, 16) = 0");
	check_strace("bind 3 unix:@abc", 0, 0, "bind(3, {sa_family=AF_UNIX, sun_path=@\"abc\"}, 6) = 0");
	check_strace("bind 3 [::1]:0", 0, 0, "bind(3, {sa_family=AF_INET6, sin6_port=htons(0), sin6_flowinfo=htonl(0), "
		     "inet_pton(AF_INET6, \"::1\", &sin6_addr), sin6_scope_id=0}, 28) = 0");
	check_strace("connect 3 server:80", -1, ECONNREFUSED,
		     "connect(3, " SERVER ", 16) = -1 ECONNREFUSED (Connection refused)");
	check_strace("accept 3", 4, 0, "accept(3, " CLIENT ", [128 => 16]) = 4");
	check_strace("accept4 3 SOCK_NONBLOCK", 4, 0, "accept4(3, " CLIENT ", [128 => 16], SOCK_NONBLOCK) = 4");
	check_strace("accept 3", -1, EAGAIN,
		     "accept(3, &addr, [128]) = -1 EAGAIN (Resource temporarily unavailable)");
	check_strace("getsockname 3", 0, 0, "getsockname(3, " CLIENT ", [128 => 16]) = 0");
	check_strace("shutdown 3 SHUT_WR", 0, 0, "shutdown(3, SHUT_WR) = 0");
	check_strace("close 99", -1, EBADF, "close(99) = -1 EBADF (Bad file descriptor)");
}

static void strace_of_options(void **state)
{
	(void)state;
	check_strace("setsockopt 3 SO_REUSEADDR 1", 0, 0, "setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0");
	check_strace("setsockopt 3 TCP_NODELAY 1", 0, 0, "setsockopt(3, SOL_TCP, TCP_NODELAY, [1], 4) = 0");
	check_strace("setsockopt 3 SO_LINGER {1, 0}", 0, 0,
		     "setsockopt(3, SOL_SOCKET, SO_LINGER, {l_onoff=1, l_linger=0}, 8) = 0");
	check_strace("setsockopt 3 IP_ADD_MEMBERSHIP {224.0.0.5, 127.0.0.1}", 0, 0,
		     "setsockopt(3, SOL_IP, IP_ADD_MEMBERSHIP, {imr_multiaddr=inet_addr(\"224.0.0.5\"), "
		     "imr_interface=inet_addr(\"127.0.0.1\")}, 8) = 0");
	check_strace("setsockopt 4 SO_BINDTODEVICE lo", 0, 0,
		     "setsockopt(4, SOL_SOCKET, SO_BINDTODEVICE, \"lo\", 2) = 0");
	check_strace("getsockopt 3 SO_ERROR", 0, 0, "getsockopt(3, SOL_SOCKET, SO_ERROR, [EPERM], [1024 => 4]) = 0");
}

static void strace_of_data(void **state)
{
	(void)state;
	check_strace("send 3 \"hello\"", 5, 0, "sendto(3, \"hello\", 5, 0, NULL, 0) = 5");
	check_strace("send 3 \"a\"*1000", 1000, 0,
		     "sendto(3, \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"..., 1000, 0, NULL, 0) = 1000");
	check_strace("send 3 hex:0031ff41", 4, 0, "sendto(3, \"\\0001\\377A\", 4, 0, NULL, 0) = 4");
	check_strace("sendto 3 \"dg\" server:80", 2, 0, "sendto(3, \"dg\", 2, 0, " SERVER ", 16) = 2");
	check_strace("sendto 3 \"q\"", 1, 0, "sendto(3, \"q\", 1, 0, NULL, 0) = 1");
	check_strace("recv 4 10 MSG_DONTWAIT", -1, EAGAIN, "recvfrom(4, buf, 10, MSG_DONTWAIT, NULL, NULL) = "
							   "-1 EAGAIN (Resource temporarily unavailable)");
	check_strace("recvfrom 4 10", 2, 0,
		     "recvfrom(4, \"a\\\"\\\\\\1\\377, [b] #\", 10, 0, " CLIENT ", [128 => 16]) = 2");
	check_strace("write 3 \"x\\r\\n\\\"\\\\\"", 5, 0, "write(3, \"x\\r\\n\\\"\\\\\", 5) = 5");
	check_strace("writev 3 [\"head\", \"body\"]", 8, 0,
		     "writev(3, [{iov_base=\"head\", iov_len=4}, {iov_base=\"body\", iov_len=4}], 2) = 8");
	check_strace("readv 3 [4, 10]", 4, 0,
		     "readv(3, [{iov_base=\"four\", iov_len=4}, {iov_base=\"\", iov_len=10}], 2) = 4");
	check_strace("sendmsg 3 \"head\" fds=[4,5]", 4, 0,
		     "sendmsg(3, {msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base=\"head\", iov_len=4}], "
		     "msg_iovlen=1, msg_control=[{cmsg_len=24, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, "
		     "cmsg_data=[4, 5]}], msg_controllen=24, msg_flags=0}, 0) = 4");
	check_strace("sendmsg 3 \"x\" fds=[4]", 1, 0,
		     "sendmsg(3, {msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base=\"x\", iov_len=1}], msg_iovlen=1, "
		     "msg_control=[{cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[4]}], "
		     "msg_controllen=24, msg_flags=0}, 0) = 1");
	check_strace("sendmsg 3 \"head\" to=server:80 MSG_NOSIGNAL", 4, 0,
		     "sendmsg(3, {msg_name=" SERVER ", msg_namelen=16, msg_iov=[{iov_base=\"head\", iov_len=4}], "
		     "msg_iovlen=1, msg_controllen=0, msg_flags=0}, MSG_NOSIGNAL) = 4");
	check_strace("sendfile 3 4 100", 100, 0, "sendfile(3, 4, NULL, 100) = 100");
	check_strace("splice 3 4 100 SPLICE_F_NONBLOCK", 3, 0, "splice(3, NULL, 4, NULL, 100, SPLICE_F_NONBLOCK) = 3");
}

static void strace_of_the_rest(void **state)
{
	(void)state;
	check_strace("open /etc/hosts", 18, 0, "openat(AT_FDCWD, \"/etc/hosts\", O_RDONLY) = 18");
	check_strace("open /o O_WRONLY|O_CREAT 0644", 19, 0, "openat(AT_FDCWD, \"/o\", O_WRONLY|O_CREAT, 0644) = 19");
	check_strace("pipe2", 0, 0, "pipe2([4, 5], 0) = 0");
	check_strace("epoll_create1 EPOLL_CLOEXEC", 15, 0, "epoll_create1(EPOLL_CLOEXEC) = 15");
	check_strace("epoll_ctl 15 EPOLL_CTL_ADD 4 EPOLLOUT|EPOLLET", 0, 0,
		     "epoll_ctl(15, EPOLL_CTL_ADD, 4, {events=EPOLLOUT|EPOLLET, data={u32=4, u64=4}}) = 0");
	check_strace("epoll_wait 15 4 100", 1, 0,
		     "epoll_wait(15, [{events=EPOLLIN|EPOLLOUT, data={u32=4, u64=4}}], 4, 100) = 1");
	check_strace("fcntl 3 F_GETFL", 04002, 0, "fcntl(3, F_GETFL) = 0x802 (flags O_RDWR|O_NONBLOCK)");
	check_strace("fcntl 3 F_GETFD", 1, 0, "fcntl(3, F_GETFD) = 0x1 (flags FD_CLOEXEC)");
	check_strace("fcntl 3 F_GETFD", 0, 0, "fcntl(3, F_GETFD) = 0");
	check_strace("fcntl 3 F_SETFL O_RDWR|O_NONBLOCK", 0, 0, "fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0");
	check_strace("ioctl 3 FIONBIO 1", 0, 0, "ioctl(3, FIONBIO, [1]) = 0");
	check_strace("dup2 3 7", 7, 0, "dup2(3, 7) = 7");
	check_strace("waitpid 77", 77, 0, "wait4(77, [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = 77");
	check_strace("signal SIGPIPE SIG_IGN", 0, 0, "rt_sigaction(SIGPIPE, {sa_handler=SIG_IGN, sa_mask=[PIPE], "
		     "sa_flags=SA_RESTORER|SA_RESTART, sa_restorer=&restorer}, {sa_handler=SIG_DFL, ...}, 8) = 0");
	check_strace("kill 77 SIGTERM", 0, 0, "kill(77, SIGTERM) = 0");
	check_strace("_exit 3", 0, 0, "exit_group(3) = ?");
	check_strace("fork", 5, 0,
		     "clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, "
		     "child_tidptr=&tid) = 5");
	check_strace("getaddrinfo a 80", 0, 0, "getaddrinfo(\"a\", \"80\", "
		     "canonname=\"a\\\"\\\\\\x01\\xff, [b] #\") = 0 [10.0.0.1:80, [::1]:80]");
}

static void check_status(int status, const char *expected)
{
	struct call call;
	char *printed;

	lines_call(&call, "waitpid -1");
	value_set_number(&call.args[1], status);
	printed = print_returned(&call, 7, 0);
	assert_non_null(strstr(printed, expected));
	check_accepted_back(&call, 7, 0, "waitpid(-1, 0)");
	free(printed);
	call_release(&call);
}

static void wait_statuses(void **state)
{
	(void)state;
	check_status(3 << 8, "[{WIFEXITED(s) && WEXITSTATUS(s) == 3}]");
	check_status(15, "[{WIFSIGNALED(s) && WTERMSIG(s) == SIGTERM}]");
	check_status(19 << 8 | 0x7f, "[{WIFSTOPPED(s) && WSTOPSIG(s) == SIGSTOP}]");
	check_status(0xffff, "[{WIFCONTINUED(s)}]");
}

/* A stream's recvfrom gives an address of no length. */
static void address_of_no_length(void **state)
{
	struct address none = { .len = 0 };
	struct call call;
	char *printed;

	(void)state;
	lines_call(&call, "recvfrom 3 10");
	give_data(&call.args[1], "x");
	value_set_address(&call.args[4], &none);
	printed = print_returned(&call, 1, 0);
	assert_string_equal(printed, "recvfrom(3, \"x\", 10, 0) = 1");
	free(printed);
	printed = print_strace(&call, 1, 0);
	assert_string_equal(printed, "recvfrom(3, \"x\", 10, 0, &src_addr, [128 => 0]) = 1");
	free(printed);
	call_release(&call);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_example_in_every_result),
		cmocka_unit_test(transcript),
		cmocka_unit_test(what_is_ready),
		cmocka_unit_test(long_data_is_cut),
		cmocka_unit_test(strace_of_sockets),
		cmocka_unit_test(strace_of_options),
		cmocka_unit_test(strace_of_data),
		cmocka_unit_test(strace_of_the_rest),
		cmocka_unit_test(wait_statuses),
		cmocka_unit_test(address_of_no_length),
	};

	return cmocka_run_group_tests_name("printed calls", tests, NULL, NULL);
}
