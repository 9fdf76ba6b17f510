#include "session/record.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/show.h"

/* Of what was received so much is expected word for word. */
enum { RECEIVED_MOST = 1000 };

/* Of names of calls and commands. */
static const char WORD_CHARACTERS[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";

/* No kernel gives higher ones unless it is told to (fs.nr_open). */
enum { NUMBERS_MOST = 1 << 20 };

/* A side's descriptors' states, as they were expected last: of each a number from state_number(), 0: none was. */
struct seen {
	char *side;      /* (owned) */
	uint8_t *states; /* (owned) by descriptor */
	size_t room;
};

/* Since the line before; if more changed, all that there is is looked at. */
enum { TOUCHED_MOST = 64 };

struct touched {
	int64_t cookies[TOUCHED_MOST], fds[TOUCHED_MOST]; /* EVENT_NO_INT: none */
	size_t count;
};

struct record {
	struct text script, checked;
	struct seen *seen; /* (owned) */
	size_t count, room;
	int64_t place; /* how many events there were at the end of the line before */
};

/* ---- a line ---- */

/* A script's lines stand for themselves, so what brought them is left out. */
static bool is_for_script(const struct statement *statement)
{
	static const enum command_id left_out[] = { COMMAND_save,   COMMAND_run,  COMMAND_screenshot,
						    COMMAND_lesson, COMMAND_back, COMMAND_help };

	for (size_t i = 0; statement->kind == STATEMENT_COMMAND && i < COUNT_OF(left_out); i++)
		if (statement->command->id == left_out[i])
			return false;
	return statement->kind != STATEMENT_EMPTY;
}

/* Beginnings of names, which only the prompt understands, are written out. */
static void add_line(struct text *script, const struct session *session)
{
	const struct running *running = &session->running;
	const struct statement *statement = &running->statement;
	const char *line = running->line + strspn(running->line, " \t"), *verb = running->line + statement->column;

	if (statement->side == NULL && statement->kind == STATEMENT_CALL && session->current != NULL)
		text_addf(script, "%s: ", session->current);
	if (statement->kind != STATEMENT_SIDE) {
		text_add_bytes(script, line, (size_t)(verb - line));
		text_add(script, statement->call != NULL ? statement->call->name : statement->command->name);
		line = verb + strspn(verb, WORD_CHARACTERS);
	}
	text_addf(script, "%s\n", line);
}

/* ---- what came of it ---- */

static bool is_same_everywhere(const struct call_spec *spec)
{
	switch (spec->result) {
	case RESULT_FD:
	case RESULT_BYTES:
	case RESULT_ZERO:
		return true;
	case RESULT_NUMBER:
		return spec->id == CALL_poll || spec->id == CALL_select || spec->id == CALL_epoll_wait;
	case RESULT_PID:
	case RESULT_EAI:
	case RESULT_NEVER:
		return false;
	}
	return false;
}

static bool receives(enum call_id id)
{
	return id == CALL_recv || id == CALL_recvfrom || id == CALL_recvmsg || id == CALL_read;
}

/* Below TCP and UDP there is what a kernel numbers as it likes: an IP header's identification, a checksum. */
static bool receives_headers(const struct world_side *side, const struct event_call *call)
{
	const struct world_fd *fd = call->fd == EVENT_NO_INT ? NULL : world_fd(side, (int)call->fd);

	return fd != NULL && fd->row.proto != NULL && !string_starts_with(fd->row.proto, "tcp") &&
	       !string_starts_with(fd->row.proto, "udp") && !string_starts_with(fd->row.proto, "unix");
}

static void expect_result(struct text *out, const struct call_spec *spec, const struct world_side *side)
{
	const struct event_call *call = &side->last;

	if (call->error != NULL)
		text_addf(out, "expect error %s\n", call->error);
	else if (is_same_everywhere(spec))
		text_addf(out, "expect result %lld\n", (long long)call->result);
	if (call->error != NULL || !receives(spec->id) || call->data.bytes == NULL || call->data.len == 0 ||
	    call->data.len > RECEIVED_MOST || receives_headers(side, call))
		return;
	text_add(out, "expect received ");
	show_quoted(out, call->data.bytes, call->data.len, 0, SHOW_ASCII);
	text_add_char(out, '\n');
}

static void expect_of_call(struct text *out, const struct session *session)
{
	const struct running *running = &session->running;
	const struct world_side *side = running->side == NULL ? NULL : world_side(&session->world, running->side);
	const struct world_call *underway;

	if (side == NULL || running->statement.call == NULL)
		return;
	underway = world_call(side, running->id);
	if (side->last.id == running->id)
		expect_result(out, running->statement.call, side);
	else if (underway != NULL && underway->blocked && !running->statement.thread)
		text_addf(out, "expect %s blocked\n", side->name);
}

/* ---- states ---- */

/* 0: there is no such state. */
static uint8_t state_number(const char *state)
{
	static const char *const states[] = { "CLOSED",	    "LISTEN",	  "SYN_SENT",	"SYN_RECV",
					      "ESTABLISHED", "FIN_WAIT1", "FIN_WAIT2",	"CLOSE_WAIT",
					      "CLOSING",     "LAST_ACK",  "TIME_WAIT" };

	for (size_t i = 0; i < COUNT_OF(states); i++)
		if (string_is(states[i], state))
			return (uint8_t)(i + 1);
	return 0;
}

static struct seen *seen_of(struct record *record, const char *side)
{
	for (size_t i = 0; i < record->count; i++)
		if (string_is(record->seen[i].side, side))
			return &record->seen[i];
	record->seen = array_grow(record->seen, record->count, &record->room, sizeof(*record->seen));
	record->seen[record->count] = (struct seen){ .side = xstrdup(side) };
	return &record->seen[record->count++];
}

static uint8_t *seen_at(struct seen *seen, size_t fd)
{
	size_t room = fd + 1 > 2 * seen->room ? fd + 1 : 2 * seen->room;

	if (fd >= seen->room) {
		seen->states = xrealloc(seen->states, room);
		memset(seen->states + seen->room, 0, room - seen->room);
		seen->room = room;
	}
	return &seen->states[fd];
}

/* On a wire that flows these last until an ACK comes, which may be late: the next time they may be over already. */
static bool is_passing(const struct world *world, const char *state)
{
	static const char *const passing[] = { "FIN_WAIT1", "CLOSING", "LAST_ACK" };

	for (size_t i = 0; i < COUNT_OF(passing); i++)
		if (string_is(passing[i], state))
			return world->wire == NULL || !string_is(world->wire, "hold");
	return false;
}

static void expect_state(struct record *record, const struct world *world, const struct world_side *side,
			 const struct world_fd *fd)
{
	const char *state = world_fd_state(world, side, fd);
	uint8_t *seen;

	if (state == NULL || fd->row.proto == NULL || !string_starts_with(fd->row.proto, "tcp") ||
	    fd->number < 0 || fd->number >= NUMBERS_MOST || is_passing(world, state))
		return;
	seen = seen_at(seen_of(record, side->name), (size_t)fd->number);
	if (*seen != 0 && *seen == state_number(state))
		return;
	*seen = state_number(state);
	text_addf(&record->checked, "expect %s %d state %s\n", side->name, fd->number, state);
}

static void touch(struct touched *touched, const struct event *event)
{
	bool has_fd = event->kind == EVENT_fd;
	int64_t cookie = EVENT_NO_INT;

	if (event->kind == EVENT_state)
		cookie = event->state.cookie;
	else if (event->kind == EVENT_socket)
		cookie = event->socket.cookie;
	else if (!has_fd)
		return;
	if (touched->count < TOUCHED_MOST) {
		touched->cookies[touched->count] = has_fd ? event->fd.cookie : cookie;
		touched->fds[touched->count] = has_fd ? event->fd.fd : EVENT_NO_INT;
	}
	touched->count++;
}

/* What events since the line before speak of; sockets and numbers of all sides, for it is compared anyway. */
static void gather_touched(struct touched *touched, struct record *record, const struct log *log)
{
	int64_t end = log->fallen_off + (int64_t)log->count, place = record->place;

	touched->count = place < log->fallen_off ? TOUCHED_MOST + 1 : 0;
	for (; touched->count <= TOUCHED_MOST && place < end; place++)
		touch(touched, log_at(log, (size_t)(place - log->fallen_off)));
	record->place = end;
}

static bool is_touched(const struct touched *touched, const struct world_fd *fd)
{
	if (touched->count > TOUCHED_MOST)
		return true;
	for (size_t i = 0; i < touched->count; i++)
		if (touched->fds[i] == fd->number ||
		    (fd->row.cookie != EVENT_NO_INT && touched->cookies[i] == fd->row.cookie))
			return true;
	return false;
}

/* Of the connections that have changed. */
static void expect_states(struct record *record, const struct world *world, const struct log *log)
{
	struct touched touched;

	gather_touched(&touched, record, log);
	for (size_t i = 0; touched.count > 0 && i < world->side_count; i++)
		for (size_t j = 0; world->sides[i].alive && j < world->sides[i].fd_count; j++)
			if (!world->sides[i].fds[j].reserved && is_touched(&touched, &world->sides[i].fds[j]))
				expect_state(record, world, &world->sides[i], &world->sides[i].fds[j]);
}

static void forget_seen(struct record *record)
{
	for (size_t i = 0; i < record->count; i++) {
		free(record->seen[i].side);
		free(record->seen[i].states);
	}
	record->count = 0;
}

/* ---- all of it ---- */

static void record_line(struct session *session)
{
	const struct statement *statement = &session->running.statement;
	struct record *record = session->record;

	if (!is_for_script(statement))
		return;
	add_line(&record->script, session);
	add_line(&record->checked, session);
	if (statement->kind == STATEMENT_COMMAND && statement->command->id == COMMAND_reset)
		forget_seen(record);
	expect_of_call(&record->checked, session);
	expect_states(record, &session->world, &session->log);
}

void record_begin(struct session *session)
{
	session->record = xcalloc(1, sizeof(*session->record));
	text_init(&session->record->script);
	text_init(&session->record->checked);
	session->line_done = record_line;
}

void record_end(struct session *session)
{
	struct record *record = session->record;

	session->line_done = NULL;
	forget_seen(record);
	free(record->seen);
	text_release(&record->script);
	text_release(&record->checked);
	free(record);
}

void record_text(struct session *session, const char *line)
{
	text_addf(&session->record->script, "%s\n", line);
	text_addf(&session->record->checked, "%s\n", line);
}

const struct text *record_script(const struct session *session, bool expectations)
{
	return expectations ? &session->record->checked : &session->record->script;
}
