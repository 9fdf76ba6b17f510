/*
 * The screen: what is known of a session, composed and painted by ncurses. The prompt (face/prompt.h) keeps the keys
 * and the terminal; the screen is its painter, and gives it bytes.
 */
#ifndef SOCKSTEP_FACE_SCREEN_H
#define SOCKSTEP_FACE_SCREEN_H

#include <event2/event.h>

#include "face/prompt.h"
#include "session/state.h"

struct screen;

/* Makes the screen the open prompt's painter. NULL: the terminal is not one for a screen (TERM unknown, dumb, no
 * cursor to place), and the prompt draws itself as before. The session is borrowed until screen_free(),
 * and from now on tells what TCP knows of its sockets. */
struct screen *screen_new(struct event_base *base, struct session *session);
/* After prompt_close(). NULL is none. */
void screen_free(struct screen *screen);
/* The columns that a line of the transcript has. */
size_t screen_columns(const struct screen *screen);
/* Has more been printed since the last line was entered than there is room for? Then its beginning is shown. */
bool screen_shows_beginning(struct screen *screen);
/* The same, and after the next Enter what follows is shown; this is asked again then. */
bool screen_turns_page(struct screen *screen);
/* Writes what the screen shows into a file: .txt, .ans (with colours) or .svg by its extension. False: `message`. */
bool screen_save(struct screen *screen, const char *path, struct text *message);

#endif
