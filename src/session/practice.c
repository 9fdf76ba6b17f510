#include "session/practice.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session/expect.h"
#include "session/progress.h"

/* Tries that do not help before the lines themselves are shown; the first gets a hint. */
enum { TRIES_UNTIL_SHOWN = 3 };

void practice_begin(struct practice *practice, struct session *session, struct player *player,
		    const struct lesson *lesson)
{
	*practice = (struct practice){
		.session = session,
		.player = player,
		.lesson = lesson,
		.step = SIZE_MAX,
		.goal = SIZE_MAX,
		.until = SIZE_MAX,
		.told = SIZE_MAX,
	};
	session_forget_learner(session);
}

void practice_mistaken(struct practice *practice)
{
	practice->tried = true;
	session_forget_learner(practice->session);
}

/* ---- lines ---- */

static const struct script_line *line_at(const struct practice *practice, size_t at)
{
	return at < practice->lesson->script.count ? &practice->lesson->script.lines[at] : NULL;
}

static bool read_line(const char *text, size_t len, struct statement *statement)
{
	struct mistake mistake;
	bool ok;

	mistake_init(&mistake);
	ok = statement_read(statement, text, len, false, &mistake);
	mistake_release(&mistake);
	return ok;
}

static bool is_doing(const struct command_spec *command)
{
	static const enum command_id doing[] = { COMMAND_step, COMMAND_drop,    COMMAND_duplicate, COMMAND_deliver,
						 COMMAND_wire, COMMAND_corrupt, COMMAND_inject,    COMMAND_interrupt,
						 COMMAND_cut,  COMMAND_mend,    COMMAND_wait };

	for (size_t i = 0; command != NULL && i < COUNT_OF(doing); i++)
		if (command->id == doing[i])
			return true;
	return false;
}

/* The learner's lines are calls and what is done to the wire; the rest is the teacher's, as looking at it is. */
static bool is_learners(const struct statement *statement)
{
	if (statement->kind == STATEMENT_COMMAND && statement->command->id == COMMAND_wire)
		return *statement->rest != '\0';
	return statement->kind == STATEMENT_CALL ||
	       (statement->kind == STATEMENT_COMMAND && is_doing(statement->command));
}

static bool is_command(const struct statement *statement, enum command_id id)
{
	return statement->kind == STATEMENT_COMMAND && statement->command->id == id;
}

/* ---- what the learner entered ---- */

/* Looking around is no try. */
static void take_try(struct practice *practice)
{
	const struct learner *learner = &practice->session->learner;

	if (learner->call != NULL || is_doing(learner->command))
		practice->tried = true;
}

/* Did the learner do what this line does: the same call or command, on the same side? */
static bool was_done(const struct practice *practice, const struct statement *statement)
{
	const struct learner *done = &practice->session->learner;

	if (statement->kind == STATEMENT_CALL)
		return done->call == statement->call && statement->side != NULL && done->side != NULL &&
		       string_is(done->side, statement->side);
	return done->command != NULL && done->command == statement->command;
}

/* The lesson goes on with the name that it gives the result. */
static void name_result(const struct practice *practice, const struct statement *statement)
{
	const struct world_side *side;

	if (statement->name == NULL || statement->side == NULL)
		return;
	side = world_side(&practice->session->world, statement->side);
	if (side != NULL && side->last.id != EVENT_NO_INT && side->last.result >= 0)
		session_name_descriptor(practice->session, statement->side, statement->name, side->last.result);
}

/* If not, what is instead. */
static bool expectation_is_met(const struct practice *practice, const struct statement *statement, struct text *is)
{
	struct expectation expectation;
	struct mistake mistake;
	bool met = false;

	mistake_init(&mistake);
	if (expectation_read(&expectation, statement->rest, &mistake)) {
		lab_look(practice->session->lab);
		met = expectation_holds(&expectation, practice->session, is);
		expectation_release(&expectation);
	}
	mistake_release(&mistake);
	return met;
}

/* The next expectation from `at` on, in the same step and block, as a statement; SIZE_MAX: there is none. */
static size_t expectation_ahead(const struct practice *practice, size_t at, struct statement *statement)
{
	const struct script_line *line;

	for (; (line = line_at(practice, at)) != NULL; at++) {
		if (line->kind != LINE_PLAIN || script_line_heading(line) != NULL ||
		    !read_line(line->text, line->len, statement))
			break;
		if (is_command(statement, COMMAND_expect))
			return at;
		statement_release(statement);
	}
	return SIZE_MAX;
}

/* What the next lines are to bring about is so already: then they need not be made as the lesson makes them. */
static bool skips_to_expectation(struct practice *practice)
{
	struct statement ahead;
	size_t at = expectation_ahead(practice, player_line(practice->player), &ahead);
	struct text is;
	bool met;

	if (at == SIZE_MAX)
		return false;
	if (practice->held_before) {
		statement_release(&ahead);
		return false;
	}
	text_init(&is);
	met = expectation_is_met(practice, &ahead, &is);
	text_release(&is);
	statement_release(&ahead);
	if (met)
		player_skip_to(practice->player, at);
	return met;
}

/* ---- what is told ---- */

static void tell_step(struct practice *practice)
{
	const struct lesson *lesson = practice->lesson;
	size_t step = lesson_step_of(lesson, player_line(practice->player));

	if (lesson->count == 0 || practice->step == step)
		return;
	practice->step = step;
	practice->tries = 0;
	practice->goal = practice->until = practice->told = SIZE_MAX;
	session_say(practice->session, "%s", "");
	session_say(practice->session, "Step %zu of %zu: %s", step + 1, lesson->count, lesson->steps[step].title);
	progress_save(lesson->name, step + 1);
}

static const char *verb_of(const struct statement *statement)
{
	return statement->kind == STATEMENT_CALL ? statement->call->name : statement->command->name;
}

/* An expectation that holds beforehand tells nobody what to do: then the next line's verb is told. */
static void tell_goal(struct practice *practice, const struct statement *statement)
{
	struct statement ahead;
	size_t at = player_line(practice->player), until = expectation_ahead(practice, at, &ahead);
	struct text is;

	if (practice->goal == SIZE_MAX)
		practice->goal = at;
	if (until != SIZE_MAX && until != practice->until) {
		text_init(&is);
		practice->held_before = expectation_is_met(practice, &ahead, &is);
		text_release(&is);
		if (!practice->held_before)
			session_say(practice->session, "Your turn, until: %s", ahead.rest);
	}
	if (until != SIZE_MAX)
		statement_release(&ahead);
	if ((until == SIZE_MAX || practice->held_before) && practice->told != at)
		session_say(practice->session, "Your turn: %s%s%s", statement->side == NULL ? "" : statement->side,
			    statement->side == NULL ? "" : ": ", verb_of(statement));
	practice->told = at;
	practice->until = until;
}

/* The learner's lines since the last goal was reached, up to the one that it now is about. */
static void show_lines(const struct practice *practice, size_t last)
{
	session_say(practice->session, "It goes so:");
	for (size_t i = practice->goal; i <= last; i++) {
		const struct script_line *line = line_at(practice, i);
		struct statement statement;

		if (line == NULL || line->kind != LINE_PLAIN || !read_line(line->text, line->len, &statement))
			continue;
		if (is_learners(&statement))
			session_say(practice->session, "  %s", line->text);
		statement_release(&statement);
	}
	session_say(practice->session, "(lesson %s --practice --from %zu takes the step from its beginning%s.)",
		    practice->lesson->name, practice->step + 1,
		    practice->step + 1 < practice->lesson->count ? ", one more passes it over" : "");
}

static void hint(const struct practice *practice, const struct statement *statement)
{
	struct text text;

	text_init(&text);
	if (statement->kind == STATEMENT_CALL) {
		text_addf(&text, "Hint: on %s, ", statement->side == NULL ? "the current side" : statement->side);
		call_signature(&text, statement->call, -1);
		text_addf(&text, " - %s.", statement->call->help);
	} else {
		text_addf(&text, "Hint: %s %s - %s.", statement->command->name, statement->command->synopsis,
			  statement->command->help);
	}
	session_say(practice->session, "%s", text.data);
	text_release(&text);
}

/* What was tried did not help. */
static void help(struct practice *practice, const struct statement *statement)
{
	practice->tried = false;
	session_forget_learner(practice->session);
	practice->tries++;
	if (practice->tries >= TRIES_UNTIL_SHOWN)
		show_lines(practice, player_line(practice->player));
	else if (is_learners(statement))
		hint(practice, statement);
}

/* ---- a line of the lesson ---- */

enum advance { ADVANCED, WAITS, RUNS };

static enum advance run(struct practice *practice, const struct text *text)
{
	const struct playing *lesson = &practice->player->stack[0];
	const struct source source = { .file = lesson->script.name, .stranger = lesson->stranger };

	player_take(practice->player);
	session_run(practice->session, text->data, text->len, &source);
	return RUNS;
}

static enum advance await_learner(struct practice *practice, const struct statement *statement)
{
	tell_goal(practice, statement);
	if (!practice->tried)
		return WAITS;
	if (was_done(practice, statement)) {
		name_result(practice, statement);
		player_take(practice->player);
	} else if (!skips_to_expectation(practice)) {
		help(practice, statement);
		return WAITS;
	}
	practice->tried = false;
	session_forget_learner(practice->session);
	return ADVANCED;
}

static enum advance await_expectation(struct practice *practice, const struct statement *statement)
{
	struct text is;
	bool met;

	text_init(&is);
	met = expectation_is_met(practice, statement, &is);
	if (met) {
		practice->tried = false;
		practice->tries = 0;
		practice->goal = SIZE_MAX;
		session_forget_learner(practice->session);
		player_take(practice->player);
	} else {
		session_say(practice->session, "Not yet: %s (%s)", statement->rest, is.data);
		help(practice, statement);
	}
	text_release(&is);
	return met ? ADVANCED : WAITS;
}

static enum advance advance(struct practice *practice, const struct statement *statement, const struct text *text)
{
	bool by_itself = player_is_repeating(practice->player);

	if (is_learners(statement) && !by_itself)
		return await_learner(practice, statement);
	if (is_command(statement, COMMAND_expect) && !by_itself)
		return await_expectation(practice, statement);
	if (statement->kind != STATEMENT_EMPTY && !is_command(statement, COMMAND_pause))
		return run(practice, text);
	player_take(practice->player);
	return ADVANCED;
}

enum practice_turn practice_go_on(struct practice *practice)
{
	enum advance next = ADVANCED;
	bool any = true;
	struct text text;

	take_try(practice);
	text_init(&text);
	while (next == ADVANCED && (any = player_peek(practice->player, &text) != NULL)) {
		struct statement statement;

		tell_step(practice);
		if (!read_line(text.data, text.len, &statement)) {
			player_take(practice->player);
			continue;
		}
		next = advance(practice, &statement, &text);
		statement_release(&statement);
	}
	text_release(&text);
	if (!any)
		return PRACTICE_DONE;
	return next == RUNS ? PRACTICE_RUNS : PRACTICE_WAITS;
}
