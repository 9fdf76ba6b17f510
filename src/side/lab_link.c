#include "side/lab_link.h"

#include <errno.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/ethtool.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <linux/veth.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"

/* What a packet socket may keep until it is read; the kernel halves it where the machine allows less. */
enum { PACKET_SOCKET_BYTES = 4 << 20 };

const char lab_link_name[] = "eth0";

const char *lab_link_kind_name(enum lab_link_kind kind)
{
	switch (kind) {
	case LAB_LINK_ANY:
		return "any";
	case LAB_LINK_TUN:
		return "tun";
	case LAB_LINK_VETH:
		return "veth";
	}
	return "any";
}

/* For an error that must outlive it. */
static void close_after_error(int fd)
{
	int error = errno;

	close(fd);
	errno = error;
}

/* ---- TUN ---- */

/* The device stays when its descriptor is closed, and goes with its namespace, which nobody waits for: else closing
 * would wait for it, 30 ms a host, at the end of every lab. */
int lab_tun_make(struct text *message)
{
	struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR };
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0) {
		text_addf(message, "/dev/net/tun cannot be opened: %s", strerror(errno));
		return -1;
	}
	memcpy(request.ifr_name, lab_link_name, sizeof(lab_link_name));
	if (ioctl(fd, TUNSETIFF, &request) == 0 && ioctl(fd, TUNSETOFFLOAD, 0UL) == 0 &&
	    ioctl(fd, TUNSETPERSIST, 1UL) == 0)
		return fd;
	text_addf(message, "a TUN device cannot be made: %s", strerror(errno));
	close_after_error(fd);
	return -1;
}

/* ---- a veth pair ---- */

void lab_veth_near_name(char name[16], unsigned number)
{
	snprintf(name, IFNAMSIZ, "link%u", number);
}

/* Locally administered; the lowest bit tells the ends apart. */
static void make_hardware_address(unsigned char address[ETH_ALEN], unsigned number, bool near)
{
	const unsigned char made[ETH_ALEN] = { 2, 's', 't', (unsigned char)(number >> 15), (unsigned char)(number >> 7),
					       (unsigned char)(number << 1 | near) };

	memcpy(address, made, ETH_ALEN);
}

static void put_end(struct nlmsghdr *header, unsigned number, bool near)
{
	unsigned char address[ETH_ALEN];
	char name[IFNAMSIZ];

	make_hardware_address(address, number, near);
	lab_veth_near_name(name, number);
	mnl_attr_put_strz(header, IFLA_IFNAME, near ? name : lab_link_name);
	mnl_attr_put(header, IFLA_ADDRESS, ETH_ALEN, address);
	mnl_attr_put_u32(header, IFLA_MTU, LAB_LINK_MTU);
}

static void add_pair(struct netlink *netlink, int wire, unsigned number)
{
	struct nlmsghdr *header = netlink_add(netlink, "making a veth pair", RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
	struct nlattr *info, *data, *peer;

	mnl_nlmsg_put_extra_header(header, sizeof(struct ifinfomsg));
	put_end(header, number, false);
	info = mnl_attr_nest_start(header, IFLA_LINKINFO);
	mnl_attr_put_strz(header, IFLA_INFO_KIND, "veth");
	data = mnl_attr_nest_start(header, IFLA_INFO_DATA);
	peer = mnl_attr_nest_start(header, VETH_INFO_PEER);
	mnl_nlmsg_put_extra_header(header, sizeof(struct ifinfomsg));
	put_end(header, number, true);
	mnl_attr_put_u32(header, IFLA_NET_NS_FD, (uint32_t)wire);
	mnl_attr_nest_end(header, peer);
	mnl_attr_nest_end(header, data);
	mnl_attr_nest_end(header, info);
}

bool lab_veth_make(struct netlink *netlink, int wire, unsigned number, struct text *message)
{
	add_pair(netlink, wire, number);
	return netlink_do(netlink, message) && lab_veth_offload(lab_link_name, false, message);
}

static const struct {
	const char *name;
	uint32_t get, set;
} offloads[] = {
	{ "checksums", ETHTOOL_GTXCSUM, ETHTOOL_STXCSUM },
	{ "TCP segmentation", ETHTOOL_GTSO, ETHTOOL_STSO },
	{ "segmentation", ETHTOOL_GGSO, ETHTOOL_SGSO },
	{ "coalescing", ETHTOOL_GGRO, ETHTOOL_SGRO },
};

/* Asked or set, with errno. */
static bool ask_offload(int fd, const char *link, struct ethtool_value *value)
{
	struct ifreq request = { .ifr_data = (char *)value };

	memcpy(request.ifr_name, link, strlen(link) + 1);
	return ioctl(fd, SIOCETHTOOL, &request) == 0;
}

/* What is on with the others is only as far as they are; coalescing would change what was sent, and stays off. What is
 * as wanted is only asked for, since each setting stops the whole machine's links for a moment. */
static bool set_offload(int fd, const char *link, size_t which, bool on)
{
	uint32_t wanted = on && offloads[which].set != ETHTOOL_SGRO;
	struct ethtool_value now = { .cmd = offloads[which].get };
	struct ethtool_value value = { .cmd = offloads[which].set, .data = wanted };

	if (ask_offload(fd, link, &now) && now.data == wanted)
		return true;
	if (!ask_offload(fd, link, &value) && errno != EOPNOTSUPP)
		return false;
	if (!ask_offload(fd, link, &now))
		return false;
	errno = EOPNOTSUPP;
	return now.data == wanted;
}

bool lab_veth_offload(const char *link, bool on, struct text *message)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool ok = fd >= 0;

	if (!ok)
		text_addf(message, "a socket for the link's settings cannot be opened: %s", strerror(errno));
	for (size_t i = 0; ok && i < COUNT_OF(offloads); i++) {
		ok = set_offload(fd, link, i, on);
		if (!ok)
			text_addf(message, "offloading of %s cannot be switched %s: %s", offloads[i].name,
				  on ? "on" : "off", strerror(errno));
	}
	if (fd >= 0)
		close(fd);
	return ok;
}

/* ---- the packet socket ---- */

static void enlarge(int fd)
{
	int bytes = PACKET_SOCKET_BYTES;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) != 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof(bytes)) != 0)
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
}

/* Bound only when all is set, so that nothing is received before. Past the queue, which the near end has only some time
 * after eth0 went up: the device itself takes a packet at once. */
static bool prepare_packet_socket(int fd, unsigned index)
{
	const struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL),
					     .sll_ifindex = (int)index };
	const int yes = 1;

	enlarge(fd);
	return setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &yes, sizeof(yes)) == 0 &&
	       setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof(yes)) == 0 &&
	       setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &yes, sizeof(yes)) == 0 &&
	       bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0;
}

static int open_packet_socket(unsigned index, struct text *message)
{
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd >= 0 && prepare_packet_socket(fd, index))
		return fd;
	text_addf(message, "a packet socket for the link cannot be made: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

int lab_veth_attach(struct netlink *netlink, unsigned number, struct text *message)
{
	char name[IFNAMSIZ];
	unsigned index;

	lab_veth_near_name(name, number);
	index = if_nametoindex(name);
	if (index == 0) {
		text_addf(message, "the near end of the link is not there: %s", strerror(errno));
		return -1;
	}
	netlink_add_up(netlink, index, 0);
	if (!lab_veth_offload(name, false, message) || !netlink_do(netlink, message))
		return -1;
	return open_packet_socket(index, message);
}
