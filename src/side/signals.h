/*
 * Signals of a side: caught, and told in the order in which they came.
 *
 * A handler only writes what it was given into a pipe of the side's own. As it runs in the thread that the signal
 * hits, before that thread goes on, the news of a SIGPIPE is in the pipe before the call that caused it has
 * returned.
 *
 * Which thread a signal hits matters: one that the program asked for with signal(2) must disturb its calls as it
 * would a plain program's, one that only we watch must not. So the control thread takes all signals, but while
 * thread 1 is in a call the program's own (SIGINT is one of them) are blocked in the control thread, and thread 1
 * takes them.
 */
#ifndef SOCKSTEP_SIDE_SIGNALS_H
#define SOCKSTEP_SIDE_SIGNALS_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/text.h"
#include "side/own.h"

/* The values of GROUP_HANDLER. */
enum { DISPOSITION_DEFAULT, DISPOSITION_IGNORE, DISPOSITION_HANDLER };

struct signal_news {
	siginfo_t info;
	pid_t thread; /* whom it hit, as gettid() says */
};

/* Makes the pipe and catches SIGINT, SIGPIPE and SIGCHLD; the end to be read. Again after fork() and signals_close():
 * another pipe, the handlers stay. */
int signals_open(const struct own *own);
int signals_open_again(const struct own *own);
/* Both ends of the pipe; no handler may run until it is opened again. */
void signals_close(int fd);
/* The next one, if there is one. Asks the kernel only if a handler has run. */
bool signals_next(int fd, struct signal_news *news);
/* How many were lost since the last time it was asked, because the pipe was full. */
unsigned signals_lost(void);

/* signal(2): `disposition` as GROUP_HANDLER has it; the earlier one, or -1 with errno. */
int signals_set(int signum, int disposition);
/* As GROUP_HANDLER has it. */
int signals_disposition(int signum);

/* The program's own signals, which the control thread blocks while thread 1 is in a call. */
void signals_of_program(sigset_t *set);
/* What a worker blocks: all that are not its own affair; thread 1 does not block the program's. */
void signals_blocked_by_worker(sigset_t *set, bool first);

/* "--- SIGPIPE {si_signo=SIGPIPE, si_code=SI_USER, si_pid=4121, si_uid=0} ---", as strace(1) shows it. */
void signals_print(struct text *out, const siginfo_t *info);

#endif
