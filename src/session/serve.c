/*
 * serve: a counterpart that is quickly there: echo (RFC 862), discard (RFC 863), chargen (RFC 864), or a file for
 * everybody who comes. On a listening socket each client is served, on a connected one its peer, on a datagram socket
 * whoever sends. The calls are made aside; what came and went is said when a client is done.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/show.h"
#include "session/chore.h"
#include "session/commands.h"
#include "session/flow.h"
#include "session/words.h"

enum service { SERVE_ECHO, SERVE_DISCARD, SERVE_CHARGEN, SERVE_FILE };

enum { TAG_ACCEPT, TAG_RECV, TAG_SEND, TAG_SHUT, TAG_CLOSE };
enum { AT_ONCE = 32768, FILE_MOST = 64 << 20 };

/* One conversation, or the listener whose clients have them. */
struct serving {
	enum service service;
	int fd;
	bool listens, datagrams, accepted;
	char *from;         /* (owned) who sent the last datagram */
	struct text out;    /* (owned) still to be sent, or of a file all of it */
	size_t done;        /* bytes of `out` that were sent */
	double came, went;
	size_t line;        /* of chargen, from 0 */
};

static void on_returned(struct session *session, struct chore *chore, int tag, const struct event_call *call);
static void free_serving(struct session *session, struct chore *chore);

static const struct chore_kind serves = { .returned = on_returned, .ended = free_serving, .hides = true };

static struct chore *begin(struct session *session, const char *side, const struct serving *like)
{
	struct serving *serving = xmalloc(sizeof(*serving));
	struct chore *chore;

	*serving = *like;
	chore = chore_begin(session, &serves, side, serving);
	chore->fds[0] = like->fd;
	return chore;
}

static void say_sums(struct session *session, const struct chore *chore, const char *how)
{
	const struct serving *serving = chore->own;
	struct text text;

	text_init(&text);
	text_addf(&text, "%s %d: %s, ", chore->side, serving->fd, how);
	flow_add_size(&text, serving->came);
	text_add(&text, " came, ");
	flow_add_size(&text, serving->went);
	text_add(&text, " went");
	session_say(session, "%s", text.data);
	text_release(&text);
}

static void free_serving(struct session *session, struct chore *chore)
{
	struct serving *serving = chore->own;

	if (!serving->listens)
		say_sums(session, chore, "served");
	text_release(&serving->out);
	free(serving->from);
	free(serving);
	chore->own = NULL;
}

/* ---- what goes ---- */

/* Lines of 72 characters, each begins one character further (RFC 864). */
static void fill_chargen(struct serving *serving)
{
	enum { FIRST = ' ', COUNT = 95, WIDTH = 72 };

	text_clear(&serving->out);
	while (serving->out.len < AT_ONCE) {
		for (size_t i = 0; i < WIDTH; i++)
			text_add_char(&serving->out, (char)(FIRST + (serving->line + i) % COUNT));
		text_add(&serving->out, "\r\n");
		serving->line++;
	}
	serving->done = 0;
}

static void send_rest(struct session *session, struct chore *chore)
{
	struct serving *serving = chore->own;
	size_t left = serving->out.len - serving->done;
	struct text piece;

	text_init(&piece);
	text_add_bytes(&piece, serving->out.data + serving->done, left < AT_ONCE ? left : AT_ONCE);
	chore_send(session, chore, TAG_SEND, serving->fd, &piece);
	text_release(&piece);
}

static void answer_datagram(struct session *session, struct chore *chore)
{
	const struct serving *serving = chore->own;
	struct text line;

	text_init(&line);
	text_addf(&line, "sendto(%d, ", serving->fd);
	show_quoted(&line, serving->out.data, serving->out.len, 0, SHOW_ASCII);
	text_addf(&line, ", %zu, 0, %s)", serving->out.len, serving->from);
	chore_call(session, chore, TAG_SEND, "%s", line.data);
	text_release(&line);
}

static void receive(struct session *session, struct chore *chore)
{
	const struct serving *serving = chore->own;

	chore_call(session, chore, TAG_RECV, serving->datagrams ? "recvfrom(%d, %d)" : "recv(%d, %d)", serving->fd,
		   AT_ONCE);
}

static void begin_conversation(struct session *session, struct chore *chore)
{
	struct serving *serving = chore->own;

	if (serving->service == SERVE_CHARGEN)
		fill_chargen(serving);
	if (serving->service == SERVE_CHARGEN || (serving->service == SERVE_FILE && serving->out.len > 0))
		send_rest(session, chore);
	else if (serving->service == SERVE_FILE)
		chore_call(session, chore, TAG_SHUT, "shutdown(%d, SHUT_WR)", serving->fd);
	else
		receive(session, chore);
}

/* ---- what comes ---- */

static void take_client(struct session *session, struct chore *chore, const struct event_call *call)
{
	const struct serving *door = chore->own;
	struct serving client = { .service = door->service, .fd = (int)call->result, .accepted = true };

	text_init(&client.out);
	if (door->service == SERVE_FILE)
		text_add_bytes(&client.out, door->out.data, door->out.len);
	begin_conversation(session, begin(session, chore->side, &client));
	chore_call(session, chore, TAG_ACCEPT, "accept(%d)", door->fd);
}

static void keep_sender(struct serving *serving, const char *text)
{
	const char *last = strrchr(text, ' ');

	free(serving->from);
	serving->from = last == NULL ? NULL : xstrndup(last + 1, strlen(last + 1) - 1);
}

static void take_end(struct session *session, struct chore *chore)
{
	const struct serving *serving = chore->own;

	if (serving->accepted)
		chore_call(session, chore, TAG_CLOSE, "close(%d)", serving->fd);
	else
		chore_end(session, chore);
}

static void take_bytes(struct session *session, struct chore *chore, const struct event_call *call)
{
	struct serving *serving = chore->own;

	if (call->result == 0 && !serving->datagrams) {
		take_end(session, chore);
		return;
	}
	serving->came += (double)call->result;
	if (serving->service != SERVE_ECHO) {
		receive(session, chore);
		return;
	}
	text_clear(&serving->out);
	text_add_bytes(&serving->out, call->data.bytes, call->data.len);
	serving->done = 0;
	if (serving->datagrams)
		keep_sender(serving, call->text);
	if (serving->datagrams && serving->from != NULL)
		answer_datagram(session, chore);
	else
		send_rest(session, chore);
}

static void take_sent(struct session *session, struct chore *chore, const struct event_call *call)
{
	struct serving *serving = chore->own;

	serving->went += (double)call->result;
	serving->done += (size_t)call->result;
	if (serving->service == SERVE_CHARGEN && serving->done >= serving->out.len)
		fill_chargen(serving);
	if (serving->done < serving->out.len && !serving->datagrams)
		send_rest(session, chore);
	else if (serving->service == SERVE_FILE)
		chore_call(session, chore, TAG_SHUT, "shutdown(%d, SHUT_WR)", serving->fd);
	else
		receive(session, chore);
}

static void on_returned(struct session *session, struct chore *chore, int tag, const struct event_call *call)
{
	if (call->error != NULL && tag != TAG_CLOSE && tag != TAG_ACCEPT) {
		take_end(session, chore);
		return;
	}
	if (tag == TAG_ACCEPT && call->error == NULL)
		take_client(session, chore, call);
	else if (tag == TAG_RECV)
		take_bytes(session, chore, call);
	else if (tag == TAG_SEND)
		take_sent(session, chore, call);
	else if (tag == TAG_SHUT)
		receive(session, chore);
	else
		chore_end(session, chore);
}

/* ---- the command ---- */

static bool read_service(struct session *session, const struct syntax_list *words, enum service *service)
{
	static const char *const names[] = {
		[SERVE_ECHO] = "echo", [SERVE_DISCARD] = "discard", [SERVE_CHARGEN] = "chargen",
	};
	const char *word = word_text(words, 1);

	*service = SERVE_FILE;
	if (words->items[1].kind == SYNTAX_FILE)
		return true;
	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (word != NULL && string_is(names[i], word)) {
			*service = (enum service)i;
			return true;
		}
	words_mistaken(session, words, 1, "echo, discard, chargen or @FILE is expected here");
	return false;
}

static bool read_file(struct session *session, const struct syntax_list *words, struct serving *serving)
{
	struct text message;
	bool ok = true;

	text_init(&message);
	if (serving->service == SERVE_FILE)
		ok = file_read_whole(words->items[1].text, FILE_MOST, &serving->out, &message);
	if (!ok) {
		session_complain(session, word_column(session, words, 1), "%s", message.data);
		session_finish(session, OUTCOME_FAILED);
	}
	text_release(&message);
	return ok;
}

void command_serve(struct session *session, const struct syntax_list *words)
{
	struct serving serving = { 0 };
	const struct event_fd *row;
	const char *side;
	struct chore *chore;

	if (!words_are(session, words, 2, 2) || !flow_descriptor(session, words, 0, &side, &serving.fd) ||
	    !read_service(session, words, &serving.service))
		return;
	text_init(&serving.out);
	if (!read_file(session, words, &serving)) {
		text_release(&serving.out);
		return;
	}
	row = flow_row(session, side, serving.fd);
	serving.listens = row->state != NULL && string_is(row->state, "LISTEN");
	serving.datagrams = row->type == SOCK_DGRAM && row->peer == NULL;
	chores_end_of(session, side, serving.fd);
	chore = begin(session, side, &serving);
	if (serving.listens)
		chore_call(session, chore, TAG_ACCEPT, "accept(%d)", serving.fd);
	else
		begin_conversation(session, chore);
	session_finish(session, OUTCOME_OK);
}
