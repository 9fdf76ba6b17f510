#include "session/goal.h"

#include <string.h>

#include "base/mem.h"
#include "session/expect.h"

/* ---- lines ---- */

bool goal_is_doing(const struct command_spec *command)
{
	static const enum command_id doing[] = { COMMAND_step, COMMAND_drop,    COMMAND_duplicate, COMMAND_deliver,
						 COMMAND_wire, COMMAND_corrupt, COMMAND_inject,    COMMAND_interrupt,
						 COMMAND_cut,  COMMAND_mend,    COMMAND_wait };

	for (size_t i = 0; command != NULL && i < COUNT_OF(doing); i++)
		if (command->id == doing[i])
			return true;
	return false;
}

bool goal_is_learners(const struct statement *statement)
{
	if (statement->kind == STATEMENT_COMMAND && statement->command->id == COMMAND_wire)
		return *statement->rest != '\0';
	return statement->kind == STATEMENT_CALL ||
	       (statement->kind == STATEMENT_COMMAND && goal_is_doing(statement->command));
}

static bool is_command(const struct statement *statement, enum command_id id)
{
	return statement->kind == STATEMENT_COMMAND && statement->command->id == id;
}

/* The line with its names put in, as a statement; false: it is none, or begins or ends a block or a step. */
static bool read_line(const struct player *player, size_t at, struct statement *statement)
{
	struct mistake mistake;
	struct text text;
	bool ok;

	text_init(&text);
	mistake_init(&mistake);
	ok = player_text(player, at, &text) && statement_read(statement, text.data, text.len, false, &mistake);
	mistake_release(&mistake);
	text_release(&text);
	return ok;
}

/* ---- what belongs to it ---- */

static bool is_between(const struct statement *statement)
{
	return statement->kind == STATEMENT_EMPTY || is_command(statement, COMMAND_say) ||
	       is_command(statement, COMMAND_pause);
}

/* Up to the first expectation; what stands between, and is done by itself, belongs to it too. */
static size_t find_expectations(struct goal *goal, const struct player *player, size_t at)
{
	struct statement statement;

	for (; read_line(player, at, &statement); at++) {
		bool expects = is_command(&statement, COMMAND_expect);

		if (goal_is_learners(&statement))
			goal->last = at;
		statement_release(&statement);
		if (expects)
			return at;
	}
	return SIZE_MAX;
}

/* Behind the last expectation that nothing is done before. */
static size_t find_end(const struct player *player, size_t at)
{
	struct statement statement;
	size_t end = at;

	for (; read_line(player, at, &statement); at++) {
		bool expects = is_command(&statement, COMMAND_expect), over = !expects && !is_between(&statement);

		statement_release(&statement);
		if (over)
			break;
		if (expects)
			end = at + 1;
	}
	return end;
}

void goal_forget(struct goal *goal)
{
	*goal = (struct goal){ .first = SIZE_MAX, .last = SIZE_MAX, .expects = SIZE_MAX, .end = SIZE_MAX };
}

bool goal_has(const struct goal *goal, size_t line)
{
	return goal->first != SIZE_MAX && line >= goal->first && (goal->end == SIZE_MAX || line < goal->end);
}

void goal_set(struct goal *goal, const struct player *player, size_t at)
{
	goal_forget(goal);
	goal->first = goal->last = at;
	goal->expects = find_expectations(goal, player, at);
	if (goal->expects == SIZE_MAX) {
		goal->last = at;
		goal->end = at + 1;
		return;
	}
	goal->end = find_end(player, goal->expects);
}

/* ---- expectations ---- */

static bool is_of_call(const struct expectation *expectation)
{
	return expectation->kind == EXPECT_RESULT || expectation->kind == EXPECT_ERROR ||
	       expectation->kind == EXPECT_RECEIVED;
}

/* Was the goal's last call what the learner entered last? */
static bool is_last_call(const struct goal *goal, const struct player *player)
{
	const struct learner *learner = &player->session->learner;
	struct statement last;
	bool same;

	if (learner->call == NULL || learner->side == NULL || !read_line(player, goal->last, &last))
		return false;
	same = last.call == learner->call && last.side != NULL && string_is(last.side, learner->side);
	statement_release(&last);
	return same;
}

static bool expectation_at(const struct player *player, size_t at, struct expectation *expectation)
{
	struct statement statement;
	struct mistake mistake;
	bool ok;

	if (!read_line(player, at, &statement))
		return false;
	mistake_init(&mistake);
	ok = is_command(&statement, COMMAND_expect) && expectation_read(expectation, statement.rest, &mistake);
	mistake_release(&mistake);
	statement_release(&statement);
	return ok;
}

static bool is_met(const struct goal *goal, const struct player *player, const struct expectation *expectation)
{
	struct text is;
	bool met;

	text_init(&is);
	met = expectation_holds(expectation, player->session, &is) &&
	      (!is_of_call(expectation) || is_last_call(goal, player));
	text_release(&is);
	return met;
}

static bool all_are_met(const struct goal *goal, const struct player *player)
{
	bool reached = goal->expects != SIZE_MAX;

	lab_look(player->session->lab);
	for (size_t at = goal->expects; reached && at < goal->end; at++) {
		struct expectation expectation;

		if (!expectation_at(player, at, &expectation))
			continue;
		reached = is_met(goal, player, &expectation);
		expectation_release(&expectation);
	}
	return reached;
}

void goal_look(struct goal *goal, const struct player *player)
{
	goal->held = all_are_met(goal, player);
}

bool goal_is_reached(const struct goal *goal, const struct player *player)
{
	return !goal->held && all_are_met(goal, player);
}

bool goal_wants_error(const struct goal *goal, const struct player *player, size_t line)
{
	bool wants = false;

	for (size_t at = goal->expects; line == goal->last && at < goal->end && !wants; at++) {
		struct expectation expectation;

		if (!expectation_at(player, at, &expectation))
			continue;
		wants = expectation.kind == EXPECT_ERROR;
		expectation_release(&expectation);
	}
	return wants;
}

/* ---- telling ---- */

static const char *behind_first_word(const char *text)
{
	text += strcspn(text, " ");
	return text + strspn(text, " ");
}

/* "server: bind returns 0": what a call is to give, said of the call. */
static void tell_of_call(const struct goal *goal, const struct player *player, const struct expectation *expectation,
			 struct text *out)
{
	struct statement last;

	if (!read_line(player, goal->last, &last))
		return;
	if (last.kind != STATEMENT_CALL)
		text_add(out, "the call");
	else
		text_addf(out, "%s%s%s", last.side == NULL ? "" : last.side, last.side == NULL ? "" : ": ",
			  last.call->name);
	text_addf(out, " %s %s",
		  expectation->kind == EXPECT_RESULT  ? "returns"
		  : expectation->kind == EXPECT_ERROR ? "fails with"
						      : "receives",
		  behind_first_word(expectation->text));
	statement_release(&last);
}

void goal_tell(const struct goal *goal, const struct player *player, struct text *out)
{
	size_t before = out->len;

	for (size_t at = goal->expects; at < goal->end; at++) {
		struct expectation expectation;

		if (!expectation_at(player, at, &expectation))
			continue;
		if (!is_met(goal, player, &expectation)) {
			text_add(out, out->len > before ? "; " : "");
			if (is_of_call(&expectation))
				tell_of_call(goal, player, &expectation, out);
			else
				text_add(out, expectation.text);
		}
		expectation_release(&expectation);
	}
}
