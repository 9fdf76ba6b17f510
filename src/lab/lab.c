#include "lab/lab.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "call/call.h"
#include "lab/inside.h"

/* Requests have tokens that no call has. */
static const int64_t FIRST_TOKEN = 1000000000000;

static void on_quiet_again(int fd, short what, void *context);

struct lab *lab_new(struct event_base *base, const struct world *world, const struct lab_ops *ops, void *owner)
{
	struct lab *lab = xcalloc(1, sizeof(*lab));

	*lab = (struct lab){
		.base = base,
		.world = world,
		.ops = ops,
		.owner = owner,
		.agent = -1,
		.token = FIRST_TOKEN,
	};
	lab->quiet_again = event_new(base, -1, 0, on_quiet_again, lab);
	if (lab->quiet_again == NULL)
		die("the event loop takes no further timer");
	return lab;
}

static void free_side(struct lab_side *side)
{
	stream_release(&side->stream);
	if (side->exit_known)
		event_release(&side->exit);
	free(side->calls);
	free(side->name);
	free(side->host);
	free(side);
}

void lab_free(struct lab *lab)
{
	for (size_t i = 0; i < lab->side_count; i++)
		free_side(lab->sides[i]);
	stream_release(&lab->agent_stream);
	if (lab->agent >= 0)
		agent_wait(lab->agent);
	for (size_t i = 0; i < lab->host_count; i++) {
		lookout_release(&lab->hosts[i]->lookout);
		free(lab->hosts[i]->name);
		free(lab->hosts[i]);
	}
	event_free(lab->quiet_again);
	free(lab->sides);
	free(lab->hosts);
	free(lab);
}

void lab_tell(struct lab *lab, struct event *event)
{
	lab->ops->event(lab->owner, event);
}

/* ---- places ---- */

static void tell_from_lookout(void *owner, struct event *event)
{
	lab_tell(owner, event);
}

static const struct lookout_ops lookout_ops = { .event = tell_from_lookout };

struct lab_host *lab_add_host(struct lab *lab, const char *name, struct diag *diag)
{
	struct lab_host *host = xcalloc(1, sizeof(*host));

	host->name = xstrdup(name);
	host->lookout.world = lab->world;
	host->lookout.ops = &lookout_ops;
	host->lookout.owner = lab;
	lookout_open(&host->lookout, lab->base, name, diag);
	lab->hosts = array_grow(lab->hosts, lab->host_count, &lab->host_room, sizeof(struct lab_host *));
	lab->hosts[lab->host_count++] = host;
	return host;
}

static void tell_local_host(struct lab *lab)
{
	struct event event;

	event_init(&event, EVENT_host);
	event.host.host = xstrdup("local");
	event.host.status = xstrdup("up");
	event.host.addresses = xstrdup("127.0.0.1 ::1");
	lab_tell(lab, &event);
}

/* Without sock_diag calls can still be made; what they do to a socket is then not known, and said so. */
static void add_local_host(struct lab *lab)
{
	struct diag diag;
	struct text reason;
	struct event event;
	bool known;

	text_init(&reason);
	known = diag_open(&diag, &reason);
	lab_add_host(lab, "local", known ? &diag : NULL);
	if (!known) {
		event_init(&event, EVENT_error);
		event.error.text = text_format("the kernel cannot be asked about its sockets: %s", reason.data);
		lab_tell(lab, &event);
	}
	text_release(&reason);
}

bool lab_start_local(struct lab *lab, struct text *message)
{
	int fd = agent_start(&lab->agent, message);

	if (fd < 0)
		return false;
	stream_open(&lab->agent_stream, lab->base, fd, &lab_agent_stream_ops, lab);
	tell_local_host(lab);
	add_local_host(lab);
	return true;
}

struct lab_side *lab_add_side(struct lab *lab, const char *name, const char *host, int fd)
{
	struct lab_side *side = xcalloc(1, sizeof(*side));

	side->lab = lab;
	side->name = xstrdup(name);
	side->host = xstrdup(host);
	side->last.cookie = EVENT_NO_INT;
	stream_open(&side->stream, lab->base, fd, &lab_side_stream_ops, side);
	lab->sides = array_grow(lab->sides, lab->side_count, &lab->side_room, sizeof(struct lab_side *));
	lab->sides[lab->side_count++] = side;
	return side;
}

struct lab_side *lab_side_by_name(const struct lab *lab, const char *name)
{
	for (size_t i = lab->side_count; i-- > 0;)
		if (string_is(lab->sides[i]->name, name))
			return lab->sides[i];
	return NULL;
}

struct lab_host *lab_host_by_name(const struct lab *lab, const char *name)
{
	for (size_t i = 0; i < lab->host_count; i++)
		if (string_is(lab->hosts[i]->name, name))
			return lab->hosts[i];
	return NULL;
}

/* ---- requests ---- */

static void send_request(struct stream *stream, int64_t token, const char *request)
{
	char *line = text_format("%lld %s", (long long)token, request);

	stream_send(stream, line);
	free(line);
}

int64_t lab_start_side(struct lab *lab, const char *name, const char *host, bool unprivileged)
{
	char *request = text_format("side %s%s", name, unprivileged ? " unprivileged" : "");

	(void)host;
	send_request(&lab->agent_stream, ++lab->token, request);
	free(request);
	return lab->token;
}

static int64_t cookie_of(const struct lab *lab, const char *side_name, int fd)
{
	const struct world_side *side = world_side(lab->world, side_name);
	const struct world_fd *row = side == NULL ? NULL : world_fd(side, fd);

	return row == NULL ? EVENT_NO_INT : row->row.cookie;
}

/* The name of the call says what it may change. */
static bool changes_sockets(const char *exact)
{
	size_t len = strcspn(exact, "(");
	char *name = xstrndup(exact, len);
	const struct call_spec *spec = call_find(name, false, NULL);

	free(name);
	return spec == NULL || spec->changes != CHANGES_NOTHING;
}

bool lab_call(struct lab *lab, const char *side_name, int64_t id, const char *exact, int fd, bool thread)
{
	struct lab_side *side = lab_side_by_name(lab, side_name);
	char *request;

	if (side == NULL || side->stream_ended)
		return false;
	side->calls = array_grow(side->calls, side->call_count, &side->call_room, sizeof(*side->calls));
	side->calls[side->call_count++] = (struct lab_call){
		.id = id,
		.cookie = cookie_of(lab, side_name, fd),
		.looks = changes_sockets(exact),
	};
	lab_disturb(lab);
	request = text_format("%s%s", exact, thread ? " &" : "");
	send_request(&side->stream, id, request);
	free(request);
	return true;
}

int64_t lab_interrupt(struct lab *lab, const char *side_name, int64_t thread)
{
	struct lab_side *side = lab_side_by_name(lab, side_name);
	char *request = thread > 0 ? text_format("interrupt %lld", (long long)thread) : xstrdup("interrupt");

	lab->token++;
	if (side != NULL)
		send_request(&side->stream, lab->token, request);
	free(request);
	return lab->token;
}

void lab_set_syscalls(struct lab *lab, bool on)
{
	for (size_t i = 0; i < lab->side_count; i++)
		send_request(&lab->sides[i]->stream, ++lab->token, on ? "syscalls on" : "syscalls off");
}

/* ---- quiet ---- */

/*
 * One round asks each side that has a call under way, and is over when all have answered. If in the meantime a call
 * returned, it may have woken one that had already answered: then there is a further round. A round in which nothing
 * happened proves that all sleep at the same time.
 */
static void begin_round(struct lab *lab)
{
	lab->quiet_disturbed = false;
	for (size_t i = 0; i < lab->side_count; i++) {
		struct lab_side *side = lab->sides[i];

		if (side->stream_ended || side->call_count == 0)
			continue;
		side->quiet_token = ++lab->token;
		lab->quiet_waited++;
		send_request(&side->stream, side->quiet_token, "quiet");
	}
	if (lab->quiet_waited == 0)
		event_active(lab->quiet_again, 0, 0);
}

static void end_round(struct lab *lab)
{
	if (lab->quiet_disturbed) {
		begin_round(lab);
		return;
	}
	lab->quiet_wanted = false;
	lab->ops->quiet(lab->owner);
}

static void on_quiet_again(int fd, short what, void *context)
{
	struct lab *lab = context;

	(void)fd;
	(void)what;
	if (lab->quiet_wanted && lab->quiet_waited == 0)
		end_round(lab);
}

void lab_ask_quiet(struct lab *lab)
{
	if (lab->quiet_wanted)
		return;
	lab->quiet_wanted = true;
	if (lab->quiet_waited == 0)
		begin_round(lab);
}

void lab_side_is_quiet(struct lab *lab, struct lab_side *side)
{
	if (side->quiet_token == 0)
		return;
	side->quiet_token = 0;
	lab->quiet_waited--;
	if (lab->quiet_waited == 0 && lab->quiet_wanted)
		end_round(lab);
}

void lab_disturb(struct lab *lab)
{
	lab->quiet_disturbed = true;
}

/* ---- observation ---- */

void lab_look(struct lab *lab)
{
	for (size_t i = 0; i < lab->host_count; i++)
		lookout_look_at_all(&lab->hosts[i]->lookout);
}

enum look lab_facts(struct lab *lab, const struct world_socket *socket, struct socket_facts *facts, struct text *message)
{
	struct lab_host *host = lab_host_by_name(lab, socket->host);

	if (host == NULL || !host->lookout.known) {
		text_add(message, "the kernel cannot be asked about its sockets");
		return LOOK_UNKNOWN;
	}
	return lookout_facts(&host->lookout, socket->cookie, facts, message);
}

enum dump lab_dump(struct lab *lab, const char *host_name, const struct diag_filter *filter,
		   const struct diag_visitor *visitor, struct text *message)
{
	struct lab_host *host = lab_host_by_name(lab, host_name);

	if (host == NULL || !host->lookout.known) {
		text_add(message, "the kernel cannot be asked about its sockets");
		return DUMP_FAILED;
	}
	return diag_dump(&host->lookout.diag, filter, visitor, message);
}
