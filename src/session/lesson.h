/*
 * A lesson: a script with narration. Its first line says what it teaches, "# NAME: what it teaches"; a line "## TITLE"
 * begins a step. Lessons are installed under the data directory; what lies elsewhere is a stranger's, and is data,
 * not a program: what touches a file or leaves the lab is refused before it starts, and what it takes of the machine is
 * bounded (bounds.h).
 */
#ifndef SOCKSTEP_SESSION_LESSON_H
#define SOCKSTEP_SESSION_LESSON_H

#include "session/script.h"

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
/* Its blocks are found (script_check). Tells a mistake for each line that a stranger's lesson may not have, whatever
 * its $NAMEs stand for; true if there is none, else with a message. */
bool lesson_is_harmless(const struct lesson *lesson, struct session *session, struct text *message);
/* Why a stranger's lesson may not have this line, as a sentence without its full stop; NULL: it may. */
const char *lesson_fault(const char *line, size_t len);
/* The step that a line belongs to, from 0. */
size_t lesson_step_of(const struct lesson *lesson, size_t line);

/* Every installed lesson, in the order of the course: `tell` gets its name and what it teaches. False if there is no
 * such folder. */
bool lesson_list(void (*tell)(void *context, const char *name, const char *teaches), void *context);

#endif
