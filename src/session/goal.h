/*
 * What a learner is to bring about next: the calls and commands of a lesson up to the next expectations, and those.
 * All of them stand in one step and one block of the lesson; indexes are those of its lines.
 */
#ifndef SOCKSTEP_SESSION_GOAL_H
#define SOCKSTEP_SESSION_GOAL_H

#include "session/player.h"

struct goal {
	size_t first;     /* the first line that is the learner's; SIZE_MAX: there is no goal yet */
	size_t last;      /* the last one before the expectations */
	size_t expects;   /* the first expectation; SIZE_MAX: none follows */
	size_t end;       /* behind the last one */
	bool held;        /* all of them, when it was looked at last: then they tell nobody what to do */
};

/* Is this line the learner's to type? Calls are, and what is done to the wire; the rest is the teacher's, as looking
 * at it is. */
bool goal_is_learners(const struct statement *statement);
/* Is that a command which does something, so that it counts as a try? */
bool goal_is_doing(const struct command_spec *command);

/* The goal that begins with this line of the learner's, in the script that the player is at. */
void goal_set(struct goal *goal, const struct player *player, size_t at);
/* There is none. */
void goal_forget(struct goal *goal);
bool goal_has(const struct goal *goal, size_t line);

/* Before a try: is it so already? */
void goal_look(struct goal *goal, const struct player *player);
/* After one: has it, whatever it was, brought about all that is expected? What a call gave counts only if it was the
 * goal's last call. */
bool goal_is_reached(const struct goal *goal, const struct player *player);
/* Is the call in this line meant to fail? */
bool goal_wants_error(const struct goal *goal, const struct player *player, size_t line);

/* What is expected and not so yet, one behind the other, as a person says it. */
void goal_tell(const struct goal *goal, const struct player *player, struct text *out);

#endif
