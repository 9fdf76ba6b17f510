/*
 * killpoints: kills a command at each of its system-call stops and proves that nothing of it is left.
 *
 *	killpoints [option…] -- COMMAND [ARG…]
 *
 * The command is run again and again under ptrace. In the k-th run the victim gets SIGKILL at the k-th system-call stop
 * (an entry or an exit, counted from the execve), until a run ends by itself or nothing moves in it any more; there it
 * is killed once more. After each kill everything else is let go, untraced, and must be gone within the bound
 * (harness.h has the proof). So must everything after the run that ended by itself.
 *
 *	--victim=first      the process that was started is killed (the default), at its own stops
 *	--victim=NAME       the process of that name (proc(5), comm) is killed at its own stops
 *	--victim=any        whichever process makes the k-th stop of all is killed
 *	--children          with first: the stops of all processes count, so that the first one also dies while a child
 *	                    is between two of its calls; what the child does next it does as an orphan
 *	--stop-children     once all other descendants rest they are stopped (SIGSTOP), then the first process is killed
 *	--from=K --to=K --stride=N    which k (1, no end, 1)
 *	--bound=MS          from the kill until nothing is left (2000)
 *	--idle=MS           nothing moves when no stop came for so long (300)
 *	--limit=MS          how long a run, or the first process after another was killed, may take (10000)
 *	--random=N,SEED     instead of all this N runs without ptrace, killed after a random time; any: a random process
 *	--span=MS           the longest random time (200)
 *	--stdin=FILE        the command's standard input (/dev/null)
 *	--input=FILE        the same through a pipe that stays open (until a process other than the first was killed)
 *	--show              the command's output is shown
 *
 * When another process than the first is killed, the first may live on: it gets end of input, must end within the
 * limit, and the bound counts from its end.
 *
 * Prints one line with the counts and the worst time, before it a line for each point with leftovers. Status: 0 nothing
 * was ever left, 1 something was or no kill was made at all, 2 a mistake, 77 nothing may be traced here.
 */
#include <err.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "base/mem.h"
#include "harness.h"

enum { MOST_FINDINGS_SHOWN = 20 };

struct options {
	struct subject subject;
	const char *victim;
	bool children;
	bool stop_children;
	unsigned long from, to, stride;
	unsigned long random_runs;
	unsigned short random_state[3]; /* of erand48 */
	double bound, idle, limit, span;
};

struct run {
	const struct options *options;
	struct subject subject;
	unsigned long stops; /* that count, so far */
	pid_t victim;        /* 0: not chosen yet */
	bool first_started;  /* its execve is done */
	bool first_ended;
	int first_status;
	struct news *held; /* tracees that wait at a stop for the victim's death (owned) */
	size_t held_len, held_room;
};

struct totals {
	unsigned long kills, left, last_point;
	double worst;
};

enum outcome {
	OUTCOME_POINT, /* the victim was chosen at its point */
	OUTCOME_IDLE,  /* nothing moves any more: the first process is the victim */
	OUTCOME_ENDED, /* the first process ended by itself */
};

/* --- Whose stops count, and who is killed --- */

static bool victim_is(const struct options *options, const char *word)
{
	return strcmp(options->victim, word) == 0;
}

/* Children are traced only where their stops matter: elsewhere they run at their own pace. */
static bool children_are_traced(const struct options *options)
{
	return options->children || !victim_is(options, "first");
}

static bool process_is_named(pid_t process, const char *name)
{
	char path[64], comm[64] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/comm", (int)process);
	file = fopen(path, "re");
	if (file == NULL)
		return false;
	if (fgets(comm, sizeof(comm), file) != NULL)
		comm[strcspn(comm, "\n")] = '\0';
	fclose(file);
	return strcmp(comm, name) == 0;
}

static bool stop_counts(const struct run *run, pid_t tid)
{
	const struct options *options = run->options;

	if (victim_is(options, "first") || victim_is(options, "any"))
		return true;
	return process_is_named(process_of(tid), options->victim);
}

static void choose_victim(struct run *run, pid_t tid)
{
	run->victim = victim_is(run->options, "first") ? run->subject.first : process_of(tid);
	if (run->victim == 0)
		run->victim = tid;
}

/* --- A run up to its point --- */

static void hold(struct run *run, const struct news *stop)
{
	run->held = array_grow(run->held, run->held_len, &run->held_room, sizeof(*run->held));
	run->held[run->held_len++] = *stop;
}

static void release_held(struct run *run)
{
	for (size_t i = 0; i < run->held_len; i++)
		tracee_detach(&run->held[i]);
	run->held_len = 0;
}

static void note_end(struct run *run, const struct news *news)
{
	if (!news_is_end_of(news, run->subject.first))
		return;
	run->first_ended = true;
	run->first_status = news->status;
}

/* Until the execve it is still ourselves whom we trace. */
static bool is_start(struct run *run, const struct news *stop)
{
	if (!run->first_started && stop->status >> 8 == (SIGTRAP | PTRACE_EVENT_EXEC << 8))
		run->first_started = true;
	return !run->first_started;
}

/* PTRACE_O_TRACECLONE, which is needed for threads, also brings processes made by a clone without SIGCHLD. */
static bool is_unwanted(const struct run *run, const struct news *stop)
{
	return stop->status >> 16 == PTRACE_EVENT_STOP && !children_are_traced(run->options) &&
	       process_of(stop->tid) != run->subject.first;
}

static bool is_call_stop(const struct news *stop)
{
	return stop->status >> 16 == 0 && WSTOPSIG(stop->status) == (SIGTRAP | 0x80);
}

/* Is this the stop at which the victim dies? Else the tracee goes on. */
static bool take_stop(struct run *run, const struct news *stop, unsigned long point)
{
	if (is_start(run, stop)) {
		ptrace(PTRACE_CONT, stop->tid, 0, 0);
		return false;
	}
	if (is_unwanted(run, stop)) {
		tracee_detach(stop);
		return false;
	}
	if (is_call_stop(stop) && stop_counts(run, stop->tid) && ++run->stops == point) {
		choose_victim(run, stop->tid);
		hold(run, stop);
		return true;
	}
	tracee_resume(stop);
	return false;
}

/* A machine that has much to do may be silent for long: who could go on is not at rest. */
static bool is_at_rest(const struct run *run)
{
	return run->first_started && descendants_at_work(0) == 0;
}

static enum outcome run_to_point(struct run *run, unsigned long point)
{
	double limit = harness_now() + run->options->limit;
	struct news news;

	while (!run->first_ended) {
		double idle = harness_now() + run->options->idle;

		switch (harness_wait(&news, idle < limit ? idle : limit)) {
		case HARNESS_SILENCE:
			if (harness_now() < limit && !is_at_rest(run))
				break;
			run->victim = run->subject.first;
			return OUTCOME_IDLE;
		case HARNESS_NOBODY:
			return OUTCOME_ENDED;
		case HARNESS_NEWS:
			note_end(run, &news);
			if (WIFSTOPPED(news.status) && take_stop(run, &news, point))
				return OUTCOME_POINT;
		}
	}
	return OUTCOME_ENDED;
}

/* --- The kill --- */

/* Lets all go but the victim, whose threads stay as they are, for a moment. */
static void release_others(struct run *run)
{
	struct news news;

	for (size_t i = 0; i < run->held_len; i++)
		if (process_of(run->held[i].tid) != run->victim)
			tracee_detach(&run->held[i]);
	while (harness_wait(&news, harness_now() + 1) == HARNESS_NEWS) {
		note_end(run, &news);
		if (WIFSTOPPED(news.status) && process_of(news.tid) != run->victim)
			tracee_detach(&news);
	}
}

/*
 * The others first come to rest, seen twice: who is stopped right after its birth cannot yet have taken any precaution.
 * One that never rests, or cannot stop (vfork's parent before its child has gone on), does not keep up the kill.
 */
static void stop_others(struct run *run)
{
	double deadline = harness_now() + 200;

	for (int rests = 0; rests < 2 && harness_now() < deadline;) {
		release_others(run);
		rests = descendants_at_work(run->victim) == 0 ? rests + 1 : 0;
	}
	deadline = harness_now() + 200;
	while (descendants_stop(run->victim) > 0 && harness_now() < deadline)
		release_others(run);
}

/* The others are held until the victim is dead: nothing that they do next can be done while it lives. */
static void kill_victim(struct run *run)
{
	double deadline = harness_now() + run->options->bound;
	struct news news;

	kill(run->victim, SIGKILL);
	while (harness_wait(&news, deadline) == HARNESS_NEWS) {
		note_end(run, &news);
		if (WIFSTOPPED(news.status))
			hold(run, &news);
		if (news_is_end_of(&news, run->victim))
			break;
	}
	release_held(run);
}

/* Milliseconds until nothing was left, or -1. */
static double time_to_nothing(struct run *run, double start)
{
	const struct options *options = run->options;
	double deadline = start + (run->first_ended ? options->bound : options->limit);
	enum harness_answer answer;
	struct news news;

	while ((answer = harness_wait(&news, deadline)) == HARNESS_NEWS) {
		note_end(run, &news);
		if (WIFSTOPPED(news.status))
			tracee_detach(&news);
		if (news_is_end_of(&news, run->subject.first)) {
			start = harness_now();
			deadline = start + options->bound;
		}
	}
	return answer == HARNESS_NOBODY ? harness_now() - start : -1;
}

static void prove_nothing_left(struct run *run, struct totals *totals, double start)
{
	double time = time_to_nothing(run, start);

	if (time >= 0) {
		totals->worst = time > totals->worst ? time : totals->worst;
		return;
	}
	if (totals->left++ < MOST_FINDINGS_SHOWN) {
		printf("# point %lu: %s\n", totals->last_point,
		       run->first_ended ? "something is left" : "the first process did not end");
		descendants_print(stdout);
	}
	descendants_end();
}

/* --- The series --- */

static void run_release(struct run *run)
{
	subject_end_input(&run->subject);
	free(run->held);
}

static unsigned long trace_options(const struct options *options)
{
	unsigned long flags = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_TRACECLONE;

	if (children_are_traced(options))
		flags |= PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK;
	return flags;
}

static enum outcome run_point(const struct options *options, unsigned long point, struct totals *totals, int *status)
{
	struct run run = { .options = options, .subject = options->subject };
	enum outcome outcome;
	double start;

	subject_start(&run.subject, trace_options(options));
	outcome = run_to_point(&run, point);
	if (!run.first_started)
		errx(STATUS_MISTAKE, "%s cannot be run", run.subject.command[0]);
	totals->last_point = point;
	if (outcome != OUTCOME_ENDED && options->stop_children)
		stop_others(&run);
	start = harness_now();
	if (outcome != OUTCOME_ENDED) {
		totals->kills++;
		kill_victim(&run);
	}
	if (run.victim != run.subject.first)
		subject_end_input(&run.subject);
	prove_nothing_left(&run, totals, start);
	*status = run.first_status;
	run_release(&run);
	return outcome;
}

static void describe_status(char *text, size_t size, int status)
{
	if (WIFSIGNALED(status))
		snprintf(text, size, "by signal %d", WTERMSIG(status));
	else
		snprintf(text, size, "with status %d", WEXITSTATUS(status));
}

static void print_totals(const struct totals *totals, const char *end)
{
	printf("killpoints: %lu kills (%s), %lu left something, worst %.1f ms\n", totals->kills, end, totals->left,
	       totals->worst);
}

static void run_all_points(const struct options *options, struct totals *totals)
{
	unsigned long point = options->from;
	enum outcome outcome = OUTCOME_POINT;
	char end[128], how[32];
	int status = 0;

	while (outcome == OUTCOME_POINT && (options->to == 0 || point <= options->to)) {
		outcome = run_point(options, point, totals, &status);
		point += options->stride;
	}
	describe_status(how, sizeof(how), status);
	if (outcome == OUTCOME_ENDED)
		snprintf(end, sizeof(end), "it ended by itself before stop %lu, %s", totals->last_point, how);
	else if (outcome == OUTCOME_IDLE)
		snprintf(end, sizeof(end), "the last one idle, before stop %lu", totals->last_point);
	else
		snprintf(end, sizeof(end), "the last one at stop %lu", totals->last_point);
	print_totals(totals, end);
}

/* --- Random times --- */

static void wait_without_trace(struct run *run, double deadline)
{
	enum harness_answer answer = HARNESS_NEWS;
	struct news news;

	while (answer == HARNESS_NEWS && !run->first_ended) {
		answer = harness_wait(&news, deadline);
		if (answer == HARNESS_NEWS)
			note_end(run, &news);
	}
}

static void kill_untraced(struct run *run, double at)
{
	if (victim_is(run->options, "any")) {
		run->victim = descendant_kill(at);
		return;
	}
	run->victim = run->subject.first;
	if (run->options->stop_children)
		stop_others(run);
	kill_victim(run);
}

static void run_random(struct options *options, struct totals *totals)
{
	struct run run = { .options = options, .subject = options->subject };
	double after = erand48(options->random_state) * options->span, at = erand48(options->random_state);
	double start;

	subject_start(&run.subject, 0);
	wait_without_trace(&run, harness_now() + after);
	start = harness_now();
	if (!run.first_ended) {
		totals->kills++;
		kill_untraced(&run, at);
	}
	if (run.victim != run.subject.first)
		subject_end_input(&run.subject);
	prove_nothing_left(&run, totals, start);
	run_release(&run);
}

static void run_all_random(struct options *options, struct totals *totals)
{
	char end[128];

	for (totals->last_point = 1; totals->last_point <= options->random_runs; totals->last_point++)
		run_random(options, totals);
	snprintf(end, sizeof(end), "at random times, %lu runs ended before", options->random_runs - totals->kills);
	print_totals(totals, end);
}

/* --- The command line --- */

static void read_random(struct options *options, const char *string)
{
	char *comma, *runs = xstrdup(string);
	unsigned long seed;

	comma = strchr(runs, ',');
	if (comma == NULL)
		errx(STATUS_MISTAKE, "--random=N,SEED: the seed is missing");
	*comma = '\0';
	options->random_runs = number_of("--random", runs, 1);
	seed = number_of("--random", comma + 1, 0);
	options->random_state[0] = 0x330e;
	options->random_state[1] = (unsigned short)(seed & 0xffff);
	options->random_state[2] = (unsigned short)(seed >> 16 & 0xffff);
	free(runs);
}

static const struct option long_options[] = {
	{ "victim", required_argument, NULL, 'v' },   { "children", no_argument, NULL, 'c' },
	{ "stop-children", no_argument, NULL, 's' },  { "from", required_argument, NULL, 'f' },
	{ "to", required_argument, NULL, 't' },       { "stride", required_argument, NULL, 'n' },
	{ "bound", required_argument, NULL, 'b' },    { "idle", required_argument, NULL, 'd' },
	{ "limit", required_argument, NULL, 'l' },    { "random", required_argument, NULL, 'r' },
	{ "span", required_argument, NULL, 'p' },     { "stdin", required_argument, NULL, 'i' },
	{ "input", required_argument, NULL, 'I' },    { "show", no_argument, NULL, 'o' },
	{ NULL, 0, NULL, 0 },
};

static void read_subject_option(struct options *options, int letter)
{
	switch (letter) {
	case 'v': options->victim = optarg; break;
	case 'c': options->children = true; break;
	case 's': options->stop_children = true; break;
	case 'r': read_random(options, optarg); break;
	case 'i': options->subject.stdin_path = optarg; break;
	case 'I': options->subject.input_path = optarg; break;
	case 'o': options->subject.show_output = true; break;
	default: exit(STATUS_MISTAKE);
	}
}

static void read_option(struct options *options, int letter)
{
	switch (letter) {
	case 'f': options->from = number_of("--from", optarg, 1); break;
	case 't': options->to = number_of("--to", optarg, 1); break;
	case 'n': options->stride = number_of("--stride", optarg, 1); break;
	case 'b': options->bound = (double)number_of("--bound", optarg, 1); break;
	case 'd': options->idle = (double)number_of("--idle", optarg, 1); break;
	case 'l': options->limit = (double)number_of("--limit", optarg, 1); break;
	case 'p': options->span = (double)number_of("--span", optarg, 0); break;
	default: read_subject_option(options, letter);
	}
}

static void check_options(const struct options *options, bool has_command)
{
	bool first = victim_is(options, "first");

	if (!has_command)
		errx(STATUS_MISTAKE, "usage: killpoints [option...] -- COMMAND [ARG...]");
	if (options->stop_children && !first)
		errx(STATUS_MISTAKE, "--stop-children: the first process must be the victim, a stopped one cannot end");
	if (options->random_runs > 0 && !first && !victim_is(options, "any"))
		errx(STATUS_MISTAKE, "--random: the victim is first or any");
}

int main(int argc, char **argv)
{
	struct options options = {
		.victim = "first", .from = 1, .stride = 1, .bound = 2000, .idle = 300, .limit = 10000, .span = 200,
	};
	struct totals totals = { 0 };
	int letter;

	while ((letter = getopt_long(argc, argv, "+", long_options, NULL)) != -1)
		read_option(&options, letter);
	check_options(&options, optind < argc);
	options.subject.command = argv + optind;
	setlinebuf(stdout);
	harness_become();
	if (options.random_runs > 0)
		run_all_random(&options, &totals);
	else
		run_all_points(&options, &totals);
	return totals.left == 0 && totals.kills > 0 ? STATUS_CLEAN : STATUS_FOUND;
}
