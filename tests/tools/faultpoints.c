/*
 * faultpoints: makes each system call of a command fail, once with each of some errnos, and looks for what must not
 * come of it: a crash, a hang, an orphan. What else the command then does, or answers, is its own affair.
 *
 *	faultpoints [option…] -- COMMAND [ARG…]
 *
 * The command is run under ptrace, first without a fault, then for k = 1, 2, 3… once with each errno in place of its
 * k-th system call, until a run ends before its k-th. Counted from the entry point of each program, where the dynamic
 * loader has done its work (and a shared sanitizer library its own); on machines other than x86-64 from the execve.
 *
 *	--loader            counted from the execve everywhere
 *	--no-memory         mmap and its kin do not fail: for a command built with a sanitizer, which then ends it
 *	--for-ever          from the k-th call on every call of the same number fails (EINTR is not sensible then)
 *	--children          the calls of all descendants count and fail, not only those of the first process
 *	--from=K --to=K --stride=N    which k (1, no end, 1)
 *	--errnos=N,N,…      the errnos, as numbers (EPERM EINTR EIO EAGAIN ENOMEM EACCES EMFILE ENOSPC)
 *	--hang=MS           how long the first process may run (5000)
 *	--bound=MS          from its end until nothing may be left (2000)
 *	--stdin=FILE        its standard input (/dev/null)
 *	--show              its output is shown
 *
 * A call that fails is not made, but for close(), which frees the descriptor whatever it answers (close(2)). Calls that
 * cannot fail, or whose failure nobody can answer, are not counted (the table below). A crash is an end by SIGSEGV,
 * SIGABRT, SIGBUS, SIGILL, SIGFPE, SIGTRAP or SIGSYS, or a sanitizer's report, of the first process or, with
 * --children, of any.
 *
 * Prints one line with the counts, before it a line for each finding. Status: 0 nothing was found, 1 something was, 2 a
 * mistake (also: the command misbehaves without any fault), 77 nothing may be traced, or no call replaced, here.
 */
#include <elf.h>
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>

#include "base/mem.h"
#include "harness.h"

enum { MOST_FINDINGS_SHOWN = 40, MOST_ERRNOS = 32 };

struct options {
	struct subject subject;
	bool children;
	bool loader;
	bool no_memory;
	bool for_ever;
	unsigned long from, to, stride;
	int errnos[MOST_ERRNOS];
	size_t errno_count;
	double hang, bound;
};

enum finding {
	FINDING_NONE,
	FINDING_CRASH,
	FINDING_HANG,
	FINDING_ORPHAN,
	FINDING_KINDS,
};

/* A process between its execve and its entry point, where a breakpoint stands. */
struct loading {
	pid_t pid;
	unsigned long entry;
	long instruction; /* what stood there */
};

struct run {
	const struct options *options;
	struct subject subject;
	unsigned long point; /* the call that is to fail; 0: none */
	int error;           /* its errno */
	unsigned long calls; /* that count, so far */
	pid_t *failing;      /* who is in a call that fails (owned) */
	size_t failing_len, failing_room;
	bool failed; /* the fault was given */
	long call;   /* the number of the call that fails */
	bool first_started;
	struct loading *loading; /* processes whose calls do not count yet (owned) */
	size_t loading_len, loading_room;
	bool first_ended;
	int crash; /* a status that means a crash; 0: none */
};

struct totals {
	unsigned long runs, calls;
	unsigned long found[FINDING_KINDS];
};

/* --- Calls --- */

static const long calls_not_counted[] = {
	SYS_exit, SYS_exit_group, SYS_rt_sigreturn, SYS_restart_syscall, /* they do not return, or not here */
	SYS_execve, SYS_execveat, /* their failure in a new child is the command's, in the first process nobody's */
	SYS_brk,                  /* malloc() then uses mmap(), which has its own turn */
	SYS_futex,                /* glibc ends the process by abort() when the kernel's answer is one it cannot give */
	SYS_set_tid_address, SYS_set_robust_list, /* cannot fail, and glibc does not ask */
#ifdef SYS_rseq
	/* glibc asks it for each new thread, and ends the process where the main thread's was granted: a program of
	 * threads has no say. A kernel without it refuses the main thread's as well, and then it is not asked again. */
	SYS_rseq,
#endif
};

/* The last: of a sanitizer alone, for its signal handlers. */
static const long memory_calls[] = { SYS_mmap, SYS_munmap, SYS_mremap, SYS_mprotect, SYS_madvise, SYS_sigaltstack };

/* What a person reads; a call that is not here is shown by its number alone. */
static const struct {
	long number;
	const char *name;
} call_names[] = {
	{ SYS_accept, "accept" }, { SYS_accept4, "accept4" }, { SYS_bind, "bind" }, { SYS_capset, "capset" },
	{ SYS_chdir, "chdir" }, { SYS_clone, "clone" }, { SYS_close, "close" }, { SYS_connect, "connect" },
	{ SYS_dup, "dup" }, { SYS_dup3, "dup3" }, { SYS_epoll_create1, "epoll_create1" },
	{ SYS_epoll_ctl, "epoll_ctl" }, { SYS_epoll_pwait, "epoll_pwait" }, { SYS_eventfd2, "eventfd2" },
	{ SYS_fcntl, "fcntl" }, { SYS_fstat, "fstat" }, { SYS_getcwd, "getcwd" }, { SYS_getdents64, "getdents64" },
	{ SYS_getpeername, "getpeername" }, { SYS_getpid, "getpid" }, { SYS_getppid, "getppid" },
	{ SYS_getrandom, "getrandom" }, { SYS_getsockname, "getsockname" }, { SYS_getsockopt, "getsockopt" },
	{ SYS_gettid, "gettid" }, { SYS_ioctl, "ioctl" }, { SYS_kill, "kill" }, { SYS_listen, "listen" },
	{ SYS_lseek, "lseek" }, { SYS_madvise, "madvise" }, { SYS_mmap, "mmap" }, { SYS_mount, "mount" },
	{ SYS_mprotect, "mprotect" }, { SYS_munmap, "munmap" }, { SYS_newfstatat, "newfstatat" },
	{ SYS_openat, "openat" }, { SYS_pipe2, "pipe2" }, { SYS_pivot_root, "pivot_root" }, { SYS_ppoll, "ppoll" },
	{ SYS_prctl, "prctl" }, { SYS_pread64, "pread64" }, { SYS_prlimit64, "prlimit64" }, { SYS_read, "read" },
	{ SYS_readlinkat, "readlinkat" }, { SYS_readv, "readv" }, { SYS_recvfrom, "recvfrom" },
	{ SYS_recvmsg, "recvmsg" }, { SYS_rt_sigaction, "rt_sigaction" }, { SYS_rt_sigprocmask, "rt_sigprocmask" },
	{ SYS_rt_sigtimedwait, "rt_sigtimedwait" }, { SYS_sendmsg, "sendmsg" }, { SYS_sendto, "sendto" },
	{ SYS_setns, "setns" }, { SYS_setsid, "setsid" }, { SYS_setsockopt, "setsockopt" },
	{ SYS_shutdown, "shutdown" }, { SYS_signalfd4, "signalfd4" }, { SYS_socket, "socket" },
	{ SYS_socketpair, "socketpair" }, { SYS_tgkill, "tgkill" }, { SYS_timerfd_create, "timerfd_create" },
	{ SYS_timerfd_settime, "timerfd_settime" }, { SYS_unlinkat, "unlinkat" }, { SYS_unshare, "unshare" },
	{ SYS_wait4, "wait4" }, { SYS_waitid, "waitid" }, { SYS_write, "write" }, { SYS_writev, "writev" },
#ifdef SYS_access
	{ SYS_access, "access" }, { SYS_arch_prctl, "arch_prctl" }, { SYS_dup2, "dup2" },
	{ SYS_epoll_wait, "epoll_wait" }, { SYS_pause, "pause" }, { SYS_pipe, "pipe" }, { SYS_poll, "poll" },
	{ SYS_readlink, "readlink" }, { SYS_vfork, "vfork" },
#endif
#ifdef SYS_close_range
	{ SYS_close_range, "close_range" },
#endif
#ifdef SYS_clone3
	{ SYS_clone3, "clone3" }, { SYS_pidfd_open, "pidfd_open" }, { SYS_pidfd_send_signal, "pidfd_send_signal" },
#endif
};

static const char *call_name(long number)
{
	for (size_t i = 0; i < COUNT_OF(call_names); i++)
		if (call_names[i].number == number)
			return call_names[i].name;
	return "?";
}

static bool is_among(long number, const long *calls, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (calls[i] == number)
			return true;
	return false;
}

static bool call_counts(const struct options *options, long number)
{
	return !is_among(number, calls_not_counted, COUNT_OF(calls_not_counted)) &&
	       !(options->no_memory && is_among(number, memory_calls, COUNT_OF(memory_calls)));
}

/* --- Replacing a call --- */

#ifdef __x86_64__

/* ptrace(2), PTRACE_POKEUSER: at the entry the call's number, at the exit what it answers. */
static bool set_number(pid_t tid, struct __ptrace_syscall_info *info, long number)
{
	(void)info;
	return ptrace(PTRACE_POKEUSER, tid, offsetof(struct user, regs.orig_rax), number) == 0;
}

static bool set_answer(pid_t tid, struct __ptrace_syscall_info *info, long answer)
{
	(void)info;
	return ptrace(PTRACE_POKEUSER, tid, offsetof(struct user, regs.rax), answer) == 0;
}

#else

/* linux/ptrace.h: the same for every machine, from Linux 6.16. */
enum { SET_SYSCALL_INFO = 0x4212 };

static bool set_info(pid_t tid, struct __ptrace_syscall_info *info)
{
	return ptrace((enum __ptrace_request)SET_SYSCALL_INFO, tid, sizeof(*info), info) == 0;
}

static bool set_number(pid_t tid, struct __ptrace_syscall_info *info, long number)
{
	info->entry.nr = (unsigned long)number;
	return set_info(tid, info);
}

static bool set_answer(pid_t tid, struct __ptrace_syscall_info *info, long answer)
{
	info->exit.rval = answer;
	info->exit.is_error = 1;
	return set_info(tid, info);
}

#endif

/* The kernel may have killed the tracee meanwhile. */
static void must(bool replaced)
{
	if (replaced || errno == ESRCH)
		return;
	warn("a system call cannot be replaced");
	descendants_end();
	exit(STATUS_UNSUPPORTED);
}

/* Of a call that counts, and is counted already. */
static bool call_fails(const struct run *run, long number)
{
	return run->point != 0 &&
	       (run->calls == run->point || (run->options->for_ever && run->failed && number == run->call));
}

static void enter_call(struct run *run, pid_t tid, struct __ptrace_syscall_info *info)
{
	long number = (long)info->entry.nr;

	if (!call_counts(run->options, number))
		return;
	run->calls++;
	if (!call_fails(run, number))
		return;
	run->call = number;
	run->failed = true;
	run->failing = array_grow(run->failing, run->failing_len, &run->failing_room, sizeof(*run->failing));
	run->failing[run->failing_len++] = tid;
	if (number != SYS_close)
		must(set_number(tid, info, -1));
}

static void leave_call(struct run *run, pid_t tid, struct __ptrace_syscall_info *info)
{
	for (size_t i = 0; i < run->failing_len; i++) {
		if (run->failing[i] != tid)
			continue;
		must(set_answer(tid, info, -run->error));
		run->failing[i] = run->failing[--run->failing_len];
		return;
	}
}

/* A new child's return from its clone is the exit of no call that fails: it never entered one. */
static void at_call_stop(struct run *run, pid_t tid)
{
	struct __ptrace_syscall_info info = { 0 };

	if (ptrace(PTRACE_GET_SYSCALL_INFO, tid, sizeof(info), &info) < 0)
		return;
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
		enter_call(run, tid, &info);
	else if (info.op == PTRACE_SYSCALL_INFO_EXIT)
		leave_call(run, tid, &info);
}

/* --- The entry point --- */

#ifdef __x86_64__

/* getauxval(3): pairs of words; AT_ENTRY is where the kernel's work and the loader's end. */
static unsigned long entry_of(pid_t pid)
{
	unsigned long pair[2], entry = 0;
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/auxv", (int)pid);
	file = fopen(path, "re");
	if (file == NULL)
		return 0;
	while (entry == 0 && fread(pair, sizeof(pair), 1, file) == 1)
		if (pair[0] == AT_ENTRY)
			entry = pair[1];
	fclose(file);
	return entry;
}

/* int3 (0xcc) at the entry; where that cannot be, the calls count at once. */
static void entry_watch(struct run *run, pid_t pid)
{
	struct loading loading = { .pid = pid, .entry = run->options->loader ? 0 : entry_of(pid) };

	errno = 0;
	loading.instruction = loading.entry == 0 ? 0 : ptrace(PTRACE_PEEKTEXT, pid, loading.entry, 0);
	if (loading.entry == 0 || errno != 0 ||
	    ptrace(PTRACE_POKETEXT, pid, loading.entry, (loading.instruction & ~0xffL) | 0xcc) != 0)
		return;
	run->loading = array_grow(run->loading, run->loading_len, &run->loading_room, sizeof(*run->loading));
	run->loading[run->loading_len++] = loading;
}

/* Takes the breakpoint away; the program goes on as if it had never been. */
static void entry_pass(const struct loading *loading)
{
	must(ptrace(PTRACE_POKETEXT, loading->pid, loading->entry, loading->instruction) == 0);
	must(ptrace(PTRACE_POKEUSER, loading->pid, offsetof(struct user, regs.rip), loading->entry) == 0);
	ptrace(PTRACE_SYSCALL, loading->pid, 0, 0);
}

#else

static void entry_watch(struct run *run, pid_t pid)
{
	(void)run;
	(void)pid;
}

static void entry_pass(const struct loading *loading)
{
	(void)loading;
}

#endif

/* Its place in run->loading, loading_len if it is not there. */
static size_t loading_find(const struct run *run, pid_t tid)
{
	size_t i = 0;

	while (i < run->loading_len && run->loading[i].pid != tid)
		i++;
	return i;
}

/* Is this the trap at the entry point? */
static bool entry_reached(struct run *run, const struct news *stop)
{
	size_t i = loading_find(run, stop->tid);

	if (i == run->loading_len || stop->status >> 8 != SIGTRAP)
		return false;
	entry_pass(&run->loading[i]);
	run->loading[i] = run->loading[--run->loading_len];
	return true;
}

/* --- One run --- */

static bool is_crash(int status)
{
	static const int signals[] = { SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS };

	if (WIFEXITED(status))
		return WEXITSTATUS(status) == SANITIZER_STATUS;
	for (size_t i = 0; i < COUNT_OF(signals); i++)
		if (WTERMSIG(status) == signals[i])
			return true;
	return false;
}

static void take_end(struct run *run, const struct news *news)
{
	size_t i = loading_find(run, news->tid);

	if (i < run->loading_len)
		run->loading[i] = run->loading[--run->loading_len];
	if (run->crash == 0 && is_crash(news->status))
		run->crash = news->status;
	if (news_is_end_of(news, run->subject.first))
		run->first_ended = true;
}

static bool is_foreign(const struct run *run, const struct news *stop)
{
	return stop->status >> 16 == PTRACE_EVENT_STOP && !run->options->children &&
	       process_of(stop->tid) != run->subject.first;
}

static bool is_call_stop(const struct news *stop)
{
	return stop->status >> 16 == 0 && WSTOPSIG(stop->status) == (SIGTRAP | 0x80);
}

static void take_stop(struct run *run, const struct news *stop)
{
	if (stop->status >> 8 == (SIGTRAP | PTRACE_EVENT_EXEC << 8)) {
		run->first_started = true;
		entry_watch(run, stop->tid);
	}
	if (!run->first_started) {
		ptrace(PTRACE_CONT, stop->tid, 0, 0);
		return;
	}
	if (is_foreign(run, stop)) {
		tracee_detach(stop);
		return;
	}
	if (entry_reached(run, stop))
		return;
	if (is_call_stop(stop) && loading_find(run, stop->tid) == run->loading_len)
		at_call_stop(run, stop->tid);
	tracee_resume(stop);
}

static enum finding watch(struct run *run)
{
	const struct options *options = run->options;
	double deadline = harness_now() + options->hang;
	enum harness_answer answer;
	struct news news;

	while ((answer = harness_wait(&news, deadline)) == HARNESS_NEWS) {
		bool had_ended = run->first_ended;

		if (WIFSTOPPED(news.status))
			take_stop(run, &news);
		else
			take_end(run, &news);
		if (run->first_ended && !had_ended)
			deadline = harness_now() + options->bound;
	}
	if (run->crash != 0)
		return FINDING_CRASH;
	if (answer == HARNESS_NOBODY)
		return FINDING_NONE;
	return run->first_ended ? FINDING_ORPHAN : FINDING_HANG;
}

static void print_finding(const struct run *run, enum finding finding)
{
	if (run->point == 0)
		printf("# no fault: ");
	else
		printf("# call %lu, %s (%ld), %s: ", run->point, call_name(run->call), run->call,
		       strerrorname_np(run->error));
	switch (finding) {
	case FINDING_CRASH:
		if (WIFSIGNALED(run->crash))
			printf("crash, signal %d (%s)\n", WTERMSIG(run->crash), strsignal(WTERMSIG(run->crash)));
		else
			printf("crash, a sanitizer's report\n");
		break;
	case FINDING_HANG: printf("hang\n"); break;
	case FINDING_ORPHAN: printf("orphan\n"); break;
	case FINDING_NONE:
	case FINDING_KINDS: break;
	}
	descendants_print(stdout);
}

/* Was the fault given? */
static bool run_fault(const struct options *options, unsigned long point, int error, struct totals *totals)
{
	struct run run = { .options = options, .subject = options->subject, .point = point, .error = error };
	unsigned long flags = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_TRACECLONE;
	enum finding finding;

	if (options->children)
		flags |= PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK;
	subject_start(&run.subject, flags);
	finding = watch(&run);
	if (!run.first_started)
		errx(STATUS_MISTAKE, "%s cannot be run", run.subject.command[0]);
	if (point == 0)
		totals->calls = run.calls;
	else if (run.failed)
		totals->runs++;
	if (finding != FINDING_NONE) {
		if (totals->found[finding]++ < MOST_FINDINGS_SHOWN)
			print_finding(&run, finding);
		descendants_end();
	}
	free(run.failing);
	free(run.loading);
	return run.failed;
}

static unsigned long findings(const struct totals *totals)
{
	return totals->found[FINDING_CRASH] + totals->found[FINDING_HANG] + totals->found[FINDING_ORPHAN];
}

static void run_all(const struct options *options, struct totals *totals)
{
	bool given = true;

	for (unsigned long point = options->from; given && (options->to == 0 || point <= options->to);
	     point += options->stride) {
		given = false;
		for (size_t i = 0; i < options->errno_count; i++)
			if (run_fault(options, point, options->errnos[i], totals))
				given = true;
	}
	printf("faultpoints: %lu faults (%zu errnos, %lu calls without a fault): %lu crashes, %lu hangs, %lu orphans\n",
	       totals->runs, options->errno_count, totals->calls, totals->found[FINDING_CRASH],
	       totals->found[FINDING_HANG], totals->found[FINDING_ORPHAN]);
}

/* --- The command line --- */

static void read_errnos(struct options *options, const char *list)
{
	char *copy = xstrdup(list), *rest = copy, *word;

	options->errno_count = 0;
	while ((word = strsep(&rest, ",")) != NULL) {
		if (options->errno_count == MOST_ERRNOS)
			errx(STATUS_MISTAKE, "--errnos: too many");
		options->errnos[options->errno_count] = (int)number_of("--errnos", word, 1);
		if (strerrorname_np(options->errnos[options->errno_count]) == NULL)
			errx(STATUS_MISTAKE, "--errnos: there is no errno %s", word);
		options->errno_count++;
	}
	free(copy);
}

static const struct option long_options[] = {
	{ "children", no_argument, NULL, 'c' },     { "loader", no_argument, NULL, 'l' },
	{ "no-memory", no_argument, NULL, 'm' },    { "for-ever", no_argument, NULL, 'E' },
	{ "from", required_argument, NULL, 'f' },   { "to", required_argument, NULL, 't' },
	{ "stride", required_argument, NULL, 'n' }, { "errnos", required_argument, NULL, 'e' },
	{ "hang", required_argument, NULL, 'h' },   { "bound", required_argument, NULL, 'b' },
	{ "stdin", required_argument, NULL, 'i' },  { "show", no_argument, NULL, 'o' },
	{ NULL, 0, NULL, 0 },
};

static void read_option(struct options *options, int letter)
{
	switch (letter) {
	case 'c': options->children = true; break;
	case 'l': options->loader = true; break;
	case 'm': options->no_memory = true; break;
	case 'E': options->for_ever = true; break;
	case 'f': options->from = number_of("--from", optarg, 1); break;
	case 't': options->to = number_of("--to", optarg, 1); break;
	case 'n': options->stride = number_of("--stride", optarg, 1); break;
	case 'e': read_errnos(options, optarg); break;
	case 'h': options->hang = (double)number_of("--hang", optarg, 1); break;
	case 'b': options->bound = (double)number_of("--bound", optarg, 1); break;
	case 'i': options->subject.stdin_path = optarg; break;
	case 'o': options->subject.show_output = true; break;
	default: exit(STATUS_MISTAKE);
	}
}

int main(int argc, char **argv)
{
	struct options options = {
		.from = 1, .stride = 1, .hang = 5000, .bound = 2000, .errno_count = 8,
		.errnos = { EPERM, EINTR, EIO, EAGAIN, ENOMEM, EACCES, EMFILE, ENOSPC },
	};
	struct totals totals = { 0 };
	int letter;

	while ((letter = getopt_long(argc, argv, "+", long_options, NULL)) != -1)
		read_option(&options, letter);
	if (optind == argc)
		errx(STATUS_MISTAKE, "usage: faultpoints [option...] -- COMMAND [ARG...]");
	options.subject.command = argv + optind;
	setlinebuf(stdout);
	harness_become();
	run_fault(&options, 0, 0, &totals);
	if (findings(&totals) > 0)
		errx(STATUS_MISTAKE, "the command misbehaves without a fault");
	run_all(&options, &totals);
	return findings(&totals) == 0 && totals.runs > 0 ? STATUS_CLEAN : STATUS_FOUND;
}
