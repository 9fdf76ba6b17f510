#include "session_story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "session/complete.h"
#include "session/suggest.h"

static void add(void *context, const char *text, const char *help)
{
	struct text *out = context;

	(void)help;
	text_addf(out, "%s%s", out->len > 0 ? "," : "", text);
}

static void add_with_help(void *context, const char *text, const char *help)
{
	text_addf(context, "%s (%s)\n", text, help == NULL ? "" : help);
}

/* What is offered at the end of the line; the word that is replaced begins where ^ stands in `line`, which is taken
 * out. */
static void assert_offers(struct story *story, const char *marked, const char *expected)
{
	size_t begin = strcspn(marked, "^");
	char *line = text_format("%.*s%s", (int)begin, marked, marked + begin + (marked[begin] == '^'));
	struct text out;
	size_t found;

	text_init(&out);
	found = session_complete(&story->session, line, strlen(line), add, &out);
	assert_string_equal(out.data, expected);
	if (marked[begin] == '^')
		assert_int_equal(found, begin);
	text_release(&out);
	free(line);
}

static void assert_offered(struct story *story, const char *line, const char *word, bool offered)
{
	struct text out;
	char *one;

	text_init(&out);
	text_add(&out, ",");
	session_complete(&story->session, line, strlen(line), add, &out);
	text_add(&out, ",");
	one = text_format(",%s,", word);
	if ((strstr(out.data, one) != NULL) != offered)
		fail_msg("%s is %soffered for \"%s\": %s", word, offered ? "not " : "", line, out.data);
	free(one);
	text_release(&out);
}

/* The client has one socket of every kind; the server listens. */
static void tell_all_kinds(struct story *story)
{
	story_fd(story, 1, "client", 0, "'kind':'null','path':'/dev/null'");
	story_tcp(story, "client 3", 31, "*:0", "CLOSED");
	story_tcp(story, "client 4", 32, "*:8081", "CLOSED");
	story_tcp(story, "client 5", 33, "127.0.0.1:8081", "LISTEN");
	story_tcp(story, "client 6", 34, "127.0.0.1:40312 127.0.0.1:8080", "ESTABLISHED");
	story_fd(story, 1, "client", 7, "'kind':'udp','proto':'udp','family':2,'type':2,'cookie':35,'local':'*:0'");
	story_fd(story, 1, "client", 8, "'kind':'unix','proto':'unix','family':1,'type':1,'cookie':36,'local':'unix:'");
	story_fd(story, 1, "client", 9, "'kind':'epoll'");
	story_tell(story, 2, "'event':'fd','side':'client','fd':10,'status':'reserved'");
	session_name_descriptor(&story->session, "client", "s", 3);
	story_tcp(story, "server 3", 40, "*:8080", "LISTEN");
	story_fd(story, 1, "server", 4, "'kind':'udp','proto':'udp','family':2,'type':2,'cookie':41,'local':'*:53'");
	story_fd(story, 1, "server", 5,
		 "'kind':'unix','proto':'unix','family':1,'type':1,'cookie':42,'local':'unix:@n','state':'LISTEN'");
}

static void test_first_words(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	assert_offers(&story, "^soc", "socket,socketpair,sockets");
	assert_offers(&story, "server: ^soc", "socket,socketpair,sockets");
	assert_offers(&story, "s = ^soc", "socket,socketpair");
	assert_offers(&story, "^cl", "client:,close");
	assert_offers(&story, "client: ^cl", "close");
	assert_offers(&story, "nonsense ", "");
	assert_offers(&story, "send 3 \"so", "");
	story_end(&story);
}

static void test_descriptors(void **state)
{
	static const char *const cases[][2] = {
		{ "accept ^", "5" },
		{ "accept(^", "5" },
		{ "bind ^", "3,s,7,8" },
		{ "listen ^", "3,s,4,8" },
		{ "connect ^", "3,s,4,7,8" },
		{ "send ^", "6" },
		{ "recv ^", "6,7" },
		{ "sendto ^", "6,7" },
		{ "shutdown ^", "6" },
		{ "getpeername ^", "6" },
		{ "epoll_wait ^", "9" },
		{ "read ^", "0,6,7,9" },
		{ "close ^", "0,3,s,4,5,6,7,8,9" },
		{ "server: accept ^", "3,5" },
		{ "server: send ^", "" },
		{ "epoll_ctl 9 EPOLL_CTL_ADD ^", "0,3,s,4,5,6,7,8,9" },
		{ "poll [^", "0,3,s,4,5,6,7,8,9" },
		{ "poll [3 POLLIN, ^s", "s" },
		{ "select r=[^6", "6" },
		{ "select r=^", "[0],[3],[s],[4],[5],[6],[7],[8],[9]" },
		{ "connect ^s", "s" },
		{ "info ^", "0,3,s,4,5,6,7,8,9" },
		{ "why server ^", "3,4,5" },
	};
	struct story story;

	(void)state;
	story_begin(&story);
	tell_all_kinds(&story);
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_offers(&story, cases[i][0], cases[i][1]);
	story_end(&story);
}

static void test_constants(void **state)
{
	static const char *const cases[][2] = {
		{ "socket ^t", "tcp,tcp6" },
		{ "socket ^AF_I", "AF_INET,AF_INET6" },
		{ "socket AF_INET ^SOCK_S", "SOCK_STREAM,SOCK_SEQPACKET" },
		{ "socket AF_INET SOCK_STREAM|^", "SOCK_CLOEXEC,SOCK_NONBLOCK" },
		{ "socket AF_INET SOCK_STREAM|SOCK_CLOEXEC|^", "SOCK_NONBLOCK" },
		{ "socket AF_INET SOCK_STREAM ^IPPROTO_TC", "IPPROTO_TCP" },
		{ "socket tcp ^", "" },
		{ "shutdown 6 ^", "SHUT_RD,SHUT_WR,SHUT_RDWR" },
		{ "send 6 \"x\" ^MSG_D", "MSG_DONTROUTE,MSG_DONTWAIT" },
		{ "send 6 \"x\" MSG_OOB|^MSG_O", "" },
		{ "send(6, \"x, y\", 4, ^MSG_NO", "MSG_NOSIGNAL" },
		{ "recv 6 1024 ^MSG_W", "MSG_WAITALL,MSG_WAITFORONE" },
		{ "poll [3 POLLIN|^POLLO", "POLLOUT" },
		{ "epoll_ctl 9 ^", "EPOLL_CTL_ADD,EPOLL_CTL_MOD,EPOLL_CTL_DEL" },
		{ "epoll_ctl 9 EPOLL_CTL_ADD 3 ^EPOLLE", "EPOLLERR,EPOLLEXCLUSIVE,EPOLLET" },
		{ "fcntl 3 ^F_GETF", "F_GETFD,F_GETFL" },
		{ "fcntl 3 F_SETFL ^O_NONB", "O_NONBLOCK" },
		{ "fcntl 3 F_SETFD ^", "FD_CLOEXEC" },
		{ "ioctl 3 ^FIO", "FIONREAD,FIONBIO,FIOASYNC" },
		{ "ioctl 3 FIONBIO ^", "1,0" },
		{ "signal ^SIGPI", "SIGPIPE" },
		{ "kill 101 ^SIGUSR", "SIGUSR1,SIGUSR2" },
		{ "open /dev/null ^O_RD", "O_RDONLY,O_RDWR" },
		{ "open /dev/null O_RDWR|^O_CR", "O_CREAT" },
		{ "getaddrinfo localhost ^fa", "family=" },
		{ "getaddrinfo localhost family=^AF_U", "AF_UNIX,AF_UNSPEC" },
		{ "sendmsg 6 \"x\" ^", "to=,fds=,MSG_OOB,MSG_PEEK,MSG_DONTROUTE,MSG_CTRUNC,MSG_TRUNC,MSG_DONTWAIT,MSG_"
				       "EOR,"
				       "MSG_WAITALL,MSG_CONFIRM,MSG_ERRQUEUE,MSG_NOSIGNAL,MSG_MORE,MSG_WAITFORONE,"
				       "MSG_FASTOPEN,MSG_CMSG_CLOEXEC" },
		{ "sendmsg 6 \"x\" fds=[^", "0,3,s,4,5,6,7,8,9" },
	};
	struct story story;

	(void)state;
	story_begin(&story);
	tell_all_kinds(&story);
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_offers(&story, cases[i][0], cases[i][1]);
	story_end(&story);
}

static void test_options(void **state)
{
	static const char *const cases[][2] = {
		{ "setsockopt 3 ^SO_REU", "SO_REUSEADDR,SO_REUSEPORT" },
		{ "setsockopt 3 ^IPPROTO_T", "IPPROTO_TCP" },
		{ "setsockopt 3 IPPROTO_TCP ^TCP_KEEP", "TCP_KEEPCNT,TCP_KEEPIDLE,TCP_KEEPINTVL" },
		{ "setsockopt 3 IPPROTO_TCP ^SO_REU", "" },
		{ "setsockopt(3, SOL_SOCKET, ^SO_LI", "SO_LINGER" },
		{ "setsockopt 3 SO_REUSEADDR ^", "1,0" },
		{ "setsockopt 3 SOL_SOCKET SO_REUSEADDR ^", "1,0" },
		{ "setsockopt 3 SO_LINGER ^", "{1, 0},{1, 5},{0, 0}" },
		{ "setsockopt 3 SO_RCVTIMEO ^", "1.5" },
		{ "setsockopt 3 SO_RCVBUF ^", "" },
		{ "getsockopt 3 ^TCP_INF", "TCP_INFO" },
		{ "getsockopt 3 TCP_INFO ^", "" },
	};
	struct story story;

	(void)state;
	story_begin(&story);
	tell_all_kinds(&story);
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_offers(&story, cases[i][0], cases[i][1]);
	story_end(&story);
}

static void test_addresses(void **state)
{
	static const char *const cases[][2] = {
		{ "connect 3 ^", "client:8081,server:8080,client:,server:,local:,AF_UNSPEC" },
		{ "connect 3 ^server", "server:8080,server:" },
		{ "connect 3 ^server:8", "server:8080" },
		{ "connect 8 ^", "unix:@n" },
		{ "sendto 7 \"x\" ^se", "server:53,server:" },
		{ "bind 3 ^", "*:8080,127.0.0.1:8080,*:0" },
		{ "bind 8 ^", "unix:@name,unix:/tmp/name" },
		{ "getaddrinfo ^", "client,server,local" },
	};
	struct story story;

	(void)state;
	story_begin(&story);
	tell_all_kinds(&story);
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_offers(&story, cases[i][0], cases[i][1]);
	story_end(&story);
}

static void test_processes_and_data(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	story_tell(&story, 1, "'event':'side','side':'client.2','host':'local','status':'started','pid':104,"
		   "'parent':'client'");
	assert_offers(&story, "waitpid ^", "-1,104");
	assert_offers(&story, "kill ^", "101,102,104");
	assert_offers(&story, "send 3 ^rec", "");
	story_tell(&story, 2,
		   "'event':'call','id':9,'side':'client','call':'recv','text':'recv(3)','status':'returned',"
		   "'result':2,'errno':null,'data':'6869'");
	assert_offers(&story, "send 3 ^rec", "received");
	story_end(&story);
}

static void test_files(void **state)
{
	char folder[] = "/tmp/step-complete-XXXXXX";
	char *path, *line, *expected;
	struct story story;
	FILE *file;

	(void)state;
	assert_non_null(mkdtemp(folder));
	path = text_format("%s/data.txt", folder);
	file = fopen(path, "w");
	assert_non_null(file);
	fclose(file);
	story_begin(&story);
	line = text_format("send 3 ^@%s/da", folder);
	expected = text_format("@%s/data.txt", folder);
	assert_offers(&story, line, expected);
	free(line);
	free(expected);
	line = text_format("run ^%s/", folder);
	assert_offers(&story, line, path);
	free(line);
	line = text_format("run %s/none/", folder);
	assert_offers(&story, line, "");
	free(line);
	story_end(&story);
	unlink(path);
	rmdir(folder);
	free(path);
}

static void test_commands(void **state)
{
	static const char *const cases[][2] = {
		{ "fds ^", "client,server" },
		{ "fds server ^", "" },
		{ "side client ^", "on" },
		{ "side client on ^", "local" },
		{ "sockets ^", "client,server,all" },
		{ "help ^accep", "accept,accept4" },
		{ "help ^hel", "help" },
		{ "set ^pat", "patience" },
		{ "set syscalls ^", "on,off" },
		{ "set patience ^", "" },
		{ "interrupt ^server", "server,server/1" },
		{ "sysctl server ^", "net." },
		{ "sysctl server ^net.ipv4.tcp_syn_re", "net.ipv4.tcp_syn_retries" },
		{ "sysctl server ^net.co", "net.core." },
		{ "sysctl server net.ipv4.tcp_sack = ^", "" },
		{ "quit ^", "" },
	};
	struct story story;

	(void)state;
	story_begin(&story);
	story_blocked(&story, "server accept", "accept(3)", 3);
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_offers(&story, cases[i][0], cases[i][1]);
	story_end(&story);
}

static void test_expect(void **state)
{
	static const struct {
		const char *line, *word;
		bool offered;
	} cases[] = {
		{ "expect ", "result", true },	       { "expect ", "error", true },
		{ "expect ", "same", true },	       { "expect ", "client", true },
		{ "expect ", "state", false },	       { "expect error ECONNR", "ECONNREFUSED", true },
		{ "expect client ", "blocked", true }, { "expect client ", "3", true },
		{ "expect client 3 ", "state", true }, { "expect client 3 ", "recvq", true },
		{ "expect client 3 state SYN_", "SYN_SENT", true },
		{ "expect client 3 state NEW_", "NEW_SYN_RECV", false },
		{ "expect client signal SIGP", "SIGPIPE", true },
		{ "expect server blocked w", "within", true }, { "expect server w", "within", false },
		{ "expect same client ", "3", true },  { "expect same client 3 s", "server", true },
	};
	struct story story;

	(void)state;
	story_begin(&story);
	tell_all_kinds(&story);
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_offered(&story, cases[i].line, cases[i].word, cases[i].offered);
	story_end(&story);
}

/* ---- what makes sense next ---- */

static void assert_next(struct story *story, const char *side, const char *expected)
{
	struct text out;

	text_init(&out);
	suggest_next(&story->session.world, side, add, &out);
	assert_string_equal(out.data, expected);
	text_release(&out);
}

static void test_next_for_tcp(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	assert_next(&story, NULL, "side client");
	assert_next(&story, "nobody", "side nobody");
	assert_next(&story, "server", "socket tcp,socket udp");
	story_tcp(&story, "server 3", 40, "*:0", "CLOSED");
	assert_next(&story, "server", "bind 3 *:8080,setsockopt 3 SO_REUSEADDR 1,socket tcp");
	story_tcp(&story, "server 3", 40, "*:8080", "CLOSED");
	assert_next(&story, "server", "listen 3 5,socket tcp");
	story_state(&story, 2, 40, "*:8080 -", "CLOSED LISTEN", "null");
	story_tcp(&story, "server 3", 40, "*:8080", "LISTEN");
	assert_next(&story, "server", "accept 3,socket tcp");
	story_tcp(&story, "client 3", STORY_CLIENT, "*:0", "CLOSED");
	assert_next(&story, "client", "connect 3 server:8080,bind 3 *:8080,setsockopt 3 SO_REUSEADDR 1,socket tcp");
	story_blocked(&story, "server accept", "accept(3)", 3);
	assert_next(&story, "server", "client:,why server,interrupt server");
	story_end(&story);
}

static void test_next_for_a_connection(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	story_tcp(&story, "server 3", 40, "*:8080", "LISTEN");
	story_socket(&story, 40, "*:8080", "LISTEN", ",'recvq':1,'sendq':5");
	story_tcp(&story, "server 4", STORY_SERVER, "127.0.0.1:8080 127.0.0.1:5", "ESTABLISHED");
	assert_next(&story, "server", "accept 3,send 4 \"hello\",recv 4 1024,shutdown 4 SHUT_WR,close 4,socket tcp");
	story_socket(&story, STORY_SERVER, "127.0.0.1:8080 127.0.0.1:5", "ESTABLISHED", ",'recvq':5,'sendq':0");
	assert_next(&story, "server",
		    "accept 3,recv 4 1024,send 4 \"hello\",shutdown 4 SHUT_WR,close 4,socket tcp");
	story_state(&story, 4, STORY_SERVER, "127.0.0.1:8080 127.0.0.1:5", "ESTABLISHED CLOSE_WAIT", "null");
	assert_next(&story, "server", "accept 3,recv 4 1024,close 4,send 4 \"hello\",socket tcp");
	story_state(&story, 5, STORY_SERVER, "127.0.0.1:8080 127.0.0.1:5", "CLOSE_WAIT CLOSED", "null");
	assert_next(&story, "server", "accept 3,close 4,socket tcp");
	story_tcp(&story, "client 3", STORY_CLIENT, "127.0.0.1:5 127.0.0.1:8080", "SYN_SENT");
	assert_next(&story, "client", "poll [3 POLLOUT] 1000,getsockopt 3 SO_ERROR,socket tcp");
	story_state(&story, 5, STORY_CLIENT, "127.0.0.1:5 127.0.0.1:8080", "SYN_SENT FIN_WAIT2", "null");
	assert_next(&story, "client", "recv 3 1024,close 3,socket tcp");
	story_end(&story);
}

static void test_next_for_others(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	story_fd(&story, 1, "server", 3, "'kind':'udp','proto':'udp','family':2,'type':2,'cookie':41,'local':'*:53'");
	story_fd(&story, 1, "client", 3, "'kind':'udp','proto':'udp','family':2,'type':2,'cookie':42,'local':'*:0'");
	assert_next(&story, "server", "recvfrom 3 1024,socket tcp");
	assert_next(&story, "client", "sendto 3 \"hello\" server:53,bind 3 *:8080,socket tcp");
	story_fd(&story, 1, "client", 3,
		 "'kind':'udp','proto':'udp','family':2,'type':2,'cookie':42,'local':'*:6','peer':'127.0.0.1:53'");
	assert_next(&story, "client", "send 3 \"hello\",recvfrom 3 1024,socket tcp");
	story_fd(&story, 1, "client", 3,
		 "'kind':'unix','proto':'unix','family':1,'type':1,'cookie':43,'local':'unix:'");
	assert_next(&story, "client", "bind 3 unix:@name,socket tcp");
	story_fd(&story, 1, "server", 4,
		 "'kind':'unix','proto':'unix','family':1,'type':1,'cookie':44,'local':'unix:@n','state':'LISTEN'");
	assert_next(&story, "client", "connect 3 unix:@n,bind 3 unix:@name,socket tcp");
	story_end(&story);
}

/* The empty line offers it, with a word of help. */
static void test_empty_line(void **state)
{
	struct story story;
	struct text out;

	(void)state;
	story_begin(&story);
	story_tcp(&story, "server 3", 40, "*:8080", "LISTEN");
	story_socket(&story, 40, "*:8080", "LISTEN", ",'recvq':1,'sendq':5");
	text_init(&out);
	assert_int_equal(session_complete(&story.session, "server: ", 8, add_with_help, &out), 8);
	assert_string_equal(out.data, "accept 3 (a connection waits in its queue)\nsocket tcp (a TCP socket)\n");
	text_clear(&out);
	assert_int_equal(session_complete(&story.session, "", 0, add, &out), 0);
	assert_string_equal(out.data, "socket tcp,socket udp");
	text_release(&out);
	story_end(&story);
}

/* No line, however broken, is more than a line without offers; the cursor need not be at its end. */
static void test_any_line(void **state)
{
	static const char *const lines[] = {
		"]",
		"poll [[[[[[[[",
		"setsockopt 3 = = =",
		"a: b: c: d:",
		"send 3 \"\\",
		"[",
		"select r=[[3],",
		"= = =",
		"server:",
		"server: = 3",
		"connect 3 @@@",
		"socket |||||",
		"expect \"x\" ",
		"\x80\xff",
		"poll {3, {",
	};
	struct story story;
	struct text out;

	(void)state;
	story_begin(&story);
	tell_all_kinds(&story);
	text_init(&out);
	for (size_t i = 0; i < COUNT_OF(lines); i++)
		for (size_t point = 0; point <= strlen(lines[i]); point++)
			assert_true(session_complete(&story.session, lines[i], point, add, &out) <= point);
	text_release(&out);
	story_end(&story);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_words),
		cmocka_unit_test(test_descriptors),
		cmocka_unit_test(test_constants),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_processes_and_data),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_expect),
		cmocka_unit_test(test_next_for_tcp),
		cmocka_unit_test(test_next_for_a_connection),
		cmocka_unit_test(test_next_for_others),
		cmocka_unit_test(test_empty_line),
		cmocka_unit_test(test_any_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
