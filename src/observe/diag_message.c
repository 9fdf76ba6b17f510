#include "observe/diag_message.h"

#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <string.h>

#include "base/mem.h"
#include "call/constants.h"

/* Requests */

enum {
	INET_DETAIL = 1 << (INET_DIAG_INFO - 1) | 1 << (INET_DIAG_VEGASINFO - 1) | 1 << (INET_DIAG_CONG - 1) |
		      1 << (INET_DIAG_TOS - 1) | 1 << (INET_DIAG_TCLASS - 1) | 1 << (INET_DIAG_SKMEMINFO - 1) |
		      1 << (INET_DIAG_SHUTDOWN - 1),
	UNIX_BRIEF = UDIAG_SHOW_NAME | UDIAG_SHOW_PEER | UDIAG_SHOW_RQLEN,
	UNIX_DETAIL = UNIX_BRIEF | UDIAG_SHOW_VFS | UDIAG_SHOW_ICONS | UDIAG_SHOW_MEMINFO | UDIAG_SHOW_UID,
};

static struct nlmsghdr *put_header(unsigned char *room, uint32_t seq, unsigned flags)
{
	struct nlmsghdr *header = mnl_nlmsg_put_header(room);

	header->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	header->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
	header->nlmsg_seq = seq;
	return header;
}

static void put_endpoint(const struct address *address, uint32_t words[4], uint16_t *port)
{
	*port = htons(address_port(address));
	if (!address_is_ip(address))
		return;
	if (address->any.sa_family == AF_INET)
		memcpy(words, &address->in.sin_addr, sizeof(address->in.sin_addr));
	else
		memcpy(words, &address->in6.sin6_addr, sizeof(address->in6.sin6_addr));
}

/* A socket with a link-local address is bound to that link (RFC 4007), and the kernel compares the interface. */
static uint32_t key_interface(const struct diag_key *key)
{
	if (key->interface != 0)
		return key->interface;
	if (key->local.any.sa_family == AF_INET6 && key->local.in6.sin6_scope_id != 0)
		return key->local.in6.sin6_scope_id;
	return key->peer.any.sa_family == AF_INET6 ? key->peer.in6.sin6_scope_id : 0;
}

static void put_identity(struct inet_diag_sockid *id, const struct diag_key *key)
{
	bool swapped = key->protocol == IPPROTO_UDP;

	put_endpoint(swapped ? &key->peer : &key->local, id->idiag_src, &id->idiag_sport);
	put_endpoint(swapped ? &key->local : &key->peer, id->idiag_dst, &id->idiag_dport);
	id->idiag_if = key_interface(key);
	id->idiag_cookie[0] = id->idiag_cookie[1] = INET_DIAG_NOCOOKIE;
}

static struct inet_diag_req_v2 *put_inet(struct nlmsghdr *header, int family, int protocol, bool detail)
{
	struct inet_diag_req_v2 *request = mnl_nlmsg_put_extra_header(header, sizeof(*request));

	request->sdiag_family = (uint8_t)family;
	request->sdiag_protocol = (uint8_t)protocol;
	request->idiag_ext = detail ? INET_DETAIL : 0;
	request->idiag_states = ~0U;
	return request;
}

static struct unix_diag_req *put_unix(struct nlmsghdr *header, bool detail)
{
	struct unix_diag_req *request = mnl_nlmsg_put_extra_header(header, sizeof(*request));

	request->sdiag_family = AF_UNIX;
	request->udiag_states = ~0U;
	request->udiag_show = detail ? UNIX_DETAIL : UNIX_BRIEF;
	request->udiag_cookie[0] = request->udiag_cookie[1] = INET_DIAG_NOCOOKIE;
	return request;
}

size_t diag_request_look(unsigned char room[DIAG_REQUEST_ROOM], uint32_t seq, const struct diag_key *key)
{
	struct nlmsghdr *header = put_header(room, seq, 0);

	if (key->protocol == 0)
		put_unix(header, key->detail)->udiag_ino = key->inode;
	else
		put_identity(&put_inet(header, key->local.any.sa_family, key->protocol, key->detail)->id, key);
	return header->nlmsg_len;
}

size_t diag_request_dump(unsigned char room[DIAG_REQUEST_ROOM], uint32_t seq, const struct diag_filter *filter)
{
	struct nlmsghdr *header = put_header(room, seq, NLM_F_DUMP);
	uint32_t states = filter->states == 0 ? ~0U : filter->states;

	if (filter->protocol == 0) {
		put_unix(header, filter->detail)->udiag_states = states;
	} else {
		struct inet_diag_req_v2 *request = put_inet(header, filter->family, filter->protocol, filter->detail);

		request->idiag_states = states;
		/* A port in a dump's id is compared by the kernel itself (net/ipv4/inet_diag.c, udp_diag.c,
		 * raw_diag.c): no filter program is needed. */
		request->id.idiag_sport = htons(filter->local_port);
	}
	return header->nlmsg_len;
}

/* Answers: attributes */

/* How one attribute is taken over; `len` is at least `least`. */
struct attribute {
	uint16_t type;
	size_t least;
	void (*take)(struct socket_facts *facts, const void *payload, size_t len);
};

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

static uint32_t word_at(const void *payload)
{
	uint32_t word;

	memcpy(&word, payload, sizeof(word));
	return word;
}

static uint8_t byte_at(const void *payload)
{
	return *(const uint8_t *)payload;
}

static void take_memory(struct socket_facts *facts, const void *payload, size_t len)
{
	facts->memory_count = (unsigned)smaller(len / sizeof(facts->memory[0]), MEMORY_COUNT);
	memcpy(facts->memory, payload, facts->memory_count * sizeof(facts->memory[0]));
}

static void take_tcp(struct socket_facts *facts, const void *payload, size_t len)
{
	facts->tcp_len = smaller(len, sizeof(facts->tcp));
	memcpy(&facts->tcp, payload, facts->tcp_len);
}

static void take_congestion(struct socket_facts *facts, const void *payload, size_t len)
{
	size_t room = sizeof(facts->congestion) - 1;

	memcpy(facts->congestion, payload, strnlen(payload, smaller(len, room)));
}

static void take_congestion_info(struct socket_facts *facts, enum congestion_kind kind, const void *payload, size_t len)
{
	facts->congestion_kind = kind;
	memcpy(facts->congestion_info, payload, smaller(len, sizeof(facts->congestion_info)));
}

static void take_vegas(struct socket_facts *facts, const void *payload, size_t len)
{
	take_congestion_info(facts, CONGESTION_VEGAS, payload, len);
}

static void take_dctcp(struct socket_facts *facts, const void *payload, size_t len)
{
	take_congestion_info(facts, CONGESTION_DCTCP, payload, len);
}

static void take_bbr(struct socket_facts *facts, const void *payload, size_t len)
{
	take_congestion_info(facts, CONGESTION_BBR, payload, len);
}

static void take_tos(struct socket_facts *facts, const void *payload, size_t len)
{
	(void)len;
	facts->has_tos = true;
	facts->tos = byte_at(payload);
}

static void take_tclass(struct socket_facts *facts, const void *payload, size_t len)
{
	(void)len;
	facts->has_tclass = true;
	facts->tclass = byte_at(payload);
}

static void take_shutdown(struct socket_facts *facts, const void *payload, size_t len)
{
	(void)len;
	facts->has_shutdown = true;
	facts->shutdown = byte_at(payload);
}

static void take_v6only(struct socket_facts *facts, const void *payload, size_t len)
{
	(void)len;
	facts->has_v6only = true;
	facts->v6only = byte_at(payload) != 0;
}

static void take_mark(struct socket_facts *facts, const void *payload, size_t len)
{
	(void)len;
	facts->has_mark = true;
	facts->mark = word_at(payload);
}

static void take_class_id(struct socket_facts *facts, const void *payload, size_t len)
{
	(void)len;
	facts->has_class_id = true;
	facts->class_id = word_at(payload);
}

static void take_cgroup(struct socket_facts *facts, const void *payload, size_t len)
{
	(void)len;
	facts->has_cgroup = true;
	memcpy(&facts->cgroup, payload, sizeof(facts->cgroup));
}

static void take_string(char *room, size_t size, const struct nlattr *attr)
{
	const char *string = mnl_attr_get_payload(attr);

	memcpy(room, string, strnlen(string, smaller(mnl_attr_get_payload_len(attr), size - 1)));
}

/* The one attribute that holds attributes; of these only the name is wanted. */
static void take_upper_layer(struct socket_facts *facts, const void *payload, size_t len)
{
	const char *end = (const char *)payload + len;

	for (const struct nlattr *attr = payload; mnl_attr_ok(attr, (int)(end - (const char *)attr));
	     attr = mnl_attr_next(attr)) {
		if (mnl_attr_get_type(attr) == INET_ULP_INFO_NAME)
			take_string(facts->upper_layer, sizeof(facts->upper_layer), attr);
	}
}

static const struct attribute inet_attributes[] = {
	{ INET_DIAG_SKMEMINFO, 0, take_memory },
	{ INET_DIAG_INFO, 1, take_tcp },
	{ INET_DIAG_CONG, 0, take_congestion },
	{ INET_DIAG_VEGASINFO, sizeof(struct tcpvegas_info), take_vegas },
	{ INET_DIAG_DCTCPINFO, sizeof(struct tcp_dctcp_info), take_dctcp },
	{ INET_DIAG_BBRINFO, sizeof(struct tcp_bbr_info), take_bbr },
	{ INET_DIAG_TOS, 1, take_tos },
	{ INET_DIAG_TCLASS, 1, take_tclass },
	{ INET_DIAG_SHUTDOWN, 1, take_shutdown },
	{ INET_DIAG_SKV6ONLY, 1, take_v6only },
	{ INET_DIAG_MARK, sizeof(uint32_t), take_mark },
	{ INET_DIAG_CLASS_ID, sizeof(uint32_t), take_class_id },
	{ INET_DIAG_CGROUP_ID, sizeof(uint64_t), take_cgroup },
	{ INET_DIAG_ULP_INFO, 0, take_upper_layer },
};

static void take_name(struct socket_facts *facts, const void *payload, size_t len)
{
	len = smaller(len, sizeof(facts->local.un.sun_path));
	memcpy(facts->local.un.sun_path, payload, len);
	facts->local.len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
}

static void take_vfs(struct socket_facts *facts, const void *payload, size_t len)
{
	struct unix_diag_vfs vfs;

	(void)len;
	memcpy(&vfs, payload, sizeof(vfs));
	facts->has_vfs = true;
	facts->vfs_inode = vfs.udiag_vfs_ino;
	facts->vfs_device = vfs.udiag_vfs_dev;
}

static void take_peer(struct socket_facts *facts, const void *payload, size_t len)
{
	(void)len;
	facts->has_peer_inode = true;
	facts->peer_inode = word_at(payload);
}

static void take_pending(struct socket_facts *facts, const void *payload, size_t len)
{
	facts->has_pending = true;
	facts->pending = (uint32_t)(len / sizeof(uint32_t));
	memcpy(facts->pending_inodes, payload, smaller(facts->pending, PENDING_SHOWN) * sizeof(uint32_t));
}

static void take_queues(struct socket_facts *facts, const void *payload, size_t len)
{
	struct unix_diag_rqlen queues;

	(void)len;
	memcpy(&queues, payload, sizeof(queues));
	facts->recvq = queues.udiag_rqueue;
	facts->sendq = queues.udiag_wqueue;
}

static void take_uid(struct socket_facts *facts, const void *payload, size_t len)
{
	(void)len;
	facts->uid = word_at(payload);
}

static const struct attribute unix_attributes[] = {
	{ UNIX_DIAG_NAME, 0, take_name },
	{ UNIX_DIAG_VFS, sizeof(struct unix_diag_vfs), take_vfs },
	{ UNIX_DIAG_PEER, sizeof(uint32_t), take_peer },
	{ UNIX_DIAG_ICONS, 0, take_pending },
	{ UNIX_DIAG_RQLEN, sizeof(struct unix_diag_rqlen), take_queues },
	{ UNIX_DIAG_MEMINFO, 0, take_memory },
	{ UNIX_DIAG_SHUTDOWN, 1, take_shutdown },
	{ UNIX_DIAG_UID, sizeof(uint32_t), take_uid },
};

static const char *take_attribute(struct socket_facts *facts, const struct nlattr *attr, const struct attribute *known,
				  size_t count)
{
	size_t len = mnl_attr_get_payload_len(attr);

	for (size_t i = 0; i < count; i++) {
		if (known[i].type != mnl_attr_get_type(attr))
			continue;
		if (len < known[i].least)
			return "an attribute is too short";
		known[i].take(facts, mnl_attr_get_payload(attr), len);
	}
	return NULL;
}

/* What follows the fixed part of a message; returns what is wrong with it, NULL for nothing. */
static const char *take_attributes(struct socket_facts *facts, const struct nlmsghdr *header, size_t offset,
				   const struct attribute *known, size_t count)
{
	const char *end = (const char *)header + header->nlmsg_len;
	const struct nlattr *attr = mnl_nlmsg_get_payload_offset(header, offset);
	const char *reason = NULL;

	while (reason == NULL && (const char *)attr < end) {
		if (!mnl_attr_ok(attr, (int)(end - (const char *)attr)))
			return "an attribute is cut short";
		reason = take_attribute(facts, attr, known, count);
		attr = mnl_attr_next(attr);
	}
	return reason;
}

/* Answers: sockets */

static uint64_t cookie_of(const uint32_t words[2])
{
	return (uint64_t)words[1] << 32 | words[0];
}

static struct address endpoint(int family, const uint32_t words[4], uint16_t port, unsigned interface)
{
	struct in_addr addr;
	struct in6_addr addr6;
	struct address address;

	if (family == AF_INET) {
		memcpy(&addr, words, sizeof(addr));
		return address_of_in(addr, ntohs(port));
	}
	memcpy(&addr6, words, sizeof(addr6));
	address = address_of_in6(addr6, ntohs(port));
	/* getsockname() says it so, and two link-local addresses differ by it. */
	if (IN6_IS_ADDR_LINKLOCAL(&addr6))
		address.in6.sin6_scope_id = interface;
	return address;
}

/* After an attempt that failed the kernel keeps the peer's address, though not its port (ss: 10.0.0.2:*): no peer. */
static struct address peer_of(int protocol, const struct inet_diag_msg *message)
{
	const struct inet_diag_sockid *id = &message->id;
	static const uint32_t nowhere[4] = { 0 };
	bool none = protocol != IPPROTO_RAW && id->idiag_dport == 0;

	return endpoint(message->idiag_family, none ? nowhere : id->idiag_dst, id->idiag_dport, id->idiag_if);
}

static int type_of(int protocol)
{
	if (protocol == IPPROTO_TCP)
		return SOCK_STREAM;
	return protocol == IPPROTO_UDP ? SOCK_DGRAM : SOCK_RAW;
}

static void fill_inet(struct socket_facts *facts, const struct inet_diag_msg *message, int protocol)
{
	const struct inet_diag_sockid *id = &message->id;

	*facts = (struct socket_facts){
		.protocol = protocol,
		.family = message->idiag_family,
		.type = type_of(protocol),
		.state = message->idiag_state == STATE_NEW_SYN_RECV ? STATE_SYN_RECV : message->idiag_state,
		.cookie = cookie_of(id->idiag_cookie),
		.inode = message->idiag_inode,
		.uid = message->idiag_uid,
		.local = endpoint(message->idiag_family, id->idiag_src, id->idiag_sport, id->idiag_if),
		.peer = peer_of(protocol, message),
		.raw_protocol = protocol == IPPROTO_RAW ? ntohs(id->idiag_sport) : 0,
		.interface = id->idiag_if,
		.recvq = message->idiag_rqueue,
		.sendq = message->idiag_wqueue,
		.timer = message->idiag_timer < TIMER_UNKNOWN ? (enum socket_timer)message->idiag_timer : TIMER_UNKNOWN,
		.timer_left = message->idiag_expires,
		.retransmits = message->idiag_retrans,
	};
}

static const char *parse_inet(const struct nlmsghdr *header, int protocol, struct socket_facts *facts)
{
	struct inet_diag_msg message;

	if (mnl_nlmsg_get_payload_len(header) < sizeof(message))
		return "an internet socket's message is too short";
	memcpy(&message, mnl_nlmsg_get_payload(header), sizeof(message));
	fill_inet(facts, &message, protocol);
	return take_attributes(facts, header, sizeof(message), inet_attributes, COUNT_OF(inet_attributes));
}

static const char *parse_unix(const struct nlmsghdr *header, struct socket_facts *facts)
{
	struct unix_diag_msg message;

	if (mnl_nlmsg_get_payload_len(header) < sizeof(message))
		return "a UNIX socket's message is too short";
	memcpy(&message, mnl_nlmsg_get_payload(header), sizeof(message));
	*facts = (struct socket_facts){
		.family = AF_UNIX,
		.type = message.udiag_type,
		.state = message.udiag_state,
		.cookie = cookie_of(message.udiag_cookie),
		.inode = message.udiag_ino,
		.local = { .un = { .sun_family = AF_UNIX }, .len = offsetof(struct sockaddr_un, sun_path) },
	};
	return take_attributes(facts, header, sizeof(message), unix_attributes, COUNT_OF(unix_attributes));
}

static const char *parse_socket(const struct nlmsghdr *header, int protocol, struct socket_facts *facts)
{
	int family = mnl_nlmsg_get_payload_len(header) > 0 ? byte_at(mnl_nlmsg_get_payload(header)) : AF_UNSPEC;

	if (protocol == 0 && family == AF_UNIX)
		return parse_unix(header, facts);
	if (protocol != 0 && (family == AF_INET || family == AF_INET6))
		return parse_inet(header, protocol, facts);
	return "a socket of another family than was asked for";
}

/* Answers: messages */

static void malformed(struct diag_reply *reply, const char *reason)
{
	reply->kind = REPLY_MALFORMED;
	reply->reason = reason;
}

/* NLMSG_ERROR and NLMSG_DONE begin with a negative errno or 0; an old kernel's NLMSG_DONE may be empty. */
static void parse_end(const struct nlmsghdr *header, struct diag_reply *reply)
{
	bool done = header->nlmsg_type == NLMSG_DONE;
	int number = 0;

	if (mnl_nlmsg_get_payload_len(header) >= sizeof(number))
		memcpy(&number, mnl_nlmsg_get_payload(header), sizeof(number));
	else if (!done || mnl_nlmsg_get_payload_len(header) != 0)
		return malformed(reply, "an error's message is too short");
	if (number == INT32_MIN)
		return malformed(reply, "an error's number is none");
	reply->kind = done ? REPLY_DONE : REPLY_ERROR;
	/* A dump's DONE may also carry a positive length (before Linux 4.15), which is no error. */
	reply->error = number < 0 ? -number : 0;
}

static void parse_message(const struct nlmsghdr *header, int protocol, struct diag_reply *reply)
{
	switch (header->nlmsg_type) {
	case NLMSG_NOOP:
		reply->kind = REPLY_NOOP;
		return;
	case NLMSG_ERROR:
	case NLMSG_DONE:
		parse_end(header, reply);
		return;
	case NLMSG_OVERRUN:
		reply->kind = REPLY_OVERRUN;
		return;
	case SOCK_DIAG_BY_FAMILY:
		reply->reason = parse_socket(header, protocol, &reply->facts);
		reply->kind = reply->reason == NULL ? REPLY_SOCKET : REPLY_MALFORMED;
		return;
	default:
		malformed(reply, "a message of unknown type");
	}
}

size_t diag_parse(const void *bytes, size_t len, int protocol, struct diag_reply *reply)
{
	const struct nlmsghdr *header = bytes;

	if (len == 0)
		return 0;
	reply->seq = 0;
	reply->interrupted = false;
	reply->error = 0;
	reply->reason = NULL;
	if (len > INT32_MAX || !mnl_nlmsg_ok(header, (int)len)) {
		malformed(reply, "a message is cut short");
		return len;
	}
	reply->seq = header->nlmsg_seq;
	reply->interrupted = (header->nlmsg_flags & NLM_F_DUMP_INTR) != 0;
	parse_message(header, protocol, reply);
	/* The last message of a packet need not be padded. */
	return smaller((header->nlmsg_len + NLMSG_ALIGNTO - 1) & ~(NLMSG_ALIGNTO - 1), len);
}
