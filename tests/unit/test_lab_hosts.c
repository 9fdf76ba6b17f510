/*
 * The lab's hosts: sockstep-side --agent --lab, by its protocol, on both kinds of link, as this user and as nobody.
 * What is shown is shown by calls that sides make, and by the packets that come out of the links.
 */
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "lab_talk.h"
#include "skip.h"

enum { SILENT_SECONDS = 3, MEBIBYTE = 1 << 20 };

struct kind {
	const char *name;
	struct lab_wish wish;
	const char *expected; /* link; NULL: depends on the machine */
};

static const struct kind kinds[] = {
	{ "tun", { .link = "tun" }, "tun" },
	{ "tun with offloads", { .link = "tun", .offload = true }, "tun" },
	{ "veth", { .link = "veth" }, "veth" },
	{ "nobody", { .as_nobody = true }, NULL },
};
enum { KIND_COUNT = COUNT_OF(kinds) };

/* ---- a lab for each test ---- */

struct fixture {
	struct kind kind;
	struct lab_talk lab;
	bool began;
};

/* "": it can be had here. */
static const char *missing(const struct kind *kind)
{
	if (kind->expected != NULL && string_is(kind->expected, "tun") && access("/dev/net/tun", R_OK | W_OK) != 0)
		return "/dev/net/tun";
	if (kind->wish.as_nobody && (geteuid() != 0 || !lab_talk_nobody_may()))
		return "becoming nobody";
	return "";
}

static int begin(void **state)
{
	const struct kind *kind = *state;
	struct fixture *fixture = xcalloc(1, sizeof(*fixture));

	fixture->kind = *kind;
	fixture->began = missing(&fixture->kind)[0] == '\0';
	*state = fixture;
	if (!fixture->began)
		return 0;
	lab_talk_begin(&fixture->lab, &fixture->kind.wish);
	if (fixture->kind.expected != NULL)
		assert_string_equal(fixture->lab.kind, fixture->kind.expected);
	return 0;
}

/* What loses its parent becomes our child. */
static void none_is_left(void)
{
	alarm(TALK_SECONDS);
	while (waitpid(-1, NULL, 0) > 0)
		;
	alarm(0);
}

static int end(void **state)
{
	struct fixture *fixture = *state;
	int status = fixture->began ? lab_talk_end(&fixture->lab) : 0;

	free(fixture);
	none_is_left();
	return status == 0 ? 0 : -1;
}

static struct lab_talk *lab_of(void **state)
{
	struct fixture *fixture = *state;

	if (!fixture->began)
		SKIP("this kind of lab cannot be made by this user here");
	return &fixture->lab;
}

/* ---- calls ---- */

/* A connection between the sides: descriptor 4 on the server, 3 on the client, 3 listens. */
static void connect_tcp(struct lab_talk *lab, const char *family, const char *server)
{
	const struct event *accepted;
	char *line = text_format("socket(%s, SOCK_STREAM, 0)", family);
	int64_t id;

	talk_gives(&lab->server, line, "3");
	talk_gives(&lab->client, line, "3");
	free(line);
	line = text_format("bind(3, %s)", server);
	talk_gives(&lab->server, line, "0");
	free(line);
	talk_gives(&lab->server, "listen(3, 5)", "0");
	id = talk_send(&lab->server, "accept(3) &");
	line = text_format("connect(3, %s)", server);
	talk_gives(&lab->client, line, "0");
	free(line);
	accepted = talk_wait_call(&lab->server, id, "returned");
	assert_int_equal(accepted->call.result, 4);
}

static void talk_both_ways(struct lab_talk *lab)
{
	talk_gives(&lab->client, "send(3, \"hello\", 5, 0)", "5");
	assert_string_equal(talk_call(&lab->server, "recv(4, 1024)")->call.text, "recv(4, \"hello\", 1024, 0)");
	talk_gives(&lab->server, "send(4, \"good day\", 8, 0)", "8");
	assert_string_equal(talk_call(&lab->client, "recv(3, 1024)")->call.text, "recv(3, \"good day\", 1024, 0)");
}

static void tcp_of_both_families(void **state)
{
	struct lab_talk *lab = lab_of(state);

	connect_tcp(lab, "AF_INET", "10.0.0.2:80");
	talk_both_ways(lab);
	talk_gives(&lab->client, "close(3)", "0");
	talk_gives(&lab->server, "close(4)", "0");
	talk_gives(&lab->server, "close(3)", "0");
	connect_tcp(lab, "AF_INET6", "[fd00::2]:80");
	talk_both_ways(lab);
	talk_gives(&lab->client, "socket(AF_INET, SOCK_STREAM, 0)", "4");
	talk_gives(&lab->client, "connect(4, 10.0.0.2:81)", "-1 ECONNREFUSED (Connection refused)");
	lab_talk_stop_wire(lab);
	assert_in_range(lab->carried, 12, 60);
}

static void udp_and_broadcast(void **state)
{
	static const char *const addresses[] = { "10.0.0.2:53", "10.0.0.255:53", "255.255.255.255:53" };
	struct lab_talk *lab = lab_of(state);

	talk_gives(&lab->server, "socket(AF_INET, SOCK_DGRAM, 0)", "3");
	talk_gives(&lab->server, "bind(3, *:53)", "0");
	talk_gives(&lab->client, "socket(AF_INET, SOCK_DGRAM, 0)", "3");
	talk_gives(&lab->client, "setsockopt(3, SOL_SOCKET, SO_BROADCAST, 1)", "0");
	for (size_t i = 0; i < COUNT_OF(addresses); i++) {
		char *line = text_format("sendto(3, \"x\", 1, 0, %s)", addresses[i]);

		talk_gives(&lab->client, line, "1");
		talk_gives(&lab->server, "recv(3, 100)", "1");
		free(line);
	}
	talk_gives(&lab->client, "connect(3, 10.0.0.2:54)", "0");
	talk_gives(&lab->client, "send(3, \"x\", 1, 0)", "1");
	talk_gives(&lab->client, "recv(3, 100)", "-1 ECONNREFUSED (Connection refused)");
}

/* Each host has a loopback, and its own. */
static void loopback(void **state)
{
	struct lab_talk *lab = lab_of(state);
	struct talk *sides[] = { &lab->client, &lab->server };

	for (size_t i = 0; i < COUNT_OF(sides); i++) {
		talk_gives(sides[i], "socket(AF_INET6, SOCK_STREAM, 0)", "3");
		talk_gives(sides[i], "bind(3, [::1]:7)", "0");
		talk_gives(sides[i], "listen(3, 1)", "0");
		talk_gives(sides[i], "socket(AF_INET6, SOCK_STREAM, 0)", "4");
		talk_gives(sides[i], "connect(4, [::1]:7)", "0");
		talk_gives(sides[i], "socket(AF_INET, SOCK_STREAM, 0)", "5");
	}
	talk_gives(&lab->server, "bind(5, 0.0.0.0:8)", "0");
	talk_gives(&lab->server, "listen(5, 1)", "0");
	talk_gives(&lab->client, "connect(5, 127.0.0.1:8)", "-1 ECONNREFUSED (Connection refused)");
	lab_talk_stop_wire(lab);
	assert_int_equal(lab->carried, 0);
}

/* ---- names ---- */

static void resolves(struct talk *side, const char *name, const char *part)
{
	const struct event *event = talk_call(side, "getaddrinfo(\"%s\", \"80\")", name);

	if (strstr(event->call.outcome, part) == NULL)
		fail_msg("%s = %s, without %s", event->call.text, event->call.outcome, part);
}

static void names(void **state)
{
	struct lab_talk *lab = lab_of(state);
	const struct event *event;

	resolves(&lab->client, "server", "10.0.0.2:80");
	resolves(&lab->client, "server", "[fd00::2]:80");
	resolves(&lab->server, "client", "10.0.0.1:80");
	resolves(&lab->client, "localhost", "127.0.0.1:80");
	talk_ask(&lab->agent, "hosts www server server.2 server");
	resolves(&lab->client, "www", "[fd00::2]:80");
	resolves(&lab->client, "server.2", "10.0.0.2:80");
	talk_ask(&lab->agent, "hosts mail client");
	resolves(&lab->client, "mail", "10.0.0.1:80");
	event = talk_call(&lab->client, "getaddrinfo(\"www\", \"80\")");
	assert_int_not_equal(event->call.result, 0);
	assert_string_equal(event->call.error, "EAI_NONAME");
	talk_wait_error(&lab->agent, talk_send(&lab->agent, "hosts www mars"));
	talk_wait_error(&lab->agent, talk_send(&lab->agent, "hosts a/b client"));
	talk_wait_error(&lab->agent, talk_send(&lab->agent, "hosts www"));
	lab_talk_stop_wire(lab);
	assert_int_equal(lab->carried, 0);
}

/* ---- rights ---- */

static void privilege(void **state)
{
	struct lab_talk *lab = lab_of(state);
	struct talk side;

	talk_side(&lab->agent, &side, "plain on server unprivileged");
	talk_gives(&side, "socket(AF_INET, SOCK_STREAM, 0)", "3");
	talk_gives(&side, "bind(3, 10.0.0.2:80)", "-1 EACCES (Permission denied)");
	talk_gives(&side, "bind(3, 10.0.0.2:1024)", "0");
	talk_gives(&side, "socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)", "-1 EPERM (Operation not permitted)");
	talk_gives(&lab->server, "socket(AF_INET, SOCK_STREAM, 0)", "3");
	talk_gives(&lab->server, "bind(3, 10.0.0.2:80)", "0");
	talk_gives(&lab->server, "socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)", "4");
	talk_end(&side);
}

static const struct event *started(const struct talk *agent, const char *name)
{
	for (size_t i = 0; i < agent->count; i++)
		if (agent->events[i].kind == EVENT_side && string_is(agent->events[i].side.side, name))
			return &agent->events[i];
	fail_msg("%s was not told of", name);
	return NULL;
}

static void status_is(pid_t pid, const char *key, const char *expected)
{
	char *value = talk_status_of(pid, key);

	assert_non_null(value);
	assert_string_equal(value, expected);
	free(value);
}

/* PID 1 is the agent; a side has what it needs of descriptors, no more rights to gain, and its number outside is
 * told. */
static void a_side_is_shut_in(void **state)
{
	struct lab_talk *lab = lab_of(state);
	const struct event_side *side = &started(&lab->agent, "client")->side;
	char *numbers, *expected;

	assert_int_equal(side->pid, 2);
	assert_true(side->outer_pid > 0);
	expected = text_format("%d\t2", (int)side->outer_pid);
	status_is((pid_t)side->outer_pid, "NSpid", expected);
	free(expected);
	status_is((pid_t)side->outer_pid, "NoNewPrivs", "1");
	status_is((pid_t)side->outer_pid, "Name", "sockstep-side");
	talk_ask(&lab->client, "fds");
	numbers = talk_open_numbers(&lab->client);
	assert_string_equal(numbers, "0,1,2");
	free(numbers);
	talk_gives(&lab->client, "open(\"/run/nothing\", O_RDONLY)", "-1 ENOENT (No such file or directory)");
	talk_gives(&lab->client, "socket(AF_UNIX, SOCK_STREAM, 0)", "3");
	talk_gives(&lab->client, "bind(3, unix:/run/mine)", "0");
}

/* ---- retransmission ---- */

static void rto_min(void **state)
{
	static const char *const refused[] = { "rto-min", "rto-min long", "rto-min -1", "rto-min 120001" };
	struct lab_talk *lab = lab_of(state);
	struct talk *agent = &lab->agent;

	talk_wait_answer(agent, talk_send(agent, "rto-min 60000"));
	for (size_t i = 0; i < COUNT_OF(refused); i++)
		talk_wait_error(agent, talk_send(agent, "%s", refused[i]));
	talk_wait_answer(agent, talk_send(agent, "rto-min 0"));
}

/* ---- sysctls ---- */

static const char *ask_text(struct talk *agent, const char *request)
{
	return talk_wait_answer(agent, talk_send(agent, "%s", request))->answer.text;
}

static void sysctls(void **state)
{
	static const char *const refused[] = {
		"sysctl", "sysctl mars net.ipv4.tcp_sack", "sysctl client", "sysctl client kernel.pid_max",
		"sysctl client net", "sysctl client net.", "sysctl client net.ipv4", "sysctl client net..core",
		"sysctl client net/../kernel/pid_max", "sysctl client net.ipv4.", "sysctl client net.nosuch",
		"sysctl client /net/ipv4/tcp_sack", "sysctl client net.ipv4.tcp_sack = many",
		"sysctl client net.ipv4.tcp_sack 1",
	};
	struct lab_talk *lab = lab_of(state);
	struct talk *agent = &lab->agent;

	assert_string_equal(ask_text(agent, "sysctl client net.ipv4.tcp_congestion_control"), "reno");
	assert_string_equal(ask_text(agent, "sysctl client net.ipv4.tcp_retries2"), "255");
	assert_string_equal(ask_text(agent, "sysctl server net/ipv4/tcp_fin_timeout"), "7200");
	assert_string_equal(ask_text(agent, "sysctl server net.ipv4.ip_local_port_range"), "32768 60999");
	assert_string_equal(ask_text(agent, "sysctl server net.ipv6.conf.eth0.router_solicitations"), "0");
	assert_string_equal(ask_text(agent, "sysctl server net.ipv6.conf.eth0.addr_gen_mode"), "1");
	assert_string_equal(ask_text(agent, "sysctl client net.ipv4.tcp_sack = 0"), "0");
	assert_string_equal(ask_text(agent, "sysctl client net.ipv4.tcp_sack"), "0");
	assert_string_equal(ask_text(agent, "sysctl server net.ipv4.tcp_sack"), "1");
	for (size_t i = 0; i < COUNT_OF(refused); i++)
		talk_wait_error(agent, talk_send(agent, "%s", refused[i]));
	lab_talk_host(lab, "plain stock 10.0.0.3");
	assert_string_equal(ask_text(agent, "sysctl plain net.ipv4.tcp_fin_timeout"), "60");
}

/* ---- packets ---- */

/* Offloads or none: what the host sends in one go arrives whole. */
static void a_mebibyte(void **state)
{
	struct lab_talk *lab = lab_of(state);
	struct fixture *fixture = *state;
	int64_t got = 0, id;

	connect_tcp(lab, "AF_INET", "10.0.0.2:80");
	id = talk_send(&lab->client, "send(3, \"a\"*%d) &", MEBIBYTE);
	while (got < MEBIBYTE) {
		const struct event *event = talk_call(&lab->server, "recv(4, 65536)");

		if (event->call.result <= 0)
			fail_msg("after %lld bytes: %s = %s", (long long)got, event->call.text, event->call.outcome);
		got += event->call.result;
	}
	assert_int_equal(talk_wait_call(&lab->client, id, "returned")->call.result, MEBIBYTE);
	lab_talk_stop_wire(lab);
	assert_true((lab->super_frames > 0) == fixture->kind.wish.offload);
	assert_true(lab->longest <= 1500 || fixture->kind.wish.offload);
	assert_int_equal(link_lost(&lab->links[0]), 0);
}

/* The agent sets a pair's offloads, at both ends. */
static void offloads_of_a_pair(void **state)
{
	struct lab_talk *lab = lab_of(state);

	talk_wait_error(&lab->agent, talk_send(&lab->agent, "offload mars on"));
	talk_wait_error(&lab->agent, talk_send(&lab->agent, "offload client"));
	if (string_is(lab->kind, "tun")) {
		talk_wait_error(&lab->agent, talk_send(&lab->agent, "offload client on"));
		return;
	}
	assert_false(link_set_offload(&lab->links[0], true));
	talk_ask(&lab->agent, "offload client on");
	talk_ask(&lab->agent, "offload server on");
	connect_tcp(lab, "AF_INET6", "[fd00::2]:80");
	talk_gives(&lab->client, "send(3, \"a\"*60000)", "60000");
	talk_gives(&lab->server, "recv(4, 60000, MSG_WAITALL)", "60000");
	talk_ask(&lab->agent, "offload client off");
	talk_ask(&lab->agent, "offload server off");
	talk_both_ways(lab);
	lab_talk_stop_wire(lab);
	assert_true(lab->super_frames > 0);
}

/* Closing a TUN device that does not stay waits until it is gone, which makes the end of a lab slow. */
static void closing_does_not_wait(void **state)
{
	struct lab_talk *lab = lab_of(state);
	struct ifreq request = { .ifr_flags = 0 };

	if (!string_is(lab->kind, "tun"))
		return;
	for (size_t i = 0; i < lab->link_count; i++) {
		assert_int_equal(ioctl(lab->links[i].fd, TUNGETIFF, &request), 0);
		assert_true((request.ifr_flags & IFF_PERSIST) != 0);
	}
}

/* ---- requests ---- */

static void hosts_that_cannot_be(void **state)
{
	static const char *const refused[] = {
		"host", "host a", "host a stock", "host 1a 10.0.0.9", "host a.b 10.0.0.9", "host client 10.0.0.9",
		"host a 10.0.0.1", "host a 10.0.0.9 10.0.0.9", "host a 10.0.0", "host a 10.0.0.9/33",
		"host a 10.0.0.9/", "host a fd00::9/129", "host a 10.0.0.9/-1", "host a 127.0.0.2",
		"host a 224.0.0.1", "host a ::", "host a ::1",
		"host a ff02::1", "host a fe80::1", "host a 0.0.0.0", "host a ::ffff:10.0.0.9", "host a 10.0.0.9 x",
		"host a 1.0.0.1 1.0.0.2 1.0.0.3 1.0.0.4 1.0.0.5 1.0.0.6 1.0.0.7 1.0.0.8 1.0.0.9 1.0.0.10 1.0.0.11 "
		"1.0.0.12 1.0.0.13 1.0.0.14 1.0.0.15 1.0.0.16 1.0.0.17",
		"side a", "side a on mars", "side a on", "fork()",
	};
	struct lab_talk *lab = lab_of(state);

	for (size_t i = 0; i < COUNT_OF(refused); i++)
		talk_wait_error(&lab->agent, talk_send(&lab->agent, "%s", refused[i]));
	assert_int_equal(lab->agent.right_count, 2);
	lab_talk_host(lab, "a 192.168.7.9/16 10.0.0.9 fd00::9 fd01::9/127 172.16.0.1/32 172.17.0.1/31");
	resolves(&lab->client, "a", "[fd01::9]:80");
}

/* Eight hosts and 64 sides at least. */
static void many(void **state)
{
	struct lab_talk *lab = lab_of(state);

	for (int i = 3; i <= 12; i++) {
		char *request = text_format("h%d 10.0.0.%d fd00::%d", i, i, i);

		lab_talk_host(lab, request);
		free(request);
	}
	for (int i = 0; i < 70; i++)
		talk_ask(&lab->agent, "side s%d on h%d", i, 3 + i % 10);
	for (int i = 0; i < 70; i += 23) {
		struct talk side;
		char *name = text_format("s%d", i);

		talk_take_side(&lab->agent, &side, name);
		talk_gives(&side, "socket(AF_INET, SOCK_STREAM, 0)", "3");
		talk_end(&side);
		free(name);
	}
}

/* ---- the end ---- */

/* A forked side, one that is stopped, one that waits in a call: all end with the agent, and bye is answered. */
static void bye(void **state)
{
	struct lab_talk *lab = lab_of(state);

	talk_gives(&lab->client, "fork()", "4");
	talk_send(&lab->server, "poll([], -1)");
	talk_ask(&lab->agent, "bye");
	while (talk_next(&lab->agent) != NULL)
		;
	assert_true(lab->agent.ended);
}

/* Whoever is killed of the two processes that make up the agent. */
static void killed(void **state)
{
	struct lab_talk *lab = lab_of(state);
	int status;

	kill(lab->agent.pid, SIGKILL);
	while (talk_next(&lab->agent) != NULL)
		;
	while (talk_next(&lab->client) != NULL)
		;
	status = lab_talk_end(lab);
	assert_true(WIFSIGNALED(status));
	((struct fixture *)*state)->began = false;
}

/* ---- silence ---- */

static int silent_seconds(void)
{
	const char *wanted = getenv("SOCKSTEP_SILENT_SECONDS");

	return wanted == NULL ? SILENT_SECONDS : (int)strtol(wanted, NULL, 10);
}

/* All kinds at the same time. */
static void an_idle_lab_sends_nothing(void **state)
{
	struct lab_talk labs[KIND_COUNT] = { { .wired = false } };
	bool began[KIND_COUNT];

	(void)state;
	for (size_t i = 0; i < KIND_COUNT; i++) {
		began[i] = missing(&kinds[i])[0] == '\0';
		if (began[i])
			lab_talk_begin(&labs[i], &kinds[i].wish);
	}
	poll(NULL, 0, silent_seconds() * 1000);
	for (size_t i = 0; i < KIND_COUNT; i++) {
		if (!began[i])
			continue;
		lab_talk_stop_wire(&labs[i]);
		if (labs[i].carried > 0)
			fail_msg("%s: %zu packets", kinds[i].name, labs[i].carried);
		assert_int_equal(lab_talk_end(&labs[i]), 0);
	}
}

/* ---- all ---- */

static const struct {
	const char *name;
	CMUnitTestFunction test;
} tests[] = {
#define TEST(test) { #test, test }
	TEST(tcp_of_both_families), TEST(udp_and_broadcast), TEST(loopback), TEST(names), TEST(privilege),
	TEST(a_side_is_shut_in), TEST(sysctls), TEST(rto_min), TEST(a_mebibyte),
	TEST(offloads_of_a_pair), TEST(closing_does_not_wait), TEST(hosts_that_cannot_be),
	TEST(many), TEST(bye), TEST(killed),
};

/* Can namespaces be made here at all? If not, the reason. */
static bool can_make_labs(void)
{
	struct lab_talk lab;
	bool can = lab_talk_start(&lab, &(struct lab_wish){ .link = NULL });

	if (!can)
		print_message("1..0 # SKIP %s\n", lab.agent.events[0].error.text);
	lab_talk_end(&lab);
	return can;
}

/* cmocka hands a test's initial state on as what its setup may change; ours does not. */
static void *without_const(const struct kind *kind)
{
	union {
		const struct kind *in;
		void *out;
	} both = { .in = kind };

	return both.out;
}

int main(void)
{
	struct CMUnitTest all[COUNT_OF(tests) * KIND_COUNT + 1] = {
		cmocka_unit_test(an_idle_lab_sends_nothing),
	};
	char *names_of_all[COUNT_OF(all)];
	size_t count = 1;
	int failed;

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (!can_make_labs())
		return 0;
	for (size_t kind = 0; kind < KIND_COUNT; kind++)
		for (size_t i = 0; i < COUNT_OF(tests); i++) {
			names_of_all[count] = text_format("%s: %s", kinds[kind].name, tests[i].name);
			all[count] = (struct CMUnitTest){ names_of_all[count], tests[i].test, begin, end,
							  without_const(&kinds[kind]) };
			count++;
		}
	failed = cmocka_run_group_tests_name("lab_hosts", all, NULL, NULL);
	for (size_t i = 1; i < count; i++)
		free(names_of_all[i]);
	return failed;
}
