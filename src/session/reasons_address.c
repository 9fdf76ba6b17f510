#include <netinet/in.h>
#include <string.h>

#include "call/constants.h"
#include "session/reasons.h"
#include "session/rendering.h"

/* So many holders of a port are named, the others counted. */
enum { HOLDERS_SHOWN = 5 };

/* ---- who holds an address ---- */

/* The address asked for, and who was found to be in its way. */
struct conflict {
	struct question *question;
	const char *host;
	struct address address;
	size_t count;
	bool listens; /* one of them does */
};

static bool same_family_and_host(const struct address *a, const struct address *b)
{
	struct address one = *a, other = *b;

	address_set_port(&one, address_port(b));
	if (one.any.sa_family == AF_INET6 && other.any.sa_family == AF_INET6)
		one.in6.sin6_scope_id = other.in6.sin6_scope_id;
	return address_equal(&one, &other);
}

/* Would the two stand in each other's way on one port? [::] takes IPv4 as well, unless it is IPV6_V6ONLY. */
static bool overlap(const struct address *a, const struct address *b, bool v6only)
{
	struct address one = address_unmapped(a), other = address_unmapped(b);
	bool any_one = address_is_wildcard(&one), any_other = address_is_wildcard(&other);

	if (one.any.sa_family == other.any.sa_family)
		return any_one || any_other || same_family_and_host(&one, &other);
	if (v6only)
		return false;
	return (any_one && one.any.sa_family == AF_INET6) || (any_other && other.any.sa_family == AF_INET6);
}

static void say_holder(struct conflict *conflict, const char *holder, const char *proto, const char *ends,
		       const char *state)
{
	conflict->count++;
	conflict->listens |= string_is(state, "LISTEN");
	if (conflict->count <= HOLDERS_SHOWN)
		question_say(conflict->question, "- %s: %s %s%s%s", holder, proto, ends, *state == '\0' ? "" : ", ",
			     state);
}

static void add_ends(struct text *out, const char *local, const char *peer)
{
	text_add(out, local);
	if (*peer != '\0')
		text_addf(out, " to %s", peer);
}

static void take_facts(struct conflict *conflict, const struct socket_facts *facts)
{
	const struct world_socket *own = conflict->question->socket;
	struct text holder, ends;
	bool tcp = facts->protocol == IPPROTO_TCP, connected = address_port(&facts->peer) != 0;

	if ((own != NULL && facts->cookie == (uint64_t)own->cookie) ||
	    !overlap(&facts->local, &conflict->address, facts->has_v6only && facts->v6only))
		return;
	text_init(&holder);
	text_init(&ends);
	inquiry_add_holder(&holder, conflict->question->inquiry, conflict->host, facts);
	address_print(&ends, &facts->local);
	if (connected) {
		text_add(&ends, " to ");
		address_print(&ends, &facts->peer);
	}
	say_holder(conflict, holder.data, rendering_protocol_name(facts->protocol), ends.data,
		   !tcp ? "" : facts_state_name(facts));
	text_release(&holder);
	text_release(&ends);
}

static bool is_listed(const struct socket_list *list, int64_t cookie)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].cookie == (uint64_t)cookie)
			return true;
	return false;
}

/* What the kernel does not list (bound, not listening), but a side told. */
static void take_socket(struct conflict *conflict, const struct world_socket *socket, const char *proto)
{
	struct text holder, ends;
	struct address local;

	if (socket == conflict->question->socket || !string_is(socket->host, conflict->host) ||
	    !string_is(socket->proto, proto) || !address_read(&local, socket->local, AF_INET) ||
	    address_port(&local) != address_port(&conflict->address) || !overlap(&local, &conflict->address, false))
		return;
	text_init(&holder);
	text_init(&ends);
	if (!question_add_owner(&holder, conflict->question, socket))
		inquiry_add_why_none(&holder, conflict->question->inquiry, socket);
	add_ends(&ends, socket->local, rendering_address(socket->peer));
	say_holder(conflict, holder.data, proto, ends.data,
		   !string_is(proto, "tcp") || socket->state == NULL ? "" :
		   string_is(socket->state, "CLOSED") ? "bound, not listening" : socket->state);
	text_release(&holder);
	text_release(&ends);
}

static void find_holders(struct conflict *conflict, struct socket_list *list)
{
	const struct world *world = conflict->question->inquiry->world;
	bool udp = question_is(conflict->question, "udp");
	const struct diag_filter filter = {
		.protocol = udp ? IPPROTO_UDP : IPPROTO_TCP,
		.local_port = address_port(&conflict->address),
		.detail = true, /* IPV6_V6ONLY */
	};

	socket_list_ask(list, conflict->question->inquiry, conflict->host, &filter);
	for (size_t i = 0; i < list->count; i++)
		take_facts(conflict, &list->items[i]);
	for (size_t i = 0; i < world->socket_count; i++)
		if (!is_listed(list, world->sockets[i]->cookie))
			take_socket(conflict, world->sockets[i], udp ? "udp" : "tcp");
}

static void say_no_holder(struct question *question, const struct socket_list *list)
{
	if (list->dump == DUMP_FAILED)
		question_say(question, "Who holds it cannot be known: %s.", list->message.data);
	else
		question_say(question, "No socket with that port is listed. The holder cannot be known: it may be "
			     "gone by now, or be bound without listening, which kernels before 6.8 do not list.");
}

static void say_remedy(const struct conflict *conflict)
{
	struct question *question = conflict->question;

	if (question_is(question, "udp")) {
		question_say(question, "SO_REUSEADDR set on both sockets before bind() lets both have the port.");
		return;
	}
	if (conflict->listens)
		question_say(question, "Beside a socket that listens SO_REUSEADDR does not help; SO_REUSEPORT does, "
			     "set on both sockets before bind().");
	else
		question_say(question, "SO_REUSEADDR lets a port be bound in spite of a TIME_WAIT or an old "
			     "connection. It must be on both sockets: set on this one before bind(), and the old one "
			     "must have had it as well.");
}

static void tell_port_in_use(struct question *question, const struct address *address)
{
	struct conflict conflict = { .question = question, .host = question->host, .address = *address };
	struct socket_list list;
	struct text text;

	text_init(&text);
	address_print(&text, address);
	question_say(question, "%s: that port is taken on %s.", text.data, question->host);
	text_release(&text);
	find_holders(&conflict, &list);
	if (conflict.count > HOLDERS_SHOWN)
		question_say(question, "and %zu more", conflict.count - HOLDERS_SHOWN);
	if (conflict.count == 0)
		say_no_holder(question, &list);
	say_remedy(&conflict);
	socket_list_release(&list);
}

static void tell_range_used_up(struct question *question)
{
	long range[2];

	if (inquiry_port_range(question->inquiry, question->host, range))
		question_say(question, "No port was asked for, and each of this host's ephemeral range %ld-%ld is "
			     "taken (net.ipv4.ip_local_port_range).", range[0], range[1]);
	else
		question_say(question, "No port was asked for, and each of this host's ephemeral range is taken; its "
			     "range is not known.");
}

static void tell_name_in_use(struct question *question, const struct address *address)
{
	struct text name;
	const struct world *world = question->inquiry->world;

	text_init(&name);
	address_print(&name, address);
	for (size_t i = 0; i < world->socket_count; i++)
		if (world->sockets[i] != question->socket && string_is(world->sockets[i]->local, name.data)) {
			struct text owner;

			text_init(&owner);
			if (question_add_owner(&owner, question, world->sockets[i]))
				question_say(question, "%s is bound to %s.", owner.data, name.data);
			text_release(&owner);
		}
	if (string_starts_with(name.data, "unix:@"))
		question_say(question, "An abstract name is free again when the last descriptor of its socket is "
			     "closed.");
	else
		question_say(question, "%s exists as a file. bind() makes the file and close() leaves it there: it "
			     "must be removed before the next bind().", name.data);
	text_release(&name);
}

/* EADDRINUSE of bind, connect and, for two listeners that share a port, listen */
static void tell_address_in_use(struct question *question)
{
	const struct value *value = question_argument(question, ARG_ADDRESS);
	struct address address;

	if (string_is(question->call, "bind") && value != NULL && value->kind == VALUE_ADDRESS)
		address = value->address;
	else if (!address_read(&address, question_local(question), AF_INET)) {
		if (string_is(question->call, "bind"))
			question_say(question, "The address that was asked for is taken; which one it was is not "
				     "known.");
		else
			tell_range_used_up(question);
		return;
	}
	if (address.any.sa_family == AF_UNIX)
		tell_name_in_use(question, &address);
	else if (address_port(&address) == 0)
		tell_range_used_up(question);
	else
		tell_port_in_use(question, &address);
}

/* ---- rights ---- */

static void tell_low_port(struct question *question, unsigned port)
{
	static const char *const setting = "net/ipv4/ip_unprivileged_port_start";
	long start;

	if (!inquiry_setting(question->inquiry, question->host, setting, &start)) {
		question_say(question, "Port %u may be reserved for the superuser: "
			     "net.ipv4.ip_unprivileged_port_start of %s, usually 1024, is not known.", port,
			     question->host);
		return;
	}
	if ((long)port >= start) {
		question_say(question, "Not for its number: from port %ld on (net.ipv4.ip_unprivileged_port_start) "
			     "anyone may bind. Something else forbids it, such as a security module.", start);
		return;
	}
	question_say(question, "Ports below %ld (net.ipv4.ip_unprivileged_port_start) are for processes with "
		     "CAP_NET_BIND_SERVICE, such as the superuser's; %s has not got it. A port from %ld on is free to "
		     "all.", start, question->side->name, start);
}

static void tell_bind_forbidden(struct question *question)
{
	const struct value *value = question_argument(question, ARG_ADDRESS);

	if (value == NULL || value->kind != VALUE_ADDRESS)
		question_say(question, "This process may not have that address; which one it was is not known.");
	else if (value->address.any.sa_family == AF_UNIX)
		question_say(question, "This process may not write to the directory in which the file would be made, "
			     "or not search one on the way to it.");
	else
		tell_low_port(question, address_port(&value->address));
}

/* connect, sendto and sendmsg */
static void tell_send_forbidden(struct question *question)
{
	struct address address;

	if (question_target(question, &address) && address.any.sa_family == AF_UNIX)
		question_say(question, "Connecting needs the right to write to the socket's file, and to search each "
			     "directory on the way to it.");
	else if (question_target(question, &address))
		question_say(question, "The address is a broadcast address, which needs SO_BROADCAST on the socket, "
			     "or a rule of the host's packet filter forbids it.");
	else
		question_say(question, "A broadcast address needs SO_BROADCAST on the socket; where this went is not "
			     "known.");
}

static void tell_socket_forbidden(struct question *question)
{
	long long type = question_constant(question, GROUP_TYPE, -1);

	if (type >= 0 && (type & 0xf) == SOCK_RAW)
		question_say(question, "A raw socket needs CAP_NET_RAW, which %s has not got. For an ICMP echo "
			     "socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP) may do, where net.ipv4.ping_group_range "
			     "allows it.", question->side->name);
	else
		question_say(question, "This process may not make a socket of that kind; %s has not got the right.",
			     question->side->name);
}

static void tell_forbidden(struct question *question)
{
	question_say(question, "The file's or the process's rights do not allow it.");
}

static void tell_not_permitted(struct question *question)
{
	question_say(question, "That is reserved for the superuser, or for another owner of what it is about.");
}

/* ---- addresses that cannot be had ---- */

static void add_addresses(struct text *out, const struct question *question)
{
	const struct world_host *host = world_host(question->inquiry->world, question->host);

	if (question->inquiry->ops->addresses(question->inquiry->owner, question->host, out))
		return;
	text_clear(out);
	text_add(out, host != NULL && host->addresses != NULL ? host->addresses : "not known");
}

static void tell_not_available(struct question *question)
{
	const struct value *value = question_argument(question, ARG_ADDRESS);
	struct text text, addresses;

	if (!string_is(question->call, "bind") || value == NULL || value->kind != VALUE_ADDRESS) {
		question_say(question, "The kernel found no local address or no free port for this connection: %s has "
			     "no address of that family, or its ephemeral ports to that peer are used up.",
			     question->host);
		return;
	}
	text_init(&text);
	text_init(&addresses);
	address_print_host(&text, &value->address, false);
	add_addresses(&addresses, question);
	question_say(question, "%s is not an address of %s. Its addresses: %s.", text.data, question->host,
		     addresses.data);
	question_say(question, "A socket is bound to an address of its own host; the peer's stands in connect().");
	text_release(&text);
	text_release(&addresses);
}

static const char *family_name(long long family)
{
	const char *name = constant_name(GROUP_FAMILY, family);

	return name == NULL ? "another family" : name;
}

static void tell_family(struct question *question)
{
	const struct value *value = question_argument(question, ARG_ADDRESS);

	if (value == NULL || value->kind != VALUE_ADDRESS || question->row == NULL) {
		question_say(question, "This kernel has no such address family, or not with this type of socket.");
		return;
	}
	question_say(question, "%s %lld is a socket of %s, and the address is one of %s: they must be the same.",
		     question->side->name, (long long)question->fd, family_name(question->row->row.family),
		     family_name(value->address.any.sa_family));
	if (value->address.any.sa_family == AF_INET6)
		question_say(question, "`socket tcp6` makes one that takes IPv6 addresses.");
}

/* ---- EINVAL ---- */

static void tell_bind_invalid(struct question *question)
{
	const char *local = question_local(question);

	if (*local != '\0')
		question_say(question, "%s %lld is bound already, to %s. A socket is bound once in its life; "
			     "connect() and listen() bind it too, if nothing did before.", question->side->name,
			     (long long)question->fd, local);
	else
		question_say(question, "A socket that is bound already cannot be bound again, nor one that is shut; "
			     "to what this one is bound is not known.");
}

static void tell_listen_invalid(struct question *question)
{
	const char *state = question_state(question), *peer = question_peer(question);

	if (question_is(question, "unix") && *question_local(question) == '\0')
		question_say(question, "A UNIX socket must be bound before it can listen: there is no name yet that "
			     "anyone could connect to.");
	else if (*peer != '\0')
		question_say(question, "%s %lld is connected (%s, to %s); only an unconnected socket can listen.",
			     question->side->name, (long long)question->fd, *state == '\0' ? "state not known" : state,
			     peer);
	else
		question_say(question, "Only a stream socket that is not connected can listen. The state of this one "
			     "is %s.", *state == '\0' ? "not known" : state);
}

static void tell_accept_invalid(struct question *question)
{
	const char *state = question_state(question);
	long long fd = question->fd == EVENT_NO_INT ? 0 : (long long)question->fd;

	if (*state == '\0')
		question_say(question, "accept() needs a socket that listens; the state of this one is not known.");
	else
		question_say(question, "%s %lld does not listen, its state is %s.", question->side->name, fd, state);
	if (*question_peer(question) != '\0')
		question_say(question, "It is itself a connection; accept() is called on the listening socket.");
	else if (!string_is(state, "LISTEN"))
		question_say(question, "`listen %lld 5` is missing%s.", fd,
			     *question_local(question) == '\0' ? ", and before it bind()" : "");
}

/* ---- routes ---- */

static void tell_unreachable(struct question *question)
{
	struct address address;
	struct text text;

	text_init(&text);
	if (question_target(question, &address))
		address_print_host(&text, &address, false);
	question_say(question, "No route of %s leads to %s; `ip route` on that host lists them.", question->host,
		     text.len == 0 ? "that address" : text.data);
	text_release(&text);
}

static void tell_host_unreachable(struct question *question)
{
	struct address address;
	struct text text;

	text_init(&text);
	if (question_target(question, &address))
		address_print_host(&text, &address, false);
	question_say(question, "A router, or this host itself, says that %s cannot be reached: on the last link nobody "
		     "answered for it, or a filter refused.", text.len == 0 ? "the address" : text.data);
	text_release(&text);
}

static void tell_network_down(struct question *question)
{
	question_say(question, "The interface by which the packet would leave %s is down.", question->host);
}

const struct reason reasons_of_addresses[] = {
	{ "EADDRINUSE", NULL, tell_address_in_use },
	{ "EADDRNOTAVAIL", NULL, tell_not_available },
	{ "EAFNOSUPPORT", NULL, tell_family },
	{ "EACCES", "bind", tell_bind_forbidden },
	{ "EACCES", "connect", tell_send_forbidden },
	{ "EACCES", "sendto", tell_send_forbidden },
	{ "EACCES", "sendmsg", tell_send_forbidden },
	{ "EACCES", "socket", tell_socket_forbidden },
	{ "EPERM", "socket", tell_socket_forbidden },
	{ "EPERM", "connect", tell_send_forbidden },
	{ "EPERM", "sendto", tell_send_forbidden },
	{ "EACCES", NULL, tell_forbidden },
	{ "EPERM", NULL, tell_not_permitted },
	{ "EINVAL", "bind", tell_bind_invalid },
	{ "EINVAL", "listen", tell_listen_invalid },
	{ "EINVAL", "accept", tell_accept_invalid },
	{ "EINVAL", "accept4", tell_accept_invalid },
	{ "ENETUNREACH", NULL, tell_unreachable },
	{ "EHOSTUNREACH", NULL, tell_host_unreachable },
	{ "ENETDOWN", NULL, tell_network_down },
	{ 0 },
};
