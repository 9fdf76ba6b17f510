/*
 * The bytes that a terminal sends, cut into what a person did: a character, a piece of a paste, the keys for interrupt
 * and suspend. Pure but for the locale, which says what a character is.
 *
 * readline would read a paste, and the rest of a character, by waiting for it; so it gets only characters that are
 * whole, and no paste. A character that is not printable (base/show.h) comes in the notation of strings, so that no
 * line ever holds one.
 */
#ifndef SOCKSTEP_FACE_KEYS_H
#define SOCKSTEP_FACE_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/show.h"
#include "base/text.h"

enum key_kind {
	KEYS_NONE,      /* nothing, or only the beginning of something */
	KEYS_CHARACTER, /* a whole one; control characters, and of a function key each byte, are characters too */
	KEYS_PASTE,     /* some whole characters of a paste, as they were pasted */
	KEYS_PASTE_END,
	KEYS_INTERRUPT,
	KEYS_SUSPEND,
};

struct key {
	enum key_kind kind;
	const char *bytes; /* (borrowed) until the next call */
	size_t len;
};

struct keys {
	struct text raw;   /* (owned) as read */
	size_t at;         /* what lies before it in `raw` was handed out */
	struct text shown; /* (owned) the notation of the last character */
	enum show_charset charset;
	bool pasting;
	bool abandoned;    /* the interrupt key was pressed in a paste without an end */
	char interrupt, suspend; /* the bytes of those keys; '\0': there is no such key */
};

void keys_init(struct keys *keys, enum show_charset charset);
void keys_release(struct keys *keys);
/* What one read(2) gave. In a paste the interrupt key counts only if it comes alone: a paste may hold its byte, but
 * whoever typed the beginning of a paste by hand must get out of it. */
void keys_add(struct keys *keys, const char *bytes, size_t len);
struct key keys_next(struct keys *keys);
/* The byte that comes next; -1: there is none, or it is one of a paste. */
int keys_first(const struct keys *keys);
/* Are there bytes that keys_next() has not handed out? */
bool keys_waiting(const struct keys *keys);
/* The interrupt or suspend key, though others wait before it, which an interrupt takes away: KEYS_NONE if it was not
 * pressed. Those within a paste do not count. */
enum key_kind keys_urgent(struct keys *keys);
/* A paste begins: its mark came in pieces and was put together elsewhere. */
void keys_begin_paste(struct keys *keys);

#endif
