/*
 * Whom the prompt calls: its owner, and whoever paints a whole screen in its place. And what it bounds.
 */
#ifndef SOCKSTEP_FACE_PROMPT_OPS_H
#define SOCKSTEP_FACE_PROMPT_OPS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "face/actions.h"
#include "face/canvas.h"
#include "face/completion.h"

struct prompt_ops {
	/* A line was entered (empty ones too); it ends with a NUL, which `len` does not count. Lines of a paste
	 * come one by one, the next when the prompt is not busy. */
	void (*line)(void *owner, const char *line, size_t len);
	/* The end of the input: Ctrl-D on an empty line, or the terminal is gone. Comes once; nothing else follows. */
	void (*end)(void *owner);
	/* A character that was typed, before readline has it; `empty`: the line so far. False: it is for readline.
	 * May be NULL. */
	bool (*key)(void *owner, const char *bytes, size_t len, bool empty);
	/* Ctrl-C. The line is empty by then, and lines of a paste that had not yet run are forgotten. `begun`: it was
	 * not, so that the key may have meant no more than that. */
	void (*interrupt)(void *owner, bool begun);
	/* TAB at byte `point` of `line`: sets `begin` and `append` and adds what may stand there. What does not
	 * begin with the bytes from `begin` to `point` is left out. */
	void (*complete)(void *owner, const char *line, size_t point, struct completion *out);
};

/* The line as a painter shows it. */
struct prompt_line {
	const char *prompt, *line;
	size_t point; /* the byte of the line at which the cursor stands */
	bool busy;    /* a line is being run: what is edited waits */
	const char *progress; /* how far it has come; NULL: not told */
};

/*
 * Who paints a whole screen instead: then the prompt draws nothing itself, and hands what it knows to these operations.
 * `bytes` are what goes to the terminal. All but act() are called from the loop.
 */
struct prompt_painter {
	/* Text was printed; its style is of what it is about. */
	void (*print)(void *owner, const char *text, enum style style);
	/* A line was entered and is going to be run. */
	void (*begin)(void *owner);
	/* Is there something else to paint than what the prompt knows of? */
	bool (*wants)(void *owner);
	void (*paint)(void *owner, const struct prompt_line *line, struct text *bytes);
	/* The terminal has this size; what it shows is not known. */
	void (*resize)(void *owner, size_t columns, size_t rows);
	/* The terminal is going to be somebody else's until the next paint(). */
	void (*leave)(void *owner, struct text *bytes);
	/* A key of the screen was pressed, while readline reads it; `count` is the numeric argument, 1 if there is
	 * none. The line that is to be run for it; NULL: none. */
	const char *(*act)(void *owner, enum action action, int count);
	/* What prompt_ask() asked for was entered. */
	void (*answer)(void *owner, const char *text);
	/* How wide and how long a list may be. */
	void (*list_size)(void *owner, size_t *columns, size_t *rows);
};

/* A paste beyond this is cut, and that is said. */
enum { PROMPT_PASTE_MAX = 1024 * 1024 };
/* Printed text that a stopped or slow terminal does not take is kept up to this; the oldest lines beyond it are
 * left out, counted, and that is said. */
enum { PROMPT_UNSHOWN_MAX = 1024 * 1024 };

#endif
