#include "session_story.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session/commands.h"
#include "session/inform.h"

/* ---- history ---- */

static char *told_of_fd(struct story *story, const char *side, int fd,
			void (*tell)(struct text *, const struct inquiry *, const struct subject *))
{
	struct inquiry inquiry = story_inquiry(story);
	struct subject subject;
	struct text out;

	text_init(&out);
	subject_of_fd(&subject, inquiry.world, world_side(inquiry.world, side), fd);
	tell(&out, &inquiry, &subject);
	subject_release(&subject);
	return out.data;
}

/* A connection as a client sees it, from socket() to TIME_WAIT. */
static void tell_client(struct story *story)
{
	story_tell(story, 1,
		   "'event':'call','id':1,'side':'client','call':'socket','text':'socket(AF_INET, SOCK_STREAM, 0)',"
		   "'status':'returned','result':3,'errno':null,'outcome':'3'");
	story_tcp(story, "client 3", 31, "*:0", "CLOSED");
	story_tell(story, 2,
		   "'event':'call','id':2,'side':'client','call':'connect','text':'connect(3, 127.0.0.1:8080)',"
		   "'status':'returned','result':0,'errno':null,'outcome':'0','fd':3");
	story_state(story, 2, STORY_CLIENT, "127.0.0.1:40312 127.0.0.1:8080", "CLOSED ESTABLISHED",
		    "{'call':2},'jump':true");
	story_tell(story, 3, "'event':'call','id':3,'side':'client','call':'shutdown','text':'shutdown(3, SHUT_WR)',"
		   "'status':'returned','result':0,'errno':null,'outcome':'0','fd':3");
	story_state(story, 3, STORY_CLIENT, "127.0.0.1:40312 127.0.0.1:8080", "ESTABLISHED FIN_WAIT1", "{'call':3}");
	story_tell(story, 4,
		   "'event':'segment','n':9,'from':'server','to':'client','proto':'tcp','src':'127.0.0.1:8080',"
		   "'dst':'127.0.0.1:40312','flags':'ACK','verdict':'delivered'");
	story_state(story, 4, STORY_CLIENT, "127.0.0.1:40312 127.0.0.1:8080", "FIN_WAIT1 FIN_WAIT2",
		    "{'segment':9,'inferred':true}");
	story_tell(story, 5,
		   "'event':'call','id':4,'side':'server','call':'close','text':'close(4)','status':'returned',"
		   "'result':0,'errno':null,'outcome':'0','fd':4");
	story_state(story, 5, STORY_CLIENT, "127.0.0.1:40312 127.0.0.1:8080", "FIN_WAIT2 TIME_WAIT", "{'call':4}");
	story_tell(story, 6,
		   "'event':'call','id':5,'side':'client','call':'close','text':'close(3)','status':'returned',"
		   "'result':0,'errno':null,'outcome':'0','fd':3");
	story_tell(story, 6, "'event':'fd','side':'client','fd':3,'status':'closed'");
	story_state(story, 65, STORY_CLIENT, "127.0.0.1:40312 127.0.0.1:8080", "TIME_WAIT CLOSED",
		    "{'timer':'timewait'}");
}

static const char life[] = "    1.000  client 3: socket(AF_INET, SOCK_STREAM, 0)\n"
			   "    2.000  CLOSED → ESTABLISHED during connect(3, 127.0.0.1:8080)\n"
			   "    3.000  ESTABLISHED → FIN_WAIT1: shutdown(3, SHUT_WR)\n"
			   "    4.000  FIN_WAIT1 → FIN_WAIT2: segment #9, ACK (inferred)\n"
			   "    5.000  FIN_WAIT2 → TIME_WAIT: server: close(4)\n"
			   "    6.000  client 3 is closed: close(3)\n"
			   "   65.000  TIME_WAIT → CLOSED: timer: timewait\n";

static void test_history_of_descriptor(void **state)
{
	struct story story;
	char *text, *expected;

	(void)state;
	story_begin(&story);
	tell_client(&story);
	text = told_of_fd(&story, "client", 3, inform_history);
	expected = text_format("client 3 is closed; this is the socket that it led to last\n%s", life);
	assert_string_equal(text, expected);
	free(expected);
	free(text);
	story_end(&story);
}

static void test_history_of_pair(void **state)
{
	struct story story;
	struct subject subject;
	struct inquiry inquiry;
	struct text out;

	(void)state;
	story_begin(&story);
	tell_client(&story);
	text_init(&out);
	inquiry = story_inquiry(&story);
	subject = (struct subject){
		.host = "local", .fd = -1, .local = xstrdup("127.0.0.1:*"), .peer = xstrdup("*:8080"),
	};
	inform_history(&out, &inquiry, &subject);
	assert_says(out.data, "127.0.0.1:40312, peer 127.0.0.1:8080 ");
	assert_non_null(strstr(out.data, life));
	subject_release(&subject);

	text_clear(&out);
	subject = (struct subject){ .host = "local", .fd = -1, .local = xstrdup("*:1"), .peer = xstrdup("*") };
	inform_history(&out, &inquiry, &subject);
	assert_string_equal(out.data, "no socket from *:1 to * is in the log of local\n");
	subject_release(&subject);
	text_release(&out);
	story_end(&story);
}

static void test_history_of_unknown(void **state)
{
	struct story story;
	char *text;

	(void)state;
	story_begin(&story);
	text = told_of_fd(&story, "client", 9, inform_history);
	assert_string_equal(text, "client 9 was no socket, as far as is known\n");
	free(text);
	story_fd(&story, 1, "client", 9, "'kind':'pipe'");
	text = told_of_fd(&story, "client", 9, inform_history);
	assert_string_equal(text, "client 9 is no socket\n");
	free(text);
	story_state(&story, 2, STORY_CLIENT, "10.0.0.1:1 10.0.0.2:2", "none SYN_RECV", "null");
	story_state(&story, 3, 31, "10.0.0.1:1 10.0.0.2:2", "SYN_RECV FIN_WAIT1", "null,'jump':true");
	story_tcp(&story, "client 9", 31, "10.0.0.1:1 10.0.0.2:2", "ESTABLISHED");
	story.session.log.fallen_off = 12;
	text = told_of_fd(&story, "client", 9, inform_history);
	assert_says(text, "none → SYN_RECV: cause not known");
	assert_says(text, "SYN_RECV → FIN_WAIT1 (a jump: what was between went unseen): cause not known");
	assert_says(text, "(12 earlier events fell off the log)");
	free(text);
	story_end(&story);
}

/* A copy made by fork is a further descriptor; a side's end closes it. */
static void test_history_of_fork(void **state)
{
	struct story story;
	char *text;

	(void)state;
	story_begin(&story);
	tell_client(&story);
	story_tell(&story, 7, "'event':'side','side':'client.2','host':'local','status':'started','pid':104,"
		   "'parent':'client'");
	story_tcp(&story, "client 3", 50, "*:0", "CLOSED");
	story_call(&story, "client.2 fork", "fork()", -1, "0");
	story_tcp(&story, "client.2 3", 50, "*:0", "CLOSED");
	story_tell(&story, 8, "'event':'side','side':'client.2','status':'exited','code':0");
	text = told_of_fd(&story, "client", 3, inform_history);
	assert_says(text, "client.2 3: fork() ");
	assert_says(text, "client.2 3 is closed: client.2 has ended ");
	free(text);
	story_end(&story);
}

/* ---- info ---- */

static void test_info_with_a_kernel(void **state)
{
	struct story story;
	struct socket_facts *facts;
	char *text;

	(void)state;
	story_begin(&story);
	story_tcp(&story, "client 3", 31, "127.0.0.1:40312 127.0.0.1:8080", "ESTABLISHED");
	story_tcp(&story, "client 5", 31, "127.0.0.1:40312 127.0.0.1:8080", "ESTABLISHED");
	session_name_descriptor(&story.session, "client", "s", 3);
	facts = story_lists(&story, IPPROTO_TCP, "127.0.0.1:40312 127.0.0.1:8080", "ESTABLISHED");
	facts->cookie = 31;
	facts->recvq = 5;
	text = told_of_fd(&story, "client", 3, inform_info);
	assert_says(text, "client: pid 101, on local client 3 (s): tcp, blocking ");
	assert_says(text, "family AF_INET, type SOCK_STREAM, protocol IPPROTO_TCP, cookie 31, inode 9031");
	assert_says(text, "descriptors: client 3, client 5");
	assert_says(text, "state   ESTABLISHED ");
	assert_says(text, "recv-q  5 ");
	assert_says(text, "peer ");
	free(text);
	story_end(&story);
}

static void test_info_without(void **state)
{
	struct story story;
	char *text;

	(void)state;
	story_begin(&story);
	story.kernel = false;
	story_tcp(&story, "client 3", 31, "*:0", "CLOSED");
	text = told_of_fd(&story, "client", 3, inform_info);
	assert_says(text, "state CLOSED, local none, peer none more is not known: nobody answers");
	free(text);
	story.kernel = true;
	text = told_of_fd(&story, "client", 3, inform_info);
	assert_says(text, "the kernel says no more of a socket that neither listens nor is connected");
	free(text);
	text = told_of_fd(&story, "client", 77, inform_info);
	assert_says(text, "client 77 is not open");
	free(text);
	story_fd(&story, 1, "client", 4, "'kind':'file','path':'/tmp/x','nonblock':true,'cloexec':true");
	text = told_of_fd(&story, "client", 4, inform_info);
	assert_says(text, "client 4: file, non-blocking, close-on-exec file: /tmp/x");
	free(text);
	story_end(&story);
}

/* ---- the commands' own mistakes ---- */

static char *said_by(struct story *story, command_function *command, const char *rest)
{
	struct syntax_list words;
	char *line = text_format("info %s", rest);
	struct cursor cursor = { .line = line, .at = 5, .len = strlen(line) };
	struct running *running = &story->session.running;
	struct mistake mistake;

	mistake_init(&mistake);
	assert_true(syntax_read_args(&words, &cursor, false, &mistake));
	mistake_release(&mistake);
	text_clear(&story->said);
	running->line = line;
	running->statement.command = command_spec(COMMAND_info);
	running->statement.rest = xstrdup(rest);
	running->statement.rest_column = 5;
	command(&story->session, &words);
	free(running->statement.rest);
	free(running->line);
	running->statement.rest = running->line = NULL;
	syntax_list_release(&words);
	return story->said.data;
}

static void test_commands_tell_mistakes(void **state)
{
	struct story story;

	(void)state;
	story_begin(&story);
	story_tcp(&story, "server 3", 31, "*:0", "CLOSED");
	session_name_descriptor(&story.session, "server", "s", 3);
	assert_says(said_by(&story, command_info, ""), "mistake at 5: it is used so: info FD | LOCAL PEER");
	assert_says(said_by(&story, command_info, "1 2 3"), "mistake at 9: it is used so");
	assert_says(said_by(&story, command_info, "nothing"),
		    "mistake at 5: nothing is neither a number nor the name of a descriptor of client");
	assert_says(said_by(&story, command_info, "[1]"), "mistake at 5: a descriptor or an address is expected here");
	assert_says(said_by(&story, command_history, "nobody 3"), "mistake at 5: there is no side nobody");
	assert_says(said_by(&story, command_info, "server s"), "server 3 (s): tcp");
	assert_says(said_by(&story, command_info, "127.0.0.1:1 *"), "no socket from 127.0.0.1:1 to * is known on "
								    "local");
	story_end(&story);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_history_of_descriptor),
		cmocka_unit_test(test_history_of_pair),
		cmocka_unit_test(test_history_of_unknown),
		cmocka_unit_test(test_history_of_fork),
		cmocka_unit_test(test_info_with_a_kernel),
		cmocka_unit_test(test_info_without),
		cmocka_unit_test(test_commands_tell_mistakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
