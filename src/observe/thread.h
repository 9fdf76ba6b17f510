/*
 * What one thread does at this moment, from its /proc files `stat` and `syscall`, which it opened itself and which are
 * read again and again (proc(5)). So "it sleeps in that very call" is a fact and not a time-out.
 */
#ifndef SOCKSTEP_OBSERVE_THREAD_H
#define SOCKSTEP_OBSERVE_THREAD_H

#include <stdbool.h>

enum { SYSCALL_RUNNING = -2, SYSCALL_NONE = -1 };

struct thread_facts {
	char state;   /* R, S, D, T, t, Z, X, I … as proc(5) lists them */
	long syscall; /* its number, SYSCALL_NONE: stopped outside of any, SYSCALL_RUNNING: it runs */
};

/* Opens the two files of the calling thread, close-on-exec; -1 with errno. */
int thread_open_stat(void);
int thread_open_syscall(void);

/* From a thread's open `stat` and `syscall`; false if the thread is gone or the files say nothing one can read. */
bool thread_look(int stat_fd, int syscall_fd, struct thread_facts *facts);
/* The parts, for tests: the letter after the last ')' of stat, 0 if there is none; what syscall begins with. */
char thread_parse_state(const char *stat);
bool thread_parse_syscall(const char *text, long *number);

/* Asleep in this system call: its number, and state S. In D it waits for the kernel's own affairs (a page, a lock that
 * another holds), which is over in a moment however the call ends: send() on a loaded machine. */
bool thread_sleeps_in(const struct thread_facts *facts, long syscall);

#endif
