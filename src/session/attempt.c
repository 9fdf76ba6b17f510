#include "session/attempt.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static bool is(const char *text, const char *word)
{
	return text != NULL && string_is(text, word);
}

static void copy_word(char *place, size_t room, const char *word)
{
	size_t len = strnlen(word, room - 1);

	memcpy(place, word, len);
	place[len] = '\0';
}

bool attempt_is_tcp(const struct dial *dial)
{
	return dial->remote->type == SOCK_STREAM && dial->attempt.address.any.sa_family != AF_UNIX;
}

/* On one's own machine nobody stands between who could send an ICMP error. */
static bool is_loopback(const struct address *given)
{
	struct address address = address_unmapped(given);

	if (address.any.sa_family == AF_INET)
		return ntohl(address.in.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
	return address.any.sa_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&address.in6.sin6_addr);
}

/* ---- what was seen ---- */

static void over(struct session *session, struct dial *dial)
{
	dial->attempt.ops->over(session, dial);
}

static void on_closed(struct session *session, void *own, const struct event_call *call)
{
	(void)call;
	over(session, own);
}

static void close_and_go_on(struct session *session, struct dial *dial)
{
	errand_forget(session);
	errand_add(session, on_closed, "close(%d)", dial->attempt.fd);
}

static void see(struct dial *dial, enum attempt_end end, char *seen)
{
	free(dial->attempt.seen);
	dial->attempt.seen = seen;
	dial->attempt.end = end;
}

/* The error queue holds who sent which ICMP error; if it is empty, none came. */
static void on_error_read(struct session *session, void *own, const struct event_call *call)
{
	struct dial *dial = own;
	const char *error = call->error != NULL ? NULL : strstr(call->text, "error=\"");

	if (error != NULL) {
		error += strlen("error=\"");
		see(dial, ATTEMPT_UNREACHABLE, text_format("%.*s", (int)strcspn(error, "\""), error));
	} else if (dial->attempt.end == ATTEMPT_REFUSED) {
		see(dial, ATTEMPT_REFUSED, xstrdup("by an RST"));
	}
	close_and_go_on(session, dial);
}

/* "tcpi_total_retrans=3"; of what is 0 nothing stands there. */
static long total_retransmissions(const char *text)
{
	const char *found = strstr(text, "total_retrans=");

	return found == NULL ? 0 : strtol(found + strlen("total_retrans="), NULL, 10);
}

static void on_info(struct session *session, void *own, const struct event_call *call)
{
	struct dial *dial = own;
	const char *text = call->syscall != NULL ? call->syscall : call->text;
	long again = call->error != NULL ? -1 : total_retransmissions(text);

	if (again < 0)
		see(dial, ATTEMPT_SILENT, text_format("no answer in %.1f s", dial->attempt.took));
	else
		see(dial, ATTEMPT_SILENT, text_format("no answer in %.1f s: the SYN was sent %ld time%s",
						      dial->attempt.took, again + 1, again == 0 ? "" : "s"));
	close_and_go_on(session, dial);
}

static bool is_of_the_way(const char *error)
{
	static const char *const names[] = { "EHOSTUNREACH", "ENETUNREACH", "EHOSTDOWN", "ENETDOWN",
					     "ENOPROTOOPT",  "EPROTO",      "EACCES",	 "EMSGSIZE" };

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (is(error, names[i]))
			return true;
	return false;
}

void attempt_look_why(struct session *session, struct dial *dial, const char *error)
{
	struct attempt *attempt = &dial->attempt;

	copy_word(attempt->error, sizeof(attempt->error), error);
	if (is(error, "ETIMEDOUT") && attempt_is_tcp(dial)) {
		errand_add(session, on_info, "getsockopt(%d, IPPROTO_TCP, TCP_INFO)", attempt->fd);
		return;
	}
	if (is(error, "ECONNREFUSED") && attempt_is_tcp(dial))
		see(dial, ATTEMPT_REFUSED, xstrdup("by an RST"));
	else if (is_of_the_way(error))
		see(dial, ATTEMPT_UNREACHABLE, text_format("%s, by this machine's own routes or rules", error));
	else
		see(dial, ATTEMPT_FAILED, NULL);
	if (attempt->asks_errors && attempt->end != ATTEMPT_FAILED)
		errand_add(session, on_error_read, "recvmsg(%d, 1, MSG_ERRQUEUE)", attempt->fd);
	else
		close_and_go_on(session, dial);
}

void attempt_describe(struct text *out, const struct dial *dial)
{
	static const char *const words[] = {
		[ATTEMPT_CONNECTED] = "open",
		[ATTEMPT_REFUSED] = "refused",
		[ATTEMPT_UNREACHABLE] = "unreachable",
		[ATTEMPT_SILENT] = "silent",
		[ATTEMPT_FAILED] = "failed",
	};
	const struct attempt *attempt = &dial->attempt;

	text_add(out, words[attempt->end]);
	if (attempt->seen != NULL)
		text_addf(out, "%s %s", attempt->end == ATTEMPT_REFUSED ? "" : ":", attempt->seen);
	else if (attempt->error[0] != '\0')
		text_addf(out, ": %s", attempt->error);
}

/* ---- connected ---- */

/* In an established connection an ICMP error is a hint and no end (RFC 1122, section 4.2.3.9): with IP_RECVERR Linux
 * would make it one. */
static void add_calm(struct session *session, struct dial *dial)
{
	const struct attempt *attempt = &dial->attempt;
	bool six = attempt->address.any.sa_family == AF_INET6;

	if (attempt->asks_errors)
		errand_add(session, NULL, "setsockopt(%d, %s, %s, 0)", attempt->fd, six ? "IPPROTO_IPV6" : "IPPROTO_IP",
			   six ? "IPV6_RECVERR" : "IP_RECVERR");
	if (attempt->nonblocking)
		errand_add(session, NULL, "fcntl(%d, F_SETFL, O_RDWR)", attempt->fd);
}

void attempt_connected(struct session *session, struct dial *dial)
{
	see(dial, ATTEMPT_CONNECTED, NULL);
	dial->attempt.error[0] = '\0';
	if (dial->attempt.ops->only_looks) {
		close_and_go_on(session, dial);
		return;
	}
	add_calm(session, dial);
	over(session, dial);
}

/* ---- the socket ---- */

static void on_connected(struct session *session, void *own, const struct event_call *call)
{
	struct dial *dial = own;

	dial->attempt.took = call->took > 0 ? call->took : 0;
	if (is(call->error, "EINPROGRESS"))
		dial->attempt.ops->pending(session, dial);
	else if (call->error != NULL)
		attempt_look_why(session, dial, call->error);
	else
		attempt_connected(session, dial);
}

static void begin_connect(struct session *session, struct dial *dial)
{
	struct attempt *attempt = &dial->attempt;
	char *address = dial_address(&attempt->address);
	bool six = attempt->address.any.sa_family == AF_INET6;

	attempt->asks_errors = attempt_is_tcp(dial) && !is_loopback(&attempt->address);
	attempt->nonblocking = attempt_is_tcp(dial) && (dial->remote->timeout >= 0 || dial->races);
	if (attempt->asks_errors)
		errand_add(session, NULL, "setsockopt(%d, %s, %s, 1)", attempt->fd, six ? "IPPROTO_IPV6" : "IPPROTO_IP",
			   six ? "IPV6_RECVERR" : "IP_RECVERR");
	if (attempt->nonblocking)
		errand_add(session, NULL, "fcntl(%d, F_SETFL, O_RDWR|O_NONBLOCK)", attempt->fd);
	errand_add(session, on_connected, "connect(%d, %s)", attempt->fd, address);
	free(address);
}

/* -s and -p; as nc does, the port may still be in TIME_WAIT. False: the address is of another family. */
static bool local_address(const struct dial *dial, struct address *local)
{
	const struct remote *remote = dial->remote;
	int family = dial->attempt.address.any.sa_family;

	*local = address_any(family, 0);
	if (remote->source != NULL && (!address_read_ip(local, remote->source) || local->any.sa_family != family))
		return false;
	if (remote->source_port != NULL)
		address_set_port(local, (uint16_t)strtoul(remote->source_port, NULL, 10));
	return true;
}

static bool add_bind(struct session *session, struct dial *dial)
{
	const struct remote *remote = dial->remote;
	struct address local;
	char *shown;

	if (dial->attempt.address.any.sa_family == AF_UNIX) {
		/* A datagram's answer needs an address: the kernel makes one up (unix(7), autobind). */
		if (remote->source != NULL)
			errand_add(session, NULL, "bind(%d, unix:%s)", dial->attempt.fd, remote->source);
		else if (remote->type == SOCK_DGRAM)
			errand_add(session, NULL, "bind(%d, unix:)", dial->attempt.fd);
		return true;
	}
	if (remote->source == NULL && remote->source_port == NULL)
		return true;
	if (!local_address(dial, &local))
		return false;
	shown = dial_address(&local);
	errand_add(session, NULL, "setsockopt(%d, SOL_SOCKET, SO_REUSEADDR, 1)", dial->attempt.fd);
	errand_add(session, NULL, "bind(%d, %s)", dial->attempt.fd, shown);
	free(shown);
	return true;
}

static void on_socket(struct session *session, void *own, const struct event_call *call)
{
	struct dial *dial = own;

	if (call->error != NULL) {
		copy_word(dial->attempt.error, sizeof(dial->attempt.error), call->error);
		see(dial, ATTEMPT_FAILED, NULL);
		over(session, dial);
		return;
	}
	dial->attempt.fd = (int)call->result;
	dial_add_options(session, dial, dial->attempt.fd, dial->attempt.address.any.sa_family);
	if (add_bind(session, dial)) {
		begin_connect(session, dial);
		return;
	}
	see(dial, ATTEMPT_FAILED, text_format("-s %s is no address of that family", dial->remote->source));
	close_and_go_on(session, dial);
}

void attempt_begin(struct session *session, struct dial *dial, const struct address *address,
		   const struct attempt_ops *ops)
{
	char *arguments = dial_socket_arguments(dial->remote, address);

	free(dial->attempt.seen);
	dial->attempt = (struct attempt){ .address = *address, .fd = -1, .ops = ops };
	errand_add(session, on_socket, "socket(%s)", arguments);
	free(arguments);
}
