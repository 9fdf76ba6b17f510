/*
 * The command line, read.
 */
#ifndef SOCKSTEP_OPTIONS_H
#define SOCKSTEP_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

enum place { PLACE_DEFAULT, PLACE_LAB, PLACE_LOCAL };

struct options {
	enum place place;
	bool plain, json, time, syscalls, no_history, practice, trust;
	const char *lesson;      /* of --lesson; NULL: none */
	const char *link;        /* of --link; NULL: any */
	const char *file;        /* of -f; NULL: none */
	const char **statements; /* (owned; the strings are argv's) of -e, in order */
	size_t statement_count, statement_room;
	char **arguments;        /* (borrowed from argv) behind -f FILE */
	size_t argument_count;
	bool help, version;
};

/* False: a mistake was told on standard error, and the program is to end with status 2. */
bool options_read(struct options *options, int argc, char **argv);
void options_release(struct options *options);

#endif
