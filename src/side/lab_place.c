/*
 * The lab as an agent's place (place.h).
 */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/show.h"
#include "side/agent.h"
#include "side/lab_agent.h"
#include "side/lab_request.h"

/* The agent asked to be woken when its parent ends; here it is to end with it, and the parent may have ended before. */
static bool lab_begin(struct agent *agent, struct text *message)
{
	const struct lab_land *land = agent->land;
	struct pollfd lifeline = { .fd = land->lifeline };

	(void)message;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (poll(&lifeline, 1, 0) != 0)
		_exit(EXIT_FAILURE);
	return true;
}

static bool lab_has_host(struct agent *agent, const char *host, struct text *message)
{
	if (host != NULL && lab_land_find(agent->land, host) != NULL)
		return true;
	if (host == NULL) {
		text_add(message, "in a lab each side is on a host: side NAME on HOST");
	} else {
		text_add(message, "there is no host ");
		show_quoted(message, host, strlen(host), 60, SHOW_UTF8);
	}
	return false;
}

static void lab_enter(struct agent *agent, const char *host)
{
	lab_host_enter(lab_land_find(agent->land, host));
}

/* Whoever is in the PID namespace, but PID 1, which we are (kill(2)). */
static void lab_kill_children(struct agent *agent)
{
	(void)agent;
	kill(-1, SIGKILL);
}

static int64_t lab_outer_pid(struct agent *agent, int pidfd)
{
	const struct lab_land *land = agent->land;
	long pid = lab_files_outer_pid(&land->files, pidfd);

	return pid > 0 ? pid : EVENT_NO_INT;
}

static void lab_end(struct agent *agent)
{
	lab_land_release(agent->land);
}

const struct place place_lab = {
	.begin = lab_begin,
	.request = lab_request,
	.has_host = lab_has_host,
	.enter = lab_enter,
	.kill_children = lab_kill_children,
	.outer_pid = lab_outer_pid,
	.end = lab_end,
};
