#include "face/side_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static bool is(const char *text, const char *word)
{
	return text != NULL && string_is(text, word);
}

/* ---- where a socket without a descriptor stands ---- */

static void add_home(struct homes *homes, const struct world *world, const struct world_socket *listener)
{
	struct world_side *side;
	struct world_fd *fd;

	if (!world_socket_holder(world, listener, &side, &fd) || !side->alive)
		return;
	homes->items = array_grow(homes->items, homes->count, &homes->room, sizeof(*homes->items));
	homes->items[homes->count++] = (struct home){ .listener = listener, .side = side };
}

void homes_init(struct homes *homes, const struct world *world)
{
	*homes = (struct homes){ .count = 0 };
	for (size_t i = 0; i < world->socket_count; i++)
		if (is(world->sockets[i]->state, "LISTEN") && world->sockets[i]->descriptors > 0)
			add_home(homes, world, world->sockets[i]);
}

void homes_release(struct homes *homes)
{
	free(homes->items);
}

static const char *port_of(const char *address)
{
	const char *colon = address == NULL ? NULL : strrchr(address, ':');

	return colon == NULL ? "" : colon;
}

static const struct world_side *first_side_of(const struct world *world, const char *host)
{
	for (size_t i = 0; i < world->side_count; i++)
		if (world->sides[i].alive && string_is(world->sides[i].host, host))
			return &world->sides[i];
	return NULL;
}

/* Of its host the side that listens at its port, else the first. */
static const struct world_side *home_of(const struct homes *homes, const struct world *world,
					const struct world_socket *socket)
{
	for (size_t i = 0; i < homes->count; i++)
		if (string_is(homes->items[i].listener->host, socket->host) &&
		    string_is(port_of(homes->items[i].listener->local), port_of(socket->local)))
			return homes->items[i].side;
	return first_side_of(world, socket->host);
}

/* More than a person reads are counted by whoever lists sockets; here the first are enough. */
enum { LOOSE_MOST = 1000 };

static bool stands_with(const struct homes *homes, const struct world *world, const struct world_socket *socket,
			const struct world_side *side)
{
	return socket->descriptors == 0 && string_is(socket->host, side->host) &&
	       home_of(homes, world, socket) == side;
}

size_t homes_count(const struct homes *homes, const struct world *world, const struct world_side *side,
		   size_t *timers)
{
	size_t count = 0;

	*timers = 0;
	for (size_t i = 0; i < world->socket_count && count < LOOSE_MOST; i++)
		if (stands_with(homes, world, world->sockets[i], side)) {
			count++;
			*timers += world->sockets[i]->timer != NULL;
		}
	return count;
}

/* ---- cells ---- */

static void set_cell(struct row *row, enum column column, const char *text)
{
	size_t len = strlen(text);

	if (len >= CELL_SIZE)
		len = CELL_SIZE - 1;
	memcpy(row->cells[column], text, len);
	row->cells[column][len] = '\0';
}

static void set_and_release(struct row *row, enum column column, struct text *text)
{
	set_cell(row, column, text->data);
	text_release(text);
}

static void set_address(const struct table *table, struct row *row, enum column column, const char *address)
{
	struct text text;

	text_init(&text);
	view_address(&text, table->view->world, table->side->host, address);
	set_and_release(row, column, &text);
}

static struct row *add_row(struct table *table)
{
	table->rows = array_grow(table->rows, table->made, &table->room, sizeof(*table->rows));
	return &table->rows[table->made++];
}

/* ---- what stands in a row ---- */

static void set_state(struct row *row, const char *state, const struct world_socket *socket)
{
	struct text text;

	text_init(&text);
	text_add(&text, state);
	if (socket != NULL && is(state, "LISTEN") && socket->recvq != EVENT_NO_INT && socket->sendq != EVENT_NO_INT)
		text_addf(&text, " %lld/%lld", (long long)socket->recvq, (long long)socket->sendq);
	set_and_release(row, COLUMN_STATE, &text);
}

static void set_queues(struct row *row, const struct world_socket *socket)
{
	struct text text;

	if (is(socket->state, "LISTEN") || is(socket->state, "CLOSED"))
		return;
	if (socket->recvq == EVENT_NO_INT || socket->sendq == EVENT_NO_INT)
		return;
	text_init(&text);
	text_addf(&text, "%lld/%lld", (long long)socket->recvq, (long long)socket->sendq);
	row->counts |= socket->recvq > 0 || socket->sendq > 0;
	set_and_release(row, COLUMN_QUEUES, &text);
}

static void set_timer(const struct table *table, struct row *row, const struct world_socket *socket)
{
	struct text text;

	if (socket->timer == NULL || socket->timer_end <= table->view->now)
		return;
	text_init(&text);
	text_addf(&text, "%s %lld s", view_timer(socket->timer), view_left(table->view, socket->timer_end));
	if (socket->retransmits != EVENT_NO_INT && socket->retransmits > 0)
		text_addf(&text, " x%lld", (long long)socket->retransmits + 1);
	row->counts = true;
	set_and_release(row, COLUMN_TIMER, &text);
}

static void set_kind(struct row *row, const char *proto, int64_t family)
{
	enum { FAMILY_INET6 = 10 };
	struct text text;

	text_init(&text);
	text_addf(&text, "%s%s", proto, family == FAMILY_INET6 ? "6" : "");
	set_and_release(row, COLUMN_KIND, &text);
}

static void set_socket(const struct table *table, struct row *row, const struct world_socket *socket)
{
	set_queues(row, socket);
	set_timer(table, row, socket);
	row->changed |= changes_has_socket(table->view->changes, socket->host, socket->cookie);
}

/* A connection that is over is no longer the descriptor's: what the row says holds. */
static void add_socket_fd(struct table *table, struct row *row, const struct world_fd *fd)
{
	const struct world *world = table->view->world;
	const struct world_socket *socket = world_fd_socket(world, table->side, fd);
	const char *state = world_fd_state(world, table->side, fd);
	bool over = socket == NULL || is(state, "CLOSED");

	set_kind(row, fd->row.proto, fd->row.family);
	set_address(table, row, COLUMN_LOCAL, over ? fd->row.local : socket->local);
	set_address(table, row, COLUMN_PEER, over ? fd->row.peer : socket->peer);
	if (state != NULL)
		set_state(row, state, socket);
	else
		set_cell(row, COLUMN_STATE, is(fd->row.proto, "tcp") ? "?" : row->cells[COLUMN_KIND]);
	if (socket != NULL)
		set_socket(table, row, socket);
}

static void add_fd(struct table *table, const struct world_fd *fd)
{
	struct row *row = add_row(table);
	struct text number;

	text_init(&number);
	text_addf(&number, "%d", fd->number);
	set_and_release(row, COLUMN_FD, &number);
	row->changed = changes_has_fd(table->view->changes, table->side->name, fd->number);
	if (fd->reserved) {
		set_cell(row, COLUMN_STATE, "reserved");
	} else if (fd->row.proto != NULL) {
		add_socket_fd(table, row, fd);
	} else {
		set_cell(row, COLUMN_LOCAL, fd->row.path == NULL ? "" : fd->row.path);
		set_cell(row, COLUMN_STATE, fd->row.kind == NULL ? "?" : fd->row.kind);
	}
}

static void add_loose_socket(struct table *table, const struct world_socket *socket)
{
	struct row *row = add_row(table);

	set_cell(row, COLUMN_FD, "-");
	set_kind(row, socket->proto, socket->family);
	set_address(table, row, COLUMN_LOCAL, socket->local);
	set_address(table, row, COLUMN_PEER, socket->peer);
	set_state(row, socket->state == NULL ? "?" : socket->state, socket);
	set_socket(table, row, socket);
}

static bool is_standard(const struct world_fd *fd)
{
	return fd->number <= 2 && is(fd->row.kind, "null");
}

size_t table_standard_count(const struct world_side *side)
{
	return side->fd_count >= 3 && is_standard(&side->fds[0]) && is_standard(&side->fds[1]) &&
	       is_standard(&side->fds[2]) ? 3 : 0;
}

static void add_source(struct table *table, const struct world_fd *fd, const struct world_socket *socket)
{
	table->sources = array_grow(table->sources, table->count, &table->source_room, sizeof(*table->sources));
	table->sources[table->count++] = (struct source){ .fd = fd, .socket = socket };
}

static void list_fds(struct table *table, bool sockets)
{
	const struct world_side *side = table->side;

	for (size_t i = table_standard_count(side); i < side->fd_count; i++)
		if ((side->fds[i].row.proto != NULL || side->fds[i].reserved) == sockets)
			add_source(table, &side->fds[i], NULL);
}

static void list_loose(struct table *table, const struct homes *homes)
{
	const struct world *world = table->view->world;
	size_t loose = 0;

	for (size_t i = 0; i < world->socket_count && loose < LOOSE_MOST; i++)
		if (stands_with(homes, world, world->sockets[i], table->side)) {
			add_source(table, NULL, world->sockets[i]);
			loose++;
		}
}

static void add_standard(struct table *table)
{
	struct row *row = add_row(table);

	row->faint = true;
	set_cell(row, COLUMN_FD, "0-2");
	set_cell(row, COLUMN_LOCAL, "/dev/null");
}

void table_init(struct table *table, const struct view *view, const struct world_side *side,
		const struct homes *homes)
{
	*table = (struct table){ .view = view, .side = side };
	list_fds(table, true);
	list_loose(table, homes);
	list_fds(table, false);
	if (table_standard_count(side) > 0)
		add_source(table, NULL, NULL);
}

void table_release(struct table *table)
{
	free(table->sources);
	free(table->rows);
}

void table_give_way(struct table *table, size_t room)
{
	const struct source *last;

	if (table->count < 2 || table->count <= room)
		return;
	last = &table->sources[table->count - 1];
	if (last->fd == NULL && last->socket == NULL)
		table->count--;
}

bool table_has_changed(const struct table *table, size_t index)
{
	const struct source *source = &table->sources[index];
	const struct changes *changes = table->view->changes;

	if (changes->count == 0)
		return false;
	if (source->socket != NULL)
		return changes_has_socket(changes, source->socket->host, source->socket->cookie);
	return source->fd != NULL && (changes_has_fd(changes, table->side->name, source->fd->number) ||
				      changes_has_socket(changes, table->side->host, source->fd->row.cookie));
}

void table_make(struct table *table, size_t first)
{
	table->first = first;
	table->made = 0;
	for (size_t i = first; i < table->count && i < first + ROWS_MADE; i++) {
		const struct source *source = &table->sources[i];

		if (source->fd != NULL)
			add_fd(table, source->fd);
		else if (source->socket != NULL)
			add_loose_socket(table, source->socket);
		else
			add_standard(table);
	}
}

const struct row *table_row(const struct table *table, size_t index)
{
	return &table->rows[index - table->first];
}
