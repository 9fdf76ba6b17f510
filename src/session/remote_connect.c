/*
 * Connecting to a service: its addresses in their order, until one has answered, and what is asked and said of the
 * connection then (race.c has the time between two addresses).
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/show.h"
#include "session/attempt.h"
#include "session/proxy_header.h"
#include "session/race.h"

/* ---- connected ---- */

/* What TCP goes by on this path: for whoever wonders about small segments. */
static void on_mss(struct session *session, void *own, const struct event_call *call)
{
	struct dial *dial = own;
	long mss = call->error == NULL ? dial_last_number(call) : -1;
	char *address = dial_address(&dial->attempt.address);

	session_say(session, "connected to %s in %.3f ms; path MTU %ld, MSS %ld", address, 1000 * dial->attempt.took,
		    dial->mtu, mss);
	free(address);
}

static void on_mtu(struct session *session, void *own, const struct event_call *call)
{
	struct dial *dial = own;

	(void)session;
	dial->mtu = call->error == NULL ? dial_last_number(call) : -1;
}

static void add_path(struct session *session, struct dial *dial)
{
	bool six = dial->attempt.address.any.sa_family == AF_INET6;
	int fd = dial->attempt.fd;

	errand_add(session, NULL, "getsockname(%d)", fd);
	if (!attempt_is_tcp(dial))
		return;
	errand_add(session, on_mtu, "getsockopt(%d, %s, %s)", fd, six ? "IPPROTO_IPV6" : "IPPROTO_IP",
		   six ? "IPV6_MTU" : "IP_MTU");
	errand_add(session, on_mss, "getsockopt(%d, IPPROTO_TCP, TCP_MAXSEG)", fd);
}

/* Who connects, by the PROXY protocol: as if we were a proxy, for ourselves. */
static void on_own_name(struct session *session, void *own, const struct event_call *call)
{
	struct dial *dial = own;
	const char *last = strrchr(call->text, ' ');
	struct address source = { .len = 0 };
	struct text header, quoted;
	char *name = last == NULL ? xstrdup("") : xstrndup(last + 1, strcspn(last + 1, ")"));

	text_init(&header);
	text_init(&quoted);
	if (!address_read(&source, name, AF_INET))
		source = (struct address){ .any.sa_family = AF_UNSPEC };
	proxy_header_add(&header, dial->remote->proxy_header, &source, &dial->attempt.address);
	show_quoted(&quoted, header.data, header.len, 0, SHOW_ASCII);
	errand_add(session, NULL, "send(%d, %s, %zu)", dial->attempt.fd, quoted.data, header.len);
	text_release(&header);
	text_release(&quoted);
	free(name);
	if (!dial->remote->piped || dial->remote->verbose)
		add_path(session, dial);
}

static void on_through(struct session *session, struct dial *dial)
{
	dial->connected = dial->attempt.fd;
	session_name_descriptor(session, session->running.side, "connection", dial->connected);
	if (dial->remote->proxy_header != 0)
		errand_add(session, on_own_name, "getsockname(%d)", dial->attempt.fd);
	else if (!dial->remote->piped || dial->remote->verbose)
		add_path(session, dial);
}

/* ---- one address after the other ---- */

static void on_attempt(struct session *session, struct dial *dial);
static void on_pending(struct session *session, struct dial *dial);

static void try_next(struct session *session, struct dial *dial)
{
	static const struct attempt_ops ops = { .pending = on_pending, .over = on_attempt };

	if (dial->next < dial->count) {
		attempt_begin(session, dial, &dial->addresses[dial->next++], &ops);
		return;
	}
	if (race_goes_on(session, dial))
		return;
	session_complain(session, -1, "%s%s%s: %s", dial->remote->host, dial->remote->port == NULL ? "" : " ",
			 dial->remote->port == NULL ? "" : dial->remote->port,
			 dial->count == 1 ? "no connection" : "no connection to any of its addresses");
	errand_end(session, OUTCOME_FAILED);
}

static void on_pending(struct session *session, struct dial *dial)
{
	race_wait(session, dial, dial->next < dial->count ? try_next : NULL);
}

static void say_no_answer(struct session *session, const struct dial *dial)
{
	char *address = dial_address(&dial->attempt.address);
	struct text text;

	text_init(&text);
	attempt_describe(&text, dial);
	/* In a pipe nothing is said but what went wrong, and this did. */
	if (dial->remote->piped && !dial->remote->verbose)
		session_complain(session, -1, "%s %s", address, text.data);
	else
		session_say(session, "%s %s", address, text.data);
	text_release(&text);
	free(address);
}

static void on_attempt(struct session *session, struct dial *dial)
{
	if (dial->attempt.end != ATTEMPT_CONNECTED) {
		say_no_answer(session, dial);
		try_next(session, dial);
		return;
	}
	race_over(session, dial);
	if (dial->via_host != NULL)
		proxy_begin(session, dial, on_through);
	else
		on_through(session, dial);
}

void dial_connect(struct session *session, struct dial *dial)
{
	dial->races = dial->count > 1 && dial->remote->type == SOCK_STREAM;
	try_next(session, dial);
}
