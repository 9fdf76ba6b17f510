/*
 * The order of lines: those of scripts and lessons, then those of the prompt or of standard input.
 */
#ifndef SOCKSTEP_PROGRAM_ORDER_H
#define SOCKSTEP_PROGRAM_ORDER_H

#include <stddef.h>

#include "base/text.h"
#include "program/program.h"

/* The next line is looked for: the prompt comes back, standard input is read on, or it is over. */
void order_next(struct program *program);
/* A line is run. What goes to a descriptor, and data of several lines, is no line of the language; the end of such data
 * makes one. */
void order_run(struct program *program, const char *line, size_t len, const struct source *source);
/* The script's lines come next, once all of them have been looked at; it is taken over if that is OUTCOME_OK. */
enum outcome order_push(struct program *program, struct script *script, struct text *message);
/* A script's first failure is its last line, and its status. */
void order_end(struct program *program, enum outcome outcome);
void order_show_prompt(struct program *program);
/* A lesson waits for the person, who reads first what is not in sight yet. */
void order_wait(struct program *program);

/* The owner is the program: a line is done; it is to end. */
void order_done(void *owner, enum outcome outcome);
void order_quit(void *owner);

#endif
