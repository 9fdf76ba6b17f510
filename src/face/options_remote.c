#include "face/options_remote.h"

#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"

/* ---- arguments that are said or not ---- */

static bool *flag_of(struct remote *remote, enum argument_id id)
{
	const struct {
		enum argument_id id;
		bool *flag;
	} flags[] = {
		{ ARGUMENT_listen, &remote->listen },
		{ ARGUMENT_keep_listening, &remote->keep },
		{ ARGUMENT_numeric, &remote->numeric },
		{ ARGUMENT_crlf, &remote->crlf },
		{ ARGUMENT_shut_at_end, &remote->shut_at_end },
		{ ARGUMENT_no_stdin, &remote->no_stdin },
		{ ARGUMENT_scan, &remote->scan },
		{ ARGUMENT_random_ports, &remote->random_ports },
		{ ARGUMENT_verbose, &remote->verbose },
		{ ARGUMENT_broadcast, &remote->broadcast },
		{ ARGUMENT_hex, &remote->hex },
		{ ARGUMENT_raw, &remote->raw },
		{ ARGUMENT_no_verify, &remote->tls.no_verify },
	};

	for (size_t i = 0; i < COUNT_OF(flags); i++)
		if (flags[i].id == id)
			return flags[i].flag;
	return NULL;
}

static const char **word_of(struct remote *remote, enum argument_id id)
{
	const struct {
		enum argument_id id;
		const char **word;
	} words[] = {
		{ ARGUMENT_local_address, &remote->source },
		{ ARGUMENT_local_port, &remote->source_port },
		{ ARGUMENT_proxy, &remote->proxy },
		{ ARGUMENT_proxy_user, &remote->proxy_user },
		{ ARGUMENT_dump, &remote->dump },
		{ ARGUMENT_ca, &remote->tls.ca },
		{ ARGUMENT_cert, &remote->tls.cert },
		{ ARGUMENT_key, &remote->tls.key },
		{ ARGUMENT_alpn, &remote->tls.alpn },
		{ ARGUMENT_keylog, &remote->tls.keylog },
	};

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (words[i].id == id)
			return words[i].word;
	return NULL;
}

/* ---- numbers ---- */

static bool read_whole(const char *text, long least, long most, long *number)
{
	char *end;

	errno = 0;
	*number = strtol(text, &end, 0);
	return *text != '\0' && *end == '\0' && errno == 0 && *number >= least && *number <= most;
}

static bool take_whole(int *place, const char *name, const char *value, long most, struct text *message)
{
	long number;

	if (!read_whole(value, 1, most, &number)) {
		text_addf(message, "%s takes a number from 1 to %ld, not %s", name, most, value);
		return false;
	}
	*place = (int)number;
	return true;
}

static bool take_seconds(double *place, const char *name, const char *value, struct text *message)
{
	char *end;

	*place = strtod(value, &end);
	if (*value != '\0' && *end == '\0' && *place >= 0 && *place < 1e9)
		return true;
	text_addf(message, "%s takes seconds, not %s", name, value);
	return false;
}

/* nc's: a negative number is for ever. */
static bool take_quit(struct remote *remote, const char *value, struct text *message)
{
	remote->quits = true;
	if (*value != '-')
		return take_seconds(&remote->quit_after, "-q", value, message);
	remote->quit_after = -1;
	return true;
}

static bool take_limit(struct remote *remote, const char *value, struct text *message)
{
	if (read_whole(value, 1, LONG_MAX, &remote->receive_limit))
		return true;
	text_addf(message, "-W takes a number from 1, not %s", value);
	return false;
}

/* The words of nc's -T: of the old type of service (RFC 1349), and of DSCP (RFC 2474, 2597, 3246). */
static bool take_service_type(struct remote *remote, const char *value, struct text *message)
{
	static const struct {
		const char *name;
		int value;
	} names[] = {
		{ "lowdelay", IPTOS_LOWDELAY }, { "throughput", IPTOS_THROUGHPUT },
		{ "reliability", IPTOS_RELIABILITY }, { "lowcost", 0x02 },
		{ "inetcontrol", IPTOS_PREC_INTERNETCONTROL }, { "netcontrol", IPTOS_PREC_NETCONTROL },
		{ "critical", IPTOS_PREC_CRITIC_ECP }, { "ef", 0xb8 },
		{ "af11", 0x28 }, { "af12", 0x30 }, { "af13", 0x38 }, { "af21", 0x48 }, { "af22", 0x50 },
		{ "af23", 0x58 }, { "af31", 0x68 }, { "af32", 0x70 }, { "af33", 0x78 }, { "af41", 0x88 },
		{ "af42", 0x90 }, { "af43", 0x98 }, { "cs0", 0x00 }, { "cs1", 0x20 }, { "cs2", 0x40 },
		{ "cs3", 0x60 }, { "cs4", 0x80 }, { "cs5", 0xa0 }, { "cs6", 0xc0 }, { "cs7", 0xe0 },
	};
	long number;

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (string_is(names[i].name, value)) {
			remote->type_of_service = names[i].value;
			return true;
		}
	if (!read_whole(value, 0, 255, &number)) {
		text_addf(message, "-T takes a number from 0 to 255, or a name such as lowdelay or af11, not %s",
			  value);
		return false;
	}
	remote->type_of_service = (int)number;
	return true;
}

/* ---- proxies, TLS ---- */

static bool take_proxy_kind(struct remote *remote, const char *value, struct text *message)
{
	static const struct {
		const char *name;
		enum remote_proxy kind;
	} kinds[] = {
		{ "5", REMOTE_PROXY_SOCKS5 },
		{ "4", REMOTE_PROXY_SOCKS4 },
		{ "4a", REMOTE_PROXY_SOCKS4A },
		{ "connect", REMOTE_PROXY_CONNECT },
	};

	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (string_is(kinds[i].name, value)) {
			remote->proxy_kind = kinds[i].kind;
			return true;
		}
	text_addf(message, "-X takes 4, 4a, 5 or connect, not %s", value);
	return false;
}

static bool take_tls(struct remote *remote, enum argument_id id, const char *value, struct text *message)
{
	remote->tls.wanted = true;
	if (id == ARGUMENT_starttls)
		remote->tls.starttls = value;
	else
		remote->tls.name = value;
	if (value == NULL || *value != '\0')
		return true;
	text_add(message, "a name is expected behind =");
	return false;
}

bool options_remote_netns(struct remote *remote, const char *value, struct text *message)
{
	bool whole = strncmp(value, "pid:", 4) == 0 || strncmp(value, "netns:", 6) == 0;
	int len = snprintf(remote->netns, sizeof(remote->netns), "%s%s", whole ? "" : "netns:", value);

	if (*value != '\0' && len > 0 && (size_t)len < sizeof(remote->netns) && strpbrk(value, " /") == NULL)
		return true;
	text_addf(message, "--netns takes pid:NUMBER or a name of ip-netns(8), not %s", value);
	return false;
}

static bool take_other(struct remote *remote, enum argument_id id, const char *value, struct text *message)
{
	if (id == ARGUMENT_timeout)
		return take_seconds(&remote->timeout, "-w", value, message);
	if (id == ARGUMENT_interval)
		return take_seconds(&remote->interval, "-i", value, message);
	if (id == ARGUMENT_quit_after)
		return take_quit(remote, value, message);
	if (id == ARGUMENT_receive_limit)
		return take_limit(remote, value, message);
	if (id == ARGUMENT_receive_buffer)
		return take_whole(&remote->receive_buffer, "-I", value, INT_MAX, message);
	if (id == ARGUMENT_send_buffer)
		return take_whole(&remote->send_buffer, "-O", value, INT_MAX, message);
	if (id == ARGUMENT_most_clients)
		return take_whole(&remote->most_clients, "--max-conns", value, INT_MAX, message);
	if (id == ARGUMENT_min_ttl)
		return take_whole(&remote->min_ttl, "-m", value, 255, message);
	if (id == ARGUMENT_ttl)
		return take_whole(&remote->ttl, "-M", value, 255, message);
	if (id == ARGUMENT_proxy_protocol_header)
		return take_whole(&remote->proxy_header, "--proxy-protocol", value, 2, message);
	if (id == ARGUMENT_type_of_service)
		return take_service_type(remote, value, message);
	if (id == ARGUMENT_netns)
		return options_remote_netns(remote, value, message);
	return take_proxy_kind(remote, value, message);
}

static bool has_value_to_read(enum argument_id id)
{
	static const enum argument_id ids[] = {
		ARGUMENT_timeout,        ARGUMENT_interval,       ARGUMENT_quit_after,
		ARGUMENT_receive_limit,  ARGUMENT_receive_buffer, ARGUMENT_send_buffer,
		ARGUMENT_min_ttl,        ARGUMENT_ttl,            ARGUMENT_proxy_protocol_header,
		ARGUMENT_type_of_service, ARGUMENT_proxy_protocol, ARGUMENT_netns,
		ARGUMENT_most_clients,
	};

	for (size_t i = 0; i < COUNT_OF(ids); i++)
		if (ids[i] == id)
			return true;
	return false;
}

bool options_remote_take(struct remote *remote, enum argument_id id, const char *value, bool *known,
			 struct text *message)
{
	bool *flag = flag_of(remote, id);
	const char **word = word_of(remote, id);

	*known = true;
	if (flag != NULL)
		*flag = true;
	else if (word != NULL)
		*word = value;
	else if (id == ARGUMENT_udp)
		remote->type = SOCK_DGRAM;
	else if (id == ARGUMENT_ipv4 || id == ARGUMENT_ipv6 || id == ARGUMENT_unix_socket)
		remote->family = id == ARGUMENT_ipv4 ? AF_INET : id == ARGUMENT_ipv6 ? AF_INET6 : AF_UNIX;
	else if (id == ARGUMENT_tls || id == ARGUMENT_starttls)
		return take_tls(remote, id, value, message);
	else if (has_value_to_read(id))
		return take_other(remote, id, value, message);
	else
		*known = false;
	return true;
}

/* ---- where ---- */

static bool is_number(const char *text, size_t len)
{
	return len > 0 && strspn(text, "0123456789") >= len;
}

/* 80, 20-30, http. A name is for getaddrinfo. */
static bool read_port(struct remote *remote, const char *word, struct text *message)
{
	size_t first_len = strcspn(word, "-");
	const char *last = word[first_len] == '-' ? word + first_len + 1 : word;
	bool range = last != word;
	long from, to;

	remote->port = word;
	if (!is_number(word, first_len) || !is_number(last, strlen(last))) {
		if (*word != '\0' && !is_number(word, 1))
			return true;
		text_addf(message, "%s is no port, no range of ports such as 20-30, and no service's name", word);
		return false;
	}
	from = strtol(word, NULL, 10);
	to = strtol(last, NULL, 10);
	if (from > 65535 || to > 65535 || from > to || (from == 0 && (range || !remote->listen))) {
		text_addf(message, "ports are numbers from %d to 65535, the lower first, and not %s",
			  remote->listen ? 0 : 1, word);
		return false;
	}
	if (range && !remote->scan) {
		text_addf(message, "a range of ports (%s) is for -z", word);
		return false;
	}
	remote->port_first = (uint16_t)from;
	remote->port_last = (uint16_t)to;
	return true;
}

static bool goes_together(const struct remote *remote, struct text *message)
{
	if (remote->listen && remote->scan)
		text_add(message, "-l listens and -z looks who listens: not both");
	else if (remote->listen && remote->proxy != NULL)
		text_add(message, "-l does not go with -x");
	else if (remote->keep && !remote->listen)
		text_add(message, "-k is for -l");
	else if (remote->most_clients > 0 && (!remote->keep || remote->type == SOCK_DGRAM))
		text_add(message, "--max-conns is for -l -k, and not for -u, which has no connections");
	else if (remote->family == AF_UNIX && (remote->proxy != NULL || remote->scan))
		text_add(message, "-U does not go with -x or -z");
	else if (remote->proxy != NULL && (remote->type == SOCK_DGRAM || remote->scan))
		text_add(message, "-x does not go with -u or -z: a proxy passes TCP on");
	return message->len == 0;
}

static bool miscounted(const struct remote *remote, struct text *message)
{
	if (remote->family == AF_UNIX)
		text_add(message, "-U takes a path, or @NAME for an abstract one, and nothing else");
	else
		text_addf(message, "it is used so: sockstep %s", remote->listen ? "-l [ADDRESS] PORT" : "HOST PORT");
	return false;
}

bool options_remote_place(struct remote *remote, char *const words[], size_t count, struct text *message)
{
	bool local = remote->family == AF_UNIX;
	/* nc -l -p PORT, as many write it. */
	bool port_said = remote->listen && !local && remote->source_port != NULL;
	size_t most = local || port_said ? 1 : 2, least = port_said ? 0 : remote->listen ? 1 : most;

	remote->wanted = remote->listen || count > 0;
	if (!remote->wanted && remote->dump != NULL) {
		text_add(message, "-o is for HOST PORT and -l: `save FILE` writes what has passed elsewhere");
		return false;
	}
	if (!remote->wanted)
		return true;
	if (remote->dump != NULL && (*remote->dump == '\0' || strpbrk(remote->dump, "\r\n") != NULL)) {
		text_add(message, "-o takes the name of a file, without the end of a line");
		return false;
	}
	if (count < least || count > most)
		return miscounted(remote, message);
	if (local || count == 2 || (port_said && count == 1))
		remote->host = words[0];
	if (!local && !read_port(remote, port_said ? remote->source_port : words[count - 1], message))
		return false;
	return goes_together(remote, message);
}
