/*
 * "host NAME [stock] ADDRESS…": a new host, and the event that hands its descriptors over.
 */
#include <string.h>

#include "base/mem.h"
#include "side/lab_land.h"
#include "side/lab_request.h"

/* ---- what is wanted ---- */

/* Why the host cannot have this address beside the others; NULL: it can. */
static const char *fault_of_address(const struct lab_land *land, const struct lab_host_wish *wish,
				    const struct lab_address *address)
{
	for (size_t i = 0; i < wish->address_count; i++)
		if (lab_address_is(&wish->addresses[i], address))
			return "this address stands here twice: ";
	if (lab_land_owner(land, address) != NULL)
		return "another host has this address: ";
	return NULL;
}

/* One more address of the wish; false, and refused, if it cannot be. */
static bool wish_address(struct agent *agent, int64_t id, const char *word, struct lab_host_wish *wish)
{
	struct lab_address address;
	const char *fault;

	if (wish->address_count == LAB_ADDRESSES_MAX)
		fault = "a host has no more than 16 addresses, so there is no room for ";
	else if (!lab_address_read(&address, word))
		fault = "a host's address is one such as 10.0.0.3 or fd00::3, and not ";
	else
		fault = fault_of_address(agent->land, wish, &address);
	if (fault != NULL) {
		agent_refuse(agent, id, fault, word);
		return false;
	}
	wish->addresses[wish->address_count++] = address;
	return true;
}

static bool wish_name(struct agent *agent, int64_t id, const char *name)
{
	if (name == NULL || !agent_is_name(name, false)) {
		agent_refuse(agent, id, "a host's name has letters, digits, - and _, and begins with a letter, not ",
			   name == NULL ? "" : name);
		return false;
	}
	if (lab_land_find(agent->land, name) == NULL)
		return true;
	agent_refuse(agent, id, "there is a host of that name: ", name);
	return false;
}

static bool read_wish(struct agent *agent, int64_t id, char *words, struct lab_host_wish *wish)
{
	const struct lab_land *land = agent->land;
	char *word;

	*wish = (struct lab_host_wish){ .name = agent_next_word(&words), .link = land->link, .wire = land->wire,
					.number = (unsigned)land->count };
	if (!wish_name(agent, id, wish->name))
		return false;
	while ((word = agent_next_word(&words)) != NULL) {
		if (string_is(word, "stock"))
			wish->stock = true;
		else if (!wish_address(agent, id, word, wish))
			return false;
	}
	if (wish->address_count == 0)
		agent_refuse(agent, id, "a host needs an address: host NAME ADDRESS…", NULL);
	return wish->address_count > 0;
}

/* ---- what is told ---- */

/* What could not be had, in whole sentences, each of which ends with a blank. */
static void tell_notes(struct agent *agent)
{
	struct lab_land *land = agent->land;
	struct event event;

	if (land->notes.len == 0)
		return;
	text_cut(&land->notes, land->notes.len - 1);
	event_init(&event, EVENT_say);
	event.say.text = xstrdup(land->notes.data);
	text_clear(&land->notes);
	report_event(&agent->report, &event, -1);
}

static char *addresses_of(const struct lab_host *host)
{
	struct text text;

	text_init(&text);
	for (size_t i = 0; i < host->address_count; i++) {
		if (i > 0)
			text_add_char(&text, ' ');
		lab_address_print(&text, &host->addresses[i]);
	}
	return text_take(&text);
}

/* A descriptor goes with a first byte, and one at a time: so each has a byte of the line for itself. */
static void send_with_descriptors(struct agent *agent, const struct text *line, const struct lab_host_ends *ends)
{
	const int fds[] = { ends->link, ends->diag };
	size_t sent = 0;

	for (size_t i = 0; i < COUNT_OF(fds); i++)
		if (fds[i] >= 0)
			lines_send(&agent->lines, line->data + sent++, 1, fds[i]);
	lines_send(&agent->lines, line->data + sent, line->len - sent, -1);
}

static void tell_host(struct agent *agent, const struct lab_host *host, const struct lab_host_ends *ends)
{
	struct event event;
	struct text line;

	event_init(&event, EVENT_host);
	event.host.host = xstrdup(host->name);
	event.host.status = xstrdup("up");
	event.host.link = xstrdup(lab_link_kind_name(host->link));
	event.host.addresses = addresses_of(host);
	event.host.mtu = LAB_LINK_MTU;
	event.host.descriptors = xstrdup(ends->diag < 0 ? "link" : "link diag");
	text_init(&line);
	event_write(&line, &event);
	text_add_char(&line, '\n');
	send_with_descriptors(agent, &line, ends);
	text_release(&line);
	event_release(&event);
}

static void make_host(struct agent *agent, int64_t id, const struct lab_host_wish *wish)
{
	struct lab_land *land = agent->land;
	struct lab_host_ends ends;
	struct lab_host host;
	struct text message;

	text_init(&message);
	if (lab_host_make(&host, wish, &ends, &land->notes, &message)) {
		lab_land_keep(land, &host);
		tell_notes(agent);
		tell_host(agent, &host, &ends);
		report_answer(&agent->report, id);
	} else {
		agent_refuse(agent, id, message.data, NULL);
	}
	text_release(&message);
}

void lab_serve_host(struct agent *agent, int64_t id, char *words)
{
	struct lab_host_wish wish;

	if (!read_wish(agent, id, words, &wish))
		return;
	if (agent->lines.is_unix)
		make_host(agent, id, &wish);
	else
		agent_refuse(agent, id, "standard output must be a UNIX socket, to hand a link over", NULL);
}
