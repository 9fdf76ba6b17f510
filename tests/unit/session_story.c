#include "session_story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "call/constants.h"

/* ---- a session that nobody drives ---- */

static void on_event(void *owner, const struct event *event)
{
	struct story *story = owner;

	if (event->kind == EVENT_say)
		text_addf(&story->said, "%s\n", event->say.text);
	else if (event->kind == EVENT_error)
		text_addf(&story->said, "mistake at %lld: %s\n", (long long)event->error.column, event->error.text);
}

static void on_show(void *owner, const struct event *event)
{
	(void)owner;
	(void)event;
}

static void on_done(void *owner, enum outcome outcome)
{
	(void)owner;
	(void)outcome;
}

static const struct session_ops ops = { .event = on_event, .show = on_show, .done = on_done };

void story_begin(struct story *story)
{
	*story = (struct story){
		.base = event_base_new(),
		.kernel = true,
		.addresses = "127.0.0.1 10.0.0.1 ::1",
		.port_range = "32768\t60999",
		.low_ports = "1024",
		.controls = "reno cubic",
	};
	text_init(&story->said);
	state_init(&story->session, story->base, &ops, story);
	story->session.current = xstrdup("client");
	story_tell(story, 0.001, "'event':'host','host':'local','status':'up','addresses':'127.0.0.1 ::1'");
	story_tell(story, 0.002, "'event':'side','side':'client','host':'local','status':'started','pid':101");
	story_tell(story, 0.003, "'event':'side','side':'server','host':'local','status':'started','pid':102");
}

void story_end(struct story *story)
{
	state_release(&story->session);
	event_base_free(story->base);
	text_release(&story->said);
}

/* ---- a kernel ---- */

static enum look look(void *owner, const struct world_socket *socket, struct socket_facts *facts, struct text *message)
{
	const struct story *story = owner;

	for (size_t i = 0; story->kernel && i < story->socket_count; i++)
		if (story->sockets[i].cookie == (uint64_t)socket->cookie) {
			*facts = story->sockets[i];
			return LOOK_FOUND;
		}
	text_add(message, "nobody answers");
	return story->kernel ? LOOK_GONE : LOOK_UNKNOWN;
}

static enum dump dump(void *owner, const char *host, const struct diag_filter *filter,
		      const struct diag_visitor *visitor, struct text *message)
{
	const struct story *story = owner;

	(void)host;
	if (!story->kernel) {
		text_add(message, "nobody answers");
		return DUMP_FAILED;
	}
	for (size_t i = 0; i < story->socket_count; i++)
		if (story->sockets[i].protocol == filter->protocol &&
		    (filter->local_port == 0 || address_port(&story->sockets[i].local) == filter->local_port))
			visitor->socket(visitor->context, &story->sockets[i]);
	return DUMP_COMPLETE;
}

static bool add_if_known(struct text *value, const char *known)
{
	text_add(value, known == NULL ? "" : known);
	return known != NULL;
}

static bool setting(void *owner, const char *host, const char *name, struct text *value)
{
	const struct story *story = owner;

	(void)host;
	if (strstr(name, "port_range") != NULL)
		return add_if_known(value, story->port_range);
	if (strstr(name, "unprivileged") != NULL)
		return add_if_known(value, story->low_ports);
	if (strstr(name, "congestion") != NULL)
		return add_if_known(value, story->controls);
	return false;
}

static bool addresses(void *owner, const char *host, struct text *list)
{
	const struct story *story = owner;

	(void)host;
	return add_if_known(list, story->addresses);
}

struct inquiry story_inquiry(struct story *story)
{
	static const struct inquiry_ops kernel = {
		.facts = look, .dump = dump, .setting = setting, .addresses = addresses,
	};
	struct inquiry inquiry = inquiry_of(&story->session);

	inquiry.ops = &kernel;
	inquiry.owner = story;
	inquiry.now = 10;
	return inquiry;
}

/* ---- events ---- */

/* "local peer" */
static void split(const char *words, char first[64], char second[64])
{
	*first = *second = '\0';
	assert_true(sscanf(words, "%63s %63s", first, second) >= 1);
	if (strcmp(second, "-") == 0)
		*second = '\0';
}

void story_tell(struct story *story, double t, const char *format, ...)
{
	struct text line, message;
	struct event event;
	va_list args;

	text_init(&line);
	text_init(&message);
	text_addf(&line, "{\"seq\":1,\"t\":%f,", t);
	va_start(args, format);
	text_addv(&line, format, args);
	va_end(args);
	text_add(&line, "}");
	for (size_t i = 0; i < line.len; i++)
		line.data[i] = line.data[i] == '\'' ? '"' : line.data[i];
	if (!event_read(&event, line.data, line.len, &message))
		fail_msg("%s: %s", line.data, message.data);
	world_apply(&story->session.world, &event);
	log_add(&story->session.log, &event);
	event_release(&event);
	text_release(&line);
	text_release(&message);
}

void story_fd(struct story *story, double t, const char *side, int fd, const char *row)
{
	story_tell(story, t, "'event':'fd','side':'%s','fd':%d,'status':'open',%s", side, fd, row);
}

void story_tcp(struct story *story, const char *side_and_fd, int cookie, const char *ends, const char *state)
{
	char side[64], fd[64], local[64], peer[64], *row;

	split(side_and_fd, side, fd);
	split(ends, local, peer);
	row = text_format("'kind':'tcp','proto':'tcp','family':%d,'type':1,'protocol':6,'cookie':%d,'inode':%d,"
			  "'local':'%s','state':'%s'%s%s%s", *local == '[' ? AF_INET6 : AF_INET, cookie, cookie + 9000,
			  local, state, *peer == '\0' ? "" : ",'peer':'", peer, *peer == '\0' ? "" : "'");
	story_fd(story, 1, side, atoi(fd), row);
	free(row);
}

void story_call(struct story *story, const char *side_and_call, const char *text, int fd, const char *result)
{
	char side[64], call[64], number[32];
	bool failed = *result == 'E';

	split(side_and_call, side, call);
	snprintf(number, sizeof(number), fd < 0 ? "null" : "%d", fd);
	story_tell(story, 2,
		   "'event':'call','id':%d,'side':'%s','call':'%s','text':'%s','status':'returned','result':%s,"
		   "'errno':%s%s%s,'outcome':'%s%s','fd':%s",
		   (int)story->session.log.count, side, call, text, failed ? "-1" : result, failed ? "'" : "",
		   failed ? result : "null", failed ? "'" : "", failed ? "-1 " : "", result, number);
}

void story_blocked(struct story *story, const char *side_and_call, const char *text, int fd)
{
	char side[64], call[64];

	split(side_and_call, side, call);
	story_tell(story, 6, "'event':'call','id':%d,'side':'%s','call':'%s','text':'%s','status':'blocked','fd':%d",
		   (int)story->session.log.count, side, call, text, fd);
}

static const char *owner_of(int cookie)
{
	if (cookie == STORY_CLIENT)
		return "'side':'client','fd':3";
	return cookie == STORY_SERVER ? "'side':'server','fd':4" : "'side':null,'fd':null";
}

void story_state(struct story *story, double t, int cookie, const char *ends, const char *from_and_to,
		 const char *cause)
{
	char local[64], peer[64], from[64], to[64];

	split(ends, local, peer);
	split(from_and_to, from, to);
	story_tell(story, t,
		   "'event':'state','host':'local',%s,'proto':'tcp','local':'%s','peer':'%s',"
		   "'from':%s%s%s,'to':'%s','cause':%s,'cookie':%d",
		   owner_of(cookie), local, peer, strcmp(from, "none") == 0 ? "" : "'",
		   strcmp(from, "none") == 0 ? "null" : from, strcmp(from, "none") == 0 ? "" : "'", to, cause, cookie);
}

void story_socket(struct story *story, int cookie, const char *ends, const char *state, const char *more)
{
	char local[64], peer[64];

	split(ends, local, peer);
	story_tell(story, 3,
		   "'event':'socket','host':'local','cookie':%d,'proto':'tcp','family':2,'type':1,'local':'%s',"
		   "'peer':'%s','state':'%s'%s",
		   cookie, local, peer, state, more);
}

struct socket_facts *story_lists(struct story *story, int protocol, const char *ends, const char *state)
{
	struct socket_facts *facts = &story->sockets[story->socket_count++];
	char local[64], peer[64];
	long long number;

	assert_true(story->socket_count <= STORY_SOCKETS_MAX);
	split(ends, local, peer);
	assert_true(constant_value(GROUP_STATE, state, &number));
	*facts = (struct socket_facts){ .protocol = protocol, .state = (int)number, .uid = 1000, .inode = 7 };
	assert_true(address_read(&facts->local, local, AF_INET));
	facts->family = facts->local.any.sa_family;
	facts->type = protocol == IPPROTO_UDP ? SOCK_DGRAM : SOCK_STREAM;
	if (*peer == '\0')
		facts->peer = address_any(facts->family, 0);
	else
		assert_true(address_read(&facts->peer, peer, AF_INET));
	return facts;
}

/* ---- what is said ---- */

static char *unfolded(const char *text)
{
	char *copy = xstrdup(text);

	for (char *at = copy; *at != '\0'; at++)
		*at = *at == '\n' ? ' ' : *at;
	return copy;
}

void assert_says(const char *text, const char *what)
{
	char *copy = unfolded(text);
	bool says = strstr(copy, what) != NULL;

	free(copy);
	if (!says)
		fail_msg("\"%s\" is not said, but: %s", what, text);
}

void assert_says_not(const char *text, const char *what)
{
	char *copy = unfolded(text);
	bool says = strstr(copy, what) != NULL;

	free(copy);
	if (says)
		fail_msg("\"%s\" is said: %s", what, text);
}
