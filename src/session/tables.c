#include "session/tables.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "call/call.h"
#include "call/constants.h"
#include "session/all_sockets.h"
#include "session/asking.h"
#include "session/chronicle.h"
#include "session/columns.h"
#include "session/commands.h"
#include "session/rendering.h"
#include "session/saying.h"
#include "session/subject.h"
#include "session/words.h"

/* "None" and "not known" in a cell. */
static const char *const NONE = "-", *const NOT_KNOWN = "?";

static void add_cell_text(struct columns *table, struct text *cell)
{
	columns_add(table, cell->data);
	text_release(cell);
}

static void print_and_release(struct text *out, struct columns *table)
{
	columns_print(out, table, COLUMNS_WIDTH);
	columns_release(table);
}

/* ---- sides ---- */

static void add_call(struct text *cell, const struct inquiry *inquiry, const struct world_call *call)
{
	double since = inquiry->now - call->began;

	text_addf(cell, "%s%s %s for %.1f s", cell->len > 0 ? "; " : "", call->text,
		  call->blocked ? "blocked" : "under way", since > 0 ? since : 0);
	if (call->thread != 1)
		text_addf(cell, " (thread %lld)", (long long)call->thread);
}

static void add_activity(struct columns *table, const struct inquiry *inquiry, const struct world_side *side)
{
	struct text cell;

	text_init(&cell);
	for (size_t i = 0; i < side->call_count; i++)
		add_call(&cell, inquiry, &side->calls[i]);
	if (!side->alive)
		text_addf(&cell, "%s", side->end == NULL ? "ended, it is not known how" : side->end);
	else if (side->call_count == 0)
		text_add(&cell, "ready");
	add_cell_text(table, &cell);
}

/* What ended with the lab it was in is nobody's concern any more, nor a side that has a successor of its name. */
static bool side_is_past(const struct inquiry *inquiry, const struct world_side *side)
{
	return !side->alive && ((side->end != NULL && string_is(side->end, "ended by reset")) ||
				world_side(inquiry->world, side->name) != side);
}

void tables_sides(struct text *out, const struct inquiry *inquiry, const char *current)
{
	static const struct column columns[] = {
		{ .heading = "" }, { .heading = "side" }, { .heading = "host" }, { .heading = "pid", .right = true },
		{ .heading = "parent" }, { .heading = "what it does" },
	};
	struct columns table;

	columns_init(&table, columns, COUNT_OF(columns));
	for (size_t i = 0; i < inquiry->world->side_count; i++) {
		const struct world_side *side = &inquiry->world->sides[i];

		if (side_is_past(inquiry, side))
			continue;
		columns_add(&table, current != NULL && string_is(side->name, current) ? ">" : "");
		columns_add(&table, side->name);
		columns_add(&table, side->host);
		if (side->pid == EVENT_NO_INT)
			columns_add(&table, NOT_KNOWN);
		else
			columns_addf(&table, "%lld", (long long)side->pid);
		columns_add(&table, side->parent);
		add_activity(&table, inquiry, side);
	}
	if (columns_rows(&table) == 0)
		text_add(out, "there is no side; `side NAME` starts one\n");
	print_and_release(out, &table);
}

/* ---- descriptors ---- */

static void add_flags(struct columns *table, const struct event_fd *row)
{
	columns_addf(table, "%s%s%s", row->nonblock ? "NB" : "", row->nonblock && row->cloexec ? " " : "",
		     row->cloexec ? "CLOEXEC" : "");
}

static void add_kind(struct columns *table, const struct event_fd *row)
{
	struct text cell;

	text_init(&cell);
	if (row->proto != NULL)
		rendering_protocol(&cell, row->proto, row->family);
	else
		text_add(&cell, row->kind == NULL ? NOT_KNOWN : row->kind);
	add_cell_text(table, &cell);
}

static const char *or_none(const char *address)
{
	return *rendering_address(address) == '\0' ? NONE : address;
}

/* What is known of the socket goes before the row, which is older; but of a connection that is over the row is right.
 */
static void add_ends(struct columns *table, const struct event_fd *row, const struct world_socket *socket,
		     const char *state)
{
	bool over = socket == NULL || (state != NULL && string_is(state, "CLOSED"));
	const char *local = over ? row->local : socket->local, *peer = over ? row->peer : socket->peer;

	columns_add(table, local == NULL ? NOT_KNOWN : or_none(local));
	columns_add(table, or_none(peer));
}

/* A datagram socket has no state of its own, and says nothing. */
static const char *state_of_row(const struct world *world, const struct world_side *side, const struct world_fd *fd)
{
	const char *state = world_fd_state(world, side, fd);
	bool has_states = string_is(fd->row.proto, "tcp") || string_is(fd->row.proto, "unix");

	return state == NULL && has_states ? NOT_KNOWN : state == NULL ? "" : state;
}

static void add_socket_row(struct columns *table, const struct inquiry *inquiry, const struct world_side *side,
			   const struct world_fd *fd)
{
	const struct world_socket *socket = world_fd_socket(inquiry->world, side, fd);
	const char *state = state_of_row(inquiry->world, side, fd);
	struct text cell;

	add_ends(table, &fd->row, socket, state);
	text_init(&cell);
	rendering_state(&cell, state, socket);
	add_cell_text(table, &cell);
}

/* A sleeping call whose result will be a descriptor: accept, or open of a FIFO. */
static const char *who_reserved(const struct world_side *side)
{
	for (size_t i = 0; i < side->call_count; i++) {
		const struct call_spec *spec = call_find(side->calls[i].call, false, NULL);

		if (spec != NULL && spec->result == RESULT_FD)
			return spec->name;
	}
	return "accept";
}

static void add_fd(struct columns *table, const struct inquiry *inquiry, const struct world_side *side,
		   const struct world_fd *fd)
{
	columns_addf(table, "%d", fd->number);
	columns_add(table, inquiry_name(inquiry, side->name, fd->number));
	if (fd->reserved) {
		columns_add(table, NULL);
		columns_addf(table, "reserved by %s", who_reserved(side));
		for (int i = 0; i < 3; i++)
			columns_add(table, NULL);
		return;
	}
	add_kind(table, &fd->row);
	if (fd->row.proto != NULL) {
		add_socket_row(table, inquiry, side, fd);
	} else {
		columns_add(table, fd->row.path);
		columns_add(table, NULL);
		columns_add(table, NULL);
	}
	add_flags(table, &fd->row);
}

void tables_fds(struct text *out, const struct inquiry *inquiry, const struct world_side *side)
{
	static const struct column columns[] = {
		{ .heading = "fd", .right = true }, { .heading = "name" }, { .heading = "kind", .shrinks = true },
		{ .heading = "local", .shrinks = true }, { .heading = "peer", .shrinks = true }, { .heading = "state" },
		{ .heading = "flags" },
	};
	struct columns table;

	if (!side->alive) {
		text_addf(out, "%s has ended (%s): it has no descriptors\n", side->name,
			  side->end == NULL ? "it is not known how" : side->end);
		return;
	}
	columns_init(&table, columns, COUNT_OF(columns));
	for (size_t i = 0; i < side->fd_count; i++)
		add_fd(&table, inquiry, side, &side->fds[i]);
	if (columns_rows(&table) == 0)
		text_addf(out, "%s has no descriptor\n", side->name);
	print_and_release(out, &table);
}

/* ---- sockets ---- */

static void add_number(struct columns *table, int64_t number)
{
	if (number == EVENT_NO_INT)
		columns_add(table, NOT_KNOWN);
	else
		columns_addf(table, "%lld", (long long)number);
}

static void add_holders(struct columns *table, const struct inquiry *inquiry, const struct world_socket *socket)
{
	uint64_t cookie = (uint64_t)socket->cookie, inode = socket->inode > 0 ? (uint64_t)socket->inode : 0;
	struct text cell;

	text_init(&cell);
	if (socket->descriptors == 0 || !inquiry_add_owners(&cell, inquiry, socket->host, cookie, inode))
		inquiry_add_why_none(&cell, inquiry, socket);
	add_cell_text(table, &cell);
}

static void add_socket(struct columns *table, const struct inquiry *inquiry, const struct world_socket *socket)
{
	struct text proto;

	text_init(&proto);
	rendering_protocol(&proto, socket->proto, socket->family);
	add_cell_text(table, &proto);
	columns_add(table, or_none(socket->local));
	columns_add(table, or_none(socket->peer));
	columns_add(table, socket->state != NULL ? socket->state : NOT_KNOWN);
	add_number(table, socket->recvq);
	add_number(table, socket->sendq);
	add_holders(table, inquiry, socket);
}

static void print_heading(struct text *out, const char *host, size_t count)
{
	text_addf(out, "%s: %zu socket%s\n", host, count, count == 1 ? "" : "s");
}

static size_t print_sockets_of(struct text *out, const struct inquiry *inquiry, const char *host)
{
	struct columns table;
	size_t count;

	columns_init(&table, all_sockets_columns, ALL_SOCKETS_COLUMNS);
	for (size_t i = 0; i < inquiry->world->socket_count; i++)
		if (string_is(inquiry->world->sockets[i]->host, host))
			add_socket(&table, inquiry, inquiry->world->sockets[i]);
	count = columns_rows(&table);
	if (count > 0)
		print_heading(out, host, count);
	print_and_release(out, &table);
	return count;
}

void tables_sockets_of(struct text *out, const struct inquiry *inquiry, const char *host)
{
	if (print_sockets_of(out, inquiry, host) == 0)
		text_addf(out, "no side has a socket on %s; `sockets all` lists everybody's\n", host);
}

void tables_sockets(struct text *out, const struct inquiry *inquiry)
{
	for (size_t i = 0; i < inquiry->world->host_count; i++)
		print_sockets_of(out, inquiry, inquiry->world->hosts[i].name);
	if (inquiry->world->socket_count == 0)
		text_add(out, "no side has a socket; `sockets all` lists everybody's\n");
}

/* ---- ports ---- */

/* Of a connection that was refused, or is over, the kernel keeps the port only if bind() chose it (by its source). */
static bool gave_its_port_back(const struct inquiry *inquiry, const struct world_socket *socket)
{
	struct world_side *side;
	struct world_fd *fd;

	if (!string_is(socket->proto, "tcp") || socket->state == NULL || !string_is(socket->state, "CLOSED") ||
	    socket->peer_port == 0)
		return false;
	return !world_socket_holder(inquiry->world, socket, &side, &fd) ||
	       chronicle_call_on(inquiry->log, side->name, fd->number, "bind") == NULL;
}

static void add_class(struct columns *table, const struct inquiry *inquiry, const struct world_socket *socket)
{
	long range[2], port = socket->port;

	columns_add(table, port_class(socket->port));
	if (!inquiry_port_range(inquiry, socket->host, range))
		columns_add(table, NOT_KNOWN);
	else
		columns_add(table, port >= range[0] && port <= range[1] ? "yes" : "no");
}

static void add_target(struct columns *table, const struct inquiry *inquiry, const struct world_socket *socket)
{
	uint64_t cookie = (uint64_t)socket->cookie, inode = socket->inode > 0 ? (uint64_t)socket->inode : 0;
	bool tcp = string_is(socket->proto, "tcp");
	struct text cell;

	text_init(&cell);
	if (socket->descriptors == 0 || !inquiry_add_owners(&cell, inquiry, socket->host, cookie, inode))
		inquiry_add_why_none(&cell, inquiry, socket);
	if (tcp && socket->state == NULL)
		text_add(&cell, " (state not known)");
	else if (tcp && socket->peer_port == 0 && !string_is(socket->state, "LISTEN"))
		text_add(&cell, ": refused, as it does not listen");
	add_cell_text(table, &cell);
}

static void add_port(struct columns *table, const struct inquiry *inquiry, const struct world_socket *socket,
		     bool again)
{
	if (again) {
		for (int i = 0; i < 3; i++)
			columns_add(table, NULL);
	} else {
		columns_addf(table, "%s %u", socket->proto, (unsigned)socket->port);
		add_class(table, inquiry, socket);
	}
	columns_add(table, socket->local);
	columns_add(table, socket->peer_port != 0 ? socket->peer : "anyone");
	add_target(table, inquiry, socket);
}

static bool same_port(const struct world_socket *a, const struct world_socket *b)
{
	return string_is(a->host, b->host) && string_is(a->proto, b->proto) && a->port == b->port;
}

static void print_ranges(struct text *out, const struct inquiry *inquiry)
{
	for (size_t i = 0; i < inquiry->world->host_count; i++) {
		const char *host = inquiry->world->hosts[i].name;
		long range[2];

		if (inquiry_port_range(inquiry, host, range))
			text_addf(out, "%s: ephemeral ports %ld-%ld (net.ipv4.ip_local_port_range)\n", host, range[0],
				  range[1]);
		else
			text_addf(out, "%s: its range of ephemeral ports is not known\n", host);
	}
	text_add(out, "classes: well-known 0-1023, registered 1024-49151, dynamic 49152-65535\n");
}

void tables_ports(struct text *out, const struct inquiry *inquiry)
{
	static const struct column columns[] = {
		{ .heading = "port" }, { .heading = "class" }, { .heading = "ephemeral" },
		{ .heading = "packet to", .shrinks = true }, { .heading = "from", .shrinks = true },
		{ .heading = "goes to" },
	};
	const struct order *by_port = &inquiry->world->by_port;
	const struct world_socket *before = NULL, *socket;
	struct columns table;

	columns_init(&table, columns, COUNT_OF(columns));
	for (size_t i = 0; (socket = order_at(by_port, i)) != NULL; i++) {
		if (gave_its_port_back(inquiry, socket))
			continue;
		add_port(&table, inquiry, socket, before != NULL && same_port(before, socket));
		before = socket;
	}
	print_ranges(out, inquiry);
	if (before == NULL)
		text_add(out, "no side has a port\n");
	print_and_release(out, &table);
}

/* ---- commands ---- */

void command_sides(struct session *session, const struct syntax_list *words)
{
	struct inquiry inquiry = inquiry_after_look(session);
	struct text out;

	if (!words_are(session, words, 0, 0))
		return;
	text_init(&out);
	tables_sides(&out, &inquiry, session->current);
	saying_finish(session, &out);
}

void command_fds(struct session *session, const struct syntax_list *words)
{
	struct inquiry inquiry = inquiry_after_look(session);
	const struct world_side *side;
	const char *name;
	struct text out;

	if (!words_are(session, words, 0, 1))
		return;
	name = words->count > 0 ? word_text(words, 0) : subject_side_name(session);
	side = session_side(session, name, word_column(session, words, 0), true);
	if (side == NULL) {
		session_finish(session, OUTCOME_MISTAKE);
		return;
	}
	text_init(&out);
	tables_fds(&out, &inquiry, side);
	saying_finish(session, &out);
}

/* One event of many lines: of fifty thousand sockets an event for each would be all that the log holds. */
static void say_part(void *owner, const char *lines)
{
	struct event event;

	event_init(&event, EVENT_say);
	event.say.text = xstrdup(lines);
	session_emit(owner, &event);
}

/* sockets | sockets all | sockets SIDE */
void command_sockets(struct session *session, const struct syntax_list *words)
{
	struct inquiry inquiry = inquiry_after_look(session);
	const char *word = word_text(words, 0);
	const struct world_side *side = NULL;
	bool all = word != NULL && string_is(word, "all");
	struct text out;

	if (!words_are(session, words, 0, 1))
		return;
	if (words->count > 0 && !all) {
		side = session_side(session, word, word_column(session, words, 0), true);
		if (side == NULL) {
			session_finish(session, OUTCOME_MISTAKE);
			return;
		}
	}
	text_init(&out);
	if (all)
		all_sockets_print(&out, &inquiry, &(struct all_sockets_taker){ say_part, session });
	else if (side != NULL)
		tables_sockets_of(&out, &inquiry, side->host);
	else
		tables_sockets(&out, &inquiry);
	saying_finish(session, &out);
}

void command_ports(struct session *session, const struct syntax_list *words)
{
	static const char *const settings[] = { "net/ipv4/ip_local_port_range", NULL };
	struct inquiry inquiry = inquiry_after_look(session);
	struct text out;

	if (!words_are(session, words, 0, 0) || asking_first(session, settings, command_ports))
		return;
	text_init(&out);
	tables_ports(&out, &inquiry);
	saying_finish(session, &out);
}
