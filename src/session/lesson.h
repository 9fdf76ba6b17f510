/*
 * A lesson: a script with narration. Its first line says what it teaches, "# NAME: what it teaches"; a line "## TITLE"
 * begins a step. Lessons are installed under the data directory; what lies elsewhere is a stranger's, and is data,
 * not a program: what touches a file or leaves the lab is refused before it starts.
 */
#ifndef SOCKSTEP_SESSION_LESSON_H
#define SOCKSTEP_SESSION_LESSON_H

#include "session/script.h"

/* What a stranger's lesson may have at most. */
enum {
	LESSON_BYTES_MAX = 1 << 20,
	LESSON_LINE_MAX = 4096,
	LESSON_LINES_RUN_MAX = 100000,
	LESSON_HOSTS_MAX = 16,
	LESSON_SIDES_MAX = 64,
	LESSON_SOCKETS_MAX = 1024,
	LESSON_SECONDS_MAX = 4 * 3600,
};

struct lesson_step {
	const char *title; /* into the script's line */
	size_t first;      /* index of its heading's line */
};

struct lesson {
	char *name;             /* (owned) as it is asked for */
	char *path;             /* (owned) */
	bool stranger;          /* not from the installed ones */
	struct script script;   /* (owned) */
	char *teaches;          /* (owned) from its first line */
	struct lesson_step *steps; /* (owned) */
	size_t count, room;
};

/* The installed one by that name, or the file of that path (with a / in it, or ending in .step). False with a message:
 * there is none, it cannot be read, its first line is not a lesson's, or it is larger than a stranger's may be. */
bool lesson_open(struct lesson *lesson, const char *name, struct text *message);
void lesson_release(struct lesson *lesson);
/* Tells a mistake for each line that a stranger's lesson may not have; true if there is none. */
bool lesson_is_harmless(const struct lesson *lesson, struct session *session);
/* The step that a line belongs to, from 0. */
size_t lesson_step_of(const struct lesson *lesson, size_t line);

/* Every installed lesson, by name: `tell` gets its name and what it teaches. False if there is no such folder. */
bool lesson_list(void (*tell)(void *context, const char *name, const char *teaches), void *context);

#endif
