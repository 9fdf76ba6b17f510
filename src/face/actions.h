/*
 * What a key of the screen does; one table (actions.def) names them all. Nothing is owned here.
 */
#ifndef SOCKSTEP_FACE_ACTIONS_H
#define SOCKSTEP_FACE_ACTIONS_H

enum action {
#define ACTION(identifier, name, key, sequences, second, second_sequences, help) ACTION_##identifier,
#include "face/actions.def"
#undef ACTION
	ACTION_COUNT,
};

struct action_spec {
	const char *name;             /* as inputrc may bind it */
	const char *key, *second;     /* as a person calls them */
	const char *sequences[2];     /* of each, separated by spaces */
	const char *help;
};

const struct action_spec *action_spec(enum action action);

#endif
