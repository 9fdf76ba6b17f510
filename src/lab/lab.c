#include "lab/lab.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "lab/agent.h"
#include "lab/incoming.h"
#include "lab/request.h"
#include "lab/wired.h"

/* Requests have tokens that no call has. */
static const int64_t FIRST_TOKEN = 1000000000000;

struct lab *lab_new(struct event_base *base, const struct world *world, const struct lab_ops *ops, void *owner)
{
	struct lab *lab = xcalloc(1, sizeof(*lab));

	*lab = (struct lab){
		.base = base,
		.world = world,
		.ops = ops,
		.owner = owner,
		.standard = { -1, -1 },
		.agent = -1,
		.token = FIRST_TOKEN,
	};
	quiet_init(lab);
	request_init(lab);
	return lab;
}

void lab_free(struct lab *lab)
{
	for (size_t i = 0; i < lab->side_count; i++)
		lab_side_free(lab->sides[i]);
	stream_release(&lab->agent_stream);
	if (lab->agent >= 0)
		agent_wait(lab->agent);
	if (lab->wire != NULL)
		wire_free(lab->wire);
	for (size_t i = 0; i < lab->host_count; i++) {
		if (lab->hosts[i]->has_link)
			link_release(&lab->hosts[i]->link);
		lookout_release(&lab->hosts[i]->lookout);
		free(lab->hosts[i]->name);
		free(lab->hosts[i]);
	}
	quiet_release(lab);
	request_release(lab);
	free(lab->sides);
	free(lab->hosts);
	free(lab->agent_word);
	free(lab);
}

/* ---- places ---- */

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

static bool start_agent(struct lab *lab, char *const arguments[], struct text *message)
{
	int fd = agent_start(&lab->agent, arguments, lab->standard[0] >= 0 ? lab->standard : NULL, message);

	if (fd >= 0)
		stream_open(&lab->agent_stream, lab->base, fd, &incoming_from_agent, lab);
	return fd >= 0;
}

/* Whoever reads what a side writes is to see its end when the side has ended. */
static void close_standard(struct lab *lab)
{
	for (int i = 0; i < 2; i++) {
		if (lab->standard[i] >= 0)
			close(lab->standard[i]);
		lab->standard[i] = -1;
	}
}

bool lab_start_local(struct lab *lab, struct text *message)
{
	char *const arguments[] = { "sockstep-agent", "--agent", lab->standard[0] >= 0 ? "--standard" : NULL, NULL };
	bool ok = start_agent(lab, arguments, message);

	close_standard(lab);
	if (!ok)
		return false;
	tell_local_host(lab);
	add_local_host(lab);
	return true;
}

bool lab_start_lab(struct lab *lab, const char *link, struct text *message)
{
	char *option = text_format("--link=%s", link == NULL ? "" : link);
	char *const arguments[] = { "sockstep-agent", "--agent", "--lab", link == NULL ? NULL : option, NULL };
	bool ok = start_agent(lab, arguments, message);

	free(option);
	if (ok)
		wired_open(lab);
	return ok;
}

/* ---- requests ---- */

int64_t lab_start_side(struct lab *lab, const char *name, const char *host, bool unprivileged)
{
	bool on = host != NULL;
	char *request = text_format("side %s%s%s%s", name, on ? " on " : "", on ? host : "",
				    unprivileged ? " unprivileged" : "");
	int64_t token = request_send(lab, NULL, request);

	free(request);
	return token;
}

int64_t lab_make_host(struct lab *lab, const char *name, const char *addresses, bool stock)
{
	char *request = text_format("host %s%s %s", name, stock ? " stock" : "", addresses);
	int64_t token = request_send(lab, NULL, request);

	free(request);
	return token;
}

int64_t lab_sysctl(struct lab *lab, const char *host, const char *rest)
{
	char *request = text_format("sysctl %s %s", host, rest);
	int64_t token = request_send(lab, NULL, request);

	free(request);
	return token;
}

int64_t lab_set_rto_min(struct lab *lab, unsigned milliseconds)
{
	char *request = text_format("rto-min %u", milliseconds);
	int64_t token = request_send(lab, NULL, request);

	free(request);
	return token;
}

static int64_t cookie_of(const struct lab *lab, const char *side_name, int fd)
{
	const struct world_side *side = world_side(lab->world, side_name);
	const struct world_fd *row = side == NULL ? NULL : world_fd(side, fd);

	return row == NULL ? EVENT_NO_INT : row->row.cookie;
}

/* The descriptor whose socket the call is about: of dup2() the one that it closes. */
static int descriptor_of(const struct lab_request *request)
{
	struct mistake mistake;
	struct call call;
	int fd = request->fd;

	if (request->spec->id != CALL_dup2)
		return fd;
	mistake_init(&mistake);
	if (call_read(&call, request->exact, &mistake)) {
		fd = (int)call.args[1].number;
		call_release(&call);
	}
	mistake_release(&mistake);
	return fd;
}

/* Data, or a SYN, FIN or RST. */
static bool sends(const struct call_spec *spec)
{
	static const enum call_id sending[] = { CALL_send,    CALL_sendto,   CALL_sendmsg, CALL_write,
						CALL_writev,  CALL_sendfile, CALL_splice,  CALL_setsockopt,
						CALL_connect, CALL_shutdown, CALL_close,   CALL_dup2 };

	for (size_t i = 0; i < COUNT_OF(sending); i++)
		if (spec->id == sending[i])
			return true;
	return false;
}

bool lab_call(struct lab *lab, const struct lab_request *request)
{
	struct lab_side *side = lab_side_by_name(lab, request->side);
	const struct call_spec *spec = request->spec;
	char *line;

	if (side == NULL || side->stream_ended)
		return false;
	side->calls = array_grow(side->calls, side->call_count, &side->call_room, sizeof(*side->calls));
	side->calls[side->call_count++] = (struct lab_call){
		.id = request->id,
		.cookie = cookie_of(lab, request->side, descriptor_of(request)),
		.looks = spec->changes != CHANGES_NOTHING,
		.call = spec->id,
		.sends = sends(spec),
	};
	quiet_disturb(lab);
	line = text_format("%s%s", request->exact, request->thread ? " &" : "");
	lab_send(&side->stream, request->id, line);
	free(line);
	return true;
}

int64_t lab_interrupt(struct lab *lab, const char *side_name, int64_t thread)
{
	struct lab_side *side = lab_side_by_name(lab, side_name);
	char *request = thread > 0 ? text_format("interrupt %lld", (long long)thread) : xstrdup("interrupt");
	int64_t token = side == NULL ? ++lab->token : request_send(lab, side, request);

	free(request);
	return token;
}

static int64_t ask_side(struct lab *lab, const char *side_name, const char *what, const char *words)
{
	struct lab_side *side = lab_side_by_name(lab, side_name);
	char *request = text_format("%s %s", what, words);
	int64_t token = side == NULL ? ++lab->token : request_send(lab, side, request);

	free(request);
	return token;
}

int64_t lab_copy(struct lab *lab, const char *side, const char *words)
{
	return ask_side(lab, side, "copy", words);
}

int64_t lab_tls(struct lab *lab, const char *side, const char *words)
{
	return ask_side(lab, side, "tls", words);
}

int64_t lab_dump_bytes(struct lab *lab, const char *side, const char *path)
{
	return ask_side(lab, side, "dump", path);
}

void lab_set_syscalls(struct lab *lab, bool on)
{
	lab->syscalls = on;
	for (size_t i = 0; i < lab->side_count; i++)
		lab_send(&lab->sides[i]->stream, ++lab->token, on ? "syscalls on" : "syscalls off");
}

/* ---- observation ---- */

void lab_look(struct lab *lab)
{
	for (size_t i = 0; i < lab->host_count; i++)
		lookout_look_at_all(&lab->hosts[i]->lookout);
}

enum look lab_facts(struct lab *lab, const struct world_socket *socket, struct socket_facts *facts,
		    struct text *message)
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
