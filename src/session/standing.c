#include "session/standing.h"

#include <string.h>

#include "session/chronicle.h"
#include "session/rendering.h"

/* The descriptor to be named in an example, "3"; FD if there is none. */
static const char *fd_text(const struct question *question, struct text *text)
{
	if (question->fd == EVENT_NO_INT)
		text_add(text, "FD");
	else
		text_addf(text, "%lld", (long long)question->fd);
	return text->data;
}

/* "`server: close 4`", or "whoever holds the other end" where that is nobody of ours. */
static void say_other_must(struct question *question, const char *before, const char *call, const char *after)
{
	const struct world_socket *other = question_other_end(question);
	struct world_side *side;
	struct world_fd *fd;

	if (question_owner(question, other, &side, &fd))
		question_say(question, "%s `%s: %s %d`%s. The other end is in %s.", before, side->name, call,
			     fd->number, after, other->state == NULL ? "a state that is not known" : other->state);
	else if (other != NULL)
		question_say(question, "%s %s() at the other end, to which no descriptor of ours leads%s.", before,
			     call, after);
	else
		question_say(question, "%s %s() at the other end%s; who holds it is not known here.", before, call,
			     after);
}

static void say_timer(struct question *question, const char *what)
{
	const struct world_socket *socket = question->socket;

	if (socket != NULL && socket->timer != NULL)
		question_say(question, "%s in %.0f s.", what, inquiry_timer_left(question->inquiry, socket));
}

/* ---- TCP's states ---- */

static bool is_over(const struct question *question)
{
	return question->socket != NULL && *question_peer(question) != '\0' &&
	       chronicle_was_connected(question->inquiry->log, question->host, question->socket->cookie);
}

static void tell_closed(struct question *question)
{
	struct text fd;

	text_init(&fd);
	fd_text(question, &fd);
	if (is_over(question))
		question_say(question, "CLOSED: its connection to %s is over; `close %s` is what is left to do.",
			     question_peer(question), fd.data);
	else if (*question_local(question) != '\0')
		question_say(question, "CLOSED: it is bound to %s, and neither listens nor is connected. `listen %s "
			     "5` or connect() leads on.", question_local(question), fd.data);
	else
		question_say(question, "CLOSED: it is neither bound nor connected. bind() and listen() make a server "
			     "of it, connect() a client.");
	text_release(&fd);
}

static void tell_listen(struct question *question)
{
	const struct world_socket *socket = question->socket;

	question_say(question, "LISTEN: it waits for SYNs to %s. It never sends or receives data itself: each "
		     "connection gets a socket of its own, which accept() fetches.", question_local(question));
	if (socket == NULL || socket->recvq == EVENT_NO_INT)
		question_say(question, "How many connections wait in its queue is not known.");
	else
		question_say(question, "%lld connection%s for accept(); its backlog is %lld.", (long long)socket->recvq,
			     socket->recvq == 1 ? " waits" : "s wait", (long long)socket->sendq);
}

static void tell_syn_sent(struct question *question)
{
	question_say(question, "SYN_SENT: connect() sent SYN to %s. It waits for SYN,ACK, which makes it ESTABLISHED; "
		     "an RST makes it CLOSED.", question_peer(question));
	say_timer(question, "The SYN is sent again");
}

static void tell_syn_recv(struct question *question)
{
	question_say(question, "SYN_RECV: a SYN came from %s and was answered with SYN,ACK. It waits for the ACK of "
		     "that, which moves it into the accept queue.", question_peer(question));
	say_timer(question, "The SYN,ACK is sent again");
}

/* A call that has returned only means that the kernel has taken the bytes. */
static void say_unacknowledged(struct question *question)
{
	const struct world_socket *socket = question->socket;

	if (socket == NULL || socket->sendq == EVENT_NO_INT || socket->sendq <= 0)
		return;
	if (socket->sendq == 1)
		question_say(question, "1 byte is in its send queue: the peer has not acknowledged it.");
	else
		question_say(question, "%lld bytes are in its send queue: the peer has not acknowledged them.",
			     (long long)socket->sendq);
	question_say_what_delays(question);
}

static void tell_established(struct question *question)
{
	question_say(question, "ESTABLISHED: both ends may send. close() or shutdown(SHUT_WR) here makes it "
		     "FIN_WAIT1; the peer's FIN makes it CLOSE_WAIT.");
	if (question->socket != NULL && question->socket->descriptors == 0 && question->socket->inode == 0)
		question_say(question, "It has no descriptor yet: it waits for accept() on the listening socket.");
	say_unacknowledged(question);
}

static void tell_fin_wait1(struct question *question)
{
	question_say(question, "FIN_WAIT1: this end sent its FIN. It waits for the ACK of it (then FIN_WAIT2), or for "
		     "the peer's FIN (then CLOSING, or TIME_WAIT).");
	say_timer(question, "The FIN is sent again");
}

static void tell_fin_wait2(struct question *question)
{
	question_say(question, "FIN_WAIT2: this end's FIN was acknowledged. It waits for the peer's FIN, which makes "
		     "it TIME_WAIT.");
	say_other_must(question, "What sends that is", "close", "");
	if (question->socket != NULL && question->socket->descriptors == 0)
		say_timer(question, "As no descriptor leads to it any more, the kernel gives it up");
}

static void tell_close_wait(struct question *question)
{
	struct text fd;

	text_init(&fd);
	question_say(question, "CLOSE_WAIT: the peer has closed its end. What it sent can still be received, and this "
		     "end can still send. It stays so until this side closes: `close %s` sends FIN (then LAST_ACK).",
		     fd_text(question, &fd));
	text_release(&fd);
	say_unacknowledged(question);
}

static void tell_closing(struct question *question)
{
	question_say(question, "CLOSING: both ends sent FIN at the same time. It waits for the ACK of its own, which "
		     "makes it TIME_WAIT.");
	say_timer(question, "The FIN is sent again");
}

static void tell_last_ack(struct question *question)
{
	question_say(question, "LAST_ACK: both ends have closed, this one last. It waits for the ACK of its FIN, and "
		     "then is gone.");
	say_timer(question, "The FIN is sent again");
}

static void tell_time_wait(struct question *question)
{
	question_say(question, "TIME_WAIT: this end closed first, and all is done. The kernel keeps the pair of "
		     "addresses for 60 s, in case its last ACK was lost or old segments are still under way. No "
		     "descriptor leads to it.");
	say_timer(question, "It is gone");
}

static const struct {
	const char *state;
	void (*tell)(struct question *question);
} standings[] = {
	{ "CLOSED", tell_closed },	     { "LISTEN", tell_listen },	      { "SYN_SENT", tell_syn_sent },
	{ "SYN_RECV", tell_syn_recv },	     { "ESTABLISHED", tell_established }, { "FIN_WAIT1", tell_fin_wait1 },
	{ "FIN_WAIT2", tell_fin_wait2 },     { "CLOSE_WAIT", tell_close_wait },   { "CLOSING", tell_closing },
	{ "LAST_ACK", tell_last_ack },	     { "TIME_WAIT", tell_time_wait },
};

static void tell_tcp(struct question *question)
{
	const char *state = question_state(question);

	for (size_t i = 0; i < sizeof(standings) / sizeof(standings[0]); i++)
		if (string_is(standings[i].state, state)) {
			standings[i].tell(question);
			return;
		}
	question_say(question, "Its state is not known.");
}

/* ---- what has no such states ---- */

static void tell_datagrams(struct question *question)
{
	const char *local = question_local(question), *peer = question_peer(question);

	question_say(question, "%s has no connections and no states.", question_is(question, "udp") ? "UDP" : "It");
	if (*local == '\0')
		question_say(question, "It has no address yet: bind() gives it one, or the first datagram that it "
			     "sends.");
	else
		question_say(question, "Datagrams to %s come to it, from %s.", local, *peer == '\0' ? "anyone" : peer);
}

void standing_tell(struct question *question)
{
	const char *state = question_state(question);

	if (question_is(question, "tcp"))
		tell_tcp(question);
	else if (question_is(question, "udp") || question_is(question, "raw") || question_is(question, "unix-dgram"))
		tell_datagrams(question);
	else
		question_say(question, "It is a %s socket%s%s.",
			     *question_proto(question) == '\0' ? "strange" : question_proto(question),
			     *state == '\0' ? "" : ", ", state);
}
