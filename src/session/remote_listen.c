/*
 * A service of one's own: bound, listening, the port said that the kernel chose; then the first client, or with -k one
 * after the other, each with a descriptor of its own. Where somebody types, clients are waited for aside.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session/chore.h"
#include "session/pipe.h"
#include "session/proxy_header.h"
#include "session/remote_parts.h"
#include "world/clients.h"

/* Connections that nobody has accepted yet: as many as the usual services take. */
enum { BACKLOG = 128 };

static bool is_stream(const struct dial *dial)
{
	return dial->remote->type == SOCK_STREAM;
}

/* ---- clients, aside ---- */

struct door {
	int fd;
	bool keep, stream;
	long clients;
};

enum { TAG_CLIENT, TAG_LAST, TAG_PEEK, TAG_HEADER, TAG_REFUSED };

static void wait_for_client(struct session *session, struct chore *chore)
{
	const struct door *door = chore->own;

	if (door->stream)
		chore_call(session, chore, TAG_CLIENT, "accept(%d)", door->fd);
	else
		chore_call(session, chore, TAG_CLIENT, "recvfrom(%d, 1, MSG_PEEK)", door->fd);
}

/* Whom a call's text names last: "accept(3, 127.0.0.1:40312)". NULL: nobody. */
static char *named_last(const char *text)
{
	const char *last = strrchr(text, ' ');
	char *name = last == NULL ? NULL : xstrdup(last + 1);

	if (name == NULL || *name == '\0' || strchr(name, ':') == NULL) {
		free(name);
		return NULL;
	}
	name[strlen(name) - 1] = '\0';
	return name;
}

/* ---- the PROXY protocol's header ---- */

static const char PEEK_CALL[] = "recv(%d, %d, MSG_PEEK)";

/* How many bytes of what was peeked at are to be read; 0: none. What they are is said. */
static size_t header_len(struct session *session, const struct event_call *call)
{
	enum proxy_header is = PROXY_HEADER_PART;
	struct text said;
	size_t len = 0;

	text_init(&said);
	if (call->error == NULL && call->data.bytes != NULL)
		is = proxy_header_read(call->data.bytes, call->data.len, &len, &said);
	if (is == PROXY_HEADER_WHOLE)
		session_say(session, "descriptor %lld: %s", (long long)call->fd, said.data);
	else
		session_say(session, "descriptor %lld: %s", (long long)call->fd,
			    is == PROXY_HEADER_PART ? "no whole header of the PROXY protocol came"
						    : "what came is no header of the PROXY protocol");
	text_release(&said);
	return is == PROXY_HEADER_WHOLE ? len : 0;
}

/* Calls name it so: "send client2 ...". */
static void name_client(struct session *session, const char *side, long number, int64_t fd)
{
	char *name = text_format("client%ld", number);

	session_name_descriptor(session, side, name, fd);
	free(name);
}

static void say_client(struct session *session, struct door *door, const struct event_call *call)
{
	char *from = named_last(call->text);

	session_say(session, "client %ld is descriptor %lld%s%s", ++door->clients, (long long)call->result,
		    from == NULL ? "" : ", from ", from == NULL ? "" : from);
	name_client(session, call->side, door->clients, call->result);
	free(from);
}

/* Before its descriptor is told of: those that are counted are the others. */
static bool is_full(const struct session *session, const char *side)
{
	const struct world_side *known = world_side(&session->world, side);
	int most = session->remote->most_clients;

	return most > 0 && known != NULL && clients_count(known, (size_t)most) == (size_t)most;
}

/* As ncat has it: whoever is one too many is taken and closed at once, so that it need not wait to learn of it. */
static void refuse_client(struct session *session, struct chore *chore, const struct event_call *call)
{
	const struct remote *remote = session->remote;
	char *from = named_last(call->text);
	char *said = text_format("%s was one too many, and is closed: --max-conns is %d",
				 from == NULL ? "a client" : from, remote->most_clients);

	if (remote->piped && !remote->verbose)
		session_complain(session, -1, "%s", said);
	else
		session_say(session, "%s", said);
	free(said);
	free(from);
	chore_call(session, chore, TAG_REFUSED, "close(%lld)", (long long)call->result);
	wait_for_client(session, chore);
}

static void take_client(struct session *session, struct chore *chore, const struct event_call *call)
{
	struct door *door = chore->own;

	if (is_full(session, chore->side)) {
		refuse_client(session, chore, call);
		return;
	}
	say_client(session, door, call);
	if (session->remote->piped)
		pipe_add(session, chore->side, (int)call->result);
	if (session->remote->proxy_header != 0)
		chore_call(session, chore, TAG_PEEK, PEEK_CALL, (int)call->result, PROXY_HEADER_MAX);
	if (door->keep) {
		wait_for_client(session, chore);
		return;
	}
	chore->fds[0] = -1; /* its end is not that of what is still to be read of the client */
	chore_call(session, chore, TAG_LAST, "close(%d)", door->fd);
}

static void take_peeked(struct session *session, struct chore *chore, const struct event_call *call)
{
	size_t len = header_len(session, call);

	if (len > 0)
		chore_call(session, chore, TAG_HEADER, "recv(%lld, %zu)", (long long)call->fd, len);
}

/* Without a connection, the first sender becomes the peer, as nc has it. */
static void take_sender(struct session *session, struct chore *chore, const struct event_call *call)
{
	const struct door *door = chore->own;
	char *from = named_last(call->text);

	if (from == NULL)
		chore_end(session, chore);
	else
		chore_call(session, chore, TAG_LAST, "connect(%d, %s)", door->fd, from);
	free(from);
}

static void on_client(struct session *session, struct chore *chore, int tag, const struct event_call *call)
{
	const struct door *door = chore->own;

	if (tag == TAG_PEEK)
		take_peeked(session, chore, call);
	else if (tag == TAG_HEADER || tag == TAG_REFUSED || (tag == TAG_LAST && chore->call_count > 0))
		return;
	else if (tag == TAG_LAST || call->error != NULL)
		chore_end(session, chore);
	else if (door->stream)
		take_client(session, chore, call);
	else
		take_sender(session, chore, call);
}

static void free_door(struct session *session, struct chore *chore)
{
	(void)session;
	free(chore->own);
	chore->own = NULL;
}

static const struct chore_kind takes_clients = { .returned = on_client, .ended = free_door };

static void wait_aside(struct session *session, const struct dial *dial)
{
	struct door *door = xcalloc(1, sizeof(*door));
	struct chore *chore;

	*door = (struct door){ .fd = dial->attempt.fd, .keep = dial->remote->keep, .stream = is_stream(dial) };
	chore = chore_begin(session, &takes_clients, session->running.side, door);
	chore->fds[0] = door->fd;
	wait_for_client(session, chore);
}

/* ---- the first client, before the lines that are to be run ---- */

static void on_first_peeked(struct session *session, void *own, const struct event_call *call)
{
	size_t len = header_len(session, call);

	(void)own;
	if (len > 0)
		errand_add(session, NULL, "recv(%lld, %zu)", (long long)call->fd, len);
}

static void take_first(struct session *session, const struct dial *dial, int fd)
{
	errand_add(session, NULL, "close(%d)", dial->attempt.fd);
	name_client(session, session->running.side, 1, fd);
	if (dial->remote->proxy_header != 0)
		errand_add(session, on_first_peeked, PEEK_CALL, fd, PROXY_HEADER_MAX);
}

static void on_first(struct session *session, void *own, const struct event_call *call)
{
	struct dial *dial = own;
	char *from = call->error == NULL ? named_last(call->text) : NULL;

	dial->connected = is_stream(dial) ? (int)call->result : dial->attempt.fd;
	if (call->error != NULL)
		errand_end(session, OUTCOME_FAILED);
	else if (is_stream(dial))
		take_first(session, dial, (int)call->result);
	else if (from != NULL)
		errand_add(session, NULL, "connect(%d, %s)", dial->attempt.fd, from);
	free(from);
}

static void wait_for_first(struct session *session, const struct dial *dial)
{
	if (is_stream(dial))
		errand_add(session, on_first, "accept(%d)", dial->attempt.fd);
	else
		errand_add(session, on_first, "recvfrom(%d, 1, MSG_PEEK)", dial->attempt.fd);
}

/* ---- the socket ---- */

static void on_bound(struct session *session, void *own, const struct event_call *call)
{
	struct dial *dial = own;
	char *address = call->error == NULL ? named_last(call->text) : NULL;

	made_path_note(&session->made_path, &dial->attempt.address);
	session_say(session, "%s %s", is_stream(dial) ? "listening on" : "bound to", address == NULL ? "?" : address);
	free(address);
	/* A datagram names its sender: with -k each is answered by sendto. */
	if (!is_stream(dial) && dial->remote->keep) {
		dial->connected = dial->attempt.fd;
		return;
	}
	if (session->person || dial->remote->keep)
		wait_aside(session, dial);
	else
		wait_for_first(session, dial);
}

static void on_bind_failed(struct session *session, void *own, const struct event_call *call)
{
	struct dial *dial = own;
	char *address = dial_address(&dial->attempt.address);

	session_complain(session, -1, "%s: %s failed with %s; `why` says more", address, call->call, call->error);
	free(address);
	errand_end(session, OUTCOME_FAILED);
}

static void on_bind(struct session *session, void *own, const struct event_call *call)
{
	if (call->error != NULL)
		on_bind_failed(session, own, call);
}

static void on_socket(struct session *session, void *own, const struct event_call *call)
{
	struct dial *dial = own;
	int fd = (int)call->result, family = dial->attempt.address.any.sa_family;
	char *address;

	if (call->error != NULL) {
		on_bind_failed(session, own, call);
		return;
	}
	dial->attempt.fd = fd;
	if (family != AF_UNIX)
		errand_add(session, NULL, "setsockopt(%d, SOL_SOCKET, SO_REUSEADDR, 1)", fd);
	dial_add_options(session, dial, fd, family);
	address = dial_address(&dial->attempt.address);
	errand_add(session, on_bind, "bind(%d, %s)", fd, address);
	free(address);
	if (is_stream(dial))
		errand_add(session, on_bind, "listen(%d, %d)", fd, BACKLOG);
	errand_add(session, on_bound, "getsockname(%d)", fd);
}

/* -s says the address as well as a first word would. */
void dial_listen(struct session *session, struct dial *dial)
{
	char *arguments;
	struct address source;

	dial->attempt.address = dial->addresses[0];
	if (dial->remote->host == NULL && dial->remote->source != NULL &&
	    address_read_ip(&source, dial->remote->source)) {
		address_set_port(&source, address_port(&dial->addresses[0]));
		dial->attempt.address = source;
	}
	arguments = dial_socket_arguments(dial->remote, &dial->attempt.address);
	errand_add(session, on_socket, "socket(%s)", arguments);
	free(arguments);
}
