#include "face/panes.h"

#include "call/constants.h"

/*
 * Where a packet would go: each host's ports, and which address or pair of addresses leads to which socket. A pair
 * stands before an address alone, as the kernel looks it up. The world keeps its sockets in that order; of it the rows
 * in sight are taken.
 */

size_t pane_ports_rows(const struct view *view, size_t columns)
{
	(void)columns;
	return order_count(&view->world->by_port) + 1;
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
	else if (view_is_foreign(world, socket))
		text_add(out, "another program");
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
	for (size_t i = 0; i < view->range_count; i++)
		if (string_is(view->ranges[i].host, socket->host) && (long)socket->port >= view->ranges[i].low &&
		    (long)socket->port <= view->ranges[i].high)
			return "ephemeral";
	return port_class(socket->port);
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
		text_addf(out, "%s %s %u", socket->host, socket->proto, (unsigned)socket->port);
		break;
	case CELL_CLASS:
		text_add(out, class_of(view, socket));
		break;
	case CELL_FROM:
		text_addf(out, "%s %s %s", socket->local, canvas_glyph(area->canvas, GLYPH_CHANGED),
			  socket->peer_port != 0 ? socket->peer : "anyone");
		break;
	case CELL_HOLDER:
		add_holder(out, view, socket, area->columns >= WIDE);
		break;
	case CELL_COUNT:
		break;
	}
}

static const char *const headings[CELL_COUNT] = { "port", "class", "a packet to, from", "goes to" };

/* Another program's socket is there to say why a port is taken, and stands back. */
static enum style style_of(const struct view *view, const struct world_socket *socket, enum cell cell)
{
	if (view_is_foreign(view->world, socket))
		return STYLE_FAINT;
	return cell == CELL_HOLDER && changes_has_socket(view->changes, socket->host, socket->cookie) ? STYLE_CHANGED
												      : STYLE_PLAIN;
}

/* One column of the rows in sight; returns where the next begins. */
static size_t draw_cells(const struct view *view, const struct area *area, size_t at, enum cell cell, size_t scroll)
{
	size_t widest = area_put(area, 0, at, STYLE_FAINT, headings[cell]) - at;
	const struct world_socket *socket;
	struct text text;

	text_init(&text);
	for (size_t row = 1; row < area->rows; row++) {
		size_t end;

		socket = order_at(&view->world->by_port, scroll + row - 1);
		if (socket == NULL)
			break;
		text_clear(&text);
		add_cell(&text, view, area, socket, cell);
		end = area_put_cut(area, row, at, style_of(view, socket, cell), text.data);
		widest = end - at > widest ? end - at : widest;
	}
	text_release(&text);
	return at + widest + 2;
}

void pane_ports_draw(const struct view *view, const struct area *area, size_t scroll)
{
	size_t at = 1;

	for (int cell = 0; cell < CELL_COUNT; cell++)
		if (cell != CELL_CLASS || area->columns >= CLASS_LEAST)
			at = draw_cells(view, area, at, (enum cell)cell, scroll);
}
