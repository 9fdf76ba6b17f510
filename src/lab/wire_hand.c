#include "lab/wire_hand.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "lab/wire_tell.h"
#include "packet/decode.h"

/* RFC 791, RFC 8200 */
enum { IPV4_HEADER = 20, IPV4_DESTINATION = 16, IPV4_ADDRESS = 4 };
enum { IPV6_HEADER = 40, IPV6_DESTINATION = 24, IPV6_ADDRESS = 16 };

struct wire_packet wire_packet_from(int host, const void *bytes, size_t len)
{
	return (struct wire_packet){ .from = host, .to = WIRE_NOBODY, .bytes = bytes, .len = len, .sent = 1 };
}

double wire_now(const struct wire *wire)
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

int wire_route(const struct wire *wire, const struct packet *decoded)
{
	if (decoded->ip.version == 0)
		return WIRE_NOBODY;
	return is_multicast(&decoded->ip) ? WIRE_EVERYBODY : host_of(wire, &decoded->ip);
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

/* By its IP header's own two fields; what is not whole has no such host. */
static int find_receiver(const struct wire *wire, const struct wire_packet *packet)
{
	struct packet_ip ip = { .version = packet->len == 0 ? 0 : packet->bytes[0] >> 4 };

	if (ip.version == 4 && packet->len >= IPV4_HEADER)
		memcpy(ip.dst.bytes, packet->bytes + IPV4_DESTINATION, IPV4_ADDRESS);
	else if (ip.version == 6 && packet->len >= IPV6_HEADER)
		memcpy(ip.dst.bytes, packet->bytes + IPV6_DESTINATION, IPV6_ADDRESS);
	else
		return WIRE_NOBODY;
	return host_of(wire, &ip);
}

void wire_hand_first(const struct wire *wire, struct wire_packet *packet)
{
	int to = find_receiver(wire, packet);

	if (to < 0 || packet->from < 0 || wire->hosts[packet->from]->is_cut)
		return;
	packet->to = to;
	packet->is_handed = true;
	packet->handed_error = hand_to(wire, to, packet);
}

/* Why it could not be handed over: what the link said, or that there is no way. NULL: it could. */
static char *hand_over(const struct wire *wire, const struct wire_packet *packet)
{
	int result = packet->handed_error;

	if (packet->to == WIRE_NOBODY)
		return xstrdup("no host has the address");
	if (packet->is_handed) {
		/* It was done before all else. */
	} else if (packet->to >= 0) {
		result = hand_to(wire, packet->to, packet);
	} else {
		result = -1;
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

void wire_verdict(struct wire *wire, struct wire_packet *packet, const struct packet *decoded, const char *verdict,
		  const char *why)
{
	if (packet->was_told)
		wire_tell(wire, packet, decoded, verdict, why);
	else
		wire_tell_first(wire, packet, decoded, verdict, why);
	packet->was_told = true;
}

void wire_hand_over(struct wire *wire, struct wire_packet *packet, const struct packet *decoded)
{
	char *why = hand_over(wire, packet);

	if (why == NULL && packet->connection != NULL)
		wire_connection_delivered(packet, wire_now(wire));
	wire_verdict(wire, packet, decoded, why == NULL ? "delivered" : "dropped", why);
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

void wire_find_connection(struct wire *wire, struct wire_packet *packet, const struct packet *decoded)
{
	packet->connection = NULL;
	if (is_followed(decoded) && packet->to != WIRE_EVERYBODY)
		packet->connection = wire_connection_of(&wire->connections, decoded, &packet->way);
	if (packet->connection != NULL)
		wire_connection_place(packet, decoded);
}

void wire_number(struct wire *wire, struct wire_packet *packet, const struct packet *decoded)
{
	double now = wire_now(wire);
	uint64_t time = (uint64_t)(now * 1e9);

	packet->n = ++wire->n;
	packet->came = now;
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

/* ---- room ---- */

static bool is_full(const struct wire *wire, size_t len)
{
	return wire->held.count + wire->flights.queue.count >= WIRE_HELD_MOST
		|| wire->held.bytes + wire->flights.bytes + wire_packet_size(len) > WIRE_BYTES_MOST;
}

bool wire_drops_for_full(struct wire *wire, struct wire_packet *packet, const struct packet *decoded)
{
	char *why;

	if (!is_full(wire, packet->len))
		return false;
	why = text_format("the wire is full: %zu wait", wire->held.count + wire->flights.queue.count);
	wire->dropped_for_full++;
	wire_verdict(wire, packet, decoded, "dropped", why);
	free(why);
	return true;
}
