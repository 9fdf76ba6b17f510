/*
 * Memory, and the end of the program.
 *
 * The third kind of failure (HACKING.md): when the machine fails us - no memory, a broken child - there is nothing
 * left to say to the user but that. die() runs the hook that restores the terminal, writes one line to standard
 * error and ends with status 70 (EX_SOFTWARE, sysexits.h). The x-functions never return NULL.
 */
#ifndef SOCKSTEP_BASE_MEM_H
#define SOCKSTEP_BASE_MEM_H

#include <stddef.h>

enum { STATUS_MACHINE_FAILED = 70 };

void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
/* What die() calls first; NULL for nothing. The face sets it while it holds the terminal. */
void die_set_hook(void (*restore)(void));
/* To whom die() tells its message, besides standard error, which may lead nowhere; NULL for nobody. `owner` (borrowed)
 * is handed over. It may be called in any thread. */
void die_set_teller(void (*tell)(void *owner, const char *message), void *owner);

void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *old, size_t size);
char *xstrdup(const char *string);
char *xstrndup(const char *string, size_t len);

/*
 * Room for one more element. `array` has `len` elements of `size` bytes in use and room for `*room`; returns the array,
 * moved if it had to grow (doubling from 8), with `*room` brought up to date. The new element is zeroed.
 */
void *array_grow(void *array, size_t len, size_t *room, size_t size);

/* The number of elements of a true array. */
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
