/*
 * A shared library that is loaded when it is first used: who never uses it has nothing of it, nor of what it needs
 * itself, in his memory. What is loaded stays. The handle is the dynamic linker's.
 */
#ifndef SOCKSTEP_BASE_LIBRARY_H
#define SOCKSTEP_BASE_LIBRARY_H

#include <stdbool.h>

#include "base/text.h"

/* Loads the library of that file name, as dlopen(3) finds it. NULL with a message, which begins with its `name`: it is
 * not there. */
void *library_open(const char *file, const char *name, struct text *message);
/*
 * Its function of that name, into the pointer to a function that stands at `function`. False with a message: it has
 * none. All functions of a library may be fetched in a row: only the first that is missing is told.
 */
bool library_fetch(void *library, const char *name, void *function, struct text *message);

#endif
