#include "face/client_style.h"

#include "world/clients.h"

static enum style style_of_number(int64_t fd)
{
	return (enum style)(STYLE_CLIENT + fd % CLIENT_STYLES);
}

enum style client_style_of_fd(const struct world_side *side, const struct world_fd *fd)
{
	return clients_has(side, fd) && clients_count(side, 2) > 1 ? style_of_number(fd->number) : STYLE_PLAIN;
}

static enum style style_of_descriptor(const struct world *world, const char *name, int64_t number)
{
	const struct world_side *side = name == NULL ? NULL : world_side(world, name);
	const struct world_fd *fd = side == NULL || number < 0 ? NULL : world_fd(side, (int)number);

	return fd == NULL ? STYLE_PLAIN : client_style_of_fd(side, fd);
}

/* accept() is told of before the descriptor that it has brought: what the side has are the others. */
static bool brings_client(const struct event_call *call)
{
	return call->call != NULL && (string_is(call->call, "accept") || string_is(call->call, "accept4")) &&
	       call->status != NULL && string_is(call->status, "returned") && call->result >= 0;
}

static enum style style_of_call(const struct world *world, const struct event_call *call)
{
	const struct world_side *side = call->side == NULL ? NULL : world_side(world, call->side);

	if (!brings_client(call))
		return style_of_descriptor(world, call->side, call->fd);
	return side != NULL && clients_count(side, 1) > 0 ? style_of_number(call->result) : STYLE_PLAIN;
}

enum style client_style_of_event(const struct world *world, const struct event *event)
{
	if (event->kind == EVENT_call)
		return style_of_call(world, &event->call);
	if (event->kind == EVENT_copy)
		return style_of_descriptor(world, event->copy.side, event->copy.fd);
	if (event->kind == EVENT_tls)
		return style_of_descriptor(world, event->tls.side, event->tls.fd);
	return STYLE_PLAIN;
}

static enum style style_of_pair(const struct world *world, const char *host, const char *local, const char *peer)
{
	const struct world_socket *socket = world_socket_by_addresses(world, host, local, peer, NULL);
	struct world_side *side;
	struct world_fd *fd;

	if (socket == NULL || !world_socket_holder(world, socket, &side, &fd))
		return STYLE_PLAIN;
	return client_style_of_fd(side, fd);
}

enum style client_style_of_segment(const struct world *world, const struct event_segment *segment)
{
	enum style sender;

	if (segment->from == NULL || segment->to == NULL || segment->src == NULL || segment->dst == NULL)
		return STYLE_PLAIN;
	sender = style_of_pair(world, segment->from, segment->src, segment->dst);
	return sender != STYLE_PLAIN ? sender : style_of_pair(world, segment->to, segment->dst, segment->src);
}
