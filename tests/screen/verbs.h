/*
 * Statements that stand in files of their own: looks.c and whole.c. As `run` of struct verb (drive.h).
 */
#ifndef SOCKSTEP_TESTS_VERBS_H
#define SOCKSTEP_TESTS_VERBS_H

#include "drive.h"

bool verb_cell(struct drive *drive, char *words);
bool verb_look(struct drive *drive, char *words);
bool verb_colours(struct drive *drive, char *words);
bool verb_contrast(struct drive *drive, char *words);

bool verb_mask(struct drive *drive, char *words);
bool verb_remember(struct drive *drive, char *words);
bool verb_same(struct drive *drive, char *words);
bool verb_matches(struct drive *drive, char *words);

#endif
