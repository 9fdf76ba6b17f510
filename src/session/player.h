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
	size_t end;          /* lines from this one on are not run; SIZE_MAX: all are */
	bool tells_steps;    /* a lesson: its headings are told */
};

struct player {
	struct session *session;
	struct playing stack[SCRIPT_DEPTH_MAX]; /* (owned) */
	size_t depth;
	long lines;      /* that were run */
	long lines_most; /* 0: no bound */
};

/* Takes over the script, which was checked. False with a message: too many within each other. */
bool player_push(struct player *player, struct script *script, struct text *message);
/* Of the script on top: lines before `line` are run without say, pause and ask; those from `line` on not at all. */
void player_be_silent_until(struct player *player, size_t line);
void player_end_at(struct player *player, size_t line);
/* Of the script on top: each heading, "## TITLE", is told as the beginning of a step. */
void player_tell_steps(struct player *player);
/* The line of the outermost script that is to come. */
size_t player_line(const struct player *player);
/* So many lines are run at most, from now on; 0: no bound. */
void player_set_bounds(struct player *player, long lines);
/* Runs the next line; false if there is none. */
bool player_next(struct player *player);
/* Nothing more is run. */
void player_stop(struct player *player);

#endif
