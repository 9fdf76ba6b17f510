/*
 * Foreign bytes made printable: the only way by which anything that a peer, a file or another program wrote may reach a
 * person's eyes (design: what it promises; a policy test keeps it so).
 *
 * The notation is that of C strings, so that what is shown can be typed again: \" \\ \n \r \t, \xHH for a byte that is
 * no text, \u{HHHH} for a character that would steer or deceive the terminal (controls C1, bidi, zero width, tags,
 * private use, unassigned, noncharacters).
 */
#ifndef SOCKSTEP_BASE_SHOW_H
#define SOCKSTEP_BASE_SHOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

enum show_charset {
	SHOW_ASCII, /* every byte above 0x7e is escaped */
	SHOW_UTF8,  /* characters that the pinned table calls safe pass */
};

/* Adds `len` foreign bytes. No state is kept between calls, and none between characters but that at most two combining
 * marks pass after a base; the rest is escaped. */
void show_bytes(struct text *out, const void *bytes, size_t len, enum show_charset charset);
/* The same for a NUL-terminated foreign string. */
void show_string(struct text *out, const char *string, enum show_charset charset);
/* In double quotes, as a line of the language would write it; beyond `most` bytes "..." follows the closing quote, as
 * strace does. most 0: no bound. */
void show_quoted(struct text *out, const void *bytes, size_t len, size_t most, enum show_charset charset);
/* May this code point pass as it is? The pinned table's answer, the C library is not asked. */
bool show_is_safe(uint32_t code_point);

#endif
