#include "lab/tls_wire.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "call/address.h"

/* As segments have it: IPv4 is IPv4, also of an IPv6 socket. NULL: it is none of IP. To be freed. */
static char *plain_address(const char *printed)
{
	struct address address;
	struct text text;

	if (printed == NULL || !address_read(&address, printed, AF_INET) || !address_is_ip(&address))
		return NULL;
	address = address_unmapped(&address);
	text_init(&text);
	address_print(&text, &address);
	return text_take(&text);
}

static void find_addresses(const struct lab_side *side, struct event_tls *tls)
{
	const struct world_side *known = world_side(side->lab->world, side->name);
	const struct world_fd *fd = known == NULL ? NULL : world_fd(known, (int)tls->fd);
	bool out = tls->direction != NULL && string_is(tls->direction, "out");

	if (fd == NULL)
		return;
	free(tls->src);
	free(tls->dst);
	tls->src = plain_address(out ? fd->row.local : fd->row.peer);
	tls->dst = plain_address(out ? fd->row.peer : fd->row.local);
}

/* What was sent may still be on the link: read, so that it has a number when it is told of. */
void tls_wire_find(const struct lab_side *side, struct event_tls *tls)
{
	struct wire *wire = side->lab->wire;
	int host = wire == NULL || side->host == NULL ? -1 : wire_host_number(wire, side->host);

	if (tls->seq_first == EVENT_NO_INT)
		return;
	find_addresses(side, tls);
	if (host < 0 || tls->src == NULL || tls->dst == NULL)
		return;
	wire_read_now(wire, host);
	free(tls->segments);
	tls->segments = world_segments_of_message(&side->lab->world->segments, tls);
}
