/*
 * The plain look: an event as a line of the transcript (sockstep(1), "OUTPUT"). Pure: text in, text out;
 * whoever calls it prints. Strings in events may come from a peer or another machine's agent, so each is made
 * printable here once more (face/safe.h); what comes out may go to a terminal.
 *
 * call      client: socket(AF_INET, SOCK_STREAM, 0) = 3
 *           server: accept(3) ... blocked             (status started prints nothing)
 *           server/2: recv(4, 1024) ... abandoned     (a further thread of the side is named)
 * signal    client: --- SIGPIPE ---                   (the event's own text)
 * side      server.2: +++ exited with 0 +++           +++ killed by SIGKILL +++
 * say       the text
 * expect    close.step:12: expected client 3 state FIN_WAIT2, but it is FIN_WAIT1     (nothing if it held)
 * error     close.step:12:9: text, and the line with a caret under the column
 *
 * Others print nothing.
 */
#ifndef SOCKSTEP_FACE_PLAIN_H
#define SOCKSTEP_FACE_PLAIN_H

#include <stdbool.h>

#include "base/show.h"
#include "base/text.h"
#include "event/event.h"
#include "face/colour.h"

struct plain_options {
	enum show_charset charset;
	bool colour;   /* never the only sign: the words are the same */
	enum ground ground; /* what of 8 colours can be read depends on it */
	bool colour_256;   /* the terminal has so many */
	enum style style;  /* of whom a call, copying or TLS is about (face/client_style.h); STYLE_PLAIN: of nobody */
	bool time;     /* --time: when the call began, as strace -r has it, and how long it took, as strace -T */
	bool syscalls; /* --syscalls: the line as strace prints it, where the event has it */
	bool wire;     /* segments and changes of state too: while a person steps the wire and sees no panes */
};

/* What the environment allows for that descriptor: colour on a terminal that is not dumb unless NO_COLOR is set and not
 * empty (no-color.org's rule), UTF-8 if the locale's charset is; time and syscalls are false. After setlocale(). */
struct plain_options plain_options_for(int fd);
/* Adds the event's line or lines, each with its newline, or nothing. */
void plain_event(struct text *out, const struct event *event, const struct plain_options *options);
/* Does it belong on standard error? So do errors and failed expectations; the transcript does not. */
bool plain_is_mistake(const struct event *event);

#endif
