/*
 * The keeper: a process whose child is the program, and that gives the terminal back if the child cannot: killed by
 * SIGKILL, or crashed. It holds no more than the terminal's modes as they were, has the child's place in the shell's
 * job, hands signals on, and ends as the child ended.
 *
 * If the keeper itself is killed the child is told by SIGTERM (PR_SET_PDEATHSIG), and gives the terminal back itself.
 */
#ifndef SOCKSTEP_FACE_KEEPER_H
#define SOCKSTEP_FACE_KEEPER_H

/* Returns in the child; the keeper ends in here. Where standard input is no terminal, or no process can be made, there
 * is no keeper. Before any descriptor, thread or event loop is made. */
void keeper_begin(void);

#endif
