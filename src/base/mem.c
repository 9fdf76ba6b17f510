#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void (*die_hook)(void);

void die_set_hook(void (*restore)(void))
{
	die_hook = restore;
}

void die(const char *format, ...)
{
	va_list args;

	if (die_hook != NULL)
		die_hook();
	va_start(args, format);
	fputs("sockstep: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
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
