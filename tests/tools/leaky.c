/*
 * leaky: small programs with one fault each, on which killpoints and faultpoints are tried (tests/script/tools.test).
 *
 *	leaky MODE
 *
 * In these modes it starts a child, lets it do a few calls, ends it and ends with status 0, so that nothing is wrong
 * when nobody meddles:
 *
 *	tidy      the child asks for PDEATHSIG, then whether its parent is still there, and checks every answer
 *	orphan    the child sleeps until it is killed: without the parent, or its kill(), it is left
 *	late      as tidy, but does not ask for its parent: killed before PDEATHSIG is set, the parent leaves the child
 *	lifeline  the child ends at the end of a pipe, which a stopped child does not see
 *	wait      as tidy, but the parent sleeps until end of input
 *	abandon   as orphan, but the parent sleeps until end of input
 *
 * and without a child:
 *
 *	crash     dies of an open() that fails with EMFILE as of a wrong pointer
 *	sulky     sleeps for ever after a failed open()
 *	stubborn  repeats a failed open() for ever
 *	careful   copes with every failure
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct parent {
	pid_t pid;
	int lifeline[2]; /* the child reads [0] */
};

static void sleep_for_ever(void)
{
	for (;;)
		pause();
}

static void live_orphan(const struct parent *parent)
{
	(void)parent;
	sleep_for_ever();
}

static void live_late(const struct parent *parent)
{
	(void)parent;
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
		_exit(1);
	sleep_for_ever();
}

static void live_tidy(const struct parent *parent)
{
	char byte;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent->pid)
		_exit(1);
	close(parent->lifeline[1]);
	while (read(parent->lifeline[0], &byte, 1) < 0 && errno == EINTR)
		continue;
	_exit(0);
}

static void live_lifeline(const struct parent *parent)
{
	char byte;

	close(parent->lifeline[1]);
	while (read(parent->lifeline[0], &byte, 1) < 0 && errno == EINTR)
		continue;
	_exit(0);
}

static int end_child(pid_t child)
{
	int status;

	if (kill(child, SIGKILL) != 0)
		return 1;
	return waitpid(child, &status, 0) == child ? 0 : 1;
}

static int run_parent(void (*live)(const struct parent *), bool wait_for_input)
{
	struct parent parent = { .pid = getpid() };
	char byte;
	pid_t child;

	if (pipe2(parent.lifeline, O_CLOEXEC) != 0)
		return 1;
	child = fork();
	if (child < 0)
		return 1;
	if (child == 0)
		live(&parent);
	close(parent.lifeline[0]);
	while (wait_for_input && read(STDIN_FILENO, &byte, 1) > 0)
		continue;
	return end_child(child);
}

static int crash(void)
{
	if (open("/dev/null", O_RDONLY | O_CLOEXEC) < 0 && errno == EMFILE)
		raise(SIGSEGV);
	return 0;
}

static int sulky(void)
{
	if (open("/dev/null", O_RDONLY | O_CLOEXEC) < 0)
		sleep_for_ever();
	return 0;
}

static int stubborn(void)
{
	while (open("/dev/null", O_RDONLY | O_CLOEXEC) < 0)
		continue;
	return 0;
}

static int careful(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	char byte;

	if (fd < 0 || read(fd, &byte, 1) != 0 || close(fd) != 0)
		return 1;
	return 0;
}

static int run_alone(const char *mode)
{
	if (strcmp(mode, "crash") == 0)
		return crash();
	if (strcmp(mode, "sulky") == 0)
		return sulky();
	if (strcmp(mode, "stubborn") == 0)
		return stubborn();
	if (strcmp(mode, "careful") == 0)
		return careful();
	fputs("usage: leaky MODE\n", stderr);
	return 2;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *mode;
		void (*live)(const struct parent *);
		bool wait_for_input;
	} families[] = {
		{ "tidy", live_tidy, false }, { "orphan", live_orphan, false },
		{ "late", live_late, false }, { "lifeline", live_lifeline, false },
		{ "wait", live_tidy, true },  { "abandon", live_orphan, true },
	};
	const char *mode = argc == 2 ? argv[1] : "";

	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		if (strcmp(mode, families[i].mode) == 0)
			return run_parent(families[i].live, families[i].wait_for_input);
	return run_alone(mode);
}
