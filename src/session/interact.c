#include "session/interact.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "session/chore.h"
#include "session/commands.h"
#include "session/flow.h"
#include "session/remote.h"
#include "session/words.h"

enum { TAG_RECV, TAG_SEND, TAG_SHUT };
enum { AT_ONCE = 32768, ESCAPE = 0x1d, END_OF_INPUT = 0x04 };

struct interaction {
	int fd;
	bool socket, stream, bytes, crlf, hex;
	bool came_to_end; /* the peer's stream */
	double came, went;
};

static struct interaction *interaction_of(const struct session *session)
{
	return session->interact == NULL ? NULL : session->interact->own;
}

/* ---- what comes ---- */

static void receive(struct session *session, struct chore *chore)
{
	const struct interaction *interaction = chore->own;

	chore_call(session, chore, TAG_RECV, interaction->socket ? "recv(%d, %d)" : "read(%d, %d)", interaction->fd,
		   AT_ONCE);
}

static void show_received(struct session *session, struct interaction *interaction, const struct event_call *call)
{
	struct text text;

	text_init(&text);
	if (interaction->hex)
		flow_add_hex(&text, call->data.bytes, call->data.len, (size_t)interaction->came);
	else
		flow_add_text(&text, call->data.bytes, call->data.len, interaction->crlf);
	session_say_lines(session, text.len == 0 ? "\n" : text.data);
	text_release(&text);
	interaction->came += (double)call->result;
}

static void take_received(struct session *session, struct chore *chore, const struct event_call *call)
{
	struct interaction *interaction = chore->own;

	if (call->error != NULL) {
		session_say(session, "descriptor %d: %s", interaction->fd, call->error);
		chore_end(session, chore);
	} else if (call->result == 0 && interaction->stream) {
		interaction->came_to_end = true;
		session_say(session,
			    "descriptor %d: the peer has closed its direction (end of stream); what is typed still "
			    "goes to it, Ctrl-] goes back",
			    interaction->fd);
	} else {
		show_received(session, interaction, call);
		receive(session, chore);
	}
}

static void on_returned(struct session *session, struct chore *chore, int tag, const struct event_call *call)
{
	struct interaction *interaction = chore->own;

	if (tag == TAG_RECV) {
		take_received(session, chore, call);
	} else if (call->error != NULL) {
		session_say(session, "descriptor %d: %s: %s", interaction->fd, call->call, call->error);
		chore_end(session, chore);
	} else if (tag == TAG_SEND) {
		interaction->went += (double)call->result;
	}
}

static void on_ended(struct session *session, struct chore *chore)
{
	struct interaction *interaction = chore->own;
	struct text text;

	text_init(&text);
	text_addf(&text, "descriptor %d again as before: ", interaction->fd);
	flow_add_size(&text, interaction->came);
	text_add(&text, " came, ");
	flow_add_size(&text, interaction->went);
	text_add(&text, " went");
	session_say(session, "%s", text.data);
	text_release(&text);
	free(interaction);
	chore->own = NULL;
	session->interact = NULL;
}

static const struct chore_kind interacts = { .returned = on_returned, .ended = on_ended, .hides = true };

/* ---- what is typed ---- */

static void send_typed(struct session *session, const struct interaction *interaction, const struct text *bytes)
{
	if (interaction->socket)
		chore_send(session, session->interact, TAG_SEND, interaction->fd, bytes);
	else
		chore_write(session, session->interact, TAG_SEND, interaction->fd, bytes);
}

bool interact_leave(struct session *session)
{
	if (session->interact == NULL)
		return false;
	chore_end(session, session->interact);
	return true;
}

bool interact_takes_line(struct session *session, const char *line, size_t len)
{
	const struct interaction *interaction = interaction_of(session);
	struct text bytes;

	if (interaction == NULL)
		return false;
	if (len == 1 && *line == ESCAPE)
		return interact_leave(session);
	text_init(&bytes);
	text_add_bytes(&bytes, line, len);
	text_add(&bytes, interaction->crlf ? "\r\n" : "\n");
	send_typed(session, interaction, &bytes);
	text_release(&bytes);
	return true;
}

/* As a shell's end of input: this direction is over, the other goes on. */
static void shut(struct session *session, const struct interaction *interaction)
{
	session_say(session, "descriptor %d: nothing more is sent (SHUT_WR)", interaction->fd);
	chore_call(session, session->interact, TAG_SHUT, "shutdown(%d, SHUT_WR)", interaction->fd);
}

bool interact_takes_key(struct session *session, const char *bytes, size_t len, bool empty)
{
	const struct interaction *interaction = interaction_of(session);
	struct text text;

	if (interaction == NULL || len == 0)
		return false;
	if (*bytes == ESCAPE)
		return interact_leave(session);
	if (*bytes == END_OF_INPUT && empty && !interaction->bytes) {
		if (interaction->stream && interaction->socket)
			shut(session, interaction);
		return true;
	}
	if (!interaction->bytes)
		return false;
	text_init(&text);
	if (len == 1 && (*bytes == '\r' || *bytes == '\n'))
		text_add(&text, interaction->crlf ? "\r\n" : "\n");
	else
		text_add_bytes(&text, bytes, len);
	send_typed(session, interaction, &text);
	text_release(&text);
	return true;
}

char *interact_prompt(const struct session *session)
{
	const struct interaction *interaction = interaction_of(session);

	if (interaction == NULL)
		return NULL;
	return text_format("%s %d%s| ", session->interact->side, interaction->fd, interaction->bytes ? " (bytes)" : "");
}

/* ---- the command ---- */

static bool read_modes(struct session *session, const struct syntax_list *words, struct interaction *interaction)
{
	for (size_t i = 1; i < words->count; i++) {
		const char *word = word_text(words, i);

		if (word != NULL && string_is(word, "bytes")) {
			interaction->bytes = true;
		} else if (word != NULL && string_is(word, "crlf")) {
			interaction->crlf = true;
		} else if (word != NULL && string_is(word, "hex")) {
			interaction->hex = true;
		} else {
			words_mistaken(session, words, i, "bytes, crlf and hex are what may stand here");
			return false;
		}
	}
	return true;
}

static bool somebody_types(const struct session *session)
{
	const struct source *source = &session->running.source;

	return source->prompt || (source->file != NULL && string_is(source->file, "standard input"));
}

void command_interact(struct session *session, const struct syntax_list *words)
{
	const struct remote *remote = session->remote;
	struct interaction found = { .crlf = remote != NULL && remote->crlf, .hex = remote != NULL && remote->hex };
	struct interaction *interaction;
	const struct event_fd *row;
	const char *side;

	if (!words_are(session, words, 1, 4) || !flow_descriptor(session, words, 0, &side, &found.fd) ||
	    !read_modes(session, words, &found))
		return;
	if (!somebody_types(session)) {
		words_mistaken(session, words, 0, "somebody must type: a script has send and read-until");
		return;
	}
	row = flow_row(session, side, found.fd);
	found.socket = flow_is_socket(row);
	found.stream = !found.socket || row->type == SOCK_STREAM;
	interaction = xmalloc(sizeof(*interaction));
	*interaction = found;
	session->interact = chore_begin(session, &interacts, side, interaction);
	session->interact->fds[0] = found.fd;
	session_say(session, "what is typed goes to descriptor %d, %s; Ctrl-] goes back, Ctrl-D ends what is sent",
		    found.fd,
		    found.bytes	 ? "each key at once"
		    : found.crlf ? "lines end with CRLF"
				 : "lines end with LF");
	receive(session, session->interact);
	session_finish(session, OUTCOME_OK);
}
