#include "observe/facts.h"

#include <netinet/in.h>

#include "call/constants.h"

struct diag_key facts_key(const struct socket_facts *facts)
{
	return (struct diag_key){
		.protocol = facts->protocol,
		.local = facts->local,
		.peer = facts->peer,
		.cookie = facts->cookie,
		.inode = facts->inode,
		.interface = facts->interface,
		.raw_protocol = facts->raw_protocol,
		.bound = facts->protocol == IPPROTO_TCP && facts->state == STATE_CLOSED,
	};
}

static bool is_nowhere(const struct address *address)
{
	return address->len == 0 || (address_is_wildcard(address) && address_port(address) == 0);
}

bool facts_same_address(const struct address *a, const struct address *b)
{
	struct address plain_a = address_unmapped(a);
	struct address plain_b = address_unmapped(b);

	if (is_nowhere(&plain_a) || is_nowhere(&plain_b))
		return is_nowhere(&plain_a) && is_nowhere(&plain_b);
	return address_equal(&plain_a, &plain_b);
}

/* The number that stays with a socket for life: its cookie, or its inode where the kernel did not tell the cookie. */
static bool same_identity(const struct socket_facts *facts, const struct diag_key *key)
{
	if (key->cookie != 0 && facts->cookie != 0)
		return key->cookie == facts->cookie;
	if (key->inode != 0 && facts->inode != 0)
		return key->inode == facts->inode;
	return true;
}

bool facts_match(const struct socket_facts *facts, const struct diag_key *key)
{
	if (facts->protocol != key->protocol || !same_identity(facts, key))
		return false;
	if (key->protocol == 0)
		return key->inode == 0 || facts->inode == key->inode;
	if (key->protocol == IPPROTO_RAW && facts->raw_protocol != key->raw_protocol)
		return false;
	return facts_same_address(&facts->local, &key->local) &&
	       (key->peer_unknown || facts_same_address(&facts->peer, &key->peer));
}

const char *facts_state_name(const struct socket_facts *facts)
{
	const char *state = constant_name(GROUP_STATE, facts->state);

	if (facts->protocol == IPPROTO_TCP || facts->state == STATE_LISTEN)
		return state == NULL ? "not known" : state;
	return facts->state == STATE_ESTABLISHED ? "ESTAB" : "UNCONN";
}

const char *facts_timer_name(enum socket_timer timer)
{
	switch (timer) {
	case TIMER_NONE:
		return "";
	case TIMER_RETRANSMIT:
		return "on";
	case TIMER_KEEPALIVE:
		return "keepalive";
	case TIMER_TIME_WAIT:
		return "timewait";
	case TIMER_PERSIST:
		return "persist";
	case TIMER_UNKNOWN:
		return "unknown";
	}
	return "unknown";
}
