/*
 * Can it be known that all is quiet? Only if no other process and no other machine has a part in the call.
 */
#include "session/making.h"

#include <ifaddrs.h>
#include <string.h>

/* Is this one of the machine's own addresses? */
static bool is_own_address(const struct address *address)
{
	struct ifaddrs *list, *each;
	bool own = false;

	if (getifaddrs(&list) != 0)
		return false;
	for (each = list; each != NULL && !own; each = each->ifa_next) {
		struct address mine = { 0 };

		if (each->ifa_addr == NULL)
			continue;
		if (each->ifa_addr->sa_family == AF_INET)
			memcpy(&mine.in, each->ifa_addr, mine.len = sizeof(mine.in));
		else if (each->ifa_addr->sa_family == AF_INET6)
			memcpy(&mine.in6, each->ifa_addr, mine.len = sizeof(mine.in6));
		address_set_port(&mine, address_port(address));
		mine.in6.sin6_scope_id = mine.any.sa_family == AF_INET6 ? address->in6.sin6_scope_id : 0;
		own = mine.len > 0 && address_equal(&mine, address);
	}
	freeifaddrs(list);
	return own;
}

static bool is_here(const struct address *given)
{
	struct address address = address_unmapped(given);

	if (!address_is_ip(&address) || address_is_wildcard(&address))
		return true;
	if (address.any.sa_family == AF_INET && ntohl(address.in.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET)
		return true;
	return is_own_address(&address);
}

const struct event_fd *making_row(const struct session *session, const struct call *call)
{
	const struct world_side *side = world_side(&session->world, session->running.side);
	const struct world_fd *fd = NULL;

	if (side != NULL && call->spec->args[0].type == ARG_FD)
		fd = world_fd(side, (int)call->args[0].number);
	return fd == NULL ? NULL : &fd->row;
}

/* Is this the socket that answers at the address, or the listener whose connection does? */
static bool answers_at(const struct event_fd *row, const struct address *peer)
{
	struct address local, wanted = address_unmapped(peer);

	if (row->local == NULL || !address_read(&local, row->local, AF_INET))
		return false;
	local = address_unmapped(&local);
	if (address_is_wildcard(&local))
		return address_is_ip(&wanted) && address_port(&local) == address_port(&wanted);
	return address_equal(&local, &wanted);
}

static bool is_nameless(const struct address *address)
{
	return address->any.sa_family == AF_UNIX && address->len <= offsetof(struct sockaddr_un, sun_path);
}

/* Is one of a side's sockets connected to that name? */
static bool has_come_from_a_side(const struct session *session, const char *name)
{
	const struct world *world = &session->world;

	for (size_t i = 0; i < world->side_count; i++)
		for (size_t j = 0; j < world->sides[i].fd_count; j++) {
			const char *peer = world->sides[i].fds[j].row.peer;

			if (peer != NULL && string_is(peer, name))
				return true;
		}
	return false;
}

static bool is_held_by_a_side(const struct session *session, const struct address *peer)
{
	const struct world *world = &session->world;

	for (size_t i = 0; i < world->side_count; i++)
		for (size_t j = 0; j < world->sides[i].fd_count; j++)
			if (answers_at(&world->sides[i].fds[j].row, peer))
				return true;
	return false;
}

/* At the other end of the descriptor is a side. (When any other process of this machine answers, nobody can know.) */
static bool peer_is_a_side(const struct session *session, const struct call *call)
{
	const struct event_fd *row = making_row(session, call);
	struct address peer, local;

	if (row == NULL || row->peer == NULL || !address_read(&peer, row->peer, AF_INET))
		return true;
	if (!is_nameless(&peer))
		return is_held_by_a_side(session, &peer);
	/* A socketpair's; or it was accepted from whoever connected to the name. */
	return row->local == NULL || !address_read(&local, row->local, AF_INET) || is_nameless(&local) ||
	       has_come_from_a_side(session, row->local);
}

bool making_quiet_can_be_known(const struct session *session)
{
	const struct call *call = &session->running.call;

	if (call->spec->blocks == BLOCKS_LIBRARY)
		return false;
	/* Every host of a lab is ours, and so is the wire between them. */
	if (session->lab->wire != NULL)
		return true;
	for (size_t i = 0; i < call_arg_count(call->spec); i++)
		if (call->args[i].kind == VALUE_ADDRESS && call->spec->args[i].need != ARG_OUT &&
		    !is_here(&call->args[i].address))
			return false;
	return peer_is_a_side(session, call);
}
