#include "lab/teller.h"

#include <netinet/in.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "call/address.h"
#include "call/constants.h"
#include "observe/info.h"
#include "world/states.h"

struct world_socket *teller_socket(const struct teller *teller, int64_t cookie)
{
	return world_socket(teller->world, teller->host, cookie);
}

/* ---- a state ---- */

static char *printed(const struct address *address)
{
	struct text text;
	struct address plain = address_unmapped(address);

	text_init(&text);
	if (!address_is_wildcard(&plain) || address_port(&plain) != 0)
		address_print(&text, &plain);
	return text_take(&text);
}

/* A listener's own address stays as it is: [::]:80 takes IPv4 too, *:80 does not take IPv6. */
static char *printed_local(const struct address *address)
{
	struct text text;

	if (!address_is_wildcard(address))
		return printed(address);
	text_init(&text);
	address_print(&text, address);
	return text_take(&text);
}

static void set_holder(const struct teller *teller, const struct world_socket *socket, char **side, int64_t *fd)
{
	struct world_side *holder;
	struct world_fd *row;

	if (socket == NULL || !world_socket_holder(teller->world, socket, &holder, &row))
		return;
	*side = xstrdup(holder->name);
	*fd = row->number;
}

static void tell_state(const struct teller *teller, int64_t cookie, const char *to, const struct socket_facts *facts,
		       bool by_timer)
{
	const struct world_socket *socket = teller_socket(teller, cookie);
	const char *from = socket == NULL ? NULL : socket->state;
	struct event event;

	if (socket == NULL && facts == NULL)
		return;
	event_init(&event, EVENT_state);
	event.state.host = xstrdup(teller->host);
	/* The descriptor of a connection that is in TIME_WAIT leads to another object, which is CLOSED. */
	if (!string_is(to, "TIME_WAIT") && !(from != NULL && string_is(from, "TIME_WAIT")))
		set_holder(teller, socket, &event.state.side, &event.state.fd);
	event.state.proto = xstrdup("tcp");
	event.state.local = facts != NULL ? printed_local(&facts->local) : xstrdup(socket->local);
	event.state.peer = facts != NULL ? printed(&facts->peer) : xstrdup(socket->peer);
	event.state.from = from == NULL ? NULL : xstrdup(from);
	event.state.to = xstrdup(to);
	event.state.jump = !state_is_edge(from, to);
	event.state.cookie = cookie;
	if (by_timer)
		event.state.cause = (struct event_cause){ .kind = CAUSE_TIMER, .timer = "timewait" };
	else
		event.state.cause = teller->ops->cause(teller->owner, teller->host, &event.state);
	teller->ops->event(teller->owner, &event);
}

void teller_changed(const struct teller *teller, int64_t cookie, const char *to, bool by_timer)
{
	tell_state(teller, cookie, to, NULL, by_timer);
}

/* ---- all else ---- */

static const char *protocol_name(const struct socket_facts *facts)
{
	if (facts->protocol == IPPROTO_TCP)
		return "tcp";
	if (facts->protocol == IPPROTO_UDP)
		return "udp";
	return facts->protocol == IPPROTO_RAW ? "raw" : "unix";
}

static bool differs(const struct world_socket *socket, const struct socket_facts *facts)
{
	const char *timer = facts_timer_name(facts->timer);

	if (socket == NULL || socket->recvq != facts->recvq || socket->sendq != facts->sendq ||
	    socket->retransmits != facts->retransmits || socket->inode != facts->inode || socket->state == NULL)
		return true;
	if (socket->timer == NULL ? *timer != '\0' : !string_is(socket->timer, timer))
		return true;
	return facts->protocol != IPPROTO_TCP && !string_is(socket->state, facts_state_name(facts));
}

/* What an event has a key for, what never changes, and what changes with every look. */
static bool is_told_as_info(const char *name)
{
	static const char *const others[] = { "state", "recv-q", "send-q", "local", "peer", "timer", "uid", "ino", "sk",
					      "cgroup", "lastsnd", "lastrcv", "lastack", "busy" };

	for (size_t i = 0; i < COUNT_OF(others); i++)
		if (string_is(name, others[i]))
			return false;
	return true;
}

/* NULL: it was not asked for, or is no TCP's. */
static char *printed_info(const struct socket_facts *facts)
{
	struct info info;
	struct text text;

	if (facts->tcp_len == 0)
		return NULL;
	text_init(&text);
	info_init(&info);
	info_of_facts(&info, facts);
	for (size_t i = 0; i < info.count; i++)
		if (is_told_as_info(info.rows[i].name)) {
			text_add(&text, text.len > 0 ? " " : "");
			info_print_row(&text, &info.rows[i]);
		}
	info_release(&info);
	return text.data;
}

static bool info_differs(const struct world_socket *socket, const char *info)
{
	return info != NULL && (socket == NULL || socket->info == NULL || !string_is(socket->info, info));
}

static void tell_facts(const struct teller *teller, const struct socket_facts *facts)
{
	const struct world_socket *socket = teller_socket(teller, (int64_t)facts->cookie);
	char *info = printed_info(facts);
	struct event event;

	if (!differs(socket, facts) && !info_differs(socket, info)) {
		free(info);
		return;
	}
	event_init(&event, EVENT_socket);
	event.socket.info = info;
	event.socket.host = xstrdup(teller->host);
	event.socket.cookie = (int64_t)facts->cookie;
	event.socket.inode = facts->inode;
	event.socket.proto = xstrdup(protocol_name(facts));
	event.socket.family = facts->family;
	event.socket.type = facts->type;
	event.socket.local = printed_local(&facts->local);
	event.socket.peer = printed(&facts->peer);
	event.socket.state = xstrdup(facts_state_name(facts));
	event.socket.recvq = facts->recvq;
	event.socket.sendq = facts->sendq;
	event.socket.retransmits = facts->retransmits;
	if (facts->timer != TIMER_NONE) {
		event.socket.timer = xstrdup(facts_timer_name(facts->timer));
		event.socket.timer_left = facts->timer_left;
	}
	teller->ops->event(teller->owner, &event);
}

void teller_found(const struct teller *teller, const struct socket_facts *facts)
{
	const struct world_socket *socket = teller_socket(teller, (int64_t)facts->cookie);
	const char *state = constant_name(GROUP_STATE, facts->state);

	if (facts->protocol == IPPROTO_TCP && state != NULL &&
	    (socket == NULL || socket->state == NULL || !string_is(socket->state, state)))
		tell_state(teller, (int64_t)facts->cookie, state, facts, false);
	tell_facts(teller, facts);
}
