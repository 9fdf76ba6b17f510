#include "session/waiting.h"

#include <string.h>

#include "call/constants.h"

/* So many that could let it go are named. */
enum { HELPERS_SHOWN = 3 };

/* ---- accept ---- */

/* Sides on that host, or another of ours, that have an unconnected socket of the kind. */
static void say_who_could_connect(struct question *question)
{
	const struct world *world = question->inquiry->world;
	int shown = 0;

	for (size_t i = 0; i < world->side_count && shown < HELPERS_SHOWN; i++) {
		const struct world_side *side = &world->sides[i];

		for (size_t j = 0; side != question->side && j < side->fd_count && shown < HELPERS_SHOWN; j++) {
			const struct event_fd *row = &side->fds[j].row;
			const char *state = world_fd_state(world, side, &side->fds[j]);

			if (row->proto == NULL || !string_is(row->proto, question_proto(question)) ||
			    (state != NULL && !string_is(state, "CLOSED") && !string_is(state, "UNCONN")) ||
			    row->peer != NULL)
				continue;
			question_say(question, "`%s: connect %d ADDRESS` could make one: %s %d is not connected.",
				     side->name, side->fds[j].number, side->name, side->fds[j].number);
			shown++;
		}
	}
}

static void tell_accept(struct question *question)
{
	const char *local = question_local(question);

	question_say(question, "It waits for a connection to %s.",
		     *local == '\0' ? "its socket, whose address is not known" : local);
	if (question->socket != NULL && question->socket->recvq == 0)
		question_say(question, "The accept queue is empty.");
	else if (question->socket == NULL || question->socket->recvq == EVENT_NO_INT)
		question_say(question, "How many wait in its accept queue is not known.");
	say_who_could_connect(question);
}

/* ---- receiving ---- */

static void say_sender(struct question *question, const char *else_what)
{
	const struct world_socket *other = question_other_end(question);
	struct world_side *side;
	struct world_fd *fd;

	if (question_owner(question, other, &side, &fd))
		question_say(question, "At the other end is %s %d: `%s: send %d \"...\"` lets it go%s.", side->name,
			     fd->number, side->name, fd->number, else_what);
	else if (other != NULL)
		question_say(question, "At the other end is a socket without a descriptor of our sides, in state %s.",
			     other->state == NULL ? "not known" : other->state);
	else
		question_say(question, "Who is at the other end is not known here.");
	if (other != NULL && other->recvq != EVENT_NO_INT && other->recvq > 0)
		question_say(question, "%lld byte%s there: its program has not received them.",
			     (long long)other->recvq, other->recvq == 1 ? " lies unread" : "s lie unread");
}

static void tell_receive_stream(struct question *question)
{
	const char *peer = question_peer(question);

	question_say(question, "It waits for bytes from %s, or for its FIN, which would let it return 0.",
		     *peer == '\0' ? "the peer" : peer);
	say_sender(question, ", and so does close() or shutdown() there");
}

static void tell_receive_datagram(struct question *question)
{
	const char *local = question_local(question), *peer = question_peer(question);

	if (*local == '\0')
		question_say(question, "It waits for a datagram, but the socket has no address to which one could be "
			     "sent: bind() is missing.");
	else if (*peer != '\0')
		question_say(question, "It waits for a datagram to %s, and only from %s, to which it is connected.",
			     local, peer);
	else
		question_say(question, "It waits for a datagram to %s, from anyone.", local);
}

static void tell_receive(struct question *question)
{
	const char *kind = question->row == NULL ? NULL : question->row->row.kind;

	if (question_is(question, "tcp"))
		tell_receive_stream(question);
	else if (question_is(question, "udp") || question_is(question, "raw") || question_is(question, "unix-dgram"))
		tell_receive_datagram(question);
	else if (question->row != NULL && question->row->row.proto != NULL)
		question_say(question, "It waits for the other end to send, or to close.");
	else
		question_say(question, "It waits for somebody to write into the %s, or for its last writer to close "
			     "it.", kind == NULL ? "file" : kind);
}

/* ---- sending ---- */

static void say_queue(struct question *question, const struct world_socket *socket, const char *unknown)
{
	if (socket == NULL || socket->sendq == EVENT_NO_INT)
		question_say(question, "%s", unknown);
	else
		question_say(question, "%lld byte%s in it.", (long long)socket->sendq,
			     socket->sendq == 1 ? " is" : "s are");
}

/* The timer of what the handshake sent last. */
static void say_handshake_timer(struct question *question)
{
	const struct world_socket *socket = question->socket;
	struct text times;

	if (socket == NULL || socket->timer == NULL)
		return;
	text_init(&times);
	question_add_retransmits(&times, question);
	question_say(question, "In %.1f s the SYN is sent again%s.", inquiry_timer_left(question->inquiry, socket),
		     times.data);
	text_release(&times);
}

static void tell_send_early(struct question *question)
{
	question_say(question, "It waits for the connection, which another call has begun: its state is SYN_SENT, and "
		     "data is sent when it is ESTABLISHED.");
	say_handshake_timer(question);
}

static void tell_send(struct question *question)
{
	const struct world_socket *other = question_other_end(question);
	struct world_side *side;
	struct world_fd *fd;

	if (string_is(question_state(question), "SYN_SENT")) {
		tell_send_early(question);
		return;
	}
	question_say(question, "It waits for room in the send queue, which empties as the peer acknowledges.");
	say_queue(question, question->socket, "How full it is is not known.");
	question_say_what_delays(question);
	if (question_owner(question, other, &side, &fd))
		question_say(question, "`%s: recv %d 65536` makes room.", side->name, fd->number);
	else
		question_say(question, "Whoever holds the other end must read.");
}

/* ---- connect ---- */

static void add_target(struct text *out, const struct question *question)
{
	struct address target;

	if (question_target(question, &target))
		address_print(out, &target);
	else
		text_add(out, "an address that is not known");
}

static void tell_connect(struct question *question)
{
	struct text target;

	text_init(&target);
	add_target(&target, question);
	if (question_is(question, "unix") || string_starts_with(target.data, "unix:")) {
		question_say(question, "It waits for a place in the queue of %s: the listener must accept() one first.",
			     target.data);
	} else {
		question_say(question, "It waits for the SYN,ACK of %s; an RST would end it with ECONNREFUSED.",
			     target.data);
		question_say(question, "Its state is %s.",
			     *question_state(question) == '\0' ? "not known" : question_state(question));
		say_handshake_timer(question);
		question_say_full_queue(question);
	}
	text_release(&target);
}

/* ---- waiting for any of several ---- */

static void add_watched(struct text *out, const struct question *question, const struct value *item)
{
	long long fd = item->kind == VALUE_LIST && item->count > 0 ? item->items[0].number : item->number;

	text_addf(out, "%s%s %lld", out->len > 0 ? ", " : "", question->side->name, fd);
	if (item->kind == VALUE_LIST && item->count > 1 && string_is(question->call, "poll")) {
		text_add(out, " ");
		constant_print_flags(out, GROUP_POLL, item->items[1].number);
	}
}

static void add_lists(struct text *out, const struct question *question)
{
	const struct call *call = &question->parsed;

	for (size_t i = 0; call->spec != NULL && i < call_arg_count(call->spec); i++) {
		enum arg_type type = call->spec->args[i].type;

		for (size_t j = 0; (type == ARG_POLL_LIST || type == ARG_FD_LIST) && j < call->args[i].count; j++)
			add_watched(out, question, &call->args[i].items[j]);
	}
}

static void tell_poll(struct question *question)
{
	struct text list;

	text_init(&list);
	add_lists(&list, question);
	if (string_is(question->call, "epoll_wait"))
		question_say(question, "It waits for an event of any descriptor that was added with epoll_ctl().");
	else if (list.len == 0)
		question_say(question, "It waits for its time to run out; it watches no descriptor, or which is not "
			     "known.");
	else
		question_say(question, "It waits until any of these is ready, or has failed: %s.", list.data);
	question_say(question, "Its timeout ends it too, if it has one.");
	text_release(&list);
}

/* ---- others ---- */

static void tell_wait_child(struct question *question)
{
	const struct world *world = question->inquiry->world;
	size_t count = 0;

	for (size_t i = 0; i < world->side_count; i++) {
		const struct world_side *side = &world->sides[i];

		if (!side->alive || side->parent == NULL || !string_is(side->parent, question->side->name))
			continue;
		question_say(question, "It waits for a child to end: `%s: _exit 0` lets it go.", side->name);
		count++;
	}
	if (count == 0)
		question_say(question, "It waits for a child to end; none of its children is known to be alive.");
}

static void tell_close(struct question *question)
{
	question_say(question, "SO_LINGER is set: close() waits until the peer has acknowledged all that was sent, or "
		     "the time is over.");
	say_queue(question, question->socket, "How much is still to be acknowledged is not known.");
}

static void tell_lookup(struct question *question)
{
	question_say(question, "It waits for a name server's answer (/etc/resolv.conf). It is a function of the C "
		     "library and several system calls: it cannot be interrupted.");
}

static void tell_open(struct question *question)
{
	question_say(question, "It waits for somebody to open the other end of the FIFO.");
}

/* A call that never waits. */
static void tell_stopped(struct question *question)
{
	question_say(question, "It is one that waits for nothing: either its process is stopped, and SIGCONT to "
		     "process %lld lets it go on, or the machine is too busy to run it.",
		     (long long)question->side->pid);
}

static const struct {
	const char *call;
	void (*tell)(struct question *question);
} waits[] = {
	{ "accept", tell_accept },	 { "accept4", tell_accept },	 { "recv", tell_receive },
	{ "recvfrom", tell_receive },	 { "recvmsg", tell_receive },	 { "read", tell_receive },
	{ "readv", tell_receive },	 { "splice", tell_receive },	 { "send", tell_send },
	{ "sendto", tell_send },	 { "sendmsg", tell_send },	 { "write", tell_send },
	{ "writev", tell_send },	 { "sendfile", tell_send },	 { "connect", tell_connect },
	{ "poll", tell_poll },		 { "select", tell_poll },	 { "epoll_wait", tell_poll },
	{ "waitpid", tell_wait_child },	 { "close", tell_close },	 { "getaddrinfo", tell_lookup },
	{ "getnameinfo", tell_lookup },	 { "open", tell_open },
};

void waiting_tell(struct question *question, const struct world_call *call)
{
	const struct call_spec *spec = call_find(call->call, false, NULL);
	double since = question->inquiry->now - call->began;
	size_t i = 0;

	question_say(question, "%s: %s has not returned for %.1f s.", question->side->name, call->text,
		     since > 0 ? since : 0);
	while (i < sizeof(waits) / sizeof(waits[0]) && !string_is(waits[i].call, call->call))
		i++;
	if (i < sizeof(waits) / sizeof(waits[0]))
		waits[i].tell(question);
	else if (spec != NULL && spec->blocks == BLOCKS_NEVER)
		tell_stopped(question);
	else
		question_say(question, "What it waits for is not known.");
	if (spec != NULL && spec->blocks != BLOCKS_MAY)
		return;
	if (call->thread == 1)
		question_say(question, "`interrupt %s` makes it return EINTR.", question->side->name);
	else
		question_say(question, "`interrupt %s/%lld` makes it return EINTR.", question->side->name,
			     (long long)call->thread);
}
