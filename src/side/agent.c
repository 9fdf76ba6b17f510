#include "side/agent.h"

#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/show.h"
#include "side/request.h"

/* No more is read, from whoever it comes, while so much has not been taken by the other end. */
enum { UNSENT_MAX = 1 << 20 };
/* How long the last lines wait for a reader. */
enum { END_DRAIN_MILLISECONDS = 1000 };
/* RFC 1035's of a label: names of hosts are resolved, and a side's stands for its host's. */
enum { NAME_MAX_BYTES = 63 };

void agent_refuse(struct agent *agent, int64_t id, const char *what, const char *shown)
{
	struct text text;

	text_init(&text);
	text_add(&text, what);
	if (shown != NULL)
		show_quoted(&text, shown, strlen(shown), 60, SHOW_UTF8);
	report_error(&agent->report, id, -1, text.data);
	text_release(&text);
}

/* ---- requests ---- */

char *agent_next_word(char **rest)
{
	char *word = *rest + strspn(*rest, " ");
	size_t len = strcspn(word, " ");

	if (len == 0)
		return NULL;
	*rest = word + len;
	if (**rest != '\0')
		*(*rest)++ = '\0';
	return word;
}

bool agent_is_name(const char *name, bool may_have_dots)
{
	if (!isalpha((unsigned char)*name) || strlen(name) > NAME_MAX_BYTES)
		return false;
	for (; *name != '\0'; name++)
		if (!isalnum((unsigned char)*name) && *name != '-' && *name != '_' && !(may_have_dots && *name == '.'))
			return false;
	return true;
}

/* "NAME [on HOST] [unprivileged]" */
static bool read_wish(struct agent *agent, int64_t id, char *words, struct side_wish *wish)
{
	char *word;

	*wish = (struct side_wish){ .name = agent_next_word(&words) };
	if (wish->name == NULL || !agent_is_name(wish->name, false)) {
		agent_refuse(agent, id, "a side's name has letters, digits, - and _, and begins with a letter, not ",
		       wish->name == NULL ? "" : wish->name);
		return false;
	}
	while ((word = agent_next_word(&words)) != NULL) {
		if (string_is(word, "unprivileged")) {
			wish->unprivileged = true;
		} else if (string_is(word, "on") && (wish->host = agent_next_word(&words)) != NULL) {
			continue;
		} else {
			agent_refuse(agent, id, "side takes NAME [on HOST] [unprivileged], and not ", word);
			return false;
		}
	}
	return true;
}

static void serve_side(struct agent *agent, int64_t id, char *words)
{
	struct side_wish wish;
	struct text message;

	if (!read_wish(agent, id, words, &wish))
		return;
	text_init(&message);
	if (agent_find(agent, wish.name) != NULL) {
		agent_refuse(agent, id, "there is a side of that name: ", wish.name);
	} else if (!agent->place->has_host(agent, wish.host, &message) || !agent_start_side(agent, &wish, &message)) {
		agent_refuse(agent, id, message.data, NULL);
	} else {
		report_answer(&agent->report, id);
	}
	text_release(&message);
}

static void serve_kill(struct agent *agent, int64_t id, char *words)
{
	const char *name = agent_next_word(&words);
	const struct charge *charge = name == NULL ? NULL : agent_find(agent, name);

	if (charge == NULL) {
		agent_refuse(agent, id, "there is no side ", name == NULL ? "" : name);
		return;
	}
	charge_kill(charge);
	report_answer(&agent->report, id);
}

static void serve_bye(struct agent *agent, int64_t id, char *words)
{
	(void)words;
	agent_end_sides(agent);
	report_answer(&agent->report, id);
	agent->over = true;
}

static const struct {
	const char *name;
	void (*serve)(struct agent *, int64_t id, char *words);
} requests[] = {
	{ "side", serve_side },
	{ "kill", serve_kill },
	{ "bye", serve_bye },
};

/* "NAME: REQUEST" goes on as "TOKEN REQUEST". */
static void relay_request(struct agent *agent, int64_t id, char *name, const char *request)
{
	struct charge *charge = agent_find(agent, name);
	char *line;

	if (charge == NULL) {
		agent_refuse(agent, id, "there is no side ", name);
	} else if (!charge->relays) {
		agent_refuse(agent, id, "requests to a side go to its own stream, which came with its event", NULL);
	} else {
		line = text_format("%lld %s\n", (long long)id, request);
		lines_send(&charge->lines, line, strlen(line), -1);
		free(line);
	}
}

static void serve_words(struct agent *agent, int64_t id, char *words)
{
	size_t len = strcspn(words, " ");

	if (len > 1 && words[len - 1] == ':' && words[len] == ' ') {
		words[len - 1] = '\0';
		relay_request(agent, id, words, words + len + 1);
		return;
	}
	for (size_t i = 0; i < COUNT_OF(requests); i++)
		if (strlen(requests[i].name) == len && strncmp(requests[i].name, words, len) == 0) {
			requests[i].serve(agent, id, words + len);
			return;
		}
	if (!agent->place->request(agent, id, words))
		agent_refuse(agent, id, "an agent knows side, kill, bye and NAME: REQUEST, and not ", words);
}

static void serve_line(struct agent *agent, char *line, size_t len)
{
	int64_t id = EVENT_NO_INT;
	char *words = len == SIZE_MAX ? NULL : request_token(line, &id);

	if (len == SIZE_MAX)
		agent_refuse(agent, id, "this line is longer than 64 MiB and was not read", NULL);
	else if (strlen(line) != len)
		agent_refuse(agent, id, "this line has a NUL byte; in data it is written \\x00", NULL);
	else if (words == NULL)
		agent_refuse(agent, id, "a line is TOKEN REQUEST, such as 1 side client, and not ", line);
	else
		serve_words(agent, id, words);
}

/* ---- the loop ---- */

enum { WATCH_IN, WATCH_OUT, WATCH_DOOR, WATCH_FIXED, WATCHES_OF_CHARGE = 3 };

static bool may_read(const struct agent *agent)
{
	return lines_unsent(&agent->lines) < UNSENT_MAX;
}

static void fill_pollfds(const struct agent *agent, struct pollfd *pollfds)
{
	bool reads = may_read(agent);

	pollfds[WATCH_IN] = (struct pollfd){ reads ? agent->lines.in : -1, POLLIN, 0 };
	pollfds[WATCH_OUT] = (struct pollfd){ lines_unsent(&agent->lines) > 0 ? agent->lines.out : -1, POLLOUT, 0 };
	pollfds[WATCH_DOOR] = (struct pollfd){ agent->door, POLLIN, 0 };
	for (size_t i = 0; i < agent->count; i++) {
		const struct charge *charge = &agent->charges[i];
		struct pollfd *own = &pollfds[WATCH_FIXED + i * WATCHES_OF_CHARGE];
		bool relays = charge->relays && !charge->lines.at_end, writes = lines_unsent(&charge->lines) > 0;

		own[0] = (struct pollfd){ charge->pidfd, POLLIN, 0 };
		own[1] = (struct pollfd){ relays && reads ? charge->lines.in : -1, POLLIN, 0 };
		own[2] = (struct pollfd){ relays && writes ? charge->lines.out : -1, POLLOUT, 0 };
	}
}

static void relay_lines(struct agent *agent, struct charge *charge)
{
	char *line;
	size_t len;

	lines_fill(&charge->lines);
	while ((line = lines_next_line(&charge->lines, &len)) != NULL) {
		lines_send(&agent->lines, line, strlen(line), -1);
		lines_send(&agent->lines, "\n", 1, -1);
	}
}

/* Streams first: what a side has told comes before the news of its end. Then those that have ended, whose numbers
 * may be given to new ones, which come last. */
static void serve_charges(struct agent *agent, const struct pollfd *pollfds, size_t count)
{
	bool ended = false;

	for (size_t i = 0; i < count; i++) {
		const struct pollfd *own = &pollfds[WATCH_FIXED + i * WATCHES_OF_CHARGE];

		ended = ended || own[0].revents != 0 || agent->charges[i].pidfd < 0;
		if (own[1].revents != 0)
			relay_lines(agent, &agent->charges[i]);
	}
	if (ended)
		agent_reap(agent);
	if (pollfds[WATCH_DOOR].revents != 0)
		agent_take_child(agent);
	for (size_t i = 0; i < agent->count; i++)
		if (agent->charges[i].relays)
			lines_flush(&agent->charges[i].lines);
}

static void serve_stream(struct agent *agent, bool readable)
{
	char *line;
	size_t len;

	if (readable)
		lines_fill(&agent->lines);
	while (!agent->over && may_read(agent) && (line = lines_next_line(&agent->lines, &len)) != NULL)
		if (len > 0)
			serve_line(agent, line, len);
	if (agent->lines.broken || (agent->lines.at_end && !lines_has_line(&agent->lines)))
		agent->over = true;
}

static void turn(struct agent *agent)
{
	size_t count = agent->count;
	struct pollfd *pollfds = xcalloc(WATCH_FIXED + count * WATCHES_OF_CHARGE, sizeof(*pollfds));
	bool waits = !(may_read(agent) && lines_has_line(&agent->lines));

	fill_pollfds(agent, pollfds);
	if (poll(pollfds, WATCH_FIXED + count * WATCHES_OF_CHARGE, waits ? -1 : 0) < 0 && errno != EINTR)
		die("poll failed: %s", strerror(errno));
	serve_charges(agent, pollfds, count);
	serve_stream(agent, pollfds[WATCH_IN].revents != 0);
	lines_flush(&agent->lines);
	free(pollfds);
}

/* ---- beginning and end ---- */

static void open_door(struct agent *agent)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
		die("a door for children cannot be made: %s", strerror(errno));
	agent->door = ends[0];
	agent->door_of_sides = ends[1];
}

/* A stopped agent is to see that sockstep has ended. */
static void become_agent(const struct agent *agent)
{
	prctl(PR_SET_NAME, "sockstep-agent");
	prctl(PR_SET_PDEATHSIG, SIGCONT);
	signal(SIGPIPE, SIG_IGN);
	if (!isatty(0))
		agent_leave_terminal(agent);
}

static void agent_release(struct agent *agent)
{
	lines_release(&agent->lines);
	close(agent->door_of_sides);
	free(agent->charges);
}

int agent_run(const struct place *place, void *land, bool standard)
{
	struct agent agent = { .place = place, .land = land, .standard = standard };
	struct text message;

	become_agent(&agent);
	lines_init(&agent.lines, 0, 1);
	agent.report = (struct report){ .lines = &agent.lines };
	open_door(&agent);
	text_init(&message);
	if (!place->begin(&agent, &message))
		die("%s", message.data);
	text_release(&message);
	report_hello(&agent.report, "sockstep-agent");
	while (!agent.over)
		turn(&agent);
	if (agent.door >= 0)
		agent_end_sides(&agent);
	place->end(&agent);
	lines_drain(&agent.lines, END_DRAIN_MILLISECONDS);
	agent_release(&agent);
	return EXIT_SUCCESS;
}
