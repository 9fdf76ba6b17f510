/*
 * The arguments of calls: every way to write each type, C as books write it, what sockstep printed, and mistakes with
 * their place.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/show.h"
#include "call_lines.h"

static void c_and_bare_form(void **state)
{
	(void)state;
	lines_mean("socket(AF_INET, SOCK_STREAM, 0)", "socket(AF_INET, SOCK_STREAM, 0)");
	lines_mean("socket AF_INET SOCK_STREAM 0", "socket(AF_INET, SOCK_STREAM, 0)");
	lines_mean("socket AF_INET, SOCK_STREAM", "socket(AF_INET, SOCK_STREAM, 0)");
	lines_mean("socket(AF_INET SOCK_STREAM)", "socket(AF_INET, SOCK_STREAM, 0)");
	lines_mean("socket ( 2 , 1 , 6 ) ;", "socket(AF_INET, SOCK_STREAM, IPPROTO_TCP)");
	lines_mean("connect(3, server:80)", "connect(3, 10.0.0.2:80)");
	lines_mean("connect 3 server:80", "connect(3, 10.0.0.2:80)");
	lines_mean("connect s client:80", "connect(3, 10.0.0.1:80)");
	lines_mean("client: x = connect(s,server:80) & # comment", "connect(3, 10.0.0.2:80)");
	lines_mean("fork", "fork()");
	lines_mean("fork()", "fork()");
	lines_mean("listen 0x3 010", "listen(3, 8)");
}

static void short_forms(void **state)
{
	(void)state;
	lines_mean("socket tcp", "socket(AF_INET, SOCK_STREAM, 0)");
	lines_mean("socket(udp)", "socket(AF_INET, SOCK_DGRAM, 0)");
	lines_mean("socket tcp6", "socket(AF_INET6, SOCK_STREAM, 0)");
	lines_mean("socket udp6", "socket(AF_INET6, SOCK_DGRAM, 0)");
	lines_mean("socket raw", "socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)");
	lines_mean("socket raw6", "socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6)");
	lines_mean("socket unix", "socket(AF_UNIX, SOCK_STREAM, 0)");
	lines_mean("socket unix-dgram", "socket(AF_UNIX, SOCK_DGRAM, 0)");
	lines_mean("socketpair unix-seqpacket", "socketpair(AF_UNIX, SOCK_SEQPACKET, 0)");
	lines_mean("socket tcp|SOCK_NONBLOCK", "socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK, 0)");
	lines_mean("socket tcp | SOCK_CLOEXEC|0x800", "socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK, 0)");
	lines_mean("socket raw IPPROTO_UDP", "socket(AF_INET, SOCK_RAW, IPPROTO_UDP)");
	lines_mean("socket tcp protocol=IPPROTO_MPTCP", "socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP)");
	lines_mistake("socket tpc", 7, "did you mean tcp?");
	lines_mistake("socket tcp|SOCK_NONBLOK", 11, "did you mean SOCK_NONBLOCK?");
	lines_mistake("socket AF_INET tcp", 15, "write SOCK_STREAM, SOCK_DGRAM");
	lines_mistake("bind tcp", 5, "no descriptor is named tcp");
}

static void as_in_books(void **state)
{
	(void)state;
	lines_mean("accept(3, NULL, NULL)", "accept(3)");
	lines_mean("accept(s, (struct sockaddr *)&addr, &len)", "accept(3)");
	lines_mean("accept4(3, &a, &l, SOCK_NONBLOCK)", "accept4(3, SOCK_NONBLOCK)");
	lines_mean("accept4(3, NULL, NULL, 0)", "accept4(3, 0)");
	lines_mean("connect(3, server:80, sizeof(struct sockaddr_in))", "connect(3, 10.0.0.2:80)");
	lines_mean("bind(3, (struct sockaddr *) *:80, sizeof addr)", "bind(3, *:80)");
	lines_mean("bind(3, *:80, 16)", "bind(3, *:80)");
	lines_mean("recv(4, buf, 1024, 0)", "recv(4, 1024, 0)");
	lines_mean("recvfrom(4, buf, 1024, 0, NULL, NULL)", "recvfrom(4, 1024, 0)");
	lines_mean("recvfrom(4, buf, 1024, MSG_PEEK, (struct sockaddr *)&from, &len)", "recvfrom(4, 1024, MSG_PEEK)");
	lines_mean("send(3, \"hello\", strlen(\"hello\"), 0)", "send(3, \"hello\", 5, 0)");
	lines_mean("send(3, (const void *)\"hello\", sizeof(msg), 0)", "send(3, \"hello\", 5, 0)");
	lines_mean("sendto(3, \"x\", 1, 0, NULL, 0)", "sendto(3, \"x\", 1, 0)");
	lines_mean("getsockopt(3, SOL_SOCKET, SO_ERROR, &err, &len)", "getsockopt(3, SOL_SOCKET, SO_ERROR)");
	lines_mean("setsockopt(3, SOL_SOCKET, SO_REUSEADDR, 1, sizeof(int))",
		   "setsockopt(3, SOL_SOCKET, SO_REUSEADDR, 1)");
	lines_mean("poll([{fd=3, events=POLLIN}], 1, 1000)", "poll([3 POLLIN], 1000)");
	lines_mean("writev(3, [\"a\", \"b\"], 2)", "writev(3, [\"a\", \"b\"])");
	lines_mean("select(5, r=[3, 4], 1.5)", "select(r=[3, 4], 1.5)");
	lines_mean("select(5, [3, 4], NULL, NULL, NULL)", "select(r=[3, 4])");
	lines_mean("socketpair(AF_UNIX, SOCK_STREAM, 0, sv)", "socketpair(AF_UNIX, SOCK_STREAM, 0)");
	lines_mean("pipe2(&fds, O_NONBLOCK)", "pipe2(O_NONBLOCK)");
	lines_mean("pipe2(pipefd, O_NONBLOCK)", "pipe2(O_NONBLOCK)");
	lines_mean("epoll_wait(5, events, 10, -1)", "epoll_wait(5, 10, -1)");
	lines_mean("accept4(3, addr, addrlen, SOCK_NONBLOCK)", "accept4(3, SOCK_NONBLOCK)");
	lines_mean("splice(3, NULL, 5, NULL, 10, 0)", "splice(3, 5, 10, 0)");
	lines_mean("sendfile(3, 4, NULL, 10)", "sendfile(3, 4, 10)");
	lines_mean("waitpid(-1, &status, WNOHANG)", "waitpid(-1, WNOHANG)");
	lines_mean("waitpid(-1, NULL, 0)", "waitpid(-1, 0)");
	lines_mean("epoll_wait(5, &events, 10, -1)", "epoll_wait(5, 10, -1)");
	lines_mean("getaddrinfo(NULL, \"80\", NULL, &res)", "getaddrinfo(NULL, \"80\")");
	lines_mean("open(\"/etc/hosts\", O_RDONLY)", "open(\"/etc/hosts\", O_RDONLY)");
}

/* What C hides behind a name cannot be known: it is not taken for nothing. */
static void hidden_values(void **state)
{
	(void)state;
	lines_mistake("send(3, buf, 5, 0)", 8, "would know what buf is");
	lines_mistake("sendto(3, \"x\", 1, 0, (struct sockaddr *)&a, sizeof a)", 21, "would know what &a is");
	lines_mistake("bind(3, (struct sockaddr *)&addr, sizeof(addr))", 8, "an address such as");
	lines_mistake("recv(3, buf, sizeof(buf), 0)", 13, "the buffer's size such as 1024");
	lines_mistake("epoll_ctl(5, EPOLL_CTL_ADD, 3, &ev)", 31, "would know what &ev is");
	lines_mistake("select(4, &r, NULL, NULL, NULL)", 10,
		      "&r is unknown here; what is in it is given by name: select(");
	lines_mistake("send NULL \"x\"", 5, "a descriptor such as 3");
	lines_mistake("poll(&fds, 1, 100)", 5, "would know what &fds is");
}

static void addresses(void **state)
{
	(void)state;
	lines_mean("connect 3 127.0.0.1:0", "connect(3, 127.0.0.1:0)");
	lines_mean("connect 3 [::1]:65535", "connect(3, [::1]:65535)");
	lines_mean("connect 3 [::ffff:10.0.0.1]:80", "connect(3, [::ffff:10.0.0.1]:80)");
	lines_mean("connect 3 [fe80::1%7]:80", "connect(3, [fe80::1%7]:80)");
	lines_mean("bind 3 *:80", "bind(3, *:80)");
	lines_mean("bind 6 *:80", "bind(6, [::]:80)");
	lines_mean("bind 3 0.0.0.0:80", "bind(3, *:80)");
	lines_mean("connect 6 server:80", "connect(6, [fd00::2]:80)");
	lines_mean("bind 3 unix:/tmp/socket", "bind(3, unix:/tmp/socket)");
	lines_mean("bind 3 unix:@name", "bind(3, unix:@name)");
	lines_mean("bind 3 unix:@", "bind(3, unix:@)");
	lines_mean("bind 3 unix:", "bind(3, unix:)");
	lines_mean("bind 3 unix:@a\\x00b\\x20\\\\", "bind(3, unix:@a\\x00b\\x20\\\\)");
	lines_mean("bind 3 unix:/\\x2c\\x28\\xff", "bind(3, unix:/\\x2c\\x28\\xff)");
	lines_mean("connect 3 AF_UNSPEC", "connect(3, AF_UNSPEC)");
	lines_mean("sendto 3 \"x\" server:7", "sendto(3, \"x\", 1, 0, 10.0.0.2:7)");
	lines_mistake("connect 3 10.0.0.2", 10, "the port is missing: an address is written 10.0.0.2:80");
	lines_mistake("connect 3 10.0.0.2 80", 10, "the port is missing");
	lines_mistake("connect 3 fe80::1", 10, "in brackets");
	lines_mistake("connect 3 fd00::2:80", 10, "in brackets");
	lines_mistake("bind 3 80", 7, "a port alone is no address: it is written after its host, *:80");
	lines_mistake("connect 3 80", 10, "server:80");
	lines_mistake("connect 3 :80", 10, "the host is missing before :80");
	lines_mistake("connect 3 server:", 10, "the port is missing after server:");
	lines_mistake("connect 3 server:65536", 10, "a port is between 0 and 65535");
	lines_mistake("connect 3 server:-1", 10, "a port is between 0 and 65535");
	lines_mistake("connect 3 server:99999999999999999999", 10, "a port is between 0 and 65535");
	lines_mistake("bind 3 unix:/a\\q", 7, "any byte \\xHH");
	lines_mistake("bind 3 \"x\"", 7, "an address such as");
}

static void names_to_resolve(void **state)
{
	struct call call;
	char *printed;

	(void)state;
	lines_call(&call, "connect 3 example.com:http");
	assert_int_equal(call.args[1].kind, VALUE_HOSTNAME);
	assert_string_equal(call.args[1].bytes, "example.com");
	assert_string_equal(call.args[1].items[0].bytes, "http");
	call_release(&call);
	lines_call(&call, "connect 3 server:http");
	assert_int_equal(call.args[1].kind, VALUE_HOSTNAME);
	call_release(&call);
	printed = lines_print("connect 3 example.com:80", CALL_SHORT);
	assert_string_equal(printed, "connect(3, example.com:80)");
	free(printed);
}

static void data(void **state)
{
	(void)state;
	lines_mean("send 3 \"a\\r\\n\\t\\\\\\\"\\x00\\xff\"", "send(3, \"a\\r\\n\\t\\\\\\\"\\x00\\xff\", 8, 0)");
	lines_mean("send 3 \"\\a\\b\\e\\f\\v\\'\\?\"", "send(3, \"\\x07\\x08\\x1b\\x0c\\x0b'?\", 7, 0)");
	lines_mean("send 3 \"\\0\\12\\1234\"", "send(3, \"\\x00\\nS4\", 4, 0)");
	lines_mean("send 3 \"\\u{e9}\\u{20ac}\\u{1f600}\\u{7f}\"",
		   "send(3, \"\\xc3\\xa9\\xe2\\x82\\xac\\xf0\\x9f\\x98\\x80\\x7f\", 10, 0)");
	lines_mean("send 3 \"\xc3\xa9\xff\"", "send(3, \"\\xc3\\xa9\\xff\", 3, 0)");
	lines_mean("send 3 \"\"", "send(3, \"\", 0, 0)");
	lines_mean("send 3 hex:deadBEEF", "send(3, \"\\xde\\xad\\xbe\\xef\", 4, 0)");
	lines_mean("send 3 hex:\"de ad be ef\"", "send(3, \"\\xde\\xad\\xbe\\xef\", 4, 0)");
	lines_mean("send 3 hex:", "send(3, \"\", 0, 0)");
	lines_mean("send 3 hex:61*3", "send(3, \"aaa\", 3, 0)");
	lines_mean("send 3 \"ab\"*3", "send(3, \"ababab\", 6, 0)");
	lines_mean("send 3 \"ab\"*1", "send(3, \"ab\", 2, 0)");
	lines_mean("send 3 \"ab\"*0", "send(3, \"\", 0, 0)");
	lines_mean("send 3 \"\"*999999999", "send(3, \"\", 0, 0)");
	lines_mistake("send 3 \"\"*9999999999", 9, "how many copies");
	lines_mean("send 3 @data", "send(3, \"file\\x00data\", 9, 0)");
	lines_mean("send 3 @\"data\" 4", "send(3, \"file\\x00data\", 4, 0)");
	lines_mean("send 3 received", "send(3, \"GET /\\r\\n\", 7, 0)");
	lines_mean("send 3 received[0:3]", "send(3, \"GET\", 3, 0)");
	lines_mean("send 3 received[4:]", "send(3, \"/\\r\\n\", 3, 0)");
	lines_mean("send 3 received[:4]", "send(3, \"GET \", 4, 0)");
	lines_mean("send 3 received[7:7]", "send(3, \"\", 0, 0)");
	lines_mean("send 3 \"x\" MSG_OOB", "send(3, \"x\", 1, MSG_OOB)");
	lines_mean("send 3 \"xyz\" 2 MSG_OOB|MSG_DONTWAIT", "send(3, \"xyz\", 2, MSG_OOB|MSG_DONTWAIT)");
	lines_mean("send 3 \"xyz\" flags=MSG_OOB", "send(3, \"xyz\", 3, MSG_OOB)");
	lines_mistake("send 3 hello", 7, "data is written in quotes: \"hello\"");
	lines_mistake("send 3 \"x\" 2", 11, "the data has only 1 bytes");
	lines_mistake("send 3 \"x\" -1", 11, "-1 is not between 0 and");
	lines_mistake("send 3 received[0:8]", 7, "only 7 bytes were received");
	lines_mistake("send 3 received[8:]", 7, "only 7 bytes were received");
	lines_mistake("send 3 received[3:1]", 7, "does not end before it begins");
	lines_mistake("send 3 @none", 7, "No such file");
	lines_mistake("send(3, \"abc\"..., 1000, 0)", 8, "was cut when it was printed");
	lines_mistake("send 3 [\"x\"]", 7, "data such as");
}

/* The notation of base/show is that of the language, every byte of it. */
static void every_byte_reads_back(void **state)
{
	struct mistake mistake;
	struct text line;
	struct call call;
	char bytes[256 * 2];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i / 2 + (i % 2 == 0 ? 0 : '0'));
	for (int charset = SHOW_ASCII; charset <= SHOW_UTF8; charset++) {
		text_init(&line);
		text_add(&line, "send(3, ");
		show_quoted(&line, bytes, sizeof(bytes), 0, (enum show_charset)charset);
		text_add(&line, ")");
		mistake_init(&mistake);
		if (!call_read(&call, line.data, &mistake))
			fail_msg("%s", mistake.text.data);
		assert_int_equal(call.args[1].len, sizeof(bytes));
		assert_memory_equal(call.args[1].bytes, bytes, sizeof(bytes));
		call_release(&call);
		mistake_release(&mistake);
		text_release(&line);
	}
}

static void every_character_reads_back(void **state)
{
	struct mistake mistake;
	struct call call;

	(void)state;
	mistake_init(&mistake);
	for (unsigned code = 0; code <= 0x10ffff; code += code < 0x300 ? 1 : 0xfd) {
		char line[64], shown[64];
		struct text text;

		snprintf(line, sizeof(line), "send(3, \"\\u{%x}\")", code);
		if (code >= 0xd800 && code <= 0xdfff)
			continue;
		assert_true(call_read(&call, line, &mistake));
		text_init(&text);
		text_add(&text, "send(3, ");
		show_quoted(&text, call.args[1].bytes, call.args[1].len, 0, SHOW_UTF8);
		text_add(&text, ")");
		snprintf(shown, sizeof(shown), "%s", call.args[1].bytes);
		call_release(&call);
		assert_true(call_read(&call, text.data, &mistake));
		assert_string_equal(call.args[1].bytes, shown);
		call_release(&call);
		text_release(&text);
	}
	mistake_release(&mistake);
}

static void lists(void **state)
{
	(void)state;
	lines_mean("poll [3 POLLIN, l POLLIN|POLLOUT] 1000", "poll([3 POLLIN, 4 POLLIN|POLLOUT], 1000)");
	lines_mean("poll [] -1", "poll([], -1)");
	lines_mean("poll [3 0] 0", "poll([3 0], 0)");
	lines_mean("poll [ 3 POLLIN , ] 1", "poll([3 POLLIN], 1)");
	lines_mean("select r=[3,4] w=[5] 1.5", "select(r=[3, 4], w=[5], 1.5)");
	lines_mean("select 1.5 r=[3,4]", "select(r=[3, 4], 1.5)");
	lines_mean("select r=[] e=[s]", "select(r=[], e=[3])");
	lines_mean("select [3 4] [5] [] 0.000001", "select(r=[3, 4], w=[5], e=[], 0.000001)");
	lines_mean("select 2", "select(2)");
	lines_mean("sendmsg 3 \"x\" fds=[4,5]", "sendmsg(3, \"x\", fds=[4, 5], 0)");
	lines_mean("sendmsg 3 \"x\" to=server:80 flags=MSG_DONTWAIT",
		   "sendmsg(3, \"x\", to=10.0.0.2:80, MSG_DONTWAIT)");
	lines_mean("readv 3 [4, 1024]", "readv(3, [4, 1024])");
	lines_mean("writev 3 [\"head\", hex:00*2, received[0:1]]", "writev(3, [\"head\", \"\\x00\\x00\", \"G\"])");
	lines_mean("epoll_ctl 5 EPOLL_CTL_ADD 3 EPOLLIN|EPOLLET", "epoll_ctl(5, EPOLL_CTL_ADD, 3, EPOLLIN|EPOLLET)");
	lines_mean("epoll_ctl 5 EPOLL_CTL_DEL 3", "epoll_ctl(5, EPOLL_CTL_DEL, 3, 0)");
	lines_mean("sendfile 3 4 [10] 100", "sendfile(3, 4, [10], 100)");
	lines_mean("splice 3 [1] 4 [2] 100 SPLICE_F_MOVE", "splice(3, [1], 4, [2], 100, SPLICE_F_MOVE)");
	lines_mistake("poll [3] 5", 6, "each descriptor has its events");
	lines_mistake("poll [3 POLLIM] 5", 8, "did you mean POLLIN?");
	lines_mistake("poll [3 POLLIN, x POLLIN] 5", 16, "no descriptor is named x");
	lines_mistake("poll 3 5", 5, "descriptors and events such as");
	lines_mistake("select r=[3,x]", 12, "no descriptor is named x");
	lines_mistake("select r=[3] r=[4]", 13, "r is given twice");
	lines_mistake("select r=NULL r=[3]", 14, "r is given twice");
	lines_mistake("select x=[3]", 7, "select has no argument named x");
	lines_mistake("select r=3 1", 7, "descriptors such as [3, 4]");
	lines_mistake("readv 3 [4, -1]", 12, "is not between 0 and");
	lines_mistake("writev 3 [\"a\", b]", 15, "several data such as");
	lines_mistake("sendfile 3 4 [x] 100", 13, "an offset such as");
}

static void other_types(void **state)
{
	(void)state;
	lines_mean("open /etc/hosts", "open(\"/etc/hosts\", O_RDONLY)");
	lines_mean("open /tmp/x O_WRONLY|O_CREAT|O_TRUNC 0644", "open(\"/tmp/x\", O_WRONLY|O_CREAT|O_TRUNC, 0644)");
	lines_mean("open \"/a b\" O_RDWR 0", "open(\"/a b\", O_RDWR, 00)");
	lines_mean("fcntl 3 F_GETFL", "fcntl(3, F_GETFL)");
	lines_mean("fcntl 3 F_SETFL O_NONBLOCK", "fcntl(3, F_SETFL, O_RDONLY|O_NONBLOCK)");
	lines_mean("fcntl 3 F_SETFD FD_CLOEXEC", "fcntl(3, F_SETFD, FD_CLOEXEC)");
	lines_mean("fcntl 3 F_DUPFD 10", "fcntl(3, F_DUPFD, 10)");
	lines_mean("ioctl 3 FIONREAD", "ioctl(3, FIONREAD)");
	lines_mean("ioctl 3 FIONBIO 1", "ioctl(3, FIONBIO, 1)");
	lines_mean("ioctl(3, FIONREAD, [5])", "ioctl(3, FIONREAD, 5)");
	lines_mean("kill 4123 SIGTERM", "kill(4123, SIGTERM)");
	lines_mean("kill 4123 0", "kill(4123, 0)");
	lines_mean("signal SIGPIPE SIG_IGN", "signal(SIGPIPE, SIG_IGN)");
	lines_mean("signal SIGINT handler", "signal(SIGINT, handler)");
	lines_mean("waitpid -1 WNOHANG|WUNTRACED", "waitpid(-1, WNOHANG|WUNTRACED)");
	lines_mean("_exit 3", "_exit(3)");
	lines_mean("dup2 s 7", "dup2(3, 7)");
	lines_mean("getaddrinfo example.com http", "getaddrinfo(\"example.com\", \"http\")");
	lines_mistake("getaddrinfo a http AF_UNSPEC SOCK_STREAM AI_PASSIVE", 41, "no further argument");
	lines_mean("getaddrinfo NULL 80 flags=AI_PASSIVE socktype=SOCK_STREAM",
		   "getaddrinfo(NULL, \"80\", flags=AI_PASSIVE, socktype=SOCK_STREAM)");
	lines_mean("getnameinfo 127.0.0.1:80 NI_NUMERICHOST", "getnameinfo(127.0.0.1:80, NI_NUMERICHOST)");
	lines_mean("getnameinfo(127.0.0.1:80, 0x40)", "getnameinfo(127.0.0.1:80, 0x40)");
	lines_mean("getnameinfo(127.0.0.1:80, 16, host, sizeof(host), serv, sizeof(serv), NI_NUMERICHOST)",
		   "getnameinfo(127.0.0.1:80, NI_NUMERICHOST)");
	lines_mean("getnameinfo(127.0.0.1:80, 16, host, NI_MAXHOST, serv, NI_MAXSERV, 0)",
		   "getnameinfo(127.0.0.1:80, 0)");
	lines_mean("listen(3, SOMAXCONN)", "listen(3, 4096)");
	lines_mean("epoll_wait 3 SOMAXCONN 0", "epoll_wait(3, 4096, 0)");
	lines_mistake("recvmsg(3, &msg, 0)", 11, "its length is given: recvmsg(sockfd, ");
	lines_mistake("getaddrinfo(\"a\", \"http\", &hints, &res)", 25, "given by name: getaddrinfo(node, ");
	lines_mistake("send 3 'hello'", 7, "data is written in quotes: \"hello\"");
	lines_mistake("send 3 hex:zz", 11, "two digits each");
	lines_mistake("send 3 hex:00z", 13, "two digits each");
	lines_mean("send 3 \"x\" flags=0xffffffff", "send(3, \"x\", 1, "
		   "MSG_OOB|MSG_PEEK|MSG_DONTROUTE|MSG_CTRUNC|MSG_TRUNC|MSG_DONTWAIT|MSG_EOR|MSG_WAITALL|MSG_CONFIRM|"
		   "MSG_ERRQUEUE|MSG_NOSIGNAL|MSG_MORE|MSG_WAITFORONE|MSG_FASTOPEN|MSG_CMSG_CLOEXEC|0x9ffe1610)");
	lines_mistake("open /x O_WRONLY|O_CREAT 0999", 25, "a mode is octal");
	lines_mistake("listen 3 many", 9, "a number is expected");
	lines_mistake("listen 3 99999999999", 9, "is not between");
	lines_mistake("close 99999999999", 6, "is not between");
	lines_mistake("close x", 6, "no descriptor is named x");
	lines_mistake("read 3 99999999999", 7, "is not between 0 and 1073741824");
	lines_mistake("select -1", 7, "seconds are between");
	lines_mistake("select r=[3] 1e300", 13, "seconds are between");
	lines_mistake("getaddrinfo \"a\\x00b\"", 12, "may not hold one");
	lines_mistake("fcntl 3 F_SETFL O_NONBLOK", 16, "did you mean O_NONBLOCK?");
	lines_mistake("shutdown 3 stream", 11, "write SHUT_RD, SHUT_WR or SHUT_RDWR");
	lines_mistake("shutdown 3 wr", 11, "did you mean SHUT_WR?");
	lines_mistake("socket AF_INET|AF_INET6 SOCK_STREAM", 7, "only one of these");
	lines_mistake("socket AF_INET SOCK_STREAM|SOCK_DGRAM", 15, "only one of these");
	lines_mistake("socket AF_INET| SOCK_STREAM", 7, "SOCK_STREAM is not known here");
	lines_mistake("socket AF_INET SOCK_STREAM|", 15, "a name is missing beside |");
	lines_mistake("socket 99999999999 1", 7, "is not known here");
}

static void check_missing(const char *line, int missing, const char *part)
{
	struct statement statement;
	struct mistake mistake;
	struct call call;

	mistake_init(&mistake);
	assert_true(statement_read(&statement, line, strlen(line), false, &mistake));
	assert_false(call_bind(&call, statement.call, &statement.args, lines_context(), &mistake));
	assert_int_equal(mistake.missing, missing);
	assert_int_equal(mistake.column, -1);
	if (strstr(mistake.text.data, part) == NULL)
		fail_msg("'%s': %s", line, mistake.text.data);
	statement_release(&statement);
	mistake_release(&mistake);
}

static void too_few_and_too_many(void **state)
{
	(void)state;
	check_missing("connect 3", 1, "addr is missing: an address such as");
	check_missing("connect 3", 1, "connect(sockfd, >addr<)");
	check_missing("connect", 0, "connect(>sockfd<, addr)");
	check_missing("socket", 0, "AF_INET, AF_INET6, AF_UNIX");
	check_missing("send(3)", 1, ">buf<");
	check_missing("setsockopt 3 SO_REUSEADDR", 3, "optval is missing: 0 or 1");
	check_missing("setsockopt 3 SO_LINGER", 3, "{on, seconds}");
	check_missing("poll [3 POLLIN]", 2, ">timeout<");
	check_missing("shutdown 3", 1, "SHUT_RD, SHUT_WR or SHUT_RDWR");
	lines_mistake("connect 3 server:80 5 6", 22, "connect takes no further argument: connect(sockfd, addr)");
	lines_mistake("fork 3", 5, "fork takes no further argument: fork()");
	lines_mistake("close 3 4", 8, "close takes no further argument");
	lines_mistake("socket tcp 0 0", 13, "socket takes no further argument");
	lines_mistake("socketpair unix stream", 16, "[protocol]); unix stands for AF_UNIX, SOCK_STREAM");
	lines_mistake("sendto 3 \"a\" hex:00 server:53", 13, "; its data is one string, such as \"text\\x00\" or hex:");
	lines_mistake("send 3 \"a\" @/dev/null", 11, "its data is one string");
	lines_mistake("bind 3 server:80 \"a\"", 17, "bind takes no further argument: bind(sockfd, addr)");
}

/* In the side there is nobody who knows names. */
static void without_context(void **state)
{
	static const char *const lines[] = {
		"close x", "connect 3 server:80", "connect 3 10.0.0.1:http", "send 3 @data", "send 3 received",
		"s = socket tcp", "server: socket tcp", "accept 3 &", "sides", "", "# nothing",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		struct mistake mistake;
		struct call call;

		mistake_init(&mistake);
		if (call_read(&call, lines[i], &mistake))
			fail_msg("'%s' is understood", lines[i]);
		assert_true(mistake.text.len > 0);
		assert_null(call.spec);
		mistake_release(&mistake);
	}
}

/* A script is checked before its first line runs: then no file is read, and nothing was received yet. */
static void only_checking(void **state)
{
	const struct call_context checking = { .checking = true };
	static const char line[] = "send 3 @none 100";
	struct statement statement;
	struct mistake mistake;
	struct call call;

	(void)state;
	mistake_init(&mistake);
	assert_true(statement_read(&statement, line, strlen(line), false, &mistake));
	assert_true(call_bind(&call, statement.call, &statement.args, &checking, &mistake));
	call_release(&call);
	statement_release(&statement);
	mistake_release(&mistake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(c_and_bare_form),
		cmocka_unit_test(short_forms),
		cmocka_unit_test(as_in_books),
		cmocka_unit_test(hidden_values),
		cmocka_unit_test(addresses),
		cmocka_unit_test(names_to_resolve),
		cmocka_unit_test(data),
		cmocka_unit_test(every_byte_reads_back),
		cmocka_unit_test(every_character_reads_back),
		cmocka_unit_test(lists),
		cmocka_unit_test(other_types),
		cmocka_unit_test(too_few_and_too_many),
		cmocka_unit_test(without_context),
		cmocka_unit_test(only_checking),
	};

	return cmocka_run_group_tests_name("arguments of calls", tests, NULL, NULL);
}
