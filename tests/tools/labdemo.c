/*
 * labdemo: begins a lab as sockstep does, with a side on each of two hosts, and ends it.
 *
 *	labdemo [--link=tun|veth] [--hosts=N] [--runs=N] [--wait]
 *
 * The program is the one that SOCKSTEP_SIDE names. Without --wait it prints, for each run, the milliseconds from its
 * start until the agent spoke, all hosts were there, and all sides were there; with it, "ready", and the lab stays
 * until the end of standard input. What the agent says, and why no lab can be made, is printed as well.
 *
 * Status: 0, 1 no lab can be made, 2 a mistake or a failure.
 */
#include <err.h>
#include <fcntl.h>
#include <getopt.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "event/event.h"

enum { STATUS_FAILURE = 2, HOSTS_MAX = 200, RECEIVED_RIGHTS_MAX = 8 };

extern char **environ;

struct lab {
	pid_t pid;
	int fd;
	struct text in;
	int rights[HOSTS_MAX * 3]; /* (owned) */
	size_t right_count;
	double start, spoke, hosts, sides; /* ms */
};

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

/* ---- the agent ---- */

static void start(struct lab *lab, const char *link)
{
	char name[] = "sockstep-side", agent[] = "--agent", lab_option[] = "--lab";
	char *link_option = link == NULL ? NULL : text_format("--link=%s", link);
	char *const arguments[] = { name, agent, lab_option, link_option, NULL };
	posix_spawn_file_actions_t actions;
	int ends[2];

	*lab = (struct lab){ .start = now() };
	text_init(&lab->in);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		err(STATUS_FAILURE, "socketpair");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	if (posix_spawn(&lab->pid, getenv("SOCKSTEP_SIDE"), &actions, NULL, arguments, environ) != 0)
		err(STATUS_FAILURE, "%s", getenv("SOCKSTEP_SIDE"));
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	lab->fd = ends[0];
	free(link_option);
}

static void keep_rights(struct lab *lab, struct msghdr *message)
{
	struct cmsghdr *header = CMSG_FIRSTHDR(message);

	if (header == NULL || header->cmsg_type != SCM_RIGHTS)
		return;
	if (lab->right_count == COUNT_OF(lab->rights))
		errx(STATUS_FAILURE, "too many descriptors came");
	memcpy(&lab->rights[lab->right_count++], CMSG_DATA(header), sizeof(int));
}

/* False at the end of the stream. */
static bool receive(struct lab *lab)
{
	union {
		char bytes[CMSG_SPACE(RECEIVED_RIGHTS_MAX * sizeof(int))];
		struct cmsghdr align;
	} control;
	char bytes[65536];
	struct iovec iov = { bytes, sizeof(bytes) };
	struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.bytes,
				  .msg_controllen = sizeof(control.bytes) };
	ssize_t len = recvmsg(lab->fd, &message, MSG_CMSG_CLOEXEC);

	if (len <= 0)
		return false;
	keep_rights(lab, &message);
	text_add_bytes(&lab->in, bytes, (size_t)len);
	return true;
}

static void next_event(struct lab *lab, struct event *event)
{
	struct text message;
	char *newline;

	while ((newline = memchr(lab->in.data, '\n', lab->in.len)) == NULL)
		if (!receive(lab))
			errx(STATUS_FAILURE, "the agent has ended");
	text_init(&message);
	if (!event_read(event, lab->in.data, (size_t)(newline - lab->in.data), &message))
		errx(STATUS_FAILURE, "%s", message.data);
	text_release(&message);
	text_drop_front(&lab->in, (size_t)(newline - lab->in.data) + 1);
}

/* Waits for an event of that kind and, of an answer, token. What is said is printed, and so is an error; then false. */
static bool wait_for(struct lab *lab, enum event_kind kind, int64_t id)
{
	bool found = false, failed = false;
	struct event event;

	while (!found && !failed) {
		next_event(lab, &event);
		failed = event.kind == EVENT_error;
		if (failed)
			printf("%s\n", event.error.text);
		if (event.kind == EVENT_say)
			printf("%s\n", event.say.text);
		found = event.kind == kind && (kind != EVENT_answer || event.answer.id == id);
		event_release(&event);
	}
	return found;
}

static void ask(struct lab *lab, const char *requests)
{
	if (send(lab->fd, requests, strlen(requests), MSG_NOSIGNAL) != (ssize_t)strlen(requests))
		err(STATUS_FAILURE, "the agent cannot be asked");
}

/* ---- a lab ---- */

/* All at once, as sockstep does. */
static void ask_for_all(struct lab *lab, int hosts)
{
	struct text requests;

	text_init(&requests);
	for (int i = 1; i <= hosts; i++)
		text_addf(&requests, "%d host h%d 10.0.0.%d fd00::%d\n", i, i, i, i);
	for (int i = 1; i <= hosts; i++)
		text_addf(&requests, "%d side h%d on h%d\n", hosts + i, i, i);
	ask(lab, requests.data);
	text_release(&requests);
}

static bool begin(struct lab *lab, int hosts)
{
	if (!wait_for(lab, EVENT_hello, 0))
		return false;
	lab->spoke = now();
	ask_for_all(lab, hosts);
	for (int i = 1; i <= hosts; i++)
		if (!wait_for(lab, EVENT_answer, i))
			return false;
	lab->hosts = now();
	for (int i = 1; i <= hosts; i++)
		if (!wait_for(lab, EVENT_answer, hosts + i))
			return false;
	lab->sides = now();
	return true;
}

static void end(struct lab *lab)
{
	int status;

	close(lab->fd);
	while (lab->right_count > 0)
		close(lab->rights[--lab->right_count]);
	text_release(&lab->in);
	waitpid(lab->pid, &status, 0);
}

static void wait_for_end_of_input(void)
{
	char byte;

	printf("ready\n");
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
}

static bool run(const char *link, int hosts, bool waits)
{
	struct lab lab;
	bool ok;

	start(&lab, link);
	ok = begin(&lab, hosts);
	if (ok && waits)
		wait_for_end_of_input();
	else if (ok)
		printf("%.2f %.2f %.2f\n", lab.spoke - lab.start, lab.hosts - lab.start, lab.sides - lab.start);
	end(&lab);
	return ok;
}

int main(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "link", required_argument, NULL, 'l' }, { "hosts", required_argument, NULL, 'h' },
		{ "runs", required_argument, NULL, 'r' }, { "wait", no_argument, NULL, 'w' },
		{ NULL, 0, NULL, 0 },
	};
	const char *link = NULL;
	long hosts = 2, runs = 1;
	bool waits = false, ok = true;
	int option;

	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (option == 'l')
			link = optarg;
		else if (option == 'h')
			hosts = strtol(optarg, NULL, 10);
		else if (option == 'r')
			runs = strtol(optarg, NULL, 10);
		else if (option == 'w')
			waits = true;
		else
			return STATUS_FAILURE;
	}
	if (getenv("SOCKSTEP_SIDE") == NULL || hosts < 1 || hosts > HOSTS_MAX)
		errx(STATUS_FAILURE, "SOCKSTEP_SIDE must name the program, and there are 1 to %d hosts", HOSTS_MAX);
	for (long i = 0; ok && i < runs; i++)
		ok = run(link, (int)hosts, waits);
	return ok ? 0 : 1;
}
