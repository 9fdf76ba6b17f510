#include "session/record.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/show.h"

/* Of what was received so much is expected word for word. */
enum { RECEIVED_MOST = 1000 };

/* Of names of calls and commands. */
static const char WORD_CHARACTERS[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";

/* A descriptor's state, as it was expected last. */
struct seen {
	char *side, *state; /* (owned) */
	int fd;
};

struct record {
	struct text script, checked;
	struct seen *seen; /* (owned) */
	size_t count, room;
	size_t next; /* where the one is likely that is looked for */
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

static void expect_result(struct text *out, const struct call_spec *spec, const struct event_call *call)
{
	if (call->error != NULL)
		text_addf(out, "expect error %s\n", call->error);
	else if (is_same_everywhere(spec))
		text_addf(out, "expect result %lld\n", (long long)call->result);
	if (call->error != NULL || !receives(spec->id) || call->data.bytes == NULL || call->data.len == 0 ||
	    call->data.len > RECEIVED_MOST)
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
		expect_result(out, running->statement.call, &side->last);
	else if (underway != NULL && underway->blocked && !running->statement.thread)
		text_addf(out, "expect %s blocked\n", side->name);
}

/* ---- states ---- */

/* Looked for behind the one before: they are asked for in the order in which they came. */
static struct seen *seen_of(struct record *record, const char *side, int fd)
{
	for (size_t i = 0; i < record->count; i++) {
		struct seen *seen = &record->seen[(record->next + i) % record->count];

		if (seen->fd != fd || !string_is(seen->side, side))
			continue;
		record->next = (size_t)(seen - record->seen) + 1;
		return seen;
	}
	record->seen = array_grow(record->seen, record->count, &record->room, sizeof(*record->seen));
	record->seen[record->count] = (struct seen){ .side = xstrdup(side), .fd = fd };
	return &record->seen[record->count++];
}

static void expect_state(struct record *record, const struct world *world, const struct world_side *side,
			 const struct world_fd *fd)
{
	const char *state = world_fd_state(world, side, fd);
	struct seen *seen;

	if (state == NULL || fd->row.proto == NULL || !string_starts_with(fd->row.proto, "tcp"))
		return;
	seen = seen_of(record, side->name, fd->number);
	if (seen->state != NULL && string_is(seen->state, state))
		return;
	free(seen->state);
	seen->state = xstrdup(state);
	text_addf(&record->checked, "expect %s %d state %s\n", side->name, fd->number, state);
}

/* Of the connections that have changed. */
static void expect_states(struct record *record, const struct world *world)
{
	for (size_t i = 0; i < world->side_count; i++)
		for (size_t j = 0; world->sides[i].alive && j < world->sides[i].fd_count; j++)
			if (!world->sides[i].fds[j].reserved)
				expect_state(record, world, &world->sides[i], &world->sides[i].fds[j]);
}

static void forget_seen(struct record *record)
{
	for (size_t i = 0; i < record->count; i++) {
		free(record->seen[i].side);
		free(record->seen[i].state);
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
	expect_states(record, &session->world);
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
