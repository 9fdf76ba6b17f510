/*
 * The oracle on what a program writes to its terminal: which bytes may be there at all. Printable text, as base/show.h
 * means it; and of all control characters and sequences those that the terminfo entry of TERM has for moving,
 * erasing, colours and the like, each in full, and a handful that the program writes by itself. Everything else is
 * foreign: titles, clipboards, questions that a terminal answers, what somebody else sent.
 */
#ifndef SOCKSTEP_TESTS_SEQUENCES_H
#define SOCKSTEP_TESTS_SEQUENCES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/show.h"
#include "base/text.h"

struct sequences {
	char **forms; /* (owned) as sequence_form() has made them of the entry */
	size_t count, room;
	uint8_t *kinds; /* (owned) enum show_kind of each code point */
};

/* Of the terminal `term`; one that is not known has none, and so has one that is dumb. */
void sequences_init(struct sequences *sequences, const char *term);
void sequences_release(struct sequences *sequences);
/* True: nothing else is there (the bytes may end in the midst of one). False: `message` says what, and where. */
bool sequences_accept(const struct sequences *sequences, const struct text *bytes, enum show_charset charset,
		      struct text *message);

#endif
