#include "lab_talk.h"

#include <errno.h>
#include <grp.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"

enum { NOBODY = 65534 };

/* ---- the program ---- */

static void become_nobody(void)
{
	if (setgroups(0, NULL) != 0 || setresgid(NOBODY, NOBODY, NOBODY) != 0 || setresuid(NOBODY, NOBODY, NOBODY) != 0)
		_exit(126);
}

bool lab_talk_nobody_may(void)
{
	int status = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		become_nobody();
		_exit(access(getenv("SOCKSTEP_SIDE"), X_OK) == 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void run_program(const struct lab_wish *wish, int stream)
{
	char *link = wish->link == NULL ? NULL : text_format("--link=%s", wish->link);

	dup2(stream, STDIN_FILENO);
	dup2(stream, STDOUT_FILENO);
	if (wish->as_nobody)
		become_nobody();
	execl(getenv("SOCKSTEP_SIDE"), "sockstep-side", "--agent", "--lab", link, (char *)NULL);
	_exit(127);
}

bool lab_talk_start(struct lab_talk *lab, const struct lab_wish *wish)
{
	const struct event *first;
	int ends[2];
	pid_t pid;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		run_program(wish, ends[1]);
	close(ends[1]);
	*lab = (struct lab_talk){ .agent = { .pid = pid, .fd = ends[0] } };
	text_init(&lab->agent.in);
	first = talk_next(&lab->agent);
	assert_non_null(first);
	return first->kind == EVENT_hello;
}

/* ---- hosts ---- */

static const struct event *host_event(const struct talk *agent, size_t from)
{
	for (size_t i = from; i < agent->count; i++)
		if (agent->events[i].kind == EVENT_host)
			return &agent->events[i];
	fail_msg("no host was told of");
	return NULL;
}

/* Takes the descriptors of a host, which came last, out of those that belong to sides. */
static void take_descriptors(struct lab_talk *lab, const struct event_host *host)
{
	struct talk *agent = &lab->agent;
	struct text message;
	bool diag = strstr(host->descriptors, "diag") != NULL;

	assert_true(string_starts_with(host->descriptors, "link"));
	assert_true(agent->right_count >= (diag ? 2 : 1));
	if (diag)
		close(agent->rights[--agent->right_count]);
	text_init(&message);
	assert_true(lab->link_count < LAB_TALK_HOSTS_MAX);
	if (!link_open(&lab->links[lab->link_count++], host->link, agent->rights[--agent->right_count],
		       (unsigned)host->mtu, &message))
		fail_msg("%s", message.data);
	text_release(&message);
}

void lab_talk_host(struct lab_talk *lab, const char *request)
{
	size_t before = lab->agent.count;
	const struct event *event;

	talk_ask(&lab->agent, "host %s", request);
	event = host_event(&lab->agent, before);
	if (lab->kind == NULL)
		lab->kind = event->host.link;
	take_descriptors(lab, &event->host);
}

/* ---- the wire ---- */

/* What does not fit is lost, as on a wire. */
static void carry(struct lab_talk *lab, struct link *from, struct link *to)
{
	struct link_frame *frame = &lab->frame;

	while (link_read_frame(from, frame) > 0) {
		lab->carried++;
		lab->super_frames += link_frame_segments(frame) > 1;
		if (frame->len > lab->longest)
			lab->longest = frame->len;
		link_write_frame(to, frame);
	}
}

static void *run_wire(void *context)
{
	struct lab_talk *lab = context;
	struct pollfd pollfds[] = { { lab->links[0].fd, POLLIN, 0 }, { lab->links[1].fd, POLLIN, 0 },
				    { lab->stop[0], POLLIN, 0 } };

	while (poll(pollfds, 3, -1) > 0 || errno == EINTR) {
		if (pollfds[2].revents != 0)
			break;
		for (int i = 0; i < 2; i++)
			if (pollfds[i].revents != 0)
				carry(lab, &lab->links[i], &lab->links[1 - i]);
	}
	return NULL;
}

void lab_talk_begin(struct lab_talk *lab, const struct lab_wish *wish)
{
	if (!lab_talk_start(lab, wish))
		fail_msg("%s", lab->agent.events[0].error.text);
	lab_talk_host(lab, "client 10.0.0.1 fd00::1");
	lab_talk_host(lab, "server 10.0.0.2 fd00::2");
	talk_side(&lab->agent, &lab->client, "client on client");
	talk_side(&lab->agent, &lab->server, "server on server");
	for (size_t i = 0; wish->offload && i < lab->link_count; i++)
		assert_true(link_set_offload(&lab->links[i], true));
	assert_int_equal(pipe(lab->stop), 0);
	lab->frame = (struct link_frame){ .bytes = xmalloc(LINK_FRAME_MAX), .room = LINK_FRAME_MAX };
	assert_int_equal(pthread_create(&lab->wire, NULL, run_wire, lab), 0);
	lab->wired = true;
}

void lab_talk_stop_wire(struct lab_talk *lab)
{
	if (!lab->wired)
		return;
	close(lab->stop[1]);
	pthread_join(lab->wire, NULL);
	close(lab->stop[0]);
	free(lab->frame.bytes);
	lab->wired = false;
}

int lab_talk_end(struct lab_talk *lab)
{
	lab_talk_stop_wire(lab);
	for (size_t i = 0; i < lab->link_count; i++)
		link_release(&lab->links[i]);
	if (lab->client.fd > 0)
		talk_end(&lab->client);
	if (lab->server.fd > 0)
		talk_end(&lab->server);
	return talk_end(&lab->agent);
}
