/*
 * The keys of the screen (actions.def) as functions of readline's.
 */
#ifndef SOCKSTEP_FACE_PROMPT_ACTIONS_H
#define SOCKSTEP_FACE_PROMPT_ACTIONS_H

/* Before inputrc is read, which may bind them. */
void prompt_actions_add(void);
/* When there is a screen: the keys that nobody has bound. */
void prompt_actions_bind(void);

#endif
