#include "observe_help.h"

#include <net/if.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "observe/fds.h"

static bool loopback_up(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool up = fd >= 0 && ioctl(fd, SIOCSIFFLAGS, &request) == 0;

	if (fd >= 0)
		close(fd);
	return up;
}

bool own_network(void)
{
	if (unshare(CLONE_NEWNET) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
		return false;
	if (!loopback_up())
		die("the loopback of a network namespace cannot be brought up");
	return true;
}

struct watch *watch_new(void)
{
	struct watch *watch = xcalloc(1, sizeof(*watch));

	text_init(&watch->message);
	if (!diag_open(&watch->diag, &watch->message))
		die("%s", watch->message.data);
	return watch;
}

void watch_free(struct watch *watch)
{
	diag_release(&watch->diag);
	text_release(&watch->message);
	free(watch);
}

struct address ip_address(const char *string)
{
	struct address address;

	assert_true(address_read_ip(&address, string));
	return address;
}

struct address loopback(int family)
{
	return ip_address(family == AF_INET ? "127.0.0.1" : "::1");
}

static struct address address_from(int (*ask)(int, struct sockaddr *, socklen_t *), int fd)
{
	struct address address = { .len = sizeof(address.storage) };

	assert_int_equal(ask(fd, &address.any, &address.len), 0);
	return address;
}

struct address local_of(int fd)
{
	return address_from(getsockname, fd);
}

struct address peer_of(int fd)
{
	return address_from(getpeername, fd);
}

uint64_t cookie_of(int fd)
{
	uint64_t cookie;
	socklen_t len = sizeof(cookie);

	assert_int_equal(getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &len), 0);
	return cookie;
}

int open_socket(int family, int type, int protocol)
{
	int fd = socket(family, type | SOCK_CLOEXEC, protocol);

	assert_true(fd >= 0);
	return fd;
}

void bind_to(int fd, struct address address)
{
	assert_int_equal(bind(fd, &address.any, address.len), 0);
}

void set_flag(int fd, int level, int option)
{
	int on = 1;

	assert_int_equal(setsockopt(fd, level, option, &on, sizeof(on)), 0);
}

int listen_on(struct address address, int backlog)
{
	int fd = open_socket(address.any.sa_family, SOCK_STREAM, 0);

	bind_to(fd, address);
	assert_int_equal(listen(fd, backlog), 0);
	return fd;
}

int connect_to(struct address address)
{
	int fd = open_socket(address.any.sa_family, SOCK_STREAM, 0);

	assert_int_equal(connect(fd, &address.any, address.len), 0);
	return fd;
}

struct diag_key tcp_key(struct address local, struct address peer)
{
	return (struct diag_key){ .protocol = IPPROTO_TCP, .local = local, .peer = peer };
}

struct connection connection_open(int family, int backlog)
{
	struct connection connection = { .server = -1 };
	struct address local, peer;

	connection.listener = listen_on(loopback(family), backlog);
	connection.client = connect_to(local_of(connection.listener));
	local = local_of(connection.client);
	peer = peer_of(connection.client);
	connection.client_key = tcp_key(local, peer);
	connection.server_key = tcp_key(peer, local);
	return connection;
}

void accept_one(struct connection *connection)
{
	connection->server = accept4(connection->listener, NULL, NULL, SOCK_CLOEXEC);
	assert_true(connection->server >= 0);
}

void connection_close(struct connection *connection)
{
	close(connection->listener);
	if (connection->client >= 0)
		close(connection->client);
	if (connection->server >= 0)
		close(connection->server);
}

struct diag_key key_of(int fd)
{
	int directory = fds_open();
	struct fd_facts facts;
	struct diag_key key;

	assert_true(directory >= 0);
	assert_true(fds_look(directory, fd, &facts));
	assert_true(fd_facts_key(&facts, &key));
	close(directory);
	return key;
}

struct socket_facts look(struct watch *watch, struct diag_key key)
{
	struct socket_facts facts;

	text_clear(&watch->message);
	assert_int_equal(diag_look(&watch->diag, &key, &facts, &watch->message), LOOK_FOUND);
	assert_string_equal(watch->message.data, "");
	return facts;
}

void assert_gone(struct watch *watch, struct diag_key key)
{
	struct socket_facts facts;

	text_clear(&watch->message);
	assert_int_equal(diag_look(&watch->diag, &key, &facts, &watch->message), LOOK_GONE);
	assert_string_equal(watch->message.data, "");
}

static time_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec;
}

/* Either is -1 for any. */
static struct socket_facts await(struct watch *watch, struct diag_key key, int socket_state, int timer)
{
	time_t end = now() + 10;
	struct socket_facts facts;

	do {
		text_clear(&watch->message);
		if (diag_look(&watch->diag, &key, &facts, &watch->message) == LOOK_FOUND &&
		    (socket_state < 0 || facts.state == socket_state) && (timer < 0 || (int)facts.timer == timer))
			return facts;
		sched_yield();
	} while (now() < end);
	fail_msg("never in state %d, timer %d: %s", socket_state, timer, watch->message.data);
	return facts;
}

struct socket_facts await_state(struct watch *watch, struct diag_key key, int socket_state)
{
	return await(watch, key, socket_state, -1);
}

struct socket_facts await_timer(struct watch *watch, struct diag_key key, enum socket_timer timer)
{
	return await(watch, key, -1, (int)timer);
}
