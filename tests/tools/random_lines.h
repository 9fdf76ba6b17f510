/*
 * Lines for sockstep that chance makes from the tables of the language: calls with arguments of the right types and
 * with others, commands, and lines in which bytes have been changed. From one seed always the same. None of them
 * writes a file, asks the network, or signals a process.
 */
#ifndef SOCKSTEP_TESTS_RANDOM_LINES_H
#define SOCKSTEP_TESTS_RANDOM_LINES_H

#include <stdint.h>

struct chance {
	uint64_t state;
};

/* From 0 to below `count`. */
uint64_t chance_below(struct chance *chance, uint64_t count);
/* A line without its end, which the caller frees. */
char *random_line(struct chance *chance);

#endif
