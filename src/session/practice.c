#include "session/practice.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session/columns.h"
#include "session/context.h"
#include "session/expect.h"
#include "session/progress.h"
#include "session/saying.h"

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
		.told = SIZE_MAX,
		.unmet = SIZE_MAX,
	};
	goal_forget(&practice->goal);
	session_forget_learner(session);
}

void practice_mistaken(struct practice *practice)
{
	practice->tried = true;
	session_forget_learner(practice->session);
}

void practice_look(struct practice *practice)
{
	goal_look(&practice->goal, practice->player);
}

bool practice_is_not_yet(struct practice *practice)
{
	if (practice->check != CHECK_RUNS)
		return false;
	practice->check = CHECK_FAILED;
	return true;
}

/* ---- lines ---- */

static bool read_line(const char *text, size_t len, struct statement *statement)
{
	struct mistake mistake;
	bool ok;

	mistake_init(&mistake);
	ok = statement_read(statement, text, len, false, &mistake);
	mistake_release(&mistake);
	return ok;
}

static bool is_command(const struct statement *statement, enum command_id id)
{
	return statement->kind == STATEMENT_COMMAND && statement->command->id == id;
}

/* ---- what the learner entered ---- */

/* `step` alone, or `step N`; 0: it is neither. */
static long steps_of(const char *words)
{
	char *end;
	long count = *words == '\0' ? 1 : strtol(words, &end, 10);

	return *words == '\0' || (*end == '\0' && count > 0) ? count : 0;
}

/* Looking around is no try. */
static void take_try(struct practice *practice)
{
	const struct learner *learner = &practice->session->learner;

	if (learner->call == NULL && !goal_is_doing(learner->command))
		return;
	practice->tried = true;
	if (learner->command != NULL && learner->command->id == COMMAND_step)
		practice->steps += steps_of(learner->words);
}

static bool holds_now(struct session *session, const char *expectation)
{
	lab_look(session->lab);
	return expectation_text_holds(expectation, session);
}

/* Of step it matters how far it went; of what can be on or off, which of them; else any way to do it is as good. */
static bool was_commanded(const struct practice *practice, const struct statement *statement)
{
	const struct learner *done = &practice->session->learner;

	if (done->command != statement->command)
		return false;
	if (is_command(statement, COMMAND_step) && string_starts_with(statement->rest, "until "))
		return string_is(done->words, statement->rest) ||
		       holds_now(practice->session, statement->rest + strlen("until "));
	if (is_command(statement, COMMAND_step))
		return practice->steps >= steps_of(statement->rest);
	if (is_command(statement, COMMAND_wire) || is_command(statement, COMMAND_cut) ||
	    is_command(statement, COMMAND_mend))
		return string_is(done->words, statement->rest);
	return true;
}

/* The first address that stands in a line, whatever its names stand for; false: there is none. */
static bool address_in(const char *line, bool typed, struct address *address)
{
	struct call_context context = context_of_check();
	struct statement statement;
	struct mistake mistake;
	struct call call;
	bool found = false;

	mistake_init(&mistake);
	if (statement_read(&statement, line, strlen(line), typed, &mistake)) {
		if (statement.kind == STATEMENT_CALL &&
		    call_bind(&call, statement.call, &statement.args, &context, &mistake)) {
			for (size_t i = 0; !found && i < call_arg_count(call.spec); i++) {
				found = call.args[i].kind == VALUE_ADDRESS;
				*address = call.args[i].address;
			}
			call_release(&call);
		}
		statement_release(&statement);
	}
	mistake_release(&mistake);
	return found;
}

static int port_of(const struct address *address)
{
	switch (address->any.sa_family) {
	case AF_INET:
		return ntohs(address->in.sin_port);
	case AF_INET6:
		return ntohs(address->in6.sin6_port);
	default:
		return -1;
	}
}

/* At another port than the lesson's nothing that follows will be found. */
static bool has_other_port(const struct practice *practice)
{
	struct address wanted, given;
	struct text text;
	bool other;

	text_init(&text);
	other = practice->session->learner.line != NULL &&
		player_text(practice->player, player_line(practice->player), &text) &&
		address_in(text.data, false, &wanted) && address_in(practice->session->learner.line, true, &given) &&
		port_of(&wanted) != port_of(&given);
	text_release(&text);
	return other;
}

/* Has the call that was made last failed? One that has not returned has not. */
static bool has_failed(const struct session *session)
{
	const struct world_side *side = session->last_side == NULL ? NULL
								   : world_side(&session->world, session->last_side);

	return side != NULL && side->last.id == session->last_id && side->last.error != NULL;
}

/* Did the learner do what this line does: the same call or command, on the same side? A call that fails is done only
 * if it is meant to. */
static bool was_done(const struct practice *practice, const struct statement *statement)
{
	const struct learner *done = &practice->session->learner;
	size_t line = player_line(practice->player);

	if (statement->kind != STATEMENT_CALL)
		return done->command != NULL && was_commanded(practice, statement);
	return done->call == statement->call && statement->side != NULL && done->side != NULL &&
	       string_is(done->side, statement->side) &&
	       (!has_failed(practice->session) || goal_wants_error(&practice->goal, practice->player, line)) &&
	       !has_other_port(practice);
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

/* What the next lines are to bring about is so already: then they need not be made as the lesson makes them. */
static bool skips_to_expectation(struct practice *practice)
{
	const struct learner *done = &practice->session->learner;

	if ((done->call == NULL && done->command == NULL) || !goal_is_reached(&practice->goal, practice->player))
		return false;
	player_skip_to(practice->player, practice->goal.expects);
	return true;
}

/* What was entered was looked at. */
static void forget_try(struct practice *practice)
{
	practice->tried = false;
	session_forget_learner(practice->session);
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
	practice->told = SIZE_MAX;
	goal_forget(&practice->goal);
	session_say(practice->session, "%s", "");
	session_say(practice->session, "Step %zu of %zu: %s", step + 1, lesson->count, lesson->steps[step].title);
	progress_save(lesson->name, step + 1);
}

static const char *verb_of(const struct statement *statement)
{
	return statement->kind == STATEMENT_CALL ? statement->call->name : statement->command->name;
}

/* Expectations that hold already tell nobody what to do: then the next line's verb is told. */
static void tell_goal(struct practice *practice, const struct statement *statement)
{
	size_t at = player_line(practice->player);
	bool is_new = !goal_has(&practice->goal, at), by_verb;
	struct text text;

	if (practice->told == at)
		return;
	practice->told = at;
	practice->steps = 0;
	if (is_new)
		goal_set(&practice->goal, practice->player, at);
	goal_look(&practice->goal, practice->player);
	by_verb = practice->goal.expects == SIZE_MAX || practice->goal.held;
	text_init(&text);
	if (by_verb)
		text_addf(&text, "Your turn: %s%s%s", statement->side == NULL ? "" : statement->side,
			  statement->side == NULL ? "" : ": ", verb_of(statement));
	else
		text_add(&text, "Your turn, until: ");
	if (!by_verb)
		goal_tell(&practice->goal, practice->player, &text);
	if (by_verb || is_new)
		session_say(practice->session, "%s", text.data);
	text_release(&text);
}

/* The learner's lines of the goal, up to the one that it now is about. */
static void show_lines(const struct practice *practice, size_t until)
{
	struct text text;

	text_init(&text);
	session_say(practice->session, "It goes so:");
	for (size_t i = practice->goal.first; i <= until; i++) {
		struct statement statement;

		text_clear(&text);
		if (!player_text(practice->player, i, &text) || !read_line(text.data, text.len, &statement))
			continue;
		if (goal_is_learners(&statement))
			session_say(practice->session, "  %s", text.data);
		statement_release(&statement);
	}
	session_say(practice->session, "The step from its beginning:  lesson %s --practice --from %zu",
		    practice->lesson->name, practice->step + 1);
	if (practice->step + 1 < practice->lesson->count)
		session_say(practice->session, "The next one instead:         lesson %s --practice --from %zu",
			    practice->lesson->name, practice->step + 2);
	text_release(&text);
}

/* How the lesson writes the address. */
static void add_address(struct text *out, const struct statement *statement)
{
	for (size_t i = 0; i < statement->args.count; i++) {
		const struct syntax *word = &statement->args.items[i];

		if (word->kind != SYNTAX_WORD || strchr(word->text, ':') == NULL)
			continue;
		text_addf(out, " The address is %s.", word->text);
		return;
	}
}

static void hint(const struct practice *practice, const struct statement *statement, bool port)
{
	struct text text, folded;

	text_init(&text);
	text_init(&folded);
	if (statement->kind == STATEMENT_CALL && statement->call != NULL) {
		text_addf(&text, "Hint: on %s, ", statement->side == NULL ? "the current side" : statement->side);
		call_signature(&text, statement->call, -1);
		text_addf(&text, " - %s.", statement->call->help);
		if (port)
			add_address(&text, statement);
	} else {
		text_addf(&text, "Hint: %s %s - %s.", statement->command->name, statement->command->synopsis,
			  statement->command->help);
	}
	columns_fold(&folded, text.data, 0, COLUMNS_WIDTH);
	saying_say(practice->session, &folded);
	text_release(&folded);
	text_release(&text);
}

/* What was tried did not help. */
static void help(struct practice *practice, const struct statement *statement)
{
	bool port = statement->kind == STATEMENT_CALL && practice->session->learner.call == statement->call &&
		    has_other_port(practice);

	forget_try(practice);
	practice->tries++;
	if (practice->tries >= TRIES_UNTIL_SHOWN)
		show_lines(practice, player_line(practice->player));
	else if (goal_is_learners(statement))
		hint(practice, statement, port);
}

/* ---- a line of the lesson ---- */

enum advance { ADVANCED, WAITS, RUNS };

static enum advance run(struct practice *practice, const struct text *text, bool is_goal)
{
	const struct playing *lesson = &practice->player->stack[0];
	const struct source source = {
		.file = lesson->script.name,
		.stranger = lesson->stranger,
		.goal = is_goal,
	};

	if (!is_goal)
		player_take(practice->player);
	session_run(practice->session, text->data, text->len, &source);
	return RUNS;
}

static enum advance await_learner(struct practice *practice, const struct statement *statement)
{
	tell_goal(practice, statement);
	if (practice->tried && was_done(practice, statement)) {
		name_result(practice, statement);
		player_take(practice->player);
	} else if (!practice->tried || !skips_to_expectation(practice)) {
		if (practice->tried)
			help(practice, statement);
		return WAITS;
	}
	forget_try(practice);
	return ADVANCED;
}

static enum advance meet(struct practice *practice)
{
	practice->unmet = SIZE_MAX;
	practice->tries = 0;
	forget_try(practice);
	player_take(practice->player);
	return ADVANCED;
}

/* It is run as a line of a script is, so that it waits for what needs a moment. */
static enum advance await_expectation(struct practice *practice, const struct statement *statement,
				      const struct text *text)
{
	size_t at = player_line(practice->player);
	enum practice_check check = practice->check;

	practice->check = CHECK_NONE;
	if (check == CHECK_RUNS)
		return meet(practice);
	if (check == CHECK_FAILED) {
		practice->unmet = at;
		help(practice, statement);
		return WAITS;
	}
	if (practice->unmet == at && !practice->tried)
		return WAITS;
	practice->check = CHECK_RUNS;
	return run(practice, text, true);
}

static enum advance advance(struct practice *practice, const struct statement *statement, const struct text *text)
{
	bool by_itself = player_is_repeating(practice->player);

	if (goal_is_learners(statement) && !by_itself)
		return await_learner(practice, statement);
	if (is_command(statement, COMMAND_expect) && !by_itself)
		return await_expectation(practice, statement, text);
	if (statement->kind != STATEMENT_EMPTY && !is_command(statement, COMMAND_pause))
		return run(practice, text, false);
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
