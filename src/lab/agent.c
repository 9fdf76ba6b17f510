/*
 * Starting and ending the agent. It is a child of ours with a UNIX stream for its standard input and output; when that
 * ends, or we die, it kills all that it started.
 */
#include "lab/agent.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>


#ifndef LIBEXECDIR
#define LIBEXECDIR "/usr/local/libexec/sockstep"
#endif

extern char **environ;

/* How long the agent may take to end its sides. */
enum { END_MILLISECONDS = 3000 };

/* Beside this program, as in the tree it is built in, or where it is installed. */
static void find_program(char path[PATH_MAX])
{
	static const char name[] = "sockstep-side";
	ssize_t len = readlink("/proc/self/exe", path, PATH_MAX - 1);
	char *slash;

	path[len < 0 ? 0 : len] = '\0';
	slash = strrchr(path, '/');
	if (slash != NULL && (size_t)(slash - path) + 1 + sizeof(name) <= PATH_MAX) {
		memcpy(slash + 1, name, sizeof(name));
		if (access(path, X_OK) == 0)
			return;
	}
	snprintf(path, PATH_MAX, "%s/%s", LIBEXECDIR, name);
}

/* Signals that the keyboard sends to the whole foreground group are not for the agent: it is a group of its own. */
static int spawn(pid_t *pid, const char *path, char *const arguments[], int stream, const int standard[2])
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, defaults;
	int error;

	sigemptyset(&none);
	sigfillset(&defaults);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, stream, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, stream, STDOUT_FILENO);
	for (int i = 0; standard != NULL && i < 2; i++)
		posix_spawn_file_actions_adddup2(&actions, standard[i], STDERR_FILENO + 1 + i);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &defaults);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
	error = posix_spawn(pid, path, &actions, &attributes, arguments, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

int agent_start(pid_t *pid, char *const arguments[], const int standard[2], struct text *message)
{
	char path[PATH_MAX];
	int ends[2], error;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
		text_addf(message, "no stream for the agent: %s", strerror(errno));
		return -1;
	}
	find_program(path);
	error = spawn(pid, path, arguments, ends[1], standard);
	close(ends[1]);
	if (error == 0)
		return ends[0];
	text_addf(message, "%s could not be started: %s", path, strerror(error));
	close(ends[0]);
	return -1;
}

void agent_wait(pid_t pid)
{
	struct pollfd ended = { .fd = pidfd_open(pid, 0), .events = POLLIN };
	siginfo_t info;

	if (ended.fd >= 0) {
		if (poll(&ended, 1, END_MILLISECONDS) <= 0)
			pidfd_send_signal(ended.fd, SIGKILL, NULL, 0);
		close(ended.fd);
	}
	while (waitid(P_PID, (id_t)pid, &info, WEXITED) != 0 && errno == EINTR)
		;
}
