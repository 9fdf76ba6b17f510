/*
 * The terminal that the program was started on: its modes, its size, and the bytes that are on their way to it. Modes
 * are switched by enter and leave and nowhere else. Bytes go through a descriptor of our own that does not block,
 * where the system allows to open one; what a slow or stopped terminal does not take stays here.
 */
#ifndef SOCKSTEP_FACE_TERMINAL_H
#define SOCKSTEP_FACE_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

#include "base/text.h"

struct terminal {
	int in;               /* standard input (borrowed) */
	int out;              /* (owned) */
	bool may_block;       /* it could not be opened anew, and shares its flags with whoever started us */
	bool entered;
	bool gone;            /* hung up: it takes nothing any more */
	bool bracketed;       /* it is asked to mark pastes while entered */
	struct termios saved; /* as it was before entering */
	struct text pending;  /* (owned) */
};

/* False with a message if standard input or output is no terminal. The modes are as they were. */
bool terminal_open(struct terminal *terminal, struct text *message);
/* Leaves (which drains what is pending) and closes. */
void terminal_close(struct terminal *terminal);

/* Keys come at once, one by one and unechoed, those for signals too; output keeps its newline translation. Entering
 * again sets the modes again but keeps what was saved. */
void terminal_enter(struct terminal *terminal, bool bracketed);
/* As it was before entering. */
void terminal_leave(struct terminal *terminal);
/* The byte of a key as the user has set it (VINTR, VSUSP: termios(3)); '\0' if it is switched off. While entered. */
char terminal_key(const struct terminal *terminal, int which);

/* In cells, at least 1, at most 2000 columns and 1000 rows; 80 and 24 if the terminal does not know. */
void terminal_size(const struct terminal *terminal, size_t *columns, size_t *rows);

/* The bytes go when terminal_flush() is called. */
void terminal_write(struct terminal *terminal, const char *bytes, size_t len);
/* Gives the terminal what it takes without waiting. True: nothing is pending. */
bool terminal_flush(struct terminal *terminal);
/* The same, waiting for a slow terminal: until it takes nothing for so many milliseconds, or has been slow for ten
 * times as long. What it has not taken then is forgotten. */
void terminal_drain(struct terminal *terminal, int milliseconds);

#endif
