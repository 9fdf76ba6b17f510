#include "lab/wire_pass.h"

#include <netinet/in.h>
#include <stdlib.h>

#include "base/mem.h"
#include "lab/wire_flight.h"
#include "lab/wire_hand.h"
#include "lab/wire_tell.h"
#include "packet/answer.h"
#include "packet/build.h"
#include "packet/decode.h"

/* ---- holding ---- */

static void hold(struct wire *wire, struct wire_packet *packet, const struct packet *decoded)
{
	struct wire_packet *kept;

	if (wire_drops_for_full(wire, packet, decoded))
		return;
	kept = wire_packet_keep(packet);
	wire_list_append(&wire->held, kept);
	if (kept->connection != NULL)
		wire_connection_hold(kept);
	wire_verdict(wire, kept, decoded, "held", NULL);
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
	wire_hand_over(wire, held, &decoded);
	wire_packet_free(held);
}

void wire_discard(struct wire *wire, struct wire_packet *held, const char *why)
{
	struct packet decoded;

	packet_decode(&decoded, held->bytes, held->len);
	unhold(wire, held);
	wire_verdict(wire, held, &decoded, "dropped", why);
	wire_packet_free(held);
}

/* Counts a retransmission that brings nothing new on the segment that it repeats. */
static bool fold(struct wire *wire, const struct wire_packet *packet)
{
	struct wire_repeat repeat;
	struct packet decoded;

	if (!wire->folds || !wire->holds || packet->injected || packet->connection == NULL)
		return false;
	repeat = wire_connection_repeat(packet, wire_now(wire));
	if (!repeat.is_one)
		return false;
	if (repeat.held == NULL) {
		wire_tell_sent_again(wire, repeat.n);
		return true;
	}
	repeat.held->sent++;
	packet_decode(&decoded, repeat.held->bytes, repeat.held->len);
	wire_verdict(wire, repeat.held, &decoded, "held", NULL);
	return true;
}

/* ---- too large ---- */

/* RFC 8200: no sender makes smaller ones, whatever it is told. */
enum { IPV6_LEAST_MTU = 1280 };

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
	wire_find_connection(wire, packet, decoded);
	wire_number(wire, packet, decoded);
	why = text_format("larger than the mtu of %u%s", mtu,
			  decoded->ip.version == 6 && mtu < IPV6_LEAST_MTU ? ", and IPv6 needs 1280" : "");
	wire_verdict(wire, packet, decoded, "dropped", why);
	free(why);
	answer_too_large(wire, packet, mtu);
	return true;
}

/* ---- super-frames ---- */

/* Does the wire do nothing but pass on? */
static bool only_passes_on(const struct wire *wire)
{
	return !wire->holds && wire->held.count == 0 && wire->rules.count == 0 &&
	       wire_flight_count(wire) == 0;
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

static void pass_background(struct wire *wire, struct wire_packet *packet, const struct packet *decoded)
{
	if (wire->background)
		packet->n = ++wire->n;
	if (wire->hosts[packet->from]->is_cut)
		wire_verdict(wire, packet, decoded, "dropped", "the sender is cut off");
	else
		wire_hand_over(wire, packet, decoded);
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

	if (only_passes_on(wire))
		wire_hand_first(wire, packet);
	if (packet->header.gso_size != 0)
		packet_decode_super_frame(&decoded, packet->bytes, packet->len);
	else
		packet_decode(&decoded, packet->bytes, packet->len);
	if (take_apart(wire, packet, &decoded))
		return;
	if (!packet->is_handed)
		packet->to = wire_route(wire, &decoded);
	if (packet->from >= 0 && !packet->injected && is_background(&decoded)) {
		pass_background(wire, packet, &decoded);
		return;
	}
	why = has_no_way(wire, packet);
	if (why == NULL && is_too_large(wire, packet, &decoded))
		return;
	wire_find_connection(wire, packet, &decoded);
	if (why == NULL && fold(wire, packet))
		return;
	wire_number(wire, packet, &decoded);
	if (why != NULL)
		wire_verdict(wire, packet, &decoded, "dropped", why);
	else if (wire->holds || wire->held.count > 0)
		hold(wire, packet, &decoded);
	else
		wire_flight_begin(wire, packet, &decoded);
}

void wire_pass_copy(struct wire *wire, struct wire_packet *copy)
{
	struct packet decoded;

	packet_decode(&decoded, copy->bytes, copy->len);
	wire_find_connection(wire, copy, &decoded);
	wire_number(wire, copy, &decoded);
	wire_hand_over(wire, copy, &decoded);
}

/* ---- time ---- */

bool wire_is_busy(const struct wire *wire)
{
	return wire->flights.queue.count > 0 || (!wire->holds && wire->held.count > 0);
}

static double due_next(const struct wire *wire)
{
	double due = wire_flight_due(wire);

	if (!wire->holds && wire->held.count > 0)
		return 0;
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
	wait = due - wire_now(wire);
	wait = wait < 0 ? 0 : wait;
	time.tv_sec = (time_t)wait;
	/* Upward, so that it is due when the timer rings. */
	time.tv_usec = (suseconds_t)((wait - (double)time.tv_sec) * 1e6) + 1;
	evtimer_add(wire->timer, &time);
}

void wire_turn(struct wire *wire)
{
	double now = wire_now(wire);
	int budget;

	wire->timer_due = EVENT_NO_REAL;
	budget = wire_flight_land(wire, now, WIRE_RELEASES_A_TURN);
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
