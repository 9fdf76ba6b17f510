/*
 * Addresses: of IPv4, IPv6 and UNIX, with the names of hosts.
 */
#include "call/read.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "call/address.h"
#include "call/word.h"

/* The descriptor that the call is about, -1 without one: an address depends on its family. */
static int first_descriptor(const struct call *call)
{
	return call->spec->args[0].type == ARG_FD && call->args[0].kind == VALUE_NUMBER ? (int)call->args[0].number
											: -1;
}

static struct address wildcard(const struct reader *reader)
{
	const struct call_context *context = reader->context;

	if (context == NULL || context->family == NULL)
		return address_any(AF_INET, 0);
	return address_any(context->family(context->owner, first_descriptor(reader->call)), 0);
}

/* A host that is no number: a lab host or side, or a name for the side to resolve. */
static bool read_host(struct reader *reader, const char *host, struct value *value)
{
	const struct call_context *context = reader->context;
	struct address address;

	if (string_is(host, "*"))
		address = wildcard(reader);
	else if (!address_read_ip(&address, host) &&
		 (context == NULL || context->host == NULL ||
		  !context->host(context->owner, host, first_descriptor(reader->call), &address, reader->message)))
		return false;
	value_set_address(value, &address);
	return true;
}

static void set_hostname(struct value *value, const char *host, const char *service)
{
	value_set_bytes(value, host, strlen(host));
	value_set_bytes(value_append(value), service, strlen(service));
	value->kind = VALUE_HOSTNAME;
}

static bool say_bad_port(struct reader *reader, const char *host, const char *port)
{
	if (*host == '\0') {
		text_add(reader->message, "the host is missing before :");
		word_show(reader->message, port);
		text_add(reader->message, " (* is any address of this host)");
	} else if (*port == '\0') {
		text_add(reader->message, "the port is missing after ");
		word_show(reader->message, host);
		text_add(reader->message, ":");
	} else {
		text_add(reader->message, "a port is between 0 and 65535");
	}
	return false;
}

/* Brackets around an IPv6 address are gone. */
static bool read_host_and_port(struct reader *reader, const char *host, const char *port, struct value *value)
{
	long long number = 0;
	bool numeric = read_integer(port, 10, &number) || errno == ERANGE;

	if (*host == '\0' || *port == '\0' || (numeric && (errno == ERANGE || number < 0 || number > 65535)))
		return say_bad_port(reader, host, port);
	if (numeric && read_host(reader, host, value)) {
		address_set_port(&value->address, (uint16_t)number);
		return true;
	}
	if (reader->message->len > 0)
		return false;
	if (reader->context == NULL || reader->context->host == NULL) {
		text_add(reader->message, "names of hosts and services are not known here");
		return false;
	}
	set_hostname(value, host, port);
	return true;
}

/* `word` is cut at its last colon. */
static bool read_ip_address(struct reader *reader, char *word, struct value *value)
{
	char *colon = strrchr(word, ':'), *host = word;

	if (colon == NULL)
		return false;
	if (*word == '[' && colon > word && colon[-1] == ']') {
		host++;
		colon[-1] = '\0';
	} else if (strchr(word, ':') != colon) {
		text_add(reader->message, "an IPv6 address stands in brackets before its port, as in [::1]:80");
		return false;
	}
	*colon = '\0';
	return read_host_and_port(reader, host, colon + 1, value);
}

/* address = HOST ":" PORT | "[" V6 "]:" PORT | "*:" PORT | "unix:" NAME | "AF_UNSPEC" (connect(2): dissolve) */
bool read_address(struct reader *reader, const struct arg_spec *arg, const struct syntax *syntax, struct value *value)
{
	struct address address = { .any.sa_family = AF_UNSPEC, .len = sizeof(struct sockaddr) };
	char *word;
	bool ok;

	(void)arg;
	if (!syntax_is_word(syntax))
		return false;
	if (string_starts_with(syntax->text, "unix:")) {
		ok = address_read_unix(&address, syntax->text, reader->message);
		if (ok)
			value_set_address(value, &address);
		return ok;
	}
	if (string_is(syntax->text, "AF_UNSPEC")) {
		value_set_address(value, &address);
		return true;
	}
	word = xstrdup(syntax->text);
	ok = read_ip_address(reader, word, value);
	free(word);
	return ok;
}
