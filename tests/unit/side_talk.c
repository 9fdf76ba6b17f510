#include "side_talk.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"

/* ---- the stream ---- */

static void talk_open(struct talk *talk, pid_t pid, int fd)
{
	*talk = (struct talk){ .pid = pid, .fd = fd };
	text_init(&talk->in);
	assert_non_null(talk_next(talk));
	assert_int_equal(talk->events[0].kind, EVENT_hello);
}

void talk_start(struct talk *talk, bool agent)
{
	const char *program = getenv("SOCKSTEP_SIDE");
	int ends[2];
	pid_t pid;

	assert_non_null(program);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(ends[1], 0);
		dup2(ends[1], 1);
		execl(program, "sockstep-side", agent ? "--agent" : NULL, (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	talk_open(talk, pid, ends[0]);
}

int talk_end(struct talk *talk)
{
	int status = 0;

	if (talk->fd >= 0)
		close(talk->fd);
	for (size_t i = 0; i < talk->right_count; i++)
		if (talk->rights[i] >= 0)
			close(talk->rights[i]);
	for (size_t i = 0; i < talk->count; i++)
		event_release(&talk->events[i]);
	free(talk->events);
	text_release(&talk->in);
	if (talk->pid > 0)
		assert_int_equal(waitpid(talk->pid, &status, 0), talk->pid);
	*talk = (struct talk){ .fd = -1 };
	return status;
}

void talk_send_bytes(struct talk *talk, const void *bytes, size_t len)
{
	const char *next = bytes;

	while (len > 0) {
		ssize_t sent = send(talk->fd, next, len, MSG_NOSIGNAL);

		assert_true(sent > 0);
		next += sent;
		len -= (size_t)sent;
	}
}

static int64_t send_line(struct talk *talk, const char *format, va_list args)
{
	struct text line;

	text_init(&line);
	text_addf(&line, "%lld ", (long long)++talk->last_id);
	text_addv(&line, format, args);
	text_add_char(&line, '\n');
	talk_send_bytes(talk, line.data, line.len);
	text_release(&line);
	return talk->last_id;
}

int64_t talk_send(struct talk *talk, const char *format, ...)
{
	va_list args;
	int64_t id;

	va_start(args, format);
	id = send_line(talk, format, args);
	va_end(args);
	return id;
}

static void take_rights(struct talk *talk, struct msghdr *message)
{
	struct cmsghdr *header = CMSG_FIRSTHDR(message);

	if (header == NULL || header->cmsg_type != SCM_RIGHTS)
		return;
	assert_true(talk->right_count < COUNT_OF(talk->rights));
	memcpy(&talk->rights[talk->right_count++], CMSG_DATA(header), sizeof(int));
}

static void receive(struct talk *talk)
{
	struct pollfd pollfd = { .fd = talk->fd, .events = POLLIN };
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control;
	char bytes[65536];
	struct iovec iov = { .iov_base = bytes, .iov_len = sizeof(bytes) };
	struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.bytes,
				  .msg_controllen = sizeof(control.bytes) };
	ssize_t len;

	if (poll(&pollfd, 1, TALK_SECONDS * 1000) <= 0)
		fail_msg("nothing was told for %d s", TALK_SECONDS);
	len = recvmsg(talk->fd, &message, MSG_CMSG_CLOEXEC);
	if (len > 0) {
		take_rights(talk, &message);
		text_add_bytes(&talk->in, bytes, (size_t)len);
	} else {
		talk->ended = true;
	}
}

/* ---- events ---- */

/* The events stay where they are as long as the room for them is enough: so their pointers hold. */
enum { EVENTS_ROOM = 65536 };

static struct event *keep(struct talk *talk, const char *line, size_t len)
{
	struct text message;
	struct event *event;

	if (talk->events == NULL)
		talk->events = xcalloc(EVENTS_ROOM, sizeof(*talk->events));
	assert_true(talk->count < EVENTS_ROOM);
	event = &talk->events[talk->count];
	text_init(&message);
	if (!event_read(event, line, len, &message))
		fail_msg("%s in %.200s", message.data, line);
	text_release(&message);
	talk->count++;
	return event;
}

const struct event *talk_next(struct talk *talk)
{
	struct event *event;
	char *newline;

	while ((newline = memchr(talk->in.data, '\n', talk->in.len)) == NULL && !talk->ended)
		receive(talk);
	if (newline == NULL)
		return NULL;
	*newline = '\0';
	event = keep(talk, talk->in.data, (size_t)(newline - talk->in.data));
	text_drop_front(&talk->in, (size_t)(newline - talk->in.data) + 1);
	return event;
}

/* What is waited for: the members that are set. */
struct wish {
	enum event_kind kind;
	int64_t id;
	const char *status, *name;
	int fd;
};

static bool is_wished(const struct event *event, const struct wish *wish)
{
	if (event->kind != wish->kind)
		return false;
	switch (event->kind) {
	case EVENT_call:
		return event->call.id == wish->id && string_is(event->call.status, wish->status);
	case EVENT_answer:
		return event->answer.id == wish->id;
	case EVENT_error:
		return event->error.id == wish->id;
	case EVENT_side:
		return string_is(event->side.side, wish->name) && string_is(event->side.status, wish->status);
	case EVENT_fd:
		return event->fd.fd == wish->fd && string_is(event->fd.status, wish->status);
	case EVENT_signal:
		return string_is(event->signal.signal, wish->name);
	default:
		return false;
	}
}

static const struct event *wait_for(struct talk *talk, const struct wish *wish)
{
	const struct event *event;

	while ((event = talk_next(talk)) != NULL) {
		if (is_wished(event, wish))
			return event;
		if (event->kind == EVENT_error && wish->id != EVENT_NO_INT && event->error.id == wish->id)
			fail_msg("%lld: %s", (long long)wish->id, event->error.text);
	}
	fail_msg("the stream ended before %s %lld %s came", event_name(wish->kind), (long long)wish->id,
		 wish->name == NULL ? "" : wish->name);
	return NULL;
}

const struct event *talk_wait_call(struct talk *talk, int64_t id, const char *status)
{
	return wait_for(talk, &(struct wish){ .kind = EVENT_call, .id = id, .status = status });
}

const struct event *talk_wait_answer(struct talk *talk, int64_t id)
{
	return wait_for(talk, &(struct wish){ .kind = EVENT_answer, .id = id });
}

const struct event *talk_wait_error(struct talk *talk, int64_t id)
{
	return wait_for(talk, &(struct wish){ .kind = EVENT_error, .id = id });
}

const struct event *talk_wait_side(struct talk *talk, const char *side, const char *status)
{
	return wait_for(talk, &(struct wish){ .kind = EVENT_side, .id = EVENT_NO_INT, .name = side, .status = status });
}

const struct event *talk_wait_fd(struct talk *talk, int fd, const char *status)
{
	return wait_for(talk, &(struct wish){ .kind = EVENT_fd, .id = EVENT_NO_INT, .fd = fd, .status = status });
}

const struct event *talk_wait_signal(struct talk *talk, const char *signal)
{
	return wait_for(talk, &(struct wish){ .kind = EVENT_signal, .id = EVENT_NO_INT, .name = signal });
}

void talk_ask(struct talk *talk, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	talk_wait_answer(talk, send_line(talk, format, args));
	va_end(args);
}

/* What follows a call is told before the answer to the next request. */
const struct event *talk_call(struct talk *talk, const char *format, ...)
{
	const struct event *event;
	va_list args;

	va_start(args, format);
	event = talk_wait_call(talk, send_line(talk, format, args), "returned");
	va_end(args);
	talk_ask(talk, "quiet");
	return event;
}

void talk_gives(struct talk *talk, const char *call, const char *outcome)
{
	const struct event *event = talk_call(talk, "%s", call);

	if (!string_is(event->call.outcome, outcome))
		fail_msg("%s gives %s and not %s", call, event->call.outcome, outcome);
}

size_t talk_place(const struct talk *talk, const struct event *event)
{
	assert_non_null(event);
	assert_true(event >= talk->events && event < talk->events + talk->count);
	return (size_t)(event - talk->events);
}

const struct event *talk_row(const struct talk *talk, int fd)
{
	for (size_t i = talk->count; i > 0; i--) {
		const struct event *event = &talk->events[i - 1];

		if (event->kind == EVENT_fd && event->fd.fd == fd)
			return string_is(event->fd.status, "open") ? event : NULL;
	}
	return NULL;
}

char *talk_open_numbers(const struct talk *talk)
{
	struct text text;

	text_init(&text);
	for (int fd = 0; fd < 100; fd++)
		if (talk_row(talk, fd) != NULL)
			text_addf(&text, text.len > 0 ? ",%d" : "%d", fd);
	return text_take(&text);
}

/* ---- agents ---- */

/* Which of the descriptors that came belongs to it; -1 if it was not told of yet. */
static int right_of(const struct talk *agent, const char *name)
{
	int started = 0;

	for (size_t i = 0; i < agent->count; i++) {
		const struct event *event = &agent->events[i];

		if (event->kind != EVENT_side || !string_is(event->side.status, "started"))
			continue;
		if (string_is(event->side.side, name) && agent->rights[started] >= 0)
			return started;
		started++;
	}
	return -1;
}

void talk_take_side(struct talk *agent, struct talk *side, const char *name)
{
	int right;

	while ((right = right_of(agent, name)) < 0)
		if (talk_next(agent) == NULL)
			fail_msg("the agent ended before it told of %s", name);
	assert_true((size_t)right < agent->right_count);
	talk_open(side, 0, agent->rights[right]);
	agent->rights[right] = -1;
}

void talk_side(struct talk *agent, struct talk *side, const char *wish)
{
	size_t len = strcspn(wish, " ");
	char *name = xstrndup(wish, len);

	talk_ask(agent, "side %s", wish);
	talk_take_side(agent, side, name);
	free(name);
}

/* ---- /proc ---- */

char *talk_status_of(pid_t pid, const char *key)
{
	char path[64], line[256];
	char *found = NULL;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	file = fopen(path, "re");
	while (file != NULL && found == NULL && fgets(line, sizeof(line), file) != NULL) {
		size_t len = strlen(key);

		if (strncmp(line, key, len) != 0 || line[len] != ':')
			continue;
		line[strcspn(line, "\n")] = '\0';
		found = xstrdup(line + len + 1 + strspn(line + len + 1, " \t"));
	}
	if (file != NULL)
		fclose(file);
	return found;
}
