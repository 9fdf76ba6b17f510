/*
 * The descriptor table and the threads of this process, as src/observe sees them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "call/constants.h"
#include "observe/fds.h"
#include "observe/thread.h"
#include "observe_help.h"
#include "skip.h"

enum { BELOW = 900 };

struct fixture {
	int directory;
	struct fd_table table;
};

static int set_up(void **state)
{
	struct fixture *fixture = xcalloc(1, sizeof(*fixture));

	fixture->directory = fds_open();
	fd_table_init(&fixture->table);
	*state = fixture;
	return fixture->directory < 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	close(fixture->directory);
	fd_table_release(&fixture->table);
	free(fixture);
	return 0;
}

static struct fd_facts look_at(struct fixture *fixture, int fd)
{
	struct fd_facts facts;

	assert_true(fds_look(fixture->directory, fd, &facts));
	assert_int_equal(facts.fd, fd);
	return facts;
}

/* Looks at what it takes over, and closes it. */
static void assert_kind(struct fixture *fixture, int fd, enum fd_kind kind)
{
	assert_true(fd >= 0);
	assert_string_equal(fd_kind_name(look_at(fixture, fd).kind), fd_kind_name(kind));
	close(fd);
}

static void test_kinds_of_sockets(void **state)
{
	assert_kind(*state, open_socket(AF_INET, SOCK_STREAM, 0), FD_TCP);
	assert_kind(*state, open_socket(AF_INET6, SOCK_STREAM, 0), FD_TCP);
	assert_kind(*state, open_socket(AF_INET, SOCK_DGRAM, 0), FD_UDP);
	assert_kind(*state, open_socket(AF_UNIX, SOCK_STREAM, 0), FD_UNIX);
	assert_kind(*state, open_socket(AF_UNIX, SOCK_DGRAM, 0), FD_UNIX_DGRAM);
	assert_kind(*state, open_socket(AF_UNIX, SOCK_SEQPACKET, 0), FD_UNIX_SEQPACKET);
	assert_kind(*state, open_socket(AF_NETLINK, SOCK_RAW, 0), FD_NETLINK);
}

static void test_kinds_for_root(void **state)
{
	int fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);

	if (fd < 0)
		SKIP("raw sockets are for root");
	assert_kind(*state, fd, FD_RAW);
	assert_kind(*state, open_socket(AF_PACKET, SOCK_DGRAM, 0), FD_PACKET);
}

static void test_kinds_of_files(void **state)
{
	sigset_t signals;
	int ends[2], terminal = posix_openpt(O_RDWR | O_NOCTTY);

	sigemptyset(&signals);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_kind(*state, ends[0], FD_PIPE);
	assert_kind(*state, ends[1], FD_PIPE);
	assert_kind(*state, open("/dev/null", O_RDWR | O_CLOEXEC), FD_NULL);
	assert_kind(*state, open("/dev/zero", O_RDWR | O_CLOEXEC), FD_DEVICE);
	assert_kind(*state, open("/proc/self/stat", O_RDONLY | O_CLOEXEC), FD_FILE);
	assert_kind(*state, open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC), FD_DIRECTORY);
	assert_kind(*state, epoll_create1(EPOLL_CLOEXEC), FD_EPOLL);
	assert_kind(*state, eventfd(0, EFD_CLOEXEC), FD_EVENT);
	assert_kind(*state, signalfd(-1, &signals, SFD_CLOEXEC), FD_SIGNAL);
	assert_kind(*state, timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC), FD_TIMER);
	if (terminal >= 0)
		assert_kind(*state, terminal, FD_TTY);
}

static void test_flags_and_target(void **state)
{
	int fd = open("/dev/null", O_WRONLY | O_NONBLOCK);
	struct fd_facts facts = look_at(*state, fd);

	assert_true(facts.nonblocking);
	assert_false(facts.close_on_exec);
	assert_int_equal(facts.access, O_WRONLY);
	assert_string_equal(facts.target, "/dev/null");
	assert_false(facts.is_socket);
	fcntl(fd, F_SETFL, 0);
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	facts = look_at(*state, fd);
	assert_false(facts.nonblocking);
	assert_true(facts.close_on_exec);
	close(fd);
	assert_false(fds_look(((struct fixture *)*state)->directory, fd, &facts));
}

static void test_sockets_addresses_and_state(void **state)
{
	struct connection connection = connection_open(AF_INET6, 2);
	struct fd_facts listener = look_at(*state, connection.listener);
	struct fd_facts client = look_at(*state, connection.client);

	assert_true(listener.listening);
	assert_int_equal(listener.tcp_state, STATE_LISTEN);
	assert_int_equal(listener.peer.len, 0);
	assert_false(client.listening);
	assert_int_equal(client.family, AF_INET6);
	assert_int_equal(client.type, SOCK_STREAM);
	assert_int_equal(client.protocol, IPPROTO_TCP);
	assert_int_equal(client.tcp_state, STATE_ESTABLISHED);
	assert_true(client.cookie == cookie_of(connection.client));
	assert_true(address_equal(&client.peer, &listener.local));
	assert_true(client.inode != 0);
	connection_close(&connection);
}

static void test_key_of_what_cannot_be_asked(void **state)
{
	int netlink = open_socket(AF_NETLINK, SOCK_RAW, 0);
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct fd_facts facts;
	struct diag_key key;

	facts = look_at(*state, netlink);
	assert_false(fd_facts_key(&facts, &key));
	facts = look_at(*state, null);
	assert_false(fd_facts_key(&facts, &key));
	close(netlink);
	close(null);
}

/* The scan */

static void test_scan_changes_nothing(void **state)
{
	struct fixture *fixture = *state;
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct rlimit before, full;
	bool scanned;

	/* Not one more descriptor can be had. */
	getrlimit(RLIMIT_NOFILE, &before);
	full = before;
	full.rlim_cur = 0;
	setrlimit(RLIMIT_NOFILE, &full);
	scanned = fds_scan(fixture->directory, BELOW, &fixture->table);
	setrlimit(RLIMIT_NOFILE, &before);
	assert_true(scanned);
	assert_non_null(fd_table_find(&fixture->table, fd));
	assert_null(fd_table_find(&fixture->table, fixture->directory));
	assert_null(fd_table_find(&fixture->table, -1));
	close(fd);
	assert_true(fds_scan(fixture->directory, BELOW, &fixture->table));
	assert_null(fd_table_find(&fixture->table, fd));
}

static void test_scan_of_many_stops_at_the_limit(void **state)
{
	enum { MANY = 300, FIRST = 100 };
	struct fixture *fixture = *state;

	for (int fd = FIRST; fd < FIRST + MANY; fd++)
		assert_int_equal(dup2(0, fd), fd);
	assert_true(fds_scan(fixture->directory, FIRST + MANY - 1, &fixture->table));
	for (int fd = FIRST; fd < FIRST + MANY - 1; fd++)
		assert_non_null(fd_table_find(&fixture->table, fd));
	assert_null(fd_table_find(&fixture->table, FIRST + MANY - 1));
	for (size_t i = 1; i < fixture->table.count; i++)
		assert_true(fixture->table.fds[i - 1].fd < fixture->table.fds[i].fd);
	for (int fd = FIRST; fd < FIRST + MANY; fd++)
		close(fd);
}

static void test_scan_of_no_directory(void **state)
{
	struct fixture *fixture = *state;
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	assert_false(fds_scan(fd, BELOW, &fixture->table));
	assert_int_equal(errno, ENOTDIR);
	assert_int_equal(fixture->table.count, 0);
	close(fd);
}

/* Differences, written down as "+4 ~5 -6 ". */

static void on_opened(void *context, const struct fd_facts *now)
{
	text_addf(context, "+%d ", now->fd);
}

static void on_changed(void *context, const struct fd_facts *before, const struct fd_facts *now)
{
	assert_int_equal(before->fd, now->fd);
	text_addf(context, "~%d ", now->fd);
}

static void on_closed(void *context, const struct fd_facts *before)
{
	text_addf(context, "-%d ", before->fd);
}

static void assert_diff(struct fixture *fixture, const char *expected)
{
	struct fd_table now;
	struct text text;
	const struct fd_table_changes changes = { on_opened, on_changed, on_closed, &text };
	const struct fd_table_changes nobody = { .context = NULL };

	text_init(&text);
	fd_table_init(&now);
	assert_true(fds_scan(fixture->directory, BELOW, &now));
	fd_table_diff(&fixture->table, &now, &changes);
	assert_string_equal(text.data, expected);
	fd_table_diff(&fixture->table, &now, &nobody);
	fd_table_release(&fixture->table);
	fixture->table = now;
	text_release(&text);
}

static void test_another_pipe_under_the_same_number(void **state)
{
	struct fixture *fixture = *state;
	int first[2], second[2];

	assert_int_equal(pipe2(first, O_CLOEXEC), 0);
	assert_int_equal(pipe2(second, O_CLOEXEC), 0);
	assert_int_equal(dup2(first[0], 500), 500);
	assert_true(fds_scan(fixture->directory, BELOW, &fixture->table));
	assert_int_equal(dup2(second[0], 500), 500);
	assert_diff(fixture, "-500 +500 ");
	close(500);
	for (size_t i = 0; i < 2; i++) {
		close(first[i]);
		close(second[i]);
	}
}

static void test_differences(void **state)
{
	struct fixture *fixture = *state;
	struct address address = loopback(AF_INET);
	int fd = 500, socket_fd = open_socket(AF_INET, SOCK_STREAM, 0);

	assert_true(fds_scan(fixture->directory, BELOW, &fixture->table));
	assert_diff(fixture, "");
	assert_int_equal(dup2(socket_fd, fd), fd);
	close(socket_fd);
	assert_true(fds_scan(fixture->directory, BELOW, &fixture->table));
	assert_int_equal(bind(fd, &address.any, address.len), 0);
	assert_diff(fixture, "~500 ");
	assert_int_equal(listen(fd, 1), 0);
	assert_diff(fixture, "~500 ");
	assert_int_equal(dup2(fd, 400), 400);
	assert_int_equal(dup2(fd, 600), 600);
	assert_diff(fixture, "+400 +600 ");
	/* The same number, another thing; and another socket of the same kind. */
	assert_int_equal(dup2(0, 600), 600);
	close(400);
	assert_diff(fixture, "-400 -600 +600 ");
	socket_fd = open_socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(dup2(socket_fd, fd), fd);
	close(socket_fd);
	close(600);
	assert_diff(fixture, "-500 +500 -600 ");
	close(fd);
	assert_diff(fixture, "-500 ");
}

/* Threads */

struct sleeper {
	int pipe[2];
	int stat, call;
	int ready; /* an eventfd */
};

static void *sleep_in_read(void *context)
{
	struct sleeper *sleeper = context;
	uint64_t one = 1;
	char byte;

	sleeper->stat = thread_open_stat();
	sleeper->call = thread_open_syscall();
	if (write(sleeper->ready, &one, sizeof(one)) != sizeof(one))
		return NULL;
	return read(sleeper->pipe[0], &byte, 1) == 1 ? context : NULL;
}

/* The kernel tells who joins a thread a moment before it takes the thread out of /proc. */
static bool vanishes(struct sleeper *sleeper)
{
	time_t end = time(NULL) + 10;
	struct thread_facts facts;

	while (time(NULL) < end) {
		if (!thread_look(sleeper->stat, sleeper->call, &facts))
			return true;
		sched_yield();
	}
	return false;
}

/* Until it sleeps in that call, 10 s at most. */
static bool falls_asleep(struct sleeper *sleeper, long call)
{
	time_t end = time(NULL) + 10;
	struct thread_facts facts;

	while (time(NULL) < end) {
		assert_true(thread_look(sleeper->stat, sleeper->call, &facts));
		if (thread_sleeps_in(&facts, call))
			return true;
		sched_yield();
	}
	return false;
}

static void test_thread_asleep_in_its_call(void **state)
{
	struct sleeper sleeper = { .ready = eventfd(0, EFD_CLOEXEC) };
	struct thread_facts facts;
	pthread_t thread;
	uint64_t count;
	void *result;

	(void)state;
	assert_int_equal(pipe2(sleeper.pipe, O_CLOEXEC), 0);
	assert_int_equal(pthread_create(&thread, NULL, sleep_in_read, &sleeper), 0);
	assert_int_equal(read(sleeper.ready, &count, sizeof(count)), sizeof(count));
	assert_true(falls_asleep(&sleeper, SYS_read));
	assert_true(thread_look(sleeper.stat, sleeper.call, &facts));
	assert_false(thread_sleeps_in(&facts, SYS_write));
	assert_int_equal(write(sleeper.pipe[1], "x", 1), 1);
	assert_int_equal(pthread_join(thread, &result), 0);
	assert_ptr_equal(result, &sleeper);
	/* It is gone, and its files say so. */
	assert_true(vanishes(&sleeper));
	close(sleeper.stat);
	close(sleeper.call);
	close(sleeper.pipe[0]);
	close(sleeper.pipe[1]);
	close(sleeper.ready);
}

struct spinner {
	atomic_bool ready, stop;
	int stat, call;
};

static void *spin(void *context)
{
	struct spinner *spinner = context;

	spinner->stat = thread_open_stat();
	spinner->call = thread_open_syscall();
	spinner->ready = true;
	while (!spinner->stop)
		continue;
	return NULL;
}

static void test_running_thread(void **state)
{
	struct spinner spinner = { .stat = -1, .call = -1 };
	struct thread_facts facts;
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, spin, &spinner), 0);
	while (!spinner.ready)
		sched_yield();
	/* It may still be on its way out of the system call before. */
	do
		assert_true(thread_look(spinner.stat, spinner.call, &facts));
	while (facts.syscall != SYSCALL_RUNNING);
	assert_int_equal(facts.state, 'R');
	assert_false(thread_sleeps_in(&facts, SYSCALL_RUNNING));
	spinner.stop = true;
	pthread_join(thread, NULL);
	close(spinner.stat);
	close(spinner.call);
}

/* Who waits for a page or a lock is in the same call, and yet not blocked in it. */
static void test_thread_sleep(void **state)
{
	struct thread_facts facts = { .state = 'S', .syscall = SYS_sendto };

	(void)state;
	assert_true(thread_sleeps_in(&facts, SYS_sendto));
	assert_false(thread_sleeps_in(&facts, SYS_recvfrom));
	facts.state = 'D';
	assert_false(thread_sleeps_in(&facts, SYS_sendto));
	facts.state = 'R';
	assert_false(thread_sleeps_in(&facts, SYS_sendto));
}

static void test_thread_texts(void **state)
{
	long number;

	(void)state;
	assert_int_equal(thread_parse_state("12 (name) S 1 2 3"), 'S');
	assert_int_equal(thread_parse_state("12 (a) R (b)) D 1 2 3"), 'D');
	assert_int_equal(thread_parse_state("12 (a\n) S) t 1"), 't');
	assert_int_equal(thread_parse_state("12 name"), 0);
	assert_int_equal(thread_parse_state("12 (name)"), 0);
	assert_int_equal(thread_parse_state("12 (name) "), 0);
	assert_true(thread_parse_syscall("running\n", &number));
	assert_int_equal(number, SYSCALL_RUNNING);
	assert_true(thread_parse_syscall("-1 0x7ffd 0x7f00\n", &number));
	assert_int_equal(number, SYSCALL_NONE);
	assert_true(thread_parse_syscall("43 0x3 0x0 0x0 0x0 0x0 0x0 0x7ffd 0x7f00\n", &number));
	assert_int_equal(number, 43);
	assert_false(thread_parse_syscall("", &number));
	assert_false(thread_parse_syscall("-2 0x0", &number));
	assert_false(thread_parse_syscall("0x3", &number));
	assert_false(thread_parse_syscall("99999999999999999999 0x0", &number));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds_of_sockets),
		cmocka_unit_test(test_kinds_for_root),
		cmocka_unit_test(test_kinds_of_files),
		cmocka_unit_test(test_flags_and_target),
		cmocka_unit_test(test_sockets_addresses_and_state),
		cmocka_unit_test(test_key_of_what_cannot_be_asked),
		cmocka_unit_test(test_scan_changes_nothing),
		cmocka_unit_test(test_scan_of_many_stops_at_the_limit),
		cmocka_unit_test(test_scan_of_no_directory),
		cmocka_unit_test(test_another_pipe_under_the_same_number),
		cmocka_unit_test(test_differences),
		cmocka_unit_test(test_thread_asleep_in_its_call),
		cmocka_unit_test(test_running_thread),
		cmocka_unit_test(test_thread_texts),
		cmocka_unit_test(test_thread_sleep),
	};

	own_network();
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
