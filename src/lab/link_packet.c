/*
 * A link that is a packet socket (packet(7)) bound to the near end of a veth pair: each read and write is a struct
 * virtio_net_hdr (PACKET_VNET_HDR), an Ethernet header and a packet. The hardware addresses of the two ends differ in
 * their lowest bit, so that ours tells the host's, without which the host would not take a packet as its own.
 */
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "lab/link.h"

/* Other things than IP that the kernel may send (it should not); so many are passed over in one read. */
enum { STRAYS_MAX = 16 };

static bool packet_prepare(struct link *link, struct text *message)
{
	struct sockaddr_ll address = { .sll_family = 0 };
	socklen_t len = sizeof(address);

	if (getsockname(link->fd, (struct sockaddr *)&address, &len) != 0 || address.sll_family != AF_PACKET ||
	    address.sll_halen != ETH_ALEN) {
		text_add(message, "this is no packet socket on a pair of links");
		return false;
	}
	memcpy(link->near, address.sll_addr, ETH_ALEN);
	memcpy(link->far, address.sll_addr, ETH_ALEN);
	link->far[ETH_ALEN - 1] ^= 1;
	return true;
}

/* ---- reading ---- */

static bool is_ip(const struct ethhdr *ethernet)
{
	return ethernet->h_proto == htons(ETH_P_IP) || ethernet->h_proto == htons(ETH_P_IPV6);
}

/* Offsets in the header count from the Ethernet header on. */
static void leave_ethernet(struct virtio_net_hdr *header)
{
	if (header->csum_start >= ETH_HLEN)
		header->csum_start = (__virtio16)(header->csum_start - ETH_HLEN);
	if (header->hdr_len >= ETH_HLEN)
		header->hdr_len = (__virtio16)(header->hdr_len - ETH_HLEN);
}

static void enter_ethernet(struct virtio_net_hdr *header)
{
	if ((header->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) != 0)
		header->csum_start = (__virtio16)(header->csum_start + ETH_HLEN);
	if (header->gso_type != VIRTIO_NET_HDR_GSO_NONE)
		header->hdr_len = (__virtio16)(header->hdr_len + ETH_HLEN);
}

static ssize_t packet_read(struct link *link, struct link_frame *frame)
{
	struct ethhdr ethernet;
	const struct iovec parts[] = { { &frame->header, sizeof(frame->header) }, { &ethernet, sizeof(ethernet) },
				       { frame->bytes, frame->room } };
	const ssize_t before = sizeof(frame->header) + sizeof(ethernet);

	for (int strays = 0; strays < STRAYS_MAX; strays++) {
		ssize_t got = readv(link->fd, parts, 3);

		if (got < 0)
			return errno == EAGAIN || errno == EINTR ? 0 : -1;
		if (got <= before || !is_ip(&ethernet))
			continue;
		leave_ethernet(&frame->header);
		return got - before;
	}
	return 0;
}

/* ---- writing ---- */

/* What is neither version goes as IPv4, and the host throws it away. */
static uint16_t ethernet_type(const struct link_frame *frame)
{
	return frame->len > 0 && frame->bytes[0] >> 4 == 6 ? ETH_P_IPV6 : ETH_P_IP;
}

static int packet_write(const struct link *link, const struct link_frame *frame)
{
	struct virtio_net_hdr header = frame->header;
	struct ethhdr ethernet = { .h_proto = htons(ethernet_type(frame)) };
	const struct iovec parts[] = { { &header, sizeof(header) }, { &ethernet, sizeof(ethernet) },
				       { frame->bytes, frame->len } };

	enter_ethernet(&header);
	memcpy(ethernet.h_dest, link->far, ETH_ALEN);
	memcpy(ethernet.h_source, link->near, ETH_ALEN);
	return writev(link->fd, parts, 3) < 0 ? errno : 0;
}

/* Reading them sets the kernel's counters back. */
static uint64_t packet_take_lost(const struct link *link)
{
	struct tpacket_stats counted = { .tp_drops = 0 };
	socklen_t len = sizeof(counted);

	if (getsockopt(link->fd, SOL_PACKET, PACKET_STATISTICS, &counted, &len) != 0)
		return 0;
	return counted.tp_drops;
}

const struct link_ops link_packet_ops = {
	.name = "veth",
	.prepare = packet_prepare,
	.read = packet_read,
	.write = packet_write,
	.set_offload = NULL,
	.take_lost = packet_take_lost,
};
