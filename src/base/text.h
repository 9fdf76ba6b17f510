/*
 * A string that grows. `data` is always NUL-terminated once text_init has run and may hold NUL bytes inside, which
 * `len` tells. The struct owns its data; text_take() hands it over.
 */
#ifndef SOCKSTEP_BASE_TEXT_H
#define SOCKSTEP_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
	char *data;  /* (owned) */
	size_t len;  /* bytes, without the NUL */
	size_t room; /* bytes allocated */
};

void text_init(struct text *text);
void text_release(struct text *text);
void text_clear(struct text *text);

void text_add(struct text *text, const char *string);
void text_add_bytes(struct text *text, const void *bytes, size_t len);
void text_add_char(struct text *text, char character);
/* A code point up to U+10FFFF that is no surrogate, as UTF-8 (RFC 3629). */
void text_add_code(struct text *text, uint32_t code);
/* In decimal. */
void text_add_int(struct text *text, int64_t number);
void text_addf(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_addv(struct text *text, const char *format, va_list args) __attribute__((format(printf, 2, 0)));
/* Cuts to `len` bytes; a longer one is left as it is. */
void text_cut(struct text *text, size_t len);
/* Removes the first `len` bytes (all of them if there are fewer). */
void text_drop_front(struct text *text, size_t len);
/* The string, which the caller frees. The text owns nothing any more; it need not be released, and may be added to
 * again. */
char *text_take(struct text *text);
/* printf into a string that the caller frees. */
char *text_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

bool string_starts_with(const char *string, const char *beginning);
bool string_is(const char *a, const char *b);

#endif
