#include "side/lab_netlink.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"

enum { LOOPBACK_INDEX = 1, ANSWER_ROOM = 16384, IPV4_LENGTH = 4, IPV6_LENGTH = 16 };
/* A network of two addresses or one has none to spare (RFC 3021). */
enum { PREFIX_WITHOUT_BROADCAST = 31 };
/* What the kernel gives to the routes that it makes with an IPv6 address (IP6_RT_PRIO_ADDRCONF). */
enum { IPV6_KERNEL_METRIC = 256 };
/* So long may the kernel be busy with other things before it makes a local route. */
enum { LOCAL_ROUTE_MILLISECONDS = 10000 };

bool netlink_open(struct netlink *netlink, struct text *message)
{
	*netlink = (struct netlink){ .fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE) };
	if (netlink->fd >= 0)
		return true;
	text_addf(message, "a netlink socket cannot be opened: %s", strerror(errno));
	return false;
}

void netlink_release(struct netlink *netlink)
{
	close(netlink->fd);
	netlink->fd = -1;
}

static void finish_last(struct netlink *netlink)
{
	if (netlink->last != NULL)
		netlink->len += NLMSG_ALIGN((size_t)netlink->last->nlmsg_len);
	netlink->last = NULL;
}

struct nlmsghdr *netlink_add(struct netlink *netlink, const char *what, uint16_t type, uint16_t flags)
{
	finish_last(netlink);
	/* One request of ours has less than 256 bytes. */
	if (netlink->count == NETLINK_REQUESTS_MAX || netlink->len + 256 > NETLINK_ROOM)
		die("too many requests to the kernel at once");
	netlink->last = mnl_nlmsg_put_header(netlink->room + netlink->len);
	netlink->last->nlmsg_type = type;
	netlink->last->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags);
	netlink->last->nlmsg_seq = netlink->count;
	netlink->what[netlink->count++] = what;
	return netlink->last;
}

void netlink_add_up(struct netlink *netlink, unsigned index, unsigned mtu)
{
	struct nlmsghdr *header = netlink_add(netlink, "bringing the link up", RTM_NEWLINK, 0);
	struct ifinfomsg *link = mnl_nlmsg_put_extra_header(header, sizeof(*link));

	link->ifi_index = (int)index;
	link->ifi_flags = index == LOOPBACK_INDEX ? IFF_UP : IFF_UP | IFF_NOARP;
	link->ifi_change = link->ifi_flags;
	if (mtu > 0)
		mnl_attr_put_u32(header, IFLA_MTU, mtu);
}

/* All bits of the host's part are ones. */
static uint32_t broadcast_of(const struct lab_address *address)
{
	uint32_t own, host_bits = (uint32_t)((1ULL << (32 - address->prefix)) - 1);

	memcpy(&own, address->bytes, sizeof(own));
	return own | htonl(host_bits);
}

void netlink_add_address(struct netlink *netlink, unsigned index, const struct lab_address *address)
{
	struct nlmsghdr *header = netlink_add(netlink, "giving the link its address", RTM_NEWADDR,
					      NLM_F_CREATE | NLM_F_EXCL);
	struct ifaddrmsg *message = mnl_nlmsg_put_extra_header(header, sizeof(*message));
	bool is_ipv4 = address->family == AF_INET;

	message->ifa_family = (uint8_t)address->family;
	message->ifa_prefixlen = address->prefix;
	message->ifa_flags = is_ipv4 ? IFA_F_PERMANENT : IFA_F_PERMANENT | IFA_F_NODAD;
	message->ifa_index = index;
	mnl_attr_put(header, IFA_LOCAL, is_ipv4 ? IPV4_LENGTH : IPV6_LENGTH, address->bytes);
	mnl_attr_put(header, IFA_ADDRESS, is_ipv4 ? IPV4_LENGTH : IPV6_LENGTH, address->bytes);
	if (is_ipv4 && address->prefix < PREFIX_WITHOUT_BROADCAST)
		mnl_attr_put_u32(header, IFA_BROADCAST, broadcast_of(address));
}

/* Without the lock the kernel does not look at it (tcp_rto_min() in net/tcp.h). 0: the route has no metrics. */
static void put_rto_min(struct nlmsghdr *header, unsigned rto_min)
{
	struct nlattr *metrics;

	if (rto_min == 0)
		return;
	metrics = mnl_attr_nest_start(header, RTA_METRICS);
	mnl_attr_put_u32(header, RTAX_LOCK, 1U << RTAX_RTO_MIN);
	mnl_attr_put_u32(header, RTAX_RTO_MIN, rto_min);
	mnl_attr_nest_end(header, metrics);
}

/* Its bits behind the prefix are zeros. */
static void network_of(unsigned char network[IPV6_LENGTH], const struct lab_address *address)
{
	memcpy(network, address->bytes, IPV6_LENGTH);
	for (unsigned bit = address->prefix; bit < 8 * IPV6_LENGTH; bit++)
		network[bit / 8] &= (unsigned char)~(0x80 >> bit % 8);
}

void netlink_add_default_route(struct netlink *netlink, unsigned index, int family, unsigned rto_min)
{
	struct nlmsghdr *header = netlink_add(netlink, "making the default route", RTM_NEWROUTE,
					      NLM_F_CREATE | NLM_F_REPLACE);
	struct rtmsg *route = mnl_nlmsg_put_extra_header(header, sizeof(*route));

	route->rtm_family = (uint8_t)family;
	route->rtm_table = RT_TABLE_MAIN;
	route->rtm_protocol = RTPROT_STATIC;
	route->rtm_scope = family == AF_INET ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
	route->rtm_type = RTN_UNICAST;
	mnl_attr_put_u32(header, RTA_OIF, index);
	put_rto_min(header, rto_min);
}

/* The same as the kernel made with the address (an IPv6 route is replaced only by one of its own metric). */
void netlink_add_own_network(struct netlink *netlink, unsigned index, const struct lab_address *address,
			     unsigned rto_min)
{
	struct nlmsghdr *header = netlink_add(netlink, "changing the route to the own network", RTM_NEWROUTE,
					      NLM_F_CREATE | NLM_F_REPLACE);
	struct rtmsg *route = mnl_nlmsg_put_extra_header(header, sizeof(*route));
	bool is_ipv4 = address->family == AF_INET;
	unsigned char network[IPV6_LENGTH];

	*route = (struct rtmsg){ .rtm_family = (uint8_t)address->family, .rtm_dst_len = address->prefix,
				 .rtm_table = RT_TABLE_MAIN, .rtm_protocol = RTPROT_KERNEL,
				 .rtm_scope = is_ipv4 ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE, .rtm_type = RTN_UNICAST };
	network_of(network, address);
	mnl_attr_put(header, RTA_DST, is_ipv4 ? IPV4_LENGTH : IPV6_LENGTH, network);
	mnl_attr_put_u32(header, RTA_OIF, index);
	if (is_ipv4)
		mnl_attr_put(header, RTA_PREFSRC, IPV4_LENGTH, address->bytes);
	else
		mnl_attr_put_u32(header, RTA_PRIORITY, IPV6_KERNEL_METRIC);
	put_rto_min(header, rto_min);
}

/* ---- answers ---- */

struct answers {
	const struct netlink *netlink;
	unsigned awaited;
	int error; /* of the first request that was refused; 0: none */
	struct text *message;
};

static void take_answer(struct answers *answers, const struct nlmsghdr *header)
{
	const struct nlmsgerr *answer = mnl_nlmsg_get_payload(header);
	unsigned number = header->nlmsg_seq;

	if (header->nlmsg_type != NLMSG_ERROR || header->nlmsg_len < mnl_nlmsg_size(sizeof(*answer)))
		return;
	answers->awaited--;
	if (answer->error == 0 || answers->error != 0 || number >= answers->netlink->count)
		return;
	answers->error = -answer->error;
	text_addf(answers->message, "%s failed: %s", answers->netlink->what[number], strerror(answers->error));
}

/* The answers are there already; DONTWAIT, should one be missing. */
static void receive(struct answers *answers)
{
	_Alignas(struct nlmsghdr) char room[ANSWER_ROOM];

	while (answers->awaited > 0) {
		ssize_t got = recv(answers->netlink->fd, room, sizeof(room), MSG_DONTWAIT);
		int left = (int)got;

		if (got <= 0) {
			answers->error = got == 0 ? EIO : errno;
			text_addf(answers->message, "the kernel did not answer: %s", strerror(answers->error));
			return;
		}
		for (const struct nlmsghdr *header = (const struct nlmsghdr *)room; mnl_nlmsg_ok(header, left);
		     header = mnl_nlmsg_next(header, &left))
			take_answer(answers, header);
	}
}

bool netlink_do(struct netlink *netlink, struct text *message)
{
	struct answers answers = { .netlink = netlink, .awaited = netlink->count, .message = message };

	finish_last(netlink);
	if (send(netlink->fd, netlink->room, netlink->len, 0) < 0) {
		answers.error = errno;
		text_addf(message, "the kernel cannot be asked: %s", strerror(errno));
	} else {
		receive(&answers);
	}
	netlink->count = 0;
	netlink->len = 0;
	errno = answers.error;
	return answers.error == 0;
}

/* ---- news ---- */

bool netlink_listen(struct netlink *netlink, struct text *message)
{
	const struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_IPV6_ROUTE };

	if (bind(netlink->fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
		return true;
	text_addf(message, "changes of routes cannot be heard of: %s", strerror(errno));
	return false;
}

struct awaited {
	const struct lab_address *addresses;
	size_t count;
	uint64_t missing; /* bit i: of address i */
};

/* An address of which a local route was told. */
static void strike_off(struct awaited *awaited, const void *address)
{
	for (size_t i = 0; i < awaited->count; i++)
		if (awaited->addresses[i].family == AF_INET6 &&
		    memcmp(awaited->addresses[i].bytes, address, IPV6_LENGTH) == 0)
			awaited->missing &= ~(UINT64_C(1) << i);
}

static void take_news(struct awaited *awaited, const struct nlmsghdr *header)
{
	const struct rtmsg *route = mnl_nlmsg_get_payload(header);
	const char *end = mnl_nlmsg_get_payload_tail(header);

	if (header->nlmsg_type != RTM_NEWROUTE || header->nlmsg_len < mnl_nlmsg_size(sizeof(*route)) ||
	    route->rtm_type != RTN_LOCAL)
		return;
	for (const struct nlattr *attribute = mnl_nlmsg_get_payload_offset(header, sizeof(*route));
	     mnl_attr_ok(attribute, (int)(end - (const char *)attribute)); attribute = mnl_attr_next(attribute))
		if (mnl_attr_get_type(attribute) == RTA_DST && mnl_attr_get_payload_len(attribute) == IPV6_LENGTH)
			strike_off(awaited, mnl_attr_get_payload(attribute));
}

/* False: none came in time, or the socket cannot be read. */
static bool hear(const struct netlink *netlink, struct awaited *awaited)
{
	_Alignas(struct nlmsghdr) char room[ANSWER_ROOM];
	struct pollfd readable = { .fd = netlink->fd, .events = POLLIN };
	ssize_t got = 0;
	int left;

	if (poll(&readable, 1, LOCAL_ROUTE_MILLISECONDS) == 1)
		got = recv(netlink->fd, room, sizeof(room), MSG_DONTWAIT);
	left = (int)got;
	for (const struct nlmsghdr *header = (const struct nlmsghdr *)room; got > 0 && mnl_nlmsg_ok(header, left);
	     header = mnl_nlmsg_next(header, &left))
		take_news(awaited, header);
	return got > 0;
}

bool netlink_await_local(struct netlink *netlink, const struct lab_address *addresses, size_t count,
			 struct text *message)
{
	struct awaited awaited = { .addresses = addresses, .count = count };

	for (size_t i = 0; i < count; i++)
		if (addresses[i].family == AF_INET6)
			awaited.missing |= UINT64_C(1) << i;
	while (awaited.missing != 0)
		if (!hear(netlink, &awaited)) {
			text_add(message, "the kernel does not make an address the host's own");
			return false;
		}
	return true;
}
