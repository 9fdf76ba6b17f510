/*
 * What comes from the terminal: bytes, made keys and pastes, and given to readline, to the owner, or carried out.
 */
#ifndef SOCKSTEP_FACE_PROMPT_INPUT_H
#define SOCKSTEP_FACE_PROMPT_INPUT_H

#include <event2/util.h>
#include <stdio.h>

/* The loop's. */
void prompt_input_on_readable(evutil_socket_t fd, short what, void *unused);
void prompt_input_on_resumed(evutil_socket_t fd, short what, void *unused);
/* readline's rl_getc_function and rl_input_available_hook: never waits. */
int prompt_input_give_byte(FILE *unused);
int prompt_input_has_byte(void);
/* From readline's keymap: the mark of a paste came in pieces, or was typed by hand. */
int prompt_input_begin_paste(int count, int key);

#endif
