#include "lab/parts.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "lab/cause.h"

void lab_tell(struct lab *lab, struct event *event)
{
	lab->ops->event(lab->owner, event);
}

static void tell_from_teller(void *owner, struct event *event)
{
	lab_tell(owner, event);
}

/* A call that may be the cause, and how sure that is. */
struct suspect {
	int64_t id;
	enum lead lead;
};

typedef enum lead lead_function(enum call_id call, const char *from, const char *to);

static void suspect_call(struct suspect *suspect, const struct lab_call *call, lead_function *lead_of,
			 const struct event_state *state)
{
	enum lead lead = call->failed ? LEAD_NO : lead_of(call->call, state->from, state->to);

	/* Of two that closed the same socket the later closed the connection. */
	if (lead > suspect->lead || (lead == suspect->lead && lead != LEAD_NO && call->id > suspect->id))
		*suspect = (struct suspect){ .id = call->id, .lead = lead };
}

/* Of the calls about this socket, those under way, or of which just has been told. */
static void suspect_calls(struct suspect *suspect, const struct lab *lab, int64_t cookie, lead_function *lead_of,
			  const struct event_state *state)
{
	for (size_t i = 0; cookie != EVENT_NO_INT && i < lab->side_count; i++) {
		const struct lab_side *side = lab->sides[i];

		for (size_t j = 0; j < side->call_count; j++)
			if (side->calls[j].cookie == cookie)
				suspect_call(suspect, &side->calls[j], lead_of, state);
		if (side->last.cookie == cookie)
			suspect_call(suspect, &side->last, lead_of, state);
	}
}

int64_t lab_sending_call(const struct lab *lab, int64_t cookie)
{
	for (size_t i = 0; cookie != EVENT_NO_INT && i < lab->side_count; i++) {
		const struct lab_side *side = lab->sides[i];

		for (size_t j = 0; j < side->call_count; j++)
			if (side->calls[j].sends && side->calls[j].cookie == cookie)
				return side->calls[j].id;
		if (side->last.sends && side->last.cookie == cookie)
			return side->last.id;
	}
	return EVENT_NO_INT;
}

/* A listener has no peer, and is nobody's other end. */
static int64_t cookie_at_other_end(const struct lab *lab, const char *host, const struct event_state *state)
{
	const struct world_socket *other;

	if (*state->peer == '\0')
		return EVENT_NO_INT;
	other = world_socket_by_addresses(lab->world, host, state->peer, state->local, NULL);
	return other == NULL || other->peer == NULL || *other->peer == '\0' ? EVENT_NO_INT : other->cookie;
}

static struct event_cause cause_of_change(void *owner, const char *host, const struct event_state *state)
{
	const struct lab *lab = owner;
	const struct lab_host *here = lab_host_by_name(lab, host);
	struct suspect suspect = { .lead = LEAD_NO };

	if (here != NULL && here->arrived != EVENT_NO_INT)
		return (struct event_cause){ .kind = CAUSE_SEGMENT, .number = here->arrived };
	suspect_calls(&suspect, lab, state->cookie, cause_by_own_call, state);
	suspect_calls(&suspect, lab, cookie_at_other_end(lab, host, state), cause_by_other_end, state);
	if (suspect.lead == LEAD_NO)
		return (struct event_cause){ .kind = CAUSE_UNKNOWN };
	return (struct event_cause){
		.kind = CAUSE_CALL, .number = suspect.id, .inferred = suspect.lead == LEAD_INFERRED,
	};
}

static bool is_detailed(void *owner)
{
	const struct lab *lab = owner;

	return lab->ops->detailed != NULL && lab->ops->detailed(lab->owner);
}

static const struct teller_ops teller_ops = {
	.event = tell_from_teller, .cause = cause_of_change, .detailed = is_detailed,
};

struct lab_host *lab_add_host(struct lab *lab, const char *name, struct diag *diag)
{
	struct lab_host *host = xcalloc(1, sizeof(*host));

	host->lab = lab;
	host->name = xstrdup(name);
	host->arrived = EVENT_NO_INT;
	lookout_open(&host->lookout, lab->base, &(struct teller){
		.host = host->name, .world = lab->world, .ops = &teller_ops, .owner = lab,
	}, diag);
	lab->hosts = array_grow(lab->hosts, lab->host_count, &lab->host_room, sizeof(struct lab_host *));
	lab->hosts[lab->host_count++] = host;
	return host;
}

struct lab_side *lab_add_side(struct lab *lab, const char *name, const char *host, int fd, const struct stream_ops *ops)
{
	struct lab_side *side = xcalloc(1, sizeof(*side));

	side->lab = lab;
	side->name = xstrdup(name);
	side->host = xstrdup(host);
	side->last.cookie = EVENT_NO_INT;
	stream_open(&side->stream, lab->base, fd, ops, side);
	lab->sides = array_grow(lab->sides, lab->side_count, &lab->side_room, sizeof(struct lab_side *));
	lab->sides[lab->side_count++] = side;
	return side;
}

struct lab_side *lab_side_by_name(const struct lab *lab, const char *name)
{
	for (size_t i = lab->side_count; i-- > 0;)
		if (string_is(lab->sides[i]->name, name))
			return lab->sides[i];
	return NULL;
}

struct lab_host *lab_host_by_name(const struct lab *lab, const char *name)
{
	for (size_t i = 0; i < lab->host_count; i++)
		if (string_is(lab->hosts[i]->name, name))
			return lab->hosts[i];
	return NULL;
}

void lab_side_free(struct lab_side *side)
{
	stream_release(&side->stream);
	if (side->exit_known)
		event_release(&side->exit);
	free(side->calls);
	free(side->name);
	free(side->host);
	free(side);
}

void lab_send(struct stream *stream, int64_t token, const char *request)
{
	struct text line;

	text_init(&line);
	text_add_int(&line, token);
	text_add_char(&line, ' ');
	text_add(&line, request);
	stream_send(stream, line.data);
	text_release(&line);
}
