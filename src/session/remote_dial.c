/*
 * A remote service, or a service of one's own, as the command line asks for it: names are resolved, then it is
 * connected to (remote_connect.c), listened (remote_listen.c), or looked who listens (remote_scan.c).
 */
#include "session/remote_dial.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/show.h"
#include "session/pipe.h"
#include "session/race.h"
#include "session/remote_parts.h"
#include "session/start.h"
#include "session/tls.h"

/* ---- addresses ---- */

static void add_address(struct dial *dial, const struct address *address)
{
	dial->addresses = array_grow(dial->addresses, dial->count, &dial->room, sizeof(*dial->addresses));
	dial->addresses[dial->count++] = *address;
}

/* RFC 8305, section 4: as the system sorted them (RFC 6724), but the families take turns, the first one first. */
static void take_turns(struct dial *dial)
{
	struct address *sorted = xcalloc(dial->count + 1, sizeof(*sorted));
	size_t count = 0, own = 0, other = 0;
	int first = dial->count > 0 ? dial->addresses[0].any.sa_family : AF_UNSPEC;

	while (count < dial->count) {
		while (own < dial->count && dial->addresses[own].any.sa_family != first)
			own++;
		if (own < dial->count)
			sorted[count++] = dial->addresses[own++];
		while (other < dial->count && dial->addresses[other].any.sa_family == first)
			other++;
		if (other < dial->count)
			sorted[count++] = dial->addresses[other++];
	}
	free(dial->addresses);
	dial->addresses = sorted;
	dial->room = dial->count + 1;
}

static bool unix_address(struct session *session, struct address *address, const char *name)
{
	size_t len = strlen(name);
	bool abstract = *name == '@';

	if (len > sizeof(address->un.sun_path) - !abstract) {
		session_complain(session, -1, "%s is longer than the path of a UNIX socket can be", name);
		return false;
	}
	*address = (struct address){ .un = { .sun_family = AF_UNIX } };
	memcpy(address->un.sun_path, name, len);
	if (abstract)
		address->un.sun_path[0] = '\0';
	address->len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + !abstract);
	return true;
}

/* Addresses and ports that are written as numbers need no look-up; a name that is missing means any address. */
static bool is_numeric(const struct remote *remote, struct address *address)
{
	if (remote->port_first == 0 && !(remote->listen && string_is(remote->port, "0")))
		return false;
	if (remote->host == NULL)
		*address = address_any(remote->family == AF_INET6 ? AF_INET6 : AF_INET, 0);
	else if (!address_read_ip(address, remote->host))
		return false;
	address_set_port(address, remote->port_first);
	return remote->family == AF_UNSPEC || remote->family == address->any.sa_family;
}

/* ---- the look-up, and what it gave ---- */

/* The addresses of "0 [10.0.0.2:80, [::1]:80]". */
static void read_addresses(struct dial *dial, const char *outcome)
{
	const char *list = outcome == NULL ? NULL : strstr(outcome, " [");
	struct address address;

	for (list = list == NULL ? "" : list + 2; *list != '\0';) {
		size_t len = strcspn(list, ",");
		char *one = xstrndup(list, len);

		if (list[len] == '\0' && len > 0)
			one[len - 1] = '\0'; /* the list's own bracket */
		if (address_read(&address, one, AF_INET))
			add_address(dial, &address);
		free(one);
		list += len;
		list += strspn(list, ", ");
	}
}

/* What stands between the quotes behind canonname=. */
static char *canonical_name(const char *text)
{
	const char *name = strstr(text, "canonname=\"");

	if (name == NULL)
		return NULL;
	name += strlen("canonname=\"");
	return xstrndup(name, strcspn(name, "\""));
}

static void add_address_line(struct text *out, const struct address *address)
{
	text_add(out, address->any.sa_family == AF_INET6 ? "IPv6  " : "IPv4  ");
	/* Where several ports are looked at, none is its own. */
	if (address_port(address) == 0)
		address_print_host(out, address, false);
	else
		address_print(out, address);
}

/* "localhost: IPv4  127.0.0.1:80, canonical name localhost, port 80 is http, in 0.1 ms" */
static void say_addresses(struct session *session, const struct dial *dial, const char *service)
{
	const struct remote *remote = dial->remote;
	struct text text;

	text_init(&text);
	text_addf(&text, "%s: ", remote->host == NULL ? "any address" : remote->host);
	if (dial->count == 1)
		add_address_line(&text, &dial->addresses[0]);
	else
		text_addf(&text, "%zu addresses, tried in this order", dial->count);
	if (dial->canonical != NULL)
		text_addf(&text, ", canonical name %s", dial->canonical);
	if (service != NULL)
		text_addf(&text, ", port %u is %s", address_port(&dial->addresses[0]), service);
	text_addf(&text, ", in %.1f ms", 1000 * dial->looked_up);
	for (size_t i = 0; dial->count > 1 && i < dial->count; i++) {
		text_addf(&text, "\n  %zu  ", i + 1);
		add_address_line(&text, &dial->addresses[i]);
	}
	session_say_lines(session, text.data);
	text_release(&text);
}

/* Services have names both ways. */
static void on_named(struct session *session, void *own, const struct event_call *call)
{
	struct dial *dial = own;
	char *service = dial_service(call);

	if (dial->looked_up >= 0)
		say_addresses(session, dial, service);
	free(service);
	dial->resolved(session, dial);
}

static void on_looked_up(struct session *session, void *own, const struct event_call *call)
{
	struct dial *dial = own;

	if (call->error != NULL) {
		session_complain(session, -1, "%s could not be resolved: %s%s", dial->remote->host,
				 call->outcome == NULL ? call->error : call->outcome,
				 dial->remote->numeric ? " (-n: only numbers are understood)" : "");
		errand_end(session, OUTCOME_FAILED);
		return;
	}
	read_addresses(dial, call->outcome);
	take_turns(dial);
	dial->canonical = canonical_name(call->text);
	dial->looked_up = call->took;
	if (dial->count > 0 && address_port(&dial->addresses[0]) > 0 && !dial->remote->numeric) {
		dial_name_port(session, dial, &dial->addresses[0], on_named);
		return;
	}
	say_addresses(session, dial, NULL);
	dial->resolved(session, dial);
}

static void add_quoted_or_null(struct text *out, const char *string)
{
	if (string == NULL)
		text_add(out, "NULL");
	else
		show_quoted(out, string, strlen(string), 0, SHOW_ASCII);
}

static void look_up(struct session *session, struct dial *dial)
{
	const struct remote *remote = dial->remote;
	struct text line;

	text_init(&line);
	text_add(&line, "getaddrinfo(");
	add_quoted_or_null(&line, remote->host);
	text_add(&line, ", ");
	add_quoted_or_null(&line, remote->scan && remote->port_first > 0 ? NULL : remote->port);
	text_addf(&line, ", flags=%s",
		  remote->listen ? "AI_PASSIVE" : remote->numeric ? "AI_NUMERICHOST" : "AI_CANONNAME");
	if (remote->family != AF_UNSPEC)
		text_addf(&line, ", family=%s", dial_family_name(remote->family));
	text_addf(&line, ", socktype=%s)", dial_type_name(remote));
	errand_add(session, on_looked_up, "%s", line.data);
	text_release(&line);
}

void dial_resolve(struct session *session, struct dial *dial, void (*then)(struct session *, struct dial *))
{
	const struct remote *remote = dial->remote;
	struct address address;

	dial->resolved = then;
	if (remote->family == AF_UNIX) {
		if (!unix_address(session, &address, remote->host)) {
			errand_end(session, OUTCOME_FAILED);
			return;
		}
		add_address(dial, &address);
		then(session, dial);
	} else if (is_numeric(remote, &address)) {
		add_address(dial, &address);
		if (remote->listen || remote->scan || remote->numeric || (remote->piped && !remote->verbose))
			then(session, dial);
		else
			dial_name_port(session, dial, &address, on_named);
	} else {
		look_up(session, dial);
	}
}

/* ---- beginning ---- */

static void free_dial(void *own)
{
	struct dial *dial = own;

	free(dial->addresses);
	free(dial->canonical);
	free(dial->via_host);
	proxy_free(dial->proxy);
	race_free(dial->race);
	free(dial->attempt.seen);
	scan_free(dial->scan);
	free(dial);
}

void remote_tls_begin(struct session *session, int fd)
{
	struct tls_request request;

	tls_request_of_remote(&request, session, fd);
	request.side = session->running.side;
	tls_begin(session, &request);
}

/* First the protocol's own request, if it has one; then the handshake. Both come back here. */
static void secure(struct session *session, struct dial *dial)
{
	const struct remote_tls *tls = &dial->remote->tls;

	if (tls->starttls != NULL && !dial->asked && !dial->remote->listen) {
		dial->asked = true;
		if (starttls_add(session, tls->starttls, dial->connected)) {
			errand_go(session);
		} else {
			session_complain(session, -1, "--starttls does not know %s", tls->starttls);
			errand_end(session, OUTCOME_MISTAKE);
		}
		return;
	}
	dial->secured = true;
	remote_tls_begin(session, dial->connected);
}

/* In a pipe the side copies from here on; with -k whoever comes is added. */
static void on_dialed(struct session *session, void *own)
{
	struct dial *dial = own;

	if (dial->remote->tls.wanted && !dial->remote->keep && !dial->secured)
		secure(session, dial);
	else if (dial->remote->piped)
		pipe_wait(session, dial->connected);
	else
		errand_end(session, OUTCOME_OK);
}

/* To connect has a time of its own, and who listens waits for ever. */
static double on_slow(struct session *session, void *own, double since)
{
	const struct dial *dial = own;

	return dial->connected >= 0 && dial->remote->tls.wanted ? tls_wait(session, since) : -1;
}

static const struct errand_ops dial_ops = { .done = on_dialed, .slow = on_slow, .free_own = free_dial };

static void resolve(struct session *session, struct dial *dial)
{
	const struct remote *remote = session->remote;

	if (remote->proxy != NULL && !proxy_find(session, dial)) {
		errand_end(session, OUTCOME_FAILED);
		return;
	}
	dial_resolve(session, dial, remote->listen ? dial_listen : remote->scan ? dial_scan : dial_connect);
	errand_go(session);
}

static void on_dump_answered(struct session *session, int64_t token, bool ok, const char *text)
{
	if (token != session->running.token)
		return;
	if (ok) {
		resolve(session, errand_own(session));
		return;
	}
	session_complain(session, -1, "-o: %s", text == NULL ? "it was refused" : text);
	errand_end(session, OUTCOME_FAILED);
}

static const struct waiter waits_for_dump = { .answered = on_dump_answered };

/* The side may stand elsewhere in the tree of files. */
static void ask_for_dump(struct session *session, const char *path)
{
	char here[PATH_MAX], *whole;

	if (*path == '/' || getcwd(here, sizeof(here)) == NULL)
		whole = xstrdup(path);
	else
		whole = text_format("%s/%s", here, path);
	session_wait(session, &waits_for_dump, -1);
	session->running.token = lab_dump_bytes(session->lab, session->running.side, whole);
	free(whole);
}

static void begin(struct session *session)
{
	const struct remote *remote = session->remote;
	struct dial *dial = xcalloc(1, sizeof(*dial));

	*dial = (struct dial){ .remote = remote, .looked_up = -1, .connected = -1, .attempt.fd = -1 };
	dial->target = remote;
	errand_begin(session, session->current, &dial_ops, dial);
	if (remote->dump != NULL)
		ask_for_dump(session, remote->dump);
	else
		resolve(session, dial);
}

static void on_begin_event(struct session *session, const struct event *event)
{
	(void)event;
	if (!start_is_under_way(session)) {
		session->running.waiter = NULL;
		begin(session);
	}
}

static const struct waiter waits_for_side = { .event = on_begin_event };

void session_remote(struct session *session, const struct remote *remote, bool person)
{
	session->remote = remote;
	session->person = person;
	session->running.line = xstrdup("");
	if (start_is_under_way(session))
		session_wait(session, &waits_for_side, -1);
	else
		begin(session);
}
