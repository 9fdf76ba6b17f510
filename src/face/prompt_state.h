/*
 * The state of the prompt, which its parts share: prompt_draw, prompt_enter, prompt_input, prompt_job, prompt_complete,
 * prompt_actions. Nobody else has a part in it.
 */
#ifndef SOCKSTEP_FACE_PROMPT_STATE_H
#define SOCKSTEP_FACE_PROMPT_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/text.h"
#include "face/completion.h"
#include "face/history.h"
#include "face/keys.h"
#include "face/prompt_ops.h"
#include "face/terminal.h"

struct event;

/*
 * Who does what.
 *
 * Bytes come from the terminal into `keys`, which cuts them into characters and pastes. A character is put into `feed`
 * and rl_callback_read_char() called until readline has taken it; so readline never finds its input empty in the
 * middle of something, and never waits. A paste is inserted into the line by us. The interrupt and suspend keys never
 * reach readline: they must work in the middle of a search or of a key sequence as well.
 *
 * readline draws into `stream`, which adds to the bytes that are on their way to the terminal (face/terminal.h). Its
 * wish to draw again only sets `wants_paint`; the painting is done by prompt_settle(), once for all that happened.
 * Only while it is given Enter does it draw at once (`paints_now`): the line must stand there as it is before the
 * cursor leaves it.
 *
 * A line that was entered goes into `lines`, and from there to the owner when readline has returned: so the owner may
 * do with the prompt whatever it wants.
 *
 * With a painter (prompt.h) readline still edits, but what it draws is thrown away, and the painter is handed the line
 * instead; keys of the screen are functions of readline's like any other (actions.def).
 *
 * What was printed waits in `printed` until the next painting: the line is erased, the text written, the line drawn
 * again. While the terminal has not taken the last painting there is no other.
 */

struct prompt {
	bool open;
	const struct prompt_ops *ops; /* (borrowed) */
	void *owner;                  /* (borrowed) */
	struct history *history;      /* (borrowed) may be NULL */

	const struct prompt_painter *painter; /* (borrowed) NULL: readline draws */
	void *painter_owner;          /* (borrowed) */

	struct terminal terminal;
	FILE *stream;                 /* (owned) what readline draws into */
	struct event *readable, *writable, *resized, *continued, *stopped; /* (owned) */
	struct event *resumed;        /* (owned) made active when keys that waited may go on */
	size_t columns, rows;

	struct keys keys;
	char feed[64];                /* what readline is being given */
	size_t feed_at, feed_len;
	size_t pasted;                /* bytes of this paste */
	size_t paste_left_out;

	char *name;                   /* (owned) what stands before the line */
	bool name_changed;
	char **lines;                 /* (owned) entered and not yet run; from `next_line` on */
	size_t line_count, line_room, next_line;
	struct completion offered;    /* (owned) the last that TAB asked for */

	const char *question;         /* (borrowed) the painter asks; NULL: it does not */
	char *put_by;                 /* (owned) the line that is edited again afterwards; NULL: none */
	int put_by_point;

	struct text printed;          /* (owned) not yet shown */
	size_t left_out;              /* bytes of it that were dropped */
	bool busy;
	char *progress;               /* (owned) how far it has come; NULL: not told */
	bool progress_changed;
	size_t progress_cells;        /* of the row that stands on the screen; 0: none does */
	bool ended;                   /* the input; and the owner knows */
	bool delivering;              /* the owner's op is being called: keys wait until it returns */
	bool wants_paint, paints_now;
	bool drawn;                   /* the line stands on the screen, the cursor in it */
	size_t drawn_rows;            /* how many rows the cursor is below the line's first */
	long long painted_at;         /* milliseconds */
};

/* readline has no objects and its callbacks no argument. */
extern struct prompt prompt;

#endif
