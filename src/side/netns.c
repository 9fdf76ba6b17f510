#include "side/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"

static const char PID_PREFIX[] = "pid:", NAME_PREFIX[] = "netns:";

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static bool is_number(const char *word)
{
	return *word != '\0' && strspn(word, "0123456789") == strlen(word) && strlen(word) < 10;
}

bool netns_is_name(const char *host)
{
	const char *name = host + strlen(NAME_PREFIX);

	if (begins(host, PID_PREFIX))
		return is_number(host + strlen(PID_PREFIX));
	return begins(host, NAME_PREFIX) && *name != '\0' && *name != '.' && strchr(name, '/') == NULL;
}

/* "/proc/N/ns/net": NULL where it has no such file. */
static char *path_of(const char *host, const char *kind)
{
	if (begins(host, PID_PREFIX))
		return text_format("/proc/%s/ns/%s", host + strlen(PID_PREFIX), kind);
	return string_is(kind, "net") ? text_format("/run/netns/%s", host + strlen(NAME_PREFIX)) : NULL;
}

/* 0, or an errno. */
static int enter(const char *host, const char *kind, int type)
{
	char *path = path_of(host, kind);
	int fd = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC), error = 0;

	if (fd < 0 || setns(fd, type) != 0)
		error = path == NULL ? EPERM : errno;
	if (fd >= 0)
		close(fd);
	free(path);
	return error;
}

bool netns_enter(const char *host, struct text *message)
{
	int error = enter(host, "net", CLONE_NEWNET);

	/* With the rights of the user namespace that it belongs to. */
	if (error == EPERM && enter(host, "user", CLONE_NEWUSER) == 0)
		error = enter(host, "net", CLONE_NEWNET);
	if (error == 0)
		return true;
	text_addf(message, "the network namespace %s cannot be entered: %s", host, strerror(error));
	return false;
}

/* ---- what asks about its sockets ---- */

union control {
	char bytes[CMSG_SPACE(sizeof(int))];
	struct cmsghdr align;
};

/* One byte: 1, with the descriptor, or 0, and the message. */
static void tell(int stream, const char *host)
{
	struct text message;
	char done = 0;
	struct iovec iov = { .iov_base = &done, .iov_len = 1 };
	union control control = { .bytes = "" };
	struct msghdr header = { .msg_iov = &iov, .msg_iovlen = 1 };
	int fd = -1;

	text_init(&message);
	if (netns_enter(host, &message))
		fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	if (fd >= 0) {
		done = 1;
		header.msg_control = control.bytes;
		header.msg_controllen = sizeof(control.bytes);
		CMSG_FIRSTHDR(&header)->cmsg_level = SOL_SOCKET;
		CMSG_FIRSTHDR(&header)->cmsg_type = SCM_RIGHTS;
		CMSG_FIRSTHDR(&header)->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(CMSG_FIRSTHDR(&header)), &fd, sizeof(fd));
	}
	if (sendmsg(stream, &header, MSG_NOSIGNAL) == 1 && message.len > 0)
		send(stream, message.data, message.len, MSG_NOSIGNAL);
}

static int hear(int stream, struct text *message)
{
	char done = 0, words[256];
	struct iovec iov = { .iov_base = &done, .iov_len = 1 };
	union control control;
	struct msghdr header = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.bytes,
				 .msg_controllen = sizeof(control.bytes) };
	const struct cmsghdr *with;
	ssize_t len;
	int fd = -1;

	if (recvmsg(stream, &header, MSG_CMSG_CLOEXEC) != 1)
		return -1;
	with = CMSG_FIRSTHDR(&header);
	if (done == 1 && with != NULL && with->cmsg_type == SCM_RIGHTS)
		memcpy(&fd, CMSG_DATA(with), sizeof(fd));
	else if ((len = recv(stream, words, sizeof(words), 0)) > 0)
		text_add_bytes(message, words, (size_t)len);
	return fd;
}

int netns_diag(const char *host, struct text *message)
{
	int ends[2], fd = -1;
	pid_t child;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
		text_add(message, strerror(errno));
		return -1;
	}
	child = fork();
	if (child == 0) {
		tell(ends[1], host);
		_exit(EXIT_SUCCESS);
	}
	close(ends[1]);
	if (child > 0) {
		fd = hear(ends[0], message);
		while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
			;
	}
	close(ends[0]);
	if (fd < 0 && message->len == 0)
		text_addf(message, "nothing is known of the network namespace %s", host);
	return fd;
}
