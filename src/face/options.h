/*
 * The command line, read by the table of call/arguments.def. Nothing is owned but the list of -e; the strings are
 * argv's.
 */
#ifndef SOCKSTEP_FACE_OPTIONS_H
#define SOCKSTEP_FACE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "session/remote.h"

enum place { PLACE_DEFAULT, PLACE_LAB, PLACE_LOCAL };

struct options {
	enum place place;
	bool plain, json, time, syscalls, no_history, practice, trust, help, version;
	const char *lesson;      /* NULL: none */
	long from;               /* its step, from 1; 0: not said */
	const char *link;        /* NULL: any kind */
	uint64_t seed;           /* 0: the usual one */
	const char *file;        /* of -f; NULL: none */
	char *const *arguments;  /* behind -f FILE: $1, $2 … */
	size_t argument_count;
	const char **statements; /* (owned) of -e, in order */
	size_t statement_count, statement_room;
	struct remote remote;    /* HOST PORT, -l, and nc's letters */
};

/* False: a mistake was told on standard error, and the program is to end with status 2. */
bool options_read(struct options *options, int argc, char **argv);
/* What the program takes, on standard output. */
void options_print_help(void);
void options_release(struct options *options);

#endif
