/*
 * What sock_diag says of true sockets, made here on loopback and brought into every state that loopback reaches.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "call/constants.h"
#include "observe_help.h"
#include "skip.h"

enum { TIME_WAIT_MS = 60000 };

static int set_up(void **state)
{
	own_network();
	*state = watch_new();
	return 0;
}

static int tear_down(void **state)
{
	watch_free(*state);
	return 0;
}

/* Lets a non-blocking socket's connect or bind fail where it must. */
static int connect_soon(struct address address)
{
	int fd = open_socket(address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK, 0);

	assert_int_equal(connect(fd, &address.any, address.len), -1);
	assert_int_equal(errno, EINPROGRESS);
	return fd;
}

/* TCP */

static void test_listener_counts_its_queue(void **state)
{
	int listener = listen_on(loopback(AF_INET), 3);
	struct socket_facts facts = look(*state, key_of(listener));
	int first, second;

	assert_int_equal(facts.state, STATE_LISTEN);
	assert_int_equal(facts.recvq, 0);
	assert_int_equal(facts.sendq, 3);
	assert_true(facts.cookie == cookie_of(listener));
	assert_true(facts.inode != 0);
	first = connect_to(local_of(listener));
	second = connect_to(local_of(listener));
	facts = look(*state, key_of(listener));
	assert_int_equal(facts.recvq, 2);
	close(first);
	close(second);
	close(listener);
	assert_gone(*state, facts_key(&facts));
}

static void established_in(struct watch *watch, int family)
{
	struct connection connection = connection_open(family, 3);
	struct socket_facts client = look(watch, connection.client_key);
	struct socket_facts waiting = look(watch, connection.server_key);
	struct socket_facts accepted;

	assert_int_equal(client.family, family);
	assert_int_equal(client.type, SOCK_STREAM);
	assert_int_equal(client.state, STATE_ESTABLISHED);
	assert_true(address_equal(&client.local, &connection.client_key.local));
	assert_true(address_equal(&client.peer, &connection.client_key.peer));
	assert_int_equal(client.uid, getuid());
	/* Nobody accepted it: no descriptor, no inode. */
	assert_int_equal(waiting.state, STATE_ESTABLISHED);
	assert_int_equal(waiting.inode, 0);
	accept_one(&connection);
	accepted = look(watch, connection.server_key);
	assert_true(accepted.inode != 0);
	assert_true(accepted.cookie == waiting.cookie);
	assert_true(accepted.cookie == cookie_of(connection.server));
	connection_close(&connection);
}

static void test_established_and_waiting_for_accept(void **state)
{
	established_in(*state, AF_INET);
	established_in(*state, AF_INET6);
}

static void test_queues_count_bytes(void **state)
{
	struct connection connection = connection_open(AF_INET, 3);

	accept_one(&connection);
	assert_int_equal(send(connection.client, "hello", 5, 0), 5);
	assert_int_equal(await_state(*state, connection.server_key, STATE_ESTABLISHED).recvq, 5);
	shutdown(connection.client, SHUT_WR);
	assert_int_equal(await_state(*state, connection.server_key, STATE_CLOSE_WAIT).recvq, 6);
	connection_close(&connection);
}

static void test_close_until_time_wait(void **state)
{
	struct connection connection = connection_open(AF_INET, 3);
	uint64_t cookie = cookie_of(connection.client);
	struct socket_facts facts;

	accept_one(&connection);
	shutdown(connection.client, SHUT_WR);
	facts = await_state(*state, connection.client_key, STATE_FIN_WAIT2);
	assert_true(facts.has_shutdown);
	assert_int_equal(facts.shutdown, 2);
	assert_int_equal(look(*state, connection.server_key).state, STATE_CLOSE_WAIT);
	close(connection.server);
	connection.server = -1;
	facts = await_state(*state, connection.client_key, STATE_TIME_WAIT);
	assert_int_equal(facts.timer, TIMER_TIME_WAIT);
	assert_in_range(facts.timer_left, 1, TIME_WAIT_MS);
	/* The descriptor is still open, but the TIME_WAIT is not its socket any more. */
	assert_int_equal(facts.inode, 0);
	assert_true(facts.cookie == cookie);
	assert_gone(*state, connection.server_key);
	connection_close(&connection);
}

static void test_orphan(void **state)
{
	struct connection connection = connection_open(AF_INET, 3);
	struct diag_key key = connection.client_key;
	struct socket_facts facts;

	accept_one(&connection);
	key.cookie = cookie_of(connection.client);
	close(connection.client);
	connection.client = -1;
	facts = await_state(*state, key, STATE_FIN_WAIT2);
	assert_int_equal(facts.inode, 0);
	assert_true(facts.timer == TIMER_TIME_WAIT || facts.timer == TIMER_KEEPALIVE);
	assert_true(facts.timer_left > 0);
	connection_close(&connection);
}

/* The kernel answers an exact look-up of a vanished pair with the listener. */
static void test_vanished_pair_is_not_the_listener(void **state)
{
	struct linger reset = { .l_onoff = 1 };
	struct connection connection = connection_open(AF_INET, 3);

	accept_one(&connection);
	assert_int_equal(setsockopt(connection.client, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)), 0);
	close(connection.client);
	close(connection.server);
	connection.client = connection.server = -1;
	assert_gone(*state, connection.client_key);
	assert_gone(*state, connection.server_key);
	assert_int_equal(look(*state, key_of(connection.listener)).state, STATE_LISTEN);
	connection_close(&connection);
}

static void test_another_cookie_is_another_socket(void **state)
{
	struct connection connection = connection_open(AF_INET, 3);
	struct diag_key key = connection.client_key;

	key.cookie = cookie_of(connection.client);
	look(*state, key);
	key.cookie++;
	assert_gone(*state, key);
	key = key_of(connection.listener);
	key.cookie++;
	assert_gone(*state, key);
	connection_close(&connection);
}

static void test_mapped_client_of_a_dual_stack_listener(void **state)
{
	int listener = listen_on(address_any(AF_INET6, 0), 3);
	struct address bound = local_of(listener);
	struct address target = address_of_in(loopback(AF_INET).in.sin_addr, address_port(&bound));
	int client = connect_to(target);
	struct address local = local_of(client);
	struct socket_facts plain = look(*state, tcp_key(target, local));
	struct socket_facts again;

	assert_int_equal(plain.family, AF_INET6);
	assert_int_equal(plain.local.any.sa_family, AF_INET6);
	again = look(*state, facts_key(&plain));
	assert_true(again.cookie == plain.cookie);
	assert_int_equal(look(*state, tcp_key(local, target)).family, AF_INET);
	close(client);
	close(listener);
}

static void test_syn_recv(void **state)
{
	int listener = listen_on(loopback(AF_INET), 3);
	struct socket_facts facts, accepted;
	int seconds = 30, client;

	/* With it the kernel lets the handshake's last segment pass unheeded until data comes (tcp(7)). */
	assert_int_equal(setsockopt(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds, sizeof(seconds)), 0);
	client = connect_to(local_of(listener));
	facts = look(*state, tcp_key(peer_of(client), local_of(client)));
	assert_int_equal(facts.state, STATE_SYN_RECV);
	assert_int_equal(facts.inode, 0);
	assert_int_equal(facts.timer, TIMER_RETRANSMIT);
	assert_int_equal(send(client, "x", 1, 0), 1);
	accepted = await_state(*state, facts_key(&facts), STATE_ESTABLISHED);
	assert_true(accepted.cookie == facts.cookie);
	close(client);
	close(listener);
}

/* A backlog of 0 lets one connection wait; the next one's SYN stays unanswered. */
static void test_syn_sent(void **state)
{
	struct connection connection = connection_open(AF_INET, 0);
	int second = connect_soon(local_of(connection.listener));
	struct socket_facts facts = await_state(*state, key_of(second), STATE_SYN_SENT);

	assert_int_equal(facts.timer, TIMER_RETRANSMIT);
	assert_true(facts.timer_left > 0);
	assert_int_equal(facts.sendq, 1);
	/* Whoever knows where connect() went finds it by that. */
	look(*state, tcp_key(local_of(second), local_of(connection.listener)));
	close(second);
	connection_close(&connection);
}

static void test_timers(void **state)
{
	static const char block[65536];
	struct connection connection = connection_open(AF_INET, 3);

	assert_int_equal(look(*state, connection.client_key).timer, TIMER_NONE);
	set_flag(connection.client, SOL_SOCKET, SO_KEEPALIVE);
	assert_int_equal(look(*state, connection.client_key).timer, TIMER_KEEPALIVE);
	/* Nobody reads: the window closes, and the client asks again and again whether it has opened. */
	while (send(connection.client, block, sizeof(block), MSG_DONTWAIT) > 0)
		continue;
	assert_true(await_timer(*state, connection.client_key, TIMER_PERSIST).sendq > 0);
	connection_close(&connection);
}

static void test_bound_but_not_listening(void **state)
{
	struct watch *watch = *state;
	int fd = open_socket(AF_INET, SOCK_STREAM, 0);
	struct diag_key key = key_of(fd);
	struct socket_facts facts;

	assert_int_equal(diag_look(&watch->diag, &key, &facts, &watch->message), LOOK_UNKNOWN);
	assert_non_null(strstr(watch->message.data, "port"));
	bind_to(fd, loopback(AF_INET));
	if (watch->diag.lists_bound)
		assert_int_equal(look(watch, key_of(fd)).state, STATE_CLOSED);
	else
		assert_gone(watch, key_of(fd));
	close(fd);
}

static void test_unknown_peer(void **state)
{
	struct connection connection = connection_open(AF_INET, 3);
	struct diag_key key = connection.client_key;
	struct socket_facts facts;

	key.peer_unknown = true;
	key.peer = loopback(AF_INET6);
	key.cookie = cookie_of(connection.client);
	facts = look(*state, key);
	assert_true(address_equal(&facts.peer, &connection.client_key.peer));
	key.cookie++;
	assert_gone(*state, key);
	connection_close(&connection);
}

/* Two sockets that differ by their cookie only. */
static void shared_addresses(struct watch *watch, int type)
{
	int fds[8];
	struct address address = loopback(AF_INET);

	for (size_t i = 0; i < COUNT_OF(fds); i++) {
		fds[i] = open_socket(AF_INET, type, 0);
		set_flag(fds[i], SOL_SOCKET, SO_REUSEPORT);
		bind_to(fds[i], address);
		address = local_of(fds[i]);
		if (type == SOCK_STREAM)
			assert_int_equal(listen(fds[i], 1), 0);
	}
	for (size_t i = 0; i < COUNT_OF(fds); i++)
		assert_true(look(watch, key_of(fds[i])).cookie == cookie_of(fds[i]));
	for (size_t i = 0; i < COUNT_OF(fds); i++)
		close(fds[i]);
}

static void test_shared_port(void **state)
{
	shared_addresses(*state, SOCK_STREAM);
	shared_addresses(*state, SOCK_DGRAM);
}

static void test_detail(void **state)
{
	struct connection connection = connection_open(AF_INET6, 3);
	struct diag_key key = connection.client_key;
	struct socket_facts facts = look(*state, key);

	assert_int_equal(facts.tcp_len, 0);
	key.detail = true;
	facts = look(*state, key);
	/* What Linux 5.10 tells; call/constants.h has its STATE_ESTABLISHED in the first byte. */
	assert_true(TCP_FACTS_HAS(snd_wnd, facts.tcp_len));
	assert_int_equal(facts.tcp.state, STATE_ESTABLISHED);
	assert_true(facts.memory_count >= MEMORY_DROPS);
	assert_true(facts.congestion[0] != '\0');
	assert_true(facts.has_tos && facts.has_tclass);
	connection_close(&connection);
}

/* UDP */

static void test_udp_unconnected(void **state)
{
	static const char *const addresses[] = { "127.0.0.1", "0.0.0.0", "::1", "::" };

	for (size_t i = 0; i < COUNT_OF(addresses); i++) {
		struct address address = ip_address(addresses[i]);
		int fd = open_socket(address.any.sa_family, SOCK_DGRAM, 0);
		struct socket_facts facts;

		bind_to(fd, address);
		facts = look(*state, key_of(fd));
		assert_int_equal(facts.protocol, IPPROTO_UDP);
		assert_int_equal(facts.state, STATE_CLOSED);
		assert_true(facts.cookie == cookie_of(fd));
		assert_int_equal(address_port(&facts.peer), 0);
		close(fd);
		assert_gone(*state, facts_key(&facts));
	}
}

static void udp_connected(struct watch *watch, int family, struct address server_address)
{
	int server = open_socket(server_address.any.sa_family, SOCK_DGRAM, 0);
	int client = open_socket(family, SOCK_DGRAM, 0);
	struct address target;
	struct socket_facts facts;

	bind_to(server, server_address);
	target = local_of(server);
	assert_int_equal(connect(client, &target.any, target.len), 0);
	facts = look(watch, key_of(client));
	assert_int_equal(facts.state, STATE_ESTABLISHED);
	assert_true(facts.cookie == cookie_of(client));
	assert_true(facts_same_address(&facts.peer, &target));
	assert_int_equal(send(client, "hello", 5, 0), 5);
	/* A datagram counts with its overhead. */
	assert_true(look(watch, key_of(server)).recvq >= 5);
	close(client);
	assert_gone(watch, facts_key(&facts));
	close(server);
}

static void test_udp_connected(void **state)
{
	udp_connected(*state, AF_INET, loopback(AF_INET));
	udp_connected(*state, AF_INET6, loopback(AF_INET6));
	udp_connected(*state, AF_INET6, ip_address("::ffff:127.0.0.1"));
}

/* UNIX */

static void test_unix_pair(void **state)
{
	struct socket_facts a, b;
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	assert_int_equal(write(pair[0], "abc", 3), 3);
	a = look(*state, key_of(pair[0]));
	b = look(*state, key_of(pair[1]));
	assert_int_equal(a.family, AF_UNIX);
	assert_int_equal(a.state, STATE_ESTABLISHED);
	assert_true(a.has_peer_inode && a.peer_inode == b.inode);
	assert_true(b.has_peer_inode && b.peer_inode == a.inode);
	assert_int_equal(b.recvq, 3);
	assert_true(a.cookie == cookie_of(pair[0]));
	close(pair[0]);
	assert_gone(*state, facts_key(&a));
	close(pair[1]);
}

/* An abstract name that holds a NUL and is this process's own. */
static struct address abstract_name(void)
{
	struct address address = { .un = { .sun_family = AF_UNIX } };
	char name[32] = { 'a', '\0', 'b' };

	memcpy(name + 3, &(pid_t){ getpid() }, sizeof(pid_t));
	memcpy(address.un.sun_path + 1, name, sizeof(name));
	address.len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + sizeof(name));
	return address;
}

static void test_unix_listener(void **state)
{
	struct address address = abstract_name();
	int listener = open_socket(AF_UNIX, SOCK_STREAM, 0);
	int client = open_socket(AF_UNIX, SOCK_STREAM, 0);
	struct diag_key key;
	struct socket_facts facts;

	bind_to(listener, address);
	assert_int_equal(listen(listener, 7), 0);
	assert_int_equal(connect(client, &address.any, address.len), 0);
	key = key_of(listener);
	key.detail = true;
	facts = look(*state, key);
	assert_int_equal(facts.state, STATE_LISTEN);
	assert_int_equal(facts.recvq, 1);
	assert_int_equal(facts.sendq, 7);
	assert_true(facts.has_pending && facts.pending == 1);
	assert_true(address_equal(&facts.local, &address));
	close(client);
	close(listener);
}

static void test_unix_path_and_datagram(void **state)
{
	char directory[] = "/tmp/sockstep-test-XXXXXX";
	struct address address = { .un = { .sun_family = AF_UNIX }, .len = sizeof(address.un) };
	int fd = open_socket(AF_UNIX, SOCK_DGRAM, 0);
	struct diag_key key;
	struct socket_facts facts;

	assert_non_null(mkdtemp(directory));
	snprintf(address.un.sun_path, sizeof(address.un.sun_path), "%s/s", directory);
	bind_to(fd, address);
	key = key_of(fd);
	key.detail = true;
	facts = look(*state, key);
	assert_int_equal(facts.type, SOCK_DGRAM);
	assert_string_equal(facts.local.un.sun_path, address.un.sun_path);
	assert_true(facts.has_vfs && facts.vfs_inode != 0);
	key.inode = 0;
	text_clear(&((struct watch *)*state)->message);
	assert_int_equal(diag_look(&((struct watch *)*state)->diag, &key, &facts, &((struct watch *)*state)->message),
			 LOOK_UNKNOWN);
	close(fd);
	unlink(address.un.sun_path);
	rmdir(directory);
}

/* Raw */

static void raw_in(struct watch *watch, int family, int protocol)
{
	int fd = socket(family, SOCK_RAW | SOCK_CLOEXEC, protocol);
	struct socket_facts facts;

	if (fd < 0 && errno == EPERM)
		SKIP("raw sockets are for root");
	assert_true(fd >= 0);
	bind_to(fd, loopback(family));
	facts = look(watch, key_of(fd));
	assert_int_equal(facts.protocol, IPPROTO_RAW);
	assert_int_equal(facts.raw_protocol, protocol);
	assert_int_equal(facts.family, family);
	assert_true(facts_same_address(&facts.local, (struct address[]){ local_of(fd) }));
	close(fd);
	assert_gone(watch, facts_key(&facts));
}

static void test_raw(void **state)
{
	raw_in(*state, AF_INET, IPPROTO_ICMP);
	raw_in(*state, AF_INET6, IPPROTO_ICMPV6);
}

/* Dumps */

struct counted {
	uint64_t wanted; /* a cookie */
	size_t all, of_wanted, listening;
};

static void count_socket(void *context, const struct socket_facts *facts)
{
	struct counted *counted = context;

	counted->all++;
	counted->of_wanted += facts->cookie == counted->wanted;
	counted->listening += facts->state == STATE_LISTEN;
}

static struct counted dump(struct watch *watch, struct diag_filter filter, uint64_t wanted)
{
	struct counted counted = { .wanted = wanted };
	struct diag_visitor visitor = { .socket = count_socket, .context = &counted };

	text_clear(&watch->message);
	assert_int_equal(diag_dump(&watch->diag, &filter, &visitor, &watch->message), DUMP_COMPLETE);
	return counted;
}

static void test_dump_by_port_and_state(void **state)
{
	struct connection connection = connection_open(AF_INET, 3);
	uint64_t cookie = cookie_of(connection.client);
	struct diag_filter filter = { .protocol = IPPROTO_TCP };
	struct counted counted = dump(*state, filter, cookie);

	assert_int_equal(counted.of_wanted, 1);
	filter.local_port = address_port(&connection.client_key.local);
	counted = dump(*state, filter, cookie);
	assert_int_equal(counted.all, 1);
	assert_int_equal(counted.of_wanted, 1);
	filter.local_port = address_port(&connection.server_key.local);
	counted = dump(*state, filter, cookie);
	assert_int_equal(counted.all, 2);
	assert_int_equal(counted.listening, 1);
	filter.states = 1U << STATE_LISTEN;
	assert_int_equal(dump(*state, filter, cookie).all, 1);
	filter.family = AF_INET6;
	assert_int_equal(dump(*state, filter, cookie).all, 0);
	connection_close(&connection);
}

/* More than one packet holds; a small buffer once lost most of them without a word. */
static void test_dump_of_many(void **state)
{
	enum { MANY = 900 };
	struct rlimit limit = { .rlim_cur = MANY + 100, .rlim_max = MANY + 100 }, before;
	int fds[MANY];

	getrlimit(RLIMIT_NOFILE, &before);
	limit.rlim_max = before.rlim_max;
	if (before.rlim_max < limit.rlim_cur)
		SKIP("so many descriptors may not be open");
	setrlimit(RLIMIT_NOFILE, &limit);
	for (size_t i = 0; i < MANY; i++) {
		fds[i] = open_socket(AF_INET, SOCK_DGRAM, 0);
		bind_to(fds[i], loopback(AF_INET));
	}
	assert_true(dump(*state, (struct diag_filter){ .protocol = IPPROTO_UDP }, 0).all >= MANY);
	for (size_t i = 0; i < MANY; i++)
		close(fds[i]);
	setrlimit(RLIMIT_NOFILE, &before);
}

static void test_dump_of_unix(void **state)
{
	int fd = open_socket(AF_UNIX, SOCK_SEQPACKET, 0);

	assert_int_equal(dump(*state, (struct diag_filter){ .protocol = 0 }, cookie_of(fd)).of_wanted, 1);
	close(fd);
}

/* Where it is asked from, and when it cannot be */

/* In a child, since a namespace is for life: the socket looks into the one it was opened in. */
static int look_from_elsewhere(struct watch *watch, int listener)
{
	struct diag_key key = key_of(listener);
	struct socket_facts facts;
	struct watch *inside;

	if (!own_network())
		return 77;
	inside = watch_new();
	if (diag_look(&watch->diag, &key, &facts, &watch->message) != LOOK_FOUND)
		return 1;
	if (diag_look(&inside->diag, &key, &facts, &inside->message) != LOOK_GONE)
		return 2;
	watch_free(inside);
	return 0;
}

static void test_another_namespace(void **state)
{
	int listener = listen_on(loopback(AF_INET), 1);
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0)
		_exit(look_from_elsewhere(*state, listener));
	assert_int_equal(waitpid(child, &status, 0), child);
	close(listener);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		SKIP("no network namespace can be made here");
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void test_no_descriptor_left(void **state)
{
	struct rlimit before, none;
	struct text message;
	struct diag diag;

	(void)state;
	text_init(&message);
	getrlimit(RLIMIT_NOFILE, &before);
	none = before;
	none.rlim_cur = 0;
	setrlimit(RLIMIT_NOFILE, &none);
	assert_false(diag_open(&diag, &message));
	setrlimit(RLIMIT_NOFILE, &before);
	assert_non_null(strstr(message.data, strerror(EMFILE)));
	text_release(&message);
}

static void test_protocol_nobody_knows(void **state)
{
	struct watch *watch = *state;
	struct diag_key key = { .protocol = 132, .local = loopback(AF_INET), .peer = loopback(AF_INET) };
	struct socket_facts facts;

	text_clear(&watch->message);
	assert_int_equal(diag_look(&watch->diag, &key, &facts, &watch->message), LOOK_UNKNOWN);
	assert_non_null(strstr(watch->message.data, "132"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_listener_counts_its_queue),
		cmocka_unit_test(test_established_and_waiting_for_accept),
		cmocka_unit_test(test_queues_count_bytes),
		cmocka_unit_test(test_close_until_time_wait),
		cmocka_unit_test(test_orphan),
		cmocka_unit_test(test_vanished_pair_is_not_the_listener),
		cmocka_unit_test(test_another_cookie_is_another_socket),
		cmocka_unit_test(test_mapped_client_of_a_dual_stack_listener),
		cmocka_unit_test(test_syn_recv),
		cmocka_unit_test(test_syn_sent),
		cmocka_unit_test(test_timers),
		cmocka_unit_test(test_bound_but_not_listening),
		cmocka_unit_test(test_unknown_peer),
		cmocka_unit_test(test_shared_port),
		cmocka_unit_test(test_detail),
		cmocka_unit_test(test_udp_unconnected),
		cmocka_unit_test(test_udp_connected),
		cmocka_unit_test(test_unix_pair),
		cmocka_unit_test(test_unix_listener),
		cmocka_unit_test(test_unix_path_and_datagram),
		cmocka_unit_test(test_raw),
		cmocka_unit_test(test_dump_by_port_and_state),
		cmocka_unit_test(test_dump_of_many),
		cmocka_unit_test(test_dump_of_unix),
		cmocka_unit_test(test_another_namespace),
		cmocka_unit_test(test_no_descriptor_left),
		cmocka_unit_test(test_protocol_nobody_knows),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
