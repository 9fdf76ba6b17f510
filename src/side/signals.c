#include "side/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "call/constants.h"

/* A handler is given nothing but the signal: this is what it needs beside. */
static struct {
	int pipe;            /* the end to be written */
	atomic_uint written; /* news in it, since the beginning */
	atomic_uint lost;    /* news that found no room there */
	unsigned taken;      /* of those written; the control thread's, as is the rest */
	sigset_t program;
} signal_path;

static void handle(int signum, siginfo_t *info, void *context)
{
	struct signal_news news = { .info = *info, .thread = gettid() };
	int error = errno;

	(void)signum;
	(void)context;
	if (write(signal_path.pipe, &news, sizeof(news)) == sizeof(news))
		atomic_fetch_add(&signal_path.written, 1);
	else
		atomic_fetch_add(&signal_path.lost, 1);
	errno = error;
}

/* SIGINT interrupts calls; the others do to them what signal(2)'s handlers do: SA_RESTART. */
static int catch_signal(int signum, struct sigaction *before)
{
	struct sigaction action = { .sa_sigaction = handle, .sa_flags = SA_SIGINFO };

	sigemptyset(&action.sa_mask);
	if (signum != SIGINT)
		action.sa_flags |= SA_RESTART;
	return sigaction(signum, &action, before);
}

int signals_open_again(const struct own *own)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
		die("a pipe for signals cannot be made: %s", strerror(errno));
	signal_path.pipe = own_take(own, ends[1]);
	signal_path.taken = atomic_load(&signal_path.written);
	return own_take(own, ends[0]);
}

void signals_close(int fd)
{
	close(fd);
	close(signal_path.pipe);
}

int signals_open(const struct own *own)
{
	int fd = signals_open_again(own);

	sigemptyset(&signal_path.program);
	sigaddset(&signal_path.program, SIGINT);
	if (catch_signal(SIGINT, NULL) != 0 || catch_signal(SIGPIPE, NULL) != 0 || catch_signal(SIGCHLD, NULL) != 0)
		die("signals cannot be caught: %s", strerror(errno));
	return fd;
}

bool signals_next(int fd, struct signal_news *news)
{
	if (signal_path.taken == atomic_load(&signal_path.written) || read(fd, news, sizeof(*news)) != sizeof(*news))
		return false;
	signal_path.taken++;
	return true;
}

unsigned signals_lost(void)
{
	return atomic_exchange(&signal_path.lost, 0);
}

static int disposition_of(const struct sigaction *action)
{
	if ((action->sa_flags & SA_SIGINFO) != 0)
		return DISPOSITION_HANDLER;
	return action->sa_handler == SIG_IGN ? DISPOSITION_IGNORE : DISPOSITION_DEFAULT;
}

int signals_disposition(int signum)
{
	struct sigaction action;

	return sigaction(signum, NULL, &action) == 0 ? disposition_of(&action) : -1;
}

/* With the mask and the flags that the C library's signal() gives. */
static int set_plain(int signum, int disposition, struct sigaction *before)
{
	struct sigaction action = {
		.sa_handler = disposition == DISPOSITION_IGNORE ? SIG_IGN : SIG_DFL, .sa_flags = SA_RESTART,
	};

	sigemptyset(&action.sa_mask);
	sigaddset(&action.sa_mask, signum);
	return sigaction(signum, &action, before);
}

int signals_set(int signum, int disposition)
{
	bool caught = disposition == DISPOSITION_HANDLER;
	struct sigaction before;

	if (disposition < DISPOSITION_DEFAULT || disposition > DISPOSITION_HANDLER) {
		errno = EINVAL;
		return -1;
	}
	if ((caught ? catch_signal(signum, &before) : set_plain(signum, disposition, &before)) != 0)
		return -1;
	if (caught)
		sigaddset(&signal_path.program, signum);
	else
		sigdelset(&signal_path.program, signum);
	return disposition_of(&before);
}

void signals_of_program(sigset_t *set)
{
	*set = signal_path.program;
}

/* SIGPIPE and faults hit the thread that caused them, SIGINT the one that is interrupted. */
void signals_blocked_by_worker(sigset_t *set, bool first)
{
	static const int own_affairs[] = { SIGINT, SIGPIPE, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS };

	sigfillset(set);
	for (size_t i = 0; i < COUNT_OF(own_affairs); i++)
		sigdelset(set, own_affairs[i]);
	for (int signum = 1; first && signum < NSIG; signum++)
		if (sigismember(&signal_path.program, signum) == 1)
			sigdelset(set, signum);
}

static const struct {
	int signum; /* 0: of any signal */
	int code;
	const char *name;
} code_names[] = {
	{ 0, SI_USER, "SI_USER" },
	{ 0, SI_TKILL, "SI_TKILL" },
	{ 0, SI_QUEUE, "SI_QUEUE" },
	{ 0, SI_TIMER, "SI_TIMER" },
	{ 0, SI_KERNEL, "SI_KERNEL" },
	{ SIGCHLD, CLD_EXITED, "CLD_EXITED" },
	{ SIGCHLD, CLD_KILLED, "CLD_KILLED" },
	{ SIGCHLD, CLD_DUMPED, "CLD_DUMPED" },
	{ SIGCHLD, CLD_TRAPPED, "CLD_TRAPPED" },
	{ SIGCHLD, CLD_STOPPED, "CLD_STOPPED" },
	{ SIGCHLD, CLD_CONTINUED, "CLD_CONTINUED" },
};

static void print_code(struct text *out, const siginfo_t *info)
{
	for (size_t i = 0; i < COUNT_OF(code_names); i++)
		if (code_names[i].code == info->si_code &&
		    (code_names[i].signum == 0 || code_names[i].signum == info->si_signo)) {
			text_add(out, code_names[i].name);
			return;
		}
	text_addf(out, "%d", info->si_code);
}

/* An exit status, or the signal that ended the child. */
static void print_child(struct text *out, const siginfo_t *info)
{
	text_add(out, ", si_status=");
	if (info->si_code == CLD_EXITED)
		text_addf(out, "%d", info->si_status);
	else
		constant_print(out, GROUP_SIGNAL, info->si_status);
	text_addf(out, ", si_utime=%lld, si_stime=%lld", (long long)info->si_utime, (long long)info->si_stime);
}

void signals_print(struct text *out, const siginfo_t *info)
{
	text_add(out, "--- ");
	constant_print(out, GROUP_SIGNAL, info->si_signo);
	text_add(out, " {si_signo=");
	constant_print(out, GROUP_SIGNAL, info->si_signo);
	text_add(out, ", si_code=");
	print_code(out, info);
	if (info->si_code != SI_KERNEL && info->si_code != SI_TIMER) {
		text_addf(out, ", si_pid=%d, si_uid=%u", (int)info->si_pid, (unsigned)info->si_uid);
		if (info->si_signo == SIGCHLD && info->si_code > 0)
			print_child(out, info);
	}
	text_add(out, "} ---");
}
