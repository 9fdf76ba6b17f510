/*
 * relay: what comes on one descriptor goes to the other, both ways, and is shown on its way. The end of one direction
 * is handed on as such (shutdown), so that the other goes on; when both have ended, it is over.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session/chore.h"
#include "session/commands.h"
#include "session/flow.h"
#include "session/remote.h"
#include "session/words.h"

enum { AT_ONCE = 32768 };
/* A call's tag: the direction, 0 or 1, and what it is. */
enum { TAG_DIRECTIONS = 2, TAG_READ = 0, TAG_WRITE = 2, TAG_SHUT = 4 };

struct relay {
	int fds[2];
	bool socket[2];
	struct direction {
		struct text bytes; /* (owned) */
		size_t done;
		double sum;
		bool over;
	} directions[2]; /* from fds[0] to fds[1], and back */
	bool quiet;
};

static void show_bytes_of(struct session *session, const struct relay *relay, int way, const struct event_call *call)
{
	bool hex = session->remote != NULL && session->remote->hex;
	const struct direction *direction = &relay->directions[way];
	struct text text;

	text_init(&text);
	text_addf(&text, "%d > %d, ", relay->fds[way], relay->fds[!way]);
	flow_add_size(&text, (double)call->result);
	if (!relay->quiet) {
		text_add(&text, hex ? ":\n" : ":\n  ");
		if (hex)
			flow_add_hex(&text, call->data.bytes, call->data.len, (size_t)direction->sum);
		else
			flow_add_text(&text, call->data.bytes, call->data.len, false);
	}
	session_say_lines(session, text.data);
	text_release(&text);
}

static void read_next(struct session *session, struct chore *chore, int way)
{
	const struct relay *relay = chore->own;

	chore_call(session, chore, TAG_READ + way, relay->socket[way] ? "recv(%d, %d)" : "read(%d, %d)",
		   relay->fds[way], AT_ONCE);
}

static void write_rest(struct session *session, struct chore *chore, int way)
{
	struct relay *relay = chore->own;
	struct direction *direction = &relay->directions[way];
	struct text rest;

	text_init(&rest);
	text_add_bytes(&rest, direction->bytes.data + direction->done, direction->bytes.len - direction->done);
	if (relay->socket[!way])
		chore_send(session, chore, TAG_WRITE + way, relay->fds[!way], &rest);
	else
		chore_write(session, chore, TAG_WRITE + way, relay->fds[!way], &rest);
	text_release(&rest);
}

static void end_direction(struct session *session, struct chore *chore, int way)
{
	struct relay *relay = chore->own;

	relay->directions[way].over = true;
	if (relay->directions[!way].over)
		chore_end(session, chore);
}

/* A pipe has an end to read and one to write: through it bytes go one way only, which is no failure. */
static void say_ended(struct session *session, const struct relay *relay, int way, const char *error)
{
	int from = relay->fds[way];

	if (error == NULL)
		session_say(session, "%d > %d: the end of the stream", from, relay->fds[!way]);
	else if (string_is(error, "EBADF") && !relay->socket[way])
		session_say(session, "%d > %d: nothing, descriptor %d is not open for reading", from, relay->fds[!way],
			    from);
	else
		session_say(session, "%d > %d: %s", from, relay->fds[!way], error);
}

static void take_read(struct session *session, struct chore *chore, int way, const struct event_call *call)
{
	struct relay *relay = chore->own;
	struct direction *direction = &relay->directions[way];

	if (call->result > 0) {
		show_bytes_of(session, relay, way, call);
		direction->sum += (double)call->result;
		direction->done = 0;
		text_clear(&direction->bytes);
		text_add_bytes(&direction->bytes, call->data.bytes, call->data.len);
		write_rest(session, chore, way);
		return;
	}
	say_ended(session, relay, way, call->error);
	if (relay->socket[!way])
		chore_call(session, chore, TAG_SHUT + way, "shutdown(%d, SHUT_WR)", relay->fds[!way]);
	else
		end_direction(session, chore, way);
}

static void take_written(struct session *session, struct chore *chore, int way, const struct event_call *call)
{
	struct relay *relay = chore->own;
	struct direction *direction = &relay->directions[way];

	if (call->error != NULL) {
		session_say(session, "%d > %d: %s: what came for it is lost", relay->fds[way], relay->fds[!way],
			    call->error);
		chore_end(session, chore);
		return;
	}
	direction->done += (size_t)call->result;
	if (direction->done < direction->bytes.len)
		write_rest(session, chore, way);
	else
		read_next(session, chore, way);
}

static void on_returned(struct session *session, struct chore *chore, int tag, const struct event_call *call)
{
	int way = tag % TAG_DIRECTIONS;

	if (tag - way == TAG_READ)
		take_read(session, chore, way, call);
	else if (tag - way == TAG_WRITE)
		take_written(session, chore, way, call);
	else
		end_direction(session, chore, way);
}

static void on_ended(struct session *session, struct chore *chore)
{
	struct relay *relay = chore->own;

	struct text text;

	text_init(&text);
	text_addf(&text, "relay %d %d is over: ", relay->fds[0], relay->fds[1]);
	for (int i = 0; i < 2; i++) {
		text_addf(&text, "%s%d > %d ", i == 0 ? "" : ", ", relay->fds[i], relay->fds[!i]);
		flow_add_size(&text, relay->directions[i].sum);
		text_release(&relay->directions[i].bytes);
	}
	session_say(session, "%s", text.data);
	text_release(&text);
	free(relay);
	chore->own = NULL;
}

static const struct chore_kind relays = { .returned = on_returned, .ended = on_ended, .hides = true };

void command_relay(struct session *session, const struct syntax_list *words)
{
	const char *sides[2], *quiet = word_text(words, 2);
	struct relay *relay;
	struct chore *chore;
	int fds[2];

	if (!words_are(session, words, 2, 3) || !flow_descriptor(session, words, 0, &sides[0], &fds[0]) ||
	    !flow_descriptor(session, words, 1, &sides[1], &fds[1]))
		return;
	if (words->count == 3 && (quiet == NULL || !string_is(quiet, "quiet"))) {
		words_mistaken(session, words, 2, "only `quiet` may stand here: the bytes are then not shown");
		return;
	}
	relay = xcalloc(1, sizeof(*relay));
	relay->quiet = words->count == 3;
	chore = chore_begin(session, &relays, sides[0], relay);
	for (int i = 0; i < 2; i++) {
		relay->fds[i] = chore->fds[i] = fds[i];
		relay->socket[i] = flow_is_socket(flow_row(session, sides[0], fds[i]));
		text_init(&relay->directions[i].bytes);
	}
	read_next(session, chore, 0);
	read_next(session, chore, 1);
	session_finish(session, OUTCOME_OK);
}
