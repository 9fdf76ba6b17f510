/*
 * What the screen says of the segment that is delivered next: who says what by it, and what it is going to bring about,
 * by the state of whoever receives it and the call that sleeps there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "face/foresee.h"

/* Before `segment`, the only one that is held: the server's 3 in `state`, in which `call` sleeps unless it is NULL. */
struct story {
	const char *proto, *peer, *state, *call;
	const char *segment; /* its keys */
	const char *sentence;
};

#define TO_SERVER "\"from\":\"client\",\"to\":\"server\",\"src\":\"10.0.0.1:4000\",\"dst\":\"10.0.0.2:80\","
#define TCP TO_SERVER "\"proto\":\"tcp\","
#define UDP TO_SERVER "\"proto\":\"udp\","

static const struct story stories[] = {
	/* the beginning */
	{ "tcp", "", "LISTEN", "accept", TCP "\"flags\":\"SYN\",\"len\":0",
	  "#1 SYN: client asks for a connection; server makes a socket in SYN_RECV and answers SYN,ACK" },
	{ "tcp", "10.0.0.1:4000", "SYN_SENT", "connect", TCP "\"flags\":\"SYN,ACK\",\"len\":0",
	  "#1 SYN,ACK: client acknowledges and offers its own number; server becomes ESTABLISHED and its connect() "
	  "returns" },
	{ "tcp", "10.0.0.1:4000", "SYN_SENT", "connect", TCP "\"flags\":\"SYN\",\"len\":0",
	  "#1 SYN: client asks for a connection; server becomes SYN_RECV" },
	{ "tcp", "10.0.0.1:4000", "SYN_RECV", NULL, TCP "\"flags\":\"ACK\",\"len\":0",
	  "#1 ACK: client acknowledges; server becomes ESTABLISHED" },
	{ "tcp", "", NULL, NULL, TCP "\"flags\":\"SYN\",\"len\":0",
	  "#1 SYN: client asks for a connection; nobody is there at server, which answers with RST" },
	/* what is sent */
	{ "tcp", "10.0.0.1:4000", "ESTABLISHED", "recv", TCP "\"flags\":\"PSH,ACK\",\"len\":5",
	  "#1 PSH,ACK: client sends 5 bytes; server's recv() returns" },
	{ "tcp", "10.0.0.1:4000", "ESTABLISHED", NULL, TCP "\"flags\":\"PSH,ACK\",\"len\":1",
	  "#1 PSH,ACK: client sends 1 byte" },
	{ "tcp", "10.0.0.1:4000", "ESTABLISHED", "recv", TCP "\"flags\":\"ACK\",\"len\":0,\"win\":1",
	  "#1 ACK: client acknowledges" },
	{ "tcp", "10.0.0.1:4000", "ESTABLISHED", "send", TCP "\"flags\":\"ACK\",\"len\":0,\"win\":0",
	  "#1 ACK: client acknowledges and has no room for more" },
	{ "tcp", "10.0.0.1:4000", "ESTABLISHED", NULL, TCP "\"flags\":\"ACK\",\"len\":0,\"copy_of\":7",
	  "#1 ACK: client acknowledges; a copy of #7" },
	/* the end */
	{ "tcp", "10.0.0.1:4000", "ESTABLISHED", "recv", TCP "\"flags\":\"FIN,ACK\",\"len\":0",
	  "#1 FIN,ACK: client has sent all it will send; server becomes CLOSE_WAIT and its recv() returns 0" },
	{ "tcp", "10.0.0.1:4000", "FIN_WAIT2", NULL, TCP "\"flags\":\"FIN,ACK\",\"len\":0",
	  "#1 FIN,ACK: client has sent all it will send; server becomes TIME_WAIT" },
	/* at once */
	{ "tcp", "10.0.0.1:4000", "SYN_SENT", "connect", TCP "\"flags\":\"RST,ACK\",\"len\":0",
	  "#1 RST,ACK: client ends the connection at once; server is reset and its connect() fails with "
	  "ECONNREFUSED" },
	{ "tcp", "10.0.0.1:4000", "ESTABLISHED", "recv", TCP "\"flags\":\"RST\",\"len\":0",
	  "#1 RST: client ends the connection at once; server is reset and its recv() fails with ECONNRESET" },
	{ "tcp", "10.0.0.1:4000", "CLOSE_WAIT", "send", TCP "\"flags\":\"RST\",\"len\":0",
	  "#1 RST: client ends the connection at once; server is reset and its send() fails with EPIPE" },
	{ "tcp", "10.0.0.1:4000", "ESTABLISHED", NULL, TCP "\"flags\":\"RST\",\"len\":0",
	  "#1 RST: client ends the connection at once; server is reset" },
	{ "tcp", "10.0.0.1:4000", "SYN_RECV", NULL, TCP "\"flags\":\"RST\",\"len\":0",
	  "#1 RST: client ends the connection at once; server's socket in SYN_RECV is gone" },
	{ "tcp", "", NULL, NULL, TCP "\"flags\":\"RST\",\"len\":0",
	  "#1 RST: client ends the connection at once; nobody is there at server" },
	/* without a connection */
	{ "udp", "", "UNCONN", "recvfrom", UDP "\"len\":5",
	  "#1 UDP: client sends 5 bytes; server 3 receives them and its recvfrom() returns" },
	{ "udp", "10.0.0.1:4000", "ESTAB", NULL, UDP "\"len\":1", "#1 UDP: client sends 1 byte; server 3 receives it" },
	{ "udp", "", NULL, NULL, UDP "\"len\":5",
	  "#1 UDP: client sends 5 bytes; nobody is there at server, which answers port unreachable" },
	{ "udp", "", NULL, NULL, "\"from\":\"client\",\"to\":\"server\",\"src\":\"10.0.0.1:4000\","
				 "\"dst\":\"10.0.0.255:80\",\"proto\":\"udp\",\"len\":5",
	  "#1 UDP: client sends 5 bytes; nobody is there at server" },
	/* another port is another's */
	{ "udp", "10.0.0.9:1", "ESTAB", NULL, UDP "\"len\":5",
	  "#1 UDP: client sends 5 bytes; nobody is there at server, which answers port unreachable" },
	/* neither of both */
	{ "tcp", "", NULL, NULL, "\"from\":\"client\",\"to\":\"server\",\"src\":\"10.0.0.1\",\"dst\":\"10.0.0.2\","
				 "\"proto\":\"icmp\",\"len\":8,\"info\":\"ICMP echo request\"",
	  "#1 ICMP echo request, from client" },
	{ "tcp", "", NULL, NULL, "\"from\":\"client\",\"to\":\"server\",\"src\":\"10.0.0.1\",\"dst\":\"10.0.0.2\","
				 "\"proto\":\"253\",\"len\":8", "#1 253: client sends 8 bytes" },
};

static void add(struct world *world, char *line)
{
	struct text message;
	struct event event;

	text_init(&message);
	if (!event_read(&event, line, strlen(line), &message))
		fail_msg("%s: %s", line, message.data);
	world_apply(world, &event);
	event_release(&event);
	text_release(&message);
	free(line);
}

static void add_server(struct world *world, const struct story *story)
{
	const char *local = story->peer[0] == '\0' ? "*:80" : "10.0.0.2:80";

	add(world, xstrdup("{\"seq\":1,\"t\":1,\"event\":\"host\",\"host\":\"server\",\"status\":\"up\","
			   "\"addresses\":\"10.0.0.2 fd00::2\"}"));
	add(world, xstrdup("{\"seq\":2,\"t\":1,\"event\":\"side\",\"side\":\"server\",\"host\":\"server\","
			   "\"status\":\"started\"}"));
	if (story->state == NULL)
		return;
	add(world, text_format("{\"seq\":3,\"t\":1,\"event\":\"fd\",\"side\":\"server\",\"fd\":3,\"status\":\"open\","
			       "\"kind\":\"socket\",\"proto\":\"%s\",\"cookie\":7,\"local\":\"%s\",\"peer\":\"%s\","
			       "\"state\":\"%s\"}", story->proto, local, story->peer, story->state));
	add(world, text_format("{\"seq\":4,\"t\":1,\"event\":\"socket\",\"host\":\"server\",\"cookie\":7,"
			       "\"proto\":\"%s\",\"local\":\"%s\",\"peer\":\"%s\",\"state\":\"%s\"}", story->proto,
			       local, story->peer, story->state));
	if (story->call != NULL)
		add(world, text_format("{\"seq\":5,\"t\":1,\"event\":\"call\",\"id\":1,\"side\":\"server\","
				       "\"call\":\"%s\",\"text\":\"%s(3)\",\"status\":\"blocked\",\"fd\":3}",
				       story->call, story->call));
}

static void test_each_kind_of_segment(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(stories); i++) {
		struct world world;
		struct text text;

		text_init(&text);
		world_init(&world);
		add_server(&world, &stories[i]);
		assert_false(foresee(&text, &world, false));
		add(&world, text_format("{\"seq\":9,\"t\":1,\"event\":\"segment\",\"n\":1,%s,\"verdict\":\"held\"}",
					stories[i].segment));
		assert_true(foresee(&text, &world, false));
		assert_string_equal(text.data, stories[i].sentence);
		world_release(&world);
		text_release(&text);
	}
}

/* Where there is no room for who says what, there is for what follows. */
static void test_briefly(void **state)
{
	static const char *const brief[] = {
		"#1 SYN: server makes a socket in SYN_RECV and answers SYN,ACK",
		"#1 SYN,ACK: server becomes ESTABLISHED and its connect() returns",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(brief); i++) {
		struct world world;
		struct text text;

		text_init(&text);
		world_init(&world);
		add_server(&world, &stories[i]);
		add(&world, text_format("{\"seq\":9,\"t\":1,\"event\":\"segment\",\"n\":1,%s,\"verdict\":\"held\"}",
					stories[i].segment));
		foresee(&text, &world, true);
		assert_string_equal(text.data, brief[i]);
		world_release(&world);
		text_release(&text);
	}
}

static char *segment_line(int n, const char *flags, int ack, const char *verdict)
{
	bool back = n == 2;

	return text_format("{\"seq\":%d,\"t\":1,\"event\":\"segment\",\"n\":%d,\"from\":\"%s\",\"to\":\"%s\","
			   "\"proto\":\"tcp\",\"src\":\"%s\",\"dst\":\"%s\",\"flags\":\"%s\",\"seq_rel\":1,"
			   "\"ack_rel\":%d,\"len\":0,\"verdict\":\"%s\"}",
			   n, n, back ? "server" : "client", back ? "client" : "server",
			   back ? "10.0.0.2:80" : "10.0.0.1:4000", back ? "10.0.0.1:4000" : "10.0.0.2:80", flags, ack,
			   verdict);
}

/* Whether the FIN is acknowledged is seen in the numbers, and so what an ACK, or the peer's FIN, is going to do. */
static void test_the_end(void **state)
{
	static const struct {
		const char *state, *flags, *sentence;
		int ack;
	} cases[] = {
		{ "FIN_WAIT1", "ACK", "#2 ACK: client becomes FIN_WAIT2", 2 },
		{ "FIN_WAIT1", "ACK", "#2 ACK: server acknowledges", 1 },
		{ "FIN_WAIT1", "FIN,ACK", "#2 FIN,ACK: client becomes TIME_WAIT", 2 },
		{ "FIN_WAIT1", "FIN,ACK", "#2 FIN,ACK: client becomes CLOSING", 1 },
		{ "CLOSING", "ACK", "#2 ACK: client becomes TIME_WAIT", 2 },
		{ "LAST_ACK", "ACK", "#2 ACK: client's socket is gone", 2 },
		{ "LAST_ACK", "ACK", "#2 ACK: server acknowledges", 1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct world world;
		struct text text;

		text_init(&text);
		world_init(&world);
		add(&world, text_format("{\"seq\":1,\"t\":1,\"event\":\"state\",\"host\":\"client\",\"side\":null,"
					"\"fd\":null,\"proto\":\"tcp\",\"local\":\"10.0.0.1:4000\","
					"\"peer\":\"10.0.0.2:80\",\"from\":\"ESTABLISHED\",\"to\":\"%s\","
					"\"cause\":null,\"cookie\":9}", cases[i].state));
		add(&world, segment_line(1, "FIN,ACK", 1, "delivered"));
		add(&world, segment_line(2, cases[i].flags, cases[i].ack, "held"));
		assert_true(foresee(&text, &world, true));
		assert_string_equal(text.data, cases[i].sentence);
		world_release(&world);
		text_release(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_kind_of_segment),
		cmocka_unit_test(test_briefly),
		cmocka_unit_test(test_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
