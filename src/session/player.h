/*
 * Scripts under way: the last one's lines come first, and its blocks are followed.
 */
#ifndef SOCKSTEP_SESSION_PLAYER_H
#define SOCKSTEP_SESSION_PLAYER_H

#include "session/script.h"

/* A loop that is under way. */
struct loop_frame {
	size_t head;  /* its line */
	size_t round; /* from 0 */
};

struct playing {
	struct script script; /* (owned) */
	size_t next;
	struct variables names; /* (owned) of `for` */
	struct loop_frame loops[SCRIPT_BLOCKS_MAX];
	size_t depth;
	size_t silent_until; /* lines before this one are made without narration */
	bool tells_steps;    /* a lesson: its headings are told */
	bool hands_out;      /* lines from silent_until on are not run, but handed out */
	bool stranger;       /* a lesson from elsewhere: what its lines do is bounded */
};

struct player {
	struct session *session;
	struct playing stack[SCRIPT_DEPTH_MAX]; /* (owned) */
	size_t depth;
};

/* Takes over the script, which was checked. False with a message: too many within each other. */
bool player_push(struct player *player, struct script *script, struct text *message);
/* Of the script on top: lines before `line` are run without say, pause and ask. */
void player_be_silent_until(struct player *player, size_t line);
/* Of the script on top: each heading, "## TITLE", is told as the beginning of a step. */
void player_tell_steps(struct player *player);
/* Of the script on top: lines that are not run silently are for player_peek(). */
void player_hand_out(struct player *player);
/* Of the script on top: it is a stranger's lesson. */
void player_be_bounded(struct player *player);
/* The line of the outermost script that is to come. */
size_t player_line(const struct player *player);
/* How many scripts have lines left that are not the outermost's. */
size_t player_inner_depth(struct player *player);

/* The line that is to come, if it is handed out, and its text after substitution; NULL: there is none. */
const struct script_line *player_peek(struct player *player, struct text *text);
/* The text of a line of the script on top, as it would be run now. False: there is none, or it begins or ends a step or
 * a block. */
bool player_text(const struct player *player, size_t line, struct text *text);
/* That line is over and done; or all are before this one. */
void player_take(struct player *player);
void player_skip_to(struct player *player, size_t line);
/* Is it repeated, in a further round of a loop? */
bool player_is_repeating(const struct player *player);

/* Runs the next line; false if there is none, or it is handed out. */
bool player_next(struct player *player);
/* Nothing more is run. */
void player_stop(struct player *player);

#endif
