/*
 * A second opinion on src/base/show.c, for its unit test and its proof: reads what was shown back by the notation of
 * show.h and compares it with what went in. It shares no code with show.c; of the table it has its own flat copy.
 */
#ifndef SOCKSTEP_TESTS_SHOW_CHECKER_H
#define SOCKSTEP_TESTS_SHOW_CHECKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/show.h"
#include "base/show_table.h"

struct show_checker {
	unsigned char kind[0x110000]; /* enum show_kind of each code point */
	/* By a character's first byte: its length (0: none begins so) and the bounds of its second byte. */
	unsigned char len[256], second_least[256], second_most[256];
	unsigned char digit[256]; /* the value of each hexadecimal digit, 255 for what is none */
};

/* The caller frees it. */
struct show_checker *show_checker_new(void);

struct shown {
	const unsigned char *in;
	size_t in_len;
	const char *out;
	size_t out_len;
	enum show_charset charset;
	bool quoted; /* `out` is without the quotes around it */
};

/*
 * Is `out` what show.h promises for `in`? It holds no control character and no character that is not safe, at most two
 * marks after a base, is ASCII or UTF-8 as the set says, escapes what must be escaped and nothing else, in the one
 * way that is meant for it, and reads back as `in`.
 */
bool show_checker_accepts(const struct show_checker *checker, const struct shown *shown);

/* Writes the code point, surrogates too, as UTF-8 writes it and returns the length. `bytes` has room for 4. */
size_t show_checker_encode(uint32_t code_point, unsigned char *bytes);

#endif
