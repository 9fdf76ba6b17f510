/*
 * A command's words, looked at before its line runs: how many they are, and whatever is wrong with them whatever the
 * sides do until then. What a descriptor, a side or a host is called is known only when the line runs.
 */
#ifndef SOCKSTEP_SESSION_CHECK_H
#define SOCKSTEP_SESSION_CHECK_H

#include <stdbool.h>

#include "call/statement.h"
#include "call/syntax.h"

/* False: `mistake` says what is wrong, and where in the line. */
bool check_words(const struct statement *statement, const struct syntax_list *words, struct mistake *mistake);

#endif
