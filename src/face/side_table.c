#include "face/side_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "face/client_style.h"

static bool is(const char *text, const char *word)
{
	return text != NULL && string_is(text, word);
}

/* ---- where a socket without a descriptor stands ---- */

static unsigned port_of(const char *address)
{
	const char *colon = address == NULL ? NULL : strrchr(address, ':');

	return colon == NULL ? 0 : (unsigned)strtoul(colon + 1, NULL, 10);
}

static const struct world_side *first_side_of(const struct world *world, const char *host)
{
	for (size_t i = 0; i < world->side_count; i++)
		if (world->sides[i].alive && string_is(world->sides[i].host, host))
			return &world->sides[i];
	return NULL;
}

static bool is_at(const struct home *home, const char *host, const char *local)
{
	return home->port == port_of(local) && string_is(home->host, host) &&
		(home->port != 0 || string_is(home->local, local));
}

static const struct home *find_home(const struct homes *homes, const struct world_socket *socket)
{
	for (size_t i = 0; i < homes->count; i++)
		if (is_at(&homes->items[i], socket->host, socket->local))
			return &homes->items[i];
	return NULL;
}

/* Of its host the side that listens at its port, else the first. */
static const struct world_side *look_for_home(const struct world *world, const struct home *home, const char *proto)
{
	const struct world_socket listener = { .proto = proto, .state = "LISTEN" }, *socket;
	size_t at = order_place(&world->by_state, &listener);

	while ((socket = order_at(&world->by_state, at++)) != NULL && is(socket->state, "LISTEN")) {
		struct world_side *side;
		struct world_fd *fd;

		if (is_at(home, socket->host, socket->local) && world_socket_holder(world, socket, &side, &fd) &&
		    side->alive)
			return side;
	}
	return first_side_of(world, home->host);
}

void homes_init(struct homes *homes, const struct world *world)
{
	const struct world_socket *socket;

	homes->count = 0;
	for (size_t i = 0; homes->count < HOMES_MOST && (socket = order_at(&world->loose, i)) != NULL; i++) {
		struct home *home = &homes->items[homes->count];

		if (find_home(homes, socket) != NULL)
			continue;
		*home = (struct home){ socket->host, socket->local, port_of(socket->local), NULL };
		home->side = look_for_home(world, home, socket->proto);
		homes->count++;
	}
}

static const struct world_side *home_of(const struct homes *homes, const struct world *world,
					const struct world_socket *socket)
{
	const struct home *home = find_home(homes, socket);

	return home != NULL ? home->side : first_side_of(world, socket->host);
}

/* More than a person reads are counted by whoever lists sockets; here the first are enough. */
enum { LOOSE_MOST = 1000 };

static bool stands_with(const struct homes *homes, const struct world *world, const struct world_socket *socket,
			const struct world_side *side)
{
	return !view_is_foreign(world, socket) && home_of(homes, world, socket) == side;
}

size_t homes_count(const struct homes *homes, const struct world *world, const struct world_side *side,
		   size_t *timers)
{
	const struct world_socket *socket;
	size_t count = 0;

	*timers = 0;
	for (size_t i = 0; count < LOOSE_MOST && (socket = world_loose_socket(world, side->host, i)) != NULL; i++)
		if (stands_with(homes, world, socket, side)) {
			count++;
			*timers += socket->timer != NULL;
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

static bool hides_queues(const struct table *table, const struct world_socket *socket)
{
	return veil_is_over_queues(&table->view->veil, socket->host, socket->cookie);
}

static void set_state(const struct table *table, struct row *row, const char *state, const struct world_socket *socket)
{
	struct text text;

	text_init(&text);
	text_add(&text, state);
	if (socket != NULL && is(state, "LISTEN") && hides_queues(table, socket))
		text_addf(&text, " %s/%lld", VEIL_SIGN, (long long)socket->sendq);
	else if (socket != NULL && is(state, "LISTEN") && socket->recvq != EVENT_NO_INT &&
		 socket->sendq != EVENT_NO_INT)
		text_addf(&text, " %lld/%lld", (long long)socket->recvq, (long long)socket->sendq);
	set_and_release(row, COLUMN_STATE, &text);
}

static void set_queues(const struct table *table, struct row *row, const struct world_socket *socket)
{
	struct text text;

	if (is(socket->state, "LISTEN") || is(socket->state, "CLOSED") || hides_queues(table, socket))
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
	set_queues(table, row, socket);
	set_timer(table, row, socket);
	row->changed |= changes_has_socket(table->view->changes, socket->host, socket->cookie);
}

/* A connection that is over is no longer the descriptor's: what the row says holds. */
static void add_socket_fd(struct table *table, struct row *row, const struct world_fd *fd)
{
	const struct world *world = table->view->world;
	const struct world_socket *socket = world_fd_socket(world, table->side, fd);
	const char *state = veil_is_over_state(&table->view->veil, table->side->host, fd->row.cookie)
				    ? VEIL_SIGN
				    : world_fd_state(world, table->side, fd);
	bool over = socket == NULL || is(state, "CLOSED");

	row->client = client_style_of_fd(table->side, fd);
	set_kind(row, fd->row.proto, fd->row.family);
	set_address(table, row, COLUMN_LOCAL, over ? fd->row.local : socket->local);
	set_address(table, row, COLUMN_PEER, over ? fd->row.peer : socket->peer);
	if (state != NULL)
		set_state(table, row, state, socket);
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
	if (fd->number > 2 && veil_is_over_descriptors(&table->view->veil, table->side->name))
		text_add(&number, VEIL_SIGN);
	else
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
	set_state(table, row,
		  socket->state == NULL || veil_is_over_state(&table->view->veil, socket->host, socket->cookie)
			  ? VEIL_SIGN
			  : socket->state,
		  socket);
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

static void add_standard(struct table *table)
{
	struct row *row = add_row(table);

	row->faint = true;
	set_cell(row, COLUMN_FD, "0-2");
	set_cell(row, COLUMN_LOCAL, "/dev/null");
}

static bool is_socket_row(const struct world_fd *fd)
{
	return fd->row.proto != NULL || fd->reserved;
}

void table_init(struct table *table, const struct view *view, const struct world_side *side,
		const struct homes *homes)
{
	size_t timers, standard = table_standard_count(side);

	*table = (struct table){ .view = view, .side = side, .homes = homes, .standard = standard > 0 };
	for (size_t i = standard; i < side->fd_count; i++)
		table->sockets += is_socket_row(&side->fds[i]);
	table->others = side->fd_count - standard - table->sockets;
	table->loose = homes_count(homes, view->world, side, &timers);
	table->count = table->sockets + table->loose + table->others + table->standard;
}

void table_release(struct table *table)
{
	free(table->rows);
}

void table_give_way(struct table *table, size_t room)
{
	if (table->count < 2 || table->count <= room || table->standard == 0)
		return;
	table->standard = 0;
	table->count--;
}

/* ---- those in sight ---- */

static bool is_wanted(const struct table *table, size_t index)
{
	return index >= table->first && table->made < ROWS_MADE;
}

/* Those of descriptors that are sockets, or of the others; `index` is the first one's. */
static void make_fds(struct table *table, bool sockets, size_t index)
{
	const struct world_side *side = table->side;

	for (size_t i = table_standard_count(side); i < side->fd_count && table->made < ROWS_MADE; i++) {
		if (is_socket_row(&side->fds[i]) != sockets)
			continue;
		if (is_wanted(table, index++))
			add_fd(table, &side->fds[i]);
	}
}

static void make_loose(struct table *table, size_t index)
{
	const struct world *world = table->view->world;
	size_t end = index + table->loose;

	for (size_t i = 0; index < end && table->made < ROWS_MADE; i++) {
		const struct world_socket *socket = world_loose_socket(world, table->side->host, i);

		if (stands_with(table->homes, world, socket, table->side) && is_wanted(table, index++))
			add_loose_socket(table, socket);
	}
}

void table_make(struct table *table, size_t first)
{
	table->first = first;
	table->made = 0;
	if (first < table->sockets)
		make_fds(table, true, 0);
	if (first < table->sockets + table->loose)
		make_loose(table, table->sockets);
	make_fds(table, false, table->sockets + table->loose);
	if (table->standard > 0 && is_wanted(table, table->count - 1))
		add_standard(table);
}

const struct row *table_row(const struct table *table, size_t index)
{
	return &table->rows[index - table->first];
}

/* ---- what has changed ---- */

static bool fd_has_changed(const struct table *table, const struct world_fd *fd)
{
	const struct changes *changes = table->view->changes;

	return changes_has_fd(changes, table->side->name, fd->number) ||
		changes_has_socket(changes, table->side->host, fd->row.cookie);
}

/* True: it is the row `index` of these, the last one. */
static bool last_changed_fd(const struct table *table, bool sockets, size_t *index)
{
	const struct world_side *side = table->side;
	size_t before = sockets ? table->sockets : table->others;

	for (size_t i = side->fd_count; i-- > table_standard_count(side);) {
		if (is_socket_row(&side->fds[i]) != sockets)
			continue;
		*index = --before;
		if (fd_has_changed(table, &side->fds[i]))
			return true;
	}
	return false;
}

static bool last_changed_loose(const struct table *table, size_t *index)
{
	const struct world *world = table->view->world;
	size_t at = 0;
	bool found = false;

	for (size_t i = 0; at < table->loose; i++) {
		const struct world_socket *socket = world_loose_socket(world, table->side->host, i);

		if (!stands_with(table->homes, world, socket, table->side))
			continue;
		if (changes_has_socket(table->view->changes, socket->host, socket->cookie)) {
			found = true;
			*index = at;
		}
		at++;
	}
	return found;
}

bool table_last_changed(const struct table *table, size_t *index)
{
	size_t at;

	if (table->view->changes->count == 0)
		return false;
	if (last_changed_fd(table, false, &at))
		*index = table->sockets + table->loose + at;
	else if (last_changed_loose(table, &at))
		*index = table->sockets + at;
	else if (last_changed_fd(table, true, &at))
		*index = at;
	else
		return false;
	return true;
}
