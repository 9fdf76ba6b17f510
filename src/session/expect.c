/*
 * Is what somebody expects so? A function for each row of call/expectations.def.
 */
#include "session/expect.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/show.h"
#include "packet/names.h"
#include "session/chronicle.h"
#include "session/context.h"
#include "world/segments.h"

typedef bool holds_function(const struct expectation *expectation, const struct session *session, struct text *is);

#define EXPECTATION(name, form, holds, help) static holds_function holds;
#include "call/expectations.def"
#undef EXPECTATION

static holds_function *const holding[EXPECT_KIND_COUNT] = {
#define EXPECTATION(name, form, holds, help) [EXPECT_##name] = holds,
#include "call/expectations.def"
#undef EXPECTATION
};

/* ---- what is meant ---- */

static const char *word_of(const struct expectation *expectation, size_t index)
{
	return expectation_word(&expectation->words, index);
}

static const struct world_side *side_at(const struct expectation *expectation, const struct session *session,
					size_t index, struct text *is)
{
	const char *name = word_of(expectation, index);
	const struct world_side *side = world_side(&session->world, name);

	if (side == NULL)
		text_addf(is, "there is no side %s", name);
	return side;
}

static const struct world_fd *fd_at(const struct expectation *expectation, const struct session *session, size_t index,
				    struct text *is)
{
	const struct world_side *side = side_at(expectation, session, index, is);
	const char *word = word_of(expectation, index + 1);
	const struct world_fd *fd;
	int number;

	if (side == NULL)
		return NULL;
	if (!session_descriptor(session, side->name, word, &number)) {
		text_addf(is, "%s has no descriptor %s", side->name, word);
		return NULL;
	}
	fd = world_fd(side, number);
	if (fd == NULL)
		text_addf(is, "%s has no descriptor %d", side->name, number);
	return fd;
}

static bool names_addresses(const struct expectation *expectation)
{
	return strchr(word_of(expectation, 1), ':') != NULL;
}

/* The host that stands first: a side's, or one by that name. */
static const char *host_at(const struct expectation *expectation, const struct session *session, struct text *is)
{
	const char *name = word_of(expectation, 0);
	const struct world_side *side = world_side(&session->world, name);

	if (side != NULL)
		return side->host;
	if (world_host(&session->world, name) == NULL) {
		text_addf(is, "there is no side and no host %s", name);
		return NULL;
	}
	return name;
}

static const struct world_socket *socket_by_addresses(const struct expectation *expectation,
						      const struct session *session, struct text *is)
{
	const char *host = host_at(expectation, session, is);
	const struct world_socket *socket;
	char *local, *peer;

	if (host == NULL)
		return NULL;
	local = context_pattern(session, word_of(expectation, 1));
	peer = context_pattern(session, word_of(expectation, 2));
	socket = world_socket_by_addresses(&session->world, host, local, peer, NULL);
	free(local);
	free(peer);
	return socket;
}

/* The state of the socket that is named; NULL, and told, if there is none. */
static const char *state_of(const struct expectation *expectation, const struct session *session, struct text *is)
{
	const struct world_socket *socket;
	const struct world_fd *fd;
	const char *state;

	if (names_addresses(expectation)) {
		socket = socket_by_addresses(expectation, session, is);
		if (socket == NULL && is->len == 0)
			text_add(is, "there is no such socket");
		return socket == NULL ? NULL : socket->state;
	}
	fd = fd_at(expectation, session, 0, is);
	if (fd == NULL)
		return NULL;
	state = world_fd_state(&session->world, world_side(&session->world, word_of(expectation, 0)), fd);
	if (state == NULL)
		text_addf(is, "%d is a %s, which has no state", fd->number,
			  fd->row.kind == NULL ? "thing" : fd->row.kind);
	return state;
}

static const char *last_word(const struct expectation *expectation)
{
	return word_of(expectation, expectation->words.count - 1);
}

/* The call of the last call line, once it has returned. The side may have returned from others since, which nobody
 * typed: those of `relay` and `serve`, and of other threads. */
static const struct event_call *last_call(const struct session *session, struct text *is)
{
	const struct event *told;
	const struct world_side *side;

	if (session->last_id == EVENT_NO_INT) {
		text_add(is, "no call was made yet");
		return NULL;
	}
	side = world_side(&session->world, session->last_side);
	if (side != NULL && side->last.id == session->last_id)
		return &side->last;
	if (side != NULL && world_call(side, session->last_id) != NULL) {
		text_addf(is, "%s has not returned", world_call(side, session->last_id)->text);
		return NULL;
	}
	told = chronicle_call(&session->log, session->last_id);
	if (told != NULL && string_is(told->call.status, "returned"))
		return &told->call;
	text_add(is, "its result is no longer known");
	return NULL;
}

/* ---- the wire ---- */

static const struct world_segment *next_held(const struct session *session, struct text *is)
{
	const struct world_segment *segment = session->world.segments.held_first;

	if (session->lab->wire == NULL)
		text_add(is, "there is no wire here");
	else if (segment == NULL)
		text_add(is, "nothing is held");
	return segment;
}

static bool nothing_is_held(const struct expectation *expectation, const struct session *session, struct text *is)
{
	const struct world_segment *segment = next_held(session, is);

	(void)expectation;
	if (segment != NULL)
		world_segment_line(is, &segment->told.segment);
	return segment == NULL && session->lab->wire != NULL;
}

bool expectation_is_of_nothing(const struct expectation *expectation)
{
	return expectation->kind == EXPECT_HELD_NOTHING;
}

static bool count_is_held(const struct expectation *expectation, const struct session *session, struct text *is)
{
	long long count = (long long)session->world.segments.held_count;

	text_addf(is, "%lld", count);
	return session->lab->wire != NULL && count == strtoll(last_word(expectation), NULL, 0);
}

/* By the host's name, or by a side's on it. */
static bool next_is_held(const struct expectation *expectation, const struct session *session, struct text *is)
{
	const char *name = word_of(expectation, 1);
	const struct world_side *side = world_side(&session->world, name);
	const struct world_segment *segment = next_held(session, is);
	uint16_t wanted, flags = 0;

	if (segment == NULL)
		return false;
	world_segment_line(is, &segment->told.segment);
	if (segment->told.segment.flags != NULL)
		flags_parse(&flags, segment->told.segment.flags);
	return expectation_flags(&expectation->words, 2, &wanted) && wanted == flags &&
	       string_is(segment->told.segment.from, side != NULL ? side->host : name);
}

/* ---- does it hold? ---- */

static bool result_holds(const struct expectation *expectation, const struct session *session, struct text *is)
{
	const struct event_call *call = last_call(session, is);

	if (call == NULL)
		return false;
	text_addf(is, "%s = %s", call->text, call->outcome == NULL ? "?" : call->outcome);
	return call->result == strtoll(last_word(expectation), NULL, 0);
}

/* An error of one group, by whichever of its names. */
static bool is_error(enum constant_group group, const char *one, const char *other)
{
	long long a, b;

	return constant_value(group, one, &a) && constant_value(group, other, &b) && a == b;
}

static bool error_holds(const struct expectation *expectation, const struct session *session, struct text *is)
{
	const struct event_call *call = last_call(session, is);

	if (call == NULL)
		return false;
	text_addf(is, "%s = %s", call->text, call->outcome == NULL ? "?" : call->outcome);
	return call->error != NULL && (is_error(GROUP_ERRNO, last_word(expectation), call->error) ||
				       is_error(GROUP_EAI, last_word(expectation), call->error));
}

/* What a call sent is told with it as well. */
static bool is_receiving(const struct event_call *call)
{
	static const char *const names[] = { "recv", "recvfrom", "recvmsg", "read", "readv" };

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (call->call != NULL && string_is(call->call, names[i]))
			return true;
	return false;
}

static bool received_holds(const struct expectation *expectation, const struct session *session, struct text *is)
{
	const struct syntax *data = &expectation->words.items[1];
	const struct event_call *call = last_call(session, is);

	if (call == NULL)
		return false;
	if (call->result < 0 || call->data.bytes == NULL || !is_receiving(call)) {
		text_addf(is, "%s = %s", call->text, call->outcome == NULL ? "?" : call->outcome);
		return false;
	}
	text_add(is, "it is ");
	show_quoted(is, call->data.bytes, call->data.len, 200, SHOW_ASCII);
	return call->data.len == data->len && memcmp(call->data.bytes, data->text, data->len) == 0;
}

static bool state_holds(const struct expectation *expectation, const struct session *session, struct text *is)
{
	const char *state = state_of(expectation, session, is);
	long long wanted, number;
	struct text message;
	bool same;

	if (state == NULL)
		return false;
	text_addf(is, "it is %s", state);
	text_init(&message);
	same = constant_read_flags(GROUP_STATE, last_word(expectation), &wanted, &message) &&
	       constant_read_flags(GROUP_STATE, state, &number, &message) && wanted == number;
	text_release(&message);
	return same;
}

static bool gone_holds(const struct expectation *expectation, const struct session *session, struct text *is)
{
	const struct world_socket *socket = socket_by_addresses(expectation, session, is);

	if (socket != NULL)
		text_addf(is, "%s %s is %s", socket->local, socket->peer,
			  socket->state == NULL ? "there" : socket->state);
	return socket == NULL && is->len == 0;
}

static const struct world_socket *socket_meant(const struct expectation *expectation, const struct session *session,
					       struct text *is)
{
	const struct world_side *side = world_side(&session->world, word_of(expectation, 0));
	const struct world_socket *socket;
	const struct world_fd *fd;

	if (names_addresses(expectation)) {
		socket = socket_by_addresses(expectation, session, is);
	} else {
		fd = fd_at(expectation, session, 0, is);
		socket = fd == NULL ? NULL : world_fd_socket(&session->world, side, fd);
	}
	if (socket == NULL && is->len == 0)
		text_add(is, "there is no such socket");
	return socket;
}

static bool queue_holds(const struct expectation *expectation, int64_t queue, struct text *is)
{
	if (queue == EVENT_NO_INT)
		text_add(is, "the queue is not known");
	else
		text_addf(is, "it is %lld", (long long)queue);
	return queue == strtoll(last_word(expectation), NULL, 0);
}

static bool recvq_holds(const struct expectation *expectation, const struct session *session, struct text *is)
{
	const struct world_socket *socket = socket_meant(expectation, session, is);

	return socket != NULL && queue_holds(expectation, socket->recvq, is);
}

static bool sendq_holds(const struct expectation *expectation, const struct session *session, struct text *is)
{
	const struct world_socket *socket = socket_meant(expectation, session, is);

	return socket != NULL && queue_holds(expectation, socket->sendq, is);
}

static bool blocked_holds(const struct expectation *expectation, const struct session *session, struct text *is)
{
	const struct world_side *side = side_at(expectation, session, 0, is);

	if (side == NULL)
		return false;
	for (size_t i = 0; i < side->call_count; i++)
		if (side->calls[i].blocked)
			return true;
	text_addf(is, "%s is not blocked", side->name);
	return false;
}

static size_t fds_wanted(const struct expectation *expectation)
{
	return expectation->words.count - 2;
}

static bool is_wanted_fd(const struct expectation *expectation, const struct session *session, const char *side,
			 int number)
{
	int wanted;

	for (size_t i = 2; i < expectation->words.count; i++)
		if (session_descriptor(session, side, word_of(expectation, i), &wanted) && wanted == number)
			return true;
	return false;
}

/* Without the standard ones, which every process has. */
static bool fds_hold(const struct expectation *expectation, const struct session *session, struct text *is)
{
	const struct world_side *side = side_at(expectation, session, 0, is);
	size_t count = 0;
	bool all = true;

	if (side == NULL)
		return false;
	text_add(is, "they are ");
	for (size_t i = 0; i < side->fd_count; i++) {
		int number = side->fds[i].number;

		if (number <= 2 || side->fds[i].reserved)
			continue;
		text_addf(is, count++ == 0 ? "%d" : ",%d", number);
		all = all && is_wanted_fd(expectation, session, side->name, number);
	}
	if (count == 0)
		text_add(is, "none");
	return all && (count == fds_wanted(expectation) ||
		       (count == 0 && string_is(last_word(expectation), "none")));
}

static bool same_holds(const struct expectation *expectation, const struct session *session, struct text *is)
{
	const struct world_fd *one = fd_at(expectation, session, 1, is);
	const struct world_fd *other = one == NULL ? NULL : fd_at(expectation, session, 3, is);

	if (other == NULL)
		return false;
	if (one->row.cookie != EVENT_NO_INT || other->row.cookie != EVENT_NO_INT) {
		text_add(is, "they are two sockets");
		return one->row.cookie == other->row.cookie;
	}
	text_add(is, "they are not one thing");
	return one->row.inode != EVENT_NO_INT && one->row.inode != 0 && one->row.inode == other->row.inode;
}

static bool signal_holds(const struct expectation *expectation, const struct session *session, struct text *is)
{
	const struct world_side *side = side_at(expectation, session, 0, is);

	if (side == NULL)
		return false;
	for (size_t i = 0; i < side->signal_count; i++)
		if (string_is(side->signals[i], last_word(expectation)))
			return true;
	text_addf(is, "%s received %s", side->name,
		  side->signal_count == 0 ? "no signal" : side->signals[side->signal_count - 1]);
	return false;
}

bool expectation_socket(const struct expectation *expectation, const struct session *session, const char **host,
			int64_t *cookie)
{
	const struct world_side *side = world_side(&session->world, expectation_side(expectation));
	const struct world_socket *socket = NULL;
	const struct world_fd *fd = NULL;
	struct text is;

	text_init(&is);
	if (names_addresses(expectation))
		socket = socket_by_addresses(expectation, session, &is);
	else
		fd = fd_at(expectation, session, 0, &is);
	text_release(&is);
	*cookie = socket != NULL ? socket->cookie : fd != NULL ? fd->row.cookie : EVENT_NO_INT;
	*host = socket != NULL ? socket->host : side != NULL ? side->host : NULL;
	return *cookie != EVENT_NO_INT && *host != NULL;
}

const char *expectation_side(const struct expectation *expectation)
{
	return word_of(expectation, 0);
}

bool expectation_holds(const struct expectation *expectation, const struct session *session, struct text *is)
{
	return holding[expectation->kind](expectation, session, is);
}

bool expectation_text_holds(const char *text, const struct session *session)
{
	struct expectation expectation;
	struct mistake mistake;
	struct text is;
	bool holds = false;

	mistake_init(&mistake);
	text_init(&is);
	if (expectation_read(&expectation, text, &mistake)) {
		holds = expectation_holds(&expectation, session, &is);
		expectation_release(&expectation);
	}
	text_release(&is);
	mistake_release(&mistake);
	return holds;
}
