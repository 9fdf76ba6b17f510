#include "session/teacher.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "session/ask.h"
#include "session/expect.h"
#include "session/progress.h"

/* Lines that do not help before the line itself is shown; the first gets a hint. */
enum { TRIES_UNTIL_SHOWN = 3 };

void teacher_init(struct teacher *teacher, struct session *session, struct player *player, bool person)
{
	*teacher = (struct teacher){ .session = session, .player = player, .person = person, .shown = SIZE_MAX };
}

static void end_lesson(struct teacher *teacher)
{
	if (teacher->teaching != TEACHING_NOT)
		lesson_release(&teacher->lesson);
	teacher->teaching = TEACHING_NOT;
	teacher->paused = false;
	teacher->asking = false;
}

void teacher_release(struct teacher *teacher)
{
	end_lesson(teacher);
}

/* ---- beginning ---- */

/* The player's own copy of the lines, in which what comes before the step is made without a word. */
static void copy_script(const struct lesson *lesson, struct script *copy)
{
	struct text all;

	text_init(&all);
	for (size_t i = 0; i < lesson->script.count; i++) {
		text_add_bytes(&all, lesson->script.lines[i].text, lesson->script.lines[i].len);
		text_add_char(&all, '\n');
	}
	script_init(copy, lesson->name);
	script_add_text(copy, all.data, all.len);
	text_release(&all);
}

static bool push_text(struct teacher *teacher, const char *name, const char *text, struct text *message)
{
	struct script script;

	script_init(&script, name);
	script_add_text(&script, text, strlen(text));
	if (script_check(&script, teacher->session) && player_push(teacher->player, &script, message))
		return true;
	script_release(&script);
	return false;
}

static bool push_lesson(struct teacher *teacher, size_t step, struct text *message)
{
	struct script copy;

	copy_script(&teacher->lesson, &copy);
	if (!script_check(&copy, teacher->session)) {
		text_add(message, "no line of it was run");
		script_release(&copy);
		return false;
	}
	if (!player_push(teacher->player, &copy, message)) {
		script_release(&copy);
		return false;
	}
	if (teacher->teaching == TEACHING_CLASS)
		player_tell_steps(teacher->player);
	player_be_silent_until(teacher->player, teacher->lesson.count == 0 ? 0 : teacher->lesson.steps[step].first);
	return true;
}

static void introduce(struct teacher *teacher)
{
	session_say(teacher->session, "%s: %s", teacher->lesson.name, teacher->lesson.teaches);
}

/* In a session in which something was made already the lesson gets a fresh lab. */
static bool needs_reset(const struct session *session)
{
	return session->call_id > 0 || session->world.segments.count > 0;
}

static bool step_is_there(const struct lesson *lesson, long from, struct text *message)
{
	if (from >= 1 && (size_t)from <= (lesson->count == 0 ? 1 : lesson->count))
		return true;
	text_addf(message, "%s has %zu steps", lesson->name, lesson->count);
	return false;
}

static bool begin_at(struct teacher *teacher, size_t step, struct text *message)
{
	bool practice = teacher->teaching == TEACHING_PRACTICE;

	player_stop(teacher->player);
	teacher->paused = false;
	teacher->asking = false;
	teacher->tries = 0;
	teacher->shown = SIZE_MAX;
	if (!push_lesson(teacher, step, message))
		return false;
	if (practice) {
		teacher->at = teacher->lesson.count == 0 ? 0 : teacher->lesson.steps[step].first;
		player_end_at(teacher->player, teacher->at);
	}
	return !needs_reset(teacher->session) || push_text(teacher, teacher->lesson.name, "reset\n", message);
}

bool teacher_begin(struct teacher *teacher, const char *name, long from, bool practice, struct text *message)
{
	struct lesson lesson;

	if (!lesson_open(&lesson, name, message))
		return false;
	if (!step_is_there(&lesson, from, message)) {
		lesson_release(&lesson);
		return false;
	}
	if (lesson.stranger && !teacher->trust && !lesson_is_harmless(&lesson, teacher->session)) {
		text_add(message, "no line of it was run");
		lesson_release(&lesson);
		return false;
	}
	end_lesson(teacher);
	teacher->lesson = lesson;
	teacher->teaching = practice ? TEACHING_PRACTICE : TEACHING_CLASS;
	player_set_bounds(teacher->player, lesson.stranger && !teacher->trust ? LESSON_LINES_RUN_MAX : 0);
	introduce(teacher);
	return begin_at(teacher, (size_t)from - 1, message);
}

static size_t current_step(const struct teacher *teacher)
{
	size_t line = teacher->teaching == TEACHING_PRACTICE ? teacher->at : player_line(teacher->player);

	return lesson_step_of(&teacher->lesson, line == 0 ? 0 : line - 1);
}

bool teacher_back(struct teacher *teacher, struct text *message)
{
	size_t step;

	if (teacher->teaching == TEACHING_NOT) {
		text_add(message, "no lesson is under way");
		return false;
	}
	step = current_step(teacher);
	if (step == 0) {
		text_add(message, "this is the first step");
		return false;
	}
	introduce(teacher);
	return begin_at(teacher, step - 1, message);
}

/* ---- a class ---- */

bool teacher_pause(struct teacher *teacher)
{
	teacher->paused = teacher->person && teacher->teaching != TEACHING_PRACTICE && teacher->player->depth > 0;
	return teacher->paused;
}

bool teacher_ask(struct teacher *teacher)
{
	teacher->asking = teacher->person;
	return teacher->asking;
}

bool teacher_waits(const struct teacher *teacher)
{
	return teacher->paused || teacher->asking;
}

const char *teacher_prompt(const struct teacher *teacher)
{
	if (teacher->asking)
		return "your answer> ";
	return teacher->paused ? "[Enter goes on]> " : NULL;
}

static bool is_empty(const char *line)
{
	return line[strspn(line, " \t")] == '\0';
}

bool teacher_line(struct teacher *teacher, const char *line)
{
	if (teacher->asking) {
		teacher->asking = false;
		session_answer(teacher->session, line);
		return true;
	}
	if (!teacher->paused || !is_empty(line))
		return false;
	teacher->paused = false;
	return true;
}

/* ---- practice ---- */

static const struct script_line *line_at(const struct teacher *teacher)
{
	return teacher->at < teacher->lesson.script.count ? &teacher->lesson.script.lines[teacher->at] : NULL;
}

static bool read_line(const struct script_line *line, struct statement *statement)
{
	struct mistake mistake;
	bool ok;

	mistake_init(&mistake);
	ok = line->kind == LINE_PLAIN && statement_read(statement, line->text, line->len, false, &mistake);
	mistake_release(&mistake);
	return ok;
}

/* The learner's lines are calls and what is done to the wire; the rest is the teacher's. */
static bool is_learners(const struct statement *statement)
{
	static const enum command_id doing[] = { COMMAND_step, COMMAND_drop,    COMMAND_duplicate, COMMAND_deliver,
						 COMMAND_wire, COMMAND_corrupt, COMMAND_inject,    COMMAND_interrupt,
						 COMMAND_cut,  COMMAND_mend,    COMMAND_wait };

	if (statement->kind == STATEMENT_CALL)
		return true;
	for (size_t i = 0; statement->kind == STATEMENT_COMMAND && i < COUNT_OF(doing); i++)
		if (statement->command->id == doing[i])
			return true;
	return false;
}

static void tell_goal(struct teacher *teacher)
{
	size_t step = lesson_step_of(&teacher->lesson, teacher->at);

	if (teacher->lesson.count == 0 || teacher->shown == step)
		return;
	teacher->shown = step;
	session_say(teacher->session, "%s", "");
	session_say(teacher->session, "Step %zu of %zu: %s", step + 1, teacher->lesson.count,
		    teacher->lesson.steps[step].title);
	progress_save(teacher->lesson.name, step + 1);
}

/* Did the learner do what this line does: the same call or command, on the same side? */
static bool was_done(const struct teacher *teacher, const struct statement *statement)
{
	const struct learner *done = &teacher->session->learner;

	if (statement->kind == STATEMENT_CALL)
		return done->call == statement->call && statement->side != NULL && done->side != NULL &&
		       string_is(done->side, statement->side);
	return done->command == statement->command;
}

static bool expectation_is_met(const struct teacher *teacher, const struct statement *statement)
{
	struct expectation expectation;
	struct mistake mistake;
	struct text is;
	bool met = false;

	mistake_init(&mistake);
	text_init(&is);
	if (expectation_read(&expectation, statement->rest, &mistake)) {
		lab_look(teacher->session->lab);
		met = expectation_holds(&expectation, teacher->session, &is);
		expectation_release(&expectation);
	}
	text_release(&is);
	mistake_release(&mistake);
	return met;
}

/* The next expectation behind the lines that are still to be made, if it is met already: then those need not be made
 * so. */
static bool expectation_ahead_is_met(struct teacher *teacher)
{
	for (size_t i = teacher->at; i < teacher->lesson.script.count; i++) {
		struct statement statement;
		bool expects, met;

		if (!read_line(&teacher->lesson.script.lines[i], &statement))
			return false;
		expects = statement.kind == STATEMENT_COMMAND && statement.command->id == COMMAND_expect;
		met = expects && expectation_is_met(teacher, &statement);
		statement_release(&statement);
		if (met)
			teacher->at = i + 1;
		if (expects)
			return met;
	}
	return false;
}

static void hint(struct teacher *teacher, const struct script_line *line, const struct statement *statement)
{
	struct text text;

	if (teacher->tries == 0)
		return;
	text_init(&text);
	if (teacher->tries >= TRIES_UNTIL_SHOWN)
		text_addf(&text, "It goes so:  %s", line->text);
	else if (statement->kind == STATEMENT_CALL) {
		text_addf(&text, "Hint: on %s, ", statement->side == NULL ? "the current side" : statement->side);
		call_signature(&text, statement->call, -1);
		text_addf(&text, " - %s.", statement->call->help);
	} else {
		text_addf(&text, "Hint: %s %s - %s.", statement->command->name, statement->command->synopsis,
			  statement->command->help);
	}
	session_say(teacher->session, "%s", text.data);
	text_release(&text);
}

enum advance { ADVANCED, WAITS, RUNS };

/* What the next line of the lesson needs. */
static enum advance advance(struct teacher *teacher, const struct script_line *line, const struct statement *statement)
{
	static const struct source source = { .prompt = false };

	if (is_learners(statement)) {
		if (!was_done(teacher, statement) && !expectation_ahead_is_met(teacher)) {
			hint(teacher, line, statement);
			return WAITS;
		}
		if (was_done(teacher, statement))
			teacher->at++;
		session_forget_learner(teacher->session);
		teacher->tries = 0;
		return ADVANCED;
	}
	if (statement->kind == STATEMENT_COMMAND && statement->command->id == COMMAND_expect) {
		if (!expectation_is_met(teacher, statement)) {
			session_say(teacher->session, "Not yet: %s", statement->rest);
			return WAITS;
		}
		teacher->at++;
		return ADVANCED;
	}
	teacher->at++;
	if (statement->kind != STATEMENT_COMMAND || statement->command->id == COMMAND_pause)
		return ADVANCED;
	session_run(teacher->session, line->text, line->len, &source);
	return RUNS;
}

bool teacher_practice(struct teacher *teacher)
{
	const struct script_line *line;

	if (teacher->teaching != TEACHING_PRACTICE)
		return false;
	while ((line = line_at(teacher)) != NULL) {
		struct statement statement;
		enum advance next;

		tell_goal(teacher);
		if (!read_line(line, &statement)) {
			teacher->at++;
			continue;
		}
		next = advance(teacher, line, &statement);
		statement_release(&statement);
		if (next != ADVANCED) {
			teacher->tries += next == WAITS;
			return next == RUNS;
		}
	}
	session_say(teacher->session, "%s is done.", teacher->lesson.name);
	progress_save(teacher->lesson.name, 0);
	end_lesson(teacher);
	return false;
}
