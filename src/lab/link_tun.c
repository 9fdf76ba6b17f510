/*
 * A link that is a TUN device (Documentation/networking/tuntap): each read and write is a struct virtio_net_hdr and a
 * packet (IFF_NO_PI, IFF_VNET_HDR). The descriptor works wherever it is, the device stays in the host's namespace.
 */
#include <errno.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

#include "lab/link.h"

static bool tun_prepare(struct link *link, struct text *message)
{
	struct ifreq device;

	if (ioctl(link->fd, TUNGETIFF, &device) == 0 && (device.ifr_flags & IFF_VNET_HDR) != 0)
		return true;
	text_addf(message, "this is no TUN device with headers: %s", strerror(errno));
	return false;
}

static ssize_t tun_read(struct link *link, struct link_frame *frame)
{
	const struct iovec parts[] = { { &frame->header, sizeof(frame->header) }, { frame->bytes, frame->room } };
	ssize_t got = readv(link->fd, parts, 2);

	if (got >= (ssize_t)sizeof(frame->header))
		return got - (ssize_t)sizeof(frame->header);
	return got < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

static int tun_write(const struct link *link, const struct link_frame *frame)
{
	struct virtio_net_hdr header = frame->header;
	const struct iovec parts[] = { { &header, sizeof(header) }, { frame->bytes, frame->len } };

	return writev(link->fd, parts, 2) < 0 ? errno : 0;
}

/* The kernel checks no right here: who has the descriptor may. */
static bool tun_set_offload(const struct link *link, bool on)
{
	const unsigned long tcp = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN;

	return ioctl(link->fd, TUNSETOFFLOAD, on ? tcp : 0UL) == 0;
}

static uint64_t tun_take_lost(const struct link *link)
{
	(void)link;
	return 0;
}

const struct link_ops link_tun_ops = {
	.name = "tun",
	.prepare = tun_prepare,
	.read = tun_read,
	.write = tun_write,
	.set_offload = tun_set_offload,
	.take_lost = tun_take_lost,
};
