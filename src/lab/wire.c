#include "lab/wire.h"

#include <arpa/inet.h>
#include <math.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "lab/wire_flight.h"
#include "lab/wire_hand.h"
#include "lab/wire_pass.h"
#include "lab/wire_tell.h"
#include "packet/decode.h"
#include "world/segments.h"

enum { PREFIX_IPV4 = 24, PREFIX_IPV6 = 64 };

static void on_timer(int fd, short what, void *context)
{
	(void)fd;
	(void)what;
	wire_turn(context);
}

struct wire *wire_new(struct event_base *base, const struct world *world, const struct wire_ops *ops, void *owner)
{
	struct wire *wire = xcalloc(1, sizeof(*wire));

	*wire = (struct wire){
		.base = base,
		.world = world,
		.ops = ops,
		.owner = owner,
		.folds = true,
		.timer_due = EVENT_NO_REAL,
		.buffer = xmalloc(WIRE_PACKET_MOST),
		.piece = xmalloc(WIRE_PACKET_MOST),
		.scratch = xmalloc(WIRE_PACKET_MOST),
	};
	wire_rules_init(&wire->rules);
	wire_connections_init(&wire->connections);
	wire_summary_init(&wire->summary);
	wire->timer = evtimer_new(base, on_timer, wire);
	if (wire->timer == NULL)
		die("the event loop takes no further timer");
	return wire;
}

static void free_host(struct wire_host *host)
{
	if (host->readable != NULL)
		event_free(host->readable);
	free(host->addresses);
	free(host->name);
	free(host);
}

void wire_free(struct wire *wire)
{
	while (wire->held.oldest != NULL) {
		struct wire_packet *packet = wire->held.oldest;

		wire_list_remove(&wire->held, packet);
		wire_packet_free(packet);
	}
	wire_flight_release(wire);
	wire_connections_release(&wire->connections);
	wire_summary_release(&wire->summary);
	wire_rules_release(&wire->rules);
	for (size_t i = 0; i < wire->host_count; i++)
		free_host(wire->hosts[i]);
	free(wire->hosts);
	event_free(wire->timer);
	free(wire->buffer);
	free(wire->piece);
	free(wire->scratch);
	free(wire);
}

/* ---- hosts ---- */

/* "10.0.0.1/24"; false if it is no address. The word is changed. */
static bool read_address(char *word, struct wire_address *address)
{
	char *slash = strchr(word, '/');

	*address = (struct wire_address){ .version = 4, .prefix = PREFIX_IPV4 };
	if (slash != NULL)
		*slash = '\0';
	if (inet_pton(AF_INET, word, address->addr.bytes) != 1) {
		*address = (struct wire_address){ .version = 6, .prefix = PREFIX_IPV6 };
		if (inet_pton(AF_INET6, word, address->addr.bytes) != 1)
			return false;
	}
	if (slash != NULL)
		address->prefix = (uint8_t)strtoul(slash + 1, NULL, 10);
	return address->prefix <= (address->version == 4 ? 32 : 128);
}

static void add_addresses(struct wire_host *host, const char *addresses)
{
	char *words = xstrdup(addresses), *rest = words, *word;
	struct wire_address address;

	while ((word = strsep(&rest, " ")) != NULL) {
		if (*word == '\0' || !read_address(word, &address))
			continue;
		host->addresses = array_grow(host->addresses, host->address_count, &host->address_room,
					     sizeof(*host->addresses));
		host->addresses[host->address_count++] = address;
	}
	free(words);
}

int wire_add_host(struct wire *wire, const char *name, const char *addresses, const struct wire_link_ops *ops,
		  void *link)
{
	struct wire_host *host = xcalloc(1, sizeof(*host));

	*host = (struct wire_host){
		.wire = wire, .index = (int)wire->host_count, .name = xstrdup(name), .ops = ops, .link = link, .fd = -1,
	};
	add_addresses(host, addresses);
	wire->hosts = array_grow(wire->hosts, wire->host_count, &wire->host_room, sizeof(struct wire_host *));
	wire->hosts[wire->host_count++] = host;
	wire->offloads = false;
	wire_set_offloads(wire);
	return host->index;
}

int wire_host_number(const struct wire *wire, const char *name)
{
	for (size_t i = 0; i < wire->host_count; i++)
		if (string_is(wire->hosts[i]->name, name))
			return (int)i;
	return -1;
}

static void end_link(struct wire_host *host)
{
	struct event event;

	host->has_ended = true;
	if (host->readable != NULL)
		event_del(host->readable);
	event_init(&event, EVENT_error);
	event.error.text = text_format("the link of %s has ended", host->name);
	host->wire->ops->event(host->wire->owner, &event);
}

/* Reads one packet into the wire's buffer; false: there is none. */
static bool read_link(struct wire_host *host, struct wire_packet *packet)
{
	struct link_frame frame = { .bytes = host->wire->buffer, .room = WIRE_PACKET_MOST };
	ssize_t len = 0;

	if (host->has_ended)
		return false;
	if (host->ops->read_frame != NULL)
		len = host->ops->read_frame(host->link, &frame);
	else
		len = host->ops->read(host->link, host->wire->buffer, WIRE_PACKET_MOST);
	if (len < 0)
		end_link(host);
	if (len <= 0)
		return false;
	*packet = wire_packet_from(host->index, host->wire->buffer, (size_t)len);
	if (frame.header.gso_size != 0)
		packet->header = frame.header;
	else if ((frame.header.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) != 0)
		packet_mend_checksums(host->wire->buffer, (size_t)len);
	return true;
}

static double now_of(const struct wire *wire)
{
	return wire->ops->now(wire->owner);
}

/* Passes on what the host has sent, one packet at least, until that moment; true if the last was one of a flood. */
static bool read_host(struct wire_host *host, double until)
{
	struct wire_packet packet = { .untold = false };

	for (int i = 0; i < WIRE_READS_A_TURN && read_link(host, &packet); i++) {
		wire_pass(host->wire, &packet);
		if (now_of(host->wire) >= until)
			break;
	}
	return packet.untold;
}

/*
 * In a flood the next packet is near: to be woken for each, on a processor that slept meanwhile, would take longer than
 * to pass it on. So the links are read on until none has had a packet for WIRE_SPIN; others may run in between.
 */
static void spin(struct wire *wire, double until)
{
	double last = now_of(wire), time = last;
	int rounds = WIRE_SPIN_ROUNDS;

	while (rounds-- > 0 && time < last + WIRE_SPIN && time < until) {
		for (size_t i = 0; i < wire->host_count; i++)
			if (read_host(wire->hosts[i], until))
				last = time;
		if (last < time)
			sched_yield();
		time = now_of(wire);
	}
}

static void on_readable(int fd, short what, void *context)
{
	struct wire_host *host = context;
	double until = now_of(host->wire) + WIRE_TURN;

	(void)fd;
	(void)what;
	if (read_host(host, until))
		spin(host->wire, until);
	wire_set_timer(host->wire);
}

void wire_watch_link(struct wire *wire, int host_number, int fd)
{
	struct wire_host *host = wire->hosts[host_number];

	host->fd = fd;
	host->readable = event_new(wire->base, fd, EV_READ | EV_PERSIST, on_readable, host);
	if (host->readable == NULL || event_add(host->readable, NULL) != 0)
		die("the event loop takes no further descriptor");
}

void wire_read_now(struct wire *wire, int host)
{
	read_host(wire->hosts[host], INFINITY);
	wire_set_timer(wire);
}

void wire_take(struct wire *wire, int host, const void *bytes, size_t len)
{
	struct wire_packet packet = wire_packet_from(host, bytes, len > WIRE_PACKET_MOST ? WIRE_PACKET_MOST : len);

	wire_pass(wire, &packet);
	wire_set_timer(wire);
}

/* ---- hold and flow ---- */

/* What a host has sent until now: read before any of it is delivered, for what answers that comes after. */
static void gather(struct wire_host *host, struct wire_list *gathered)
{
	struct wire_packet packet;

	for (int i = 0; i < WIRE_GATHERED_MOST && read_link(host, &packet); i++)
		wire_list_append(gathered, wire_packet_keep(&packet));
}

void wire_hold(struct wire *wire)
{
	struct wire_list gathered = { 0 };

	if (!wire->holds) {
		for (size_t i = 0; i < wire->host_count; i++)
			gather(wire->hosts[i], &gathered);
		wire->dropped_for_full = 0;
	}
	while (gathered.oldest != NULL) {
		struct wire_packet *packet = gathered.oldest;

		wire_list_remove(&gathered, packet);
		wire_pass(wire, packet);
		wire_packet_free(packet);
	}
	/* Nothing that comes now would overtake these. */
	wire_flight_resume(wire);
	if (wire->summary.count > 0)
		wire_tell_sums(wire);
	wire->holds = true;
	wire_set_offloads(wire);
	wire_tell_mode(wire);
	wire_set_timer(wire);
}

void wire_flow(struct wire *wire)
{
	wire->holds = false;
	wire->dropped_for_full = 0;
	wire_set_offloads(wire);
	wire_tell_mode(wire);
	wire_set_timer(wire);
}

static bool is_readable(const struct wire_host *host)
{
	struct pollfd poll_fd = { .fd = host->fd, .events = POLLIN };

	return !host->has_ended && host->fd >= 0 && poll(&poll_fd, 1, 0) > 0 && (poll_fd.revents & POLLIN) != 0;
}

bool wire_is_quiet(const struct wire *wire)
{
	if (wire_is_busy(wire))
		return false;
	for (size_t i = 0; i < wire->host_count; i++)
		if (is_readable(wire->hosts[i]))
			return false;
	return true;
}

bool wire_nobody_overtakes(struct wire *wire)
{
	bool any = wire_flight_resume(wire);

	wire_set_timer(wire);
	return any;
}

int64_t wire_oldest(const struct wire *wire)
{
	return wire->held.oldest == NULL ? 0 : wire->held.oldest->n;
}

/* ---- one segment ---- */

static struct wire_packet *find_held(const struct wire *wire, int64_t n, struct text *message)
{
	struct wire_packet *packet = wire_list_find(&wire->held, n);
	const struct world_segment *known = n == 0 ? NULL : world_segment(wire->world, n);

	if (packet != NULL)
		return packet;
	if (n == 0)
		text_add(message, "nothing is held on the wire");
	else if (known != NULL)
		text_addf(message, "#%lld is not held: it was %s", (long long)n, known->told.segment.verdict);
	else
		text_addf(message, "there is no segment #%lld on the wire", (long long)n);
	return NULL;
}

bool wire_deliver(struct wire *wire, int64_t n, struct text *message)
{
	struct wire_packet *packet = find_held(wire, n, message);

	if (packet == NULL)
		return false;
	wire_release(wire, packet);
	wire_set_timer(wire);
	return true;
}

bool wire_drop(struct wire *wire, int64_t n, struct text *message)
{
	struct wire_packet *packet = find_held(wire, n, message);

	if (packet == NULL)
		return false;
	wire_discard(wire, packet, NULL);
	wire_set_timer(wire);
	return true;
}

/* Who is called so in an event. */
static int receiver_by_name(const struct wire *wire, const char *name)
{
	int host = wire_host_number(wire, name);

	if (host >= 0)
		return host;
	return string_is(name, "*") ? WIRE_EVERYBODY : string_is(name, "router") ? WIRE_ROUTER : WIRE_NOBODY;
}

/* One that is held no more, from what the world has of it; its bytes are the world's. */
static bool find_passed(const struct wire *wire, int64_t n, struct wire_packet *packet, struct text *message)
{
	const struct world_segment *known = world_segment(wire->world, n);
	const struct event_segment *told = known == NULL ? NULL : &known->told.segment;

	if (told == NULL || told->packet.bytes == NULL) {
		text_addf(message, "there is no segment #%lld that could be copied", (long long)n);
		return false;
	}
	*packet = wire_packet_from(receiver_by_name(wire, told->from), told->packet.bytes, told->packet.len);
	packet->to = receiver_by_name(wire, told->to);
	packet->copy_of = n;
	packet->injected = told->info != NULL && strstr(told->info, "injected") != NULL;
	return true;
}

/* A super-frame of the past: its header is no more, so it goes as one large packet with its checksum. */
static void fill_checksum(struct wire_packet *packet)
{
	struct packet decoded;

	packet_decode(&decoded, packet->bytes, packet->len);
	if (packet_has_tcp(&decoded) && decoded.tcp.checksum_state == CHECKSUM_NOT_FILLED)
		packet_mend_checksums(wire_packet_bytes(packet), packet->len);
}

bool wire_duplicate(struct wire *wire, int64_t n, int64_t *copy_n, struct text *message)
{
	const struct wire_packet *held = wire_list_find(&wire->held, n);
	struct wire_packet copy, *kept;

	if (n == 0 && held == NULL)
		return find_held(wire, n, message) != NULL;
	if (held == NULL) {
		if (!find_passed(wire, n, &copy, message))
			return false;
	} else {
		copy = wire_packet_from(held->from, held->bytes, held->len);
		copy.to = held->to;
		copy.copy_of = held->n;
		copy.injected = held->injected;
		copy.corrupted = held->corrupted;
	}
	/* With bytes of its own: what is told may change the world that it reads. */
	kept = wire_packet_keep(&copy);
	if (held == NULL)
		fill_checksum(kept);
	wire_pass_copy(wire, kept);
	*copy_n = kept->n;
	wire_packet_free(kept);
	wire_set_timer(wire);
	return true;
}

/* Where a bit is changed: in the data, else in the checksum of the transport, else of the IP header. */
static size_t weak_spot(const struct packet *decoded, size_t len)
{
	size_t transport = decoded->transport_offset;

	if (decoded->payload_captured > 0)
		return decoded->payload_offset;
	if (packet_has_tcp(decoded))
		return transport + 16;
	if (decoded->transport == PACKET_UDP && packet_has_transport(decoded))
		return transport + 6;
	if (packet_has_transport(decoded))
		return transport + 2;
	return len > 10 ? 10 : len - 1;
}

bool wire_corrupt(struct wire *wire, int64_t n, struct text *message)
{
	struct wire_packet *packet = find_held(wire, n, message);
	struct packet decoded;

	if (packet == NULL)
		return false;
	if (packet->corrupted) {
		text_addf(message, "#%lld is corrupted already", (long long)packet->n);
		return false;
	}
	packet_decode(&decoded, packet->bytes, packet->len);
	wire_packet_bytes(packet)[weak_spot(&decoded, packet->len)] ^= 0x01;
	packet->corrupted = true;
	packet_decode(&decoded, packet->bytes, packet->len);
	wire_tell(wire, packet, &decoded, "held", NULL);
	return true;
}

/* ---- segments of one's own ---- */

int64_t wire_inject(struct wire *wire, int host, const void *bytes, size_t len)
{
	struct wire_packet packet = wire_packet_from(host, bytes, len > WIRE_PACKET_MOST ? WIRE_PACKET_MOST : len);

	packet.injected = true;
	wire_pass(wire, &packet);
	wire_set_timer(wire);
	return wire->n;
}

bool wire_fill_plan(const struct wire *wire, struct packet_plan *plan)
{
	struct packet asked = { .ip = { .version = plan->version, .src = plan->src, .dst = plan->dst } };
	const struct wire_connection *connection;
	const struct track_way *from, *to;
	int way;

	asked.transport = PACKET_TCP;
	asked.tcp.src_port = plan->src_port;
	asked.tcp.dst_port = plan->dst_port;
	asked.tcp.header_len = 20;
	connection = wire_connection_known(&wire->connections, &asked, &way);
	if (connection == NULL)
		return false;
	from = &connection->track.ways[way];
	to = &connection->track.ways[1 - way];
	plan->seq = from->has_sent ? from->next : from->base + (from->has_base ? 1 : 0);
	plan->ack = to->has_sent ? to->next : to->base + (to->has_base ? 1 : 0);
	plan->window = from->window;
	return true;
}

/* ---- settings ---- */

static bool find_host(const struct wire *wire, const char *name, int *host, struct text *message)
{
	*host = WIRE_ANY;
	if (name == NULL || string_is(name, "*"))
		return true;
	*host = wire_host_number(wire, name);
	if (*host < 0)
		text_addf(message, "there is no host %s on the wire", name);
	return *host >= 0;
}

bool wire_set(struct wire *wire, const struct wire_wish *wish, struct text *message)
{
	struct wire_rule rule = { .setting = wish->setting, .value = wish->value };

	if (!find_host(wire, wish->from, &rule.from, message) || !find_host(wire, wish->to, &rule.to, message))
		return false;
	wire_rules_set(&wire->rules, &rule);
	wire_set_offloads(wire);
	wire_tell_mode(wire);
	return true;
}

void wire_set_seed(struct wire *wire, uint64_t seed)
{
	wire->seed = seed;
	for (size_t i = 0; i < wire->path_count; i++)
		wire_flight_seed(wire, &wire->paths[i]);
	wire_tell_mode(wire);
}

void wire_set_fold(struct wire *wire, bool on)
{
	wire->folds = on;
	wire_tell_mode(wire);
}

void wire_set_background(struct wire *wire, bool on)
{
	wire->background = on;
	wire_tell_mode(wire);
}

bool wire_cut(struct wire *wire, const char *host, bool cut, struct text *message)
{
	int number = wire_host_number(wire, host);

	if (number < 0) {
		text_addf(message, "there is no host %s on the wire", host);
		return false;
	}
	wire->hosts[number]->is_cut = cut;
	wire_tell_mode(wire);
	return true;
}

/* ---- in words ---- */

static void describe_held(const struct wire *wire, size_t most, struct text *out)
{
	const struct wire_packet *packet = wire->held.oldest;

	for (size_t i = 0; i < most && packet != NULL; i++, packet = packet->newer) {
		const struct world_segment *known = world_segment(wire->world, packet->n);

		if (known == NULL)
			continue;
		world_segment_line(out, &known->told.segment);
		text_add_char(out, '\n');
	}
	if (wire->held.count > most)
		text_addf(out, "... and %zu more\n", wire->held.count - most);
}

void wire_describe(const struct wire *wire, size_t most, struct text *out)
{
	struct text settings;

	if (wire->holds)
		text_addf(out, "wire held, %zu waiting", wire->held.count);
	else
		text_add(out, "wire flows");
	if (wire_is_busy(wire) || wire_flight_count(wire) > 0)
		text_addf(out, ", %zu under way", wire_flight_count(wire) + (wire->holds ? 0 : wire->held.count));
	if (wire->dropped_for_full > 0)
		text_addf(out, ", %lld dropped since it was full", (long long)wire->dropped_for_full);
	text_add_char(out, '\n');
	text_init(&settings);
	wire_describe_settings(wire, &settings);
	if (settings.len > 0)
		text_addf(out, "%s\n", settings.data);
	text_release(&settings);
	describe_held(wire, most, out);
}
