#include "side/lab_host.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "side/lab_refusal.h"
#include "side/lab_sysctl.h"

enum { IPV4_BITS = 32, IPV6_BITS = 128, IPV4_PREFIX = 24, IPV6_PREFIX = 64, LOOPBACK_INDEX = 1 };

/* ---- addresses ---- */

/* 0.0.0.0, multicast, loopback; the same of IPv6, and link-local ones, which would need an interface to say. */
static bool may_be_a_hosts(const struct lab_address *address)
{
	struct in6_addr ipv6;

	if (address->family == AF_INET)
		return address->bytes[0] != 0 && address->bytes[0] != 127 && address->bytes[0] < 224;
	memcpy(&ipv6, address->bytes, sizeof(ipv6));
	return !IN6_IS_ADDR_UNSPECIFIED(&ipv6) && !IN6_IS_ADDR_LOOPBACK(&ipv6) && !IN6_IS_ADDR_MULTICAST(&ipv6) &&
	       !IN6_IS_ADDR_LINKLOCAL(&ipv6) && !IN6_IS_ADDR_V4MAPPED(&ipv6);
}

/* "" or "/24" */
static bool read_prefix(struct lab_address *address, const char *string)
{
	bool is_ipv4 = address->family == AF_INET;
	long bits;
	char *end;

	address->prefix = is_ipv4 ? IPV4_PREFIX : IPV6_PREFIX;
	if (*string == '\0')
		return true;
	if (string[1] < '0' || string[1] > '9')
		return false;
	bits = strtol(string + 1, &end, 10);
	address->prefix = (uint8_t)bits;
	return *end == '\0' && bits <= (is_ipv4 ? IPV4_BITS : IPV6_BITS);
}

bool lab_address_read(struct lab_address *address, const char *string)
{
	char digits[INET6_ADDRSTRLEN];
	size_t len = strcspn(string, "/");

	*address = (struct lab_address){ .family = AF_INET };
	if (len >= sizeof(digits))
		return false;
	memcpy(digits, string, len);
	digits[len] = '\0';
	if (inet_pton(AF_INET, digits, address->bytes) != 1) {
		address->family = AF_INET6;
		if (inet_pton(AF_INET6, digits, address->bytes) != 1)
			return false;
	}
	return read_prefix(address, string + len) && may_be_a_hosts(address);
}

void lab_address_print(struct text *out, const struct lab_address *address)
{
	char digits[INET6_ADDRSTRLEN] = "";

	inet_ntop(address->family, address->bytes, digits, sizeof(digits));
	text_add(out, digits);
}

bool lab_address_is(const struct lab_address *a, const struct lab_address *b)
{
	return a->family == b->family && memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

static bool is_neighbour(const struct lab_address *a, const struct lab_address *b)
{
	unsigned whole = a->prefix / 8, rest = a->prefix % 8;

	if (a->family != b->family || a->prefix != b->prefix || memcmp(a->bytes, b->bytes, whole) != 0)
		return false;
	return rest == 0 || ((a->bytes[whole] ^ b->bytes[whole]) & 0xff00 >> rest & 0xff) == 0;
}

/* ---- its namespace ---- */

/* The process goes there, too. */
static bool make_namespace(struct lab_host *host, struct text *message)
{
	if (unshare(CLONE_NEWNET) != 0) {
		lab_refusal(message, "making a network namespace", errno);
		return false;
	}
	host->netns = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (host->netns >= 0)
		return true;
	text_addf(message, "a network namespace cannot be kept: %s", strerror(errno));
	return false;
}

static int open_diag(struct text *notes)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);

	if (fd < 0)
		text_addf(notes, "this kernel cannot be asked about the sockets of a host (sock_diag: %s). ",
			  strerror(errno));
	return fd;
}

/* TUN, if it is wanted and may be had; else a pair. Why there is no TUN is told once, with the first host. */
static bool make_link(struct lab_host *host, const struct lab_host_wish *wish, struct lab_host_ends *ends,
		      struct netlink *netlink, struct text *message)
{
	host->link = LAB_LINK_TUN;
	if (wish->link != LAB_LINK_VETH)
		ends->link = lab_tun_make(message);
	if (ends->link >= 0)
		return true;
	if (wish->link == LAB_LINK_TUN)
		return false;
	host->link = LAB_LINK_VETH;
	if (message->len > 0)
		text_add(message, "; ");
	return lab_veth_make(netlink, wish->wire, wish->number, message);
}

static bool has_ipv6(void)
{
	return access("/proc/sys/net/ipv6", F_OK) == 0;
}

/* Both families have a default route, whichever the host's own addresses are of: so nothing ends for want of one. */
static void add_addresses(struct lab_host *host, struct netlink *netlink, unsigned index, struct text *notes)
{
	size_t kept = 0;
	bool ipv6 = has_ipv6();

	for (size_t i = 0; i < host->address_count; i++) {
		if (host->addresses[i].family == AF_INET6 && !ipv6)
			continue;
		netlink_add_address(netlink, index, &host->addresses[i]);
		host->addresses[kept++] = host->addresses[i];
	}
	if (kept < host->address_count)
		text_addf(notes, "this kernel has no IPv6: %s has no address of that family. ", host->name);
	host->address_count = kept;
	netlink_add_default_route(netlink, index, AF_INET, 0);
	if (ipv6)
		netlink_add_default_route(netlink, index, AF_INET6, 0);
}

/* Of a pair the near end is up by then, so that eth0 has its carrier at once: a link that gets it later has a queue
 * only when the kernel comes to it, and what is sent before is thrown away. */
static bool configure_link(struct lab_host *host, struct netlink *netlink, struct text *notes, struct text *message)
{
	unsigned index = if_nametoindex(lab_link_name);

	netlink_add_up(netlink, LOOPBACK_INDEX, 0);
	netlink_add_up(netlink, index, LAB_LINK_MTU);
	add_addresses(host, netlink, index, notes);
	return netlink_do(netlink, message);
}

/* What comes to the host finds it as soon as this has returned. */
static bool open_link(struct lab_host *host, struct text *notes, struct text *message)
{
	struct netlink netlink, news;
	bool ok;

	if (!netlink_open(&netlink, message))
		return false;
	ok = netlink_open(&news, message);
	if (ok) {
		ok = netlink_listen(&news, message) && configure_link(host, &netlink, notes, message) &&
		     netlink_await_local(&news, host->addresses, host->address_count, message);
		netlink_release(&news);
	}
	netlink_release(&netlink);
	return ok;
}

/* All that is done from within before the link is up, sysctls before there is any link. */
static bool furnish(struct lab_host *host, const struct lab_host_wish *wish, struct lab_host_ends *ends,
		    struct text *notes, struct text *message)
{
	struct netlink netlink;
	struct text why;
	bool ok;

	sysctl_set_all(SYSCTL_SILENCE, notes);
	if (!wish->stock)
		sysctl_set_all(SYSCTL_LASTING, notes);
	ends->diag = open_diag(notes);
	if (!netlink_open(&netlink, message))
		return false;
	text_init(&why);
	ok = make_link(host, wish, ends, &netlink, &why);
	if (ok && why.len > 0)
		text_addf(notes, "The links are veth pairs: %.*s. ", (int)strcspn(why.data, ";"), why.data);
	if (!ok)
		text_addf(message, "no link can be made: %s", why.data);
	text_release(&why);
	netlink_release(&netlink);
	return ok;
}

/* ---- from the wire's namespace ---- */

static bool attach(const struct lab_host *host, struct lab_host_ends *ends, struct text *notes, struct text *message)
{
	struct netlink netlink;

	if (host->link == LAB_LINK_TUN)
		return true;
	sysctl_silence_wire(notes);
	if (!netlink_open(&netlink, message))
		return false;
	ends->link = lab_veth_attach(&netlink, host->number, message);
	netlink_release(&netlink);
	return ends->link >= 0;
}

static void go_to(int netns, const char *where)
{
	if (setns(netns, CLONE_NEWNET) != 0)
		die("the network namespace of %s cannot be entered: %s", where, strerror(errno));
}

void lab_host_enter(const struct lab_host *host)
{
	go_to(host->netns, host->name);
}

static void give_up(struct lab_host *host, struct lab_host_ends *ends)
{
	if (ends->link >= 0)
		close(ends->link);
	if (ends->diag >= 0)
		close(ends->diag);
	lab_host_release(host);
}

bool lab_host_make(struct lab_host *host, const struct lab_host_wish *wish, struct lab_host_ends *ends,
		   struct text *notes, struct text *message)
{
	bool ok;

	*host = (struct lab_host){ .name = xstrdup(wish->name), .netns = -1, .number = wish->number,
				   .address_count = wish->address_count };
	memcpy(host->addresses, wish->addresses, sizeof(host->addresses));
	*ends = (struct lab_host_ends){ .link = -1, .diag = -1 };
	ok = make_namespace(host, message) && furnish(host, wish, ends, notes, message);
	go_to(wish->wire, "the wire");
	ok = ok && attach(host, ends, notes, message);
	if (ok) {
		lab_host_enter(host);
		ok = open_link(host, notes, message);
		go_to(wish->wire, "the wire");
	}
	if (!ok)
		give_up(host, ends);
	return ok;
}

void lab_host_release(struct lab_host *host)
{
	free(host->name);
	if (host->netns >= 0)
		close(host->netns);
	*host = (struct lab_host){ .netns = -1 };
}

/* Does an earlier address of the host lie in the same network? That one's route is the network's. */
static bool has_route_already(const struct lab_host *host, size_t at)
{
	const struct lab_address *address = &host->addresses[at];

	for (size_t i = 0; i < at; i++)
		if (is_neighbour(&host->addresses[i], address))
			return true;
	return address->prefix == (address->family == AF_INET ? IPV4_BITS : IPV6_BITS);
}

bool lab_host_set_rto_min(const struct lab_host *host, unsigned milliseconds, struct text *message)
{
	unsigned index = if_nametoindex(lab_link_name);
	struct netlink netlink;
	bool ok;

	if (!netlink_open(&netlink, message))
		return false;
	for (size_t i = 0; i < host->address_count; i++)
		if (!has_route_already(host, i))
			netlink_add_own_network(&netlink, index, &host->addresses[i], milliseconds);
	netlink_add_default_route(&netlink, index, AF_INET, milliseconds);
	if (has_ipv6())
		netlink_add_default_route(&netlink, index, AF_INET6, milliseconds);
	ok = netlink_do(&netlink, message);
	netlink_release(&netlink);
	return ok;
}
