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

/* What is compared often is taken out of the texts once. */
struct entry {
	const struct world_socket *socket;
	unsigned port, peer_port;
};

static int compare(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;
	int host = strcmp(a->socket->host, b->socket->host), proto = strcmp(a->socket->proto, b->socket->proto);

	if (host != 0 || proto != 0)
		return host != 0 ? host : proto;
	if (a->port != b->port)
		return a->port < b->port ? -1 : 1;
	if ((a->peer_port != 0) != (b->peer_port != 0))
		return a->peer_port != 0 ? -1 : 1;
	return strcmp(a->socket->peer, b->socket->peer);
}

/* In their order; behind the last stands one without a socket. */
static struct entry *sort(const struct world *world, size_t *count)
{
	struct entry *sorted = xcalloc(world->socket_count + 1, sizeof(*sorted));

	*count = 0;
	for (size_t i = 0; i < world->socket_count; i++)
		if (has_port(world->sockets[i]))
			sorted[(*count)++] = (struct entry){ world->sockets[i], port_of(world->sockets[i]->local),
							     port_of(world->sockets[i]->peer) };
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

static const char *state_of(const struct view *view, const struct world_socket *socket)
{
	return veil_is_over_state(&view->veil, socket->host, socket->cookie) ? VEIL_SIGN : socket->state;
}

static void add_holder(struct text *out, const struct view *view, const struct world_socket *socket, bool wide)
{
	const struct world *world = view->world;
	const char *state = state_of(view, socket);
	struct world_side *side;
	struct world_fd *fd;
	bool held = world_socket_holder(world, socket, &side, &fd);

	if (wide && state != NULL)
		text_addf(out, "%-11s ", state);
	if (held && veil_is_over_descriptors(&view->veil, side->name))
		text_addf(out, "%s %s", side->name, VEIL_SIGN);
	else if (held)
		text_addf(out, "%s %d", side->name, fd->number);
	else if (wide || state == NULL)
		text_add(out, "no descriptor");
	else
		text_addf(out, "- %s", state);
	if (socket->descriptors > 1)
		text_addf(out, " +%lld", (long long)socket->descriptors - 1);
}

/* With less room a state that the sides pane shows as well gives way to the port's class. */
enum { WIDE = 90, CLASS_LEAST = 70 };

static const char *class_of(const struct view *view, const struct world_socket *socket)
{
	unsigned port = port_of(socket->local);

	for (size_t i = 0; i < view->range_count; i++)
		if (string_is(view->ranges[i].host, socket->host) && (long)port >= view->ranges[i].low &&
		    (long)port <= view->ranges[i].high)
			return "ephemeral";
	return port_class(port);
}

/* Where all hosts have the same range, as is usual. */
void pane_ports_title(const struct view *view, struct text *out)
{
	for (size_t i = 0; i < view->range_count; i++)
		if (view->ranges[i].low != view->ranges[0].low || view->ranges[i].high != view->ranges[0].high)
			return;
	if (view->range_count > 0 && view->ranges[0].low >= 0)
		text_addf(out, "  the kernel's own: %ld-%ld", view->ranges[0].low, view->ranges[0].high);
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
		text_add(out, class_of(view, socket));
		break;
	case CELL_FROM:
		text_addf(out, "%s %s %s", socket->local, canvas_glyph(area->canvas, GLYPH_CHANGED),
			  port_of(socket->peer) != 0 ? socket->peer : "anyone");
		break;
	case CELL_HOLDER:
		add_holder(out, view, socket, area->columns >= WIDE);
		break;
	case CELL_COUNT:
		break;
	}
}

static const char *const headings[CELL_COUNT] = { "port", "class", "a packet to, from", "goes to" };

/* One column of the rows in sight; returns where the next begins. */
static size_t draw_cells(const struct view *view, const struct area *area, size_t at, enum cell cell,
			 const struct entry *entries)
{
	size_t widest = area_put(area, 0, at, STYLE_FAINT, headings[cell]) - at;
	struct text text;

	text_init(&text);
	for (size_t row = 1; row < area->rows && entries[row - 1].socket != NULL; row++) {
		const struct world_socket *socket = entries[row - 1].socket;
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
	struct entry *sorted = sort(view->world, &count);

	for (int cell = 0; cell < CELL_COUNT; cell++)
		if (cell != CELL_CLASS || area->columns >= CLASS_LEAST)
			at = draw_cells(view, area, at, (enum cell)cell, sorted + (scroll < count ? scroll : count));
	free(sorted);
}
