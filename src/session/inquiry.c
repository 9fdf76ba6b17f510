#include "session/inquiry.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "call/constants.h"
#include "session/asking.h"

/* ---- the kernel of a session's hosts ---- */

static enum look ask_facts(void *owner, const struct world_socket *socket, struct socket_facts *facts,
			   struct text *message)
{
	const struct session *session = owner;

	if (session->lab != NULL)
		return lab_facts(session->lab, socket, facts, message);
	text_add(message, "there is no kernel to ask");
	return LOOK_UNKNOWN;
}

static enum dump ask_dump(void *owner, const char *host, const struct diag_filter *filter,
			  const struct diag_visitor *visitor, struct text *message)
{
	const struct session *session = owner;

	if (session->lab != NULL)
		return lab_dump(session->lab, host, filter, visitor, message);
	text_add(message, "there is no kernel to ask");
	return DUMP_FAILED;
}

/* This machine's own stack, and nobody else's, is under our /proc. */
static bool is_ours(const void *owner, const char *host)
{
	return ((const struct session *)owner)->lab != NULL && string_is(host, "local");
}

static bool ask_setting(void *owner, const char *host, const char *name, struct text *value)
{
	const char *answered = asking_value(owner, host, name);
	char *path = text_format("/proc/sys/%s", name), buffer[128];
	int fd = answered == NULL && is_ours(owner, host) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	ssize_t len = fd < 0 ? -1 : read(fd, buffer, sizeof(buffer));

	free(path);
	if (answered != NULL) {
		text_add(value, answered);
		return true;
	}
	if (fd >= 0)
		close(fd);
	if (len <= 0)
		return false;
	text_add_bytes(value, buffer, (size_t)len);
	while (value->len > 0 && value->data[value->len - 1] == '\n')
		text_cut(value, value->len - 1);
	return true;
}

static void add_interface_address(struct text *list, const struct sockaddr *addr)
{
	struct address address = { 0 };

	if (addr == NULL || (addr->sa_family != AF_INET && addr->sa_family != AF_INET6))
		return;
	address.len = addr->sa_family == AF_INET ? sizeof(address.in) : sizeof(address.in6);
	memcpy(&address.storage, addr, address.len);
	text_add(list, list->len > 0 ? " " : "");
	address_print_host(list, &address, false);
}

static bool ask_addresses(void *owner, const char *host, struct text *list)
{
	struct ifaddrs *all;

	if (!is_ours(owner, host) || getifaddrs(&all) != 0)
		return false;
	for (const struct ifaddrs *at = all; at != NULL; at = at->ifa_next)
		add_interface_address(list, at->ifa_addr);
	freeifaddrs(all);
	return true;
}

struct inquiry inquiry_of(struct session *session)
{
	static const struct inquiry_ops ops = {
		.facts = ask_facts, .dump = ask_dump, .setting = ask_setting, .addresses = ask_addresses,
	};

	return (struct inquiry){
		.world = &session->world,
		.log = &session->log,
		.names = session->names,
		.name_count = session->name_count,
		.now = session_time(session),
		.ops = &ops,
		.owner = session,
	};
}

struct inquiry inquiry_after_look(struct session *session)
{
	if (session->lab != NULL)
		lab_look(session->lab);
	return inquiry_of(session);
}

/* ---- questions ---- */

const char *inquiry_name(const struct inquiry *inquiry, const char *side, int64_t fd)
{
	for (size_t i = 0; i < inquiry->name_count; i++)
		if (inquiry->names[i].fd == fd && string_is(inquiry->names[i].side, side))
			return inquiry->names[i].name;
	return NULL;
}

/* Reads `count` numbers. */
static bool ask_numbers(const struct inquiry *inquiry, const char *host, const char *name, long *numbers, int count)
{
	struct text value;
	char *at;
	bool ok;

	text_init(&value);
	ok = inquiry->ops->setting(inquiry->owner, host, name, &value);
	at = value.data;
	for (int i = 0; ok && i < count; i++) {
		char *end;

		errno = 0;
		numbers[i] = strtol(at, &end, 10);
		ok = end != at && errno == 0;
		at = end;
	}
	text_release(&value);
	return ok;
}

bool inquiry_setting(const struct inquiry *inquiry, const char *host, const char *name, long *value)
{
	return ask_numbers(inquiry, host, name, value, 1);
}

bool inquiry_port_range(const struct inquiry *inquiry, const char *host, long range[2])
{
	return ask_numbers(inquiry, host, "net/ipv4/ip_local_port_range", range, 2);
}

static bool is_loopback(const struct address *address)
{
	if (address->any.sa_family == AF_INET)
		return ntohl(address->in.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
	return address->any.sa_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&address->in6.sin6_addr);
}

static bool same_host_part(const struct address *address, const char *word)
{
	struct address other, one = *address;

	if (!address_read_ip(&other, word) || other.any.sa_family != one.any.sa_family)
		return false;
	if (one.any.sa_family == AF_INET)
		return one.in.sin_addr.s_addr == other.in.sin_addr.s_addr;
	return memcmp(&one.in6.sin6_addr, &other.in6.sin6_addr, sizeof(one.in6.sin6_addr)) == 0;
}

static bool is_in_list(const struct address *address, const char *list)
{
	char *copy = xstrdup(list), *rest = copy, *word;
	bool found = false;

	while (!found && (word = strsep(&rest, " ")) != NULL)
		found = *word != '\0' && same_host_part(address, word);
	free(copy);
	return found;
}

enum answer inquiry_has_address(const struct inquiry *inquiry, const char *host, const struct address *address)
{
	struct address plain = address_unmapped(address);
	const struct world_host *known = world_host(inquiry->world, host);
	struct text list;
	bool found, asked;

	if (is_loopback(&plain) || (known != NULL && known->addresses != NULL && is_in_list(&plain, known->addresses)))
		return ANSWER_YES;
	text_init(&list);
	asked = inquiry->ops->addresses(inquiry->owner, host, &list);
	found = asked && is_in_list(&plain, list.data);
	text_release(&list);
	return found ? ANSWER_YES : asked ? ANSWER_NO : ANSWER_NOT_KNOWN;
}

const char *inquiry_host_of(const struct inquiry *inquiry, const char *host, const struct address *address)
{
	struct address plain = address_unmapped(address);

	/* connect() to the wildcard means this host. */
	if (address_is_wildcard(&plain) || inquiry_has_address(inquiry, host, &plain) == ANSWER_YES)
		return host;
	for (size_t i = 0; i < inquiry->world->host_count; i++) {
		const struct world_host *other = &inquiry->world->hosts[i];

		if (other->addresses != NULL && is_in_list(&plain, other->addresses))
			return other->name;
	}
	return NULL;
}

/* ---- lists of sockets ---- */

static void keep_socket(void *context, const struct socket_facts *facts)
{
	struct socket_list *list = context;

	list->items = array_grow(list->items, list->count, &list->room, sizeof(*list->items));
	list->items[list->count++] = *facts;
}

static bool forget_sockets(void *context)
{
	((struct socket_list *)context)->count = 0;
	return true;
}

void socket_list_ask(struct socket_list *list, const struct inquiry *inquiry, const char *host,
		     const struct diag_filter *filter)
{
	const struct diag_visitor visitor = { .socket = keep_socket, .again = forget_sockets, .context = list };

	*list = (struct socket_list){ 0 };
	text_init(&list->message);
	list->dump = inquiry->ops->dump(inquiry->owner, host, filter, &visitor, &list->message);
	if (list->dump == DUMP_FAILED)
		list->count = 0;
}

void socket_list_release(struct socket_list *list)
{
	free(list->items);
	text_release(&list->message);
	*list = (struct socket_list){ 0 };
}

/* ---- owners ---- */

bool row_leads_to(const struct event_fd *row, uint64_t cookie, uint64_t inode)
{
	if (cookie != 0 && row->cookie != EVENT_NO_INT)
		return row->cookie == (int64_t)cookie;
	return inode != 0 && row->proto != NULL && row->inode == (int64_t)inode;
}

bool inquiry_add_owners(struct text *out, const struct inquiry *inquiry, const char *host, uint64_t cookie,
			uint64_t inode)
{
	bool any = false;

	for (size_t i = 0; i < inquiry->world->side_count; i++) {
		const struct world_side *side = &inquiry->world->sides[i];

		for (size_t j = 0; string_is(side->host, host) && j < side->fd_count; j++)
			if (row_leads_to(&side->fds[j].row, cookie, inode)) {
				text_addf(out, "%s%s %d", any ? ", " : "", side->name, side->fds[j].number);
				any = true;
			}
	}
	return any;
}

double inquiry_timer_left(const struct inquiry *inquiry, const struct world_socket *socket)
{
	double left = socket->timer_end - inquiry->now;

	return left > 0 ? left : 0;
}

static bool is_one_of(const char *state, const char *const *states)
{
	for (; *states != NULL; states++)
		if (string_is(*states, state))
			return true;
	return false;
}

/* What a state says of a TCP socket to which no descriptor leads anywhere. */
static const char *reason_for_none(const char *state)
{
	static const char *const queued[] = { "ESTABLISHED", "CLOSE_WAIT", NULL };
	static const char *const closing[] = { "FIN_WAIT1", "FIN_WAIT2", "CLOSING", "LAST_ACK", NULL };

	if (string_is(state, "TIME_WAIT"))
		return "TIME_WAIT";
	if (string_is(state, "SYN_RECV"))
		return "in SYN queue";
	if (is_one_of(state, queued))
		return "in accept queue";
	return is_one_of(state, closing) ? "orphan" : "no descriptor";
}

/* Those two end by their timer if nothing else comes. */
static bool counts_down(const char *reason)
{
	return string_is(reason, "TIME_WAIT") || string_is(reason, "orphan");
}

void inquiry_add_why_none(struct text *out, const struct inquiry *inquiry, const struct world_socket *socket)
{
	const char *reason;

	if (socket->inode != 0 && socket->inode != EVENT_NO_INT) {
		text_add(out, "foreign");
		return;
	}
	if (socket->state == NULL || (socket->inode == EVENT_NO_INT && !string_is(socket->state, "TIME_WAIT"))) {
		text_add(out, "not known");
		return;
	}
	reason = reason_for_none(socket->state);
	text_add(out, reason);
	if (counts_down(reason) && socket->timer != NULL)
		text_addf(out, ", %.0f s left", inquiry_timer_left(inquiry, socket));
}

void inquiry_add_holder(struct text *out, const struct inquiry *inquiry, const char *host,
			const struct socket_facts *facts)
{
	const char *state = NULL, *reason;

	if (inquiry_add_owners(out, inquiry, host, facts->cookie, facts->inode))
		return;
	if (facts->inode == 0 && facts->protocol == IPPROTO_TCP)
		state = constant_name(GROUP_STATE, facts->state);
	if (state == NULL) {
		text_add(out, "foreign, uid ");
		text_add_int(out, facts->uid);
		return;
	}
	reason = reason_for_none(state);
	text_add(out, reason);
	if (counts_down(reason) && facts->timer != TIMER_NONE)
		text_addf(out, ", %u s left", (facts->timer_left + 500) / 1000);
}
