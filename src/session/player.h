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
};

struct player {
	struct session *session;
	struct playing stack[SCRIPT_DEPTH_MAX]; /* (owned) */
	size_t depth;
	long lines; /* that were run */
};

/* Takes over the script, which was checked. False with a message: too many within each other. */
bool player_push(struct player *player, struct script *script, struct text *message);
/* Runs the next line; false if there is none. */
bool player_next(struct player *player);
/* Nothing more is run. */
void player_stop(struct player *player);

#endif
