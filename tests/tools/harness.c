#include "harness.h"

#include <ctype.h>
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

/*
 * A sanitizer's report must be told from the command's own failures. Leaks cannot be looked for here: LeakSanitizer
 * traces the process itself, and there is one tracer only.
 */
static void add_sanitizer_options(const char *variable, const char *options)
{
	const char *old = getenv(variable);
	char joined[1024];
	int len = snprintf(joined, sizeof(joined), "%s%s%s", old == NULL ? "" : old, old == NULL ? "" : ":", options);

	if (len < 0 || (size_t)len >= sizeof(joined))
		errx(STATUS_MISTAKE, "%s is too long", variable);
	if (setenv(variable, joined, 1) != 0)
		err(STATUS_MISTAKE, "setenv");
}

static sigset_t only_sigchld(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	return set;
}

void harness_become(void)
{
	sigset_t set = only_sigchld();

	/* An ignored SIGCHLD, which one may inherit, would let children vanish unreported. */
	signal(SIGCHLD, SIG_DFL);
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0)
		err(STATUS_MISTAKE, "PR_SET_CHILD_SUBREAPER");
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		err(STATUS_MISTAKE, "sigprocmask");
	add_sanitizer_options("ASAN_OPTIONS", "detect_leaks=0:exitcode=99");
	add_sanitizer_options("UBSAN_OPTIONS", "halt_on_error=1:exitcode=99");
}

double harness_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* --- Starting --- */

static int open_or_end(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);

	if (fd < 0)
		err(STATUS_MISTAKE, "%s", path);
	return fd;
}

/* The whole file goes into the pipe before the start, so that feeding needs no turn of its own in the loops. */
static void fill_pipe(int fd, const char *path)
{
	int file = open_or_end(path, O_RDONLY);
	char bytes[4096];
	ssize_t len;

	fcntl(fd, F_SETPIPE_SZ, 1 << 20);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	while ((len = read(file, bytes, sizeof(bytes))) > 0)
		if (write(fd, bytes, (size_t)len) != len)
			errx(STATUS_MISTAKE, "%s: more than the pipe holds", path);
	if (len < 0)
		err(STATUS_MISTAKE, "%s", path);
	close(file);
}

static int open_input(struct subject *subject)
{
	int ends[2];

	subject->input_fd = -1;
	if (subject->input_path == NULL)
		return open_or_end(subject->stdin_path == NULL ? "/dev/null" : subject->stdin_path, O_RDONLY);
	if (pipe2(ends, O_CLOEXEC) != 0)
		err(STATUS_MISTAKE, "pipe2");
	fill_pipe(ends[1], subject->input_path);
	subject->input_fd = ends[1];
	return ends[0];
}

static void use_as(int from, int to)
{
	if (dup2(from, to) < 0)
		err(STATUS_MISTAKE, "dup2");
}

/* The child waits at the gate until its parent is its tracer, and ends should the parent end. */
static void become_command(const struct subject *subject, int input, int gate)
{
	sigset_t set = only_sigchld();
	char byte;

	if (read(gate, &byte, 1) != 1)
		_exit(STATUS_MISTAKE);
	use_as(input, STDIN_FILENO);
	if (!subject->show_output) {
		int nowhere = open_or_end("/dev/null", O_WRONLY);

		use_as(nowhere, STDOUT_FILENO);
		use_as(nowhere, STDERR_FILENO);
	}
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	execvp(subject->command[0], subject->command);
	_exit(127);
}

void subject_start(struct subject *subject, unsigned long trace_options)
{
	int input = open_input(subject);
	int gate[2];

	if (pipe2(gate, O_CLOEXEC) != 0)
		err(STATUS_MISTAKE, "pipe2");
	subject->first = fork();
	if (subject->first < 0)
		err(STATUS_MISTAKE, "fork");
	if (subject->first == 0) {
		close(gate[1]);
		become_command(subject, input, gate[0]);
	}
	if (trace_options != 0 && ptrace(PTRACE_SEIZE, subject->first, 0, trace_options | PTRACE_O_EXITKILL) != 0)
		err(STATUS_UNSUPPORTED, "PTRACE_SEIZE");
	if (write(gate[1], "", 1) != 1)
		err(STATUS_MISTAKE, "write");
	close(gate[0]);
	close(gate[1]);
	close(input);
}

void subject_end_input(struct subject *subject)
{
	if (subject->input_fd >= 0)
		close(subject->input_fd);
	subject->input_fd = -1;
}

/* --- Waiting --- */

static void sleep_until_sigchld(double most_ms)
{
	/* Not longer than 20 ms: a child may have been made with another signal than SIGCHLD, or with none. */
	long ms = most_ms > 20 ? 20 : (long)most_ms + 1;
	struct timespec time = { .tv_nsec = ms * 1000000 };
	sigset_t set = only_sigchld();

	sigtimedwait(&set, NULL, &time);
}

enum harness_answer harness_wait(struct news *news, double deadline)
{
	for (;;) {
		double left = deadline - harness_now();

		/* News may never cease: 100 ms late even they do not count any more. */
		if (left < -100)
			return HARNESS_SILENCE;
		news->tid = waitpid(-1, &news->status, __WALL | WNOHANG);
		if (news->tid > 0)
			return HARNESS_NEWS;
		if (news->tid < 0 && errno == ECHILD)
			return HARNESS_NOBODY;
		if (left <= 0)
			return HARNESS_SILENCE;
		sleep_until_sigchld(left);
	}
}

bool news_is_end_of(const struct news *news, pid_t pid)
{
	return news->tid == pid && !WIFSTOPPED(news->status);
}

/* --- Tracees --- */

/* ptrace(2), "Stopped states": what a seized tracee reports, told apart by the status alone. */
static bool is_event(int status)
{
	return status >> 16 != 0;
}

static bool is_group_stop(int status)
{
	return status >> 16 == PTRACE_EVENT_STOP && WSTOPSIG(status) != SIGTRAP;
}

static long signal_to_give(int status)
{
	if (is_event(status) || WSTOPSIG(status) == (SIGTRAP | 0x80))
		return 0;
	return WSTOPSIG(status);
}

/* A tracee may be killed at any time by another: ESRCH then, and its end comes as news. */
static void ask(enum __ptrace_request request, pid_t tid, long data)
{
	if (ptrace(request, tid, 0, data) != 0 && errno != ESRCH)
		err(STATUS_MISTAKE, "ptrace request %d", (int)request);
}

void tracee_resume(const struct news *stop)
{
	if (is_group_stop(stop->status))
		ask(PTRACE_LISTEN, stop->tid, 0);
	else
		ask(PTRACE_SYSCALL, stop->tid, signal_to_give(stop->status));
}

void tracee_detach(const struct news *stop)
{
	ask(PTRACE_DETACH, stop->tid, signal_to_give(stop->status));
}

pid_t process_of(pid_t tid)
{
	char path[64], line[256];
	pid_t process = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)tid);
	file = fopen(path, "re");
	if (file == NULL)
		return 0;
	while (process == 0 && fgets(line, sizeof(line), file) != NULL)
		if (strncmp(line, "Tgid:", 5) == 0)
			process = (pid_t)strtol(line + 5, NULL, 10);
	fclose(file);
	return process;
}

/* --- Descendants --- */

struct process {
	pid_t pid;
	pid_t parent;
	char state; /* as in proc(5) */
	char name[32];
	bool is_ours;
};

struct processes {
	struct process *all; /* (owned) */
	size_t len;
	size_t room;
};

/* proc(5), /proc/pid/stat: the name stands in parentheses and may contain any byte, so the last one counts. */
static bool process_parse(struct process *process, pid_t pid, char *stat)
{
	char *name = strchr(stat, '('), *end = strrchr(stat, ')');
	int parent;

	if (name == NULL || end == NULL || sscanf(end + 1, " %c %d", &process->state, &parent) != 2)
		return false;
	*end = '\0';
	process->pid = pid;
	process->parent = parent;
	snprintf(process->name, sizeof(process->name), "%s", name + 1);
	return true;
}

static bool process_read(struct process *process, pid_t pid)
{
	char path[64], stat[1024];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	len = read(fd, stat, sizeof(stat) - 1);
	close(fd);
	if (len <= 0)
		return false;
	stat[len] = '\0';
	return process_parse(process, pid, stat);
}

static void processes_read(struct processes *processes)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;

	*processes = (struct processes){ 0 };
	if (proc == NULL)
		err(STATUS_MISTAKE, "/proc");
	while ((entry = readdir(proc)) != NULL) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		processes->all = array_grow(processes->all, processes->len, &processes->room, sizeof(*processes->all));
		if (process_read(&processes->all[processes->len], (pid_t)strtol(entry->d_name, NULL, 10)))
			processes->len++;
	}
	closedir(proc);
}

static bool parent_is_ours(const struct processes *processes, pid_t parent)
{
	if (parent == getpid())
		return true;
	for (size_t i = 0; i < processes->len; i++)
		if (processes->all[i].pid == parent)
			return processes->all[i].is_ours;
	return false;
}

static void descendants_read(struct processes *processes)
{
	bool found = true;

	processes_read(processes);
	while (found) {
		found = false;
		for (size_t i = 0; i < processes->len; i++) {
			struct process *process = &processes->all[i];

			if (!process->is_ours && parent_is_ours(processes, process->parent))
				found = process->is_ours = true;
		}
	}
}

/* By pidfd, and only if what has the number is still that process's: else a stranger could be hit. */
static void signal_process(const struct process *process, int signal_number)
{
	int pidfd = (int)syscall(SYS_pidfd_open, process->pid, 0);
	struct process now;

	if (pidfd < 0)
		return;
	if (process_read(&now, process->pid) && now.parent == process->parent)
		syscall(SYS_pidfd_send_signal, pidfd, signal_number, NULL, 0);
	close(pidfd);
}

/* Calls `visit` for each descendant but `spared` that is in none of these states; their number. */
static size_t visit_others(pid_t spared, const char *states, void (*visit)(const struct process *, int), int argument)
{
	struct processes processes;
	size_t visited = 0;

	descendants_read(&processes);
	for (size_t i = 0; i < processes.len; i++) {
		const struct process *process = &processes.all[i];

		if (!process->is_ours || process->pid == spared || strchr(states, process->state) != NULL)
			continue;
		visited++;
		if (visit != NULL)
			visit(process, argument);
	}
	free(processes.all);
	return visited;
}

/* proc(5): T stopped, Z zombie, X dead. A tracee at a stop (t) is not stopped: it goes on when its tracer lets it. */
size_t descendants_stop(pid_t spared)
{
	return visit_others(spared, "TZX", signal_process, SIGSTOP);
}

size_t descendants_at_work(pid_t spared)
{
	return visit_others(spared, "SITZX", NULL, 0);
}

pid_t descendant_kill(double at)
{
	struct processes processes;
	pid_t picked = 0;
	size_t len = 0;

	descendants_read(&processes);
	for (size_t i = 0; i < processes.len; i++)
		if (processes.all[i].is_ours && processes.all[i].state != 'Z')
			processes.all[len++] = processes.all[i];
	if (len > 0) {
		const struct process *process = &processes.all[(size_t)(at * (double)len)];

		signal_process(process, SIGKILL);
		picked = process->pid;
	}
	free(processes.all);
	return picked;
}

void descendants_print(FILE *out)
{
	struct processes processes;

	descendants_read(&processes);
	for (size_t i = 0; i < processes.len; i++) {
		const struct process *process = &processes.all[i];

		if (process->is_ours)
			fprintf(out, "#   left: %d (%s), child of %d, state %c\n", (int)process->pid, process->name,
			        (int)process->parent, process->state);
	}
	free(processes.all);
}

/* Only our own children: the others become that when their parents are gone. */
static void kill_children(void)
{
	struct processes processes;

	descendants_read(&processes);
	for (size_t i = 0; i < processes.len; i++)
		if (processes.all[i].parent == getpid())
			kill(processes.all[i].pid, SIGKILL);
	free(processes.all);
}

void descendants_end(void)
{
	double deadline = harness_now() + 10000;
	enum harness_answer answer = HARNESS_NEWS;
	struct news news;

	while (answer != HARNESS_NOBODY) {
		if (harness_now() > deadline)
			errx(STATUS_MISTAKE, "something that was left cannot be killed");
		kill_children();
		do
			answer = harness_wait(&news, harness_now() + 5);
		while (answer == HARNESS_NEWS);
	}
}

unsigned long number_of(const char *option, const char *string, unsigned long least)
{
	char *end;
	unsigned long number;

	errno = 0;
	number = strtoul(string, &end, 10);
	if (!isdigit((unsigned char)string[0]) || *end != '\0' || errno != 0 || number < least)
		errx(STATUS_MISTAKE, "%s: \"%s\" is not a number of at least %lu", option, string, least);
	return number;
}
