#include "lab/link.h"

#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "packet/checksum.h"

static const struct link_ops *const kinds[] = { &link_tun_ops, &link_packet_ops };

bool link_open(struct link *link, const char *kind, int fd, unsigned mtu, struct text *message)
{
	*link = (struct link){ .fd = fd, .mtu = mtu };
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (string_is(kinds[i]->name, kind))
			link->ops = kinds[i];
	if (link->ops == NULL)
		text_addf(message, "there is no kind of link %s", kind);
	if (link->ops != NULL && link->ops->prepare(link, message))
		return true;
	link_release(link);
	return false;
}

void link_release(struct link *link)
{
	close(link->fd);
	*link = (struct link){ .fd = -1 };
}

/* ---- packets ---- */

ssize_t link_read_frame(struct link *link, struct link_frame *frame)
{
	ssize_t len = link->ops->read(link, frame);

	frame->len = len > 0 ? (size_t)len : 0;
	frame->header.flags &= VIRTIO_NET_HDR_F_NEEDS_CSUM;
	return len;
}

int link_write_frame(struct link *link, const struct link_frame *frame)
{
	return link->ops->write(link, frame);
}

/* The field itself holds the sum of the pseudo-header, as virtio_net.h has it. */
static void fill_checksum(struct link_frame *frame)
{
	size_t start = frame->header.csum_start, field = start + frame->header.csum_offset;
	uint16_t sum;

	if (start >= frame->len || field + sizeof(sum) > frame->len)
		return;
	sum = checksum_finish(checksum_add(0, frame->bytes + start, frame->len - start));
	/* RFC 768: in UDP 0 would say that there is none; elsewhere both mean the same. */
	if (sum == 0)
		sum = UINT16_MAX;
	frame->bytes[field] = (unsigned char)(sum >> 8);
	frame->bytes[field + 1] = (unsigned char)sum;
}

ssize_t link_read(struct link *link, void *bytes, size_t room)
{
	struct link_frame frame = { .bytes = bytes, .room = room };
	ssize_t len = link_read_frame(link, &frame);

	if (len > 0 && (frame.header.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) != 0)
		fill_checksum(&frame);
	return len;
}

int link_write(struct link *link, const void *bytes, size_t len)
{
	union {
		const void *in;
		unsigned char *out;
	} both = { .in = bytes };
	const struct link_frame frame = { .bytes = both.out, .room = len, .len = len };

	return link_write_frame(link, &frame);
}

/* ---- offloads ---- */

void link_note_offload(struct link *link, bool on)
{
	link->offload = on;
}

bool link_set_offload(struct link *link, bool on)
{
	if (link->offload == on)
		return true;
	if (link->ops->set_offload == NULL || !link->ops->set_offload(link, on))
		return false;
	link->offload = on;
	return true;
}

size_t link_frame_segments(const struct link_frame *frame)
{
	const struct virtio_net_hdr *header = &frame->header;

	if (header->gso_type == VIRTIO_NET_HDR_GSO_NONE || header->gso_size == 0 || frame->len <= header->hdr_len)
		return 1;
	return (frame->len - header->hdr_len + header->gso_size - 1) / header->gso_size;
}

uint64_t link_lost(struct link *link)
{
	link->lost += link->ops->take_lost(link);
	return link->lost;
}
