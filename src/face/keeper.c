#include "face/keeper.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

/* How long a terminal may take nothing. */
enum { PATIENCE = 200 };

struct keeper {
	struct termios modes; /* as they were */
	pid_t child;
	int pidfd;
	int signals;          /* signalfd(2) */
};

/* Those that somebody may send to the job's process, which is us. */
static void fill_signals(sigset_t *set)
{
	static const int handed_on[] = { SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH, SIGCHLD };

	sigemptyset(set);
	for (size_t i = 0; i < sizeof(handed_on) / sizeof(handed_on[0]); i++)
		sigaddset(set, handed_on[i]);
}

/* ---- the terminal ---- */

static void write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		struct pollfd out = { .fd = fd, .events = POLLOUT };
		ssize_t taken;

		if (poll(&out, 1, PATIENCE) <= 0)
			return;
		taken = write(fd, bytes, len);
		if (taken < 0 && errno != EINTR && errno != EAGAIN)
			return;
		bytes += taken > 0 ? taken : 0;
		len -= taken > 0 ? (size_t)taken : 0;
	}
}

/* Without its padding, $<…>, which is for terminals that are slow. */
static void write_capability(int fd, const char *capability)
{
	const char *padding;

	if (capability == NULL || capability == (const char *)-1)
		return;
	padding = strstr(capability, "$<");
	write_all(fd, capability, padding != NULL ? (size_t)(padding - capability) : strlen(capability));
}

/* What terminfo says leaves the screen of a program, shows the cursor, and ends colours; and no more marks around what
 * is pasted (xterm's ctlseqs), which terminfo has no word for. The cursor comes last: to leave a screen that was not
 * entered yet takes back what was never saved, and in some terminals that is a cursor that is hidden. */
static void write_restoring(int fd)
{
	static const char brackets_off[] = "\033[?2004l";
	int found = 0;

	if (setupterm(NULL, fd, &found) != OK || tigetstr("el") == NULL || tigetstr("el") == (const char *)-1)
		return;
	write_all(fd, brackets_off, sizeof(brackets_off) - 1);
	write_capability(fd, tigetstr("sgr0"));
	write_capability(fd, tigetstr("rmcup"));
	write_capability(fd, tigetstr("cnorm"));
}

/* Modes that differ show that the child had the terminal. Nothing here may wait for one that is stopped. */
static void restore(const struct keeper *keeper)
{
	struct termios modes;
	int out;

	if (tcgetattr(STDIN_FILENO, &modes) != 0 || modes.c_lflag == keeper->modes.c_lflag)
		return;
	tcflush(STDIN_FILENO, TCOFLUSH);
	out = open("/proc/self/fd/1", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	write_restoring(out >= 0 ? out : STDOUT_FILENO);
	tcsetattr(STDIN_FILENO, TCSANOW, &keeper->modes);
}

/* ---- the child ---- */

/* A signal that the terminal sends goes to the whole job; only what came to us alone is handed on. SIGWINCH is such a
 * one of the terminal's, and SIGINT and SIGQUIT from its keys. */
static void hand_on(const struct keeper *keeper)
{
	struct signalfd_siginfo signal;

	while (read(keeper->signals, &signal, sizeof(signal)) == (ssize_t)sizeof(signal))
		if (signal.ssi_signo != SIGCHLD && signal.ssi_code != SI_KERNEL)
			pidfd_send_signal(keeper->pidfd, (int)signal.ssi_signo, NULL, 0);
}

static _Noreturn void end_as(const struct keeper *keeper, const siginfo_t *child)
{
	const char *name;

	restore(keeper);
	if (child->si_code == CLD_EXITED)
		_exit(child->si_status);
	name = sigabbrev_np(child->si_status);
	dprintf(STDERR_FILENO, "sockstep: killed by SIG%s\n", name != NULL ? name : "?");
	_exit(128 + child->si_status);
}

static _Noreturn void keep(struct keeper *keeper)
{
	siginfo_t child = { 0 };
	sigset_t set;

	fill_signals(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	keeper->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	/* From the background it must be allowed, too. */
	signal(SIGTTOU, SIG_IGN);
	for (;;) {
		struct pollfd waits[] = { { .fd = keeper->pidfd, .events = POLLIN },
					  { .fd = keeper->signals, .events = POLLIN } };

		if (poll(waits, 2, -1) < 0 && errno != EINTR)
			break;
		if ((waits[1].revents & POLLIN) != 0)
			hand_on(keeper);
		if (waitid(P_PID, (id_t)keeper->child, &child, WEXITED | WNOHANG) == 0 && child.si_pid != 0)
			end_as(keeper, &child);
	}
	_exit(EXIT_FAILURE);
}

void keeper_begin(void)
{
	struct keeper keeper = { .signals = -1 };
	pid_t parent = getpid();
	char name[16]; /* as prctl(2) has it */

	if (tcgetattr(STDIN_FILENO, &keeper.modes) != 0)
		return;
	/* Each has its own name from the first moment on: whoever means the child does not hit the keeper. */
	prctl(PR_GET_NAME, name);
	prctl(PR_SET_NAME, "sockstep-keep");
	keeper.child = fork();
	if (keeper.child <= 0)
		prctl(PR_SET_NAME, name);
	if (keeper.child < 0)
		return;
	if (keeper.child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() != parent)
			_exit(EXIT_FAILURE);
		return;
	}
	keeper.pidfd = pidfd_open(keeper.child, 0);
	keep(&keeper);
}
