#include "lab/wire_connection.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "packet/decode.h"

/* How many that cannot be forgotten are looked at for one that can. */
enum { EVICTION_TRIES = 64 };

void wire_connections_init(struct wire_connections *connections)
{
	*connections = (struct wire_connections){ 0 };
}

static void keep_nothing(void *connection)
{
	(void)connection;
}

void wire_connections_release(struct wire_connections *connections)
{
	tdestroy(connections->tree, keep_nothing);
	while (connections->oldest != NULL) {
		struct wire_connection *next = connections->oldest->newer;

		free(connections->oldest);
		connections->oldest = next;
	}
	wire_connections_init(connections);
}

/* ---- finding ---- */

static int compare_ends(const struct track_way *a, const struct track_way *b)
{
	if (a->port != b->port)
		return a->port < b->port ? -1 : 1;
	return memcmp(&a->addr, &b->addr, sizeof(a->addr));
}

/* The end that compares lower, so that both directions are one connection. */
static int lower_end(const struct track *track)
{
	return compare_ends(&track->ways[0], &track->ways[1]) <= 0 ? 0 : 1;
}

static int compare_connections(const void *left, const void *right)
{
	const struct track *a = &((const struct wire_connection *)left)->track;
	const struct track *b = &((const struct wire_connection *)right)->track;
	int low_a = lower_end(a), low_b = lower_end(b), order;

	if (a->version != b->version)
		return a->version < b->version ? -1 : 1;
	order = compare_ends(&a->ways[low_a], &b->ways[low_b]);
	return order != 0 ? order : compare_ends(&a->ways[1 - low_a], &b->ways[1 - low_b]);
}

static void unlink_connection(struct wire_connections *connections, struct wire_connection *connection)
{
	if (connection->older != NULL)
		connection->older->newer = connection->newer;
	else
		connections->oldest = connection->newer;
	if (connection->newer != NULL)
		connection->newer->older = connection->older;
	else
		connections->newest = connection->older;
}

static void link_newest(struct wire_connections *connections, struct wire_connection *connection)
{
	connection->older = connections->newest;
	connection->newer = NULL;
	if (connections->newest != NULL)
		connections->newest->newer = connection;
	else
		connections->oldest = connection;
	connections->newest = connection;
}

static bool is_held(const struct wire_connection *connection)
{
	return connection->ways[0].held + connection->ways[1].held > 0;
}

/* Forgets the one that was silent longest; false if something is held of those that were. */
static bool make_room(struct wire_connections *connections)
{
	for (int tries = 0; tries < EVICTION_TRIES && connections->oldest != NULL; tries++) {
		struct wire_connection *oldest = connections->oldest;

		unlink_connection(connections, oldest);
		if (is_held(oldest)) {
			link_newest(connections, oldest);
			continue;
		}
		tdelete(oldest, &connections->tree, compare_connections);
		free(oldest);
		connections->count--;
		return true;
	}
	return false;
}

static struct wire_connection *begin(struct wire_connections *connections, const struct packet *packet)
{
	struct wire_connection *connection;

	if (connections->count >= WIRE_CONNECTIONS_MOST && !make_room(connections))
		return NULL;
	connection = xcalloc(1, sizeof(*connection));
	track_init(&connection->track, packet);
	if (tsearch(connection, &connections->tree, compare_connections) == NULL)
		die("out of memory");
	link_newest(connections, connection);
	connections->count++;
	return connection;
}

struct wire_connection *wire_connection_known(const struct wire_connections *connections, const struct packet *packet,
					      int *way)
{
	struct wire_connection key = { .older = NULL };
	struct wire_connection *const *found;

	if (!packet_has_tcp(packet))
		return NULL;
	track_init(&key.track, packet);
	found = tfind(&key, &connections->tree, compare_connections);
	if (found == NULL)
		return NULL;
	*way = track_way_of(&(*found)->track, packet);
	return *found;
}

struct wire_connection *wire_connection_of(struct wire_connections *connections, const struct packet *packet, int *way)
{
	struct wire_connection *connection = wire_connection_known(connections, packet, way);

	if (connection == NULL && packet_has_tcp(packet)) {
		connection = begin(connections, packet);
		*way = 0;
	}
	if (connection == NULL)
		return NULL;
	unlink_connection(connections, connection);
	link_newest(connections, connection);
	return connection;
}

/* ---- what is held and what was delivered ---- */

static void refresh_known(struct wire_way *way)
{
	if (!way->known_is_stale)
		return;
	way->known = way->delivered;
	for (const struct wire_packet *packet = way->oldest; packet != NULL; packet = packet->way_newer)
		if (seq_span_len(&packet->span) > 0)
			seq_set_add(&way->known, &packet->span);
	way->known_is_stale = false;
}

void wire_connection_hold(struct wire_packet *packet)
{
	struct wire_way *way = &packet->connection->ways[packet->way];

	packet->way_older = way->newest;
	packet->way_newer = NULL;
	if (way->newest != NULL)
		way->newest->way_newer = packet;
	else
		way->oldest = packet;
	way->newest = packet;
	way->held++;
	if (seq_span_len(&packet->span) > 0 && !way->known_is_stale)
		seq_set_add(&way->known, &packet->span);
}

void wire_connection_unhold(struct wire_packet *packet)
{
	struct wire_way *way = &packet->connection->ways[packet->way];

	if (packet->way_older != NULL)
		packet->way_older->way_newer = packet->way_newer;
	else
		way->oldest = packet->way_newer;
	if (packet->way_newer != NULL)
		packet->way_newer->way_older = packet->way_older;
	else
		way->newest = packet->way_older;
	way->held--;
	way->known_is_stale = true;
}

void wire_connection_delivered(const struct wire_packet *packet, double now)
{
	struct wire_way *way = &packet->connection->ways[packet->way];
	bool is_other = packet->span.has_syn && way->delivered.has_syn && way->delivered.syn != packet->span.seq;

	if (packet->numbers.left == packet->numbers.right || packet->corrupted)
		return;
	/* The ports serve a new connection: what was delivered of the old one is not repeated by it. */
	if (is_other)
		memset(way->records, 0, sizeof(way->records));
	if (seq_span_len(&packet->span) > 0) {
		seq_set_add(&way->delivered, &packet->span);
		way->known_is_stale = true;
	}
	way->records[way->next_record] = (struct wire_record){
		.n = packet->copy_of != 0 ? packet->copy_of : packet->n, .numbers = packet->numbers, .time = now,
	};
	way->next_record = (way->next_record + 1) % WIRE_RECORDS;
}

/* ---- repetitions ---- */

static bool overlap(struct seq_range a, struct seq_range b)
{
	return seq_before(a.left, b.right) && seq_before(b.left, a.right);
}

/*
 * A keep-alive or window probe as Linux sends it: no data, at the number before the next one. (One with a byte of data
 * occupies that number, and needs no rule of its own.)
 */
static bool is_probe(const struct track_way *from, const struct packet *packet)
{
	return from->has_sent && packet->payload_len == 0 && packet->tcp.seq == from->next - 1
		&& (packet->tcp.flags & (FLAG_SYN | FLAG_FIN | FLAG_RST)) == 0;
}

static bool acks_more(const struct track_way *from, const struct packet *packet)
{
	return (packet->tcp.flags & FLAG_ACK) != 0 && (!from->has_ack || seq_before(from->ack, packet->tcp.ack));
}

void wire_connection_place(struct wire_packet *packet, const struct packet *decoded)
{
	packet->span = seq_span_of(decoded);
	packet->numbers = (struct seq_range){ .left = packet->span.seq, .right = seq_span_end(&packet->span) };
	packet->is_probe = is_probe(&packet->connection->track.ways[packet->way], decoded);
	packet->acks_more = acks_more(&packet->connection->track.ways[packet->way], decoded);
	if (packet->is_probe)
		packet->numbers.right = packet->numbers.left + 1;
}

static struct wire_packet *newest_held(const struct wire_way *way, struct seq_range numbers)
{
	struct wire_packet *packet = way->newest;

	while (packet != NULL && !overlap(packet->numbers, numbers))
		packet = packet->way_older;
	return packet;
}

static int64_t newest_delivered(const struct wire_way *way, struct seq_range numbers)
{
	int64_t newest = 0;

	for (size_t i = 0; i < WIRE_RECORDS; i++)
		if (way->records[i].n > newest && overlap(way->records[i].numbers, numbers))
			newest = way->records[i].n;
	return newest;
}

/* Was it delivered so lately that who received it may still be about to answer? What acknowledges more than before is
 * news: the SYN,ACK of a simultaneous open repeats the SYN. */
static bool is_unanswered(const struct wire_packet *packet, double now)
{
	const struct wire_way *way = &packet->connection->ways[packet->way];
	double answered = packet->connection->ways[1 - packet->way].came;

	for (size_t i = 0; i < WIRE_RECORDS && !packet->acks_more; i++) {
		const struct wire_record *record = &way->records[i];

		if (record->n != 0 && overlap(record->numbers, packet->numbers) && answered < record->time &&
		    record->time > now - WIRE_ANSWER_WAIT)
			return true;
	}
	return false;
}

struct wire_repeat wire_connection_repeat(const struct wire_packet *packet, double now)
{
	struct wire_way *way = &packet->connection->ways[packet->way];
	const struct wire_way *other = &packet->connection->ways[1 - packet->way];
	struct wire_repeat repeat = { .is_one = false };

	refresh_known(way);
	if (!packet->is_probe && !seq_set_covers(&way->known, &packet->span))
		return repeat;
	repeat.held = newest_held(way, packet->numbers);
	if (repeat.held == NULL && other->held == 0 && !is_unanswered(packet, now))
		return repeat;
	repeat.n = newest_delivered(way, packet->numbers);
	if (repeat.held != NULL && repeat.held->n > repeat.n)
		repeat.n = repeat.held->n;
	else
		repeat.held = NULL;
	repeat.is_one = repeat.n != 0;
	return repeat;
}
