/*
 * Lines to be run one after the other: of a file, of -e, of standard input. A script is understood as a whole before its first
 * line runs.
 */
#ifndef SOCKSTEP_SESSION_SCRIPT_H
#define SOCKSTEP_SESSION_SCRIPT_H

#include "session/session.h"

/* A file has at most so many bytes. */
enum { SCRIPT_BYTES_MAX = 16 << 20 };
/* run within run within run … */
enum { SCRIPT_DEPTH_MAX = 16 };

struct script_line {
	char *text; /* (owned) NUL-terminated */
	size_t len;
	int number; /* from 1 */
};

struct script {
	char *name; /* (owned) of the file, "-e", "standard input" */
	struct script_line *lines; /* (owned) */
	size_t count, room;
	size_t next;
};

void script_init(struct script *script, const char *name);
void script_release(struct script *script);
/* Adds the lines of a text. */
void script_add_text(struct script *script, const char *text, size_t len);
/* Adds the statements of one -e, which ; separates where it stands in no string. */
void script_add_statements(struct script *script, const char *text);
/* The lines of a file. False with a message. */
bool script_read(struct script *script, const char *path, struct text *message);
/* Understands every line; the mistakes are told as events. */
bool script_check(const struct script *script, struct session *session);

/* Scripts that are under way: the last one's lines come first. */
struct player {
	struct session *session;
	struct script stack[SCRIPT_DEPTH_MAX]; /* (owned) */
	size_t depth;
};

/* Takes over the script. False with a message: too many within each other. */
bool player_push(struct player *player, struct script *script, struct text *message);
/* Runs the next line; false if there is none. */
bool player_next(struct player *player);
/* Nothing more is run. */
void player_stop(struct player *player);

#endif
