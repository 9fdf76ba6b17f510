#include "lab/lookout.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/text.h"
#include "call/address.h"
#include "call/constants.h"
#include "observe/info.h"
#include "world/states.h"

/* Seconds. */
static const double FIRST_PAUSE = 0.005, LONGEST_PAUSE = 1, QUEUE_PAUSE = 0.01;

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* ---- when to look again ---- */

static double earlier(double a, double b)
{
	if (a <= 0 || b <= 0)
		return a <= 0 ? b : a;
	return a < b ? a : b;
}

static void set_timer(struct lookout *lookout)
{
	double next = 0, wait;
	struct timeval timeval;

	for (size_t i = 0; i < lookout->watched.count; i++)
		next = earlier(next, earlier(lookout->watched.all[i].next, lookout->watched.all[i].queue_due));
	if (next <= 0) {
		event_del(lookout->timer);
		return;
	}
	wait = next - now();
	wait = wait < 0 ? 0 : wait;
	timeval.tv_sec = (time_t)wait;
	timeval.tv_usec = (suseconds_t)((wait - (double)timeval.tv_sec) * 1e6);
	event_add(lookout->timer, &timeval);
}

/* Does the kernel go on with this socket without telling anyone? */
static bool needs_looking(const struct socket_facts *facts, bool has_descriptor)
{
	const char *state = constant_name(GROUP_STATE, facts->state);

	if (facts->protocol != IPPROTO_TCP || facts->state == STATE_LISTEN)
		return false;
	return !has_descriptor || facts->timer != TIMER_NONE || (state != NULL && state_is_passing(state));
}

static void plan(struct watched *watched, const struct socket_facts *facts, bool has_descriptor, bool anew)
{
	if (!needs_looking(facts, has_descriptor)) {
		watched->next = 0;
		watched->pause = 0;
		return;
	}
	if (facts->state == STATE_TIME_WAIT) {
		watched->timer_end = now() + facts->timer_left / 1000.0;
		watched->next = watched->timer_end + FIRST_PAUSE;
		return;
	}
	watched->pause = anew || watched->pause <= 0 ? FIRST_PAUSE : watched->pause * 2;
	if (watched->pause > LONGEST_PAUSE)
		watched->pause = LONGEST_PAUSE;
	watched->next = now() + watched->pause;
}

/* ---- telling what changed ---- */

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

static void set_holder(const struct lookout *lookout, const struct world_socket *socket, char **side, int64_t *fd)
{
	struct world_side *holder;
	struct world_fd *row;

	if (socket == NULL || !world_socket_holder(lookout->world, socket, &holder, &row))
		return;
	*side = xstrdup(holder->name);
	*fd = row->number;
}

static void tell_state(struct lookout *lookout, int64_t cookie, const char *to, const struct socket_facts *facts,
		       bool timer_ended)
{
	const struct world_socket *socket = world_socket(lookout->world, lookout->host, cookie);
	const char *from = socket == NULL ? NULL : socket->state;
	struct event event;

	if (socket == NULL && facts == NULL)
		return;
	event_init(&event, EVENT_state);
	event.state.host = xstrdup(lookout->host);
	/* The descriptor of a connection that is in TIME_WAIT leads to another object, which is CLOSED. */
	if (!string_is(to, "TIME_WAIT") && !(from != NULL && string_is(from, "TIME_WAIT")))
		set_holder(lookout, socket, &event.state.side, &event.state.fd);
	event.state.proto = xstrdup("tcp");
	event.state.local = facts != NULL ? printed_local(&facts->local) : xstrdup(socket->local);
	event.state.peer = facts != NULL ? printed(&facts->peer) : xstrdup(socket->peer);
	event.state.from = from == NULL ? NULL : xstrdup(from);
	event.state.to = xstrdup(to);
	event.state.jump = !state_is_edge(from, to);
	event.state.cookie = cookie;
	if (timer_ended)
		event.state.cause = (struct event_cause){ .kind = CAUSE_TIMER, .timer = "timewait" };
	else
		event.state.cause = lookout->ops->cause(lookout->owner, lookout->host, &event.state);
	lookout->ops->event(lookout->owner, &event);
}

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

/* Beside so many others a socket is not looked at in detail: nobody reads it of all, and it costs. */
enum { DETAILED_MOST = 64 };

static bool is_detailed(const struct lookout *lookout)
{
	return lookout->watched.count <= DETAILED_MOST && lookout->ops->detailed != NULL &&
	       lookout->ops->detailed(lookout->owner);
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

static void tell_facts(struct lookout *lookout, const struct socket_facts *facts)
{
	const struct world_socket *socket = world_socket(lookout->world, lookout->host, (int64_t)facts->cookie);
	char *info = printed_info(facts);
	struct event event;

	if (!differs(socket, facts) && !info_differs(socket, info)) {
		free(info);
		return;
	}
	event_init(&event, EVENT_socket);
	event.socket.info = info;
	event.socket.host = xstrdup(lookout->host);
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
	lookout->ops->event(lookout->owner, &event);
}

static void tell(struct lookout *lookout, const struct socket_facts *facts)
{
	const struct world_socket *socket = world_socket(lookout->world, lookout->host, (int64_t)facts->cookie);
	const char *state = constant_name(GROUP_STATE, facts->state);

	if (facts->protocol == IPPROTO_TCP && state != NULL &&
	    (socket == NULL || socket->state == NULL || !string_is(socket->state, state)))
		tell_state(lookout, (int64_t)facts->cookie, state, facts, false);
	tell_facts(lookout, facts);
}

/* A TIME_WAIT whose time was over ended by its timer; what else ended it is not known. */
static bool ended_by_timer(const struct watched *watched, const struct world_socket *socket)
{
	return string_is(socket->state, "TIME_WAIT") && watched->timer_end > 0 && now() >= watched->timer_end;
}

/* The kernel has no such socket: without a descriptor it is no more, with one it is CLOSED. */
static void tell_gone(struct lookout *lookout, struct watched *watched)
{
	struct world_socket *socket = world_socket(lookout->world, lookout->host, watched->cookie);
	bool has_descriptor = socket != NULL && socket->descriptors > 0;

	if (socket != NULL && watched->tcp && socket->state != NULL && !string_is(socket->state, "CLOSED"))
		tell_state(lookout, watched->cookie, "CLOSED", NULL, ended_by_timer(watched, socket));
	watched->next = 0;
	watched->pause = 0;
	if (!has_descriptor)
		watch_list_remove(&lookout->watched, watched);
}

/* ---- looking ---- */

static enum look ask(struct lookout *lookout, struct diag_key key, struct socket_facts *facts)
{
	struct text message;
	enum look look;

	if (!lookout->known)
		return LOOK_UNKNOWN;
	key.detail |= is_detailed(lookout);
	text_init(&message);
	look = diag_look(&lookout->diag, &key, facts, &message);
	text_release(&message);
	return look;
}

/* True if it was there. The list may have moved. */
static bool look_at(struct lookout *lookout, int64_t cookie, bool anew)
{
	struct watched *watched = watch_list_find(&lookout->watched, cookie);
	struct world_socket *socket;
	struct socket_facts facts;

	if (watched == NULL)
		return false;
	if (!watched_can_be_asked(watched)) {
		if (world_socket(lookout->world, lookout->host, cookie) == NULL)
			watch_list_remove(&lookout->watched, watched);
		return false;
	}
	switch (ask(lookout, watched_key(watched), &facts)) {
	case LOOK_FOUND:
		tell(lookout, &facts);
		socket = world_socket(lookout->world, lookout->host, cookie);
		plan(watched, &facts, socket != NULL && socket->descriptors > 0, anew);
		return true;
	case LOOK_GONE:
		tell_gone(lookout, watched);
		return false;
	case LOOK_UNKNOWN:
		watched->next = 0;
		return false;
	}
	return false;
}

/* Both ends are here if the peer's address is one of this host: loopback, or the connection's own local address. */
static bool peer_is_here(const struct diag_key *key)
{
	struct address local = address_unmapped(&key->local), peer = address_unmapped(&key->peer);

	if (key->protocol != IPPROTO_TCP || address_port(&peer) == 0)
		return false;
	address_set_port(&local, 0);
	address_set_port(&peer, 0);
	if (peer.any.sa_family == AF_INET && (ntohl(peer.in.sin_addr.s_addr) >> 24) == IN_LOOPBACKNET)
		return true;
	return address_equal(&local, &peer);
}

int64_t lookout_cookie(const struct lookout *lookout, int protocol, const struct address *local,
		       const struct address *peer)
{
	for (size_t i = 0; i < lookout->watched.count; i++)
		if (watched_is(&lookout->watched.all[i], protocol, local, peer))
			return lookout->watched.all[i].cookie;
	return EVENT_NO_INT;
}

static void begin_watching(struct lookout *lookout, const struct socket_facts *facts)
{
	struct watched *watched = watch_list_add(&lookout->watched, (int64_t)facts->cookie);
	const struct diag_key key = facts_key(facts);
	struct world_socket *socket;

	watched_set_key(watched, &key);
	tell(lookout, facts);
	watched = watch_list_find(&lookout->watched, (int64_t)facts->cookie);
	socket = world_socket(lookout->world, lookout->host, (int64_t)facts->cookie);
	if (watched != NULL)
		plan(watched, facts, socket != NULL && socket->descriptors > 0, true);
}

static void look_at_pair(struct lookout *lookout, int protocol, const struct address *local, const struct address *peer)
{
	int64_t cookie = lookout_cookie(lookout, protocol, local, peer);
	struct diag_key key = { .protocol = protocol, .local = *local, .peer = *peer };
	struct socket_facts facts;

	/* One that is no more may still be watched when the next has its addresses. */
	if (cookie != EVENT_NO_INT && look_at(lookout, cookie, true))
		return;
	if (ask(lookout, key, &facts) == LOOK_FOUND)
		begin_watching(lookout, &facts);
}

void lookout_look_at_pair(struct lookout *lookout, int protocol, const struct address *local,
			  const struct address *peer)
{
	look_at_pair(lookout, protocol, local, peer);
	set_timer(lookout);
}

/* Between two ends of one host what happens to the one happens to the other in the same instant: the order in which
 * they are told is from the one that made the call. */
void lookout_look(struct lookout *lookout, int64_t cookie)
{
	struct watched *watched = watch_list_find(&lookout->watched, cookie);
	struct diag_key key;

	if (watched == NULL)
		return;
	key = watched_key(watched);
	look_at(lookout, cookie, true);
	if (peer_is_here(&key))
		look_at_pair(lookout, key.protocol, &key.peer, &key.local);
	set_timer(lookout);
}

enum look lookout_facts(struct lookout *lookout, int64_t cookie, struct socket_facts *facts, struct text *message)
{
	const struct watched *watched = watch_list_find(&lookout->watched, cookie);
	struct diag_key key;

	if (watched == NULL || !watched_can_be_asked(watched)) {
		text_add(message, "it has no address yet, so the kernel lists it nowhere");
		return LOOK_UNKNOWN;
	}
	key = watched_key(watched);
	key.detail = true;
	return diag_look(&lookout->diag, &key, facts, message);
}

void lookout_look_at_all(struct lookout *lookout)
{
	for (size_t i = lookout->watched.count; i-- > 0;)
		if (i < lookout->watched.count)
			look_at(lookout, lookout->watched.all[i].cookie, false);
	set_timer(lookout);
}

/* ---- a listener's queue ---- */

static void meet_in_queue(void *context, const struct socket_facts *facts)
{
	struct lookout *lookout = context;

	if (facts->inode == 0 && facts->cookie != 0 &&
	    watch_list_find(&lookout->watched, (int64_t)facts->cookie) == NULL)
		begin_watching(lookout, facts);
}

/* Connections of this listener that we know and that wait. */
static size_t known_in_queue(const struct lookout *lookout, const struct watched *listener)
{
	size_t known = 0;

	for (size_t i = 0; i < lookout->world->socket_count; i++) {
		const struct world_socket *socket = lookout->world->sockets[i];
		struct address local;

		if (string_is(socket->host, lookout->host) && socket->descriptors == 0 && socket->inode == 0 &&
		    address_read(&local, socket->local, AF_INET) &&
		    address_port(&local) == watched_port(listener))
			known++;
	}
	return known;
}

static void look_at_queue(struct lookout *lookout, const struct watched *watched)
{
	struct diag_visitor visitor = { .socket = meet_in_queue, .context = lookout };
	struct diag_filter filter = {
		.protocol = IPPROTO_TCP,
		.states = 1u << STATE_SYN_RECV | 1u << STATE_ESTABLISHED | 1u << STATE_CLOSE_WAIT,
	};
	struct socket_facts facts;
	struct text message;

	if (ask(lookout, watched_key(watched), &facts) != LOOK_FOUND ||
	    facts.state != STATE_LISTEN || facts.recvq <= known_in_queue(lookout, watched))
		return;
	filter.local_port = watched_port(watched);
	text_init(&message);
	diag_dump(&lookout->diag, &filter, &visitor, &message);
	text_release(&message);
}

void lookout_look_at_queue(struct lookout *lookout, int64_t cookie)
{
	struct watched *watched = watch_list_find(&lookout->watched, cookie);

	if (watched == NULL || !watched->tcp || watched->queue_due > 0)
		return;
	watched->queue_due = now() + QUEUE_PAUSE;
	set_timer(lookout);
}

static void look_at_queues(struct lookout *lookout, double time)
{
	for (size_t i = 0; i < lookout->watched.count; i++) {
		struct watched *watched = &lookout->watched.all[i];

		if (watched->queue_due <= 0 || watched->queue_due > time)
			continue;
		watched->queue_due = 0;
		look_at_queue(lookout, watched);
	}
}

/* ---- what a side tells ---- */

static int row_protocol(const char *proto)
{
	if (string_is(proto, "tcp"))
		return IPPROTO_TCP;
	if (string_is(proto, "udp"))
		return IPPROTO_UDP;
	return string_is(proto, "raw") ? IPPROTO_RAW : 0;
}

/* The row's state is what TCP_INFO said when the side scanned its table: for a socket that sock_diag does not list. */
static void note_row_state(struct lookout *lookout, const struct event_fd *row, const struct watched *watched)
{
	const struct world_socket *socket = world_socket(lookout->world, lookout->host, row->cookie);

	if (row->state == NULL || !watched->tcp || watched_can_be_asked(watched) || socket == NULL ||
	    socket->state == NULL || string_is(socket->state, row->state))
		return;
	tell_state(lookout, row->cookie, row->state, NULL, false);
}

void lookout_note_fd(struct lookout *lookout, const struct event_fd *row)
{
	const struct address none = { 0 };
	struct watched *watched;
	struct address address;

	if (row->cookie == EVENT_NO_INT || row->proto == NULL)
		return;
	if (string_is(row->status, "closed"))
		return;
	watched = watch_list_add(&lookout->watched, row->cookie);
	watched->tcp = string_is(row->proto, "tcp");
	watched->protocol = row_protocol(row->proto);
	watched->inode = row->inode == EVENT_NO_INT ? 0 : (uint32_t)row->inode;
	watched->raw_protocol = row->protocol == EVENT_NO_INT ? 0 : (int)row->protocol;
	/* A connection that ended has no peer any more (getpeername), but its TIME_WAIT and history have; one that was
	 * refused may listen afterwards. UDP has neither, and is disconnected by connect() to AF_UNSPEC. */
	if (!watched->tcp || (row->state != NULL && string_is(row->state, "LISTEN")))
		watched_set_peer(watched, &none);
	if (row->local != NULL && address_read(&address, row->local, (int)row->family))
		watched_set_local(watched, &address);
	if (row->peer != NULL && address_read(&address, row->peer, (int)row->family))
		watched_set_peer(watched, &address);
	note_row_state(lookout, row, watched);
}

void lookout_note_peer(struct lookout *lookout, int64_t cookie, const struct address *peer)
{
	struct watched *watched = watch_list_find(&lookout->watched, cookie);

	if (watched != NULL && watched->tcp)
		watched_set_peer(watched, peer);
}

/* ---- life ---- */

static void on_timer(int fd, short what, void *context)
{
	struct lookout *lookout = context;
	const struct watch_list *list = &lookout->watched;
	double time = now();

	(void)fd;
	(void)what;
	for (size_t i = list->count; i-- > 0;)
		if (i < list->count && list->all[i].next > 0 && list->all[i].next <= time)
			look_at(lookout, list->all[i].cookie, false);
	look_at_queues(lookout, time);
	set_timer(lookout);
}

void lookout_open(struct lookout *lookout, struct event_base *base, const char *host, struct diag *diag)
{
	lookout->host = xstrdup(host);
	lookout->base = base;
	lookout->known = diag != NULL;
	if (diag != NULL)
		lookout->diag = *diag;
	lookout->timer = event_new(base, -1, 0, on_timer, lookout);
	if (lookout->timer == NULL)
		die("the event loop takes no further timer");
}

void lookout_release(struct lookout *lookout)
{
	if (lookout->timer != NULL)
		event_free(lookout->timer);
	if (lookout->known)
		diag_release(&lookout->diag);
	watch_list_release(&lookout->watched);
	free(lookout->host);
	*lookout = (struct lookout){ 0 };
}
