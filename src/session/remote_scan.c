/*
 * -z: who listens, port by port, and what each answered; with -i on one port, a probe: how long connect() takes, again
 * and again until Ctrl-C, or until -W answers have come.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "session/attempt.h"
#include "session/race.h"

struct scan {
	uint16_t *ports; /* (owned) in their order */
	size_t count, next;
	size_t address;  /* of the port under way */
	long open;
	bool probe;
	double *times;   /* (owned) seconds, of the probe's answers */
	size_t time_count, time_room;
	long tries;
};

void scan_free(struct scan *scan)
{
	if (scan == NULL)
		return;
	free(scan->ports);
	free(scan->times);
	free(scan);
}

/* ---- ports ---- */

/* In random order none is twice (Fisher and Yates); by whom it can be foreseen does not matter. */
static void shuffle(struct scan *scan)
{
	for (size_t i = scan->count; i > 1; i--) {
		size_t other = (size_t)random() % i;
		uint16_t port = scan->ports[i - 1];

		scan->ports[i - 1] = scan->ports[other];
		scan->ports[other] = port;
	}
}

static struct scan *new_scan(const struct dial *dial)
{
	const struct remote *remote = dial->remote;
	uint16_t first = remote->port_first, last = remote->port_last;
	struct scan *scan = xcalloc(1, sizeof(*scan));

	if (first == 0 && dial->count > 0)
		first = last = address_port(&dial->addresses[0]); /* by its name */
	scan->count = (size_t)(last - first) + 1;
	scan->ports = xcalloc(scan->count, sizeof(*scan->ports));
	for (size_t i = 0; i < scan->count; i++)
		scan->ports[i] = (uint16_t)(first + i);
	scan->probe = remote->interval >= 0 && scan->count == 1;
	return scan;
}

/* ---- the probe ---- */

static int by_size(const void *a, const void *b)
{
	double first = *(const double *)a, second = *(const double *)b;

	return (first > second) - (first < second);
}

/* The least time that is at least as long as that part of all (the nearest rank). */
static double quantile(const struct scan *scan, double part)
{
	double exact = part * (double)scan->time_count;
	size_t rank = (size_t)exact;

	rank += (double)rank < exact;
	return scan->times[rank == 0 ? 0 : rank - 1];
}

static void say_times(struct session *session, struct scan *scan)
{
	session_say(session, "%ld connects, %zu answered", scan->tries, scan->time_count);
	if (scan->time_count == 0)
		return;
	qsort(scan->times, scan->time_count, sizeof(*scan->times), by_size);
	session_say(session, "connect: minimum %.3f ms, median %.3f ms, p99 %.3f ms", 1000 * quantile(scan, 0),
		    1000 * quantile(scan, 0.5), 1000 * quantile(scan, 0.99));
}

static void note_time(struct scan *scan, double seconds)
{
	scan->times = array_grow(scan->times, scan->time_count, &scan->time_room, sizeof(*scan->times));
	scan->times[scan->time_count++] = seconds;
}

/* ---- what each answered ---- */

static void try_port(struct session *session, struct dial *dial);

static void say_port(struct session *session, const struct dial *dial, const char *service)
{
	const struct scan *scan = dial->scan;
	char *address = dial_address(&dial->attempt.address);
	struct text text;

	text_init(&text);
	attempt_describe(&text, dial);
	if (scan->probe && dial->attempt.end == ATTEMPT_CONNECTED)
		session_say(session, "%s %s: %.3f ms", address, text.data, 1000 * dial->attempt.took);
	else
		session_say(session, "%s%s%s%s %s", address, service == NULL ? "" : " (",
			    service == NULL ? "" : service, service == NULL ? "" : ")", text.data);
	text_release(&text);
	free(address);
}

static bool is_enough(const struct dial *dial)
{
	return dial->remote->receive_limit > 0 && (long)dial->scan->time_count >= dial->remote->receive_limit;
}

static void end_scan(struct session *session, struct dial *dial)
{
	if (dial->scan->probe)
		say_times(session, dial->scan);
	errand_end(session, dial->scan->open > 0 ? OUTCOME_OK : OUTCOME_FAILED);
}

static void on_wake(struct session *session, void *own)
{
	try_port(session, own);
}

/* An interval is between ports as well, as nc has it. */
static void go_on(struct session *session, struct dial *dial)
{
	struct scan *scan = dial->scan;

	scan->address = 0;
	scan->next += !scan->probe;
	if (scan->next == scan->count || is_enough(dial))
		end_scan(session, dial);
	else if (dial->remote->interval > 0)
		errand_pause(session, dial->remote->interval, on_wake);
	else
		try_port(session, dial);
}

static void on_port_named(struct session *session, void *own, const struct event_call *call)
{
	char *service = dial_service(call);

	say_port(session, own, service);
	free(service);
	go_on(session, own);
}

static void on_answer(struct session *session, struct dial *dial)
{
	struct scan *scan = dial->scan;
	bool open = dial->attempt.end == ATTEMPT_CONNECTED;

	scan->open += open;
	scan->tries++;
	if (scan->probe && open)
		note_time(scan, dial->attempt.took);
	if (open && !scan->probe && !dial->remote->numeric) {
		dial_name_port(session, dial, &dial->attempt.address, on_port_named);
		return;
	}
	say_port(session, dial, NULL);
	if (!open && scan->address < dial->count)
		try_port(session, dial);
	else
		go_on(session, dial);
}

static void on_pending(struct session *session, struct dial *dial)
{
	race_wait(session, dial, NULL);
}

static void try_port(struct session *session, struct dial *dial)
{
	static const struct attempt_ops ops = { .only_looks = true, .pending = on_pending, .over = on_answer };
	struct scan *scan = dial->scan;
	struct address address = dial->addresses[scan->address++];

	address_set_port(&address, scan->ports[scan->next]);
	attempt_begin(session, dial, &address, &ops);
}

void dial_scan(struct session *session, struct dial *dial)
{
	dial->scan = new_scan(dial);
	if (dial->remote->random_ports)
		shuffle(dial->scan);
	try_port(session, dial);
}
