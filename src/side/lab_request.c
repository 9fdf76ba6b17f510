#include "side/lab_request.h"

#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "side/lab_land.h"
#include "side/lab_sysctl.h"

/* TCP's longest timeout, TCP_RTO_MAX of net/tcp.h, in milliseconds. */
enum { RTO_MIN_MOST = 120000 };

static void answer_text(struct agent *agent, int64_t id, const char *text)
{
	struct event event;

	event_init(&event, EVENT_answer);
	event.answer.id = id;
	event.answer.text = xstrdup(text);
	report_event(&agent->report, &event, -1);
}

/* The host that the next word names; NULL, and refused, if there is none. */
static const struct lab_host *next_host(struct agent *agent, int64_t id, char **rest)
{
	const char *name = agent_next_word(rest);
	const struct lab_host *host = name == NULL ? NULL : lab_land_find(agent->land, name);

	if (host == NULL)
		agent_refuse(agent, id, "there is no host ", name == NULL ? "" : name);
	return host;
}

/* ---- names ---- */

/* All pairs; false, and refused, at the first that cannot be. */
static bool read_names(struct agent *agent, int64_t id, char *words, struct text *lines)
{
	const struct lab_host *host;
	const char *name;

	while ((name = agent_next_word(&words)) != NULL) {
		if (!agent_is_name(name, true)) {
			agent_refuse(agent, id, "this can be no host's name: ", name);
			return false;
		}
		host = next_host(agent, id, &words);
		if (host == NULL)
			return false;
		lab_land_add_name(lines, host, name);
	}
	return true;
}

static void serve_hosts(struct agent *agent, int64_t id, char *words)
{
	struct text lines;

	text_init(&lines);
	if (!read_names(agent, id, words, &lines)) {
		text_release(&lines);
		return;
	}
	lab_land_set_names(agent->land, &lines);
	report_answer(&agent->report, id);
}

/* ---- sysctls ---- */

static char *trimmed(char *string)
{
	size_t len;

	string += strspn(string, " ");
	len = strlen(string);
	while (len > 0 && string[len - 1] == ' ')
		len--;
	string[len] = '\0';
	return string;
}

/* "NAME", "NAME = VALUE", "NAME=VALUE" */
static bool use_sysctl(char *words, struct text *value, struct text *message)
{
	char *equals = strchr(words, '=');

	if (equals != NULL)
		*equals = '\0';
	words = trimmed(words);
	if (equals != NULL && !sysctl_write(words, trimmed(equals + 1), message))
		return false;
	return sysctl_read(words, value, message);
}

static void serve_sysctl(struct agent *agent, int64_t id, char *words)
{
	const struct lab_host *host = next_host(agent, id, &words);
	struct text value, message;
	bool ok;

	if (host == NULL)
		return;
	text_init(&value);
	text_init(&message);
	lab_host_enter(host);
	ok = use_sysctl(words, &value, &message);
	lab_land_return(agent->land);
	if (ok)
		answer_text(agent, id, value.data);
	else
		agent_refuse(agent, id, message.data, NULL);
	text_release(&value);
	text_release(&message);
}

/* ---- offloads ---- */

/* Both ends: what the host leaves undone the near end must let pass, and the other way round. */
static bool set_offload(const struct lab_land *land, const struct lab_host *host, bool on, struct text *message)
{
	char near[IFNAMSIZ];
	bool ok;

	if (host->link != LAB_LINK_VETH) {
		text_add(message, "the offloads of a TUN device are set by its descriptor");
		return false;
	}
	lab_veth_near_name(near, host->number);
	ok = lab_veth_offload(near, on, message);
	lab_host_enter(host);
	ok = ok && lab_veth_offload(lab_link_name, on, message);
	lab_land_return(land);
	return ok;
}

static void serve_offload(struct agent *agent, int64_t id, char *words)
{
	const struct lab_host *host = next_host(agent, id, &words);
	const char *word = agent_next_word(&words);
	struct text message;

	if (host == NULL)
		return;
	if (word == NULL || (!string_is(word, "on") && !string_is(word, "off"))) {
		agent_refuse(agent, id, "it is offload HOST on or offload HOST off", NULL);
		return;
	}
	text_init(&message);
	if (set_offload(agent->land, host, string_is(word, "on"), &message))
		report_answer(&agent->report, id);
	else
		agent_refuse(agent, id, message.data, NULL);
	text_release(&message);
}

/* ---- retransmission ---- */

static void serve_rto_min(struct agent *agent, int64_t id, char *words)
{
	const char *word = agent_next_word(&words);
	char *end = NULL;
	long milliseconds = word == NULL ? -1 : strtol(word, &end, 10);
	struct text message;

	if (milliseconds < 0 || milliseconds > RTO_MIN_MOST || *end != '\0') {
		agent_refuse(agent, id, "it is rto-min MILLISECONDS, at most 120000", NULL);
		return;
	}
	text_init(&message);
	if (lab_land_set_rto_min(agent->land, (unsigned)milliseconds, &message))
		report_answer(&agent->report, id);
	else
		agent_refuse(agent, id, message.data, NULL);
	text_release(&message);
}

static const struct {
	const char *name;
	void (*serve)(struct agent *, int64_t id, char *words);
} requests[] = {
	{ "host", lab_serve_host },
	{ "hosts", serve_hosts },
	{ "sysctl", serve_sysctl },
	{ "offload", serve_offload },
	{ "rto-min", serve_rto_min },
};

bool lab_request(struct agent *agent, int64_t id, char *words)
{
	size_t len = strcspn(words, " ");

	for (size_t i = 0; i < COUNT_OF(requests); i++)
		if (strlen(requests[i].name) == len && strncmp(requests[i].name, words, len) == 0) {
			requests[i].serve(agent, id, words + len);
			return true;
		}
	return false;
}
