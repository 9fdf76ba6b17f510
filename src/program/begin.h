/*
 * What the command line asks to be run: a lesson, statements, a file, the prompt, or standard input.
 */
#ifndef SOCKSTEP_PROGRAM_BEGIN_H
#define SOCKSTEP_PROGRAM_BEGIN_H

#include <stdbool.h>

#include "program/program.h"

/* False: it is mistaken, which has been said; nothing is run. */
bool begin_lines(struct program *program);

#endif
