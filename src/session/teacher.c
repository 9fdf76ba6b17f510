#include "session/teacher.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "session/ask.h"
#include "session/bounds.h"
#include "session/progress.h"

void teacher_init(struct teacher *teacher, struct session *session, struct player *player, bool person)
{
	*teacher = (struct teacher){ .session = session, .player = player, .person = person };
}

static void end_lesson(struct teacher *teacher)
{
	if (teacher->teaching != TEACHING_NOT)
		lesson_release(&teacher->lesson);
	teacher->teaching = TEACHING_NOT;
	teacher->paused = teacher->asking = teacher->paging = false;
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
	else
		player_hand_out(teacher->player);
	if (teacher->lesson.stranger && !teacher->trust)
		player_be_bounded(teacher->player);
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
	player_stop(teacher->player);
	teacher->paused = teacher->asking = teacher->paging = false;
	teacher->stopped = teacher->over = false;
	teacher->session->taught = teacher->person && teacher->teaching == TEACHING_CLASS;
	teacher->begins_at = teacher->lesson.count;
	practice_begin(&teacher->practice, teacher->session, teacher->player, &teacher->lesson);
	return push_lesson(teacher, step, message) &&
	       (!needs_reset(teacher->session) || push_text(teacher, teacher->lesson.name, "reset\n", message));
}

/* It can be understood, and does nothing that a stranger's may not. */
static bool is_good(const struct teacher *teacher, struct lesson *lesson, struct text *message)
{
	if (!lesson->stranger || teacher->trust)
		return true;
	if (!script_check(&lesson->script, teacher->session)) {
		text_add(message, "no line of it was run");
		return false;
	}
	return lesson_is_harmless(lesson, teacher->session, message);
}

/* A learner goes on where it was left. */
static size_t first_step(const struct lesson *lesson, long from, bool practice)
{
	size_t left = practice ? progress_of(lesson->name) : 0;

	if (from > 0)
		return (size_t)from - 1;
	return left > 0 && left <= lesson->count ? left - 1 : 0;
}

bool teacher_begin(struct teacher *teacher, const char *name, long from, bool practice, struct text *message)
{
	struct lesson lesson;
	size_t step;

	if (!lesson_open(&lesson, name, message))
		return false;
	step = first_step(&lesson, from, practice);
	if (!step_is_there(&lesson, from < 0 ? from : (long)step + 1, message) ||
	    !is_good(teacher, &lesson, message)) {
		lesson_release(&lesson);
		return false;
	}
	end_lesson(teacher);
	teacher->lesson = lesson;
	teacher->teaching = practice ? TEACHING_PRACTICE : TEACHING_CLASS;
	bounds_begin(teacher->session);
	introduce(teacher);
	if (practice && from == 0 && step > 0)
		session_say(teacher->session, "You were at step %zu; lesson %s --from 1 --practice begins anew.",
			    step + 1, lesson.name);
	return begin_at(teacher, step, message);
}

/* When no line is left, the one behind which it ended. */
static size_t current_step(const struct teacher *teacher)
{
	size_t line = player_line(teacher->player);

	if (teacher->player->depth == 0)
		return teacher->begins_at;
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

void teacher_stop(struct teacher *teacher)
{
	bool underway = teacher->teaching != TEACHING_NOT && teacher->player->depth > 0;
	size_t step = underway ? current_step(teacher) : 0;

	teacher->paused = teacher->asking = teacher->paging = false;
	teacher->stopped = true;
	teacher->session->taught = false;
	player_stop(teacher->player);
	if (!underway)
		return;
	teacher->begins_at = step + 1;
	if (teacher->person)
		session_say(teacher->session, "The lesson stops here; lesson %s --from %zu%s takes it up again.",
			    teacher->lesson.name, step + 1,
			    teacher->teaching == TEACHING_PRACTICE ? " --practice" : "");
}

/* ---- a class ---- */

bool teacher_pause(struct teacher *teacher)
{
	teacher->paused = teacher->person && teacher->teaching != TEACHING_PRACTICE && teacher->player->depth > 0;
	teacher->paused_depth = player_inner_depth(teacher->player);
	return teacher->paused;
}

bool teacher_ask(struct teacher *teacher)
{
	teacher->asking = teacher->person;
	return teacher->asking;
}

bool teacher_waits(const struct teacher *teacher)
{
	return teacher->asking || teacher->paging ||
	       (teacher->paused && player_inner_depth(teacher->player) <= teacher->paused_depth);
}

const char *teacher_prompt(const struct teacher *teacher)
{
	if (teacher->paging)
		return "[Enter shows more]> ";
	if (teacher->asking)
		return "your answer> ";
	return teacher->paused ? "[Enter goes on]> " : NULL;
}

static bool is_empty(const char *line)
{
	return line[strspn(line, " \t")] == '\0';
}

bool teacher_is_read(const struct teacher *teacher)
{
	return teacher->person && teacher->teaching != TEACHING_NOT && !teacher->stopped && !teacher->over;
}

void teacher_page(struct teacher *teacher)
{
	teacher->paging = true;
}

bool teacher_line(struct teacher *teacher, const char *line)
{
	bool paging = teacher->paging;

	teacher->paging = false;
	if (paging && is_empty(line))
		return true;
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

void teacher_rest(struct teacher *teacher)
{
	if (teacher->teaching != TEACHING_CLASS || !teacher->person || teacher->stopped || teacher->over ||
	    teacher->player->depth > 0)
		return;
	teacher->over = true;
	teacher->session->taught = false;
	session_say(teacher->session, "(%s is over, and the prompt is yours; lesson lists the others.)",
		    teacher->lesson.name);
}

/* ---- practice ---- */

bool teacher_is_practising(const struct teacher *teacher)
{
	return teacher->teaching == TEACHING_PRACTICE && !teacher->stopped;
}

bool teacher_practice(struct teacher *teacher)
{
	if (!teacher_is_practising(teacher))
		return false;
	switch (practice_go_on(&teacher->practice)) {
	case PRACTICE_RUNS:
		return true;
	case PRACTICE_WAITS:
		return false;
	case PRACTICE_DONE:
		break;
	}
	session_say(teacher->session, "%s is done.", teacher->lesson.name);
	progress_save(teacher->lesson.name, 0);
	end_lesson(teacher);
	return false;
}

void teacher_look(struct teacher *teacher)
{
	if (teacher_is_practising(teacher))
		practice_look(&teacher->practice);
}

bool teacher_is_not_yet(struct teacher *teacher)
{
	return teacher_is_practising(teacher) && practice_is_not_yet(&teacher->practice);
}

void teacher_mistaken(struct teacher *teacher)
{
	if (teacher_is_practising(teacher))
		practice_mistaken(&teacher->practice);
}
