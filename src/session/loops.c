/*
 * read-all, read-until, send-file: calls made one after the other, each of them shown as the call it is, until the
 * end is reached. Where all is quiet and the call sleeps, nothing will come by itself, and where quiet cannot be
 * known patience runs out: the loop ends there, and the call goes on.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/show.h"
#include "session/bar.h"
#include "session/commands.h"
#include "session/context.h"
#include "session/making.h"
#include "session/question.h"
#include "session/words.h"

enum { READ_AT_ONCE = 16384, SEND_AT_ONCE = 16384, READ_MOST = 64 << 20 };
/* Seconds between two looks at how far a file has come. */
#define BAR_EVERY 0.05

struct loop {
	int fd;
	char *until;        /* (owned) NULL: to the end of the stream */
	size_t until_len;
	struct text bytes;  /* received so far, or the piece of the file that is being sent */
	size_t done;        /* bytes of the piece that were sent */
	int file;           /* (owned) that is sent; -1: nothing is */
	double all, sent;   /* bytes of it */
	double began, shown;
	struct session *session; /* (borrowed) */
};

static void show_progress(struct session *session, const char *row)
{
	if (session->ops->progress != NULL)
		session->ops->progress(session->owner, row);
}

static void free_loop(void *own)
{
	struct loop *loop = own;

	if (loop->file >= 0) {
		close(loop->file);
		show_progress(loop->session, NULL);
	}
	text_release(&loop->bytes);
	free(loop->until);
	free(loop);
}

static const struct waiter waits_for_piece;

static void make_receiving_call(struct call *call, int fd)
{
	enum { SOCKFD, BUF, LEN, FLAGS };

	*call = (struct call){ .spec = call_spec(CALL_recv) };
	value_set_number(&call->args[SOCKFD], fd);
	value_set_number(&call->args[LEN], READ_AT_ONCE);
	value_set_number(&call->args[FLAGS], 0);
}

static void make_sending_call(struct call *call, const struct loop *loop)
{
	enum { SOCKFD, BUF, LEN, FLAGS };
	size_t left = loop->bytes.len - loop->done;

	*call = (struct call){ .spec = call_spec(CALL_send) };
	value_set_number(&call->args[SOCKFD], loop->fd);
	value_set_bytes(&call->args[BUF], loop->bytes.data + loop->done, left);
	value_set_number(&call->args[LEN], (long long)left);
	value_set_number(&call->args[FLAGS], 0);
}

static void make_piece(struct session *session)
{
	struct running *running = &session->running;
	struct loop *loop = running->own;

	if (running->call.spec != NULL)
		call_release(&running->call);
	if (loop->file >= 0)
		make_sending_call(&running->call, loop);
	else
		make_receiving_call(&running->call, loop->fd);
	session->last_id = session->call_id + 1;
	free(session->last_side);
	session->last_side = xstrdup(running->side);
	making_send(session, &waits_for_piece, session->patience);
}

static bool has_come(const struct loop *loop)
{
	return loop->until != NULL && memmem(loop->bytes.data, loop->bytes.len, loop->until, loop->until_len) != NULL;
}

/* What is received last is, for `received`, all that the loop received. */
static void keep_received(struct session *session, const struct loop *loop)
{
	struct world_side *side = world_side(&session->world, session->running.side);

	if (side == NULL)
		return;
	free(side->received);
	side->received = xstrndup(loop->bytes.data, loop->bytes.len);
	side->received_len = loop->bytes.len;
}

static void take_received(struct session *session, struct loop *loop, const struct event_call *call)
{
	if (call->result > 0 && call->data.bytes != NULL)
		text_add_bytes(&loop->bytes, call->data.bytes, call->data.len);
	if (call->result > 0 && !has_come(loop) && loop->bytes.len < READ_MOST) {
		make_piece(session);
		return;
	}
	keep_received(session, loop);
	if (call->result == 0 && loop->until != NULL)
		session_complain(session, -1, "the peer's stream ended before the text came");
	else if (call->result > 0 && !has_come(loop))
		session_complain(session, -1,
				 "stopped after %d MiB: more is not kept here, the rest waits in the socket. `relay` "
				 "takes any amount, and so does a pipe: sockstep HOST PORT >FILE",
				 READ_MOST >> 20);
	session_finish(session,
		       call->result < 0 || (loop->until != NULL && !has_come(loop)) ? OUTCOME_FAILED : OUTCOME_OK);
}

/* ---- a file ---- */

/* The next piece. False: there is none, or it cannot be read, which is told. */
static bool read_piece(struct session *session, struct loop *loop)
{
	char piece[SEND_AT_ONCE];
	ssize_t len;

	do
		len = read(loop->file, piece, sizeof(piece));
	while (len < 0 && errno == EINTR);
	text_clear(&loop->bytes);
	loop->done = 0;
	if (len > 0)
		text_add_bytes(&loop->bytes, piece, (size_t)len);
	else if (len < 0)
		session_complain(session, -1, "the file cannot be read any further: %s", strerror(errno));
	return len > 0;
}

/* A short file is sent before anybody could look. */
static void show_bar(struct session *session, struct loop *loop)
{
	double now = session_time(session);
	struct text row;

	if (now < loop->shown + BAR_EVERY)
		return;
	loop->shown = now;
	text_init(&row);
	bar_add(&row, loop->sent, loop->all, now - loop->began);
	show_progress(session, row.data);
	text_release(&row);
}

static void end_file(struct session *session, const struct loop *loop)
{
	struct text line;

	if (loop->sent > SEND_AT_ONCE) {
		text_init(&line);
		bar_add_end(&line, loop->sent, session_time(session) - loop->began);
		session_say(session, "sent %s", line.data);
		text_release(&line);
	}
	session_finish(session, loop->sent < loop->all ? OUTCOME_FAILED : OUTCOME_OK);
}

static void take_sent(struct session *session, struct loop *loop, const struct event_call *call)
{
	if (call->result > 0) {
		loop->done += (size_t)call->result;
		loop->sent += (double)call->result;
	}
	if (call->result > 0 && (loop->done < loop->bytes.len || read_piece(session, loop))) {
		show_bar(session, loop);
		make_piece(session);
	} else {
		end_file(session, loop);
	}
}

static void on_piece(struct session *session, const struct event *event)
{
	struct running *running = &session->running;
	struct loop *loop = running->own;

	if (event->kind == EVENT_side && string_is(event->side.side, running->side)) {
		session_finish(session, OUTCOME_FAILED);
		return;
	}
	if (event->kind == EVENT_error && event->error.id == running->id) {
		session_finish(session, OUTCOME_FAILED);
		return;
	}
	if (event->kind != EVENT_call || event->call.id != running->id || !string_is(event->call.status, "returned"))
		return;
	running->returned = true;
	if (loop->file >= 0)
		take_sent(session, loop, &event->call);
	else
		take_received(session, loop, &event->call);
}

static void on_piece_asleep(struct session *session, int64_t id)
{
	if (id == session->running.id && making_quiet_can_be_known(session))
		lab_ask_quiet(session->lab);
}

/* The call goes on, and will be told of when it returns; but the loop is over. */
static void end_waiting(struct session *session, const char *why)
{
	const char *command = session->running.statement.command->name;

	making_tell_blocked(session);
	session_complain(session, -1, "%s: %s ends here, its last call goes on", why, command);
	session_finish(session, session->running.source.prompt ? OUTCOME_OK : OUTCOME_FAILED);
}

/* What was lost on the wire its sender's timer sends again by itself; while segments are held, that is held too. */
static bool will_be_sent_again(const struct session *session, const struct inquiry *inquiry, const struct loop *loop)
{
	const struct world_side *side = world_side(inquiry->world, session->running.side);
	struct question question = { .inquiry = inquiry, .side = side, .host = side->host };
	const struct world_socket *sender;

	question_set_fd(&question, loop->fd);
	sender = loop->file >= 0 ? question.socket : question_other_end(&question);
	return sender != NULL && sender->timer != NULL && string_is(sender->timer, "on") &&
	       (session->lab->wire == NULL || wire_oldest(session->lab->wire) == 0);
}

static void on_piece_quiet(struct session *session)
{
	/* A round of asking that began before this piece did says nothing of it. */
	const struct loop *loop = session->running.own;
	struct inquiry inquiry = inquiry_of(session);

	if (!session->running.returned && !will_be_sent_again(session, &inquiry, loop))
		end_waiting(session, loop->file >= 0 ? "all is quiet, nobody takes more by itself"
						     : "all is quiet, nothing will come by itself");
}

static void on_piece_late(struct session *session)
{
	const struct loop *loop = session->running.own;
	char *why = text_format("nothing has %s for %g s (set patience)", loop->file >= 0 ? "been taken" : "come",
				session->patience);

	end_waiting(session, why);
	free(why);
}

static const struct waiter waits_for_piece = {
	.event = on_piece,
	.asleep = on_piece_asleep,
	.quiet = on_piece_quiet,
	.time_out = on_piece_late,
	.own_first = true,
};

/* The side must be free and FD one of its descriptors; false if the statement is finished. */
static bool begin_loop(struct session *session, const struct syntax_list *words, struct loop **loop)
{
	struct running *running = &session->running;
	const char *name = running->statement.side != NULL ? running->statement.side : session->current;
	const struct world_side *side = session_side(session, name, running->statement.side_column, false);
	int fd;

	if (side == NULL) {
		session_finish(session, OUTCOME_FAILED);
		return false;
	}
	if (word_text(words, 0) == NULL || !session_descriptor(session, name, word_text(words, 0), &fd)) {
		words_mistaken(session, words, 0, "a descriptor of %s is expected here", name);
		return false;
	}
	if (session_blocking_call(side) != NULL) {
		session_complain(session, running->statement.column, "%s is blocked in %s", name,
				 session_blocking_call(side)->text);
		session_finish(session, OUTCOME_FAILED);
		return false;
	}
	running->side = xstrdup(name);
	*loop = xcalloc(1, sizeof(**loop));
	(*loop)->fd = fd;
	(*loop)->file = -1;
	(*loop)->session = session;
	text_init(&(*loop)->bytes);
	running->own = *loop;
	running->free_own = free_loop;
	return true;
}

void command_read_all(struct session *session, const struct syntax_list *words)
{
	struct loop *loop;

	if (words_are(session, words, 1, 1) && begin_loop(session, words, &loop))
		make_piece(session);
}

void command_read_until(struct session *session, const struct syntax_list *words)
{
	struct loop *loop;

	if (!words_are(session, words, 2, 2))
		return;
	if (words->items[1].kind != SYNTAX_STRING || words->items[1].len == 0) {
		words_mistaken(session, words, 1, "the text is written in quotes, such as \"\\r\\n\\r\\n\"");
		return;
	}
	if (!begin_loop(session, words, &loop))
		return;
	loop->until = xstrndup(words->items[1].text, words->items[1].len);
	loop->until_len = words->items[1].len;
	make_piece(session);
}

/* Nothing but a regular file: others may be waited for. False: that is told. */
static bool open_file(struct session *session, struct loop *loop, const char *path)
{
	struct stat facts;
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	loop->file = fd;
	if (fd >= 0 && fstat(fd, &facts) == 0 && !S_ISREG(facts.st_mode))
		session_complain(session, -1, "%s is no regular file", path);
	else if (fd < 0)
		session_complain(session, -1, "%s cannot be read: %s", path, strerror(errno));
	else {
		loop->all = (double)facts.st_size;
		loop->began = loop->shown = session_time(session);
		return true;
	}
	return false;
}

void command_send_file(struct session *session, const struct syntax_list *words)
{
	struct loop *loop;

	if (!words_are(session, words, 2, 2))
		return;
	if (words->items[1].kind != SYNTAX_FILE) {
		words_mistaken(session, words, 1, "a file is written @NAME");
		return;
	}
	if (!begin_loop(session, words, &loop))
		return;
	if (!open_file(session, loop, words->items[1].text))
		session_finish(session, OUTCOME_FAILED);
	else if (read_piece(session, loop))
		make_piece(session);
	else
		session_finish(session, loop->all > 0 ? OUTCOME_FAILED : OUTCOME_OK);
}
