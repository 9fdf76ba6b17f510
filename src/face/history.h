/*
 * The lines that were entered, kept from one session to the next in $XDG_STATE_HOME/sockstep/history (a file of the
 * user's own, 0600; no link is followed; written by base/file.h, never by readline). The struct owns everything in it.
 *
 * Data that is sent can be a secret, and the file outlives the session. So the file gets each line only up to its
 * first string (", hex: or @), and up to the data argument of a call that has one by the table of calls: `send 3
 * "secret"` is kept as `send 3`, which, brought back, asks for what is missing. What stands behind the data goes with
 * it, for where data ends cannot be known of a mistyped line. While the session lasts, the prompt recalls whole lines.
 */
#ifndef SOCKSTEP_FACE_HISTORY_H
#define SOCKSTEP_FACE_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* The newest lines are kept, within both bounds. */
enum { HISTORY_LINES_MAX = 1000, HISTORY_BYTES_MAX = 256 * 1024 };
/* A longer line is not kept. */
enum { HISTORY_LINE_MAX = 16 * 1024 };

struct history {
	char *path;    /* (owned) NULL: nothing is read or written (--no-history) */
	char **lines;  /* (owned, and each line) oldest first */
	size_t count, room;
	size_t loaded; /* the first so many were read from the file; those behind are this session's */
};

/* $XDG_STATE_HOME/sockstep/history, by default in ~/.local/state; the caller frees it. NULL if neither it nor HOME
 * is an absolute path (XDG Base Directory Specification). */
char *history_default_path(void);

/* Empty; `path` is copied and may be NULL. */
void history_init(struct history *history, const char *path);
/* Reads the file; that there is none is no mistake. False: `message` says why it was not read, and the history is empty
 * and will not be written, so that what could not be read is not lost either. */
bool history_load(struct history *history, struct text *message);
/* Is this a line to remember at all? Not an empty one, one that starts with white space, one that is too long. */
bool history_wants(const char *line, size_t len);
/* Adds the line as the file may hold it, unless it is unwanted or the same as the one before. */
void history_add(struct history *history, const char *line, size_t len);
/*
 * Writes the file, if this session added anything: reads it again and adds this session's lines to what is there now,
 * so that of two programs that end at once neither loses what the other wrote. Makes the folders (0700). Waits for
 * another program that is just writing at most a second. False: `message` says why.
 */
bool history_save(struct history *history, struct text *message);
void history_release(struct history *history);

/* The part of a line that the file may hold: its length in bytes, without blanks at its end. */
size_t history_public_len(const char *line, size_t len);

#endif
