/*
 * A script for a terminal while it runs: what drive.c, which reads it, and verbs.c, which carries its statements out,
 * have in common. What the statements mean stands at the top of drive.c.
 */
#ifndef SOCKSTEP_TESTS_DRIVE_H
#define SOCKSTEP_TESTS_DRIVE_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/show.h"
#include "base/text.h"
#include "terminal.h"

struct mask {
	regex_t regex; /* (owned) */
	char fill;
	bool as_one; /* however wide it is */
};

struct drive {
	struct terminal terminal;
	double bound; /* of each wait, milliseconds */
	char **lines; /* (owned) of the script */
	size_t count;
	char *directory, *here;     /* (owned) */
	enum show_charset charset;
	struct mask *masks;         /* (owned) */
	size_t mask_count, mask_room;
	pid_t *background;          /* (owned) leaders of process groups */
	size_t background_count, background_room;
	struct text remembered;     /* (owned) */
	struct text message;        /* (owned) why a statement failed */

	char *title;                /* (owned) of the test under way, NULL: none */
	bool failed, skipping, over;
	char *skip;                 /* (owned) why all of it is skipped */
	int tests, failures;
};

struct verb {
	const char *name;
	/* False, with a message or none: it failed. May change the words. */
	bool (*run)(struct drive *drive, char *words);
};

typedef bool condition_function(struct drive *drive, void *context);

/* Reads what the program writes until the condition holds. False: the bound was reached. */
bool drive_wait(struct drive *drive, condition_function *holds, void *context);
/* False: the message says why. */
bool drive_read_file(struct drive *drive, const char *path, struct text *out);

/* NULL: there is none. */
const struct verb *verb_named(const char *name);
void drive_end_background(struct drive *drive);
/* The screen as a comment of TAP. */
void drive_show(struct drive *drive);
/* Lines of text as comments. */
void drive_say(const char *prefix, const char *text);

#endif
