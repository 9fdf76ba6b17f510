#include "observe/diag.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/mem.h"
#include "call/constants.h"
#include "observe/diag_message.h"
#include "observe/proc_raw.h"

/*
 * One conversation: a request with a number of its own, and what comes back until it is over. The kernel answers within
 * sendmsg, and goes on with a dump within each recvmsg, so that "nothing to read" means "there will be nothing".
 *
 * A dump that went wrong is read to its end all the same: until then the kernel refuses the next one (EBUSY).
 */

enum {
	BUFFER_SIZE = 32768, /* the kernel makes no larger part of a dump (net/netlink/af_netlink.c) */
	TRIES = 4,           /* the first and three more */
};

enum outcome {
	OUTCOME_WELL,
	OUTCOME_INTERRUPTED, /* NLM_F_DUMP_INTR */
	OUTCOME_LOST,        /* ENOBUFS, NLMSG_OVERRUN: something did not reach us */
	OUTCOME_ERROR,       /* the kernel said so: `error` */
	OUTCOME_FAILED,      /* `reason`, and `error` if not 0 */
};

struct exchange {
	struct diag *diag;
	int protocol;
	bool is_dump;
	const struct diag_visitor *visitor;
	enum outcome outcome;
	int error;
	const char *reason;
	bool over;
};

static const char *protocol_name(int protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return "TCP";
	case IPPROTO_UDP:
		return "UDP";
	case IPPROTO_RAW:
		return "raw";
	default:
		return "UNIX";
	}
}

/* Life */

/* The first kernel that lists bound sockets which neither listen nor are connected (TCP_BOUND_INACTIVE). */
static bool kernel_lists_bound(void)
{
	struct utsname name;
	unsigned major, minor;

	if (uname(&name) != 0 || sscanf(name.release, "%4u.%4u", &major, &minor) != 2)
		return false;
	return major > 6 || (major == 6 && minor >= 8);
}

void diag_of_fd(struct diag *diag, int fd, int proc_net)
{
	*diag = (struct diag){
		.fd = fd,
		.proc_net = proc_net,
		.lists_bound = kernel_lists_bound(),
		.buffer = xmalloc(BUFFER_SIZE),
	};
}

bool diag_open(struct diag *diag, struct text *message)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_SOCK_DIAG);

	if (fd < 0) {
		text_addf(message, "cannot open a sock_diag socket: %s", strerror(errno));
		return false;
	}
	/* Without it only raw sockets are unknown, and the look-up says so. */
	diag_of_fd(diag, fd, open("/proc/self/net", O_PATH | O_DIRECTORY | O_CLOEXEC));
	return true;
}

void diag_release(struct diag *diag)
{
	close(diag->fd);
	if (diag->proc_net >= 0)
		close(diag->proc_net);
	free(diag->buffer);
	*diag = (struct diag){ .fd = -1, .proc_net = -1 };
}

/* The exchange */

static void exchange_fails(struct exchange *exchange, const char *reason, int error)
{
	/* The first reason is the one that explains. */
	if (exchange->outcome == OUTCOME_FAILED)
		return;
	exchange->outcome = OUTCOME_FAILED;
	exchange->reason = reason;
	exchange->error = error;
}

static void exchange_worsens(struct exchange *exchange, enum outcome outcome)
{
	if (exchange->outcome < outcome)
		exchange->outcome = outcome;
}

static void take_end(struct exchange *exchange, int error)
{
	exchange->over = true;
	if (error == 0 || exchange->outcome == OUTCOME_FAILED)
		return;
	exchange->outcome = OUTCOME_ERROR;
	exchange->error = error;
}

static void take_reply(struct exchange *exchange, const struct diag_reply *reply)
{
	if (reply->interrupted)
		exchange_worsens(exchange, OUTCOME_INTERRUPTED);
	switch (reply->kind) {
	case REPLY_SOCKET:
		exchange->visitor->socket(exchange->visitor->context, &reply->facts);
		exchange->over |= !exchange->is_dump;
		return;
	case REPLY_DONE:
	case REPLY_ERROR:
		take_end(exchange, reply->error);
		return;
	case REPLY_NOOP:
		return;
	case REPLY_OVERRUN:
		exchange_worsens(exchange, OUTCOME_LOST);
		return;
	case REPLY_MALFORMED:
		exchange_fails(exchange, reply->reason, 0);
		return;
	}
}

static void take_packet(struct exchange *exchange, size_t len)
{
	const unsigned char *next = exchange->diag->buffer;
	struct diag_reply reply;
	size_t taken;

	for (; !exchange->over && (taken = diag_parse(next, len, exchange->protocol, &reply)) > 0; next += taken) {
		len -= taken;
		/* What an earlier conversation left behind; but a message without a number worth reading is ours. */
		if (reply.seq != exchange->diag->sequence && reply.kind != REPLY_OVERRUN &&
		    !(reply.kind == REPLY_MALFORMED && reply.seq == 0))
			continue;
		take_reply(exchange, &reply);
	}
}

static void take_receive_error(struct exchange *exchange, int error)
{
	exchange->over = true;
	if (error == EAGAIN || error == EWOULDBLOCK) {
		if (exchange->outcome != OUTCOME_LOST)
			exchange_fails(exchange, "the kernel's answer stopped before its end", 0);
		return;
	}
	exchange_fails(exchange, "the answer could not be read", error);
}

/* May this have come from the kernel? Its port is 0 (netlink(7)); root may send to any port. */
static bool from_kernel(const struct sockaddr_nl *sender, socklen_t len)
{
	return len < sizeof(*sender) || sender->nl_family != AF_NETLINK || sender->nl_pid == 0;
}

/* Reads one packet; anything from another sender is dropped unread. */
static void exchange_receive(struct exchange *exchange)
{
	struct sockaddr_nl sender;
	struct iovec vector = { .iov_base = exchange->diag->buffer, .iov_len = BUFFER_SIZE };
	struct msghdr header = {
		.msg_name = &sender,
		.msg_namelen = sizeof(sender),
		.msg_iov = &vector,
		.msg_iovlen = 1,
	};
	ssize_t len = recvmsg(exchange->diag->fd, &header, MSG_DONTWAIT);

	if (len < 0 && errno == ENOBUFS)
		exchange_worsens(exchange, OUTCOME_LOST);
	else if (len < 0 && errno != EINTR)
		take_receive_error(exchange, errno);
	else if (len == 0)
		take_receive_error(exchange, EAGAIN);
	else if (len > 0 && from_kernel(&sender, header.msg_namelen)) {
		if ((header.msg_flags & MSG_TRUNC) != 0)
			exchange_fails(exchange, "a message was larger than its buffer", 0);
		else
			take_packet(exchange, (size_t)len);
	}
}

static void exchange_send(struct exchange *exchange, const unsigned char *request, size_t len)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct iovec vector = { .iov_base = exchange->diag->buffer, .iov_len = len };
	struct msghdr header = {
		.msg_name = &kernel,
		.msg_namelen = sizeof(kernel),
		.msg_iov = &vector,
		.msg_iovlen = 1,
	};

	memcpy(exchange->diag->buffer, request, len);
	while (sendmsg(exchange->diag->fd, &header, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
		if (errno == EINTR)
			continue;
		exchange_fails(exchange, "the question could not be sent", errno);
		exchange->over = true;
		return;
	}
}

static void exchange_run(struct exchange *exchange, const unsigned char *request, size_t len)
{
	exchange->outcome = OUTCOME_WELL;
	exchange->error = 0;
	exchange->reason = NULL;
	exchange->over = false;
	exchange_send(exchange, request, len);
	while (!exchange->over)
		exchange_receive(exchange);
}

static void explain_unsupported(int protocol, struct text *message)
{
	text_addf(message, "this kernel cannot be asked about %s sockets (no sock_diag for them)",
		  protocol_name(protocol));
}

static void exchange_explain(const struct exchange *exchange, struct text *message)
{
	if (exchange->outcome == OUTCOME_ERROR && exchange->error == ENOENT) {
		explain_unsupported(exchange->protocol, message);
		return;
	}
	text_addf(message, "cannot ask the kernel about %s sockets: ", protocol_name(exchange->protocol));
	if (exchange->outcome == OUTCOME_LOST)
		text_add(message, "part of its answer was lost, each time");
	if (exchange->reason != NULL)
		text_add(message, exchange->reason);
	if (exchange->reason != NULL && exchange->error != 0)
		text_add(message, ": ");
	if (exchange->error != 0)
		text_add(message, strerror(exchange->error));
}

/* Dumps */

static void dump_family(struct exchange *exchange, const struct diag_filter *filter, int family)
{
	struct diag_filter one = *filter;
	_Alignas(struct nlmsghdr) unsigned char request[DIAG_REQUEST_ROOM];

	one.family = family;
	exchange_run(exchange, request, diag_request_dump(request, ++exchange->diag->sequence, &one));
}

/* Both families where none is named: the kernel takes one at a time. */
static void dump_once(struct exchange *exchange, const struct diag_filter *filter)
{
	enum outcome first;

	if (filter->family != 0 || filter->protocol == 0) {
		dump_family(exchange, filter, filter->family);
		return;
	}
	dump_family(exchange, filter, AF_INET);
	first = exchange->outcome;
	if (first >= OUTCOME_ERROR)
		return;
	dump_family(exchange, filter, AF_INET6);
	exchange_worsens(exchange, first);
}

static bool worth_repeating(enum outcome outcome)
{
	return outcome == OUTCOME_INTERRUPTED || outcome == OUTCOME_LOST;
}

static bool may_start_again(const struct diag_visitor *visitor)
{
	return visitor->again == NULL || visitor->again(visitor->context);
}

static void dump_repeatedly(struct exchange *exchange, const struct diag_filter *filter)
{
	dump_once(exchange, filter);
	for (int tries = 1; tries < TRIES && worth_repeating(exchange->outcome); tries++) {
		if (!may_start_again(exchange->visitor))
			break;
		dump_once(exchange, filter);
	}
}

static enum dump dump_result(const struct exchange *exchange, struct text *message)
{
	if (exchange->outcome == OUTCOME_WELL)
		return DUMP_COMPLETE;
	if (exchange->outcome == OUTCOME_INTERRUPTED)
		return DUMP_INCONSISTENT;
	exchange_explain(exchange, message);
	return DUMP_FAILED;
}

/* Which protocols the kernel knows */

static size_t protocol_slot(int protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return 0;
	case IPPROTO_UDP:
		return 1;
	case IPPROTO_RAW:
		return 2;
	default:
		return 3;
	}
}

static void ignore_socket(void *context, const struct socket_facts *facts)
{
	(void)context;
	(void)facts;
}

/* "No such socket" and "no handler for this protocol" are both ENOENT. A dump that finds nothing tells them apart. */
static bool kernel_knows(struct diag *diag, int protocol)
{
	static const struct diag_visitor nobody = { .socket = ignore_socket };
	struct diag_filter filter = {
		.protocol = protocol,
		.family = AF_INET,
		.states = 1U << STATE_LISTEN,
		.local_port = 1,
	};
	struct exchange exchange = { .diag = diag, .protocol = protocol, .is_dump = true, .visitor = &nobody };
	enum diag_support *support = &diag->support[protocol_slot(protocol)];

	if (*support == SUPPORT_UNASKED) {
		dump_family(&exchange, &filter, AF_INET);
		*support = exchange.outcome == OUTCOME_ERROR && exchange.error == ENOENT ? SUPPORT_NO : SUPPORT_YES;
	}
	return *support == SUPPORT_YES;
}

/* Raw sockets of kernels without raw_diag */

static bool wanted_by(const struct diag_filter *filter, const struct socket_facts *facts)
{
	if (filter->local_port != 0 && filter->local_port != facts->raw_protocol)
		return false;
	return filter->states == 0 || (filter->states & 1U << facts->state) != 0;
}

static enum dump read_raw_lines(FILE *file, const struct diag_filter *filter, int family,
				const struct diag_visitor *visitor)
{
	struct socket_facts facts;
	char line[256];

	while (fgets(line, sizeof(line), file) != NULL) {
		if (proc_raw_parse(line, family, &facts) && wanted_by(filter, &facts))
			visitor->socket(visitor->context, &facts);
	}
	return ferror(file) ? DUMP_FAILED : DUMP_COMPLETE;
}

static enum dump raw_file(struct diag *diag, const struct diag_filter *filter, int family,
			  const struct diag_visitor *visitor, struct text *message)
{
	const char *name = family == AF_INET ? "raw" : "raw6";
	int fd = openat(diag->proc_net, name, O_RDONLY | O_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	enum dump dump;

	/* A kernel without IPv6 has no raw6, and no such sockets. */
	if (fd < 0 && errno == ENOENT && family == AF_INET6)
		return DUMP_COMPLETE;
	dump = file == NULL ? DUMP_FAILED : read_raw_lines(file, filter, family, visitor);
	if (dump == DUMP_FAILED)
		text_addf(message, "cannot read /proc/net/%s: %s", name, strerror(errno));
	if (file != NULL)
		fclose(file);
	else if (fd >= 0)
		close(fd);
	return dump;
}

static enum dump raw_files(struct diag *diag, const struct diag_filter *filter, const struct diag_visitor *visitor,
			   struct text *message)
{
	enum dump dump = DUMP_COMPLETE;

	if (diag->proc_net < 0) {
		explain_unsupported(IPPROTO_RAW, message);
		text_add(message, ", and that host's /proc/net is not open");
		return DUMP_FAILED;
	}
	if (filter->family != AF_INET6)
		dump = raw_file(diag, filter, AF_INET, visitor, message);
	if (filter->family != AF_INET && dump == DUMP_COMPLETE)
		dump = raw_file(diag, filter, AF_INET6, visitor, message);
	return dump;
}

enum dump diag_dump(struct diag *diag, const struct diag_filter *filter, const struct diag_visitor *visitor,
		    struct text *message)
{
	struct exchange exchange = { .diag = diag, .protocol = filter->protocol, .is_dump = true, .visitor = visitor };

	if (filter->protocol == IPPROTO_RAW && !kernel_knows(diag, IPPROTO_RAW))
		return raw_files(diag, filter, visitor, message);
	dump_repeatedly(&exchange, filter);
	return dump_result(&exchange, message);
}

/* Looking one socket up */

/* Keeps the one socket that the key means. */
struct search {
	const struct diag_key *key;
	struct socket_facts *facts;
	bool found;
};

static void search_socket(void *context, const struct socket_facts *facts)
{
	struct search *search = context;

	if (search->found || !facts_match(facts, search->key))
		return;
	search->found = true;
	*search->facts = *facts;
}

static enum look search_result(const struct search *search, enum dump dump, struct text *message)
{
	if (search->found)
		return LOOK_FOUND;
	if (dump == DUMP_COMPLETE)
		return LOOK_GONE;
	if (dump == DUMP_INCONSISTENT)
		text_add(message, "the kernel's table changed while it was read, each time");
	return LOOK_UNKNOWN;
}

static enum look search_by_port(struct diag *diag, struct search *search, uint32_t states, struct text *message)
{
	const struct diag_key *key = search->key;
	struct diag_visitor visitor = { .socket = search_socket, .context = search };
	struct diag_filter filter = {
		.protocol = key->protocol,
		.family = key->local.any.sa_family,
		.states = states,
		.local_port = key->protocol == IPPROTO_RAW ? (uint16_t)key->raw_protocol : address_port(&key->local),
		.detail = key->detail,
	};

	return search_result(search, diag_dump(diag, &filter, &visitor, message), message);
}

/* The kernel's own exact look-up; an answer that is another socket is no answer. */
static enum look search_exactly(struct diag *diag, struct search *search, struct text *message)
{
	struct diag_visitor visitor = { .socket = search_socket, .context = search };
	struct exchange exchange = { .diag = diag, .protocol = search->key->protocol, .visitor = &visitor };
	_Alignas(struct nlmsghdr) unsigned char request[DIAG_REQUEST_ROOM];

	for (int tries = 0; tries < TRIES; tries++) {
		exchange_run(&exchange, request, diag_request_look(request, ++diag->sequence, search->key));
		if (!worth_repeating(exchange.outcome))
			break;
	}
	if (exchange.outcome == OUTCOME_WELL)
		return search->found ? LOOK_FOUND : LOOK_GONE;
	if (exchange.outcome == OUTCOME_ERROR && exchange.error == ENOENT && kernel_knows(diag, search->key->protocol))
		return LOOK_GONE;
	exchange_explain(&exchange, message);
	return LOOK_UNKNOWN;
}

static bool is_connected(const struct diag_key *key)
{
	return key->peer.len != 0 && address_port(&key->peer) != 0;
}

/* The states of TCP sockets among which one without a peer may be found; 0: all. */
static uint32_t states_to_search(const struct diag_key *key)
{
	if (key->protocol != IPPROTO_TCP || key->peer_unknown)
		return 0;
	return key->bound ? 1U << STATE_BOUND_INACTIVE : 1U << STATE_LISTEN;
}

/*
 * The exact look-up hashes the addresses and returns the best socket, not each one: of several that share a port it
 * may be another (SO_REUSEPORT), and bound sockets that do not listen it does not see. Two connected TCP sockets cannot
 * share both addresses.
 */
static enum look look_inet(struct diag *diag, struct search *search, struct text *message)
{
	const struct diag_key *key = search->key;
	enum look look;

	if (address_port(&key->local) == 0) {
		text_add(message, "a socket without a port is in none of the kernel's tables");
		return LOOK_UNKNOWN;
	}
	if (!key->peer_unknown && !key->bound) {
		look = search_exactly(diag, search, message);
		if (look != LOOK_GONE || (key->protocol == IPPROTO_TCP && is_connected(key)))
			return look;
	}
	return search_by_port(diag, search, states_to_search(key), message);
}

static enum look look_unix(struct diag *diag, struct search *search, struct text *message)
{
	if (search->key->inode == 0) {
		text_add(message, "a UNIX socket is looked up by its inode, which is not known");
		return LOOK_UNKNOWN;
	}
	return search_exactly(diag, search, message);
}

enum look diag_look(struct diag *diag, const struct diag_key *key, struct socket_facts *facts, struct text *message)
{
	struct search search = { .key = key, .facts = facts };

	switch (key->protocol) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
		return look_inet(diag, &search, message);
	case IPPROTO_RAW:
		return search_by_port(diag, &search, 0, message);
	case 0:
		return look_unix(diag, &search, message);
	default:
		text_addf(message, "there is no way to ask about a socket of protocol %d", key->protocol);
		return LOOK_UNKNOWN;
	}
}
