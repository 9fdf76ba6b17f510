#include <netinet/in.h>
#include <string.h>

#include "base/mem.h"
#include "call/constants.h"
#include "session/chronicle.h"
#include "session/reasons.h"
#include "session/rendering.h"

static const char *side_name(const struct question *question)
{
	return question->side->name;
}

static long long fd_of(const struct question *question)
{
	return question->fd == EVENT_NO_INT ? -1 : (long long)question->fd;
}

/* ---- ECONNREFUSED: what is there, at that port? ---- */

/* What was found at the port, of which nobody took the connection. */
struct at_port {
	struct question *question;
	const char *host;
	struct address target;
	size_t count;
	bool takes; /* one that listens for this very address */
};

/* Would a listener there take a connection to the target? */
static bool takes(const struct address *listener, const struct address *target, bool v6only)
{
	struct address own = address_unmapped(listener), to = address_unmapped(target);

	if (own.any.sa_family != to.any.sa_family)
		return own.any.sa_family == AF_INET6 && address_is_wildcard(&own) && !v6only;
	address_set_port(&to, address_port(&own));
	return address_is_wildcard(&own) || address_is_wildcard(&to) || address_equal(&own, &to);
}

static const char *what_is_wrong(const struct address *listener, const struct address *target, bool v6only)
{
	struct address own = address_unmapped(listener), to = address_unmapped(target);

	if (own.any.sa_family == to.any.sa_family)
		return "on another address";
	return own.any.sa_family == AF_INET6 && v6only ? "for IPv6 alone (IPV6_V6ONLY)" :
	       own.any.sa_family == AF_INET6	       ? "on an IPv6 address" :
							 "for IPv4 alone";
}

/* A socket at that port that is not connected. */
static void say_socket(struct at_port *at, const char *holder, const char *local, const char *wrong)
{
	at->count++;
	if (wrong != NULL)
		question_say(at->question, "%s listens at %s: %s, so not there.", holder, local, wrong);
	else
		question_say(at->question, "%s listens at %s now; when the call was made it did not, or its queue was "
			     "full and net.ipv4.tcp_abort_on_overflow is set.", holder, local);
	at->takes |= wrong == NULL;
}

static void take_listener(struct at_port *at, const struct socket_facts *facts)
{
	bool v6only = facts->has_v6only && facts->v6only;
	struct text holder, local;

	if (facts->state != STATE_LISTEN)
		return;
	text_init(&holder);
	text_init(&local);
	inquiry_add_holder(&holder, at->question->inquiry, at->host, facts);
	address_print(&local, &facts->local);
	say_socket(at, holder.data, local.data,
		   takes(&facts->local, &at->target, v6only) ? NULL
							     : what_is_wrong(&facts->local, &at->target, v6only));
	text_release(&holder);
	text_release(&local);
}

static bool is_at_port(const struct at_port *at, const struct world_socket *socket, const char *proto)
{
	return socket != at->question->socket && string_is(socket->host, at->host) && string_is(socket->proto, proto) &&
	       rendering_port(socket->local) == address_port(&at->target) && rendering_port(socket->peer) == 0;
}

static bool is_listed(const struct socket_list *list, int64_t cookie)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].cookie == (uint64_t)cookie && list->items[i].state == STATE_LISTEN)
			return true;
	return false;
}

/* Of ours, and not in the kernel's list: because it does not listen, or because the kernel was not asked. */
static void take_own(struct at_port *at, const struct world_socket *socket)
{
	struct address local;
	struct text owner;

	text_init(&owner);
	if (!question_add_owner(&owner, at->question, socket)) {
		text_release(&owner);
		return;
	}
	if (socket->state != NULL && string_is(socket->state, "LISTEN") &&
	    address_read(&local, socket->local, AF_INET)) {
		say_socket(at, owner.data, socket->local,
			   takes(&local, &at->target, false) ? NULL : what_is_wrong(&local, &at->target, false));
	} else {
		question_say(at->question, "%s is bound to %s but does not listen: listen() is missing.", owner.data,
			     socket->local);
		at->count++;
	}
	text_release(&owner);
}

/* Ports of TCP and of UDP are different things. */
static void mention_udp(struct at_port *at)
{
	const struct world *world = at->question->inquiry->world;
	struct text owner;

	for (size_t i = 0; i < world->socket_count; i++) {
		if (!is_at_port(at, world->sockets[i], "udp"))
			continue;
		text_init(&owner);
		if (question_add_owner(&owner, at->question, world->sockets[i]))
			question_say(at->question, "%s has UDP port %u; TCP's ports are others.", owner.data,
				     address_port(&at->target));
		text_release(&owner);
	}
}

static void say_nobody(struct at_port *at, const struct socket_list *list)
{
	if (list->dump == DUMP_FAILED)
		question_say(at->question, "No side listens at that port; whether anyone else does is not known: %s.",
			     list->message.data);
	else
		question_say(at->question, "No socket of %s listens at port %u.", at->host, address_port(&at->target));
}

static void look_at_port(struct question *question, const char *host, const struct address *target)
{
	const struct diag_filter filter = {
		.protocol = IPPROTO_TCP, .local_port = address_port(target), .detail = true,
	};
	struct at_port at = { .question = question, .host = host, .target = *target };
	const struct world *world = question->inquiry->world;
	struct socket_list list;

	socket_list_ask(&list, question->inquiry, host, &filter);
	for (size_t i = 0; i < list.count; i++)
		take_listener(&at, &list.items[i]);
	for (size_t i = 0; i < world->socket_count; i++)
		if (is_at_port(&at, world->sockets[i], "tcp") && !is_listed(&list, world->sockets[i]->cookie))
			take_own(&at, world->sockets[i]);
	if (at.count == 0)
		say_nobody(&at, &list);
	mention_udp(&at);
	socket_list_release(&list);
}

static void say_reset(struct question *question, const char *target)
{
	const struct event *reset = chronicle_segment(question->inquiry->log, NULL, target, "RST");

	if (reset != NULL)
		question_say(question, "The SYN to %s was answered with RST (segment #%lld): refused.", target,
			     (long long)reset->segment.n);
	else
		question_say(question, "The SYN to %s was answered with RST: the machine is there, and nothing at that "
			     "address and port takes connections.", target);
}

static void tell_refused_by_tcp(struct question *question, const struct address *target)
{
	const char *host = inquiry_host_of(question->inquiry, question->host, target);
	struct text text;

	text_init(&text);
	address_print(&text, target);
	say_reset(question, text.data);
	if (host != NULL)
		look_at_port(question, host, target);
	else
		question_say(question, "What listens on that machine cannot be seen from here.");
	text_release(&text);
}

/* The error belongs to a datagram that went before, and is told by whatever call comes next. */
static void tell_refused_by_icmp(struct question *question, const struct address *target)
{
	struct text text;

	text_init(&text);
	address_print(&text, target);
	question_say(question, "An earlier datagram to %s was answered with ICMP port unreachable: no UDP socket is "
		     "bound there. Only a connected UDP socket is told so, by its next call.", text.data);
	text_release(&text);
}

static void tell_refused_by_name(struct question *question, const struct address *target)
{
	struct text text;

	text_init(&text);
	address_print(&text, target);
	question_say(question, "%s names no socket that listens%s.", text.data,
		     string_starts_with(text.data, "unix:@") ? "" : "; its file is left over from one that was closed");
	text_release(&text);
}

static void tell_refused(struct question *question)
{
	struct address target;

	if (!question_target(question, &target))
		question_say(question, "The peer said that nothing takes this there; where it went is not known.");
	else if (target.any.sa_family == AF_UNIX)
		tell_refused_by_name(question, &target);
	else if (question_is(question, "udp"))
		tell_refused_by_icmp(question, &target);
	else
		tell_refused_by_tcp(question, &target);
}

/* ---- a connection that is being made ---- */

static void tell_in_progress(struct question *question)
{
	const char *state = question_state(question);

	question_say(question, "%s %lld is non-blocking, so connect() does not wait for the handshake, which goes on.",
		     side_name(question), fd_of(question));
	question_say(question, "`poll [%lld POLLOUT] 1000` waits for its end; then `getsockopt %lld SO_ERROR` says 0, "
		     "or what went wrong.", fd_of(question), fd_of(question));
	if (*state != '\0')
		question_say(question, "Its state is %s%s.", state,
			     string_is(state, "ESTABLISHED") ? " by now: it is connected" : "");
}

static void tell_already(struct question *question)
{
	const char *peer = question_peer(question);

	question_say(question, "An earlier connect() on %s %lld%s%s is still on its way: only its end (poll for "
		     "POLLOUT) lets another begin.", side_name(question), fd_of(question), *peer == '\0' ? "" : ", to ",
		     peer);
}

static void tell_connected(struct question *question)
{
	const char *peer = question_peer(question);

	if (string_is(question_state(question), "LISTEN"))
		question_say(question, "%s %lld listens, and what listens does not connect: another socket must do it.",
			     side_name(question), fd_of(question));
	else if (string_is(question->call, "connect"))
		question_say(question, "%s %lld is connected already%s%s. A connection is made once; another needs "
			     "another socket.", side_name(question), fd_of(question), *peer == '\0' ? "" : ", to ",
			     peer);
	else
		question_say(question, "%s %lld is connected%s%s, and takes no other address.", side_name(question),
			     fd_of(question), *peer == '\0' ? "" : " to ", peer);
}

/* Was it ever, as far as the log goes? */
static bool was_connected(const struct question *question)
{
	return question->socket != NULL &&
	       chronicle_was_connected(question->inquiry->log, question->host, question->socket->cookie);
}

static const char *why_not_connected(const struct question *question)
{
	const char *state = question_state(question);

	if (string_is(state, "LISTEN"))
		return "It listens: data goes over the descriptors that accept() gives.";
	if (string_is(state, "SYN_SENT"))
		return "Its handshake is not finished.";
	if (string_is(state, "CLOSED") && *question_peer(question) != '\0')
		return was_connected(question) ? "Its connection is over." : "Its connect() made no connection.";
	return string_is(state, "") ? "Its state is not known." : "connect() is missing.";
}

static void tell_not_connected(struct question *question)
{
	question_say(question, "%s %lld is not connected to anyone. %s", side_name(question), fd_of(question),
		     why_not_connected(question));
}

static void tell_no_destination(struct question *question)
{
	question_say(question, "%s %lld is not connected, and no address was given: connect() first, or use sendto "
		     "with one.", side_name(question), fd_of(question));
}

/* ---- nobody answered ---- */

/* The SYNs of one connection, and how many of them never reached the other host. */
struct syns {
	int64_t sent, lost;
};

static bool is_syn(const struct event *event, const char *local, const char *peer)
{
	const struct event_segment *segment = &event->segment;

	return event->kind == EVENT_segment && segment->flags != NULL && segment->src != NULL &&
	       segment->dst != NULL && string_is(segment->flags, "SYN") && string_is(segment->src, local) &&
	       string_is(segment->dst, peer);
}

/* A segment comes again when its verdict changes. */
static bool is_last_word(const struct log *log, size_t index)
{
	for (size_t i = index + 1; i < log->count; i++)
		if (log_at(log, i)->kind == EVENT_segment &&
		    log_at(log, i)->segment.n == log_at(log, index)->segment.n)
			return false;
	return true;
}

/* Once it has failed the socket has no addresses any more; they are in its history. */
static struct syns count_syns(const struct question *question)
{
	const struct log *log = question->inquiry->log;
	const struct event *began = question->socket == NULL ? NULL :
				    chronicle_state(log, question->host, question->socket->cookie, "SYN_SENT");
	struct syns syns = { 0 };

	for (size_t i = 0; began != NULL && i < log->count; i++) {
		const struct event_segment *segment = &log_at(log, i)->segment;
		int64_t times;

		if (!is_syn(log_at(log, i), began->state.local, began->state.peer) || !is_last_word(log, i))
			continue;
		times = segment->sent == EVENT_NO_INT ? 1 : segment->sent;
		syns.sent += times;
		if (segment->verdict == NULL || !string_is(segment->verdict, "delivered"))
			syns.lost += times;
	}
	return syns;
}

static void say_syns(struct question *question)
{
	struct syns syns = count_syns(question);

	if (syns.sent > 0 && syns.lost == syns.sent)
		question_say(question, "%lld SYN%s sent, and none reached the other host: the wire dropped or holds "
			     "them.", (long long)syns.sent, syns.sent == 1 ? " was" : "s were");
	else if (syns.sent > 0)
		question_say(question, "%lld SYN%s sent, of which %lld reached the other host.", (long long)syns.sent,
			     syns.sent == 1 ? " was" : "s were", (long long)(syns.sent - syns.lost));
}

/* What bounds it: an option of this socket before the host's setting. */
static void say_syn_retries(struct question *question)
{
	static const char *const options[] = { "TCP_SYNCNT", "TCP_USER_TIMEOUT" };
	const struct event *set = question->side == NULL ? NULL :
				  chronicle_call_on(question->inquiry->log, question->side->name, question->fd,
						    "setsockopt");
	long retries;

	for (size_t i = 0; set != NULL && i < COUNT_OF(options); i++)
		if (strstr(set->call.text, options[i]) != NULL) {
			question_say(question, "%s bounds how long the kernel tries.", set->call.text);
			return;
		}
	if (inquiry_setting(question->inquiry, question->host, "net/ipv4/tcp_syn_retries", &retries))
		question_say(question, "The kernel sends it again %ld times before it gives up "
			     "(net.ipv4.tcp_syn_retries), unless TCP_SYNCNT says otherwise.", retries);
}

static void tell_connect_timed_out(struct question *question)
{
	struct address target;
	struct text text;
	bool known = question_target(question, &target), here;

	here = known && inquiry_host_of(question->inquiry, question->host, &target) != NULL;
	text_init(&text);
	if (known)
		address_print(&text, &target);
	question_say(question, "Nobody answered the SYN%s%s: nothing came back, neither SYN,ACK nor RST.%s",
		     text.len > 0 ? " to " : "", text.data,
		     here ? "" : " No machine has that address, or a filter drops it.");
	say_syns(question);
	question_say_full_queue(question);
	say_syn_retries(question);
	text_release(&text);
}

static void tell_timed_out(struct question *question)
{
	const struct event *began = question->socket == NULL ? NULL :
				    chronicle_state(question->inquiry->log, question->host, question->socket->cookie,
						    "SYN_SENT");

	if (began != NULL && !was_connected(question)) {
		tell_connect_timed_out(question);
		return;
	}
	question_say(question, "%s%s was silent for too long: data, or keepalive probes, were sent again and again "
		     "without an acknowledgement (net.ipv4.tcp_retries2, TCP_KEEPCNT, TCP_USER_TIMEOUT).",
		     *question_peer(question) == '\0' ? "The peer" : "The peer ", question_peer(question));
}

const struct reason reasons_of_peers[] = {
	{ "ECONNREFUSED", NULL, tell_refused },
	{ "EINPROGRESS", NULL, tell_in_progress },
	{ "EALREADY", NULL, tell_already },
	{ "EISCONN", NULL, tell_connected },
	{ "ENOTCONN", NULL, tell_not_connected },
	{ "EDESTADDRREQ", NULL, tell_no_destination },
	{ "ETIMEDOUT", "connect", tell_connect_timed_out },
	{ "ETIMEDOUT", NULL, tell_timed_out },
	{ 0 },
};
