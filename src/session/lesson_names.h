/*
 * The names of the lessons that are installed, in the order of the course: the file `course` beside them has it, and
 * who is not in it comes behind the others, by name.
 */
#ifndef SOCKSTEP_SESSION_LESSON_NAMES_H
#define SOCKSTEP_SESSION_LESSON_NAMES_H

#include <stdbool.h>
#include <stddef.h>

/* What the file of a lesson ends with. */
#define LESSON_EXTENSION ".step"

struct lesson_names {
	char **items; /* (owned), each too */
	size_t count, room;
};

/* Where the lessons are; NULL: nowhere. To be freed. */
char *lesson_folder(void);

/* False: there is no such folder, and no name. To be released in any case. */
bool lesson_names_init(struct lesson_names *names);
void lesson_names_release(struct lesson_names *names);

#endif
