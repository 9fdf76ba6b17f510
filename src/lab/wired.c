#include "lab/wired.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "lab/quiet.h"
#include "packet/decode.h"

static bool is(const char *text, const char *word)
{
	return text != NULL && string_is(text, word);
}

/* ---- the near end of a link ---- */

static ssize_t read_link(void *context, void *bytes, size_t room)
{
	struct lab_host *host = context;

	return link_read(&host->link, bytes, room);
}

static int write_link(void *context, const void *bytes, size_t len)
{
	struct lab_host *host = context;

	return link_write(&host->link, bytes, len);
}

static ssize_t read_frame(void *context, struct link_frame *frame)
{
	struct lab_host *host = context;

	return link_read_frame(&host->link, frame);
}

static int write_frame(void *context, const struct link_frame *frame)
{
	struct lab_host *host = context;

	return link_write_frame(&host->link, frame);
}

/* A pair of links is asked by way of the agent, who answers to a token that nobody waits for. */
static void set_offload(void *context, bool on)
{
	struct lab_host *host = context;
	struct lab *lab = host->lab;
	char *request;

	if (link_set_offload(&host->link, on))
		return;
	request = text_format("offload %s %s", host->name, on ? "on" : "off");
	lab_send(&lab->agent_stream, ++lab->token, request);
	link_note_offload(&host->link, on);
	free(request);
}

static const struct wire_link_ops link_ops = {
	.read = read_link,
	.write = write_link,
	.read_frame = read_frame,
	.write_frame = write_frame,
	.set_offload = set_offload,
};

/* ---- which sockets a segment belongs to ---- */

static int protocol_of(const struct event_segment *segment)
{
	if (is(segment->proto, "tcp"))
		return IPPROTO_TCP;
	return is(segment->proto, "udp") ? IPPROTO_UDP : 0;
}

static bool addresses_of(const struct event_segment *segment, struct address *source, struct address *destination)
{
	return segment->src != NULL && segment->dst != NULL && address_read(source, segment->src, AF_INET) &&
	       address_read(destination, segment->dst, AF_INET);
}

/* The sender's socket, before the segment is told: it is that socket's change which sent it. */
static void look_at_sender(struct lab *lab, const struct event_segment *segment)
{
	struct lab_host *host = segment->from == NULL ? NULL : lab_host_by_name(lab, segment->from);
	struct address source, destination;

	if (host != NULL && protocol_of(segment) == IPPROTO_TCP && addresses_of(segment, &source, &destination))
		lookout_look_at_pair(&host->lookout, IPPROTO_TCP, &source, &destination);
}

/* The receiver's, of a sum: of each segment that it is the sum of it was only said that it was delivered. */
static void look_at_receiver_of_sum(struct lab *lab, const struct event_segment *segment)
{
	struct lab_host *host = segment->to == NULL ? NULL : lab_host_by_name(lab, segment->to);
	bool is_sum = segment->segments != EVENT_NO_INT && segment->flags == NULL;
	struct address source, destination;

	if (is_sum && host != NULL && protocol_of(segment) == IPPROTO_TCP &&
	    addresses_of(segment, &source, &destination))
		lookout_look_at_pair(&host->lookout, IPPROTO_TCP, &destination, &source);
}

/* A segment is new when it is told for the first time; the world has those that were told before. */
static bool is_new(const struct lab *lab, const struct event_segment *segment)
{
	return segment->n > lab->last_segment;
}

static void take_event(void *owner, struct event *event)
{
	struct lab *lab = owner;

	if (event->kind == EVENT_segment && is_new(lab, &event->segment)) {
		lab->last_segment = event->segment.n;
		look_at_sender(lab, &event->segment);
		look_at_receiver_of_sum(lab, &event->segment);
		quiet_disturb(lab);
	}
	lab_tell(lab, event);
}

/* What only acknowledges was sent by the kernel itself. */
static bool is_sent_by_call(const struct event_segment *segment)
{
	return segment->len > 0 || segment->flags == NULL || strstr(segment->flags, "SYN") != NULL ||
	       strstr(segment->flags, "FIN") != NULL || strstr(segment->flags, "RST") != NULL;
}

static struct event_cause find_cause(void *owner, const char *host_name, const struct event_segment *segment)
{
	const struct lab *lab = owner;
	const struct lab_host *host = lab_host_by_name(lab, host_name);
	struct event_cause cause = { .kind = CAUSE_UNKNOWN };
	struct address source, destination;

	if (host == NULL || !is_sent_by_call(segment) || !addresses_of(segment, &source, &destination))
		return cause;
	cause.number =
		lab_sending_call(lab, lookout_cookie(&host->lookout, protocol_of(segment), &source, &destination));
	if (cause.number != EVENT_NO_INT)
		cause.kind = CAUSE_CALL;
	return cause;
}

static struct address address_of_packet(const struct packet *packet, const struct packet_addr *addr, uint16_t port)
{
	struct in6_addr in6;
	struct in_addr in;

	if (packet->ip.version == 6) {
		memcpy(&in6, addr->bytes, sizeof(in6));
		return address_of_in6(in6, port);
	}
	memcpy(&in, addr->bytes, sizeof(in));
	return address_of_in(in, port);
}

/* The receiver's socket, in the moment after the kernel had the segment: what changed was changed by it. */
static void look_at_receiver(void *owner, const char *host_name, int64_t n, const struct packet *packet)
{
	struct lab *lab = owner;
	struct lab_host *host = lab_host_by_name(lab, host_name);
	struct address source, destination;
	uint16_t source_port, destination_port;

	quiet_disturb(lab);
	if (n == 0 || host == NULL || !packet_has_tcp(packet) || !packet_ports(packet, &source_port, &destination_port))
		return;
	source = address_of_packet(packet, &packet->ip.src, source_port);
	destination = address_of_packet(packet, &packet->ip.dst, destination_port);
	host->arrived = n;
	lookout_look_at_pair(&host->lookout, IPPROTO_TCP, &destination, &source);
	host->arrived = EVENT_NO_INT;
}

static void take_settled(void *owner)
{
	quiet_go_on(owner);
}

static double now(void *owner)
{
	struct lab *lab = owner;

	return lab->ops->now(lab->owner);
}

static const struct wire_ops wire_ops = {
	.now = now,
	.event = take_event,
	.cause = find_cause,
	.delivered = look_at_receiver,
	.settled = take_settled,
};

void wired_open(struct lab *lab)
{
	lab->wire = wire_new(lab->base, lab->world, &wire_ops, lab);
}

/* ---- hosts ---- */

/* The descriptor that the word names, by its place in "link diag". */
static int take_descriptor(struct lab *lab, const char *words, const char *word)
{
	return words != NULL && strstr(words, word) != NULL ? stream_take_descriptor(&lab->agent_stream) : -1;
}

static void tell_trouble(struct lab *lab, const char *host, const char *why)
{
	struct event event;

	event_init(&event, EVENT_error);
	event.error.text = text_format("%s: %s", host, why);
	lab_tell(lab, &event);
}

static void join_wire(struct lab *lab, struct lab_host *host, const struct event_host *event, int fd)
{
	struct text message;
	int number;

	text_init(&message);
	host->has_link = fd >= 0 && link_open(&host->link, event->link == NULL ? "" : event->link, fd,
					       (unsigned)event->mtu, &message);
	if (host->has_link) {
		number = wire_add_host(lab->wire, host->name, event->addresses == NULL ? "" : event->addresses,
				       &link_ops, host);
		wire_watch_link(lab->wire, number, host->link.fd);
	} else {
		tell_trouble(lab, host->name, message.len > 0 ? message.data : "it came without its link");
	}
	text_release(&message);
}

void wired_take_host(struct lab *lab, struct event *event)
{
	int link = take_descriptor(lab, event->host.descriptors, "link");
	int asked = take_descriptor(lab, event->host.descriptors, "diag");
	struct lab_host *host;
	struct event kept;
	struct diag diag;

	if (asked >= 0)
		diag_of_fd(&diag, asked, -1);
	event_copy(&kept, event);
	lab_tell(lab, event);
	host = lab_add_host(lab, kept.host.host, asked >= 0 ? &diag : NULL);
	join_wire(lab, host, &kept.host, link);
	event_release(&kept);
}
