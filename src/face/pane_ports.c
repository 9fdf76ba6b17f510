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

	if (socket->state != NULL)
		text_addf(out, "%-11s ", socket->state);
	if (world_socket_holder(world, socket, &side, &fd))
		text_addf(out, "%s %d", side->name, fd->number);
	else
		text_add(out, "no descriptor");
	if (socket->descriptors > 1)
		text_addf(out, " +%lld", (long long)socket->descriptors - 1);
}

enum cell { CELL_PORT, CELL_CLASS, CELL_FROM, CELL_HOLDER, CELL_COUNT };

static void add_cell(struct text *out, const struct view *view, const struct area *area,
		     const struct world_socket *socket, enum cell cell)
{
	switch (cell) {
	case CELL_PORT:
		text_addf(out, "%s %s %u", socket->host, socket->proto, port_of(socket->local));
		break;
	case CELL_CLASS:
		text_add(out, port_class(port_of(socket->local)));
		break;
	case CELL_FROM:
		text_addf(out, "%s %s %s", socket->local, canvas_glyph(area->canvas, GLYPH_CHANGED),
			  port_of(socket->peer) != 0 ? socket->peer : "anyone");
		break;
	case CELL_HOLDER:
		add_holder(out, view->world, socket);
		break;
	case CELL_COUNT:
		break;
	}
}

static const char *const headings[CELL_COUNT] = { "port", "class", "a packet to, from", "goes to" };

/* One column of the rows in sight; returns where the next begins. */
static size_t draw_cells(const struct view *view, const struct area *area, size_t at, enum cell cell,
			 struct world_socket *const *sockets)
{
	size_t widest = area_put(area, 0, at, STYLE_FAINT, headings[cell]) - at;
	struct text text;

	text_init(&text);
	for (size_t row = 1; row < area->rows && sockets[row - 1] != NULL; row++) {
		const struct world_socket *socket = sockets[row - 1];
		bool changed = changes_has_socket(view->changes, socket->host, socket->cookie);
		size_t end;

		text_clear(&text);
		add_cell(&text, view, area, socket, cell);
		end = area_put_cut(area, row, at, cell == CELL_HOLDER && changed ? STYLE_CHANGED : STYLE_PLAIN,
				   text.data);
		widest = end - at > widest ? end - at : widest;
	}
	text_release(&text);
	return at + widest + 2;
}

void pane_ports_draw(const struct view *view, const struct area *area, size_t scroll)
{
	size_t count, at = 1;
	struct world_socket **sorted = sort(view->world, &count);

	for (int cell = 0; cell < CELL_COUNT; cell++)
		if (cell != CELL_CLASS || area->columns >= 90)
			at = draw_cells(view, area, at, (enum cell)cell, sorted + (scroll < count ? scroll : count));
	free(sorted);
}
