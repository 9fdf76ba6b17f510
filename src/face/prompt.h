/*
 * The prompt on a terminal: a line that is edited while everything else goes on. readline edits and draws; the event
 * loop feeds it; nothing here ever waits. readline has no objects, so neither has this: there is one prompt in a
 * program.
 *
 * The owner's ops are called from the loop, never from within one of the functions below, and may call all of them
 * (but `complete`, which readline calls, only prompt_print()). Every text given to it must be printable already
 * (base/show.h, face/safe.h), but for newlines and colours in what is printed.
 *
 * Pasted text is only inserted (a terminal that has no bracketed paste types it), whatever it holds that is not
 * printable in the notation of strings; its lines run one after the other once Enter is pressed.
 *
 * Signals: SIGWINCH, SIGTSTP and SIGCONT come through the loop. SIGHUP, SIGTERM and SIGINT (from outside; the key is a
 * byte) are the owner's.
 */
#ifndef SOCKSTEP_FACE_PROMPT_H
#define SOCKSTEP_FACE_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "face/history.h"
#include "face/prompt_ops.h"

struct event_base;

/* Are standard input and output both a terminal? */
bool prompt_possible(void);
/*
 * Takes the terminal on standard input and output, after setlocale(). `ops`, `owner`, `base` and `history` (NULL for
 * none) are borrowed until prompt_close(). The lines in `history` can be recalled; those that are entered are added to
 * it. False: `message` says why, nothing has changed.
 */
bool prompt_open(const struct prompt_ops *ops, void *owner, struct event_base *base, struct history *history,
		 struct text *message);
/* From now on this one paints, and the keys of actions.def are bound, as far as neither inputrc nor readline has bound
 * them. Borrowed until prompt_close(). */
void prompt_set_painter(const struct prompt_painter *painter, void *owner);
/* Does the terminal take control sequences at all? */
bool prompt_takes_sequences(void);
/* Gives the terminal back as it was, and shows what was printed, unless the terminal takes nothing for a tenth of a
 * second or all takes longer than one. Does nothing if the prompt is not open. */
void prompt_close(void);

/* Those that follow do nothing while the prompt is not open. */

/* What stands before the line: "client> ". */
void prompt_set_prompt(const char *prompt);
/* Shows text above the line, at the next prompt_settle(). A newline is added if it does not end with one. */
void prompt_print(const char *text);
/* The same for a painter, which shows it in that style; without one the text has its own. */
void prompt_print_styled(const char *text, enum style style);
/* The line to be edited becomes this, the cursor stands at its end: a call whose arguments are missing. */
void prompt_preset(const char *line);
/* From act(): the next line that is entered is the painter's, with that before it; the line that is being edited comes
 * back behind it. Ctrl-C gives it up. */
void prompt_ask(const char *question);
/* While busy (a line is being run) no prompt is shown, and keys wait; Ctrl-C and Ctrl-Z do not. With a painter the next
 * line is edited meanwhile, and waits when it is entered. */
void prompt_busy(bool busy);
/* While busy, this row stands where the prompt would; NULL: none. */
void prompt_progress(const char *row);
/* From line(): what follows that line, before all others that wait. It is not remembered. */
void prompt_put_first(const char *line);
/* Forgets the lines of a paste that have not yet run. */
void prompt_drop_lines(void);
/* Whatever changed is painted, in one go. To be called in each turn of the loop, just before it sleeps. */
void prompt_settle(void);
/* The terminal's size in cells; at least 1. */
void prompt_size(size_t *columns, size_t *rows);

#endif
