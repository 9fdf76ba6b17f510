/*
 * Foreign bytes made printable: the only way by which anything that a peer, a file or another program wrote may reach
 * a person's eyes. What comes out holds no control character, is ASCII or valid UTF-8, and reads back as exactly the
 * bytes that went in. Nothing is owned here; what is shown is added to the caller's text.
 *
 * The notation is that of C strings, so that what is shown can be typed again:
 *
 *     \\ \n \r \t   these four, and \" inside show_quoted
 *     \xHH          a byte that is no text: the other C0 controls, DEL, each byte of what is not UTF-8 by RFC 3629
 *                   (overlong forms, surrogates, above U+10FFFF, cut short); under SHOW_ASCII each byte above 0x7e
 *     \u{HHHH}      a character that would steer the terminal or deceive the reader, 4 to 6 digits: C1 controls, bidi
 *                   controls, zero width, blanks that are not the space, variation selectors, tags, private use,
 *                   unassigned, noncharacters, surplus combining marks; only under SHOW_UTF8
 *
 * Digits are lower case. Strong right-to-left letters pass, as letters; what forces a direction does not.
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

/* After a base that is shown as itself this many combining marks pass; further ones, and a mark with no base before it
 * (at the start, after an escape), are escaped. */
enum { SHOW_MARKS_MAX = 2 };

/*
 * Adds `len` foreign bytes. No state is kept between calls: a character whose bytes come in two calls is shown as bytes
 * that are no text, so whoever shows a stream in pieces cuts it between characters. Within a call the only state from
 * one character to the next is how many marks may still follow.
 */
void show_bytes(struct text *out, const void *bytes, size_t len, enum show_charset charset);
/* The same for a NUL-terminated foreign string. */
void show_string(struct text *out, const char *string, enum show_charset charset);
/*
 * In double quotes, as a line of the language would write it. Of more than `most` bytes the first `most` are shown, or
 * up to three fewer so that no character is cut in two (none, if the first one is longer than `most`), and "..."
 * follows the closing quote, as strace does. most 0: no bound.
 */
void show_quoted(struct text *out, const void *bytes, size_t len, size_t most, enum show_charset charset);
/* May this code point pass as it is? The pinned table's answer (show_table.h), the C library is not asked. True for a
 * combining mark too, which passes only after a base. */
bool show_is_safe(uint32_t code_point);

#endif
