/*
 * The commands: for each of call/commands.def a function command_NAME. It reads its words, does or begins what it is
 * for, and calls session_finish() or session_wait(). A command without a function does not link.
 */
#ifndef SOCKSTEP_SESSION_COMMANDS_H
#define SOCKSTEP_SESSION_COMMANDS_H

#include "session/state.h"

typedef void command_function(struct session *session, const struct syntax_list *words);

#define COMMAND(name, ...) command_function command_##name;
#include "call/commands.def"
#undef COMMAND

#endif
