#include "session/rendering.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "call/constants.h"
#include "event/event.h"

void rendering_protocol(struct text *out, const char *proto, int64_t family)
{
	bool has_families = string_is(proto, "tcp") || string_is(proto, "udp") || string_is(proto, "raw");

	text_addf(out, "%s%s", proto, has_families && family == AF_INET6 ? "6" : "");
}

const char *rendering_protocol_name(int protocol)
{
	if (protocol == IPPROTO_TCP)
		return "tcp";
	if (protocol == IPPROTO_UDP)
		return "udp";
	return protocol == IPPROTO_RAW ? "raw" : "unix";
}

unsigned rendering_port(const char *address)
{
	const char *colon = address == NULL || string_starts_with(address, "unix:") ? NULL : strrchr(address, ':');

	return colon == NULL ? 0 : (unsigned)strtoul(colon + 1, NULL, 10);
}

bool rendering_is_bound(const char *address)
{
	if (address != NULL && string_starts_with(address, "unix:"))
		return !string_is(address, "unix:");
	return rendering_port(address) != 0;
}

bool rendering_same_kind(const struct world_socket *socket, const struct event_fd *row)
{
	if (string_starts_with(socket->proto, "unix") && row->proto != NULL && string_starts_with(row->proto, "unix"))
		return socket->type == row->type;
	return row->proto != NULL && string_is(socket->proto, row->proto);
}

const char *rendering_address(const char *address)
{
	return rendering_is_bound(address) ? address : "";
}

static void add_number(struct text *out, int64_t number)
{
	if (number == EVENT_NO_INT)
		text_add(out, "?");
	else
		text_addf(out, "%lld", (long long)number);
}

void rendering_state(struct text *out, const char *state, const struct world_socket *socket)
{
	text_add(out, state);
	if (!string_is(state, "LISTEN") || socket == NULL ||
	    (socket->recvq == EVENT_NO_INT && socket->sendq == EVENT_NO_INT))
		return;
	text_add(out, " ");
	add_number(out, socket->recvq);
	text_add(out, "/");
	add_number(out, socket->sendq);
}

