#include "lab/lookout.h"

#include <netinet/in.h>
#include <time.h>

#include "base/mem.h"
#include "base/text.h"
#include "call/address.h"
#include "call/constants.h"
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

/* When it is to be come to; 0: only when asked. */
static double due_time(const struct watched *watched)
{
	return earlier(watched->next, watched->queue_due);
}

/* One that stands in the queue for an earlier time already is planned anew when that has come. */
static void enqueue(struct lookout *lookout, struct watched *watched)
{
	double time = due_time(watched);

	if (time <= 0 || (watched->planned > 0 && watched->planned <= time))
		return;
	watched->planned = time;
	due_add(&lookout->due, (struct due){ .at = time, .number = watched->cookie });
}

/* The first in the queue, which stands there no longer; NULL: it is watched no more. */
static struct watched *take_first(struct lookout *lookout)
{
	struct watched *watched = watch_list_find(&lookout->watched, due_take(&lookout->due).number);

	if (watched != NULL)
		watched->planned = 0;
	return watched;
}

/* Is the first in the queue to be looked at then? It may have been put off, or be no more. */
static bool first_is_due(const struct lookout *lookout)
{
	const struct due *first = due_first(&lookout->due);
	const struct watched *watched = watch_list_find(&lookout->watched, first->number);
	double time = watched == NULL ? 0 : due_time(watched);

	return time > 0 && time <= first->at;
}

static void set_timer(struct lookout *lookout)
{
	struct timeval timeval;
	double wait;

	while (lookout->due.count > 0 && !first_is_due(lookout)) {
		struct watched *watched = take_first(lookout);

		if (watched != NULL)
			enqueue(lookout, watched);
	}
	if (lookout->due.count == 0) {
		event_del(lookout->timer);
		return;
	}
	wait = due_first(&lookout->due)->at - now();
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

/* After it was found, and told of. */
static void plan_next(struct lookout *lookout, struct watched *watched, const struct socket_facts *facts, bool anew)
{
	const struct world_socket *socket = teller_socket(&lookout->teller, watched->cookie);

	plan(watched, facts, socket != NULL && socket->descriptors > 0, anew);
	enqueue(lookout, watched);
}

/* A TIME_WAIT whose time was over ended by its timer; what else ended it is not known. */
static bool ended_by_timer(const struct watched *watched, const struct world_socket *socket)
{
	return string_is(socket->state, "TIME_WAIT") && watched->timer_end > 0 && now() >= watched->timer_end;
}

/* The kernel has no such socket: without a descriptor it is no more, with one it is CLOSED. */
static void tell_gone(struct lookout *lookout, struct watched *watched)
{
	struct world_socket *socket = teller_socket(&lookout->teller, watched->cookie);
	bool has_descriptor = socket != NULL && socket->descriptors > 0;

	if (socket != NULL && watched->tcp && socket->state != NULL && !string_is(socket->state, "CLOSED"))
		teller_changed(&lookout->teller, watched->cookie, "CLOSED", ended_by_timer(watched, socket));
	watched->next = 0;
	watched->pause = 0;
	if (!has_descriptor)
		watch_list_remove(&lookout->watched, watched);
}

/* ---- looking ---- */

/* Beside so many others a socket is not looked at in detail: nobody reads it of all, and it costs. */
enum { DETAILED_MOST = 64 };

static bool is_detailed(const struct lookout *lookout)
{
	return lookout->watched.count <= DETAILED_MOST && lookout->teller.ops->detailed(lookout->teller.owner);
}

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
	struct socket_facts facts;

	if (watched == NULL)
		return false;
	if (!watched_can_be_asked(watched)) {
		if (teller_socket(&lookout->teller, cookie) == NULL)
			watch_list_remove(&lookout->watched, watched);
		return false;
	}
	switch (ask(lookout, watched_key(watched), &facts)) {
	case LOOK_FOUND:
		teller_found(&lookout->teller, &facts);
		plan_next(lookout, watched, &facts, anew);
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

	watched_set_key(watched, &key);
	teller_found(&lookout->teller, facts);
	watched = watch_list_find(&lookout->watched, (int64_t)facts->cookie);
	if (watched != NULL)
		plan_next(lookout, watched, facts, true);
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

	for (size_t i = 0; i < lookout->teller.world->socket_count; i++) {
		const struct world_socket *socket = lookout->teller.world->sockets[i];
		struct address local;

		if (string_is(socket->host, lookout->teller.host) && socket->descriptors == 0 && socket->inode == 0 &&
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
	enqueue(lookout, watched);
	set_timer(lookout);
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
	const struct world_socket *socket = teller_socket(&lookout->teller, row->cookie);

	if (row->state == NULL || !watched->tcp || watched_can_be_asked(watched) || socket == NULL ||
	    socket->state == NULL || string_is(socket->state, row->state))
		return;
	teller_changed(&lookout->teller, row->cookie, row->state, false);
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

static bool has_come(double *due, double time)
{
	if (*due <= 0 || *due > time)
		return false;
	*due = 0;
	return true;
}

/* What is due of one that was taken from the queue. */
static void attend(struct lookout *lookout, struct watched *watched, double time)
{
	int64_t cookie = watched->cookie;

	if (has_come(&watched->next, time))
		look_at(lookout, cookie, false);
	watched = watch_list_find(&lookout->watched, cookie);
	if (watched != NULL && has_come(&watched->queue_due, time))
		look_at_queue(lookout, watched);
	watched = watch_list_find(&lookout->watched, cookie);
	if (watched != NULL)
		enqueue(lookout, watched);
}

static void on_timer(int fd, short what, void *context)
{
	struct lookout *lookout = context;
	double time = now();

	(void)fd;
	(void)what;
	while (lookout->due.count > 0 && due_first(&lookout->due)->at <= time) {
		struct watched *watched = take_first(lookout);

		if (watched != NULL)
			attend(lookout, watched, time);
	}
	set_timer(lookout);
}

void lookout_open(struct lookout *lookout, struct event_base *base, const struct teller *teller, struct diag *diag)
{
	lookout->teller = *teller;
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
	due_release(&lookout->due);
	*lookout = (struct lookout){ 0 };
}
