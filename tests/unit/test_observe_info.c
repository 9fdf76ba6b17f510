/*
 * One socket's facts as ss names them: rows from made-up numbers, and the same sockets beside what ss itself prints.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "call/constants.h"
#include "observe/info.h"
#include "observe_help.h"
#include "skip.h"

/* Rows */

static struct socket_facts established(void)
{
	return (struct socket_facts){
		.protocol = IPPROTO_TCP,
		.family = AF_INET,
		.type = SOCK_STREAM,
		.state = STATE_ESTABLISHED,
		.local = ip_address("10.0.0.1"),
		.peer = ip_address("10.0.0.2"),
		.congestion = "reno",
		.tcp_len = sizeof(struct tcp_facts),
		.tcp = {
			.options = TCP_FACTS_TIMESTAMPS | TCP_FACTS_SACK | TCP_FACTS_WSCALE,
			.wscales = 0x77,
			.rto = 204000,
			.backoff = 2,
			.rtt = 27,
			.rttvar = 13,
			.snd_mss = 1000,
			.snd_cwnd = 10,
			.snd_ssthresh = 0x7fffffff,
			.reordering = 3,
			.min_rtt = UINT32_MAX,
			.total_retrans = 5,
			.pacing_rate = 100,
			.max_pacing_rate = UINT64_MAX,
			.busy_time = 4000,
			.rwnd_limited = 1000,
			.snd_wnd = 65535,
			.rehash = 3,
		},
	};
}

static struct info info_of(const struct socket_facts *facts)
{
	struct info info;

	info_init(&info);
	info_of_facts(&info, facts);
	return info;
}

static void assert_row(const struct socket_facts *facts, const char *name, const char *expected)
{
	struct info info = info_of(facts);
	const char *value = info_value(&info, name);

	if (expected == NULL && value != NULL)
		fail_msg("%s is there: %s", name, value);
	if (expected != NULL && (value == NULL || strcmp(value, expected) != 0))
		fail_msg("%s is %s, not %s", name, value == NULL ? "missing" : value, expected);
	info_release(&info);
}

static void test_rows(void **state)
{
	struct socket_facts facts = established();

	(void)state;
	assert_row(&facts, "state", "ESTABLISHED");
	assert_row(&facts, "local", "10.0.0.1:0");
	assert_row(&facts, "ts", "");
	assert_row(&facts, "ecn", NULL);
	assert_row(&facts, "congestion", "reno");
	assert_row(&facts, "wscale", "7,7");
	assert_row(&facts, "rto", "204");
	assert_row(&facts, "backoff", "2");
	assert_row(&facts, "rtt", "0.027/0.013");
	assert_row(&facts, "ssthresh", NULL);
	assert_row(&facts, "reordering", NULL);
	assert_row(&facts, "minrtt", NULL);
	assert_row(&facts, "send", "2962962963bps");
	assert_row(&facts, "pacing_rate", "800bps");
	assert_row(&facts, "busy", "4ms");
	assert_row(&facts, "rwnd_limited", "1ms(25.0%)");
	assert_row(&facts, "sndbuf_limited", NULL);
	assert_row(&facts, "retrans", "0/5");
	assert_row(&facts, "unacked", NULL);
	assert_row(&facts, "snd_wnd", "65535");
	assert_row(&facts, "rehash", "3");
	assert_row(&facts, "timer", NULL);
	assert_row(&facts, "skmem", NULL);
}

/* What a socket has that never sent anything, and what ss leaves out. */
static void test_rows_of_a_listener(void **state)
{
	struct socket_facts facts = established();

	(void)state;
	facts.state = STATE_LISTEN;
	facts.tcp.rto = 3000000;
	facts.tcp.sacked = 128;
	facts.tcp.rtt = 0;
	assert_row(&facts, "state", "LISTEN");
	assert_row(&facts, "rto", NULL);
	assert_row(&facts, "sacked", NULL);
	assert_row(&facts, "rtt", NULL);
	assert_row(&facts, "send", NULL);
}

/* A shorter answer has fewer rows, and each that it has says the same. */
static void test_answer_of_any_length(void **state)
{
	struct socket_facts facts = established();
	struct info whole = info_of(&facts), part;
	size_t before = 0;

	(void)state;
	for (size_t len = 0; len <= sizeof(struct tcp_facts); len++) {
		facts.tcp_len = len;
		part = info_of(&facts);
		assert_in_range(part.count, before, whole.count);
		for (size_t i = 0; i < part.count; i++)
			assert_string_equal(part.rows[i].value, info_value(&whole, part.rows[i].name));
		before = part.count;
		info_release(&part);
	}
	facts.tcp_len = offsetof(struct tcp_facts, rcv_wnd);
	assert_row(&facts, "snd_wnd", "65535");
	assert_row(&facts, "rehash", NULL);
	info_release(&whole);
}

static void test_rows_that_are_no_tcp(void **state)
{
	struct socket_facts facts = established();

	(void)state;
	facts.timer = TIMER_PERSIST;
	facts.timer_left = 648;
	facts.retransmits = 1;
	facts.memory_count = MEMORY_DROPS;
	facts.memory[MEMORY_RECEIVE_BUFFER] = 131072;
	facts.has_shutdown = facts.has_tos = facts.has_v6only = facts.has_mark = true;
	facts.shutdown = 1;
	facts.tos = 0x10;
	facts.mark = 0xab;
	facts.cookie = 0x1000000002;
	assert_row(&facts, "timer", "(persist,648ms,1)");
	assert_row(&facts, "skmem", "(r0,rb131072,t0,tb0,f0,w0,o0,bl0)");
	assert_row(&facts, "shutdown", "-->");
	assert_row(&facts, "tos", "0x10");
	assert_row(&facts, "v6only", "0");
	assert_row(&facts, "fwmark", "0xab");
	assert_row(&facts, "sk", "1000000002");
}

static void test_timers(void **state)
{
	static const struct {
		unsigned milliseconds;
		const char *text;
	} samples[] = {
		{ 0, "" },
		{ 1, "001ms" },
		{ 648, "648ms" },
		{ 1000, "1sec" },
		{ 1500, "1.500ms" },
		{ 10500, "10sec" },
		{ 59999, "59sec" },
		{ 60000, "1min" },
		{ 61001, "1min1sec" },
		{ 599999, "9min59sec" },
		{ 600000, "10min" },
		{ 7199000, "119min" },
	};
	struct text text;

	(void)state;
	text_init(&text);
	for (size_t i = 0; i < COUNT_OF(samples); i++) {
		text_clear(&text);
		info_print_timer(&text, samples[i].milliseconds);
		assert_string_equal(text.data, samples[i].text);
	}
	text_release(&text);
}

static void test_hostile_congestion_name(void **state)
{
	struct socket_facts facts = established();

	(void)state;
	memcpy(facts.congestion, "a\x1b[c\x9b", 6);
	assert_row(&facts, "congestion", "a?[c?");
}

/* Beside ss */

static bool ss_is_there(void)
{
	return system("ss -V >/dev/null 2>&1") == 0;
}

/* Adds to `line` the line that ss prints of the socket with that cookie, blanks at both ends of it and between. */
static bool ss_line(const char *options, uint64_t cookie, struct text *line)
{
	char command[64], wanted[32], read[4096];
	FILE *ss;
	bool found = false;

	snprintf(command, sizeof(command), "ss %s", options);
	snprintf(wanted, sizeof(wanted), " sk:%llx ", (unsigned long long)cookie);
	ss = popen(command, "re");
	assert_non_null(ss);
	while (fgets(read, sizeof(read), ss) != NULL) {
		if (strstr(read, wanted) == NULL)
			continue;
		found = true;
		read[strcspn(read, "\n")] = '\0';
		text_addf(line, " %s ", read);
	}
	pclose(ss);
	return found;
}

static bool has_word(const char *line, const char *word)
{
	char *padded = text_format(" %s ", word);
	bool has = strstr(line, padded) != NULL;

	free(padded);
	return has;
}

/* Is there a word that begins so? */
static bool has_beginning(const char *line, const char *name)
{
	char *padded = text_format(" %s:", name);
	bool has = strstr(line, padded) != NULL;

	free(padded);
	return has;
}

struct ss_state {
	int number;
	const char *name;
};

static const char *ss_state_name(int number)
{
	static const struct ss_state names[] = {
		{ STATE_ESTABLISHED, "ESTAB" },    { STATE_SYN_SENT, "SYN-SENT" },   { STATE_SYN_RECV, "SYN-RECV" },
		{ STATE_FIN_WAIT1, "FIN-WAIT-1" }, { STATE_FIN_WAIT2, "FIN-WAIT-2" }, { STATE_TIME_WAIT, "TIME-WAIT" },
		{ STATE_CLOSED, "UNCONN" },        { STATE_CLOSE_WAIT, "CLOSE-WAIT" }, { STATE_LAST_ACK, "LAST-ACK" },
		{ STATE_LISTEN, "LISTEN" },        { STATE_CLOSING, "CLOSING" },
	};

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		if (names[i].number == number)
			return names[i].name;
	}
	return "?";
}

/* State, both queues, timer. */
static void same_columns(const struct socket_facts *facts, const char *line)
{
	char state[16];
	unsigned recvq, sendq;
	char *timer = text_format(" timer:(%s,", facts_timer_name(facts->timer));

	assert_int_equal(sscanf(line, "%15s %u %u", state, &recvq, &sendq), 3);
	assert_string_equal(state, ss_state_name(facts->state));
	assert_int_equal(recvq, facts->recvq);
	assert_int_equal(sendq, facts->sendq);
	if (facts->timer == TIMER_NONE)
		assert_null(strstr(line, "timer:("));
	else
		assert_non_null(strstr(line, timer));
	free(timer);
}

/* Written in another way, or running down: only that it is there. */
static bool differs(const char *name)
{
	return strcmp(name, "timer") == 0 || strcmp(name, "cgroup") == 0;
}

/* Milliseconds since something: not there while it is 0. */
static bool grows(const char *name)
{
	return string_starts_with(name, "lastsnd") || string_starts_with(name, "lastrcv") ||
	       string_starts_with(name, "lastack");
}

/* Rows that this ss may not have yet, and the columns, which same_columns() compares. */
static bool not_in_ss(const char *name)
{
	static const char *const names[] = { "state",   "recv-q",  "send-q", "local",     "peer",
					     "usec_ts", "rcv_wnd", "rehash", "total_rto", "total_rto_recoveries",
					     "total_rto_time" };

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		if (strcmp(names[i], name) == 0)
			return true;
	}
	return false;
}

/* How many words of ss's line our rows account for. */
static size_t compare_rows(const struct info *info, const char *line)
{
	struct text printed;
	size_t words = 0;

	text_init(&printed);
	for (size_t i = 0; i < info->count; i++) {
		const struct info_row *row = &info->rows[i];

		if (not_in_ss(row->name) || grows(row->name))
			continue;
		text_clear(&printed);
		info_print_row(&printed, row);
		words += row->join == JOIN_SPACE ? 2 : 1;
		if (differs(row->name) ? !has_beginning(line, row->name) : !has_word(line, printed.data))
			fail_msg("ss does not say \"%s\":%s", printed.data, line);
	}
	text_release(&printed);
	return words;
}

static size_t count_words(const char *line)
{
	size_t words = 0;

	for (const char *at = line + strspn(line, " "); *at != '\0'; at += strspn(at, " ")) {
		words += !grows(at);
		at += strcspn(at, " ");
	}
	return words;
}

static struct socket_facts look_closely(struct watch *watch, struct diag_key key)
{
	struct socket_facts facts;

	key.detail = true;
	facts = look(watch, key);
	facts.tcp.last_data_sent = facts.tcp.last_data_recv = facts.tcp.last_ack_recv = facts.timer_left = 0;
	return facts;
}

/* Each word that ss prints is one of our rows, and the other way round. */
static void same_rows(const struct socket_facts *facts, const char *line)
{
	struct info info = info_of(facts);

	/* The five columns are ours too. */
	if (compare_rows(&info, line) + 5 != count_words(line))
		fail_msg("ss says more:%s", line);
	info_release(&info);
}

/* An acknowledgement may come between our look and that of ss: then both look again. */
static void same_as_ss(struct watch *watch, struct diag_key key, const char *letter)
{
	struct socket_facts before, after = look_closely(watch, key);
	char *options = text_format("-anoieomHO%s --tos", letter);
	struct text line;

	text_init(&line);
	do {
		before = after;
		text_clear(&line);
		assert_true(ss_line(options, before.cookie, &line));
		after = look_closely(watch, key);
	} while (memcmp(&before.tcp, &after.tcp, sizeof(before.tcp)) != 0 || before.timer != after.timer);
	same_columns(&before, line.data);
	same_rows(&before, line.data);
	text_release(&line);
	free(options);
}

static void test_tcp_beside_ss(void **state)
{
	struct watch *watch = *state;
	struct connection connection = connection_open(AF_INET, 5);
	struct connection six = connection_open(AF_INET6, 5);

	if (!ss_is_there())
		SKIP("ss is missing");
	accept_one(&connection);
	set_flag(connection.client, SOL_SOCKET, SO_KEEPALIVE);
	assert_int_equal(send(connection.client, "hello", 5, 0), 5);
	same_as_ss(watch, key_of(connection.listener), "t");
	same_as_ss(watch, connection.client_key, "t");
	same_as_ss(watch, connection.server_key, "t");
	same_as_ss(watch, six.client_key, "t");
	same_as_ss(watch, key_of(six.listener), "t");
	shutdown(connection.client, SHUT_WR);
	await_state(watch, connection.client_key, STATE_FIN_WAIT2);
	same_as_ss(watch, connection.client_key, "t");
	same_as_ss(watch, connection.server_key, "t");
	connection_close(&connection);
	connection_close(&six);
}

static void test_time_wait_beside_ss(void **state)
{
	struct connection connection = connection_open(AF_INET, 5);

	if (!ss_is_there())
		SKIP("ss is missing");
	accept_one(&connection);
	shutdown(connection.client, SHUT_WR);
	close(connection.server);
	connection.server = -1;
	await_state(*state, connection.client_key, STATE_TIME_WAIT);
	same_as_ss(*state, connection.client_key, "t");
	connection_close(&connection);
}

static void test_persist_beside_ss(void **state)
{
	static const char block[65536];
	struct connection connection = connection_open(AF_INET, 5);
	struct socket_facts facts;
	struct text line;

	if (!ss_is_there())
		SKIP("ss is missing");
	while (send(connection.client, block, sizeof(block), MSG_DONTWAIT) > 0)
		continue;
	facts = await_timer(*state, connection.client_key, TIMER_PERSIST);
	text_init(&line);
	assert_true(ss_line("-tanoeHO", facts.cookie, &line));
	same_columns(&facts, line.data);
	text_release(&line);
	connection_close(&connection);
}

static void test_udp_beside_ss(void **state)
{
	int fd = open_socket(AF_INET, SOCK_DGRAM, 0);
	struct address address;

	if (!ss_is_there())
		SKIP("ss is missing");
	bind_to(fd, loopback(AF_INET));
	address = local_of(fd);
	assert_int_equal(sendto(fd, "hello", 5, 0, &address.any, address.len), 5);
	same_as_ss(*state, key_of(fd), "u");
	close(fd);
}

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_rows_of_a_listener),
		cmocka_unit_test(test_answer_of_any_length),
		cmocka_unit_test(test_rows_that_are_no_tcp),
		cmocka_unit_test(test_timers),
		cmocka_unit_test(test_hostile_congestion_name),
		cmocka_unit_test(test_tcp_beside_ss),
		cmocka_unit_test(test_time_wait_beside_ss),
		cmocka_unit_test(test_persist_beside_ss),
		cmocka_unit_test(test_udp_beside_ss),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
