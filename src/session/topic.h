/*
 * What `help` answers for a word: for a call and a command as call/help.h has them, and for what else stands in the
 * tables: socket options, constants, errors, the states of TCP. Pure: it reads tables alone.
 */
#ifndef SOCKSTEP_SESSION_TOPIC_H
#define SOCKSTEP_SESSION_TOPIC_H

#include "base/text.h"
#include "call/syntax.h"

/*
 * Adds lines that say what these words are, each with its newline. Calls and commands may be abbreviated, and several
 * words stand for a command of several parts (read until); of other names the case is all one, and so are hyphens and
 * underlines (time-wait). No words: where to begin. False with a message without a newline: there is no such thing.
 */
bool topic_tell(struct text *out, const struct syntax_list *words, struct text *message);

#endif
