#include "face/panes.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "call/constants.h"

/*
 * Where a packet would go: each host's ports, and which address or pair of addresses leads to which socket. A pair
 * stands before an address alone, as the kernel looks it up.
 */

static unsigned port_of(const char *address)
{
	const char *colon = strrchr(address, ':');

	return colon == NULL || string_starts_with(address, "unix:") ? 0 : (unsigned)strtoul(colon + 1, NULL, 10);
}

static bool has_port(const struct world_socket *socket)
{
	return (string_is(socket->proto, "tcp") || string_is(socket->proto, "udp")) && port_of(socket->local) != 0;
}

static int compare(const void *left, const void *right)
{
	const struct world_socket *a = *(struct world_socket *const *)left, *b = *(struct world_socket *const *)right;
	unsigned port_a = port_of(a->local), port_b = port_of(b->local);
	int host = strcmp(a->host, b->host), proto = strcmp(a->proto, b->proto);

	if (host != 0 || proto != 0)
		return host != 0 ? host : proto;
	if (port_a != port_b)
		return port_a < port_b ? -1 : 1;
	if ((port_of(a->peer) != 0) != (port_of(b->peer) != 0))
		return port_of(a->peer) != 0 ? -1 : 1;
	return strcmp(a->peer, b->peer);
}

static struct world_socket **sort(const struct world *world, size_t *count)
{
	struct world_socket **sorted = xcalloc(world->socket_count + 1, sizeof(*sorted));

	*count = 0;
	for (size_t i = 0; i < world->socket_count; i++)
		if (has_port(world->sockets[i]))
			sorted[(*count)++] = world->sockets[i];
	qsort(sorted, *count, sizeof(*sorted), compare);
	return sorted;
}

size_t pane_ports_rows(const struct view *view, size_t columns)
{
	size_t count = 0;

	(void)columns;
	for (size_t i = 0; i < view->world->socket_count; i++)
		count += has_port(view->world->sockets[i]);
	return count + 1;
}

static void add_holder(struct text *out, const struct world *world, const struct world_socket *socket)
{
	struct world_side *side;
	struct world_fd *fd;

	if (world_socket_holder(world, socket, &side, &fd))
		text_addf(out, "%s %d", side->name, fd->number);
	else
		text_add(out, "no descriptor");
	if (socket->descriptors > 1)
		text_addf(out, " and %lld more", (long long)socket->descriptors - 1);
	if (socket->state != NULL)
		text_addf(out, " %s", socket->state);
}

static void draw_port(const struct view *view, const struct area *area, size_t row, const struct world_socket *socket)
{
	unsigned port = port_of(socket->local);
	struct text text;
	struct spot spot = { row, 1, STYLE_PLAIN };
	size_t at = area_putf(area, spot, "%s %s %u", socket->host, socket->proto, port);

	at = at < 17 ? 17 : at + 1;
	if (area->columns >= 76)
		at = area_putf(area, (struct spot){ row, at, STYLE_FAINT }, "%-11s", port_class(port));
	text_init(&text);
	text_addf(&text, "%s %s ", socket->local, area->canvas->utf8 ? "◀" : "<");
	text_add(&text, port_of(socket->peer) != 0 ? socket->peer : "anyone");
	area_put(area, row, at, STYLE_PLAIN, text.data);
	at += canvas_width_of(area->canvas, text.data) + 1;
	at = at < area->columns * 6 / 10 ? area->columns * 6 / 10 : at;
	text_clear(&text);
	add_holder(&text, view->world, socket);
	area_put_cut(area, row, at,
		     changes_has_socket(view->changes, socket->host, socket->cookie) ? STYLE_CHANGED : STYLE_PLAIN,
		     text.data);
	text_release(&text);
}

void pane_ports_draw(const struct view *view, const struct area *area, size_t scroll)
{
	size_t count;
	struct world_socket **sorted = sort(view->world, &count);

	area_put(area, 0, 1, STYLE_FAINT, "port");
	area_put(area, 0, 17, STYLE_FAINT, area->columns >= 76 ? "class      a packet to, from" : "a packet to, from");
	area_put(area, 0, area->columns * 6 / 10, STYLE_FAINT, "goes to");
	for (size_t row = 1; row < area->rows && scroll + row - 1 < count; row++)
		draw_port(view, area, row, sorted[scroll + row - 1]);
	free(sorted);
}
