#include "session/question.h"

#include <netinet/in.h>
#include <stdarg.h>
#include <string.h>

#include "call/statement.h"
#include "session/columns.h"
#include "session/rendering.h"

/* ---- the call's arguments ---- */

/* *:80 depends on the socket. */
static int family_of(void *owner, int fd)
{
	const struct world_side *side = ((struct question *)owner)->side;
	const struct world_fd *row = side == NULL ? NULL : world_fd(side, fd);

	return row != NULL && row->row.family == AF_INET6 ? AF_INET6 : AF_INET;
}

/* What was printed is read again; of a text that was cut the arguments are not known. */
static void parse(struct question *question, const char *text)
{
	const struct call_context context = { .owner = question, .family = family_of };
	struct statement statement;
	struct mistake mistake;

	mistake_init(&mistake);
	if (statement_read(&statement, text, strlen(text), false, &mistake)) {
		if (statement.kind != STATEMENT_CALL ||
		    !call_bind(&question->parsed, statement.call, &statement.args, &context, &mistake))
			question->parsed = (struct call){ 0 };
		statement_release(&statement);
	}
	mistake_release(&mistake);
}

void question_of_call(struct question *question, const struct inquiry *inquiry, const struct world_side *side,
		      const char *name, const char *text)
{
	*question = (struct question){
		.inquiry = inquiry, .side = side, .host = side->host, .fd = EVENT_NO_INT, .call = name,
	};
	parse(question, text);
}

void question_set_fd(struct question *question, int64_t fd)
{
	question->fd = fd;
	if (fd == EVENT_NO_INT || question->side == NULL)
		return;
	question->row = world_fd(question->side, (int)fd);
	question->socket = question->row == NULL ? NULL :
			   world_fd_socket(question->inquiry->world, question->side, question->row);
}

void question_release(struct question *question)
{
	if (question->parsed.spec != NULL)
		call_release(&question->parsed);
	*question = (struct question){ 0 };
}

void question_say(struct question *question, const char *format, ...)
{
	struct text text;
	va_list args;

	text_init(&text);
	va_start(args, format);
	text_addv(&text, format, args);
	va_end(args);
	columns_fold(question->out, text.data, 0, COLUMNS_WIDTH);
	text_add_char(question->out, '\n');
	text_release(&text);
}

/* ---- what it is about ---- */

const char *question_proto(const struct question *question)
{
	if (question->row != NULL && question->row->row.proto != NULL)
		return question->row->row.proto;
	return question->socket != NULL ? question->socket->proto : "";
}

bool question_is(const struct question *question, const char *proto)
{
	return string_is(question_proto(question), proto);
}

const char *question_state(const struct question *question)
{
	const char *state = question->row != NULL && question->side != NULL ?
			    world_fd_state(question->inquiry->world, question->side, question->row) :
			    question->socket != NULL ? question->socket->state : NULL;

	return state == NULL ? "" : state;
}

const char *question_local(const struct question *question)
{
	if (question->socket != NULL && rendering_is_bound(question->socket->local))
		return question->socket->local;
	return question->row == NULL ? "" : rendering_address(question->row->row.local);
}

const char *question_peer(const struct question *question)
{
	if (question->socket != NULL && rendering_is_bound(question->socket->peer))
		return question->socket->peer;
	return question->row == NULL ? "" : rendering_address(question->row->row.peer);
}

const struct value *question_argument(const struct question *question, enum arg_type type)
{
	const struct call *call = &question->parsed;

	for (size_t i = 0; call->spec != NULL && i < call_arg_count(call->spec); i++)
		if (call->spec->args[i].type == type && call->args[i].kind != VALUE_ABSENT)
			return &call->args[i];
	return NULL;
}

long long question_constant(const struct question *question, enum constant_group group, long long otherwise)
{
	const struct call *call = &question->parsed;

	for (size_t i = 0; call->spec != NULL && i < call_arg_count(call->spec); i++)
		if (call->spec->args[i].type == ARG_CONSTANT && call->spec->args[i].group == group &&
		    call->args[i].kind == VALUE_NUMBER)
			return call->args[i].number;
	return otherwise;
}

bool question_target(const struct question *question, struct address *address)
{
	const struct value *value = question_argument(question, ARG_ADDRESS);

	if (value != NULL && value->kind == VALUE_ADDRESS) {
		*address = value->address;
		return true;
	}
	return *question_peer(question) != '\0' && address_read(address, question_peer(question), AF_INET);
}

const struct world_socket *question_other_end(const struct question *question)
{
	const struct world *world = question->inquiry->world;
	const char *local = question_local(question), *peer = question_peer(question);

	if (*local == '\0' || *peer == '\0')
		return NULL;
	for (size_t i = 0; i < world->socket_count; i++) {
		const struct world_socket *other = world->sockets[i];

		if (other != question->socket && string_is(other->proto, question_proto(question)) &&
		    world_address_fits(peer, other->local) && world_address_fits(local, other->peer))
			return other;
	}
	return NULL;
}

bool question_add_owner(struct text *out, const struct question *question, const struct world_socket *socket)
{
	return socket != NULL && socket->descriptors > 0 &&
	       inquiry_add_owners(out, question->inquiry, socket->host, (uint64_t)socket->cookie, 0);
}

bool question_owner(const struct question *question, const struct world_socket *socket, struct world_side **side,
		    struct world_fd **fd)
{
	return socket != NULL && world_socket_holder(question->inquiry->world, socket, side, fd);
}

void question_say_full_queue(struct question *question)
{
	const struct world *world = question->inquiry->world;
	struct address target, local;
	struct text owner;
	const char *host;

	if (!question_target(question, &target) ||
	    (host = inquiry_host_of(question->inquiry, question->host, &target)) == NULL)
		return;
	for (size_t i = 0; i < world->socket_count; i++) {
		const struct world_socket *socket = world->sockets[i];

		if (!string_is(socket->host, host) || socket->state == NULL || !string_is(socket->state, "LISTEN") ||
		    socket->recvq <= socket->sendq || !address_read(&local, socket->local, AF_INET) ||
		    address_port(&local) != address_port(&target))
			continue;
		text_init(&owner);
		if (question_add_owner(&owner, question, socket))
			question_say(question, "%s listens there, but %lld connections wait in its accept queue with a "
				     "backlog of %lld: it is full, and the SYN is dropped until accept() makes room.",
				     owner.data, (long long)socket->recvq, (long long)socket->sendq);
		text_release(&owner);
	}
}

void question_add_retransmits(struct text *out, const struct question *question)
{
	int64_t count = question->socket == NULL ? 0 : question->socket->retransmits;

	if (count == 1)
		text_add(out, " (once so far)");
	else if (count != EVENT_NO_INT && count > 0)
		text_addf(out, " (%lld times so far)", (long long)count);
}

static void say_send_timer(struct question *question)
{
	const struct world_socket *socket = question->socket;
	double left = socket->timer == NULL ? 0 : inquiry_timer_left(question->inquiry, socket);
	struct text times;

	text_init(&times);
	question_add_retransmits(&times, question);
	if (socket->timer != NULL && string_is(socket->timer, "persist"))
		question_say(question, "The peer's window has no room: it is asked again in %.1f s.", left);
	else if (socket->timer != NULL && string_is(socket->timer, "on"))
		question_say(question, "Without an ACK it is sent again in %.1f s%s.", left, times.data);
	text_release(&times);
}

void question_say_what_delays(struct question *question)
{
	const struct world_socket *other = question_other_end(question);

	if (question->socket != NULL)
		say_send_timer(question);
	if (other != NULL && other->recvq != EVENT_NO_INT && other->recvq > 0)
		question_say(question, "The other end has %lld byte%s that nobody has read.", (long long)other->recvq,
			     other->recvq == 1 ? "" : "s");
}
