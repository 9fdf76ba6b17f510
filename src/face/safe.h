/*
 * Text that was written for a person, checked once more before it reaches a terminal. As base/show.h, but for text
 * that is in that notation already (a call as a side printed it, a line that was pasted): a backslash stands for
 * itself and is not doubled. What would steer the terminal or deceive the reader comes out as \x1b or \u{202e}.
 */
#ifndef SOCKSTEP_FACE_SAFE_H
#define SOCKSTEP_FACE_SAFE_H

#include <stdarg.h>
#include <stddef.h>

#include "base/show.h"
#include "base/text.h"

enum safe_newlines {
	SAFE_NEWLINES_SHOWN, /* \n, as any other control character */
	SAFE_NEWLINES_PASS,  /* newlines remain, tabs become a space */
};

void safe_add(struct text *out, const char *bytes, size_t len, enum show_charset charset, enum safe_newlines newlines);
/* "sockstep: " and a line on standard error, where there is no face yet, or no longer. */
void safe_say_error(const char *format, va_list args) __attribute__((format(printf, 1, 0)));
/* UTF-8 if the locale's charset is (nl_langinfo(3)), else ASCII. After setlocale(). */
enum show_charset safe_charset(void);

#endif
