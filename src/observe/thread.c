#include "observe/thread.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STAT_ROOM = 1024, SYSCALL_ROOM = 256 };

int thread_open_stat(void)
{
	return open("/proc/thread-self/stat", O_RDONLY | O_CLOEXEC);
}

int thread_open_syscall(void)
{
	return open("/proc/thread-self/syscall", O_RDONLY | O_CLOEXEC);
}

/* These files are made anew for each read from their beginning. */
static bool read_again(int fd, char *room, size_t size)
{
	ssize_t len;

	do
		len = pread(fd, room, size - 1, 0);
	while (len < 0 && errno == EINTR);
	if (len <= 0)
		return false;
	room[len] = '\0';
	return true;
}

/* The name before it stands in parentheses and may hold anything, parentheses too; after it come only numbers. */
char thread_parse_state(const char *stat)
{
	const char *end = strrchr(stat, ')');

	if (end == NULL || end[1] != ' ')
		return 0;
	return end[2];
}

bool thread_parse_syscall(const char *text, long *number)
{
	char *end;

	if (strncmp(text, "running", strlen("running")) == 0) {
		*number = SYSCALL_RUNNING;
		return true;
	}
	errno = 0;
	*number = strtol(text, &end, 10);
	return end != text && errno == 0 && *number >= SYSCALL_NONE && (*end == ' ' || *end == '\n' || *end == '\0');
}

/* The call first: the kernel names it only while the thread is off the processor, and a thread that was waked in
 * between is then seen as R. The other way round an S of the last call could be joined to the number of the next. */
bool thread_look(int stat_fd, int syscall_fd, struct thread_facts *facts)
{
	char stat[STAT_ROOM], call[SYSCALL_ROOM];

	if (!read_again(syscall_fd, call, sizeof(call)) || !thread_parse_syscall(call, &facts->syscall))
		return false;
	if (!read_again(stat_fd, stat, sizeof(stat)))
		return false;
	facts->state = thread_parse_state(stat);
	return facts->state != 0;
}

bool thread_sleeps_in(const struct thread_facts *facts, long syscall)
{
	return facts->state == 'S' && facts->syscall == syscall;
}
