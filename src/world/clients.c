#include "world/clients.h"

#include <string.h>

static bool is(const char *text, const char *word)
{
	return text != NULL && string_is(text, word);
}

/* What a listener on any address shares with its connections: ":80", or all of the name of a UNIX socket. */
static const char *port_or_name(const char *address)
{
	const char *colon = string_starts_with(address, "unix:") ? NULL : strrchr(address, ':');

	return colon == NULL ? address : colon;
}

static bool listens_for(const struct world_fd *listener, const struct world_fd *fd)
{
	return listener->row.local != NULL &&
	       is(listener->row.proto, fd->row.proto) &&
	       string_is(port_or_name(listener->row.local), port_or_name(fd->row.local));
}

bool clients_has(const struct world_side *side, const struct world_fd *fd)
{
	size_t seen = 0;

	if (fd->row.proto == NULL || fd->row.local == NULL || fd->row.peer == NULL)
		return false;
	/* Few listen, and mostly with the first numbers: behind the last of them thousands of others may stand. */
	for (size_t i = 0; i < side->fd_count && seen < side->listeners; i++) {
		if (!world_fd_listens(&side->fds[i]))
			continue;
		if (listens_for(&side->fds[i], fd))
			return true;
		seen++;
	}
	return false;
}

size_t clients_count(const struct world_side *side, size_t most)
{
	size_t count = 0;

	for (size_t i = 0; i < side->fd_count && side->listeners > 0 && count < most; i++)
		count += clients_has(side, &side->fds[i]);
	return count;
}
