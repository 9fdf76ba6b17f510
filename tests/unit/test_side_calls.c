/*
 * sockstep-side by itself: every call, with what it gives and what it changes, and what happens to lines that are none.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "call/call.h"
#include "side_talk.h"

static int start(void **state)
{
	struct talk *talk = xcalloc(1, sizeof(*talk));

	talk_start(talk, false);
	*state = talk;
	return 0;
}

static int end(void **state)
{
	struct talk *talk = *state;
	int status = talk_end(talk);

	free(talk);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

static void numbers_are(const struct talk *talk, const char *expected)
{
	char *numbers = talk_open_numbers(talk);

	assert_string_equal(numbers, expected);
	free(numbers);
}

/* "127.0.0.1:40312" of a bound socket: the port. */
static int port_of(const struct talk *talk, int fd)
{
	const struct event *row = talk_row(talk, fd);

	assert_non_null(row);
	assert_non_null(row->fd.local);
	return (int)strtol(strrchr(row->fd.local, ':') + 1, NULL, 10);
}

/* A listener on 3, a connection from 4 to 5. */
static int connect_pair(struct talk *talk)
{
	char *line;
	int port;

	talk_gives(talk, "socket(AF_INET, SOCK_STREAM, 0)", "3");
	talk_gives(talk, "setsockopt(3, SOL_SOCKET, SO_REUSEADDR, 1)", "0");
	talk_gives(talk, "bind(3, 127.0.0.1:0)", "0");
	talk_gives(talk, "listen(3, 5)", "0");
	port = port_of(talk, 3);
	talk_gives(talk, "socket(AF_INET, SOCK_STREAM, 0)", "4");
	line = text_format("connect(4, 127.0.0.1:%d)", port);
	talk_gives(talk, line, "0");
	free(line);
	talk_gives(talk, "accept(3)", "5");
	return port;
}

static void first_socket_is_3(void **state)
{
	struct talk *talk = *state;
	const struct event *row;

	talk_gives(talk, "socket(AF_INET, SOCK_STREAM, 0)", "3");
	row = talk_row(talk, 3);
	assert_string_equal(row->fd.proto, "tcp");
	assert_string_equal(row->fd.state, "CLOSED");
	assert_true(row->fd.cookie != EVENT_NO_INT);
	talk_gives(talk, "socket(AF_INET6, SOCK_DGRAM|SOCK_NONBLOCK|SOCK_CLOEXEC, 0)", "4");
	row = talk_row(talk, 4);
	assert_string_equal(row->fd.proto, "udp");
	assert_true(row->fd.nonblock && row->fd.cloexec);
	talk_gives(talk, "close(3)", "0");
	assert_null(talk_row(talk, 3));
	talk_gives(talk, "socket(AF_UNIX, SOCK_SEQPACKET, 0)", "3");
	talk_gives(talk, "socket(AF_INET, SOCK_STREAM, IPPROTO_UDP)",
		   "-1 EPROTONOSUPPORT (Protocol not supported)");
	numbers_are(talk, "0,1,2,3,4");
}

static void a_connection_and_its_rows(void **state)
{
	struct talk *talk = *state;
	const struct event *event;
	int port = connect_pair(talk);
	char *peer = text_format("127.0.0.1:%d", port);

	assert_string_equal(talk_row(talk, 3)->fd.state, "LISTEN");
	assert_string_equal(talk_row(talk, 4)->fd.state, "ESTABLISHED");
	assert_string_equal(talk_row(talk, 4)->fd.peer, peer);
	assert_string_equal(talk_row(talk, 5)->fd.local, peer);
	event = talk_call(talk, "send(4, \"hello\\x00\", 6, 0)");
	assert_int_equal(event->call.result, 6);
	assert_int_equal(event->call.fd, 4);
	assert_memory_equal(event->call.data.bytes, "hello", 6);
	event = talk_call(talk, "recv(5, 1024, 0)");
	assert_string_equal(event->call.text, "recv(5, \"hello\\x00\", 1024, 0)");
	assert_int_equal(event->call.data.len, 6);
	assert_true(event->call.began > 0 && event->call.took >= 0);
	talk_gives(talk, "shutdown(4, SHUT_WR)", "0");
	assert_true(string_starts_with(talk_row(talk, 4)->fd.state, "FIN_WAIT")); /* 2 once the ACK has come */
	talk_gives(talk, "recv(5, 1024, 0)", "0");
	event = talk_call(talk, "connect(4, 127.0.0.1:%d)", port);
	assert_string_equal(event->call.error, "EISCONN");
	free(peer);
}

/* ---- every call ---- */

struct trial {
	const char *call, *outcome; /* outcome: its beginning */
};

/* In this order, in one side: a descriptor's number follows from what came before. */
static const struct trial trials[] = {
	{ "socketpair(AF_UNIX, SOCK_STREAM, 0)", "0" }, /* 6, 7 */
	{ "socketpair(AF_INET, SOCK_STREAM, 0)", "-1 EOPNOTSUPP" },
	{ "pipe2(O_CLOEXEC)", "0" }, /* 8, 9 */
	{ "pipe2(0x7f)", "-1 EINVAL" },
	{ "bind(4, 127.0.0.1:0)", "-1 EINVAL" },
	{ "listen(99, 5)", "-1 EBADF" },
	{ "accept(6)", "-1 EINVAL" },
	{ "accept4(4, SOCK_NONBLOCK)", "-1 EINVAL" },
	{ "connect(99, 127.0.0.1:1)", "-1 EBADF" },
	{ "connect(6, unix:/nonexistent)", "-1 ENOENT" },
	{ "shutdown(3, SHUT_RD)", "" },
	{ "getsockname(6)", "0" },
	{ "getsockname(8)", "-1 ENOTSOCK" },
	{ "getpeername(4)", "0" },
	{ "getpeername(3)", "-1 ENOTCONN" },
	{ "getsockopt(4, SOL_SOCKET, SO_TYPE)", "0" },
	{ "getsockopt(4, IPPROTO_TCP, TCP_INFO)", "0" },
	{ "getsockopt(4, IPPROTO_TCP, TCP_CONGESTION)", "0" },
	{ "getsockopt(4, SOL_SOCKET, SO_RCVTIMEO)", "0" },
	{ "getsockopt(6, IPPROTO_TCP, TCP_NODELAY)", "-1 EOPNOTSUPP" },
	{ "setsockopt(4, IPPROTO_TCP, TCP_NODELAY, 1)", "0" },
	{ "setsockopt(4, SOL_SOCKET, SO_TYPE, 1)", "-1 ENOPROTOOPT" },
	{ "setsockopt(5, SOL_SOCKET, SO_RCVTIMEO, 0.05)", "0" },
	{ "recv(5, 10, 0)", "-1 EAGAIN" },
	{ "send(4, \"abc\", 3, 0)", "3" },
	{ "sendto(4, \"def\", 3, MSG_NOSIGNAL)", "3" },
	{ "send(99, \"abc\", 3, 0)", "-1 EBADF" },
	{ "write(4, \"ghi\", 3)", "3" },
	{ "writev(4, [\"jk\", \"l\"])", "3" },
	{ "recv(5, 3, MSG_PEEK)", "3" },
	{ "recvfrom(5, 3, 0)", "3" },
	{ "read(5, 3)", "3" },
	{ "readv(5, [2, 100])", "6" },
	{ "readv(99, [2])", "-1 EBADF" },
	{ "read(5, 1073741824)", "-1 EAGAIN" },
	{ "sendmsg(6, \"m\", fds=[8])", "1" },
	{ "sendmsg(6, \"m\", fds=[99])", "-1 EBADF" },
	{ "recvmsg(7, 100, 0)", "1" }, /* 10 */
	{ "recvmsg(3, 100, MSG_DONTWAIT)", "-1 ENOTCONN" },
	{ "close(10)", "0" },
	{ "close(10)", "-1 EBADF" },
	{ "open(\"/dev/null\", O_RDWR)", "10" },
	{ "open(/nonexistent/file, O_RDONLY|O_CREAT, 0644)", "-1 ENOENT" },
	{ "open(\"/proc/self/exe\", O_RDONLY)", "11" },
	{ "sendfile(4, 11, [0], 5)", "5" },
	{ "sendfile(4, 99, 5)", "-1 EBADF" },
	{ "splice(8, 4, 5, SPLICE_F_NONBLOCK)", "-1 EAGAIN" },
	{ "write(9, \"piped\", 5)", "5" },
	{ "splice(8, 4, 5, SPLICE_F_MOVE)", "5" },
	{ "splice(4, 5, 5)", "-1 EINVAL" },
	{ "poll([4 POLLOUT, 99 POLLIN], 0)", "2 (4 POLLOUT, 99 POLLNVAL)" },
	{ "poll([6 POLLIN], 10)", "0 (Timeout)" },
	{ "select(r=[5, 6], w=[4], 1)", "2 (r=[5] w=[4])" },
	{ "select(r=[99], 0)", "-1 EBADF" },
	{ "select(0.001)", "0 (Timeout)" },
	{ "epoll_create1(EPOLL_CLOEXEC)", "12" },
	{ "epoll_create1(7)", "-1 EINVAL" },
	{ "epoll_ctl(12, EPOLL_CTL_ADD, 5, EPOLLIN)", "0" },
	{ "epoll_ctl(12, EPOLL_CTL_ADD, 5, EPOLLIN)", "-1 EEXIST" },
	{ "epoll_wait(12, 10, 0)", "1" },
	{ "epoll_wait(12, 0, 0)", "-1 EINVAL" },
	{ "fcntl(4, F_GETFL)", "0x" },
	{ "fcntl(4, F_SETFL, O_NONBLOCK)", "0" },
	{ "fcntl(4, F_DUPFD, 20)", "20" },
	{ "fcntl(99, F_GETFD)", "-1 EBADF" },
	{ "ioctl(5, FIONREAD)", "0" },
	{ "ioctl(5, FIONBIO, 1)", "0" },
	{ "ioctl(99, FIONREAD)", "-1 EBADF" },
	{ "dup(4)", "13" },
	{ "dup(99)", "-1 EBADF" },
	{ "dup2(4, 14)", "14" },
	{ "dup2(99, 14)", "-1 EBADF" },
	{ "waitpid(-1)", "-1 ECHILD" },
	{ "signal(SIGUSR1, handler)", "SIG_DFL" },
	{ "signal(SIGUSR1, SIG_IGN)", "handler" },
	{ "signal(SIGUSR1, SIG_DFL)", "SIG_IGN" },
	{ "signal(SIGKILL, SIG_IGN)", "-1 EINVAL" },
	{ "kill(0, 0)", "0" },
	{ "kill(1, 99)", "-1 EINVAL" },
	{ "getaddrinfo(127.0.0.1, 80, flags=AI_NUMERICHOST, socktype=SOCK_STREAM)", "0 [127.0.0.1:80]" },
	{ "getaddrinfo(256.256.256.256, flags=AI_NUMERICHOST)", "EAI_NONAME" },
	{ "getnameinfo(127.0.0.1:80, NI_NUMERICHOST|NI_NUMERICSERV)", "0" },
	{ "getnameinfo(127.0.0.1:80, 0x40000000)", "EAI_BADFLAGS" },
	{ "SSL_connect(4)", "-1 ENOPROTOOPT" },
	{ "SSL_accept(4)", "-1 ENOPROTOOPT" },
	{ "SSL_read(4, 10)", "-1 ENOPROTOOPT" },
	{ "SSL_peek(4, 10)", "-1 ENOPROTOOPT" },
	{ "SSL_write(4, \"x\")", "-1 ENOPROTOOPT" },
	{ "SSL_shutdown(4)", "-1 ENOPROTOOPT" },
};

static void note_tried(bool *tried, const char *call)
{
	char *name = xstrndup(call, strcspn(call, "("));
	const struct call_spec *spec = call_find(name, false, NULL);

	assert_non_null(spec);
	tried[spec->id] = true;
	free(name);
}

static void every_call_works_and_fails(void **state)
{
	struct talk *talk = *state;
	bool tried[CALL_COUNT] = { false };

	connect_pair(talk);
	for (size_t i = 0; i < COUNT_OF(trials); i++) {
		const struct event *event = talk_call(talk, "%s", trials[i].call);

		if (!string_starts_with(event->call.outcome, trials[i].outcome))
			fail_msg("%s gives %s and not %s", event->call.text, event->call.outcome, trials[i].outcome);
		note_tried(tried, trials[i].call);
	}
	numbers_are(talk, "0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,20");
	for (size_t id = 0; id < CALL_COUNT; id++)
		if (!tried[id] && id != CALL_socket && id != CALL_fork && id != CALL__exit)
			fail_msg("%s was not tried", call_spec((enum call_id)id)->name);
}

/* ---- our own descriptors ---- */

/* The soft limit that the side has left its program: the lowest number of ours. */
static int first_own(const struct talk *talk)
{
	struct rlimit limit;

	assert_int_equal(prlimit(talk->pid, RLIMIT_NOFILE, NULL, &limit), 0);
	return (int)limit.rlim_cur;
}

static void own_numbers_are_not_open(void **state)
{
	static const char *const calls[] = {
		"close(%d)", "dup(%d)", "dup2(1, %d)", "dup2(%d, 5)", "write(%d, \"x\", 1)", "read(%d, 1)",
		"getsockname(%d)", "fcntl(%d, F_GETFD)", "fcntl(%d, F_SETFL, O_NONBLOCK)", "ioctl(%d, FIONBIO, 1)",
		"epoll_ctl(%d, EPOLL_CTL_DEL, 3)", "select(r=[%d], 0)", "sendmsg(3, \"x\", fds=[%d])",
		"splice(%d, 3, 1)", "sendfile(3, %d, 1)", "send(%d, \"x\", 1, 0)", "recvmsg(%d, 1, 0)",
	};
	struct talk *talk = *state;
	int first = first_own(talk);

	talk_gives(talk, "socketpair(AF_UNIX, SOCK_STREAM, 0)", "0");
	for (int fd = first; fd < first + 12; fd++)
		for (size_t i = 0; i < COUNT_OF(calls); i++) {
			struct text line;

			text_init(&line);
			for (const char *part = calls[i]; *part != '\0'; part++) {
				if (part[0] == '%' && part[1] == 'd')
					text_addf(&line, "%d", fd), part++;
				else
					text_add_char(&line, *part);
			}
			talk_gives(talk, line.data, "-1 EBADF (Bad file descriptor)");
			text_release(&line);
		}
	numbers_are(talk, "0,1,2,3,4");
}

static void poll_of_an_own_number_says_invalid(void **state)
{
	struct talk *talk = *state;
	char *line = text_format("poll([%d POLLIN], 0)", first_own(talk));
	char *outcome = text_format("1 (%d POLLNVAL)", first_own(talk));

	talk_gives(talk, line, outcome);
	free(line);
	free(outcome);
}

static void numbers_beyond_the_limit_are_refused_as_by_the_kernel(void **state)
{
	struct talk *talk = *state;
	const struct event *event = talk_call(talk, "fcntl(1, F_DUPFD, %d)", first_own(talk));

	assert_string_equal(event->call.error, "EINVAL");
	event = talk_call(talk, "fcntl(1, F_DUPFD, %d)", first_own(talk) - 1);
	assert_int_equal(event->call.result, first_own(talk) - 1);
	event = talk_call(talk, "fcntl(1, F_DUPFD, %d)", first_own(talk) - 1);
	assert_string_equal(event->call.error, "EMFILE");
}

/* ---- what else the events hold ---- */

static void long_data_is_cut_and_counted(void **state)
{
	struct talk *talk = *state;
	const struct event *event;

	talk_gives(talk, "socketpair(AF_UNIX, SOCK_STREAM, 0)", "0");
	event = talk_call(talk, "send(3, \"a\"*100000, MSG_DONTWAIT)");
	assert_int_equal(event->call.result, 100000);
	assert_int_equal(event->call.data.len, EVENT_DATA_MAX);
	assert_int_equal(event->call.data_left_out, 100000 - EVENT_DATA_MAX);
	event = talk_call(talk, "recv(4, 1000000, 0)");
	assert_int_equal(event->call.result, 100000);
	assert_int_equal(event->call.data_left_out, 100000 - EVENT_DATA_MAX);
}

/* MSG_TRUNC says how long the datagram was: more than came. */
static void a_cut_datagram_has_only_the_bytes_that_came(void **state)
{
	struct talk *talk = *state;
	const struct event *event;

	talk_gives(talk, "socketpair(AF_UNIX, SOCK_DGRAM, 0)", "0");
	talk_gives(talk, "send(3, \"hello world\", 11, 0)", "11");
	event = talk_call(talk, "recv(4, 5, MSG_TRUNC)");
	assert_int_equal(event->call.result, 11);
	assert_int_equal(event->call.data.len, 5);
	assert_string_equal(event->call.text, "recv(4, \"hello\", 5, MSG_TRUNC)");
	talk_gives(talk, "send(3, \"hello world\", 11, 0)", "11");
	event = talk_call(talk, "recvmsg(4, 5, 0)");
	assert_non_null(strstr(event->call.text, "MSG_TRUNC"));
}

static void syscalls_are_told_when_asked_for(void **state)
{
	struct talk *talk = *state;
	const struct event *event = talk_call(talk, "socket(AF_INET, SOCK_STREAM, 0)");

	assert_null(event->call.syscall);
	talk_ask(talk, "syscalls on");
	event = talk_call(talk, "bind(3, 127.0.0.1:0)");
	assert_non_null(strstr(event->call.syscall, "sin_addr=inet_addr(\"127.0.0.1\")"));
	event = talk_call(talk, "fcntl(3, F_GETFL)");
	assert_string_equal(event->call.syscall, "fcntl(3, F_GETFL) = 0x2 (flags O_RDWR)");
	event = talk_call(talk, "getsockopt(3, SOL_SOCKET, SO_TYPE)");
	assert_string_equal(event->call.syscall, "getsockopt(3, SOL_SOCKET, SO_TYPE, [1], [1024 => 4]) = 0");
	talk_ask(talk, "syscalls off");
	assert_null(talk_call(talk, "listen(3, 1)")->call.syscall);
}

static void fds_tells_every_row_again(void **state)
{
	struct talk *talk = *state;
	size_t before;
	int rows = 0;

	talk_gives(talk, "pipe2(0)", "0");
	before = talk->count;
	talk_ask(talk, "fds");
	for (size_t i = before; i < talk->count; i++)
		rows += talk->events[i].kind == EVENT_fd;
	assert_int_equal(rows, 5);
}

static void a_copy_shares_the_row_s_changes(void **state)
{
	struct talk *talk = *state;

	talk_gives(talk, "socket(AF_INET, SOCK_STREAM, 0)", "3");
	talk_gives(talk, "dup(3)", "4");
	talk_gives(talk, "bind(3, 127.0.0.1:0)", "0");
	assert_string_equal(talk_row(talk, 4)->fd.local, talk_row(talk, 3)->fd.local);
	assert_int_equal(talk_row(talk, 4)->fd.cookie, talk_row(talk, 3)->fd.cookie);
	talk_gives(talk, "dup2(4, 0)", "0");
	assert_string_equal(talk_row(talk, 0)->fd.proto, "tcp");
}

static bool poked(const struct talk *talk, int fd, size_t after)
{
	for (size_t i = after; i < talk->count; i++)
		if (talk->events[i].kind == EVENT_poke && talk->events[i].poke.fd == fd)
			return true;
	return false;
}

/* What a peer does is told although the side has made no call. */
static void a_change_from_outside_pokes(void **state)
{
	struct talk *talk = *state;
	int port = connect_pair(talk);
	struct talk other;
	size_t before;

	talk_start(&other, false);
	talk_gives(&other, "socket(AF_INET, SOCK_STREAM, 0)", "3");
	talk_ask(talk, "quiet");
	before = talk->count;
	talk_send(&other, "connect(3, 127.0.0.1:%d)", port);
	while (!poked(talk, 3, before))
		assert_non_null(talk_next(talk));
	talk_end(&other);
}

/* ---- lines ---- */

static void mistakes_are_answered_and_it_goes_on(void **state)
{
	static const char *const lines[] = {
		"socket(AF_INET, SOCK_STREAM, 0)\n", "x socket(AF_INET, SOCK_STREAM, 0)\n", "-1 quiet\n",
		"99999999999999999999 quiet\n", "\x01\x02\n", "\xff\xfe\n", "   \n", "7\n", "7 \n",
	};
	static const char *const requests[] = {
		"nosuch(3)",
		"socket(AF_INET",
		"socket(AF_NOSUCH, SOCK_STREAM, 0)",
		"connect(3)",
		"connect(3, localhost:80)",
		"connect(3, 127.0.0.1:99999)",
		"connect(3, 127.0.0.1:80, 1, 2, 3, 4)",
		"send(3, \"unfinished, 3, 0)",
		"close(three)",
		"close(99999999999999999999)",
		"recv(3, 99999999999, 0)",
		"a: close(3)",
		"x = socket(tcp)",
		"close(3); close(4)",
		"interrupt",
		"interrupt 0",
		"interrupt 99",
		"interrupt one",
		"interrupt 1 2",
		"quiet now",
		"fds 3",
		"syscalls",
		"syscalls maybe",
		"bye bye",
		"fork()",
		"\xff\xff(\xff)",
	};
	struct talk *talk = *state;

	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		talk_send_bytes(talk, lines[i], strlen(lines[i]));
		while (talk_next(talk)->kind != EVENT_error)
			;
	}
	for (size_t i = 0; i < COUNT_OF(requests); i++) {
		const struct event *event = talk_wait_error(talk, talk_send(talk, "%s", requests[i]));

		assert_true(strlen(event->error.text) > 5);
	}
	talk_gives(talk, "socket(AF_INET, SOCK_STREAM, 0)", "3");
}

static void a_mistake_has_its_column(void **state)
{
	struct talk *talk = *state;
	const struct event *event = talk_wait_error(talk, talk_send(talk, "socket(AF_INET, SOCK_WRONG, 0)"));

	assert_int_equal(event->error.column, strlen("1 socket(AF_INET, "));
}

static void a_nul_byte_is_a_mistake(void **state)
{
	static const char line[] = "5 send(3, \"a\0b\", 3, 0)\n6 quiet\n";
	struct talk *talk = *state;

	talk_send_bytes(talk, line, sizeof(line) - 1);
	assert_non_null(strstr(talk_wait_error(talk, 5)->error.text, "NUL"));
	talk_wait_answer(talk, 6);
}

static void line_of(struct talk *talk, size_t len)
{
	char *filler = xmalloc(len);

	memset(filler, 'a', len);
	talk_send_bytes(talk, "8 send(3, \"", 11);
	talk_send_bytes(talk, filler, len);
	talk_send_bytes(talk, "\")\n9 quiet\n", 11);
	free(filler);
}

static void a_line_of_one_mebibyte_is_a_line(void **state)
{
	struct talk *talk = *state;
	const struct event *event;

	talk_gives(talk, "socketpair(AF_UNIX, SOCK_STREAM, 0)", "0");
	talk_gives(talk, "fcntl(3, F_SETFL, O_NONBLOCK)", "0");
	line_of(talk, 1 << 20);
	event = talk_wait_call(talk, 8, "returned");
	assert_true(event->call.result > 1000 && event->call.result < 1 << 20);
	talk_wait_answer(talk, 9);
}

static void a_line_of_65_mebibytes_is_refused(void **state)
{
	struct talk *talk = *state;
	const struct event *event;

	line_of(talk, 65 << 20);
	while ((event = talk_next(talk))->kind != EVENT_error)
		;
	assert_non_null(strstr(event->error.text, "64 MiB"));
	talk_wait_answer(talk, 9);
	talk_gives(talk, "socket(AF_INET, SOCK_STREAM, 0)", "3");
}

/* ---- the process ---- */

static void only_declared_descriptors_are_open(void **state)
{
	struct talk *talk = *state;
	int first = first_own(talk), low = 0, own = 0;

	talk_gives(talk, "read(99, 1)", "-1 EBADF (Bad file descriptor)");
	for (int fd = 0; fd < first + 300; fd++) {
		char *path = text_format("/proc/%d/fd/%d", (int)talk->pid, fd);

		if (access(path, F_OK) == 0 || readlink(path, (char[1]){ 0 }, 1) > 0) {
			low += fd < first;
			own += fd >= first;
		}
		free(path);
	}
	assert_int_equal(low, 3);
	/* two streams, the signal pipe, the eventfd, the table, the epoll, two of the thread */
	assert_int_equal(own, 2 + 2 + 1 + 1 + 1 + 2);
}

/* A file that whoever started us left open is not the side's. */
static void foreign_descriptors_are_closed(void **state)
{
	int foreign[3];
	struct talk talk;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(foreign); i++)
		foreign[i] = open("/dev/null", O_RDONLY);
	fcntl(foreign[2], F_DUPFD, 500);
	talk_start(&talk, false);
	talk_ask(&talk, "fds");
	numbers_are(&talk, "0,1,2");
	talk_gives(&talk, "socket(AF_INET, SOCK_STREAM, 0)", "3");
	talk_end(&talk);
	for (size_t i = 0; i < COUNT_OF(foreign); i++)
		close(foreign[i]);
}

static void bye_is_answered(void **state)
{
	struct talk talk;
	int status;

	(void)state;
	talk_start(&talk, false);
	talk_ask(&talk, "bye");
	assert_null(talk_next(&talk));
	status = talk_end(&talk);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void exit_tells_its_call_first(void **state)
{
	const struct event *event;
	struct talk talk;
	int64_t id;
	int status;

	(void)state;
	talk_start(&talk, false);
	id = talk_send(&talk, "_exit(7)");
	event = talk_wait_call(&talk, id, "returned");
	assert_string_equal(event->call.outcome, "?");
	assert_true(event->call.result == EVENT_NO_INT);
	assert_null(talk_next(&talk));
	status = talk_end(&talk);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 7);
}

/* As by hand: all that stood before the end of input is done, although the calls go to another thread. */
static void a_pipe_full_of_lines_is_served_to_its_end(void **state)
{
	static const char lines[] = "1 socketpair(AF_UNIX, SOCK_STREAM, 0)\n2 send(3, \"x\", 1, 0)\n3 recv(4, 9, 0)\n"
				    "4 send(3, \"y\", 1, 0)\n5 close(3)\n6 recv(4, 9, 0)\n7 recv(4, 9, 0)\n";
	struct talk talk;

	(void)state;
	talk_start(&talk, false);
	talk_send_bytes(&talk, lines, sizeof(lines) - 1);
	shutdown(talk.fd, 1);
	assert_int_equal(talk_wait_call(&talk, 7, "returned")->call.result, 0);
	assert_null(talk_next(&talk));
	talk_end(&talk);
}

static void numbers_of_signals_lead_to_events(void **state)
{
	struct talk *talk = *state;
	const struct event *signal;
	const struct event *call;

	talk_gives(talk, "signal(SIGUSR1, handler)", "SIG_DFL");
	call = talk_call(talk, "kill(%d, SIGUSR1)", (int)talk->pid);
	for (signal = talk->events; signal < call && signal->kind != EVENT_signal; signal++)
		;
	assert_ptr_not_equal(signal, call);
	assert_string_equal(signal->signal.signal, "SIGUSR1");
	assert_non_null(strstr(signal->signal.text, "--- SIGUSR1 {si_signo=SIGUSR1, si_code=SI_USER, si_pid="));
	talk_gives(talk, "signal(SIGUSR1, SIG_IGN)", "handler");
	talk_call(talk, "kill(%d, SIGUSR1)", (int)talk->pid);
}

static void a_signal_without_handler_ends_it(void **state)
{
	struct talk talk;
	int status;

	(void)state;
	talk_start(&talk, false);
	talk_send(&talk, "kill(%d, SIGUSR2)", (int)talk.pid);
	while (talk_next(&talk) != NULL)
		;
	status = talk_end(&talk);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGUSR2);
}

static void sigpipe_comes_before_epipe(void **state)
{
	struct talk *talk = *state;
	size_t before;

	talk_gives(talk, "socketpair(AF_UNIX, SOCK_STREAM, 0)", "0");
	talk_gives(talk, "close(4)", "0");
	for (int i = 0; i < 200; i++) {
		const struct event *call, *signal;

		before = talk->count;
		call = talk_call(talk, "send(3, \"x\", 1, 0)");
		assert_string_equal(call->call.error, "EPIPE");
		for (signal = talk->events + before; signal < call && signal->kind != EVENT_signal; signal++)
			;
		assert_ptr_not_equal(signal, call);
		assert_non_null(strstr(signal->signal.text, "--- SIGPIPE {si_signo=SIGPIPE, si_code=SI_USER, si_pid="));
	}
}

static void limits_of_the_process(void **state)
{
	struct talk *talk = *state;
	struct rlimit limit;
	char *traced = talk_status_of(talk->pid, "CoreDumping");

	assert_int_equal(prlimit(talk->pid, RLIMIT_CORE, NULL, &limit), 0);
	assert_int_equal(limit.rlim_max, 0);
	free(traced);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(first_socket_is_3, start, end),
		cmocka_unit_test_setup_teardown(a_connection_and_its_rows, start, end),
		cmocka_unit_test_setup_teardown(every_call_works_and_fails, start, end),
		cmocka_unit_test_setup_teardown(own_numbers_are_not_open, start, end),
		cmocka_unit_test_setup_teardown(poll_of_an_own_number_says_invalid, start, end),
		cmocka_unit_test_setup_teardown(numbers_beyond_the_limit_are_refused_as_by_the_kernel, start, end),
		cmocka_unit_test_setup_teardown(long_data_is_cut_and_counted, start, end),
		cmocka_unit_test_setup_teardown(a_cut_datagram_has_only_the_bytes_that_came, start, end),
		cmocka_unit_test_setup_teardown(syscalls_are_told_when_asked_for, start, end),
		cmocka_unit_test_setup_teardown(fds_tells_every_row_again, start, end),
		cmocka_unit_test_setup_teardown(a_copy_shares_the_row_s_changes, start, end),
		cmocka_unit_test_setup_teardown(a_change_from_outside_pokes, start, end),
		cmocka_unit_test_setup_teardown(mistakes_are_answered_and_it_goes_on, start, end),
		cmocka_unit_test_setup_teardown(a_mistake_has_its_column, start, end),
		cmocka_unit_test_setup_teardown(a_nul_byte_is_a_mistake, start, end),
		cmocka_unit_test_setup_teardown(a_line_of_one_mebibyte_is_a_line, start, end),
		cmocka_unit_test_setup_teardown(a_line_of_65_mebibytes_is_refused, start, end),
		cmocka_unit_test_setup_teardown(only_declared_descriptors_are_open, start, end),
		cmocka_unit_test(foreign_descriptors_are_closed),
		cmocka_unit_test(bye_is_answered),
		cmocka_unit_test(exit_tells_its_call_first),
		cmocka_unit_test(a_pipe_full_of_lines_is_served_to_its_end),
		cmocka_unit_test_setup_teardown(numbers_of_signals_lead_to_events, start, end),
		cmocka_unit_test(a_signal_without_handler_ends_it),
		cmocka_unit_test_setup_teardown(sigpipe_comes_before_epipe, start, end),
		cmocka_unit_test_setup_teardown(limits_of_the_process, start, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
