#include "wire_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "lab/wire_pass.h"
#include "packet/names.h"

static ssize_t take_outgoing(void *context, void *bytes, size_t room)
{
	struct bench_link *link = context;
	const struct bench_packet *packet;

	if (link->has_ended)
		return -1;
	if (link->outgoing_read == link->outgoing_count)
		return 0;
	packet = &link->outgoing[link->outgoing_read++];
	assert_true(packet->len <= room);
	memcpy(bytes, packet->bytes, packet->len);
	return (ssize_t)packet->len;
}

static int put_incoming(void *context, const void *bytes, size_t len)
{
	struct bench_link *link = context;
	struct bench_packet *packet;

	if (link->error != 0)
		return link->error;
	link->given++;
	if (link->incoming_count == BENCH_KEPT)
		return 0;
	packet = &link->incoming[link->incoming_count++];
	packet->len = len;
	memcpy(packet->bytes, bytes, len < sizeof(packet->bytes) ? len : sizeof(packet->bytes));
	return 0;
}

static ssize_t take_frame(void *context, struct link_frame *frame)
{
	struct bench_link *link = context;
	size_t next = link->outgoing_read;

	frame->header = (struct virtio_net_hdr){ 0 };
	if (next < link->outgoing_count)
		frame->header.gso_size = link->outgoing[next].gso_size;
	return take_outgoing(context, frame->bytes, frame->room);
}

static int put_frame(void *context, const struct link_frame *frame)
{
	struct bench_link *link = context;
	int result = put_incoming(context, frame->bytes, frame->len);

	if (result == 0 && link->incoming_count > 0)
		link->incoming[link->incoming_count - 1].gso_size = frame->header.gso_size;
	return result;
}

static void note_offload(void *context, bool on)
{
	((struct bench_link *)context)->offload = on;
}

static const struct wire_link_ops link_ops = {
	.read = take_outgoing, .write = put_incoming, .read_frame = take_frame, .write_frame = put_frame,
	.set_offload = note_offload,
};

static double bench_now(void *owner)
{
	return ((struct bench *)owner)->now;
}

static void bench_event(void *owner, struct event *event)
{
	struct bench *bench = owner;

	event->seq = ++bench->seq;
	event->t = bench->now;
	bench->events++;
	world_apply(&bench->world, event);
	if (bench->keeps_log)
		log_add(&bench->log, event);
	event_release(event);
}

static struct event_cause bench_cause(void *owner, const char *host, const struct event_segment *segment)
{
	(void)host;
	assert_non_null(segment->src);
	return ((struct bench *)owner)->cause;
}

static void bench_delivered(void *owner, const char *host, int64_t n, const struct packet *packet)
{
	(void)host;
	(void)packet;
	((struct bench *)owner)->deliveries++;
	((struct bench *)owner)->looks += n != 0;
}

static void bench_settled(void *owner)
{
	((struct bench *)owner)->settled++;
}

static const struct wire_ops ops = {
	.now = bench_now, .event = bench_event, .cause = bench_cause, .delivered = bench_delivered,
	.settled = bench_settled,
};

void bench_init(struct bench *bench)
{
	static const char *const addresses[BENCH_HOSTS] = {
		"10.0.0.1/24 fd00::1/64", "10.0.0.2/24 fd00::2/64", "10.0.0.3",
	};
	static const char *const names[BENCH_HOSTS] = { "client", "server", "other" };

	memset(bench, 0, sizeof(*bench));
	bench->now = 1;
	bench->keeps_log = true;
	bench->base = event_base_new();
	assert_non_null(bench->base);
	world_init(&bench->world);
	log_init(&bench->log);
	bench->wire = wire_new(bench->base, &bench->world, &ops, bench);
	for (int i = 0; i < BENCH_HOSTS; i++)
		assert_int_equal(wire_add_host(bench->wire, names[i], addresses[i], &link_ops, &bench->links[i]), i);
}

void bench_release(struct bench *bench)
{
	wire_free(bench->wire);
	world_release(&bench->world);
	log_release(&bench->log);
	event_base_free(bench->base);
}

/* When the wire's timer would ring; negative if it would not. */
static bool is_due(const struct bench *bench, double until)
{
	return bench->wire->timer_due >= 0 && bench->wire->timer_due <= until;
}

void bench_wait(struct bench *bench, double seconds)
{
	double until = bench->now + seconds;

	while (is_due(bench, until)) {
		if (bench->wire->timer_due > bench->now)
			bench->now = bench->wire->timer_due;
		wire_turn(bench->wire);
	}
	bench->now = until;
}

void bench_settle(struct bench *bench)
{
	bench_wait(bench, 0);
}

struct packet_plan bench_tcp(int from, int to, uint16_t flags, uint32_t seq, uint32_t ack)
{
	return (struct packet_plan){
		.version = 4, .protocol = 6, .dont_fragment = true,
		.src = { .bytes = { 10, 0, 0, (uint8_t)(from + 1) } },
		.dst = { .bytes = { 10, 0, 0, (uint8_t)(to + 1) } },
		.src_port = from == 0 ? 40000 : 80, .dst_port = from == 0 ? 80 : 40000,
		.flags = flags, .seq = seq, .ack = ack, .window = 64240,
	};
}

struct packet_plan bench_udp(int from, int to, size_t len)
{
	static const uint8_t zeros[60000] = { 0 };

	return (struct packet_plan){
		.version = 4, .protocol = 17,
		.src = { .bytes = { 10, 0, 0, (uint8_t)(from + 1) } },
		.dst = { .bytes = { 10, 0, 0, (uint8_t)(to + 1) } },
		.src_port = 5000, .dst_port = 9, .data = zeros, .data_len = len,
	};
}

int64_t bench_send(struct bench *bench, int from, const struct packet_plan *plan)
{
	static const size_t room = 65536;
	uint8_t *bytes = xmalloc(room);
	size_t len = packet_build(plan, bytes, room);

	assert_true(len > 0);
	wire_take(bench->wire, from, bytes, len);
	free(bytes);
	return bench->wire->n;
}

int64_t bench_say(struct bench *bench, int from, const char *flags, uint32_t seq, uint32_t ack, size_t len)
{
	static const uint8_t data[2000] = { 1, 2, 3 };
	uint32_t own = from == 0 ? 1000 : 5000, others = from == 0 ? 5000 : 1000;
	struct packet_plan plan = bench_tcp(from, from == 0 ? 1 : 0, 0, own + seq, 0);

	assert_true(flags_parse(&plan.flags, flags));
	if ((plan.flags & FLAG_ACK) != 0)
		plan.ack = others + ack;
	plan.data = data;
	plan.data_len = len;
	return bench_send(bench, from, &plan);
}

const struct event_segment *bench_told(const struct bench *bench, int64_t n)
{
	const struct world_segment *segment = world_segment(&bench->world, n);

	if (segment == NULL)
		fail_msg("there is no segment %lld", (long long)n);
	return segment == NULL ? NULL : &segment->told.segment;
}

char *bench_list(const struct bench *bench)
{
	const struct world_segments *segments = &bench->world.segments;
	struct text list;

	text_init(&list);
	for (size_t i = 0; i < segments->count; i++) {
		const struct event_segment *told = &world_segments_at(segments, i)->told.segment;

		text_addf(&list, "%s%lld %s", i == 0 ? "" : ", ", (long long)told->n, told->verdict);
		if (told->why != NULL)
			text_addf(&list, " (%s)", told->why);
		if (told->sent != EVENT_NO_INT)
			text_addf(&list, " x%lld", (long long)told->sent);
		if (told->copy_of != EVENT_NO_INT)
			text_addf(&list, " copy of %lld", (long long)told->copy_of);
	}
	return text_take(&list);
}
