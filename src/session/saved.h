/*
 * As what a file is written, by its extension: the session as a script, as events, as a transcript, as packets; the
 * screen as text, with colours, as a picture. Who writes them has a function for each (export/, face/); which there are
 * is known here, so that a script with a mistake in it stops before its first line.
 */
#ifndef SOCKSTEP_SESSION_SAVED_H
#define SOCKSTEP_SESSION_SAVED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

enum saved_session { SAVED_SCRIPT, SAVED_EVENTS, SAVED_TRANSCRIPT, SAVED_CAPTURE, SAVED_SESSION_COUNT };
enum saved_screen { SAVED_TEXT, SAVED_COLOURS, SAVED_PICTURE, SAVED_SCREEN_COUNT };

/* False with a message: the extension is none of those, which are named; or a script alone has expectations. */
bool saved_as_session(const char *path, bool expectations, enum saved_session *as, struct text *message);
bool saved_as_screen(const char *path, enum saved_screen *as, struct text *message);
/* "160x45", columns and rows; NULL: as it is, which is 0. */
bool saved_size_read(const char *word, size_t *columns, size_t *rows);

#endif
