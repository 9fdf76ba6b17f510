#include "session_story.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session/all_sockets.h"
#include "session/columns.h"
#include "session/tables.h"

/* ---- columns ---- */

static void test_columns_fold_words(void **state)
{
	struct text out;

	(void)state;
	text_init(&out);
	columns_fold(&out, "one two three `four five` six", 2, 14);
	assert_string_equal(out.data, "one two\n  three\n  `four five`\n  six");
	text_release(&out);
}

static void test_columns_leave_out_the_empty(void **state)
{
	static const struct column columns[] = {
		{ .heading = "n", .right = true }, { .heading = "empty" }, { .heading = "what" },
	};
	struct columns table;
	struct text out;

	(void)state;
	text_init(&out);
	columns_init(&table, columns, COUNT_OF(columns));
	columns_print(&out, &table, 80);
	assert_string_equal(out.data, "");
	for (int i = 9; i < 11; i++) {
		columns_addf(&table, "%d", i);
		columns_add(&table, NULL);
		columns_add(&table, "x");
	}
	columns_print(&out, &table, 80);
	assert_string_equal(out.data, " n  what\n 9  x\n10  x\n");
	columns_release(&table);
	text_release(&out);
}

/* What is too wide is never cut: its row goes on in the next line. */
static void test_columns_cut_nothing(void **state)
{
	static const struct column columns[] = { { .heading = "a", .shrinks = true }, { .heading = "b" } };
	struct columns table;
	struct text out;

	(void)state;
	text_init(&out);
	columns_init(&table, columns, COUNT_OF(columns));
	columns_add(&table, "0123456789abcdef");
	columns_add(&table, "yes");
	columns_add(&table, "short");
	columns_add(&table, "no");
	columns_print(&out, &table, 14);
	assert_string_equal(out.data, "a          b\n0123456789abcdef\n           yes\nshort      no\n");
	columns_release(&table);
	text_release(&out);
}

/* ---- tables ---- */

static char *table_of(struct story *story, void (*print)(struct text *, const struct inquiry *))
{
	struct inquiry inquiry = story_inquiry(story);
	struct text out;

	text_init(&out);
	print(&out, &inquiry);
	return out.data;
}

static char *fds_of(struct story *story, const char *side)
{
	struct inquiry inquiry = story_inquiry(story);
	struct text out;

	text_init(&out);
	tables_fds(&out, &inquiry, world_side(inquiry.world, side));
	return out.data;
}

static void print_sides(struct text *out, const struct inquiry *inquiry)
{
	tables_sides(out, inquiry, "client");
}

static void assert_table(char *table, const char *expected)
{
	assert_string_equal(table, expected);
	free(table);
}

/* A server with one connection accepted, one waiting, and one in TIME_WAIT. */
static void tell_server(struct story *story)
{
	story_tcp(story, "server 3", 30, "*:8080", "LISTEN");
	story_socket(story, 30, "*:8080", "LISTEN", ",'inode':9030,'recvq':1,'sendq':5");
	story_tcp(story, "client 3", 31, "127.0.0.1:40312 127.0.0.1:8080", "ESTABLISHED");
	story_tcp(story, "server 4", 32, "127.0.0.1:8080 127.0.0.1:40312", "ESTABLISHED");
	story_socket(story, 32, "127.0.0.1:8080 127.0.0.1:40312", "ESTABLISHED", ",'inode':9032,'recvq':5,'sendq':0");
	story_socket(story, 33, "127.0.0.1:8080 127.0.0.1:40314", "ESTABLISHED", ",'inode':0,'recvq':0,'sendq':0");
	story_socket(story, 34, "127.0.0.1:40310 127.0.0.1:8080", "TIME_WAIT",
		     ",'inode':0,'recvq':0,'sendq':0,'timer':'timewait','timer_left':50000");
}

static void test_sides(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	story_blocked(&story, "server accept", "accept(3)", 3);
	story_tell(&story, 2, "'event':'side','side':'server.2','host':'local','status':'started','pid':104,"
		   "'parent':'server'");
	story_tell(&story, 3, "'event':'side','side':'server.2','status':'killed','signal':'SIGKILL'");
	assert_table(table_of(&story, print_sides),
		     "   side      host   pid  parent  what it does\n"
		     ">  client    local  101          ready\n"
		     "   server    local  102          accept(3) blocked for 4.0 s\n"
		     "   server.2  local  104  server  killed by SIGKILL\n");
	story_end(&story);
}

static void test_fds(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	tell_server(&story);
	story_fd(&story, 1, "server", 0, "'kind':'null','path':'/dev/null'");
	story_tell(&story, 2, "'event':'fd','side':'server','fd':5,'status':'reserved'");
	story_fd(&story, 2, "server", 6, "'kind':'udp','proto':'udp','family':10,'type':2,'cookie':40,'local':'[::]:0',"
		 "'nonblock':true,'cloexec':true");
	session_name_descriptor(&story.session, "server", "s", 3);
	assert_table(fds_of(&story, "server"),
		     "fd  name  kind  local               peer             state        flags\n"
		     " 0        null  /dev/null\n"
		     " 3  s     tcp   *:8080              -                LISTEN 1/5\n"
		     " 4        tcp   127.0.0.1:8080      127.0.0.1:40312  ESTABLISHED\n"
		     " 5              reserved by accept\n"
		     " 6        udp6  -                   -                             NB CLOEXEC\n");
	story_end(&story);
}

/* Of a connection that went to TIME_WAIT the descriptor is CLOSED and has no peer. */
static void test_fds_after_the_end(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	story_tcp(&story, "client 3", 31, "127.0.0.1:40312 127.0.0.1:8080", "ESTABLISHED");
	story_state(&story, 3, 31, "127.0.0.1:40312 127.0.0.1:8080", "FIN_WAIT2 TIME_WAIT", "null");
	story_tcp(&story, "client 3", 31, "127.0.0.1:40312", "CLOSED");
	assert_table(fds_of(&story, "client"), "fd  kind  local            peer  state\n"
					       " 3  tcp   127.0.0.1:40312  -     CLOSED\n");
	story_tell(&story, 4, "'event':'side','side':'client','status':'exited','code':0");
	assert_table(fds_of(&story, "client"), "client has ended (exited with 0): it has no descriptors\n");
	assert_table(fds_of(&story, "server"), "server has no descriptor\n");
	story_end(&story);
}

static void test_sockets(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	assert_table(table_of(&story, tables_sockets), "no side has a socket; `sockets all` lists everybody's\n");
	tell_server(&story);
	story_tell(&story, 2, "'event':'side','side':'server.2','host':'local','status':'started','pid':104,"
		   "'parent':'server'");
	story_tcp(&story, "server.2 3", 30, "*:8080", "LISTEN");
	assert_table(table_of(&story, tables_sockets),
		     "local: 5 sockets\n"
		     "proto  local            peer             state        recvq  sendq  descriptors\n"
		     "tcp    *:8080           -                LISTEN           1      5  server 3,\n"
		     "                                                                    server.2 3\n"
		     "tcp    127.0.0.1:40312  127.0.0.1:8080   ESTABLISHED      ?      ?  client 3\n"
		     "tcp    127.0.0.1:8080   127.0.0.1:40312  ESTABLISHED      5      0  server 4\n"
		     "tcp    127.0.0.1:8080   127.0.0.1:40314  ESTABLISHED      0      0  in accept\n"
		     "                                                                    queue\n"
		     "tcp    127.0.0.1:40310  127.0.0.1:8080   TIME_WAIT        0      0  TIME_WAIT,\n"
		     "                                                                    43 s left\n");
	story_end(&story);
}

static void test_sockets_without_descriptor(void **state)
{
	static const char *const cases[][3] = {
		{ "FIN_WAIT2", ",'inode':0,'timer':'timewait','timer_left':20000", "orphan, 13 s left" },
		{ "SYN_RECV", ",'inode':0", "in SYN queue" },
		{ "ESTABLISHED", ",'inode':55", "foreign" },
		{ "ESTABLISHED", "", "not known" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct story story;
		char *table;

		story_begin(&story);
		story_socket(&story, 31, "10.0.0.1:1 10.0.0.2:2", cases[i][0], cases[i][1]);
		table = table_of(&story, tables_sockets);
		assert_says(table, cases[i][2]);
		free(table);
		story_end(&story);
	}
}

static void print_all_sockets(struct text *out, const struct inquiry *inquiry)
{
	all_sockets_print(out, inquiry, NULL);
}

static void test_all_sockets(void **state)
{
	struct story story;
	char *table;

	(void)state;
	story_begin(&story);
	tell_server(&story);
	story_lists(&story, IPPROTO_TCP, "*:8080 -", "LISTEN")->cookie = 30;
	story_lists(&story, IPPROTO_TCP, "127.0.0.1:22 -", "LISTEN")->cookie = 99;
	table = table_of(&story, print_all_sockets);
	assert_says(table, "local tcp: 2 ");
	assert_says(table, "tcp    *:8080        -     LISTEN      0      0  server 3 ");
	assert_says(table, "tcp    127.0.0.1:22  -     LISTEN      0      0  uid 1000 ");
	assert_says(table, "local udp: 0");
	free(table);
	story.kernel = false;
	table = table_of(&story, print_all_sockets);
	assert_says(table, "local tcp: not known: nobody answers");
	assert_says_not(table, "LISTEN");
	free(table);
	story_end(&story);
}

enum { CROWD = 1300 };

static enum dump tell_crowd(void *owner, const char *host, const struct diag_filter *filter,
			    const struct diag_visitor *visitor, struct text *message)
{
	struct socket_facts facts = { .protocol = IPPROTO_TCP, .family = AF_INET, .type = SOCK_STREAM, .inode = 7 };

	(void)owner;
	(void)host;
	(void)message;
	if (filter->protocol != IPPROTO_TCP)
		return DUMP_COMPLETE;
	facts.state = 1;
	assert_true(address_read(&facts.local, "10.0.0.1:80", AF_INET));
	assert_true(address_read(&facts.peer, "10.0.0.2:1", AF_INET));
	visitor->socket(visitor->context, &facts);
	assert_true(visitor->again(visitor->context));
	for (uint16_t port = 1; port <= CROWD; port++) {
		address_set_port(&facts.peer, port);
		visitor->socket(visitor->context, &facts);
	}
	assert_false(visitor->again(visitor->context));
	return DUMP_INCONSISTENT;
}

/* Counts the parts, and keeps what they say. */
struct parts {
	struct text all;
	int count;
	size_t longest;
};

static void take_part(void *owner, const char *lines)
{
	struct parts *parts = owner;
	size_t len = strlen(lines);

	text_add(&parts->all, lines);
	text_add_char(&parts->all, '\n');
	parts->count++;
	parts->longest = len > parts->longest ? len : parts->longest;
}

/* Of many sockets only a part is in memory; then the list is not made anew, and each is in it once. */
static void test_all_sockets_of_a_crowd(void **state)
{
	static const struct inquiry_ops kernel = { .dump = tell_crowd };
	struct parts parts = { .count = 0 };
	struct story story;
	struct inquiry inquiry;
	struct text rest;
	size_t rows = 0;

	(void)state;
	story_begin(&story);
	tell_server(&story);
	inquiry = story_inquiry(&story);
	inquiry.ops = &kernel;
	text_init(&parts.all);
	text_init(&rest);
	all_sockets_print(&rest, &inquiry, &(struct all_sockets_taker){ take_part, &parts });
	assert_true(parts.count >= 2);
	assert_true(parts.longest < 8000);
	take_part(&parts, rest.data);
	for (const char *line = parts.all.data; (line = strstr(line, "\ntcp    10.0.0.1:80  10.0.0.2:")); line++)
		rows++;
	assert_int_equal(rows, CROWD);
	assert_non_null(strstr(parts.all.data, "local tcp:\nproto  local        peer         state  "));
	/* Wider cells: headed anew. */
	assert_non_null(strstr(parts.all.data, "\nproto  local        peer          state  "));
	assert_non_null(strstr(parts.all.data, "\nproto  local        peer           state  "));
	assert_non_null(strstr(parts.all.data, "\ntcp    10.0.0.1:80  10.0.0.2:1300  ESTABLISHED      0      0  u"));
	assert_says(parts.all.data, "local tcp: 1300, some may be missing or twice: they changed meanwhile");
	text_release(&parts.all);
	text_release(&rest);
	story_end(&story);
}

static void test_ports(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	tell_server(&story);
	story_tcp(&story, "server 7", 37, "127.0.0.1:80", "CLOSED");
	story_fd(&story, 1, "client", 5,
		 "'kind':'udp','proto':'udp','family':2,'type':2,'cookie':41,'local':'*:50000'");
	assert_table(table_of(&story, tables_ports),
		     "local: ephemeral ports 32768-60999 (net.ipv4.ip_local_port_range)\n"
		     "classes: well-known 0-1023, registered 1024-49151, dynamic 49152-65535\n"
		     "port       class       ephemeral  packet to        from             goes to\n"
		     "tcp 80     well-known  no         127.0.0.1:80     anyone           server 7:\n"
		     "                                                                    refused, as\n"
		     "                                                                    it does not\n"
		     "                                                                    listen\n"
		     "tcp 8080   registered  no         127.0.0.1:8080   127.0.0.1:40312  server 4\n"
		     "                                  127.0.0.1:8080   127.0.0.1:40314  in accept\n"
		     "                                                                    queue\n"
		     "                                  *:8080           anyone           server 3\n"
		     "tcp 40310  registered  yes        127.0.0.1:40310  127.0.0.1:8080   TIME_WAIT,\n"
		     "                                                                    43 s left\n"
		     "tcp 40312  registered  yes        127.0.0.1:40312  127.0.0.1:8080   client 3\n"
		     "udp 50000  dynamic     yes        *:50000          anyone           client 5\n");
	story_end(&story);
}

static void test_ports_range_not_known(void **state)
{
	struct story story;
	char *table;

	(void)state;
	story_begin(&story);
	story.port_range = NULL;
	table = table_of(&story, tables_ports);
	assert_says(table, "local: its range of ephemeral ports is not known");
	assert_says(table, "no side has a port");
	free(table);
	tell_server(&story);
	table = table_of(&story, tables_ports);
	assert_says(table, "registered  ?  ");
	free(table);
	story_end(&story);
}

/* Whatever is told, no line is wider than a classroom's terminal, but for a single cell that is. */
static void test_tables_fit(void **state)
{
	struct story story;
	char *table;

	(void)state;
	story_begin(&story);
	tell_server(&story);
	story_tcp(&story, "server 8", 50,
		  "[2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:40312 [2001:db8:1111:2222:3333:4444:5555:6666]:65535",
		  "ESTABLISHED");
	table = table_of(&story, tables_sockets);
	for (const char *line = table; *line != '\0'; line += strcspn(line, "\n") + 1)
		assert_true(strcspn(line, "\n") <= 80);
	assert_says(table, "[2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:40312");
	free(table);
	story_end(&story);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_columns_fold_words),
		cmocka_unit_test(test_columns_leave_out_the_empty),
		cmocka_unit_test(test_columns_cut_nothing),
		cmocka_unit_test(test_sides),
		cmocka_unit_test(test_fds),
		cmocka_unit_test(test_fds_after_the_end),
		cmocka_unit_test(test_sockets),
		cmocka_unit_test(test_sockets_without_descriptor),
		cmocka_unit_test(test_all_sockets),
		cmocka_unit_test(test_all_sockets_of_a_crowd),
		cmocka_unit_test(test_ports),
		cmocka_unit_test(test_ports_range_not_known),
		cmocka_unit_test(test_tables_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
