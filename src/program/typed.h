/*
 * What the person does at the prompt, and the prompt itself with its history and the screen.
 */
#ifndef SOCKSTEP_PROGRAM_TYPED_H
#define SOCKSTEP_PROGRAM_TYPED_H

#include <stdbool.h>

#include "program/program.h"

/* False: there is none, and why has been said. */
bool typed_open(struct program *program);
/* In each turn of the loop, before it sleeps. */
void typed_settle(struct program *program);
/* Writes the history; does nothing where there is no prompt. */
void typed_close(struct program *program);

#endif
