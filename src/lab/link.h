/*
 * sockstep's end of the link into a lab host: what the host sends is read here, and what is written arrives there.
 * Raw IP packets, without a link header, one at a time; nothing waits, and nothing is allocated for a packet.
 *
 * Two kinds behind one set of operations: a TUN device (link_tun.c), and a packet socket on one end of a veth pair
 * (link_packet.c). The agent of the lab makes them and hands their descriptors over (side/lab_link.h).
 *
 * With offloads on, which only a flowing wire may have, a host hands over super-frames: many segments of one TCP
 * connection as one packet, longer than the MTU, with one checksum that is not filled in. Its `header` says so, and
 * goes along to the other host. What is not a super-frame is as a real wire carries it: its header is all zero.
 */
#ifndef SOCKSTEP_LAB_LINK_H
#define SOCKSTEP_LAB_LINK_H

#include <linux/virtio_net.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/text.h"

/* No longer packet comes. */
enum { LINK_FRAME_MAX = 65536 };

struct link_frame {
	unsigned char *bytes; /* from the first of the IP header on; the caller's (borrowed) */
	size_t room, len;
	/* flags (NEEDS_CSUM only), gso_type, hdr_len, gso_size, csum_start, csum_offset; offsets count from `bytes` */
	struct virtio_net_hdr header;
};

struct link;

struct link_ops {
	const char *name; /* of the kind, as the agent tells it in its host event */
	bool (*prepare)(struct link *link, struct text *message);
	ssize_t (*read)(struct link *link, struct link_frame *frame);
	int (*write)(const struct link *link, const struct link_frame *frame);
	/* NULL: the descriptor cannot do it, the agent can (its request `offload`). */
	bool (*set_offload)(const struct link *link, bool on);
	uint64_t (*take_lost)(const struct link *link);
};

struct link {
	const struct link_ops *ops;
	int fd; /* (owned) readable when there is a packet */
	unsigned mtu;
	bool offload;                  /* super-frames may come */
	uint64_t lost;
	unsigned char near[6], far[6]; /* hardware addresses, of a packet socket: ours, the host's */
};

extern const struct link_ops link_tun_ops, link_packet_ops;

/* `kind` is "tun" or "veth", the descriptor is taken over. False with a message, the descriptor being closed. */
bool link_open(struct link *link, const char *kind, int fd, unsigned mtu, struct text *message);
void link_release(struct link *link);

/* The next packet, with room for LINK_FRAME_MAX bytes (more would be cut off): its length; 0: none now; -1: the link
 * has ended. */
ssize_t link_read_frame(struct link *link, struct link_frame *frame);
/* 0, or the errno for which the kernel did not take it: EAGAIN (no room now), EMSGSIZE, EINVAL (no IP packet), or the
 * link has ended. */
int link_write_frame(struct link *link, const struct link_frame *frame);
/* The same for those who do not want to know of super-frames: one that comes although offloads are off, since it was on
 * its way, has its checksum filled in. */
ssize_t link_read(struct link *link, void *bytes, size_t room);
int link_write(struct link *link, const void *bytes, size_t len);

/* May super-frames come? False: this kind is asked by way of the agent, which has to be done (and then told here by
 * link_note_offload()), or the kernel refuses; nothing has changed. */
bool link_set_offload(struct link *link, bool on);
void link_note_offload(struct link *link, bool on);
/* How many segments it stands for: 1, if it is no super-frame. */
size_t link_frame_segments(const struct link_frame *frame);
/* Packets that the kernel threw away because they were not read in time, since the link was opened; always 0 of TUN,
 * which does not tell. */
uint64_t link_lost(struct link *link);

#endif
