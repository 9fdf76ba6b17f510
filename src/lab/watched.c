#include "lab/watched.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* ---- the list ---- */

void watch_list_release(struct watch_list *list)
{
	free(list->all);
	*list = (struct watch_list){ 0 };
}

/* Where it is, or would be. */
static size_t place_of(const struct watch_list *list, int64_t cookie)
{
	size_t low = 0, high = list->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (list->all[middle].cookie < cookie)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct watched *watch_list_find(const struct watch_list *list, int64_t cookie)
{
	size_t place = place_of(list, cookie);

	return place < list->count && list->all[place].cookie == cookie ? &list->all[place] : NULL;
}

/* A new cookie is mostly the highest. */
struct watched *watch_list_add(struct watch_list *list, int64_t cookie)
{
	struct watched *watched = watch_list_find(list, cookie);
	size_t place = place_of(list, cookie);

	if (watched != NULL)
		return watched;
	list->all = array_grow(list->all, list->count, &list->room, sizeof(*list->all));
	memmove(&list->all[place + 1], &list->all[place], (list->count++ - place) * sizeof(*list->all));
	list->all[place] = (struct watched){ .cookie = cookie };
	return &list->all[place];
}

void watch_list_remove(struct watch_list *list, struct watched *watched)
{
	size_t place = (size_t)(watched - list->all);

	memmove(watched, watched + 1, (--list->count - place) * sizeof(*watched));
}

/* ---- one of them ---- */

static struct watched_address shortened(const struct address *address)
{
	struct watched_address kept = { .any.sa_family = AF_UNSPEC };

	if (address->len > 0 && address->any.sa_family == AF_INET)
		kept.in = address->in;
	else if (address->len > 0 && address->any.sa_family == AF_INET6)
		kept.in6 = address->in6;
	return kept;
}

static struct address restored(const struct watched_address *kept)
{
	if (kept->any.sa_family == AF_INET)
		return (struct address){ .in = kept->in, .len = sizeof(kept->in) };
	if (kept->any.sa_family == AF_INET6)
		return (struct address){ .in6 = kept->in6, .len = sizeof(kept->in6) };
	return (struct address){ .len = 0 };
}

struct diag_key watched_key(const struct watched *watched)
{
	return (struct diag_key){
		.protocol = watched->protocol,
		.local = restored(&watched->local),
		.peer = restored(&watched->peer),
		.cookie = (uint64_t)watched->cookie,
		.inode = watched->inode,
		.interface = watched->interface,
		.raw_protocol = watched->raw_protocol,
		.bound = watched->bound,
	};
}

void watched_set_key(struct watched *watched, const struct diag_key *key)
{
	watched->protocol = key->protocol;
	watched->inode = key->inode;
	watched->interface = key->interface;
	watched->raw_protocol = key->raw_protocol;
	watched->bound = key->bound;
	watched->tcp = key->protocol == IPPROTO_TCP;
	watched_set_local(watched, &key->local);
	watched_set_peer(watched, &key->peer);
}

void watched_set_local(struct watched *watched, const struct address *local)
{
	watched->local = shortened(local);
}

void watched_set_peer(struct watched *watched, const struct address *peer)
{
	watched->peer = shortened(peer);
}

/* Both kinds have it at the same place (RFC 3493 section 3.3, and 4.4BSD's before it). */
uint16_t watched_port(const struct watched *watched)
{
	return watched->local.any.sa_family == AF_UNSPEC ? 0 : ntohs(watched->local.in.sin_port);
}

bool watched_can_be_asked(const struct watched *watched)
{
	if (watched->protocol == 0)
		return watched->inode != 0;
	return watched_port(watched) != 0 || watched->protocol == IPPROTO_RAW;
}

bool watched_is(const struct watched *watched, int protocol, const struct address *local, const struct address *peer)
{
	struct address here, there;

	if (watched->protocol != protocol || watched_port(watched) != address_port(local))
		return false;
	here = restored(&watched->local);
	there = restored(&watched->peer);
	return facts_same_address(&here, local) && facts_same_address(&there, peer);
}
