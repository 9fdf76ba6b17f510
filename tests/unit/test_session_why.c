#include "session_story.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session/commands.h"
#include "session/why.h"

/* ---- asking ---- */

static void assert_why(struct story *story, const char *side_name, const char *what)
{
	struct inquiry inquiry = story_inquiry(story);
	const struct world_side *side = world_side(inquiry.world, side_name);
	struct text out;

	text_init(&out);
	if (side->call_count > 0)
		why_waiting(&out, &inquiry, side, &side->calls[0]);
	else
		why_result(&out, &inquiry, side, &side->last);
	assert_says(out.data, what);
	text_release(&out);
}

static void assert_why_not(struct story *story, const char *side_name, const char *what)
{
	struct inquiry inquiry = story_inquiry(story);
	const struct world_side *side = world_side(inquiry.world, side_name);
	struct text out;

	text_init(&out);
	why_result(&out, &inquiry, side, &side->last);
	assert_says_not(out.data, what);
	text_release(&out);
}

static void assert_stands(struct story *story, const char *side_name, int fd, const char *what)
{
	struct inquiry inquiry = story_inquiry(story);
	struct text out;

	text_init(&out);
	why_descriptor(&out, &inquiry, world_side(inquiry.world, side_name), fd);
	assert_says(out.data, what);
	text_release(&out);
}

/* A row of a table: what happened, with one descriptor 3 of the client before it, and what is to be said. */
struct row {
	const char *before; /* the client's descriptor 3: JSON of its row; NULL: not open */
	const char *call, *text, *error;
	const char *says;
	int fd; /* that the call was about; 0: 3 */
};

static void check_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct row *row = &rows[i];
		struct story story;
		char *call = text_format("client %s", row->call);

		story_begin(&story);
		if (row->before != NULL)
			story_fd(&story, 1, "client", 3, row->before);
		story_call(&story, call, row->text, row->fd == 0 ? 3 : row->fd, row->error);
		assert_why(&story, "client", row->says);
		story_end(&story);
		free(call);
	}
}

#define TCP4 "'kind':'tcp','proto':'tcp','family':2,'type':1,'cookie':31,"
#define UDP4 "'kind':'udp','proto':'udp','family':2,'type':2,'cookie':31,"
#define UNIX "'kind':'unix','proto':'unix','family':1,'type':1,'cookie':31,"

/* ---- EADDRINUSE ---- */

static void test_address_in_use_by_a_listener(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	story_tcp(&story, "server 3", 40, "*:8080", "LISTEN");
	story_tcp(&story, "client 3", 31, "*:0", "CLOSED");
	story_lists(&story, IPPROTO_TCP, "*:8080 -", "LISTEN")->cookie = 40;
	story_call(&story, "client bind", "bind(3, 127.0.0.1:8080)", 3, "EADDRINUSE");
	assert_why(&story, "client", "127.0.0.1:8080: that port is taken on local.");
	assert_why(&story, "client", "- server 3: tcp *:8080, LISTEN");
	assert_why(&story, "client",
		   "SO_REUSEADDR does not help; SO_REUSEPORT does, set on both sockets before bind()");
	story_end(&story);
}

static void test_address_in_use_by_a_time_wait(void **state)
{
	struct story story;
	struct socket_facts *facts;

	(void)state;
	story_begin(&story);
	story_tcp(&story, "client 3", 31, "*:0", "CLOSED");
	facts = story_lists(&story, IPPROTO_TCP, "127.0.0.1:8080 127.0.0.1:40312", "TIME_WAIT");
	facts->inode = 0;
	facts->timer = TIMER_TIME_WAIT;
	facts->timer_left = 43200;
	story_call(&story, "client bind", "bind(3, *:8080)", 3, "EADDRINUSE");
	assert_why(&story, "client", "- TIME_WAIT, 43 s left: tcp 127.0.0.1:8080 to 127.0.0.1:40312, TIME_WAIT");
	assert_why(&story, "client",
		   "It must be on both sockets: set on this one before bind(), and the old one must have "
		   "had it as well.");
	story_end(&story);
}

static void test_address_in_use_by_a_stranger(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	story_tcp(&story, "client 3", 31, "*:0", "CLOSED");
	story_lists(&story, IPPROTO_TCP, "127.0.0.1:8080 -", "LISTEN")->cookie = 77;
	story_lists(&story, IPPROTO_TCP, "10.0.0.1:8080 -", "LISTEN")->cookie = 78;
	story_call(&story, "client bind", "bind(3, 127.0.0.1:8080)", 3, "EADDRINUSE");
	assert_why(&story, "client", "- foreign, uid 1000: tcp 127.0.0.1:8080, LISTEN");
	assert_why_not(&story, "client", "10.0.0.1:8080");
	story_end(&story);
}

/* [::]:8080 takes IPv4 as well, but not with IPV6_V6ONLY. */
static void test_address_in_use_by_two_families(void **state)
{
	struct story story;
	struct socket_facts *facts;

	(void)state;
	story_begin(&story);
	story_tcp(&story, "client 3", 31, "*:0", "CLOSED");
	facts = story_lists(&story, IPPROTO_TCP, "[::]:8080 -", "LISTEN");
	facts->cookie = 77;
	facts->has_v6only = true;
	story_call(&story, "client bind", "bind(3, 127.0.0.1:8080)", 3, "EADDRINUSE");
	assert_why(&story, "client", "tcp [::]:8080, LISTEN");
	facts->v6only = true;
	assert_why_not(&story, "client", "tcp [::]:8080");
	assert_why(&story, "client", "The holder cannot be known: it may be gone by now");
	story_end(&story);
}

/* One that is bound and does not listen is told by its side, where the kernel does not list it. */
static void test_address_in_use_without_a_kernel(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	story.kernel = false;
	story_tcp(&story, "client 3", 31, "*:0", "CLOSED");
	story_call(&story, "client bind", "bind(3, *:8080)", 3, "EADDRINUSE");
	assert_why(&story, "client", "Who holds it cannot be known: nobody answers.");
	story_tcp(&story, "server 3", 40, "127.0.0.1:8080", "CLOSED");
	assert_why(&story, "client", "- server 3: tcp 127.0.0.1:8080, bound, not listening");
	story_call(&story, "client bind", "bind(3, *:0)", 3, "EADDRINUSE");
	assert_why(&story, "client", "each of this host's ephemeral range 32768-60999 is taken");
	story.port_range = NULL;
	assert_why(&story, "client", "its range is not known");
	story_end(&story);
}

static void test_address_in_use_by_a_name(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	story_fd(&story, 1, "client", 3, UNIX "'local':'unix:'");
	story_call(&story, "client bind", "bind(3, unix:/tmp/s)", 3, "EADDRINUSE");
	assert_why(&story, "client", "unix:/tmp/s exists as a file.");
	story_fd(&story, 1, "server", 5,
		 "'kind':'unix','proto':'unix','family':1,'type':1,'cookie':50,'local':'unix:@n'");
	story_call(&story, "client bind", "bind(3, unix:@n)", 3, "EADDRINUSE");
	assert_why(&story, "client", "server 5 is bound to unix:@n.");
	story_end(&story);
}

/* ---- rights and addresses ---- */

static void test_low_port(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	story_tcp(&story, "client 3", 31, "*:0", "CLOSED");
	story_call(&story, "client bind", "bind(3, *:80)", 3, "EACCES");
	assert_why(&story, "client", "Ports below 1024 (net.ipv4.ip_unprivileged_port_start)");
	story.low_ports = "80";
	assert_why(&story, "client", "from port 80 on (net.ipv4.ip_unprivileged_port_start) anyone may bind");
	story.low_ports = NULL;
	assert_why(&story, "client", "usually 1024, is not known");
	story_end(&story);
}

static void test_address_not_here(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	story_tcp(&story, "client 3", 31, "*:0", "CLOSED");
	story_call(&story, "client bind", "bind(3, 192.0.2.7:80)", 3, "EADDRNOTAVAIL");
	assert_why(&story, "client", "192.0.2.7 is not an address of local. Its addresses: 127.0.0.1 10.0.0.1 ::1.");
	story.addresses = NULL;
	assert_why(&story, "client", "Its addresses: 127.0.0.1 ::1.");
	story_end(&story);
}

/* ---- ECONNREFUSED ---- */

static void test_refused_where_nobody_listens(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	story_tcp(&story, "client 3", 31, "*:0", "CLOSED");
	story_call(&story, "client connect", "connect(3, 127.0.0.1:81)", 3, "ECONNREFUSED");
	assert_why(&story, "client", "The SYN to 127.0.0.1:81 was answered with RST");
	assert_why(&story, "client", "No socket of local listens at port 81.");
	story.kernel = false;
	assert_why(&story, "client", "whether anyone else does is not known: nobody answers.");
	story_call(&story, "client connect", "connect(3, 192.0.2.7:81)", 3, "ECONNREFUSED");
	assert_why(&story, "client", "What listens on that machine cannot be seen from here.");
	story_end(&story);
}

static void test_refused_beside_a_listener(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	story_tcp(&story, "client 3", 31, "*:0", "CLOSED");
	story_tcp(&story, "server 3", 40, "10.0.0.1:80", "LISTEN");
	story_lists(&story, IPPROTO_TCP, "10.0.0.1:80 -", "LISTEN")->cookie = 40;
	story_call(&story, "client connect", "connect(3, 127.0.0.1:80)", 3, "ECONNREFUSED");
	assert_why(&story, "client", "server 3 listens at 10.0.0.1:80: on another address, so not there.");
	assert_why_not(&story, "client", "No socket of local listens");
	story.socket_count = 0;
	assert_why(&story, "client", "server 3 listens at 10.0.0.1:80: on another address");
	story_lists(&story, IPPROTO_TCP, "[::1]:80 -", "LISTEN")->cookie = 41;
	assert_why(&story, "client", "foreign, uid 1000 listens at [::1]:80: on an IPv6 address, so not there.");
	story_call(&story, "client connect", "connect(3, 10.0.0.1:80)", 3, "ECONNREFUSED");
	assert_why(&story, "client", "server 3 listens at 10.0.0.1:80 now; when the call was made it did not");
	story_end(&story);
}

static void test_refused_by_what_does_not_listen(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	story_tcp(&story, "client 3", 31, "*:0", "CLOSED");
	story_tcp(&story, "server 3", 40, "127.0.0.1:80", "CLOSED");
	story_fd(&story, 1, "server", 4, "'kind':'udp','proto':'udp','family':2,'type':2,'cookie':41,'local':'*:80'");
	story_call(&story, "client connect", "connect(3, 127.0.0.1:80)", 3, "ECONNREFUSED");
	assert_why(&story, "client", "server 3 is bound to 127.0.0.1:80 but does not listen: listen() is missing.");
	assert_why(&story, "client", "server 4 has UDP port 80; TCP's ports are others.");
	story_end(&story);
}

static void test_refused_by_others(void **state)
{
	static const struct row rows[] = {
		{ UDP4 "'local':'127.0.0.1:5','peer':'127.0.0.1:6'", "recv", "recv(3, 10, 0)", "ECONNREFUSED",
		  "An earlier datagram to 127.0.0.1:6 was answered with ICMP port unreachable", 0 },
		{ UNIX "'local':'unix:'", "connect", "connect(3, unix:/tmp/s)", "ECONNREFUSED",
		  "unix:/tmp/s names no socket that listens; its file is left over", 0 },
		{ NULL, "connect", "connect(3, \\\"\\\"...)", "ECONNREFUSED", "where it went is not known", 0 },
	};

	(void)state;
	check_rows(rows, COUNT_OF(rows));
}

/* ---- a connection that is over ---- */

#define PAIR "127.0.0.1:40312 127.0.0.1:8080"
#define REVERSE "127.0.0.1:8080 127.0.0.1:40312"

static void tell_connection(struct story *story)
{
	story_tcp(story, "client 3", STORY_CLIENT, PAIR, "ESTABLISHED");
	story_state(story, 1, STORY_CLIENT, PAIR, "SYN_SENT ESTABLISHED", "null");
	story_tcp(story, "server 4", STORY_SERVER, REVERSE, "ESTABLISHED");
	story_tell(story, 2,
		   "'event':'call','id':70,'side':'server','call':'close','text':'close(4)','status':'returned',"
		   "'result':0,'errno':null,'outcome':'0','fd':4");
}

static void test_pipe_after_the_peers_close(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	tell_connection(&story);
	story_state(&story, 2.5, STORY_CLIENT, PAIR, "ESTABLISHED CLOSE_WAIT", "{'call':70}");
	story_state(&story, 3, STORY_CLIENT, PAIR, "CLOSE_WAIT CLOSED", "null");
	story_tell(&story, 3,
		   "'event':'segment','n':12,'from':'server','to':'client','proto':'tcp','src':'127.0.0.1:8080',"
		   "'dst':'127.0.0.1:40312','flags':'RST','verdict':'delivered'");
	story_call(&story, "client send", "send(3, \\\"x\\\", 1, 0)", 3, "EPIPE");
	assert_why(&story, "client", "The peer closed its end first at 2.500 s (server: close(4)).");
	assert_why(&story, "client", "The RST was segment #12.");
	assert_why(&story, "client", "SIGPIPE goes with EPIPE");
	story_end(&story);
}

static void test_pipe_after_own_shutdown(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	tell_connection(&story);
	story_call(&story, "client shutdown", "shutdown(3, SHUT_WR)", 3, "0");
	story_state(&story, 3, STORY_CLIENT, PAIR, "ESTABLISHED FIN_WAIT1", "null");
	story_call(&story, "client send", "send(3, \\\"x\\\", 1, 0)", 3, "EPIPE");
	assert_why(&story, "client", "This end was shut for sending at 3.000 s.");
	story_end(&story);

	story_begin(&story);
	tell_connection(&story);
	story_state(&story, 3, STORY_CLIENT, PAIR, "ESTABLISHED FIN_WAIT2", "null,'jump':true");
	story_call(&story, "client send", "send(3, \\\"x\\\", 1, 0)", 3, "EPIPE");
	assert_why(&story, "client", "This end was shut for sending at 3.000 s");
	story_end(&story);
}

static void test_pipe_without_connection(void **state)
{
	static const struct row rows[] = {
		{ TCP4 "'local':'*:0','state':'CLOSED'", "send", "send(3, \\\"x\\\", 1, 0)", "EPIPE",
		  "client 3 was never connected", 0 },
		{ UNIX "'local':'unix:','peer':'unix:'", "send", "send(3, \\\"x\\\", 1, 0)", "EPIPE",
		  "The other end is closed, or this one was shut for sending", 0 },
		{ "'kind':'pipe'", "write", "write(3, \\\"x\\\", 1)", "EPIPE",
		  "No descriptor is open for reading at the other end of the pipe.", 0 },
		{ TCP4 "'local':'10.0.0.1:5','peer':'10.0.0.2:6','state':'ESTABLISHED'", "send",
		  "send(3, \\\"x\\\", 1, 0)", "EPIPE", "Which end closed is not known: the log has nothing of it.", 0 },
	};

	(void)state;
	check_rows(rows, COUNT_OF(rows));
}

static void test_reset(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	tell_connection(&story);
	story_state(&story, 4, STORY_SERVER, REVERSE, "ESTABLISHED CLOSED", "{'call':70}");
	story_state(&story, 4, STORY_CLIENT, PAIR, "ESTABLISHED CLOSED", "null");
	story_call(&story, "client recv", "recv(3, 10, 0)", 3, "ECONNRESET");
	assert_why(&story, "client", "The connection was reset by the peer at 4.000 s (server: close(4)).");
	assert_why(&story, "client", "or with SO_LINGER {1, 0}");
	story_call(&story, "server setsockopt", "setsockopt(4, SOL_SOCKET, SO_LINGER, {1, 0})", 4, "0");
	assert_why(&story, "client", "server: setsockopt(4, SOL_SOCKET, SO_LINGER, {1, 0}) makes close() send RST.");
	story_end(&story);

	story_begin(&story);
	story_fd(&story, 1, "client", 3, TCP4 "'local':'10.0.0.1:5','peer':'10.0.0.2:6','state':'ESTABLISHED'");
	story_call(&story, "client recv", "recv(3, 10, 0)", 3, "ECONNRESET");
	assert_why(&story, "client", "A RST came from 10.0.0.2:6. Which end closed is not known");
	story_end(&story);
}

/* ---- the others, each with what is known and without ---- */

static void test_peers(void **state)
{
	static const struct row rows[] = {
		{ TCP4 "'local':'10.0.0.1:5','state':'SYN_SENT','nonblock':true", "connect", "connect(3, 10.0.0.2:6)",
		  "EINPROGRESS", "`poll [3 POLLOUT] 1000` waits for its end; then `getsockopt 3 SO_ERROR`", 0 },
		{ TCP4 "'local':'10.0.0.1:5','state':'ESTABLISHED','nonblock':true", "connect",
		  "connect(3, 10.0.0.2:6)", "EINPROGRESS", "Its state is ESTABLISHED by now: it is connected.", 0 },
		{ NULL, "connect", "connect(3, 10.0.0.2:6)", "EALREADY",
		  "An earlier connect() on client 3 is still on its way", 0 },
		{ TCP4 "'local':'10.0.0.1:5','peer':'10.0.0.2:6','state':'ESTABLISHED'", "connect",
		  "connect(3, 10.0.0.2:7)", "EISCONN", "client 3 is connected already, to 10.0.0.2:6.", 0 },
		{ TCP4 "'local':'*:80','state':'LISTEN'", "recv", "recv(3, 10, 0)", "ENOTCONN",
		  "It listens: data goes over the descriptors that accept() gives.", 0 },
		{ TCP4 "'local':'*:0','state':'CLOSED'", "getpeername", "getpeername(3)", "ENOTCONN",
		  "client 3 is not connected to anyone. connect() is missing.", 0 },
		{ NULL, "recv", "recv(3, 10, 0)", "ENOTCONN", "Its state is not known.", 0 },
		{ UDP4 "'local':'*:0'", "send", "send(3, \\\"x\\\", 1, 0)", "EDESTADDRREQ", "use sendto with one", 0 },
		{ TCP4 "'local':'*:0','state':'CLOSED'", "connect", "connect(3, 192.0.2.1:80)", "ETIMEDOUT",
		  "Nobody answered the SYN to 192.0.2.1:80", 0 },
		{ TCP4 "'local':'10.0.0.1:5','peer':'10.0.0.2:6','state':'ESTABLISHED'", "recv", "recv(3, 10, 0)",
		  "ETIMEDOUT", "The peer 10.0.0.2:6 was silent for too long", 0 },
		{ NULL, "accept", "accept(3)", "ECONNABORTED", "reset while it waited in the accept queue.", 0 },
	};

	(void)state;
	check_rows(rows, COUNT_OF(rows));
}

static void test_syns_are_counted(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	story_tcp(&story, "client 3", STORY_CLIENT, "10.0.0.1:5", "CLOSED");
	story_state(&story, 1, STORY_CLIENT, "10.0.0.1:5 10.0.0.2:80", "CLOSED SYN_SENT", "null");
	story_tell(&story, 1, "'event':'segment','n':1,'from':'client','to':'server','proto':'tcp','src':'10.0.0.1:5',"
		   "'dst':'10.0.0.2:80','flags':'SYN','verdict':'dropped','sent':4");
	story_call(&story, "client connect", "connect(3, 10.0.0.2:80)", 3, "ETIMEDOUT");
	assert_why(&story, "client", "4 SYNs were sent, and none reached the other host");
	story_end(&story);
}

static void test_invalid(void **state)
{
	static const struct row rows[] = {
		{ TCP4 "'local':'*:8080','state':'CLOSED'", "bind", "bind(3, *:9)", "EINVAL",
		  "client 3 is bound already, to *:8080.", 0 },
		{ NULL, "bind", "bind(3, *:9)", "EINVAL", "to what this one is bound is not known", 0 },
		{ TCP4 "'local':'10.0.0.1:5','peer':'10.0.0.2:6','state':'ESTABLISHED'", "listen", "listen(3, 5)",
		  "EINVAL", "client 3 is connected (ESTABLISHED, to 10.0.0.2:6)", 0 },
		{ UNIX "'local':'unix:'", "listen", "listen(3, 5)", "EINVAL", "must be bound before it can listen", 0 },
		{ NULL, "listen", "listen(3, 5)", "EINVAL", "The state of this one is not known.", 0 },
		{ TCP4 "'local':'*:80','state':'CLOSED'", "accept", "accept(3)", "EINVAL",
		  "client 3 does not listen, its state is CLOSED. `listen 3 5` is missing.", 0 },
		{ TCP4 "'local':'*:0','state':'CLOSED'", "accept4", "accept4(3, 0)", "EINVAL",
		  "`listen 3 5` is missing, and before it bind().", 0 },
		{ TCP4 "'local':'10.0.0.1:5','peer':'10.0.0.2:6','state':'ESTABLISHED'", "accept", "accept(3)",
		  "EINVAL", "It is itself a connection; accept() is called on the listening socket.", 0 },
		{ NULL, "accept", "accept(3)", "EINVAL", "the state of this one is not known", 0 },
		{ TCP4 "'local':'*:0','state':'CLOSED'", "setsockopt", "setsockopt(3, SOL_SOCKET, SO_KEEPALIVE, 1)",
		  "EINVAL", "not with the state of client 3, CLOSED", 0 },
	};

	(void)state;
	check_rows(rows, COUNT_OF(rows));
}

static void test_families_and_routes(void **state)
{
	static const struct row rows[] = {
		{ TCP4 "'local':'*:0','state':'CLOSED'", "connect", "connect(3, [::1]:80)", "EAFNOSUPPORT",
		  "client 3 is a socket of AF_INET, and the address is one of AF_INET6", 0 },
		{ NULL, "socket", "socket(AF_VSOCK, SOCK_STREAM, 0)", "EAFNOSUPPORT", "no such address family", -1 },
		{ TCP4 "'local':'*:0','state':'CLOSED'", "connect", "connect(3, 192.0.2.1:80)", "ENETUNREACH",
		  "No route of local leads to 192.0.2.1", 0 },
		{ NULL, "send", "send(3, \\\"x\\\", 1, 0)", "ENETUNREACH", "leads to that address", 0 },
		{ NULL, "connect", "connect(3, 192.0.2.1:80)", "EHOSTUNREACH", "says that 192.0.2.1 cannot be reached",
		  0 },
		{ TCP4 "'local':'*:0','state':'CLOSED'", "connect", "connect(3, [::1]:80)", "EADDRNOTAVAIL",
		  "found no local address or no free port", 0 },
		{ NULL, "socket", "socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)", "EPERM", "A raw socket needs CAP_NET_RAW",
		  -1 },
		{ UDP4 "'local':'*:0'", "sendto", "sendto(3, \\\"x\\\", 1, 0, 10.0.0.255:5)", "EACCES", "SO_BROADCAST",
		  0 },
		{ UNIX "'local':'unix:'", "bind", "bind(3, unix:/srv/s)", "EACCES", "may not write to the directory",
		  0 },
		{ UNIX "'local':'unix:'", "connect", "connect(3, unix:/tmp/s)", "ENOENT", "No file has that name", 0 },
	};

	(void)state;
	check_rows(rows, COUNT_OF(rows));
}

static void test_arguments(void **state)
{
	static const struct row rows[] = {
		{ "'kind':'null'", "recv", "recv(77, 10, 0)", "EBADF", "client has no open descriptor 77. Open are: 3.",
		  77 },
		{ NULL, "recv", "recv(77, 10, 0)", "EBADF", "Open are: none.", 77 },
		{ "'kind':'file'", "write", "write(3, \\\"x\\\", 1)", "EBADF", "client 3 is open, but not for this",
		  0 },
		{ "'kind':'pipe'", "bind", "bind(3, *:1)", "ENOTSOCK",
		  "client 3 leads to a pipe; this call is for sockets.", 0 },
		{ NULL, "bind", "bind(3, *:1)", "ENOTSOCK", "leads to something that is not known", 0 },
		{ UDP4 "'local':'*:5'", "listen", "listen(3, 5)", "EOPNOTSUPP",
		  "client 3 is a udp socket, which has no listen(). Datagrams have no connections", 0 },
		{ UDP4 "'local':'*:5'", "send", "send(3, \\\"x\\\", 1, 0)", "EMSGSIZE", "at most 65507 bytes", 0 },
		{ "'kind':'udp','proto':'udp','family':10,'type':2,'cookie':31,'local':'[::]:5'", "send",
		  "send(3, \\\"x\\\", 1, 0)", "EMSGSIZE", "UDP over IPv6 takes at most 65527 bytes", 0 },
		{ NULL, "send", "send(3, \\\"x\\\", 1, 0)", "EMSGSIZE", "a datagram is never split", 0 },
		{ "'kind':'null'", "socket", "socket(AF_INET, SOCK_STREAM, 0)", "EMFILE",
		  "1 are open, as many as RLIMIT_NOFILE", -1 },
		{ NULL, "socket", "socket(AF_INET, SOCK_STREAM, IPPROTO_UDP)", "EPROTONOSUPPORT",
		  "family AF_INET, type SOCK_STREAM, protocol IPPROTO_UDP", -1 },
		{ TCP4 "'local':'*:0','state':'CLOSED'", "setsockopt", "setsockopt(3, IPPROTO_UDP, UDP_CORK, 1)",
		  "ENOPROTOOPT", "client 3 is a tcp socket, to which UDP_CORK of IPPROTO_UDP does not apply", 0 },
		{ NULL, "waitpid", "waitpid(-1, 0)", "ECHILD", "client has no such child", -1 },
		{ NULL, "kill", "kill(9999, SIGINT)", "ESRCH", "no process with that number", -1 },
		{ NULL, "getaddrinfo", "getaddrinfo(nowhere)", "EAI_NONAME", "No address is known for that name", -1 },
		{ NULL, "fork", "fork()", "EDEADLK", "No more is known here; fork(2) lists what may be meant.", -1 },
	};

	(void)state;
	check_rows(rows, COUNT_OF(rows));
}

static void test_again(void **state)
{
	static const struct row rows[] = {
		{ TCP4 "'local':'*:80','state':'LISTEN','nonblock':true", "accept", "accept(3)", "EAGAIN",
		  "no connection waits in the accept queue. client 3 is non-blocking (O_NONBLOCK)", 0 },
		{ TCP4 "'local':'*:80','state':'ESTABLISHED'", "recv", "recv(3, 10, MSG_DONTWAIT)", "EAGAIN",
		  "nothing has come that could be received. MSG_DONTWAIT was given", 0 },
		{ TCP4 "'local':'*:80','state':'ESTABLISHED'", "recv", "recv(3, 10, 0)", "EAGAIN",
		  "client 3 is blocking, so it waited until SO_RCVTIMEO had passed", 0 },
		{ TCP4 "'local':'*:80','state':'ESTABLISHED'", "send", "send(3, \\\"x\\\", 1, 0)", "EAGAIN",
		  "the send queue has no room. client 3 is blocking, so it waited until SO_SNDTIMEO", 0 },
		{ NULL, "recv", "recv(3, 10, 0)", "EAGAIN", "Why it may not wait is not known", 0 },
		{ NULL, "recv", "recv(3, 10, 0)", "EINTR", "A signal came while the call waited.", 0 },
		{ NULL, "connect", "connect(3, 10.0.0.2:6)", "EINTR", "The handshake goes on all the same", 0 },
	};
	struct story story;

	(void)state;
	check_rows(rows, COUNT_OF(rows));
	story_begin(&story);
	story_tell(&story, 1, "'event':'signal','side':'client','signal':'SIGINT','text':'--- SIGINT ---'");
	story_call(&story, "client recv", "recv(3, 10, 0)", 3, "EINTR");
	assert_why(&story, "client", "A signal came while the call waited, last was SIGINT.");
	story_end(&story);
}

/* ---- what waits ---- */

static void test_blocked_accept(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	story_blocked(&story, "server accept", "accept(3)", 3);
	assert_why(&story, "server", "server: accept(3) has not returned for 4.0 s.");
	assert_why(&story, "server", "its socket, whose address is not known");
	story_tcp(&story, "server 3", 40, "*:8080", "LISTEN");
	assert_why(&story, "server", "How many wait in its accept queue is not known.");
	story_socket(&story, 40, "*:8080", "LISTEN", ",'recvq':0,'sendq':5");
	assert_why(&story, "server", "It waits for a connection to *:8080. The accept queue is empty.");
	story_tcp(&story, "client 6", 41, "*:0", "CLOSED");
	assert_why(&story, "server", "`client: connect 6 ADDRESS` could make one");
	assert_why(&story, "server", "`interrupt server` makes it return EINTR.");
	story_end(&story);
}

static void test_blocked_receive(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	story_blocked(&story, "client recv", "recv(3, 1024, 0)", 3);
	assert_why(&story, "client", "It waits for somebody to write into the file");
	story_tcp(&story, "client 3", STORY_CLIENT, PAIR, "ESTABLISHED");
	assert_why(&story, "client", "It waits for bytes from 127.0.0.1:8080, or for its FIN");
	assert_why(&story, "client", "Who is at the other end is not known here.");
	story_socket(&story, STORY_SERVER, REVERSE, "ESTABLISHED", ",'inode':0");
	assert_why(&story, "client", "a socket without a descriptor of our sides, in state ESTABLISHED");
	story_tcp(&story, "server 4", STORY_SERVER, REVERSE, "ESTABLISHED");
	assert_why(&story, "client", "At the other end is server 4: `server: send 4 \"...\"` lets it go");
	story_socket(&story, STORY_SERVER, REVERSE, "ESTABLISHED", ",'recvq':18");
	assert_why(&story, "client", "18 bytes lie unread there: its program has not received them.");
	story_fd(&story, 1, "client", 3, "'kind':'udp','proto':'udp','family':2,'type':2,'cookie':55,'local':'*:5'");
	assert_why(&story, "client", "It waits for a datagram to *:5, from anyone.");
	story_end(&story);
}

static void test_blocked_others(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	story_tcp(&story, "client 3", STORY_CLIENT, PAIR, "ESTABLISHED");
	story_tcp(&story, "server 4", STORY_SERVER, REVERSE, "ESTABLISHED");
	story_socket(&story, STORY_CLIENT, PAIR, "ESTABLISHED", ",'sendq':9000");
	story_socket(&story, STORY_SERVER, REVERSE, "ESTABLISHED", ",'recvq':4000");
	story_blocked(&story, "client send", "send(3, \\\"a\\\"..., 9999999, 0)", 3);
	assert_why(&story, "client", "9000 bytes are in it. The other end has 4000 bytes that nobody has read. "
				     "`server: recv 4 65536` makes room.");
	story_end(&story);

	story_begin(&story);
	story_tcp(&story, "client 3", STORY_CLIENT, PAIR, "SYN_SENT");
	story_socket(&story, STORY_CLIENT, PAIR, "SYN_SENT", ",'timer':'on','timer_left':8000,'retransmits':2");
	story_blocked(&story, "client connect", "connect(3, 127.0.0.1:8080)", 3);
	assert_why(&story, "client",
		   "It waits for the SYN,ACK of 127.0.0.1:8080; an RST would end it with ECONNREFUSED. Its "
		   "state is SYN_SENT. In 1.0 s the SYN is sent again (2 times so far).");
	story_socket(&story, STORY_CLIENT, PAIR, "SYN_SENT", ",'timer':'on','timer_left':8000,'retransmits':1");
	assert_why(&story, "client", "In 1.0 s the SYN is sent again (once so far).");
	story_socket(&story, STORY_CLIENT, PAIR, "SYN_SENT", ",'timer':'on','timer_left':8000,'retransmits':0");
	assert_why(&story, "client", "In 1.0 s the SYN is sent again. `interrupt");
	story_blocked(&story, "server poll", "poll([3 POLLIN, 4 POLLIN|POLLOUT], 1000)", -1);
	assert_why(&story, "server", "server 3 POLLIN, server 4 POLLIN|POLLOUT.");
	story_end(&story);

	story_begin(&story);
	story_tcp(&story, "client 3", STORY_CLIENT, PAIR, "SYN_SENT");
	story_blocked(&story, "client sendto", "sendto(3, \\\"x\\\", 1, 0, 127.0.0.1:1)", 3);
	assert_why(&story, "client",
		   "It waits for the connection, which another call has begun: its state is SYN_SENT");
	story_end(&story);

	story_begin(&story);
	story_blocked(&story, "client waitpid", "waitpid(-1, 0)", -1);
	assert_why(&story, "client", "none of its children is known to be alive");
	story_tell(&story, 3,
		   "'event':'side','side':'client.2','host':'local','status':'started','pid':9,'parent':'client'");
	assert_why(&story, "client", "`client.2: _exit 0` lets it go");
	story_blocked(&story, "server getaddrinfo", "getaddrinfo(x)", -1);
	assert_why(&story, "server", "it cannot be interrupted");
	story_end(&story);
}

/* ---- what stands ---- */

static void test_what_is_not_acknowledged(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	story_tcp(&story, "client 3", STORY_CLIENT, PAIR, "ESTABLISHED");
	story_tcp(&story, "server 4", STORY_SERVER, REVERSE, "ESTABLISHED");
	story_socket(&story, STORY_CLIENT, PAIR, "ESTABLISHED",
		     ",'sendq':9000,'timer':'persist','timer_left':8000,'retransmits':0");
	story_socket(&story, STORY_SERVER, REVERSE, "ESTABLISHED", ",'recvq':1");
	story_call(&story, "client send", "send(3, \\\"a\\\"*9000, 9000, 0)", 3, "9000");
	assert_why(&story, "client", "9000 bytes are in its send queue: the peer has not acknowledged them. The peer's "
				     "window has no room: it is asked again in ");
	assert_why(&story, "client", "The other end has 1 byte that nobody has read.");
	story_socket(&story, STORY_CLIENT, PAIR, "CLOSE_WAIT",
		     ",'sendq':1,'timer':'on','timer_left':8000,'retransmits':3");
	assert_stands(&story, "client", 3, "1 byte is in its send queue: the peer has not acknowledged it. Without an "
					   "ACK it is sent again in ");
	assert_stands(&story, "client", 3, "(3 times so far).");
	story_end(&story);
}

static void test_states(void **state)
{
	static const char *const cases[][2] = {
		{ "LISTEN", "LISTEN: it waits for SYNs" },
		{ "SYN_SENT", "It waits for SYN,ACK, which makes it ESTABLISHED" },
		{ "SYN_RECV", "It waits for the ACK of that" },
		{ "ESTABLISHED", "shutdown(SHUT_WR) here makes it FIN_WAIT1" },
		{ "FIN_WAIT1", "It waits for the ACK of it (then FIN_WAIT2)" },
		{ "FIN_WAIT2", "It waits for the peer's FIN, which makes it TIME_WAIT. What sends that is `server: "
			       "close 4`. The "
			       "other end is in CLOSE_WAIT." },
		{ "CLOSE_WAIT", "`close 3` sends FIN (then LAST_ACK)" },
		{ "CLOSING", "both ends sent FIN at the same time" },
		{ "LAST_ACK", "It waits for the ACK of its FIN" },
		{ "CLOSED", "its connection to 127.0.0.1:8080 is over" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct story story;

		story_begin(&story);
		story_state(&story, 1, STORY_CLIENT, PAIR, "ESTABLISHED CLOSED", "null");
		story_tcp(&story, "client 3", STORY_CLIENT, PAIR, cases[i][0]);
		story_tcp(&story, "server 4", STORY_SERVER, REVERSE, "CLOSE_WAIT");
		assert_stands(&story, "client", 3, cases[i][1]);
		story_end(&story);
	}
}

static void test_time_wait(void **state)
{
	struct story story;
	struct inquiry inquiry;
	struct text out;

	(void)state;
	story_begin(&story);
	story_socket(&story, 60, PAIR, "TIME_WAIT", ",'inode':0,'timer':'timewait','timer_left':50000");
	inquiry = story_inquiry(&story);
	text_init(&out);
	why_socket(&out, &inquiry, world_socket(inquiry.world, "local", 60));
	assert_says(out.data, "TIME_WAIT: this end closed first");
	assert_says(out.data, "It is gone in 43 s.");
	text_release(&out);
	story_end(&story);
}

static void test_other_descriptors(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	assert_stands(&story, "client", 3, "client 3 is not open.");
	story_fd(&story, 1, "client", 3, "'kind':'pipe'");
	assert_stands(&story, "client", 3, "client 3 is no socket: pipe.");
	story_tell(&story, 2, "'event':'fd','side':'client','fd':4,'status':'reserved'");
	assert_stands(&story, "client", 4, "client 4 is reserved by a call that sleeps");
	story_fd(&story, 1, "client", 5, UDP4 "'local':'*:0'");
	assert_stands(&story, "client", 5, "UDP has no connections and no states. It has no address yet");
	story_tcp(&story, "client 6", 70, "*:0", "CLOSED");
	assert_stands(&story, "client", 6, "CLOSED: it is neither bound nor connected.");
	story_tcp(&story, "client 6", 70, "*:80", "CLOSED");
	story_state(&story, 2, 70, "*:80 10.0.0.2:81", "SYN_SENT CLOSED", "null");
	assert_stands(&story, "client", 6, "it is bound to *:80, and neither listens nor is connected. `listen 6 5`");
	story_end(&story);
}

/* ---- the command ---- */

static const char *said(struct story *story, const char *rest)
{
	char *line = text_format("why %s", rest);
	struct running *running = &story->session.running;
	struct cursor cursor = { .line = line, .at = 4, .len = strlen(line) };
	struct syntax_list words;
	struct mistake mistake;

	mistake_init(&mistake);
	assert_true(syntax_read_args(&words, &cursor, false, &mistake));
	mistake_release(&mistake);
	text_clear(&story->said);
	running->line = line;
	running->statement.command = command_spec(COMMAND_why);
	running->statement.rest = xstrdup(rest);
	running->statement.rest_column = 4;
	command_why(&story->session, &words);
	free(running->statement.rest);
	free(running->line);
	running->statement.rest = running->line = NULL;
	syntax_list_release(&words);
	return story->said.data;
}

static void test_command(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	assert_says(said(&story, ""), "client has made no call yet");
	story_tcp(&story, "client 3", 70, "*:80", "CLOSED");
	story_call(&story, "server bind", "bind(3, *:80)", 3, "EBADF");
	story_call(&story, "client bind", "bind(3, *:80)", 3, "0");
	assert_says(said(&story, ""), "client: bind(3, *:80) = 0 It did what was asked. CLOSED: it is bound to *:80");
	assert_says(said(&story, "server"), "server has no open descriptor 3.");
	assert_says(said(&story, "3"), "CLOSED: it is bound to *:80");
	assert_says(said(&story, "client 3"), "CLOSED: it is bound to *:80");
	assert_says(said(&story, "*:80 *"), "CLOSED: it is bound to *:80");
	assert_says(said(&story, "*:81 *"), "no socket from *:81 to * is known on local");
	assert_says(said(&story, "nobody 3"), "mistake at 4: there is no side nobody");
	story.session.last_side = xstrdup("server");
	assert_says(said(&story, ""), "server has no open descriptor 3.");
	story_tell(&story, 9, "'event':'side','side':'server','status':'exited','code':1");
	assert_says(said(&story, ""), "server has ended: exited with 1");
	story_end(&story);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_address_in_use_by_a_listener),
		cmocka_unit_test(test_address_in_use_by_a_time_wait),
		cmocka_unit_test(test_address_in_use_by_a_stranger),
		cmocka_unit_test(test_address_in_use_by_two_families),
		cmocka_unit_test(test_address_in_use_without_a_kernel),
		cmocka_unit_test(test_address_in_use_by_a_name),
		cmocka_unit_test(test_low_port),
		cmocka_unit_test(test_address_not_here),
		cmocka_unit_test(test_refused_where_nobody_listens),
		cmocka_unit_test(test_refused_beside_a_listener),
		cmocka_unit_test(test_refused_by_what_does_not_listen),
		cmocka_unit_test(test_refused_by_others),
		cmocka_unit_test(test_pipe_after_the_peers_close),
		cmocka_unit_test(test_pipe_after_own_shutdown),
		cmocka_unit_test(test_pipe_without_connection),
		cmocka_unit_test(test_reset),
		cmocka_unit_test(test_peers),
		cmocka_unit_test(test_syns_are_counted),
		cmocka_unit_test(test_invalid),
		cmocka_unit_test(test_families_and_routes),
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_blocked_accept),
		cmocka_unit_test(test_blocked_receive),
		cmocka_unit_test(test_blocked_others),
		cmocka_unit_test(test_what_is_not_acknowledged),
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_time_wait),
		cmocka_unit_test(test_other_descriptors),
		cmocka_unit_test(test_command),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
