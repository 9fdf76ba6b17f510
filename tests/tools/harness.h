/*
 * What killpoints and faultpoints have in common: a command that is started (traced or not) and fed, and the proof that
 * nothing of it is left.
 *
 * The proof: the harness is a child subreaper (prctl(2)), so whatever loses its parent below it becomes its child, and
 * waitpid() answers ECHILD only when no descendant is alive or unreaped. Nothing is looked for by name.
 *
 * A mistake of the user or a failure of the machine ends the program with status 2; where nothing may be traced, 77.
 */
#ifndef SOCKSTEP_TESTS_HARNESS_H
#define SOCKSTEP_TESTS_HARNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

enum { STATUS_CLEAN = 0, STATUS_FOUND = 1, STATUS_MISTAKE = 2, STATUS_UNSUPPORTED = 77 };

/* With which status a sanitizer ends the command (harness_become sets it in the environment). */
enum { SANITIZER_STATUS = 99 };

struct subject {
	char **command;         /* as execvp takes it (borrowed) */
	const char *stdin_path; /* its standard input; NULL: /dev/null (borrowed) */
	const char *input_path; /* or a file that is written into a pipe which then stays open; NULL: none (borrowed) */
	bool show_output;       /* else standard output and error go to /dev/null */
	pid_t first;            /* the process that was started */
	int input_fd;           /* our end of the pipe (owned), or -1 */
};

/* What waitpid() told; `status` as there. */
struct news {
	pid_t tid;
	int status;
};

enum harness_answer {
	HARNESS_NEWS,
	HARNESS_SILENCE, /* until the deadline */
	HARNESS_NOBODY,  /* ECHILD: no descendant is left */
};

/* Makes this process the subreaper and blocks SIGCHLD, which harness_wait takes. Once, before the first start. */
void harness_become(void);
/* Milliseconds of CLOCK_MONOTONIC. */
double harness_now(void);

/*
 * Starts the command. trace_options: 0 for an untraced one, else the options of PTRACE_SEIZE, to which EXITKILL is
 * added (should the harness die; it cleans up nothing during the run, as the harness outlives it). A traced command
 * runs freely until its PTRACE_EVENT_EXEC, so PTRACE_O_TRACEEXEC must be among them.
 */
void subject_start(struct subject *subject, unsigned long trace_options);
/* End of input on the pipe, if there is one and it is open. */
void subject_end_input(struct subject *subject);

/* The next news of any descendant that is our child or our tracee. deadline: as harness_now tells. */
enum harness_answer harness_wait(struct news *news, double deadline);
/* Is this news the end of that process? */
bool news_is_end_of(const struct news *news, pid_t pid);

/* Lets a stopped tracee go on to its next system-call stop, with the signal it was to get; a group stop stays. */
void tracee_resume(const struct news *stop);
/* Lets it go for good, with the signal it was to get; a group stop remains. */
void tracee_detach(const struct news *stop);
/* The process a thread belongs to, 0 if it is gone. */
pid_t process_of(pid_t tid);

/* Sends SIGSTOP to all descendants but `spared` and its threads; the number of those that were not stopped yet. */
size_t descendants_stop(pid_t spared);
/* How many descendants but `spared` are at work: neither asleep nor stopped nor zombies. */
size_t descendants_at_work(pid_t spared);
/* SIGKILL for one of the descendants, chosen by a number in [0, 1): its pid, 0 if there is none. */
pid_t descendant_kill(double at);
/* A line for each descendant: pid, name, state. */
void descendants_print(FILE *out);
/* SIGKILL for all descendants until none is left. */
void descendants_end(void);

/* A number in ASCII, at least `least`; anything else is a mistake in `option`. */
unsigned long number_of(const char *option, const char *string, unsigned long least);

#endif
