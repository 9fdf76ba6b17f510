#include "side/place.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "side/agent.h"
#include "side/netns.h"

/* Whoever loses its parent below us becomes our child. */
static bool local_begin(struct agent *agent, struct text *message)
{
	(void)agent;
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) == 0)
		return true;
	text_add(message, "this process cannot become a subreaper");
	return false;
}

static bool local_request(struct agent *agent, int64_t id, char *words)
{
	(void)agent;
	(void)id;
	(void)words;
	return false;
}

/* Told anew for each side: whoever knows it already passes it over. The descriptor is taken over. */
static void tell_host(struct agent *agent, const char *host, int fd)
{
	struct event event;

	event_init(&event, EVENT_host);
	event.host.host = xstrdup(host);
	event.host.status = xstrdup("up");
	event.host.descriptors = xstrdup("diag");
	report_event(&agent->report, &event, fd);
}

static bool local_has_host(struct agent *agent, const char *host, struct text *message)
{
	int fd;

	if (host == NULL || string_is(host, "local"))
		return true;
	if (!netns_is_name(host)) {
		text_add(message, "on this machine a side is on its own stack, or on pid:NUMBER or netns:NAME");
		return false;
	}
	fd = netns_diag(host, message);
	if (fd >= 0)
		tell_host(agent, host, fd);
	return fd >= 0;
}

static void local_enter(struct agent *agent, const char *host)
{
	struct text message;

	(void)agent;
	if (host == NULL || string_is(host, "local"))
		return;
	text_init(&message);
	if (!netns_enter(host, &message))
		die("%s", message.data);
	text_release(&message);
}

/* A child that we have not waited for keeps its number, so the pidfd is that child's. */
static void kill_child(pid_t pid)
{
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);

	if (pidfd < 0)
		return;
	syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
	close(pidfd);
}

/* Where the kernel has no list of children (CONFIG_PROC_CHILDREN), those not known end by themselves: the door
 * closes. */
static void local_kill_children(struct agent *agent)
{
	char list[65536];
	char *next = list, *end;
	ssize_t len;
	int fd = agent_has_proc() ? open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC) : -1;

	(void)agent;
	if (fd < 0)
		return;
	len = read(fd, list, sizeof(list) - 1);
	close(fd);
	list[len < 0 ? 0 : len] = '\0';
	for (long pid = strtol(next, &end, 10); end != next; pid = strtol(next, &end, 10)) {
		kill_child((pid_t)pid);
		next = end;
	}
}

static int64_t local_outer_pid(struct agent *agent, int pidfd)
{
	(void)agent;
	(void)pidfd;
	return EVENT_NO_INT;
}

static void local_end(struct agent *agent)
{
	(void)agent;
}

const struct place place_local = {
	.begin = local_begin,
	.request = local_request,
	.has_host = local_has_host,
	.enter = local_enter,
	.kill_children = local_kill_children,
	.outer_pid = local_outer_pid,
	.end = local_end,
};
