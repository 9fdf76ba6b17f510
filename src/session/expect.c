/*
 * Is what somebody expects so? The forms, rows of words, are in call/expectations.def.
 */
#include "session/expect.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/show.h"
#include "call/word.h"
#include "packet/names.h"
#include "session/context.h"
#include "session/words.h"
#include "world/segments.h"

enum { EXPECT_SECONDS = 1, STATES_SHOWN = 20 };

typedef bool holds_function(const struct expectation *expectation, const struct session *session, struct text *is);

#define EXPECTATION(name, form, holds, help) static holds_function holds;
#include "call/expectations.def"
#undef EXPECTATION

static const struct {
	const char *form;
	holds_function *holds;
} forms[EXPECT_KIND_COUNT] = {
#define EXPECTATION(name, form, holds, help) [EXPECT_##name] = { form, holds },
#include "call/expectations.def"
#undef EXPECTATION
};

const char *expectation_form(size_t index)
{
	return index < EXPECT_KIND_COUNT ? forms[index].form : NULL;
}

/* ---- reading ---- */

/* `received` is a word of its own in the syntax of calls. */
static const char *word_at(const struct syntax_list *words, size_t index)
{
	if (index < words->count && words->items[index].kind == SYNTAX_RECEIVED)
		return "received";
	return index < words->count && words->items[index].kind == SYNTAX_WORD ? words->items[index].text : "";
}

static bool is_number(const char *word)
{
	char *end;

	errno = 0;
	strtoll(word, &end, 0);
	return *word != '\0' && *end == '\0' && errno == 0;
}

static bool is_data(const struct syntax_list *words, size_t index)
{
	return index < words->count && words->items[index].kind == SYNTAX_STRING;
}

static bool is_constant(enum constant_group group, const char *word)
{
	struct text message;
	long long value;
	bool known;

	text_init(&message);
	known = !is_number(word) && constant_read_flags(group, word, &value, &message);
	text_release(&message);
	return known;
}

/* SYN,ACK is two words here: a comma separates words. */
static bool read_flags(const struct syntax_list *words, size_t index, uint16_t *flags)
{
	uint16_t one;

	*flags = 0;
	for (; index < words->count; index++) {
		if (!flags_parse(&one, word_at(words, index)) || *word_at(words, index) == '\0')
			return false;
		*flags = (uint16_t)(*flags | one);
	}
	return true;
}

static bool are_flags(const struct syntax_list *words, size_t index)
{
	uint16_t flags;

	return read_flags(words, index, &flags);
}

/* How many words of the line the word of the form takes; 0: it does not stand there. */
static size_t fits(const char *form, size_t form_len, const struct syntax_list *words, size_t index)
{
	const char *word = word_at(words, index);
	size_t rest = words->count - index;

	if (islower((unsigned char)*form))
		return strlen(word) == form_len && strncmp(word, form, form_len) == 0;
	if (strncmp(form, "NUMBER", form_len) == 0)
		return is_number(word);
	if (strncmp(form, "ERRNO", form_len) == 0)
		return is_constant(GROUP_ERRNO, word) || is_constant(GROUP_EAI, word);
	if (strncmp(form, "STATE", form_len) == 0)
		return is_constant(GROUP_STATE, word);
	if (strncmp(form, "SIGNAL", form_len) == 0)
		return is_constant(GROUP_SIGNAL, word);
	if (strncmp(form, "DATA", form_len) == 0)
		return is_data(words, index);
	if (strncmp(form, "LIST", form_len) == 0)
		return rest;
	if (strncmp(form, "FLAGS", form_len) == 0)
		return are_flags(words, index) ? rest : 0;
	if (strncmp(form, "SOCKET", form_len) == 0)
		return strchr(word, ':') != NULL ? (rest > 1 ? 2 : 0) : *word != '\0';
	return *word != '\0';
}

/* How many of the words fit to the form, from the first on; `rest`: what is left of the form then. */
static size_t words_that_fit(const char *form, const struct syntax_list *words, const char **rest)
{
	size_t index = 0, len, taken;

	for (; *form != '\0'; form += len, form += strspn(form, " ")) {
		len = strcspn(form, " ");
		taken = index < words->count ? fits(form, len, words, index) : 0;
		if (taken == 0)
			break;
		index += taken;
	}
	*rest = form;
	return index;
}

static bool form_fits(const char *form, const struct syntax_list *words)
{
	const char *rest;

	return words_that_fit(form, words, &rest) == words->count && *rest == '\0';
}

/* "within 5s" at the end, which is taken off. */
static bool read_within(struct expectation *expectation, struct mistake *mistake)
{
	struct syntax_list *words = &expectation->words;

	expectation->within = EXPECT_SECONDS;
	if (words->count < 2 || !string_is(word_at(words, words->count - 2), "within"))
		return true;
	if (!word_is_time(word_at(words, words->count - 1), &expectation->within)) {
		text_add(&mistake->text, "a time is such as 5s or 200ms, at most a day: within 5s");
		mistake->column = words->items[words->count - 1].column;
		return false;
	}
	expectation->text[words->items[words->count - 2].column] = '\0';
	for (size_t len = strlen(expectation->text); len > 0 && expectation->text[len - 1] == ' ';)
		expectation->text[--len] = '\0';
	syntax_list_drop_last(words);
	syntax_list_drop_last(words);
	return true;
}

/* Of "client 3 state LISTN" only the last word is wrong; true if that was said. */
static bool say_wrong_state(const struct syntax_list *words, struct mistake *mistake)
{
	const char *rest;
	size_t index = words_that_fit(forms[EXPECT_STATE].form, words, &rest);

	if (!string_is(rest, "STATE") || index + 1 != words->count)
		return false;
	mistake->column = words->items[index].column;
	word_show(&mistake->text, word_at(words, index));
	text_add(&mistake->text, " is no state: ");
	constant_list(&mistake->text, GROUP_STATE, STATES_SHOWN);
	return true;
}

static bool read_form(struct expectation *expectation, struct mistake *mistake)
{
	for (int kind = 0; kind < EXPECT_KIND_COUNT; kind++)
		if (form_fits(forms[kind].form, &expectation->words)) {
			expectation->kind = (enum expectation_kind)kind;
			return true;
		}
	if (say_wrong_state(&expectation->words, mistake))
		return false;
	mistake->column = 0;
	text_add(&mistake->text, "this is no expectation; the forms are:");
	for (int kind = 0; kind < EXPECT_KIND_COUNT; kind++)
		text_addf(&mistake->text, "%s %s", kind == 0 ? "" : ",", forms[kind].form);
	return false;
}

bool expectation_read(struct expectation *expectation, const char *text, struct mistake *mistake)
{
	struct cursor cursor = { .line = text, .len = strlen(text) };

	*expectation = (struct expectation){ .text = xstrdup(text) };
	if (syntax_read_args(&expectation->words, &cursor, false, mistake) && read_within(expectation, mistake) &&
	    read_form(expectation, mistake))
		return true;
	expectation_release(expectation);
	return false;
}

void expectation_release(struct expectation *expectation)
{
	free(expectation->text);
	syntax_list_release(&expectation->words);
	*expectation = (struct expectation){ 0 };
}

/* ---- what is meant ---- */

static const struct world_side *side_at(const struct expectation *expectation, const struct session *session,
					size_t index, struct text *is)
{
	const char *name = word_at(&expectation->words, index);
	const struct world_side *side = world_side(&session->world, name);

	if (side == NULL)
		text_addf(is, "there is no side %s", name);
	return side;
}

static const struct world_fd *fd_at(const struct expectation *expectation, const struct session *session, size_t index,
				    struct text *is)
{
	const struct world_side *side = side_at(expectation, session, index, is);
	const char *word = word_at(&expectation->words, index + 1);
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
	return strchr(word_at(&expectation->words, 1), ':') != NULL;
}

/* The host that stands first: a side's, or one by that name. */
static const char *host_at(const struct expectation *expectation, const struct session *session, struct text *is)
{
	const char *name = word_at(&expectation->words, 0);
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
	local = context_pattern(session, word_at(&expectation->words, 1));
	peer = context_pattern(session, word_at(&expectation->words, 2));
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
	state = world_fd_state(&session->world, world_side(&session->world, word_at(&expectation->words, 0)), fd);
	if (state == NULL)
		text_addf(is, "%d is a %s, which has no state", fd->number,
			  fd->row.kind == NULL ? "thing" : fd->row.kind);
	return state;
}

static const char *last_word(const struct expectation *expectation)
{
	return word_at(&expectation->words, expectation->words.count - 1);
}

/* The call of the last call line, once it has returned. */
static const struct event_call *last_call(const struct session *session, struct text *is)
{
	const struct world_side *side;

	if (session->last_id == EVENT_NO_INT) {
		text_add(is, "no call was made yet");
		return NULL;
	}
	side = world_side(&session->world, session->last_side);
	if (side != NULL && side->last.id == session->last_id)
		return &side->last;
	if (side != NULL && world_call(side, session->last_id) != NULL)
		text_addf(is, "%s has not returned", world_call(side, session->last_id)->text);
	else
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
	const char *name = word_at(&expectation->words, 1);
	const struct world_side *side = world_side(&session->world, name);
	const struct world_segment *segment = next_held(session, is);
	uint16_t wanted, flags = 0;

	if (segment == NULL)
		return false;
	world_segment_line(is, &segment->told.segment);
	if (segment->told.segment.flags != NULL)
		flags_parse(&flags, segment->told.segment.flags);
	return read_flags(&expectation->words, 2, &wanted) && wanted == flags &&
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
	const struct world_side *side = world_side(&session->world, word_at(&expectation->words, 0));
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
		if (session_descriptor(session, side, word_at(&expectation->words, i), &wanted) && wanted == number)
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
	return word_at(&expectation->words, 0);
}

bool expectation_holds(const struct expectation *expectation, const struct session *session, struct text *is)
{
	return forms[expectation->kind].holds(expectation, session, is);
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
