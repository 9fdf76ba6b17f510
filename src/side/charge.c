/*
 * The sides in an agent's charge, from their start to their end.
 *
 * Nothing of it may be left, whoever is killed and whatever is stopped. If sockstep ends, the agent sees the end of
 * its stream (a stopped agent is sent SIGCONT then: PR_SET_PDEATHSIG) and kills all. If the agent ends, the kernel
 * kills the sides that it started; a forked side, whose parent may end before it, is sent SIGCONT at its parent's
 * end, and sees that the door has nobody behind it.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "side/agent.h"
#include "side/side.h"

/* More than the line of a side event has. */
enum { DOOR_ROOM = 4096 };
/* Where an agent with --standard has what its sides are to have as 0 and 1. */
enum { GIVEN_IN = 3, GIVEN_OUT };

struct charge *agent_find(struct agent *agent, const char *name)
{
	for (size_t i = 0; i < agent->count; i++)
		if (string_is(agent->charges[i].name, name))
			return &agent->charges[i];
	return NULL;
}

/* ---- a new one ---- */

static int open_pidfd(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

/* Takes over `stream`, the other end of the side's. */
static void add_charge(struct agent *agent, struct event *event, int stream)
{
	struct charge *charge;

	agent->charges = array_grow(agent->charges, agent->count, &agent->room, sizeof(*agent->charges));
	charge = &agent->charges[agent->count++];
	*charge = (struct charge){ .name = xstrdup(event->side.side), .pid = (pid_t)event->side.pid };
	charge->pidfd = open_pidfd(charge->pid);
	event->side.outer_pid = agent->place->outer_pid(agent, charge->pidfd);
	charge->relays = !agent->lines.is_unix;
	if (charge->relays)
		lines_init(&charge->lines, stream, stream);
	report_event(&agent->report, event, charge->relays ? -1 : stream);
}

/* ---- started by the agent ---- */

/* What a side may not do, so that a lesson can show it: bind port 80, open a raw socket. */
static void drop_privileges(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { { 0 } };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0 || syscall(SYS_capset, &header, none) != 0)
		die("the privileges of a side cannot be dropped: %s", strerror(errno));
}

static void reset_signals(void)
{
	sigset_t none;

	for (int signum = 1; signum < NSIG; signum++)
		signal(signum, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Set after all that would clear it (prctl(2)); and the agent may have ended before. */
static void die_with_agent(pid_t agent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != agent)
		_exit(EXIT_FAILURE);
}

void agent_leave_terminal(const struct agent *agent)
{
	if (agent->standard && !isatty(GIVEN_IN) && !isatty(GIVEN_OUT))
		setpgid(0, 0);
	else
		setsid();
}

static void become_side(struct agent *agent, const struct side_wish *wish, int stream, pid_t parent)
{
	const struct side_options options = { .name = wish->name, .in = stream, .out = stream,
					      .door = agent->door_of_sides };

	prctl(PR_SET_NAME, "sockstep-side");
	reset_signals();
	agent->place->enter(agent, wish->host);
	if (wish->unprivileged)
		drop_privileges();
	die_with_agent(parent);
	agent_leave_terminal(agent);
	if (agent->standard)
		own_standard(GIVEN_IN, GIVEN_OUT);
	else
		own_standard_null();
	exit(side_run(&options));
}

static void tell_started(struct agent *agent, const struct side_wish *wish, pid_t pid, int stream)
{
	struct event event;

	event_init(&event, EVENT_side);
	event.side.side = xstrdup(wish->name);
	event.side.host = wish->host == NULL ? NULL : xstrdup(wish->host);
	event.side.status = xstrdup("started");
	event.side.pid = pid;
	add_charge(agent, &event, stream);
}

bool agent_start_side(struct agent *agent, const struct side_wish *wish, struct text *message)
{
	pid_t parent = getpid(), pid;
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
		text_addf(message, "a stream for a side cannot be made: %s", strerror(errno));
		return false;
	}
	pid = fork();
	if (pid == 0)
		become_side(agent, wish, ends[1], parent);
	if (pid < 0) {
		text_addf(message, "a side cannot be started: %s", strerror(errno));
		close(ends[0]);
	} else {
		tell_started(agent, wish, pid, ends[0]);
	}
	close(ends[1]);
	return pid > 0;
}

/* ---- forked by a side ---- */

/* The line and the descriptor that came with it, -1 if there is none. */
static ssize_t receive_at_door(int door, char *line, size_t room, int *fd)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec iov = { .iov_base = line, .iov_len = room };
	struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.bytes,
				  .msg_controllen = sizeof(control.bytes) };
	ssize_t len = recvmsg(door, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
	struct cmsghdr *header = len < 0 ? NULL : CMSG_FIRSTHDR(&message);

	*fd = -1;
	if (header != NULL && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
		memcpy(fd, CMSG_DATA(header), sizeof(*fd));
	return len;
}

void agent_take_child(struct agent *agent)
{
	char line[DOOR_ROOM];
	struct text message;
	struct event event;
	int fd;
	ssize_t len = receive_at_door(agent->door, line, sizeof(line), &fd);

	if (len <= 0 || fd < 0)
		return;
	text_init(&message);
	if (event_read(&event, line, (size_t)len, &message) && event.kind == EVENT_side)
		add_charge(agent, &event, fd);
	else
		close(fd);
	text_release(&message);
}

/* ---- the end ---- */

void charge_kill(const struct charge *charge)
{
	if (charge->pidfd >= 0)
		syscall(SYS_pidfd_send_signal, charge->pidfd, SIGKILL, NULL, 0);
}

/* What the side wrote before it ended comes before the news of its end. */
static void relay_rest(struct agent *agent, struct charge *charge)
{
	struct pollfd pollfd = { .fd = charge->lines.in, .events = POLLIN };
	char *line;
	size_t len;

	while (!charge->lines.at_end && poll(&pollfd, 1, 0) > 0) {
		lines_fill(&charge->lines);
		while ((line = lines_next_line(&charge->lines, &len)) != NULL) {
			lines_send(&agent->lines, line, strlen(line), -1);
			lines_send(&agent->lines, "\n", 1, -1);
		}
	}
}

static void forget_charge(struct agent *agent, struct charge *charge)
{
	free(charge->name);
	if (charge->pidfd >= 0)
		close(charge->pidfd);
	if (charge->relays)
		lines_release(&charge->lines);
	agent->count--;
	memmove(charge, charge + 1, (size_t)(agent->charges + agent->count - charge) * sizeof(*charge));
}

/* status: as waitpid(2) gives it, -1 if nobody could tell us. */
static void tell_end(struct agent *agent, struct charge *charge, int status)
{
	struct event event;
	struct text name;

	if (charge->relays)
		relay_rest(agent, charge);
	event_init(&event, EVENT_side);
	event.side.side = xstrdup(charge->name);
	event.side.pid = charge->pid;
	event.side.status = xstrdup(status >= 0 && WIFSIGNALED(status) ? "killed" : "exited");
	if (status >= 0 && WIFEXITED(status))
		event.side.code = WEXITSTATUS(status);
	if (status >= 0 && WIFSIGNALED(status)) {
		text_init(&name);
		constant_print(&name, GROUP_SIGNAL, WTERMSIG(status));
		event.side.signal = name.data;
	}
	report_event(&agent->report, &event, -1);
	forget_charge(agent, charge);
}

static bool has_ended(const struct charge *charge)
{
	struct pollfd pollfd = { .fd = charge->pidfd, .events = POLLIN };

	return charge->pidfd < 0 || poll(&pollfd, 1, 0) > 0;
}

bool agent_has_proc(void)
{
	char target[32];
	ssize_t len = readlink("/proc/self", target, sizeof(target) - 1);

	if (len < 0)
		return false;
	target[len] = '\0';
	return strtol(target, NULL, 10) == getpid();
}

/* The last number of /proc/PID/stat, for a zombie that is not ours to wait for; -1 if it is not to be had. As long
 * as the pidfd can be signalled the number has not been given to another process. */
static int status_of_zombie(const struct charge *charge)
{
	char path[32], stat[1024];
	ssize_t len;
	char *last;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)charge->pid);
	fd = charge->pidfd < 0 || !agent_has_proc() ? -1 : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	len = read(fd, stat, sizeof(stat) - 1);
	close(fd);
	stat[len < 0 ? 0 : len] = '\0';
	last = strrchr(stat, ' ');
	if (last == NULL || strstr(stat, ") Z ") == NULL)
		return -1;
	return syscall(SYS_pidfd_send_signal, charge->pidfd, 0, NULL, 0) == 0 ? (int)strtol(last, NULL, 10) : -1;
}

static struct charge *charge_of(struct agent *agent, pid_t pid)
{
	for (size_t i = 0; i < agent->count; i++)
		if (agent->charges[i].pid == pid)
			return &agent->charges[i];
	return NULL;
}

/* Our own children, and those that became ours. */
static void reap_children(struct agent *agent)
{
	struct charge *charge;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if ((charge = charge_of(agent, pid)) != NULL)
			tell_end(agent, charge, status);
}

/* Forked ones that have ended are their parents' to wait for. */
void agent_reap(struct agent *agent)
{
	reap_children(agent);
	for (size_t i = agent->count; i > 0; i--)
		if (has_ended(&agent->charges[i - 1]))
			tell_end(agent, &agent->charges[i - 1], status_of_zombie(&agent->charges[i - 1]));
}

void agent_end_sides(struct agent *agent)
{
	struct charge *charge;
	int status;
	pid_t pid;

	for (size_t i = 0; i < agent->count; i++)
		charge_kill(&agent->charges[i]);
	close(agent->door);
	agent->door = -1;
	do {
		agent->place->kill_children(agent);
		pid = waitpid(-1, &status, 0);
		if (pid > 0 && (charge = charge_of(agent, pid)) != NULL)
			tell_end(agent, charge, status);
	} while (pid > 0 || errno == EINTR);
	while (agent->count > 0)
		tell_end(agent, &agent->charges[agent->count - 1], -1);
}
