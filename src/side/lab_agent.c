/*
 * How a lab begins. sockstep's child makes, with one clone3(), a process that is PID 1 of a new PID namespace, in a
 * user, mount and network namespace of its own, and then does nothing but wait for it. That process becomes the
 * agent. User and group of whoever started it are 0 inside, and nobody else is anybody.
 *
 * Nothing may be left, whoever is killed and whenever: the kernel ends all of a PID namespace with its PID 1; PID 1 is
 * killed when its parent ends, and the parent when sockstep does (PR_SET_PDEATHSIG). Should a parent end before its
 * child has asked for that, the child sees that its lifeline has no other end any more, and sockstep's child that its
 * stream has ended. getppid() would not do: it is 0 inside in any case.
 */
#include "side/lab_agent.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "side/agent.h"
#include "side/lab_refusal.h"
#include "side/own.h"

/* How long the reason of a refusal waits for a reader. */
enum { REFUSAL_DRAIN_MILLISECONDS = 1000 };
enum { NAMESPACES = CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET };

static int refuse(const struct text *reason)
{
	struct lines lines;
	struct report report = { .lines = &lines };

	lines_init(&lines, STDIN_FILENO, STDOUT_FILENO);
	report_error(&report, EVENT_NO_INT, -1, reason->data);
	lines_drain(&lines, REFUSAL_DRAIN_MILLISECONDS);
	lines_release(&lines);
	return EXIT_FAILURE;
}

/* ---- inside ---- */

static bool write_map(const char *path, const char *line)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	size_t len = strlen(line);
	int error;
	bool ok;

	if (fd < 0)
		return false;
	ok = write(fd, line, len) == (ssize_t)len;
	error = errno;
	close(fd);
	errno = error;
	return ok;
}

/* user_namespaces(7): without further rights a process may map itself alone, and its group only after it has given up
 * setgroups(). */
static bool map_ids(uid_t user, gid_t group)
{
	char *user_line = text_format("0 %u 1", (unsigned)user), *group_line = text_format("0 %u 1", (unsigned)group);
	bool ok = write_map("/proc/self/setgroups", "deny") && write_map("/proc/self/gid_map", group_line) &&
		  write_map("/proc/self/uid_map", user_line);

	free(user_line);
	free(group_line);
	return ok;
}

static void end_with_parent(int lifeline)
{
	struct pollfd pollfd = { .fd = lifeline };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (poll(&pollfd, 1, 0) != 0)
		_exit(EXIT_FAILURE);
}

struct start {
	enum lab_link_kind link;
	uid_t user; /* as they are outside */
	gid_t group;
	int lifeline[2];
};

static int run_inside(const struct start *start)
{
	struct lab_land land;
	struct text message;
	bool ok;

	close(start->lifeline[1]);
	end_with_parent(start->lifeline[0]);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	lab_land_init(&land, start->link, start->lifeline[0]);
	text_init(&message);
	ok = map_ids(start->user, start->group);
	if (!ok)
		lab_refusal(&message, "becoming root of the new user namespace", errno);
	ok = ok && lab_land_open(&land, &message);
	if (!ok) {
		refuse(&message);
		lab_land_release(&land);
	}
	text_release(&message);
	return ok ? agent_run(&place_lab, &land, false) : EXIT_FAILURE;
}

/* ---- outside ---- */

/* As fork(); also the pidfd. */
static pid_t clone_into_namespaces(int *pidfd)
{
	struct clone_args arguments = {
		.flags = NAMESPACES | CLONE_PIDFD,
		.pidfd = (uintptr_t)pidfd,
		.exit_signal = SIGCHLD,
	};

	return (pid_t)syscall(SYS_clone3, &arguments, sizeof(arguments));
}

/* Its end of the stream is closed, so that the agent alone has it. */
static int wait_for(int pidfd)
{
	siginfo_t info = { .si_pid = 0 };

	own_standard_null();
	while (waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED) != 0)
		if (errno != EINTR)
			die("the agent cannot be waited for: %s", strerror(errno));
	return info.si_code == CLD_EXITED ? info.si_status : EXIT_FAILURE;
}

static int refuse_clone(int error)
{
	struct text message;
	int status;

	text_init(&message);
	lab_refusal(&message, "making a user namespace", error);
	status = refuse(&message);
	text_release(&message);
	return status;
}

int lab_agent_run(enum lab_link_kind link)
{
	struct start start = { .link = link, .user = geteuid(), .group = getegid() };
	int kept[] = { STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO };
	int pidfd = -1;
	pid_t pid;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "sockstep-agent");
	own_close_others(kept, COUNT_OF(kept));
	if (pipe2(start.lifeline, O_CLOEXEC) != 0)
		die("a lifeline for the agent cannot be made: %s", strerror(errno));
	pid = clone_into_namespaces(&pidfd);
	if (pid < 0)
		return refuse_clone(errno);
	if (pid == 0)
		return run_inside(&start);
	close(start.lifeline[0]);
	return wait_for(pidfd);
}
