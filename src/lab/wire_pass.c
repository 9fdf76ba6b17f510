#include "lab/wire_pass.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "lab/wire_random.h"
#include "lab/wire_tell.h"
#include "packet/answer.h"
#include "packet/build.h"
#include "packet/decode.h"

/* What chance has for a packet: always drawn whole, so that a setting that is changed does not shift the others. */
struct luck {
	double loss, duplicate, reorder, jitter;
};

struct wire_packet wire_packet_from(int host, const void *bytes, size_t len)
{
	return (struct wire_packet){ .from = host, .to = WIRE_NOBODY, .bytes = bytes, .len = len, .sent = 1 };
}

static double now_of(const struct wire *wire)
{
	return wire->ops->now(wire->owner);
}

/* ---- where to ---- */

static bool bits_are_one(const uint8_t *bytes, unsigned first, unsigned end)
{
	for (unsigned bit = first; bit < end; bit++)
		if ((bytes[bit / 8] >> (7 - bit % 8) & 1) == 0)
			return false;
	return true;
}

static bool same_bits(const uint8_t *a, const uint8_t *b, unsigned count)
{
	unsigned whole = count / 8, rest = count % 8;

	if (memcmp(a, b, whole) != 0)
		return false;
	return rest == 0 || (a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

/* The broadcast address of a network that has one: all bits behind the prefix set (RFC 919). */
static bool is_broadcast_of(const struct wire_address *address, const struct packet_addr *dst)
{
	return address->version == 4 && address->prefix < 31
		&& same_bits(address->addr.bytes, dst->bytes, address->prefix)
		&& bits_are_one(dst->bytes, address->prefix, 32);
}

static bool is_multicast(const struct packet_ip *ip)
{
	if (ip->version == 6)
		return ip->dst.bytes[0] == 0xff;
	return (ip->dst.bytes[0] & 0xf0) == 0xe0 || bits_are_one(ip->dst.bytes, 0, 32);
}

/* The host that has the address; WIRE_EVERYBODY if it is a broadcast address of one. */
static int host_of(const struct wire *wire, const struct packet_ip *ip)
{
	int found = WIRE_NOBODY;

	for (size_t i = 0; i < wire->host_count; i++)
		for (size_t j = 0; j < wire->hosts[i]->address_count; j++) {
			const struct wire_address *address = &wire->hosts[i]->addresses[j];

			if (address->version != ip->version)
				continue;
			if (memcmp(&address->addr, &ip->dst, sizeof(ip->dst)) == 0)
				return (int)i;
			if (is_broadcast_of(address, &ip->dst))
				found = WIRE_EVERYBODY;
		}
	return found;
}

static int route(const struct wire *wire, const struct packet *decoded)
{
	if (decoded->ip.version == 0)
		return WIRE_NOBODY;
	return is_multicast(&decoded->ip) ? WIRE_EVERYBODY : host_of(wire, &decoded->ip);
}

/*
 * Traffic of the kernel's own that no call asked for: multicast reports (IGMP, RFC 3376; MLD, RFC 3810) and neighbour
 * discovery with its duplicate address detection (RFC 4861, 4862), but for redirects, which routers send.
 */
static bool is_background(const struct packet *decoded)
{
	uint8_t type = decoded->icmp.type;

	if (decoded->ip.version == 4)
		return decoded->ip.protocol == IPPROTO_IGMP;
	if (decoded->transport != PACKET_ICMPV6)
		return false;
	return (type >= 130 && type <= 136) || type == 143;
}

/* ---- handing over ---- */

static int write_frame(const struct wire_host *host, const struct wire_packet *packet)
{
	struct link_frame frame = { .room = packet->len, .len = packet->len, .header = packet->header };

	/* A link changes nothing of what it writes, though the frame's bytes are not const for the sake of reading. */
	memcpy(&frame.bytes, &packet->bytes, sizeof(frame.bytes));
	return host->ops->write_frame(host->link, &frame);
}

static int hand_to(const struct wire *wire, int to, const struct wire_packet *packet)
{
	const struct wire_host *host = wire->hosts[to];

	if (host->is_cut || host->has_ended)
		return -1;
	if (packet->header.gso_size != 0 && host->ops->write_frame != NULL)
		return write_frame(host, packet);
	return host->ops->write(host->link, packet->bytes, packet->len);
}

/* Why it could not be handed over: what the link said, or that there is no way. NULL: it could. */
static char *hand_over(const struct wire *wire, const struct wire_packet *packet)
{
	int result = -1;

	if (packet->to == WIRE_NOBODY)
		return xstrdup("no host has the address");
	if (packet->to >= 0) {
		result = hand_to(wire, packet->to, packet);
	} else {
		for (size_t i = 0; i < wire->host_count; i++)
			if ((int)i != packet->from && hand_to(wire, (int)i, packet) == 0)
				result = 0;
	}
	if (result == 0)
		return NULL;
	return result > 0 ? text_format("the link takes it not: %s", strerror(result))
			  : text_format("%s is cut off", wire_name(wire, packet->to));
}

/* Of a flood only what changes a state is worth a look at once; the rest is looked at when its sum is told. */
static bool is_worth_a_look(const struct wire_packet *packet, const struct packet *decoded)
{
	return !packet->untold ||
	       (packet_has_tcp(decoded) && (decoded->tcp.flags & (FLAG_SYN | FLAG_FIN | FLAG_RST)) != 0);
}

static void say_delivered(const struct wire *wire, const struct wire_packet *packet, const struct packet *decoded)
{
	bool looks = is_worth_a_look(packet, decoded);

	if (wire->ops->delivered == NULL)
		return;
	for (size_t i = 0; i < wire->host_count; i++)
		if (packet->to == (int)i || (packet->to == WIRE_EVERYBODY && packet->from != (int)i))
			wire->ops->delivered(wire->owner, wire->hosts[i]->name, looks ? packet->n : 0, decoded);
}

static void tell(struct wire *wire, struct wire_packet *packet, const struct packet *decoded, const char *verdict,
		 const char *why)
{
	if (packet->was_told)
		wire_tell(wire, packet, decoded, verdict, why);
	else
		wire_tell_first(wire, packet, decoded, verdict, why);
	packet->was_told = true;
}

static void deliver(struct wire *wire, struct wire_packet *packet, const struct packet *decoded)
{
	char *why = hand_over(wire, packet);

	if (why == NULL && packet->connection != NULL)
		wire_connection_delivered(packet, now_of(wire));
	tell(wire, packet, decoded, why == NULL ? "delivered" : "dropped", why);
	if (why == NULL)
		say_delivered(wire, packet, decoded);
	free(why);
}

/* ---- numbers ---- */

/* A fragment is no segment: what it holds of one may be a part of its data. */
static bool is_followed(const struct packet *decoded)
{
	return packet_has_tcp(decoded) && !decoded->ip.is_fragment;
}

static void find_connection(struct wire *wire, struct wire_packet *packet, const struct packet *decoded)
{
	packet->connection = NULL;
	if (is_followed(decoded) && packet->to != WIRE_EVERYBODY)
		packet->connection = wire_connection_of(&wire->connections, decoded, &packet->way);
	if (packet->connection != NULL)
		wire_connection_place(packet, decoded);
}

/* Gives it its number, and what is to be said of it in its connection. */
static void number(struct wire *wire, struct wire_packet *packet, const struct packet *decoded)
{
	uint64_t time = (uint64_t)(now_of(wire) * 1e9);

	packet->n = ++wire->n;
	if (packet->connection == NULL)
		return;
	if (packet->copy_of == 0 && !packet->injected)
		packet->connection->ways[packet->way].came = (double)time / 1e9;
	packet->note = track_add(&packet->connection->track, decoded, (uint64_t)packet->n, time);
	packet->has_note = true;
	/* What was injected is not what the sender sent, nor will he send it again. */
	if (packet->injected)
		packet->connection = NULL;
}

/* ---- holding ---- */

static bool is_full(const struct wire *wire, size_t len)
{
	return wire->held.count + wire->flights.count >= WIRE_HELD_MOST
		|| wire->held.bytes + wire->flights.bytes + wire_packet_size(len) > WIRE_BYTES_MOST;
}

static void drop_for_full(struct wire *wire, struct wire_packet *packet, const struct packet *decoded)
{
	char *why = text_format("the wire is full: %zu wait", wire->held.count + wire->flights.count);

	tell(wire, packet, decoded, "dropped", why);
	free(why);
}

static void hold(struct wire *wire, struct wire_packet *packet, const struct packet *decoded)
{
	struct wire_packet *kept;

	if (is_full(wire, packet->len)) {
		drop_for_full(wire, packet, decoded);
		return;
	}
	kept = wire_packet_keep(packet);
	wire_list_append(&wire->held, kept);
	if (kept->connection != NULL)
		wire_connection_hold(kept);
	tell(wire, kept, decoded, "held", NULL);
}

static void unhold(struct wire *wire, struct wire_packet *held)
{
	wire_list_remove(&wire->held, held);
	if (held->connection != NULL)
		wire_connection_unhold(held);
}

void wire_release(struct wire *wire, struct wire_packet *held)
{
	struct packet decoded;

	packet_decode(&decoded, held->bytes, held->len);
	unhold(wire, held);
	deliver(wire, held, &decoded);
	wire_packet_free(held);
}

void wire_discard(struct wire *wire, struct wire_packet *held, const char *why)
{
	struct packet decoded;

	packet_decode(&decoded, held->bytes, held->len);
	unhold(wire, held);
	tell(wire, held, &decoded, "dropped", why);
	wire_packet_free(held);
}

/* Counts a retransmission that brings nothing new on the segment that it repeats. */
static bool fold(struct wire *wire, const struct wire_packet *packet)
{
	struct wire_repeat repeat;
	struct packet decoded;

	if (!wire->folds || !wire->holds || packet->injected || packet->connection == NULL)
		return false;
	repeat = wire_connection_repeat(packet, now_of(wire));
	if (!repeat.is_one)
		return false;
	if (repeat.held == NULL) {
		wire_tell_sent_again(wire, repeat.n);
		return true;
	}
	repeat.held->sent++;
	packet_decode(&decoded, repeat.held->bytes, repeat.held->len);
	tell(wire, repeat.held, &decoded, "held", NULL);
	return true;
}

/* ---- flowing ---- */

void wire_seed_path(const struct wire *wire, struct wire_path *path)
{
	path->random = random_seed(wire->seed, wire_name(wire, path->from), wire_name(wire, path->to));
}

static struct wire_path *path_of(struct wire *wire, int from, int to)
{
	struct wire_path *path;

	for (size_t i = 0; i < wire->path_count; i++)
		if (wire->paths[i].from == from && wire->paths[i].to == to)
			return &wire->paths[i];
	wire->paths = array_grow(wire->paths, wire->path_count, &wire->path_room, sizeof(*wire->paths));
	path = &wire->paths[wire->path_count++];
	path->from = from;
	path->to = to;
	wire_seed_path(wire, path);
	return path;
}

static struct luck draw(struct wire_path *path)
{
	struct luck luck;

	luck.loss = random_share(&path->random);
	luck.duplicate = random_share(&path->random);
	luck.reorder = random_share(&path->random);
	luck.jitter = random_share(&path->random);
	return luck;
}

static double setting(const struct wire *wire, enum wire_setting which, const struct wire_path *path)
{
	return wire_rules_get(&wire->rules, which, path->from, path->to);
}

/* When the last bit of it will have left, at the rate that is set. */
static double leaves(struct wire *wire, struct wire_path *path, size_t len, double now)
{
	double rate = setting(wire, WIRE_RATE, path);

	if (rate <= 0)
		return now;
	if (path->rate_free < now)
		path->rate_free = now;
	path->rate_free += (double)len * 8 / rate;
	return path->rate_free;
}

/* When it arrives. None overtakes another, but those that chance holds back are overtaken. */
static double arrives(struct wire *wire, struct wire_path *path, size_t len, const struct luck *luck)
{
	double now = now_of(wire);
	double due = leaves(wire, path, len, now) + setting(wire, WIRE_DELAY, path);

	due += setting(wire, WIRE_JITTER, path) * (2 * luck->jitter - 1);
	if (due < now)
		due = now;
	if (luck->reorder < setting(wire, WIRE_REORDER, path))
		return (due > path->last_due ? due : path->last_due) + WIRE_REORDER_WAIT;
	if (due < path->last_due)
		due = path->last_due;
	path->last_due = due;
	return due;
}

static void fly(struct wire *wire, struct wire_packet *packet, const struct packet *decoded, double due)
{
	struct wire_path *path = path_of(wire, packet->from, packet->to);
	struct wire_packet *kept;

	if (due <= now_of(wire) && path->waiting == 0) {
		deliver(wire, packet, decoded);
		return;
	}
	if (is_full(wire, packet->len)) {
		drop_for_full(wire, packet, decoded);
		return;
	}
	tell(wire, packet, decoded, "delayed", NULL);
	kept = wire_packet_keep(packet);
	kept->due = due;
	/* It may be forgotten until the packet arrives. */
	kept->connection = NULL;
	wire_heap_add(&wire->flights, kept);
	path->waiting++;
}

static void land(struct wire *wire)
{
	struct wire_packet *packet = wire_heap_take(&wire->flights);
	struct packet decoded;

	packet_decode(&decoded, packet->bytes, packet->len);
	path_of(wire, packet->from, packet->to)->waiting--;
	if (!packet->injected)
		find_connection(wire, packet, &decoded);
	deliver(wire, packet, &decoded);
	wire_packet_free(packet);
}

/* By chance or for want of room: what drops it, NULL if nothing does. */
static char *drops(const struct wire *wire, const struct wire_path *path, const struct luck *luck)
{
	double loss = setting(wire, WIRE_LOSS, path), queue = setting(wire, WIRE_QUEUE, path);

	if (luck->loss < loss)
		return text_format("loss %.10g%%", loss * 100);
	if (queue > 0 && (double)path->waiting >= queue)
		return text_format("the queue of %.0f is full", queue);
	return NULL;
}

static void duplicate(struct wire *wire, const struct wire_packet *packet, const struct packet *decoded, double due)
{
	struct wire_packet copy = wire_packet_from(packet->from, packet->bytes, packet->len);

	copy.to = packet->to;
	copy.copy_of = packet->n;
	find_connection(wire, &copy, decoded);
	number(wire, &copy, decoded);
	fly(wire, &copy, decoded, due);
}

static void flow(struct wire *wire, struct wire_packet *packet, const struct packet *decoded)
{
	struct wire_path *path;
	struct luck luck;
	char *why;
	bool doubled;
	double due;

	if (wire->rules.count == 0 && wire->flights.count == 0) {
		deliver(wire, packet, decoded);
		return;
	}
	path = path_of(wire, packet->from, packet->to);
	luck = draw(path);
	why = drops(wire, path, &luck);
	if (why != NULL) {
		tell(wire, packet, decoded, "dropped", why);
		free(why);
		return;
	}
	doubled = luck.duplicate < setting(wire, WIRE_DUPLICATE, path);
	due = arrives(wire, path, packet->len, &luck);
	fly(wire, packet, decoded, due);
	if (doubled)
		duplicate(wire, packet, decoded, due);
}

/* ---- too large ---- */

static void answer_too_large(struct wire *wire, const struct wire_packet *packet, uint32_t mtu)
{
	size_t len = packet_too_big(packet->bytes, packet->len, mtu, NULL, wire->scratch);
	struct wire_packet answer = wire_packet_from(WIRE_ROUTER, wire->scratch, len);

	if (len > 0)
		wire_pass(wire, &answer);
}

/* A router's part (RFC 791, RFC 1191, RFC 8200): cut it, or say that it is too large. True: that was done. */
static bool is_too_large(struct wire *wire, struct wire_packet *packet, const struct packet *decoded)
{
	uint32_t mtu = (uint32_t)wire_rules_get(&wire->rules, WIRE_MTU, packet->from, packet->to);
	size_t position = 0, len;
	char *why;

	if (mtu == 0 || packet->len <= mtu || packet->from == WIRE_ROUTER)
		return false;
	while ((len = packet_cut(packet->bytes, packet->len, mtu, &position, wire->scratch)) > 0) {
		struct wire_packet piece = wire_packet_from(packet->from, wire->scratch, len);

		piece.fragment = true;
		piece.injected = packet->injected;
		wire_pass(wire, &piece);
	}
	if (position > 0)
		return true;
	find_connection(wire, packet, decoded);
	number(wire, packet, decoded);
	why = text_format("larger than the mtu of %u", mtu);
	tell(wire, packet, decoded, "dropped", why);
	free(why);
	answer_too_large(wire, packet, mtu);
	return true;
}

/* ---- super-frames ---- */

/* Does the wire do nothing but pass on? */
static bool only_passes_on(const struct wire *wire)
{
	return !wire->holds && wire->held.count == 0 && wire->rules.count == 0 && wire->flights.count == 0;
}

void wire_set_offloads(struct wire *wire)
{
	bool wanted = !wire->holds && wire->rules.count == 0;

	if (wanted == wire->offloads)
		return;
	wire->offloads = wanted;
	for (size_t i = 0; i < wire->host_count; i++)
		if (wire->hosts[i]->ops->set_offload != NULL && !wire->hosts[i]->has_ended)
			wire->hosts[i]->ops->set_offload(wire->hosts[i]->link, wanted);
}

/* The segment that starts `offset` bytes into a super-frame's data, as a network card would make it. */
static size_t build_piece(const struct wire_packet *packet, const struct packet *decoded, uint32_t offset, uint8_t *out)
{
	struct packet_plan plan = packet_plan_of(decoded, packet->bytes);
	uint32_t size = packet->header.gso_size, left = decoded->payload_captured - offset;

	plan.data = packet->bytes + decoded->payload_offset + offset;
	plan.data_len = left < size ? left : size;
	plan.seq += offset;
	plan.id += offset / size;
	if (left > size)
		plan.flags &= (uint16_t)~(FLAG_FIN | FLAG_PSH);
	if (offset > 0)
		plan.flags &= (uint16_t)~FLAG_CWR;
	return packet_build(&plan, out, WIRE_PACKET_MOST);
}

/* Takes a super-frame apart where each segment counts; false: it is none, or may pass as it is. */
static bool take_apart(struct wire *wire, const struct wire_packet *packet, const struct packet *decoded)
{
	uint32_t size = packet->header.gso_size;

	if (size == 0 || !packet_has_tcp(decoded) || only_passes_on(wire))
		return false;
	for (uint32_t offset = 0; offset < decoded->payload_captured; offset += size) {
		size_t len = build_piece(packet, decoded, offset, wire->piece);
		struct wire_packet piece = wire_packet_from(packet->from, wire->piece, len);

		if (len > 0)
			wire_pass(wire, &piece);
	}
	return true;
}

/* ---- all of it ---- */

static void pass_background(struct wire *wire, struct wire_packet *packet, const struct packet *decoded)
{
	if (wire->background)
		packet->n = ++wire->n;
	if (wire->hosts[packet->from]->is_cut)
		tell(wire, packet, decoded, "dropped", "the sender is cut off");
	else
		deliver(wire, packet, decoded);
}

static const char *has_no_way(const struct wire *wire, const struct wire_packet *packet)
{
	if (packet->from >= 0 && wire->hosts[packet->from]->is_cut)
		return "the sender is cut off";
	return packet->to == WIRE_NOBODY ? "no host has the address" : NULL;
}

void wire_pass(struct wire *wire, struct wire_packet *packet)
{
	struct packet decoded;
	const char *why;

	if (packet->header.gso_size != 0)
		packet_decode_super_frame(&decoded, packet->bytes, packet->len);
	else
		packet_decode(&decoded, packet->bytes, packet->len);
	if (take_apart(wire, packet, &decoded))
		return;
	packet->to = route(wire, &decoded);
	if (packet->from >= 0 && !packet->injected && is_background(&decoded)) {
		pass_background(wire, packet, &decoded);
		return;
	}
	why = has_no_way(wire, packet);
	if (why == NULL && is_too_large(wire, packet, &decoded))
		return;
	find_connection(wire, packet, &decoded);
	if (why == NULL && fold(wire, packet))
		return;
	number(wire, packet, &decoded);
	if (why != NULL)
		tell(wire, packet, &decoded, "dropped", why);
	else if (wire->holds || wire->held.count > 0)
		hold(wire, packet, &decoded);
	else
		flow(wire, packet, &decoded);
}

void wire_pass_copy(struct wire *wire, struct wire_packet *copy)
{
	struct packet decoded;

	packet_decode(&decoded, copy->bytes, copy->len);
	find_connection(wire, copy, &decoded);
	number(wire, copy, &decoded);
	deliver(wire, copy, &decoded);
}

/* ---- time ---- */

bool wire_is_busy(const struct wire *wire)
{
	return wire->flights.count > 0 || (!wire->holds && wire->held.count > 0);
}

static double due_next(const struct wire *wire)
{
	double due = EVENT_NO_REAL;

	if (!wire->holds && wire->held.count > 0)
		return 0;
	if (wire->flights.count > 0)
		due = wire_heap_first(&wire->flights)->due;
	if (wire->summary.count > 0 && (due < 0 || wire->summary.tick < due))
		due = wire->summary.tick;
	return due;
}

void wire_set_timer(struct wire *wire)
{
	double due = due_next(wire), wait;
	struct timeval time;

	wire->was_busy = wire->was_busy || wire_is_busy(wire);
	if (due >= wire->timer_due && due <= wire->timer_due)
		return;
	wire->timer_due = due;
	if (due < 0) {
		evtimer_del(wire->timer);
		return;
	}
	wait = due - now_of(wire);
	wait = wait < 0 ? 0 : wait;
	time.tv_sec = (time_t)wait;
	/* Upward, so that it is due when the timer rings. */
	time.tv_usec = (suseconds_t)((wait - (double)time.tv_sec) * 1e6) + 1;
	evtimer_add(wire->timer, &time);
}

void wire_turn(struct wire *wire)
{
	double now = now_of(wire);
	int budget = WIRE_RELEASES_A_TURN;

	wire->timer_due = EVENT_NO_REAL;
	while (wire->flights.count > 0 && wire_heap_first(&wire->flights)->due <= now && budget-- > 0)
		land(wire);
	while (!wire->holds && wire->held.count > 0 && budget-- > 0)
		wire_release(wire, wire->held.oldest);
	if (wire->summary.count > 0 && wire->summary.tick <= now)
		wire_tell_sums(wire);
	wire_set_timer(wire);
	if (wire->was_busy && !wire_is_busy(wire)) {
		wire->was_busy = false;
		if (wire->ops->settled != NULL)
			wire->ops->settled(wire->owner);
	}
}
