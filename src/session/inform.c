#include "session/inform.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "call/constants.h"
#include "observe/info.h"
#include "session/chronicle.h"
#include "session/columns.h"
#include "session/commands.h"
#include "session/rendering.h"
#include "session/saying.h"

/* ---- what the descriptor table says ---- */

static void add_constant(struct text *out, const char *what, enum constant_group group, int64_t value)
{
	if (value == EVENT_NO_INT)
		return;
	text_addf(out, ", %s ", what);
	constant_print(out, group, value);
}

static void add_identity(struct text *out, const struct event_fd *row)
{
	text_add(out, "socket");
	add_constant(out, "family", GROUP_FAMILY, row->family);
	add_constant(out, "type", GROUP_TYPE, row->type);
	add_constant(out, "protocol", GROUP_PROTOCOL, row->protocol);
	if (row->cookie != EVENT_NO_INT)
		text_addf(out, ", cookie %lld", (long long)row->cookie);
	if (row->inode != EVENT_NO_INT)
		text_addf(out, ", inode %lld", (long long)row->inode);
	text_add(out, "\n");
}

static void add_process(struct text *out, const struct world_side *side)
{
	text_addf(out, "%s: pid ", side->name);
	if (side->pid == EVENT_NO_INT)
		text_add(out, "not known");
	else
		text_addf(out, "%lld", (long long)side->pid);
	if (side->outer_pid != EVENT_NO_INT && side->outer_pid != side->pid)
		text_addf(out, ", from outside %lld", (long long)side->outer_pid);
	text_addf(out, ", on %s\n", side->host);
}

static void add_row(struct text *out, const struct inquiry *inquiry, const struct subject *subject)
{
	const struct event_fd *row = &subject->row->row;
	const char *name = inquiry_name(inquiry, subject->side->name, subject->fd);

	text_addf(out, "%s %d", subject->side->name, subject->fd);
	if (name != NULL)
		text_addf(out, " (%s)", name);
	if (subject->row->reserved) {
		text_add(out, ": reserved by a call that sleeps; nothing can be done with it yet\n");
		return;
	}
	text_addf(out, ": %s", row->kind != NULL ? row->kind : "of a kind that is not known");
	text_addf(out, "%s%s", row->nonblock ? ", non-blocking" : ", blocking", row->cloexec ? ", close-on-exec" : "");
	text_add(out, "\n");
	if (row->path != NULL)
		text_addf(out, "file: %s\n", row->path);
	if (row->proto != NULL)
		add_identity(out, row);
}

/* ---- what the kernel says ---- */

static const struct column pair_columns[] = {
	{ .heading = "" }, { .heading = "" }, { .heading = "" }, { .heading = "" },
};

/* A value that would push the second half of its line out of the way. */
static bool is_long(const struct info_row *row)
{
	return strlen(row->value) > 24 || strlen(row->name) > 14;
}

static const char *value_of(const struct info_row *row)
{
	return *row->value == '\0' ? "yes" : row->value;
}

/* The short ones side by side, to be read downwards. */
static void add_pairs(struct columns *table, const struct info *info)
{
	const struct info_row **rows = xmalloc((info->count + 1) * sizeof(const struct info_row *));
	size_t count = 0, half;

	for (size_t i = 0; i < info->count; i++)
		if (!is_long(&info->rows[i]))
			rows[count++] = &info->rows[i];
	half = (count + 1) / 2;
	for (size_t i = 0; i < half; i++) {
		const struct info_row *right = i + half < count ? rows[i + half] : NULL;

		columns_add(table, rows[i]->name);
		columns_add(table, value_of(rows[i]));
		columns_add(table, right == NULL ? NULL : right->name);
		columns_add(table, right == NULL ? NULL : value_of(right));
	}
	free(rows);
}

static void print_without_heading(struct text *out, const struct columns *table)
{
	struct text text;

	text_init(&text);
	columns_print(&text, table, COLUMNS_WIDTH);
	text_drop_front(&text, text.len > 0 ? 1 : 0);
	text_add(out, text.data);
	text_release(&text);
}

static void add_facts(struct text *out, const struct socket_facts *facts)
{
	struct info info;
	struct columns table;

	info_init(&info);
	info_of_facts(&info, facts);
	columns_init(&table, pair_columns, COUNT_OF(pair_columns));
	add_pairs(&table, &info);
	print_without_heading(out, &table);
	for (size_t i = 0; i < info.count; i++)
		if (is_long(&info.rows[i]))
			text_addf(out, "%s  %s\n", info.rows[i].name, value_of(&info.rows[i]));
	columns_release(&table);
	info_release(&info);
}

/* What the world has of it when the kernel says nothing. */
static void add_world(struct text *out, const struct world_socket *socket)
{
	text_addf(out, "state %s, local %s, peer %s\n", socket->state == NULL ? "not known" : socket->state,
		  *rendering_address(socket->local) == '\0' ? "none" : socket->local,
		  *rendering_address(socket->peer) == '\0' ? "none" : socket->peer);
}

static void add_owners(struct text *out, const struct inquiry *inquiry, const struct world_socket *socket)
{
	uint64_t inode = socket->inode > 0 ? (uint64_t)socket->inode : 0;

	text_add(out, "descriptors: ");
	if (socket->descriptors == 0 ||
	    !inquiry_add_owners(out, inquiry, socket->host, (uint64_t)socket->cookie, inode)) {
		text_add(out, "none (");
		inquiry_add_why_none(out, inquiry, socket);
		text_add(out, ")");
	}
	text_add(out, "\n");
}

static const char *why_not_listed(const struct world_socket *socket)
{
	if (socket->descriptors > 0 && socket->state != NULL && string_is(socket->state, "CLOSED"))
		return "the kernel says no more of a socket that neither listens nor is connected\n";
	return "the kernel has no such socket any more\n";
}

static void add_socket(struct text *out, const struct inquiry *inquiry, const struct world_socket *socket)
{
	struct socket_facts facts;
	struct text message;

	add_owners(out, inquiry, socket);
	text_init(&message);
	switch (inquiry->ops->facts(inquiry->owner, socket, &facts, &message)) {
	case LOOK_FOUND:
		add_facts(out, &facts);
		break;
	case LOOK_GONE:
		add_world(out, socket);
		text_add(out, why_not_listed(socket));
		break;
	case LOOK_UNKNOWN:
		add_world(out, socket);
		text_addf(out, "more is not known: %s\n", message.data);
		break;
	}
	text_release(&message);
}

void inform_info(struct text *out, const struct inquiry *inquiry, const struct subject *subject)
{
	if (subject->side != NULL)
		add_process(out, subject->side);
	if (subject->side != NULL && subject->row != NULL)
		add_row(out, inquiry, subject);
	else if (subject->side != NULL)
		text_addf(out, "%s %d is not open\n", subject->side->name, subject->fd);
	if (subject->socket != NULL)
		add_socket(out, inquiry, subject->socket);
	else if (subject->side == NULL)
		text_addf(out, "no socket from %s to %s is known on %s\n", subject->local, subject->peer,
			  subject->host);
}

/* ---- history ---- */

static void add_life(struct text *out, const struct inquiry *inquiry, const char *host, int64_t cookie)
{
	const struct world_socket *socket = world_socket(inquiry->world, host, cookie);

	if (!chronicle_add_life(out, inquiry->log, host, cookie))
		text_add(out, "the log knows nothing of it\n");
	else if (socket != NULL && !string_is(socket->proto, "tcp"))
		text_addf(out, "(%s has no states to go through)\n", socket->proto);
}

static void add_life_of_fd(struct text *out, const struct inquiry *inquiry, const struct subject *subject)
{
	const char *side = subject->side->name;
	int64_t cookie;

	if (subject->row != NULL && subject->row->row.proto == NULL) {
		text_addf(out, "%s %d is no socket\n", side, subject->fd);
	} else if (subject->row != NULL && subject->row->row.cookie == EVENT_NO_INT) {
		text_addf(out, "which socket %s %d leads to is not known\n", side, subject->fd);
	} else if (!chronicle_last_cookie(inquiry->log, side, subject->fd, &cookie)) {
		text_addf(out, "%s %d was no socket, as far as is known\n", side, subject->fd);
	} else {
		if (subject->row == NULL)
			text_addf(out, "%s %d is closed; this is the socket that it led to last\n", side, subject->fd);
		add_life(out, inquiry, subject->host, cookie);
	}
}

static bool fits_pair(const struct event *event, const struct subject *subject)
{
	const struct event_state *state = &event->state;

	return event->kind == EVENT_state && state->cookie != EVENT_NO_INT && state->local != NULL &&
	       string_is(state->host, subject->host) && world_address_fits(subject->local, state->local) &&
	       world_address_fits(subject->peer, state->peer == NULL ? "" : state->peer);
}

/* Does this event tell of a socket with such a pair of addresses for the first time? */
static bool is_first_of_pair(const struct log *log, size_t index, const struct subject *subject)
{
	if (!fits_pair(log_at(log, index), subject))
		return false;
	for (size_t i = 0; i < index; i++)
		if (fits_pair(log_at(log, i), subject) &&
		    log_at(log, i)->state.cookie == log_at(log, index)->state.cookie)
			return false;
	return true;
}

static void add_lives_of_pair(struct text *out, const struct inquiry *inquiry, const struct subject *subject)
{
	size_t count = 0;

	for (size_t i = 0; i < inquiry->log->count; i++) {
		const struct event_state *state = &log_at(inquiry->log, i)->state;

		if (!is_first_of_pair(inquiry->log, i, subject))
			continue;
		text_addf(out, "%s, peer %s\n", state->local,
			  state->peer == NULL || *state->peer == '\0' ? "none" : state->peer);
		add_life(out, inquiry, subject->host, state->cookie);
		count++;
	}
	if (count == 0)
		text_addf(out, "no socket from %s to %s is in the log of %s\n", subject->local, subject->peer,
			  subject->host);
}

void inform_history(struct text *out, const struct inquiry *inquiry, const struct subject *subject)
{
	if (subject->side != NULL)
		add_life_of_fd(out, inquiry, subject);
	else
		add_lives_of_pair(out, inquiry, subject);
	if (inquiry->log->fallen_off > 0)
		text_addf(out, "(%lld earlier events fell off the log)\n", (long long)inquiry->log->fallen_off);
}

/* ---- commands ---- */

static void inform(struct session *session, const struct syntax_list *words,
		   void (*add)(struct text *out, const struct inquiry *inquiry, const struct subject *subject))
{
	struct inquiry inquiry = inquiry_after_look(session);
	struct subject subject;
	struct text out;

	if (!subject_read(&subject, session, words))
		return;
	text_init(&out);
	add(&out, &inquiry, &subject);
	subject_release(&subject);
	saying_finish(session, &out);
}

void command_info(struct session *session, const struct syntax_list *words)
{
	inform(session, words, inform_info);
}

void command_history(struct session *session, const struct syntax_list *words)
{
	inform(session, words, inform_history);
}
