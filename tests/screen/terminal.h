/*
 * A terminal for a program under test: a pseudo-terminal whose other end is libvterm, which takes what the program
 * writes and tells what stands on the screen, and answers what a terminal answers. Every byte that was written is kept.
 *
 * The test reads when it says so (terminal_read) and at no other time, so that it can be a terminal that has stopped.
 */
#ifndef SOCKSTEP_TESTS_TERMINAL_H
#define SOCKSTEP_TESTS_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <termios.h>
#include <vterm.h>

#include "base/text.h"

struct terminal {
	int rows, columns;
	pid_t leader;         /* of the session; it stays until the next is started. -1: none was */
	pid_t child;          /* the program; -1: none was started, or its end was taken */
	int report;           /* (owned) the leader's pipe */
	int status;           /* of the child that ended, as waitpid(2) tells */
	bool ended;
	int master;           /* (owned) -1: none */
	bool hung_up;         /* nobody has the other end open any more */
	struct termios modes; /* before the program began */
	VTerm *vterm;         /* (owned) */
	VTermScreen *screen;  /* vterm's */
	struct text raw;      /* (owned) all that was written since the start */
	struct text answers;  /* (owned) what the terminal answered by itself */
	struct text sequence, character, fed; /* (owned) terminal.c's own, for what is repeated */
	bool typing;          /* what libvterm sends is a key, not an answer */
	bool alternate, cursor_visible, titled, bell;
	int mouse;
};

void terminal_init(struct terminal *terminal);
/* Kills what is still there, with its session's foreground group, and takes its end. */
void terminal_release(struct terminal *terminal);

/* Runs `sh -c COMMAND` on a new terminal of that size (what ran on the one before must have ended). */
void terminal_start(struct terminal *terminal, const char *command, int columns, int rows);
/* Waits up to so many milliseconds for something to read, and takes it. False: nothing came, or nobody is there. */
bool terminal_read(struct terminal *terminal, int milliseconds);
/* Takes the child's end if it has come. */
bool terminal_has_ended(struct terminal *terminal);
/* As a person or a window system does. A terminal reads while it waits for room. */
void terminal_send(struct terminal *terminal, const char *bytes, size_t len);
/* "Enter", "F5", "Ctrl-C", "Alt-x", "Shift-Up": false if there is no such key. */
bool terminal_press(struct terminal *terminal, const char *name);
/* Between the marks of a paste, if the program has asked for them. */
void terminal_paste(struct terminal *terminal, const char *bytes, size_t len);
void terminal_resize(struct terminal *terminal, int columns, int rows);
/* The window is closed. */
void terminal_hang_up(struct terminal *terminal);
/* Are the modes as they were before the program began? */
bool terminal_has_its_modes(const struct terminal *terminal);
/* Is the mode on, by what was written last of "ESC [ ? NUMBER h" and "l"? */
bool terminal_has_private_mode(const struct terminal *terminal, int number);

/* A row from one column to before another, as UTF-8, without blanks at its end. Rows and columns begin at 0. */
void terminal_row(const struct terminal *terminal, int row, int from, int to, struct text *out);
/* False: there is no such cell. */
bool terminal_cell(const struct terminal *terminal, int row, int column, VTermScreenCell *cell);
void terminal_cursor(const struct terminal *terminal, int *row, int *column);

/* Milliseconds of CLOCK_MONOTONIC. */
double terminal_now(void);

#endif
