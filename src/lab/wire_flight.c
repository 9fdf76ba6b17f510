#include "lab/wire_flight.h"

#include <stdlib.h>

#include "base/mem.h"
#include "lab/wire_hand.h"
#include "lab/wire_random.h"
#include "lab/wire_tell.h"
#include "packet/decode.h"

/* What chance has for a packet: always drawn whole, so that a setting that is changed does not shift the others. */
struct luck {
	double loss, duplicate, reorder, jitter;
};

void wire_flight_seed(const struct wire *wire, struct wire_path *path)
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
	wire_flight_seed(wire, path);
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

static double rule_value(const struct wire *wire, enum wire_setting which, const struct wire_path *path)
{
	return wire_rules_get(&wire->rules, which, path->from, path->to);
}

/* When the last bit of it will have left, at the rate that is set. */
static double leaves(struct wire *wire, struct wire_path *path, size_t len, double now)
{
	double rate = rule_value(wire, WIRE_RATE, path);

	if (rate <= 0)
		return now;
	if (path->rate_free < now)
		path->rate_free = now;
	path->rate_free += (double)len * 8 / rate;
	return path->rate_free;
}

/* When it arrives. None overtakes another by that. */
static double arrives(struct wire *wire, struct wire_path *path, size_t len, const struct luck *luck)
{
	double now = wire_now(wire);
	double due = leaves(wire, path, len, now) + rule_value(wire, WIRE_DELAY, path);

	due += rule_value(wire, WIRE_JITTER, path) * (2 * luck->jitter - 1);
	if (due < now)
		due = now;
	if (due < path->last_due)
		due = path->last_due;
	path->last_due = due;
	return due;
}

static void take_off(struct wire *wire, struct wire_path *path, struct wire_packet *kept)
{
	wire_heap_add(&wire->flights, kept);
	path->waiting++;
}

static struct wire_packet *keep(struct wire *wire, struct wire_packet *packet, const struct packet *decoded, double due)
{
	struct wire_packet *kept;

	wire_verdict(wire, packet, decoded, "delayed", NULL);
	kept = wire_packet_keep(packet);
	kept->due = due;
	/* It may be forgotten until the packet arrives. */
	kept->connection = NULL;
	return kept;
}

static void fly(struct wire *wire, struct wire_packet *packet, const struct packet *decoded, double due)
{
	struct wire_path *path = path_of(wire, packet->from, packet->to);

	if (due <= wire_now(wire) && path->waiting == 0)
		wire_hand_over(wire, packet, decoded);
	else if (!wire_drops_for_full(wire, packet, decoded))
		take_off(wire, path, keep(wire, packet, decoded, due));
}

static void arrive(struct wire *wire, struct wire_packet *packet)
{
	struct packet decoded;

	packet_decode(&decoded, packet->bytes, packet->len);
	if (!packet->injected)
		wire_find_connection(wire, packet, &decoded);
	wire_hand_over(wire, packet, &decoded);
	wire_packet_free(packet);
}

static void land(struct wire *wire)
{
	struct wire_packet *packet = wire_heap_take(&wire->flights);

	path_of(wire, packet->from, packet->to)->waiting--;
	arrive(wire, packet);
}

/* ---- to be overtaken ---- */

static void step_aside(struct wire *wire, struct wire_path *path, struct wire_packet *kept)
{
	path->aside = kept;
	path->aside_until = wire_now(wire) + WIRE_ASIDE;
	path->aside_turns = WIRE_ASIDE_TURNS;
	wire->aside_count++;
}

/* It goes on, just behind what has overtaken it. */
static void resume(struct wire *wire, struct wire_path *path)
{
	struct wire_packet *packet = path->aside;

	path->aside = NULL;
	wire->aside_count--;
	if (packet->due < path->last_due)
		packet->due = path->last_due;
	if (packet->due <= wire_now(wire) && path->waiting == 0)
		arrive(wire, packet);
	else
		take_off(wire, path, packet);
}

/* Should we have been stopped for long, what overtakes may be there, and is only not read yet: hence several turns. */
static void resume_late(struct wire *wire, double now)
{
	for (size_t i = 0; i < wire->path_count && wire->aside_count > 0; i++) {
		struct wire_path *path = &wire->paths[i];

		if (path->aside == NULL || path->aside_until > now)
			continue;
		path->aside_until = now + WIRE_ASIDE;
		if (--path->aside_turns == 0)
			resume(wire, path);
	}
}

bool wire_flight_resume(struct wire *wire)
{
	bool any = wire->aside_count > 0;

	for (size_t i = 0; i < wire->path_count; i++)
		if (wire->paths[i].aside != NULL)
			resume(wire, &wire->paths[i]);
	return any;
}

/* ---- one packet ---- */

/* By chance or for want of room: what drops it, NULL if nothing does. */
static char *drops(const struct wire *wire, const struct wire_path *path, const struct luck *luck)
{
	double loss = rule_value(wire, WIRE_LOSS, path), queue = rule_value(wire, WIRE_QUEUE, path);

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
	wire_find_connection(wire, &copy, decoded);
	wire_number(wire, &copy, decoded);
	fly(wire, &copy, decoded, due);
}

/* The one that is overtaken has stepped aside before; its copy, if it has one, does not wait for it. */
static void go(struct wire *wire, struct wire_packet *packet, const struct packet *decoded, const struct luck *luck)
{
	struct wire_path *path = path_of(wire, packet->from, packet->to);
	double due = arrives(wire, path, packet->len, luck);
	bool overtakes = path->aside != NULL;

	if (!overtakes && luck->reorder < rule_value(wire, WIRE_REORDER, path))
		step_aside(wire, path, keep(wire, packet, decoded, due));
	else
		fly(wire, packet, decoded, due);
	if (luck->duplicate < rule_value(wire, WIRE_DUPLICATE, path))
		duplicate(wire, packet, decoded, due);
	if (overtakes)
		resume(wire, path);
}

void wire_flight_begin(struct wire *wire, struct wire_packet *packet, const struct packet *decoded)
{
	struct wire_path *path;
	struct luck luck;
	char *why;

	if (wire->rules.count == 0 && wire_flight_count(wire) == 0) {
		wire_hand_over(wire, packet, decoded);
		return;
	}
	path = path_of(wire, packet->from, packet->to);
	luck = draw(path);
	why = drops(wire, path, &luck);
	if (why == NULL)
		go(wire, packet, decoded, &luck);
	else
		wire_verdict(wire, packet, decoded, "dropped", why);
	free(why);
}

/* ---- time ---- */

int wire_flight_land(struct wire *wire, double now, int most)
{
	while (wire->flights.queue.count > 0 && wire_heap_first(&wire->flights)->due <= now && most > 0) {
		land(wire);
		most--;
	}
	resume_late(wire, now);
	return most;
}

double wire_flight_due(const struct wire *wire)
{
	double due = wire->flights.queue.count > 0 ? wire_heap_first(&wire->flights)->due : EVENT_NO_REAL;

	for (size_t i = 0; i < wire->path_count && wire->aside_count > 0; i++) {
		const struct wire_path *path = &wire->paths[i];

		if (path->aside != NULL && (due < 0 || path->aside_until < due))
			due = path->aside_until;
	}
	return due;
}

size_t wire_flight_count(const struct wire *wire)
{
	return wire->flights.queue.count + wire->aside_count;
}

void wire_flight_release(struct wire *wire)
{
	for (size_t i = 0; i < wire->path_count; i++)
		if (wire->paths[i].aside != NULL)
			wire_packet_free(wire->paths[i].aside);
	free(wire->paths);
	wire_heap_release(&wire->flights);
}
