#include "session/remote_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

char *dial_address(const struct address *address)
{
	struct text text;

	text_init(&text);
	address_print(&text, address);
	return text_take(&text);
}

const char *dial_family_name(int family)
{
	return family == AF_UNIX ? "AF_UNIX" : family == AF_INET6 ? "AF_INET6" : "AF_INET";
}

const char *dial_type_name(const struct remote *remote)
{
	return remote->type == SOCK_DGRAM ? "SOCK_DGRAM" : "SOCK_STREAM";
}

char *dial_socket_arguments(const struct remote *remote, const struct address *address)
{
	return text_format("%s, %s, 0", dial_family_name(address->any.sa_family), dial_type_name(remote));
}

long dial_last_number(const struct event_call *call)
{
	const char *last = strrchr(call->text, ' ');

	last = last == NULL ? call->text : last + 1;
	last += *last == '[';
	return *last >= '0' && *last <= '9' ? strtol(last, NULL, 10) : -1;
}

/* "getnameinfo(127.0.0.1:80, "127.0.0.1", "http", NI_NUMERICHOST)" */
char *dial_service(const struct event_call *call)
{
	const char *name = call->error != NULL ? NULL : strstr(call->text, "\", \"");

	if (name == NULL)
		return NULL;
	name += strlen("\", \"");
	if (*name >= '0' && *name <= '9')
		return NULL;
	return xstrndup(name, strcspn(name, "\""));
}

void dial_name_port(struct session *session, const struct dial *dial, const struct address *address,
		    errand_then *then)
{
	char *shown = dial_address(address);

	errand_add(session, then, "getnameinfo(%s, NI_NUMERICHOST%s)", shown,
		   dial->remote->type == SOCK_DGRAM ? "|NI_DGRAM" : "");
	free(shown);
}

/* ---- what is said of every socket ---- */

static void add_option(struct session *session, int fd, const char *level, const char *name, int value)
{
	errand_add(session, NULL, "setsockopt(%d, %s, %s, %d)", fd, level, name, value);
}

static void add_ip_options(struct session *session, const struct remote *remote, int fd, bool six)
{
	const char *level = six ? "IPPROTO_IPV6" : "IPPROTO_IP";

	if (remote->ttl > 0)
		add_option(session, fd, level, six ? "IPV6_UNICAST_HOPS" : "IP_TTL", remote->ttl);
	if (remote->min_ttl > 0)
		add_option(session, fd, level, six ? "IPV6_MINHOPCOUNT" : "IP_MINTTL", remote->min_ttl);
	if (remote->type_of_service >= 0)
		add_option(session, fd, level, six ? "IPV6_TCLASS" : "IP_TOS", remote->type_of_service);
}

void dial_add_options(struct session *session, const struct dial *dial, int fd, int family)
{
	const struct remote *remote = dial->remote;

	if (remote->broadcast)
		add_option(session, fd, "SOL_SOCKET", "SO_BROADCAST", 1);
	if (remote->receive_buffer > 0)
		add_option(session, fd, "SOL_SOCKET", "SO_RCVBUF", remote->receive_buffer);
	if (remote->send_buffer > 0)
		add_option(session, fd, "SOL_SOCKET", "SO_SNDBUF", remote->send_buffer);
	if (family != AF_UNIX)
		add_ip_options(session, remote, fd, family == AF_INET6);
}
