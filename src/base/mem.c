#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LAST_WORDS_MAX = 512 };

static struct {
	void (*restore)(void);
	void (*tell)(void *owner, const char *message);
	void *owner;
} die_hook;

void die_set_hook(void (*restore)(void))
{
	die_hook.restore = restore;
}

void die_set_teller(void (*tell)(void *owner, const char *message), void *owner)
{
	die_hook.tell = tell;
	die_hook.owner = owner;
}

/* Who tells may die of it, too, which is not told again. */
static void tell(const char *message)
{
	void (*hook)(void *owner, const char *message) = die_hook.tell;

	die_hook.tell = NULL;
	if (hook != NULL)
		hook(die_hook.owner, message);
}

void die(const char *format, ...)
{
	char message[LAST_WORDS_MAX];
	va_list args;

	if (die_hook.restore != NULL)
		die_hook.restore();
	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	tell(message);
	fprintf(stderr, "sockstep: %s\n", message);
	exit(STATUS_MACHINE_FAILED);
}

static void *checked(void *memory, size_t size)
{
	if (memory == NULL)
		die("out of memory (%zu bytes asked)", size);
	return memory;
}

/* malloc(0) may give NULL (C11 7.22.3): one byte instead, so that NULL always means failure. */
static size_t at_least_one(size_t size)
{
	return size == 0 ? 1 : size;
}

void *xmalloc(size_t size)
{
	return checked(malloc(at_least_one(size)), size);
}

void *xcalloc(size_t count, size_t size)
{
	return checked(calloc(at_least_one(count), at_least_one(size)), size);
}

void *xrealloc(void *old, size_t size)
{
	return checked(realloc(old, at_least_one(size)), size);
}

char *xstrdup(const char *string)
{
	return xstrndup(string, strlen(string));
}

char *xstrndup(const char *string, size_t len)
{
	char *copy = xmalloc(len + 1);

	memcpy(copy, string, len);
	copy[len] = '\0';
	return copy;
}

void *array_grow(void *array, size_t len, size_t *room, size_t size)
{
	if (len == *room) {
		*room = *room == 0 ? 8 : *room * 2;
		array = xrealloc(array, *room * size);
	}
	memset((char *)array + len * size, 0, size);
	return array;
}
